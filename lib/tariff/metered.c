/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the steps from a register's use to its lines do: for each stretch of the charge's ladder, gather, then price. */
#include "tariff/metered.h"

#include "tariff/tiers.h"

#include <stddef.h>
#include <string.h>

/* The quantity that is billed at least is of the whole bill, and due when it is closed, as a minimum is. */
static mbill_status raise_to_least(const mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    const mbill__scope *scope = tiers->measure->scope;
    int64_t least_micro;
    if (scope->request->to_utc_s < scope->span_to_utc_s) return MBILL_OK;
    if (tiers->at.from_utc_s != scope->request->from_utc_s || tiers->at.to_utc_s != scope->request->to_utc_s)
        return mbill__fail(err, MBILL_E_BOUNDARY,
            "the bill lies in two seasons, and a least quantity is of both; expected a bill up to the season's end");
    MBILL_TRY(mbill__scope_least(scope, &tiers->measure->charge->quantity, &least_micro, err));
    if (used->period_micro[0] < least_micro) used->period_micro[0] = least_micro;
    return MBILL_OK;
}

static mbill_status price_stretch(mbill__tiers *tiers, mbill__supply *supply, mbill_error *err)
{
    mbill__used used;
    int64_t before_micro;
    memset(&used, 0, offsetof(mbill__used, parts_micro) + tiers->measure->charge->ladder.n_tiers * sizeof used.parts_micro[0]);
    if (tiers->measure->weighed) {
        memset(used.weighed, 0, sizeof used.weighed);
        memset(&used.climbed, 0, sizeof used.climbed);
    }
    MBILL_TRY(mbill__supply_need_times(supply, tiers->measure, &tiers->at, err));
    if (!mbill__tiers_climb(tiers->measure)) {
        MBILL_TRY(mbill__supply_gather(supply, tiers->measure, &tiers->at, &used, err));
        if (tiers->measure->charge->quantity.least_micro != 0) MBILL_TRY(raise_to_least(tiers, &used, err));
    } else {
        MBILL_TRY(mbill__tiers_before(tiers, &before_micro, err));
        MBILL_TRY(mbill__gather_climbing(supply, tiers->measure, &tiers->at, before_micro, &used, err));
    }
    return mbill__tiers_price(tiers, &used, err);
}

static mbill_status price_stretches(mbill__tiers *tiers, mbill__supply *supply, mbill_error *err)
{
    const mbill__scope *scope = tiers->measure->scope;
    for (int64_t at_utc_s = scope->request->from_utc_s; at_utc_s < scope->request->to_utc_s; at_utc_s = tiers->at.to_utc_s) {
        MBILL_TRY(mbill__stretch_at(scope, tiers->measure->charge, at_utc_s, &tiers->at, err));
        MBILL_TRY(mbill__tiers_settle(tiers, err));
        MBILL_TRY(price_stretch(tiers, supply, err));
    }
    return tiers->lines->n_charge > 0 ? MBILL_OK : mbill__tiers_price_nothing(tiers, err);
}

mbill_status mbill__metered_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines,
    size_t *out_tier, mbill_error *err)
{
    mbill__measure measure;
    mbill__supply supply;
    mbill__tiers tiers = {.measure = &measure, .lines = lines, .slots = slots};
    MBILL_TRY(mbill__measure_start(&measure, scope, charge, err));
    MBILL_TRY(mbill__supply_start(&supply, &measure, &lines->incomplete, err));
    MBILL_TRY(price_stretches(&tiers, &supply, err));
    if (out_tier != NULL) *out_tier = mbill__tiers_reached(&tiers, tiers.total_micro);
    return MBILL_OK;
}

mbill_status mbill__pooled_price(const mbill__scope *scope, const mbill__charge *charge, int64_t quantity_micro,
    mbill__lines *lines, mbill_error *err)
{
    mbill__measure measure = {.scope = scope, .charge = charge, .n_periods = 1};
    mbill__tiers tiers = {.measure = &measure, .lines = lines};
    mbill__used used = {.period_micro = {quantity_micro}};
    MBILL_TRY(mbill__stretch_at(scope, charge, scope->request->from_utc_s, &tiers.at, err));
    if (tiers.at.to_utc_s < scope->request->to_utc_s) return mbill__season_of_bill(scope, charge, &tiers.at.season, err);
    MBILL_TRY(mbill__tiers_price(&tiers, &used, err));
    return lines->n_charge > 0 ? MBILL_OK : mbill__tiers_price_nothing(&tiers, err);
}
