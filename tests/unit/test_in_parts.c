/* SPDX-License-Identifier: Apache-2.0 */
/* A charge in equal parts: what has none is refused, and the lines of all parts have room. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)
#define MARCH (JANUARY + 59 * INT64_C(86400))

static mbill_error err;

static mbill_tariff *read(const char *more, const char *charge, mbill_status *out_status)
{
    char text[2048];
    mbill_tariff *tariff = NULL;
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\","
        "\"valid\":{\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"bill\":\"none\"}%s,"
        "\"charges\":[{\"id\":\"energy\",%s}]}",
        more, charge);
    mbill_error_init(&err);
    *out_status = mbill_tariff_read(text, (size_t)len, NULL, &tariff, &err);
    return tariff;
}

START_TEST(what_has_no_equal_parts_is_refused)
{
    static const struct {
        const char *more, *charge, *part;
    } cases[] = {
        {"", "\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"month\"},\"rate\":\"1\",\"in_parts\":2",
            "a peak is not divided"},
        {"", "\"quantity\":\"one\",\"rate\":\"1\",\"in_parts\":2", "fixed amount"},
        {"",
            "\"quantity\":\"energy\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"9\"]},\"rate\":[\"1\","
            "\"2\"],\"in_parts\":2",
            "begun anew"},
        {"", "\"quantity\":\"energy\",\"rate\":\"1\",\"credit\":{\"until\":\"01-01\",\"then\":\"lost\"},\"in_parts\":2", "kept"},
        {",\"series\":{\"spot\":{\"step\":\"60min\",\"unit\":\"kWh\"}}",
            "\"quantity\":\"energy\",\"rate\":{\"series\":\"spot\"},\"in_parts\":2", "price series"},
        {",\"buy\":{\"step\":\"0.1\",\"how\":\"down\"}", "\"quantity\":\"energy\",\"rate\":\"1\",\"in_parts\":2", "purchase"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mbill_status status;
        mbill_tariff *tariff = read(cases[i].more, cases[i].charge, &status);
        ck_assert_msg(tariff == NULL, "%s is taken", cases[i].charge);
        assert_refusal_path(&err, status, MBILL_E_INVALID, "/charges/0/in_parts", cases[i].part);
    }
}
END_TEST

/* 100 / 3 is 33.333333 in each part; 33.333333 x 0.1 is 3.33, three times. */
START_TEST(each_part_is_rounded)
{
    mbill_status status;
    mbill_tariff *tariff = read("", "\"quantity\":\"energy\",\"rate\":\"0.1\",\"in_parts\":3", &status);
    ck_assert_msg(status == MBILL_OK, "%s: %s", err.path, err.message);
    const mbill_input input = {.name = "import", .total_micro = 100 * MICRO};
    const mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = JANUARY,
        .to_utc_s = MARCH,
        .inputs = &input,
        .n_inputs = 1};
    mbill_bill bill = {.struct_size = sizeof bill};
    size_t room, n;
    ck_assert_int_eq(mbill_tariff_lines_max(tariff, JANUARY, MARCH, &room, &err), MBILL_OK);
    mbill_line *lines = malloc(room * sizeof *lines);
    ck_assert_msg(mbill_tariff_price(tariff, &request, NULL, lines, room, &n, &bill, NULL, &err) == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_bill_check(&bill, lines, n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n, 6);
    for (size_t i = 0; i < n; i += 2) {
        ck_assert_int_eq(lines[i].quantity_micro, 33333333);
        ck_assert_int_eq(lines[i + 1].rule, MBILL_LINE_ROUNDING);
    }
    ck_assert_int_eq(bill.total_micro, 9990000);
    free(lines);
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("in_parts");
    TCase *tests = tcase_create("in_parts");
    tcase_add_test(tests, what_has_no_equal_parts_is_refused);
    tcase_add_test(tests, each_part_is_rounded);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
