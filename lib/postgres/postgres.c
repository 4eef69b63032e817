/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a schema of a PostgreSQL database: connection, content, transactions. Invariants: every result of the server becomes one status and a
 * sentence that names the store and no password; whoever writes holds the head's row, so that one transaction at a time writes; a commit
 * whose answer did not come leaves the connection in doubt. SQLSTATEs: appendix A of PostgreSQL's manual. */
#include "meterbill/postgres.h"

#include "postgres/dialect.h"
#include "postgres/functions.h"
#include "postgres/link.h"
#include "postgres/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST 120000          /* PostgreSQL 12 */
#define CONNECT_TIMEOUT_S "10" /* where the location says nothing */

/* Opening */

static void be_quiet(void *ctx, const char *message)
{
    (void)ctx;
    (void)message;
}

/* What a session must be like. on waits for the disk; remote_apply waits for more. */
static mbill_status settle_session(mbill__db *db, mbill_error *err)
{
    mbill__link *to = mbill__link_of(db);
    char sql[600];
    snprintf(sql, sizeof sql,
        "SET search_path TO %s, pg_temp; SET lock_timeout TO %d; SET client_min_messages TO error; SET TimeZone TO 'UTC';"
        "SET standard_conforming_strings TO on; SET bytea_output TO hex; SET statement_timeout TO 0;"
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply'",
        to->location.schema, (int)to->busy_timeout_ms);
    return mbill__pg_do(db, sql, err);
}

static mbill_status check_answers(const mbill__db *db, const PGresult *answers, mbill_error *err)
{
    const char *encoding = PQgetvalue(answers, 0, 0), *fsync = PQgetvalue(answers, 0, 1), *closed = PQgetvalue(answers, 0, 2);
    if (strcmp(encoding, "UTF8") != 0)
        return mbill__fail(err, MBILL_E_INVALID, "store \"%s\": the database's encoding is %s, expected UTF8", db->path,
            encoding);
    if (strcmp(fsync, "on") != 0)
        return mbill__fail(err, MBILL_E_INVALID, "store \"%s\": the server has fsync %s, which loses what it has confirmed",
            db->path, fsync);
    if (closed[0] == '\0' || (db->flags & MBILL__DB_READ_ONLY) != 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_READ_ONLY, "store \"%s\" cannot be written: the server is %s", db->path, closed);
}

static mbill_status check_server(mbill__db *db, mbill_error *err)
{
    static const char ASK[] = "SELECT current_setting('server_encoding'), coalesce(current_setting('fsync', true), 'on'),"
                              " CASE WHEN pg_is_in_recovery() THEN 'a standby in recovery' WHEN"
                              " current_setting('default_transaction_read_only') = 'on' THEN 'set to read only' ELSE '' END";
    int version = PQserverVersion(mbill__pg_of(db));
    if (version < OLDEST)
        return mbill__fail(err, MBILL_E_VERSION, "store \"%s\": the server is PostgreSQL %d, expected 12 or later", db->path,
            version / 10000);
    PGresult *answers = PQexec(mbill__pg_of(db), ASK);
    if (PQresultStatus(answers) != PGRES_TUPLES_OK) return mbill__pg_failed(db, answers, err);
    mbill_status status = check_answers(db, answers, err);
    PQclear(answers);
    return status;
}

static mbill_status check_connection(mbill__db *db, mbill_error *err)
{
    if (mbill__pg_is_lost(db)) return mbill__pg_lost(db, err);
    PQsetNoticeProcessor(mbill__pg_of(db), be_quiet, NULL);
    mbill__link_of(db)->generation++;
    MBILL_TRY(check_server(db, err));
    return settle_session(db, err);
}

static mbill_status connect(mbill__db *db, mbill_error *err)
{
    static const char *const NAMES[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
    mbill__link *to = mbill__link_of(db);
    const char *const values[] = {CONNECT_TIMEOUT_S, "meterbill", to->uri, "UTF8", NULL};
    PQconninfoOption *parts = PQconninfoParse(to->uri, NULL); /* its message would repeat the location */
    if (parts == NULL)
        return mbill__fail(err, MBILL_E_INVALID, "store \"%s\": the location is none that PostgreSQL knows", db->path);
    PQconninfoFree(parts);
    to->pg = PQconnectdbParams(NAMES, values, 1);
    return check_connection(db, err);
}

static mbill_status keep_location(mbill__db *db, mbill__link *to, const char *uri, size_t len, mbill_error *err)
{
    to->uri = mbill__alloc(&db->allocator, len + 1);
    if (to->uri == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the store could not be allocated");
    to->uri_size = len + 1;
    memcpy(to->uri, uri, len);
    return MBILL_OK;
}

static mbill_status postgres_open(mbill__db *db, const char *location, const mbill__db *beside, int32_t busy_timeout_ms,
    mbill_error *err)
{
    mbill__link *to = mbill__alloc(&db->allocator, sizeof *to);
    if (to == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the store could not be allocated");
    db->connection = to;
    to->busy_timeout_ms = busy_timeout_ms;
    to->beside = location == NULL;
    if (to->beside) {
        const mbill__link *other = mbill__link_of(beside);
        to->location = other->location;
        MBILL_TRY(keep_location(db, to, other->uri, other->uri_size - 1, err));
    } else {
        MBILL_TRY(mbill__location_read(location, &to->location, err));
        MBILL_TRY(keep_location(db, to, location, to->location.uri_len, err));
    }
    mbill__location_redact(db->path);
    return connect(db, err);
}

static void postgres_close(mbill__db *db)
{
    mbill__link *to = mbill__link_of(db);
    for (size_t i = 0; i < db->n_queries; i++) mbill__pg_forget(&db->queries[i]);
    db->n_queries = 0;
    if (to == NULL) return;
    PQfinish(to->pg);
    mbill__wipe(to->uri, to->uri_size);
    mbill__release(&db->allocator, to->uri, to->uri_size);
    mbill__release(&db->allocator, to, sizeof *to);
    db->connection = NULL;
}

/* The connection anew, between transactions; nothing is known to be in doubt. */
static mbill_status reconnect(mbill__db *db, mbill_error *err)
{
    PQreset(mbill__pg_of(db));
    return check_connection(db, err);
}

/* Content */

static PGresult *ask_schema(const mbill__db *db, const char *sql)
{
    const char *const values[] = {mbill__link_of(db)->location.schema};
    return PQexecParams(mbill__pg_of(db), sql, 1, NULL, values, NULL, NULL, 0);
}

static int64_t whole_at(const PGresult *result, int column)
{
    return strtoll(PQgetvalue(result, 0, column), NULL, 10);
}

/* Who signed it: a table of two numbers; a table of that name with other columns is somebody else's. */
static mbill_status read_signature(mbill__db *db, mbill__content *out, mbill_error *err)
{
    PGresult *found = PQexec(mbill__pg_of(db), "SELECT application_id, user_version FROM mbill_signature");
    if (PQresultStatus(found) != PGRES_TUPLES_OK) {
        mbill_status status = mbill__pg_failed(db, found, err);
        return status == MBILL_E_CORRUPT ? MBILL_OK : status; /* not ours */
    }
    if (PQntuples(found) == 1) {
        out->magic = whole_at(found, 0);
        out->version = whole_at(found, 1);
        mbill__link_of(db)->made = true;
    }
    PQclear(found);
    return MBILL_OK;
}

static mbill_status postgres_look(mbill__db *db, mbill__content *out, mbill_error *err)
{
    static const char ASK[] =
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1),"
        " (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1) +"
        " (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = $1),"
        " (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1"
        " AND relname = 'mbill_signature')";
    mbill__link *to = mbill__link_of(db);
    memset(out, 0, sizeof *out);
    PGresult *found = ask_schema(db, ASK);
    if (PQresultStatus(found) != PGRES_TUPLES_OK) return mbill__pg_failed(db, found, err);
    to->there = whole_at(found, 0) != 0;
    out->n_objects = whole_at(found, 1);
    bool is_signed = whole_at(found, 2) != 0;
    PQclear(found);
    if (is_signed) MBILL_TRY(read_signature(db, out, err));
    if (to->there || (db->flags & MBILL__DB_CREATE) != 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_FOUND, "store \"%s\" is not there: the database has no schema \"%s\"", db->path,
        to->location.schema);
}

/* What the store keeps as bytes is packed already: a second packing took the server longer than all else of a batch (tests/bench/RESULTS.md). */
static const char AS_IT_IS[] =
    "DO $$DECLARE one record; BEGIN FOR one IN SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND atttypid = 'bytea'::regtype AND NOT attisdropped "
    "LOOP"
    " EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STORAGE EXTERNAL', one.relname, one.attname); END LOOP; END$$";

static mbill_status postgres_sign(mbill__db *db, int64_t magic, int64_t version, mbill_error *err)
{
    char sql[400];
    snprintf(sql, sizeof sql,
        "CREATE TABLE IF NOT EXISTS mbill_signature(one bigint PRIMARY KEY CHECK(one = 1), application_id bigint NOT NULL,"
        " user_version bigint NOT NULL); DELETE FROM mbill_signature; INSERT INTO mbill_signature VALUES(1, %lld, %lld)",
        (long long)magic, (long long)version);
    MBILL_TRY(mbill__pg_do(db, sql, err));
    MBILL_TRY(mbill__pg_do(db, AS_IT_IS, err));
    mbill__link_of(db)->made = true; /* a handle whose store could not be made is closed */
    return MBILL_OK;
}

static mbill_status postgres_journal(mbill__db *db, mbill_error *err)
{
    (void)db;
    (void)err;
    return MBILL_OK;
}

static mbill_status postgres_backup(mbill__db *db, const char *path, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_MISUSE, "store \"%s\" is no file to be copied to \"%.100s\", expected pg_dump --schema=%s",
        db->path, path, mbill__link_of(db)->location.schema);
}

static mbill_status postgres_erase(mbill__db *db, bool on, mbill_error *err)
{
    (void)db;
    (void)on;
    (void)err;
    return MBILL_OK;
}

static mbill_status postgres_write_anew(mbill__db *db, const char *sql, mbill_error *err)
{
    (void)db;
    (void)sql;
    (void)err;
    return MBILL_OK;
}

/* The table into a new file, and the old one is removed: rows that were deleted stay in the old one until then. */
static mbill_status postgres_cleanse(mbill__db *db, const char *table, mbill_error *err)
{
    char sql[100];
    snprintf(sql, sizeof sql, "VACUUM (FULL) %s", table);
    return mbill__pg_do(db, sql, err);
}

static mbill_status postgres_run(mbill__db *db, const char *sql, mbill_error *err)
{
    mbill__buffer text;
    mbill__buffer_start(&text, &db->allocator);
    mbill_status status = mbill__dialect_tables(sql, &text, err);
    if (status == MBILL_OK && text.data != NULL) status = mbill__pg_do(db, text.data, err);
    mbill__buffer_free(&text);
    return status;
}

/* Transactions */

/* The schema of a store that is to be made, under a lock that two makers share; one to compare with is never committed. */
static mbill_status begin_to_make(mbill__db *db, mbill_error *err)
{
    mbill__link *to = mbill__link_of(db);
    char *schema = to->location.schema, sql[500];
    if (to->beside) snprintf(schema, sizeof to->location.schema, "mbill_beside_%d", PQbackendPID(to->pg));
    snprintf(sql, sizeof sql,
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(hashtext('meterbill'), hashtext('%s'));"
        "%s%s; SET search_path TO %s, pg_temp",
        schema, to->there ? "" : "CREATE SCHEMA ", to->there ? "" : schema, schema);
    MBILL_TRY(mbill__pg_do(db, sql, err));
    return mbill__pg_do(db, mbill__postgres_functions, err);
}

static mbill_status begin_once(mbill__db *db, bool to_write, mbill_error *err)
{
    mbill__link *to = mbill__link_of(db);
    to->writing = to_write;
    if (!to_write) return mbill__pg_do(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
    if (!to->made) return begin_to_make(db, err);
    return mbill__pg_do(db,
        to->busy_timeout_ms == 0 ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT one FROM mbill_head FOR UPDATE NOWAIT"
                                 : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT one FROM mbill_head FOR UPDATE",
        err);
}

static void postgres_rollback(mbill__db *db)
{
    if (PQtransactionStatus(mbill__pg_of(db)) == PQTRANS_IDLE) return;
    PQclear(PQexec(mbill__pg_of(db), "ROLLBACK")); /* a connection that is lost has taken it back */
    mbill__link_of(db)->writing = false;
}

/* A connection that was lost since the last transaction is made anew, once. */
static mbill_status postgres_begin(mbill__db *db, bool to_write, mbill_error *err)
{
    if (mbill__pg_is_lost(db)) MBILL_TRY(reconnect(db, err));
    mbill_status status = begin_once(db, to_write, err);
    if (status == MBILL_OK) return MBILL_OK;
    postgres_rollback(db);
    if (!mbill__pg_is_lost(db)) return status;
    MBILL_TRY(reconnect(db, err));
    status = begin_once(db, to_write, err);
    if (status != MBILL_OK) postgres_rollback(db);
    return status;
}

static mbill_status doubt(mbill__db *db, mbill_error *err)
{
    const char *text = PQerrorMessage(mbill__pg_of(db));
    db->in_doubt = true;
    return mbill__fail(err, MBILL_E_OUTCOME_UNKNOWN,
        "store \"%s\": the connection was lost (%.*s): it is not known whether the change was kept, reopen the store to see",
        db->path, mbill__pg_line_length(text), text);
}

/* 40003 and 08007: the server itself does not know. */
static bool is_unknown(const mbill__db *db, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return mbill__pg_is_lost(db) || state == NULL || strcmp(state, "40003") == 0 || strcmp(state, "08007") == 0;
}

static mbill_status postgres_commit(mbill__db *db, mbill_error *err)
{
    mbill__link *to = mbill__link_of(db);
    if (to->beside) return MBILL_OK; /* what was made is looked at, and goes with the connection */
    PGTransactionStatusType before = PQtransactionStatus(mbill__pg_of(db));
    PGresult *result = PQexec(mbill__pg_of(db), "COMMIT");
    bool wrote = to->writing && before == PQTRANS_INTRANS;
    to->writing = false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        bool kept = strcmp(PQcmdStatus(result), "COMMIT") == 0;
        PQclear(result);
        if (kept) return MBILL_OK;
        return mbill__fail(err, MBILL_E_IO, "store \"%s\": the server took the change back, nothing was kept", db->path);
    }
    if (wrote && is_unknown(db, result)) {
        PQclear(result);
        return doubt(db, err);
    }
    mbill_status status = mbill__pg_failed(db, result, err);
    postgres_rollback(db);
    return status;
}

const mbill_provider *mbill_postgres(void)
{
    static const mbill_provider PROVIDER = {.form = MBILL__PROVIDER_FORM,
        .noun = "store",
        .objects = mbill__postgres_objects,
        .open = postgres_open,
        .close = postgres_close,
        .journal = postgres_journal,
        .look = postgres_look,
        .sign = postgres_sign,
        .backup = postgres_backup,
        .erase = postgres_erase,
        .write_anew = postgres_write_anew,
        .cleanse = postgres_cleanse,
        .run = postgres_run,
        .begin = postgres_begin,
        .commit = postgres_commit,
        .rollback = postgres_rollback,
        .prepare = mbill__pg_prepare,
        .bind_whole = mbill__pg_bind_whole,
        .bind_text = mbill__pg_bind_text,
        .bind_blob = mbill__pg_bind_blob,
        .step = mbill__pg_step,
        .end = mbill__pg_end,
        .changes = mbill__pg_changes,
        .is_null = mbill__pg_is_null,
        .whole = mbill__pg_whole,
        .text = mbill__pg_text,
        .bytes = mbill__pg_bytes};
    return &PROVIDER;
}
