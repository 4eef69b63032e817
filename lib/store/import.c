/* SPDX-License-Identifier: Apache-2.0 */
/* Tariff versions and readings into the file, one transaction a call. Invariant: a row that is there is never changed; the same
 * row again is counted, another one at its place is refused with both values. */
#include "meterbill/reading.h"
#include "meterbill/tariff.h"
#include "store/inner.h"
#include "store/lookup.h"

#include <string.h>

/* Tariffs */

static mbill_status refuse_taken(mbill_store *store, const mbill_labels *labels, int64_t valid_from_utc_s, mbill_error *err)
{
    static const char SELECT_TAKEN[] =
        "SELECT version FROM mbill_tariff WHERE id = ?1 AND valid_from_utc_s = ?2 AND version <> ?3";
    mbill__query *query;
    bool row;
    const char *version;
    size_t len;
    MBILL_TRY(mbill__query_start(store->db, SELECT_TAKEN, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_whole(query, 2, valid_from_utc_s);
    mbill__bind_text(query, 3, labels->version, strlen(labels->version));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill_status status = mbill__column_text(query, 0, &version, &len, err);
    if (status == MBILL_OK)
        status = mbill__fail(err, MBILL_E_OVERLAP,
            "version \"%s\" of tariff \"%s\" is valid from the same instant as version \"%s\" in the store", labels->version,
            labels->tariff, version);
    mbill__query_end(query);
    return status;
}

static mbill_status compare_tariff(mbill_store *store, const mbill_labels *labels, bool *out_found, mbill_error *err)
{
    static const char SELECT_HASH[] = "SELECT hash FROM mbill_tariff WHERE id = ?1 AND version = ?2";
    mbill__query *query;
    const char *hash;
    size_t len;
    MBILL_TRY(mbill__query_start(store->db, SELECT_HASH, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_text(query, 2, labels->version, strlen(labels->version));
    MBILL_TRY(mbill__query_step(query, out_found, err));
    if (!*out_found) return MBILL_OK;
    mbill_status status = mbill__column_text(query, 0, &hash, &len, err);
    if (status == MBILL_OK && (hash == NULL || strcmp(hash, labels->hash) != 0))
        status = mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
            "version \"%s\" of tariff \"%s\" is in the store with another content, expected a new version", labels->version,
            labels->tariff);
    mbill__query_end(query);
    return status;
}

static mbill_status insert_tariff(mbill_store *store, const mbill_tariff *tariff, const char *canonical, size_t len,
    mbill_error *err)
{
    static const char PUT_TARIFF[] =
        "INSERT INTO mbill_tariff(id, version, hash, valid_from_utc_s, valid_to_utc_s, json) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    int64_t valid_from_utc_s, valid_to_utc_s;
    mbill__query *query;
    mbill_tariff_valid(tariff, &valid_from_utc_s, &valid_to_utc_s);
    MBILL_TRY(refuse_taken(store, labels, valid_from_utc_s, err));
    MBILL_TRY(mbill__query_start(store->db, PUT_TARIFF, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_text(query, 2, labels->version, strlen(labels->version));
    mbill__bind_text(query, 3, labels->hash, strlen(labels->hash));
    mbill__bind_whole(query, 4, valid_from_utc_s);
    mbill__bind_whole(query, 5, valid_to_utc_s);
    mbill__bind_text(query, 6, canonical, len);
    return mbill__query_run(query, NULL, err);
}

static mbill_status keep_tariff(mbill_store *store, const mbill_tariff *tariff, const char *canonical, size_t len,
    bool *out_found, mbill_error *err)
{
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = compare_tariff(store, mbill_tariff_labels(tariff), out_found, err);
    if (status == MBILL_OK && !*out_found) status = insert_tariff(store, tariff, canonical, len, err);
    return mbill__db_finish(store->db, status, err);
}

static mbill_status put_tariff(mbill_store *store, const mbill_tariff *tariff, bool *out_found, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    size_t room = 0;
    mbill_status status = mbill_tariff_canonical(tariff, NULL, &room, NULL); /* asks the length */
    if (status != MBILL_OK && status != MBILL_E_ROOM)
        return mbill__fail(err, status, "the tariff's canonical form could not be had");
    char *text = mbill__alloc(allocator, room);
    if (text == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the tariff's canonical form could not be allocated");
    size_t len = room;
    status = mbill_tariff_canonical(tariff, text, &len, err);
    if (status == MBILL_OK) status = keep_tariff(store, tariff, text, strlen(text), out_found, err);
    mbill__release(allocator, text, room);
    return status;
}

mbill_status mbill_store_put_tariff(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    mbill_tariff *tariff;
    bool found = false;
    MBILL_TRY(mbill_tariff_read(json, len, mbill__db_allocator(store->db), &tariff, err));
    mbill_status status = put_tariff(store, tariff, &found, err);
    mbill_tariff_free(tariff);
    if (status == MBILL_OK) mbill__import_give(out, !found, found);
    return status;
}

/* Readings */

typedef struct reading_import {
    mbill_store *store;
    const mbill_zone *zone;
    mbill__lookup lookup;
    int64_t n_added, n_same;
} reading_import;

static mbill_status refuse_other(const reading_import *import, const mbill_reading_row *row, int64_t at_utc_s, int64_t kept_micro,
    int64_t given_micro, mbill_error *err)
{
    const char *what = kept_micro == given_micro ? "another mark, quality or end" : "another value";
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "meter \"%.*s\" has a reading at %s with %s: %s in the store, %s in the file",
        (int)(row->meter_len < 64 ? row->meter_len : 64), row->meter, mbill__say_time(at_utc_s, import->zone).text,
        what, mbill__say_micro(kept_micro).text, mbill__say_micro(given_micro).text);
}

static mbill_status compare_reading(reading_import *import, int64_t register_no, int32_t place, const mbill_reading_row *row,
    mbill_error *err)
{
    static const char SELECT_READING[] =
        "SELECT value_micro, flags FROM mbill_reading WHERE register_no = ?1 AND at_utc_s = ?2 AND place = ?3";
    mbill__query *query;
    bool found;
    MBILL_TRY(mbill__query_start(import->store->db, SELECT_READING, &query, err));
    mbill__bind_whole(query, 1, register_no);
    mbill__bind_whole(query, 2, row->reading.at_utc_s);
    mbill__bind_whole(query, 3, place);
    MBILL_TRY(mbill__query_step(query, &found, err));
    int64_t value_micro = found ? mbill__column_whole(query, 0) : 0, flags = found ? mbill__column_whole(query, 1) : 0;
    mbill__query_end(query);
    if (value_micro == row->reading.value_micro && flags == (int64_t)row->reading.flags) return MBILL_OK;
    return refuse_other(import, row, row->reading.at_utc_s, value_micro, row->reading.value_micro, err);
}

static mbill_status put_reading(reading_import *import, int64_t register_no, const mbill_reading_row *row, int64_t *out_changes,
    mbill_error *err)
{
    static const char PUT_READING[] =
        "INSERT INTO mbill_reading(register_no, at_utc_s, place, value_micro, flags) VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT DO NOTHING";
    int32_t place = (row->reading.flags & MBILL_READING_INSTALLED) != 0 ? 1 : 0;
    mbill__query *query;
    MBILL_TRY(mbill__query_start(import->store->db, PUT_READING, &query, err));
    mbill__bind_whole(query, 1, register_no);
    mbill__bind_whole(query, 2, row->reading.at_utc_s);
    mbill__bind_whole(query, 3, place);
    mbill__bind_whole(query, 4, row->reading.value_micro);
    mbill__bind_whole(query, 5, row->reading.flags);
    MBILL_TRY(mbill__query_run(query, out_changes, err));
    return *out_changes > 0 ? MBILL_OK : compare_reading(import, register_no, place, row, err);
}

static mbill_status compare_interval(reading_import *import, int64_t register_no, const mbill_reading_row *row, mbill_error *err)
{
    static const char SELECT_INTERVAL[] =
        "SELECT end_utc_s, quantity_micro, flags FROM mbill_interval WHERE register_no = ?1 AND start_utc_s = ?2";
    const mbill_interval *given = &row->interval;
    mbill_interval kept = {0};
    mbill__query *query;
    bool found;
    MBILL_TRY(mbill__query_start(import->store->db, SELECT_INTERVAL, &query, err));
    mbill__bind_whole(query, 1, register_no);
    mbill__bind_whole(query, 2, given->start_utc_s);
    MBILL_TRY(mbill__query_step(query, &found, err));
    if (found) {
        kept.end_utc_s = mbill__column_whole(query, 0);
        kept.quantity_micro = mbill__column_whole(query, 1);
        kept.flags = (uint32_t)mbill__column_whole(query, 2);
    }
    mbill__query_end(query);
    if (kept.end_utc_s == given->end_utc_s && kept.quantity_micro == given->quantity_micro && kept.flags == given->flags)
        return MBILL_OK;
    return refuse_other(import, row, given->start_utc_s, kept.quantity_micro, given->quantity_micro, err);
}

static mbill_status put_interval(reading_import *import, int64_t register_no, const mbill_reading_row *row, int64_t *out_changes,
    mbill_error *err)
{
    static const char PUT_INTERVAL[] = "INSERT INTO mbill_interval(register_no, start_utc_s, end_utc_s, quantity_micro, flags)"
                                       " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(import->store->db, PUT_INTERVAL, &query, err));
    mbill__bind_whole(query, 1, register_no);
    mbill__bind_whole(query, 2, row->interval.start_utc_s);
    mbill__bind_whole(query, 3, row->interval.end_utc_s);
    mbill__bind_whole(query, 4, row->interval.quantity_micro);
    mbill__bind_whole(query, 5, row->interval.flags);
    MBILL_TRY(mbill__query_run(query, out_changes, err));
    return *out_changes > 0 ? MBILL_OK : compare_interval(import, register_no, row, err);
}

static mbill_status take_row(reading_import *import, const mbill_reading_row *row, mbill_error *err)
{
    int64_t register_no, changes = 0;
    if (row->meter_len == 0)
        return mbill__fail(err, MBILL_E_INVALID, "the row names no meter, expected a column \"meter\"");
    MBILL_TRY(mbill__lookup_register(&import->lookup, row, &register_no, err));
    MBILL_TRY(row->is_interval == 0 ? put_reading(import, register_no, row, &changes, err)
                                    : put_interval(import, register_no, row, &changes, err));
    if (changes > 0) import->n_added++;
    else import->n_same++;
    return MBILL_OK;
}

static mbill_status put_row(reading_import *import, const mbill_reading_row *row, mbill_error *err)
{
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = take_row(import, row, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__store_line(err, row->line, status, &cause);
}

static mbill_status put_rows(reading_import *import, mbill_reading_file *file, mbill_error *err)
{
    mbill_reading_row row;
    int32_t more = 0;
    memset(&row, 0, sizeof row);
    MBILL_TRY(mbill_reading_file_next(file, &row, &more, err));
    while (more != 0) {
        MBILL_TRY(put_row(import, &row, err));
        MBILL_TRY(mbill_reading_file_next(file, &row, &more, err));
    }
    return MBILL_OK;
}

static mbill_status put_file(reading_import *import, const char *csv, size_t len, mbill_error *err)
{
    mbill_store *store = import->store;
    mbill_reading_file *file;
    MBILL_TRY(mbill_reading_file_open(csv, len, import->zone, mbill__db_allocator(store->db), &file, err));
    mbill__lookup_start(&import->lookup, store);
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, put_rows(import, file, err), err);
    mbill__lookup_end(&import->lookup);
    mbill_reading_file_free(file);
    return status;
}

mbill_status mbill_store_put_readings(mbill_store *store, const char *csv, size_t len, const char *zone_rule,
    mbill_import_counts *out, mbill_error *err)
{
    MBILL__NEED(store);
    if (csv == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "csv is NULL");
    MBILL_TRY(mbill__import_out(out, err));
    mbill_zone *zone = NULL;
    if (zone_rule != NULL)
        MBILL_TRY(mbill_zone_from_rule(zone_rule, strlen(zone_rule), mbill__db_allocator(store->db), &zone, err));
    reading_import import = {.store = store, .zone = zone};
    mbill_status status = put_file(&import, csv == NULL ? "" : csv, len, err);
    mbill_zone_free(zone);
    if (status == MBILL_OK) mbill__import_give(out, import.n_added, import.n_same);
    return status;
}
