/* SPDX-License-Identifier: Apache-2.0 */
/* Webster: unit after unit to the largest weight / (2 x parts + 1). Changes when its order does. It begins with the quotas rounded half down, which is what
 * that order has given to all whose priority is above half the sum / units, and adds or takes back from there, by a heap. */
#include "apportion/webster.h"

#include "apportion/heap.h"

typedef struct queue {
    const mbill__pool *pool;
    const uint64_t *parts;
} queue;

/* weight / odd: how far a share has a claim to the unit that would make (or made) its parts. */
static int compare_claims(const queue *of, uint64_t a, uint64_t odd_a, uint64_t b, uint64_t odd_b)
{
    return mbill__pair_compare_unsigned(mbill__times(mbill__pool_weight(of->pool, (size_t)a), odd_b),
        mbill__times(mbill__pool_weight(of->pool, (size_t)b), odd_a));
}

static bool is_next(const void *context, uint64_t a, uint64_t b)
{
    const queue *of = context;
    int claims = compare_claims(of, a, 2 * of->parts[a] + 1, b, 2 * of->parts[b] + 1);
    return claims != 0 ? claims > 0 : mbill__pool_order(of->pool, (size_t)a) < mbill__pool_order(of->pool, (size_t)b);
}

/* Who has the weakest claim to the unit it was given last; with none it cannot give any back. */
static bool gives_back_first(const void *context, uint64_t a, uint64_t b)
{
    const queue *of = context;
    if (of->parts[a] == 0 || of->parts[b] == 0) return of->parts[a] > of->parts[b];
    int claims = compare_claims(of, a, 2 * of->parts[a] - 1, b, 2 * of->parts[b] - 1);
    return claims != 0 ? claims < 0 : mbill__pool_order(of->pool, (size_t)a) > mbill__pool_order(of->pool, (size_t)b);
}

/* a was served at odd_a and b is next at odd_b: does only their place tell them apart? */
static bool is_blind(const queue *of, uint64_t a, uint64_t odd_a, uint64_t b, uint64_t odd_b)
{
    return a != b && of->pool->shares[a].key == of->pool->shares[b].key && compare_claims(of, a, odd_a, b, odd_b) == 0;
}

static mbill_status add_units(const queue *of, uint64_t left, uint64_t *heap, uint64_t *parts, mbill_error *err)
{
    size_t n = of->pool->n;
    uint64_t last = heap[0];
    mbill__heap_build(heap, n, is_next, of);
    for (; left > 0; left--) {
        last = heap[0];
        parts[last]++;
        mbill__heap_sink(heap, n, 0, is_next, of);
    }
    if (!is_blind(of, last, 2 * parts[last] - 1, heap[0], 2 * parts[heap[0]] + 1)) return MBILL_OK;
    return mbill__pool_refuse_tie(of->pool, of->pool->shares[last].key, err);
}

static mbill_status take_back(const queue *of, uint64_t over, uint64_t *heap, uint64_t *parts, mbill_error *err)
{
    size_t n = of->pool->n;
    uint64_t last = heap[0];
    mbill__heap_build(heap, n, gives_back_first, of);
    for (; over > 0; over--) {
        last = heap[0];
        parts[last]--;
        mbill__heap_sink(heap, n, 0, gives_back_first, of);
    }
    if (parts[heap[0]] == 0 || !is_blind(of, last, 2 * parts[last] + 1, heap[0], 2 * parts[heap[0]] - 1)) return MBILL_OK;
    return mbill__pool_refuse_tie(of->pool, of->pool->shares[last].key, err);
}

mbill_status mbill__webster(const mbill__pool *pool, uint64_t units, uint64_t *heap, uint64_t *parts, mbill_error *err)
{
    const queue of = {pool, parts};
    const mbill__divisor by = mbill__divisor_of(pool->sum);
    uint64_t given = 0; /* at most 2 x units, which fits */
    for (size_t i = 0; i < pool->n; i++) {
        uint64_t rest;
        parts[i] = mbill__quota(units, mbill__pool_weight(pool, i), &by, &rest);
        if (rest > pool->sum - rest) parts[i]++;
        given += parts[i];
        heap[i] = i;
    }
    if (given < units) return add_units(&of, units - given, heap, parts, err);
    return given > units ? take_back(&of, given - units, heap, parts, err) : MBILL_OK;
}
