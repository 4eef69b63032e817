/* SPDX-License-Identifier: Apache-2.0 */
/* Readings files: rows stay inside the text, keep their promises, and read the same again from a file written anew in UTC;
 * running out of memory anywhere leaves nothing behind. */
#include "meterbill/decimal.h"
#include "meterbill/reading.h"
#include "usage_laws.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 512

/* 1900-01-01 and 3000-01-01, UTC. */
#define INSTANT_MIN INT64_C(-2208988800)
#define INSTANT_END INT64_C(32503680000)

typedef struct rows {
    mbill_reading_row row[ROWS_MAX];
    size_t n;
} rows;

static void check_row(const mbill_reading_row *row, const char *text, size_t len)
{
    need(row->meter == NULL ? row->meter_len == 0
                            : row->meter >= text && row->meter_len > 0 && row->meter + row->meter_len <= text + len);
    need(row->reg == NULL ? row->reg_len == 0 : row->reg >= text && row->reg_len > 0 && row->reg + row->reg_len <= text + len);
    if (row->is_interval)
        need(row->interval.start_utc_s < row->interval.end_utc_s && row->interval.flags < 4 && row->interval.reserved == 0);
    else need(row->reading.value_micro >= 0 && row->reading.flags < 32 && row->reading.reserved == 0);
}

static mbill_status read_rows(const char *text, size_t len, const mbill_zone *zone, const mbill_allocator *allocator, rows *out)
{
    mbill_reading_file *file;
    mbill_error err;
    int32_t more = 1;
    int64_t line = 1;
    mbill_error_init(&err);
    out->n = 0;
    mbill_status status = mbill_reading_file_open(text, len, zone, allocator, &file, &err);
    need((status == MBILL_OK) == (file != NULL));
    while (status == MBILL_OK && more == 1 && out->n < ROWS_MAX) {
        mbill_reading_row row;
        status = mbill_reading_file_next(file, &row, &more, &err);
        if (status != MBILL_OK || more == 0) continue;
        check_row(&row, text, len);
        need(row.line == ++line);
        out->row[out->n++] = row;
    }
    if (status != MBILL_OK)
        need(err.status == (int32_t)status && err.message[0] != '\0' && (err.index >= 1 || status == MBILL_E_NOMEM));
    mbill_reading_file_free(file);
    return status;
}

static const char *mark_of(uint32_t flags)
{
    if ((flags & MBILL_READING_ROLLOVER) != 0) return "rollover";
    if ((flags & MBILL_READING_REMOVED) != 0) return "removed";
    return (flags & MBILL_READING_INSTALLED) != 0 ? "installed" : "";
}

static const char *quality_of(uint32_t flags)
{
    if ((flags & MBILL_READING_ESTIMATED) != 0) return "estimated";
    return (flags & MBILL_READING_SUBSTITUTED) != 0 ? "substituted" : "measured";
}

static size_t put_row(char *to, size_t room, const mbill_reading_row *row)
{
    char times[2][64], value[64];
    size_t a = sizeof times[0], b = sizeof times[1], c = sizeof value;
    bool whole = row->is_interval != 0;
    uint32_t flags = whole ? row->interval.flags : row->reading.flags;
    need(mbill_time_print(whole ? row->interval.start_utc_s : row->reading.at_utc_s, NULL, times[0], &a, NULL) == MBILL_OK);
    need(mbill_time_print(whole ? row->interval.end_utc_s : 0, NULL, times[1], &b, NULL) == MBILL_OK);
    need(mbill_decimal_print(whole ? row->interval.quantity_micro : row->reading.value_micro, 6, value, &c, NULL) == MBILL_OK);
    int n = snprintf(to, room, "\"m%.*s\",\"r%.*s\",%s,%s,%s,%s\n", (int)row->meter_len, row->meter == NULL ? "" : row->meter,
        (int)row->reg_len, row->reg == NULL ? "" : row->reg, times[0], whole ? times[1] : mark_of(flags), value,
        quality_of(flags));
    need(n > 0 && (size_t)n < room);
    return (size_t)n;
}

static bool same(const mbill_reading_row *a, const mbill_reading_row *b)
{
    if (a->is_interval != b->is_interval || a->meter_len + 1 != b->meter_len || a->reg_len + 1 != b->reg_len) return false;
    if (a->meter_len > 0 && memcmp(a->meter, b->meter + 1, a->meter_len) != 0) return false;
    if (a->reg_len > 0 && memcmp(a->reg, b->reg + 1, a->reg_len) != 0) return false;
    return memcmp(&a->reading, &b->reading, sizeof a->reading) == 0 &&
        memcmp(&a->interval, &b->interval, sizeof a->interval) == 0;
}

/* Can the row be written anew? Not a name of full length, which gets a letter in front so that absent ones have one too, nor a
 * time near the ends of the calendar, whose year in UTC is another than in the zone. */
static bool can_write(const mbill_reading_row *row)
{
    int64_t start = row->is_interval ? row->interval.start_utc_s : row->reading.at_utc_s,
            end = row->is_interval ? row->interval.end_utc_s : start;
    return row->meter_len < 128 && row->reg_len < 128 && start >= INSTANT_MIN && end < INSTANT_END;
}

static void check_again(const rows *first, rows *second)
{
    size_t room = 64 + ROWS_MAX * 512, at;
    for (size_t i = 0; i < first->n; i++)
        if (!can_write(&first->row[i])) return;
    char *text = first->n > 0 ? malloc(room) : NULL;
    if (text == NULL) return;
    bool whole = first->row[0].is_interval != 0;
    at = (size_t)snprintf(text, room, "meter,register,%s,quality\n", whole ? "start,end,quantity" : "time,mark,value");
    for (size_t i = 0; i < first->n; i++) at += put_row(text + at, room - at, &first->row[i]);
    need(read_rows(text, at, NULL, NULL, second) == MBILL_OK && second->n == first->n);
    for (size_t i = 0; i < first->n; i++) need(same(&first->row[i], &second->row[i]));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rows *first = malloc(sizeof *first), *second = malloc(sizeof *second);
    mbill_zone *zone = zone_with_summer_time();
    counting_allocator own;
    counting_start(&own, size % 6 + 1);
    if (first != NULL && second != NULL) {
        (void)read_rows((const char *)data, size, zone, &own.allocator, first);
        need(counting_is_even(&own));
        (void)read_rows((const char *)data, size, zone, NULL, first);
        check_again(first, second);
        (void)read_rows((const char *)data, size, NULL, NULL, first);
        check_again(first, second);
    }
    mbill_zone_free(zone);
    free(first);
    free(second);
    return 0;
}
