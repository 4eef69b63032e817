/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is checked of a column does. After the check no sum of its quantities can overflow, so that later loops need not look. */
#include "calendar/civil.h"
#include "document/say.h"
#include "meter/axis.h"
#include "number/round.h"

#include <inttypes.h>

#define QUALITY (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED)
#define STEP_S_MAX 31622400
#define STEPS_MAX 16777216

_Static_assert(sizeof(mbill_axis) == 24, "the stride of an axis is fixed for ever");
_Static_assert(sizeof(void *) != 8 || sizeof(mbill_column) == 40, "the stride of a column is fixed for ever");

mbill_status mbill__axis_check(const mbill_axis *axis, mbill_error *err)
{
    if (axis->step_s < 1 || axis->step_s > STEP_S_MAX || axis->n < 1 || axis->n > STEPS_MAX)
        return mbill__fail(err, MBILL_E_RANGE,
            "an axis of %" PRId64 " steps of %" PRId64 " s, expected 1 to %d steps of 1 to %d s", axis->n, axis->step_s,
            STEPS_MAX, STEP_S_MAX);
    if (axis->start_utc_s < MBILL__INSTANT_MIN || axis->start_utc_s > MBILL__INSTANT_END - axis->n * axis->step_s)
        return mbill__fail(err, MBILL_E_RANGE, "an axis from %" PRId64 " s leaves the years %d to %d", axis->start_utc_s,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    return MBILL_OK;
}

/* Exact, for the rare column whose magnitudes come near the end of the range. */
static bool sum_fits(const int64_t *quantities_micro, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (quantities_micro[i] == INT64_MIN) return false;
        int64_t magnitude = quantities_micro[i] < 0 ? -quantities_micro[i] : quantities_micro[i];
        if (!mbill__add(sum, magnitude, &sum)) return false;
    }
    return true;
}

/* bits holds every bit of any magnitude (one less for those below 0): when n times that fits, so does the sum. */
static bool check_sum(const int64_t *quantities_micro, size_t n, mbill_column *column)
{
    uint64_t bits = 0, signs = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t value = (uint64_t)quantities_micro[i], sign = 0 - (value >> 63);
        bits |= value ^ sign;
        signs |= sign;
        sum += value;
    }
    if (bits >= (uint64_t)INT64_MAX / n && !sum_fits(quantities_micro, n)) return false;
    column->total_micro = (int64_t)sum;
    column->any_negative = signs != 0;
    return true;
}

static mbill_status check_flags(const uint8_t *flags, size_t n, uint32_t *out_any, mbill_error *err)
{
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) any |= flags[i];
    *out_any = any;
    if ((any & ~QUALITY) == 0) return MBILL_OK;
    size_t at = 0;
    while ((flags[at] & ~QUALITY) == 0) at++;
    return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, (int64_t)at, "flags 0x%x of a step have bits this version does not know",
        (unsigned)flags[at]);
}

mbill_status mbill_column_check(const mbill_axis *axis, const int64_t *quantities_micro, const uint8_t *flags,
    mbill_column *out_column, mbill_error *err)
{
    MBILL__NEED(axis);
    MBILL__NEED(quantities_micro);
    MBILL__NEED(out_column);
    MBILL_TRY(mbill__axis_check(axis, err));
    mbill_column column = {.quantities_micro = quantities_micro, .flags = flags, .n = axis->n};
    size_t n = (size_t)axis->n;
    if (flags != NULL) MBILL_TRY(check_flags(flags, n, &column.any_flags, err));
    if (column.any_flags == 0) column.flags = NULL;
    if (!check_sum(quantities_micro, n, &column))
        return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
    *out_column = column;
    return MBILL_OK;
}

static mbill_status refuse_interval(const mbill_axis *axis, const mbill_interval *interval, size_t at, mbill_error *err)
{
    int64_t start_utc_s = axis->start_utc_s + (int64_t)at * axis->step_s;
    if ((int64_t)at >= axis->n || interval->start_utc_s < start_utc_s)
        return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)at, "the reading from %s is before its turn, or beyond the axis",
            mbill__say_time(interval->start_utc_s, NULL).text);
    if (interval->end_utc_s - interval->start_utc_s != axis->step_s ||
        (interval->start_utc_s - axis->start_utc_s) % axis->step_s != 0)
        return mbill__fail_at(err, MBILL_E_BOUNDARY, (int64_t)at, "the reading from %s to %s is not a step of the axis",
            mbill__say_time(interval->start_utc_s, NULL).text, mbill__say_time(interval->end_utc_s, NULL).text);
    return mbill__fail_at(err, MBILL_E_GAP, (int64_t)at, "no reading from %s on, expected one for each step",
        mbill__say_time(start_utc_s, NULL).text);
}

/* Times and flags of one interval. */
static mbill_status check_interval(const mbill_axis *axis, const mbill_interval *interval, size_t at, bool may_have_flags,
    mbill_error *err)
{
    int64_t start_utc_s = axis->start_utc_s + (int64_t)at * axis->step_s;
    if ((int64_t)at >= axis->n || interval->start_utc_s != start_utc_s || interval->end_utc_s != start_utc_s + axis->step_s)
        return refuse_interval(axis, interval, at, err);
    if ((interval->flags & ~QUALITY) != 0 || interval->reserved != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, (int64_t)at,
            "interval flags 0x%" PRIx32 " have bits this version does not know, or reserved is not 0", interval->flags);
    if (interval->flags != 0 && !may_have_flags)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)at, "the reading from %s is not measured, and out_flags is NULL",
            mbill__say_time(interval->start_utc_s, NULL).text);
    return MBILL_OK;
}

mbill_status mbill_column_of_intervals(const mbill_axis *axis, const mbill_interval *intervals, size_t n_intervals,
    int64_t *out_quantities_micro, uint8_t *out_flags, mbill_column *out_column, mbill_error *err)
{
    MBILL__NEED(axis);
    MBILL__NEED(out_quantities_micro);
    MBILL__NEED(out_column);
    if (n_intervals > 0) MBILL__NEED(intervals);
    MBILL_TRY(mbill__axis_check(axis, err));
    for (size_t i = 0; i < n_intervals; i++) {
        MBILL_TRY(check_interval(axis, &intervals[i], i, out_flags != NULL, err));
        out_quantities_micro[i] = intervals[i].quantity_micro;
        if (out_flags != NULL) out_flags[i] = (uint8_t)intervals[i].flags;
    }
    if ((int64_t)n_intervals < axis->n)
        return mbill__fail_at(err, MBILL_E_GAP, (int64_t)n_intervals, "%zu readings, expected one for each of %" PRId64 " steps",
            n_intervals, axis->n);
    return mbill_column_check(axis, out_quantities_micro, out_flags, out_column, err);
}
