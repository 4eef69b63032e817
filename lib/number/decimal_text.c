/* SPDX-License-Identifier: Apache-2.0 */
/* How a decimal is written: the same value gives the same text everywhere, without trailing zeros, "-0" or an exponent. */
#include "number/decimal_text.h"

#include <string.h>

#define DIGITS_ROOM 48 /* 39 digits of 2^127, or a 0 before 9 places, and up to 8 zeros of the last group */

/* Digits of magnitude, at least least of them, from the end of digits; returns where they start. */
static size_t write_digits(mbill__pair magnitude, size_t least, char digits[DIGITS_ROOM])
{
    const mbill__pair group = {0, 1000000000};
    size_t start = DIGITS_ROOM;
    while (magnitude.high != 0) {
        mbill__pair rest;
        magnitude = mbill__pair_divide_unsigned(magnitude, group, &rest);
        for (int i = 0; i < 9; i++, rest.low /= 10) digits[--start] = (char)('0' + rest.low % 10);
    }
    for (uint64_t left = magnitude.low; left != 0; left /= 10) digits[--start] = (char)('0' + left % 10);
    while (DIGITS_ROOM - start < least) digits[--start] = '0';
    return start;
}

size_t mbill__decimal_text(mbill__pair value, int32_t scale, int32_t min_places, char out[MBILL__DECIMAL_ROOM])
{
    char digits[DIGITS_ROOM];
    size_t start = write_digits(mbill__pair_magnitude(value), (size_t)scale + 1, digits);
    size_t places = (size_t)scale, whole = DIGITS_ROOM - start - places, len = 0;
    while (places > 0 && digits[start + whole + places - 1] == '0') places--;
    if (mbill__pair_negative(value)) out[len++] = '-';
    memcpy(out + len, digits + start, whole);
    len += whole;
    if (places > 0 || min_places > 0) out[len++] = '.';
    memcpy(out + len, digits + start + whole, places);
    len += places;
    for (; places < (size_t)min_places; places++) out[len++] = '0';
    out[len] = '\0';
    return len;
}

mbill_status mbill__places_check(int32_t value, const char *name, mbill_error *err)
{
    if (value >= 0 && value <= MBILL__SCALE_MOST) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "%s is %d where 0 to %d was expected", name, (int)value, MBILL__SCALE_MOST);
}
