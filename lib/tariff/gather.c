/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when usage can be given in another form. */
#include "tariff/gather.h"

#include "tariff/bounds.h"

#include <stdio.h>
#include <string.h>

/* ---- what the request gives ---- */

static bool same_in_all_periods(const mbill_tariff *tariff, const mbill__charge *charge)
{
    size_t n_periods = tariff->labels.n_periods,
           n_seasons = charge->rates_each_season == 0 ? 1 : charge->ladder.schedule->n_seasons;
    for (size_t season = 0; season < n_seasons; season++)
        for (size_t tier = 0; tier < charge->ladder.n_tiers; tier++)
            for (size_t period = 1; period < n_periods; period++)
                if (mbill__charge_rate(charge, n_periods, season, tier, period) !=
                    mbill__charge_rate(charge, n_periods, season, tier, 0))
                    return false;
    if (charge->base == NULL) return true;
    for (size_t season = 0; season < n_seasons; season++)
        for (size_t period = 1; period < n_periods; period++)
            if (mbill__own_base_rate(charge, season, period) != mbill__own_base_rate(charge, season, 0)) return false;
    return true;
}

#define CALLED_MAX 96

/* The quantity as messages call it: by the register's name, or by that of an input which is made of several. */
static const char *called(const mbill__measure *measure, char out[CALLED_MAX])
{
    const mbill__tariff_input *input = &measure->scope->tariff->inputs[measure->charge->quantity.meter];
    snprintf(out, CALLED_MAX, "%s \"%s\"", input->derived == NULL ? "register" : "input",
        input->derived == NULL ? input->from : input->name);
    return out;
}

/* A total and a price that differs by period do not meet. */
static mbill_status settle_total(mbill__measure *measure, const mbill__source *source, mbill_error *err)
{
    const mbill__ladder *ladder = &measure->charge->ladder;
    char name[CALLED_MAX];
    if (measure->weighed)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "%s is a total, but its factor changes in the bill; expected readings with times", called(measure, name));
    if (measure->by_period && ladder->split == MBILL__SPLIT_CHRONOLOGICAL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "%s is a total, but the ladder is climbed in the order of time; expected readings with times", called(measure, name));
    if (!measure->by_period || source->form == MBILL__FORM_PERIODS) return MBILL_OK;
    if (ladder->across == MBILL__ACROSS_EACH || !same_in_all_periods(measure->scope->tariff, measure->charge))
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "%s is one total, but the price differs by period; expected totals by period or readings with times",
            called(measure, name));
    measure->by_period = false;
    return MBILL_OK;
}

/* Sums do not depend on what they are multiplied by; a ladder that is climbed does on its bounds, which must be those of the last call. */
static mbill__kept *kept_of(const mbill__measure *measure)
{
    const mbill__charge *charge = measure->charge;
    mbill__kept *kept = measure->scope->kept == NULL ? NULL : &measure->scope->kept[charge->place];
    bool climbs = charge->ladder.split == MBILL__SPLIT_CHRONOLOGICAL && measure->by_period;
    if (kept == NULL || kept->n == 0 || measure->weighed) return NULL;
    if (climbs && (measure->scaled || charge->ladder.keeps_paid || mbill__bounds_need_facts(&charge->ladder))) return NULL;
    return kept;
}

static mbill_status carry_on(mbill__kept *kept, const mbill__measure *measure, const mbill__schedule *schedule,
    uint32_t *inout_incomplete, mbill_error *err)
{
    mbill_price_request whole = *measure->scope->request;
    if (kept->feed.has_gaps) *inout_incomplete |= MBILL_LINE_INCOMPLETE;
    kept->at = 0;
    if (kept->begun) return MBILL_OK;
    memset(kept->used, 0, kept->n * sizeof *kept->used);
    whole.to_utc_s = measure->scope->span_to_utc_s;
    MBILL_TRY(mbill__walk_start(&kept->walk, &kept->feed, schedule, &whole, err));
    kept->begun = true;
    return MBILL_OK;
}

static mbill_status open_supply(mbill__supply *supply, mbill__measure *measure, uint32_t *inout_incomplete, mbill_error *err)
{
    const mbill__scope *scope = measure->scope;
    supply->kept = NULL;
    if (mbill__column_supply_start(&supply->column, measure)) return MBILL_OK;
    const mbill__schedule *schedule = measure->by_period ? measure->charge->ladder.schedule : NULL;
    supply->kept = kept_of(measure);
    supply->source.form = MBILL__FORM_INTERVALS;
    if (supply->kept != NULL) return carry_on(supply->kept, measure, schedule, inout_incomplete, err);
    MBILL_TRY(mbill__source_open(scope, measure->charge->quantity.meter, schedule, &supply->source, err));
    if (supply->source.form != MBILL__FORM_INTERVALS) return settle_total(measure, &supply->source, err);
    if (supply->source.feed.has_gaps) *inout_incomplete |= MBILL_LINE_INCOMPLETE;
    MBILL_TRY(mbill__walk_start(&supply->walk, &supply->source.feed, schedule, scope->request, err));
    return measure->weighed ? mbill__walk_weigh(&supply->walk, &measure->factored, err) : MBILL_OK;
}

mbill_status mbill__supply_start(mbill__supply *supply, mbill__measure *measure, uint32_t *inout_incomplete, mbill_error *err)
{
    measure->by_period = measure->charge->by_period || measure->charge->ladder.across == MBILL__ACROSS_EACH;
    MBILL_TRY(open_supply(supply, measure, inout_incomplete, err));
    measure->n_periods = measure->by_period ? measure->scope->tariff->labels.n_periods : 1;
    return MBILL_OK;
}

mbill_status mbill__supply_need_times(const mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill_error *err)
{
    const mbill_price_request *request = measure->scope->request;
    char name[CALLED_MAX];
    if (supply->column.column != NULL || supply->source.form == MBILL__FORM_INTERVALS) return MBILL_OK;
    if (at->to_utc_s == request->to_utc_s && at->from_utc_s == request->from_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_KNOWN,
        "%s is a total, but the ladder begins anew inside the bill; expected readings with times", called(measure, name));
}

/* ---- sums by period ---- */

static mbill_status gather_intervals(mbill__walk *walk, const mbill__measure *measure, const mbill__stretch *at,
    mbill__used *used, mbill_error *err)
{
    mbill__piece piece;
    bool more;
    for (;;) {
        MBILL_TRY(mbill__walk_next(walk, at->to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        size_t period = measure->by_period ? (size_t)piece.period : 0;
        bool fits = measure->weighed ? mbill__wide_add(used->weighed[period],
                                           mbill__wide_product(piece.quantity_micro, piece.weight), &used->weighed[period])
                                     : mbill__add(used->period_micro[period], piece.quantity_micro, &used->period_micro[period]);
        if (!fits) return mbill__quantity_overflow(err);
        used->period_flags[period] |= piece.flags;
    }
}

static mbill_status gather_totals(const mbill__source *source, const mbill__measure *measure, mbill__used *used, mbill_error *err)
{
    size_t n = source->form == MBILL__FORM_TOTAL ? 1 : measure->scope->tariff->labels.n_periods;
    for (size_t i = 0; i < n; i++) {
        size_t at = measure->by_period ? i : 0;
        if (!mbill__add(used->period_micro[at], source->micro[i], &used->period_micro[at])) return mbill__quantity_overflow(err);
        used->period_flags[at] |= source->flags[i];
    }
    return MBILL_OK;
}

mbill_status mbill__supply_gather(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill__used *used, mbill_error *err)
{
    if (supply->column.column != NULL) {
        mbill__gather_column(&supply->column, measure, at, used);
    } else if (supply->kept != NULL) {
        mbill__used *kept = &supply->kept->used[supply->kept->at++];
        MBILL_TRY(gather_intervals(&supply->kept->walk, measure, at, kept, err));
        *used = *kept;
    } else if (supply->source.form == MBILL__FORM_INTERVALS) {
        MBILL_TRY(gather_intervals(&supply->walk, measure, at, used, err));
    } else {
        MBILL_TRY(gather_totals(&supply->source, measure, used, err));
    }
    return mbill__used_scale(used, measure, err);
}

/* ---- through the ladder in the order of time ---- */

static mbill_status climb_intervals(mbill__walk *walk, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err)
{
    for (;;) {
        mbill__piece piece;
        bool more;
        MBILL_TRY(mbill__walk_next(walk, at->to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        MBILL_TRY(mbill__used_climb(used, measure, at, before_micro, piece, err));
    }
}

mbill_status mbill__gather_climbing(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err)
{
    if (supply->column.column != NULL) return mbill__climb_column(&supply->column, measure, at, before_micro, used, err);
    if (supply->kept == NULL) return climb_intervals(&supply->walk, measure, at, before_micro, used, err);
    mbill__used *kept = &supply->kept->used[supply->kept->at++];
    MBILL_TRY(climb_intervals(&supply->kept->walk, measure, at, before_micro, kept, err));
    *used = *kept;
    return MBILL_OK;
}
