/* SPDX-License-Identifier: Apache-2.0 */
/* Splits between bounds, with a carry, in components, with vacancy: what their callers in C may do wrong, and the ends of the range. Their amounts
 * are tested by tests/golden/apportion and tests/property/test_share.py. */
#include "check_run.h"
#include "meterbill/apportion.h"
#include "meterbill/calendar.h"
#include "refusal.h"

#include <check.h>

static const mbill_share pair[] = {{1, 1}, {2, 1}};
static uint64_t scratch[64];

START_TEST(bounds_at_the_ends)
{
    const int64_t min[] = {0, INT64_MAX}, max[] = {MBILL_NO_MAXIMUM, MBILL_NO_MAXIMUM}, high[] = {INT64_MAX - 1, INT64_MAX - 1};
    int64_t amounts[2] = {77, 78}, residual = 79, gap = 80;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_apportion_bounded(INT64_MIN, pair, min, max, 2, NULL, scratch, amounts, &residual, &gap, &err),
        MBILL_OK);
    ck_assert(amounts[0] == -1 && amounts[1] == -INT64_MAX && residual == 0 && gap == 80);
    ck_assert_int_eq(mbill_apportion_bounded(INT64_MIN, pair, NULL, high, 2, NULL, scratch, amounts, &residual, NULL, &err),
        MBILL_OK);
    ck_assert(amounts[0] == INT64_MIN / 2 && amounts[1] == INT64_MIN / 2);
    const int64_t both[] = {INT64_MAX, INT64_MAX};
    amounts[0] = 77;
    assert_refusal(&err, mbill_apportion_bounded(5, pair, both, NULL, 2, NULL, scratch, amounts, &residual, &gap, &err),
        MBILL_E_INFEASIBLE, "at least 9223372036854775807 more");
    ck_assert(gap == INT64_MAX && amounts[0] == 77);
    ck_assert_int_eq(mbill_apportion_bounded(0, pair, NULL, NULL, 2, NULL, scratch, amounts, &residual, &gap, &err), MBILL_OK);
    ck_assert(amounts[0] == 0 && amounts[1] == 0 && residual == 0);
}
END_TEST

START_TEST(bounds_refused)
{
    const int64_t min[] = {0, 7}, max[] = {9, 6}, low[] = {0, -7}, odd[] = {MBILL_NO_MAXIMUM, 12};
    const mbill_share none[] = {{1, 0}, {2, 0}};
    int64_t amounts[2] = {77, 78}, residual = 79;
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    mbill_error err;
    mbill_error_init(&err);
#define BOUNDED(shares, min, max, options)                                                                                       \
    mbill_apportion_bounded(100, shares, min, max, 2, options, scratch, amounts, &residual, NULL, &err)
    assert_refusal_index(&err, BOUNDED(pair, low, NULL, NULL), MBILL_E_INVALID, 1, "minimum -7 is below 0");
    assert_refusal_index(&err, BOUNDED(pair, min, max, NULL), MBILL_E_INVALID, 1, "minimum 7 is above the maximum 6");
    options.step = 5;
    assert_refusal_index(&err, BOUNDED(pair, min, NULL, &options), MBILL_E_INVALID, 1, "minimum 7 is no multiple of the step 5");
    assert_refusal_index(&err, BOUNDED(pair, NULL, odd, &options), MBILL_E_INVALID, 1, "maximum 12 is no multiple");
    options.step = 0;
    options.method = MBILL_APPORTION_WEBSTER;
    assert_refusal(&err, BOUNDED(pair, NULL, NULL, &options), MBILL_E_MISUSE, "largest remainder");
    assert_refusal(&err, BOUNDED(none, NULL, NULL, NULL), MBILL_E_ZERO_WEIGHT, "all 2 weights");
    assert_refusal(&err, BOUNDED(NULL, NULL, NULL, NULL), MBILL_E_MISUSE, "shares is NULL");
#undef BOUNDED
    assert_refusal(&err, mbill_apportion_bounded(1, pair, NULL, NULL, 2, NULL, scratch, NULL, &residual, NULL, &err),
        MBILL_E_MISUSE, "out_amounts is NULL");
    assert_refusal(&err, mbill_apportion_bounded(1, pair, NULL, NULL, 2, NULL, scratch, amounts, NULL, NULL, &err),
        MBILL_E_MISUSE, "out_residual is NULL");
    assert_refusal(&err, mbill_apportion_bounded(1, pair, NULL, NULL, 2, NULL, NULL, amounts, &residual, NULL, &err),
        MBILL_E_MISUSE, "scratch is NULL");
    ck_assert(amounts[0] == 77 && residual == 79);
}
END_TEST

START_TEST(carry_refused)
{
    int64_t carry[] = {5, -5}, odd[] = {1, 0}, wide[] = {1000000, -1000000}, amounts[2] = {77, 78}, residual = 79;
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    mbill_error err;
    mbill_error_init(&err);
#define CARRY(total, carry, options) mbill_apportion_carry(total, pair, 2, options, carry, scratch, amounts, &residual, &err)
    assert_refusal(&err, CARRY(10, odd, NULL), MBILL_E_INVALID, "add up to 1");
    assert_refusal_index(&err, CARRY(10, wide, NULL), MBILL_E_RANGE, 0, "carry 1000000");
    assert_refusal(&err, CARRY(INT64_C(9000000000001), carry, NULL), MBILL_E_RANGE, "9000000000001 steps");
    assert_refusal(&err, CARRY(10, NULL, NULL), MBILL_E_MISUSE, "inout_carry_micro is NULL");
    options.method = MBILL_APPORTION_FIRST;
    assert_refusal(&err, CARRY(10, carry, &options), MBILL_E_MISUSE, "method is 4");
    options.method = 0;
    options.step = INT64_MAX;
    assert_refusal(&err, CARRY(INT64_MAX, carry, &options), MBILL_E_OVERFLOW, "one step more than 64 bits");
    ck_assert(amounts[0] == 77 && residual == 79 && carry[0] == 5 && carry[1] == -5);
    ck_assert_int_eq(CARRY(0, carry, NULL), MBILL_OK);
    ck_assert(amounts[0] == 0 && residual == 0 && carry[0] == 5);
    ck_assert_int_eq(CARRY(INT64_C(-9000000000000), carry, NULL), MBILL_OK);
    ck_assert(amounts[0] == INT64_C(-4500000000000) && carry[0] == 5 && carry[1] == -5);
#undef CARRY
}
END_TEST

START_TEST(mixed_refused)
{
    const mbill_share zeros[] = {{1, 0}, {2, 0}};
    const mbill_component good[] = {{30, pair, NULL}, {70, pair, NULL}}, bad[] = {{30, pair, NULL}, {70, zeros, NULL}},
                          empty[] = {{0, pair, NULL}};
    int64_t cut[2] = {71, 72}, lines[4] = {73}, totals[2] = {77, 78}, residual = 79;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_uint_le(mbill_apportion_mixed_scratch_size(2, 2), sizeof scratch);
    ck_assert_uint_eq(mbill_apportion_mixed_scratch_size(SIZE_MAX / 16, 16), SIZE_MAX);
#define MIXED(components, n) mbill_apportion_mixed(101, 1, components, n, 2, scratch, cut, lines, totals, &residual, &err)
    assert_refusal(&err, MIXED(bad, 2), MBILL_E_ZERO_WEIGHT, "component 1: there is a total");
    assert_refusal(&err, MIXED(empty, 1), MBILL_E_ZERO_WEIGHT, "all 1 weights");
    assert_refusal(&err, MIXED(NULL, 1), MBILL_E_MISUSE, "components is NULL");
    assert_refusal(&err, mbill_apportion_mixed(101, -1, good, 2, 2, scratch, cut, lines, totals, &residual, &err),
        MBILL_E_INVALID, "step is -1");
    assert_refusal(&err, mbill_apportion_mixed(101, 1, good, 2, 2, scratch, cut, NULL, totals, &residual, &err), MBILL_E_MISUSE,
        "out_lines");
    assert_refusal(&err, mbill_apportion_mixed(101, 1, good, 2, 2, scratch, cut, lines, NULL, &residual, &err), MBILL_E_MISUSE,
        "out_totals");
    assert_refusal(&err, mbill_apportion_mixed(101, 1, good, 2, 2, NULL, cut, lines, totals, &residual, &err), MBILL_E_MISUSE,
        "scratch is NULL");
    assert_refusal(&err, mbill_apportion_mixed(101, 1, good, SIZE_MAX / 16, 16, scratch, cut, lines, totals, &residual, &err),
        MBILL_E_RANGE, "memory");
    ck_assert(cut[0] == 71 && lines[0] == 73 && totals[0] == 77 && residual == 79);
    ck_assert_int_eq(mbill_apportion_mixed(101, 1, bad, 2, 2, scratch, cut, lines, totals, &residual, NULL), MBILL_E_ZERO_WEIGHT);
    ck_assert_int_eq(MIXED(good, 2), MBILL_OK);
    ck_assert(cut[0] == 30 && cut[1] == 71 && totals[0] == 51 && totals[1] == 50 && residual == 0);
#undef MIXED
}
END_TEST

START_TEST(vacancy_refused)
{
    const mbill_share wide[] = {{1, 1}, {2, UINT64_MAX / 2}};
    const uint8_t vacant[] = {1, 0};
    mbill_share out[2] = {{9, 9}, {9, 9}};
    mbill_error err;
    mbill_error_init(&err);
    mbill_vacancy rule = {3, 1, 2};
    assert_refusal(&err, mbill_apportion_vacancy(wide, vacant, 2, &rule, out, &err), MBILL_E_INVALID, "rule is 3");
    rule = (mbill_vacancy){MBILL_VACANCY_REDUCED, 1, 0};
    assert_refusal(&err, mbill_apportion_vacancy(wide, vacant, 2, &rule, out, &err), MBILL_E_INVALID, "1/0");
    rule = (mbill_vacancy){MBILL_VACANCY_REDUCED, 3, 2};
    assert_refusal(&err, mbill_apportion_vacancy(wide, vacant, 2, &rule, out, &err), MBILL_E_INVALID, "3/2");
    rule = (mbill_vacancy){MBILL_VACANCY_REDUCED, 1, 3};
    assert_refusal_index(&err, mbill_apportion_vacancy(wide, vacant, 2, &rule, out, &err), MBILL_E_RANGE, 1, "times 3");
    assert_refusal(&err, mbill_apportion_vacancy(wide, vacant, 2, NULL, out, &err), MBILL_E_MISUSE, "rule is NULL");
    assert_refusal(&err, mbill_apportion_vacancy(NULL, vacant, 2, &rule, out, &err), MBILL_E_MISUSE, "shares is NULL");
    ck_assert(out[0].weight == 9 && out[1].key == 9);
}
END_TEST

START_TEST(proofs_refused)
{
    const int64_t claimed[] = {5, 5};
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    mbill_share_proof units[2];
    mbill_proof proof = {.struct_size = 77};
    int64_t amount = 78;
    size_t bad = 79;
    mbill_error err;
    mbill_error_init(&err);
    options.method = MBILL_APPORTION_WEBSTER;
    assert_refusal(&err, mbill_apportion_explain(10, pair, 2, &options, scratch, &proof, units, &err), MBILL_E_MISUSE,
        "method is 1");
    assert_refusal(&err, mbill_apportion_explain(10, pair, 2, NULL, scratch, NULL, units, &err), MBILL_E_MISUSE,
        "out_proof is NULL");
    assert_refusal(&err, mbill_apportion_explain(10, pair, 2, NULL, scratch, &proof, NULL, &err), MBILL_E_MISUSE,
        "out_units is NULL");
    ck_assert_uint_eq(proof.struct_size, 77);
    ck_assert_int_eq(mbill_apportion_verify(10, pair, 2, &options, scratch, claimed, 0, &bad, &err),
        MBILL_OK); /* by any method */
    ck_assert_uint_eq(bad, 2);
    assert_refusal(&err, mbill_apportion_verify(10, pair, 2, NULL, scratch, NULL, 0, &bad, &err), MBILL_E_MISUSE,
        "claimed is NULL");
    ck_assert_int_eq(mbill_apportion_explain(10, pair, 2, NULL, scratch, &proof, units, &err), MBILL_OK);
    assert_refusal(&err, mbill_proof_amount(&proof, 1, 3, &amount, &err), MBILL_E_INVALID, "weight 3 is above");
    assert_refusal(&err, mbill_proof_amount(NULL, 1, 1, &amount, &err), MBILL_E_MISUSE, "proof is NULL");
    proof.step = 0;
    assert_refusal(&err, mbill_proof_amount(&proof, 1, 1, &amount, &err), MBILL_E_INVALID, "step is 0");
    proof = (mbill_proof){(uint32_t)sizeof proof, 0, 10, 1, 0, 2, 5, 0, 9};
    assert_refusal(&err, mbill_proof_amount(&proof, 1, 2, &amount, &err), MBILL_E_INVALID, "more than the total");
}
END_TEST

START_TEST(degree_days)
{
    int32_t begin, middle, leap, end;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2023, 1, 1}, &begin, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2023, 3, 15}, &middle, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2024, 1, 1}, &leap, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2025, 1, 1}, &end, NULL), MBILL_OK);
    ck_assert_uint_eq(mbill_degree_weight(begin, leap, NULL), 1132740000);
    ck_assert_uint_eq(mbill_degree_weight(leap, end, NULL), 1132740000);
    ck_assert_uint_eq(mbill_degree_weight(begin, middle, NULL), 377580 * (510 + 450) + UINT64_C(390) * 14 * (377580 / 31));
    ck_assert_uint_eq(mbill_degree_weight(middle, begin, NULL), 0);
}
END_TEST

START_TEST(segments_refused)
{
    const mbill_segment good[] = {{0, 10}, {20, 30}}, apart[] = {{0, 10}, {9, 30}}, empty[] = {{5, 5}}, outside[] = {{0, 41}};
    mbill_segment_line lines[5];
    size_t n = 77;
    int64_t residual = 78;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_uint_le(mbill_apportion_segments_scratch_size(2), sizeof scratch);
    ck_assert_uint_eq(mbill_apportion_segments_scratch_size(SIZE_MAX / 16), SIZE_MAX);
#define SEGMENTS(from, to, list, count, rule)                                                                                    \
    mbill_apportion_segments(100, from, to, list, count, rule, NULL, NULL, scratch, lines, &n, &residual, &err)
    assert_refusal_index(&err, SEGMENTS(0, 40, apart, 2, 0), MBILL_E_OVERLAP, 1, "segment 1 begins before segment 0");
    assert_refusal_index(&err, SEGMENTS(0, 40, empty, 1, 0), MBILL_E_INVALID, 0, "empty");
    assert_refusal_index(&err, SEGMENTS(0, 40, outside, 1, 0), MBILL_E_INVALID, 0, "beyond the period");
    assert_refusal(&err, SEGMENTS(0, 40, good, 2, 2), MBILL_E_INVALID, "rule is 2");
    assert_refusal(&err, SEGMENTS(40, 40, good, 2, 0), MBILL_E_INVALID, "the period is empty");
    assert_refusal(&err, SEGMENTS(0, INT32_MAX, good, 2, 0), MBILL_E_INVALID, "outside the calendar");
    assert_refusal(&err, SEGMENTS(0, 40, NULL, 2, 0), MBILL_E_MISUSE, "segments is NULL");
    assert_refusal(&err, mbill_apportion_segments(1, 0, 9, NULL, 0, 0, NULL, NULL, NULL, lines, &n, &residual, &err),
        MBILL_E_MISUSE, "scratch is NULL");
    assert_refusal(&err, mbill_apportion_segments(1, 0, 9, NULL, 0, 0, NULL, NULL, scratch, NULL, &n, &residual, &err),
        MBILL_E_MISUSE, "out_lines");
    ck_assert(n == 77 && residual == 78);
    ck_assert_int_eq(SEGMENTS(0, 40, good, 2, 0), MBILL_OK);
    ck_assert(n == 4 && lines[0].amount == 25 && lines[1].segment == MBILL_VACANT && lines[3].from_day == 30 && residual == 0);
    ck_assert_int_eq(SEGMENTS(0, 40, NULL, 0, MBILL_TIME_DEGREE_DAYS), MBILL_OK);
    ck_assert(n == 1 && lines[0].amount == 100 && lines[0].segment == MBILL_VACANT);
#undef SEGMENTS
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("apportion_more");
    TCase *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(refused, bounds_refused);
    tcase_add_test(refused, carry_refused);
    tcase_add_test(refused, mixed_refused);
    tcase_add_test(refused, vacancy_refused);
    tcase_add_test(refused, segments_refused);
    tcase_add_test(refused, proofs_refused);
    tcase_add_test(edges, bounds_at_the_ends);
    tcase_add_test(edges, degree_days);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
