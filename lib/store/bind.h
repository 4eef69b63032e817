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

/* In an INSERT: the number behind the highest. Where a number must never be given twice although rows go, see mbill__next_number. */
#define MBILL__NEXT(number, table) "(SELECT coalesce(max(" number "), 0) + 1 FROM " table ")"

/* Whether a name is one of a list that mbill__names_write() wrote: names have no quotes in them. */
#define MBILL__NAMED(name, list) "(replace(" list ", '\"' || " name " || '\"', '') <> " list ")"

/* Run a statement that inserts at most one row and gives its number by RETURNING, to its end; 0: there was none. */
mbill_status mbill__query_number(mbill__query *query, int64_t *out_number, mbill_error *err);

/* The next of the numbers of that name, from 1 on; one that was given is never given again. */
mbill_status mbill__next_number(mbill_store *store, const char *name, int64_t *out_number, mbill_error *err);

/* A statement that changes rows; *inout_changes grows by how many. */
mbill_status mbill__sql_tell(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n,
    int64_t *inout_changes, mbill_error *err);

#endif
