/* SPDX-License-Identifier: Apache-2.0 */
/* The only user of sqlite3.h. Invariant: every result of SQLite becomes one status and a sentence that names the file. Settings:
 * sqlite.org/pragma.html, sqlite.org/wal.html. */
#include "store/sqlite.h"

#include "store/provider.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define CACHE_KIB "65536"
#define CHECKPOINT_PAGES "256" /* 1 MiB: one commit waits for a checkpoint, twice as long for 8 MiB (tests/bench/RESULTS.md) */

static sqlite3 *sqlite_of(const mbill__db *db)
{
    return db->connection;
}

static bool keeps_rollback(const mbill__db *db)
{
    return (db->flags & MBILL__DB_ROLLBACK) != 0;
}

static bool only_reads(const mbill__db *db)
{
    return (db->flags & MBILL__DB_READ_ONLY) != 0;
}

bool mbill__sqlite_has_wal_reset_bug(int version)
{
    bool fixed = version >= 3051003 || (version >= 3050007 && version < 3051000) || (version >= 3044006 && version < 3045000);
    return version >= 3007000 && !fixed;
}

/* The library linked at run time counts. */
static bool is_unsafe(void)
{
    return mbill__sqlite_has_wal_reset_bug(sqlite3_libversion_number());
}

static mbill_status status_of(int result, int system_errno)
{
    bool denied = system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return MBILL_E_BUSY;
    case SQLITE_FULL: return MBILL_E_FULL;
    case SQLITE_NOMEM: return MBILL_E_NOMEM;
    case SQLITE_READONLY:
    case SQLITE_PERM: return MBILL_E_READ_ONLY;
    case SQLITE_CANTOPEN: return system_errno == ENOENT ? MBILL_E_NOT_FOUND : denied ? MBILL_E_READ_ONLY : MBILL_E_IO;
    case SQLITE_IOERR: return result == SQLITE_IOERR_NOMEM ? MBILL_E_NOMEM : MBILL_E_IO;
    case SQLITE_AUTH:
    case SQLITE_NOLFS: return MBILL_E_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our statements are fixed: one that does not compile means that a table is not as we made it */
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH: return MBILL_E_CORRUPT;
    case SQLITE_TOOBIG: return MBILL_E_LIMIT;
    default: return MBILL_E_INTERNAL;
    }
}

static const char *sentence_of(mbill_status status)
{
    switch (status) {
    case MBILL_E_BUSY: return "is held by another connection";
    case MBILL_E_FULL: return "cannot grow: the disk is full";
    case MBILL_E_NOMEM: return "cannot be worked on: memory could not be allocated";
    case MBILL_E_READ_ONLY: return "cannot be written";
    case MBILL_E_NOT_FOUND: return "is not there";
    case MBILL_E_IO: return "cannot be read or written";
    case MBILL_E_CORRUPT: return "is damaged, or no SQLite file";
    case MBILL_E_LIMIT: return "cannot hold a value of this size";
    default: return "was used in a way that SQLite refuses";
    }
}

static mbill_status db_fail(const mbill__db *db, int result, mbill_error *err)
{
    int system_errno = db->connection != NULL ? sqlite3_system_errno(db->connection) : 0;
    mbill_status status = status_of(result, system_errno);
    if (status == MBILL_E_NOT_FOUND && db->opened)
        status = MBILL_E_IO; /* "not found" of later calls is about accounts and the like */
    const char *detail = db->connection != NULL && status != MBILL_E_NOMEM ? sqlite3_errmsg(db->connection)
                                                                           : sqlite3_errstr(result);
    return mbill__fail(err, status, "file \"%s\" %s (%s, code %d)", db->path, sentence_of(status), detail, result);
}

static mbill_status db_use(const mbill__db *db, int result, mbill_error *err)
{
    return result == SQLITE_OK ? MBILL_OK : db_fail(db, result, err);
}

static mbill_status sqlite_run(mbill__db *db, const char *sql, mbill_error *err)
{
    return db_use(db, sqlite3_exec(sqlite_of(db), sql, NULL, NULL, NULL), err);
}

/* Opening */

static mbill_status connect(mbill__db *db, const char *name, int flags, mbill_error *err)
{
    sqlite3 *connection = NULL;
    int result = sqlite3_open_v2(name, &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    db->connection = connection;
    return db_use(db, result, err);
}

static void disconnect(mbill__db *db)
{
    for (size_t i = 0; i < db->n_queries; i++) sqlite3_finalize(db->queries[i].statement);
    db->n_queries = 0;
    sqlite3_close(sqlite_of(db));
    db->connection = NULL;
}

static mbill_status configure(mbill__db *db, int32_t busy_timeout_ms, mbill_error *err)
{
    MBILL_TRY(db_use(db, sqlite3_busy_timeout(db->connection, busy_timeout_ms), err));
    if (is_unsafe() && !keeps_rollback(db))
        MBILL_TRY(sqlite_run(db, "PRAGMA locking_mode=EXCLUSIVE", err)); /* before the first read */
    MBILL_TRY(sqlite_run(db,
        "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA "
        "temp_store=MEMORY;"
        "PRAGMA cache_size=-" CACHE_KIB "; PRAGMA synchronous=FULL; PRAGMA fullfsync=ON",
        err));
    /* Without it the end of a rollback journal, which is the commit, may not outlive a power loss. */
    return keeps_rollback(db) ? sqlite_run(db, "PRAGMA synchronous=EXTRA", err) : MBILL_OK;
}

/* The first read takes the lock and finds out whether this is an SQLite file at all. */
static mbill_status first_read(mbill__db *db, mbill_error *err)
{
    return db_use(db, sqlite3_exec(db->connection, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL), err);
}

static mbill_status open_locked(mbill__db *db, int32_t busy_timeout_ms, mbill_error *err)
{
    int mode = SQLITE_OPEN_READWRITE | ((db->flags & MBILL__DB_CREATE) != 0 ? SQLITE_OPEN_CREATE : 0);
    MBILL_TRY(connect(db, db->path, mode, err));
    if (sqlite3_db_readonly(db->connection, "main") == 1)
        return mbill__fail(err, MBILL_E_READ_ONLY, "file \"%s\" cannot be written", db->path);
    MBILL_TRY(configure(db, busy_timeout_ms, err));
    MBILL_TRY(first_read(db, err));
    return only_reads(db) ? sqlite_run(db, "PRAGMA query_only=ON", err) : MBILL_OK;
}

/* "file:" and the path with '%', '?' and '#' escaped, for the URI parameters that follow (sqlite.org/uri.html). */
static char *immutable_uri(const char *path)
{
    static const char hex[] = "0123456789ABCDEF", tail[] = "?immutable=1";
    const char *head = path[0] == '/' ? "file://" : "file:";
    size_t len = strlen(head);
    char *uri = sqlite3_malloc64(len + 3 * strlen(path) + sizeof tail);
    if (uri == NULL) return NULL;
    memcpy(uri, head, len);
    for (const char *at = path; *at != '\0'; at++) {
        bool special = *at == '%' || *at == '?' || *at == '#';
        uri[len++] = special ? '%' : *at;
        if (special) uri[len++] = hex[*at >> 4];
        if (special) uri[len++] = hex[*at & 15];
    }
    memcpy(uri + len, tail, sizeof tail);
    return uri;
}

static mbill_status refuse_journal(const mbill__db *db, const char *tail, mbill_error *err)
{
    char *name = sqlite3_mprintf("%s%s", db->path, tail);
    if (name == NULL) return db_fail(db, SQLITE_NOMEM, err);
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    int found = 0;
    int result = vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &found); /* for the unix VFS: exists and is not empty */
    sqlite3_free(name);
    MBILL_TRY(db_use(db, result, err));
    if (found == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_READ_ONLY, "file \"%s\" has a journal that must be taken in first, open it once for writing",
        db->path);
}

/* A file or folder that nobody can write is read as it is, without locks. */
static mbill_status open_immutable(mbill__db *db, mbill_error *err)
{
    MBILL_TRY(refuse_journal(db, "-wal", err));
    MBILL_TRY(refuse_journal(db, "-journal", err));
    char *uri = immutable_uri(db->path);
    if (uri == NULL) return db_fail(db, SQLITE_NOMEM, err);
    mbill_status status = connect(db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    sqlite3_free(uri);
    if (status != MBILL_OK) return status;
    MBILL_TRY(sqlite_run(db, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY",
        err));
    return first_read(db, err);
}

static mbill_status open_any(mbill__db *db, int32_t busy_timeout_ms, mbill_error *err)
{
    mbill_status status = open_locked(db, busy_timeout_ms, err);
    if (status != MBILL_E_READ_ONLY || !only_reads(db)) return status;
    disconnect(db);
    return open_immutable(db, err);
}

static mbill_status check_safe(const mbill__db *db, mbill_error *err)
{
    if ((db->flags & MBILL__DB_SHARED) == 0 || !is_unsafe()) return MBILL_OK;
    return mbill__fail(err, MBILL_E_UNSAFE_SQLITE,
        "file \"%s\": SQLite %s can lose data when several processes share a write-ahead journal (fixed in 3.51.3, 3.50.7 and "
        "3.44.6), "
        "ask for the rollback journal",
        db->path, sqlite3_libversion());
}

static mbill_status sqlite_open(mbill__db *db, const char *location, const mbill__db *beside, int32_t busy_timeout_ms,
    mbill_error *err)
{
    (void)beside;
    if (location == NULL) { /* nothing of it is ever a file */
        MBILL_TRY(connect(db, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err));
        return configure(db, 0, err);
    }
    MBILL_TRY(check_safe(db, err));
    return open_any(db, busy_timeout_ms, err);
}

/* Whether the journal is of that mode, asked for by a pragma. */
static mbill_status has_mode(mbill__db *db, const char *pragma, const char *expected, bool *out, mbill_error *err)
{
    mbill__query *query = NULL;
    bool row = false;
    MBILL_TRY(mbill__query_start(db, pragma, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    const char *mode = row ? (const char *)sqlite3_column_text(query->statement, 0) : NULL;
    *out = mode != NULL && strcmp(mode, expected) == 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status sqlite_journal(mbill__db *db, mbill_error *err)
{
    static const char ROLLBACK[] = "PRAGMA journal_mode=DELETE", AHEAD[] = "PRAGMA journal_mode=WAL";
    bool taken, rollback = keeps_rollback(db);
    MBILL_TRY(has_mode(db, rollback ? ROLLBACK : AHEAD, rollback ? "delete" : "wal", &taken, err));
    if (!taken)
        return mbill__fail(err, rollback ? MBILL_E_BUSY : MBILL_E_IO, "file \"%s\" cannot have a %s journal here", db->path,
            rollback ? "rollback" : "write-ahead");
    if (rollback) return MBILL_OK;
    /* What a crash has left in the journal is brought to the disk before anything is answered from it. */
    return sqlite_run(db, "PRAGMA wal_autocheckpoint=" CHECKPOINT_PAGES "; PRAGMA wal_checkpoint(TRUNCATE)", err);
}

/* Another program may have given the file a write-ahead journal since; it would be shared. */
static mbill_status check_mode(mbill__db *db, mbill_error *err)
{
    static const char MODE[] = "PRAGMA journal_mode";
    bool kept;
    if (!keeps_rollback(db)) return MBILL_OK;
    MBILL_TRY(has_mode(db, MODE, "delete", &kept, err));
    if (kept) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BUSY, "file \"%s\" has been given another journal by another program, open it again",
        db->path);
}

/* Content */

static mbill_status sqlite_look(mbill__db *db, mbill__content *out, mbill_error *err)
{
    MBILL_TRY(mbill__db_ask(db, "PRAGMA application_id", &out->magic, err));
    MBILL_TRY(mbill__db_ask(db, "PRAGMA user_version", &out->version, err));
    return mbill__db_ask(db, "SELECT count(*) FROM sqlite_schema", &out->n_objects, err);
}

static mbill_status sqlite_sign(mbill__db *db, int64_t magic, int64_t version, mbill_error *err)
{
    char sql[100];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%lld; PRAGMA user_version=%lld", (long long)magic, (long long)version);
    return sqlite_run(db, sql, err);
}

/* What the write-ahead journal still holds goes with it; MBILL_E_BUSY: another connection reads from it. */
static mbill_status empty_journal(mbill__db *db, mbill_error *err)
{
    int64_t busy;
    MBILL_TRY(mbill__db_ask(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, err));
    if (busy == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BUSY,
        "it is erased, but the journal beside the file still holds it for another connection, call again");
}

static mbill_status sqlite_erase(mbill__db *db, bool on, mbill_error *err)
{
    return sqlite_run(db, on ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=OFF", err);
}

static mbill_status sqlite_write_anew(mbill__db *db, const char *sql, mbill_error *err)
{
    return sqlite_run(db, sql, err);
}

static mbill_status sqlite_cleanse(mbill__db *db, const char *table, mbill_error *err)
{
    (void)table;
    return empty_journal(db, err);
}

/* Transactions */

static void sqlite_rollback(mbill__db *db)
{
    if (sqlite3_get_autocommit(db->connection) == 0) sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
    if (sqlite3_get_autocommit(db->connection) == 0) db->in_doubt = true;
}

static mbill_status sqlite_begin(mbill__db *db, bool to_write, mbill_error *err)
{
    MBILL_TRY(sqlite_run(db, to_write ? "BEGIN IMMEDIATE" : "BEGIN", err));
    mbill_status status = check_mode(db, err);
    if (status != MBILL_OK) sqlite_rollback(db);
    return status;
}

static mbill_status sqlite_commit(mbill__db *db, mbill_error *err)
{
    int result = sqlite3_exec(db->connection, "COMMIT", NULL, NULL, NULL);
    if (result == SQLITE_OK) return MBILL_OK;
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = db_fail(db, result, &cause);
    sqlite_rollback(db);
    if (status == MBILL_E_BUSY) return mbill__fail(err, status, "%s", cause.message);
    /* The journal may hold the change although SQLite could not say so: only reading the file afresh tells. */
    db->in_doubt = true;
    return mbill__fail(err, MBILL_E_OUTCOME_UNKNOWN, "%s: it is not known whether the change was kept, reopen the file to see",
        cause.message);
}

/* Statements */

static mbill_status sqlite_prepare(mbill__query *query, mbill_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v3(query->db->connection, query->sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    query->statement = statement;
    return db_use(query->db, result, err);
}

static void bound(mbill__query *query, int result)
{
    if (query->bound == SQLITE_OK) query->bound = result;
}

static void sqlite_bind_whole(mbill__query *query, int place, int64_t value)
{
    bound(query, sqlite3_bind_int64(query->statement, place, value));
}

static void sqlite_bind_text(mbill__query *query, int place, const char *text, size_t len)
{
    bound(query, sqlite3_bind_text64(query->statement, place, text, len, SQLITE_STATIC, SQLITE_UTF8));
}

static void sqlite_bind_blob(mbill__query *query, int place, const void *bytes, size_t n)
{
    bound(query, sqlite3_bind_blob64(query->statement, place, bytes, n, SQLITE_STATIC));
}

static mbill_status sqlite_step(mbill__query *query, bool *out_row, mbill_error *err)
{
    int result = query->bound != SQLITE_OK ? query->bound : sqlite3_step(query->statement);
    *out_row = result == SQLITE_ROW;
    return result == SQLITE_ROW || result == SQLITE_DONE ? MBILL_OK : db_fail(query->db, result, err);
}

static void sqlite_end(mbill__query *query)
{
    sqlite3_reset(query->statement);
    query->bound = SQLITE_OK;
}

static int64_t sqlite_changes(const mbill__query *query)
{
    return sqlite3_changes64(query->db->connection);
}

static bool sqlite_is_null(mbill__query *query, int place)
{
    return sqlite3_column_type(query->statement, place) == SQLITE_NULL;
}

static int64_t sqlite_whole(mbill__query *query, int place)
{
    return sqlite3_column_int64(query->statement, place);
}

static mbill_status sqlite_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err)
{
    const char *text = (const char *)sqlite3_column_text(query->statement, place);
    if (text == NULL) return db_fail(query->db, SQLITE_NOMEM, err);
    *out = text;
    *out_len = (size_t)sqlite3_column_bytes(query->statement, place);
    return MBILL_OK;
}

static mbill_status sqlite_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err)
{
    *out = sqlite3_column_blob(query->statement, place);
    *out_len = (size_t)sqlite3_column_bytes(query->statement, place);
    return *out == NULL ? db_fail(query->db, SQLITE_CORRUPT, err) : MBILL_OK; /* no memory, or nothing where something must be */
}

/* Copies */

static mbill_status copy_pages(mbill__db *from, mbill__db *to, mbill_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->connection, "main", from->connection, "main");
    if (backup == NULL) return db_fail(to, sqlite3_extended_errcode(to->connection), err);
    int result = sqlite3_backup_step(backup, -1); /* in one go: one state of the file */
    int finished = sqlite3_backup_finish(backup);
    return result == SQLITE_DONE ? db_use(to, finished, err) : db_fail(to, result, err);
}

static mbill_status refuse_existing(const mbill__db *db, mbill_error *err)
{
    int found = 0;
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    MBILL_TRY(db_use(db, vfs->xAccess(vfs, db->path, SQLITE_ACCESS_EXISTS, &found), err));
    return found ? mbill__fail(err, MBILL_E_EXISTS, "file \"%s\" is there already, expected to make it", db->path) : MBILL_OK;
}

static mbill_status sqlite_backup(mbill__db *db, const char *path, mbill_error *err)
{
    size_t path_size = strlen(path) + 1;
    mbill__db to = {.allocator = db->allocator, .path_size = path_size};
    to.path = mbill__alloc(&db->allocator, path_size);
    if (to.path == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the copy could not be allocated");
    memcpy(to.path, path, path_size);
    mbill_status status = refuse_existing(&to, err);
    bool made = status == MBILL_OK;
    if (made) status = connect(&to, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (status == MBILL_OK) status = copy_pages(db, &to, err);
    disconnect(&to);
    if (made && status != MBILL_OK) sqlite3_vfs_find(NULL)->xDelete(sqlite3_vfs_find(NULL), path, 0);
    mbill__release(&db->allocator, to.path, path_size);
    return status;
}

static const char OBJECTS[] = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";

const mbill_provider mbill__sqlite = {.form = MBILL__PROVIDER_FORM,
    .noun = "file",
    .objects = OBJECTS,
    .open = sqlite_open,
    .close = disconnect,
    .journal = sqlite_journal,
    .look = sqlite_look,
    .sign = sqlite_sign,
    .backup = sqlite_backup,
    .erase = sqlite_erase,
    .write_anew = sqlite_write_anew,
    .cleanse = sqlite_cleanse,
    .run = sqlite_run,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .prepare = sqlite_prepare,
    .bind_whole = sqlite_bind_whole,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .step = sqlite_step,
    .end = sqlite_end,
    .changes = sqlite_changes,
    .is_null = sqlite_is_null,
    .whole = sqlite_whole,
    .text = sqlite_text,
    .bytes = sqlite_bytes};
