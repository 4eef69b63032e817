/* SPDX-License-Identifier: Apache-2.0 */
/* One bill over a span in which prices or facts change: how use is divided, what goes on from part to part, and what is refused. */
#include "check_run.h"
#include "meterbill/change.h"
#include "meterbill/decimal.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 64
#define DAY_S INT64_C(86400)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define MIDDLE (JANUARY + 10 * DAY_S)
#define FEBRUARY (JANUARY + 31 * DAY_S)

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"%s\",\"version\":\"%d\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-"    \
    "01\","                                                                                                                      \
    "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\",\"across_boundary\":\"%s\"},"                 \
    "\"power\":{\"fact\":\"power\",\"unit\":\"kVA\"}},"                                                                          \
    "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[%s]}"
#define FLAT(rate) "{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":\"" rate "\"}"

static mbill_tariff *versions[2];
static mbill_line lines[CAP];
static size_t n_lines;
static mbill_bill_segment segments[2];
static mbill_bill bill;
static mbill_error err;
static const mbill_change_rule BY_DAYS = {sizeof BY_DAYS, MBILL_CHANGE_DAYS, MICRO, MBILL_ROUND_HALF_UP, 0};
static const mbill_change_rule BY_READINGS = {sizeof BY_READINGS, MBILL_CHANGE_READINGS, 0, 0, 0};

static void load(size_t at, const char *id, const char *across, const char *charges)
{
    char text[4096];
    snprintf(text, sizeof text, HEAD, id, (int)at + 1, across, charges);
    mbill_tariff_free(versions[at]);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &versions[at], &err) == MBILL_OK, "%s: %s", err.path, err.message);
}

static void load_both(const char *first, const char *second)
{
    load(0, "t", "refuse", first);
    load(1, "t", "refuse", second);
}

static void drop(void)
{
    for (size_t i = 0; i < 2; i++) {
        mbill_tariff_free(versions[i]);
        versions[i] = NULL;
    }
}

static mbill_status price_room(const mbill_change_rule *rule, const mbill_input *inputs, size_t n_inputs, int64_t middle_utc_s,
    size_t cap)
{
    const mbill_change_part parts[] = {{versions[0], JANUARY, NULL, 0}, {versions[1], middle_utc_s, NULL, 0}};
    const mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = FEBRUARY,
        .inputs = inputs,
        .n_inputs = n_inputs};
    bill = (mbill_bill){.struct_size = sizeof bill};
    mbill_error_init(&err);
    return mbill_change_price(parts, 2, rule, &request, NULL, lines, cap, &n_lines, segments, &bill, NULL, &err);
}

static mbill_status price_total(const mbill_change_rule *rule, int64_t total_micro)
{
    const mbill_input used = {.name = "import", .total_micro = total_micro};
    return price_room(rule, &used, 1, MIDDLE, CAP);
}

START_TEST(days_give_the_last_part_the_rest)
{
    load_both(FLAT("1"), FLAT("2"));
    ck_assert_msg(price_total(&BY_DAYS, 216 * MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[0].quantity_micro, 70 * MICRO);
    ck_assert_int_eq(lines[1].quantity_micro, 146 * MICRO);
    ck_assert_int_eq(bill.total_micro, (70 + 2 * 146) * MICRO);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_PRORATED);
    ck_assert_int_eq(segments[0].total_micro, 70 * MICRO);
    ck_assert_int_eq(segments[1].from_utc_s, MIDDLE);
    ck_assert_uint_eq(segments[1].first_line, 1);
    ck_assert_int_eq(mbill_bill_check(&bill, lines, n_lines, &err), MBILL_OK);
}
END_TEST

START_TEST(days_take_the_sum_of_intervals)
{
    const mbill_interval halves[] = {{JANUARY, MIDDLE + DAY_S, 200 * MICRO, 0, 0},
        {MIDDLE + DAY_S, FEBRUARY, 16 * MICRO, MBILL_READING_ESTIMATED, 0}};
    const mbill_input used = {.name = "import", .intervals = halves, .n_intervals = 2};
    load_both(FLAT("1"), FLAT("2"));
    ck_assert_msg(price_room(&BY_DAYS, &used, 1, MIDDLE, CAP) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(lines[0].quantity_micro, 70 * MICRO);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_PRORATED | MBILL_LINE_ESTIMATED);
}
END_TEST

START_TEST(readings_are_divided_where_the_input_says_so)
{
    const mbill_interval whole = {JANUARY, FEBRUARY, 31 * MICRO, 0, 0};
    const mbill_input used = {.name = "import", .intervals = &whole, .n_intervals = 1};
    load(0, "t", "prorate", FLAT("1"));
    load(1, "t", "prorate", FLAT("2"));
    ck_assert_msg(price_room(&BY_READINGS, &used, 1, MIDDLE, CAP) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, (10 + 2 * 21) * MICRO);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_PRORATED);
    load_both(FLAT("1"), FLAT("2"));
    ck_assert_int_eq(price_room(&BY_READINGS, &used, 1, MIDDLE, CAP), MBILL_E_BOUNDARY);
}
END_TEST

/* 500 kVA up to the 10th and 315 kVA from then on, a month's price by 1/30 a day. */
START_TEST(facts_change_inside_a_month)
{
    load_both("{\"id\":\"power\",\"quantity\":\"power\",\"rate\":\"30\",\"per\":\"month\",\"part\":{\"days_of\":30}}", FLAT("1"));
    const mbill_fact high = {"power", 500 * MICRO, NULL}, low = {"power", 315 * MICRO, NULL};
    const mbill_change_part parts[] = {{versions[0], JANUARY, &high, 1}, {versions[0], MIDDLE, &low, 1}};
    const mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = JANUARY, .to_utc_s = JANUARY + 30 * DAY_S};
    bill = (mbill_bill){.struct_size = sizeof bill};
    ck_assert_msg(mbill_change_price(parts, 2, &BY_READINGS, &request, NULL, lines, CAP, &n_lines, segments, &bill, NULL, &err) ==
            MBILL_OK,
        "%s", err.message);
    ck_assert_int_eq(bill.total_micro, (500 * 10 + 315 * 20) * MICRO);
}
END_TEST

START_TEST(bill_document_names_the_version_of_each_line)
{
    char text[4096];
    size_t len = sizeof text;
    load_both(FLAT("1"), FLAT("2"));
    ck_assert_int_eq(price_total(&BY_DAYS, 216 * MICRO), MBILL_OK);
    ck_assert_msg(mbill_bill_write_segments(&bill, lines, n_lines, segments, 2, 0, text, &len, &err) == MBILL_OK, "%s",
        err.message);
    ck_assert_ptr_nonnull(strstr(text, "\"tariff\":\"t\",\"versions\":[{\"version\":\"1\",\"hash\":"));
    ck_assert_ptr_nonnull(strstr(text, "{\"charge\":\"energy\",\"version\":\"2\","));
    ck_assert_ptr_nonnull(strstr(text, "\"charges\":[{\"id\":\"energy\",\"amount\":\"362\"}],\"total\":\"362\"}"));
    segments[1].n_lines = 0;
    ck_assert_int_eq(mbill_bill_write_segments(&bill, lines, n_lines, segments, 2, 0, text, &len, &err), MBILL_E_INVALID);
}
END_TEST

static const struct {
    const char *charge, *word;
} WITHOUT_RULE[] = {
    {"{\"id\":\"basic\",\"quantity\":\"one\",\"rate\":\"5\",\"per\":\"bill\"}", "amount"},
    {"{\"id\":\"basic\",\"quantity\":{\"product\":[\"power\",\"days\"],\"days\":{\"before\":\"01-15\"}},\"rate\":\"5\"}", "days"},
    {"{\"id\":\"basic\",\"quantity\":\"energy\",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
     "\"bounds\":[\"50\"]}}",
        "ladder"},
};

START_TEST(what_has_no_rule_for_a_part_is_refused)
{
    load_both(FLAT("1"), WITHOUT_RULE[_i].charge);
    ck_assert_int_eq(price_total(&BY_DAYS, 216 * MICRO), MBILL_E_AMBIGUOUS);
    ck_assert_ptr_nonnull(strstr(err.message, "basic"));
    ck_assert_ptr_nonnull(strstr(err.message, WITHOUT_RULE[_i].word));
}
END_TEST

#define MEASURED                                                                                                                 \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"%d\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-"     \
    "01\","                                                                                                                      \
    "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"sent\":{\"register\":\"export\","          \
    "\"unit\":\"kWh\"},\"net\":{\"minus\":[\"energy\",\"sent\"],\"part\":\"positive\",\"per\":\"bill\",\"unit\":\"kWh\"},"       \
    "\"share\":{\"quotient\":[\"sent\",\"energy\"],\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"if_none\":\"0\"}},"       \
    "\"calendar\":{\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":"     \
    "true}]},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},%s\"charges\":[{\"id\":\"x\",%s}]}"

#define TABLE "\"tables\":{\"t\":[{\"below\":\"1\",\"value\":\"3\"},{\"at_least\":\"1\",\"value\":\"4\"}]},"

static void load_measured(const char *charge)
{
    char text[4096];
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text, MEASURED, i + 1, strstr(charge, "table") != NULL ? TABLE : "", charge);
        mbill_tariff_free(versions[i]);
        mbill_error_init(&err);
        ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &versions[i], &err) == MBILL_OK, "%s: %s", err.path,
            err.message);
    }
}

/* 20 kWh in and 10 out in the first part, 40 and none in the second. */
static mbill_status price_measured(const mbill_change_rule *rule, bool by_period)
{
    static const mbill_interval in[] = {{JANUARY, MIDDLE, 20 * MICRO, 0, 0}, {MIDDLE, FEBRUARY, 40 * MICRO, 0, 0}};
    static const mbill_interval out[] = {{JANUARY, MIDDLE, 10 * MICRO, 0, 0}, {MIDDLE, FEBRUARY, 0, 0, 0}};
    const mbill_input whole[] = {{.name = "import", .intervals = in, .n_intervals = 2},
        {.name = "export", .intervals = out, .n_intervals = 2}};
    const mbill_input each[] = {{.name = "import", .period = "day", .total_micro = 31 * MICRO},
        {.name = "import", .period = "night", .total_micro = 62 * MICRO}, {.name = "export", .total_micro = 31 * MICRO}};
    return by_period ? price_room(rule, each, 3, MIDDLE, CAP) : price_room(rule, whole, 2, MIDDLE, CAP);
}

/* What is of the use of the whole bill, and not the same of a part: by readings, and by days. */
static const struct {
    const char *charge;
    bool by_days, by_period;
    const char *word;
} OF_USE[] = {
    {"\"quantity\":\"energy\",\"rate\":\"1\",\"only_if\":{\"total\":\"energy\",\"below\":\"75\"}", true, false, "due on"},
    {"\"quantity\":\"energy\",\"rate\":{\"table\":\"t\",\"by\":\"energy\"}", true, false, "looked up"},
    {"\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":{\"table\":\"t\",\"by\":\"energy\"}}", true, true, "looked up"},
    {"\"quantity\":\"energy\",\"rate\":{\"table\":\"t\",\"by\":\"share\"}", false, false, "looked up"},
    {"\"quantity\":{\"product\":[\"energy\",\"share\"]},\"rate\":\"1\"", false, false, "multiplies"},
    {"\"quantity\":\"net\",\"rate\":\"1\"", false, false, "difference"},
};

START_TEST(what_is_of_the_whole_use_is_refused)
{
    load_measured(OF_USE[_i].charge);
    mbill_status status = price_measured(&BY_READINGS, false);
    assert_refusal(&err, status, MBILL_E_AMBIGUOUS, OF_USE[_i].word);
    status = price_measured(&BY_DAYS, OF_USE[_i].by_period);
    if (OF_USE[_i].by_days) assert_refusal(&err, status, MBILL_E_AMBIGUOUS, OF_USE[_i].word);
    else ck_assert_msg(status == MBILL_OK, "%s", err.message);
}
END_TEST

START_TEST(marks_of_shares_are_not_the_callers)
{
    const mbill_input marked[] = {{.name = "import", .total_micro = MICRO, .flags = 0x40000000u},
        {.name = "import", .total_micro = MICRO, .flags = 0x80000000u}};
    load_both(FLAT("1"), FLAT("2"));
    for (size_t i = 0; i < 2; i++) {
        mbill_status status = price_room(&BY_DAYS, &marked[i], 1, MIDDLE, CAP);
        assert_refusal_index(&err, status, MBILL_E_UNKNOWN_OPTION, 0, "flags");
    }
}
END_TEST

START_TEST(other_refusals)
{
    const mbill_input used = {.name = "import", .total_micro = 216 * MICRO};
    const mbill_interval over = {JANUARY - DAY_S, FEBRUARY, MICRO, 0, 0};
    const mbill_input reaching = {.name = "import", .intervals = &over, .n_intervals = 1};
    mbill_change_rule none = BY_DAYS, rounded = BY_READINGS;
    none.step_micro = 0;
    rounded.step_micro = MICRO;
    load_both(FLAT("1"), FLAT("2"));
    ck_assert_int_eq(price_total(&BY_READINGS, MICRO), MBILL_E_NOT_KNOWN);
    ck_assert_int_eq(price_total(&none, MICRO), MBILL_E_INVALID);
    ck_assert_int_eq(price_total(&rounded, MICRO), MBILL_E_INVALID);
    ck_assert_int_eq(price_room(&BY_DAYS, &reaching, 1, MIDDLE, CAP), MBILL_E_BOUNDARY);
    ck_assert_int_eq(price_room(&BY_DAYS, &used, 1, MIDDLE + 3600, CAP), MBILL_E_BOUNDARY);
    ck_assert_int_eq(price_room(&BY_DAYS, &used, 1, JANUARY, CAP), MBILL_E_ORDER);
    ck_assert_int_eq(price_room(&BY_DAYS, &used, 1, FEBRUARY, CAP), MBILL_E_ORDER);
    ck_assert_int_eq(price_room(&BY_DAYS, &used, 1, MIDDLE, 1), MBILL_E_ROOM);
    ck_assert_uint_ge(n_lines, 2);
    load(1, "other", "refuse", FLAT("2"));
    ck_assert_int_eq(price_total(&BY_DAYS, MICRO), MBILL_E_INVALID);
}
END_TEST

#define MONTHLY(id)                                                                                                              \
    "{\"id\":\"" id "\",\"quantity\":\"energy\",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\","     \
    "\"bounds\":[\"100\"]}}"

START_TEST(a_ladder_goes_on_or_is_refused)
{
    const mbill_interval halves[] = {{JANUARY, MIDDLE, 80 * MICRO, 0, 0}, {MIDDLE, FEBRUARY, 60 * MICRO, 0, 0}};
    const mbill_input used = {.name = "import", .intervals = halves, .n_intervals = 2};
    load_both(MONTHLY("energy"), MONTHLY("energy"));
    ck_assert_msg(price_room(&BY_READINGS, &used, 1, MIDDLE, CAP) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, (100 + 2 * 40) * MICRO);
    load_both(MONTHLY("energy"), MONTHLY("use"));
    ck_assert_int_eq(price_room(&BY_READINGS, &used, 1, MIDDLE, CAP), MBILL_E_POSITION);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *all = tcase_create("change");
    tcase_add_checked_fixture(all, NULL, drop);
    tcase_add_test(all, days_give_the_last_part_the_rest);
    tcase_add_test(all, days_take_the_sum_of_intervals);
    tcase_add_test(all, readings_are_divided_where_the_input_says_so);
    tcase_add_test(all, facts_change_inside_a_month);
    tcase_add_test(all, bill_document_names_the_version_of_each_line);
    tcase_add_loop_test(all, what_has_no_rule_for_a_part_is_refused, 0, sizeof WITHOUT_RULE / sizeof WITHOUT_RULE[0]);
    tcase_add_loop_test(all, what_is_of_the_whole_use_is_refused, 0, sizeof OF_USE / sizeof OF_USE[0]);
    tcase_add_test(all, marks_of_shares_are_not_the_callers);
    tcase_add_test(all, other_refusals);
    tcase_add_test(all, a_ladder_goes_on_or_is_refused);
    suite_add_tcase(suite, all);
    return check_run(suite, CK_FORK_GETENV);
}
