/* SPDX-License-Identifier: Apache-2.0 */
/* Pricing through the public API: what each construct of a tariff makes of usage, and that nothing else is touched. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "number/round.h"
#include "refusal.h"
#include "tariff/ladder.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 400
#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define FEBRUARY (JANUARY + 31 * DAY_S)

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\"," \
    "\"to\":null},"                                                                                                              \
    "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"even\":{\"register\":\"even\",\"unit\":\"kWh\","        \
    "\"across_boundary\":\"prorate\"},"                                                                                          \
    "\"area\":{\"fact\":\"area\",\"unit\":\"m2\"},\"homes\":{\"fact\":\"homes\",\"unit\":\"1\"}},"
#define NO_ROUNDING "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
#define DAY_NIGHT                                                                                                                \
    "\"calendar\":{\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":"     \
    "true}]},"

static mbill_tariff *tariff;
static mbill_line lines[CAP];
static size_t n_lines;
static mbill_bill bill;
static mbill_position *position;
static mbill_error err;

static void load(const char *body)
{
    char text[8192];
    snprintf(text, sizeof text, HEAD "%s}", body);
    mbill_tariff_free(tariff);
    free(position);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
}

static void drop(void)
{
    mbill_tariff_free(tariff);
    free(position);
    tariff = NULL;
    position = NULL;
}

static mbill_status price_span(int64_t from, int64_t to, const mbill_input *inputs, size_t n_inputs)
{
    static const mbill_fact facts[] = {{"area", 100 * MICRO, NULL}, {"homes", 2 * MICRO, NULL}};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = to,
        .inputs = inputs,
        .n_inputs = n_inputs,
        .facts = facts,
        .n_facts = 2};
    bill.struct_size = sizeof bill;
    mbill_error_init(&err);
    mbill_status status = mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, &err);
    if (status == MBILL_OK) ck_assert_msg(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK, "%s", err.message);
    return status;
}

static void expect_total(int64_t from, int64_t to, int64_t quantity_micro, int64_t total_micro)
{
    mbill_input input = {.name = "import", .total_micro = quantity_micro};
    ck_assert_msg(price_span(from, to, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, total_micro);
}

static void expect_refusal(mbill_status expected, int64_t from, int64_t to, const mbill_input *inputs, size_t n_inputs)
{
    size_t size = mbill_position_size(tariff);
    char *before = malloc(size);
    memcpy(before, position, size);
    bill.total_micro = 77;
    mbill_status status = price_span(from, to, inputs, n_inputs);
    assert_refusal(&err, status, expected, "");
    ck_assert_int_eq(bill.total_micro, 77);
    ck_assert_mem_eq(before, position, size);
    free(before);
}

static mbill_interval *hours(int64_t from, size_t n, int64_t each_micro)
{
    mbill_interval *out = calloc(n, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = (mbill_interval){from + (int64_t)i * HOUR_S, from + ((int64_t)i + 1) * HOUR_S, each_micro, 0, 0};
    return out;
}

/* ---- the ladder alone ---- */

START_TEST(ladder_fills_each_side_of_each_bound)
{
    const int64_t bounds[] = {100, 200};
    for (int64_t used = 0; used <= 250; used++) {
        for (int64_t quantity = 0; quantity <= 250; quantity += 7) {
            int64_t parts[3] = {0}, by_unit[3] = {0};
            for (int64_t unit = used + 1; unit <= used + quantity; unit++) by_unit[unit <= 100 ? 0 : unit <= 200 ? 1 : 2]++;
            mbill__ladder_fill(bounds, 3, used, quantity, parts);
            ck_assert_mem_eq(parts, by_unit, sizeof parts);
        }
    }
}
END_TEST

START_TEST(ladder_reach_knows_who_owns_a_bound)
{
    const int64_t bounds[] = {100, 200};
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 0, false), 0);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 100, false), 0);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 100, true), 1);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 101, false), 1);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 200, false), 1);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, 200, true), 2);
    ck_assert_uint_eq(mbill__ladder_reach(bounds, 3, INT64_MAX, false), 2);
}
END_TEST

/* ---- totals ---- */

START_TEST(flat_rate_and_its_line)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"title\":\"Energy\",\"quantity\":\"energy\",\"rate\":\"0.52\"}]");
    expect_total(JANUARY, FEBRUARY, 200 * MICRO, 104 * MICRO);
    ck_assert_uint_eq(n_lines, 1);
    ck_assert_int_eq(lines[0].rule, MBILL_LINE_PLAIN);
    ck_assert_int_eq(lines[0].charge, 0);
    ck_assert_int_eq(lines[0].period, -1);
    ck_assert_int_eq(lines[0].tier, 0);
    ck_assert_int_eq(lines[0].quantity_micro, 200 * MICRO);
    ck_assert_int_eq(lines[0].rate_nano, 520000000);
    ck_assert_int_eq(lines[0].divide_by, 1);
    ck_assert_int_eq(lines[0].from_utc_s, JANUARY);
    ck_assert_int_eq(lines[0].to_utc_s, FEBRUARY);
}
END_TEST

START_TEST(a_charge_of_nothing_has_one_line)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\","
                     "\"bounds\":[\"10\"]},\"rate\":[\"1\",\"2\"]}]");
    expect_total(JANUARY, FEBRUARY, 0, 0);
    ck_assert_uint_eq(n_lines, 1);
}
END_TEST

START_TEST(negative_flat_quantity_is_a_credit)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"0.5\"}]");
    expect_total(JANUARY, FEBRUARY, -3 * MICRO, -3 * MICRO / 2);
}
END_TEST

START_TEST(year_ladder_carries_over_bills)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\","
                     "\"bounds\":[\"2760\",\"4800\"]},"
                     "\"rate\":[\"0.5283\",\"0.5783\",\"0.8283\"]}]");
    expect_total(JANUARY, JANUARY + 181 * DAY_S, 3500 * MICRO, INT64_C(1886050000));
    expect_total(JANUARY + 181 * DAY_S, JANUARY + 365 * DAY_S, 3000 * MICRO, INT64_C(2159900000));
    expect_total(JANUARY + 365 * DAY_S, JANUARY + 396 * DAY_S, 100 * MICRO, INT64_C(52830000));
}
END_TEST

START_TEST(position_text_goes_round)
{
    char text[1024];
    size_t room = sizeof text, need = 0;
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\","
                     "\"bounds\":[\"10\"]},\"rate\":[\"1\",\"2\"]}]");
    expect_total(JANUARY, FEBRUARY, 7 * MICRO, 7 * MICRO);
    ck_assert_int_eq(mbill_position_write(tariff, position, NULL, &need, &err), MBILL_OK);
    ck_assert_int_eq(mbill_position_write(tariff, position, text, &room, &err), MBILL_OK);
    ck_assert_uint_eq(need, room);
    ck_assert_uint_eq(strlen(text) + 1, room);
    room = 10;
    ck_assert_int_eq(mbill_position_write(tariff, position, text + 500, &room, &err), MBILL_E_ROOM);
    mbill_position_init(tariff, position);
    ck_assert_msg(mbill_position_read(tariff, text, strlen(text), position, &err) == MBILL_OK, "%s", err.message);
    expect_total(FEBRUARY, FEBRUARY + 28 * DAY_S, 5 * MICRO, 3 * MICRO + 2 * 2 * MICRO);
}
END_TEST

START_TEST(position_must_be_at_the_start_of_the_bill)
{
    mbill_input input = {.name = "import", .total_micro = MICRO};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"}]");
    expect_total(JANUARY, FEBRUARY, MICRO, MICRO);
    expect_refusal(MBILL_E_POSITION, JANUARY, FEBRUARY, &input, 1);
    expect_refusal(MBILL_E_POSITION, FEBRUARY + DAY_S, FEBRUARY + 2 * DAY_S, &input, 1);
}
END_TEST

START_TEST(whole_quantity_takes_back_what_earlier_bills_charged)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"whole\",\"bound_"
                     "belongs\":\"below\",\"bounds\":[\"100\",\"200\"]},"
                     "\"rate\":[\"2\",\"1\",\"0.5\"]}]");
    expect_total(JANUARY, FEBRUARY, 100 * MICRO, 200 * MICRO);
    expect_total(FEBRUARY, FEBRUARY + 28 * DAY_S, 50 * MICRO, (150 - 200) * MICRO);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[1].rule, MBILL_LINE_WHOLE_BEFORE);
    expect_total(FEBRUARY + 28 * DAY_S, FEBRUARY + 59 * DAY_S, 50 * MICRO, 50 * MICRO);
}
END_TEST

START_TEST(bounds_times_a_fact_and_times_days)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\","
                     "\"bounds\":[\"50\"],\"times\":\"homes\"},\"rate\":[\"1\",\"2\"]},"
                     "{\"id\":\"b\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":["
                     "\"10\"],\"times\":\"days\"},\"rate\":[\"1\",\"2\"]}]");
    expect_total(JANUARY, FEBRUARY, 400 * MICRO, (100 + 300 * 2 + 310 + 90 * 2) * MICRO);
}
END_TEST

/* ---- fixed, money, bounds ---- */

START_TEST(fixed_amounts_by_day_month_and_part)
{
    mbill_input input = {.name = "import", .total_micro = 0};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"d\",\"quantity\":\"one\",\"rate\":\"0.5\",\"per\":\"day\"},{\"id\":\"m\","
                     "\"quantity\":\"area\",\"rate\":\"1.74\",\"per\":\"month\","
                     "\"part\":{\"days_of\":\"month\"}},{\"id\":\"y\",\"quantity\":\"one\",\"rate\":\"300.80\",\"per\":\"year\","
                     "\"part\":{\"days_of\":365}}]");
    ck_assert_msg(price_span(JANUARY, FEBRUARY + 14 * DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n_lines, 4);
    ck_assert_int_eq(lines[0].amount_micro, 45 * MICRO / 2);
    ck_assert_int_eq(lines[1].amount_micro, 174 * MICRO);
    ck_assert_int_eq(lines[2].divide_by, 28);
    ck_assert_int_eq(lines[2].quantity_micro, 1400 * MICRO);
    ck_assert_int_eq(lines[2].amount_micro, 87 * MICRO);
    ck_assert_int_eq(lines[3].divide_by, 365);
    ck_assert_int_eq(lines[3].amount_micro, 37084932); /* 45 x 300.80 / 365 = 37.0849315… */
    ck_assert_int_eq(bill.total_micro, 45 * MICRO / 2 + 174 * MICRO + 87 * MICRO + 37084932);
}
END_TEST

START_TEST(part_of_a_month_needs_a_rule)
{
    mbill_input input = {.name = "import", .total_micro = 0};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"m\",\"quantity\":\"one\",\"rate\":\"30\",\"per\":\"month\"}]");
    expect_refusal(MBILL_E_AMBIGUOUS, JANUARY, JANUARY + 10 * DAY_S, &input, 1);
    expect_refusal(MBILL_E_BOUNDARY, JANUARY, FEBRUARY + 1, &input, 1);
}
END_TEST

START_TEST(parts_of_a_month_add_up_to_the_month)
{
    mbill_input input = {.name = "import", .total_micro = 0};
    load("\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":{\"step\":\"0.01\",\"how\":\"down\"}},"
         "\"charges\":[{\"id\":\"a\",\"quantity\":\"one\",\"rate\":\"0.15\",\"per\":\"year\",\"part\":{\"days_of\":365}},"
         "{\"id\":\"b\",\"quantity\":{\"product\":[\"one\",\"days\"]},\"rate\":\"0\"},"
         "{\"id\":\"c\",\"quantity\":{\"product\":[\"homes\",\"one\"]},\"rate\":\"1\",\"per\":\"month\",\"part\":{\"days_of\":30}"
         "}]");
    ck_assert_msg(price_span(JANUARY, JANUARY + 15 * DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    /* 0.15 x 15 / 365 + 2 x 15 / 30 = 1.00616… */
    ck_assert_int_eq(bill.total_micro, MICRO);
}
END_TEST

START_TEST(percentages_look_at_rounded_amounts)
{
    load("\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":{\"step\":\"10\",\"how\":\"down\"}},\"charges\":["
         "{\"id\":\"basic\",\"quantity\":\"one\",\"rate\":\"1600\"},"
         "{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"100\","
         "\"200\"]},\"rate\":[\"60.7\",\"125.9\",\"187.9\"],"
         "\"round\":{\"step\":\"1\",\"how\":\"down\"}},"
         "{\"id\":\"vat\",\"quantity\":{\"money\":[\"basic\",\"energy\"]},\"rate\":\"0.10\",\"round\":{\"step\":\"1\",\"how\":"
         "\"half_up\"}},"
         "{\"id\":\"fund\",\"quantity\":{\"money\":[\"basic\",\"energy\"]},\"rate\":\"0.037\",\"round\":{\"step\":\"10\",\"how\":"
         "\"down\"}}]");
    expect_total(JANUARY, FEBRUARY, 225 * MICRO, 28370 * MICRO);
}
END_TEST

START_TEST(money_of_some_tiers_and_one_period)
{
    mbill_input inputs[] = {{.name = "import", .period = "day", .total_micro = 95 * MICRO},
        {.name = "import", .period = "night", .total_micro = 5 * MICRO}};
    load("\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"},\"charges\":["
         "{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"200\","
         "\"300\",\"600\"]},\"rate\":[\"0.218\",\"0.334\",\"0.516\",\"0.546\"]},"
         "{\"id\":\"rebate\",\"quantity\":\"energy\",\"only_if\":{\"total\":\"energy\",\"above\":\"300\"},\"tiers\":{\"over\":"
         "\"month\",\"how\":\"graduated\",\"bounds\":[\"300\"]},\"rate\":[\"-0.0225\",\"-0.0225\"]},"
         "{\"id\":\"gst\",\"quantity\":{\"money\":[\"energy#3..\",\"rebate#2\"]},\"rate\":\"0.06\"},{\"id\":\"levy\","
         "\"quantity\":{\"money\":[\"energy\"]},\"rate\":\"0.016\"}]");
    /* published: 273.84 - 15.23 + 11.30 + 4.38 */
    expect_total(JANUARY, FEBRUARY, 677 * MICRO, INT64_C(274290000));
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"2\"}},{"
                               "\"id\":\"tax\",\"quantity\":{\"money\":[\"e@night\"]},\"rate\":\"0.5\"}]");
    ck_assert_int_eq(price_span(JANUARY, FEBRUARY, inputs, 2), MBILL_OK);
    ck_assert_int_eq(bill.total_micro, (105 + 5) * MICRO);
}
END_TEST

START_TEST(minimum_and_maximum_close_the_gap)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"0.10\"},{\"id\":\"min\",\"at_least\":{"
                     "\"amount\":\"25.00\"},\"of\":[\"e\"]},"
                     "{\"id\":\"cap\",\"at_most\":{\"quantity\":\"area\",\"rate\":\"0.4\"},\"of\":[\"e\",\"min\"]}]");
    expect_total(JANUARY, FEBRUARY, 100 * MICRO, 25 * MICRO);
    ck_assert_int_eq(lines[1].amount_micro, 15 * MICRO);
    expect_total(FEBRUARY, FEBRUARY + 28 * DAY_S, 300 * MICRO, 30 * MICRO);
    expect_total(FEBRUARY + 28 * DAY_S, FEBRUARY + 59 * DAY_S, 500 * MICRO, 40 * MICRO);
    ck_assert_int_eq(lines[2].amount_micro, -10 * MICRO);
}
END_TEST

START_TEST(line_rounding_against_bill_rounding)
{
    mbill_input inputs[] = {{.name = "import", .period = "day", .total_micro = 95 * MICRO},
        {.name = "import", .period = "night", .total_micro = 5 * MICRO}};
    load("\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"}," DAY_NIGHT
         "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"0.5769\",\"night\":\"0.3769\"}}]");
    ck_assert_int_eq(price_span(JANUARY, FEBRUARY, inputs, 2), MBILL_OK);
    ck_assert_int_eq(lines[0].amount_micro, 54810000);
    ck_assert_int_eq(lines[1].amount_micro, 1880000);
    ck_assert_int_eq(bill.total_micro, 56690000);
}
END_TEST

START_TEST(unrounded_lines_still_add_up)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":\"0.333333333\"},{\"id\":\"b\",\"quantity\":"
                     "\"energy\",\"rate\":\"0.333333333\"},"
                     "{\"id\":\"c\",\"quantity\":\"energy\",\"rate\":\"0.333333333\"}]");
    /* 0.0000015 x 0.333… three times: each line shows 0.000000, the bill is 0.000001 (half even of 0.0000014999…) */
    expect_total(JANUARY, FEBRUARY, 1, 1);
    ck_assert_uint_eq(n_lines, 4);
    ck_assert_int_eq(lines[3].rule, MBILL_LINE_ROUNDING);
    ck_assert_int_eq(lines[3].charge, -1);
}
END_TEST

/* ---- what moves, chooses and waives ---- */

START_TEST(free_part_comes_off_before_the_ladder)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":{\"of\":\"energy\",\"free\":{\"quantity\":\"15\",\"times\":"
                     "\"homes\"}},\"rate\":\"0.657\"}]");
    expect_total(JANUARY, FEBRUARY, 800 * MICRO, 505890000);
    ck_assert_int_eq(lines[0].quantity_micro, 770 * MICRO);
    mbill_position_init(tariff, position);
    expect_total(JANUARY, FEBRUARY, 29 * MICRO, 0);
}
END_TEST

START_TEST(free_part_is_shared_by_periods_or_first_in_time)
{
    mbill_interval *hourly = hours(JANUARY, 24, MICRO);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 24};
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":{\"of\":\"energy\",\"free\":{\"quantity\":\"12\"}},"
                               "\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]");
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 7 * MICRO + 5 * MICRO / 10);
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":{\"of\":\"energy\",\"free\":{\"quantity\":\"12\"}},"
                               "\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"100\"],"
                               "\"across\":\"periods\",\"split\":\"chronological\"},\"rate\":[{\"day\":\"1\",\"night\":\"0.1\"},{"
                               "\"day\":\"1\",\"night\":\"0.1\"}]}]");
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 10 * MICRO + 2 * MICRO / 10);
    free(hourly);
}
END_TEST

#define FEES(how, due, over)                                                                                                     \
    NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"" over "\"," how                       \
                ",\"bounds\":[\"10\",\"20\"],"                                                                                   \
                "\"fee\":{\"values\":[\"2\",\"3\",\"5\"],\"due\":\"" due "\"}},\"rate\":[\"10\",\"5\",\"5\"]}]"

START_TEST(fees_of_tiers_entered)
{
    static const struct {
        int64_t quantity, total;
    } cases[] = {{0, 2}, {1, 12}, {10, 102}, {11, 110}, {12, 115}, {21, 165}};
    load(FEES("\"how\":\"graduated\"", "entered", "bill"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mbill_position_init(tariff, position);
        expect_total(JANUARY, FEBRUARY, cases[i].quantity * MICRO, cases[i].total * MICRO);
    }
    load(FEES("\"how\":\"graduated\"", "entered", "year"));
    expect_total(JANUARY, FEBRUARY, 0, 2 * MICRO);
    expect_total(FEBRUARY, FEBRUARY + 28 * DAY_S, 11 * MICRO, (105 + 3) * MICRO);
    expect_total(FEBRUARY + 28 * DAY_S, FEBRUARY + 59 * DAY_S, 20 * MICRO, (100 + 5) * MICRO);
}
END_TEST

START_TEST(fee_of_the_tier_reached)
{
    load(FEES("\"how\":\"whole\",\"bound_belongs\":\"above\"", "reached", "year"));
    expect_total(JANUARY, FEBRUARY, 9 * MICRO, (90 + 2) * MICRO);
    expect_total(FEBRUARY, FEBRUARY + 28 * DAY_S, 11 * MICRO, (100 - 90 + 5 - 2) * MICRO);
    expect_total(FEBRUARY + 28 * DAY_S, FEBRUARY + 59 * DAY_S, MICRO, 5 * MICRO);
}
END_TEST

START_TEST(started_packs_count_in_full)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                     "\"bounds\":[\"1000\"],\"pack\":[\"100\",\"1000\"]},\"rate\":[\"1\",\"1\"]}]");
    expect_total(JANUARY, FEBRUARY, 5325 * MICRO, 15 * MICRO);
    ck_assert_str_eq(mbill_tariff_labels(tariff)->charges[0].unit, "pack");
}
END_TEST

START_TEST(bounds_follow_facts_days_and_seasons)
{
    load(NO_ROUNDING "\"calendar\":{\"seasons\":[{\"name\":\"summer\",\"from\":\"05-01\",\"to\":\"11-01\"},{\"name\":\"rest\","
                     "\"otherwise\":true}]},"
                     "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                     "\"bounds\":{\"summer\":[\"260\"],\"rest\":[\"200\"]},\"times\":\"months\"},\"rate\":[\"0\",\"1\"]}]");
    expect_total(JANUARY, FEBRUARY + 28 * DAY_S, 500 * MICRO, 100 * MICRO);
    mbill_input input = {.name = "import", .total_micro = MICRO};
    mbill_position_init(tariff, position);
    expect_refusal(MBILL_E_BOUNDARY, FEBRUARY + 59 * DAY_S, FEBRUARY + 120 * DAY_S, &input, 1);
    load(NO_ROUNDING
        "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":["
        "\"26\",\"34\"],"
        "\"add\":{\"for_each\":\"homes\",\"above\":\"1\",\"to_bounds\":\"6\"}},\"rate\":[\"1.98\",\"2.97\",\"3.46\"]}]");
    expect_total(JANUARY, FEBRUARY, 35 * MICRO, 72270000);
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                     "\"widths\":[\"30\",\"30\"],\"scale\":{\"by\":\"days\",\"of\":30}},"
                     "\"rate\":[\"0\",\"1\",\"2\"]}]");
    expect_total(JANUARY, FEBRUARY, 70 * MICRO, (31 + 2 * 8) * MICRO);
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                     "\"widths\":[\"50\",\"50\"],"
                     "\"scale\":{\"by\":\"days\",\"of\":\"previous_month\",\"only_outside\":[25,35],\"round\":{\"step\":\"1\","
                     "\"how\":\"half_up\"}}},\"rate\":[\"0\",\"1\",\"2\"]}]");
    expect_total(JANUARY, FEBRUARY, 70 * MICRO, 20 * MICRO);
    expect_total(FEBRUARY, FEBRUARY + 10 * DAY_S, 40 * MICRO, (16 + 2 * 8) * MICRO);
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                     "\"bounds\":[{\"product\":[\"area\",\"homes\"],\"factor\":\"0.5\",\"over\":\"4\"}]},"
                     "\"rate\":[\"0\",\"1\"]}]");
    expect_total(JANUARY, FEBRUARY, 30 * MICRO, 5 * MICRO);
}
END_TEST

START_TEST(rate_follows_the_tier_of_a_later_charge)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"basic\",\"quantity\":\"one\",\"rate\":{\"by_tier_of\":\"energy\",\"values\":["
                     "\"910\",\"1600\",\"7300\"]}},"
                     "{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":["
                     "\"200\",\"400\"]},\"rate\":[\"0\",\"0\",\"0\"]}]");
    expect_total(JANUARY, JANUARY + 10 * DAY_S, 200 * MICRO, 910 * MICRO);
    expect_total(JANUARY + 10 * DAY_S, JANUARY + 20 * DAY_S, MICRO, 1600 * MICRO);
    expect_total(JANUARY + 20 * DAY_S, FEBRUARY, 200 * MICRO, 7300 * MICRO);
}
END_TEST

START_TEST(charges_are_due_on_conditions)
{
    static const struct {
        const char *word;
        int64_t below, on, above;
    } cases[] = {{"above", 0, 0, 1}, {"at_least", 0, 1, 1}, {"below", 1, 0, 0}, {"up_to", 1, 1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[1024];
        snprintf(body, sizeof body,
            NO_ROUNDING "\"charges\":[{\"id\":\"levy\",\"quantity\":\"one\",\"rate\":\"1\",\"only_if\":[{\"total\":\"energy\",\"%"
                        "s\":\"300\"},{\"fact\":\"homes\",\"is\":\"2\"}]}]",
            cases[i].word);
        load(body);
        expect_total(JANUARY, FEBRUARY, 299 * MICRO, cases[i].below * MICRO);
        ck_assert_uint_eq(n_lines, (size_t)cases[i].below);
        mbill_position_init(tariff, position);
        expect_total(JANUARY, FEBRUARY, 300 * MICRO, cases[i].on * MICRO);
        mbill_position_init(tariff, position);
        expect_total(JANUARY, FEBRUARY, 301 * MICRO, cases[i].above * MICRO);
    }
    mbill_interval *hourly = hours(JANUARY, 24, MICRO);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 24};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"levy\",\"quantity\":\"one\",\"rate\":\"1\",\"only_if\":{\"total\":\"energy\",\"up_"
                     "to\":\"24\"}}]");
    ck_assert_int_eq(price_span(JANUARY, JANUARY + DAY_S, &input, 1), MBILL_OK);
    ck_assert_int_eq(bill.total_micro, MICRO);
    mbill_position_init(tariff, position);
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, JANUARY + DAY_S, NULL, 0);
    free(hourly);
}
END_TEST

/* ---- periods ---- */

START_TEST(intervals_go_to_their_periods)
{
    mbill_interval *hourly = hours(JANUARY, 31 * 24, MICRO);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 31 * 24};
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]");
    ck_assert_msg(price_span(JANUARY, FEBRUARY, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[0].quantity_micro, 31 * 14 * MICRO);
    ck_assert_int_eq(lines[1].quantity_micro, 31 * 10 * MICRO);
    free(hourly);
}
END_TEST

START_TEST(reading_across_a_boundary_is_refused_or_divided)
{
    mbill_interval whole = {JANUARY, JANUARY + DAY_S, 24 * MICRO, MBILL_READING_ESTIMATED, 0};
    mbill_input input = {.name = "import", .intervals = &whole, .n_intervals = 1};
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]");
    expect_refusal(MBILL_E_BOUNDARY, JANUARY, JANUARY + DAY_S, &input, 1);
    ck_assert_int_eq(err.index, 0);
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"even\",\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]");
    input.name = "even";
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 15 * MICRO);
    ck_assert_uint_eq(lines[0].flags, MBILL_LINE_PRORATED | MBILL_LINE_ESTIMATED);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_PRORATED | MBILL_LINE_ESTIMATED);
}
END_TEST

START_TEST(divided_reading_adds_up_over_bills)
{
    mbill_interval whole = {JANUARY, JANUARY + 7 * DAY_S, 10 * MICRO + 1, 0, 0};
    mbill_input input = {.name = "even", .intervals = &whole, .n_intervals = 1};
    int64_t sum = 0;
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"even\",\"rate\":\"1\"}]");
    for (int64_t day = 0; day < 7; day++) {
        ck_assert_msg(price_span(JANUARY + day * DAY_S, JANUARY + (day + 1) * DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
        sum += bill.total_micro;
    }
    ck_assert_int_eq(sum, 10 * MICRO + 1);
}
END_TEST

START_TEST(gap_is_refused_or_flagged)
{
    mbill_interval *hourly = hours(JANUARY, 48, MICRO);
    hourly[20].end_utc_s -= 60;
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 48};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"}]");
    expect_refusal(MBILL_E_GAP, JANUARY, JANUARY + 2 * DAY_S, &input, 1);
    mbill_price_request request = {.struct_size = sizeof request,
        .flags = MBILL_PRICE_ALLOW_GAPS,
        .from_utc_s = JANUARY,
        .to_utc_s = JANUARY + 2 * DAY_S,
        .inputs = &input,
        .n_inputs = 1};
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, &bill, NULL, &err), MBILL_OK);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_INCOMPLETE);
    free(hourly);
}
END_TEST

#define TOU_LADDER(scope)                                                                                                        \
    NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":"            \
                          "\"graduated\",\"bounds\":[\"12\"]," scope "},"                                                        \
                          "\"rate\":[{\"day\":\"1\",\"night\":\"0.1\"},{\"day\":\"2\",\"night\":\"0.2\"}]}]"

START_TEST(three_rules_of_periods_and_tiers_differ)
{
    mbill_interval *hourly = hours(JANUARY, 24, MICRO);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 24};
    load(TOU_LADDER("\"across\":\"each_period\""));
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 12 * MICRO + 2 * 2 * MICRO + 10 * MICRO / 10);
    load(TOU_LADDER("\"across\":\"periods\",\"split\":\"chronological\""));
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    /* first 12 h: 8 night and 4 day; then 10 day and 2 night */
    ck_assert_int_eq(bill.total_micro, 8 * MICRO / 10 + 4 * MICRO + 20 * MICRO + 4 * MICRO / 10);
    load(TOU_LADDER("\"across\":\"periods\",\"split\":\"proportional\""));
    ck_assert_msg(price_span(JANUARY, JANUARY + DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 7 * MICRO + 14 * MICRO + 5 * MICRO / 10 + 10 * MICRO / 10);
    free(hourly);
}
END_TEST

START_TEST(month_ladder_begins_anew_inside_a_bill)
{
    mbill_interval *hourly = hours(JANUARY, 59 * 24, MICRO);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 59 * 24};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\","
                     "\"bounds\":[\"500\"]},\"rate\":[\"1\",\"2\"]}]");
    ck_assert_msg(price_span(JANUARY, JANUARY + 59 * DAY_S, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, (500 + 2 * 244 + 500 + 2 * 172) * MICRO);
    ck_assert_uint_eq(n_lines, 4);
    ck_assert_int_eq(lines[2].from_utc_s, FEBRUARY);
    input = (mbill_input){.name = "import", .total_micro = 1000 * MICRO};
    mbill_position_init(tariff, position);
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, JANUARY + 59 * DAY_S, &input, 1);
    free(hourly);
}
END_TEST

START_TEST(cutting_a_bill_anywhere_changes_nothing)
{
    mbill_interval *hourly = hours(JANUARY, 31 * 24, 0);
    mbill_input input = {.name = "import", .intervals = hourly, .n_intervals = 31 * 24};
    for (size_t i = 0; i < 31 * 24; i++) hourly[i].quantity_micro = (int64_t)(i * 2654435761u % 300000) * 10;
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":"
                               "\"graduated\",\"bounds\":[\"300\",\"700\"],"
                               "\"across\":\"periods\",\"split\":\"chronological\"},\"rate\":[{\"day\":\"1\",\"night\":\"0.1\"},{"
                               "\"day\":\"2\",\"night\":\"0.2\"},{\"day\":\"3\",\"night\":\"0.3\"}]}]");
    ck_assert_msg(price_span(JANUARY, FEBRUARY, &input, 1) == MBILL_OK, "%s", err.message);
    int64_t whole = bill.total_micro;
    for (int64_t cut = 1; cut < 31 * 24; cut += 13) {
        mbill_position_init(tariff, position);
        ck_assert_int_eq(price_span(JANUARY, JANUARY + cut * HOUR_S, &input, 1), MBILL_OK);
        int64_t first = bill.total_micro;
        ck_assert_int_eq(price_span(JANUARY + cut * HOUR_S, FEBRUARY, &input, 1), MBILL_OK);
        ck_assert_int_eq(first + bill.total_micro, whole);
    }
    free(hourly);
}
END_TEST

START_TEST(factor_and_rounding_of_the_quantity)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"s\",\"quantity\":{\"of\":\"energy\",\"factor\":\"0.9\",\"round\":{\"step\":\"1\","
                     "\"how\":\"down\"}},\"rate\":\"0.9\"}]");
    expect_total(JANUARY, FEBRUARY, 17 * MICRO, 15 * MICRO * 9 / 10);
    ck_assert_int_eq(lines[0].quantity_micro, 15 * MICRO);
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"s\",\"quantity\":{\"of\":\"energy\",\"factor\":\"2\"},\"rate\":{\"day\":"
                               "\"1\",\"night\":\"0.1\"}}]");
    mbill_input inputs[] = {{.name = "import", .period = "day", .total_micro = 3 * MICRO},
        {.name = "import", .period = "night", .total_micro = 2 * MICRO}};
    ck_assert_int_eq(price_span(JANUARY, FEBRUARY, inputs, 2), MBILL_OK);
    ck_assert_int_eq(bill.total_micro, 6 * MICRO + 4 * MICRO / 10);
}
END_TEST

#define TWO_CLOCKS(clock)                                                                                                        \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"CET-1CEST,M3.5.0,M10.5.0/"                  \
    "3\",\"valid\":{\"from\":\"2020-01-01\",\"to\":null},"                                                                       \
    "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}}," NO_ROUNDING "\"calendar\":{\"clock\":\"" clock         \
    "\",\"periods\":[{\"name\":\"day\","                                                                                         \
    "\"when\":[{\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":true}]},\"charges\":[{\"id\":\"e\",\"quantity\":"  \
    "\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"0\"}}]}"

START_TEST(standard_clock_ignores_daylight_saving)
{
    static const char *const texts[] = {TWO_CLOCKS("local"), TWO_CLOCKS("standard")};
    int32_t period;
    int64_t end, july_7_local = INT64_C(1782882000); /* 2026-07-01T05:00:00Z = 07:00 CEST = 06:00 CET */
    for (int standard = 0; standard < 2; standard++) {
        mbill_tariff *own;
        ck_assert_msg(mbill_tariff_read(texts[standard], strlen(texts[standard]), NULL, &own, &err) == MBILL_OK, "%s",
            err.message);
        ck_assert_int_eq(mbill_tariff_period_at(own, NULL, NULL, 0, july_7_local, &period, &end, &err), MBILL_OK);
        ck_assert_int_eq(period, 1);
        ck_assert_int_eq(end - july_7_local, standard ? 2 * HOUR_S : HOUR_S);
        mbill_tariff_free(own);
    }
}
END_TEST

/* ---- refusals ---- */

START_TEST(what_is_not_known_is_never_zero)
{
    mbill_input unknown = {.name = "export", .total_micro = 1}, one = {.name = "import", .total_micro = 800 * MICRO};
    mbill_input by_day = {.name = "import", .period = "day", .total_micro = 1}, both[] = {one, by_day}, twice[] = {one, one};
    mbill_input no_period = {.name = "import", .period = "noon", .total_micro = 1};
    load(NO_ROUNDING DAY_NIGHT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]");
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, NULL, 0);
    expect_refusal(MBILL_E_NOT_FOUND, JANUARY, FEBRUARY, &unknown, 1);
    expect_refusal(MBILL_E_NOT_FOUND, JANUARY, FEBRUARY, &no_period, 1);
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, &one, 1);
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, &by_day, 1);
    expect_refusal(MBILL_E_AMBIGUOUS, JANUARY, FEBRUARY, both, 2);
    expect_refusal(MBILL_E_INVALID, JANUARY, FEBRUARY, twice, 2);
    expect_refusal(MBILL_E_RANGE, FEBRUARY, JANUARY, &one, 1);
    expect_refusal(MBILL_E_UNCOVERED, JANUARY - 3000 * DAY_S, FEBRUARY, &one, 1);
    load(NO_ROUNDING DAY_NIGHT
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"0.106929\",\"night\":\"0.106929\"}}]");
    expect_total(JANUARY, FEBRUARY, 800 * MICRO, 85543200);
}
END_TEST

START_TEST(overflow_is_an_error)
{
    mbill_input input = {.name = "import", .total_micro = INT64_MAX};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"9000000000\"}]");
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, &input, 1);
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"f\",\"quantity\":\"energy\","
                     "\"rate\":\"1\"}]");
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, &input, 1);
    load(NO_ROUNDING "\"charges\":[{\"id\":\"e\",\"quantity\":{\"of\":\"energy\",\"factor\":\"2\"},\"rate\":\"1\"}]");
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, &input, 1);
}
END_TEST

START_TEST(room_is_told)
{
    mbill_input input = {.name = "import", .total_micro = MICRO};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = FEBRUARY,
        .inputs = &input,
        .n_inputs = 1};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"b\",\"quantity\":\"energy\","
                     "\"rate\":\"1\"}]");
    bill.total_micro = 77;
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, 1, &n_lines, &bill, NULL, &err), MBILL_E_ROOM);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(bill.total_micro, 77);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, NULL, 0, &n_lines, &bill, NULL, NULL), MBILL_E_ROOM);
    size_t most;
    ck_assert_int_eq(mbill_tariff_lines_max(tariff, JANUARY, FEBRUARY, &most, &err), MBILL_OK);
    ck_assert_uint_ge(most, 2);
    ck_assert_int_eq(mbill_tariff_lines_max(tariff, FEBRUARY, JANUARY, &most, &err), MBILL_E_RANGE);
}
END_TEST

START_TEST(misuse_is_named)
{
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = JANUARY, .to_utc_s = FEBRUARY};
    mbill_bill unset = {0};
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"one\",\"rate\":\"1\"}]");
    ck_assert_int_eq(mbill_tariff_price(NULL, &request, NULL, lines, CAP, &n_lines, &bill, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_price(tariff, NULL, NULL, lines, CAP, &n_lines, &bill, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, NULL, CAP, &n_lines, &bill, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, CAP, NULL, &bill, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, &unset, NULL, &err), MBILL_E_MISUSE);
    request.flags = 0x80;
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, &bill, NULL, &err), MBILL_E_UNKNOWN_OPTION);
}
END_TEST

START_TEST(flags_of_an_input_are_of_its_quality)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":\"1\"}]");
    for (int bit = 0; bit < 32; bit++) {
        const mbill_input input = {.name = "import", .total_micro = MICRO, .flags = UINT32_C(1) << bit};
        mbill_status status = price_span(JANUARY, FEBRUARY, &input, 1);
        if (bit < 2) {
            ck_assert_int_eq(status, MBILL_OK);
            ck_assert_uint_eq(bill.flags, MBILL_LINE_ESTIMATED);
            mbill_position_init(tariff, position);
        } else {
            assert_refusal_index(&err, status, MBILL_E_UNKNOWN_OPTION, 0, "flags");
        }
    }
}
END_TEST

#define NET_INPUTS                                                                                                               \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\"," \
    "\"to\":null},\"inputs\":{\"in\":{\"register\":\"in\",\"unit\":\"kWh\"},\"out\":{\"register\":\"out\",\"unit\":\"kWh\"},"    \
    "\"net\":{\"minus\":[\"in\",\"out\"],\"part\":\"positive\",\"per\":\"interval\",\"unit\":\"kWh\"},"                          \
    "\"left\":{\"minus\":[\"in\",\"out\"],\"part\":\"all\",\"per\":\"bill\",\"unit\":\"kWh\"},"                                  \
    "\"root\":{\"apparent\":[\"in\",\"out\"],\"per\":\"bill\",\"unit\":\"kVAh\",\"round\":{\"step\":\"0.01\",\"how\":\"half_"    \
    "up\"}},"                                                                                                                    \
    "\"roots\":{\"apparent\":[\"in\",\"out\"],\"per\":\"interval\",\"unit\":\"kVAh\",\"round\":{\"step\":\"0.01\",\"how\":"      \
    "\"half_up\"}},"                                                                                                             \
    "\"share\":{\"quotient\":[\"out\",\"in\"],\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"}},"                               \
    "\"factor\":{\"power_factor\":[\"in\",\"left\"],\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"}}},"

static void load_net(const char *quantity)
{
    char text[4096];
    snprintf(text, sizeof text, NET_INPUTS NO_ROUNDING "\"charges\":[{\"id\":\"x\",\"quantity\":\"%s\",\"rate\":\"1\"}]}",
        quantity);
    mbill_tariff_free(tariff);
    free(position);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
}

START_TEST(readings_that_are_netted_have_the_same_times)
{
    const mbill_interval in[] = {{JANUARY, JANUARY + HOUR_S, 3 * MICRO, MBILL_READING_ESTIMATED, 0},
        {JANUARY + HOUR_S, JANUARY + 2 * HOUR_S, MICRO, 0, 0}};
    const mbill_interval out[] = {{JANUARY - HOUR_S, JANUARY, 9 * MICRO, 0, 0}, {JANUARY, JANUARY + HOUR_S, MICRO, 0, 0},
        {JANUARY + HOUR_S, JANUARY + 2 * HOUR_S, 5 * MICRO, 0, 0}};
    const mbill_interval long_one = {JANUARY, JANUARY + 2 * HOUR_S, 6 * MICRO, 0, 0};
    mbill_input inputs[] = {{.name = "in", .intervals = in, .n_intervals = 2},
        {.name = "out", .intervals = out, .n_intervals = 3}};
    load_net("net");
    ck_assert_msg(price_span(JANUARY, JANUARY + 2 * HOUR_S, inputs, 2) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 2 * MICRO);
    ck_assert_uint_eq(lines[0].flags, MBILL_LINE_ESTIMATED);
    load_net("net");
    inputs[1].intervals = &long_one;
    inputs[1].n_intervals = 1;
    expect_refusal(MBILL_E_BOUNDARY, JANUARY, JANUARY + 2 * HOUR_S, inputs, 2);
    inputs[1] = (mbill_input){.name = "out", .total_micro = MICRO};
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, JANUARY + 2 * HOUR_S, inputs, 2);
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, JANUARY + 2 * HOUR_S, inputs, 1);
}
END_TEST

START_TEST(apparent_energy_is_the_root_of_the_squares)
{
    const mbill_input totals[] = {{.name = "in", .total_micro = 5 * MICRO}, {.name = "out", .total_micro = -12 * MICRO}};
    const mbill_input large[] = {{.name = "in", .total_micro = INT64_MAX}, {.name = "out", .total_micro = MICRO}};
    const mbill_interval in[] = {{JANUARY, JANUARY + HOUR_S, 3 * MICRO, MBILL_READING_ESTIMATED, 0},
        {JANUARY + HOUR_S, JANUARY + 2 * HOUR_S, MICRO, 0, 0}};
    const mbill_interval out[] = {{JANUARY, JANUARY + HOUR_S, 4 * MICRO, 0, 0},
        {JANUARY + HOUR_S, JANUARY + 2 * HOUR_S, MICRO, 0, 0}};
    const mbill_input timed[] = {{.name = "in", .intervals = in, .n_intervals = 2},
        {.name = "out", .intervals = out, .n_intervals = 2}};
    load_net("root");
    ck_assert_msg(price_span(JANUARY, FEBRUARY, totals, 2) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 13 * MICRO);
    load_net("root");
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, large, 2);
    load_net("roots");
    ck_assert_msg(price_span(JANUARY, JANUARY + 2 * HOUR_S, timed, 2) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 6410000); /* 5 and, to the hundredth, the root of 2 */
    ck_assert_uint_eq(lines[0].flags, MBILL_LINE_ESTIMATED);
    load_net("roots");
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, totals, 2);
}
END_TEST

START_TEST(a_sum_that_does_not_fit_is_refused)
{
    const mbill_input inputs[] = {{.name = "in", .total_micro = INT64_MAX}, {.name = "out", .total_micro = -MICRO}};
    load_net("left");
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, inputs, 2);
}
END_TEST

START_TEST(nothing_to_divide_by_is_refused)
{
    const mbill_input inputs[] = {{.name = "in"}, {.name = "out"}};
    const mbill_input behind[] = {{.name = "in", .total_micro = MICRO}, {.name = "out", .total_micro = 2 * MICRO}};
    load_net("share");
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, inputs, 2);
    load_net("factor");
    expect_refusal(MBILL_E_NOT_KNOWN, JANUARY, FEBRUARY, inputs, 2);
    expect_refusal(MBILL_E_RANGE, JANUARY, FEBRUARY, behind, 2);
}
END_TEST

static mbill_status read_credits(const char *credits)
{
    char text[512];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"version\":\"1\",\"billed_to\":null,\"ladders\":[],\"credits\":"
        "%s}",
        credits);
    mbill_error_init(&err);
    return mbill_position_read(tariff, text, strlen(text), position, &err);
}

START_TEST(what_is_kept_is_read_and_checked)
{
    load(NO_ROUNDING "\"charges\":[{\"id\":\"x\",\"quantity\":\"energy\",\"rate\":\"1\",\"credit\":{\"until\":\"04-01\",\"then\":"
                     "\"lost\"}},{\"id\":\"y\",\"quantity\":\"energy\",\"rate\":\"1\"}]");
    ck_assert_int_eq(read_credits("[{\"charge\":\"x\",\"kept\":\"7\"}]"), MBILL_OK);
    expect_total(JANUARY, FEBRUARY, 10 * MICRO, 13 * MICRO);
    ck_assert_int_eq(read_credits("[]"), MBILL_E_INVALID);
    ck_assert_int_eq(read_credits("[{\"charge\":\"y\",\"kept\":\"7\"}]"), MBILL_E_POSITION);
    ck_assert_str_eq(err.path, "/credits/0/charge");
    ck_assert_int_eq(read_credits("[{\"charge\":\"x\",\"kept\":\"-7\"}]"), MBILL_E_RANGE);
    ck_assert_str_eq(err.path, "/credits/0/kept");
    ck_assert_int_eq(read_credits("[{\"charge\":\"x\",\"kept\":\"1\"},{\"charge\":\"x\",\"kept\":\"1\"}]"), MBILL_E_INVALID);
    ck_assert_int_eq(read_credits("[{\"charge\":\"x\"}]"), MBILL_E_MISSING_KEY);
}
END_TEST

static const char *const kept_money =
    "\"charges\":[{\"id\":\"x\",\"quantity\":\"energy\",\"rate\":\"-1\"},"
    "{\"id\":\"y\",\"at_least\":{\"amount\":\"0\"},\"of\":[\"x\"],\"credit\":{\"until\":\"%s\",\"then\":{\"paid_at\":\"%s\"}}}]";

static void load_kept_money(const char *until, const char *paid_at)
{
    char text[1024], body[2048];
    snprintf(text, sizeof text, kept_money, until, paid_at);
    snprintf(body, sizeof body, NO_ROUNDING "%s", text);
    load(body);
}

/* A bill has at most the lines it said it would have, each credit moved and settled at once. */
START_TEST(money_below_a_minimum_is_kept_and_settled)
{
    mbill_input input = {.name = "import", .total_micro = 10 * MICRO};
    size_t most;
    load_kept_money("02-01", "0.25");
    ck_assert_msg(price_span(JANUARY, FEBRUARY, &input, 1) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n_lines, 3);
    ck_assert_int_eq(lines[1].rule, MBILL_LINE_CREDIT);
    ck_assert_int_eq(lines[1].amount_micro, 10 * MICRO);
    ck_assert_int_eq(lines[2].rule, MBILL_LINE_SETTLED);
    ck_assert_int_eq(lines[2].amount_micro, -2500000);
    ck_assert_int_eq(bill.total_micro, -2500000);
    ck_assert_int_eq(mbill_tariff_lines_max(tariff, JANUARY, FEBRUARY, &most, &err), MBILL_OK);
    ck_assert_uint_ge(most, n_lines);
}
END_TEST

START_TEST(what_is_kept_stays_in_range)
{
    mbill_input input = {.name = "import", .total_micro = 10 * MICRO};
    load_kept_money("04-01", "1");
    ck_assert_int_eq(read_credits("[{\"charge\":\"y\",\"kept\":\"9223372036854\"}]"), MBILL_OK);
    expect_refusal(MBILL_E_OVERFLOW, JANUARY, FEBRUARY, &input, 1);
    load_kept_money("01-15", "1");
    expect_refusal(MBILL_E_BOUNDARY, JANUARY, FEBRUARY, &input, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("price");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_checked_fixture(ok, NULL, drop);
    tcase_add_checked_fixture(refused, NULL, drop);
    tcase_add_test(ok, ladder_fills_each_side_of_each_bound);
    tcase_add_test(ok, ladder_reach_knows_who_owns_a_bound);
    tcase_add_test(ok, flat_rate_and_its_line);
    tcase_add_test(ok, a_charge_of_nothing_has_one_line);
    tcase_add_test(ok, negative_flat_quantity_is_a_credit);
    tcase_add_test(ok, money_below_a_minimum_is_kept_and_settled);
    tcase_add_test(refused, what_is_kept_stays_in_range);
    tcase_add_test(ok, year_ladder_carries_over_bills);
    tcase_add_test(ok, position_text_goes_round);
    tcase_add_test(ok, whole_quantity_takes_back_what_earlier_bills_charged);
    tcase_add_test(ok, bounds_times_a_fact_and_times_days);
    tcase_add_test(ok, fixed_amounts_by_day_month_and_part);
    tcase_add_test(ok, parts_of_a_month_add_up_to_the_month);
    tcase_add_test(ok, percentages_look_at_rounded_amounts);
    tcase_add_test(ok, money_of_some_tiers_and_one_period);
    tcase_add_test(ok, minimum_and_maximum_close_the_gap);
    tcase_add_test(ok, line_rounding_against_bill_rounding);
    tcase_add_test(ok, unrounded_lines_still_add_up);
    tcase_add_test(ok, free_part_comes_off_before_the_ladder);
    tcase_add_test(ok, free_part_is_shared_by_periods_or_first_in_time);
    tcase_add_test(ok, fees_of_tiers_entered);
    tcase_add_test(ok, fee_of_the_tier_reached);
    tcase_add_test(ok, started_packs_count_in_full);
    tcase_add_test(ok, bounds_follow_facts_days_and_seasons);
    tcase_add_test(ok, rate_follows_the_tier_of_a_later_charge);
    tcase_add_test(ok, charges_are_due_on_conditions);
    tcase_add_test(ok, intervals_go_to_their_periods);
    tcase_add_test(ok, divided_reading_adds_up_over_bills);
    tcase_add_test(ok, three_rules_of_periods_and_tiers_differ);
    tcase_add_test(ok, month_ladder_begins_anew_inside_a_bill);
    tcase_add_test(ok, cutting_a_bill_anywhere_changes_nothing);
    tcase_add_test(ok, factor_and_rounding_of_the_quantity);
    tcase_add_test(ok, standard_clock_ignores_daylight_saving);
    tcase_add_test(refused, position_must_be_at_the_start_of_the_bill);
    tcase_add_test(refused, part_of_a_month_needs_a_rule);
    tcase_add_test(refused, reading_across_a_boundary_is_refused_or_divided);
    tcase_add_test(refused, gap_is_refused_or_flagged);
    tcase_add_test(refused, what_is_not_known_is_never_zero);
    tcase_add_test(refused, overflow_is_an_error);
    tcase_add_test(refused, room_is_told);
    tcase_add_test(refused, readings_that_are_netted_have_the_same_times);
    tcase_add_test(refused, apparent_energy_is_the_root_of_the_squares);
    tcase_add_test(refused, a_sum_that_does_not_fit_is_refused);
    tcase_add_test(refused, nothing_to_divide_by_is_refused);
    tcase_add_test(refused, what_is_kept_is_read_and_checked);
    tcase_add_test(refused, misuse_is_named);
    tcase_add_test(refused, flags_of_an_input_are_of_its_quality);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_NOFORK);
}
