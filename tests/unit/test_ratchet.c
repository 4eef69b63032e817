/* SPDX-License-Identifier: Apache-2.0 */
/* Ratchets over bills that are no months of the calendar, and ratchets of either kind in a billing span charged in parts. */
#include "check_run.h"
#include "meterbill/calendar.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)
#define HOURS_MAX ((size_t)40 * 24)

static mbill_tariff *tariff;
static mbill_position *position;
static mbill_line lines[8];
static size_t n_lines;
static mbill_bill bill;
static mbill_error err;

static mbill_status load(const char *over, const char *ratchet, const char *rest)
{
    char text[2048];
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":"
        "\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"demand\",\"rate\":\"1\","
        "\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"%s\",\"ratchet\":{%s}}%s}]}",
        over, ratchet, rest);
    mbill_error_init(&err);
    return mbill_tariff_read(text, (size_t)len, NULL, &tariff, &err);
}

static void start(const char *over, const char *ratchet)
{
    ck_assert_msg(load(over, ratchet, "") == MBILL_OK, "%s: %s", err.path, err.message);
    position = malloc(mbill_position_size(tariff));
    ck_assert_ptr_nonnull(position);
    mbill_position_init(tariff, position);
}

static void end(void)
{
    mbill_tariff_free(tariff);
    free(position);
    tariff = NULL;
    position = NULL;
}

static int64_t utc(int32_t year, int32_t month, int32_t day)
{
    int32_t days;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){year, month, day}, &days, &err), MBILL_OK);
    return days * DAY_S;
}

/* Nothing but one hour of so many kWh, the first of the day before the end of what is charged. */
static mbill_status price(int64_t from, int64_t to, int64_t span_to, int64_t peak)
{
    static mbill_interval readings[HOURS_MAX];
    size_t n = (size_t)((to - from) / HOUR_S);
    ck_assert_uint_le(n, HOURS_MAX);
    for (size_t i = 0; i < n; i++)
        readings[i] = (mbill_interval){.start_utc_s = from + (int64_t)i * HOUR_S, .end_utc_s = from + (int64_t)(i + 1) * HOUR_S};
    readings[n - 24].quantity_micro = peak * MICRO;
    const mbill_input input = {.name = "import", .intervals = readings, .n_intervals = n};
    const mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = to,
        .inputs = &input,
        .n_inputs = 1,
        .span_to_utc_s = span_to};
    bill = (mbill_bill){.struct_size = sizeof bill};
    mbill_error_init(&err);
    return mbill_tariff_price(tariff, &request, position, lines, sizeof lines / sizeof lines[0], &n_lines, &bill, position, &err);
}

static void expect_billed(int64_t from, int64_t to, int64_t peak, int64_t billed_micro)
{
    ck_assert_msg(price(from, to, 0, peak) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(lines[0].quantity_micro, billed_micro);
}

/* Of three bills before, from a 15th to the next. */
START_TEST(bills_before_count)
{
    start("bill", "\"bills\":2,\"percent\":\"80\",\"if_unknown\":\"0\"");
    expect_billed(utc(2026, 1, 15), utc(2026, 2, 15), 100, 100 * MICRO);
    expect_billed(utc(2026, 2, 15), utc(2026, 3, 17), 50, 80 * MICRO);
    expect_billed(utc(2026, 3, 17), utc(2026, 4, 13), 90, 90 * MICRO);
    expect_billed(utc(2026, 4, 13), utc(2026, 5, 15), 10, 72 * MICRO); /* 80 % of 90; the 100 are three bills ago */
    expect_billed(utc(2026, 5, 15), utc(2026, 5, 16), 10, 72 * MICRO); /* a short bill is a bill */
    expect_billed(utc(2026, 5, 16), utc(2026, 6, 15), 5, 8 * MICRO);
    end();
}
END_TEST

START_TEST(the_month_of_a_bill_is_that_of_the_named_day)
{
    const char percent[] =
        "\"bills\":1,\"percent\":{\"06\":\"90\",\"otherwise\":\"50\"},\"if_unknown\":\"0\",\"month_of\":\"%s\"";
    char ratchet[128];
    for (int last = 0; last < 2; last++) {
        snprintf(ratchet, sizeof ratchet, percent, last == 0 ? "first_day" : "last_day");
        start("bill", ratchet);
        expect_billed(utc(2026, 5, 15), utc(2026, 6, 15), 100, 100 * MICRO);
        expect_billed(utc(2026, 6, 15), utc(2026, 7, 1), 0, (last == 0 ? 50 : 90) * MICRO);
        expect_billed(utc(2026, 7, 1), utc(2026, 8, 1), 20, 20 * MICRO);
        end();
    }
}
END_TEST

START_TEST(its_own_share_is_by_the_named_day_too)
{
    start("bill",
        "\"bills\":1,\"percent\":\"0\",\"own\":{\"06\":\"90\",\"otherwise\":\"50\"},\"if_unknown\":\"0\",\"month_of\":\"last_"
        "day\"");
    expect_billed(utc(2026, 5, 15), utc(2026, 6, 15), 100, 90 * MICRO);
    expect_billed(utc(2026, 6, 15), utc(2026, 7, 1), 100, 90 * MICRO);
    expect_billed(utc(2026, 7, 1), utc(2026, 7, 2), 100, 50 * MICRO);
    end();
}
END_TEST

static mbill_status begin(const char *peaks)
{
    char text[1024];
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"billed_to\":null,\"ladders\":[],\"peaks\":[%s]}", peaks);
    mbill_error_init(&err);
    return mbill_position_read(tariff, text, (size_t)len, position, &err);
}

#define ENTRY(from, peak) "{\"charge\":\"demand\",\"from\":\"" from "\",\"peak\":\"" peak "\"}"

START_TEST(earlier_bills_are_read_and_written)
{
    char text[1024];
    size_t room = sizeof text;
    start("bill", "\"bills\":2,\"percent\":\"80\"");
    ck_assert_int_eq(begin(ENTRY("2025-12-15", "40") "," ENTRY("2025-09-11", "900") "," ENTRY("2025-11-15",
                         "60") "," ENTRY("2025-10-15", "70")),
        MBILL_OK);
    expect_billed(utc(2026, 1, 15), utc(2026, 2, 15), 10, 48 * MICRO);
    ck_assert_int_eq(mbill_position_write(tariff, position, text, &room, &err), MBILL_OK);
    ck_assert_msg(strstr(text,
                      "\"peaks\":[" ENTRY("2025-11-15", "60") "," ENTRY("2025-12-15", "40") "," ENTRY("2026-01-15", "10") "]") !=
            NULL,
        "%s", text);
    end();
}
END_TEST

START_TEST(what_is_not_known_is_refused)
{
    start("bill", "\"bills\":2,\"percent\":\"80\"");
    ck_assert_int_eq(begin(ENTRY("2025-12-15", "40")), MBILL_OK);
    assert_refusal(&err, price(utc(2026, 1, 15), utc(2026, 2, 15), 0, 1), MBILL_E_NOT_KNOWN, "1 earlier bills, and 2 count");
    ck_assert_int_eq(begin(ENTRY("2026-01-16", "40")), MBILL_OK);
    assert_refusal(&err, price(utc(2026, 1, 15), utc(2026, 2, 15), 0, 1), MBILL_E_POSITION, "later bill");
    mbill_status status = begin(ENTRY("2025-12-15", "40") "," ENTRY("2025-12-15", "41"));
    assert_refusal_path(&err, status, MBILL_E_INVALID, "/peaks/1", "twice");
    end();
}
END_TEST

START_TEST(forms_that_decide_nothing_are_refused)
{
    static const struct {
        const char *over, *ratchet, *rest;
        mbill_status status;
        const char *path, *part;
    } cases[] = {
        {"bill", "\"months\":2,\"percent\":\"80\"", "", MBILL_E_INVALID, "/charges/0/quantity/ratchet", "\"bills\""},
        {"month", "\"bills\":2,\"percent\":\"80\"", "", MBILL_E_INVALID, "/charges/0/quantity/ratchet", "\"months\""},
        {"day", "\"months\":2,\"percent\":\"80\"", "", MBILL_E_INVALID, "/charges/0/quantity/ratchet", "\"month\""},
        {"day", "\"bills\":2,\"percent\":\"80\"", "", MBILL_E_INVALID, "/charges/0/quantity/ratchet", "\"bill\""},
        {"bill", "\"bills\":2,\"months\":2,\"percent\":\"80\"", "", MBILL_E_INVALID, "/charges/0/quantity/ratchet/bills",
            "one of"},
        {"bill", "\"bills\":24,\"percent\":\"80\"", "", MBILL_E_RANGE, "/charges/0/quantity/ratchet/bills", "23"},
        {"bill", "\"bills\":2,\"percent\":{\"06\":\"90\",\"otherwise\":\"50\"}", "", MBILL_E_AMBIGUOUS,
            "/charges/0/quantity/ratchet", "month_of"},
        {"bill", "\"bills\":2,\"percent\":\"90\",\"own\":{\"06\":\"90\",\"otherwise\":\"50\"}", "", MBILL_E_AMBIGUOUS,
            "/charges/0/quantity/ratchet", "month_of"},
        {"bill", "\"bills\":2,\"percent\":\"90\",\"month_of\":\"last_day\"", "", MBILL_E_INVALID,
            "/charges/0/quantity/ratchet/month_of", "by month"},
        {"month", "\"months\":2,\"percent\":{\"06\":\"90\",\"otherwise\":\"50\"},\"month_of\":\"last_day\"", "", MBILL_E_INVALID,
            "/charges/0/quantity/ratchet/month_of", "\"bills\""},
        {"bill", "\"bills\":2,\"percent\":{\"06\":\"90\",\"otherwise\":\"50\"},\"month_of\":\"middle\"", "", MBILL_E_INVALID,
            "/charges/0/quantity/ratchet/month_of", "first_day"},
        {"bill", "\"bills\":2,\"percent\":{\"06\":\"90\",\"otherwise\":\"50\"},\"month_of\":\"last_day\",\"if_unknown\":\"1\"",
            "", MBILL_E_AMBIGUOUS, "/charges/0/quantity/ratchet", "if_unknown"},
        {"bill", "\"bills\":2,\"percent\":\"90\"", ",\"only_if\":{\"total\":\"energy\",\"above\":\"1\"}", MBILL_E_AMBIGUOUS,
            "/charges/0/quantity", "only_if"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mbill_status status = load(cases[i].over, cases[i].ratchet, cases[i].rest);
        assert_refusal_path(&err, status, cases[i].status, cases[i].path, cases[i].part);
    }
}
END_TEST

/* The span in parts comes to the whole, and the position keeps the peak when the span is closed, and not before. */
static void parts_come_to_the_whole(const char *over, const char *ratchet, int64_t from, int64_t to)
{
    int64_t whole_micro, sum_micro = 0;
    start(over, ratchet);
    expect_billed(from, to, 100, 100 * MICRO);
    whole_micro = bill.total_micro;
    end();
    start(over, ratchet);
    for (int64_t at = from + DAY_S; at < to; at += 5 * DAY_S) {
        ck_assert_msg(price(from, at, to, 40) == MBILL_OK, "%s", err.message);
        ck_assert_uint_ne(bill.flags & MBILL_LINE_PROVISIONAL, 0);
        sum_micro += bill.total_micro;
        ck_assert_int_eq(sum_micro, 40 * MICRO);
    }
    ck_assert_msg(price(from, to, to, 100) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(sum_micro + bill.total_micro, whole_micro);
    ck_assert_msg(price(to, to + DAY_S, to + 30 * DAY_S, 10) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 80 * MICRO); /* the whole span's, though of 40 while it was open */
    ck_assert_msg(price(to, to + 30 * DAY_S, to + 30 * DAY_S, 90) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 10 * MICRO);
    end();
}

START_TEST(parts_of_a_month)
{
    parts_come_to_the_whole("month", "\"months\":1,\"percent\":\"80\",\"if_unknown\":\"0\"", utc(2026, 3, 1), utc(2026, 4, 1));
}
END_TEST

START_TEST(parts_of_a_bill)
{
    parts_come_to_the_whole("bill", "\"bills\":1,\"percent\":\"80\",\"if_unknown\":\"0\"", utc(2026, 3, 12), utc(2026, 4, 14));
}
END_TEST

/* A bill from a 15th to a 15th has a peak of each of two months, and the second is known to the first bill after it. */
START_TEST(months_of_bills_that_are_none)
{
    start("month", "\"months\":1,\"percent\":\"80\",\"if_unknown\":\"0\"");
    ck_assert_int_eq(price(utc(2026, 1, 15), utc(2026, 2, 15), 0, 100), MBILL_OK);
    ck_assert_uint_eq(n_lines, 1); /* nothing was used in January */
    ck_assert_int_eq(lines[0].quantity_micro, 100 * MICRO);
    ck_assert_int_eq(price(utc(2026, 2, 15), utc(2026, 3, 15), 0, 10), MBILL_OK);
    ck_assert_uint_eq(n_lines, 1);
    ck_assert_int_eq(lines[0].quantity_micro, 80 * MICRO); /* of February's 100, in March */
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ratchet");
    TCase *tests = tcase_create("ratchet");
    tcase_add_test(tests, bills_before_count);
    tcase_add_test(tests, the_month_of_a_bill_is_that_of_the_named_day);
    tcase_add_test(tests, its_own_share_is_by_the_named_day_too);
    tcase_add_test(tests, earlier_bills_are_read_and_written);
    tcase_add_test(tests, what_is_not_known_is_refused);
    tcase_add_test(tests, forms_that_decide_nothing_are_refused);
    tcase_add_test(tests, parts_of_a_month);
    tcase_add_test(tests, parts_of_a_bill);
    tcase_add_test(tests, months_of_bills_that_are_none);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
