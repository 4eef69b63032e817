/* SPDX-License-Identifier: Apache-2.0 */
/** @file memory.h  The allocator a caller may hand in. */
#ifndef MBILL_MEMORY_H
#define MBILL_MEMORY_H

#include "meterbill/export.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where handles take their memory from. Given to the functions that make a handle, copied into it and used until it is freed;
 * NULL means libc.
 *
 * Set all three functions or none (none means libc again). `alloc` and `resize` return NULL when there is no memory, and then the
 * library returns #MBILL_E_NOMEM with nothing leaked and its outputs NULL. Sizes are never 0. Blocks must be aligned for any
 * object, as malloc's are, and need not be cleared. `release` and `resize` are told the size that the block was taken with.
 *
 * A struct with some of the functions missing is refused with #MBILL_E_MISUSE, flags with #MBILL_E_UNKNOWN_OPTION.
 *
 * @code
 * mbill_allocator allocator = MBILL_ALLOCATOR_INIT;
 * allocator.alloc = pool_alloc;
 * allocator.resize = pool_resize;
 * allocator.release = pool_release;
 * allocator.ctx = &pool;
 * @endcode
 * @par Thread safety
 * The library calls it only from the thread that calls the library; sharing it between threads is the caller's affair.
 * @since 0.1
 */
typedef struct mbill_allocator {
    uint32_t struct_size; /**< sizeof(mbill_allocator) where the caller was compiled */
    uint32_t flags;       /**< 0 */
    /** A new block, or NULL. */
    void *(*alloc)(void *ctx, size_t size);
    /** The block with its bytes kept, moved or not; or NULL, and the old block stays. */
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    /** Take a block back; it is never NULL. */
    void (*release)(void *ctx, void *block, size_t size);
    void *ctx; /**< passed back to the three functions; may be NULL */
} mbill_allocator;

/** An allocator to start from: libc until the functions are set. */
#define MBILL_ALLOCATOR_INIT {sizeof(mbill_allocator), 0, NULL, NULL, NULL, NULL}

#ifdef __cplusplus
}
#endif
#endif
