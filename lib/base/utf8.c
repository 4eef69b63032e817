/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of well-formed UTF-8 byte sequences (The Unicode Standard 15.0, table 3-7). Never reads past len. */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* Range of the second byte, by lead byte: the odd ranges keep out overlong forms, surrogates and what lies past U+10FFFF. */
static bool second_byte_fits(uint8_t lead, uint8_t second)
{
    switch (lead) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

static size_t length_by_lead(uint8_t lead)
{
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) return 3;
    return lead < 0xF5 ? 4 : 0;
}

size_t mbill__utf8_step(const char *text, size_t len)
{
    if (len == 0) return 0;
    uint8_t lead = (uint8_t)text[0];
    size_t n = length_by_lead(lead);
    if (n <= 1) return n;
    if (n > len || !second_byte_fits(lead, (uint8_t)text[1])) return 0;
    for (size_t i = 2; i < n; i++)
        if (((uint8_t)text[i] & 0xC0) != 0x80) return 0;
    return n;
}
