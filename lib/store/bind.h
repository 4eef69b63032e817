/* SPDX-License-Identifier: Apache-2.0 */
/* A statement and what it is given, in one call. */
#ifndef MBILL__STORE_BIND_H
#define MBILL__STORE_BIND_H

#include "store/inner.h"

typedef struct mbill__given_value {
    const char *text; /* NULL: the number, or null */
    int64_t whole;
    bool null;
} mbill__given_value;

#define MBILL__TEXT(value) ((mbill__given_value){(value), 0, (value) == NULL})
#define MBILL__WHOLE(value) ((mbill__given_value){NULL, (value), false})
#define MBILL__NULL ((mbill__given_value){NULL, 0, true})

/* Begin a query with its values, from place 1 on. */
mbill_status mbill__sql_ask(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n, mbill__query **out,
    mbill_error *err);

/* The first column of its only row; found false: there is none, and *out is 0. */
mbill_status mbill__sql_whole(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n, bool *out_found,
    int64_t *out, mbill_error *err);

/* A statement that changes rows; *inout_changes grows by how many. */
mbill_status mbill__sql_tell(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n,
    int64_t *inout_changes, mbill_error *err);

#endif
