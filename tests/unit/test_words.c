/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that are words, and conditions that compare with facts. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define JANUARY INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define FEBRUARY INT64_C(1769904000)

/* The total in 10^-6, or what the refusal says. */
static mbill_status price(const char *only_if, const mbill_fact *facts, size_t n_facts, int64_t used_micro, int64_t *out_micro,
    mbill_error *err)
{
    char text[2048];
    mbill_tariff *tariff;
    mbill_line lines[4];
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_input input = {.name = "import", .total_micro = used_micro};
    size_t n_lines;
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-"
        "01\","
        "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"area\":{\"fact\":\"area\",\"unit\":"
        "\"m2\"},"
        "\"class\":{\"fact\":\"class\",\"words\":[\"A\",\"B\",\"C\"]}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
        "\"charges\":[{\"id\":\"fee\",\"quantity\":\"one\",\"rate\":\"1\",\"only_if\":%s}]}",
        only_if);
    mbill_error_init(err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, err) == MBILL_OK, "%s: %s", err->path, err->message);
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = FEBRUARY,
        .inputs = &input,
        .n_inputs = 1,
        .facts = facts,
        .n_facts = n_facts};
    mbill_status status = mbill_tariff_price(tariff, &request, NULL, lines, 4, &n_lines, &bill, NULL, err);
    *out_micro = bill.total_micro;
    mbill_tariff_free(tariff);
    return status;
}

static bool is_due(const char *only_if, const char *word, int64_t area_micro, int64_t used_micro)
{
    const mbill_fact facts[] = {{"area", area_micro, NULL}, {"class", 77, word}};
    mbill_error err;
    int64_t total_micro;
    ck_assert_msg(price(only_if, facts, 2, used_micro, &total_micro, &err) == MBILL_OK, "%s", err.message);
    return total_micro == MICRO;
}

START_TEST(words_decide)
{
    static const char is[] = "{\"fact\":\"class\",\"is\":\"B\"}", one_of[] = "{\"fact\":\"class\",\"is_one_of\":[\"C\",\"A\"]}";
    ck_assert(!is_due(is, "A", 0, 0) && is_due(is, "B", 0, 0) && !is_due(is, "C", 0, 0));
    ck_assert(is_due(one_of, "A", 0, 0) && !is_due(one_of, "B", 0, 0) && is_due(one_of, "C", 0, 0));
}
END_TEST

START_TEST(what_is_no_word_of_the_tariff_is_refused)
{
    static const char is[] = "{\"fact\":\"class\",\"is\":\"B\"}";
    mbill_error err;
    int64_t total_micro;
    mbill_fact fact = {"class", 0, "D"};
    mbill_status status = price(is, &fact, 1, 0, &total_micro, &err);
    assert_refusal(&err, status, MBILL_E_INVALID, "\"D\", which is not one of: A, B, C");
    fact.text = "a";
    ck_assert_int_eq(price(is, &fact, 1, 0, &total_micro, &err), MBILL_E_INVALID);
    fact.text = NULL;
    status = price(is, &fact, 1, 0, &total_micro, &err);
    assert_refusal(&err, status, MBILL_E_TYPE, "is a number; expected one of: A, B, C");
    ck_assert_int_eq(price(is, NULL, 0, 0, &total_micro, &err), MBILL_E_NOT_KNOWN);
    fact = (mbill_fact){"area", 0, "large"};
    status = price("{\"fact\":\"area\",\"is\":\"3\"}", &fact, 1, 0, &total_micro, &err);
    assert_refusal(&err, status, MBILL_E_TYPE, "is the word \"large\"; expected a number");
}
END_TEST

START_TEST(a_rate_by_word_has_one_for_each)
{
    static const struct {
        const char *values;
        mbill_status status;
        const char *path;
    } bad[] = {{"{\"A\":\"1\",\"B\":\"2\"}", MBILL_E_MISSING_KEY, "/charges/0/rate/values/C"},
        {"{\"A\":\"1\",\"B\":\"2\",\"C\":\"3\",\"D\":\"4\"}", MBILL_E_UNKNOWN_KEY, "/charges/0/rate/values/D"},
        {"{\"A\":\"1\",\"B\":\"2\",\"C\":\"x\"}", MBILL_E_NUMBER, "/charges/0/rate/values/C"},
        {"[\"1\",\"2\",\"3\"]", MBILL_E_TYPE, "/charges/0/rate/values"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[1024];
        mbill_tariff *tariff;
        mbill_error err;
        mbill_error_init(&err);
        snprintf(text, sizeof text,
            "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":"
            "\"2020-01-01\",\"to\":null},\"inputs\":{\"class\":{\"fact\":\"class\",\"words\":[\"A\",\"B\",\"C\"]}},"
            "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
            "\"charges\":[{\"id\":\"fee\",\"quantity\":\"one\",\"rate\":{\"by\":\"class\",\"values\":%s}}]}",
            bad[i].values);
        mbill_status status = mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
        assert_refusal_path(&err, status, bad[i].status, bad[i].path, "");
    }
}
END_TEST

START_TEST(both_ends_of_a_range)
{
    static const char open[] = "{\"total\":\"energy\",\"above\":\"2\",\"below\":\"3\"}",
                      closed[] = "{\"total\":\"energy\",\"at_least\":\"2\",\"up_to\":\"3\"}";
    static const char point[] = "{\"total\":\"energy\",\"at_least\":\"3\",\"up_to\":\"3\"}";
    ck_assert(!is_due(open, "A", 0, 2 * MICRO) && is_due(open, "A", 0, 2 * MICRO + 1));
    ck_assert(is_due(open, "A", 0, 3 * MICRO - 1) && !is_due(open, "A", 0, 3 * MICRO));
    ck_assert(!is_due(closed, "A", 0, 2 * MICRO - 1) && is_due(closed, "A", 0, 2 * MICRO));
    ck_assert(is_due(closed, "A", 0, 3 * MICRO) && !is_due(closed, "A", 0, 3 * MICRO + 1));
    ck_assert(is_due(point, "A", 0, 3 * MICRO) && !is_due(point, "A", 0, 3 * MICRO - 1));
}
END_TEST

/* A third of 31 times 0.95 times the area ends nowhere among micro-units, and is compared as it is. */
START_TEST(facts_multiplied_are_not_rounded)
{
    static const char below[] =
        "{\"total\":\"energy\",\"below\":{\"product\":[\"area\",\"days\"],\"factor\":\"0.95\",\"over\":\"3\"}}";
    static const char is[] = "{\"fact\":\"area\",\"is\":{\"of\":\"days\",\"factor\":\"0.5\"}}";
    ck_assert(is_due(below, "A", MICRO, 9816666)); /* 9.8166666… */
    ck_assert(!is_due(below, "A", MICRO, 9816667));
    ck_assert(is_due(is, "A", 15 * MICRO + MICRO / 2, 0) && !is_due(is, "A", 15 * MICRO, 0));
}
END_TEST

START_TEST(a_comparison_out_of_range_is_refused)
{
    const mbill_fact facts[] = {{"area", INT64_MAX, NULL}};
    mbill_error err;
    int64_t total_micro;
    ck_assert_int_eq(price("{\"total\":\"energy\",\"below\":{\"product\":[\"area\",\"area\",\"area\"]}}", facts, 1, 0,
                         &total_micro, &err),
        MBILL_E_OVERFLOW);
    ck_assert_int_eq(price("{\"total\":\"energy\",\"below\":{\"product\":[\"area\",\"area\"],\"factor\":\"0.000000001\",\"over\":"
                           "\"9223372036854.775807\"}}",
                         facts, 1, INT64_MAX, &total_micro, &err),
        MBILL_E_OVERFLOW);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *tests = tcase_create("words");
    tcase_add_test(tests, words_decide);
    tcase_add_test(tests, what_is_no_word_of_the_tariff_is_refused);
    tcase_add_test(tests, a_rate_by_word_has_one_for_each);
    tcase_add_test(tests, both_ends_of_a_range);
    tcase_add_test(tests, facts_multiplied_are_not_rounded);
    tcase_add_test(tests, a_comparison_out_of_range_is_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
