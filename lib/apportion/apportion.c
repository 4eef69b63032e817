/* SPDX-License-Identifier: Apache-2.0 */
/* One total over one list of shares: arguments, then ranges, keys, a total of 0, no weight at all, and the method. Changes when a method or a policy
 * is added. */
#include "apportion/apportion.h"

#include "apportion/each.h"
#include "apportion/largest.h"
#include "apportion/webster.h"

#include <inttypes.h>
#include <string.h>

#define WORDS_A_SHARE 2

size_t mbill_apportion_scratch_size(size_t n)
{
    const size_t one = WORDS_A_SHARE * sizeof(uint64_t);
    return n > SIZE_MAX / one ? SIZE_MAX : n * one;
}

mbill_status mbill__apportion_ways_read(const mbill_apportion_options *given, mbill_apportion_options *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof out->struct_size, given, err));
    if ((out->flags & ~MBILL_APPORTION_CHECK_KEYS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags are %#" PRIx32 ", expected only MBILL_APPORTION_CHECK_KEYS",
            out->flags);
    if (out->method < 0 || out->method >= MBILL__N_METHODS)
        return mbill__fail(err, MBILL_E_INVALID, "method is %" PRId32 ", expected an mbill_apportion_method", out->method);
    if (out->zero_policy < 0 || out->zero_policy >= MBILL__N_ZERO_POLICIES)
        return mbill__fail(err, MBILL_E_INVALID, "zero_policy is %" PRId32 ", expected an mbill_zero_policy", out->zero_policy);
    if (out->step < 0) return mbill__fail(err, MBILL_E_INVALID, "step is %" PRId64 ", expected 0 or more", out->step);
    if (out->step == 0) out->step = 1;
    return MBILL_OK;
}

mbill_status mbill__apportion_options_read(const mbill_apportion_options *given, mbill_apportion_options *out, mbill_error *err)
{
    MBILL_TRY(mbill__apportion_ways_read(given, out, err));
    if (out->zero_policy != MBILL_ZERO_FALLBACK || out->fallback_weights != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "fallback_weights is NULL, expected a weight for each share");
}

mbill_status mbill__scratch_check(const void *scratch, size_t n, mbill_error *err)
{
    if (n == 0) return MBILL_OK;
    MBILL__NEED(scratch);
    if ((uintptr_t)scratch % _Alignof(uint64_t) != 0)
        return mbill__fail(err, MBILL_E_MISUSE, "scratch is not aligned for uint64_t");
    return MBILL_OK;
}

mbill_status mbill__pool_make(const mbill_share *shares, size_t n, const mbill_apportion_options *options, uint64_t *scratch,
    mbill__pool *out, mbill_error *err)
{
    *out = (mbill__pool){shares, NULL, n, false, false, options->tie_salt, 0};
    MBILL_TRY(mbill__pool_add_up(out, err));
    return (options->flags & MBILL_APPORTION_CHECK_KEYS) != 0 ? mbill__pool_keys_differ(out, scratch, err) : MBILL_OK;
}

mbill_status mbill__pool_replace_zero(mbill__pool *pool, const mbill_apportion_options *options, bool *out_owner,
    mbill_error *err)
{
    *out_owner = false;
    if (pool->sum > 0) return MBILL_OK;
    switch (options->zero_policy) {
    case MBILL_ZERO_EQUAL: pool->equal = true; break;
    case MBILL_ZERO_FALLBACK: pool->weights = options->fallback_weights; break;
    case MBILL_ZERO_OWNER: *out_owner = true; return MBILL_OK;
    default: break;
    }
    if (options->zero_policy != MBILL_ZERO_ERROR) MBILL_TRY(mbill__pool_add_up(pool, err));
    if (pool->sum > 0) return MBILL_OK;
    if (pool->n == 0)
        return mbill__fail(err, MBILL_E_ZERO_WEIGHT, "there is a total and nobody to share it; expected one at least");
    return mbill__fail(err, MBILL_E_ZERO_WEIGHT, "there is a total and all %zu %sweights are 0; expected one above 0", pool->n,
        options->zero_policy == MBILL_ZERO_FALLBACK ? "fallback " : "");
}

static mbill_status find_absorber(const mbill__pool *pool, uint64_t key, size_t *out, mbill_error *err)
{
    size_t n_found = 0;
    for (size_t i = 0; i < pool->n; i++)
        if (pool->shares[i].key == key) {
            if (n_found == 0) *out = i;
            n_found++;
        }
    if (n_found == 1) return MBILL_OK;
    if (n_found > 1) return mbill__pool_refuse_tie(pool, key, err);
    return mbill__fail(err, MBILL_E_NOT_FOUND, "no share has absorb_key %" PRIu64, key);
}

static mbill_status split_largest(const mbill__pool *pool, const mbill__whole *whole, uint64_t *scratch, int64_t *out_amounts,
    mbill_error *err)
{
    mbill__cut cut;
    MBILL_TRY(mbill__largest_cut(pool, whole->units, scratch, &cut, err));
    for (size_t i = 0; i < pool->n; i++) out_amounts[i] = mbill__whole_amount(whole, mbill__largest_part(&cut, i));
    return MBILL_OK;
}

static mbill_status split_webster(const mbill__pool *pool, const mbill__whole *whole, uint64_t *scratch, int64_t *out_amounts,
    mbill_error *err)
{
    uint64_t *parts = scratch + pool->n;
    MBILL_TRY(mbill__webster(pool, whole->units, scratch, parts, err));
    for (size_t i = 0; i < pool->n; i++) out_amounts[i] = mbill__whole_amount(whole, parts[i]);
    return MBILL_OK;
}

static mbill_status split_by_method(const mbill__pool *pool, const mbill__whole *whole, const mbill_apportion_options *options,
    uint64_t *scratch, int64_t *out_amounts, int64_t *out_over, mbill_error *err)
{
    size_t absorber = 0;
    *out_over = 0;
    if (options->method == MBILL_APPORTION_LARGEST_REMAINDER) return split_largest(pool, whole, scratch, out_amounts, err);
    if (options->method == MBILL_APPORTION_WEBSTER) return split_webster(pool, whole, scratch, out_amounts, err);
    if (options->method == MBILL_APPORTION_ABSORB) MBILL_TRY(find_absorber(pool, options->absorb_key, &absorber, err));
    return mbill__each_share(pool, whole, options->method, absorber, out_amounts, out_over, err);
}

mbill_status mbill__pool_split(mbill__pool *pool, int64_t total, const mbill_apportion_options *options, uint64_t *scratch,
    int64_t *out_amounts, int64_t *out_residual, mbill_error *err)
{
    const mbill__whole whole = mbill__whole_of(total, options->step);
    bool owner_pays = total == 0;
    int64_t over;
    if (total != 0) MBILL_TRY(mbill__pool_replace_zero(pool, options, &owner_pays, err));
    if (owner_pays) {
        if (pool->n > 0) memset(out_amounts, 0, pool->n * sizeof *out_amounts);
        *out_residual = total;
        return MBILL_OK;
    }
    MBILL_TRY(split_by_method(pool, &whole, options, scratch, out_amounts, &over, err));
    *out_residual = over + whole.beyond; /* within the total's magnitude: rounding halves up at most doubles what is given */
    return MBILL_OK;
}

mbill_status mbill_apportion(int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options,
    void *scratch, int64_t *out_amounts, int64_t *out_residual, mbill_error *err)
{
    mbill_apportion_options known;
    mbill__pool pool;
    if (n > 0) {
        MBILL__NEED(shares);
        MBILL__NEED(out_amounts);
    }
    MBILL__NEED(out_residual);
    MBILL_TRY(mbill__apportion_options_read(options, &known, err));
    MBILL_TRY(mbill__scratch_check(scratch, n, err));
    MBILL_TRY(mbill__pool_make(shares, n, &known, scratch, &pool, err));
    return mbill__pool_split(&pool, total, &known, scratch, out_amounts, out_residual, err);
}
