/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when shares of a whole are computed another way: whole x weight / sum, toward zero, for many weights and one sum. The division is by the
 * sum's reciprocal, two products in place of a division of 128 bits (Möller and Granlund, Improved division by invariant integers, IEEE
 * Transactions on Computers 60, 2011, algorithm 4). */
#ifndef MBILL__QUOTA_H
#define MBILL__QUOTA_H

#include "number/wide.h"

typedef struct mbill__divisor {
    uint64_t value; /* shifted until its top bit is set */
    uint64_t reciprocal;
    unsigned shift;
} mbill__divisor;

/* a x b in full. */
static inline mbill__pair mbill__times(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__) && !defined(MBILL_NO_INT128)
    mbill__native_unsigned product = (mbill__native_unsigned)a * b;
    mbill__pair out = {(uint64_t)(product >> 64), (uint64_t)product};
    return out;
#else
    return mbill__word_product(a, b);
#endif
}

/* by != 0. */
static inline mbill__divisor mbill__divisor_of(uint64_t by)
{
    mbill__divisor out = {by, 0, 0};
    uint64_t rest;
    while ((out.value & MBILL__WORD_SIGN) == 0) {
        out.value <<= 1;
        out.shift++;
    }
    out.reciprocal = mbill__word_divide(~out.value, UINT64_MAX, out.value, &rest); /* (2^128 - 1) / value - 2^64 */
    return out;
}

/* a / divisor, toward zero, with the rest; the quotient must be below 2^64. */
static inline uint64_t mbill__divide_by(mbill__pair a, const mbill__divisor *by, uint64_t *rest)
{
    uint64_t high = (a.high << by->shift) | ((a.low >> 1) >> (63 - by->shift)), low = a.low << by->shift;
    mbill__pair guess = mbill__pair_plus(mbill__times(by->reciprocal, high), (mbill__pair){high, low});
    uint64_t quotient = guess.high + 1, left = low - quotient * by->value; /* the true rest is below 2^64: wrapping is right */
    const uint64_t too_large = left > guess.low; /* as often as not: arithmetic, where a branch would be guessed wrongly */
    quotient -= too_large;
    left += by->value & (0 - too_large);
    if (left >= by->value) {
        quotient++;
        left -= by->value;
    }
    *rest = left >> by->shift;
    return quotient;
}

/* whole x weight / sum, toward zero; by is of the sum, weight at most the sum. */
static inline uint64_t mbill__quota(uint64_t whole, uint64_t weight, const mbill__divisor *by, uint64_t *rest)
{
    return mbill__divide_by(mbill__times(whole, weight), by, rest);
}

#endif
