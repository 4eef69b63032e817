/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms do in which columns of numbers go to other tools and come back. */
#include "glue_table.h"

#include "join.h"

#include <string.h>

enum { WIDE = 16, HALF = 8 };

/* Which half of 16 bytes holds the low digits. */
static size_t low_half(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1 ? 0 : HALF;
}

mbill_status mbill_face_widen(const int64_t *values, size_t n_values, uint8_t *out_wide, size_t n_out_wide, mbill_error *err)
{
    size_t low = low_half();
    if (n_out_wide / WIDE != n_values || n_out_wide % WIDE != 0)
        return face_fail(err, MBILL_E_RANGE, -1, "room for %zu bytes, expected %zu x 16", n_out_wide, n_values);
    for (size_t i = 0; i < n_values; i++) {
        int64_t sign = values[i] < 0 ? -1 : 0;
        memcpy(out_wide + i * WIDE + low, &values[i], HALF);
        memcpy(out_wide + i * WIDE + (HALF - low), &sign, HALF);
    }
    return MBILL_OK;
}

static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* A number of `places` decimal places as 10^-6; 0: it does not fit, or has more. */
static int to_micro(int64_t value, int32_t places, int64_t *out)
{
    int64_t factor = powers[places <= 6 ? 6 - places : 0];
    for (; places > 6; places--) {
        if (value % 10 != 0) return 0;
        value /= 10;
    }
    if (value > INT64_MAX / factor || value < INT64_MIN / factor) return 0;
    *out = value * factor;
    return 1;
}

mbill_status mbill_face_narrow(const uint8_t *wide, size_t n_wide, int32_t places, int64_t *out_values, size_t n_out_values,
    mbill_error *err)
{
    enum { PLACES_MAX = 18 };
    size_t low = low_half();
    if (n_wide / WIDE != n_out_values || n_wide % WIDE != 0)
        return face_fail(err, MBILL_E_RANGE, -1, "room for %zu values, expected one for each 16 of %zu bytes", n_out_values,
            n_wide);
    if (places < 0 || places > PLACES_MAX)
        return face_fail(err, MBILL_E_RANGE, -1, "%d decimal places, expected 0 to %d", (int)places, PLACES_MAX);
    for (size_t i = 0; i < n_out_values; i++) {
        int64_t value, sign;
        memcpy(&value, wide + i * WIDE + low, HALF);
        memcpy(&sign, wide + i * WIDE + (HALF - low), HALF);
        if (sign != (value < 0 ? -1 : 0) || !to_micro(value, places, &out_values[i]))
            return face_fail(err, MBILL_E_DIGITS, (int64_t)i, "value %zu has more than 6 decimal places or does not fit 64 bits",
                i);
    }
    return MBILL_OK;
}
