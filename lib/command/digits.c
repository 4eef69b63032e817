/* SPDX-License-Identifier: Apache-2.0 */
/* Changes never: decimal digits of whole numbers up to 66 bits, without a library's 128-bit type. */
#include "command/digits.h"

#define STS_DIGITS 20
#define HALF UINT64_C(10000000000) /* 10^10: a token is two halves of ten digits */

bool mbill__digits_are(const char *digits, size_t len, char first, char last)
{
    for (size_t i = 0; i < len; i++)
        if (digits[i] < first || digits[i] > last) return false;
    return true;
}

void mbill__digits_of(uint64_t value, size_t n, char *out)
{
    out[n] = '\0';
    for (; n > 0; n--, value /= 10) out[n - 1] = (char)('0' + (char)(value % 10));
}

uint64_t mbill__digits_to(const char *digits, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value = value * 10 + (uint64_t)(digits[i] - '0');
    return value;
}

/* Long division by 10^10, 16 bits at a time: what is left is below 2^34, and the quotient as well. */
void mbill__digits_of_66(uint64_t top, uint64_t rest, char out[21])
{
    uint64_t quotient = 0, left = top;
    for (int shift = 48; shift >= 0; shift -= 16) {
        left = (left << 16) | ((rest >> shift) & 0xFFFF);
        quotient = (quotient << 16) | (left / HALF);
        left %= HALF;
    }
    mbill__digits_of(quotient, STS_DIGITS / 2, out);
    mbill__digits_of(left, STS_DIGITS / 2, out + STS_DIGITS / 2);
}

bool mbill__digits_to_66(const char *digits, uint64_t *out_top, uint64_t *out_rest)
{
    uint64_t top = 0, rest = 0;
    for (size_t i = 0; i < STS_DIGITS; i++) {
        uint64_t lower = (rest & UINT32_MAX) * 10 + (uint64_t)(digits[i] - '0');
        uint64_t upper = (rest >> 32) * 10 + (lower >> 32);
        rest = (upper << 32) | (lower & UINT32_MAX);
        top = top * 10 + (upper >> 32);
    }
    *out_top = top;
    *out_rest = rest;
    return top < 4;
}
