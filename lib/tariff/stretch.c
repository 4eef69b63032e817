/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a ladder can begin anew, or a rate change, at another time. */
#include "tariff/stretch.h"

#include "calendar/day.h"
#include "tariff/bounds.h"
#include "tariff/peak_span.h"
#include "tariff/position.h"

#include <string.h>

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

/* All but the bounds. inside: the days of the bill that it covers. */
static mbill_status place(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, mbill__stretch *out,
    mbill__days *inside, mbill_error *err)
{
    const mbill__ladder *ladder = &charge->ladder;
    const mbill_zone *zone = scope->tariff->zone;
    *inside = (mbill__days){mbill_zone_day(zone, from_utc_s), scope->days.to};
    if (ladder->over == MBILL__OVER_PURCHASES && (scope->request->flags & MBILL_PRICE_PURCHASE) == 0)
        return mbill__fail(err, MBILL_E_INVALID, "the ladder counts purchases, and the bill is none");
    if (inside->to == inside->from) inside->to++; /* a purchase lies in its day */
    out->from_utc_s = from_utc_s;
    out->to_utc_s = scope->request->to_utc_s;
    out->span = scope->days;
    if (ladder->over > MBILL__OVER_BILL) {
        int64_t end_utc_s;
        MBILL_TRY(mbill__ladder_span(ladder, mbill_zone_day(zone, from_utc_s), &out->span.from, &out->span.to, err));
        MBILL_TRY(mbill_zone_day_start(zone, out->span.to, &end_utc_s, err));
        if (end_utc_s < out->to_utc_s) out->to_utc_s = end_utc_s;
        if (out->span.to < inside->to) inside->to = out->span.to;
    }
    return cut_at_season(scope, charge, inside, out, err);
}

/* ---- planned once for many accounts ---- */

/* The stretch at an instant, with its bounds when they are the same for all accounts. A span of a peak that a season cuts is not planned. */
static bool plan_one(const mbill__scope *scope, const mbill__charge *charge, int64_t at_utc_s, mbill__planned_stretch *out)
{
    mbill_price_request request;
    mbill__scope span = *scope;
    const mbill__peak *peak = charge->quantity.peak;
    if (peak != NULL && mbill__peak_span(scope, peak, at_utc_s, &request, &span, NULL) != MBILL_OK) return false;
    if (place(&span, charge, at_utc_s, &out->at, &out->inside, NULL) != MBILL_OK) return false;
    if (peak != NULL && out->at.to_utc_s != span.request->to_utc_s) return false;
    out->has_bounds = !mbill__bounds_need_facts(&charge->ladder) &&
        mbill__bounds_of(&span, &charge->ladder, out->at.span, out->inside, out->at.bounds_micro, NULL) == MBILL_OK;
    return true;
}

/* How many stretches the charge has; into out when there is room. 0: it is refused, or not planned. */
static size_t plan(const mbill__scope *scope, const mbill__charge *charge, mbill__planned_stretch *out)
{
    size_t n = 0;
    mbill__planned_stretch next;
    memset(&next, 0, sizeof next);
    for (int64_t at_utc_s = scope->request->from_utc_s; at_utc_s < scope->request->to_utc_s; at_utc_s = next.at.to_utc_s) {
        if (!plan_one(scope, charge, at_utc_s, &next)) return 0;
        if (out != NULL) out[n] = next;
        n++;
    }
    return n;
}

size_t mbill__stretch_count(const mbill__scope *scope, const mbill__charge *charge)
{
    bool own_spans = charge->quantity.peak != NULL; /* a peak is priced span by span, not by the bill's stretches */
    return charge->ladder.n_tiers == 0 || own_spans ? 0 : plan(scope, charge, NULL);
}

mbill_status mbill__stretch_plan_make(mbill__stretch_plan *out, mbill__arena *arena, const mbill__scope *scope,
    const mbill__charge *charge, mbill_error *err)
{
    *out = (mbill__stretch_plan){NULL, 0};
    size_t n = charge->ladder.n_tiers == 0 ? 0 : plan(scope, charge, NULL);
    if (n == 0) return MBILL_OK;
    mbill__planned_stretch *stretches = mbill__arena_take(arena, n, sizeof *stretches);
    if (stretches == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the plan");
    out->stretches = stretches;
    out->n = plan(scope, charge, stretches);
    return MBILL_OK;
}

mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err)
{
    mbill__days inside;
    const mbill__planned_stretch *planned = mbill__planned_find(scope, charge->place, from_utc_s);
    if (planned == NULL) {
        MBILL_TRY(place(scope, charge, from_utc_s, out, &inside, err));
    } else {
        *out = planned->at;
        if (planned->has_bounds) return MBILL_OK;
        inside = planned->inside;
    }
    return mbill__bounds_of(scope, &charge->ladder, out->span, inside, out->bounds_micro, err);
}
