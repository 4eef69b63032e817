/* SPDX-License-Identifier: Apache-2.0 */
/* A database behind a few calls: one connection, statements that are prepared once, transactions, and every failure as a status. Which
 * database it is a provider says (provider.h). Changes when the store asks something else of one. A query is between start and end;
 * texts and blobs bound to it must live until then. After a commit whose outcome is not known the connection refuses everything. */
#ifndef MBILL__DATABASE_H
#define MBILL__DATABASE_H

#include "base/fail.h"
#include "base/memory.h"

struct mbill_provider;
typedef struct mbill__db mbill__db;
typedef struct mbill__query mbill__query;

#define MBILL__DB_CREATE 0x1u    /* it may be made */
#define MBILL__DB_READ_ONLY 0x2u /* statements that write are refused */
#define MBILL__DB_ROLLBACK 0x4u  /* SQLite: a rollback journal: several processes, whatever its version */
#define MBILL__DB_SHARED 0x8u    /* several processes with a write-ahead journal; MBILL_E_UNSAFE_SQLITE where that loses data */

/* What is in a database that was opened. */
typedef struct mbill__content {
    int64_t magic, version; /* whose it is, and of which version; 0: nobody has said */
    int64_t n_objects;      /* tables and the like, anybody's */
} mbill__content;

/* Connect, with the settings that money needs; nothing is known about its content yet. The journal is set by mbill__db_journal, once the
 * content is known to be ours. */
mbill_status mbill__db_open(const struct mbill_provider *by, const char *path, uint32_t flags, int32_t busy_timeout_ms,
    const mbill_allocator *allocator, mbill__db **out, mbill_error *err);
mbill_status mbill__db_journal(mbill__db *db, mbill_error *err);
void mbill__db_close(mbill__db *db); /* NULL: nothing */

/* Another one of the same kind, empty, of which nothing is left when it is closed: to compare with. */
mbill_status mbill__db_open_beside(const mbill__db *db, mbill__db **out, mbill_error *err);

const mbill_allocator *mbill__db_allocator(const mbill__db *db);
const char *mbill__db_noun(const mbill__db *db); /* what the path names: "file" */
const char *mbill__db_path(const mbill__db *db); /* for messages; nothing secret is in it */
bool mbill__db_read_only(const mbill__db *db);
mbill_status mbill__db_check(const mbill__db *db, mbill_error *err); /* MBILL_E_OUTCOME_UNKNOWN when one is not known */

mbill_status mbill__db_look(mbill__db *db, mbill__content *out, mbill_error *err);
mbill_status mbill__db_sign(mbill__db *db, int64_t magic, int64_t version, mbill_error *err); /* inside of a transaction */
/* The statement that asks for the tables, views, triggers and indexes: (type, name, sql) of all, by type and name. */
const char *mbill__db_objects(const mbill__db *db);

/* Copy it as it is now into a new file; MBILL_E_EXISTS when that is there. */
mbill_status mbill__db_backup(mbill__db *db, const char *path, mbill_error *err);

/* Erasing a table's rows, so that no trace of them is left where the database can see to it: between on and off what is deleted is
 * overwritten; the rows that stay are written anew inside of the transaction (by sql, where that is of use); behind the commit what a
 * journal or the like still has of the table is cleansed. */
mbill_status mbill__db_erase(mbill__db *db, bool on, mbill_error *err);
mbill_status mbill__db_write_anew(mbill__db *db, const char *sql, mbill_error *err);
mbill_status mbill__db_cleanse(mbill__db *db, const char *table, mbill_error *err);

/* Statements that take nothing and give nothing, one after another; those that make tables as lib/store/tables_*.c writes them. */
mbill_status mbill__db_run(mbill__db *db, const char *sql, mbill_error *err);
mbill_status mbill__db_begin(mbill__db *db, mbill_error *err); /* to write: takes the write lock at once */
mbill_status mbill__db_begin_read(mbill__db *db, mbill_error *err);
/* On failure the transaction is over all the same; MBILL_E_OUTCOME_UNKNOWN: it may have been kept. */
mbill_status mbill__db_commit(mbill__db *db, mbill_error *err);
void mbill__db_rollback(mbill__db *db);
/* Commit when status is MBILL_OK, else roll back and pass the status on. */
mbill_status mbill__db_finish(mbill__db *db, mbill_status status, mbill_error *err);
/* Whether what failed last, with MBILL_E_BUSY, may be done again at once: another transaction came in between. */
bool mbill__db_collided(const mbill__db *db);

/* The statement of that text, prepared at its first use and kept: sql must be a constant of the program (it is known by its
 * address). */
mbill_status mbill__query_start(mbill__db *db, const char *sql, mbill__query **out, mbill_error *err);
void mbill__bind_whole(mbill__query *query, int place, int64_t value);
void mbill__bind_text(mbill__query *query, int place, const char *text, size_t len); /* NULL text binds null */
void mbill__bind_blob(mbill__query *query, int place, const void *bytes, size_t n);  /* NULL bytes bind null */
mbill_status mbill__query_step(mbill__query *query, bool *out_row,
    mbill_error *err); /* ends the query when there is no row or on failure */
mbill_status mbill__query_run(mbill__query *query, int64_t *out_changes,
    mbill_error *err); /* run to its end; out_changes may be NULL */
/* The number in the first column of the first row of a query that takes nothing; 0: no row. */
mbill_status mbill__db_ask(mbill__db *db, const char *sql, int64_t *out, mbill_error *err);
void mbill__query_end(mbill__query *query); /* NULL, or ended already: nothing */

bool mbill__column_null(mbill__query *query, int place);
int64_t mbill__column_whole(mbill__query *query, int place);
/* NUL-terminated, until the next step; null: NULL with length 0. */
mbill_status mbill__column_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err);
/* Until the next step; null, or no bytes: MBILL_E_CORRUPT. */
mbill_status mbill__column_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err);
/* Bytes of exactly n, copied. */
mbill_status mbill__column_blob(mbill__query *query, int place, void *out, size_t n, mbill_error *err);

#endif
