/* SPDX-License-Identifier: Apache-2.0 */
/* Power factors: right-angled triangles whose hypotenuse is whole, the middle between two steps, and the largest numbers. */
#include "check_run.h"
#include "number/power_factor.h"

#include <check.h>
#include <stdlib.h>

#define HUNDREDTH 10000

START_TEST(triangles_are_exact)
{
    static const mbill_round_how hows[] = {MBILL_ROUND_HALF_UP, MBILL_ROUND_HALF_EVEN, MBILL_ROUND_DOWN, MBILL_ROUND_UP,
        MBILL_ROUND_FLOOR, MBILL_ROUND_CEILING};
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        ck_assert_int_eq(mbill__power_factor(3, 4, HUNDREDTH, hows[i]), 600000);
        ck_assert_int_eq(mbill__power_factor(4, 3, HUNDREDTH, hows[i]), 800000);
        ck_assert_int_eq(mbill__power_factor(24, 7, HUNDREDTH, hows[i]), 960000);
        ck_assert_int_eq(mbill__power_factor(7, 0, HUNDREDTH, hows[i]), 1000000);
        ck_assert_int_eq(mbill__power_factor(0, 7, HUNDREDTH, hows[i]), 0);
        ck_assert_int_eq(mbill__power_factor(7, 0, 300000, hows[i]),
            hows[i] == MBILL_ROUND_UP || hows[i] == MBILL_ROUND_CEILING ? 1200000 : 900000);
    }
}
END_TEST

START_TEST(between_steps_the_rule_decides)
{
    /* 5115 / sqrt(5115² + 3090²) = 0.85593… */
    ck_assert_int_eq(mbill__power_factor(5115, 3090, HUNDREDTH, MBILL_ROUND_HALF_UP), 860000);
    ck_assert_int_eq(mbill__power_factor(5115, 3090, HUNDREDTH, MBILL_ROUND_DOWN), 850000);
    ck_assert_int_eq(mbill__power_factor(5115, 3090, HUNDREDTH, MBILL_ROUND_FLOOR), 850000);
    ck_assert_int_eq(mbill__power_factor(5115, 3090, HUNDREDTH, MBILL_ROUND_CEILING), 860000);
    ck_assert_int_eq(mbill__power_factor(5115, 3090, 1, MBILL_ROUND_DOWN), 855938);
}
END_TEST

START_TEST(on_the_middle)
{
    /* 3 : 4 makes 0.6, the middle of steps of 0.4 between 0.4 and 0.8, and of steps of 0.24 between 0.48 and 0.72. */
    ck_assert_int_eq(mbill__power_factor(3, 4, 400000, MBILL_ROUND_HALF_UP), 800000);
    ck_assert_int_eq(mbill__power_factor(3, 4, 400000, MBILL_ROUND_HALF_EVEN), 800000);
    ck_assert_int_eq(mbill__power_factor(3, 4, 240000, MBILL_ROUND_HALF_UP), 720000);
    ck_assert_int_eq(mbill__power_factor(3, 4, 240000, MBILL_ROUND_HALF_EVEN), 480000);
    ck_assert_int_eq(mbill__power_factor(3, 4, 240000, MBILL_ROUND_DOWN), 480000);
}
END_TEST

START_TEST(largest_numbers)
{
    /* 1 / sqrt(2) = 0.70710678… */
    ck_assert_int_eq(mbill__power_factor(INT64_MAX, INT64_MAX, 1, MBILL_ROUND_HALF_UP), 707107);
    ck_assert_int_eq(mbill__power_factor(INT64_MAX, INT64_MAX - 1, 1, MBILL_ROUND_DOWN), 707106);
    ck_assert_int_eq(mbill__power_factor(INT64_MAX, 1, 1, MBILL_ROUND_DOWN), 999999);
    ck_assert_int_eq(mbill__power_factor(INT64_MAX, 1, 1, MBILL_ROUND_HALF_EVEN), 1000000);
    ck_assert_int_eq(mbill__power_factor(1, INT64_MAX, 1, MBILL_ROUND_UP), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("power_factor");
    TCase *tests = tcase_create("power_factor");
    tcase_add_test(tests, triangles_are_exact);
    tcase_add_test(tests, between_steps_the_rule_decides);
    tcase_add_test(tests, on_the_middle);
    tcase_add_test(tests, largest_numbers);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
