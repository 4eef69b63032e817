/* SPDX-License-Identifier: Apache-2.0 */
/* Exact sums of 128 bits that a caller can keep, by the pair on every target. A sum that would wrap stays as it was. */
#include "meterbill/decimal.h"

#include "base/memory.h"
#include "number/decimal_text.h"

static mbill__pair pair_of_sum(const mbill_sum *sum)
{
    mbill__pair out = {(uint64_t)sum->high, sum->low};
    return out;
}

mbill_status mbill_sum_add(mbill_sum *sum, const int64_t *values, size_t n_values, mbill_error *err)
{
    MBILL__NEED(sum);
    if (n_values > 0) MBILL__NEED(values);
    mbill__pair total = pair_of_sum(sum);
    for (size_t i = 0; i < n_values; i++)
        if (!mbill__pair_add(total, mbill__pair_of(values[i]), &total))
            return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)i, "the sum leaves 128 bits at value %zu", i);
    sum->high = mbill__word_signed(total.high);
    sum->low = total.low;
    return MBILL_OK;
}

mbill_status mbill_sum_value(const mbill_sum *sum, int64_t *out_value, mbill_error *err)
{
    char text[MBILL__DECIMAL_ROOM];
    MBILL__NEED(sum);
    MBILL__NEED(out_value);
    if (mbill__pair_fits(pair_of_sum(sum), out_value)) return MBILL_OK;
    mbill__decimal_text(pair_of_sum(sum), 0, 0, text);
    return mbill__fail(err, MBILL_E_OVERFLOW, "the sum %s does not fit 64 bits", text);
}

mbill_status mbill_sum_print(const mbill_sum *sum, int32_t scale, char *out_text, size_t *inout_len, mbill_error *err)
{
    char text[MBILL__DECIMAL_ROOM];
    MBILL__NEED(sum);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__places_check(scale, "scale", err));
    size_t len = mbill__decimal_text(pair_of_sum(sum), scale, 0, text);
    return mbill__text_copy(text, len, out_text, inout_len, err);
}
