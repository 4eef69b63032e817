/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when values of another type are read. */
#include "postgres/wire.h"

#define DIGIT 10000 /* what a digit of a numeric is below */
#define NEGATIVE 0x4000

bool mbill__wire_is_whole(uint32_t type)
{
    return type == MBILL__WIRE_INT8 || type == MBILL__WIRE_INT4 || type == MBILL__WIRE_INT2 || type == MBILL__WIRE_BOOL ||
        type == MBILL__WIRE_NUMERIC;
}

bool mbill__wire_is_text(uint32_t type)
{
    return type == MBILL__WIRE_TEXT || type == MBILL__WIRE_VARCHAR || type == MBILL__WIRE_NAME || type == MBILL__WIRE_UNKNOWN;
}

void mbill__wire_put(int64_t value, uint8_t out[8])
{
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static int64_t signed_of(const uint8_t *bytes, size_t len)
{
    uint64_t bits = (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++) bits = bits << 8 | bytes[i];
    return (int64_t)bits;
}

/* Digits, weight of the first, sign and scale, two bytes each, then the digits; trailing zeros are left out. */
static bool numeric_of(const uint8_t *bytes, size_t len, int64_t *out)
{
    if (len < 8) return false;
    int64_t n = signed_of(bytes, 2), weight = signed_of(bytes + 2, 2), sign = bytes[4] << 8 | bytes[5], sum = 0;
    if (n < 0 || len != 8 + 2 * (size_t)n || (sign != 0 && sign != NEGATIVE) || n > weight + 1 || weight > 4) return false;
    for (int64_t i = 0; i <= weight; i++) { /* downwards, since there is one more below zero */
        int64_t digit = i < n ? signed_of(bytes + 8 + 2 * i, 2) : 0;
        if (sum < INT64_MIN / DIGIT || sum * DIGIT < INT64_MIN + digit) return false;
        sum = sum * DIGIT - digit;
    }
    if (sign == 0 && sum == INT64_MIN) return false;
    *out = sign == 0 ? -sum : sum;
    return true;
}

bool mbill__wire_whole(uint32_t type, const uint8_t *bytes, size_t len, int64_t *out)
{
    if (type == MBILL__WIRE_NUMERIC) return numeric_of(bytes, len, out);
    size_t expected = type == MBILL__WIRE_INT8 ? 8 : type == MBILL__WIRE_INT4 ? 4 : type == MBILL__WIRE_INT2 ? 2 : 1;
    if (!mbill__wire_is_whole(type) || len != expected) return false;
    *out = signed_of(bytes, len);
    return true;
}
