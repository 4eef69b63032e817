/* SPDX-License-Identifier: Apache-2.0 */
/* Largest remainder against its definition, and the checked arithmetic of one word. */
#include "check_run.h"
#include "number/round.h"
#include "random.h"

#include <check.h>
#include <inttypes.h>

START_TEST(share_known)
{
    const int64_t thirds[3] = {1, 1, 1}, mixed[5] = {47000, 16000, 15900, 12000, 6000}, zero[3] = {0, 5, 0}, alone[1] = {3};
    int64_t parts[5];
    ck_assert(mbill__share_out(100, thirds, parts, 3));
    ck_assert(parts[0] == 34 && parts[1] == 33 && parts[2] == 33);
    ck_assert(mbill__share_out(-100, thirds, parts, 3));
    ck_assert(parts[0] == -34 && parts[1] == -33 && parts[2] == -33);
    ck_assert(mbill__share_out(2, thirds, parts, 3));
    ck_assert(parts[0] == 1 && parts[1] == 1 && parts[2] == 0);
    /* of 96,900: 4.85, 1.65, 1.64, 1.24, 0.62: the two units left go to the first two (0.85, 0.65) */
    ck_assert(mbill__share_out(9, mixed, parts, 5));
    ck_assert(parts[0] == 4 && parts[1] == 2 && parts[2] == 1 && parts[3] == 1 && parts[4] == 1);
    ck_assert(mbill__share_out(INT64_MIN, zero, parts, 3));
    ck_assert(parts[0] == 0 && parts[1] == INT64_MIN && parts[2] == 0);
    ck_assert(mbill__share_out(INT64_MAX, alone, parts, 1));
    ck_assert_int_eq(parts[0], INT64_MAX);
    ck_assert(mbill__share_out(0, mixed, parts, 5));
    ck_assert(parts[0] == 0 && parts[4] == 0);
}
END_TEST

START_TEST(share_refused)
{
    const int64_t zeros[2] = {0, 0}, negative[2] = {3, -1}, huge[2] = {INT64_MAX, 1};
    int64_t parts[2] = {77, 78};
    ck_assert(!mbill__share_out(10, zeros, parts, 2));
    ck_assert(!mbill__share_out(10, negative, parts, 2));
    ck_assert(!mbill__share_out(10, huge, parts, 2));
    ck_assert(!mbill__share_out(10, zeros, parts, 0));
    ck_assert(parts[0] == 77 && parts[1] == 78);
}
END_TEST

/* By definition: cut every share, then give the units left one by one to the largest rest not yet served, lowest index first. */
static void naive_share(int64_t whole, const int64_t *weights, int64_t *parts, size_t n)
{
    bool served[40] = {false};
    int64_t total = 0, left = whole;
    for (size_t i = 0; i < n; i++) total += weights[i];
    for (size_t i = 0; i < n; i++) left -= parts[i] = whole * weights[i] / total;
    for (; left > 0; left--) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!served[i] && (best == n || whole * weights[i] % total > whole * weights[best] % total)) best = i;
        served[best] = true;
        parts[best]++;
    }
}

START_TEST(share_is_the_definition)
{
    random_begin("test_share");
    for (int round = 0; round < 20000; round++) {
        int64_t weights[40], parts[40], expected[40], opposite[40];
        size_t n = 1 + random_word() % 40;
        uint64_t most = random_word() % 2 == 0 ? 4 : 1000000; /* few different weights: many ties */
        for (size_t i = 0; i < n; i++) weights[i] = (int64_t)(random_word() % most);
        weights[random_word() % n] = 1;
        int64_t whole = (int64_t)(random_word() % (random_word() % 2 == 0 ? 100 : 1000000000));
        naive_share(whole, weights, expected, n);
        ck_assert(mbill__share_out(whole, weights, parts, n));
        ck_assert(mbill__share_out(-whole, weights, opposite, n));
        for (size_t i = 0; i < n; i++)
            if (parts[i] != expected[i] || opposite[i] != -expected[i])
                ck_abort_msg("round %d, part %zu of %" PRId64 ": %" PRId64 " for %" PRId64, round, i, whole, parts[i],
                    expected[i]);
    }
}
END_TEST

/* At full width: the parts add up, and each is within one unit of its true share. */
START_TEST(share_conserves)
{
    random_begin("test_share");
    for (int round = 0; round < 5000; round++) {
        int64_t weights[64], parts[64], whole = random_value(), total = 0, left = whole;
        size_t n = 1 + random_word() % 64;
        unsigned shift = 7 + (unsigned)(random_word() % 50);
        for (size_t i = 0; i < n; i++) weights[i] = (int64_t)(random_word() >> shift);
        if (!mbill__share_out(whole, weights, parts, n)) continue;
        for (size_t i = 0; i < n; i++) total += weights[i];
        for (size_t i = 0; i < n; i++) {
            int64_t floor_share = 0, ceiling_share = 0;
            left -= parts[i];
            if (!mbill__multiply_divide(whole, weights[i], total, MBILL_ROUND_FLOOR, &floor_share) ||
                !mbill__multiply_divide(whole, weights[i], total, MBILL_ROUND_CEILING, &ceiling_share) ||
                parts[i] < floor_share || parts[i] > ceiling_share)
                ck_abort_msg("round %d, part %zu of %" PRId64 ": %" PRId64, round, i, whole, parts[i]);
        }
        ck_assert_int_eq(left, 0);
    }
}
END_TEST

START_TEST(checked_words)
{
    const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -2, -1, 0, 1, 2, INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 9; j++) {
            int64_t a = edges[i], b = edges[j], expected, out = 77;
            bool fits = !__builtin_add_overflow(a, b, &expected);
            ck_assert_int_eq(mbill__add(a, b, &out), fits);
            ck_assert_int_eq(out, fits ? expected : 77);
            fits = !__builtin_sub_overflow(a, b, &expected);
            out = 77;
            ck_assert_int_eq(mbill__subtract(a, b, &out), fits);
            ck_assert_int_eq(out, fits ? expected : 77);
            fits = !__builtin_mul_overflow(a, b, &expected);
            out = 77;
            ck_assert_int_eq(mbill__multiply(a, b, &out), fits);
            ck_assert_int_eq(out, fits ? expected : 77);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("share");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, share_known);
    tcase_add_test(ok, share_is_the_definition);
    tcase_add_test(refused, share_refused);
    tcase_add_test(edges, share_conserves);
    tcase_add_test(edges, checked_words);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
