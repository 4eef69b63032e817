/* SPDX-License-Identifier: Apache-2.0 */
/* The payment score: its window, its two weights, what is left out; every refusal. */
#include "check_run.h"
#include "meterbill/calendar.h"
#include "meterbill/score.h"
#include "refusal.h"

#include <check.h>

#define JUL_31 20665 /* 2026-07-31 */

static const mbill_score_bill bills[] = {
    {JUL_31 - 1, 0, 100, 100},    /* whole */
    {JUL_31 - 2, 0, 300, 299},    /* not whole */
    {JUL_31 - 3, 0, 100, 250},    /* more than whole counts as whole */
    {JUL_31 - 4, 1, 1000, 0},     /* disputed */
    {JUL_31 - 5, 0, 0, 0},        /* nothing was due */
    {JUL_31 - 6, 0, -50, -50},    /* it gave */
    {JUL_31, 0, 1000, 0},         /* not due yet */
    {JUL_31 - 31, 0, 1000, 0},    /* 30 June: the first day of a window of one month */
    {JUL_31 - 32, 0, 500, 500},   /* the day before it */
    {JUL_31 - 400, 0, 9000, 9000} /* long ago */
};

static const struct {
    int32_t months, weight, min_bills;
    int32_t score, n_bills;
} cases[] = {
    {1, MBILL_SCORE_BY_COUNT, 1, 5000, 4},   /* 2 of 4 */
    {1, MBILL_SCORE_BY_AMOUNT, 4, 3326, 4},  /* 499 of 1500 */
    {2, MBILL_SCORE_BY_COUNT, 5, 6000, 5},   /* 3 of 5 */
    {2, MBILL_SCORE_BY_AMOUNT, 1, 4995, 5},  /* 999 of 2000 */
    {24, MBILL_SCORE_BY_AMOUNT, 1, 9090, 6}, /* 9999 of 11000: 9090 */
};

START_TEST(scores)
{
    const mbill_score_rule rule = {sizeof rule, cases[_i].months, cases[_i].weight, cases[_i].min_bills};
    int32_t score = -1, n_bills = -1;
    ck_assert_int_eq(mbill_score(&rule, bills, sizeof bills / sizeof bills[0], JUL_31, &score, &n_bills, NULL), MBILL_OK);
    ck_assert_int_eq(score, cases[_i].score);
    ck_assert_int_eq(n_bills, cases[_i].n_bills);
}
END_TEST

START_TEST(all_in_time_and_none)
{
    const mbill_score_rule rule = {sizeof rule, 12, MBILL_SCORE_BY_AMOUNT, 1};
    mbill_score_bill one = {JUL_31 - 1, 0, INT64_C(1000000000000000000), INT64_C(1000000000000000000)};
    int32_t score;
    ck_assert_int_eq(mbill_score(&rule, &one, 1, JUL_31, &score, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(score, MBILL_SCORE_BEST);
    one.on_time_micro = -5;
    ck_assert_int_eq(mbill_score(&rule, &one, 1, JUL_31, &score, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(score, 0);
}
END_TEST

START_TEST(refusals)
{
    mbill_score_rule rule = {sizeof rule, 1, MBILL_SCORE_BY_COUNT, 5};
    const mbill_score_bill large[] = {{JUL_31 - 1, 0, INT64_MAX, 0}, {JUL_31 - 2, 0, 1, 0}};
    int32_t score = 77, n_bills = 77;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, &score, &n_bills, &err), MBILL_E_NOT_KNOWN, "4 bills");
    ck_assert_int_eq(n_bills, 4);
    ck_assert_int_eq(score, 77);
    assert_refusal(&err, mbill_score(NULL, bills, 10, JUL_31, &score, NULL, &err), MBILL_E_MISUSE, "rule");
    assert_refusal(&err, mbill_score(&rule, NULL, 10, JUL_31, &score, NULL, &err), MBILL_E_MISUSE, "bills");
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, NULL, NULL, &err), MBILL_E_MISUSE, "out_score");
    assert_refusal(&err, mbill_score(&rule, bills, 10, 400000, &score, NULL, &err), MBILL_E_RANGE, "400000");
    rule.min_bills = 0;
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, &score, NULL, &err), MBILL_E_RANGE, "min_bills is 0");
    rule.weight = 3;
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, &score, NULL, &err), MBILL_E_RANGE, "weight is 3");
    rule.months = 1201;
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, &score, NULL, &err), MBILL_E_RANGE, "months is 1201");
    rule = (mbill_score_rule){sizeof rule, 1, MBILL_SCORE_BY_AMOUNT, 1};
    assert_refusal_index(&err, mbill_score(&rule, large, 2, JUL_31, &score, NULL, &err), MBILL_E_OVERFLOW, 1, "range");
    rule.struct_size = 0;
    assert_refusal(&err, mbill_score(&rule, bills, 10, JUL_31, &score, NULL, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = tcase_create("score");
    tcase_add_loop_test(tests, scores, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tests, all_in_time_and_none);
    tcase_add_test(tests, refusals);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
