/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way columns are summed by period does. The inner loops have no branch and no dependence between steps of a row, so
 * that the compiler can make them wide. */
#include "tariff/rows.h"

#include <string.h>

/* ---- making ---- */

/* false: a period changes inside a step. */
static bool read_periods(mbill__runs *runs, const mbill_axis *axis, uint8_t *periods)
{
    mbill__run run;
    while (mbill__runs_next(runs, &run)) {
        int64_t from_s = run.start_utc_s - axis->start_utc_s, to_s = run.end_utc_s - axis->start_utc_s;
        if (from_s % axis->step_s != 0 || to_s % axis->step_s != 0) return false;
        memset(periods + from_s / axis->step_s, run.period, (size_t)((to_s - from_s) / axis->step_s));
    }
    return true;
}

/* The first step of the next day, or where the row must end. */
static mbill_status row_end(const mbill_zone *zone, const mbill_axis *axis, size_t at, size_t to, size_t *out, mbill_error *err)
{
    int64_t midnight_utc_s, start_utc_s = axis->start_utc_s + (int64_t)at * axis->step_s;
    MBILL_TRY(mbill_zone_day_start(zone, mbill_zone_day(zone, start_utc_s) + 1, &midnight_utc_s, err));
    size_t n = (size_t)((midnight_utc_s - start_utc_s + axis->step_s - 1) / axis->step_s);
    if (n > MBILL__ROW_MAX) n = MBILL__ROW_MAX;
    *out = at + (n < to - at ? n : to - at);
    return MBILL_OK;
}

/* One row into the pattern that it follows, or a new one. starts NULL: rows are only counted. */
static void add_row(mbill__rows *rows, size_t at, size_t n)
{
    const uint8_t *periods = rows->periods + at;
    size_t i = 0;
    while (i < rows->n_patterns && (rows->patterns[i].n != n || memcmp(rows->patterns[i].periods, periods, n) != 0)) i++;
    mbill__pattern *pattern = &rows->patterns[i];
    if (i == rows->n_patterns) {
        *pattern = (mbill__pattern){.periods = periods, .n = n};
        rows->n_patterns++;
    }
    if (pattern->starts != NULL) pattern->starts[pattern->n_rows] = (uint32_t)at;
    pattern->n_rows++;
}

static mbill_status add_rows(mbill__rows *rows, const mbill_axis *axis, size_t from, size_t to, size_t *out_n, mbill_error *err)
{
    size_t end;
    *out_n = 0;
    for (size_t at = from; at < to; at = end) {
        MBILL_TRY(row_end(rows->schedule->zone, axis, at, to, &end, err));
        if (rows->patterns != NULL) add_row(rows, at, end - at);
        ++*out_n;
    }
    return MBILL_OK;
}

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "no memory for the plan");
}

mbill_status mbill__rows_make(mbill__rows *out, mbill__arena *arena, const mbill__schedule *schedule, const mbill_day_list *lists,
    size_t n_lists, const mbill_axis *axis, size_t from, size_t to, mbill_error *err)
{
    mbill__runs runs;
    size_t n_rows;
    *out = (mbill__rows){.schedule = schedule};
    if (schedule->period_set == 0) return MBILL_OK;
    out->periods = mbill__arena_take(arena, (size_t)axis->n, 1);
    if (out->periods == NULL) return no_memory(err);
    /* A list of days that is not given is refused by the first charge that needs it, and by no other. */
    out->fit = mbill__runs_start(&runs, schedule, lists, n_lists, axis->start_utc_s + (int64_t)from * axis->step_s,
                   axis->start_utc_s + (int64_t)to * axis->step_s, NULL) == MBILL_OK &&
        read_periods(&runs, axis, out->periods);
    if (!out->fit) return MBILL_OK;
    MBILL_TRY(add_rows(out, axis, from, to, &n_rows, err));
    out->patterns = mbill__arena_take(arena, n_rows, sizeof *out->patterns);
    if (out->patterns == NULL) return no_memory(err);
    MBILL_TRY(add_rows(out, axis, from, to, &n_rows, err));
    for (size_t i = 0; i < out->n_patterns; i++) {
        out->patterns[i].starts = mbill__arena_take(arena, out->patterns[i].n_rows, sizeof(uint32_t));
        if (out->patterns[i].starts == NULL) return no_memory(err);
        out->patterns[i].n_rows = 0;
    }
    return add_rows(out, axis, from, to, &n_rows, err);
}

/* ---- summing ---- */

int64_t mbill__sum_of(const int64_t *quantities_micro, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += quantities_micro[i];
    return sum;
}

/* Four rows at a time: one load and store of the sums for four of quantities. */
static void add_places(int64_t *restrict sums, const int64_t *restrict quantities, const uint32_t *starts, size_t n_rows,
    size_t n)
{
    size_t row = 0;
    for (; row + 4 <= n_rows; row += 4) {
        const int64_t *a = quantities + starts[row], *b = quantities + starts[row + 1];
        const int64_t *c = quantities + starts[row + 2], *d = quantities + starts[row + 3];
        for (size_t i = 0; i < n; i++) sums[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
    for (; row < n_rows; row++) {
        const int64_t *a = quantities + starts[row];
        for (size_t i = 0; i < n; i++) sums[i] += a[i];
    }
}

/* The first row that starts at or after the step. */
static size_t row_from(const mbill__pattern *pattern, size_t step)
{
    size_t low = 0, high = pattern->n_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pattern->starts[middle] < step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* What of the pattern's row number `row` lies in [from, to), when that is not the whole row. */
static void add_part(const mbill__rows *rows, const mbill__pattern *pattern, size_t row, const int64_t *quantities_micro,
    size_t from, size_t to, int64_t *inout_micro)
{
    size_t start = pattern->starts[row], end = start + pattern->n;
    if (start < from) start = from;
    if (end > to) end = to;
    for (size_t i = start; i < end; i++) inout_micro[rows->periods[i]] += quantities_micro[i];
}

static void add_pattern(const mbill__rows *rows, const mbill__pattern *pattern, const int64_t *quantities_micro, size_t from,
    size_t to, int64_t *inout_micro)
{
    int64_t sums[MBILL__ROW_MAX];
    size_t first = row_from(pattern, from), last = row_from(pattern, to);
    if (first > 0) add_part(rows, pattern, first - 1, quantities_micro, from, to, inout_micro);
    if (last > first && pattern->starts[last - 1] + pattern->n > to)
        add_part(rows, pattern, --last, quantities_micro, from, to, inout_micro);
    if (last == first) return;
    memset(sums, 0, pattern->n * sizeof *sums);
    add_places(sums, quantities_micro, pattern->starts + first, last - first, pattern->n);
    for (size_t i = 0; i < pattern->n; i++) inout_micro[pattern->periods[i]] += sums[i];
}

void mbill__rows_sum(const mbill__rows *rows, const int64_t *quantities_micro, size_t from, size_t to, int64_t *inout_micro)
{
    for (size_t i = 0; i < rows->n_patterns; i++) add_pattern(rows, &rows->patterns[i], quantities_micro, from, to, inout_micro);
}
