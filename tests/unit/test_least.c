/* SPDX-License-Identifier: Apache-2.0 */
/* A least quantity: its refusals, and when it is due in a span that is charged in parts. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define DAY_S INT64_C(86400)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define FEBRUARY (JANUARY + 31 * DAY_S)

static mbill_error err;

static mbill_tariff *read(const char *more, const char *charge, mbill_status *out_status)
{
    char text[2048];
    mbill_tariff *tariff = NULL;
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\","
        "\"valid\":{\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},"
        "\"area\":{\"fact\":\"area\",\"unit\":\"m2\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"}%s,\"charges\":[{\"id\":\"energy\",\"quantity\":%"
        "s}]}",
        more, charge);
    mbill_error_init(&err);
    *out_status = mbill_tariff_read(text, (size_t)len, NULL, &tariff, &err);
    return tariff;
}

#define LEAST "{\"of\":\"energy\",\"at_least\":{\"quantity\":\"40\"}}"
#define PERIODS                                                                                                                  \
    ",\"calendar\":{\"periods\":[{\"name\":\"peak\",\"when\":[{\"at\":[\"08:00-20:00\"]}]},{\"name\":\"valley\",\"otherwise\":"  \
    "true}]}"

START_TEST(what_has_no_least_quantity_is_refused)
{
    static const struct {
        const char *more, *charge;
        mbill_status status;
        const char *path, *part;
    } cases[] = {
        {"", "{\"of\":\"area\",\"at_least\":{\"quantity\":\"40\"}},\"rate\":\"1\"", MBILL_E_INVALID,
            "/charges/0/quantity/at_least", "register"},
        {"", "{\"of\":\"energy\",\"at_least\":{\"quantity\":\"0\"}},\"rate\":\"1\"", MBILL_E_RANGE,
            "/charges/0/quantity/at_least/quantity", "least quantity is above 0"},
        {"", "{\"of\":\"energy\",\"at_least\":{\"times\":\"days\"}},\"rate\":\"1\"", MBILL_E_MISSING_KEY,
            "/charges/0/quantity/at_least/quantity", "quantity"},
        {"", "{\"of\":\"energy\",\"at_least\":{\"quantity\":\"4\",\"times\":\"energy\"}},\"rate\":\"1\"", MBILL_E_INVALID,
            "/charges/0/quantity/at_least/times", "register"},
        {"", LEAST ",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"9\"]}",
            MBILL_E_INVALID, "/charges/0", "\"bill\""},
        {PERIODS, LEAST ",\"rate\":{\"peak\":\"1\",\"valley\":\"2\"}", MBILL_E_INVALID, "/charges/0", "which period"},
        {PERIODS,
            LEAST ",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"9\"],\"across\":"
                  "\"each_period\"}",
            MBILL_E_INVALID, "/charges/0", "which period"},
        {",\"series\":{\"spot\":{\"step\":\"60min\",\"unit\":\"kWh\"}}", LEAST ",\"rate\":{\"series\":\"spot\"}", MBILL_E_INVALID,
            "/charges/0", "series"},
        {"", LEAST ",\"rate\":\"1\",\"credit\":{\"until\":\"01-01\",\"then\":\"lost\"}", MBILL_E_INVALID, "/charges/0", "credit"},
        {",\"buy\":{\"step\":\"0.1\",\"how\":\"down\"}", LEAST ",\"rate\":\"1\"", MBILL_E_INVALID, "/charges/0", "purchase"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mbill_status status;
        mbill_tariff *tariff = read(cases[i].more, cases[i].charge, &status);
        ck_assert_msg(tariff == NULL, "%s is taken", cases[i].charge);
        assert_refusal_path(&err, status, cases[i].status, cases[i].path, cases[i].part);
    }
}
END_TEST

static int64_t charged(const mbill_tariff *tariff, mbill_position *position, int64_t to, int64_t used_micro)
{
    const mbill_input input = {.name = "import", .total_micro = used_micro};
    const mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = to,
        .inputs = &input,
        .n_inputs = 1,
        .span_to_utc_s = FEBRUARY};
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_line lines[8];
    size_t n;
    ck_assert_msg(mbill_tariff_price(tariff, &request, position, lines, 8, &n, &bill, position, &err) == MBILL_OK, "%s",
        err.message);
    return bill.total_micro;
}

/* What was not used is due at the close: 12 at 1 as they come, then 28 more. */
START_TEST(it_waits_for_the_close)
{
    mbill_status status;
    mbill_tariff *tariff = read("", LEAST ",\"rate\":\"1\"", &status);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    mbill_position *position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    ck_assert_int_eq(charged(tariff, position, JANUARY + 10 * DAY_S, 5 * MICRO), 5 * MICRO);
    ck_assert_int_eq(charged(tariff, position, JANUARY + 30 * DAY_S, 12 * MICRO), 7 * MICRO);
    ck_assert_int_eq(charged(tariff, position, FEBRUARY, 12 * MICRO), 28 * MICRO);
    free(position);
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("least");
    TCase *tests = tcase_create("least");
    tcase_add_test(tests, what_has_no_least_quantity_is_refused);
    tcase_add_test(tests, it_waits_for_the_close);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
