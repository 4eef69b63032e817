/* SPDX-License-Identifier: Apache-2.0 */
/* Usage documents: the four forms, quality, rounding of long values, every refusal with its pointer, no memory. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/reading.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400)
#define HEAD "{\"meterbill\": 1, \"kind\": \"usage\", \"from\": \"2026-01-01\", \"to\": \"2026-02-01\", \"inputs\": "

/* Reads HEAD, the inputs and a closing brace. */
static mbill_usage *read_inputs(const char *inputs)
{
    char text[4096];
    mbill_usage *usage = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int len = snprintf(text, sizeof text, HEAD "%s}", inputs);
    mbill_status status = mbill_usage_read(text, (size_t)len, NULL, NULL, &usage, &err);
    ck_assert_msg(status == MBILL_OK, "%s %s", err.path, err.message);
    return usage;
}

static void assert_refused(const char *text, mbill_status status, const char *path, const char *part)
{
    mbill_usage *usage = (mbill_usage *)(void *)&usage;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status got = mbill_usage_read(text, strlen(text), NULL, NULL, &usage, &err);
    assert_refusal_path(&err, got, status, path, part);
    ck_assert_ptr_null(usage);
    ck_assert_int_eq(mbill_usage_read(text, strlen(text), NULL, NULL, &usage, NULL), (int)status);
}

/* ---- ok ---- */

START_TEST(reads_a_total)
{
    mbill_usage *usage = read_inputs(
        "[{\"register\": \"import\", \"total\": \"650\"}, {\"register\": \"export\", \"total\": 3, \"quality\": \"estimated\"}]");
    size_t n = 0;
    const mbill_input *inputs = mbill_usage_inputs(usage, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(mbill_usage_from_utc_s(usage), T0);
    ck_assert_int_eq(mbill_usage_to_utc_s(usage), T0 + 31 * DAY);
    ck_assert_str_eq(inputs[0].name, "import");
    ck_assert_ptr_null(inputs[0].period);
    ck_assert_ptr_null(inputs[0].intervals);
    ck_assert_int_eq(inputs[0].total_micro, 650 * UNIT);
    ck_assert_uint_eq(inputs[0].flags, 0);
    ck_assert_int_eq(inputs[1].total_micro, 3 * UNIT);
    ck_assert_uint_eq(inputs[1].flags, MBILL_READING_ESTIMATED);
    mbill_usage_free(usage);
}
END_TEST

START_TEST(reads_no_inputs)
{
    mbill_usage *usage = read_inputs("[]");
    size_t n = 7;
    ck_assert_ptr_nonnull(mbill_usage_inputs(usage, &n));
    ck_assert_uint_eq(n, 0);
    mbill_usage_free(usage);
}
END_TEST

START_TEST(reads_periods)
{
    mbill_usage *usage = read_inputs("[{\"register\": \"a\", \"total\": \"1\"}, {\"register\": \"b\", \"quality\": "
                                     "\"substituted\", \"periods\": {\"peak\": \"500\", "
                                     "\"谷\": \"700.5\"}}, {\"register\": \"c\", \"total\": \"2\"}]");
    size_t n = 0;
    const mbill_input *inputs = mbill_usage_inputs(usage, &n);
    ck_assert_uint_eq(n, 4);
    ck_assert_str_eq(inputs[1].name, "b");
    ck_assert_str_eq(inputs[1].period, "peak");
    ck_assert_int_eq(inputs[1].total_micro, 500 * UNIT);
    ck_assert_uint_eq(inputs[1].flags, MBILL_READING_SUBSTITUTED);
    ck_assert_str_eq(inputs[2].name, "b");
    ck_assert_str_eq(inputs[2].period, "谷");
    ck_assert_int_eq(inputs[2].total_micro, 700500000);
    ck_assert_str_eq(inputs[3].name, "c");
    mbill_usage_free(usage);
}
END_TEST

START_TEST(reads_values)
{
    mbill_usage *usage = read_inputs("[{\"register\": \"a\", \"start\": \"2026-01-01T00:00:00Z\", \"step_s\": 3600, \"values\": "
                                     "[\"0.5\", \"0.25\", 2, \"-1\"], "
                                     "\"quality\": \"estimated\"}]");
    size_t n = 0;
    const mbill_input *inputs = mbill_usage_inputs(usage, &n);
    const int64_t expected[] = {500000, 250000, 2 * UNIT, -UNIT};
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(inputs[0].n_intervals, 4);
    for (int64_t i = 0; i < 4; i++) {
        ck_assert_int_eq(inputs[0].intervals[i].start_utc_s, T0 + i * 3600);
        ck_assert_int_eq(inputs[0].intervals[i].end_utc_s, T0 + (i + 1) * 3600);
        ck_assert_int_eq(inputs[0].intervals[i].quantity_micro, expected[i]);
        ck_assert_uint_eq(inputs[0].intervals[i].flags, MBILL_READING_ESTIMATED);
    }
    ck_assert_int_eq(mbill_usage_check(inputs[0].intervals, 4, T0, T0 + 4 * 3600, 0, NULL, NULL), MBILL_OK);
    mbill_usage_free(usage);
}
END_TEST

START_TEST(reads_readings)
{
    mbill_usage *usage = read_inputs(
        "[{\"register\": \"a\", \"modulus\": \"1000\", \"multiplier\": \"40\", \"quality\": \"estimated\", \"readings\": "
        "[[\"2026-01-01\", \"900\"], [\"2026-01-11\", \"100\", \"rollover\"], [\"2026-01-21\", \"150\", \"removed\"], "
        "[\"2026-01-21\", 0, \"installed\"], [\"2026-02-01\", \"0.5\"]]}]");
    size_t n = 0;
    const mbill_input *inputs = mbill_usage_inputs(usage, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(inputs[0].n_intervals, 3);
    ck_assert_int_eq(inputs[0].intervals[0].quantity_micro, 8000 * UNIT);
    ck_assert_int_eq(inputs[0].intervals[1].quantity_micro, 2000 * UNIT);
    ck_assert_int_eq(inputs[0].intervals[2].quantity_micro, 20 * UNIT);
    ck_assert_uint_eq(inputs[0].intervals[2].flags, MBILL_READING_ESTIMATED);
    mbill_usage_free(usage);
}
END_TEST

/* Time that readings leave open is for pricing to judge. */
START_TEST(leaves_gaps_to_pricing)
{
    mbill_usage *usage = read_inputs("[{\"register\": \"a\", \"readings\": [[\"2026-01-05\", \"1\"], [\"2026-01-06\", \"2\"]]}]");
    ck_assert_uint_eq(mbill_usage_inputs(usage, NULL)[0].n_intervals, 1);
    mbill_usage_free(usage);
}
END_TEST

static const struct {
    const char *text;
    int64_t micro;
} rounded[] = {
    {"0.5", 500000},
    {"0.1234567", 123457},
    {"0.1234565", 123456},
    {"0.1234575", 123458},
    {"0.12345650000000000000000000000000000000000001", 123457},
    {"0.12345649999999999999999999999999999999999999", 123456},
    {"0.1234560000000", 123456},
    {"-0.0000005", 0},
    {"-0.0000015", -2},
    {"-0.00000050000000000001", -1},
    {"-0.0000009", -1},
    {"7", 7 * UNIT},
    {"9223372036854.7758074", INT64_MAX},
    {"-9223372036854.7758084", INT64_MIN},
    {"-9223372036854.7758085", INT64_MIN},
};

START_TEST(rounds_long_values)
{
    char text[256];
    snprintf(text, sizeof text,
        "[{\"register\": \"a\", \"start\": \"2026-01-01\", \"step_s\": 900, \"round\": \"half_even\", \"values\": [\"%s\"]}]",
        rounded[_i].text);
    mbill_usage *usage = read_inputs(text);
    ck_assert_int_eq(mbill_usage_inputs(usage, NULL)[0].intervals[0].quantity_micro, rounded[_i].micro);
    mbill_usage_free(usage);
}
END_TEST

/* ---- refused ---- */

#define VALUES(rest) HEAD "[{\"register\": \"a\", \"start\": \"2026-01-01\", \"step_s\": 900, " rest "}]}"
#define READINGS(rest) HEAD "[{\"register\": \"a\", \"readings\": " rest "}]}"

static const struct {
    const char *text;
    mbill_status status;
    const char *path, *part;
} refused[] = {
    {"", MBILL_E_SYNTAX, "", ""},
    {"[]", MBILL_E_TYPE, "", "object"},
    {"{\"meterbill\": 1, \"kind\": \"tariff\"}", MBILL_E_INVALID, "/kind", "usage"},
    {"{\"meterbill\": 1, \"kind\": \"usage\", \"to\": \"2026-01-01\", \"inputs\": []}", MBILL_E_MISSING_KEY, "/from", "from"},
    {"{\"meterbill\": 1, \"kind\": \"usage\", \"from\": \"2026-01-01\", \"to\": \"2026-01-01\", \"inputs\": []}", MBILL_E_INVALID,
        "/to", "usage ends at 2026-01-01T00:00:00Z, not after"},
    {"{\"meterbill\": 1, \"kind\": \"usage\", \"from\": \"now\", \"to\": \"2026-01-01\", \"inputs\": []}", MBILL_E_DATE, "/from",
        "now"},
    {"{\"meterbill\": 1, \"kind\": \"usage\", \"from\": 1, \"to\": \"2026-01-01\", \"inputs\": []}", MBILL_E_TYPE, "/from",
        "text"},
    {"{\"meterbill\": 1, \"kind\": \"usage\", \"from\": \"2025-01-01\", \"to\": \"2026-01-01\", \"input\": []}",
        MBILL_E_UNKNOWN_KEY, "/input", "inputs"},
    {HEAD "{}}", MBILL_E_TYPE, "/inputs", "list"},
    {HEAD "[1]}", MBILL_E_TYPE, "/inputs/0", "object"},
    {HEAD "[{\"total\": \"1\"}]}", MBILL_E_MISSING_KEY, "/inputs/0/register", "register"},
    {HEAD "[{\"register\": \"\", \"total\": \"1\"}]}", MBILL_E_INVALID, "/inputs/0/register", "empty"},
    {HEAD "[{\"register\": \"a\"}]}", MBILL_E_MISSING_KEY, "/inputs/0", "expected one of total, periods, values, readings"},
    {HEAD "[{\"register\": \"a\", \"total\": \"1\", \"readings\": []}]}", MBILL_E_INVALID, "/inputs/0/readings",
        "both \"total\" and \"readings\""},
    {HEAD "[{\"register\": \"a\", \"total\": \"1\", \"step_s\": 900}]}", MBILL_E_INVALID, "/inputs/0/step_s",
        "\"step_s\" belongs to \"values\""},
    {HEAD "[{\"register\": \"a\", \"total\": \"1\", \"multiplier\": \"2\"}]}", MBILL_E_INVALID, "/inputs/0/multiplier",
        "belongs to \"readings\""},
    {HEAD "[{\"register\": \"a\", \"total\": \"1\"}, {\"register\": \"a\", \"total\": \"1\"}]}", MBILL_E_INVALID,
        "/inputs/1/register", "two entries"},
    {HEAD "[{\"register\": \"a\", \"periods\": {\"p\": \"1\", \"p\": \"1\"}}]}", MBILL_E_DUPLICATE_KEY, "/inputs/0/periods/p",
        "twice"},
    {HEAD "[{\"register\": \"a\", \"periods\": {}}]}", MBILL_E_INVALID, "/inputs/0/periods", "0 periods"},
    {HEAD "[{\"register\": \"a\", \"periods\": [\"1\"]}]}", MBILL_E_TYPE, "/inputs/0/periods", "object"},
    {HEAD "[{\"register\": \"a\", \"periods\": {\"p\": \"x\"}}]}", MBILL_E_NUMBER, "/inputs/0/periods/p", "x"},
    {HEAD "[{\"register\": \"a\", \"total\": \"0.1234567\"}]}", MBILL_E_DIGITS, "/inputs/0/total", "0.1234567"},
    {HEAD "[{\"register\": \"a\", \"total\": null}]}", MBILL_E_TYPE, "/inputs/0/total", "null"},
    {HEAD "[{\"register\": \"a\", \"total\": \"1\", \"quality\": \"good\"}]}", MBILL_E_INVALID, "/inputs/0/quality", "measured"},
    {VALUES("\"values\": []"), MBILL_E_INVALID, "/inputs/0/values", "0 entries"},
    {VALUES("\"values\": [\"1\", \"1,5\"]"), MBILL_E_NUMBER, "/inputs/0/values/1", "1,5"},
    {VALUES("\"values\": [\"0.1234567\"]"), MBILL_E_DIGITS, "/inputs/0/values/0", "0.1234567"},
    {VALUES("\"round\": \"half_up\", \"values\": [\"1\"]"), MBILL_E_INVALID, "/inputs/0/round", "half_even"},
    {VALUES("\"round\": \"half_even\", \"values\": [\"0.1234567x\"]"), MBILL_E_NUMBER, "/inputs/0/values/0", "0.1234567x"},
    {VALUES("\"round\": \"half_even\", \"values\": [\"00.1234567\"]"), MBILL_E_NUMBER, "/inputs/0/values/0", "00.123456"},
    {VALUES("\"round\": \"half_even\", \"values\": [\"9223372036854.7758075\"]"), MBILL_E_OVERFLOW, "/inputs/0/values/0",
        "does not fit"},
    {VALUES("\"round\": \"half_even\", \"values\": [\"-9223372036854.77580850001\"]"), MBILL_E_OVERFLOW, "/inputs/0/values/0",
        "does not fit"},
    {HEAD "[{\"register\": \"a\", \"step_s\": 900, \"values\": [\"1\"]}]}", MBILL_E_MISSING_KEY, "/inputs/0/start", "start"},
    {HEAD "[{\"register\": \"a\", \"start\": \"2026-01-01\", \"values\": [\"1\"]}]}", MBILL_E_MISSING_KEY, "/inputs/0/step_s",
        "step_s"},
    {HEAD "[{\"register\": \"a\", \"start\": \"2026-01-01\", \"step_s\": 0, \"values\": [\"1\"]}]}", MBILL_E_RANGE,
        "/inputs/0/step_s", "0"},
    {HEAD "[{\"register\": \"a\", \"start\": \"2999-12-31\", \"step_s\": 86401, \"values\": [\"1\"]}]}", MBILL_E_RANGE,
        "/inputs/0/step_s", "year 2999"},
    {READINGS("[[\"2026-01-01\", \"1\"]]"), MBILL_E_INVALID, "/inputs/0/readings", "1 entries"},
    {READINGS("[[\"2026-01-01\", \"1\"], [\"2026-02-01\"]]"), MBILL_E_INVALID, "/inputs/0/readings/1", "1 entries"},
    {READINGS("[[\"2026-01-01\", \"1\", \"rollover\", \"x\"], [\"2026-02-01\", \"1\"]]"), MBILL_E_INVALID, "/inputs/0/readings/0",
        "4 entries"},
    {READINGS("[[\"2026-01-01\", \"1\", \"roll\"], [\"2026-02-01\", \"1\"]]"), MBILL_E_INVALID, "/inputs/0/readings/0/2",
        "rollover"},
    {READINGS("[[\"1st\", \"1\"], [\"2026-02-01\", \"1\"]]"), MBILL_E_DATE, "/inputs/0/readings/0/0", "1st"},
    {READINGS("[[\"2026-01-01\", \"1\"], [\"2026-02-01\", \"1.\"]]"), MBILL_E_NUMBER, "/inputs/0/readings/1/1", "1."},
    {READINGS("[[\"2026-01-01\", \"950\"], [\"2026-02-01\", \"12\"]]"), MBILL_E_REGRESSED, "/inputs/0/readings/1",
        "the register falls from 950 to 12 at 2026-02-01T00:00:00Z without a rollover mark"},
    {READINGS("[[\"2026-01-01\", \"1\"], [\"2025-02-01\", \"2\"]]"), MBILL_E_ORDER, "/inputs/0/readings/1",
        "expected rising times"},
    {READINGS("[[\"2026-01-01\", \"-1\"], [\"2026-02-01\", \"2\"]]"), MBILL_E_RANGE, "/inputs/0/readings/0", "below 0"},
    {READINGS("[[\"2025-01-01\", \"1\"], [\"2026-01-01\", \"2\"]]"), MBILL_E_GAP, "/inputs/0/readings", "covers any of the time"},
    {READINGS("[[\"2026-01-01\", \"1\"], [\"2026-02-01\", \"2\"]], \"modulus\": \"0\""), MBILL_E_INVALID, "/inputs/0/modulus",
        "not above 0"},
    {READINGS("[[\"2026-01-01\", \"1\"], [\"2026-02-01\", \"2\"]], \"multiplier\": \"-1\""), MBILL_E_INVALID,
        "/inputs/0/multiplier", "not above 0"},
};

START_TEST(refuses)
{
    assert_refused(refused[_i].text, refused[_i].status, refused[_i].path, refused[_i].part);
}
END_TEST

START_TEST(refuses_too_many)
{
    size_t room = 64 + 4 * 1000001 + 256;
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    size_t at = (size_t)sprintf(text, HEAD "[{\"register\": \"a\", \"start\": \"2026-01-01\", \"step_s\": 1, \"values\": [1");
    for (int i = 1; i < 1000001; i++, at += 2) memcpy(text + at, ",1", 3);
    memcpy(text + at, "]}]}", 5);
    assert_refused(text, MBILL_E_LIMIT, "/inputs/0/values", "1000001 values, expected at most 1000000");
    memcpy(text + at - 2, "]}]}", 5);
    mbill_usage *usage = NULL;
    ck_assert_int_eq(mbill_usage_read(text, strlen(text), NULL, NULL, &usage, NULL), MBILL_OK);
    ck_assert_uint_eq(mbill_usage_inputs(usage, NULL)[0].n_intervals, 1000000);
    mbill_usage_free(usage);
    at = (size_t)sprintf(text, HEAD "[{\"register\": \"r0\", \"total\": 1}");
    for (int i = 1; i < 1001; i++) at += (size_t)sprintf(text + at, ",{\"register\": \"r%d\", \"total\": 1}", i);
    memcpy(text + at, "]}", 3);
    assert_refused(text, MBILL_E_LIMIT, "/inputs", "1001 inputs, expected at most 1000");
    at = (size_t)sprintf(text, HEAD "[{\"register\": \"a\", \"total\": 1}, {\"register\": \"b\", \"periods\": {\"p0\": 1");
    for (int i = 1; i < 1000; i++) at += (size_t)sprintf(text + at, ",\"p%d\": 1", i);
    memcpy(text + at, "}}]}", 5);
    assert_refused(text, MBILL_E_LIMIT, "/inputs", "1001 inputs, expected at most 1000"); /* a period is an input */
    free(text);
}
END_TEST

START_TEST(refuses_null)
{
    mbill_usage *usage = NULL;
    mbill_error err;
    size_t n = 7;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_usage_read(NULL, 0, NULL, NULL, &usage, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "json is NULL");
    ck_assert_int_eq(mbill_usage_read("{}", 2, NULL, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_usage is NULL");
    ck_assert_ptr_null(mbill_usage_inputs(NULL, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(mbill_usage_from_utc_s(NULL), INT64_MIN);
    ck_assert_int_eq(mbill_usage_to_utc_s(NULL), INT64_MIN);
    mbill_usage_free(NULL);
}
END_TEST

/* ---- edges ---- */

START_TEST(times_in_the_zone)
{
    static const char text[] =
        "{\"meterbill\": 1, \"kind\": \"usage\", \"from\": \"2026-01-01\", \"to\": \"2026-02-01T00:00:00Z\", \"inputs\": "
        "[{\"register\": \"a\", \"start\": \"2026-01-01 00:00\", \"step_s\": 900, \"values\": [\"1\"]}]}";
    mbill_zone *zone;
    mbill_usage *usage;
    ck_assert_int_eq(mbill_zone_from_rule("CST-8", 5, NULL, &zone, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_usage_read(text, strlen(text), zone, NULL, &usage, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_usage_from_utc_s(usage), T0 - 8 * 3600);
    ck_assert_int_eq(mbill_usage_to_utc_s(usage), T0 + 31 * DAY);
    ck_assert_int_eq(mbill_usage_inputs(usage, NULL)[0].intervals[0].start_utc_s, T0 - 8 * 3600);
    mbill_usage_free(usage);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(no_memory)
{
    static const char text[] = HEAD
        "[{\"register\": \"a\", \"total\": \"1\"}, {\"register\": \"b\", \"periods\": {\"p\": \"1\", \"q\": \"2\"}}, "
        "{\"register\": \"c\", \"start\": \"2026-01-01\", \"step_s\": 3600, \"values\": [\"1\", \"2\"]}, "
        "{\"register\": \"d\", \"readings\": [[\"2026-01-01\", \"300\"], [\"2026-02-01\", \"950\"]]}]}";
    mbill_status status = MBILL_E_NOMEM;
    size_t fail_at = 1;
    for (; status == MBILL_E_NOMEM; fail_at++) {
        counting_allocator counter;
        mbill_usage *usage = (mbill_usage *)(void *)&usage;
        mbill_error err;
        mbill_error_init(&err);
        counting_start(&counter, fail_at);
        status = mbill_usage_read(text, strlen(text), NULL, &counter.allocator, &usage, &err);
        if (status == MBILL_E_NOMEM) ck_assert_ptr_null(usage);
        if (status == MBILL_E_NOMEM) assert_refusal(&err, status, MBILL_E_NOMEM, "");
        mbill_usage_free(usage);
        ck_assert(counting_is_even(&counter));
    }
    ck_assert_int_eq(status, MBILL_OK);
    ck_assert_uint_gt(fail_at, 4);
}
END_TEST

static Suite *usage_read_suite(void)
{
    Suite *suite = suite_create("usage_read");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, reads_a_total);
    tcase_add_test(ok, reads_no_inputs);
    tcase_add_test(ok, reads_periods);
    tcase_add_test(ok, reads_values);
    tcase_add_test(ok, reads_readings);
    tcase_add_test(ok, leaves_gaps_to_pricing);
    tcase_add_loop_test(ok, rounds_long_values, 0, (int)(sizeof rounded / sizeof rounded[0]));
    tcase_add_loop_test(bad, refuses, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(bad, refuses_too_many);
    tcase_add_test(bad, refuses_null);
    tcase_add_test(edges, times_in_the_zone);
    tcase_add_test(edges, no_memory);
    tcase_set_timeout(bad, 60);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(usage_read_suite(), CK_NOFORK);
}
