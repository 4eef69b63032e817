/* SPDX-License-Identifier: Apache-2.0 */
/* Usage from registers and from intervals: rollovers, replaced meters, multipliers, gaps, laws over random readings, every
 * refusal. */
#include "check_run.h"
#include "meterbill/reading.h"
#include "random.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600)
#define ROOM 64

static const mbill_register plain = {sizeof(mbill_register), 0, 0, 1000000};

static mbill_reading at(int64_t hour, int64_t value_micro, uint32_t flags)
{
    return (mbill_reading){T0 + hour * HOUR, value_micro, flags, 0};
}

/* What a call gave. */
typedef struct result {
    mbill_interval intervals[ROOM];
    size_t n;
    mbill_usage_summary summary;
    mbill_error err;
} result;

static mbill_status build(const mbill_register *reg, const mbill_reading *readings, size_t n, int64_t from_hour, int64_t to_hour,
    uint32_t flags, result *out)
{
    memset(out, 0xA5, sizeof *out);
    out->summary.struct_size = sizeof out->summary;
    mbill_error_init(&out->err);
    return mbill_usage_from_registers(reg, readings, n, T0 + from_hour * HOUR, T0 + to_hour * HOUR, flags, out->intervals, ROOM,
        &out->n, &out->summary, &out->err);
}

/* Refused, and nothing of the outputs touched. */
static void assert_refused(const mbill_register *reg, const mbill_reading *readings, size_t n, mbill_status status, int64_t index,
    const char *part)
{
    result got, untouched;
    assert_refusal_index(&got.err, build(reg, readings, n, 0, 10, 0, &got), status, index, part);
    memset(&untouched, 0xA5, sizeof untouched);
    untouched.summary.struct_size = sizeof untouched.summary;
    ck_assert_mem_eq(got.intervals, untouched.intervals, sizeof got.intervals);
    ck_assert_mem_eq(&got.n, &untouched.n, sizeof got.n);
    ck_assert_mem_eq(&got.summary, &untouched.summary, sizeof got.summary);
    ck_assert_int_eq(mbill_usage_from_registers(reg, readings, n, T0, T0 + 10 * HOUR, 0, got.intervals, ROOM, &got.n, NULL, NULL),
        (int)status);
}

/* ---- registers: ok ---- */

START_TEST(differences)
{
    const mbill_reading readings[] = {at(0, 300 * UNIT, 0), at(4, 310 * UNIT, MBILL_READING_ESTIMATED), at(10, 950 * UNIT, 0)};
    result got;
    ck_assert_int_eq(build(&plain, readings, 3, 0, 10, 0, &got), MBILL_OK);
    ck_assert_uint_eq(got.n, 2);
    ck_assert_int_eq(got.intervals[0].start_utc_s, T0);
    ck_assert_int_eq(got.intervals[0].end_utc_s, T0 + 4 * HOUR);
    ck_assert_int_eq(got.intervals[0].quantity_micro, 10 * UNIT);
    ck_assert_uint_eq(got.intervals[0].flags, MBILL_READING_ESTIMATED);
    ck_assert_uint_eq(got.intervals[0].reserved, 0);
    ck_assert_int_eq(got.intervals[1].quantity_micro, 640 * UNIT);
    ck_assert_uint_eq(got.intervals[1].flags, MBILL_READING_ESTIMATED);
    ck_assert_int_eq(got.summary.total_micro, 650 * UNIT);
    ck_assert_int_eq(got.summary.gap_s, 0);
    ck_assert_int_eq(got.summary.first_gap_utc_s, INT64_MIN);
    ck_assert_uint_eq(got.summary.flags, MBILL_READING_ESTIMATED);
    ck_assert_uint_eq(got.summary.struct_size, sizeof got.summary);
}
END_TEST

START_TEST(keeps_intervals_at_the_edges_whole)
{
    const mbill_reading readings[] = {at(-9, 900 * UNIT, 0), at(-5, 0, 0), at(-2, 2 * UNIT, 0), at(3, 7 * UNIT, 0),
        at(12, 9 * UNIT, 0), at(15, 3 * UNIT, 0)};
    result got;
    ck_assert_int_eq(build(&plain, readings, 6, 0, 10, 0, &got), MBILL_OK); /* what falls outside the span is nobody's affair */
    ck_assert_uint_eq(got.n, 2);
    ck_assert_int_eq(got.intervals[0].start_utc_s, T0 - 2 * HOUR);
    ck_assert_int_eq(got.intervals[1].end_utc_s, T0 + 12 * HOUR);
    ck_assert_int_eq(got.summary.total_micro, 7 * UNIT);
    ck_assert_int_eq(build(&plain, readings, 6, -2, 3, 0, &got),
        MBILL_OK); /* an interval that only touches the span is outside */
    ck_assert_uint_eq(got.n, 1);
}
END_TEST

START_TEST(rolls_over)
{
    const mbill_register reg = {sizeof reg, 0, 1000 * UNIT, 2 * UNIT};
    const mbill_reading readings[] = {at(0, 999 * UNIT + 999999, 0), at(5, 0, MBILL_READING_ROLLOVER), at(10, 12 * UNIT, 0)};
    result got;
    ck_assert_int_eq(build(&reg, readings, 3, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.intervals[0].quantity_micro, 2);
    ck_assert_uint_eq(got.intervals[0].flags, 0);
    ck_assert_int_eq(got.summary.total_micro, 24 * UNIT + 2);
    ck_assert_int_eq(got.summary.n_rollovers, 1);
    ck_assert_uint_eq(got.summary.flags, MBILL_READING_ROLLOVER);
}
END_TEST

START_TEST(replaces_a_meter)
{
    const mbill_reading same[] = {at(0, 100 * UNIT, 0), at(4, 130 * UNIT, MBILL_READING_REMOVED),
        at(4, 2 * UNIT, MBILL_READING_INSTALLED), at(10, 7 * UNIT, 0)};
    const mbill_reading later[] = {at(0, 100 * UNIT, 0), at(4, 130 * UNIT, MBILL_READING_REMOVED),
        at(6, 2 * UNIT, MBILL_READING_INSTALLED), at(10, 7 * UNIT, 0)};
    result got;
    ck_assert_int_eq(build(&plain, same, 4, 0, 10, 0, &got), MBILL_OK);
    ck_assert_uint_eq(got.n, 2);
    ck_assert_int_eq(got.summary.total_micro, 35 * UNIT);
    ck_assert_int_eq(got.summary.n_replacements, 1);
    assert_refused(&plain, later, 4, MBILL_E_GAP, 3, "from 2026-01-01T04:00:00Z to 2026-01-01T06:00:00Z");
    ck_assert_int_eq(build(&plain, later, 4, 0, 10, MBILL_USAGE_ALLOW_GAPS, &got), MBILL_OK);
    ck_assert_uint_eq(got.n, 2);
    ck_assert_int_eq(got.summary.gap_s, 2 * HOUR);
    ck_assert_int_eq(got.summary.first_gap_utc_s, T0 + 4 * HOUR);
}
END_TEST

START_TEST(removed_after_a_rollover)
{
    const mbill_register reg = {sizeof reg, 0, 100 * UNIT, UNIT};
    const mbill_reading readings[] = {at(0, 90 * UNIT, MBILL_READING_INSTALLED),
        at(4, 5 * UNIT, MBILL_READING_ROLLOVER | MBILL_READING_REMOVED), at(4, 50 * UNIT, MBILL_READING_INSTALLED),
        at(10, 51 * UNIT, MBILL_READING_REMOVED)};
    result got;
    ck_assert_int_eq(build(&reg, readings, 4, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.summary.total_micro, 16 * UNIT);
}
END_TEST

/* CT 200/5 x PT 10/0.1 and a fraction of a pulse weight: each interval is rounded, their sum is the rounded whole. */
START_TEST(multiplies_without_drift)
{
    const mbill_register third = {sizeof third, 0, 0, 333333}, large = {sizeof large, 0, 0, 4000 * UNIT};
    mbill_reading readings[11];
    result got;
    for (int i = 0; i < 11; i++) readings[i] = at(i, i, 0);
    ck_assert_int_eq(build(&third, readings, 11, 0, 10, 0, &got), MBILL_OK);
    int64_t sum = 0, ones = 0;
    for (size_t i = 0; i < got.n; i++) {
        sum += got.intervals[i].quantity_micro;
        ones += got.intervals[i].quantity_micro == 1;
    }
    ck_assert_int_eq(sum, 3); /* 3.33333 */
    ck_assert_int_eq(ones, 3);
    ck_assert_int_eq(got.summary.total_micro, 3);
    ck_assert_int_eq(build(&large, readings, 11, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.summary.total_micro, 40000);
}
END_TEST

START_TEST(rounds_half_even)
{
    const mbill_register half = {sizeof half, 0, 0, 500000};
    const mbill_reading readings[] = {at(0, 0, 0), at(1, 1, 0), at(2, 3, 0), at(10, 5, 0)}; /* 0, 0.5, 1.5, 2.5 */
    result got;
    ck_assert_int_eq(build(&half, readings, 4, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.intervals[0].quantity_micro, 0);
    ck_assert_int_eq(got.intervals[1].quantity_micro, 2);
    ck_assert_int_eq(got.intervals[2].quantity_micro, 0);
}
END_TEST

START_TEST(reports_gaps)
{
    const mbill_reading readings[] = {at(2, 0, 0), at(7, 5 * UNIT, 0)};
    result got;
    ck_assert_int_eq(build(&plain, readings, 2, 0, 10, MBILL_USAGE_ALLOW_GAPS, &got), MBILL_OK);
    ck_assert_int_eq(got.summary.gap_s, 5 * HOUR);
    ck_assert_int_eq(got.summary.first_gap_utc_s, T0);
    ck_assert_int_eq(build(&plain, NULL, 0, 0, 10, MBILL_USAGE_ALLOW_GAPS, &got), MBILL_OK);
    ck_assert_uint_eq(got.n, 0);
    ck_assert_int_eq(got.summary.gap_s, 10 * HOUR);
    ck_assert_int_eq(got.summary.total_micro, 0);
}
END_TEST

/* n readings at rising hours from 0 on; rollovers at a modulus of 1000 units. Returns the registers' true advance. */
static int64_t random_readings(uint64_t *random, mbill_reading *readings, size_t n)
{
    int64_t value = (int64_t)(random_next(random) % 1000000000u), advance = 0, hour = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t flags = (uint32_t)(random_next(random) % 4);
        if (i > 0) {
            int64_t step = (int64_t)(random_next(random) % 400000000u);
            hour += 1 + (int64_t)(random_next(random) % 3);
            advance += step;
            value += step;
            if (value >= 1000 * UNIT) {
                value -= 1000 * UNIT;
                flags |= MBILL_READING_ROLLOVER;
            }
        }
        readings[i] = at(hour, value, flags);
    }
    return advance;
}

/* With a whole multiplier nothing is rounded: intervals add up to the advance of the registers. */
START_TEST(law_sum_is_the_advance)
{
    const mbill_register reg = {sizeof reg, 0, 1000 * UNIT, 40 * UNIT};
    uint64_t random = 7u + (uint64_t)_i;
    mbill_reading readings[40];
    result got;
    int64_t advance = random_readings(&random, readings, 40), sum = 0;
    ck_assert_int_eq(build(&reg, readings, 40, 0, (readings[39].at_utc_s - T0) / HOUR, 0, &got), MBILL_OK);
    ck_assert_uint_eq(got.n, 39);
    for (size_t i = 0; i < got.n; i++) {
        ck_assert_int_ge(got.intervals[i].quantity_micro, 0);
        ck_assert_int_eq(got.intervals[i].start_utc_s, readings[i].at_utc_s);
        sum += got.intervals[i].quantity_micro;
    }
    ck_assert_int_eq(sum, 40 * advance);
    ck_assert_int_eq(got.summary.total_micro, sum);
}
END_TEST

/* With any multiplier, the usage up to a reading and from it on add up to the whole, interval by interval. */
START_TEST(law_cuts_do_not_matter)
{
    uint64_t random = 1000u + (uint64_t)_i;
    const mbill_register reg = {sizeof reg, 0, 1000 * UNIT, 1 + (int64_t)(random_next(&random) % 5000000u)};
    mbill_reading readings[30];
    result whole, first, second;
    (void)random_readings(&random, readings, 30);
    size_t cut = 1 + (size_t)(random_next(&random) % 28);
    int64_t cut_hour = (readings[cut].at_utc_s - T0) / HOUR, end_hour = (readings[29].at_utc_s - T0) / HOUR;
    ck_assert_int_eq(build(&reg, readings, 30, 0, end_hour, 0, &whole), MBILL_OK);
    ck_assert_int_eq(build(&reg, readings, cut + 1, 0, cut_hour, 0, &first), MBILL_OK);
    ck_assert_int_eq(build(&reg, readings + cut, 30 - cut, cut_hour, end_hour, 0, &second), MBILL_OK);
    ck_assert_int_eq(first.summary.total_micro + second.summary.total_micro, whole.summary.total_micro);
    ck_assert_uint_eq(first.n + second.n, whole.n);
    ck_assert_mem_eq(first.intervals, whole.intervals, first.n * sizeof whole.intervals[0]);
    ck_assert_mem_eq(second.intervals, whole.intervals + first.n, second.n * sizeof whole.intervals[0]);
}
END_TEST

/* ---- registers: refused ---- */

START_TEST(refuses_readings)
{
    const mbill_register reg = {sizeof reg, 0, 1000 * UNIT, UNIT};
    const mbill_reading good = at(0, 950 * UNIT, 0);
    const struct {
        mbill_reading second;
        mbill_status status;
        const char *part;
    } cases[] = {
        {at(-1, 960 * UNIT, 0), MBILL_E_ORDER, "reading at 2025-12-31T23:00:00Z comes after the one at 2026-01-01T00:00:00Z"},
        {at(0, 960 * UNIT, 0), MBILL_E_OVERLAP, "two readings at 2026-01-01T00:00:00Z"},
        {at(10, 12 * UNIT, 0), MBILL_E_REGRESSED,
            "the register falls from 950 to 12 at 2026-01-01T10:00:00Z without a rollover mark"},
        {at(10, -1, 0), MBILL_E_RANGE, "value -0.000001 at 2026-01-01T10:00:00Z is below 0"},
        {at(10, 1000 * UNIT, 0), MBILL_E_RANGE, "value 1000 at 2026-01-01T10:00:00Z is not below the modulus 1000"},
        {at(10, 951 * UNIT, MBILL_READING_ROLLOVER), MBILL_E_INVALID, "does not fall from 950 to 951"},
        {at(10, 950 * UNIT, MBILL_READING_ROLLOVER), MBILL_E_INVALID, "does not fall from 950 to 950"},
        {at(10, 960 * UNIT, MBILL_READING_INSTALLED), MBILL_E_INVALID, "expected a removed meter before it"},
        {at(10, 1 * UNIT, MBILL_READING_INSTALLED | MBILL_READING_REMOVED), MBILL_E_INVALID, "installed and also removed"},
        {at(10, 1 * UNIT, MBILL_READING_INSTALLED | MBILL_READING_ROLLOVER), MBILL_E_INVALID, "installed and also rollover"},
        {at(10, 960 * UNIT, 0x20), MBILL_E_UNKNOWN_OPTION, "0x20"},
        {{T0 + 10 * HOUR, 960 * UNIT, 0, 1}, MBILL_E_INVALID, "reserved"},
        {{INT64_MAX, 960 * UNIT, 0, 0}, MBILL_E_RANGE, "1900 to 2999"},
        {{INT64_MIN, 960 * UNIT, 0, 0}, MBILL_E_RANGE, "1900 to 2999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mbill_reading readings[] = {good, cases[i].second};
        assert_refused(&reg, readings, 2, cases[i].status, 1, cases[i].part);
    }
}
END_TEST

START_TEST(refuses_marks)
{
    const mbill_reading no_installed[] = {at(0, 5, MBILL_READING_REMOVED), at(10, 9, 0)};
    const mbill_reading no_modulus[] = {at(0, 5, 0), at(10, 1, MBILL_READING_ROLLOVER)};
    assert_refused(&plain, no_installed, 2, MBILL_E_INVALID, 1, "expected the mark installed");
    assert_refused(&plain, no_modulus, 2, MBILL_E_INVALID, 1, "the register has no modulus");
}
END_TEST

START_TEST(refuses_gaps)
{
    const mbill_reading late[] = {at(1, 0, 0), at(10, 1, 0)}, early[] = {at(0, 0, 0), at(9, 1, 0)};
    assert_refused(&plain, late, 2, MBILL_E_GAP, 1, "from 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z");
    assert_refused(&plain, early, 2, MBILL_E_GAP, 2, "from 2026-01-01T09:00:00Z to 2026-01-01T10:00:00Z");
    assert_refused(&plain, early, 1, MBILL_E_GAP, 1, "to 2026-01-01T10:00:00Z");
    assert_refused(&plain, NULL, 0, MBILL_E_GAP, 0, "to 2026-01-01T10:00:00Z");
}
END_TEST

START_TEST(refuses_registers_and_spans)
{
    const mbill_reading readings[] = {at(0, 0, 0), at(10, 1, 0)};
    mbill_register bad = plain;
    result got;
    bad.modulus_micro = -1;
    assert_refused(&bad, readings, 2, MBILL_E_INVALID, -1, "modulus -0.000001");
    bad = plain;
    bad.multiplier_micro = 0;
    assert_refused(&bad, readings, 2, MBILL_E_INVALID, -1, "multiplier 0 is not above 0");
    bad = plain;
    bad.flags = 1;
    assert_refused(&bad, readings, 2, MBILL_E_UNKNOWN_OPTION, -1, "0x1");
    bad = plain;
    bad.struct_size = 8;
    assert_refused(&bad, readings, 2, MBILL_E_MISUSE, -1, "struct_size");
    assert_refusal_index(&got.err, build(&plain, readings, 2, 10, 10, 0, &got), MBILL_E_INVALID, -1, "not after its start");
    assert_refusal_index(&got.err, build(&plain, readings, 2, 0, 10, 2, &got), MBILL_E_UNKNOWN_OPTION, -1, "0x2");
    assert_refusal_index(&got.err,
        mbill_usage_from_registers(&plain, readings, 2, INT64_MIN, INT64_MAX, 0, got.intervals, ROOM, &got.n, NULL, &got.err),
        MBILL_E_RANGE, -1, "1900 to 2999");
}
END_TEST

START_TEST(refuses_null)
{
    const mbill_reading readings[] = {at(0, 0, 0), at(10, 1, 0)};
    int64_t to = T0 + 10 * HOUR;
    mbill_usage_summary unset = {0};
    result got;
    mbill_error_init(&got.err);
    assert_refusal_index(&got.err,
        mbill_usage_from_registers(NULL, readings, 2, T0, to, 0, got.intervals, ROOM, &got.n, NULL, &got.err), MBILL_E_MISUSE, -1,
        "reg is NULL");
    ck_assert_int_eq(mbill_usage_from_registers(&plain, NULL, 2, T0, to, 0, got.intervals, ROOM, &got.n, NULL, &got.err),
        MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_usage_from_registers(&plain, readings, 2, T0, to, 0, NULL, ROOM, &got.n, NULL, &got.err),
        MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_usage_from_registers(&plain, readings, 2, T0, to, 0, got.intervals, ROOM, NULL, NULL, &got.err),
        MBILL_E_MISUSE);
    assert_refusal_index(&got.err,
        mbill_usage_from_registers(&plain, readings, 2, T0, to, 0, got.intervals, ROOM, &got.n, &unset, &got.err), MBILL_E_MISUSE,
        -1, "struct_size of out_summary is 0");
    assert_refusal_index(&got.err, mbill_usage_check(NULL, 1, T0, to, 0, NULL, &got.err), MBILL_E_MISUSE, -1,
        "intervals is NULL");
}
END_TEST

/* ---- registers: edges ---- */

START_TEST(asks_for_room)
{
    const mbill_reading readings[] = {at(0, 0, 0), at(1, 1, 0), at(10, 2, 0)};
    mbill_interval one;
    mbill_error err;
    size_t n = 99;
    mbill_error_init(&err);
    memset(&one, 0xA5, sizeof one);
    mbill_interval untouched = one;
    assert_refusal_index(&err, mbill_usage_from_registers(&plain, readings, 3, T0, T0 + 10 * HOUR, 0, &one, 1, &n, NULL, &err),
        MBILL_E_ROOM, -1, "needed 2");
    ck_assert_uint_eq(n, 2);
    ck_assert_mem_eq(&one, &untouched, sizeof one);
    ck_assert_int_eq(mbill_usage_from_registers(&plain, readings, 3, T0, T0 + 10 * HOUR, 0, NULL, 0, &n, NULL, NULL),
        MBILL_E_ROOM);
    ck_assert_uint_eq(n, 2);
}
END_TEST

START_TEST(overflows)
{
    const mbill_register times2 = {sizeof times2, 0, 0, 2 * UNIT}, vast = {sizeof vast, 0, INT64_MAX, UNIT};
    const mbill_reading top[] = {at(0, 0, 0), at(10, INT64_MAX, 0)}, half[] = {at(0, 0, 0), at(10, INT64_MAX / 2, 0)};
    const mbill_reading around[] = {at(0, INT64_MAX - 1, 0), at(10, 1, MBILL_READING_ROLLOVER)};
    const mbill_reading twice[] = {at(0, 0, 0), at(3, INT64_MAX, MBILL_READING_REMOVED), at(3, 0, MBILL_READING_INSTALLED),
        at(10, 1, 0)};
    result got;
    ck_assert_int_eq(build(&plain, top, 2, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.summary.total_micro, INT64_MAX);
    assert_refused(&times2, top, 2, MBILL_E_OVERFLOW, 1, "9223372036854.775807 times 2 does not fit");
    ck_assert_int_eq(build(&times2, half, 2, 0, 10, 0, &got), MBILL_OK);
    ck_assert_int_eq(got.summary.total_micro, INT64_MAX - 1);
    assert_refused(&vast, around, 2, MBILL_E_OVERFLOW, 1, "does not fit");
    assert_refused(&plain, twice, 4, MBILL_E_OVERFLOW, 3, "does not fit");
}
END_TEST

/* ---- intervals ---- */

static mbill_interval span(int64_t from_hour, int64_t to_hour, int64_t quantity_micro, uint32_t flags)
{
    return (mbill_interval){T0 + from_hour * HOUR, T0 + to_hour * HOUR, quantity_micro, flags, 0};
}

START_TEST(checks_intervals)
{
    const mbill_interval intervals[] = {span(-9, -8, 77, MBILL_READING_SUBSTITUTED), span(-1, 2, 5, 0),
        span(2, 4, -3, MBILL_READING_ESTIMATED), span(6, 11, 9, 0), span(12, 13, 1000, 0)};
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_usage_check(intervals, 5, T0, T0 + 10 * HOUR, MBILL_USAGE_ALLOW_GAPS, &summary, NULL), MBILL_OK);
    ck_assert_int_eq(summary.total_micro, 11);
    ck_assert_int_eq(summary.gap_s, 2 * HOUR);
    ck_assert_int_eq(summary.first_gap_utc_s, T0 + 4 * HOUR);
    ck_assert_uint_eq(summary.flags, MBILL_READING_ESTIMATED);
    assert_refusal_index(&err, mbill_usage_check(intervals, 5, T0, T0 + 10 * HOUR, 0, NULL, &err), MBILL_E_GAP, 3,
        "from 2026-01-01T04:00:00Z to 2026-01-01T06:00:00Z");
    ck_assert_int_eq(mbill_usage_check(intervals, 3, T0, T0 + 4 * HOUR, 0, NULL, NULL), MBILL_OK);
}
END_TEST

START_TEST(refuses_intervals)
{
    const mbill_interval good = span(0, 2, 5, 0);
    const struct {
        mbill_interval second;
        mbill_status status;
        const char *part;
    } cases[] = {
        {span(-1, 0, 1, 0), MBILL_E_ORDER, "interval at 2025-12-31T23:00:00Z comes after"},
        {span(0, 10, 1, 0), MBILL_E_OVERLAP, "before the one before ends at 2026-01-01T02:00:00Z"},
        {span(1, 10, 1, 0), MBILL_E_OVERLAP, "starts at 2026-01-01T01:00:00Z"},
        {span(2, 2, 1, 0), MBILL_E_INVALID, "not after its start"},
        {span(4, 3, 1, 0), MBILL_E_INVALID, "not after its start"},
        {span(2, 10, 1, MBILL_READING_ROLLOVER), MBILL_E_UNKNOWN_OPTION, "0x4"},
        {{T0 + 2 * HOUR, T0 + 10 * HOUR, 1, 0, 5}, MBILL_E_INVALID, "reserved of an interval is 5"},
        {{T0 + 2 * HOUR, INT64_MAX, 1, 0, 0}, MBILL_E_RANGE, "1900 to 2999"},
        {{INT64_MIN, T0, 1, 0, 0}, MBILL_E_RANGE, "1900 to 2999"},
    };
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mbill_interval intervals[] = {good, cases[i].second};
        mbill_usage_summary summary = {.struct_size = sizeof summary, .gap_s = 42};
        assert_refusal_index(&err, mbill_usage_check(intervals, 2, T0, T0 + 10 * HOUR, 0, &summary, &err), cases[i].status, 1,
            cases[i].part);
        ck_assert_int_eq(summary.gap_s, 42);
    }
}
END_TEST

START_TEST(sums_intervals_exactly)
{
    const mbill_interval fits[] = {span(0, 2, INT64_MAX, 0), span(2, 4, INT64_MAX, 0), span(4, 6, INT64_MIN, 0),
        span(6, 10, -INT64_MAX, 0)};
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_usage_check(fits, 4, T0, T0 + 10 * HOUR, 0, &summary, &err), MBILL_OK);
    ck_assert_int_eq(summary.total_micro, -1);
    assert_refusal_index(&err, mbill_usage_check(fits, 2, T0, T0 + 4 * HOUR, 0, &summary, &err), MBILL_E_OVERFLOW, 2,
        "sum of 2 intervals");
}
END_TEST

static Suite *usage_suite(void)
{
    Suite *suite = suite_create("usage");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, differences);
    tcase_add_test(ok, keeps_intervals_at_the_edges_whole);
    tcase_add_test(ok, rolls_over);
    tcase_add_test(ok, replaces_a_meter);
    tcase_add_test(ok, removed_after_a_rollover);
    tcase_add_test(ok, multiplies_without_drift);
    tcase_add_test(ok, rounds_half_even);
    tcase_add_test(ok, reports_gaps);
    tcase_add_loop_test(ok, law_sum_is_the_advance, 0, 50);
    tcase_add_loop_test(ok, law_cuts_do_not_matter, 0, 50);
    tcase_add_test(ok, checks_intervals);
    tcase_add_test(refused, refuses_readings);
    tcase_add_test(refused, refuses_marks);
    tcase_add_test(refused, refuses_gaps);
    tcase_add_test(refused, refuses_registers_and_spans);
    tcase_add_test(refused, refuses_null);
    tcase_add_test(refused, refuses_intervals);
    tcase_add_test(edges, asks_for_room);
    tcase_add_test(edges, overflows);
    tcase_add_test(edges, sums_intervals_exactly);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(usage_suite(), CK_NOFORK);
}
