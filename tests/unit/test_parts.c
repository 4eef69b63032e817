/* SPDX-License-Identifier: Apache-2.0 */
/* A billing span charged in parts: they come to the whole wherever it is cut, and what they rest on is refused when it is not so. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 100
#define DAY_S INT64_C(86400)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define FEBRUARY (JANUARY + 31 * DAY_S)

/* Tiers over the year, a standing charge, a percentage, a minimum and a cap: each is to date in its own way. */
static const char document[] = "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":"
                               "{\"from\":\"2020-01-01\",\"to\":null},"
                               "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"
                               "\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":{"
                               "\"step\":\"0.1\",\"how\":\"down\"}},"
                               "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":"
                               "\"graduated\",\"bounds\":[\"100\"]},"
                               "\"rate\":[\"0.333\",\"0.777\"]},"
                               "{\"id\":\"standing\",\"quantity\":\"one\",\"rate\":\"31\",\"per\":\"month\"},"
                               "{\"id\":\"tax\",\"quantity\":{\"money\":[\"energy\",\"standing\"]},\"rate\":\"0.13\"},"
                               "{\"id\":\"least\",\"at_least\":{\"amount\":\"200\"},\"of\":[\"energy\",\"standing\",\"tax\"]},"
                               "{\"id\":\"most\",\"at_most\":{\"amount\":\"150\"},\"of\":[\"energy\",\"standing\",\"tax\"]}]}";

static mbill_tariff *tariff;
static mbill_position *position;
static mbill_line lines[CAP];
static size_t n_lines;
static mbill_bill bill;
static mbill_error err;

static void start(void)
{
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(document, sizeof document - 1, NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
}

static void end(void)
{
    mbill_tariff_free(tariff);
    free(position);
}

static mbill_status price(int64_t from, int64_t to, int64_t span_to, int64_t used_micro)
{
    const mbill_input input = {.name = "import", .total_micro = used_micro};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = to,
        .inputs = &input,
        .n_inputs = 1,
        .span_to_utc_s = span_to};
    bill = (mbill_bill){.struct_size = sizeof bill};
    mbill_error_init(&err);
    mbill_status status = mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, &err);
    if (status == MBILL_OK) ck_assert_msg(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK, "%s", err.message);
    return status;
}

static int64_t priced(int64_t from, int64_t to, int64_t span_to, int64_t used_micro)
{
    ck_assert_msg(price(from, to, span_to, used_micro) == MBILL_OK, "%s", err.message);
    return bill.total_micro;
}

START_TEST(parts_come_to_the_whole)
{
    int64_t whole_micro = priced(JANUARY, FEBRUARY, 0, 310 * MICRO);
    for (int64_t step = 1; step < 31; step += 7) {
        int64_t sum_micro = 0;
        mbill_position_init(tariff, position);
        for (int64_t day = step; day < 31; day += step) {
            sum_micro += priced(JANUARY, JANUARY + day * DAY_S, FEBRUARY, 10 * day * MICRO);
            ck_assert_uint_eq(bill.flags, MBILL_LINE_PROVISIONAL);
        }
        sum_micro += priced(JANUARY, FEBRUARY, FEBRUARY, 310 * MICRO);
        ck_assert_uint_eq(bill.flags, 0);
        ck_assert_int_eq(lines[n_lines - 1].rule, MBILL_LINE_CHARGED_BEFORE);
        ck_assert_int_eq(lines[n_lines - 1].charge, -1);
        ck_assert_int_eq(sum_micro, whole_micro);
    }
}
END_TEST

/* Half the month: half of 31, and 13 % on it; the minimum waits, so nothing else is due. */
START_TEST(fixed_amounts_accrue_and_a_minimum_waits)
{
    int64_t half = (FEBRUARY - JANUARY) / 2;
    ck_assert_int_eq(priced(JANUARY, JANUARY + half, FEBRUARY, 0), 17500000); /* 15.50 + 2.02 (2.015 half up), down to 0.1 */
    ck_assert_int_eq(priced(JANUARY, FEBRUARY, FEBRUARY, 0), 200 * MICRO - 17500000);
}
END_TEST

/* The ladder stands as of the span's start until the span is closed. */
START_TEST(slots_move_on_at_the_close)
{
    (void)priced(JANUARY, JANUARY + DAY_S, FEBRUARY, 90 * MICRO);
    (void)priced(JANUARY, JANUARY + 2 * DAY_S, FEBRUARY, 95 * MICRO);
    (void)priced(JANUARY, FEBRUARY, FEBRUARY, 100 * MICRO);
    (void)priced(FEBRUARY, FEBRUARY + 28 * DAY_S, 0, 10 * MICRO);
    ck_assert_int_eq(lines[0].tier, 2);
    ck_assert_int_eq(lines[0].quantity_micro, 10 * MICRO);
}
END_TEST

/* The same part again is worth nothing more. */
START_TEST(a_part_twice_costs_nothing)
{
    ck_assert_int_gt(priced(JANUARY, JANUARY + DAY_S, FEBRUARY, 9 * MICRO), 0);
    ck_assert_int_eq(priced(JANUARY, JANUARY + DAY_S, FEBRUARY, 9 * MICRO), 0);
}
END_TEST

START_TEST(an_open_span_goes_through_its_document)
{
    char text[1024];
    size_t room = sizeof text;
    (void)priced(JANUARY, JANUARY + DAY_S, FEBRUARY, 90 * MICRO);
    ck_assert_int_eq(mbill_position_write(tariff, position, text, &room, &err), MBILL_OK);
    ck_assert_ptr_nonnull(
        strstr(text, "\"open\":{\"from\":\"2026-01-01T00:00:00+00:00\",\"to\":\"2026-02-01T00:00:00+00:00\",\"charged\":\"35\"}"));
    mbill_position_init(tariff, position);
    ck_assert_msg(mbill_position_read(tariff, text, strlen(text), position, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(priced(JANUARY, JANUARY + DAY_S, FEBRUARY, 90 * MICRO), 0);
}
END_TEST

static void expect_refused(mbill_status expected, int64_t from, int64_t to, int64_t span_to, const char *word)
{
    mbill_status status = price(from, to, span_to, MICRO);
    assert_refusal_index(&err, status, expected, -1, word);
}

START_TEST(refuses_what_does_not_fit_the_open_span)
{
    expect_refused(MBILL_E_RANGE, JANUARY, FEBRUARY + 1, FEBRUARY, "after the billing span");
    (void)priced(JANUARY, JANUARY + 2 * DAY_S, FEBRUARY, MICRO);
    expect_refused(MBILL_E_POSITION, JANUARY + 2 * DAY_S, FEBRUARY, FEBRUARY, "has the span from 2026-01-01");
    expect_refused(MBILL_E_POSITION, JANUARY, JANUARY + 3 * DAY_S, FEBRUARY + DAY_S, "has the span from 2026-01-01");
    expect_refused(MBILL_E_POSITION, JANUARY, JANUARY + 3 * DAY_S, 0, "has the span from 2026-01-01");
    expect_refused(MBILL_E_POSITION, JANUARY, JANUARY + DAY_S, FEBRUARY, "charged up to 2026-01-03");
}
END_TEST

START_TEST(a_purchase_is_no_part)
{
    mbill_price_request request = {.struct_size = sizeof request,
        .flags = MBILL_PRICE_PURCHASE,
        .from_utc_s = JANUARY,
        .to_utc_s = JANUARY + 1,
        .span_to_utc_s = FEBRUARY};
    bill = (mbill_bill){.struct_size = sizeof bill};
    mbill_status status = mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, &err);
    assert_refusal_index(&err, status, MBILL_E_INVALID, -1, "purchase");
}
END_TEST

static void expect_unread(const char *open, mbill_status expected, const char *path)
{
    char text[512];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"billed_to\":\"2026-01-02\",\"open\":%s,\"ladders\":[]}", open);
    assert_refusal_path(&err, mbill_position_read(tariff, text, strlen(text), position, &err), expected, path, "");
}

START_TEST(refuses_open_spans_that_are_none)
{
    expect_unread("{\"from\":\"2026-01-02\",\"to\":\"2026-02-01\",\"charged\":\"1\"}", MBILL_E_POSITION, "/open");
    expect_unread("{\"from\":\"2026-01-01\",\"to\":\"2026-01-02\",\"charged\":\"1\"}", MBILL_E_POSITION, "/open");
    expect_unread("{\"from\":\"2026-01-01\",\"to\":\"2026-02-01\"}", MBILL_E_MISSING_KEY, "/open/charged");
    expect_unread("{\"from\":\"2026-01-01\",\"charged\":\"1\"}", MBILL_E_MISSING_KEY, "/open/to");
    expect_unread("{\"to\":\"2026-02-01\",\"charged\":\"1\"}", MBILL_E_MISSING_KEY, "/open/from");
    expect_unread("{\"from\":\"2026-01-01\",\"to\":\"2026-02-01\",\"charged\":\"1\",\"x\":1}", MBILL_E_UNKNOWN_KEY, "/open/x");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_checked_fixture(ok, start, end);
    tcase_add_checked_fixture(refused, start, end);
    tcase_add_test(ok, parts_come_to_the_whole);
    tcase_add_test(ok, fixed_amounts_accrue_and_a_minimum_waits);
    tcase_add_test(ok, slots_move_on_at_the_close);
    tcase_add_test(ok, a_part_twice_costs_nothing);
    tcase_add_test(ok, an_open_span_goes_through_its_document);
    tcase_add_test(refused, refuses_what_does_not_fit_the_open_span);
    tcase_add_test(refused, a_purchase_is_no_part);
    tcase_add_test(refused, refuses_open_spans_that_are_none);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_NOFORK);
}
