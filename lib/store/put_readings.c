/* SPDX-License-Identifier: Apache-2.0 */
/* A file of readings into the store. Changes when what a refused line says does. Invariant: the file's rows are kept as one batch, or none. */
#include "store/ingest.h"
#include "store/lookup.h"

#include <string.h>

/* The rows so far as columns; lines: of the file. */
typedef struct reading_import {
    mbill_store *store;
    const mbill_zone *zone;
    mbill__store_lookup lookup;
    int64_t *registers, *at_utc_s, *ends_utc_s, *values_micro, *lines;
    uint8_t *flags;
    size_t cap_registers, cap_at_utc_s, cap_ends_utc_s, cap_values_micro, cap_lines, cap_flags;
    size_t n;
    bool intervals, correct;
    mbill_ingest_counts counts;
} reading_import;

#define ROOM(import, array, n)                                                                                                   \
    room((import), (void **)(void *)&(import)->array, &(import)->cap_##array, sizeof *(import)->array, (n), err)

static mbill_status room(const reading_import *import, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(import->store->db), block, cap, size, n, err);
}

static mbill_status make_room(reading_import *import, mbill_error *err)
{
    size_t n = import->n + 1;
    MBILL_TRY(ROOM(import, registers, n));
    MBILL_TRY(ROOM(import, at_utc_s, n));
    MBILL_TRY(ROOM(import, ends_utc_s, n));
    MBILL_TRY(ROOM(import, values_micro, n));
    MBILL_TRY(ROOM(import, lines, n));
    return ROOM(import, flags, n);
}

static void end(reading_import *import)
{
    const mbill_allocator *allocator = mbill__db_allocator(import->store->db);
    mbill__release(allocator, import->registers, import->cap_registers * sizeof *import->registers);
    mbill__release(allocator, import->at_utc_s, import->cap_at_utc_s * sizeof *import->at_utc_s);
    mbill__release(allocator, import->ends_utc_s, import->cap_ends_utc_s * sizeof *import->ends_utc_s);
    mbill__release(allocator, import->values_micro, import->cap_values_micro * sizeof *import->values_micro);
    mbill__release(allocator, import->lines, import->cap_lines * sizeof *import->lines);
    mbill__release(allocator, import->flags, import->cap_flags);
    mbill__lookup_end(&import->lookup);
}

static mbill_status take_row(reading_import *import, const mbill_reading_row *row, mbill_error *err)
{
    size_t at = import->n;
    if (row->meter_len == 0) return mbill__fail(err, MBILL_E_INVALID, "the row names no meter, expected a column \"meter\"");
    MBILL_TRY(make_room(import, err));
    MBILL_TRY(mbill__lookup_register(&import->lookup, row, &import->registers[at], err));
    import->intervals = row->is_interval != 0;
    import->at_utc_s[at] = import->intervals ? row->interval.start_utc_s : row->reading.at_utc_s;
    import->ends_utc_s[at] = row->interval.end_utc_s;
    import->values_micro[at] = import->intervals ? row->interval.quantity_micro : row->reading.value_micro;
    import->flags[at] = (uint8_t)(import->intervals ? row->interval.flags : row->reading.flags);
    import->lines[at] = row->line;
    import->n++;
    if (!import->intervals || row->interval.end_utc_s - row->interval.start_utc_s <= (int64_t)UINT32_MAX) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the interval is longer than %lld seconds", (long long)UINT32_MAX);
}

static mbill_status read_rows(reading_import *import, mbill_reading_file *file, mbill_error *err)
{
    mbill_reading_row row;
    mbill_error cause;
    int32_t more = 0;
    memset(&row, 0, sizeof row);
    mbill_error_init(&cause);
    MBILL_TRY(mbill_reading_file_next(file, &row, &more, err));
    while (more != 0) {
        mbill_status status = take_row(import, &row, &cause);
        if (status != MBILL_OK) return mbill__store_line(err, row.line, status, &cause);
        MBILL_TRY(mbill_reading_file_next(file, &row, &more, err));
    }
    return MBILL_OK;
}

/* The refusal as the one who wrote the file knows the row. */
static mbill_status refuse_line(reading_import *import, const mbill__reading_conflict *conflict, mbill_error *err)
{
    static const char SELECT_METER_OF[] = "SELECT id FROM mbill_register JOIN mbill_meter USING(meter_no) WHERE register_no = ?1";
    const char *what = conflict->kept_micro == conflict->given_micro ? "another mark, quality or end" : "another value";
    size_t at = (size_t)conflict->index, len;
    const char *meter = NULL;
    mbill__query *query;
    mbill_error cause;
    bool row;
    mbill_error_init(&cause);
    MBILL_TRY(mbill__query_start(import->store->db, SELECT_METER_OF, &query, err));
    mbill__bind_whole(query, 1, import->registers[at]);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (row) MBILL_TRY(mbill__column_text(query, 0, &meter, &len, err));
    mbill_status status = mbill__fail(&cause, MBILL_E_EXISTS_DIFFERENT,
        "meter \"%.64s\" has a reading at %s with %s: %s in the store, %s in the file", meter != NULL ? meter : "",
        mbill__say_time(import->at_utc_s[at], import->zone).text, what, mbill__say_micro(conflict->kept_micro).text,
        mbill__say_micro(conflict->given_micro).text);
    mbill__query_end(query);
    return mbill__store_line(err, import->lines[at], status, &cause);
}

static mbill_status put_rows(reading_import *import, mbill_reading_file *file, mbill_error *err)
{
    mbill__reading_conflict conflict = {.index = -1};
    MBILL_TRY(read_rows(import, file, err));
    const mbill_reading_columns batch = {.struct_size = sizeof batch,
        .flags = import->correct ? MBILL_INGEST_CORRECT : 0,
        .n = import->n,
        .registers = import->registers,
        .at_utc_s = import->at_utc_s,
        .ends_utc_s = import->intervals ? import->ends_utc_s : NULL,
        .values_micro = import->values_micro,
        .reading_flags = import->flags};
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill__ingest(import->store, &batch, &import->counts, &conflict, &cause);
    if (conflict.index >= 0) return refuse_line(import, &conflict, err);
    if (status == MBILL_E_INVALID) return mbill__store_line(err, import->lines[cause.index], status, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "%s", cause.message);
}

static mbill_status put_file(reading_import *import, const char *csv, size_t len, mbill_error *err)
{
    mbill_store *store = import->store;
    mbill_reading_file *file;
    MBILL_TRY(mbill_reading_file_open(csv, len, import->zone, mbill__db_allocator(store->db), &file, err));
    mbill__lookup_start(&import->lookup, store);
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, put_rows(import, file, err), err);
    end(import);
    mbill_reading_file_free(file);
    return status;
}

static mbill_status put_text(mbill_store *store, const char *csv, size_t len, const char *zone_rule, bool correct,
    mbill_ingest_counts *out, mbill_error *err)
{
    mbill_zone *zone = NULL;
    if (csv == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "csv is NULL");
    if (zone_rule != NULL)
        MBILL_TRY(mbill_zone_from_rule(zone_rule, strlen(zone_rule), mbill__db_allocator(store->db), &zone, err));
    reading_import import = {.store = store, .zone = zone, .correct = correct};
    mbill_status status = put_file(&import, csv == NULL ? "" : csv, len, err);
    mbill_zone_free(zone);
    *out = import.counts;
    return status;
}

mbill_status mbill_store_put_readings(mbill_store *store, const char *csv, size_t len, const char *zone_rule,
    mbill_import_counts *out, mbill_error *err)
{
    mbill_ingest_counts counts;
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(put_text(store, csv, len, zone_rule, false, &counts, err));
    mbill__import_give(out, counts.n_added, counts.n_same);
    return MBILL_OK;
}

mbill_status mbill_store_correct_readings(mbill_store *store, const char *csv, size_t len, const char *zone_rule,
    mbill_ingest_counts *out, mbill_error *err)
{
    mbill_ingest_counts counts;
    MBILL__NEED(store);
    MBILL_TRY(mbill__ingest_out(out, err));
    MBILL_TRY(put_text(store, csv, len, zone_rule, true, &counts, err));
    mbill__ingest_give(out, &counts);
    return MBILL_OK;
}
