/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when places are put in order another way: a heap of places (indexes) in the caller's memory, and a sort with it; n log n at worst. */
#ifndef MBILL__APPORTION_HEAP_H
#define MBILL__APPORTION_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does entry a come before entry b? */
typedef bool (*mbill__before)(const void *context, uint64_t a, uint64_t b);

/* Entry `at` goes down until none that comes before it is below it. */
static inline void mbill__heap_sink(uint64_t *heap, size_t n, size_t at, mbill__before before, const void *context)
{
    uint64_t moved = heap[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && before(context, heap[child + 1], heap[child])) child++;
        if (!before(context, heap[child], moved)) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/* heap[0] comes before all others. */
static inline void mbill__heap_build(uint64_t *heap, size_t n, mbill__before before, const void *context)
{
    for (size_t at = n / 2; at-- > 0;) mbill__heap_sink(heap, n, at, before, context);
}

/* In order from the last to the first: entry 0 then comes behind all others. */
static inline void mbill__heap_sort_down(uint64_t *entries, size_t n, mbill__before before, const void *context)
{
    mbill__heap_build(entries, n, before, context);
    while (n > 1) {
        uint64_t first = entries[0];
        entries[0] = entries[--n];
        entries[n] = first;
        mbill__heap_sink(entries, n, 0, before, context);
    }
}

#endif
