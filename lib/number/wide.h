/* SPDX-License-Identifier: Apache-2.0 */
/* Signed 128-bit integers, the only place where products and exact sums are formed. Two implementations with the same results:
 * the compiler's __int128 where there is one, and a pair of 64-bit words (always compiled, so that tests compare the two). Range
 * is the two's complement one; every operation that could leave it returns false. */
#ifndef MBILL__WIDE_H
#define MBILL__WIDE_H

#include "number/wide_pair.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(__SIZEOF_INT128__) && !defined(MBILL_NO_INT128)
#include "number/wide_native.h"
typedef mbill__native mbill__wide;
#define MBILL__WIDE_BY(name) mbill__native_##name
#else
typedef mbill__pair mbill__wide;
#define MBILL__WIDE_BY(name) mbill__pair_##name
#endif

static inline mbill__wide mbill__wide_of(int64_t value)
{
    return MBILL__WIDE_BY(of)(value);
}

/* Always fits. */
static inline mbill__wide mbill__wide_product(int64_t a, int64_t b)
{
    return MBILL__WIDE_BY(product)(a, b);
}

/* false: overflow, out untouched; the same below. */
static inline bool mbill__wide_add(mbill__wide a, mbill__wide b, mbill__wide *out)
{
    return MBILL__WIDE_BY(add)(a, b, out);
}

static inline bool mbill__wide_subtract(mbill__wide a, mbill__wide b, mbill__wide *out)
{
    return MBILL__WIDE_BY(subtract)(a, b, out);
}

static inline bool mbill__wide_multiply(mbill__wide a, int64_t b, mbill__wide *out)
{
    return MBILL__WIDE_BY(multiply)(a, b, out);
}

static inline bool mbill__wide_negate(mbill__wide a, mbill__wide *out)
{
    return MBILL__WIDE_BY(negate)(a, out);
}

/* -1, 0, 1 */
static inline int mbill__wide_compare(mbill__wide a, mbill__wide b)
{
    return MBILL__WIDE_BY(compare)(a, b);
}

/* -1, 0, 1 */
static inline int mbill__wide_sign(mbill__wide a)
{
    return MBILL__WIDE_BY(sign)(a);
}

/* Toward zero; rest has a's sign. false, and both 0: b is 0, or the quotient is 2^127 (only for -2^127 by -1). */
static inline bool mbill__wide_divide(mbill__wide a, mbill__wide b, mbill__wide *quotient, mbill__wide *rest)
{
    return MBILL__WIDE_BY(divide)(a, b, quotient, rest);
}

/* false: outside int64_t, out untouched. */
static inline bool mbill__wide_fits(mbill__wide a, int64_t *out)
{
    return MBILL__WIDE_BY(fits)(a, out);
}

#endif
