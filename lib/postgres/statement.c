/* SPDX-License-Identifier: Apache-2.0 */
/* Statements on a connection to PostgreSQL: prepared when their values' types are known, run at the first step, rows held until the end. Changes
 * when values go over the wire in another way. */
#include "postgres/dialect.h"
#include "postgres/link.h"
#include "postgres/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS_MAX 32
#define VALUE_MAX 1000000000 /* bytes; a value of PostgreSQL has fewer than 1 GiB */
#define BOUND_BADLY 1
#define BOUND_TOO_LARGE 2

typedef struct parameter {
    Oid type; /* 0: null was bound */
    const char *bytes;
    int len;
    uint8_t whole[8];
} parameter;

typedef struct statement {
    size_t n;
    parameter parameters[PARAMETERS_MAX];
    Oid declared[PARAMETERS_MAX];
    uint64_t generation; /* in which it was prepared; 0: never */
    PGresult *result;    /* NULL: it has not run */
    int row;             /* that is looked at; -1: none yet */
} statement;

static void release(mbill__db *db, statement *s)
{
    PQclear(s->result);
    mbill__release(&db->allocator, s, sizeof *s);
}

void mbill__pg_forget(mbill__query *query)
{
    release(query->db, query->statement);
}

mbill_status mbill__pg_prepare(mbill__query *query, mbill_error *err)
{
    statement *s = mbill__alloc(&query->db->allocator, sizeof *s);
    if (s == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a statement could not be allocated");
    for (const char *at = strchr(query->sql, '?'); at != NULL; at = strchr(at + 1, '?')) {
        size_t place = strtoul(at + 1, NULL, 10);
        if (place > s->n) s->n = place;
    }
    query->statement = s;
    if (s->n <= PARAMETERS_MAX) return MBILL_OK;
    release(query->db, s);
    return mbill__fail(err, MBILL_E_INTERNAL, "a statement has more than %d parameters", PARAMETERS_MAX);
}

static void bind(mbill__query *query, int place, Oid type, const void *bytes, size_t len)
{
    statement *s = query->statement;
    if (place < 1 || (size_t)place > s->n) query->bound = BOUND_BADLY;
    else if (len > VALUE_MAX) query->bound = BOUND_TOO_LARGE;
    else {
        parameter *p = &s->parameters[place - 1];
        p->type = bytes == NULL ? 0 : type;
        p->bytes = bytes;
        p->len = (int)len;
    }
}

void mbill__pg_bind_whole(mbill__query *query, int place, int64_t value)
{
    uint8_t bytes[8];
    mbill__wire_put(value, bytes);
    bind(query, place, MBILL__WIRE_INT8, bytes, sizeof bytes);
    if (query->bound != 0) return;
    parameter *p = &((statement *)query->statement)->parameters[place - 1];
    memcpy(p->whole, bytes, sizeof bytes);
    p->bytes = (const char *)p->whole;
}

void mbill__pg_bind_text(mbill__query *query, int place, const char *text, size_t len)
{
    bind(query, place, MBILL__WIRE_TEXT, text, len);
}

void mbill__pg_bind_blob(mbill__query *query, int place, const void *bytes, size_t n)
{
    bind(query, place, MBILL__WIRE_BYTEA, bytes, n);
}

static void name_of(const mbill__query *query, char out[24])
{
    snprintf(out, 24, "q%zu", (size_t)(query - query->db->queries));
}

/* Whether the server has it, for values of these types. A null is of any type. */
static bool is_prepared(const mbill__query *query, const statement *s)
{
    if (s->generation != mbill__link_of(query->db)->generation) return false;
    for (size_t i = 0; i < s->n; i++)
        if (s->parameters[i].type != 0 && s->parameters[i].type != s->declared[i]) return false;
    return true;
}

static mbill_status prepare_there(mbill__query *query, statement *s, mbill_error *err)
{
    mbill__db *db = query->db;
    char name[24], forget_it[40];
    name_of(query, name);
    snprintf(forget_it, sizeof forget_it, "DEALLOCATE %s", name);
    if (s->generation == mbill__link_of(db)->generation) MBILL_TRY(mbill__pg_do(db, forget_it, err));
    s->generation = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->parameters[i].type != 0) s->declared[i] = s->parameters[i].type;
    mbill__buffer sql;
    mbill__buffer_start(&sql, &db->allocator);
    mbill__dialect_statement(query->sql, &sql);
    mbill_status status = mbill__buffer_check(&sql, err);
    PGresult *result = status == MBILL_OK ? PQprepare(mbill__pg_of(db), name, sql.data, (int)s->n, s->declared) : NULL;
    mbill__buffer_free(&sql);
    if (status != MBILL_OK) return status;
    if (!mbill__pg_is_good(result)) return mbill__pg_failed(db, result, err);
    PQclear(result);
    s->generation = mbill__link_of(db)->generation;
    return MBILL_OK;
}

/* Columns are of types that can be read. */
static mbill_status check_columns(const mbill__db *db, const mbill__query *query, const PGresult *result, mbill_error *err)
{
    for (int i = 0; i < PQnfields(result); i++) {
        Oid type = PQftype(result, i);
        if (!mbill__wire_is_whole(type) && !mbill__wire_is_text(type) && type != MBILL__WIRE_BYTEA)
            return mbill__fail(err, MBILL_E_INTERNAL, "store \"%s\": column %d is of type %u in: %.80s", db->path, i,
                (unsigned)type, query->sql);
    }
    return MBILL_OK;
}

static mbill_status execute(mbill__query *query, statement *s, mbill_error *err)
{
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    char name[24];
    if (query->bound != 0)
        return mbill__fail(err, query->bound == BOUND_TOO_LARGE ? MBILL_E_LIMIT : MBILL_E_INTERNAL, "store \"%s\": a value %s",
            query->db->path,
            query->bound == BOUND_TOO_LARGE ? "is larger than the database takes" : "has no place in its statement");
    if (!is_prepared(query, s)) MBILL_TRY(prepare_there(query, s, err));
    for (size_t i = 0; i < s->n; i++) {
        const parameter *p = &s->parameters[i];
        values[i] = p->type == 0 ? NULL : p->bytes;
        lengths[i] = p->len;
        formats[i] = 1;
    }
    name_of(query, name);
    PGresult *result = PQexecPrepared(mbill__pg_of(query->db), name, (int)s->n, values, lengths, formats, 1);
    if (!mbill__pg_is_good(result)) return mbill__pg_failed(query->db, result, err);
    s->result = result;
    s->row = -1;
    return check_columns(query->db, query, result, err);
}

/* A whole number that does not fit is one that SQLite refuses to sum up. */
static mbill_status check_row(const mbill__db *db, const statement *s, mbill_error *err)
{
    int64_t value;
    for (int i = 0; i < PQnfields(s->result); i++) {
        if (PQftype(s->result, i) != MBILL__WIRE_NUMERIC || PQgetisnull(s->result, s->row, i)) continue;
        const uint8_t *bytes = (const uint8_t *)PQgetvalue(s->result, s->row, i);
        if (!mbill__wire_whole(MBILL__WIRE_NUMERIC, bytes, (size_t)PQgetlength(s->result, s->row, i), &value))
            return mbill__fail(err, MBILL_E_CORRUPT, "store \"%s\": a sum is no whole number of 64 bits", db->path);
    }
    return MBILL_OK;
}

mbill_status mbill__pg_step(mbill__query *query, bool *out_row, mbill_error *err)
{
    statement *s = query->statement;
    *out_row = false;
    if (s->result == NULL) MBILL_TRY(execute(query, s, err));
    if (s->row + 1 >= PQntuples(s->result)) return MBILL_OK;
    s->row++;
    MBILL_TRY(check_row(query->db, s, err));
    *out_row = true;
    return MBILL_OK;
}

void mbill__pg_end(mbill__query *query)
{
    statement *s = query->statement;
    PQclear(s->result);
    s->result = NULL;
    query->bound = 0;
}

int64_t mbill__pg_changes(const mbill__query *query)
{
    const statement *s = query->statement;
    return strtoll(PQcmdTuples(s->result), NULL, 10);
}

bool mbill__pg_is_null(mbill__query *query, int place)
{
    const statement *s = query->statement;
    return PQgetisnull(s->result, s->row, place) != 0;
}

static const uint8_t *value_of(const statement *s, int place, size_t *out_len)
{
    *out_len = (size_t)PQgetlength(s->result, s->row, place);
    return (const uint8_t *)PQgetvalue(s->result, s->row, place);
}

/* Null, and what is no number, is 0, as SQLite has it. */
int64_t mbill__pg_whole(mbill__query *query, int place)
{
    const statement *s = query->statement;
    size_t len;
    int64_t value = 0;
    const uint8_t *bytes = value_of(s, place, &len);
    bool good = !mbill__pg_is_null(query, place) && mbill__wire_whole(PQftype(s->result, place), bytes, len, &value);
    return good ? value : 0;
}

mbill_status mbill__pg_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err)
{
    const statement *s = query->statement;
    if (!mbill__wire_is_text(PQftype(s->result, place)))
        return mbill__fail(err, MBILL_E_INTERNAL, "store \"%s\": column %d is no text in: %.80s", query->db->path, place,
            query->sql);
    *out = (const char *)value_of(s, place, out_len);
    return MBILL_OK;
}

mbill_status mbill__pg_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err)
{
    *out = value_of(query->statement, place, out_len);
    if (*out_len > 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CORRUPT, "store \"%s\" has no bytes where some must be", query->db->path);
}
