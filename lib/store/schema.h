/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the file and their version. Changes when a table does: the version is raised, and from the first release on there is one
 * migration more. */
#ifndef MBILL__SCHEMA_H
#define MBILL__SCHEMA_H

#include "store/database.h"

#define MBILL__SCHEMA_MAGIC 1296189772 /* 0x4D42494C, "MBIL": the application_id of our files */
#define MBILL__SCHEMA_VERSION 17

/* See that the content is ours and of a version known here, and bring an older one up to it, in one transaction; one that no released
 * version wrote is refused. create: the file must be empty (MBILL_E_EXISTS), and gets its tables. */
mbill_status mbill__schema_ready(mbill__db *db, bool create, mbill_error *err);

/* The tables of today into an empty database, inside of a transaction. */
mbill_status mbill__schema_put(mbill__db *db, mbill_error *err);

/* The same, in a transaction of its own. */
mbill_status mbill__schema_make(mbill__db *db, mbill_error *err);

/* See that nothing of what was made is lost or changed by hand; a transaction is open. MBILL_E_CORRUPT names what is. */
mbill_status mbill__schema_check(mbill__db *db, mbill_error *err);

#endif
