/* SPDX-License-Identifier: Apache-2.0 */
/* From columns to tiles. Invariant: of a register, kind, instant and place the reading in the newest tile counts; a tile is never changed.
 * Changes when what may be kept beside what is there does. */
#include "store/ingest.h"
#include "store/late.h"
#include "store/month.h"
#include "store/order.h"
#include "store/part.h"
#include "store/tile.h"

#include <string.h>

typedef struct ingesting {
    mbill_store *store;
    const mbill_reading_columns *batch;
    uint8_t kind;
    uint32_t *by_group;      /* rows of the batch, group by group */
    size_t *group_ends;      /* behind the last of each group */
    mbill__ordered *ordered; /* the rows of one group by time; the second half is scratch */
    mbill__tile_row *rows;   /* the same, none twice */
    uint32_t *indexes;       /* of those in the batch */
    size_t cap_by_group, cap_group_ends, cap_ordered, cap_rows, cap_indexes;
    size_t n_groups;
    mbill__late late;
    mbill__tile_maker maker;
    int64_t group_no;
    int32_t month; /* of the rows that are written */
    mbill_ingest_counts counts;
    mbill__reading_conflict conflict;
} ingesting;

#define ROOM(to, array, n) room((to), (void **)(void *)&(to)->array, &(to)->cap_##array, sizeof *(to)->array, (n), err)

static mbill_status room(const ingesting *to, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(to->store->db), block, cap, size, n, err);
}

static mbill_status refuse(ingesting *to, uint32_t index, const mbill__tile_row *kept, const mbill__tile_row *given,
    mbill_error *err)
{
    const char *what = kept->value_micro == given->value_micro ? "another mark, quality or end" : "another value";
    to->conflict = (mbill__reading_conflict){index, kept->value_micro, given->value_micro};
    return mbill__fail_at(err, MBILL_E_EXISTS_DIFFERENT, index, "register %lld has a reading at %s with %s: %s, not %s",
        (long long)to->batch->registers[index], mbill__say_time(given->at_utc_s, NULL).text, what,
        mbill__say_micro(kept->value_micro).text, mbill__say_micro(given->value_micro).text);
}

/* Grouping */

static mbill_status read_n_registers(ingesting *to, int64_t *out, mbill_error *err)
{
    static const char SELECT_LAST_REGISTER[] = "SELECT max(register_no) FROM mbill_register"; /* none is ever removed */
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_LAST_REGISTER, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status check_registers(ingesting *to, int64_t n_registers, mbill_error *err)
{
    const mbill_reading_columns *batch = to->batch;
    for (size_t i = 0; i < batch->n; i++)
        if (batch->registers[i] < 1 || batch->registers[i] > n_registers)
            return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)i, "no register of the store has the number %lld",
                (long long)batch->registers[i]);
    return MBILL_OK;
}

/* The rows of each group together, in the order of the batch. */
static mbill_status part_by_group(ingesting *to, mbill_error *err)
{
    const mbill_reading_columns *batch = to->batch;
    int64_t n_registers;
    MBILL_TRY(read_n_registers(to, &n_registers, err));
    MBILL_TRY(check_registers(to, n_registers, err));
    to->n_groups = (size_t)(n_registers >> MBILL__GROUP_BITS) + 1;
    MBILL_TRY(ROOM(to, by_group, batch->n));
    MBILL_TRY(ROOM(to, group_ends, to->n_groups + 1));
    memset(to->group_ends, 0, (to->n_groups + 1) * sizeof *to->group_ends);
    for (size_t i = 0; i < batch->n; i++) to->group_ends[(batch->registers[i] >> MBILL__GROUP_BITS) + 1]++;
    for (size_t i = 1; i <= to->n_groups; i++) to->group_ends[i] += to->group_ends[i - 1];
    for (size_t i = 0; i < batch->n; i++) to->by_group[to->group_ends[batch->registers[i] >> MBILL__GROUP_BITS]++] = (uint32_t)i;
    return MBILL_OK; /* each end has moved from its group's beginning to behind its last row */
}

/* Putting in order */

static mbill__tile_row row_of(const ingesting *to, uint32_t i)
{
    const mbill_reading_columns *batch = to->batch;
    uint8_t flags = batch->reading_flags != NULL ? batch->reading_flags[i] : 0;
    return (mbill__tile_row){.at_utc_s = batch->at_utc_s[i],
        .value_micro = batch->values_micro[i],
        .length_s = batch->ends_utc_s != NULL ? (uint32_t)(batch->ends_utc_s[i] - batch->at_utc_s[i]) : 0,
        .slot = (uint16_t)(batch->registers[i] & (MBILL__GROUP - 1)),
        .flags = flags,
        .place = (flags & MBILL_READING_INSTALLED) != 0};
}

static bool says_the_same(const mbill__tile_row *a, const mbill__tile_row *b)
{
    return a->value_micro == b->value_micro && a->flags == b->flags && a->length_s == b->length_s;
}

/* Rows that the batch has twice are counted, and refused where they differ: none of the two is the newer. */
static mbill_status take_ordered(ingesting *to, size_t n, size_t *out_n, mbill_error *err)
{
    *out_n = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t index = to->ordered[i].index;
        mbill__tile_row row = row_of(to, index);
        const mbill__tile_row *before = *out_n > 0 ? &to->rows[*out_n - 1] : NULL;
        if (before == NULL || mbill__tile_order(before, &row) != 0) {
            to->indexes[*out_n] = index;
            to->rows[(*out_n)++] = row;
            continue;
        }
        if (!says_the_same(before, &row)) return refuse(to, index, before, &row, err);
        to->counts.n_same++;
    }
    return MBILL_OK;
}

static mbill_status order_rows(ingesting *to, const uint32_t *indexes, size_t n, size_t *out_n, mbill_error *err)
{
    int64_t least_utc_s = INT64_MAX;
    MBILL_TRY(ROOM(to, ordered, 2 * n));
    MBILL_TRY(ROOM(to, rows, n));
    MBILL_TRY(ROOM(to, indexes, n));
    for (size_t i = 0; i < n; i++)
        if (to->batch->at_utc_s[indexes[i]] < least_utc_s) least_utc_s = to->batch->at_utc_s[indexes[i]];
    for (size_t i = 0; i < n; i++) {
        mbill__tile_row row = row_of(to, indexes[i]);
        uint64_t into_s = (uint64_t)(row.at_utc_s - least_utc_s);
        to->ordered[i] = (mbill__ordered){into_s << (MBILL__GROUP_BITS + 1) | (uint64_t)row.slot << 1 | row.place, indexes[i]};
    }
    mbill__order(to->ordered, to->ordered + n, n);
    return take_ordered(to, n, out_n, err);
}

/* Writing */

static mbill_status put_tile(void *ctx, const uint8_t *bytes, size_t len, size_t n, mbill_error *err)
{
    const ingesting *to = ctx;
    return mbill__tile_keep(to->store, to->group_no, to->month, bytes, len, n, err);
}

static mbill_status put_tiles(ingesting *to, size_t from, size_t n, mbill_error *err)
{
    for (size_t part; n > 0; from += part, n -= part) {
        part = n < MBILL__TILE_ROWS_MAX ? n : MBILL__TILE_ROWS_MAX;
        MBILL_TRY(mbill__tile_make(&to->maker, to->kind, to->rows + from, part, err));
    }
    return MBILL_OK;
}

/* A late row against what is there; *out_keep: it must be written. */
static mbill_status judge(ingesting *to, size_t at, size_t late_at, bool *out_keep, mbill_error *err)
{
    const mbill__tile_row *row = &to->rows[at], *kept = mbill__late_found(&to->late, late_at);
    bool correct = (to->batch->flags & MBILL_INGEST_CORRECT) != 0;
    *out_keep = kept == NULL || !says_the_same(kept, row);
    if (!*out_keep) {
        to->counts.n_same++;
        return MBILL_OK;
    }
    if (kept != NULL && (!correct || kept->length_s != row->length_s)) return refuse(to, to->indexes[at], kept, row, err);
    if (kept != NULL) to->counts.n_corrected++;
    int64_t register_no = to->batch->registers[to->indexes[at]];
    return mbill__late_name(&to->late, register_no, row, kept, &to->counts.n_behind_bill, err);
}

/* Rows [from, from + n) of one month: those that are new move to the front of it. */
static mbill_status sift(ingesting *to, const mbill__month_row *month, size_t from, size_t n, size_t *out_n, mbill_error *err)
{
    size_t n_late = 0, n_kept = 0;
    int64_t n_corrected = to->counts.n_corrected;
    while (n_late < n && to->rows[from + n_late].at_utc_s <= month->last_utc_s) n_late++;
    MBILL_TRY(mbill__late_find(&to->late, to->group_no, to->kind, to->rows + from, n_late, err));
    for (size_t i = 0; i < n_late; i++) {
        bool keep;
        MBILL_TRY(judge(to, from + i, i, &keep, err));
        if (keep) to->rows[from + n_kept++] = to->rows[from + i];
    }
    memmove(to->rows + from + n_kept, to->rows + from + n_late, (n - n_late) * sizeof *to->rows);
    *out_n = n_kept + n - n_late;
    to->counts.n_added += (int64_t)*out_n - (to->counts.n_corrected - n_corrected);
    return MBILL_OK;
}

/* A month that has left the store takes nothing in. */
static mbill_status check_month(ingesting *to, size_t from, mbill_error *err)
{
    mbill_error cause;
    int64_t at_utc_s = to->rows[from].at_utc_s;
    mbill_error_init(&cause);
    mbill_status status = mbill__part_need(to->store, at_utc_s, at_utc_s + 1, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail_at(err, status, to->indexes[from], "%s", cause.message);
}

static mbill_status take_month(ingesting *to, size_t from, size_t n, mbill_error *err)
{
    mbill__month_row month;
    size_t n_new;
    int64_t n_added = to->counts.n_added;
    MBILL_TRY(check_month(to, from, err));
    MBILL_TRY(mbill__month_read(to->store, to->group_no, to->kind, to->month, &month, err));
    MBILL_TRY(sift(to, &month, from, n, &n_new, err));
    if (n_new == 0) return MBILL_OK;
    MBILL_TRY(put_tiles(to, from, n_new, err));
    return mbill__month_add(to->store, &month, to->rows + from, n_new, to->counts.n_added - n_added, err);
}

static mbill_status take_group(ingesting *to, const uint32_t *indexes, size_t n, mbill_error *err)
{
    size_t n_rows, next;
    MBILL_TRY(order_rows(to, indexes, n, &n_rows, err));
    for (size_t at = 0; at < n_rows; at = next) {
        to->month = mbill__month_of(to->rows[at].at_utc_s);
        int64_t end_utc_s = mbill__month_start_utc_s(to->month + 1);
        for (next = at; next < n_rows && to->rows[next].at_utc_s < end_utc_s;) next++;
        MBILL_TRY(take_month(to, at, next - at, err));
    }
    return MBILL_OK;
}

static mbill_status take_groups(ingesting *to, mbill_error *err)
{
    size_t from = 0;
    MBILL_TRY(part_by_group(to, err));
    for (size_t group = 0; group < to->n_groups; from = to->group_ends[group++]) {
        to->group_no = (int64_t)group;
        if (to->group_ends[group] > from) MBILL_TRY(take_group(to, to->by_group + from, to->group_ends[group] - from, err));
    }
    return MBILL_OK;
}

static void end(ingesting *to)
{
    const mbill_allocator *allocator = mbill__db_allocator(to->store->db);
    mbill__release(allocator, to->by_group, to->cap_by_group * sizeof *to->by_group);
    mbill__release(allocator, to->group_ends, to->cap_group_ends * sizeof *to->group_ends);
    mbill__release(allocator, to->ordered, to->cap_ordered * sizeof *to->ordered);
    mbill__release(allocator, to->rows, to->cap_rows * sizeof *to->rows);
    mbill__release(allocator, to->indexes, to->cap_indexes * sizeof *to->indexes);
    mbill__late_end(&to->late);
    mbill__tile_maker_free(&to->maker);
}

mbill_status mbill__ingest(mbill_store *store, const mbill_reading_columns *batch, mbill_ingest_counts *out,
    mbill__reading_conflict *out_conflict, mbill_error *err)
{
    ingesting to = {.store = store,
        .batch = batch,
        .kind = batch->ends_utc_s != NULL ? MBILL__INTERVALS : MBILL__SAMPLES,
        .conflict = {.index = -1}};
    to.maker = (mbill__tile_maker){.allocator = *mbill__db_allocator(store->db), .sink = put_tile, .ctx = &to};
    mbill__late_start(&to.late, store);
    mbill_status status = batch->n == 0 ? MBILL_OK : take_groups(&to, err);
    end(&to);
    *out_conflict = to.conflict;
    if (status == MBILL_OK) *out = to.counts;
    return status;
}

/* The public way */

mbill_status mbill__ingest_out(const mbill_ingest_counts *out, mbill_error *err)
{
    if (out == NULL || out->struct_size >= sizeof *out) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the counts is not set");
}

void mbill__ingest_give(mbill_ingest_counts *out, const mbill_ingest_counts *counts)
{
    if (out == NULL) return;
    uint32_t struct_size = out->struct_size;
    *out = *counts;
    out->struct_size = struct_size;
}

static mbill_status check_row(const mbill_reading_columns *batch, size_t i, int64_t first_utc_s, int64_t end_utc_s,
    mbill_error *err)
{
    uint32_t flags = batch->reading_flags != NULL ? batch->reading_flags[i] : 0;
    uint32_t known = MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED,
             marks = MBILL_READING_ROLLOVER | MBILL_READING_REMOVED | MBILL_READING_INSTALLED;
    int64_t at_utc_s = batch->at_utc_s[i];
    if (at_utc_s < first_utc_s || at_utc_s >= end_utc_s)
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i, "time %lld is outside the years %d to %d", (long long)at_utc_s,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    if ((flags & ~(known | marks)) != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, (int64_t)i, "flags 0x%x hold a bit this version does not know",
            (unsigned)flags);
    if (batch->ends_utc_s == NULL) {
        if (batch->values_micro[i] >= 0) return MBILL_OK;
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i, "count %s is below 0",
            mbill__say_micro(batch->values_micro[i]).text);
    }
    if ((flags & marks) != 0)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "flags 0x%x are marks of a sample, the row is an interval",
            (unsigned)flags);
    if (batch->ends_utc_s[i] <= at_utc_s)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "end %lld is not after start %lld",
            (long long)batch->ends_utc_s[i], (long long)at_utc_s);
    if (batch->ends_utc_s[i] < end_utc_s && batch->ends_utc_s[i] - at_utc_s <= (int64_t)UINT32_MAX) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
        "end %lld is outside the years %d to %d, or %lld seconds behind its start", (long long)batch->ends_utc_s[i],
        MBILL_YEAR_MIN, MBILL_YEAR_MAX, (long long)UINT32_MAX + 1);
}

static mbill_status check_batch(const mbill_reading_columns *batch, mbill_error *err)
{
    int64_t first_utc_s = mbill__month_start_utc_s((MBILL_YEAR_MIN - 1970) * 12);
    int64_t end_utc_s = mbill__month_start_utc_s((MBILL_YEAR_MAX - 1970) * 12 + 11) + 31 * (int64_t)86400;
    if ((batch->flags & ~MBILL_INGEST_CORRECT) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%x hold a bit this version does not know",
            (unsigned)batch->flags);
    if (batch->n > INT32_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu rows are too many for a batch, expected at most %d", batch->n, INT32_MAX);
    if (batch->n > 0 && (batch->registers == NULL || batch->at_utc_s == NULL || batch->values_micro == NULL))
        return mbill__fail(err, MBILL_E_MISUSE, "registers, at_utc_s or values_micro is NULL");
    for (size_t i = 0; i < batch->n; i++) MBILL_TRY(check_row(batch, i, first_utc_s, end_utc_s, err));
    return MBILL_OK;
}

mbill_status mbill_store_ingest(mbill_store *store, const mbill_reading_columns *batch, mbill_ingest_counts *out,
    mbill_error *err)
{
    mbill_reading_columns known;
    mbill_ingest_counts counts;
    mbill__reading_conflict conflict;
    MBILL__NEED(store);
    MBILL__NEED(batch);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, batch, err));
    MBILL_TRY(mbill__ingest_out(out, err));
    MBILL_TRY(check_batch(&known, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, mbill__ingest(store, &known, &counts, &conflict, err), err));
    mbill__ingest_give(out, &counts);
    return MBILL_OK;
}
