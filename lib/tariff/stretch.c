/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a ladder can begin anew, or a rate change, at another time. */
#include "tariff/stretch.h"

#include "calendar/day.h"
#include "tariff/bounds.h"
#include "tariff/position.h"

/* The end of the season in which the stretch begins cuts it, when rates differ by season. */
static mbill_status cut_at_season(const mbill__scope *scope, const mbill__charge *charge, mbill__days *inside,
    mbill__stretch *out, mbill_error *err)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    int32_t from, to;
    int64_t end_utc_s;
    out->season = 0;
    if (charge->rates_each_season == 0) return MBILL_OK;
    out->season = (size_t)mbill__season_of(schedule->seasons, schedule->n_seasons, inside->from);
    mbill__season_span(schedule->seasons, schedule->n_seasons, inside->from, &from, &to);
    MBILL_TRY(mbill_zone_day_start(scope->tariff->zone, to, &end_utc_s, err));
    if (end_utc_s >= out->to_utc_s) return MBILL_OK;
    if (charge->ladder.n_tiers > 1 && charge->ladder.over <= MBILL__OVER_BILL)
        return mbill__fail(err, MBILL_E_BOUNDARY,
            "the bill lies in two seasons, and a ladder over the bill has other rates in each; expected a bill up to the "
            "season's end");
    out->to_utc_s = end_utc_s;
    if (to < inside->to) inside->to = to;
    return MBILL_OK;
}

mbill_status mbill__season_of_bill(const mbill__scope *scope, const mbill__charge *charge, size_t *out_season, mbill_error *err)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    int32_t from, to;
    *out_season = 0;
    if (charge->rates_each_season == 0) return MBILL_OK;
    mbill__season_span(schedule->seasons, schedule->n_seasons, scope->days.from, &from, &to);
    *out_season = (size_t)mbill__season_of(schedule->seasons, schedule->n_seasons, scope->days.from);
    if (scope->days.to <= to) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY,
        "the bill lies in two seasons, and the charge has another rate in each; expected a bill up to the season's end");
}

mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err)
{
    const mbill__ladder *ladder = &charge->ladder;
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
        MBILL_TRY(mbill__ladder_span(ladder, mbill_zone_day(zone, from_utc_s), &out->span.from, &out->span.to, err));
        MBILL_TRY(mbill_zone_day_start(zone, out->span.to, &end_utc_s, err));
        if (end_utc_s < out->to_utc_s) out->to_utc_s = end_utc_s;
        if (out->span.to < inside.to) inside.to = out->span.to;
    }
    MBILL_TRY(cut_at_season(scope, charge, &inside, out, err));
    return mbill__bounds_of(scope, ladder, out->span, inside, out->bounds_micro, err);
}
