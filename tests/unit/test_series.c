/* SPDX-License-Identifier: Apache-2.0 */
/* Charges on price series: every refusal with its place, runs of equal price, prices below 0, both days of a clock change, bulk. */
#include "check_run.h"
#include "meterbill/bulk.h"
#include "meterbill/buy.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)
#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define LINES_MAX 128

#define SPOT "\"spot\":{\"step\":\"60min\",\"unit\":\"kWh\"}"
#define PLAIN "\"rate\":{\"series\":\"spot\"}"

static mbill_tariff *tariff;
static mbill_error err;

static mbill_status load_in(const char *zone, const char *series, const char *quantity, const char *rest)
{
    char text[4096];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"%s\",\"valid\":{\"from\":"
        "\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"long\":{\"register\":"
        "\"long\",\"unit\":\"kWh\",\"across_boundary\":\"prorate\"},\"area\":{\"fact\":\"area\",\"unit\":\"m2\"},\"sum\":"
        "{\"plus\":[\"energy\",\"long\"],\"per\":\"bill\",\"unit\":\"kWh\"}},"
        "\"calendar\":{\"periods\":[{\"name\":\"noon\",\"when\":[{\"at\":[\"12:00-12:45\"]}]},{\"name\":\"rest\",\"otherwise\":"
        "true}]},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"series\":{%s},"
        "\"charges\":[{\"id\":\"energy\",\"quantity\":%s,%s}]}",
        zone, series, quantity, rest);
    mbill_tariff_free(tariff);
    mbill_error_init(&err);
    return mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
}

static mbill_status load(const char *quantity, const char *rest)
{
    return load_in("UTC0", SPOT, quantity, rest);
}

/* ---- form ---- */

typedef struct refusal {
    const char *series, *quantity, *rest;
    mbill_status status;
    const char *path, *says;
} refusal;

static const refusal refusals[] = {
    {"\"spot\":7", "\"energy\"", PLAIN, MBILL_E_TYPE, "/series/spot", ""},
    {"\"spot\":{\"unit\":\"kWh\"}", "\"energy\"", PLAIN, MBILL_E_MISSING_KEY, "/series/spot/step", "missing"},
    {"\"spot\":{\"step\":\"60min\"}", "\"energy\"", PLAIN, MBILL_E_MISSING_KEY, "/series/spot/unit", "missing"},
    {"\"spot\":{\"step\":\"45min\",\"unit\":\"kWh\"}", "\"energy\"", PLAIN, MBILL_E_INVALID, "/series/spot/step", "15min"},
    {"\"spot\":{\"step\":\"60min\",\"unit\":\"kWh\",\"x\":1}", "\"energy\"", PLAIN, MBILL_E_UNKNOWN_KEY, "/series/spot/x", "x"},
    {"\"a b\":{\"step\":\"60min\",\"unit\":\"kWh\"}", "\"energy\"", PLAIN, MBILL_E_INVALID, "/series/a b", ""},
    {"\"spot\":{\"step\":\"60min\",\"unit\":\"MWh\"}", "\"energy\"", PLAIN, MBILL_E_INVALID, "/charges/0/rate", "MWh"},
    {SPOT ",\"other\":{\"step\":\"15min\",\"unit\":\"kWh\"}", "\"energy\"", PLAIN, MBILL_E_INVALID, "/series/other", "other"},
    {SPOT, "\"energy\"", "\"rate\":{\"series\":\"stop\"}", MBILL_E_NOT_FOUND, "/charges/0/rate/series", "stop"},
    {SPOT, "\"energy\"", "\"rate\":{\"series\":\"spot\",\"add\":\"1\"}", MBILL_E_UNKNOWN_KEY, "/charges/0/rate/add", "add"},
    {SPOT, "\"energy\"", "\"rate\":{\"series\":\"spot\",\"times\":\"0\"}", MBILL_E_INVALID, "/charges/0/rate/times", "no times"},
    {SPOT, "\"energy\"", "\"rate\":{\"series\":\"spot\",\"plus\":\"x\"}", MBILL_E_NUMBER, "/charges/0/rate/plus", "x"},
    {SPOT, "\"energy\"", "\"rate\":{\"series\":\"spot\",\"round\":{\"step\":\"0\",\"how\":\"up\"}}", MBILL_E_RANGE,
        "/charges/0/rate/round/step", "step"},
    {SPOT, "\"area\"", PLAIN, MBILL_E_INVALID, "/charges/0/rate", "register"},
    {SPOT, "\"one\"", PLAIN, MBILL_E_INVALID, "/charges/0/rate", "register"},
    {SPOT, "\"sum\"", PLAIN, MBILL_E_INVALID, "/charges/0/rate", "\"interval\""},
    {SPOT, "{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\"}", PLAIN, MBILL_E_INVALID, "/charges/0/rate",
        "register"},
    {SPOT, "{\"of\":\"energy\",\"free\":{\"quantity\":\"5\"}}", PLAIN, MBILL_E_AMBIGUOUS, "/charges/0/rate", "\"free\""},
    {SPOT, "{\"of\":\"energy\",\"round\":{\"step\":\"1\",\"how\":\"up\"}}", PLAIN, MBILL_E_AMBIGUOUS, "/charges/0/rate",
        "\"round\""},
    {SPOT, "\"energy\"", PLAIN ",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\",\"bounds\":[\"5\"]}",
        MBILL_E_INVALID, "/charges/0/rate", "tiers"},
    {SPOT, "\"energy\"",
        "\"rate\":[\"1\",{\"series\":\"spot\"}],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\","
        "\"bounds\":[\"5\"]}",
        MBILL_E_INVALID, "/charges/0/rate/1", "whole charge"},
    {SPOT, "\"energy\"", "\"rate\":{\"noon\":{\"series\":\"spot\"},\"rest\":\"1\"}", MBILL_E_INVALID, "/charges/0/rate/noon",
        "whole charge"},
    {SPOT, "\"energy\"", PLAIN ",\"per\":\"month\"", MBILL_E_INVALID, "/charges/0/per", "register"},
    {SPOT, "\"energy\"", PLAIN ",\"credit\":{\"until\":\"01-01\",\"then\":\"lost\"}", MBILL_E_INVALID, "/charges/0/credit",
        "rate"},
};

START_TEST(test_refused)
{
    const refusal *r = &refusals[_i];
    mbill_status status = load_in("UTC0", r->series, r->quantity, r->rest);
    ck_assert_msg(status == r->status, "%d: status %d, %s: %s", _i, (int)status, err.path, err.message);
    ck_assert_str_eq(err.path, r->path);
    ck_assert_msg(strstr(err.message, r->says) != NULL, "\"%s\" does not say %s", err.message, r->says);
    ck_assert_ptr_null(tariff);
}
END_TEST

START_TEST(test_series_are_an_object_of_few)
{
    static const char head[] = "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":"
                               "{\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":"
                               "\"kWh\"}},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},%s\"charges\":[{"
                               "\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":{\"series\":\"s1\"}}],\"series\":";
    char text[4096];
    size_t len = (size_t)snprintf(text, sizeof text, head, "\"buy\":{\"step\":\"1\",\"how\":\"down\"},");
    (void)snprintf(text + len, sizeof text - len, "{\"s1\":{\"step\":\"60min\",\"unit\":\"kWh\"}}}");
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), MBILL_E_INVALID);
    ck_assert_msg(strstr(err.message, "\"buy\"") != NULL, "%s: %s", err.path, err.message);
    len = (size_t)snprintf(text, sizeof text, head, "");
    (void)snprintf(text + len, sizeof text - len, "[]}");
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), MBILL_E_TYPE);
    len += (size_t)snprintf(text + len, sizeof text - len, "{");
    for (int i = 0; i < 33; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\"s%d\":{\"step\":\"60min\",\"unit\":\"kWh\"}",
            i == 0 ? "" : ",", i);
    (void)snprintf(text + len, sizeof text - len, "}}");
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), MBILL_E_LIMIT);
}
END_TEST

/* ---- pricing ---- */

static mbill_interval readings[LINES_MAX];
static int64_t prices[LINES_MAX];
static mbill_price_series given;
static mbill_line lines[LINES_MAX];
static size_t n_lines;
static mbill_bill bill;

static mbill_price_request request_of(const mbill_input *input, int64_t from_utc_s, int64_t to_utc_s)
{
    return (mbill_price_request){.struct_size = sizeof(mbill_price_request),
        .from_utc_s = from_utc_s,
        .to_utc_s = to_utc_s,
        .inputs = input,
        .n_inputs = input == NULL ? 0 : 1,
        .series = &given,
        .n_series = given.name == NULL ? 0 : 1};
}

static mbill_status price_request(const mbill_price_request *request)
{
    size_t most;
    mbill_error_init(&err);
    bill = (mbill_bill){.struct_size = sizeof bill};
    mbill_status status = mbill_tariff_price(tariff, request, NULL, lines, LINES_MAX, &n_lines, &bill, NULL, &err);
    if (status != MBILL_OK) return status;
    ck_assert_int_eq(mbill_tariff_lines_max(tariff, request->from_utc_s, request->to_utc_s, &most, &err), MBILL_OK);
    ck_assert_uint_le(n_lines, most);
    ck_assert_int_eq(mbill_bill_check(&bill, lines, n_lines, &err), MBILL_OK);
    return MBILL_OK;
}

/* n readings of one unit each from a start on, and a price for each hour of the 24 from January on. */
static mbill_status price(const char *name, int64_t step_s, size_t n, int64_t to_utc_s)
{
    for (size_t i = 0; i < n; i++)
        readings[i] = (mbill_interval){.start_utc_s = JANUARY + (int64_t)i * step_s,
            .end_utc_s = JANUARY + (int64_t)(i + 1) * step_s,
            .quantity_micro = MICRO};
    mbill_input input = {.name = name, .intervals = readings, .n_intervals = n};
    mbill_price_request request = request_of(&input, JANUARY, to_utc_s);
    return price_request(&request);
}

static void hourly(int64_t price_nano)
{
    for (size_t i = 0; i < LINES_MAX; i++) prices[i] = price_nano;
    given = (mbill_price_series){"spot", JANUARY, HOUR_S, prices, 24};
}

START_TEST(test_runs_of_equal_price)
{
    ck_assert_int_eq(load("\"energy\"", "\"rate\":{\"series\":\"spot\",\"times\":\"1.5\",\"plus\":\"0.021\"}"), MBILL_OK);
    hourly(NANO / 10);
    prices[2] = -NANO;
    ck_assert_int_eq(price("import", 1800, 12, JANUARY + 6 * HOUR_S), MBILL_OK);
    ck_assert_uint_eq(n_lines, 3);
    ck_assert_int_eq(lines[0].rule, MBILL_LINE_SERIES);
    ck_assert_int_eq(lines[0].quantity_micro, 4 * MICRO);
    ck_assert_int_eq(lines[0].rate_nano, 171000000);
    ck_assert_int_eq(lines[0].to_utc_s, JANUARY + 2 * HOUR_S);
    ck_assert_int_eq(lines[1].rate_nano, -1479000000);
    ck_assert_int_eq(lines[1].amount_micro, -2958000);
    ck_assert_int_eq(lines[1].from_utc_s, JANUARY + 2 * HOUR_S);
    ck_assert_int_eq(lines[2].quantity_micro, 6 * MICRO);
    ck_assert_int_eq(bill.total_micro, 684000 - 2958000 + 1026000);
}
END_TEST

START_TEST(test_nothing_used)
{
    ck_assert_int_eq(load("\"energy\"", PLAIN), MBILL_OK);
    hourly(NANO);
    prices[1] = MBILL_PRICE_MISSING;
    for (size_t i = 0; i < 3; i++)
        readings[i] = (mbill_interval){JANUARY + (int64_t)i * HOUR_S, JANUARY + (int64_t)(i + 1) * HOUR_S, i == 1 ? 0 : MICRO, 0,
            0};
    mbill_input input = {.name = "import", .intervals = readings, .n_intervals = 3};
    mbill_price_request request = request_of(&input, JANUARY, JANUARY + 3 * HOUR_S);
    ck_assert_int_eq(price_request(&request), MBILL_OK);
    ck_assert_uint_eq(n_lines, 2); /* equal prices, but not one after the other */
    request = request_of(&input, JANUARY + HOUR_S, JANUARY + 2 * HOUR_S);
    ck_assert_int_eq(price_request(&request), MBILL_OK);
    ck_assert_uint_eq(n_lines, 0);
    ck_assert_int_eq(bill.total_micro, 0);
}
END_TEST

START_TEST(test_missing_prices)
{
    ck_assert_int_eq(load("\"energy\"", PLAIN), MBILL_OK);
    hourly(NANO);
    prices[1] = MBILL_PRICE_MISSING;
    ck_assert_int_eq(price("import", 1800, 6, JANUARY + 3 * HOUR_S), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-01-01T01:00:00"));
    hourly(NANO);
    given.n_values = 2;
    ck_assert_int_eq(price("import", 1800, 6, JANUARY + 3 * HOUR_S), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-01-01T02:00:00"));
    given.start_utc_s = JANUARY + HOUR_S;
    ck_assert_int_eq(price("import", 1800, 6, JANUARY + 3 * HOUR_S), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-01-01T00:00:00"));
    given.name = "other"; /* one that the tariff does not name is let be */
    given.step_s = 7;
    ck_assert_int_eq(price("import", 1800, 6, JANUARY + 3 * HOUR_S), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "\"spot\" is not known"));
}
END_TEST

START_TEST(test_steps_are_boundaries)
{
    ck_assert_int_eq(load("\"energy\"", PLAIN), MBILL_OK);
    hourly(NANO);
    ck_assert_int_eq(price("import", 7200, 2, JANUARY + 4 * HOUR_S), MBILL_E_BOUNDARY);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-01-01T01:00:00"));
    ck_assert_int_eq(load("\"long\"", PLAIN), MBILL_OK);
    prices[1] = 2 * NANO;
    ck_assert_int_eq(price("long", 5400, 2, JANUARY + 3 * HOUR_S), MBILL_OK);
    ck_assert_uint_eq(n_lines, 3);
    ck_assert_int_eq(lines[0].quantity_micro, 666667);
    ck_assert_int_eq(lines[1].quantity_micro, 666666);
    ck_assert_int_eq(lines[2].quantity_micro, 666667);
    ck_assert_uint_ne(lines[1].flags & MBILL_LINE_PRORATED, 0);
}
END_TEST

START_TEST(test_factor_is_rounded_once)
{
    ck_assert_int_eq(load("{\"of\":\"energy\",\"factor\":\"0.333333333\"}", PLAIN), MBILL_OK);
    hourly(NANO);
    prices[1] = 2 * NANO;
    ck_assert_int_eq(price("import", HOUR_S, 3, JANUARY + 3 * HOUR_S), MBILL_OK);
    ck_assert_int_eq(lines[0].quantity_micro + lines[1].quantity_micro + lines[2].quantity_micro, 1000000);
}
END_TEST

START_TEST(test_rates_that_do_not_come_out)
{
    ck_assert_int_eq(load("\"energy\"", "\"rate\":{\"series\":\"spot\",\"times\":\"0.5\"}"), MBILL_OK);
    hourly(3);
    ck_assert_int_eq(price("import", HOUR_S, 3, JANUARY + 3 * HOUR_S), MBILL_E_AMBIGUOUS);
    ck_assert_ptr_nonnull(strstr(err.message, "\"round\""));
    ck_assert_int_eq(load("\"energy\"",
                         "\"rate\":{\"series\":\"spot\",\"times\":\"0.5\",\"round\":{\"step\":\"0.01\",\"how\":\"up\"}}"),
        MBILL_OK);
    ck_assert_int_eq(price("import", HOUR_S, 3, JANUARY + 3 * HOUR_S), MBILL_OK);
    ck_assert_int_eq(lines[0].rate_nano, 10000000);
    ck_assert_int_eq(load("\"energy\"", "\"rate\":{\"series\":\"spot\",\"times\":\"2\"}"), MBILL_OK);
    hourly(INT64_MAX);
    ck_assert_int_eq(price("import", HOUR_S, 3, JANUARY + 3 * HOUR_S), MBILL_E_OVERFLOW);
}
END_TEST

START_TEST(test_what_is_given)
{
    ck_assert_int_eq(load("\"energy\"", PLAIN), MBILL_OK);
    hourly(NANO);
    mbill_price_series two[2] = {given, given};
    mbill_input total = {.name = "import", .total_micro = MICRO};
    mbill_price_request request = request_of(&total, JANUARY, JANUARY + HOUR_S);
    ck_assert_int_eq(price_request(&request), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "readings with times"));
    request.series = two;
    request.n_series = 2;
    ck_assert_int_eq(price_request(&request), MBILL_E_INVALID);
    ck_assert_int_eq(err.index, 1);
    two[1].name = NULL;
    ck_assert_int_eq(price_request(&request), MBILL_E_MISUSE);
    request.series = NULL;
    ck_assert_int_eq(price_request(&request), MBILL_E_MISUSE);
    given.values_nano = NULL;
    ck_assert_int_eq(price("import", HOUR_S, 1, JANUARY + HOUR_S), MBILL_E_MISUSE);
    hourly(NANO);
    given.step_s = 900;
    ck_assert_int_eq(price("import", HOUR_S, 1, JANUARY + HOUR_S), MBILL_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "900"));
    hourly(NANO);
    given.start_utc_s += 1800;
    ck_assert_int_eq(price("import", HOUR_S, 1, JANUARY + HOUR_S), MBILL_E_BOUNDARY);
    given.start_utc_s = INT64_MAX;
    ck_assert_int_eq(price("import", HOUR_S, 1, JANUARY + HOUR_S), MBILL_E_RANGE);
    ck_assert_int_eq(load_in("IST-5:30", SPOT, "\"energy\"", PLAIN), MBILL_OK); /* its clock is half an hour off */
    hourly(NANO);
    ck_assert_int_eq(price("import", 1800, 2, JANUARY + HOUR_S), MBILL_E_BOUNDARY);
    given.start_utc_s -= 1800;
    ck_assert_int_eq(price("import", 1800, 2, JANUARY + HOUR_S), MBILL_OK);
    ck_assert_uint_eq(n_lines, 1);
}
END_TEST

/* 2026-03-29 and 2026-10-25 in Berlin: days of 23 and 25 hours, each with a price of its own. */
START_TEST(test_clock_changes)
{
    static const int64_t begins[] = {INT64_C(1774738800), INT64_C(1792879200)};
    int64_t hours = _i == 0 ? 23 : 25;
    ck_assert_int_eq(load_in("CET-1CEST,M3.5.0,M10.5.0/3", SPOT, "\"energy\"", PLAIN), MBILL_OK);
    for (int64_t i = 0; i < hours; i++) {
        readings[i] = (mbill_interval){begins[_i] + i * HOUR_S, begins[_i] + (i + 1) * HOUR_S, (i + 1) * MICRO, 0, 0};
        prices[i] = (i + 1) * NANO;
    }
    given = (mbill_price_series){"spot", begins[_i], HOUR_S, prices, (size_t)hours};
    mbill_input input = {.name = "import", .intervals = readings, .n_intervals = (size_t)hours};
    mbill_price_request request = request_of(&input, begins[_i], begins[_i] + hours * HOUR_S);
    ck_assert_int_eq(price_request(&request), MBILL_OK);
    ck_assert_uint_eq(n_lines, (size_t)hours);
    ck_assert_int_eq(bill.total_micro, hours * (hours + 1) * (2 * hours + 1) / 6 * MICRO);
    int64_t day_end;
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    ck_assert_int_eq(mbill_zone_day_start(labels->zone, mbill_zone_day(labels->zone, begins[_i]) + 1, &day_end, NULL), MBILL_OK);
    ck_assert_int_eq(day_end, begins[_i] + hours * HOUR_S);
}
END_TEST

START_TEST(test_bulk)
{
    int64_t quantities[4];
    mbill_column column;
    mbill_bulk *bulk = NULL;
    const char *const registers[] = {"import"};
    const mbill_axis axis = {.start_utc_s = JANUARY, .step_s = HOUR_S, .n = 4};
    ck_assert_int_eq(load("\"energy\"", PLAIN), MBILL_OK);
    hourly(NANO);
    prices[3] = -5 * NANO;
    ck_assert_int_eq(price("import", HOUR_S, 4, JANUARY + 4 * HOUR_S), MBILL_OK);
    uint8_t flags[4];
    ck_assert_int_eq(mbill_column_of_intervals(&axis, readings, 4, quantities, flags, &column, &err), MBILL_OK);
    mbill_price_request request = request_of(NULL, JANUARY, JANUARY + 4 * HOUR_S);
    ck_assert_int_eq(mbill_bulk_open(tariff, &request, &axis, registers, 1, NULL, &bulk, &err), MBILL_OK);
    void *work = malloc(mbill_bulk_work_size(bulk));
    mbill_bulk_account account = {.columns = &column};
    ck_assert_int_eq(mbill_bulk_price(bulk, &account, 1, work, &err), MBILL_OK);
    ck_assert_int_eq(account.total_micro, bill.total_micro);
    ck_assert_int_eq(account.total_micro, -2 * MICRO);
    free(work);
    mbill_bulk_free(bulk);
}
END_TEST

/* One unit an hour at 1: twelve last half a day; the prices of a day that is not paid to its end must be known too. */
START_TEST(test_days_left)
{
    static const char text[] =
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{"
        "\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":"
        "\"kWh\"}},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"series\":{" SPOT
        "},\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\"," PLAIN "}]}";
    const mbill_recent_use use = {.struct_size = sizeof use, .per_day_micro = 24 * MICRO};
    mbill_days_left left = {.struct_size = sizeof left};
    ck_assert_int_eq(mbill_tariff_read(text, sizeof text - 1, NULL, &tariff, &err), MBILL_OK);
    hourly(NANO);
    mbill_price_request request = request_of(NULL, JANUARY, 0);
    ck_assert_int_eq(mbill_tariff_days_left(tariff, &request, NULL, 12 * MICRO, &use, lines, LINES_MAX, &left, &err), MBILL_OK);
    ck_assert_int_eq(left.runs_out_utc_s, JANUARY + 12 * HOUR_S);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_days_left(tariff, &request, NULL, 30 * MICRO, &use, lines, LINES_MAX, &left, &err),
        MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-01-02T00:00:00"));
}
END_TEST

/* ---- facts documents ---- */

static mbill_facts *facts;

static mbill_status read_facts(const char *series)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "{\"meterbill\":1,\"kind\":\"facts\",\"series\":%s}", series);
    mbill_error_init(&err);
    return mbill_facts_read(text, strlen(text), NULL, &facts, &err);
}

START_TEST(test_facts)
{
    size_t n;
    ck_assert_int_eq(read_facts("{\"spot\":{\"start\":\"2026-01-01T01:00+01:00\",\"step_s\":900,\"values\":[\"0.12\",null,"
                                "\"-0.000000003\"]}}"),
        MBILL_OK);
    const mbill_price_series *series = mbill_facts_series(facts, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(series->name, "spot");
    ck_assert_int_eq(series->start_utc_s, JANUARY);
    ck_assert_int_eq(series->step_s, 900);
    ck_assert_uint_eq(series->n_values, 3);
    ck_assert_int_eq(series->values_nano[0], 120000000);
    ck_assert_int_eq(series->values_nano[1], MBILL_PRICE_MISSING);
    ck_assert_int_eq(series->values_nano[2], -3);
    mbill_facts_free(facts);
    ck_assert_ptr_null(mbill_facts_series(NULL, &n));
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(test_facts_refused)
{
    static const struct {
        const char *series;
        mbill_status status;
        const char *path;
    } bad[] = {{"[]", MBILL_E_TYPE, "/series"}, {"{\"spot\":[\"1\"]}", MBILL_E_TYPE, "/series/spot"},
        {"{\"a b\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":900,\"values\":[\"1\"]}}", MBILL_E_INVALID, "/series/a b"},
        {"{\"spot\":{\"step_s\":900,\"values\":[\"1\"]}}", MBILL_E_MISSING_KEY, "/series/spot/start"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"values\":[\"1\"]}}", MBILL_E_MISSING_KEY, "/series/spot/step_s"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":900}}", MBILL_E_MISSING_KEY, "/series/spot/values"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00\",\"step_s\":900,\"values\":[\"1\"]}}", MBILL_E_AMBIGUOUS,
            "/series/spot/start"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":0,\"values\":[\"1\"]}}", MBILL_E_RANGE, "/series/spot/step_s"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":900,\"values\":[]}}", MBILL_E_INVALID, "/series/spot/values"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":900,\"values\":[1.5]}}", MBILL_E_NUMBER, "/series/spot/values/0"},
        {"{\"spot\":{\"start\":\"2026-01-01T00:00Z\",\"step_s\":900,\"values\":[\"1\"],\"end\":1}}", MBILL_E_UNKNOWN_KEY,
            "/series/spot/end"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mbill_status status = read_facts(bad[i].series);
        ck_assert_msg(status == bad[i].status, "%zu: status %d, %s: %s", i, (int)status, err.path, err.message);
        ck_assert_str_eq(err.path, bad[i].path);
        ck_assert_ptr_null(facts);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("series");
    TCase *tests = tcase_create("series");
    tcase_add_loop_test(tests, test_refused, 0, (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(tests, test_series_are_an_object_of_few);
    tcase_add_test(tests, test_runs_of_equal_price);
    tcase_add_test(tests, test_nothing_used);
    tcase_add_test(tests, test_missing_prices);
    tcase_add_test(tests, test_steps_are_boundaries);
    tcase_add_test(tests, test_factor_is_rounded_once);
    tcase_add_test(tests, test_rates_that_do_not_come_out);
    tcase_add_test(tests, test_what_is_given);
    tcase_add_loop_test(tests, test_clock_changes, 0, 2);
    tcase_add_test(tests, test_bulk);
    tcase_add_test(tests, test_days_left);
    tcase_add_test(tests, test_facts);
    tcase_add_test(tests, test_facts_refused);
    suite_add_tcase(suite, tests);
    int failed = check_run(suite, CK_FORK_GETENV);
    mbill_tariff_free(tariff);
    return failed;
}
