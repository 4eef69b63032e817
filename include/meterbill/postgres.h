/* SPDX-License-Identifier: Apache-2.0 */
/** @file postgres.h  A store in a PostgreSQL database instead of an SQLite file (library meterbill-postgres). */
#ifndef MBILL_POSTGRES_H
#define MBILL_POSTGRES_H

#include "meterbill/status.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * PostgreSQL, to be given to mbill_store_open_with().
 *
 * A location is `postgresql://user@host:port/database?options#schema`: what stands before `#` is a connection URI of libpq, which also
 * takes what is missing from its environment variables, password file and service file; the schema is 1 to 63 of `a-z`, `0-9` and `_`, and
 * `meterbill` when there is none. One schema holds one store, and so one ledger; any number of them may be in a database. A password
 * is never repeated in a message.
 *
 * The server must be PostgreSQL 12 or later, its database in UTF8, and its fsync on; a session waits for the disk at each commit
 * (synchronous_commit is set to on, or left at remote_apply). One transaction at a time writes into a store: it holds a row of the store, for which
 * others wait busy_timeout_ms and are then answered #MBILL_E_BUSY, at once where that is 0. Readers see one state and wait for nobody.
 *
 * A connection that is lost in the middle of a call: #MBILL_E_IO, nothing of the call was kept, and the next call connects
 * again. A connection that is lost while a change is committed: #MBILL_E_OUTCOME_UNKNOWN, and the handle refuses everything; open the
 * store again and repeat the call with the same ids, which are then found done or are done now.
 *
 * @code{.c}
 * mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 5000, 0};
 * mbill_store *store;
 * mbill_error err;
 * mbill_error_init(&err);
 * if (mbill_store_open_with(mbill_postgres(), "postgresql://billing@db.example/utility#district7", &options, NULL, &store, &err) != MBILL_OK)
 *     fprintf(stderr, "%s\n", err.message);
 * @endcode
 *
 * @par What differs from a file
 * #MBILL_STORE_ROLLBACK and #MBILL_STORE_SHARED mean nothing: every store may be shared. mbill_store_backup() is refused with
 * #MBILL_E_MISUSE: `pg_dump --schema=…` copies a store. What mbill_store_forget() erases is gone from the table's file, but not
 * from the server's write-ahead log, its archives and its copies. A handle's answers stay in memory until the call that asked for them is done.
 * @return never NULL; constant
 * @par Thread safety
 * Any number of threads; a handle is for one thread at a time.
 * @since 0.1
 */
MBILL_API const mbill_provider *mbill_postgres(void);

#ifdef __cplusplus
}
#endif

#endif
