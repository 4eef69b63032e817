/* SPDX-License-Identifier: Apache-2.0 */
/* A base and what tiers add to it: folded into one rate a tier, or on lines of their own, and what is neither is refused. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 100
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define FEBRUARY (JANUARY + 31 * INT64_C(86400))

static mbill_line lines[CAP];
static size_t n_lines;
static mbill_bill bill;
static mbill_error err;

/* Two seasons and two periods. */
static const char cut[] =
    "\"calendar\":{\"seasons\":[{\"name\":\"warm\",\"from\":\"06-01\",\"to\":\"10-01\"},{\"name\":\"cold\",\"otherwise\":"
    "true}],"
    "\"periods\":[{\"name\":\"peak\",\"when\":[{\"at\":[\"08:00-20:00\"]}]},{\"name\":\"valley\",\"otherwise\":true}]},";
static const char *calendar = cut;

static mbill_tariff *read(const char *tiers, const char *rate, mbill_status *out_status)
{
    char text[2048];
    mbill_tariff *tariff = NULL;
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\","
        "\"valid\":{\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"
        "%s"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
        "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\"%s,\"rate\":%s}]}",
        calendar, tiers, rate);
    mbill_error_init(&err);
    *out_status = mbill_tariff_read(text, (size_t)len, NULL, &tariff, &err);
    return tariff;
}

#define TWO ",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"100\"],\"across\":\"periods\"}"
#define TWO_SPLIT                                                                                                                \
    ",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"100\"],\"across\":\"periods\",\"split\":"                 \
    "\"proportional\"}"
#define PACKS ",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"100\"],\"pack\":[\"1\",\"1\"]}"

/* Peak and valley as given; they are one total when the valley is below 0. */
static void price(const char *tiers, const char *rate, int64_t peak_micro, int64_t valley_micro)
{
    mbill_status status;
    mbill_tariff *tariff = read(tiers, rate, &status);
    ck_assert_msg(status == MBILL_OK, "%s: %s", err.path, err.message);
    mbill_position *position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    const mbill_input inputs[] = {{.name = "import", .period = "peak", .total_micro = peak_micro},
        {.name = "import", .period = "valley", .total_micro = valley_micro}};
    const mbill_input one = {.name = "import", .total_micro = peak_micro};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = FEBRUARY,
        .inputs = valley_micro < 0 ? &one : inputs,
        .n_inputs = valley_micro < 0 ? 1 : 2};
    bill = (mbill_bill){.struct_size = sizeof bill};
    status = mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK, "%s", err.message);
    free(position);
    mbill_tariff_free(tariff);
}

static void expect_line(size_t at, int32_t period, int32_t tier, int64_t quantity, int64_t rate_nano)
{
    ck_assert_uint_lt(at, n_lines);
    ck_assert_int_eq(lines[at].period, period);
    ck_assert_int_eq(lines[at].tier, tier);
    ck_assert_int_eq(lines[at].quantity_micro, quantity * MICRO);
    ck_assert_int_eq(lines[at].rate_nano, rate_nano);
}

START_TEST(adds_stand_beside_the_base)
{
    price(TWO, "{\"base\":\"0.5\",\"add\":[\"0.01\",\"0.2\"],\"adds\":\"own_lines\"}", 90 * MICRO, 60 * MICRO);
    ck_assert_uint_eq(n_lines, 3);
    expect_line(0, -1, 0, 150, 500000000);
    expect_line(1, -1, 1, 100, 10000000);
    expect_line(2, -1, 2, 50, 200000000);
}
END_TEST

START_TEST(a_base_by_period_needs_no_split)
{
    price(TWO, "{\"base\":{\"peak\":\"0.5\",\"valley\":\"0.3\"},\"add\":[\"0\",\"0.2\"],\"adds\":\"own_lines\"}", 90 * MICRO,
        60 * MICRO);
    ck_assert_uint_eq(n_lines, 3);
    expect_line(0, 0, 0, 90, 500000000);
    expect_line(1, 1, 0, 60, 300000000);
    expect_line(2, -1, 2, 50, 200000000);
}
END_TEST

START_TEST(adds_by_period_are_split)
{
    price(TWO_SPLIT,
        "{\"base\":\"0.5\",\"times\":\"2\",\"add\":[\"0\",{\"peak\":\"0.2\",\"valley\":\"0.1\"}],\"adds\":\"own_lines\"}",
        120 * MICRO, 80 * MICRO);
    ck_assert_uint_eq(n_lines, 3);
    expect_line(0, -1, 0, 200, 1000000000);
    expect_line(1, 0, 2, 60, 200000000);
    expect_line(2, 1, 2, 40, 100000000);
}
END_TEST

/* A list is by period as soon as one of its rows is. */
START_TEST(folded_adds_may_be_by_period_in_one_tier)
{
    price(TWO_SPLIT, "{\"base\":\"0.5\",\"add\":[\"0\",{\"peak\":\"0.2\",\"valley\":\"0.1\"}],\"adds\":\"folded\"}", 120 * MICRO,
        80 * MICRO);
    ck_assert_uint_eq(n_lines, 4);
    expect_line(0, 0, 1, 60, 500000000);
    expect_line(1, 0, 2, 60, 700000000);
    expect_line(3, 1, 2, 40, 600000000);
}
END_TEST

START_TEST(a_total_has_one_price_in_all_periods)
{
    price(TWO, "{\"base\":{\"peak\":\"0.5\",\"valley\":\"0.5\"},\"add\":[\"0\",\"0.2\"],\"adds\":\"own_lines\"}", 150 * MICRO,
        -1);
    ck_assert_uint_eq(n_lines, 2);
    expect_line(0, -1, 0, 150, 500000000);
    expect_line(1, -1, 2, 50, 200000000);
    price(TWO, "{\"base\":\"0.5\",\"add\":[\"0\",\"0.2\"],\"adds\":\"own_lines\"}", 0, -1);
    ck_assert_uint_eq(n_lines, 1);
    expect_line(0, -1, 0, 0, 500000000);
}
END_TEST

START_TEST(a_total_cannot_be_at_two_bases)
{
    mbill_status status;
    mbill_tariff *tariff = read(TWO,
        "{\"base\":{\"peak\":\"0.5\",\"valley\":\"0.3\"},\"add\":[\"0\",\"0.2\"],\"adds\":\"own_lines\"}", &status);
    ck_assert_int_eq(status, MBILL_OK);
    mbill_position *position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    const mbill_input one = {.name = "import", .total_micro = MICRO};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = FEBRUARY,
        .inputs = &one,
        .n_inputs = 1};
    bill = (mbill_bill){.struct_size = sizeof bill};
    status = mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, &err);
    assert_refusal(&err, status, MBILL_E_NOT_KNOWN, "differs by period");
    free(position);
    mbill_tariff_free(tariff);
}
END_TEST

static void expect_refused(const char *tiers, const char *rate, mbill_status expected, const char *path, const char *part)
{
    mbill_status status;
    mbill_tariff *tariff = read(tiers, rate, &status);
    ck_assert_msg(tariff == NULL, "%s is taken", rate);
    assert_refusal_path(&err, status, expected, path, part);
}

START_TEST(what_is_neither_is_refused)
{
    static const struct {
        const char *tiers, *rate;
        mbill_status status;
        const char *path, *part;
    } cases[] = {
        {TWO, "{\"base\":\"1\",\"add\":[\"0\",\"1\"]}", MBILL_E_AMBIGUOUS, "/charges/0/rate", "\"adds\""},
        {TWO, "{\"base\":\"1\",\"add\":[\"0\",\"1\"],\"adds\":\"both\"}", MBILL_E_INVALID, "/charges/0/rate/adds", "own_lines"},
        {TWO, "{\"base\":\"1\",\"add\":\"1\",\"adds\":\"folded\"}", MBILL_E_INVALID, "/charges/0/rate/adds", "one a tier"},
        {"", "{\"base\":\"1\",\"add\":\"1\",\"adds\":\"own_lines\"}", MBILL_E_INVALID, "/charges/0/rate/adds", "one a tier"},
        {TWO, "{\"base\":\"1\",\"times\":[\"1\",\"2\"],\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"}", MBILL_E_INVALID,
            "/charges/0/rate/adds", "times"},
        {TWO_SPLIT, "{\"base\":{\"peak\":\"1\",\"valley\":\"2\"},\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"}", MBILL_E_INVALID,
            "/charges/0/rate", "split"},
        {TWO, "{\"base\":\"1\",\"add\":[\"0\",{\"peak\":\"1\",\"valley\":\"2\"}],\"adds\":\"own_lines\"}", MBILL_E_AMBIGUOUS,
            "/charges/0/rate", "split"},
        {TWO, "{\"base\":\"0.123456789\",\"times\":\"0.1\",\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"}", MBILL_E_AMBIGUOUS,
            "/charges/0/rate", "round"},
        {TWO,
            "{\"warm\":{\"base\":\"1\",\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"},\"cold\":{\"base\":\"1\",\"add\":[\"0\","
            "\"1\"],"
            "\"adds\":\"folded\"}}",
            MBILL_E_INVALID, "/charges/0/rate/cold", "first season"},
        {TWO,
            "{\"warm\":{\"base\":\"1\",\"add\":[\"0\",\"1\"],\"adds\":\"folded\"},\"cold\":{\"base\":\"1\",\"add\":[\"0\",\"1\"],"
            "\"adds\":\"own_lines\"}}",
            MBILL_E_INVALID, "/charges/0/rate/cold", "first season"},
        {TWO, "{\"warm\":{\"base\":\"1\",\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"},\"cold\":[\"1\",\"2\"]}", MBILL_E_INVALID,
            "/charges/0/rate/cold", "first season"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused(cases[i].tiers, cases[i].rate, cases[i].status, cases[i].path, cases[i].part);
    calendar = "";
    expect_refused(PACKS, "{\"base\":\"1\",\"add\":[\"0\",\"1\"],\"adds\":\"own_lines\"}", MBILL_E_INVALID,
        "/charges/0/rate/adds", "packs");
    calendar = cut;
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("adds");
    TCase *tests = tcase_create("adds");
    tcase_add_test(tests, adds_stand_beside_the_base);
    tcase_add_test(tests, a_base_by_period_needs_no_split);
    tcase_add_test(tests, adds_by_period_are_split);
    tcase_add_test(tests, folded_adds_may_be_by_period_in_one_tier);
    tcase_add_test(tests, a_total_has_one_price_in_all_periods);
    tcase_add_test(tests, a_total_cannot_be_at_two_bases);
    tcase_add_test(tests, what_is_neither_is_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
