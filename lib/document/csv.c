/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what we take as CSV. Invariant: every field lies inside the text, and the walk moves on only when a whole record
 * was taken. */
#include "document/csv.h"
#include "document/csv_text.h"
#include "document/near.h"
#include "document/utf8.h"

#include <string.h>

#define SHOWN_MAX 40  /* bytes of a foreign text that a message repeats */
#define LIST_ROOM 160 /* bytes of a message for the columns that are known */

static int shown(const char *text, size_t len)
{
    return (int)mbill__utf8_head(text, len, SHOWN_MAX);
}

static mbill_status refuse_behind_quote(int64_t line, size_t field, char found, mbill_error *err)
{
    if (found == '"')
        return mbill__fail_at(err, MBILL_E_SYNTAX, line, "line %lld: field %zu has a doubled quote, which no field here may hold",
            (long long)line, field);
    return mbill__fail_at(err, MBILL_E_SYNTAX, line,
        "line %lld: text behind the closing quote of field %zu, expected \",\" or the line's end", (long long)line, field);
}

/* *at is at the opening quote; ends at the ',' or LF behind the closing one, or at the end of the text. */
static mbill_status read_quoted(const mbill__csv *csv, const char **at, mbill__csv_field *out, int64_t line, size_t field,
    mbill_error *err)
{
    const char *start = *at + 1, *stop = start;
    while ((stop = mbill__csv_text_stop(stop, csv->end)) < csv->end && *stop == ',') stop++;
    if (stop == csv->end || *stop != '"')
        return mbill__fail_at(err, MBILL_E_SYNTAX, line,
            "line %lld: field %zu begins with a quote that is not closed on its line", (long long)line, field);
    *out = (mbill__csv_field){start, (size_t)(stop - start)};
    stop++;
    if (stop < csv->end && *stop == '\r') stop++; /* an LF is behind it: mbill__csv_text_check */
    if (stop < csv->end && *stop != ',' && *stop != '\n') return refuse_behind_quote(line, field, *stop, err);
    *at = stop;
    return MBILL_OK;
}

/* One line from csv->at into csv->fields, as many as there is room for; *out_n counts them all. */
static mbill_status read_line(mbill__csv *csv, size_t *out_n, const char **out_next, int64_t line, mbill_error *err)
{
    const char *at = csv->at, *end = csv->end;
    for (size_t n = 0;; at++) {
        mbill__csv_field field = {at, 0};
        const char *stop = mbill__csv_text_stop(at, end);
        if (stop < end && *stop == '"') {
            if (stop != at)
                return mbill__fail_at(err, MBILL_E_SYNTAX, line,
                    "line %lld: a quote inside field %zu, expected it around the whole field", (long long)line, n + 1);
            MBILL_TRY(read_quoted(csv, &stop, &field, line, n + 1, err));
        } else {
            field.len = (size_t)(stop - at);
            if (stop < end && *stop == '\n' && field.len > 0 && stop[-1] == '\r') field.len--;
        }
        if (n < MBILL__CSV_FIELDS_MAX) csv->fields[n] = field;
        n++;
        at = stop;
        if (at < end && *at == ',') continue;
        *out_n = n;
        *out_next = at == end ? end : at + 1;
        return MBILL_OK;
    }
}

static bool is_name(const mbill__csv_field *field, const char *name)
{
    return strlen(name) == field->len && memcmp(name, field->text, field->len) == 0;
}

/* Place of the column of that name among the first n, or -1. */
static int32_t place_of(const mbill__csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->n_columns; i++)
        if (is_name(&csv->fields[i], name)) return (int32_t)i;
    return -1;
}

static bool is_wanted(const mbill__csv_field *field, const char *const *wanted, size_t n_wanted)
{
    for (size_t i = 0; i < n_wanted; i++)
        if (is_name(field, wanted[i])) return true;
    return false;
}

static mbill_status check_delimiter(const mbill__csv *csv, const char *header, const char *const *wanted, size_t n_wanted,
    mbill_error *err)
{
    static const char others[] = ";|";
    for (size_t i = 0; i < n_wanted; i++)
        if (place_of(csv, wanted[i]) >= 0) return MBILL_OK;
    for (const char *other = others; *other != '\0'; other++)
        if (memchr(header, *other, (size_t)(csv->at - header)) != NULL)
            return mbill__fail_at(err, MBILL_E_SYNTAX, 1, "line 1: the header uses \"%c\" between columns, expected \",\"",
                *other);
    return MBILL_OK;
}

static mbill_status refuse_column(const mbill__csv_field *field, const char *const *wanted, size_t n_wanted, mbill_error *err)
{
    char list[LIST_ROOM];
    int cut = shown(field->text, field->len);
    const char *meant = mbill__near(field->text, field->len, wanted, n_wanted);
    if (meant != NULL)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_KEY, 1, "line 1: unknown column \"%.*s\", did you mean \"%s\"", cut,
            field->text, meant);
    mbill__near_list(wanted, n_wanted, list, sizeof list);
    return mbill__fail_at(err, MBILL_E_UNKNOWN_KEY, 1, "line 1: unknown column \"%.*s\", expected: %s", cut, field->text, list);
}

static mbill_status check_columns(const mbill__csv *csv, const char *const *wanted, size_t n_wanted, size_t n_required,
    mbill_error *err)
{
    for (size_t i = 0; i < csv->n_columns; i++) {
        const mbill__csv_field *field = &csv->fields[i];
        if (field->len == 0) return mbill__fail_at(err, MBILL_E_SYNTAX, 1, "line 1: column %zu of the header has no name", i + 1);
        if (!is_wanted(field, wanted, n_wanted)) return refuse_column(field, wanted, n_wanted, err);
        for (size_t j = 0; j < i; j++)
            if (csv->fields[j].len == field->len && memcmp(csv->fields[j].text, field->text, field->len) == 0)
                return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, 1, "line 1: column \"%.*s\" stands twice",
                    shown(field->text, field->len), field->text);
    }
    for (size_t i = 0; i < n_required; i++)
        if (place_of(csv, wanted[i]) < 0)
            return mbill__fail_at(err, MBILL_E_MISSING_KEY, 1, "line 1: column \"%s\" is missing", wanted[i]);
    return MBILL_OK;
}

static mbill_status read_header(mbill__csv *csv, mbill_error *err)
{
    size_t n;
    const char *next;
    if (csv->at == csv->end || *csv->at == '\n' || *csv->at == '\r')
        return mbill__fail_at(err, MBILL_E_SYNTAX, 1,
            "line 1: the line is empty, expected a header with the names of the columns");
    MBILL_TRY(read_line(csv, &n, &next, 1, err));
    if (n > MBILL__CSV_FIELDS_MAX)
        return mbill__fail_at(err, MBILL_E_LIMIT, 1, "line 1: the header has %zu columns, expected at most %d", n,
            MBILL__CSV_FIELDS_MAX);
    csv->n_columns = n;
    csv->n_fields = n;
    csv->line = 1;
    csv->at = next;
    return MBILL_OK;
}

mbill_status mbill__csv_start(mbill__csv *csv, const char *text, size_t len, const char *const *wanted, size_t n_wanted,
    size_t n_required, int32_t *out_columns, mbill_error *err)
{
    MBILL__NEED(csv);
    MBILL__NEED(text);
    MBILL__NEED(wanted);
    MBILL__NEED(out_columns);
    if (n_required > n_wanted)
        return mbill__fail(err, MBILL_E_MISUSE, "%zu columns are required of %zu that are wanted", n_required, n_wanted);
    memset(csv, 0, sizeof *csv);
    MBILL_TRY(mbill__csv_text_check(text, len, err));
    csv->at = text;
    csv->end = text + len;
    MBILL_TRY(read_header(csv, err));
    MBILL_TRY(check_delimiter(csv, text, wanted, n_wanted, err));
    MBILL_TRY(check_columns(csv, wanted, n_wanted, n_required, err));
    for (size_t i = 0; i < n_wanted; i++) out_columns[i] = place_of(csv, wanted[i]);
    return MBILL_OK;
}

static bool is_blank(const char *at, const char *end)
{
    while (at < end && (*at == '\n' || *at == '\r')) at++;
    return at == end;
}

mbill_status mbill__csv_next(mbill__csv *csv, bool *out_more, mbill_error *err)
{
    size_t n;
    const char *next;
    int64_t line = csv->line + 1;
    if (csv->at == csv->end || *csv->at == '\n' || *csv->at == '\r') {
        if (!is_blank(csv->at, csv->end))
            return mbill__fail_at(err, MBILL_E_SYNTAX, line, "line %lld: blank line, expected %zu fields", (long long)line,
                csv->n_columns);
        csv->at = csv->end;
        *out_more = false;
        return MBILL_OK;
    }
    MBILL_TRY(read_line(csv, &n, &next, line, err));
    if (n != csv->n_columns)
        return mbill__fail_at(err, MBILL_E_SYNTAX, line, "line %lld: %zu fields, expected %zu as in the header", (long long)line,
            n, csv->n_columns);
    csv->n_fields = n;
    csv->line = line;
    csv->at = next;
    *out_more = true;
    return MBILL_OK;
}
