/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of weights and keys that stand twice. Changes when another check of who shares is made. */
#include "apportion/pool.h"

#include "apportion/heap.h"

#include <inttypes.h>

uint64_t mbill_tie_order(uint64_t key, uint64_t tie_salt)
{
    return mbill__tie_order(key, tie_salt);
}

mbill__whole mbill__whole_of(int64_t total, int64_t step)
{
    const uint64_t magnitude = mbill__word_magnitude(total), by = (uint64_t)step;
    int64_t beyond = (int64_t)(magnitude % by); /* below step */
    mbill__whole out = {magnitude / by, step, total < 0 ? -beyond : beyond, total < 0};
    return out;
}

mbill_status mbill__pool_add_up(mbill__pool *pool, mbill_error *err)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < pool->n; i++) {
        uint64_t weight = mbill__pool_weight(pool, i);
        if (weight > UINT64_MAX - sum)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
                "with weight %" PRIu64 " of share %zu the weights add up to 2^64 or more; expected less", weight, i);
        sum += weight;
    }
    pool->sum = sum;
    return MBILL_OK;
}

static mbill_status refuse_key(const mbill__pool *pool, uint64_t key, const char *why, mbill_error *err)
{
    size_t second = 0, n_seen = 0;
    for (size_t i = 0; i < pool->n && n_seen < 2; i++)
        if (pool->shares[i].key == key && !mbill__pool_is_last(pool, i)) {
            second = i;
            n_seen++;
        }
    return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, (int64_t)second,
        "key %" PRIu64 " stands twice%s; expected keys that differ", key, why);
}

static bool is_above(const void *context, uint64_t a, uint64_t b)
{
    (void)context;
    return a > b;
}

mbill_status mbill__pool_keys_differ(const mbill__pool *pool, uint64_t *sorted, mbill_error *err)
{
    size_t n = pool->last_last ? pool->n - 1 : pool->n;
    for (size_t i = 0; i < n; i++) sorted[i] = pool->shares[i].key;
    mbill__heap_sort_down(sorted, n, is_above, NULL);
    for (size_t i = 1; i < n; i++)
        if (sorted[i] == sorted[i - 1]) return refuse_key(pool, sorted[i], "", err);
    return MBILL_OK;
}

mbill_status mbill__pool_refuse_tie(const mbill__pool *pool, uint64_t key, mbill_error *err)
{
    return refuse_key(pool, key, " and would decide a tie", err);
}
