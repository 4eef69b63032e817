/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to PostgreSQL and what is prepared on it: what the files of this folder that speak libpq share. Changes when one of them must know
 * more of the other. */
#ifndef MBILL__LINK_H
#define MBILL__LINK_H

#include "postgres/location.h"
#include "store/provider.h"

#if defined(__has_include)
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
#else
#include <libpq-fe.h>
#endif

typedef struct mbill__link {
    PGconn *pg;
    mbill__location location; /* its schema: the one that is to vanish, where it is to */
    char *uri;                /* with passwords; of uri_size bytes, wiped when it is freed */
    size_t uri_size;
    int32_t busy_timeout_ms;
    uint64_t generation;      /* of the connection: statements of another one are gone */
    bool there, made, beside; /* the schema is; the store in it is; the schema is to vanish */
    bool writing;             /* the transaction that is open is one to write */
} mbill__link;

static inline mbill__link *mbill__link_of(const mbill__db *db)
{
    return db->connection;
}

static inline PGconn *mbill__pg_of(const mbill__db *db)
{
    return mbill__link_of(db)->pg;
}

bool mbill__pg_is_lost(const mbill__db *db);
mbill_status mbill__pg_lost(const mbill__db *db, mbill_error *err);
int mbill__pg_line_length(const char *text); /* bytes of the first line */
/* PGRES_COMMAND_OK, PGRES_TUPLES_OK, or nothing was asked. */
bool mbill__pg_is_good(const PGresult *result);
/* A result that is none of those expected, as a status and a sentence; it is freed. */
mbill_status mbill__pg_failed(mbill__db *db, PGresult *result, mbill_error *err);
/* One or more statements that take nothing; what they give is not looked at. */
mbill_status mbill__pg_do(mbill__db *db, const char *sql, mbill_error *err);

/* Statements: as in provider.h. */
mbill_status mbill__pg_prepare(mbill__query *query, mbill_error *err);
void mbill__pg_forget(mbill__query *query);
void mbill__pg_bind_whole(mbill__query *query, int place, int64_t value);
void mbill__pg_bind_text(mbill__query *query, int place, const char *text, size_t len);
void mbill__pg_bind_blob(mbill__query *query, int place, const void *bytes, size_t n);
mbill_status mbill__pg_step(mbill__query *query, bool *out_row, mbill_error *err);
void mbill__pg_end(mbill__query *query);
int64_t mbill__pg_changes(const mbill__query *query);
bool mbill__pg_is_null(mbill__query *query, int place);
int64_t mbill__pg_whole(mbill__query *query, int place);
mbill_status mbill__pg_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err);
mbill_status mbill__pg_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err);

#endif
