/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's allocator behind four calls. It is never asked for 0 bytes, and a release names the size that was taken. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *libc_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void *libc_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    return realloc(block, new_size);
}

static void libc_release(void *ctx, void *block, size_t size)
{
    (void)ctx;
    (void)size;
    free(block);
}

mbill_status mbill__allocator_read(mbill_allocator *known, const mbill_allocator *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, sizeof *known, given, err));
    if (known->flags != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "allocator flags are %u where 0 was expected", (unsigned)known->flags);
    known->struct_size = (uint32_t)sizeof *known;
    if (known->alloc == NULL && known->resize == NULL && known->release == NULL) {
        known->alloc = libc_alloc;
        known->resize = libc_resize;
        known->release = libc_release;
        return MBILL_OK;
    }
    if (known->alloc == NULL) return mbill__fail(err, MBILL_E_MISUSE, "alloc of the allocator is NULL while others are set");
    if (known->resize == NULL) return mbill__fail(err, MBILL_E_MISUSE, "resize of the allocator is NULL while others are set");
    if (known->release == NULL) return mbill__fail(err, MBILL_E_MISUSE, "release of the allocator is NULL while others are set");
    return MBILL_OK;
}

static size_t at_least_one(size_t size)
{
    return size == 0 ? 1 : size;
}

void *mbill__alloc(const mbill_allocator *allocator, size_t size)
{
    void *block = allocator->alloc(allocator->ctx, at_least_one(size));
    if (block != NULL) memset(block, 0, at_least_one(size));
    return block;
}

void *mbill__alloc_array(const mbill_allocator *allocator, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    return mbill__alloc(allocator, count * size);
}

void *mbill__resize(const mbill_allocator *allocator, void *block, size_t old_size, size_t new_size)
{
    if (block == NULL) return mbill__alloc(allocator, new_size);
    return allocator->resize(allocator->ctx, block, at_least_one(old_size), at_least_one(new_size));
}

void mbill__release(const mbill_allocator *allocator, void *block, size_t size)
{
    if (block != NULL) allocator->release(allocator->ctx, block, at_least_one(size));
}

void mbill__wipe(void *bytes, size_t n)
{
    volatile unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) at[i] = 0;
}
