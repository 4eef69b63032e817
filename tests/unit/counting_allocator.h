/* SPDX-License-Identifier: Apache-2.0 */
/* An allocator that fails its n-th call and counts what is live, so that a test can fail every allocation in turn. It hands out
 * dirty memory, and ends the program when it is asked for 0 bytes, or to resize or release NULL: the library never does. */
#ifndef COUNTING_ALLOCATOR_H
#define COUNTING_ALLOCATOR_H

#include "meterbill/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counting_allocator {
    mbill_allocator allocator;
    size_t calls, fail_at;     /* calls count from 1; fail_at 0: never */
    int64_t live, live_blocks; /* bytes and blocks taken and not given back */
} counting_allocator;

static inline void counting_require(bool holds, const char *promise)
{
    if (holds) return;
    fprintf(stderr, "allocator: %s\n", promise);
    abort();
}

static inline bool counting_fails(counting_allocator *counter)
{
    return ++counter->calls == counter->fail_at;
}

static inline void *counting_alloc(void *ctx, size_t size)
{
    counting_allocator *counter = ctx;
    counting_require(size > 0, "asked for 0 bytes");
    void *block = counting_fails(counter) ? NULL : malloc(size);
    if (block == NULL) return NULL;
    memset(block, 0xA5, size);
    counter->live += (int64_t)size;
    counter->live_blocks++;
    return block;
}

static inline void *counting_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    counting_allocator *counter = ctx;
    counting_require(block != NULL, "asked to resize NULL");
    counting_require(new_size > 0, "asked to resize to 0 bytes");
    void *moved = counting_fails(counter) ? NULL : realloc(block, new_size);
    if (moved != NULL) counter->live += (int64_t)new_size - (int64_t)old_size;
    return moved;
}

static inline void counting_release(void *ctx, void *block, size_t size)
{
    counting_allocator *counter = ctx;
    counting_require(block != NULL, "asked to release NULL");
    counter->live -= (int64_t)size;
    counter->live_blocks--;
    free(block);
}

static inline void counting_start(counting_allocator *counter, size_t fail_at)
{
    *counter = (counting_allocator){
        .allocator = {sizeof(mbill_allocator), 0, counting_alloc, counting_resize, counting_release, counter},
        .fail_at = fail_at};
}

/* Has everything been given back? */
static inline bool counting_is_even(const counting_allocator *counter)
{
    return counter->live == 0 && counter->live_blocks == 0;
}

#endif
