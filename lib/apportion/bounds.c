/* SPDX-License-Identifier: Apache-2.0 */
/* Shares between a minimum and a maximum: changes when the level at which the bounds are cut is found another way. The level lambda is where
 * sum of clamp(lambda x weight, min, max) comes to the total; it is found by a sweep over the levels at which a share leaves its minimum or
 * reaches its maximum, in their order. */
#include "apportion/apportion.h"
#include "apportion/heap.h"
#include "apportion/largest.h"

#include <inttypes.h>

typedef struct bounds {
    const mbill__pool *pool;
    const int64_t *min, *max; /* in the amounts' unit; NULL: 0, none */
    int64_t step;
    uint64_t units;
} bounds;

/* lambda as a fraction: at most 2^63 over at most 2^64 - 1. */
typedef struct level {
    uint64_t units, weight;
} level;

/* All in steps. A maximum that is not there is the whole. */
static uint64_t least(const bounds *of, size_t i)
{
    return of->min == NULL ? 0 : (uint64_t)(of->min[i] / of->step);
}

static uint64_t most(const bounds *of, size_t i)
{
    if (of->max == NULL || of->max[i] == MBILL_NO_MAXIMUM) return of->units > least(of, i) ? of->units : least(of, i);
    return (uint64_t)(of->max[i] / of->step);
}

/* Entry 2 x i: share i leaves its minimum; 2 x i + 1: it reaches its maximum. */
static uint64_t units_of(const bounds *of, uint64_t entry)
{
    return entry % 2 == 0 ? least(of, (size_t)(entry / 2)) : most(of, (size_t)(entry / 2));
}

static uint64_t weight_of(const bounds *of, uint64_t entry)
{
    return mbill__pool_weight(of->pool, (size_t)(entry / 2));
}

static bool comes_later(const void *context, uint64_t a, uint64_t b)
{
    const bounds *of = context;
    int order = mbill__pair_compare_unsigned(mbill__times(units_of(of, a), weight_of(of, b)),
        mbill__times(units_of(of, b), weight_of(of, a)));
    return order != 0 ? order > 0 : a > b;
}

static mbill_status check_bounds(const bounds *of, mbill_error *err)
{
    for (size_t i = 0; i < of->pool->n; i++) {
        int64_t low = of->min == NULL ? 0 : of->min[i], high = of->max == NULL ? MBILL_NO_MAXIMUM : of->max[i];
        if (low < 0) return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "minimum %" PRId64 " is below 0", low);
        if (high < low)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "minimum %" PRId64 " is above the maximum %" PRId64, low,
                high);
        if (low % of->step != 0 || (high != MBILL_NO_MAXIMUM && high % of->step != 0))
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "%s %" PRId64 " is no multiple of the step %" PRId64,
                low % of->step != 0 ? "minimum" : "maximum", low % of->step != 0 ? low : high, of->step);
    }
    return MBILL_OK;
}

static mbill_status refuse_gap(const bounds *of, mbill__pair gap, bool minima, int64_t *out_gap, mbill_error *err)
{
    int64_t steps;
    bool fits = mbill__pair_fits(gap, &steps) && steps <= INT64_MAX / of->step;
    int64_t amount = fits ? steps * of->step : INT64_MAX;
    if (out_gap != NULL) *out_gap = minima ? amount : -amount;
    return mbill__fail(err, MBILL_E_INFEASIBLE, "the %s %s%" PRId64 " %s than what is to be split; gap %s%" PRId64,
        minima ? "minimums add up to" : "maximums allow", fits ? "" : "at least ", amount, minima ? "more" : "less",
        minima ? "" : "-", amount);
}

/* A share without weight keeps its minimum. */
static mbill_status check_room(const bounds *of, int64_t *out_gap, mbill_error *err)
{
    mbill__pair low = {0, 0}, high = {0, 0}, units = {0, of->units}; /* sums of fewer than 2^64 words below 2^63 */
    for (size_t i = 0; i < of->pool->n; i++) {
        low = mbill__pair_plus(low, (mbill__pair){0, least(of, i)});
        high = mbill__pair_plus(high, (mbill__pair){0, mbill__pool_weight(of->pool, i) > 0 ? most(of, i) : least(of, i)});
    }
    if (mbill__pair_compare_unsigned(low, units) > 0) return refuse_gap(of, mbill__pair_minus(low, units), true, out_gap, err);
    if (mbill__pair_compare_unsigned(high, units) < 0) return refuse_gap(of, mbill__pair_minus(units, high), false, out_gap, err);
    return MBILL_OK;
}

/* The sweep. Below every level so far, fixed units are at a bound and the shares of `moving` weight in between: their sum at a level is
 * fixed + level x moving, and never above the whole before the one that ends it. */
static level find_level(const bounds *of, uint64_t *entries)
{
    uint64_t fixed = 0, moving = 0;
    size_t n = 0;
    for (size_t i = 0; i < of->pool->n; i++) {
        fixed += least(of, i);
        if (mbill__pool_weight(of->pool, i) == 0) continue;
        entries[n++] = 2 * (uint64_t)i;
        entries[n++] = 2 * (uint64_t)i + 1;
    }
    mbill__heap_sort_down(entries, n, comes_later, of); /* from the lowest level to the highest */
    level out = {0, 1};
    for (size_t at = 0; at < n; at++) {
        const uint64_t units = units_of(of, entries[at]), weight = weight_of(of, entries[at]);
        const mbill__pair reached = mbill__times(units, moving), wanted = mbill__times(of->units - fixed, weight);
        out = (level){units, weight};
        if (mbill__pair_compare_unsigned(reached, wanted) >= 0) {
            if (moving > 0) out = (level){of->units - fixed, moving};
            break;
        }
        fixed = entries[at] % 2 == 0 ? fixed - units : fixed + units;
        moving = entries[at] % 2 == 0 ? moving + weight : moving - weight;
    }
    return out;
}

/* Where a share stands at the level: -1 at its minimum, 1 at its maximum, 0 in between. */
static int place_at(const bounds *of, const level *at, size_t i)
{
    const mbill__pair exact = mbill__times(at->units, mbill__pool_weight(of->pool, i));
    if (mbill__pair_compare_unsigned(exact, mbill__times(least(of, i), at->weight)) <= 0) return -1;
    return mbill__pair_compare_unsigned(exact, mbill__times(most(of, i), at->weight)) >= 0 ? 1 : 0;
}

/* What is left for those in between, by largest remainder; the others are written from their bounds. */
static mbill_status split_rest(const bounds *of, const mbill__whole *whole, const level *at, uint64_t *words,
    int64_t *out_amounts, mbill_error *err)
{
    const size_t n = of->pool->n;
    uint64_t left = of->units, *weights = words;
    mbill__pool between = *of->pool;
    mbill__cut cut = {&between, NULL, NULL, 0, 0, false};
    between.weights = weights;
    between.equal = false;
    between.sum = 0;
    for (size_t i = 0; i < n; i++) {
        int place = place_at(of, at, i);
        weights[i] = place == 0 ? mbill__pool_weight(of->pool, i) : 0;
        between.sum += weights[i];
        if (place != 0) left -= place < 0 ? least(of, i) : most(of, i);
    }
    if (between.sum > 0) MBILL_TRY(mbill__largest_cut(&between, left, words + n, &cut, err));
    for (size_t i = 0; i < n; i++) {
        uint64_t parts = weights[i] > 0 ? mbill__largest_part(&cut, i) : place_at(of, at, i) < 0 ? least(of, i) : most(of, i);
        out_amounts[i] = mbill__whole_amount(whole, parts);
    }
    return MBILL_OK;
}

static mbill_status split_between(const bounds *of, const mbill__whole *whole, uint64_t *words, int64_t *out_amounts,
    int64_t *out_gap, mbill_error *err)
{
    MBILL_TRY(check_room(of, out_gap, err));
    const level at = find_level(of, words);
    return split_rest(of, whole, &at, words, out_amounts, err);
}

mbill_status mbill_apportion_bounded(int64_t total, const mbill_share *shares, const int64_t *min, const int64_t *max, size_t n,
    const mbill_apportion_options *options, void *scratch, int64_t *out_amounts, int64_t *out_residual, int64_t *out_gap,
    mbill_error *err)
{
    mbill_apportion_options known;
    mbill__pool pool;
    bool owner_pays = false;
    if (n > 0) {
        MBILL__NEED(shares);
        MBILL__NEED(out_amounts);
    }
    MBILL__NEED(out_residual);
    MBILL_TRY(mbill__apportion_options_read(options, &known, err));
    if (known.method != MBILL_APPORTION_LARGEST_REMAINDER)
        return mbill__fail(err, MBILL_E_MISUSE, "method is %" PRId32 ", expected largest remainder with minimums and maximums",
            known.method);
    MBILL_TRY(mbill__scratch_check(scratch, n, err));
    MBILL_TRY(mbill__pool_make(shares, n, &known, scratch, &pool, err));
    const mbill__whole whole = mbill__whole_of(total, known.step);
    const bounds of = {&pool, min, max, known.step, whole.units};
    MBILL_TRY(check_bounds(&of, err));
    if (total != 0) MBILL_TRY(mbill__pool_replace_zero(&pool, &known, &owner_pays, err));
    if (owner_pays) return mbill__pool_split(&pool, total, &known, scratch, out_amounts, out_residual, err);
    MBILL_TRY(split_between(&of, &whole, scratch, out_amounts, out_gap, err));
    *out_residual = whole.beyond;
    return MBILL_OK;
}
