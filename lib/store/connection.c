/* SPDX-License-Identifier: Apache-2.0 */
/* What is the same whatever the database. Invariant: a connection in doubt does nothing; no statement is left in the middle when a
 * transaction ends. Changes when a rule that holds for every database does. */
#include "store/database.h"

#include "store/provider.h"

#include <string.h>

const mbill_allocator *mbill__db_allocator(const mbill__db *db)
{
    return &db->allocator;
}

const char *mbill__db_noun(const mbill__db *db)
{
    return db->by->noun;
}

const char *mbill__db_path(const mbill__db *db)
{
    return db->path;
}

const char *mbill__db_objects(const mbill__db *db)
{
    return db->by->objects;
}

bool mbill__db_read_only(const mbill__db *db)
{
    return (db->flags & MBILL__DB_READ_ONLY) != 0;
}

bool mbill__db_collided(const mbill__db *db)
{
    return db->collided;
}

mbill_status mbill__db_check(const mbill__db *db, mbill_error *err)
{
    if (!db->in_doubt) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OUTCOME_UNKNOWN,
        "%s \"%s\": it is not known whether the last change was kept, reopen the %s to see", db->by->noun, db->path,
        db->by->noun);
}

/* Opening */

static mbill_status open_one(const mbill_provider *by, const char *location, const mbill__db *beside, uint32_t flags,
    int32_t busy_timeout_ms, const mbill_allocator *allocator, mbill__db **out, mbill_error *err)
{
    const char *path = location != NULL ? location : beside->path;
    size_t path_size = strlen(path) + 1;
    mbill__db *db = mbill__alloc(allocator, sizeof *db);
    char *copy = mbill__alloc(allocator, path_size);
    if (db == NULL || copy == NULL) {
        mbill__release(allocator, db, sizeof *db);
        mbill__release(allocator, copy, path_size);
        return mbill__fail(err, MBILL_E_NOMEM, "memory for the store could not be allocated");
    }
    memcpy(copy, path, path_size);
    db->by = by;
    db->allocator = *allocator;
    db->path = copy;
    db->path_size = path_size;
    db->flags = flags;
    mbill_status status = by->open(db, location, beside, busy_timeout_ms, err);
    if (status != MBILL_OK) {
        mbill__db_close(db);
        return status;
    }
    db->opened = true;
    *out = db;
    return MBILL_OK;
}

mbill_status mbill__db_open(const mbill_provider *by, const char *path, uint32_t flags, int32_t busy_timeout_ms,
    const mbill_allocator *allocator, mbill__db **out, mbill_error *err)
{
    return open_one(by, path, NULL, flags, busy_timeout_ms, allocator, out, err);
}

mbill_status mbill__db_open_beside(const mbill__db *db, mbill__db **out, mbill_error *err)
{
    return open_one(db->by, NULL, db, MBILL__DB_CREATE, 0, &db->allocator, out, err);
}

void mbill__db_close(mbill__db *db)
{
    if (db == NULL) return;
    mbill_allocator allocator = db->allocator;
    db->by->close(db);
    mbill__release(&allocator, db->path, db->path_size);
    mbill__release(&allocator, db, sizeof *db);
}

mbill_status mbill__db_journal(mbill__db *db, mbill_error *err)
{
    return db->by->journal(db, err);
}

mbill_status mbill__db_look(mbill__db *db, mbill__content *out, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->look(db, out, err);
}

mbill_status mbill__db_sign(mbill__db *db, int64_t magic, int64_t version, mbill_error *err)
{
    return db->by->sign(db, magic, version, err);
}

mbill_status mbill__db_backup(mbill__db *db, const char *path, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->backup(db, path, err);
}

mbill_status mbill__db_erase(mbill__db *db, bool on, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->erase(db, on, err);
}

mbill_status mbill__db_write_anew(mbill__db *db, const char *sql, mbill_error *err)
{
    return db->by->write_anew(db, sql, err);
}

mbill_status mbill__db_cleanse(mbill__db *db, const char *table, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->cleanse(db, table, err);
}

/* Transactions */

mbill_status mbill__db_run(mbill__db *db, const char *sql, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->run(db, sql, err);
}

mbill_status mbill__db_begin(mbill__db *db, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    if (mbill__db_read_only(db))
        return mbill__fail(err, MBILL_E_READ_ONLY, "%s \"%s\" was opened to be read only", db->by->noun, db->path);
    db->collided = false;
    return db->by->begin(db, true, err);
}

mbill_status mbill__db_begin_read(mbill__db *db, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    return db->by->begin(db, false, err);
}

static void end_all(mbill__db *db)
{
    for (size_t i = 0; i < db->n_queries; i++) mbill__query_end(&db->queries[i]);
}

void mbill__db_rollback(mbill__db *db)
{
    end_all(db);
    db->by->rollback(db);
}

mbill_status mbill__db_commit(mbill__db *db, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    end_all(db);
    return db->by->commit(db, err);
}

mbill_status mbill__db_finish(mbill__db *db, mbill_status status, mbill_error *err)
{
    if (status == MBILL_OK) return mbill__db_commit(db, err);
    mbill__db_rollback(db);
    return status;
}

/* Statements */

static mbill__query *find_query(mbill__db *db, const char *sql)
{
    for (size_t i = 0; i < db->n_queries; i++)
        if (db->queries[i].sql == sql) return &db->queries[i];
    return NULL;
}

mbill_status mbill__query_start(mbill__db *db, const char *sql, mbill__query **out, mbill_error *err)
{
    MBILL_TRY(mbill__db_check(db, err));
    mbill__query *query = find_query(db, sql);
    if (query == NULL) {
        if (db->n_queries == MBILL__QUERIES_MAX) return mbill__fail(err, MBILL_E_INTERNAL, "too many statements are in use");
        query = &db->queries[db->n_queries];
        *query = (mbill__query){.db = db, .sql = sql};
        MBILL_TRY(db->by->prepare(query, err));
        db->n_queries++;
    }
    mbill__query_end(query);
    *out = query;
    return MBILL_OK;
}

void mbill__bind_whole(mbill__query *query, int place, int64_t value)
{
    query->db->by->bind_whole(query, place, value);
}

void mbill__bind_text(mbill__query *query, int place, const char *text, size_t len)
{
    query->db->by->bind_text(query, place, text, len);
}

void mbill__bind_blob(mbill__query *query, int place, const void *bytes, size_t n)
{
    query->db->by->bind_blob(query, place, bytes, n);
}

mbill_status mbill__query_step(mbill__query *query, bool *out_row, mbill_error *err)
{
    mbill_status status = query->db->by->step(query, out_row, err);
    if (!*out_row) mbill__query_end(query);
    return status;
}

mbill_status mbill__query_run(mbill__query *query, int64_t *out_changes, mbill_error *err)
{
    bool row = false;
    mbill_status status = query->db->by->step(query, &row, err);
    if (status == MBILL_OK && row) status = mbill__fail(err, MBILL_E_INTERNAL, "a statement gave a row where none was expected");
    if (status == MBILL_OK && out_changes != NULL) *out_changes = query->db->by->changes(query);
    mbill__query_end(query);
    return status;
}

void mbill__query_end(mbill__query *query)
{
    if (query != NULL) query->db->by->end(query);
}

mbill_status mbill__db_ask(mbill__db *db, const char *sql, int64_t *out, mbill_error *err)
{
    mbill__query *query = NULL;
    bool row = false;
    MBILL_TRY(mbill__query_start(db, sql, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

bool mbill__column_null(mbill__query *query, int place)
{
    return query->db->by->is_null(query, place);
}

int64_t mbill__column_whole(mbill__query *query, int place)
{
    return query->db->by->whole(query, place);
}

mbill_status mbill__column_text(mbill__query *query, int place, const char **out, size_t *out_len, mbill_error *err)
{
    *out = NULL;
    *out_len = 0;
    if (mbill__column_null(query, place)) return MBILL_OK;
    return query->db->by->text(query, place, out, out_len, err);
}

mbill_status mbill__column_bytes(mbill__query *query, int place, const uint8_t **out, size_t *out_len, mbill_error *err)
{
    return query->db->by->bytes(query, place, out, out_len, err);
}

mbill_status mbill__column_blob(mbill__query *query, int place, void *out, size_t n, mbill_error *err)
{
    const uint8_t *bytes;
    size_t len;
    MBILL_TRY(mbill__column_bytes(query, place, &bytes, &len, err));
    if (len != n)
        return mbill__fail(err, MBILL_E_CORRUPT, "%s \"%s\" has %zu bytes where %zu are expected", query->db->by->noun,
            query->db->path, len, n);
    memcpy(out, bytes, n);
    return MBILL_OK;
}
