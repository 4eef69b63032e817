/* SPDX-License-Identifier: Apache-2.0 */
/* Why a share is what it is, so that somebody else can compute it again: changes when a split by largest remainder rests on something more. */
#include "apportion/apportion.h"
#include "apportion/heap.h"
#include "apportion/largest.h"

#include <inttypes.h>

static bool ranks_later(const void *context, uint64_t a, uint64_t b)
{
    const mbill__cut *cut = context;
    const uint64_t rest_a = cut->rests[a], rest_b = cut->rests[b];
    return rest_a != rest_b ? rest_a < rest_b : mbill__pool_order(cut->pool, (size_t)a) > mbill__pool_order(cut->pool, (size_t)b);
}

/* The last of those who earn a unit, in the order of ranks. */
static void fill_cut(const mbill__cut *cut, const uint64_t *ranked, uint64_t n_extra, mbill_proof *out)
{
    out->n_extra = n_extra;
    if (n_extra == 0) return;
    const size_t last = (size_t)ranked[n_extra - 1];
    out->cut_remainder = cut->rests[last];
    out->cut_key = cut->pool->shares[last].key;
}

static void fill_units(const mbill__cut *cut, const uint64_t *ranked, mbill_share_proof *out)
{
    const size_t n = cut->pool->n;
    for (size_t i = 0; i < n; i++)
        out[i] = (mbill_share_proof){mbill__pool_weight(cut->pool, i), cut->parts[i], cut->rests[i], 0,
            mbill__largest_earns(cut, i) ? 1 : 0, 0};
    for (size_t rank = 0; rank < n; rank++) out[ranked[rank]].rank = rank + 1;
}

mbill_status mbill_apportion_explain(int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options,
    void *scratch, mbill_proof *out_proof, mbill_share_proof *out_units, mbill_error *err)
{
    mbill_apportion_options known;
    mbill__pool pool;
    mbill__cut cut;
    bool owner_pays = total == 0;
    uint64_t *words = scratch;
    MBILL__NEED(out_proof);
    if (n > 0) {
        MBILL__NEED(shares);
        MBILL__NEED(out_units);
    }
    MBILL_TRY(mbill__apportion_options_read(options, &known, err));
    if (known.method != MBILL_APPORTION_LARGEST_REMAINDER)
        return mbill__fail(err, MBILL_E_MISUSE, "method is %" PRId32 ", expected largest remainder", known.method);
    MBILL_TRY(mbill__scratch_check(scratch, n, err));
    MBILL_TRY(mbill__pool_make(shares, n, &known, scratch, &pool, err));
    if (total != 0) MBILL_TRY(mbill__pool_replace_zero(&pool, &known, &owner_pays, err));
    const mbill__whole whole = mbill__whole_of(total, known.step);
    mbill_proof proof = {(uint32_t)sizeof proof, 0, total, known.step, known.tie_salt, owner_pays ? 0 : pool.sum, 0, 0, 0};
    if (owner_pays) {
        for (size_t i = 0; i < n; i++) out_units[i] = (mbill_share_proof){shares[i].weight, 0, 0, 0, 0, 0};
        *out_proof = proof;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__largest_cut(&pool, whole.units, words, &cut, err));
    uint64_t *ranked = words + 2 * n, left = whole.units;
    for (size_t i = 0; i < n; i++) {
        ranked[i] = i;
        left -= cut.parts[i];
    }
    mbill__heap_sort_down(ranked, n, ranks_later, &cut);
    fill_cut(&cut, ranked, left, &proof);
    fill_units(&cut, ranked, out_units);
    *out_proof = proof;
    return MBILL_OK;
}

mbill_status mbill_proof_amount(const mbill_proof *proof, uint64_t key, uint64_t weight, int64_t *out_amount, mbill_error *err)
{
    mbill_proof known;
    MBILL__NEED(proof);
    MBILL__NEED(out_amount);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known.struct_size, proof, err));
    if (known.step < 1)
        return mbill__fail(err, MBILL_E_INVALID, "the proof's step is %" PRId64 ", expected 1 or more", known.step);
    if (weight > known.weight_sum && known.weight_sum > 0)
        return mbill__fail(err, MBILL_E_INVALID, "weight %" PRIu64 " is above the proof's sum of weights %" PRIu64, weight,
            known.weight_sum);
    *out_amount = 0;
    if (known.weight_sum == 0) return MBILL_OK;
    const mbill__whole whole = mbill__whole_of(known.total, known.step);
    const mbill__divisor by = mbill__divisor_of(known.weight_sum);
    uint64_t rest, part = mbill__quota(whole.units, weight, &by, &rest);
    const bool tied = rest == known.cut_remainder &&
        mbill__tie_order(key, known.tie_salt) <= mbill__tie_order(known.cut_key, known.tie_salt);
    if (known.n_extra > 0 && (rest > known.cut_remainder || tied)) part++;
    if (part > whole.units) return mbill__fail(err, MBILL_E_INVALID, "the proof gives key %" PRIu64 " more than the total", key);
    *out_amount = mbill__whole_amount(&whole, part);
    return MBILL_OK;
}

mbill_status mbill_apportion_verify(int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options,
    void *scratch, const int64_t *claimed, int64_t claimed_residual, size_t *out_bad, mbill_error *err)
{
    int64_t *amounts = n == 0 ? NULL : (int64_t *)scratch + 2 * n, residual;
    if (n > 0) MBILL__NEED(claimed);
    MBILL__NEED(out_bad);
    MBILL_TRY(mbill__scratch_check(scratch, n, err));
    MBILL_TRY(mbill_apportion(total, shares, n, options, scratch, amounts, &residual, err));
    size_t bad = 0;
    while (bad < n && amounts[bad] == claimed[bad]) bad++;
    *out_bad = bad < n || residual == claimed_residual ? bad : n + 1;
    return MBILL_OK;
}
