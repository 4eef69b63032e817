/* SPDX-License-Identifier: Apache-2.0 */
/* Where the stores of the tests are: in files, or, with MBILL_TEST_POSTGRES=postgresql://…, in schemas of a PostgreSQL database, one for each
 * path. What is a file all the same, such as a month that was taken out, stays one. Tests that are about files are added by on_files. */
#ifndef ELSEWHERE_H
#define ELSEWHERE_H

#include "meterbill/postgres.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ELSEWHERE_OK __attribute__((unused))

ELSEWHERE_OK static const char *elsewhere(void)
{
    return getenv("MBILL_TEST_POSTGRES");
}

/* Add a test of what only a file has; where stores are not files it is not run, and says so. */
#define on_files(tcase, test, why)                                                                                               \
    do {                                                                                                                         \
        if (elsewhere() == NULL) tcase_add_test(tcase, test);                                                                    \
        else fprintf(stderr, "skipped, since stores are in PostgreSQL: %s: %s\n", #test, why);                                   \
    } while (0)

/* What only holds of a file, inside of a test of any store. */
#define only_of_files if (elsewhere() == NULL)

#ifdef TESTS_WITH_POSTGRES
#include <libpq-fe.h>

#define SCHEMA_SIZE 24

ELSEWHERE_OK static void schema_of(const char *path, char out[SCHEMA_SIZE])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *at = path; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    snprintf(out, SCHEMA_SIZE, "t_%016llx", (unsigned long long)hash);
}

/* The location of a path's schema; NULL: it is a file, or to be one. */
ELSEWHERE_OK static const char *location_of(const char *path)
{
    static char location[600];
    char schema[SCHEMA_SIZE];
    if (elsewhere() == NULL || path == NULL || path[0] == '\0' || access(path, F_OK) == 0) return NULL;
    schema_of(path, schema);
    snprintf(location, sizeof location, "%s#%s", elsewhere(), schema);
    return location;
}

/* What messages call the store of that path. */
ELSEWHERE_OK static const char *name_of_store(const char *path)
{
    static char schema[SCHEMA_SIZE];
    if (elsewhere() == NULL) return path;
    schema_of(path, schema);
    return schema;
}

/* A connection of a stranger, in the schema of the path. */
ELSEWHERE_OK static PGconn *stranger(const char *path)
{
    char schema[SCHEMA_SIZE], sql[200];
    PGconn *pg = PQconnectdb(elsewhere());
    ck_assert_msg(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    schema_of(path, schema);
    snprintf(sql, sizeof sql, "SET client_min_messages TO error; SET search_path TO %s; SET lock_timeout TO 10000", schema);
    PQclear(PQexec(pg, sql));
    return pg;
}

ELSEWHERE_OK static int64_t ask_there(const char *path, const char *sql)
{
    PGconn *pg = stranger(path);
    PGresult *result = PQexec(pg, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0, "%s: %s", sql, PQerrorMessage(pg));
    const char *text = PQgetvalue(result, 0, 0);
    int64_t value = strcmp(text, "t") == 0 ? 1 : strtoll(text, NULL, 10);
    PQclear(result);
    PQfinish(pg);
    return value;
}

/* 0: it was done. */
ELSEWHERE_OK static int change_there(const char *path, const char *sql)
{
    PGconn *pg = stranger(path);
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) fprintf(stderr, "%s", PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
    return done ? 0 : 1;
}

ELSEWHERE_OK static void digest_rows(PGconn *pg, const char *sql, uint64_t *hash)
{
    PGresult *rows = PQexec(pg, sql);
    ck_assert_msg(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(rows); i++)
        for (const char *at = PQgetvalue(rows, i, 0); *at != '\0'; at++)
            *hash = (*hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    PQclear(rows);
}

/* Of every row of every table. */
ELSEWHERE_OK static uint64_t digest_there(const char *path)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    char sql[300];
    PGconn *pg = stranger(path);
    PGresult *tables = PQexec(pg,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace"
        " WHERE nspname = current_schema()) ORDER BY relname COLLATE \"C\"");
    for (int i = 0; i < PQntuples(tables); i++) {
        const char *name = PQgetvalue(tables, i, 0);
        snprintf(sql, sizeof sql, "SELECT '%s ' || t::text FROM %s t ORDER BY 1", name, name);
        digest_rows(pg, sql, &hash);
    }
    PQclear(tables);
    PQfinish(pg);
    return hash;
}

ELSEWHERE_OK static void remove_there(const char *path)
{
    char schema[SCHEMA_SIZE], sql[100];
    schema_of(path, schema);
    snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE", schema);
    change_there(path, sql);
}

ELSEWHERE_OK static mbill_status open_somewhere(const char *path, const mbill_store_options *options,
    const mbill_allocator *allocator, mbill_store **out_store, mbill_error *err)
{
    const char *location = location_of(path);
    if (location == NULL) return (mbill_store_open)(path, options, allocator, out_store, err);
    return mbill_store_open_with(mbill_postgres(), location, options, allocator, out_store, err);
}
#define mbill_store_open(path, options, allocator, out_store, err) open_somewhere(path, options, allocator, out_store, err)
#else
#define location_of(path) NULL
#define ask_there(path, sql) 0
#define change_there(path, sql) 0
#define digest_there(path) 0
#define remove_there(path) ((void)0)
#define name_of_store(path) (path)
#endif

#endif
