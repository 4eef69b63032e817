/* SPDX-License-Identifier: Apache-2.0 */
/* One unit's amount over those who lived in it one after another: by days, or by degree-days. Changes when another weight of time comes. */
#include "apportion/apportion.h"
#include "apportion/heap.h"
#include "calendar/civil.h"

#include <inttypes.h>

#define MONTHS 12
#define DAYS_COMMON 377580 /* lcm(28, 29, 30, 31): a month is worth the same whatever its days */

/* Thirds of a per mille of a heating year, January to December: the German table, June to August 40/3 each. */
static const uint16_t usual_table[MONTHS] = {510, 450, 390, 240, 120, 40, 40, 40, 90, 240, 360, 480};

static int32_t month_start(mbill_date month, int32_t later)
{
    const int32_t months = month.month - 1 + later;
    return mbill__civil_days(month.year + months / MONTHS, months % MONTHS + 1, 1);
}

uint64_t mbill_degree_weight(int32_t from_day, int32_t to_day, const uint16_t table[12])
{
    const uint16_t *months = table == NULL ? usual_table : table;
    uint64_t weight = 0;
    while (from_day < to_day) {
        const mbill_date date = mbill__civil_date(from_day);
        const int32_t begin = month_start(date, 0), next = month_start(date, 1), end = next < to_day ? next : to_day;
        weight += (uint64_t)months[date.month - 1] * (uint64_t)(end - from_day) * (uint64_t)(DAYS_COMMON / (next - begin));
        from_day = end;
    }
    return weight;
}

#define LINES_OF(n) (2 * (n) + 1)
#define WORDS_A_LINE 6 /* a share (2), an amount, a split (2), its days */

size_t mbill_apportion_segments_scratch_size(size_t n)
{
    if (n > SIZE_MAX / sizeof(uint64_t) / 16) return SIZE_MAX;
    return (n + WORDS_A_LINE * LINES_OF(n)) * sizeof(uint64_t);
}

static bool comes_later(const void *context, uint64_t a, uint64_t b)
{
    const mbill_segment *segments = context;
    return segments[a].from_day != segments[b].from_day ? segments[a].from_day > segments[b].from_day : a > b;
}

static mbill_status check_segments(const mbill_segment *segments, const uint64_t *order, size_t n, int32_t from_day,
    int32_t to_day, mbill_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const mbill_segment *one = &segments[i];
        if (one->from_day >= one->to_day)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "segment %zu is empty or ends before it begins", i);
        if (one->from_day < from_day || one->to_day > to_day)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "segment %zu reaches beyond the period", i);
    }
    for (size_t i = 1; i < n; i++)
        if (segments[order[i]].from_day < segments[order[i - 1]].to_day)
            return mbill__fail_at(err, MBILL_E_OVERLAP, (int64_t)order[i],
                "segment %" PRIu64 " begins before segment %" PRIu64 " has ended", order[i], order[i - 1]);
    return MBILL_OK;
}

/* The segments in the order of time, and what is between them. */
static size_t cut_lines(const mbill_segment *segments, const uint64_t *order, size_t n, int32_t from_day, int32_t to_day,
    mbill_segment_line *lines)
{
    size_t n_lines = 0;
    int32_t at = from_day;
    for (size_t i = 0; i <= n; i++) {
        const int32_t begin = i < n ? segments[order[i]].from_day : to_day;
        if (at < begin) lines[n_lines++] = (mbill_segment_line){at, begin, MBILL_VACANT, 0, 0};
        if (i == n) break;
        at = segments[order[i]].to_day;
        lines[n_lines++] = (mbill_segment_line){begin, at, (int64_t)order[i], 0, 0};
    }
    return n_lines;
}

mbill_status mbill_apportion_segments(int64_t amount, int32_t from_day, int32_t to_day, const mbill_segment *segments, size_t n,
    int32_t rule, const uint16_t table[12], const mbill_apportion_options *options, void *scratch, mbill_segment_line *out_lines,
    size_t *out_n, int64_t *out_residual, mbill_error *err)
{
    mbill_apportion_options known;
    uint64_t *order = scratch;
    if (n > 0) MBILL__NEED(segments);
    MBILL__NEED(out_lines);
    MBILL__NEED(out_n);
    MBILL__NEED(out_residual);
    MBILL_TRY(mbill__apportion_ways_read(options, &known, err));
    MBILL_TRY(mbill__scratch_check(scratch, 1, err));
    if (rule != MBILL_TIME_DAYS && rule != MBILL_TIME_DEGREE_DAYS)
        return mbill__fail(err, MBILL_E_INVALID, "rule is %" PRId32 ", expected an mbill_time_rule", rule);
    if (from_day >= to_day || from_day < MBILL__DAYS_MIN || to_day > MBILL__DAYS_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "the period is empty, ends before it begins, or is outside the calendar");
    for (size_t i = 0; i < n; i++) order[i] = i;
    mbill__heap_sort_down(order, n, comes_later, segments);
    MBILL_TRY(check_segments(segments, order, n, from_day, to_day, err));
    known.struct_size = (uint32_t)sizeof known;
    known.tie_salt = 0; /* ties go to the line that begins earlier */
    uint64_t *words = order + n;
    mbill_share *shares = (mbill_share *)(void *)words;
    int64_t *amounts = (int64_t *)(void *)(words + 2 * LINES_OF(n));
    uint64_t *days = words + 5 * LINES_OF(n);
    known.fallback_weights = days;
    const size_t n_lines = cut_lines(segments, order, n, from_day, to_day, out_lines);
    for (size_t i = 0; i < n_lines; i++) {
        const int32_t begin = out_lines[i].from_day, end = out_lines[i].to_day;
        days[i] = (uint64_t)(end - begin);
        out_lines[i].weight = rule == MBILL_TIME_DAYS ? days[i] : mbill_degree_weight(begin, end, table);
        shares[i] = (mbill_share){i, out_lines[i].weight};
    }
    MBILL_TRY(mbill_apportion(amount, shares, n_lines, &known, words + 3 * LINES_OF(n), amounts, out_residual, err));
    for (size_t i = 0; i < n_lines; i++) out_lines[i].amount = amounts[i];
    *out_n = n_lines;
    return MBILL_OK;
}
