/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when numbers of a split request are written another way. */
#include "apportion/number_read.h"

#include "meterbill/decimal.h"

#include <string.h>

#define PLACES_MOST 9

static const char *text_of(const mbill__node *node)
{
    static const char none[] = "";
    const char *text;
    return mbill__node_text(node, &text, NULL) == MBILL_OK ? text : none;
}

int32_t mbill__places_written(const mbill__node *node)
{
    const char *point = strchr(text_of(node), '.');
    size_t len = point == NULL ? 0 : strlen(point + 1);
    return len < PLACES_MOST ? (int32_t)len : PLACES_MOST;
}

int32_t mbill__places_needed(const mbill__node *node)
{
    int32_t places = mbill__places_written(node);
    const char *point = strchr(text_of(node), '.');
    while (places > 0 && point[places] == '0') places--;
    return places;
}

int32_t mbill__places_of_member(const mbill__node *list, const char *key)
{
    mbill__node entry, member;
    int32_t most = 0;
    for (bool more = mbill__node_first(list, &entry); more; more = mbill__node_next(&entry)) {
        int32_t places = mbill__node_get(&entry, key, &member) ? mbill__places_needed(&member) : 0;
        if (places > most) most = places;
    }
    return most;
}

/* digits x 10^scale, of a text that is a decimal without sign; false from 2^64 on. */
static bool is_word(const char *text, int32_t scale, uint64_t *out)
{
    uint64_t value = 0;
    bool behind = false;
    for (const char *c = text; *c != '\0' || scale > 0; c += *c != '\0' ? 1 : 0) {
        if (*c == '.') {
            behind = true;
            continue;
        }
        if ((*c == '\0' || behind) && scale-- == 0) break; /* zeros that are not needed */
        uint64_t digit = *c == '\0' ? 0 : (uint64_t)(*c - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

mbill_status mbill__natural_read(const mbill__node *node, int32_t scale, const char *what, uint64_t *out, mbill_error *err)
{
    int64_t value;
    mbill_error tried;
    mbill_error_init(&tried);
    mbill_status status = mbill__node_decimal(node, scale, &value, &tried);
    const char *text = text_of(node);
    bool negative = status == MBILL_OK ? value < 0 : text[0] == '-';
    if (status != MBILL_OK && status != MBILL_E_OVERFLOW) return mbill__node_decimal(node, scale, &value, err);
    if (negative) return mbill__node_fail(node, err, MBILL_E_INVALID, "%s is negative, expected 0 or more", what);
    if (status == MBILL_OK) {
        *out = (uint64_t)value;
        return MBILL_OK;
    }
    if (is_word(text, scale, out)) return MBILL_OK;
    if (scale == 0) return mbill__node_fail(node, err, MBILL_E_RANGE, "%s \"%.40s\" is 2^64 or more", what, text);
    return mbill__node_fail(node, err, MBILL_E_RANGE, "%s \"%.40s\" is 2^64 or more with the %d places of this document", what,
        text, (int)scale);
}
