/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a ladder can begin anew at another time. */
#include "tariff/stretch.h"

#include "calendar/day.h"
#include "tariff/bounds.h"
#include "tariff/position.h"

mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__ladder *ladder, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err)
{
    const mbill_zone *zone = scope->tariff->zone;
    mbill__days inside = {mbill_zone_day(zone, from_utc_s), scope->days.to};
    if (ladder->over == MBILL__OVER_PURCHASES && (scope->request->flags & MBILL_PRICE_PURCHASE) == 0)
        return mbill__fail(err, MBILL_E_INVALID, "the ladder counts purchases, and the bill is none");
    if (inside.to == inside.from) inside.to++; /* a purchase lies in its day */
    out->from_utc_s = from_utc_s;
    out->to_utc_s = scope->request->to_utc_s;
    out->span = scope->days;
    if (ladder->over > MBILL__OVER_BILL) {
        int64_t end_utc_s;
        MBILL_TRY(mbill__span_of(mbill__over_kind(ladder->over), ladder->start, mbill_zone_day(zone, from_utc_s), &out->span.from,
            &out->span.to, err));
        MBILL_TRY(mbill_zone_day_start(zone, out->span.to, &end_utc_s, err));
        if (end_utc_s < out->to_utc_s) out->to_utc_s = end_utc_s;
        if (out->span.to < inside.to) inside.to = out->span.to;
    }
    return mbill__bounds_of(scope, ladder, out->span, inside, out->bounds_micro, err);
}
