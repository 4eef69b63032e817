/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: the newest tile that has a reading is the one that counts, in whatever order tiles are looked at. */
#include "store/late.h"

#include "store/bind.h"

#include <string.h>

/* Months */

mbill_status mbill__month_read(mbill_store *store, int64_t group_no, uint8_t kind, int32_t month, mbill__month_row *out,
    mbill_error *err)
{
    static const char SELECT_MONTH[] =
        "SELECT n_readings, first_utc_s, last_utc_s, present FROM mbill_reading_month WHERE group_no "
        "= ?1 AND kind = ?2 AND month = ?3";
    mbill__query *query;
    bool row;
    *out =
        (mbill__month_row){.group_no = group_no, .first_utc_s = INT64_MAX, .last_utc_s = INT64_MIN, .month = month, .kind = kind};
    MBILL_TRY(mbill__query_start(store->db, SELECT_MONTH, &query, err));
    mbill__bind_whole(query, 1, group_no);
    mbill__bind_whole(query, 2, kind);
    mbill__bind_whole(query, 3, month);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    out->n_readings = mbill__column_whole(query, 0);
    out->first_utc_s = mbill__column_whole(query, 1);
    out->last_utc_s = mbill__column_whole(query, 2);
    mbill_status status = mbill__column_blob(query, 3, out->present, sizeof out->present, err);
    mbill__query_end(query);
    return status;
}

static void take_rows(mbill__month_row *month, const mbill__tile_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t last_utc_s = rows[i].at_utc_s + (rows[i].length_s > 0 ? (int64_t)rows[i].length_s - 1 : 0);
        if (rows[i].at_utc_s < month->first_utc_s) month->first_utc_s = rows[i].at_utc_s;
        if (last_utc_s > month->last_utc_s) month->last_utc_s = last_utc_s;
        month->present[rows[i].slot / 8] |= (uint8_t)(0x80u >> (rows[i].slot % 8));
    }
}

mbill_status mbill__month_add(mbill_store *store, mbill__month_row *month, const mbill__tile_row *rows, size_t n, int64_t n_more,
    mbill_error *err)
{
    static const char PUT_MONTH[] =
        "INSERT INTO mbill_reading_month(group_no, kind, month, n_readings, first_utc_s, last_utc_s, present)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(group_no, kind, month) DO UPDATE SET n_readings = ?4,"
        " first_utc_s = ?5, last_utc_s = ?6, present = ?7";
    mbill__query *query;
    take_rows(month, rows, n);
    month->n_readings += n_more;
    MBILL_TRY(mbill__query_start(store->db, PUT_MONTH, &query, err));
    mbill__bind_whole(query, 1, month->group_no);
    mbill__bind_whole(query, 2, month->kind);
    mbill__bind_whole(query, 3, month->month);
    mbill__bind_whole(query, 4, month->n_readings);
    mbill__bind_whole(query, 5, month->first_utc_s);
    mbill__bind_whole(query, 6, month->last_utc_s);
    mbill__bind_blob(query, 7, month->present, sizeof month->present);
    return mbill__query_run(query, NULL, err);
}

/* Tiles */

mbill_status mbill__tile_keep(mbill_store *store, int64_t group_no, int32_t month, const uint8_t *bytes, size_t len, size_t n,
    mbill_error *err)
{
    static const char PUT_TILE[] = "INSERT INTO mbill_reading_tile(group_no, kind, month, first_utc_s, last_utc_s, n_readings, "
                                   "data, tile_no) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    mbill__tile tile;
    mbill__query *query;
    int64_t first_utc_s, last_utc_s, tile_no;
    MBILL_TRY(mbill__tile_open(bytes, len, &tile, err));
    mbill__tile_span(&tile, &first_utc_s, &last_utc_s);
    MBILL_TRY(mbill__next_number(store, "tile", &tile_no, err));
    MBILL_TRY(mbill__query_start(store->db, PUT_TILE, &query, err));
    mbill__bind_whole(query, 1, group_no);
    mbill__bind_whole(query, 2, tile.kind);
    mbill__bind_whole(query, 3, month);
    mbill__bind_whole(query, 4, first_utc_s);
    mbill__bind_whole(query, 5, last_utc_s);
    mbill__bind_whole(query, 6, (int64_t)n);
    mbill__bind_blob(query, 7, bytes, len);
    mbill__bind_whole(query, 8, tile_no);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__tile_read(mbill_store *store, mbill__query *query, mbill__tile *out, mbill_error *err)
{
    const uint8_t *bytes;
    size_t len;
    mbill_error cause;
    mbill_error_init(&cause);
    MBILL_TRY(mbill__column_bytes(query, 1, &bytes, &len, err));
    mbill_status status = mbill__tile_open(bytes, len, out, &cause);
    if (status == MBILL_OK) return MBILL_OK;
    int64_t tile_no = mbill__column_whole(query, 0);
    return mbill__fail_at(err, status, tile_no, "%s \"%s\", tile %lld of readings: %s", mbill__db_noun(store->db),
        mbill__db_path(store->db), (long long)tile_no, cause.message);
}

/* Searching */

void mbill__late_start(mbill__late *late, mbill_store *store)
{
    *late = (mbill__late){.store = store};
}

void mbill__late_end(mbill__late *late)
{
    mbill__release(mbill__db_allocator(late->store->db), late->hits, late->cap_hits * sizeof *late->hits);
}

static mbill_status look_in(mbill__late *late, mbill__query *query, const mbill__tile_row *rows, size_t n, mbill_error *err)
{
    mbill__tile tile;
    mbill__tile_row found;
    int64_t tile_no = mbill__column_whole(query, 0);
    MBILL_TRY(mbill__tile_read(late->store, query, &tile, err));
    for (size_t i = 0; i < n; i++)
        if (tile_no > late->hits[i].tile_no && mbill__tile_find(&tile, rows[i].at_utc_s, rows[i].slot, rows[i].place, &found))
            late->hits[i] = (mbill__late_hit){tile_no, found};
    return MBILL_OK;
}

mbill_status mbill__late_find(mbill__late *late, int64_t group_no, uint8_t kind, const mbill__tile_row *rows, size_t n,
    mbill_error *err)
{
    static const char SELECT_TILES[] = "SELECT tile_no, data FROM mbill_reading_tile WHERE group_no = ?1 AND kind = ?2 AND "
                                       "last_utc_s >= ?3 AND first_utc_s <= ?4";
    mbill__query *query;
    bool row;
    if (n == 0) return MBILL_OK;
    MBILL_TRY(mbill__room(mbill__db_allocator(late->store->db), (void **)(void *)&late->hits, &late->cap_hits, sizeof *late->hits,
        n, err));
    memset(late->hits, 0, n * sizeof *late->hits);
    MBILL_TRY(mbill__query_start(late->store->db, SELECT_TILES, &query, err));
    mbill__bind_whole(query, 1, group_no);
    mbill__bind_whole(query, 2, kind);
    mbill__bind_whole(query, 3, rows[0].at_utc_s);
    mbill__bind_whole(query, 4, rows[n - 1].at_utc_s);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(look_in(late, query, rows, n, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

const mbill__tile_row *mbill__late_found(const mbill__late *late, size_t i)
{
    return late->hits[i].tile_no != 0 ? &late->hits[i].row : NULL;
}

/* Naming */

static mbill_status know_bills(mbill__late *late, mbill_error *err)
{
    static const char SELECT_BILLED_TO[] = "SELECT max(to_utc_s) FROM mbill_bill";
    mbill__query *query;
    bool row;
    if (late->knows_bills) return MBILL_OK;
    MBILL_TRY(mbill__query_start(late->store->db, SELECT_BILLED_TO, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    late->billed_to_utc_s = row && !mbill__column_null(query, 0) ? mbill__column_whole(query, 0) : INT64_MIN;
    late->knows_bills = true;
    mbill__query_end(query);
    return MBILL_OK;
}

/* The first bill whose span the reading lies in; a sample at its end counts too. 0: none. */
static mbill_status find_bill(mbill__late *late, int64_t register_no, const mbill__tile_row *row, int64_t *out_bill_no,
    mbill_error *err)
{
    static const char SELECT_BILL_OF[] =
        "SELECT b.bill_no FROM mbill_contract_register r JOIN mbill_bill b USING(contract_no) WHERE r.register_no = ?1"
        " AND b.from_utc_s <= ?3 AND b.to_utc_s >= ?2 ORDER BY b.from_utc_s, b.bill_no LIMIT 1";
    mbill__query *query;
    bool found;
    *out_bill_no = 0;
    MBILL_TRY(know_bills(late, err));
    if (row->at_utc_s > late->billed_to_utc_s) return MBILL_OK;
    bool is_sample = row->length_s == 0;
    MBILL_TRY(mbill__query_start(late->store->db, SELECT_BILL_OF, &query, err));
    mbill__bind_whole(query, 1, register_no);
    mbill__bind_whole(query, 2, row->at_utc_s + (is_sample ? 0 : 1));
    mbill__bind_whole(query, 3, row->at_utc_s + (is_sample ? 0 : (int64_t)row->length_s - 1));
    MBILL_TRY(mbill__query_step(query, &found, err));
    if (found) *out_bill_no = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__late_name(mbill__late *late, int64_t register_no, const mbill__tile_row *row, const mbill__tile_row *kept,
    int64_t *inout_n, mbill_error *err)
{
    static const char PUT_CORRECTION[] =
        "INSERT INTO mbill_reading_correction(correction_no, kind, register_no, at_utc_s, place, was_micro, "
        "was_flags, value_micro, flags, bill_no)"
        " VALUES(" MBILL__NEXT("correction_no",
            "mbill_reading_correction") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(CAST(?9 AS BIGINT), 0))";
    mbill__query *query;
    int64_t bill_no;
    MBILL_TRY(find_bill(late, register_no, row, &bill_no, err));
    *inout_n += bill_no != 0;
    if (bill_no == 0 && kept == NULL) return MBILL_OK;
    MBILL_TRY(mbill__query_start(late->store->db, PUT_CORRECTION, &query, err));
    mbill__bind_whole(query, 1, row->length_s > 0 ? MBILL__INTERVALS : MBILL__SAMPLES);
    mbill__bind_whole(query, 2, register_no);
    mbill__bind_whole(query, 3, row->at_utc_s);
    mbill__bind_whole(query, 4, row->place);
    if (kept != NULL) mbill__bind_whole(query, 5, kept->value_micro);
    else mbill__bind_text(query, 5, NULL, 0);
    if (kept != NULL) mbill__bind_whole(query, 6, kept->flags);
    else mbill__bind_text(query, 6, NULL, 0);
    mbill__bind_whole(query, 7, row->value_micro);
    mbill__bind_whole(query, 8, row->flags);
    mbill__bind_whole(query, 9, bill_no);
    return mbill__query_run(query, NULL, err);
}
