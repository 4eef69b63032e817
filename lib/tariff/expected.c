/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is expected of an account does. Parts of an interval are differences of its running total, so that nothing is lost
 * however it is cut. */
#include "tariff/expected.h"

#include "base/fail.h"
#include "number/round.h"

#define DAY_S INT64_C(86400)

mbill_status mbill__expected_start(mbill__expected *expected, const mbill_recent_use *use, mbill_error *err)
{
    *expected = (mbill__expected){.length_s = DAY_S};
    MBILL_TRY(mbill__struct_read(&expected->use, sizeof expected->use, offsetof(mbill_recent_use, intervals), use, err));
    if (expected->use.per_day_micro < 0)
        return mbill__fail(err, MBILL_E_RANGE, "the use of a day is negative, expected 0 or more");
    size_t n = expected->use.n_intervals;
    if (n == 0) return MBILL_OK;
    const mbill_interval *intervals = expected->use.intervals;
    MBILL__NEED(intervals);
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    MBILL_TRY(mbill_usage_check(intervals, n, intervals[0].start_utc_s, intervals[n - 1].end_utc_s, 0, &summary, err));
    expected->from_utc_s = intervals[0].start_utc_s;
    expected->length_s = intervals[n - 1].end_utc_s - intervals[0].start_utc_s;
    if (expected->length_s % DAY_S != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the recent use is of no number of whole days of 24 hours");
    for (size_t i = 0; i < n; i++)
        if (intervals[i].quantity_micro < 0)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i, "the recent use is negative, expected 0 or more");
    return MBILL_OK;
}

/* What of an amount over so many seconds lies before one of them. */
static int64_t until(int64_t quantity_micro, int64_t second, int64_t seconds)
{
    int64_t part_micro = 0;
    return mbill__multiply_divide(quantity_micro, second, seconds, MBILL_ROUND_DOWN, &part_micro) ? part_micro : 0;
}

static int64_t part_of(const mbill_interval *interval, int64_t from_utc_s, int64_t to_utc_s)
{
    int64_t from = from_utc_s > interval->start_utc_s ? from_utc_s : interval->start_utc_s;
    int64_t to = to_utc_s < interval->end_utc_s ? to_utc_s : interval->end_utc_s;
    int64_t seconds = interval->end_utc_s - interval->start_utc_s;
    return until(interval->quantity_micro, to - interval->start_utc_s, seconds) -
        until(interval->quantity_micro, from - interval->start_utc_s, seconds);
}

/* from and to lie within one repetition. */
static bool use_between(mbill__expected *expected, int64_t from_utc_s, int64_t to_utc_s, int64_t *out_micro)
{
    const mbill_recent_use *use = &expected->use;
    *out_micro = 0;
    if (use->n_intervals == 0) {
        int64_t second = ((from_utc_s % DAY_S) + DAY_S) % DAY_S;
        *out_micro = until(use->per_day_micro, second + to_utc_s - from_utc_s, DAY_S) - until(use->per_day_micro, second, DAY_S);
        return true;
    }
    int64_t past = (from_utc_s - expected->from_utc_s) % expected->length_s;
    int64_t from = expected->from_utc_s + (past < 0 ? past + expected->length_s : past), to = from + to_utc_s - from_utc_s;
    if (use->intervals[expected->at].start_utc_s > from) expected->at = 0;
    while (use->intervals[expected->at].end_utc_s <= from) expected->at++;
    for (size_t i = expected->at; i < use->n_intervals && use->intervals[i].start_utc_s < to; i++)
        if (!mbill__add(*out_micro, part_of(&use->intervals[i], from, to), out_micro)) return false;
    return true;
}

mbill_status mbill__expected_fill(mbill__expected *expected, int64_t from_utc_s, int64_t to_utc_s,
    mbill_interval out[MBILL__EXPECTED_MAX], size_t *out_n, mbill_error *err)
{
    *out_n = 0;
    for (int64_t at = from_utc_s, next; at < to_utc_s; at = next) {
        int64_t past = at % MBILL__EXPECTED_STEP_S;
        next = at + MBILL__EXPECTED_STEP_S - (past < 0 ? past + MBILL__EXPECTED_STEP_S : past);
        if (next > to_utc_s) next = to_utc_s;
        if (*out_n == MBILL__EXPECTED_MAX) return mbill__fail(err, MBILL_E_INTERNAL, "a day of more than 26 hours");
        mbill_interval *interval = &out[(*out_n)++];
        *interval = (mbill_interval){at, next, 0, MBILL_READING_ESTIMATED, 0};
        if (!use_between(expected, at, next, &interval->quantity_micro))
            return mbill__fail(err, MBILL_E_OVERFLOW,
                "the use of a quarter of an hour leaves the range of +-9223372036854.775807");
    }
    return MBILL_OK;
}
