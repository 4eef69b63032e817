/* SPDX-License-Identifier: Apache-2.0 */
/* Largest remainder (Hamilton): changes when the border that earns a unit is found another way. Linear: one pass for the rests, some over them for the
 * border. */
#include "apportion/largest.h"

#include "number/select.h"

typedef struct rests {
    const uint64_t *values;
    const mbill__pool *pool;
    uint64_t tied;  /* the rest that is on the border */
    unsigned shift; /* rests are below sum: their top digit then has something to say */
} rests;

static bool rest_at(const void *list, size_t i, uint64_t *out)
{
    const rests *of = list;
    *out = of->values[i] << of->shift;
    return true;
}

/* Of those on the border, the smaller the order the larger the value. */
static bool tie_at(const void *list, size_t i, uint64_t *out)
{
    const rests *of = list;
    if (of->values[i] != of->tied || mbill__pool_is_last(of->pool, i)) return false;
    *out = ~mbill__pool_order(of->pool, i);
    return true;
}

static uint64_t key_of_order(const mbill__pool *pool, uint64_t order)
{
    size_t i = 0;
    while (i + 1 < pool->n && mbill__pool_order(pool, i) != order) i++;
    return pool->shares[i].key;
}

/* Who of those on the border is served, when `wanted` of them are, fewer than all. */
static mbill_status cut_ties(const rests *of, size_t wanted, mbill__cut *out, mbill_error *err)
{
    const mbill__pool *pool = of->pool;
    size_t n_tied = 0;
    uint64_t order;
    for (size_t i = 0; i < pool->n; i++) n_tied += tie_at(of, i, &order);
    out->last_earns = false;
    if (wanted == n_tied) return MBILL_OK;
    mbill__border border = mbill__find_border(tie_at, of, pool->n, wanted);
    out->last_order = ~border.value;
    if (border.on_it == 0) return MBILL_OK;
    return mbill__pool_refuse_tie(pool, key_of_order(pool, out->last_order), err);
}

mbill_status mbill__largest_serve(const mbill__pool *pool, const uint64_t *words, unsigned shift, uint64_t left, mbill__cut *out,
    mbill_error *err)
{
    rests of = {words, pool, 0, shift};
    *out = (mbill__cut){pool, words, words + pool->n, UINT64_MAX, UINT64_MAX, true};
    if (left == 0) return MBILL_OK;
    mbill__border border = mbill__find_border(rest_at, &of, pool->n, (size_t)left);
    out->rest = of.tied = border.value >> shift;
    return border.on_it > 0 ? cut_ties(&of, border.on_it, out, err) : MBILL_OK;
}

mbill_status mbill__largest_cut(const mbill__pool *pool, uint64_t units, uint64_t *words, mbill__cut *out, mbill_error *err)
{
    uint64_t *parts = words + pool->n, left = units;
    const mbill__divisor by = mbill__divisor_of(pool->sum);
    for (size_t i = 0; i < pool->n; i++) left -= parts[i] = mbill__quota(units, mbill__pool_weight(pool, i), &by, &words[i]);
    return mbill__largest_serve(pool, words, by.shift, left, out, err);
}
