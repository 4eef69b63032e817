/* SPDX-License-Identifier: Apache-2.0 */
/* Where a store in PostgreSQL is: postgresql://user@host/database?…#schema. What stands before '#' is libpq's (34.1.1.2 of PostgreSQL's
 * manual); the schema is the store's own and "meterbill" when it is not named. Changes when the form of a location does. */
#ifndef MBILL__LOCATION_H
#define MBILL__LOCATION_H

#include "base/fail.h"

#define MBILL__SCHEMA_MAX 63 /* bytes of a name in PostgreSQL */

typedef struct mbill__location {
    size_t uri_len; /* bytes that are libpq's */
    char schema[MBILL__SCHEMA_MAX + 1];
} mbill__location;

/* MBILL_E_INVALID: no such location; the message repeats nothing in which a password may stand. */
mbill_status mbill__location_read(const char *text, mbill__location *out, mbill_error *err);

/* Take the passwords out of a location that was read. */
void mbill__location_redact(char *text);

#endif
