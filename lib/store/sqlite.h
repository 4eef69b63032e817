/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite behind a few calls: one connection, statements that are prepared once, transactions, and SQLite's results as statuses.
 * Changes when SQLite's rules do. sqlite.c is the only user of sqlite3.h. A query is between start and end; texts and blobs
 * bound to it must live until then. After a commit whose outcome is not known the connection refuses everything. */
#ifndef MBILL__SQLITE_H
#define MBILL__SQLITE_H

#include "base/fail.h"
#include "base/memory.h"

typedef struct mbill__db mbill__db;
typedef struct mbill__query mbill__query;

#define MBILL__DB_CREATE 0x1u    /* the file may be made */
#define MBILL__DB_READ_ONLY 0x2u /* statements that write are refused */
#define MBILL__DB_ROLLBACK 0x4u  /* a rollback journal: several processes, whatever the version of SQLite */
#define MBILL__DB_SHARED 0x8u    /* several processes with a write-ahead journal; MBILL_E_UNSAFE_SQLITE where that loses data */

/* The bug in SQLite 3.7.0 to 3.51.2 that can lose committed pages when two connections write and checkpoint at the same instant
 * (sqlite.org/wal.html), by sqlite3_libversion_number(). */
bool mbill__sqlite_has_wal_reset_bug(int version);

/* Open and lock the file, with the settings that money needs; nothing is known about its content yet. The journal is set by
 * mbill__db_journal, once the content is known to be ours. */
mbill_status mbill__db_open(const char *path, uint32_t flags, int32_t busy_timeout_ms, const mbill_allocator *allocator,
    mbill__db **out, mbill_error *err);
mbill_status mbill__db_journal(mbill__db *db, mbill_error *err);
void mbill__db_close(mbill__db *db); /* NULL: nothing */

const mbill_allocator *mbill__db_allocator(const mbill__db *db);
const char *mbill__db_path(const mbill__db *db);
bool mbill__db_read_only(const mbill__db *db);
mbill_status mbill__db_check(const mbill__db *db, mbill_error *err); /* MBILL_E_OUTCOME_UNKNOWN when one is not known */

/* Copy the file as it is now into a new one; MBILL_E_EXISTS when that is there. */
mbill_status mbill__db_backup(mbill__db *db, const char *path, mbill_error *err);

/* Statements that take nothing and give nothing, one after another. */
mbill_status mbill__db_run(mbill__db *db, const char *sql, mbill_error *err);
mbill_status mbill__db_begin(mbill__db *db, mbill_error *err); /* to write: takes the write lock at once */
mbill_status mbill__db_begin_read(mbill__db *db, mbill_error *err);
/* On failure the transaction is over all the same; MBILL_E_OUTCOME_UNKNOWN: it may have been kept. */
mbill_status mbill__db_commit(mbill__db *db, mbill_error *err);
void mbill__db_rollback(mbill__db *db);
/* Commit when status is MBILL_OK, else roll back and pass the status on. */
mbill_status mbill__db_finish(mbill__db *db, mbill_status status, mbill_error *err);

/* The statement of that text, prepared at its first use and kept: sql must be a constant of the program (it is known by its
 * address). */
mbill_status mbill__query_start(mbill__db *db, const char *sql, mbill__query **out, mbill_error *err);
void mbill__bind_whole(mbill__query *query, int place, int64_t value);
void mbill__bind_text(mbill__query *query, int place, const char *text, size_t len); /* NULL text binds null */
void mbill__bind_blob(mbill__query *query, int place, const void *bytes, size_t n);
mbill_status mbill__query_step(mbill__query *query, bool *out_row,
    mbill_error *err); /* ends the query when there is no row or on failure */
mbill_status mbill__query_run(mbill__query *query, int64_t *out_changes,
    mbill_error *err); /* run to its end; out_changes may be NULL */
/* The number in the first column of the first row of a query that takes nothing; 0: no row. */
mbill_status mbill__db_ask(mbill__db *db, const char *sql, int64_t *out, mbill_error *err);
void mbill__query_end(mbill__query *query);      /* NULL, or ended already: nothing */
int64_t mbill__db_last_row(const mbill__db *db); /* rowid of the last insert */

bool mbill__column_null(mbill__query *query, int place);
int64_t mbill__column_whole(mbill__query *query, int place);
/* NUL-terminated, until the next step; null: NULL with length 0. */
mbill_status mbill__column_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err);
/* Until the next step. */
mbill_status mbill__column_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err);
/* Bytes of exactly n, copied. */
mbill_status mbill__column_blob(mbill__query *query, int place, void *out, size_t n, mbill_error *err);

#endif
