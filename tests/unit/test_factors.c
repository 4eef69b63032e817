/* SPDX-License-Identifier: Apache-2.0 */
/* Registers that are converted by dated factors: the form of both documents with every refusal, exact sums over several factors in every way a
 * charge can count, the records that a bill shows, and their way through a document. */
#include "check_run.h"
#include "meterbill/bulk.h"
#include "meterbill/change.h"
#include "meterbill/decimal.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)
/* 2026-01-01T00:00:00Z, day 20454 */
#define JANUARY INT64_C(1767225600)
#define FIRST_DAY 20454
#define LINES_MAX 64
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_tariff *tariff;
static mbill_facts *facts;
static mbill_error err;
static mbill_line lines[LINES_MAX];
static mbill_bill bill;
static size_t n_lines;

static void setup(void)
{
    mbill_error_init(&err);
}

static void teardown(void)
{
    mbill_tariff_free(tariff);
    mbill_facts_free(facts);
    tariff = NULL;
    facts = NULL;
}

/* ---- the tariff's form ---- */

#define GAS "\"gas\":{\"register\":\"gas\",\"unit\":\"kWh\",\"converted\":\"by_factors\"}"
#define GAS_PRORATE "\"gas\":{\"register\":\"gas\",\"unit\":\"kWh\",\"converted\":\"by_factors\",\"across_boundary\":\"prorate\"}"
#define WORK "{\"id\":\"work\",\"quantity\":\"gas\",\"rate\":\"1\"}"

static mbill_status load(const char *inputs, const char *charges)
{
    char text[4096];
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":"
        "\"2020-01-01\",\"to\":null},\"inputs\":{%s,\"area\":{\"fact\":\"area\",\"unit\":\"m2\"}},\"calendar\":{\"periods\":[{"
        "\"name\":\"day\",\"when\":[{\"at\":[\"06:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":true}]},\"rounding\":{"
        "\"line\":"
        "\"none\",\"charge\":\"none\",\"bill\":\"none\"}%s,\"charges\":[%s]}",
        inputs, strstr(charges, "spot") == NULL ? "" : ",\"series\":{\"spot\":{\"step\":\"60min\",\"unit\":\"kWh\"}}", charges);
    mbill_tariff_free(tariff);
    tariff = NULL;
    return mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
}

static const struct {
    const char *inputs, *charges;
    mbill_status status;
    const char *path, *says;
} tariffs[] = {
    {"\"gas\":{\"register\":\"gas\",\"unit\":\"kWh\",\"converted\":\"by_fact\"}", WORK, MBILL_E_INVALID, "/inputs/gas/converted",
        "by_factors"},
    {"\"gas\":{\"register\":\"gas\",\"unit\":\"kWh\",\"converted\":true}", WORK, MBILL_E_TYPE, "/inputs/gas/converted", "text"},
    {"\"gas\":{\"fact\":\"gas\",\"unit\":\"kWh\",\"converted\":\"by_factors\"}", WORK, MBILL_E_INVALID, "/inputs/gas/converted",
        "register"},
    {GAS ",\"sum\":{\"plus\":[\"gas\"],\"per\":\"bill\",\"unit\":\"kWh\"}", WORK, MBILL_E_INVALID, "/inputs/sum/plus/0",
        "counts alone"},
    {"\"raw\":{\"register\":\"raw\",\"unit\":\"kWh\"}," GAS ",\"sum\":{\"minus\":[\"raw\",\"gas\"],\"part\":\"all\",\"per\":"
     "\"interval\",\"unit\":\"kWh\",\"converted\":\"by_factors\"}",
        WORK, MBILL_E_UNKNOWN_KEY, "/inputs/sum/converted", "converted"},
    {GAS, "{\"id\":\"peak\",\"quantity\":{\"peak_of\":\"gas\",\"interval\":\"60min\",\"over\":\"bill\"},\"rate\":\"1\"}",
        MBILL_E_INVALID, "/charges/0/quantity/peak_of", "converted by factors"},
    {GAS, "{\"id\":\"c\",\"quantity\":\"gas\",\"rate\":\"1\",\"credit\":{\"until\":\"01-01\",\"then\":\"lost\"}}",
        MBILL_E_INVALID, "/charges/0/credit", "converted by factors"},
    {"\"gas\":{\"register\":\"gas\",\"unit\":\"a unit of more than thirty-one bytes\",\"converted\":\"by_factors\"}", WORK,
        MBILL_E_LIMIT, "/inputs/gas", "31"},
};

START_TEST(tariff_refused)
{
    mbill_status status = load(tariffs[_i].inputs, tariffs[_i].charges);
    assert_refusal_path(&err, status, tariffs[_i].status, tariffs[_i].path, tariffs[_i].says);
}
END_TEST

START_TEST(tariff_says_what_it_wants)
{
    ck_assert_msg(load("\"raw\":{\"register\":\"raw\",\"unit\":\"m3\"}," GAS, WORK) == MBILL_OK, "%s", err.message);
    ck_assert(!mbill_tariff_register_converted(tariff, 0));
    ck_assert(mbill_tariff_register_converted(tariff, 1));
    ck_assert(!mbill_tariff_register_converted(tariff, 2));
    ck_assert(!mbill_tariff_register_converted(NULL, 0));
    ck_assert_str_eq(mbill_tariff_labels(tariff)->charges[0].converted, "gas x its factors");
    ck_assert_str_eq(mbill_tariff_labels(tariff)->charges[0].unit, "kWh");
}
END_TEST

/* ---- the factors' form ---- */

static mbill_status read_factors(const char *factors)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"meterbill\":1,\"kind\":\"facts\",\"factors\":%s}", factors);
    mbill_facts_free(facts);
    facts = NULL;
    return mbill_facts_read(text, strlen(text), NULL, &facts, &err);
}

#define M3 "\"unit\":\"m3\",\"to\":\"kWh\""
#define LONG_32 "12345678901234567890123456789012"

static const struct {
    const char *factors;
    mbill_status status;
    const char *path, *says;
} documents[] = {
    {"[]", MBILL_E_TYPE, "/factors", "register"},
    {"{\"gas\":{}}", MBILL_E_TYPE, "/factors/gas", "list"},
    {"{\"gas\":[]}", MBILL_E_INVALID, "/factors/gas", ""},
    {"{\"-\":[{" M3 ",\"factor\":\"1\"}]}", MBILL_E_INVALID, "/factors/-", ""},
    {"{\"gas\":[{" M3 ",\"factor\":\"1\",\"x\":1}]}", MBILL_E_UNKNOWN_KEY, "/factors/gas/0/x", "x"},
    {"{\"gas\":[{\"to\":\"kWh\",\"factor\":\"1\"}]}", MBILL_E_MISSING_KEY, "/factors/gas/0/unit", ""},
    {"{\"gas\":[{\"unit\":\"m3\",\"factor\":\"1\"}]}", MBILL_E_MISSING_KEY, "/factors/gas/0/to", ""},
    {"{\"gas\":[{\"unit\":\"\",\"to\":\"kWh\",\"factor\":\"1\"}]}", MBILL_E_LIMIT, "/factors/gas/0/unit", "1 to 31"},
    {"{\"gas\":[{\"unit\":\"m3\",\"to\":\"" LONG_32 "\",\"factor\":\"1\"}]}", MBILL_E_LIMIT, "/factors/gas/0/to", "1 to 31"},
    {"{\"gas\":[{" M3 ",\"factor\":\"0\"}]}", MBILL_E_RANGE, "/factors/gas/0/factor", "more than 0"},
    {"{\"gas\":[{" M3 ",\"factor\":\"-2\"}]}", MBILL_E_RANGE, "/factors/gas/0/factor", "-2"},
    {"{\"gas\":[{" M3 ",\"factor\":\"1/0\"}]}", MBILL_E_RANGE, "/factors/gas/0/factor", "1/0"},
    {"{\"gas\":[{" M3 ",\"factor\":\"1/2.5\"}]}", MBILL_E_DIGITS, "/factors/gas/0/factor", ""},
    {"{\"gas\":[{" M3 ",\"factor\":\"x/2\"}]}", MBILL_E_NUMBER, "/factors/gas/0/factor", ""},
    {"{\"gas\":[{" M3 ",\"factor\":\"1.0000000001\"}]}", MBILL_E_DIGITS, "/factors/gas/0/factor", ""},
    {"{\"gas\":[{" M3 ",\"factor\":\"1\",\"facts\":{}}]}", MBILL_E_INVALID, "/factors/gas/0/facts", "one of them"},
    {"{\"gas\":[{" M3 ",\"factor\":\"1\",\"origin\":\"\"}]}", MBILL_E_LIMIT, "/factors/gas/0/origin", "1 to 255"},
    {"{\"gas\":[{\"unit\":\"Mcal\",\"to\":\"kWh\",\"origin\":\"x\"}]}", MBILL_E_INVALID, "/factors/gas/0/origin", "number"},
    {"{\"gas\":[{" M3 "}]}", MBILL_E_NOT_FOUND, "/factors/gas/0", "no unit \"m3\""},
    {"{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\"}]}", MBILL_E_NOT_KNOWN, "/factors/gas/0", "gas_z"},
    {"{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_zz\":\"1\"}}]}", MBILL_E_UNKNOWN_KEY,
        "/factors/gas/0/facts/gas_zz", "gas_z"},
    {"{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"hot_temperature\":\"60\"}}]}", MBILL_E_INVALID,
        "/factors/gas/0/facts/hot_temperature", "gas_m3"},
    {"{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_z\":\"0\",\"gas_kwh_per_m3\":\"11\"}}]}", MBILL_E_RANGE,
        "/factors/gas/0", "more than 0"},
    {"{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_z\":\"1\",\"gas_kwh_per_m3\":\"11\",\"gas_mj_per_m3\":"
     "\"40\"}}]}",
        MBILL_E_AMBIGUOUS, "/factors/gas/0", "both"},
    {"{\"gas\":[{\"from\":\"2026-02-30\"," M3 ",\"factor\":\"1\"}]}", MBILL_E_DATE, "/factors/gas/0/from", ""},
    {"{\"gas\":[{\"from\":\"2026-01-02\"," M3 ",\"factor\":\"1\"},{\"from\":\"2026-01-02\"," M3 ",\"factor\":\"2\"}]}",
        MBILL_E_ORDER, "/factors/gas/1/from", "2026-01-02"},
    {"{\"gas\":[{" M3 ",\"factor\":\"1\"},{" M3 ",\"factor\":\"2\"}]}", MBILL_E_ORDER, "/factors/gas/1", "since ever"},
};

START_TEST(document_refused)
{
    mbill_status status = read_factors(documents[_i].factors);
    assert_refusal_path(&err, status, documents[_i].status, documents[_i].path, documents[_i].says);
    ck_assert_ptr_null(facts);
}
END_TEST

START_TEST(document_read)
{
    size_t n;
    ck_assert_msg(read_factors("{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_z\":\"0.9614\",\"gas_kwh_per_m3\":"
                               "\"11.207\"}},{\"from\":\"2026-01-02\"," M3
                               ",\"factor\":\"10.50\",\"origin\":\"list\"}],\"water\":[{\"from\":"
                               "\"2026-01-01\",\"unit\":\"Mcal\",\"to\":\"kWh\"},{\"from\":\"2026-01-03\",\"unit\":\"u\",\"to\":"
                               "\"v\",\"factor\":"
                               "\"6/4\"}]}") == MBILL_OK,
        "%s", err.message);
    const mbill_factor *factors = mbill_facts_factors(facts, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_str_eq(factors[0].name, "gas");
    ck_assert_int_eq(factors[0].from_day, MBILL_DAY_EVER);
    ck_assert(factors[0].numerator == 53872049 && factors[0].denominator == 5000000);
    ck_assert_str_eq(factors[0].origin, "gas_z 0.9614, gas_kwh_per_m3 11.207");
    ck_assert_str_eq(factors[0].unit, "gas_m3");
    ck_assert_int_eq(factors[1].from_day, FIRST_DAY + 1);
    ck_assert(factors[1].numerator == 21 && factors[1].denominator == 2);
    ck_assert_str_eq(factors[1].origin, "list");
    ck_assert_str_eq(factors[2].name, "water");
    ck_assert(factors[2].numerator == 1163 && factors[2].denominator == 1000 && factors[2].origin == NULL);
    ck_assert(factors[3].numerator == 3 && factors[3].denominator == 2);
    ck_assert_str_eq(factors[3].to, "v");
    ck_assert_ptr_null(mbill_facts_factors(NULL, &n));
    ck_assert_uint_eq(n, 0);
}
END_TEST

/* ---- pricing ---- */

/* A m3 is 10 kWh, from the second day on 10.5, from the third on 1/3. */
static mbill_factor dated[] = {{"gas", FIRST_DAY - 5, 0, 10, 1, "m3", "kWh", "first"},
    {"gas", FIRST_DAY + 1, 0, 21, 2, "m3", "kWh", NULL}, {"gas", FIRST_DAY + 2, 0, 1, 3, "m3", "kWh", NULL}};

/* Readings of so many hours each, from January on. */
static mbill_interval readings[96];

static mbill_input used_each(int64_t hours, size_t n, int64_t quantity_micro)
{
    for (size_t i = 0; i < n; i++)
        readings[i] = (mbill_interval){JANUARY + (int64_t)i * hours * HOUR_S, JANUARY + ((int64_t)i + 1) * hours * HOUR_S,
            quantity_micro, 0, 0};
    return (mbill_input){.name = "gas", .intervals = readings, .n_intervals = n};
}

static mbill_price_request request_of(const mbill_input *input, int64_t days, const mbill_factor *factors, size_t n_factors)
{
    return (mbill_price_request){.struct_size = sizeof(mbill_price_request),
        .from_utc_s = JANUARY,
        .to_utc_s = JANUARY + days * DAY_S,
        .inputs = input,
        .n_inputs = 1,
        .factors = factors,
        .n_factors = n_factors};
}

static mbill_status price(const mbill_price_request *request)
{
    bill = (mbill_bill){.struct_size = sizeof bill};
    return mbill_tariff_price(tariff, request, NULL, lines, LINES_MAX, &n_lines, &bill, NULL, &err);
}

static void price_ok(const mbill_price_request *request, int64_t total_micro)
{
    ck_assert_msg(price(request) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(bill.total_micro, total_micro);
    ck_assert(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK);
}

START_TEST(exact_over_all_factors)
{
    const mbill_input day = used_each(24, 3, MICRO), total = {.name = "gas", .total_micro = 7 * MICRO};
    ck_assert(load(GAS, WORK) == MBILL_OK);
    mbill_price_request request = request_of(&day, 3, dated, 3);
    price_ok(&request, 20833333); /* 10 + 10.5 + 1/3 */
    ck_assert_int_eq(lines[0].quantity_micro, 20833333);
    request = request_of(&total, 1, dated, 3); /* only the first holds */
    price_ok(&request, 70 * MICRO);
    mbill_factor third = {"gas", MBILL_DAY_EVER, 0, 1, 3, "m3", "kWh", NULL};
    request = request_of(&total, 3, &third, 1);
    price_ok(&request, 2333333);
}
END_TEST

START_TEST(rounded_once)
{
    const mbill_input day = used_each(24, 3, MICRO);
    mbill_factor thirds[] = {{"gas", FIRST_DAY, 0, 1, 3, "x", "kWh", NULL}, {"gas", FIRST_DAY + 1, 0, 1, 6, "x", "kWh", NULL},
        {"gas", FIRST_DAY + 2, 0, 1, 2, "x", "kWh", NULL}};
    ck_assert(load(GAS,
                  "{\"id\":\"work\",\"quantity\":{\"of\":\"gas\",\"factor\":\"3\",\"round\":{\"step\":\"1\",\"how\":\"down\"}},"
                  "\"rate\":\"1\"}") == MBILL_OK);
    mbill_price_request request = request_of(&day, 3, thirds, 3);
    price_ok(&request, 3 * MICRO);
}
END_TEST

START_TEST(ladders_and_periods)
{
    const mbill_input hours = used_each(12, 6, MICRO); /* 12 hours hold 10 (or 6) of the day's */
    mbill_price_request request = request_of(&hours, 3, dated, 3);
    ck_assert(
        load(GAS_PRORATE,
            "{\"id\":\"work\",\"quantity\":\"gas\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"across\":"
            "\"periods\",\"split\":\"chronological\",\"bounds\":[\"20\"]},\"rate\":[{\"day\":\"1\",\"night\":\"2\"},{\"day\":"
            "\"3\",\"night\":\"4\"}]}") == MBILL_OK);
    ck_assert_msg(price(&request) == MBILL_OK, "%s", err.message);
    int64_t sum_micro = 0;
    for (size_t i = 0; i < n_lines; i++) sum_micro += lines[i].quantity_micro;
    ck_assert_int_eq(sum_micro, 41666667); /* 20 + 21 + 2/3 */
    ck_assert(load(GAS_PRORATE, "{\"id\":\"work\",\"quantity\":\"gas\",\"rate\":{\"day\":\"1\",\"night\":\"2\"}}") == MBILL_OK);
    ck_assert_msg(price(&request) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n_lines, 2);
    ck_assert_int_eq(lines[0].quantity_micro + lines[1].quantity_micro, 41666667);
    ck_assert_int_eq(lines[0].quantity_micro, 27777771); /* 1.333333 m3 of each day x (10 + 10.5 + 1/3) */
}
END_TEST

START_TEST(whatever_looks_at_it)
{
    const mbill_input day = used_each(24, 2, MICRO);
    mbill_price_request request = request_of(&day, 2, dated, 3);
    ck_assert(
        load(GAS,
            "{\"id\":\"due\",\"quantity\":\"one\",\"rate\":\"7\",\"only_if\":{\"total\":\"gas\",\"at_least\":\"20.5\"}},{\"id\":"
            "\"not\",\"quantity\":\"one\",\"rate\":\"9\",\"only_if\":{\"total\":\"gas\",\"above\":\"20.5\"}}") == MBILL_OK);
    price_ok(&request, 7 * MICRO);
    mbill_input total = {.name = "gas", .total_micro = 2 * MICRO};
    request = request_of(&total, 2, dated, 1);
    price_ok(&request, 0);
    request = request_of(&total, 2, dated, 2);
    assert_refusal(&err, price(&request), MBILL_E_NOT_KNOWN, "total");
    ck_assert(load(GAS,
                  "{\"id\":\"least\",\"quantity\":{\"of\":\"gas\",\"in\":\"MWh\",\"at_least\":{\"quantity\":\"0.01\"}},\"rate\":"
                  "\"1000\"},"
                  "{\"id\":\"free\",\"quantity\":{\"of\":\"gas\",\"free\":{\"quantity\":\"20\"}},\"rate\":\"1\"}") == MBILL_OK);
    request = request_of(&day, 2, dated, 2);
    price_ok(&request, 20500000 + 500000);
}
END_TEST

START_TEST(by_the_prices_of_hours)
{
    static int64_t prices[48];
    const mbill_input hours = used_each(1, 48, MICRO);
    for (size_t i = 0; i < 48; i++) prices[i] = i < 30 ? 1000000000 : 2000000000;
    const mbill_price_series series = {"spot", JANUARY, 3600, prices, 48};
    mbill_price_request request = request_of(&hours, 2, dated, 3);
    request.series = &series;
    request.n_series = 1;
    ck_assert(load(GAS, "{\"id\":\"spot\",\"quantity\":\"gas\",\"rate\":{\"series\":\"spot\"}}") == MBILL_OK);
    price_ok(&request, (240 + 63) * MICRO + 2 * 189 * MICRO);
}
END_TEST

START_TEST(parts_of_a_span)
{
    const mbill_input day = used_each(12, 6, 333333);
    ck_assert(load(GAS_PRORATE,
                  "{\"id\":\"work\",\"quantity\":{\"of\":\"gas\",\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"}},\"rate\":"
                  "\"0.37\"}") == MBILL_OK);
    mbill_price_request request = request_of(&day, 3, dated, 3);
    ck_assert_msg(price(&request) == MBILL_OK, "%s", err.message);
    int64_t whole_micro = bill.total_micro, sum_micro = 0;
    mbill_position *position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    for (int64_t hour = 1; hour <= 72; hour++) {
        request.to_utc_s = JANUARY + hour * HOUR_S;
        request.span_to_utc_s = JANUARY + 3 * DAY_S;
        bill = (mbill_bill){.struct_size = sizeof bill};
        ck_assert_msg(mbill_tariff_price(tariff, &request, position, lines, LINES_MAX, &n_lines, &bill, position, &err) ==
                MBILL_OK,
            "%s", err.message);
        sum_micro += bill.total_micro;
    }
    ck_assert_int_eq(sum_micro, whole_micro);
    free(position);
}
END_TEST

START_TEST(columns_give_the_same)
{
    static const char *const registers[] = {"gas"};
    static int64_t quantities[72];
    const mbill_input hours = used_each(1, 72, 1234567);
    for (size_t i = 0; i < 72; i++) quantities[i] = 1234567;
    mbill_column column = {.quantities_micro = quantities, .n = 72};
    mbill_axis axis = {.start_utc_s = JANUARY, .step_s = 3600, .n = 72};
    ck_assert(load(GAS, "{\"id\":\"work\",\"quantity\":\"gas\",\"rate\":{\"day\":\"0.31\",\"night\":\"0.17\"}}") == MBILL_OK);
    for (size_t n = 1; n <= 3; n++) {
        mbill_bulk *bulk;
        mbill_bulk_account account = {.columns = &column, .factors = dated, .n_factors = n};
        mbill_price_request request = request_of(&hours, 3, dated, n);
        ck_assert(price(&request) == MBILL_OK);
        request.n_inputs = 0;
        assert_refusal(&err, mbill_bulk_open(tariff, &request, &axis, registers, 1, NULL, &bulk, &err), MBILL_E_INVALID,
            "factors");
        request.n_factors = 0;
        ck_assert_msg(mbill_bulk_open(tariff, &request, &axis, registers, 1, NULL, &bulk, &err) == MBILL_OK, "%s", err.message);
        void *work = malloc(mbill_bulk_work_size(bulk));
        ck_assert_msg(mbill_bulk_price(bulk, &account, 1, work, &err) == MBILL_OK, "%s", err.message);
        ck_assert_int_eq(account.total_micro, bill.total_micro);
        account.n_factors = 0;
        assert_refusal(&err, mbill_bulk_price(bulk, &account, 1, work, &err), MBILL_E_NOT_KNOWN, "factor");
        account.factors = NULL;
        account.n_factors = 1;
        assert_refusal(&err, mbill_bulk_price(bulk, &account, 1, work, &err), MBILL_E_MISUSE, "factors");
        free(work);
        mbill_bulk_free(bulk);
    }
}
END_TEST

/* ---- refused ---- */

START_TEST(request_refused)
{
    static const struct {
        mbill_factor factors[2];
        size_t n;
        mbill_status status;
        const char *says;
    } bad[] = {
        {{{"gas", FIRST_DAY + 1, 0, 1, 1, "m3", "kWh", NULL}}, 1, MBILL_E_NOT_KNOWN, "not known at 2026-01-01T00:00:00"},
        {{{"gas", 0, 0, 1, 1, "m3", "kWh", NULL}}, 0, MBILL_E_NOT_KNOWN, "factor of register \"gas\""},
        {{{"gas", 0, 0, 0, 1, "m3", "kWh", NULL}}, 1, MBILL_E_RANGE, "above 0"},
        {{{"gas", 0, 0, 1, -1, "m3", "kWh", NULL}}, 1, MBILL_E_RANGE, "above 0"},
        {{{"raw", 0, 0, 1, 1, "m3", "kWh", NULL}}, 1, MBILL_E_INVALID, "nothing converts"},
        {{{"none", 0, 0, 1, 1, "m3", "kWh", NULL}}, 1, MBILL_E_INVALID, "nothing converts"},
        {{{"gas", 0, 0, 1, 1, "m3", "MJ", NULL}}, 1, MBILL_E_INVALID, "gives MJ"},
        {{{"gas", 5, 0, 1, 1, "m3", "kWh", NULL}, {"gas", 5, 0, 1, 1, "m3", "kWh", NULL}}, 2, MBILL_E_ORDER,
            "after the one before"},
        {{{NULL, 0, 0, 1, 1, "m3", "kWh", NULL}}, 1, MBILL_E_MISUSE, "NULL"},
        {{{"gas", 0, 0, 1, 1, NULL, "kWh", NULL}}, 1, MBILL_E_MISUSE, "NULL"},
        {{{"gas", 0, 0, 1, 1, "m3", NULL, NULL}}, 1, MBILL_E_MISUSE, "NULL"},
        {{{"gas", 0, 0, 1, 1, LONG_32, "kWh", NULL}}, 1, MBILL_E_LIMIT, "31"},
        {{{"gas", 0, 0, INT64_MAX, 2, "m3", "kWh", NULL}, {"gas", FIRST_DAY + 1, 0, 1, INT64_MAX - 1, "m3", "kWh", NULL}}, 2,
            MBILL_E_OVERFLOW, "common denominator"},
        {{{"gas", 0, 0, 1, INT64_MAX, "m3", "kWh", NULL}, {"gas", FIRST_DAY + 1, 0, 1, INT64_MAX - 1, "m3", "kWh", NULL}}, 2,
            MBILL_E_OVERFLOW, "common denominator"},
        {{{"gas", 0, 0, INT64_MAX, 1, "m3", "kWh", NULL}}, 1, MBILL_E_OVERFLOW, "quantity"},
    };
    const mbill_input inputs[] = {used_each(24, 3, 2 * MICRO)};
    ck_assert(load("\"raw\":{\"register\":\"raw\",\"unit\":\"m3\"}," GAS, WORK) == MBILL_OK);
    mbill_price_request request = request_of(inputs, 3, bad[_i].factors, bad[_i].n);
    assert_refusal(&err, price(&request), bad[_i].status, bad[_i].says);
}
END_TEST

START_TEST(readings_refused)
{
    const mbill_input across = used_each(48, 2, MICRO), total = {.name = "gas", .total_micro = MICRO};
    char origin[MBILL_CONVERTED_ORIGIN_MAX + 2];
    ck_assert(load(GAS, WORK) == MBILL_OK);
    mbill_price_request request = request_of(&across, 4, dated, 3);
    assert_refusal(&err, price(&request), MBILL_E_BOUNDARY, "factor");
    request = request_of(&total, 4, dated, 3);
    assert_refusal(&err, price(&request), MBILL_E_NOT_KNOWN, "its factor changes");
    size_t n;
    assert_refusal(&err, mbill_tariff_converted(tariff, &request, NULL, 0, &n, &err), MBILL_E_NOT_KNOWN, "its factor changes");
    request.n_factors = 1;
    request.factors = NULL;
    assert_refusal(&err, price(&request), MBILL_E_MISUSE, "factors");
    memset(origin, 'x', sizeof origin - 1);
    origin[sizeof origin - 1] = '\0';
    mbill_factor wordy = {"gas", 0, 0, 1, 1, "m3", "kWh", origin};
    request.factors = &wordy;
    assert_refusal(&err, price(&request), MBILL_E_LIMIT, "255");
}
END_TEST

START_TEST(over_a_price_change)
{
    const mbill_input day = used_each(24, 4, MICRO);
    const mbill_change_rule by_days = {sizeof by_days, MBILL_CHANGE_DAYS, 1, MBILL_ROUND_HALF_UP, 0},
                            by_readings = {sizeof by_readings, MBILL_CHANGE_READINGS, 0, 0, 0};
    mbill_bill_segment segments[2];
    ck_assert(load(GAS, WORK) == MBILL_OK);
    const mbill_change_part parts[] = {{tariff, JANUARY, NULL, 0}, {tariff, JANUARY + 3 * DAY_S, NULL, 0}};
    mbill_price_request request = request_of(&day, 4, dated, 3);
    bill = (mbill_bill){.struct_size = sizeof bill};
    assert_refusal(&err,
        mbill_change_price(parts, 2, &by_days, &request, NULL, lines, LINES_MAX, &n_lines, segments, &bill, NULL, &err),
        MBILL_E_AMBIGUOUS, "divided by days");
    ck_assert_msg(mbill_change_price(parts, 2, &by_readings, &request, NULL, lines, LINES_MAX, &n_lines, segments, &bill, NULL,
                      &err) == MBILL_OK,
        "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 20833333 + 333333);
    request.n_factors = 1;
    ck_assert_msg(mbill_change_price(parts, 2, &by_days, &request, NULL, lines, LINES_MAX, &n_lines, segments, &bill, NULL,
                      &err) == MBILL_OK,
        "%s", err.message);
    ck_assert_int_eq(bill.total_micro, 40 * MICRO);
}
END_TEST

/* ---- what the bill shows ---- */

static mbill_converted records[8];

static void make_records(void)
{
    const mbill_input day = used_each(24, 3, 1500000);
    ck_assert(load(GAS, WORK) == MBILL_OK);
    mbill_price_request request = request_of(&day, 3, dated, 3);
    ck_assert(price(&request) == MBILL_OK);
    ck_assert(mbill_tariff_converted(tariff, &request, NULL, 0, &bill.n_converted, &err) == MBILL_E_ROOM);
    ck_assert_uint_eq(bill.n_converted, 3);
    ck_assert(mbill_tariff_converted(tariff, &request, records, 2, &bill.n_converted, &err) == MBILL_E_ROOM);
    ck_assert_msg(mbill_tariff_converted(tariff, &request, records, 8, &bill.n_converted, &err) == MBILL_OK, "%s", err.message);
    bill.converted = records;
}

START_TEST(shown)
{
    char text[1024];
    size_t len = sizeof text;
    make_records();
    ck_assert_uint_eq(bill.n_converted, 3);
    ck_assert_uint_eq(sizeof(mbill_converted), 440);
    ck_assert(records[0].from_utc_s == JANUARY && records[0].to_utc_s == JANUARY + DAY_S);
    ck_assert(records[2].from_utc_s == JANUARY + 2 * DAY_S && records[2].to_utc_s == JANUARY + 3 * DAY_S);
    ck_assert(records[1].measured_micro == 1500000 && records[1].quantity_micro == 15750000);
    ck_assert(records[2].numerator == 1 && records[2].denominator == 3 && records[2].quantity_micro == 500000);
    ck_assert(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK);
    ck_assert(mbill_converted_explain(&records[0], mbill_tariff_labels(tariff), text, &len, &err) == MBILL_OK);
    ck_assert_str_eq(text, "gas, 2026-01-01T00:00:00+00:00 to 2026-01-02T00:00:00+00:00: 1.5 m3 x 10 = 15 kWh (first)");
    len = sizeof text;
    ck_assert(mbill_converted_explain(&records[2], mbill_tariff_labels(tariff), text, &len, &err) == MBILL_OK);
    ck_assert_str_eq(text, "gas, 2026-01-03T00:00:00+00:00 to 2026-01-04T00:00:00+00:00: 1.5 m3 x 1/3 = 0.5 kWh");
    len = 5;
    assert_refusal(&err, mbill_converted_explain(&records[2], mbill_tariff_labels(tariff), text, &len, &err), MBILL_E_ROOM, "5");
}
END_TEST

START_TEST(written_and_read)
{
    static char text[4096], again[4096];
    mbill_converted read[8];
    size_t len = sizeof text, n = 0, n_again;
    mbill_bill copy = {.struct_size = sizeof copy};
    const mbill_labels *labels;
    make_records();
    labels = mbill_tariff_labels(tariff);
    ck_assert_msg(mbill_bill_write(&bill, lines, n_lines, labels, 0, text, &len, &err) == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_bill_read(text, strlen(text), labels, lines, LINES_MAX, &n_again, &copy, &err) == MBILL_OK, "%s",
        err.message);
    ck_assert(copy.converted == NULL && copy.n_converted == 0);
    ck_assert(mbill_bill_read_converted(text, strlen(text), labels, read, 2, &n, &err) == MBILL_E_ROOM);
    ck_assert_uint_eq(n, 3);
    ck_assert_msg(mbill_bill_read_converted(text, strlen(text), labels, read, 8, &n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n, 3);
    ck_assert(memcmp(read, records, 3 * sizeof *read) == 0);
    copy.converted = read;
    copy.n_converted = n;
    len = sizeof again;
    ck_assert(mbill_bill_write(&copy, lines, n_again, labels, 0, again, &len, &err) == MBILL_OK);
    ck_assert_str_eq(again, text);
}
END_TEST

START_TEST(documents_of_bills_refused)
{
    static const struct {
        const char *from, *to;
        mbill_status status;
        const char *path, *says;
    } bad[] = {
        {"\"quantity\":\"15\"", "\"quantity\":\"16\"", MBILL_E_INVALID, "/converted/0", "not the product"},
        {"\"factor\":\"10\"", "\"factor\":\"0\"", MBILL_E_RANGE, "/converted/0/factor", "more than 0"},
        {"\"factor\":\"1/3\"", "\"factor\":\"1/0\"", MBILL_E_RANGE, "/converted/2/factor", "1/0"},
        {"\"factor\":\"1/3\"", "\"factor\":\"1/x\"", MBILL_E_NUMBER, "/converted/2/factor", ""},
        {"\"register\":\"gas\",", "", MBILL_E_MISSING_KEY, "/converted/0/register", ""},
        {"\"unit\":\"kWh\"}", "\"unit\":\"" LONG_32 "\"}", MBILL_E_LIMIT, "/converted/0/unit", "31"},
        {"\"measured_unit\":\"m3\"", "\"measured_unit\":3", MBILL_E_TYPE, "/converted/0/measured_unit", "text"},
        {"\"origin\":", "\"origins\":", MBILL_E_UNKNOWN_KEY, "/converted/0/origins", "origin"},
        {"\"to\":\"2026-01-02T00:00:00+00:00\"", "\"to\":\"2026-01-01T00:00:00+00:00\"", MBILL_E_INVALID, "/converted/0",
            "ends before"},
        {"\"from\":\"2026-01-01T00:00:00+00:00\",\"to\":\"2026-01-02",
            "\"from\":\"2025-12-31T00:00:00+00:00\",\"to\":\"2026-01-02", MBILL_E_INVALID, "/converted/0", "end of the bill"},
    };
    static char text[4096], changed[4200];
    size_t len = sizeof text, n;
    mbill_converted read[8];
    mbill_bill copy = {.struct_size = sizeof copy};
    make_records();
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    ck_assert(mbill_bill_write(&bill, lines, n_lines, labels, 0, text, &len, &err) == MBILL_OK);
    const char *at = strstr(text, bad[_i].from);
    ck_assert_msg(at != NULL, "%s", text);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, bad[_i].to, at + strlen(bad[_i].from));
    mbill_status status = mbill_bill_read(changed, strlen(changed), labels, lines, LINES_MAX, &n, &copy, &err);
    assert_refusal_path(&err, status, bad[_i].status, bad[_i].path, bad[_i].says);
    if (strcmp(bad[_i].says, "end of the bill") == 0) return;
    mbill_error_init(&err);
    status = mbill_bill_read_converted(changed, strlen(changed), labels, read, 8, &n, &err);
    assert_refusal_path(&err, status, bad[_i].status, bad[_i].path, bad[_i].says);
}
END_TEST

START_TEST(records_refused)
{
    size_t len = 0;
    make_records();
    records[1].quantity_micro++;
    assert_refusal(&err, mbill_bill_check(&bill, lines, n_lines, &err), MBILL_E_INVALID, "conversion 1");
    assert_refusal(&err, mbill_bill_write(&bill, lines, n_lines, mbill_tariff_labels(tariff), 0, NULL, &len, &err),
        MBILL_E_INVALID, "not the product");
    make_records();
    records[0].from_utc_s--;
    assert_refusal(&err, mbill_bill_check(&bill, lines, n_lines, &err), MBILL_E_INVALID, "end of the bill");
    make_records();
    memset(records[2].origin, 'x', sizeof records[2].origin);
    assert_refusal(&err, mbill_bill_check(&bill, lines, n_lines, &err), MBILL_E_INVALID, "does not end");
    bill.converted = NULL;
    assert_refusal(&err, mbill_bill_check(&bill, lines, n_lines, &err), MBILL_E_MISUSE, "converted");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("factors");
    TCase *tests = tcase_create("factors");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, tariff_refused, 0, (int)COUNT(tariffs));
    tcase_add_test(tests, tariff_says_what_it_wants);
    tcase_add_loop_test(tests, document_refused, 0, (int)COUNT(documents));
    tcase_add_test(tests, document_read);
    tcase_add_test(tests, exact_over_all_factors);
    tcase_add_test(tests, rounded_once);
    tcase_add_test(tests, ladders_and_periods);
    tcase_add_test(tests, whatever_looks_at_it);
    tcase_add_test(tests, by_the_prices_of_hours);
    tcase_add_test(tests, parts_of_a_span);
    tcase_add_test(tests, columns_give_the_same);
    tcase_add_loop_test(tests, request_refused, 0, 15);
    tcase_add_test(tests, readings_refused);
    tcase_add_test(tests, over_a_price_change);
    tcase_add_test(tests, shown);
    tcase_add_test(tests, written_and_read);
    tcase_add_loop_test(tests, documents_of_bills_refused, 0, 10);
    tcase_add_test(tests, records_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
