/* SPDX-License-Identifier: Apache-2.0 */
/** @file bytes.h  Bytes that somebody else owns. */
#ifndef MBILL_BYTES_H
#define MBILL_BYTES_H

#include "meterbill/export.h"

#include <stddef.h>
#include <stdint.h>

/** Bytes to be read; they belong to whoever made them and must stay while the call (or what it says) uses them. */
typedef struct mbill_bytes {
    const uint8_t *p; /**< may be NULL when n is 0 */
    size_t n;         /**< how many */
} mbill_bytes;

#endif
