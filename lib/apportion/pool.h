/* SPDX-License-Identifier: Apache-2.0 */
/* Who shares, by which weights, and what is shared: what all methods of apportionment start from. Changes when another source of weights or another
 * order of ties comes. */
#ifndef MBILL__APPORTION_POOL_H
#define MBILL__APPORTION_POOL_H

#include "base/fail.h"
#include "meterbill/apportion.h"
#include "number/quota.h"

typedef struct mbill__pool {
    const mbill_share *shares;
    const uint64_t *weights; /* in place of those of shares; NULL: those */
    size_t n;
    bool equal;     /* every weight is 1 */
    bool last_last; /* the last share comes behind all others in every tie */
    uint64_t salt;
    uint64_t sum; /* of the weights */
} mbill__pool;

/* What is split: a magnitude in steps, and how its parts become amounts. */
typedef struct mbill__whole {
    uint64_t units;       /* magnitude / step */
    int64_t step, beyond; /* beyond: what no step holds, with the total's sign */
    bool negative;
} mbill__whole;

static inline uint64_t mbill__pool_weight(const mbill__pool *pool, size_t i)
{
    if (pool->equal) return 1;
    return pool->weights != NULL ? pool->weights[i] : pool->shares[i].weight;
}

/* SplitMix64's finaliser, modulo 2^64: a bijection, so that different keys never tie. */
static inline uint64_t mbill__tie_order(uint64_t key, uint64_t salt)
{
    if (salt == 0) return key;
    key ^= salt;
    key = (key ^ (key >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94D049BB133111EB);
    return key ^ (key >> 31);
}

static inline uint64_t mbill__pool_order(const mbill__pool *pool, size_t i)
{
    return mbill__tie_order(pool->shares[i].key, pool->salt);
}

static inline bool mbill__pool_is_last(const mbill__pool *pool, size_t i)
{
    return pool->last_last && i + 1 == pool->n;
}

/* parts steps as an amount with the total's sign; parts x step <= 2^63, and below it when positive. */
static inline int64_t mbill__whole_amount(const mbill__whole *whole, uint64_t parts)
{
    uint64_t magnitude = parts * (uint64_t)whole->step;
    return mbill__word_signed(whole->negative ? 0 - magnitude : magnitude);
}

/* step > 0. */
mbill__whole mbill__whole_of(int64_t total, int64_t step);

/* Fill sum. MBILL_E_RANGE: 2^64 or more, at the share where it comes to that. */
mbill_status mbill__pool_add_up(mbill__pool *pool, mbill_error *err);
/* MBILL_E_DUPLICATE_KEY, at the second share with the key. sorted: room for n words. */
mbill_status mbill__pool_keys_differ(const mbill__pool *pool, uint64_t *sorted, mbill_error *err);
/* The refusal of two shares with this key: one of them would get the last unit by nothing but its place. */
mbill_status mbill__pool_refuse_tie(const mbill__pool *pool, uint64_t key, mbill_error *err);

#endif
