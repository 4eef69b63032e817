/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding of decimal text with more places than a quantity holds: the first six places are read as they stand and all the others
 * decide, so that no rounding comes before the rounding. */
#include "meter/values.h"

#include "meterbill/decimal.h"
#include "number/round.h"

#include <string.h>

/* How the digits after the sixth place compare with half of it: -1, 0, 1; all zero: -1. */
static int compare_half(const char *digits, size_t n)
{
    if (digits[0] != '5') return digits[0] < '5' ? -1 : 1;
    for (size_t i = 1; i < n; i++)
        if (digits[i] != '0') return 1;
    return 0;
}

static bool all_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return true;
}

mbill_status mbill__value_read(const mbill__node *node, bool round, int64_t *out_micro, mbill_error *err)
{
    const char *text;
    int64_t value;
    if (!round || mbill__node_kind(node) != MBILL__JSON_TEXT) return mbill__node_decimal(node, MBILL_SCALE_MICRO, out_micro, err);
    MBILL_TRY(mbill__node_text(node, &text, err));
    const char *point = strchr(text, '.');
    size_t n_places = point == NULL ? 0 : strlen(point + 1);
    if (n_places <= MBILL_SCALE_MICRO || !all_digits(point + 1, n_places))
        return mbill__node_decimal(node, MBILL_SCALE_MICRO, out_micro, err);
    const char *rest = point + 1 + MBILL_SCALE_MICRO;
    MBILL_TRY(mbill__node_place(node, err, mbill_decimal_parse(text, (size_t)(rest - text), MBILL_SCALE_MICRO, &value, err)));
    int half = compare_half(rest, n_places - MBILL_SCALE_MICRO);
    bool away = half > 0 || (half == 0 && value % 2 != 0);
    if (away && !mbill__add(value, text[0] == '-' ? -1 : 1, &value))
        return mbill__node_fail(node, err, MBILL_E_OVERFLOW, "\"%.60s\" does not fit", text);
    *out_micro = value;
    return MBILL_OK;
}
