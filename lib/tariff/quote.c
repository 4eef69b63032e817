/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a purchase hands to pricing does: one register, at an instant (so that it has a period and an order in time) or as the
 * total of a span. */
#include "tariff/quote.h"

static int binary_digits(int64_t number)
{
    int digits = 0;
    for (; number > 0; number /= 2) digits++;
    return digits;
}

int64_t mbill__between(int64_t low, int64_t high)
{
    int digits = (binary_digits(low) + binary_digits(high)) / 2;
    int64_t halfway = low + (high - low) / 2, short_one = INT64_C(1) << digits;
    return high / 8 > low && short_one > low && short_one < halfway ? short_one : halfway;
}

static uint64_t mix(uint64_t hash, int64_t value)
{
    hash = (hash ^ (uint64_t)value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

/* Two bills of one shape are points of one straight line, up to rounding: the same charges, tiers and rates, the same bounds in force. */
static uint64_t shape_of(const mbill_line *lines, size_t n)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < n; i++) {
        const mbill_line *line = &lines[i];
        bool bound = line->rule == MBILL_LINE_AT_LEAST || line->rule == MBILL_LINE_AT_MOST;
        if (line->rule == MBILL_LINE_ROUNDING) continue;
        hash = mix(hash, (int64_t)line->charge << 32 | (int64_t)line->rule << 16 | line->tier);
        hash = mix(mix(hash, line->rate_nano), bound && line->amount_micro == 0 ? -2 : line->period);
    }
    return hash;
}

mbill_status mbill__ask(mbill__asking *asking, int64_t quantity_micro, mbill__quote *out, mbill_position *out_after,
    mbill_error *err)
{
    mbill_price_request request = *asking->request;
    bool purchase = (request.flags & MBILL_PRICE_PURCHASE) != 0;
    mbill_interval interval = {request.from_utc_s, request.to_utc_s, quantity_micro, 0, 0};
    mbill_input input = {.name = mbill_tariff_register(asking->tariff, 0), .total_micro = purchase ? 0 : quantity_micro};
    if (purchase) {
        input.intervals = &interval;
        input.n_intervals = 1;
    }
    request.inputs = &input;
    request.n_inputs = 1;
    asking->bill.struct_size = sizeof asking->bill;
    asking->n_prices++;
    mbill_status status = mbill_tariff_price(asking->tariff, &request, asking->before, asking->lines, asking->cap_lines,
        &asking->n_lines, &asking->bill, out_after, NULL);
    *out = (mbill__quote){quantity_micro, INT64_MAX, 0, true};
    if (status == MBILL_E_OVERFLOW && quantity_micro > 0) return MBILL_OK;
    if (status != MBILL_OK) /* again, for its words */
        return mbill_tariff_price(asking->tariff, &request, asking->before, asking->lines, asking->cap_lines, &asking->n_lines,
            &asking->bill, out_after, err);
    *out = (mbill__quote){quantity_micro, asking->bill.total_micro, shape_of(asking->lines, asking->n_lines), false};
    return MBILL_OK;
}
