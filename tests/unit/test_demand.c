/* SPDX-License-Identifier: Apache-2.0 */
/* Charges on peaks: every refusal of the form with its place, and what readings come to. */
#include "check_run.h"
#include "meterbill/tariff.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)

#define PEAK "{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\"}"

#define MONTHLY "{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"month\""
#define AGREED(bands) ",\"contracted\":{\"of\":\"kw\",\"bands\":[" bands "]}}"
#define RATCHET(rest) MONTHLY ",\"ratchet\":{\"months\":" rest "}}"

static mbill_tariff *tariff;
static mbill_error err;

static mbill_status load(const char *quantity, const char *rest)
{
    char text[4096];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":"
        "\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"water\":{\"register\":"
        "\"water\",\"unit\":\"m3\"},\"area\":{\"fact\":\"area\",\"unit\":\"m2\"},\"kw\":{\"fact\":\"kw\",\"unit\":\"kW\"}},"
        "\"calendar\":{\"periods\":[{\"name\":\"noon\","
        "\"when\":[{\"at\":[\"12:00-12:45\"]}]},{\"name\":\"rest\",\"otherwise\":true}]},\"rounding\":{\"line\":\"none\","
        "\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"demand\",\"quantity\":%s%s}]}",
        quantity, rest);
    mbill_tariff_free(tariff);
    mbill_error_init(&err);
    return mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
}

typedef struct refusal {
    const char *quantity, *rest;
    mbill_status status;
    const char *path, *says;
} refusal;

static const refusal refusals[] = {
    {"{\"peak_of\":\"area\",\"interval\":\"30min\",\"over\":\"day\"}", ",\"rate\":\"1\"", MBILL_E_NOT_FOUND,
        "/charges/0/quantity/peak_of", "area"},
    {"{\"peak_of\":\"energy\",\"over\":\"day\"}", ",\"rate\":\"1\"", MBILL_E_AMBIGUOUS, "/charges/0/quantity", "\"interval\""},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\"}", ",\"rate\":\"1\"", MBILL_E_AMBIGUOUS, "/charges/0/quantity", "\"over\""},
    {"{\"peak_of\":\"energy\",\"interval\":\"7min\",\"over\":\"day\"}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/interval", "15min"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"year\"}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/over", "month"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"window\":\"dawn\"}", ",\"rate\":\"1\"", MBILL_E_NOT_FOUND,
        "/charges/0/quantity/window", "dawn"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"window\":[\"noon\",\"noon\"]}", ",\"rate\":\"1\"",
        MBILL_E_INVALID, "/charges/0/quantity/window/1", "twice"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"window\":[]}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/window", ""},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"bill\",\"top\":3}", ",\"rate\":\"1\"", MBILL_E_AMBIGUOUS,
        "/charges/0/quantity", "\"distinct\""},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"bill\",\"top\":32}", ",\"rate\":\"1\"", MBILL_E_RANGE,
        "/charges/0/quantity/top", "31"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"bill\",\"distinct\":\"day\"}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/distinct", "\"top\""},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"top\":2,\"distinct\":\"day\"}", ",\"rate\":\"1\"",
        MBILL_E_INVALID, "/charges/0/quantity", "longer span"},
    {MONTHLY ",\"at\":\"\"}", ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/at", "empty"},
    {"{\"of\":\"energy\",\"at\":\"peaks\"}", ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/at", "peak_of"},
    {"{\"of\":\"energy\",\"interval\":\"30min\"}", ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/interval", "peak_of"},
    {"{\"of\":\"energy\",\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\"}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity", "exactly one"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"free\":{\"quantity\":\"1\"}}", ",\"rate\":\"1\"",
        MBILL_E_INVALID, "/charges/0/quantity/free", "register"},
    {MONTHLY ",\"floor\":\"0\"}", ",\"rate\":\"1\"", MBILL_E_RANGE, "/charges/0/quantity/floor", "above 0"},
    {MONTHLY ",\"floor\":{\"product\":[\"energy\",\"area\"]}}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/floor/product", "register"},
    {"{\"of\":\"energy\",\"floor\":\"5\"}", ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/floor", "peak_of"},
    {"{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"bill\",\"ratchet\":{\"months\":11,\"percent\":\"80\"}}",
        ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/ratchet", "\"month\""},
    {MONTHLY ",\"ratchet\":{\"percent\":\"80\"}}", ",\"rate\":\"1\"", MBILL_E_MISSING_KEY, "/charges/0/quantity/ratchet/months",
        "months"},
    {MONTHLY ",\"ratchet\":{\"months\":11}}", ",\"rate\":\"1\"", MBILL_E_MISSING_KEY, "/charges/0/quantity/ratchet/percent",
        "percent"},
    {RATCHET("24,\"percent\":\"80\""), ",\"rate\":\"1\"", MBILL_E_RANGE, "/charges/0/quantity/ratchet/months", "23"},
    {RATCHET("11,\"percent\":\"101\""), ",\"rate\":\"1\"", MBILL_E_RANGE, "/charges/0/quantity/ratchet/percent", "100"},
    {RATCHET("11,\"percent\":{\"6\":\"80\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/ratchet/percent/6",
        "not a month"},
    {RATCHET("11,\"percent\":{\"11..13\":\"80\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/ratchet/percent/11..13", "not a month"},
    {RATCHET("11,\"percent\":{\"11..02\":\"80\",\"01\":\"7\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/ratchet/percent/01", "twice"},
    {RATCHET("11,\"percent\":{\"11..02\":\"80\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/ratchet/percent",
        "otherwise"},
    {RATCHET("11,\"percent\":\"80\",\"own\":{\"03..02\":\"80\",\"otherwise\":\"7\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/ratchet/own", "no month is left"},
    {RATCHET("11,\"percent\":\"80\",\"if_unknown\":\"-1\""), ",\"rate\":\"1\"", MBILL_E_RANGE,
        "/charges/0/quantity/ratchet/if_unknown", "negative"},
    {MONTHLY ",\"contracted\":\"kw\"}", ",\"rate\":\"1\"", MBILL_E_TYPE, "/charges/0/quantity/contracted", ""},
    {MONTHLY ",\"contracted\":{\"bands\":[{\"actual\":\"1\"}]}}", ",\"rate\":\"1\"", MBILL_E_MISSING_KEY,
        "/charges/0/quantity/contracted/of", "of"},
    {MONTHLY ",\"contracted\":{\"of\":\"kw\"}}", ",\"rate\":\"1\"", MBILL_E_MISSING_KEY, "/charges/0/quantity/contracted/bands",
        "bands"},
    {MONTHLY ",\"contracted\":{\"of\":\"energy\",\"bands\":[{\"actual\":\"1\"}]}}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/of", "register"},
    {MONTHLY ",\"contracted\":{\"of\":\"one\",\"bands\":[{\"actual\":\"1\"}]}}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/of", "a fact"},
    {MONTHLY ",\"contracted\":{\"of\":\"area\",\"bands\":[{\"actual\":\"1\"}]}}", ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/of", "in m2"},
    {MONTHLY AGREED(""), ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/contracted/bands", ""},
    {MONTHLY AGREED("{\"actual\":\"1\"},{\"actual\":\"2\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/bands/0", "exactly one"},
    {MONTHLY AGREED("{\"up_to\":\"1\",\"below\":\"1\",\"actual\":\"1\"},{\"actual\":\"2\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/bands/0", "exactly one"},
    {MONTHLY AGREED("{\"up_to\":\"1\",\"actual\":\"1\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/bands/0/up_to", "without an end"},
    {MONTHLY AGREED("{\"up_to\":\"0\",\"actual\":\"1\"},{\"actual\":\"2\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted/bands/0/up_to", "above 0"},
    {MONTHLY AGREED("{\"up_to\":\"1\",\"actual\":\"1\"},{\"below\":\"1\",\"actual\":\"2\"},{\"actual\":\"3\"}"),
        ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/contracted/bands/1/below", "one before"},
    {MONTHLY AGREED("{}"), ",\"rate\":\"1\"", MBILL_E_MISSING_KEY, "/charges/0/quantity/contracted/bands/0", "what is billed"},
    {MONTHLY AGREED("{\"up_to\":\"1.05\",\"contracted\":\"1\"},{\"contracted\":\"-1.1\",\"actual\":\"1\"}"), ",\"rate\":\"1\"",
        MBILL_E_RANGE, "/charges/0/quantity/contracted/bands/1", "less than nothing"},
    {MONTHLY AGREED("{\"up_to\":\"2\",\"contracted\":\"1\",\"actual\":\"-0.6\"},{\"actual\":\"1\"}"), ",\"rate\":\"1\"",
        MBILL_E_RANGE, "/charges/0/quantity/contracted/bands/0", "less than nothing"},
    {MONTHLY AGREED("{\"contracted\":\"9\",\"actual\":\"-0.1\"}"), ",\"rate\":\"1\"", MBILL_E_RANGE,
        "/charges/0/quantity/contracted/bands/0", "less than nothing"},
    {MONTHLY AGREED("{\"up_to\":\"1\",\"actual\":\"1\"},{\"up_to\":\"2\",\"actual\":\"1\"},{\"up_to\":\"3\",\"actual\":\"1\"},{"
                    "\"up_to\":\"4\",\"actual\":\"1\"},{\"up_to\":\"5\",\"actual\":\"1\"},{\"up_to\":\"6\",\"actual\":\"1\"},{"
                    "\"up_to\":\"7\",\"actual\":\"1\"},{\"up_to\":\"8\",\"actual\":\"1\"},{\"up_to\":\"9\",\"actual\":\"1\"},{"
                    "\"up_to\":\"10\",\"actual\":\"1\"},{\"up_to\":\"11\",\"actual\":\"1\"},{\"up_to\":\"12\",\"actual\":\"1\"},{"
                    "\"up_to\":\"13\",\"actual\":\"1\"},{\"up_to\":\"14\",\"actual\":\"1\"},{\"up_to\":\"15\",\"actual\":\"1\"},{"
                    "\"up_to\":\"16\",\"actual\":\"1\"},{\"actual\":\"1\"}"),
        ",\"rate\":\"1\"", MBILL_E_LIMIT, "/charges/0/quantity/contracted/bands", "17 bands"},
    {"{\"of\":\"energy\"" AGREED("{\"actual\":\"1\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0/quantity/contracted",
        "product of facts"},
    {"{\"product\":[\"kw\",\"days\"]" AGREED("{\"actual\":\"1\"}"), ",\"rate\":\"1\"", MBILL_E_INVALID,
        "/charges/0/quantity/contracted", "product of facts"},
    {PEAK, ",\"rate\":{\"noon\":\"1\",\"rest\":\"2\"}", MBILL_E_INVALID, "/charges/0/rate", "register"},
    {PEAK, ",\"rate\":\"1\",\"per\":\"month\"", MBILL_E_INVALID, "/charges/0/per", "peak"},
    {PEAK, ",\"rate\":\"1\",\"once_per\":\"month\"", MBILL_E_INVALID, "/charges/0/once_per", "peak"},
    {PEAK, ",\"rate\":\"1\",\"unit\":\"kWh\"", MBILL_E_INVALID, "/charges/0/unit", "kW"},
    {PEAK, ",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"5\"]}", MBILL_E_INVALID,
        "/charges/0/tiers/over", "same span"},
    {PEAK, ",\"rate\":{\"by_tier_of\":\"demand\",\"values\":[\"1\",\"2\"]}", MBILL_E_INVALID, "/charges/0/rate", "fixed amount"},
    {"\"one\"", ",\"rate\":\"1\"},{\"id\":\"least\",\"of\":[\"demand\"],\"at_least\":{\"quantity\":" PEAK ",\"rate\":\"1\"}",
        MBILL_E_INVALID, "/charges/1/at_least/quantity", "peak"},
};

START_TEST(test_refused)
{
    const refusal *r = &refusals[_i];
    mbill_status status = load(r->quantity, r->rest);
    ck_assert_msg(status == r->status, "%s: status %d, %s: %s", r->quantity, (int)status, err.path, err.message);
    ck_assert_str_eq(err.path, r->path);
    ck_assert_msg(strstr(err.message, r->says) != NULL, "\"%s\" does not say %s", err.message, r->says);
    ck_assert_ptr_null(tariff);
}
END_TEST

static mbill_interval readings[2 * 24 * 4];

/* Readings of a length over two days, of one micro-kWh more each. */
static size_t rising(int64_t step_s)
{
    size_t n = (size_t)(2 * DAY_S / step_s);
    for (size_t i = 0; i < n; i++)
        readings[i] = (mbill_interval){.start_utc_s = JANUARY + (int64_t)i * step_s,
            .end_utc_s = JANUARY + (int64_t)(i + 1) * step_s,
            .quantity_micro = (int64_t)i + 1};
    return n;
}

static mbill_line lines[8];
static size_t n_lines;

static mbill_instant_list instants;
static mbill_fact agreed;              /* of no name: not given */
static mbill_position *before, *after; /* NULL: none */

static mbill_status price(size_t n, int64_t from_utc_s, int64_t to_utc_s, uint32_t flags)
{
    mbill_input input = {.name = "import", .intervals = readings, .n_intervals = n};
    mbill_price_request request = {.struct_size = sizeof request,
        .flags = flags,
        .from_utc_s = from_utc_s,
        .to_utc_s = to_utc_s,
        .inputs = &input,
        .n_inputs = 1,
        .facts = &agreed,
        .n_facts = agreed.name != NULL ? 1 : 0,
        .instants = &instants,
        .n_instants = instants.name != NULL ? 1 : 0};
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error_init(&err);
    return mbill_tariff_price(tariff, &request, before, lines, 8, &n_lines, &bill, after, &err);
}

START_TEST(test_line_a_day)
{
    ck_assert_int_eq(load(PEAK, ",\"rate\":\"1\",\"unit\":\"kW\""), MBILL_OK);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_OK);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[0].quantity_micro, (95 + 96) * 2);
    ck_assert_int_eq(lines[1].quantity_micro, (191 + 192) * 2);
    ck_assert_int_eq(lines[1].from_utc_s, JANUARY + DAY_S);
    ck_assert_int_eq(lines[1].to_utc_s, JANUARY + 2 * DAY_S);
}
END_TEST

START_TEST(test_mean_is_rounded_once)
{
    ck_assert_int_eq(load("{\"peak_of\":\"energy\",\"interval\":\"15min\",\"over\":\"bill\",\"top\":3,\"distinct\":\"none\","
                          "\"round\":{\"step\":\"0.0001\",\"how\":\"up\"}}",
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 800); /* 4 x (190 + 191 + 192) / 3 = 764 */
}
END_TEST

START_TEST(test_water_has_a_peak_too)
{
    ck_assert_int_eq(load("{\"peak_of\":\"water\",\"interval\":\"60min\",\"over\":\"bill\"}",
                         ",\"rate\":\"1\",\"unit\":\"m3/h\""),
        MBILL_OK);
}
END_TEST

START_TEST(test_readings_refused)
{
    ck_assert_int_eq(load(PEAK, ",\"rate\":\"1\""), MBILL_OK);
    ck_assert_int_eq(price(rising(3600), JANUARY, JANUARY + DAY_S, 0), MBILL_E_BOUNDARY);
    ck_assert_ptr_nonnull(strstr(err.message, "finer readings"));
    ck_assert_int_eq(price(rising(900), JANUARY + 900, JANUARY + DAY_S, 0), MBILL_E_BOUNDARY);
    ck_assert_ptr_nonnull(strstr(err.message, "begins or ends inside"));
    ck_assert_int_eq(price(1, JANUARY, JANUARY + DAY_S, 0), MBILL_E_GAP);
    ck_assert_int_eq(price(1, JANUARY, JANUARY + DAY_S, MBILL_PRICE_ALLOW_GAPS), MBILL_OK);
    ck_assert_uint_ne(lines[0].flags & MBILL_LINE_INCOMPLETE, 0);
}
END_TEST

START_TEST(test_estimated_shows)
{
    ck_assert_int_eq(load(PEAK, ",\"rate\":\"1\""), MBILL_OK);
    size_t n = rising(1800);
    readings[3].flags = MBILL_READING_ESTIMATED;
    ck_assert_int_eq(price(n, JANUARY, JANUARY + DAY_S, 0), MBILL_OK);
    ck_assert_uint_ne(lines[0].flags & MBILL_LINE_ESTIMATED, 0);
}
END_TEST

START_TEST(test_window)
{
    ck_assert_int_eq(load("{\"peak_of\":\"energy\",\"interval\":\"15min\",\"over\":\"day\",\"window\":\"noon\"}",
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + DAY_S, 0), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 51 * 4);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + HOUR_S, 0), MBILL_OK);
    ck_assert_uint_eq(n_lines, 1);
    ck_assert_int_eq(lines[0].quantity_micro, 0);
    ck_assert_int_eq(load("{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"window\":\"noon\"}",
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + DAY_S, 0), MBILL_E_BOUNDARY);
    ck_assert_ptr_nonnull(strstr(err.message, "ends inside an interval"));
}
END_TEST

/* Two days whose highest half-hours have 1 and 2 kW, against what is agreed. */
static mbill_status price_agreed(int64_t agreed_micro)
{
    size_t n = rising(1800);
    for (size_t i = 0; i < n; i++) readings[i].quantity_micro = 0;
    readings[7].quantity_micro = 500000;
    readings[48 + 9].quantity_micro = 1000000;
    agreed = (mbill_fact){.name = "kw", .value_micro = agreed_micro};
    mbill_status status = price(n, JANUARY, JANUARY + 2 * DAY_S, 0);
    agreed.name = NULL;
    return status;
}

#define DAILY "{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\""
#define DOUBLE                                                                                                                   \
    AGREED("{\"below\":\"0.5\",\"contracted\":\"0.5\"},{\"up_to\":\"1\",\"actual\":\"1\"},{\"contracted\":\"-1\",\"actual\":"    \
           "\"3\"}")

START_TEST(test_contracted)
{
    ck_assert_int_eq(load(DAILY DOUBLE, ",\"rate\":\"1\""), MBILL_OK);
    ck_assert_int_eq(price_agreed(2000000), MBILL_OK); /* both on a bound: half of it is measured, and so is all of it */
    ck_assert_int_eq(lines[0].quantity_micro, 1000000);
    ck_assert_int_eq(lines[1].quantity_micro, 2000000);
    ck_assert_int_eq(price_agreed(2000002), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 1000001);
    ck_assert_int_eq(price_agreed(1999999), MBILL_OK);
    ck_assert_int_eq(lines[1].quantity_micro, 4000001);
}
END_TEST

START_TEST(test_contracted_is_rounded_once)
{
    ck_assert_int_eq(load(DAILY
                         ",\"round\":{\"step\":\"0.01\",\"how\":\"up\"}" AGREED("{\"contracted\":\"0.0001\",\"actual\":\"1\"}"),
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price_agreed(1000000), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 1010000);
}
END_TEST

START_TEST(test_contracted_refused)
{
    ck_assert_int_eq(load(DAILY DOUBLE, ",\"rate\":\"1\""), MBILL_OK);
    ck_assert_int_eq(price_agreed(-1), MBILL_E_RANGE);
    ck_assert_ptr_nonnull(strstr(err.message, "not below 0"));
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + DAY_S, 0), MBILL_E_NOT_KNOWN);
    ck_assert_int_eq(load(DAILY AGREED("{\"contracted\":\"9000000000\",\"actual\":\"1\"}"), ",\"rate\":\"1\""), MBILL_OK);
    ck_assert_int_eq(price_agreed(INT64_MAX), MBILL_E_OVERFLOW);
}
END_TEST

START_TEST(test_floor_comes_after_the_contract)
{
    ck_assert_int_eq(load(DAILY ",\"floor\":\"1.5\"" AGREED("{\"up_to\":\"1\",\"actual\":\"1\"},{\"actual\":\"2\"}"),
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price_agreed(1000000), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 1500000);
    ck_assert_int_eq(lines[1].quantity_micro, 4000000);
}
END_TEST

START_TEST(test_too_few_days)
{
    ck_assert_int_eq(load("{\"peak_of\":\"energy\",\"interval\":\"15min\",\"over\":\"bill\",\"top\":3,\"distinct\":\"day\"}",
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price(rising(900), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "only 2"));
}
END_TEST

START_TEST(test_sum_that_does_not_fit)
{
    ck_assert_int_eq(load(PEAK, ",\"rate\":\"1\""), MBILL_OK);
    size_t n = rising(900);
    readings[0].quantity_micro = readings[1].quantity_micro = INT64_MAX;
    ck_assert_int_eq(price(n, JANUARY, JANUARY + DAY_S, 0), MBILL_E_OVERFLOW);
    readings[1].quantity_micro = 0;
    ck_assert_int_eq(price(n, JANUARY, JANUARY + DAY_S, 0), MBILL_E_OVERFLOW);
}
END_TEST

START_TEST(test_at_instants)
{
    int64_t at[] = {JANUARY + 1800, JANUARY + 5399, JANUARY + DAY_S};
    ck_assert_int_eq(load("{\"peak_of\":\"energy\",\"interval\":\"30min\",\"over\":\"day\",\"at\":\"network\"}",
                         ",\"rate\":\"1\""),
        MBILL_OK);
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "network"));
    instants = (mbill_instant_list){"network", at, 3};
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_OK);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[0].quantity_micro, 3 * 2); /* the third half hour */
    ck_assert_int_eq(lines[1].quantity_micro, 49 * 2);
    ck_assert_int_eq(price(96, JANUARY + DAY_S + HOUR_S, JANUARY + 2 * DAY_S, 0), MBILL_OK);
    ck_assert_uint_eq(n_lines, 1);
    ck_assert_int_eq(lines[0].quantity_micro, 0);
    at[2] = at[1];
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + 2 * DAY_S, 0), MBILL_E_ORDER);
    instants = (mbill_instant_list){NULL, NULL, 0};
}
END_TEST

/* The position with these entries of "peaks" becomes the one before. */
static mbill_status begin(const char *peaks)
{
    char text[1024];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"billed_to\":null,\"ladders\":[],\"peaks\":[%s]}", peaks);
    mbill_error_init(&err);
    return mbill_position_read(tariff, text, strlen(text), before, &err);
}

static void make_positions(void)
{
    before = malloc(mbill_position_size(tariff));
    after = malloc(mbill_position_size(tariff));
    ck_assert(before != NULL && after != NULL);
    mbill_position_init(tariff, before);
}

static void drop_positions(void)
{
    free(before);
    free(after);
    before = after = NULL;
}

static const refusal bad_peaks[] = {
    {"{\"charge\":\"other\",\"from\":\"2025-12-01\",\"peak\":\"1\"}", "", MBILL_E_POSITION, "/peaks/0/charge", "earlier peaks"},
    {"{\"charge\":\"demand\",\"from\":\"2025-12-02\",\"peak\":\"1\"}", "", MBILL_E_POSITION, "/peaks/0/from", "2025-12-02"},
    {"{\"charge\":\"demand\",\"from\":\"2025-12-01\",\"peak\":\"-1\"}", "", MBILL_E_RANGE, "/peaks/0/peak", "negative"},
    {"{\"charge\":\"demand\",\"from\":\"2025-12-01\"}", "", MBILL_E_MISSING_KEY, "/peaks/0/peak", "peak"},
    {"{\"charge\":\"demand\",\"from\":\"2025-12-01\",\"peak\":\"1\"},{\"charge\":\"demand\",\"from\":\"2025-12-01\",\"peak\":"
     "\"1\"}",
        "", MBILL_E_INVALID, "/peaks/1", "twice"},
};

START_TEST(test_position_refused)
{
    const refusal *r = &bad_peaks[_i];
    ck_assert_int_eq(load(RATCHET("2,\"percent\":\"80\""), ",\"rate\":\"1\""), MBILL_OK);
    make_positions();
    ck_assert_int_eq(begin(r->quantity), r->status);
    ck_assert_str_eq(err.path, r->path);
    ck_assert_ptr_nonnull(strstr(err.message, r->says));
    drop_positions();
}
END_TEST

START_TEST(test_ratchet)
{
    ck_assert_int_eq(load(RATCHET("2,\"percent\":{\"11\":\"0\",\"otherwise\":\"80\"}"), ",\"rate\":\"1\""), MBILL_OK);
    make_positions();
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + DAY_S, 0), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "2025-12"));
    ck_assert_int_eq(begin("{\"charge\":\"demand\",\"from\":\"2026-02-01\",\"peak\":\"1\"}"), MBILL_OK);
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + DAY_S, 0), MBILL_E_POSITION);
    ck_assert_int_eq(begin("{\"charge\":\"demand\",\"from\":\"2025-12-01\",\"peak\":\"0.001\"},"
                           "{\"charge\":\"demand\",\"from\":\"2025-09-01\",\"peak\":\"9\"}"),
        MBILL_OK);
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + DAY_S, 0), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 800);
    drop_positions();
}
END_TEST

/* Two bills in one month: each its own peak, and the position keeps the higher. */
START_TEST(test_peak_of_the_month_is_kept)
{
    char text[1024];
    size_t room = sizeof text;
    ck_assert_int_eq(load(RATCHET("1,\"percent\":\"80\",\"if_unknown\":\"0\""), ",\"rate\":\"1\""), MBILL_OK);
    make_positions();
    ck_assert_int_eq(price(rising(1800), JANUARY, JANUARY + DAY_S, 0), MBILL_OK);
    mbill_position *first = before;
    before = after;
    after = first;
    for (size_t i = rising(1800); i-- > 0;) readings[i].quantity_micro = 1;
    ck_assert_int_eq(price(96, JANUARY + DAY_S, JANUARY + 2 * DAY_S, 0), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro, 2);
    ck_assert_int_eq(mbill_position_write(tariff, after, text, &room, &err), MBILL_OK);
    ck_assert_msg(strstr(text, "\"peaks\":[{\"charge\":\"demand\",\"from\":\"2026-01-01\",\"peak\":\"0.000096\"}]") != NULL, "%s",
        text);
    drop_positions();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("demand");
    TCase *tests = tcase_create("demand");
    tcase_add_loop_test(tests, test_refused, 0, (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_loop_test(tests, test_position_refused, 0, (int)(sizeof bad_peaks / sizeof bad_peaks[0]));
    tcase_add_test(tests, test_contracted);
    tcase_add_test(tests, test_contracted_is_rounded_once);
    tcase_add_test(tests, test_contracted_refused);
    tcase_add_test(tests, test_floor_comes_after_the_contract);
    tcase_add_test(tests, test_ratchet);
    tcase_add_test(tests, test_at_instants);
    tcase_add_test(tests, test_peak_of_the_month_is_kept);
    tcase_add_test(tests, test_line_a_day);
    tcase_add_test(tests, test_mean_is_rounded_once);
    tcase_add_test(tests, test_water_has_a_peak_too);
    tcase_add_test(tests, test_readings_refused);
    tcase_add_test(tests, test_estimated_shows);
    tcase_add_test(tests, test_window);
    tcase_add_test(tests, test_too_few_days);
    tcase_add_test(tests, test_sum_that_does_not_fit);
    suite_add_tcase(suite, tests);
    int failed = check_run(suite, CK_FORK_GETENV);
    mbill_tariff_free(tariff);
    return failed;
}
