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
 * Where handles take their memory from. Given to the functions that make a handle and remembered by it; NULL means libc.
 *
 * All three functions must be set. `alloc` and `resize` return NULL when there is no memory, and then the library returns
 * #MBILL_E_NOMEM with nothing leaked. Sizes are never 0. Blocks must be aligned for any object, as malloc's are.
 *
 * @par Thread safety
 * The library calls it only from the thread that calls the library; sharing one allocator between threads is the caller's affair.
 * @since 0.1
 */
typedef struct mbill_allocator {
    uint32_t struct_size; /**< sizeof(mbill_allocator) where the caller was compiled */
    uint32_t flags;       /**< 0 */
    void *(*alloc)(void *ctx, size_t size);
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    void (*release)(void *ctx, void *block, size_t size);
    void *ctx; /**< passed back to the three functions */
} mbill_allocator;

#ifdef __cplusplus
}
#endif
#endif
