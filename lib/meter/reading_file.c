/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a readings file. Changes when a file of readings gets a column. Laws: a row is given out only when it is clean and
 * follows the row before of its meter and register; every refusal has the line in err->index and at the head of the message. */
#include "document/csv.h"
#include "document/say.h"
#include "meter/series.h"
#include "meterbill/decimal.h"
#include "meterbill/reading.h"

#include <stdio.h>
#include <string.h>

enum {
    COLUMN_TIME,
    COLUMN_VALUE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_QUANTITY,
    COLUMN_MARK,
    COLUMN_QUALITY,
    COLUMN_METER,
    COLUMN_REGISTER,
    N_COLUMNS
};
static const char *const column_names[N_COLUMNS] = {"time", "value", "start", "end", "quantity", "mark", "quality", "meter",
    "register"};

/* A word of a column, and the flag it stands for. */
typedef struct flag_word {
    const char *word;
    uint32_t flag;
} flag_word;

static const flag_word marks[] = {{"", 0}, {"rollover", MBILL_READING_ROLLOVER}, {"removed", MBILL_READING_REMOVED},
    {"installed", MBILL_READING_INSTALLED}};
static const flag_word qualities[] = {{"", 0}, {"measured", 0}, {"estimated", MBILL_READING_ESTIMATED},
    {"substituted", MBILL_READING_SUBSTITUTED}};

struct mbill_reading_file {
    mbill_allocator allocator;
    mbill__csv csv;
    const mbill_zone *zone;
    int32_t columns[N_COLUMNS]; /* place of each in a row; -1: absent */
    bool intervals, refused;
    mbill__series_table series;
    /* The time parsed last: rows of one instant, or an end that the next row starts with, are parsed once. */
    const char *time_text;
    size_t time_len;
    int64_t time_utc_s;
};

/* ---- header ---- */

static bool has_column(const mbill_reading_file *file, int column)
{
    return file->columns[column] >= 0;
}

static mbill_status need_column(const mbill_reading_file *file, int column, mbill_error *err)
{
    if (has_column(file, column)) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_MISSING_KEY, 1, "line 1: column \"%s\" is missing, expected %s", column_names[column],
        file->intervals ? "start, end and quantity" : "time and value (register counts) or start, end and quantity (intervals)");
}

static mbill_status refuse_column(const mbill_reading_file *file, int column, mbill_error *err)
{
    if (!has_column(file, column)) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_UNKNOWN_KEY, 1, "line 1: column \"%s\" does not belong into a file of %s",
        column_names[column], file->intervals ? "intervals (start, end, quantity)" : "register counts (time, value)");
}

/* Which of the two forms the file has, and that it is not a mixture. */
static mbill_status read_form(mbill_reading_file *file, mbill_error *err)
{
    static const int samples[] = {COLUMN_TIME, COLUMN_VALUE}, intervals[] = {COLUMN_START, COLUMN_END, COLUMN_QUANTITY};
    bool any_interval = false, any_sample = false;
    for (size_t i = 0; i < 3; i++) any_interval = any_interval || has_column(file, intervals[i]);
    for (size_t i = 0; i < 2; i++) any_sample = any_sample || has_column(file, samples[i]);
    file->intervals = any_interval && !any_sample;
    for (size_t i = 0; i < 3; i++)
        MBILL_TRY(file->intervals ? need_column(file, intervals[i], err) : refuse_column(file, intervals[i], err));
    for (size_t i = 0; i < 2; i++) MBILL_TRY(file->intervals ? MBILL_OK : need_column(file, samples[i], err));
    return file->intervals ? refuse_column(file, COLUMN_MARK, err) : MBILL_OK;
}

mbill_status mbill_reading_file_open(const char *text, size_t len, const mbill_zone *zone, const mbill_allocator *allocator,
    mbill_reading_file **out_file, mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out_file);
    *out_file = NULL;
    MBILL__NEED(text);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    mbill_reading_file *file = mbill__alloc(&known, sizeof *file);
    if (file == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for a readings file");
    file->allocator = known;
    file->zone = zone;
    mbill__series_start(&file->series, &known);
    mbill_status status = mbill__csv_start(&file->csv, text, len, column_names, N_COLUMNS, 0, file->columns, err);
    if (status == MBILL_OK) status = read_form(file, err);
    if (status == MBILL_OK) *out_file = file;
    else mbill_reading_file_free(file);
    return status;
}

void mbill_reading_file_free(mbill_reading_file *file)
{
    if (file == NULL) return;
    mbill__series_free(&file->series);
    mbill_allocator allocator = file->allocator;
    mbill__release(&allocator, file, sizeof *file);
}

/* ---- fields ---- */

static long long line_of(const mbill_reading_file *file)
{
    return (long long)file->csv.line;
}

static const mbill__csv_field *field_of(const mbill_reading_file *file, int column)
{
    return &file->csv.fields[file->columns[column]];
}

/* The message of a field that was refused below, with its place. */
static mbill_status place_field(const mbill_reading_file *file, int column, mbill_status status, const mbill_error *inner,
    mbill_error *err)
{
    if (status == MBILL_OK) return status;
    return mbill__fail_at(err, status, file->csv.line, "line %lld: %s: %s", line_of(file), column_names[column], inner->message);
}

static mbill_status read_time(mbill_reading_file *file, int column, int64_t *out_utc_s, mbill_error *err)
{
    mbill_error inner;
    const mbill__csv_field *field = field_of(file, column);
    if (file->time_text != NULL && field->len == file->time_len && memcmp(field->text, file->time_text, field->len) == 0) {
        *out_utc_s = file->time_utc_s;
        return MBILL_OK;
    }
    mbill_error_init(&inner);
    MBILL_TRY(place_field(file, column, mbill_time_parse(field->text, field->len, file->zone, out_utc_s, &inner), &inner, err));
    file->time_text = field->text;
    file->time_len = field->len;
    file->time_utc_s = *out_utc_s;
    return MBILL_OK;
}

static mbill_status read_decimal(const mbill_reading_file *file, int column, int64_t *out_micro, mbill_error *err)
{
    mbill_error inner;
    const mbill__csv_field *field = field_of(file, column);
    mbill_error_init(&inner);
    return place_field(file, column, mbill_decimal_parse(field->text, field->len, MBILL_SCALE_MICRO, out_micro, &inner), &inner,
        err);
}

/* Or the flag of the field's word into *flags; a column that is absent says nothing. */
static mbill_status read_word(const mbill_reading_file *file, int column, const flag_word words[4], uint32_t *flags,
    mbill_error *err)
{
    if (!has_column(file, column)) return MBILL_OK;
    const mbill__csv_field *field = field_of(file, column);
    for (size_t i = 0; i < 4; i++) {
        if (strlen(words[i].word) != field->len || memcmp(words[i].word, field->text, field->len) != 0) continue;
        *flags |= words[i].flag;
        return MBILL_OK;
    }
    return mbill__fail_at(err, MBILL_E_INVALID, file->csv.line, "line %lld: %s \"%.*s\" is not one of %s, %s, %s or empty",
        line_of(file), column_names[column], (int)(field->len < 40 ? field->len : 40), field->text, words[1].word, words[2].word,
        words[3].word);
}

static mbill_status read_name(const mbill_reading_file *file, int column, const char **out_name, size_t *out_len,
    mbill_error *err)
{
    *out_name = NULL;
    *out_len = 0;
    if (!has_column(file, column)) return MBILL_OK;
    const mbill__csv_field *field = field_of(file, column);
    if (field->len == 0)
        return mbill__fail_at(err, MBILL_E_INVALID, file->csv.line, "line %lld: %s is empty, expected a name", line_of(file),
            column_names[column]);
    if (field->len > MBILL__SERIES_NAME_MAX)
        return mbill__fail_at(err, MBILL_E_LIMIT, file->csv.line, "line %lld: %s has a name of %zu bytes, expected at most %d",
            line_of(file), column_names[column], field->len, MBILL__SERIES_NAME_MAX);
    *out_name = field->text;
    *out_len = field->len;
    return MBILL_OK;
}

/* ---- rows ---- */

static mbill_status read_reading(mbill_reading_file *file, mbill_reading *out, mbill_error *err)
{
    MBILL_TRY(read_time(file, COLUMN_TIME, &out->at_utc_s, err));
    MBILL_TRY(read_decimal(file, COLUMN_VALUE, &out->value_micro, err));
    if (out->value_micro < 0)
        return mbill__fail_at(err, MBILL_E_RANGE, file->csv.line, "line %lld: register value %s is below 0", line_of(file),
            mbill__say_micro(out->value_micro).text);
    MBILL_TRY(read_word(file, COLUMN_MARK, marks, &out->flags, err));
    return read_word(file, COLUMN_QUALITY, qualities, &out->flags, err);
}

static mbill_status read_interval(mbill_reading_file *file, mbill_interval *out, mbill_error *err)
{
    MBILL_TRY(read_time(file, COLUMN_START, &out->start_utc_s, err));
    MBILL_TRY(read_time(file, COLUMN_END, &out->end_utc_s, err));
    if (out->end_utc_s <= out->start_utc_s)
        return mbill__fail_at(err, MBILL_E_INVALID, file->csv.line, "line %lld: interval ends at %s, not after its start at %s",
            line_of(file), mbill__say_time(out->end_utc_s, NULL).text, mbill__say_time(out->start_utc_s, NULL).text);
    MBILL_TRY(read_decimal(file, COLUMN_QUANTITY, &out->quantity_micro, err));
    return read_word(file, COLUMN_QUALITY, qualities, &out->flags, err);
}

/* "meter A, register import", names cut to fit a message. */
typedef struct series_text {
    char text[100];
} series_text;

static int shown(size_t len)
{
    return (int)(len < 32 ? len : 32);
}

static series_text say_series(const mbill__series *series)
{
    series_text out;
    const char *meter_head = series->meter != NULL ? "meter " : "", *reg_head = series->reg != NULL ? "register " : "";
    const char *between = series->meter != NULL && series->reg != NULL ? ", " : "";
    snprintf(out.text, sizeof out.text, "%s%.*s%s%s%.*s", meter_head, shown(series->meter_len),
        series->meter != NULL ? series->meter : "", between, reg_head, shown(series->reg_len),
        series->reg != NULL ? series->reg : "");
    if (out.text[0] == '\0') memcpy(out.text, "readings", sizeof "readings");
    return out;
}

static mbill_status refuse_order(const mbill_reading_file *file, const mbill__series *before, int64_t start_utc_s,
    mbill_error *err)
{
    bool overlaps = file->intervals && start_utc_s >= before->start_utc_s;
    int64_t passed_utc_s = overlaps ? before->end_utc_s : before->start_utc_s;
    return mbill__fail_at(err, overlaps ? MBILL_E_OVERLAP : MBILL_E_ORDER, file->csv.line,
        "line %lld: %s: %s %s, expected it after %s", line_of(file), say_series(before).text,
        file->intervals ? "starts at" : "time", mbill__say_time(start_utc_s, NULL).text, mbill__say_time(passed_utc_s, NULL).text);
}

/* Does the row follow the row before of its series? Then it is the last one now. */
static mbill_status follow(mbill_reading_file *file, mbill_reading_row *row, mbill_error *err)
{
    mbill__series *series = mbill__series_find(&file->series, row->meter, row->meter_len, row->reg, row->reg_len);
    if (series == NULL)
        return mbill__fail_at(err, MBILL_E_NOMEM, file->csv.line, "line %lld: no memory for another meter", line_of(file));
    row->series = mbill__series_number(&file->series, series);
    int64_t start_utc_s = file->intervals ? row->interval.start_utc_s : row->reading.at_utc_s;
    uint32_t flags = row->reading.flags;
    bool replaced = (series->flags & MBILL_READING_REMOVED) != 0 && (flags & MBILL_READING_INSTALLED) != 0 &&
        start_utc_s == series->start_utc_s;
    bool follows = file->intervals ? start_utc_s >= series->end_utc_s : start_utc_s > series->start_utc_s || replaced;
    if (series->seen && !follows) return refuse_order(file, series, start_utc_s, err);
    series->seen = true;
    series->flags = flags;
    series->start_utc_s = start_utc_s;
    series->end_utc_s = row->interval.end_utc_s;
    return MBILL_OK;
}

static mbill_status read_row(mbill_reading_file *file, mbill_reading_row *row, bool *more, mbill_error *err)
{
    MBILL_TRY(mbill__csv_next(&file->csv, more, err));
    if (!*more) return MBILL_OK;
    row->line = file->csv.line;
    row->is_interval = file->intervals ? 1 : 0;
    MBILL_TRY(read_name(file, COLUMN_METER, &row->meter, &row->meter_len, err));
    MBILL_TRY(read_name(file, COLUMN_REGISTER, &row->reg, &row->reg_len, err));
    MBILL_TRY(file->intervals ? read_interval(file, &row->interval, err) : read_reading(file, &row->reading, err));
    return follow(file, row, err);
}

mbill_status mbill_reading_file_next(mbill_reading_file *file, mbill_reading_row *out_row, int32_t *out_more, mbill_error *err)
{
    mbill_reading_row row = {.line = 0};
    bool more;
    MBILL__NEED(file);
    MBILL__NEED(out_row);
    MBILL__NEED(out_more);
    if (file->refused)
        return mbill__fail_at(err, MBILL_E_MISUSE, file->csv.line,
            "line %lld: the file was refused here before, expected no further call", line_of(file));
    mbill_status status = read_row(file, &row, &more, err);
    file->refused = status != MBILL_OK;
    if (status != MBILL_OK) return status;
    if (more) *out_row = row;
    *out_more = more ? 1 : 0;
    return MBILL_OK;
}
