/* SPDX-License-Identifier: Apache-2.0 */
/* An allocator that looks for a secret in every block that it gets back, moved ones too. */
#ifndef SEARCHING_ALLOCATOR_H
#define SEARCHING_ALLOCATOR_H

#include "meterbill/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct searching_allocator {
    mbill_allocator allocator;
    const uint8_t *secret;
    size_t n_secret;
    int64_t found;
} searching_allocator;

static inline void *searching_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static inline void searching_release(void *ctx, void *block, size_t size)
{
    searching_allocator *search = ctx;
    for (size_t i = 0; block != NULL && i + search->n_secret <= size; i++)
        search->found += memcmp((uint8_t *)block + i, search->secret, search->n_secret) == 0;
    free(block);
}

static inline void *searching_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    void *moved = malloc(new_size);
    if (moved == NULL) return NULL;
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    searching_release(ctx, block, old_size);
    return moved;
}

static inline void searching_start(searching_allocator *search, const uint8_t *secret, size_t n_secret)
{
    *search = (searching_allocator){.allocator = {sizeof(mbill_allocator), 0, searching_alloc, searching_resize,
                                        searching_release, search},
        .secret = secret,
        .n_secret = n_secret};
}

#endif
