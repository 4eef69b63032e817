/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way columns are summed by period does. A column is read once and in its order, so that memory is never waited for
 * longer than by a plain sum; the inner loops have no branch and no dependence between steps of a row, so that the compiler can make them
 * wide. */
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

/* The pattern that the row follows, which may be a new one. */
static uint32_t pattern_of(mbill__rows *rows, size_t at, size_t n)
{
    const uint8_t *periods = rows->periods + at;
    size_t i = 0;
    while (i < rows->n_patterns && (rows->patterns[i].n != n || memcmp(rows->patterns[i].periods, periods, n) != 0)) i++;
    if (i == rows->n_patterns) {
        bool fits = i < MBILL__SUMMED_PATTERNS && rows->n_sums + n <= MBILL__SUMS_MAX;
        rows->patterns[i] = (mbill__pattern){.periods = periods, .n = n, .sums_at = fits ? rows->n_sums : MBILL__NO_SUMS};
        if (fits) rows->n_sums += n;
        rows->n_patterns++;
    }
    return (uint32_t)i;
}

/* One row into the band that ends where it begins, or a new one. */
static void add_row(mbill__rows *rows, size_t at, size_t n)
{
    uint32_t pattern = pattern_of(rows, at, n);
    mbill__band *last = rows->n_bands == 0 ? NULL : &rows->bands[rows->n_bands - 1];
    if (last == NULL || last->pattern != pattern) {
        last = &rows->bands[rows->n_bands++];
        *last = (mbill__band){.start = (uint32_t)at, .pattern = pattern};
    }
    last->end = (uint32_t)(at + n);
}

/* Count the rows, and add them when there is room for bands. */
static mbill_status add_rows(mbill__rows *rows, const mbill_axis *axis, size_t from, size_t to, size_t *out_n, mbill_error *err)
{
    size_t end;
    *out_n = 0;
    for (size_t at = from; at < to; at = end) {
        MBILL_TRY(row_end(rows->schedule->zone, axis, at, to, &end, err));
        if (rows->bands != NULL) add_row(rows, at, end - at);
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
    out->bands = mbill__arena_take(arena, n_rows, sizeof *out->bands);
    if (out->patterns == NULL || out->bands == NULL) return no_memory(err);
    return add_rows(out, axis, from, to, &n_rows, err);
}

/* ---- summing ---- */

/* Eight sums side by side, so that no addition waits for the one before it. */
int64_t mbill__sum_of(const int64_t *quantities_micro, size_t n)
{
    int64_t sums[8] = {0}, sum = 0;
    size_t at = 0;
    for (; n - at >= 8; at += 8)
        for (size_t i = 0; i < 8; i++) sums[i] += quantities_micro[at + i];
    for (; at < n; at++) sum += quantities_micro[at];
    for (size_t i = 0; i < 8; i++) sum += sums[i];
    return sum;
}

/* Sums by place of a row for every pattern that has room, kept until the end. */
typedef struct place_sums {
    const mbill__rows *rows;
    const int64_t *quantities_micro;
    int64_t *inout_micro;
    uint64_t touched; /* one bit a pattern: its sums are begun */
    int64_t sums[MBILL__SUMS_MAX];
} place_sums;

/* Steps one by one into their periods. */
static void add_steps(place_sums *places, size_t from, size_t to)
{
    const uint8_t *periods = places->rows->periods;
    for (size_t i = from; i < to; i++) places->inout_micro[periods[i]] += places->quantities_micro[i];
}

/* Rows of n that follow each other, place by place: four at a time, for one load and store of the sums. */
static void add_places(int64_t *restrict sums, const int64_t *restrict of, size_t n_rows, size_t n)
{
    for (; n_rows >= 4; n_rows -= 4, of += 4 * n)
        for (size_t i = 0; i < n; i++) sums[i] += (of[i] + of[n + i]) + (of[2 * n + i] + of[3 * n + i]);
    for (; n_rows > 0; n_rows--, of += n)
        for (size_t i = 0; i < n; i++) sums[i] += of[i];
}

/* What of a band lies in [from, to): whole rows by place, the rest step by step. */
static void add_band(place_sums *places, const mbill__band *band, size_t from, size_t to)
{
    const mbill__pattern *pattern = &places->rows->patterns[band->pattern];
    size_t n = pattern->n, first = from > band->start ? from : band->start, end = to < band->end ? to : band->end;
    size_t row_from = band->start + (first - band->start + n - 1) / n * n, n_rows = row_from < end ? (end - row_from) / n : 0;
    if (n_rows == 0 || pattern->sums_at == MBILL__NO_SUMS) {
        add_steps(places, first, end);
        return;
    }
    int64_t *sums = places->sums + pattern->sums_at;
    uint64_t bit = UINT64_C(1) << band->pattern;
    if ((places->touched & bit) == 0) memset(sums, 0, n * sizeof *sums);
    places->touched |= bit;
    add_steps(places, first, row_from);
    add_places(sums, places->quantities_micro + row_from, n_rows, n);
    add_steps(places, row_from + n_rows * n, end);
}

/* The sums by place to those of their periods, a run of equal periods at a time. */
static void add_sums(place_sums *places, const mbill__pattern *pattern)
{
    const int64_t *sums = places->sums + pattern->sums_at;
    for (size_t i = 0; i < pattern->n;) {
        uint8_t period = pattern->periods[i];
        int64_t sum = 0;
        for (; i < pattern->n && pattern->periods[i] == period; i++) sum += sums[i];
        places->inout_micro[period] += sum;
    }
}

/* The band that holds the step. */
static size_t band_of(const mbill__rows *rows, size_t step)
{
    size_t low = 0, high = rows->n_bands;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->bands[middle].end <= step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t n_summed(const mbill__rows *rows)
{
    return rows->n_patterns < MBILL__SUMMED_PATTERNS ? rows->n_patterns : MBILL__SUMMED_PATTERNS;
}

void mbill__rows_sum(const mbill__rows *rows, const int64_t *quantities_micro, size_t from, size_t to, int64_t *inout_micro)
{
    place_sums places;
    places.rows = rows;
    places.quantities_micro = quantities_micro;
    places.inout_micro = inout_micro;
    places.touched = 0;
    for (size_t i = band_of(rows, from); i < rows->n_bands && rows->bands[i].start < to; i++)
        add_band(&places, &rows->bands[i], from, to);
    for (size_t i = 0; i < n_summed(rows); i++)
        if ((places.touched >> i & 1) != 0) add_sums(&places, &rows->patterns[i]);
}

/* ---- the highest ---- */

int64_t mbill__highest_of(const int64_t *quantities_micro, size_t n)
{
    int64_t highest = 0;
    for (size_t i = 0; i < n; i++) highest = quantities_micro[i] > highest ? quantities_micro[i] : highest;
    return highest;
}

/* Steps of other periods count as 0, so that no step has a branch; eight are compared side by side, which was fastest of 2, 4 and 8. */
int64_t mbill__rows_highest(const mbill__rows *rows, const int64_t *quantities_micro, size_t from, size_t to, uint32_t period_set)
{
    int64_t masks[32], highest[8] = {0};
    for (uint32_t i = 0; i < 32; i++) masks[i] = (period_set >> i & 1u) != 0 ? -1 : 0;
    for (; from < to && (to - from) % 8 != 0; from++) {
        int64_t value = quantities_micro[from] & masks[rows->periods[from]];
        if (value > highest[0]) highest[0] = value;
    }
    for (; from < to; from += 8)
        for (size_t i = 0; i < 8; i++) {
            int64_t value = quantities_micro[from + i] & masks[rows->periods[from + i]];
            highest[i] = value > highest[i] ? value : highest[i];
        }
    for (size_t i = 1; i < 8; i++)
        if (highest[i] > highest[0]) highest[0] = highest[i];
    return highest[0];
}
