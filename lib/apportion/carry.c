/* SPDX-License-Identifier: Apache-2.0 */
/* Fair carry: what every share was rounded by is kept and counts in the next split, so that in the long run everybody pays his exact share. Changes
 * when what is carried does. */
#include "apportion/apportion.h"
#include "apportion/largest.h"

#include <inttypes.h>

#define MICRO INT64_C(1000000)
#define MICRO_SHIFT 44 /* a rest is below 10^6, which is below 2^20 */
#define UNITS_MOST UINT64_C(9000000000000)

static mbill_status check_carry(const int64_t *carry_micro, size_t n, mbill_error *err)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t one = carry_micro[i];
        if (one <= -MICRO || one >= MICRO)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
                "carry %" PRId64 " is a whole step or more, expected within +-999999", one);
        sum += one; /* n words are in memory: fewer than 2^61 of them */
    }
    if (sum == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the carries add up to %" PRId64 ", expected 0", sum);
}

static mbill_status check_size(const mbill__whole *whole, mbill_error *err)
{
    if (whole->units > UNITS_MOST)
        return mbill__fail(err, MBILL_E_RANGE, "the total is %" PRIu64 " steps, expected at most %" PRIu64 " with a carry",
            whole->units, UNITS_MOST);
    if (whole->units < (uint64_t)(INT64_MAX / whole->step)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "a part with its carry could be one step more than 64 bits hold");
}

/* Exact shares in millionths of a step with what was carried, as whole steps (parts, signed) and the millionths past them (rests). */
static uint64_t add_carry(const mbill__cut *cut, const mbill__whole *whole, const int64_t *carry_micro, uint64_t *words)
{
    const size_t n = cut->pool->n;
    uint64_t left = whole->units;
    for (size_t i = 0; i < n; i++) {
        int64_t exact = (int64_t)mbill__largest_part(cut, i) + (whole->negative ? -carry_micro[i] : carry_micro[i]);
        int64_t rest = exact % MICRO < 0 ? exact % MICRO + MICRO : exact % MICRO;
        words[i] = (uint64_t)rest;
        words[n + i] = (uint64_t)((exact - rest) / MICRO);
        left -= words[n + i];
    }
    return left;
}

static mbill_status split_with(const mbill__pool *pool, const mbill__whole *whole, uint64_t *words, int64_t *carry_micro,
    int64_t *out_amounts, mbill_error *err)
{
    mbill__cut cut;
    MBILL_TRY(mbill__largest_cut(pool, whole->units * (uint64_t)MICRO, words, &cut, err));
    uint64_t left = add_carry(&cut, whole, carry_micro, words);
    MBILL_TRY(mbill__largest_serve(pool, words, MICRO_SHIFT, left, &cut, err));
    for (size_t i = 0; i < pool->n; i++) {
        int64_t carry = (int64_t)words[i] - (mbill__largest_earns(&cut, i) ? MICRO : 0);
        out_amounts[i] = mbill__whole_amount(whole, mbill__largest_part(&cut, i));
        carry_micro[i] = whole->negative ? -carry : carry;
    }
    return MBILL_OK;
}

mbill_status mbill_apportion_carry(int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options,
    int64_t *inout_carry_micro, void *scratch, int64_t *out_amounts, int64_t *out_residual, mbill_error *err)
{
    mbill_apportion_options known;
    mbill__pool pool;
    bool owner_pays = total == 0;
    if (n > 0) {
        MBILL__NEED(shares);
        MBILL__NEED(inout_carry_micro);
        MBILL__NEED(out_amounts);
    }
    MBILL__NEED(out_residual);
    MBILL_TRY(mbill__apportion_options_read(options, &known, err));
    if (known.method != MBILL_APPORTION_LARGEST_REMAINDER)
        return mbill__fail(err, MBILL_E_MISUSE, "method is %" PRId32 ", expected largest remainder with a carry", known.method);
    MBILL_TRY(mbill__scratch_check(scratch, n, err));
    const mbill__whole whole = mbill__whole_of(total, known.step);
    MBILL_TRY(check_size(&whole, err));
    MBILL_TRY(mbill__pool_make(shares, n, &known, scratch, &pool, err));
    MBILL_TRY(check_carry(inout_carry_micro, n, err));
    if (total != 0) MBILL_TRY(mbill__pool_replace_zero(&pool, &known, &owner_pays, err));
    if (owner_pays) return mbill__pool_split(&pool, total, &known, scratch, out_amounts, out_residual, err);
    MBILL_TRY(split_with(&pool, &whole, scratch, inout_carry_micro, out_amounts, err));
    *out_residual = whole.beyond;
    return MBILL_OK;
}
