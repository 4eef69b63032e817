/* SPDX-License-Identifier: Apache-2.0 */
/* Largest remainder over a pool: the rests, the border that earns a unit, and each part. */
#ifndef MBILL__APPORTION_LARGEST_H
#define MBILL__APPORTION_LARGEST_H

#include "apportion/pool.h"

/* Every share toward zero, and which remainders earn one unit more: those above rest, and of those that equal it the ones with an order up to
 * last_order. */
typedef struct mbill__cut {
    const mbill__pool *pool;
    const uint64_t *rests, *parts;
    uint64_t rest, last_order; /* rest: 2^64 - 1, which none is, when none earns */
    bool last_earns;           /* the share that is last in every tie, when its remainder is on the border */
} mbill__cut;

/* pool->sum > 0. words: 2 x n, kept by *out. MBILL_E_DUPLICATE_KEY. */
mbill_status mbill__largest_cut(const mbill__pool *pool, uint64_t units, uint64_t *words, mbill__cut *out, mbill_error *err);

/* The same where the rests (below 2^64 >> shift, in words) and the parts (behind them) are there already, and left units are to be handed out. */
mbill_status mbill__largest_serve(const mbill__pool *pool, const uint64_t *words, unsigned shift, uint64_t left, mbill__cut *out,
    mbill_error *err);

static inline bool mbill__largest_earns(const mbill__cut *cut, size_t i)
{
    if (cut->rests[i] != cut->rest) return cut->rests[i] > cut->rest;
    if (mbill__pool_is_last(cut->pool, i)) return cut->last_earns;
    return mbill__pool_order(cut->pool, i) <= cut->last_order;
}

/* The units of share i. */
static inline uint64_t mbill__largest_part(const mbill__cut *cut, size_t i)
{
    return cut->parts[i] + (mbill__largest_earns(cut, i) ? 1 : 0);
}

#endif
