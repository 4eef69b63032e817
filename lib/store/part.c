/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: the digest of a month is the same in whatever file its tiles are. Group by group, so that memory does not grow with the city. */
#include "store/part.h"

#include "store/late.h"
#include "store/month.h"
#include "store/shelf.h"

#include <stdio.h>
#include <string.h>

mbill__said mbill__month_name(int32_t month)
{
    mbill__said said = mbill__say_time(mbill__month_start_utc_s(month), NULL);
    said.text[sizeof "yyyy-mm" - 1] = '\0';
    return said;
}

mbill_status mbill__month_parse(const char *text, int32_t *out, mbill_error *err)
{
    char day[sizeof "yyyy-mm-dd"];
    mbill_date date;
    int32_t days;
    int64_t utc_s = 0;
    (void)snprintf(day, sizeof day, "%.7s-01", text);
    bool is_month = strlen(text) == sizeof "yyyy-mm" - 1 && mbill_date_parse(day, strlen(day), &date, NULL) == MBILL_OK &&
        mbill_date_to_days(date, &days, NULL) == MBILL_OK && mbill_zone_day_start(NULL, days, &utc_s, NULL) == MBILL_OK;
    if (!is_month) return mbill__fail(err, MBILL_E_DATE, "\"%.32s\" is no month, expected one such as 2026-01", text);
    *out = mbill__month_of(utc_s);
    return MBILL_OK;
}

/* What is written of it */

mbill_status mbill__part_read(mbill__db *db, int32_t month, mbill__part *out, mbill_error *err)
{
    static const char SELECT_PART[] = "SELECT state, n_tiles, n_readings, digest FROM mbill_reading_part WHERE month = ?1";
    mbill__query *query;
    bool row;
    *out = (mbill__part){.month = month, .name = mbill__month_name(month)};
    MBILL_TRY(mbill__query_start(db, SELECT_PART, &query, err));
    mbill__bind_whole(query, 1, month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    out->state = (int32_t)mbill__column_whole(query, 0);
    out->n_tiles = mbill__column_whole(query, 1);
    out->n_readings = mbill__column_whole(query, 2);
    mbill_status status = mbill__column_blob(query, 3, out->digest, sizeof out->digest, err);
    mbill__query_end(query);
    return status;
}

/* State 0: nothing is written of it any more. */
mbill_status mbill__part_write(mbill__db *db, const mbill__part *part, mbill_error *err)
{
    static const char PUT_PART[] =
        "INSERT INTO mbill_reading_part(month, state, n_tiles, n_readings, digest) VALUES(?1, ?2, ?3, ?4, ?5)";
    static const char DROP_PART[] = "DELETE FROM mbill_reading_part WHERE month = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(db, part->state == 0 ? DROP_PART : PUT_PART, &query, err));
    mbill__bind_whole(query, 1, part->month);
    if (part->state != 0) {
        mbill__bind_whole(query, 2, part->state);
        mbill__bind_whole(query, 3, part->n_tiles);
        mbill__bind_whole(query, 4, part->n_readings);
        mbill__bind_blob(query, 5, part->digest, sizeof part->digest);
    }
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__part_need(mbill_store *store, int64_t from_utc_s, int64_t to_utc_s, mbill_error *err)
{
    static const char SELECT_GONE[] =
        "SELECT month, state FROM mbill_reading_part WHERE month BETWEEN ?1 AND ?2 ORDER BY month LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_GONE, &query, err));
    mbill__bind_whole(query, 1, mbill__month_of(from_utc_s));
    mbill__bind_whole(query, 2, mbill__month_of(to_utc_s - 1));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    int32_t month = (int32_t)mbill__column_whole(query, 0);
    const char *what = mbill__column_whole(query, 1) == MBILL__PART_PURGED ? "purged" : "detached";
    mbill__query_end(query);
    return mbill__fail(err, MBILL_E_INVALID, "the readings of %s were %s, expected a month that is in the store",
        mbill__month_name(month).text, what);
}

/* Tiles */

typedef struct part_group {
    int64_t group_no, kind;
} part_group;

/* Work on one group of a month; the first failure ends it. */
typedef mbill_status group_work(void *ctx, const part_group *group, mbill_error *err);

static mbill_status list_groups(mbill__db *db, int32_t month, part_group **out, size_t *out_n, size_t *out_cap, mbill_error *err)
{
    static const char SELECT_GROUPS[] = "SELECT group_no, kind FROM mbill_reading_month WHERE month = ?1 ORDER BY group_no, kind";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(db, SELECT_GROUPS, &query, err));
    mbill__bind_whole(query, 1, month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        status = mbill__room(mbill__db_allocator(db), (void **)(void *)out, out_cap, sizeof **out, *out_n + 1, err);
        if (status != MBILL_OK) break;
        (*out)[(*out_n)++] = (part_group){mbill__column_whole(query, 0), mbill__column_whole(query, 1)};
        status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

static mbill_status each_group(mbill__db *db, int32_t month, group_work *work, void *ctx, mbill_error *err)
{
    part_group *groups = NULL;
    size_t n = 0, cap = 0;
    mbill_status status = list_groups(db, month, &groups, &n, &cap, err);
    for (size_t i = 0; status == MBILL_OK && i < n; i++) status = work(ctx, &groups[i], err);
    mbill__release(mbill__db_allocator(db), groups, cap * sizeof *groups);
    return status;
}

/* In the order of the index, which is the same in every file. */
static const char SELECT_MONTH_TILES[] =
    "SELECT tile_no, data, first_utc_s, last_utc_s, n_readings FROM mbill_reading_tile WHERE group_no = ?1 AND kind = ?2"
    " AND last_utc_s >= ?3 AND first_utc_s < ?4 AND month = ?5 ORDER BY last_utc_s, first_utc_s, tile_no";

static void bind_group(mbill__query *query, const part_group *group, int32_t month)
{
    mbill__bind_whole(query, 1, group->group_no);
    mbill__bind_whole(query, 2, group->kind);
    mbill__bind_whole(query, 3, mbill__month_start_utc_s(month));
    mbill__bind_whole(query, 4, mbill__month_start_utc_s(month + 1));
    mbill__bind_whole(query, 5, month);
}

typedef struct summing {
    mbill__db *db;
    mbill__part *part;
} summing;

/* digest = hash(digest before, numbers of the tile, hash of its bytes) */
static void digest_tile(mbill__part *part, const part_group *group, mbill__query *query, const uint8_t *bytes, size_t len)
{
    const int64_t numbers[] = {group->group_no, group->kind, part->month, mbill__column_whole(query, 0),
        mbill__column_whole(query, 2), mbill__column_whole(query, 3), mbill__column_whole(query, 4)};
    uint8_t text[2 * MBILL__DIGEST_BYTES + sizeof numbers], *at = text + MBILL__DIGEST_BYTES;
    memcpy(text, part->digest, MBILL__DIGEST_BYTES);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++, at += 8) mbill__tile_put(at, 8, (uint64_t)numbers[i]);
    mbill__digest(bytes, len, at);
    mbill__digest(text, sizeof text, part->digest);
    part->n_tiles++;
}

static mbill_status sum_group(void *ctx, const part_group *group, mbill_error *err)
{
    summing *sum = ctx;
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(sum->db, SELECT_MONTH_TILES, &query, err));
    bind_group(query, group, sum->part->month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        const uint8_t *bytes;
        size_t len;
        status = mbill__column_bytes(query, 1, &bytes, &len, err);
        if (status == MBILL_OK) digest_tile(sum->part, group, query, bytes, len);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

mbill_status mbill__part_sum(mbill__db *db, int32_t month, mbill__part *out, mbill_error *err)
{
    static const char SELECT_COUNT[] = "SELECT coalesce(sum(n_readings), 0) FROM mbill_reading_month WHERE month = ?1";
    mbill__query *query;
    bool row;
    *out = (mbill__part){.month = month, .name = mbill__month_name(month)};
    summing sum = {db, out};
    MBILL_TRY(each_group(db, month, sum_group, &sum, err));
    MBILL_TRY(mbill__query_start(db, SELECT_COUNT, &query, err));
    mbill__bind_whole(query, 1, month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    out->n_readings = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

/* Copying */

typedef struct copying {
    mbill__db *from, *to;
    int32_t month;
} copying;

static mbill_status copy_tile(const copying *copy, const part_group *group, mbill__query *from, mbill_error *err)
{
    static const char PUT_TILE_AS_IT_IS[] =
        "INSERT INTO mbill_reading_tile(tile_no, group_no, kind, month, first_utc_s, last_utc_s, "
        "n_readings, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    const uint8_t *bytes;
    size_t len;
    mbill__query *query;
    MBILL_TRY(mbill__column_bytes(from, 1, &bytes, &len, err));
    MBILL_TRY(mbill__query_start(copy->to, PUT_TILE_AS_IT_IS, &query, err));
    mbill__bind_whole(query, 1, mbill__column_whole(from, 0));
    mbill__bind_whole(query, 2, group->group_no);
    mbill__bind_whole(query, 3, group->kind);
    mbill__bind_whole(query, 4, copy->month);
    mbill__bind_whole(query, 5, mbill__column_whole(from, 2));
    mbill__bind_whole(query, 6, mbill__column_whole(from, 3));
    mbill__bind_whole(query, 7, mbill__column_whole(from, 4));
    mbill__bind_blob(query, 8, bytes, len);
    return mbill__query_run(query, NULL, err);
}

/* The month's row takes the place of one that is there. */
static mbill_status copy_month(const copying *copy, const part_group *group, mbill_error *err)
{
    static const char SELECT_ROW[] =
        "SELECT n_readings, first_utc_s, last_utc_s, present FROM mbill_reading_month WHERE group_no = ?1 "
        "AND kind = ?2 AND month = ?3";
    static const char PUT_ROW[] = "INSERT INTO mbill_reading_month(group_no, kind, month, n_readings, first_utc_s, "
                                  "last_utc_s, present) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(group_no, kind, month)"
                                  " DO UPDATE SET n_readings = ?4, first_utc_s = ?5, last_utc_s = ?6, present = ?7";
    mbill__query *from, *query;
    const uint8_t *present;
    size_t len;
    bool row;
    MBILL_TRY(mbill__query_start(copy->from, SELECT_ROW, &from, err));
    mbill__bind_whole(from, 1, group->group_no);
    mbill__bind_whole(from, 2, group->kind);
    mbill__bind_whole(from, 3, copy->month);
    MBILL_TRY(mbill__query_step(from, &row, err));
    mbill_status status = row ? mbill__column_bytes(from, 3, &present, &len, err) : MBILL_OK;
    if (status == MBILL_OK && row) status = mbill__query_start(copy->to, PUT_ROW, &query, err);
    if (status == MBILL_OK && row) {
        mbill__bind_whole(query, 1, group->group_no);
        mbill__bind_whole(query, 2, group->kind);
        mbill__bind_whole(query, 3, copy->month);
        for (int i = 0; i < 3; i++) mbill__bind_whole(query, 4 + i, mbill__column_whole(from, i));
        mbill__bind_blob(query, 7, present, len);
        status = mbill__query_run(query, NULL, err);
    }
    mbill__query_end(from);
    return status;
}

static mbill_status copy_group(void *ctx, const part_group *group, mbill_error *err)
{
    const copying *copy = ctx;
    mbill__query *query;
    bool row;
    MBILL_TRY(copy_month(copy, group, err));
    MBILL_TRY(mbill__query_start(copy->from, SELECT_MONTH_TILES, &query, err));
    bind_group(query, group, copy->month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        status = copy_tile(copy, group, query, err);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

mbill_status mbill__part_copy(mbill__db *from, mbill__db *to, int32_t month, mbill_error *err)
{
    copying copy = {from, to, month};
    return each_group(from, month, copy_group, &copy, err);
}

/* Removing */

typedef struct removing {
    mbill_store *store;
    int32_t month;
    bool keep_edges;
    mbill__shelf shelf;
    mbill__tile_maker maker;
    mbill__tile_row *edges;
    mbill__ordered *ordered;
    size_t cap_edges, cap_ordered, n_edges;
    int64_t group_no;
} removing;

static mbill_status put_edge_tile(void *ctx, const uint8_t *bytes, size_t len, size_t n, mbill_error *err)
{
    const removing *from = ctx;
    return mbill__tile_keep(from->store, from->group_no, from->month, bytes, len, n, err);
}

static mbill_status add_edge(removing *from, const mbill__tile_row *row, mbill_error *err)
{
    MBILL_TRY(mbill__room(mbill__db_allocator(from->store->db), (void **)(void *)&from->edges, &from->cap_edges,
        sizeof *from->edges, from->n_edges + 1, err));
    from->edges[from->n_edges++] = *row;
    return MBILL_OK;
}

static mbill_status find_edges(removing *from, uint8_t kind, uint16_t slot, mbill_error *err)
{
    int64_t start_utc_s = mbill__month_start_utc_s(from->month), end_utc_s = mbill__month_start_utc_s(from->month + 1);
    const mbill__shelf_row *rows;
    size_t n, end;
    MBILL_TRY(mbill__shelf_register(&from->shelf, slot, &rows, &n, err));
    for (end = n; end > 0 && rows[end - 1].row.at_utc_s >= end_utc_s;) end--;
    for (size_t i = 0; i < end; i++) {
        const mbill__tile_row *row = &rows[i].row;
        bool is_edge = kind == MBILL__SAMPLES ? row->at_utc_s == rows[end - 1].row.at_utc_s
                                              : row->at_utc_s + row->length_s > end_utc_s;
        if (is_edge && row->at_utc_s >= start_utc_s) MBILL_TRY(add_edge(from, row, err));
    }
    return MBILL_OK;
}

/* As tiles are made: by time, slot and place. */
static mbill_status put_edges(removing *from, uint8_t kind, mbill_error *err)
{
    size_t n = from->n_edges;
    int64_t start_utc_s = mbill__month_start_utc_s(from->month);
    const mbill_allocator *allocator = mbill__db_allocator(from->store->db);
    MBILL_TRY(mbill__room(allocator, (void **)(void *)&from->ordered, &from->cap_ordered, sizeof *from->ordered, 2 * n, err));
    MBILL_TRY(mbill__room(allocator, (void **)(void *)&from->edges, &from->cap_edges, sizeof *from->edges, 2 * n, err));
    for (size_t i = 0; i < n; i++) {
        const mbill__tile_row *row = &from->edges[i];
        uint64_t rest = (uint64_t)row->slot << 1 | row->place;
        from->ordered[i] = (mbill__ordered){(uint64_t)(row->at_utc_s - start_utc_s) << (MBILL__GROUP_BITS + 1) | rest,
            (uint32_t)i};
    }
    mbill__order(from->ordered, from->ordered + n, n);
    for (size_t i = 0; i < n; i++) from->edges[n + i] = from->edges[from->ordered[i].index];
    return mbill__tile_make(&from->maker, kind, from->edges + n, n, err);
}

static mbill_status drop_tiles(const removing *from, const part_group *group, mbill_error *err)
{
    static const char DROP_TILES[] = "DELETE FROM mbill_reading_tile WHERE group_no = ?1 AND kind = ?2 AND last_utc_s >= ?3 AND "
                                     "first_utc_s < ?4 AND month = ?5";
    static const char SET_COUNT[] =
        "UPDATE mbill_reading_month SET n_readings = ?3 WHERE group_no = ?1 AND kind = ?2 AND month = ?4";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(from->store->db, DROP_TILES, &query, err));
    bind_group(query, group, from->month);
    MBILL_TRY(mbill__query_run(query, NULL, err));
    MBILL_TRY(mbill__query_start(from->store->db, SET_COUNT, &query, err));
    mbill__bind_whole(query, 1, group->group_no);
    mbill__bind_whole(query, 2, group->kind);
    mbill__bind_whole(query, 3, (int64_t)from->n_edges);
    mbill__bind_whole(query, 4, from->month);
    return mbill__query_run(query, NULL, err);
}

static mbill_status remove_group(void *ctx, const part_group *group, mbill_error *err)
{
    removing *from = ctx;
    uint8_t kind = (uint8_t)group->kind;
    from->group_no = group->group_no;
    from->n_edges = 0;
    if (from->keep_edges)
        MBILL_TRY(mbill__shelf_load(&from->shelf, group->group_no, kind, mbill__month_start_utc_s(from->month),
            mbill__month_start_utc_s(from->month + 1), err));
    for (uint16_t slot = 0; from->keep_edges && slot < MBILL__GROUP; slot++) MBILL_TRY(find_edges(from, kind, slot, err));
    MBILL_TRY(drop_tiles(from, group, err));
    return from->n_edges > 0 ? put_edges(from, kind, err) : MBILL_OK;
}

mbill_status mbill__part_remove(mbill_store *store, int32_t month, bool keep_edges, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    removing from = {.store = store, .month = month, .keep_edges = keep_edges};
    from.maker = (mbill__tile_maker){.allocator = *allocator, .sink = put_edge_tile, .ctx = &from};
    mbill__shelf_start(&from.shelf, store);
    mbill_status status = each_group(store->db, month, remove_group, &from, err);
    mbill__shelf_end(&from.shelf);
    mbill__tile_maker_free(&from.maker);
    mbill__release(allocator, from.edges, from.cap_edges * sizeof *from.edges);
    mbill__release(allocator, from.ordered, from.cap_ordered * sizeof *from.ordered);
    return status;
}
