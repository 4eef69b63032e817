/* SPDX-License-Identifier: Apache-2.0 */
/* Signed 128-bit integers by the compiler's __int128: the fast way of wide.h, with the results of wide_pair.h to the bit.
 * Products are formed unsigned, because clang's checked signed one needs a helper that libgcc does not have. */
#ifndef MBILL__WIDE_NATIVE_H
#define MBILL__WIDE_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 mbill__native;
__extension__ typedef unsigned __int128 mbill__native_unsigned;

#define MBILL__NATIVE_MAX ((mbill__native)(~(mbill__native_unsigned)0 >> 1))
#define MBILL__NATIVE_MIN (-MBILL__NATIVE_MAX - 1)

static inline mbill__native mbill__native_of(int64_t value)
{
    return value;
}

static inline mbill__native mbill__native_product(int64_t a, int64_t b)
{
    return (mbill__native)((mbill__native_unsigned)a * (mbill__native_unsigned)b);
}

static inline bool mbill__native_add(mbill__native a, mbill__native b, mbill__native *out)
{
    if (b > 0 ? a > MBILL__NATIVE_MAX - b : a < MBILL__NATIVE_MIN - b) return false;
    *out = a + b;
    return true;
}

static inline bool mbill__native_subtract(mbill__native a, mbill__native b, mbill__native *out)
{
    if (b < 0 ? a > MBILL__NATIVE_MAX + b : a < MBILL__NATIVE_MIN + b) return false;
    *out = a - b;
    return true;
}

static inline mbill__native_unsigned mbill__native_magnitude(mbill__native a)
{
    return a < 0 ? 0 - (mbill__native_unsigned)a : (mbill__native_unsigned)a;
}

static inline bool mbill__native_multiply(mbill__native a, int64_t b, mbill__native *out)
{
    mbill__native_unsigned x = mbill__native_magnitude(a), y = mbill__native_magnitude(b);
    mbill__native_unsigned lower = (x & UINT64_MAX) * y;
    mbill__native_unsigned upper = (x >> 64) * y + (lower >> 64);
    bool negative = (a < 0) != (b < 0);
    if (upper >> 64 != 0) return false;
    mbill__native_unsigned magnitude = (upper << 64) | (lower & UINT64_MAX);
    if (magnitude > (mbill__native_unsigned)MBILL__NATIVE_MAX + (negative ? 1 : 0)) return false;
    *out = (mbill__native)(negative ? 0 - magnitude : magnitude);
    return true;
}

static inline bool mbill__native_negate(mbill__native a, mbill__native *out)
{
    if (a == MBILL__NATIVE_MIN) return false;
    *out = -a;
    return true;
}

static inline int mbill__native_compare(mbill__native a, mbill__native b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

static inline int mbill__native_sign(mbill__native a)
{
    return a == 0 ? 0 : a < 0 ? -1 : 1;
}

static inline bool mbill__native_divide(mbill__native a, mbill__native b, mbill__native *quotient, mbill__native *rest)
{
    bool fits = b != 0 && !(a == MBILL__NATIVE_MIN && b == -1);
    *quotient = fits ? a / b : 0;
    *rest = fits ? a % b : 0;
    return fits;
}

static inline bool mbill__native_fits(mbill__native a, int64_t *out)
{
    if (a < INT64_MIN || a > INT64_MAX) return false;
    *out = (int64_t)a;
    return true;
}

#endif
