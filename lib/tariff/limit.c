/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a limit looks at does. Over a span, a maximum holds from bill to bill, and a minimum is due with the bill that ends
 * with the span. */
#include "tariff/limit.h"

#include "number/round.h"
#include "tariff/billed.h"

#define ONE_NANO INT64_C(1000000000)

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount leaves the range of +-9223372036854.775807");
}

static mbill_status limit_of(const mbill__scope *scope, const mbill__charge *charge, int64_t *out_micro, mbill_error *err)
{
    int64_t quantity_micro;
    MBILL_TRY(mbill__billed_product(scope, &charge->quantity, &quantity_micro, err));
    if (mbill__multiply_divide(quantity_micro, charge->rates_nano[0], ONE_NANO, MBILL_ROUND_HALF_EVEN, out_micro))
        return MBILL_OK;
    return overflow(err);
}

/* The span that the bill lies in, and whether it ends with the bill. */
static mbill_status span_of(const mbill__scope *scope, const mbill__charge *charge, int32_t *out_from, bool *out_ends,
    mbill_error *err)
{
    int32_t to;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    MBILL_TRY(mbill__span_of(mbill__over_kind(charge->limit_over), charge->limit_start, scope->days.from, out_from, &to, err));
    *out_ends = scope->days.to == to;
    if (scope->days.to <= to) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY,
        "the bill ends after the span that the limit is over; expected a bill up to the span's end");
}

mbill_status mbill__limit_gap(const mbill__scope *scope, const mbill__charge *charge, bool part, int64_t have_micro,
    mbill__slot *slot, int64_t *out_gap_micro, mbill_error *err)
{
    int32_t span_day = 0;
    bool at_least = charge->bound == MBILL__BOUND_AT_LEAST, over = charge->limit_over != MBILL__OVER_NONE, ends = true;
    int64_t limit_micro, before_micro = 0, gap_micro;
    MBILL_TRY(limit_of(scope, charge, &limit_micro, err));
    if (over) MBILL_TRY(span_of(scope, charge, &span_day, &ends, err));
    if (over) MBILL_TRY(mbill__slot_used(slot, span_day, &before_micro, err));
    if (!mbill__add(have_micro, before_micro, &have_micro) || !mbill__subtract(limit_micro, have_micro, &gap_micro))
        return overflow(err);
    if (charge->credit_until == 0 && (at_least == (gap_micro < 0) || (at_least && (part || !ends)))) gap_micro = 0;
    if (over) *slot = (mbill__slot){span_day, 0, have_micro + gap_micro}; /* never beyond the limit or what was had */
    *out_gap_micro = gap_micro;
    return MBILL_OK;
}
