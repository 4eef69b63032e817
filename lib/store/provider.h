/* SPDX-License-Identifier: Apache-2.0 */
/* What a database must be able to do for a store to be kept in it: a table of functions, and the handles that they fill. Changes when
 * database.h asks for something else. A provider may live in a library of its own: it uses lib/base alone, and nothing of connection.c. */
#ifndef MBILL__PROVIDER_H
#define MBILL__PROVIDER_H

#include "meterbill/store.h"
#include "store/database.h"

#define MBILL__QUERIES_MAX 384
#define MBILL__PROVIDER_FORM 1 /* raised when struct mbill_provider changes: libraries of two releases do not fit */

struct mbill__query {
    mbill__db *db;
    const char *sql;
    void *statement; /* the provider's */
    int bound;       /* first failure of a bind, in the provider's numbers; 0: none */
};

struct mbill__db {
    const mbill_provider *by;
    mbill_allocator allocator;
    void *connection; /* the provider's; NULL: there is none */
    char *path;       /* of path_size bytes; the provider takes out of it what is secret */
    size_t path_size;
    uint32_t flags;
    bool opened, in_doubt, collided;
    size_t n_queries;
    mbill__query queries[MBILL__QUERIES_MAX];
};

/* What database.h says of each function of that name. What connection.c does for all of them: memory, whether the outcome of a commit is
 * known, statements known by their address, rows where none belong. */
struct mbill_provider {
    uint32_t form;       /* MBILL__PROVIDER_FORM */
    const char *noun;    /* what a location names */
    const char *objects; /* mbill__db_objects */
    /* location: as the caller gave it; db->path is a copy. NULL: one to compare with, beside `beside`. After a failure close is called. */
    mbill_status (*open)(mbill__db *db, const char *location, const mbill__db *beside, int32_t busy_timeout_ms, mbill_error *err);
    void (*close)(mbill__db *db); /* the statements too */
    mbill_status (*journal)(mbill__db *db, mbill_error *err);
    mbill_status (*look)(mbill__db *db, mbill__content *out, mbill_error *err);
    mbill_status (*sign)(mbill__db *db, int64_t magic, int64_t version, mbill_error *err);
    mbill_status (*backup)(mbill__db *db, const char *path, mbill_error *err);
    mbill_status (*erase)(mbill__db *db, bool on, mbill_error *err);
    mbill_status (*write_anew)(mbill__db *db, const char *sql, mbill_error *err);
    mbill_status (*cleanse)(mbill__db *db, const char *table, mbill_error *err);
    mbill_status (*run)(mbill__db *db, const char *sql, mbill_error *err);
    mbill_status (*begin)(mbill__db *db, bool to_write, mbill_error *err);
    mbill_status (*commit)(mbill__db *db, mbill_error *err); /* sets in_doubt where it answers MBILL_E_OUTCOME_UNKNOWN */
    void (*rollback)(mbill__db *db);                         /* when none is open: nothing; sets in_doubt where it fails */
    mbill_status (*prepare)(mbill__query *query, mbill_error *err);
    void (*bind_whole)(mbill__query *query, int place, int64_t value);
    void (*bind_text)(mbill__query *query, int place, const char *text, size_t len);
    void (*bind_blob)(mbill__query *query, int place, const void *bytes, size_t n);
    mbill_status (*step)(mbill__query *query, bool *out_row, mbill_error *err);
    void (*end)(mbill__query *query);
    int64_t (*changes)(const mbill__query *query);
    bool (*is_null)(mbill__query *query, int place);
    int64_t (*whole)(mbill__query *query, int place);
    mbill_status (*text)(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err);
    mbill_status (*bytes)(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err);
};

#endif
