/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the rules by which tiers are filled, or what a tier costs, do. */
#include "tariff/tiers.h"

#include "tariff/ladder.h"

#include <string.h>

#define NO_PERIOD (-1)

static const mbill__ladder *ladder_of(const mbill__tiers *tiers)
{
    return &tiers->measure->charge->ladder;
}

/* ---- lines ---- */

/* A started pack counts in full. */
static mbill_status count_packs(int64_t units_micro, int64_t pack_micro, int64_t *out_micro, mbill_error *err)
{
    int64_t packs = units_micro / pack_micro + (units_micro % pack_micro > 0 ? 1 : 0);
    return mbill__multiply(packs, INT64_C(1000000), out_micro) ? MBILL_OK : mbill__quantity_overflow(err);
}

static mbill_line stretch_line(const mbill__tiers *tiers, int32_t rule, size_t tier)
{
    return (mbill_line){.rule = rule,
        .period = NO_PERIOD,
        .tier = ladder_of(tiers)->n_tiers > 1 ? (int32_t)tier + 1 : 0,
        .from_utc_s = tiers->at.from_utc_s,
        .to_utc_s = tiers->at.to_utc_s,
        .divide_by = 1};
}

/* Beside a base of its own, a tier that adds nothing has no line. */
static mbill_status put(mbill__tiers *tiers, mbill_line line, mbill_error *err)
{
    if (tiers->measure->charge->base != NULL && line.rate_nano == 0) return MBILL_OK;
    return mbill__lines_add(tiers->lines, line, err);
}

static mbill_status add_line(mbill__tiers *tiers, const mbill__used *used, int32_t rule, size_t tier, size_t period,
    int64_t quantity_micro, mbill_error *err)
{
    const mbill__measure *measure = tiers->measure;
    const int64_t *packs_micro = measure->charge->ladder.packs_micro;
    mbill_line line = stretch_line(tiers, rule, tier);
    if (packs_micro != NULL) MBILL_TRY(count_packs(quantity_micro, packs_micro[tier], &quantity_micro, err));
    if (measure->by_period) line.period = (int32_t)period;
    line.quantity_micro = quantity_micro;
    line.rate_nano = mbill__charge_rate(measure->charge, measure->scope->tariff->labels.n_periods, tiers->at.season, tier,
        period);
    line.flags = used->period_flags[period];
    return put(tiers, line, err);
}

static mbill_status add_parts(mbill__tiers *tiers, const mbill__used *used, int32_t rule, mbill_error *err)
{
    for (size_t period = 0; period < tiers->measure->n_periods; period++)
        for (size_t tier = 0; tier < ladder_of(tiers)->n_tiers; tier++)
            if (used->parts_micro[tier][period] != 0)
                MBILL_TRY(add_line(tiers, used, rule, tier, period, used->parts_micro[tier][period], err));
    return MBILL_OK;
}

/* ---- the place in the position ---- */

/* Places of one ladder: one, or one a tier when what is paid stays in its tier. */
static size_t places_of(const mbill__ladder *ladder)
{
    return ladder->keeps_paid ? ladder->n_tiers : 1;
}

static mbill_status used_before(const mbill__tiers *tiers, size_t slot, int64_t *out_micro, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    *out_micro = 0;
    if (ladder->n_slots == 0) return MBILL_OK;
    for (size_t i = 0; i < places_of(ladder); i++) {
        int64_t used_micro;
        MBILL_TRY(mbill__slot_used(&tiers->slots[slot + i], tiers->at.span.from, &used_micro, err));
        if (!mbill__add(*out_micro, used_micro, out_micro)) return mbill__quantity_overflow(err);
    }
    return MBILL_OK;
}

/* What is paid stays in its tier: each tier ends where what is left of its width does, counted on from what is used. */
mbill_status mbill__tiers_settle(mbill__tiers *tiers, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t end_micro, below_micro = 0;
    if (!ladder->keeps_paid) return MBILL_OK;
    MBILL_TRY(used_before(tiers, 0, &end_micro, err));
    for (size_t i = 0; i + 1 < ladder->n_tiers; i++) {
        int64_t used_micro, left_micro, width_micro = tiers->at.bounds_micro[i] - below_micro;
        below_micro = tiers->at.bounds_micro[i];
        MBILL_TRY(mbill__slot_used(&tiers->slots[i], tiers->at.span.from, &used_micro, err));
        left_micro = width_micro > used_micro ? width_micro - used_micro : 0;
        if (!mbill__add(end_micro, left_micro, &end_micro)) return mbill__quantity_overflow(err);
        tiers->at.bounds_micro[i] = end_micro;
    }
    return MBILL_OK;
}

/* The ladder's places move on by the quantity. */
static mbill_status move_on(mbill__tiers *tiers, size_t slot, int64_t before_micro, int64_t quantity_micro, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t filled_micro[MBILL__TIERS_MAX] = {0}, used_micro;
    if (!ladder->keeps_paid) {
        tiers->slots[slot] = (mbill__slot){tiers->at.span.from, 0, tiers->total_micro};
        return MBILL_OK;
    }
    mbill__ladder_fill(tiers->at.bounds_micro, ladder->n_tiers, before_micro, quantity_micro, filled_micro);
    for (size_t i = 0; i < ladder->n_tiers; i++) {
        MBILL_TRY(mbill__slot_used(&tiers->slots[i], tiers->at.span.from, &used_micro, err));
        tiers->slots[i] = (mbill__slot){tiers->at.span.from, 0, used_micro + filled_micro[i]};
    }
    return MBILL_OK;
}

static mbill_status climb(mbill__tiers *tiers, size_t slot, int64_t quantity_micro, int64_t *out_before_micro, mbill_error *err)
{
    *out_before_micro = 0;
    if (quantity_micro < 0) return mbill__fail(err, MBILL_E_RANGE, "a ladder cannot count a negative quantity");
    MBILL_TRY(used_before(tiers, slot, out_before_micro, err));
    if (!mbill__add(*out_before_micro, quantity_micro, &tiers->total_micro)) return mbill__quantity_overflow(err);
    return ladder_of(tiers)->n_slots > 0 ? move_on(tiers, slot, *out_before_micro, quantity_micro, err) : MBILL_OK;
}

mbill_status mbill__tiers_before(const mbill__tiers *tiers, int64_t *out_micro, mbill_error *err)
{
    return used_before(tiers, 0, out_micro, err);
}

/* ---- tiers ---- */

static mbill_status pooled_quantity(const mbill__tiers *tiers, const mbill__used *used, int64_t *out_micro, mbill_error *err)
{
    *out_micro = 0;
    for (size_t i = 0; i < tiers->measure->n_periods; i++)
        if (!mbill__add(*out_micro, used->period_micro[i], out_micro)) return mbill__quantity_overflow(err);
    return MBILL_OK;
}

/* A quantity at the rate of the tier its span reaches; what earlier bills of the span charged at another tier is taken back. */
static mbill_status price_whole_one(mbill__tiers *tiers, const mbill__used *used, size_t period, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t before_micro, quantity_micro = used->period_micro[period];
    MBILL_TRY(climb(tiers, period, quantity_micro, &before_micro, err));
    int64_t after_micro = before_micro + quantity_micro;
    size_t tier = mbill__ladder_reach(tiers->at.bounds_micro, ladder->n_tiers, after_micro, ladder->bound_above);
    size_t old_tier = mbill__ladder_reach(tiers->at.bounds_micro, ladder->n_tiers, before_micro, ladder->bound_above);
    if (before_micro == 0 || old_tier == tier)
        return quantity_micro == 0 ? MBILL_OK : add_line(tiers, used, MBILL_LINE_WHOLE, tier, period, quantity_micro, err);
    MBILL_TRY(add_line(tiers, used, MBILL_LINE_WHOLE, tier, period, after_micro, err));
    return add_line(tiers, used, MBILL_LINE_WHOLE_BEFORE, old_tier, period, -before_micro, err);
}

/* The tier follows from the use in all periods together; the reader admits this only for ladders that begin anew with each bill. */
static mbill_status price_whole_pooled(mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t quantity_micro, before_micro;
    MBILL_TRY(pooled_quantity(tiers, used, &quantity_micro, err));
    MBILL_TRY(climb(tiers, 0, quantity_micro, &before_micro, err));
    size_t tier = mbill__ladder_reach(tiers->at.bounds_micro, ladder->n_tiers, quantity_micro, ladder->bound_above);
    memcpy(used->parts_micro[tier], used->period_micro, sizeof used->period_micro);
    return add_parts(tiers, used, MBILL_LINE_WHOLE, err);
}

static mbill_status price_graduated_one(mbill__tiers *tiers, const mbill__used *used, size_t period, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t before_micro, quantity_micro = used->period_micro[period], filled_micro[MBILL__TIERS_MAX] = {0};
    MBILL_TRY(climb(tiers, period, quantity_micro, &before_micro, err));
    mbill__ladder_fill(tiers->at.bounds_micro, ladder->n_tiers, before_micro, quantity_micro, filled_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++)
        if (filled_micro[tier] != 0)
            MBILL_TRY(add_line(tiers, used, MBILL_LINE_GRADUATED, tier, period, filled_micro[tier], err));
    return MBILL_OK;
}

/* A ladder in every period, or (with one period) the one ladder. */
static mbill_status price_each_period(mbill__tiers *tiers, const mbill__used *used, mbill_error *err)
{
    for (size_t period = 0; period < tiers->measure->n_periods; period++)
        MBILL_TRY(
            ladder_of(tiers)->whole ? price_whole_one(tiers, used, period, err) : price_graduated_one(tiers, used, period, err));
    return MBILL_OK;
}

/* Each tier's part goes to the periods in proportion to what of their use is still without a tier, so the last tier takes the rest. */
static mbill_status price_proportional(mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    size_t n_periods = tiers->measure->n_periods;
    int64_t quantity_micro, before_micro, filled_micro[MBILL__TIERS_MAX] = {0}, rest_micro[MBILL__PERIODS_MAX];
    MBILL_TRY(pooled_quantity(tiers, used, &quantity_micro, err));
    MBILL_TRY(climb(tiers, 0, quantity_micro, &before_micro, err));
    mbill__ladder_fill(tiers->at.bounds_micro, ladder->n_tiers, before_micro, quantity_micro, filled_micro);
    memcpy(rest_micro, used->period_micro, sizeof rest_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) {
        if (filled_micro[tier] == 0) continue;
        for (size_t period = 0; period < n_periods; period++)
            if (rest_micro[period] < 0)
                return mbill__fail(err, MBILL_E_RANGE, "a negative quantity in one period cannot be shared over the tiers");
        if (!mbill__share_out(filled_micro[tier], rest_micro, used->parts_micro[tier], n_periods))
            return mbill__quantity_overflow(err);
        for (size_t period = 0; period < n_periods; period++) rest_micro[period] -= used->parts_micro[tier][period];
    }
    return add_parts(tiers, used, MBILL_LINE_PROPORTIONAL, err);
}

static uint32_t all_flags(const mbill__tiers *tiers, const mbill__used *used)
{
    uint32_t flags = 0;
    for (size_t period = 0; period < tiers->measure->n_periods; period++) flags |= used->period_flags[period];
    return flags;
}

/* A bill that stays in one tier has that tier's rates by period; one that crosses a bound has one rate a tier for all periods. */
static mbill_status price_uniform(mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    int64_t quantity_micro, before_micro, filled_micro[MBILL__TIERS_MAX] = {0};
    size_t n_filled = 0, filled = 0;
    MBILL_TRY(pooled_quantity(tiers, used, &quantity_micro, err));
    MBILL_TRY(climb(tiers, 0, quantity_micro, &before_micro, err));
    mbill__ladder_fill(tiers->at.bounds_micro, ladder->n_tiers, before_micro, quantity_micro, filled_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) {
        if (filled_micro[tier] == 0) continue;
        filled = tier;
        n_filled++;
    }
    if (n_filled <= 1) {
        memcpy(used->parts_micro[filled], used->period_micro, sizeof used->period_micro);
        return add_parts(tiers, used, MBILL_LINE_GRADUATED, err);
    }
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) {
        mbill_line line = stretch_line(tiers, MBILL_LINE_GRADUATED, tier);
        line.quantity_micro = filled_micro[tier];
        line.rate_nano = ladder->crossing_nano[tier];
        line.flags = all_flags(tiers, used);
        if (filled_micro[tier] != 0) MBILL_TRY(put(tiers, line, err));
    }
    return MBILL_OK;
}

static mbill_status price_climbed(mbill__tiers *tiers, const mbill__used *used, mbill_error *err)
{
    int64_t before_micro;
    MBILL_TRY(climb(tiers, 0, used->scaled_micro, &before_micro, err));
    return add_parts(tiers, used, MBILL_LINE_CHRONOLOGICAL, err);
}

static mbill_status price_untiered(mbill__tiers *tiers, const mbill__used *used, mbill_error *err)
{
    int32_t rule = tiers->measure->by_period ? MBILL_LINE_PERIOD : MBILL_LINE_PLAIN;
    for (size_t period = 0; period < tiers->measure->n_periods; period++)
        if (used->period_micro[period] != 0) MBILL_TRY(add_line(tiers, used, rule, 0, period, used->period_micro[period], err));
    return MBILL_OK;
}

bool mbill__tiers_climb(const mbill__measure *measure)
{
    return measure->charge->ladder.split == MBILL__SPLIT_CHRONOLOGICAL && measure->by_period;
}

/* ---- a base on lines of its own ---- */

/* What a period used, in all tiers. */
static mbill_status used_in(const mbill__tiers *tiers, const mbill__used *used, size_t period, int64_t *inout_micro,
    mbill_error *err)
{
    bool climbed = mbill__tiers_climb(tiers->measure);
    if (!climbed && !mbill__add(*inout_micro, used->period_micro[period], inout_micro)) return mbill__quantity_overflow(err);
    for (size_t tier = 0; climbed && tier < ladder_of(tiers)->n_tiers; tier++)
        if (!mbill__add(*inout_micro, used->parts_micro[tier][period], inout_micro)) return mbill__quantity_overflow(err);
    return MBILL_OK;
}

static mbill_status add_base_line(mbill__tiers *tiers, int32_t rule, size_t period, int64_t quantity_micro, uint32_t flags,
    mbill_error *err)
{
    mbill_line line = stretch_line(tiers, rule, 0);
    line.tier = 0;
    if (rule == MBILL_LINE_PERIOD) line.period = (int32_t)period;
    line.quantity_micro = quantity_micro;
    line.rate_nano = mbill__own_base_rate(tiers->measure->charge, tiers->at.season, period);
    line.flags = flags;
    return quantity_micro == 0 ? MBILL_OK : mbill__lines_add(tiers->lines, line, err);
}

static mbill_status price_base(mbill__tiers *tiers, const mbill__used *used, mbill_error *err)
{
    const mbill__measure *measure = tiers->measure;
    int64_t all_micro = 0;
    bool each = measure->by_period && measure->charge->base->by_period;
    for (size_t period = 0; period < measure->n_periods; period++) {
        int64_t quantity_micro = 0;
        MBILL_TRY(used_in(tiers, used, period, each ? &quantity_micro : &all_micro, err));
        if (each) MBILL_TRY(add_base_line(tiers, MBILL_LINE_PERIOD, period, quantity_micro, used->period_flags[period], err));
    }
    return each ? MBILL_OK : add_base_line(tiers, MBILL_LINE_PLAIN, 0, all_micro, all_flags(tiers, used), err);
}

/* One ladder whose adds are the same in all periods needs no unit to be in a tier and a period at once. */
static mbill_status price_added_once(mbill__tiers *tiers, const mbill__used *used, mbill_error *err)
{
    mbill__measure pooled = *tiers->measure;
    const mbill__measure *by_period = tiers->measure;
    mbill__used all = {.period_flags = {all_flags(tiers, used)}};
    MBILL_TRY(pooled_quantity(tiers, used, &all.period_micro[0], err));
    pooled.by_period = false;
    pooled.n_periods = 1;
    tiers->measure = &pooled;
    mbill_status status = price_each_period(tiers, &all, err);
    tiers->measure = by_period;
    return status;
}

/* ---- a stretch ---- */

static mbill_status price_used(mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    const mbill__own_base *base = tiers->measure->charge->base;
    if (base != NULL) MBILL_TRY(price_base(tiers, used, err));
    if (base != NULL && !base->adds_by_period && ladder->across != MBILL__ACROSS_EACH) return price_added_once(tiers, used, err);
    if (mbill__tiers_climb(tiers->measure)) return price_climbed(tiers, used, err);
    if (ladder->n_tiers == 1) return price_untiered(tiers, used, err);
    if (!tiers->measure->by_period || ladder->across == MBILL__ACROSS_EACH) return price_each_period(tiers, used, err);
    if (ladder->split == MBILL__SPLIT_UNIFORM) return price_uniform(tiers, used, err);
    return ladder->whole ? price_whole_pooled(tiers, used, err) : price_proportional(tiers, used, err);
}

/* ---- fees of tiers ---- */

size_t mbill__tiers_reached(const mbill__tiers *tiers, int64_t total_micro)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    return mbill__ladder_reach(tiers->at.bounds_micro, ladder->n_tiers, total_micro, ladder->whole && ladder->bound_above);
}

static mbill_status add_fee(mbill__tiers *tiers, size_t tier, int64_t count, mbill_error *err)
{
    mbill_line line = stretch_line(tiers, MBILL_LINE_FEE, tier);
    line.tier = (int32_t)tier + 1;
    line.quantity_micro = count * INT64_C(1000000);
    line.rate_nano = ladder_of(tiers)->fees_nano[tier];
    return mbill__lines_add(tiers->lines, line, err);
}

/* before: the slot as it was when the span's first bill, or this one, began. */
static mbill_status price_fees(mbill__tiers *tiers, mbill__slot before, mbill_error *err)
{
    const mbill__ladder *ladder = ladder_of(tiers);
    if (ladder->fee_due == MBILL__FEE_NONE) return MBILL_OK;
    bool again = ladder->n_slots > 0 && before.span_day == tiers->at.span.from;
    size_t old_tier = again ? mbill__tiers_reached(tiers, before.used_micro) : 0;
    size_t tier = mbill__tiers_reached(tiers, tiers->total_micro);
    if (ladder->fee_due == MBILL__FEE_ENTERED) {
        for (size_t i = again ? old_tier + 1 : 0; i <= tier; i++) MBILL_TRY(add_fee(tiers, i, 1, err));
        return MBILL_OK;
    }
    if (again && old_tier == tier) return MBILL_OK;
    MBILL_TRY(add_fee(tiers, tier, 1, err));
    return again ? add_fee(tiers, old_tier, -1, err) : MBILL_OK;
}

mbill_status mbill__tiers_price(mbill__tiers *tiers, mbill__used *used, mbill_error *err)
{
    mbill__slot before = {MBILL__SLOT_UNUSED, 0, 0};
    if (ladder_of(tiers)->n_slots > 0) before = tiers->slots[0];
    MBILL_TRY(price_used(tiers, used, err));
    return price_fees(tiers, before, err);
}

mbill_status mbill__tiers_price_nothing(mbill__tiers *tiers, mbill_error *err)
{
    mbill_line line = stretch_line(tiers, MBILL_LINE_PLAIN, 0);
    const mbill__measure *measure = tiers->measure;
    if (measure->charge->base != NULL) {
        line.tier = 0;
        line.rate_nano = mbill__own_base_rate(measure->charge, tiers->at.season, 0);
        return mbill__lines_add(tiers->lines, line, err);
    }
    line.rate_nano = mbill__charge_rate(measure->charge, measure->scope->tariff->labels.n_periods, tiers->at.season, 0, 0);
    return mbill__lines_add(tiers->lines, line, err);
}
