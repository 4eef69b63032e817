/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which readings become columns for other languages. */
#include "glue_readings.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

/* --- counts to intervals --- */

static mbill_status read_counts(const int64_t *at_utc_s, const int64_t *values_micro, const uint8_t *marks, size_t n,
    mbill_reading **out, mbill_error *err)
{
    *out = face_allocate(n, sizeof **out, err);
    if (*out == NULL) return MBILL_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        (*out)[i].at_utc_s = at_utc_s[i];
        (*out)[i].value_micro = values_micro[i];
        (*out)[i].flags = marks != NULL ? marks[i] : 0;
    }
    return MBILL_OK;
}

static void add_count(face_join *join, const char *key, int64_t value)
{
    face_add_key(join, key);
    face_add_int(join, value);
}

static void add_summary(face_join *join, size_t n, const mbill_usage_summary *summary)
{
    face_add(join, "{");
    add_count(join, "n", (int64_t)n);
    face_add_key(join, "total");
    face_add_micro(join, summary->total_micro);
    add_count(join, "gap_s", summary->gap_s);
    face_add_key(join, "first_gap");
    if (summary->first_gap_utc_s == INT64_MIN) face_add(join, "null");
    else face_add_int(join, summary->first_gap_utc_s);
    add_count(join, "rollovers", summary->n_rollovers);
    add_count(join, "replacements", summary->n_replacements);
    add_count(join, "flags", (int64_t)summary->flags);
    face_add(join, "}");
}

mbill_status mbill_face_usage_from_registers(const int64_t *at_utc_s, size_t n_at_utc_s, const int64_t *values_micro,
    size_t n_values_micro, const uint8_t *marks, size_t n_marks, int64_t modulus_micro, int64_t multiplier_micro,
    int64_t from_utc_s, int64_t to_utc_s, int32_t flags, int64_t *out_start_utc_s, size_t n_out_start_utc_s,
    int64_t *out_end_utc_s, size_t n_out_end_utc_s, int64_t *out_quantity_micro, size_t n_out_quantity_micro,
    mbill_face_text *out_text, mbill_error *err)
{
    size_t n = n_at_utc_s, made = 0;
    face_join join = {NULL, 0, 0, 0};
    mbill_reading *readings = NULL;
    mbill_usage_summary summary;
    mbill_register reg;
    memset(&summary, 0, sizeof summary);
    memset(&reg, 0, sizeof reg);
    summary.struct_size = (uint32_t)sizeof summary;
    reg.struct_size = (uint32_t)sizeof reg;
    reg.modulus_micro = modulus_micro;
    reg.multiplier_micro = multiplier_micro;
    if (n_values_micro != n || (marks != NULL && n_marks != n))
        return face_fail(err, MBILL_E_RANGE, -1, "%zu times with %zu values; expected one value for each", n, n_values_micro);
    if (n_out_start_utc_s < n || n_out_end_utc_s < n || n_out_quantity_micro < n)
        return face_fail(err, MBILL_E_ROOM, -1, "room for fewer than %zu intervals", n);
    mbill_status status = read_counts(at_utc_s, values_micro, marks, n, &readings, err);
    mbill_interval *intervals = face_allocate(n, sizeof *intervals, err);
    if (status == MBILL_OK && intervals == NULL) status = MBILL_E_NOMEM;
    if (status == MBILL_OK)
        status = mbill_usage_from_registers(&reg, readings, n, from_utc_s, to_utc_s, (uint32_t)flags, intervals, n, &made,
            &summary, err);
    for (size_t i = 0; status == MBILL_OK && i < made; i++) {
        out_start_utc_s[i] = intervals[i].start_utc_s;
        out_end_utc_s[i] = intervals[i].end_utc_s;
        out_quantity_micro[i] = intervals[i].quantity_micro;
    }
    if (status == MBILL_OK) add_summary(&join, made, &summary);
    free(readings);
    free(intervals);
    return face_take(&join, status, out_text, err);
}

/* --- readings files --- */

struct mbill_face_rows {
    char *text;
    mbill_reading_file *file;
    face_join series; /* without its brackets */
    int32_t n_series;
};

mbill_status mbill_face_rows_open(const mbill_zone *zone, const char *text, size_t text_len, mbill_face_rows **out_rows,
    mbill_error *err)
{
    if (text == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "text is NULL");
    mbill_face_rows *rows = face_allocate(1, sizeof *rows, err);
    if (rows == NULL) return MBILL_E_NOMEM;
    rows->text = face_copy(text, text_len, err);
    mbill_status status = rows->text == NULL ? MBILL_E_NOMEM
                                             : mbill_reading_file_open(rows->text, text_len, zone, NULL, &rows->file, err);
    if (status == MBILL_OK) *out_rows = rows;
    else mbill_face_rows_free(rows);
    return status;
}

void mbill_face_rows_free(mbill_face_rows *rows)
{
    if (rows == NULL) return;
    mbill_reading_file_free(rows->file);
    free(rows->series.p);
    free(rows->text);
    free(rows);
}

static void add_name(face_join *join, const char *name, size_t len)
{
    char text[512];
    if (name != NULL && len < sizeof text) {
        memcpy(text, name, len);
        text[len] = '\0';
    }
    face_add_quoted(join, name != NULL && len < sizeof text ? text : NULL);
}

static void note_series(mbill_face_rows *rows, const mbill_reading_row *row)
{
    if (row->series < rows->n_series) return;
    face_add(&rows->series, rows->n_series > 0 ? ",[" : "[");
    add_name(&rows->series, row->meter, row->meter_len);
    face_add(&rows->series, ",");
    add_name(&rows->series, row->reg, row->reg_len);
    face_add(&rows->series, "]");
    rows->n_series = row->series + 1;
}

mbill_status mbill_face_rows_next(mbill_face_rows *rows, int64_t *out_start_utc_s, size_t n_out_start_utc_s,
    int64_t *out_end_utc_s, size_t n_out_end_utc_s, int64_t *out_value_micro, size_t n_out_value_micro, int32_t *out_mark,
    size_t n_out_mark, int32_t *out_series, size_t n_out_series, int64_t *out_value, mbill_error *err)
{
    size_t n = n_out_start_utc_s, i = 0;
    int32_t more = 1;
    mbill_status status = MBILL_OK;
    if (rows == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    if (n_out_end_utc_s != n || n_out_value_micro != n || n_out_mark != n || n_out_series != n || n == 0)
        return face_fail(err, MBILL_E_RANGE, -1, "columns of different lengths, or without room");
    while (i < n && more) {
        mbill_reading_row row;
        status = mbill_reading_file_next(rows->file, &row, &more, err);
        if (status != MBILL_OK) return status;
        if (!more) break;
        note_series(rows, &row);
        out_start_utc_s[i] = row.is_interval ? row.interval.start_utc_s : row.reading.at_utc_s;
        out_end_utc_s[i] = row.is_interval ? row.interval.end_utc_s : row.reading.at_utc_s;
        out_value_micro[i] = row.is_interval ? row.interval.quantity_micro : row.reading.value_micro;
        out_mark[i] = (int32_t)(row.is_interval ? row.interval.flags : row.reading.flags);
        out_series[i++] = row.series;
    }
    *out_value = (int64_t)i;
    return MBILL_OK;
}

mbill_status mbill_face_rows_series(const mbill_face_rows *rows, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    if (rows == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    face_add(&join, "[");
    if (rows->n_series > 0) face_add_n(&join, rows->series.p, rows->series.n);
    face_add(&join, "]");
    return face_take(&join, rows->series.failed ? face_no_memory(err) : MBILL_OK, out_text, err);
}
