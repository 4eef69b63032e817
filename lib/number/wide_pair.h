/* SPDX-License-Identifier: Apache-2.0 */
/* Signed 128-bit integers as two 64-bit words: the way of targets without __int128, compiled on all of them. All arithmetic is
 * on unsigned words, where wrapping is defined; two's complement is a reading of the high word, not an assumption. */
#ifndef MBILL__WIDE_PAIR_H
#define MBILL__WIDE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct mbill__pair {
    uint64_t high, low; /* the sign is the top bit of high */
} mbill__pair;

#define MBILL__WORD_SIGN (UINT64_C(1) << 63)

/* --- Words --- */

/* The int64_t of the same bits, without the implementation-defined conversion. */
static inline int64_t mbill__word_signed(uint64_t word)
{
    return word < MBILL__WORD_SIGN ? (int64_t)word : -(int64_t)~word - 1;
}

static inline uint64_t mbill__word_magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* a x b in full, by 32-bit halves. */
static inline mbill__pair mbill__word_product(uint64_t a, uint64_t b)
{
    const uint64_t half = UINT32_MAX;
    uint64_t low = (a & half) * (b & half);
    uint64_t middle = (a >> 32) * (b & half) + (low >> 32);
    uint64_t other = (a & half) * (b >> 32) + (middle & half);
    mbill__pair out = {(a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32), (other << 32) | (low & half)};
    return out;
}

/* --- Unsigned pairs --- */

static inline int mbill__pair_compare_unsigned(mbill__pair a, mbill__pair b)
{
    if (a.high != b.high) return a.high < b.high ? -1 : 1;
    return a.low == b.low ? 0 : a.low < b.low ? -1 : 1;
}

static inline mbill__pair mbill__pair_plus(mbill__pair a, mbill__pair b)
{
    uint64_t low = a.low + b.low;
    mbill__pair out = {a.high + b.high + (low < a.low ? 1 : 0), low};
    return out;
}

static inline mbill__pair mbill__pair_minus(mbill__pair a, mbill__pair b)
{
    mbill__pair out = {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
    return out;
}

static inline mbill__pair mbill__pair_double(mbill__pair a)
{
    mbill__pair out = {(a.high << 1) | (a.low >> 63), a.low << 1};
    return out;
}

static inline mbill__pair mbill__pair_half(mbill__pair a)
{
    mbill__pair out = {a.high >> 1, (a.low >> 1) | (a.high << 63)};
    return out;
}

/* One 32-bit digit of the quotient of rest:next by divisor, whose top bit is set; rest < divisor. The guess by the divisor's
 * upper half is at most 2 too large (Knuth, The Art of Computer Programming 2, 4.3.1, theorem B). */
static inline uint64_t mbill__word_digit(uint64_t *rest, uint64_t next, uint64_t divisor)
{
    uint64_t upper = divisor >> 32, lower = divisor & UINT32_MAX;
    uint64_t digit = *rest / upper, left = *rest % upper;
    while (digit > UINT32_MAX || digit * lower > ((left << 32) | next)) {
        digit--;
        left += upper;
        if (left > UINT32_MAX) break;
    }
    *rest = ((*rest << 32) | next) - digit * divisor; /* the wrapped words cancel: the true value is below divisor */
    return digit;
}

/* high:low by divisor, high < divisor: two digits of 32 bits, after a shift that sets the divisor's top bit. */
static inline uint64_t mbill__word_divide(uint64_t high, uint64_t low, uint64_t divisor, uint64_t *rest)
{
    unsigned shift = 0;
    while ((divisor & MBILL__WORD_SIGN) == 0) {
        divisor <<= 1;
        high = (high << 1) | (low >> 63);
        low <<= 1;
        shift++;
    }
    uint64_t first = mbill__word_digit(&high, low >> 32, divisor);
    uint64_t second = mbill__word_digit(&high, low & UINT32_MAX, divisor);
    *rest = high >> shift;
    return (first << 32) | second;
}

/* b != 0. Divisors of one word by digits, wider ones (quotient below 2^64) bit by bit. */
static inline mbill__pair mbill__pair_divide_unsigned(mbill__pair a, mbill__pair b, mbill__pair *rest)
{
    mbill__pair quotient = {0, 0};
    if (b.high == 0) {
        mbill__pair left = {0, a.low % b.low};
        quotient.high = a.high / b.low;
        quotient.low = a.high == 0 ? a.low / b.low : mbill__word_divide(a.high % b.low, a.low, b.low, &left.low);
        *rest = left;
        return quotient;
    }
    uint64_t bit = 1;
    mbill__pair step = b;
    while ((step.high & MBILL__WORD_SIGN) == 0 && mbill__pair_compare_unsigned(step, a) < 0) {
        step = mbill__pair_double(step);
        bit <<= 1;
    }
    for (; bit != 0; bit >>= 1, step = mbill__pair_half(step)) {
        if (mbill__pair_compare_unsigned(a, step) < 0) continue;
        a = mbill__pair_minus(a, step);
        quotient.low |= bit;
    }
    *rest = a;
    return quotient;
}

/* --- Signed pairs: the functions of wide.h --- */

static inline bool mbill__pair_negative(mbill__pair a)
{
    return (a.high & MBILL__WORD_SIGN) != 0;
}

static inline mbill__pair mbill__pair_opposite(mbill__pair a)
{
    const mbill__pair zero = {0, 0};
    return mbill__pair_minus(zero, a);
}

static inline mbill__pair mbill__pair_magnitude(mbill__pair a)
{
    return mbill__pair_negative(a) ? mbill__pair_opposite(a) : a;
}

/* The signed value of a magnitude; false past -2^127 or 2^127 - 1. */
static inline bool mbill__pair_with_sign(mbill__pair magnitude, bool negative, mbill__pair *out)
{
    mbill__pair value = negative ? mbill__pair_opposite(magnitude) : magnitude;
    bool zero = magnitude.high == 0 && magnitude.low == 0;
    if (!zero && mbill__pair_negative(value) != negative) return false;
    *out = value;
    return true;
}

static inline mbill__pair mbill__pair_of(int64_t value)
{
    mbill__pair out = {value < 0 ? UINT64_MAX : 0, (uint64_t)value};
    return out;
}

static inline mbill__pair mbill__pair_product(int64_t a, int64_t b)
{
    mbill__pair magnitude = mbill__word_product(mbill__word_magnitude(a), mbill__word_magnitude(b));
    return (a < 0) != (b < 0) ? mbill__pair_opposite(magnitude) : magnitude;
}

static inline bool mbill__pair_add(mbill__pair a, mbill__pair b, mbill__pair *out)
{
    mbill__pair sum = mbill__pair_plus(a, b);
    if (((a.high ^ sum.high) & (b.high ^ sum.high) & MBILL__WORD_SIGN) != 0) return false;
    *out = sum;
    return true;
}

static inline bool mbill__pair_subtract(mbill__pair a, mbill__pair b, mbill__pair *out)
{
    mbill__pair difference = mbill__pair_minus(a, b);
    if (((a.high ^ b.high) & (a.high ^ difference.high) & MBILL__WORD_SIGN) != 0) return false;
    *out = difference;
    return true;
}

static inline bool mbill__pair_multiply(mbill__pair a, int64_t b, mbill__pair *out)
{
    mbill__pair magnitude = mbill__pair_magnitude(a);
    mbill__pair upper = mbill__word_product(magnitude.high, mbill__word_magnitude(b));
    mbill__pair lower = mbill__word_product(magnitude.low, mbill__word_magnitude(b));
    if (upper.high != 0 || upper.low > UINT64_MAX - lower.high) return false;
    lower.high += upper.low;
    return mbill__pair_with_sign(lower, mbill__pair_negative(a) != (b < 0), out);
}

static inline bool mbill__pair_negate(mbill__pair a, mbill__pair *out)
{
    return mbill__pair_with_sign(mbill__pair_magnitude(a), !mbill__pair_negative(a), out);
}

static inline int mbill__pair_compare(mbill__pair a, mbill__pair b)
{
    if (mbill__pair_negative(a) != mbill__pair_negative(b)) return mbill__pair_negative(a) ? -1 : 1;
    return mbill__pair_compare_unsigned(a, b);
}

static inline int mbill__pair_sign(mbill__pair a)
{
    if (mbill__pair_negative(a)) return -1;
    return a.high != 0 || a.low != 0 ? 1 : 0;
}

static inline bool mbill__pair_divide(mbill__pair a, mbill__pair b, mbill__pair *quotient, mbill__pair *rest)
{
    const mbill__pair zero = {0, 0};
    *quotient = zero;
    *rest = zero;
    if (mbill__pair_sign(b) == 0) return false;
    mbill__pair left, whole = mbill__pair_divide_unsigned(mbill__pair_magnitude(a), mbill__pair_magnitude(b), &left);
    if (!mbill__pair_with_sign(whole, mbill__pair_negative(a) != mbill__pair_negative(b), quotient)) return false;
    *rest = mbill__pair_negative(a) ? mbill__pair_opposite(left) : left;
    return true;
}

static inline bool mbill__pair_fits(mbill__pair a, int64_t *out)
{
    int64_t value = mbill__word_signed(a.low);
    if (a.high != (value < 0 ? UINT64_MAX : 0)) return false;
    *out = value;
    return true;
}

#endif
