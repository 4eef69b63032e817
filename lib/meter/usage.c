/* SPDX-License-Identifier: Apache-2.0 */
/* Usage from what meters report. Laws: an interval from registers depends on its two readings alone, so that a series gives the
 * same intervals however it is cut; while a register runs on, intervals add up to the rounded total exactly; all is checked
 * before a byte is written. */
#include "calendar/civil.h"
#include "document/say.h"
#include "meter/span.h"
#include "number/round.h"

#include <inttypes.h>

#define ONE_MICRO INT64_C(1000000)
#define QUALITY (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED)
#define ALL_FLAGS (QUALITY | MBILL_READING_ROLLOVER | MBILL_READING_REMOVED | MBILL_READING_INSTALLED)

_Static_assert(sizeof(mbill_reading) == 24, "the stride of readings is fixed for ever");
_Static_assert(sizeof(mbill_interval) == 32, "the stride of intervals is fixed for ever");

/* ---- registers ---- */

/* Walks a register's readings, checks them and counts their intervals. */
typedef struct register_walk {
    mbill_register reg;
    mbill__span span;
    size_t n;
} register_walk;

static bool has(const mbill_reading *reading, uint32_t flag)
{
    return (reading->flags & flag) != 0;
}

static mbill_status register_read(mbill_register *known, const mbill_register *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, sizeof *known, given, err));
    if (known->flags != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "register flags 0x%" PRIx32 " are not known, expected 0", known->flags);
    if (known->modulus_micro < 0)
        return mbill__fail(err, MBILL_E_INVALID, "register modulus %s is below 0", mbill__say_micro(known->modulus_micro).text);
    if (known->multiplier_micro <= 0)
        return mbill__fail(err, MBILL_E_INVALID, "register multiplier %s is not above 0",
            mbill__say_micro(known->multiplier_micro).text);
    return MBILL_OK;
}

/* What must hold for every reading, used or not. */
static mbill_status check_form(const mbill_reading *reading, size_t index, mbill_error *err)
{
    int64_t at = (int64_t)index;
    if ((reading->flags & ~ALL_FLAGS) != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, at, "reading flags 0x%" PRIx32 " have bits this version does not know",
            reading->flags);
    if (reading->reserved != 0)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "reserved of a reading is %" PRIu32 ", expected 0", reading->reserved);
    if (reading->at_utc_s < MBILL__INSTANT_MIN || reading->at_utc_s >= MBILL__INSTANT_END)
        return mbill__fail_at(err, MBILL_E_RANGE, at, "reading at %" PRId64 " s is outside the years %d to %d", reading->at_utc_s,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    return MBILL_OK;
}

static mbill_status check_order(const mbill_reading *a, const mbill_reading *b, size_t index, mbill_error *err)
{
    if (b->at_utc_s < a->at_utc_s)
        return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)index,
            "reading at %s comes after the one at %s, expected rising times", mbill__say_time(b->at_utc_s, NULL).text,
            mbill__say_time(a->at_utc_s, NULL).text);
    if (b->at_utc_s == a->at_utc_s && !(has(a, MBILL_READING_REMOVED) && has(b, MBILL_READING_INSTALLED)))
        return mbill__fail_at(err, MBILL_E_OVERLAP, (int64_t)index, "two readings at %s, expected one",
            mbill__say_time(b->at_utc_s, NULL).text);
    return MBILL_OK;
}

/* What must hold for a reading that usage is taken from. */
static mbill_status check_value(const mbill_register *reg, const mbill_reading *reading, size_t index, mbill_error *err)
{
    int64_t at = (int64_t)index;
    if (reading->value_micro < 0)
        return mbill__fail_at(err, MBILL_E_RANGE, at, "register value %s at %s is below 0",
            mbill__say_micro(reading->value_micro).text, mbill__say_time(reading->at_utc_s, NULL).text);
    if (reg->modulus_micro > 0 && reading->value_micro >= reg->modulus_micro)
        return mbill__fail_at(err, MBILL_E_RANGE, at, "register value %s at %s is not below the modulus %s",
            mbill__say_micro(reading->value_micro).text, mbill__say_time(reading->at_utc_s, NULL).text,
            mbill__say_micro(reg->modulus_micro).text);
    if (has(reading, MBILL_READING_INSTALLED) && has(reading, MBILL_READING_REMOVED | MBILL_READING_ROLLOVER))
        return mbill__fail_at(err, MBILL_E_INVALID, at, "reading at %s is marked installed and also %s, expected one of them",
            mbill__say_time(reading->at_utc_s, NULL).text, has(reading, MBILL_READING_REMOVED) ? "removed" : "rollover");
    return MBILL_OK;
}

/* Marks of b that only make sense after a. */
static mbill_status check_marks(const mbill_register *reg, const mbill_reading *a, const mbill_reading *b, size_t index,
    mbill_error *err)
{
    int64_t at = (int64_t)index;
    bool falls = b->value_micro < a->value_micro;
    if (has(a, MBILL_READING_REMOVED) != has(b, MBILL_READING_INSTALLED))
        return mbill__fail_at(err, MBILL_E_INVALID, at, "reading at %s %s", mbill__say_time(b->at_utc_s, NULL).text,
            has(a, MBILL_READING_REMOVED) ? "follows a removed meter, expected the mark installed"
                                          : "is marked installed, expected a removed meter before it");
    if (has(b, MBILL_READING_INSTALLED)) return MBILL_OK;
    if (has(b, MBILL_READING_ROLLOVER) && reg->modulus_micro == 0)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "reading at %s is marked rollover, but the register has no modulus",
            mbill__say_time(b->at_utc_s, NULL).text);
    if (has(b, MBILL_READING_ROLLOVER) && !falls)
        return mbill__fail_at(err, MBILL_E_INVALID, at,
            "reading at %s is marked rollover, but the register does not fall from %s to %s",
            mbill__say_time(b->at_utc_s, NULL).text, mbill__say_micro(a->value_micro).text,
            mbill__say_micro(b->value_micro).text);
    if (falls && !has(b, MBILL_READING_ROLLOVER))
        return mbill__fail_at(err, MBILL_E_REGRESSED, at, "the register falls from %s to %s at %s without a rollover mark",
            mbill__say_micro(a->value_micro).text, mbill__say_micro(b->value_micro).text,
            mbill__say_time(b->at_utc_s, NULL).text);
    return MBILL_OK;
}

/* round(end count x multiplier) - round(start count x multiplier): what is rounded off here is made up for by the next
 * interval. */
static bool quantity_between(const mbill_register *reg, const mbill_reading *a, const mbill_reading *b, int64_t *out_micro)
{
    int64_t count = b->value_micro, before, after;
    if (has(b, MBILL_READING_ROLLOVER) && !mbill__add(count, reg->modulus_micro, &count)) return false;
    if (reg->multiplier_micro == ONE_MICRO)
        return mbill__subtract(count, a->value_micro, out_micro); /* most are: nothing is rounded */
    return mbill__multiply_divide(a->value_micro, reg->multiplier_micro, ONE_MICRO, MBILL_ROUND_HALF_EVEN, &before) &&
        mbill__multiply_divide(count, reg->multiplier_micro, ONE_MICRO, MBILL_ROUND_HALF_EVEN, &after) &&
        mbill__subtract(after, before, out_micro);
}

static mbill_status add_interval(register_walk *walk, const mbill_reading *a, const mbill_reading *b, size_t index,
    mbill_error *err)
{
    mbill_usage_summary *summary = &walk->span.summary;
    int64_t quantity_micro;
    MBILL_TRY(mbill__span_cover(&walk->span, a->at_utc_s, b->at_utc_s, index, err));
    if (!quantity_between(&walk->reg, a, b, &quantity_micro) ||
        !mbill__add(summary->total_micro, quantity_micro, &summary->total_micro))
        return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)index,
            "usage between the register values %s and %s times %s does not fit", mbill__say_micro(a->value_micro).text,
            mbill__say_micro(b->value_micro).text, mbill__say_micro(walk->reg.multiplier_micro).text);
    if (has(b, MBILL_READING_ROLLOVER)) summary->n_rollovers++;
    walk->n++;
    return MBILL_OK;
}

/* Two readings that follow each other. */
static mbill_status walk_pair(register_walk *walk, const mbill_reading *a, const mbill_reading *b, size_t index, mbill_error *err)
{
    MBILL_TRY(check_order(a, b, index, err));
    if (!mbill__span_touches(&walk->span, a->at_utc_s, b->at_utc_s)) return MBILL_OK;
    MBILL_TRY(check_value(&walk->reg, a, index - 1, err));
    MBILL_TRY(check_value(&walk->reg, b, index, err));
    MBILL_TRY(check_marks(&walk->reg, a, b, index, err));
    walk->span.summary.flags |= a->flags | b->flags;
    if (!has(b, MBILL_READING_INSTALLED)) return add_interval(walk, a, b, index, err);
    walk->span.summary.n_replacements++; /* the time between the two meters, if any, is a gap that the next interval finds */
    return MBILL_OK;
}

static mbill_status walk_registers(register_walk *walk, const mbill_reading *readings, size_t n_readings, mbill_error *err)
{
    mbill_reading before = {0, 0, 0, 0};
    for (size_t i = 0; i < n_readings; i++) {
        const mbill_reading now = readings[i];
        MBILL_TRY(check_form(&now, i, err));
        if (i > 0) MBILL_TRY(walk_pair(walk, &before, &now, i, err));
        before = now;
    }
    return mbill__span_finish(&walk->span, n_readings, err);
}

/* What was counted, from readings that were checked; returns how many. */
static size_t fill_intervals(const register_walk *walk, const mbill_reading *readings, size_t n_readings, mbill_interval *out)
{
    size_t n = 0;
    for (size_t i = 1; i < n_readings && n < walk->n; i++) {
        const mbill_reading *a = &readings[i - 1], *b = &readings[i];
        int64_t quantity_micro = 0;
        if (!mbill__span_touches(&walk->span, a->at_utc_s, b->at_utc_s) || has(b, MBILL_READING_INSTALLED)) continue;
        (void)quantity_between(&walk->reg, a, b, &quantity_micro);
        out[n++] = (mbill_interval){a->at_utc_s, b->at_utc_s, quantity_micro, (a->flags | b->flags) & QUALITY, 0};
    }
    return n;
}

mbill_status mbill_usage_from_registers(const mbill_register *reg, const mbill_reading *readings, size_t n_readings,
    int64_t from_utc_s, int64_t to_utc_s, uint32_t flags, mbill_interval *out_intervals, size_t cap_intervals,
    size_t *out_n_intervals, mbill_usage_summary *out_summary, mbill_error *err)
{
    register_walk walk = {.n = 0};
    MBILL__NEED(reg);
    if (n_readings > 0) MBILL__NEED(readings);
    if (cap_intervals > 0) MBILL__NEED(out_intervals);
    MBILL__NEED(out_n_intervals);
    MBILL_TRY(register_read(&walk.reg, reg, err));
    MBILL_TRY(mbill__span_start(&walk.span, from_utc_s, to_utc_s, flags, out_summary, err));
    MBILL_TRY(walk_registers(&walk, readings, n_readings, err));
    if (walk.n > cap_intervals) {
        *out_n_intervals = walk.n;
        return mbill__fail(err, MBILL_E_ROOM, "room for %zu intervals, needed %zu", cap_intervals, walk.n);
    }
    *out_n_intervals = fill_intervals(&walk, readings, n_readings, out_intervals);
    mbill__span_report(&walk.span, out_summary);
    return MBILL_OK;
}

/* ---- intervals ---- */

static mbill_status check_interval(const mbill_interval *interval, size_t index, mbill_error *err)
{
    int64_t at = (int64_t)index;
    if ((interval->flags & ~QUALITY) != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, at,
            "interval flags 0x%" PRIx32 " have bits this version does not know", interval->flags);
    if (interval->reserved != 0)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "reserved of an interval is %" PRIu32 ", expected 0", interval->reserved);
    if (interval->start_utc_s < MBILL__INSTANT_MIN || interval->end_utc_s > MBILL__INSTANT_END)
        return mbill__fail_at(err, MBILL_E_RANGE, at,
            "interval from %" PRId64 " s to %" PRId64 " s is outside the years %d to %d", interval->start_utc_s,
            interval->end_utc_s, MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    if (interval->end_utc_s <= interval->start_utc_s)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "interval ends at %s, not after its start at %s",
            mbill__say_time(interval->end_utc_s, NULL).text, mbill__say_time(interval->start_utc_s, NULL).text);
    return MBILL_OK;
}

static mbill_status check_follows(const mbill_interval *a, const mbill_interval *b, size_t index, mbill_error *err)
{
    if (b->start_utc_s >= a->end_utc_s) return MBILL_OK;
    if (b->start_utc_s < a->start_utc_s)
        return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)index,
            "interval at %s comes after the one at %s, expected rising times", mbill__say_time(b->start_utc_s, NULL).text,
            mbill__say_time(a->start_utc_s, NULL).text);
    return mbill__fail_at(err, MBILL_E_OVERLAP, (int64_t)index, "interval starts at %s, before the one before ends at %s",
        mbill__say_time(b->start_utc_s, NULL).text, mbill__say_time(a->end_utc_s, NULL).text);
}

/* Adds to the exact sum, which only has to fit when all is added. */
static mbill_status walk_intervals(mbill__span *span, const mbill_interval *intervals, size_t n_intervals, mbill__wide *sum,
    mbill_error *err)
{
    mbill_interval before = {0, 0, 0, 0, 0};
    for (size_t i = 0; i < n_intervals; i++) {
        const mbill_interval now = intervals[i];
        MBILL_TRY(check_interval(&now, i, err));
        if (i > 0) MBILL_TRY(check_follows(&before, &now, i, err));
        before = now;
        if (!mbill__span_touches(span, now.start_utc_s, now.end_utc_s)) continue;
        MBILL_TRY(mbill__span_cover(span, now.start_utc_s, now.end_utc_s, i, err));
        span->summary.flags |= now.flags;
        if (!mbill__wide_add(*sum, mbill__wide_of(now.quantity_micro), sum))
            return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)i, "sum of intervals does not fit");
    }
    return mbill__span_finish(span, n_intervals, err);
}

mbill_status mbill_usage_check(const mbill_interval *intervals, size_t n_intervals, int64_t from_utc_s, int64_t to_utc_s,
    uint32_t flags, mbill_usage_summary *out_summary, mbill_error *err)
{
    mbill__span span;
    mbill__wide sum = mbill__wide_of(0);
    if (n_intervals > 0) MBILL__NEED(intervals);
    MBILL_TRY(mbill__span_start(&span, from_utc_s, to_utc_s, flags, out_summary, err));
    MBILL_TRY(walk_intervals(&span, intervals, n_intervals, &sum, err));
    if (!mbill__wide_fits(sum, &span.summary.total_micro))
        return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)n_intervals, "sum of %zu intervals does not fit", n_intervals);
    mbill__span_report(&span, out_summary);
    return MBILL_OK;
}
