/* SPDX-License-Identifier: Apache-2.0 */
/* A cost down a tree of meters: what a caller in C may do wrong, and the ends of the range. Amounts are tested by tests/golden/apportion and
 * tests/property/test_share.py. */
#include "check_run.h"
#include "meterbill/apportion.h"
#include "refusal.h"

#include <check.h>

static uint64_t scratch[400];
static mbill_node_report reports[8];
static int64_t residual;

static mbill_status run(int64_t total, const mbill_node *nodes, size_t n, const mbill_tree_options *options, mbill_error *err)
{
    mbill_error_init(err);
    memset(reports, 0x5A, sizeof reports);
    residual = 77;
    ck_assert_uint_le(mbill_apportion_tree_scratch_size(n), sizeof scratch);
    mbill_status status = mbill_apportion_tree(total, nodes, n, options, scratch, reports, &residual, err);
    if (status != MBILL_OK) ck_assert(residual == 77 && reports[0].amount == INT64_C(0x5A5A5A5A5A5A5A5A));
    return status;
}

#define ROOT(key, reading)                                                                                                       \
    {                                                                                                                            \
        key, 0, reading, 0, 0, 0, MBILL_NODE_ROOT | MBILL_NODE_READING, 0                                                        \
    }
#define LEAF(key, parent, reading)                                                                                               \
    {                                                                                                                            \
        key, parent, reading, 1, 0, 0, MBILL_NODE_READING, 0                                                                     \
    }

START_TEST(ends_of_the_range)
{
    const mbill_node wide[] = {ROOT(1, INT64_MAX), LEAF(2, 1, 1)}, tiny[] = {ROOT(1, 1), LEAF(2, 1, INT64_MAX)};
    mbill_tree_options options = MBILL_TREE_OPTIONS_INIT;
    mbill_error err;
    ck_assert_int_eq(run(INT64_MIN, wide, 2, NULL, &err), MBILL_OK);
    ck_assert(reports[0].rest == INT64_MAX - 1 && reports[0].loss_ppm == 999999 && reports[0].warnings == MBILL_W_LOSS);
    ck_assert(reports[1].amount == -1 && reports[1].common == -INT64_MAX && residual == 0);
    options.negative_policy = MBILL_NEGATIVE_SCALE;
    ck_assert_int_eq(run(INT64_MAX, tiny, 2, &options, &err), MBILL_OK);
    ck_assert(reports[0].rest == -(INT64_MAX - 1) && reports[0].loss_ppm == -INT64_MAX); /* past a word */
    ck_assert(reports[1].amount == INT64_MAX && reports[1].adjusted == 1 && reports[1].flags == MBILL_NODE_LEAF);
    options.step = 10;
    ck_assert_int_eq(run(-25, wide, 2, &options, &err), MBILL_OK);
    ck_assert(reports[0].amount == -20 && residual == -5);
}
END_TEST

START_TEST(refused_options)
{
    const mbill_node good[] = {ROOT(1, 10), LEAF(2, 1, 8)}, flagged[] = {ROOT(1, 10), {2, 1, 8, 1, 0, 0, 4, 0}};
    mbill_tree_options options = MBILL_TREE_OPTIONS_INIT;
    mbill_error err;
    options.flags = 1;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_UNKNOWN_OPTION, "0x1");
    options = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    options.rest_policy = 3;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_INVALID, "rest_policy is 3");
    options = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    options.negative_policy = -1;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_INVALID, "negative_policy is -1");
    options = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    options.zero_policy = 4;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_INVALID, "zero_policy is 4");
    options = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    options.step = -1;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_INVALID, "step is -1");
    options = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    options.tolerance_ppm = -1;
    assert_refusal(&err, run(5, good, 2, &options, &err), MBILL_E_INVALID, "tolerance_ppm is -1");
    assert_refusal_index(&err, run(5, flagged, 2, NULL, &err), MBILL_E_UNKNOWN_OPTION, 1, "flags of node 2");
}
END_TEST

START_TEST(refused_pointers)
{
    const mbill_node good[] = {ROOT(1, 10), LEAF(2, 1, 8)};
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_apportion_tree(5, NULL, 2, NULL, scratch, reports, &residual, &err), MBILL_E_MISUSE,
        "nodes is NULL");
    assert_refusal(&err, mbill_apportion_tree(5, good, 2, NULL, NULL, reports, &residual, &err), MBILL_E_MISUSE,
        "scratch is NULL");
    assert_refusal(&err, mbill_apportion_tree(5, good, 2, NULL, (char *)scratch + 1, reports, &residual, &err), MBILL_E_MISUSE,
        "aligned");
    assert_refusal(&err, mbill_apportion_tree(5, good, 2, NULL, scratch, NULL, &residual, &err), MBILL_E_MISUSE,
        "out_reports is NULL");
    assert_refusal(&err, mbill_apportion_tree(5, good, 2, NULL, scratch, reports, NULL, &err), MBILL_E_MISUSE,
        "out_residual is NULL");
    ck_assert_uint_eq(mbill_apportion_tree_scratch_size(SIZE_MAX / 8), SIZE_MAX);
    ck_assert_int_eq(mbill_apportion_tree(0, NULL, 0, NULL, scratch, NULL, &residual, &err), MBILL_OK);
    ck_assert_int_eq(residual, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tree");
    TCase *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(refused, refused_options);
    tcase_add_test(refused, refused_pointers);
    tcase_add_test(edges, ends_of_the_range);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
