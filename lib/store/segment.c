/* SPDX-License-Identifier: Apache-2.0 */
/* Segments in a database: table mbill_segment, one row each. Changes when that table does. */
#include "store/segment.h"

#include <string.h>

static mbill_status begin(void *ctx, bool to_write, mbill_error *err)
{
    return to_write ? mbill__db_begin(ctx, err) : mbill__db_begin_read(ctx, err);
}

static mbill_status finish(void *ctx, mbill_status status, mbill_error *err)
{
    return mbill__db_finish(ctx, status, err);
}

static mbill_status read(void *ctx, int64_t from, mbill__segment *out, mbill_error *err)
{
    static const char SELECT_SEGMENT[] = "SELECT first_record, n_records, hash, data FROM mbill_segment WHERE first_record >= ?1"
                                         " ORDER BY first_record LIMIT 1";
    mbill__query *query;
    bool row;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__query_start(ctx, SELECT_SEGMENT, &query, err));
    mbill__bind_whole(query, 1, from);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    out->first = mbill__column_whole(query, 0);
    out->n = mbill__column_whole(query, 1);
    if (out->n <= 0)
        return mbill__fail_at(err, MBILL_E_CORRUPT, out->first, "the segment of record %lld has %lld records",
            (long long)out->first, (long long)out->n);
    MBILL_TRY(mbill__column_blob(query, 2, out->hash, sizeof out->hash, err));
    return mbill__column_bytes(query, 3, &out->bytes, &out->len, err); /* the query stays where it is for the sake of these */
}

static mbill_status last(void *ctx, mbill__segment *out, mbill_error *err)
{
    static const char SELECT_LAST[] =
        "SELECT first_record, n_records, hash FROM mbill_segment ORDER BY first_record DESC LIMIT 1";
    mbill__query *query;
    bool row;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__query_start(ctx, SELECT_LAST, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    out->first = mbill__column_whole(query, 0);
    out->n = mbill__column_whole(query, 1);
    mbill_status status = mbill__column_blob(query, 2, out->hash, sizeof out->hash, err);
    mbill__query_end(query);
    return status;
}

/* Compare and set. */
static mbill_status move_head(mbill__db *db, const mbill__segment *segment, mbill_error *err)
{
    static const char MOVE_HEAD[] = "UPDATE mbill_head SET n_records = ?1, hash = ?2"
                                    " WHERE one = 1 AND n_records = ?3 AND (?3 = 0 OR hash = ?4)";
    mbill__query *query;
    int64_t changes;
    MBILL_TRY(mbill__query_start(db, MOVE_HEAD, &query, err));
    mbill__bind_whole(query, 1, segment->first + segment->n);
    mbill__bind_blob(query, 2, segment->hash, sizeof segment->hash);
    mbill__bind_whole(query, 3, segment->first);
    mbill__bind_blob(query, 4, segment->before, sizeof segment->before);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    if (changes == 1) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BUSY, "%s \"%s\": the journal no longer ends with record %lld, another writer came between",
        mbill__db_noun(db), mbill__db_path(db), (long long)segment->first - 1);
}

static mbill_status add(void *ctx, const mbill__segment *segment, mbill_error *err)
{
    static const char PUT_SEGMENT[] = "INSERT INTO mbill_segment(first_record, n_records, hash, data) VALUES(?1, ?2, ?3, ?4)";
    mbill__query *query;
    MBILL_TRY(move_head(ctx, segment, err));
    MBILL_TRY(mbill__query_start(ctx, PUT_SEGMENT, &query, err));
    mbill__bind_whole(query, 1, segment->first);
    mbill__bind_whole(query, 2, segment->n);
    mbill__bind_blob(query, 3, segment->hash, sizeof segment->hash);
    mbill__bind_blob(query, 4, segment->bytes, segment->len);
    return mbill__query_run(query, NULL, err);
}

static bool collided(void *ctx)
{
    return mbill__db_collided(ctx);
}

mbill__keep mbill__segment_keep(mbill__db *db)
{
    return (mbill__keep){db, begin, finish, read, last, add, collided};
}
