/* SPDX-License-Identifier: Apache-2.0 */
/* Square roots: whole ones, on both sides of the middle between two steps, and the largest numbers. */
#include "check_run.h"
#include "number/root.h"

#include <check.h>
#include <stdlib.h>

static int64_t root(int64_t a, int64_t b, int64_t step, mbill_round_how how)
{
    int64_t out = -1;
    mbill__wide square;
    ck_assert(mbill__wide_add(mbill__wide_product(a, a), mbill__wide_product(b, b), &square));
    ck_assert(mbill__root(square, step, how, &out));
    return out;
}

START_TEST(whole_roots_are_exact)
{
    static const mbill_round_how hows[] = {MBILL_ROUND_HALF_UP, MBILL_ROUND_HALF_EVEN, MBILL_ROUND_DOWN, MBILL_ROUND_UP,
        MBILL_ROUND_FLOOR, MBILL_ROUND_CEILING};
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        ck_assert_int_eq(root(3, 4, 1, hows[i]), 5);
        ck_assert_int_eq(root(-3, -4, 5, hows[i]), 5);
        ck_assert_int_eq(root(0, 0, 7, hows[i]), 0);
        ck_assert_int_eq(root(INT64_C(3000000000000000000), INT64_C(4000000000000000000), 1, hows[i]),
            INT64_C(5000000000000000000));
        ck_assert_int_eq(root(INT64_MAX, 0, 1, hows[i]), INT64_MAX);
    }
}
END_TEST

START_TEST(between_steps_the_rule_decides)
{
    /* sqrt(2) x 10^6 = 1414213.56… */
    ck_assert_int_eq(root(1000000, 1000000, 1, MBILL_ROUND_DOWN), 1414213);
    ck_assert_int_eq(root(1000000, 1000000, 1, MBILL_ROUND_FLOOR), 1414213);
    ck_assert_int_eq(root(1000000, 1000000, 1, MBILL_ROUND_HALF_UP), 1414214);
    ck_assert_int_eq(root(1000000, 1000000, 1, MBILL_ROUND_HALF_EVEN), 1414214);
    ck_assert_int_eq(root(1000000, 1000000, 10, MBILL_ROUND_HALF_UP), 1414210);
    ck_assert_int_eq(root(1000000, 1000000, 10, MBILL_ROUND_UP), 1414220);
    ck_assert_int_eq(root(1000000, 1000000, 10, MBILL_ROUND_CEILING), 1414220);
    ck_assert_int_eq(root(1, 1, 3, MBILL_ROUND_HALF_UP), 0);
    ck_assert_int_eq(root(2, 1, 3, MBILL_ROUND_HALF_UP), 3);
}
END_TEST

START_TEST(on_the_middle)
{
    ck_assert_int_eq(root(3, 4, 10, MBILL_ROUND_HALF_UP), 10);
    ck_assert_int_eq(root(3, 4, 10, MBILL_ROUND_HALF_EVEN), 0);
    ck_assert_int_eq(root(9, 12, 10, MBILL_ROUND_HALF_UP), 20);
    ck_assert_int_eq(root(9, 12, 10, MBILL_ROUND_HALF_EVEN), 20);
    ck_assert_int_eq(root(9, 12, 10, MBILL_ROUND_DOWN), 10);
}
END_TEST

START_TEST(largest_numbers)
{
    int64_t out = 77;
    mbill__wide square = mbill__wide_product(INT64_MAX, INT64_MAX);
    /* 4611686018427387904 x sqrt(2) = 6521908912666391106.17… */
    ck_assert_int_eq(root(INT64_C(4611686018427387904), INT64_C(4611686018427387904), 1, MBILL_ROUND_HALF_UP),
        INT64_C(6521908912666391106));
    ck_assert_int_eq(root(INT64_C(4611686018427387904), INT64_C(4611686018427387904), 1, MBILL_ROUND_UP),
        INT64_C(6521908912666391107));
    ck_assert(mbill__wide_add(square, mbill__wide_of(1), &square));
    ck_assert(!mbill__root(square, 1, MBILL_ROUND_DOWN, &out));
    ck_assert(!mbill__root(square, INT64_MAX - 1, MBILL_ROUND_HALF_UP, &out));
    ck_assert_int_eq(root(1, 0, INT64_MAX, MBILL_ROUND_HALF_UP), 0);
    ck_assert_int_eq(root(1, 0, INT64_MAX, MBILL_ROUND_UP), INT64_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("root");
    TCase *tests = tcase_create("root");
    tcase_add_test(tests, whole_roots_are_exact);
    tcase_add_test(tests, between_steps_the_rule_decides);
    tcase_add_test(tests, on_the_middle);
    tcase_add_test(tests, largest_numbers);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
