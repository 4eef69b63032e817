/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a peak can be over something else. */
#include "tariff/peak_span.h"

#include "tariff/position.h"

mbill_status mbill__peak_span(const mbill__scope *scope, const mbill__peak *peak, int64_t utc_s, mbill_price_request *request,
    mbill__scope *span, mbill_error *err)
{
    const mbill_zone *zone = scope->tariff->zone;
    int32_t first, next;
    int64_t end_utc_s;
    *request = *scope->request;
    *span = *scope;
    span->request = request;
    span->bill = scope;
    if (peak->over == MBILL__OVER_BILL) return MBILL_OK;
    span->days.from = mbill_zone_day(zone, utc_s);
    MBILL_TRY(mbill__span_of(mbill__over_kind((mbill__over)peak->over), 0, span->days.from, &first, &next, err));
    MBILL_TRY(mbill_zone_day_start(zone, next, &end_utc_s, err));
    request->from_utc_s = utc_s;
    if (end_utc_s >= request->to_utc_s) return MBILL_OK;
    request->to_utc_s = end_utc_s;
    span->days.to = next;
    span->ends_at_midnight = true;
    return MBILL_OK;
}
