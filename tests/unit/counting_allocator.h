/* SPDX-License-Identifier: Apache-2.0 */
/* An allocator that fails its n-th call and counts what is live, so that a test can fail every allocation in turn. */
#ifndef COUNTING_ALLOCATOR_H
#define COUNTING_ALLOCATOR_H

#include "meterbill/memory.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct counting_allocator {
    mbill_allocator allocator;
    size_t calls, fail_at; /* fail_at 0: never */
    int64_t live;          /* bytes taken and not given back */
} counting_allocator;

static inline bool counting_fails(counting_allocator *counter)
{
    return ++counter->calls == counter->fail_at;
}

static inline void *counting_alloc(void *ctx, size_t size)
{
    counting_allocator *counter = ctx;
    void *block = counting_fails(counter) ? NULL : malloc(size);
    if (block != NULL) counter->live += (int64_t)size;
    return block;
}

static inline void *counting_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    counting_allocator *counter = ctx;
    void *moved = counting_fails(counter) ? NULL : realloc(block, new_size);
    if (moved != NULL) counter->live += (int64_t)new_size - (int64_t)old_size;
    return moved;
}

static inline void counting_release(void *ctx, void *block, size_t size)
{
    ((counting_allocator *)ctx)->live -= (int64_t)size;
    free(block);
}

static inline void counting_start(counting_allocator *counter, size_t fail_at)
{
    *counter = (counting_allocator){{sizeof(mbill_allocator), 0, counting_alloc, counting_resize, counting_release, counter}, 0,
        fail_at, 0};
}

#endif
