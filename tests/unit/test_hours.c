/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds in hours of use and tiers inside bands: every refusal of the form with its place, and where tiers end. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)

#define PEAK "{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\",\"floor\":\"2\"}"
#define DEMAND(rest) "{\"id\":\"kw\",\"quantity\":" PEAK ",\"rate\":\"0\"" rest "}"
#define ENERGY(over, tiers, rates)                                                                                               \
    "{\"id\":\"kwh\",\"quantity\":\"energy\",\"tiers\":{\"over\":" over ",\"how\":\"graduated\"," tiers "},\"rate\":[" rates "]" \
    "}"
#define TWO "\"1\",\"2\""
#define THREE TWO ",\"3\""
#define FOUR THREE ",\"4\""
#define HOURS "{\"of\":\"kw\",\"times\":\"10\"}"
#define BANDS "\"bounds\":[\"10\",\"20\"],\"inside\":"

static mbill_tariff *tariff;
static mbill_error err;

static mbill_status load(const char *charges)
{
    char text[4096];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":"
        "\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"contract\":{\"fact\":"
        "\"contract\",\"unit\":\"kW\"}},\"calendar\":{\"seasons\":[{\"name\":\"cold\",\"from\":\"11-01\",\"to\":\"04-01\"},{"
        "\"name\":\"warm\",\"otherwise\":true}]},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
        "\"charges\":[%s]}",
        charges);
    mbill_tariff_free(tariff);
    mbill_error_init(&err);
    return mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
}

typedef struct refusal {
    const char *charges;
    mbill_status status;
    const char *path, *says;
} refusal;

static const refusal refusals[] = {
    {ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"kwh\",\"times\":\"10\"}]", TWO), MBILL_E_INVALID, "/charges/0/tiers/bounds/0/of",
        "itself"},
    {ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"other\",\"times\":\"10\"}]",
         TWO) ",{\"id\":\"other\",\"quantity\":\"one\",\"rate\":"
              "\"1\"}",
        MBILL_E_INVALID, "/charges/0/tiers/bounds/0/of", "peak_of"},
    {ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"nothing\",\"times\":\"10\"}]", TWO), MBILL_E_NOT_FOUND,
        "/charges/0/tiers/bounds/0/of", "nothing"},
    {DEMAND("") ",{\"id\":\"fee\",\"quantity\":{\"money\":[\"kw\"]},\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                "\"bounds\":[" HOURS "]},\"rate\":[" TWO "]}",
        MBILL_E_INVALID, "/charges/1/tiers/bounds/0/of", "money"},
    {DEMAND("") ",{\"id\":\"daily\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"day\"},\"tiers\":{"
                "\"over\":"
                "\"day\",\"how\":\"graduated\",\"bounds\":[" HOURS "]},\"rate\":[" TWO "]}",
        MBILL_E_INVALID, "/charges/1/tiers/bounds/0/of", "same span"},
    {DEMAND(",\"only_if\":{\"fact\":\"contract\",\"above\":\"3\"}") "," ENERGY("\"bill\"", "\"bounds\":[" HOURS "]", TWO),
        MBILL_E_AMBIGUOUS, "/charges/1/tiers/bounds/0/of", "only_if"},
    {DEMAND("") "," ENERGY("\"month\"", "\"when_bounds_move\":\"keep_paid\",\"bounds\":[" HOURS "]", TWO), MBILL_E_INVALID,
        "/charges/1/tiers/bounds/0/of", "same span"},
    {"{\"id\":\"contract\",\"quantity\":" PEAK
     ",\"rate\":\"0\"}," ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"contract\",\"times\":\"10\"}]", TWO),
        MBILL_E_AMBIGUOUS, "/charges/1/tiers/bounds/0/of", "another name"},
    {DEMAND("") "," ENERGY("\"month\"", "\"bounds\":[" HOURS "]", TWO), MBILL_E_AMBIGUOUS, "/charges/1/tiers",
        "when_bounds_move"},
    {DEMAND("") "," ENERGY("\"bill\"", "\"when_bounds_move\":\"keep_paid\",\"bounds\":[" HOURS "]", TWO), MBILL_E_INVALID,
        "/charges/1/tiers/when_bounds_move", "more than a bill"},
    {DEMAND("") "," ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"kw\",\"times\":\"0\"}]", TWO), MBILL_E_RANGE,
        "/charges/1/tiers/bounds/0/times", "above 0"},
    {DEMAND("") "," ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"kw\",\"times\":\"10\",\"over\":\"0\"}]", TWO), MBILL_E_RANGE,
        "/charges/1/tiers/bounds/0/over", "above 0"},
    {DEMAND("") "," ENERGY("\"bill\"", "\"bounds\":[{\"product\":[\"kw\"],\"times\":\"10\"}]", TWO), MBILL_E_UNKNOWN_KEY,
        "/charges/1/tiers/bounds/0/product", "product"},
    {DEMAND("") "," ENERGY("\"bill\"", "\"bounds\":[{\"times\":\"10\"}]", TWO), MBILL_E_MISSING_KEY,
        "/charges/1/tiers/bounds/0/of", "of"},
    {"{\"id\":\"kw\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\",\"floor\":{\"of\":"
     "\"contract\","
     "\"times\":\"2\"}},\"rate\":\"1\"}",
        MBILL_E_UNKNOWN_KEY, "/charges/0/quantity/floor/times", "times"},
    {ENERGY("\"bill\"", "\"bounds\":[\"10\"],\"inside\":{}", TWO), MBILL_E_MISSING_KEY, "/charges/0/tiers/inside/bounds",
        "bounds"},
    {ENERGY("\"bill\"", "\"widths\":[\"10\"],\"inside\":{\"bounds\":[[\"5\"],[]]}", THREE), MBILL_E_INVALID,
        "/charges/0/tiers/widths", "inside bands"},
    {ENERGY("\"bill\"",
         "\"bounds\":[\"10\"],\"inside\":{\"bounds\":[[\"5\"],[]]},\"add\":{\"for_each\":\"contract\","
         "\"to_bounds\":\"1\"}",
         THREE),
        MBILL_E_INVALID, "/charges/0/tiers/add", "inside bands"},
    {ENERGY("\"bill\"",
         "\"bounds\":[\"10\"],\"inside\":{\"bounds\":[[\"5\"],[]]},\"fee\":{\"values\":[\"1\",\"2\",\"3\"],"
         "\"due\":\"entered\"}",
         THREE),
        MBILL_E_INVALID, "/charges/0/tiers/fee", "inside bands"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[\"5\"],[]]}", FOUR), MBILL_E_INVALID, "/charges/0/tiers/inside/bounds",
        "2 lists for 3 bands"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"15\"],[]]}", FOUR), MBILL_E_AMBIGUOUS, "/charges/0/tiers/inside",
        "counted_from"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[\"5\"],[],[]],\"counted_from\":\"band\"}", FOUR), MBILL_E_INVALID,
        "/charges/0/tiers/inside/counted_from", "first band"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"15\"],[]],\"counted_from\":\"zero\"}", FOUR), MBILL_E_INVALID,
        "/charges/0/tiers/inside/counted_from", "zero"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"10\"],[]],\"counted_from\":\"ladder\"}", FOUR), MBILL_E_INVALID,
        "/charges/0/tiers/inside/bounds/1/0", "10"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"20\"],[]],\"counted_from\":\"ladder\"}", FOUR), MBILL_E_INVALID,
        "/charges/0/tiers/inside/bounds/1", "band ends"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"10\"],[]],\"counted_from\":\"band\"}", FOUR), MBILL_E_INVALID,
        "/charges/0/tiers/inside/bounds/1", "band ends"},
    {ENERGY("\"bill\"", BANDS "{\"bounds\":[[\"5\"],[],[]]}", THREE), MBILL_E_INVALID, "/charges/0/rate", ""},
    {ENERGY("\"bill\"",
         "\"bounds\":{\"cold\":[\"10\"],\"warm\":[\"10\"]},\"inside\":{\"bounds\":{\"cold\":[[\"5\"],[]],\"warm\":[[],[\"15\"]]},"
         "\"counted_from\":\"ladder\"}",
         THREE),
        MBILL_E_INVALID, "/charges/0/tiers/inside/bounds/warm", "each band"},
    {ENERGY("\"bill\"", "\"bounds\":{\"cold\":[\"10\"],\"warm\":[\"10\"]},\"inside\":{\"bounds\":{\"cold\":[[\"5\"],[]]}}",
         THREE),
        MBILL_E_MISSING_KEY, "/charges/0/tiers/inside/bounds/warm", "warm"},
    {ENERGY("\"bill\"",
         "\"bounds\":[\"100\"],\"inside\":{\"bounds\":[[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\","
         "\"12\","
         "\"13\",\"14\",\"15\"],[]]}",
         TWO),
        MBILL_E_LIMIT, "/charges/0/tiers/bounds", "16 bounds"},
};

START_TEST(test_refused)
{
    const refusal *r = &refusals[_i];
    assert_refusal_path(&err, load(r->charges), r->status, r->path, r->says);
    ck_assert_ptr_null(tariff);
}
END_TEST

static mbill_line lines[16];
static size_t n_lines;

/* Two hours of use, the second of which is the peak. */
static mbill_status price(int64_t first_micro, int64_t second_micro, int64_t contract_micro)
{
    mbill_interval readings[] = {
        {.start_utc_s = JANUARY, .end_utc_s = JANUARY + HOUR_S, .quantity_micro = first_micro},
        {.start_utc_s = JANUARY + HOUR_S, .end_utc_s = JANUARY + 2 * HOUR_S, .quantity_micro = second_micro},
    };
    mbill_input input = {.name = "import", .intervals = readings, .n_intervals = 2};
    mbill_fact contract = {.name = "contract", .value_micro = contract_micro};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = JANUARY + 2 * HOUR_S,
        .inputs = &input,
        .n_inputs = 1,
        .facts = &contract,
        .n_facts = 1};
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error_init(&err);
    return mbill_tariff_price(tariff, &request, NULL, lines, 16, &n_lines, &bill, NULL, &err);
}

/* The quantities of the ladder's lines, which stand first, in micro-units. */
static void assert_tiers(const int64_t *expected_micro, size_t n)
{
    ck_assert_uint_ge(n_lines, n);
    for (size_t i = 0; i < n; i++) ck_assert_int_eq(lines[i].quantity_micro, expected_micro[i]);
}

START_TEST(test_hours_of_a_later_charge)
{
    ck_assert_int_eq(load(ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"kw\",\"times\":\"1.2\"}]", TWO) "," DEMAND("")), MBILL_OK);
    ck_assert_int_eq(price(3 * MICRO, 4 * MICRO, 0), MBILL_OK);
    assert_tiers((int64_t[]){4800000, 2200000}, 2);
    ck_assert_int_eq(price(1 * MICRO, 2 * MICRO - 1, 0), MBILL_OK); /* the floor of 2 kW ends the tier at 2.4 kWh */
    assert_tiers((int64_t[]){2400000, 599999}, 2);
}
END_TEST

START_TEST(test_a_share_of_another_peak)
{
    ck_assert_int_eq(load(
                         "{\"id\":\"more\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\"},"
                         "\"tiers\":{"
                         "\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[{\"of\":\"kw\",\"times\":\"0.75\"}]},\"rate\":[" TWO
                         "]}," DEMAND("")),
        MBILL_OK);
    ck_assert_int_eq(price(3 * MICRO, 4 * MICRO, 0), MBILL_OK);
    assert_tiers((int64_t[]){3 * MICRO, 1 * MICRO}, 2);
    ck_assert_int_eq(price(1 * MICRO, 1 * MICRO, 0), MBILL_OK); /* three quarters of the other's floor of 2 kW */
    assert_tiers((int64_t[]){1 * MICRO}, 1);
    ck_assert_int_eq(lines[0].tier, 1);
}
END_TEST

START_TEST(test_hours_of_a_fact)
{
    ck_assert_int_eq(load(ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"contract\",\"times\":\"1\",\"over\":\"3\"}]", TWO)),
        MBILL_OK);
    ck_assert_int_eq(price(1 * MICRO, 2 * MICRO, 4 * MICRO), MBILL_OK);
    assert_tiers((int64_t[]){1333333, 1666667}, 2);
}
END_TEST

START_TEST(test_tiers_are_cut_at_their_band)
{
    ck_assert_int_eq(load(ENERGY("\"bill\"",
                         "\"bounds\":[{\"of\":\"contract\",\"times\":\"2\"}],\"inside\":{\"bounds\":[[\"3\"],[]]}", THREE)),
        MBILL_OK);
    ck_assert_int_eq(price(3 * MICRO, 4 * MICRO, 2 * MICRO), MBILL_OK);
    assert_tiers((int64_t[]){3 * MICRO, 1 * MICRO, 3 * MICRO}, 3);
    ck_assert_int_eq(price(3 * MICRO, 4 * MICRO, 1 * MICRO), MBILL_OK); /* the band ends at 2 kWh: its second tier is empty */
    assert_tiers((int64_t[]){2 * MICRO, 5 * MICRO}, 2);
    ck_assert_int_eq(lines[1].tier, 3);
}
END_TEST

START_TEST(test_where_a_band_counts_from)
{
    const char *band = ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"4\"],[\"1\"]],\"counted_from\":\"band\"}", FOUR ",\"5\"");
    const char *ladder = ENERGY("\"bill\"", BANDS "{\"bounds\":[[],[\"14\"],[\"21\"]],\"counted_from\":\"ladder\"}",
        FOUR ",\"5\"");
    const char *const same[] = {band, ladder};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(load(same[i]), MBILL_OK);
        ck_assert_int_eq(price(10 * MICRO, 15 * MICRO, 0), MBILL_OK);
        assert_tiers((int64_t[]){10 * MICRO, 4 * MICRO, 6 * MICRO, 1 * MICRO, 4 * MICRO}, 5);
    }
}
END_TEST

START_TEST(test_hours_below_the_band_before)
{
    ck_assert_int_eq(load(ENERGY("\"bill\"", "\"bounds\":[\"5\",{\"of\":\"contract\",\"times\":\"1\"}]", THREE)), MBILL_OK);
    assert_refusal(&err, price(1 * MICRO, 2 * MICRO, 4 * MICRO), MBILL_E_RANGE, "tier 2");
    ck_assert_int_eq(price(1 * MICRO, 2 * MICRO, 5 * MICRO), MBILL_OK);
}
END_TEST

START_TEST(test_bound_that_does_not_fit)
{
    ck_assert_int_eq(load(ENERGY("\"bill\"", "\"bounds\":[{\"of\":\"contract\",\"times\":\"9000000000\"}]", TWO)), MBILL_OK);
    ck_assert_int_eq(price(1 * MICRO, 2 * MICRO, 9000 * MICRO), MBILL_E_OVERFLOW);
    ck_assert_int_eq(load(ENERGY("\"bill\"",
                         "\"bounds\":[\"9000000000000\"],\"inside\":{\"bounds\":[[],[\"9000000000000\"]],\"counted_from\":"
                         "\"band\"}",
                         THREE)),
        MBILL_OK);
    ck_assert_int_eq(price(1 * MICRO, 2 * MICRO, 1 * MICRO), MBILL_E_OVERFLOW);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hours");
    TCase *tests = tcase_create("hours");
    tcase_add_loop_test(tests, test_refused, 0, (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(tests, test_hours_of_a_later_charge);
    tcase_add_test(tests, test_a_share_of_another_peak);
    tcase_add_test(tests, test_hours_of_a_fact);
    tcase_add_test(tests, test_tiers_are_cut_at_their_band);
    tcase_add_test(tests, test_where_a_band_counts_from);
    tcase_add_test(tests, test_hours_below_the_band_before);
    tcase_add_test(tests, test_bound_that_does_not_fit);
    suite_add_tcase(suite, tests);
    int failed = check_run(suite, CK_FORK_GETENV);
    mbill_tariff_free(tariff);
    return failed;
}
