/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit integers: the pair of words against the compiler's __int128 where there is one, and by its laws everywhere. */
#include "check_run.h"
#include "number/wide.h"
#include "random.h"

#include <check.h>
#include <inttypes.h>

#if defined(__SIZEOF_INT128__)
#define HAVE_NATIVE 1
#include "number/wide_native.h"
#else
#define HAVE_NATIVE 0
#endif

#define ROUNDS 1000000

/* Words of all lengths, often all zeros or all ones, so that carries and borders are met. */
static uint64_t random_length_word(void)
{
    uint64_t kind = random_word() % 8, word = random_word() >> random_word() % 64;
    return kind == 0 ? 0 : kind == 1 ? UINT64_MAX : kind == 2 ? 0 - word : word;
}

static mbill__pair random_pair(void)
{
    mbill__pair out = {random_length_word(), random_length_word()};
    if (random_word() % 3 == 0) out.high = random_word() % 2 == 0 ? 0 : UINT64_MAX;
    return out;
}

static const uint64_t edge_words[] = {0, 1, 2, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x100000001, 1000000000,
    UINT64_C(0x7FFFFFFFFFFFFFFF), UINT64_C(0x8000000000000000), UINT64_C(0x8000000000000001), UINT64_C(0xFFFFFFFF00000000),
    UINT64_C(0xFFFFFFFF00000001), UINT64_C(0xFFFFFFFFFFFFFFFE), UINT64_MAX};

#define N_EDGES (sizeof edge_words / sizeof edge_words[0])

static mbill__pair pair(uint64_t high, uint64_t low)
{
    mbill__pair out = {high, low};
    return out;
}

static bool same(mbill__pair a, mbill__pair b)
{
    return a.high == b.high && a.low == b.low;
}

static const mbill__pair mark = {0x1234, 0x5678}; /* what an untouched output still holds */

#if HAVE_NATIVE
static mbill__native native(mbill__pair a)
{
    return (mbill__native)((mbill__native_unsigned)a.high << 64 | a.low);
}

static bool agree_add(mbill__pair a, mbill__pair b)
{
    mbill__pair p = mark, q = mark;
    mbill__native m = native(mark), n = m;
    bool adds = mbill__pair_add(a, b, &p), subtracts = mbill__pair_subtract(a, b, &q);
    bool native_adds = mbill__native_add(native(a), native(b), &m),
         native_subtracts = mbill__native_subtract(native(a), native(b), &n);
    return adds == native_adds && native(p) == m && subtracts == native_subtracts && native(q) == n;
}

static bool agree_multiply(mbill__pair a, int64_t b)
{
    mbill__pair p = mark;
    mbill__native n = native(mark);
    bool fits = mbill__pair_multiply(a, b, &p), native_fits = mbill__native_multiply(native(a), b, &n);
    return fits == native_fits && native(p) == n;
}

static bool agree_divide(mbill__pair a, mbill__pair b)
{
    mbill__pair quotient, rest;
    mbill__native native_quotient, native_rest;
    bool fits = mbill__pair_divide(a, b, &quotient, &rest);
    bool native_fits = mbill__native_divide(native(a), native(b), &native_quotient, &native_rest);
    return fits == native_fits && native(quotient) == native_quotient && native(rest) == native_rest;
}

static bool agree_single(mbill__pair a)
{
    int64_t x = 77, y = 77;
    mbill__pair p = mark;
    mbill__native n = native(mark);
    bool negates = mbill__pair_negate(a, &p), native_negates = mbill__native_negate(native(a), &n);
    bool fits = mbill__pair_fits(a, &x), native_fits = mbill__native_fits(native(a), &y);
    return negates == native_negates && native(p) == n && fits == native_fits && x == y &&
        mbill__pair_sign(a) == mbill__native_sign(native(a));
}

static bool agree_words(int64_t a, int64_t b)
{
    return native(mbill__pair_of(a)) == mbill__native_of(a) && native(mbill__pair_product(a, b)) == mbill__native_product(a, b);
}

static void check_agreement(mbill__pair a, mbill__pair b)
{
    int64_t x = mbill__word_signed(a.low), y = mbill__word_signed(b.low);
    bool agreed = agree_add(a, b) && agree_multiply(a, y) && agree_divide(a, b) && agree_single(a) && agree_words(x, y) &&
        mbill__pair_compare(a, b) == mbill__native_compare(native(a), native(b));
    if (!agreed) /* Check takes a note at every assertion, too slow for a million */
        ck_abort_msg("differs for %016" PRIx64 ":%016" PRIx64 " and %016" PRIx64 ":%016" PRIx64, a.high, a.low, b.high, b.low);
}

START_TEST(pair_is_native_on_random_values)
{
    random_begin("test_wide");
    for (int i = 0; i < ROUNDS; i++) check_agreement(random_pair(), random_pair());
}
END_TEST

START_TEST(pair_is_native_on_edges)
{
    for (size_t i = 0; i < N_EDGES * N_EDGES; i++)
        for (size_t j = 0; j < N_EDGES * N_EDGES; j++)
            check_agreement(pair(edge_words[i / N_EDGES], edge_words[i % N_EDGES]),
                pair(edge_words[j / N_EDGES], edge_words[j % N_EDGES]));
}
END_TEST

/* The native functions against plain arithmetic of the compiler, on values where that cannot overflow. */
START_TEST(native_is_plain_arithmetic)
{
    random_begin("test_wide");
    for (int i = 0; i < ROUNDS / 50; i++) {
        int64_t a = mbill__word_signed(random_length_word()), b = mbill__word_signed(random_length_word());
        mbill__native x = a, y = b, out = 0, rest = 0;
        ck_assert(mbill__native_add(x, y, &out) && out == x + y);
        ck_assert(mbill__native_subtract(x, y, &out) && out == x - y);
        ck_assert(mbill__native_multiply(x, b, &out) && out == mbill__native_product(a, b));
        if (b == 0) continue;
        ck_assert(mbill__native_divide(mbill__native_product(a, b), y, &out, &rest) && out == x && rest == 0);
    }
}
END_TEST
#endif

/* a = quotient x b + rest, |rest| < |b|, rest with a's sign: fixes the division whatever computes it. */
static void check_division(mbill__pair a, mbill__pair b)
{
    mbill__pair quotient, rest, back, rest_size, b_size;
    bool lowest_by_minus_one = same(a, pair(MBILL__WORD_SIGN, 0)) && same(b, pair(UINT64_MAX, UINT64_MAX));
    bool fits = mbill__pair_divide(a, b, &quotient, &rest);
    ck_assert_int_eq(fits, mbill__pair_sign(b) != 0 && !lowest_by_minus_one);
    if (!fits) {
        ck_assert(mbill__pair_sign(quotient) == 0 && mbill__pair_sign(rest) == 0);
        return;
    }
    rest_size = mbill__pair_magnitude(rest);
    b_size = mbill__pair_magnitude(b);
    ck_assert_int_lt(mbill__pair_compare_unsigned(rest_size, b_size), 0);
    ck_assert(mbill__pair_sign(rest) == 0 || mbill__pair_sign(rest) == mbill__pair_sign(a));
    /* quotient x b modulo 2^128 */
    back = mbill__word_product(quotient.low, b.low);
    back.high += quotient.high * b.low + quotient.low * b.high;
    ck_assert(same(mbill__pair_plus(back, rest), a));
}

static void check_laws(mbill__pair a, mbill__pair b)
{
    mbill__pair sum = mark, back = mark, opposite = mark;
    check_division(a, b);
    ck_assert_int_eq(mbill__pair_compare(a, b), -mbill__pair_compare(b, a));
    if (mbill__pair_add(a, b, &sum)) {
        ck_assert(mbill__pair_subtract(sum, b, &back) && same(back, a));
        ck_assert_int_eq(mbill__pair_compare(sum, a), mbill__pair_sign(b));
    } else {
        ck_assert(same(sum, mark));
        ck_assert_int_eq(mbill__pair_sign(a), mbill__pair_sign(b));
    }
    if (mbill__pair_negate(a, &opposite)) {
        ck_assert_int_eq(mbill__pair_sign(opposite), -mbill__pair_sign(a));
        ck_assert(mbill__pair_add(a, opposite, &sum) && mbill__pair_sign(sum) == 0);
    } else {
        ck_assert(same(a, pair(MBILL__WORD_SIGN, 0)));
    }
    int64_t x = mbill__word_signed(b.low);
    if (mbill__pair_multiply(a, x, &back) && x != 0) {
        mbill__pair quotient, rest;
        bool divides = mbill__pair_divide(back, mbill__pair_of(x), &quotient, &rest);
        ck_assert(!divides || (same(quotient, a) && mbill__pair_sign(rest) == 0));
    }
}

START_TEST(laws_of_the_pair)
{
    random_begin("test_wide");
    for (int i = 0; i < ROUNDS / 50; i++) check_laws(random_pair(), random_pair());
    for (size_t i = 0; i < N_EDGES * N_EDGES; i++)
        for (size_t j = 0; j < N_EDGES; j++)
            check_laws(pair(edge_words[i / N_EDGES], edge_words[i % N_EDGES]), pair(0, edge_words[j]));
}
END_TEST

/* Values worked out by hand; the only ones on targets without __int128 that do not come from the pair itself. */
START_TEST(known_values)
{
    mbill__pair out, rest;
    ck_assert(same(mbill__pair_product(INT64_MIN, INT64_MIN), pair(UINT64_C(1) << 62, 0)));
    ck_assert(same(mbill__pair_product(INT64_MAX, INT64_MIN), pair(UINT64_C(0xC000000000000000), UINT64_C(1) << 63)));
    ck_assert(
        same(mbill__pair_product(INT64_C(1000000000000), INT64_C(1000000000000)), pair(0xD3C2, UINT64_C(0x1BCECCEDA1000000))));
    ck_assert(same(mbill__pair_product(-3, 5), pair(UINT64_MAX, UINT64_MAX - 14)));
    /* 10^24 / 10^13 = 10^11; (10^24 + 7) leaves 7; 10^24 / 7 = 142857142857142857142857 rest 1 */
    ck_assert(mbill__pair_divide(pair(0xD3C2, UINT64_C(0x1BCECCEDA1000007)), mbill__pair_of(10000000000000), &out, &rest));
    ck_assert(same(out, mbill__pair_of(100000000000)) && same(rest, mbill__pair_of(7)));
    ck_assert(mbill__pair_divide(pair(0xD3C2, UINT64_C(0x1BCECCEDA1000000)), mbill__pair_of(-7), &out, &rest));
    ck_assert(same(rest, mbill__pair_of(1)) && mbill__pair_sign(out) == -1);
    /* 2^127 - 1 by 2^64: 2^63 - 1, rest 2^64 - 1 */
    ck_assert(mbill__pair_divide(pair(INT64_MAX, UINT64_MAX), pair(1, 0), &out, &rest));
    ck_assert(same(out, pair(0, INT64_MAX)) && same(rest, pair(0, UINT64_MAX)));
    ck_assert(!mbill__pair_multiply(pair(UINT64_C(1) << 62, 0), 2, &out));
    ck_assert(mbill__pair_multiply(pair(UINT64_C(1) << 62, 0), -2, &out) && same(out, pair(UINT64_C(1) << 63, 0)));
    ck_assert(!mbill__pair_multiply(pair(UINT64_C(1) << 63, 0), -1, &out));
    ck_assert(!mbill__pair_add(pair(INT64_MAX, UINT64_MAX), pair(0, 1), &out));
    ck_assert(!mbill__pair_subtract(pair(UINT64_C(1) << 63, 0), pair(0, 1), &out));
    ck_assert(!mbill__pair_negate(pair(UINT64_C(1) << 63, 0), &out));
}
END_TEST

START_TEST(fits_one_word)
{
    int64_t out = 5;
    ck_assert(mbill__pair_fits(pair(0, INT64_MAX), &out) && out == INT64_MAX);
    ck_assert(mbill__pair_fits(pair(UINT64_MAX, UINT64_C(1) << 63), &out) && out == INT64_MIN);
    out = 5;
    ck_assert(!mbill__pair_fits(pair(0, UINT64_C(1) << 63), &out));
    ck_assert(!mbill__pair_fits(pair(UINT64_MAX, INT64_MAX), &out));
    ck_assert(!mbill__pair_fits(pair(1, 0), &out));
    ck_assert_int_eq(out, 5);
}
END_TEST

/* The names the library uses, whichever implementation stands behind them. */
START_TEST(chosen_implementation)
{
    int64_t out = 0;
    mbill__wide a = mbill__wide_product(INT64_MAX, 3), b, rest;
    ck_assert(mbill__wide_add(a, mbill__wide_of(1), &b) && mbill__wide_compare(a, b) < 0);
    ck_assert(mbill__wide_subtract(b, a, &b) && mbill__wide_fits(b, &out));
    ck_assert_int_eq(out, 1);
    ck_assert(mbill__wide_divide(a, mbill__wide_of(-3), &b, &rest) && mbill__wide_fits(b, &out));
    ck_assert_int_eq(out, -INT64_MAX);
    ck_assert_int_eq(mbill__wide_sign(rest), 0);
    ck_assert(mbill__wide_negate(a, &a) && mbill__wide_sign(a) == -1 && !mbill__wide_fits(a, &out));
    ck_assert(mbill__wide_multiply(a, INT64_MAX / 8, &a) && !mbill__wide_multiply(a, INT64_MAX, &a));
    ck_assert(!mbill__wide_divide(a, mbill__wide_of(0), &b, &rest) && mbill__wide_sign(b) == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wide");
    TCase *ok = tcase_create("ok"), *edges = tcase_create("edges");
    tcase_add_test(ok, known_values);
    tcase_add_test(ok, chosen_implementation);
    tcase_add_test(ok, laws_of_the_pair);
    tcase_add_test(edges, fits_one_word);
#if HAVE_NATIVE
    tcase_add_test(ok, native_is_plain_arithmetic);
    tcase_add_test(ok, pair_is_native_on_random_values);
    tcase_add_test(edges, pair_is_native_on_edges);
#endif
    tcase_set_timeout(ok, 60);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
