/* SPDX-License-Identifier: Apache-2.0 */
/* What every wire does with bytes: their sum, and whether two runs of them are the same. */
#ifndef MBILL__FRAME_BYTES_H
#define MBILL__FRAME_BYTES_H

#include "meterbill/bytes.h"

#include <stdbool.h>
#include <string.h>

/* Modulo 256, as DL/T 645, CJ/T 188 and M-Bus have it. */
static inline uint8_t mbill__frame_sum(const uint8_t *bytes, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += bytes[i];
    return (uint8_t)sum;
}

static inline bool mbill__bytes_same(mbill_bytes a, mbill_bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
