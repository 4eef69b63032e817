/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way usage meets periods and tiers does. For each span of the charge's ladder (or the whole bill) it gathers the
 * quantity of every period, fills tiers by the tariff's rule into one small table, and writes the table out as lines. */
#include "tariff/metered.h"

#include "tariff/bounds.h"
#include "tariff/ladder.h"
#include "tariff/source.h"

#include <stdio.h>
#include <string.h>

#define NO_PERIOD (-1)

/* One span of the ladder inside the bill. */
typedef struct stretch {
    int64_t from_utc_s, to_utc_s; /* inside the bill */
    mbill__days span;             /* the ladder's whole span, for bounds that count days */
    int64_t bounds_micro[MBILL__TIERS_MAX];
} stretch;

typedef struct metered {
    const mbill__scope *scope;
    const mbill__charge *charge;
    mbill__lines *lines;
    mbill__slot *slots;
    mbill__ratio ratio;
    int64_t free_micro;
    bool scaled;    /* the ratio, a free part or a rounding changes the quantity */
    bool by_period; /* quantities are kept by period */
    mbill__source source;
    mbill__walk walk;
    size_t n_periods;
    stretch at;
    int64_t total_micro;                      /* of the ladder's span so far, this bill included */
    int64_t period_micro[MBILL__PERIODS_MAX]; /* of the stretch, after scaling */
    uint32_t period_flags[MBILL__PERIODS_MAX];
    int64_t parts_micro[MBILL__TIERS_MAX][MBILL__PERIODS_MAX];
} metered;

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

/* ---- what was used ---- */

static mbill_status gather_intervals(metered *m, mbill_error *err)
{
    mbill__piece piece;
    bool more;
    for (;;) {
        MBILL_TRY(mbill__walk_next(&m->walk, m->at.to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        size_t period = m->by_period ? (size_t)piece.period : 0;
        if (!mbill__add(m->period_micro[period], piece.quantity_micro, &m->period_micro[period])) return overflow(err);
        m->period_flags[period] |= piece.flags;
    }
}

static mbill_status gather_totals(metered *m, mbill_error *err)
{
    size_t n = m->source.form == MBILL__FORM_TOTAL ? 1 : m->scope->tariff->labels.n_periods;
    for (size_t i = 0; i < n; i++) {
        size_t at = m->by_period ? i : 0;
        if (!mbill__add(m->period_micro[at], m->source.micro[i], &m->period_micro[at])) return overflow(err);
        m->period_flags[at] |= m->source.flags[i];
    }
    return MBILL_OK;
}

/* Factor and rounding apply to the stretch's whole quantity, which is then shared over the periods as they were used. */
static mbill_status scale_periods(metered *m, mbill_error *err)
{
    int64_t raw_micro[MBILL__PERIODS_MAX], total_micro = 0;
    if (!m->scaled) return MBILL_OK;
    for (size_t i = 0; i < m->n_periods; i++) {
        raw_micro[i] = m->period_micro[i];
        if (!mbill__add(total_micro, raw_micro[i], &total_micro)) return overflow(err);
        if (raw_micro[i] < 0 && m->n_periods > 1)
            return mbill__fail(err, MBILL_E_RANGE,
                "a negative quantity in one period cannot be scaled and shared over the periods");
    }
    MBILL_TRY(mbill__quantity_apply(&m->charge->quantity, &m->ratio, m->free_micro, total_micro, &total_micro, err));
    if (m->n_periods == 1) {
        m->period_micro[0] = total_micro;
        return MBILL_OK;
    }
    bool any = false;
    for (size_t i = 0; i < m->n_periods; i++) any = any || raw_micro[i] > 0;
    if (any && !mbill__share_out(total_micro, raw_micro, m->period_micro, m->n_periods)) return overflow(err);
    return MBILL_OK;
}

static mbill_status gather(metered *m, mbill_error *err)
{
    memset(m->period_micro, 0, sizeof m->period_micro);
    memset(m->period_flags, 0, sizeof m->period_flags);
    MBILL_TRY(m->source.form == MBILL__FORM_INTERVALS ? gather_intervals(m, err) : gather_totals(m, err));
    return scale_periods(m, err);
}

/* ---- lines ---- */

/* A started pack counts in full. */
static mbill_status count_packs(int64_t units_micro, int64_t pack_micro, int64_t *out_micro, mbill_error *err)
{
    int64_t packs = units_micro / pack_micro + (units_micro % pack_micro > 0 ? 1 : 0);
    return mbill__multiply(packs, INT64_C(1000000), out_micro) ? MBILL_OK : overflow(err);
}

static mbill_status add_line(metered *m, int32_t rule, size_t tier, size_t period, int64_t quantity_micro, mbill_error *err)
{
    const mbill__charge *charge = m->charge;
    bool tiered = charge->ladder.n_tiers > 1;
    if (charge->ladder.packs_micro != NULL)
        MBILL_TRY(count_packs(quantity_micro, charge->ladder.packs_micro[tier], &quantity_micro, err));
    mbill_line line = {.rule = rule,
        .period = m->by_period ? (int32_t)period : NO_PERIOD,
        .tier = tiered ? (int32_t)tier + 1 : 0,
        .from_utc_s = m->at.from_utc_s,
        .to_utc_s = m->at.to_utc_s,
        .quantity_micro = quantity_micro,
        .rate_nano = mbill__charge_rate(charge, m->scope->tariff->labels.n_periods, tier, period),
        .divide_by = 1,
        .flags = m->period_flags[period]};
    return mbill__lines_add(m->lines, line, err);
}

static mbill_status add_parts(metered *m, int32_t rule, mbill_error *err)
{
    for (size_t period = 0; period < m->n_periods; period++)
        for (size_t tier = 0; tier < m->charge->ladder.n_tiers; tier++)
            if (m->parts_micro[tier][period] != 0) MBILL_TRY(add_line(m, rule, tier, period, m->parts_micro[tier][period], err));
    return MBILL_OK;
}

/* ---- tiers ---- */

static mbill_status climb(metered *m, size_t slot, int64_t quantity_micro, int64_t *out_used_micro, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    *out_used_micro = 0;
    if (quantity_micro < 0) return mbill__fail(err, MBILL_E_RANGE, "a ladder cannot count a negative quantity");
    if (ladder->n_slots > 0) MBILL_TRY(mbill__slot_used(&m->slots[slot], m->at.span.from, out_used_micro, err));
    if (!mbill__add(*out_used_micro, quantity_micro, &m->total_micro)) return overflow(err);
    if (ladder->n_slots > 0) m->slots[slot] = (mbill__slot){m->at.span.from, 0, m->total_micro};
    return MBILL_OK;
}

static mbill_status pooled_quantity(const metered *m, int64_t *out_micro, mbill_error *err)
{
    *out_micro = 0;
    for (size_t i = 0; i < m->n_periods; i++)
        if (!mbill__add(*out_micro, m->period_micro[i], out_micro)) return overflow(err);
    return MBILL_OK;
}

/* A quantity at the rate of the tier its span reaches; what earlier bills of the span charged at another tier is taken back. */
static mbill_status price_whole_one(metered *m, size_t period, int64_t quantity_micro, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    int64_t used_micro;
    MBILL_TRY(climb(m, period, quantity_micro, &used_micro, err));
    size_t tier = mbill__ladder_reach(m->at.bounds_micro, ladder->n_tiers, used_micro + quantity_micro, ladder->bound_above);
    size_t before = mbill__ladder_reach(m->at.bounds_micro, ladder->n_tiers, used_micro, ladder->bound_above);
    if (used_micro == 0 || before == tier)
        return quantity_micro == 0 ? MBILL_OK : add_line(m, MBILL_LINE_WHOLE, tier, period, quantity_micro, err);
    MBILL_TRY(add_line(m, MBILL_LINE_WHOLE, tier, period, used_micro + quantity_micro, err));
    return add_line(m, MBILL_LINE_WHOLE_BEFORE, before, period, -used_micro, err);
}

/* The tier follows from the use in all periods together; the reader admits this only for ladders that begin anew with each bill. */
static mbill_status price_whole_pooled(metered *m, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    int64_t quantity_micro, used_micro;
    MBILL_TRY(pooled_quantity(m, &quantity_micro, err));
    MBILL_TRY(climb(m, 0, quantity_micro, &used_micro, err));
    size_t tier = mbill__ladder_reach(m->at.bounds_micro, ladder->n_tiers, quantity_micro, ladder->bound_above);
    memset(m->parts_micro, 0, sizeof m->parts_micro);
    memcpy(m->parts_micro[tier], m->period_micro, sizeof m->period_micro);
    return add_parts(m, MBILL_LINE_WHOLE, err);
}

static mbill_status price_graduated_one(metered *m, size_t period, int64_t quantity_micro, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    int64_t used_micro, filled_micro[MBILL__TIERS_MAX] = {0};
    MBILL_TRY(climb(m, period, quantity_micro, &used_micro, err));
    mbill__ladder_fill(m->at.bounds_micro, ladder->n_tiers, used_micro, quantity_micro, filled_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++)
        if (filled_micro[tier] != 0) MBILL_TRY(add_line(m, MBILL_LINE_GRADUATED, tier, period, filled_micro[tier], err));
    return MBILL_OK;
}

/* A ladder in every period, or (with one period) the one ladder. */
static mbill_status price_each_period(metered *m, mbill_error *err)
{
    for (size_t period = 0; period < m->n_periods; period++) {
        int64_t quantity_micro = m->period_micro[period];
        MBILL_TRY(m->charge->ladder.whole ? price_whole_one(m, period, quantity_micro, err)
                                          : price_graduated_one(m, period, quantity_micro, err));
    }
    return MBILL_OK;
}

/* Each tier's part goes to the periods in proportion to what of their use is still without a tier, so the last tier takes the rest. */
static mbill_status price_proportional(metered *m, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    int64_t quantity_micro, used_micro, filled_micro[MBILL__TIERS_MAX] = {0}, rest_micro[MBILL__PERIODS_MAX];
    MBILL_TRY(pooled_quantity(m, &quantity_micro, err));
    MBILL_TRY(climb(m, 0, quantity_micro, &used_micro, err));
    mbill__ladder_fill(m->at.bounds_micro, ladder->n_tiers, used_micro, quantity_micro, filled_micro);
    memset(m->parts_micro, 0, sizeof m->parts_micro);
    memcpy(rest_micro, m->period_micro, sizeof rest_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) {
        if (filled_micro[tier] == 0) continue;
        for (size_t period = 0; period < m->n_periods; period++)
            if (rest_micro[period] < 0)
                return mbill__fail(err, MBILL_E_RANGE, "a negative quantity in one period cannot be shared over the tiers");
        if (!mbill__share_out(filled_micro[tier], rest_micro, m->parts_micro[tier], m->n_periods)) return overflow(err);
        for (size_t period = 0; period < m->n_periods; period++) rest_micro[period] -= m->parts_micro[tier][period];
    }
    return add_parts(m, MBILL_LINE_PROPORTIONAL, err);
}

/* Pieces climb the ladder in the order of time. A factor applies to the running total, so that its rounding happens once. */
static mbill_status price_chronological(metered *m, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    int64_t raw_micro = 0, scaled_micro = 0, used_micro;
    memset(m->parts_micro, 0, sizeof m->parts_micro);
    memset(m->period_flags, 0, sizeof m->period_flags);
    MBILL_TRY(climb(m, 0, 0, &used_micro, err));
    for (;;) {
        mbill__piece piece;
        bool more;
        MBILL_TRY(mbill__walk_next(&m->walk, m->at.to_utc_s, &piece, &more, err));
        if (!more) break;
        int64_t before_micro = scaled_micro, filled_micro[MBILL__TIERS_MAX] = {0};
        if (piece.quantity_micro < 0) return mbill__fail(err, MBILL_E_RANGE, "a ladder cannot count a negative quantity");
        if (!mbill__add(raw_micro, piece.quantity_micro, &raw_micro)) return overflow(err);
        scaled_micro = raw_micro;
        if (m->scaled)
            MBILL_TRY(mbill__quantity_apply(&m->charge->quantity, &m->ratio, m->free_micro, raw_micro, &scaled_micro, err));
        int64_t after_micro;
        if (!mbill__add(used_micro, scaled_micro, &after_micro)) return overflow(err);
        mbill__ladder_fill(m->at.bounds_micro, ladder->n_tiers, used_micro + before_micro, scaled_micro - before_micro,
            filled_micro);
        for (size_t tier = 0; tier < ladder->n_tiers; tier++) m->parts_micro[tier][piece.period] += filled_micro[tier];
        m->period_flags[piece.period] |= piece.flags;
    }
    MBILL_TRY(climb(m, 0, scaled_micro, &used_micro, err));
    return add_parts(m, MBILL_LINE_CHRONOLOGICAL, err);
}

static mbill_status price_untiered(metered *m, mbill_error *err)
{
    for (size_t period = 0; period < m->n_periods; period++)
        if (m->period_micro[period] != 0)
            MBILL_TRY(add_line(m, m->by_period ? MBILL_LINE_PERIOD : MBILL_LINE_PLAIN, 0, period, m->period_micro[period], err));
    return MBILL_OK;
}

static mbill_status price_gathered(metered *m, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    if (ladder->n_tiers == 1) return price_untiered(m, err);
    if (!m->by_period || ladder->across == MBILL__ACROSS_EACH) return price_each_period(m, err);
    return ladder->whole ? price_whole_pooled(m, err) : price_proportional(m, err);
}

/* ---- spans ---- */

/* The stretch of the ladder's span that begins at from_utc_s. */
static mbill_status next_stretch(metered *m, int64_t from_utc_s, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    const mbill_zone *zone = m->scope->tariff->zone;
    mbill__days inside = {mbill_zone_day(zone, from_utc_s), m->scope->days.to};
    if (ladder->over == MBILL__OVER_PURCHASES && (m->scope->request->flags & MBILL_PRICE_PURCHASE) == 0)
        return mbill__fail(err, MBILL_E_INVALID, "the ladder counts purchases, and the bill is none");
    if (inside.to == inside.from) inside.to++; /* a purchase lies in its day */
    m->at.from_utc_s = from_utc_s;
    m->at.to_utc_s = m->scope->request->to_utc_s;
    m->at.span = m->scope->days;
    if (ladder->over > MBILL__OVER_BILL) {
        int64_t end_utc_s;
        MBILL_TRY(mbill__span_of(mbill__over_kind(ladder->over), ladder->start, mbill_zone_day(zone, from_utc_s),
            &m->at.span.from, &m->at.span.to, err));
        MBILL_TRY(mbill_zone_day_start(zone, m->at.span.to, &end_utc_s, err));
        if (end_utc_s < m->at.to_utc_s) m->at.to_utc_s = end_utc_s;
        if (m->at.span.to < inside.to) inside.to = m->at.span.to;
    }
    return mbill__bounds_of(m->scope, ladder, m->at.span, inside, m->at.bounds_micro, err);
}

/* ---- fees of tiers ---- */

static size_t tier_of(const metered *m, int64_t total_micro)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    return mbill__ladder_reach(m->at.bounds_micro, ladder->n_tiers, total_micro, ladder->whole && ladder->bound_above);
}

static mbill_status add_fee(metered *m, size_t tier, int64_t count, mbill_error *err)
{
    mbill_line line = {.rule = MBILL_LINE_FEE,
        .period = NO_PERIOD,
        .tier = (int32_t)tier + 1,
        .from_utc_s = m->at.from_utc_s,
        .to_utc_s = m->at.to_utc_s,
        .quantity_micro = count * INT64_C(1000000),
        .rate_nano = m->charge->ladder.fees_nano[tier],
        .divide_by = 1};
    return mbill__lines_add(m->lines, line, err);
}

/* before: the slot as it was when the span's first bill, or this one, began. */
static mbill_status price_fees(metered *m, mbill__slot before, mbill_error *err)
{
    const mbill__ladder *ladder = &m->charge->ladder;
    if (ladder->fee_due == MBILL__FEE_NONE) return MBILL_OK;
    bool again = ladder->n_slots > 0 && before.span_day == m->at.span.from;
    size_t old_tier = again ? tier_of(m, before.used_micro) : 0, tier = tier_of(m, m->total_micro);
    if (ladder->fee_due == MBILL__FEE_ENTERED) {
        for (size_t i = again ? old_tier + 1 : 0; i <= tier; i++) MBILL_TRY(add_fee(m, i, 1, err));
        return MBILL_OK;
    }
    if (again && old_tier == tier) return MBILL_OK;
    MBILL_TRY(add_fee(m, tier, 1, err));
    return again ? add_fee(m, old_tier, -1, err) : MBILL_OK;
}

#define CALLED_MAX 96

/* The quantity as messages call it: by the register's name, or by that of an input which is made of several. */
static const char *called(const metered *m, char out[CALLED_MAX])
{
    const mbill__tariff_input *input = &m->scope->tariff->inputs[m->charge->quantity.meter];
    snprintf(out, CALLED_MAX, "%s \"%s\"", input->derived == NULL ? "register" : "input",
        input->derived == NULL ? input->from : input->name);
    return out;
}

static mbill_status need_one_stretch(const metered *m, mbill_error *err)
{
    char name[CALLED_MAX];
    if (m->at.to_utc_s == m->scope->request->to_utc_s && m->at.from_utc_s == m->scope->request->from_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_KNOWN,
        "%s is a total, but the ladder begins anew inside the bill; expected readings with times", called(m, name));
}

static mbill_status price_stretches(metered *m, mbill_error *err)
{
    bool chronological = m->charge->ladder.split == MBILL__SPLIT_CHRONOLOGICAL && m->by_period;
    bool totals = m->source.form != MBILL__FORM_INTERVALS;
    for (int64_t at_utc_s = m->scope->request->from_utc_s; at_utc_s < m->scope->request->to_utc_s; at_utc_s = m->at.to_utc_s) {
        mbill__slot before = m->charge->ladder.n_slots > 0 ? m->slots[0] : (mbill__slot){MBILL__SLOT_UNUSED, 0, 0};
        MBILL_TRY(next_stretch(m, at_utc_s, err));
        if (totals) MBILL_TRY(need_one_stretch(m, err));
        if (chronological) {
            MBILL_TRY(price_chronological(m, err));
        } else {
            MBILL_TRY(gather(m, err));
            MBILL_TRY(price_gathered(m, err));
        }
        MBILL_TRY(price_fees(m, before, err));
    }
    if (m->lines->n_charge > 0) return MBILL_OK;
    memset(m->period_flags, 0, sizeof m->period_flags);
    m->by_period = false;
    return add_line(m, MBILL_LINE_PLAIN, 0, 0, 0, err);
}

/* ---- readings ---- */

static bool same_in_all_periods(const mbill_tariff *tariff, const mbill__charge *charge)
{
    for (size_t tier = 0; tier < charge->ladder.n_tiers; tier++)
        for (size_t period = 1; period < tariff->labels.n_periods; period++)
            if (mbill__charge_rate(charge, tariff->labels.n_periods, tier, period) !=
                mbill__charge_rate(charge, tariff->labels.n_periods, tier, 0))
                return false;
    return true;
}

/* A total and a price that differs by period do not meet. */
static mbill_status check_total(metered *m, mbill_error *err)
{
    char name[CALLED_MAX];
    if (m->by_period && m->charge->ladder.split == MBILL__SPLIT_CHRONOLOGICAL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "%s is a total, but the ladder is climbed in the order of time; expected readings with times", called(m, name));
    if (!m->by_period || m->source.form == MBILL__FORM_PERIODS) return MBILL_OK;
    if (m->charge->ladder.across == MBILL__ACROSS_EACH || !same_in_all_periods(m->scope->tariff, m->charge))
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "%s is one total, but the price differs by period; expected totals by period or readings with times",
            called(m, name));
    m->by_period = false;
    return MBILL_OK;
}

static mbill_status start_usage(metered *m, mbill_error *err)
{
    m->by_period = m->charge->by_period || m->charge->ladder.across == MBILL__ACROSS_EACH;
    MBILL_TRY(mbill__source_open(m->scope, m->charge->quantity.meter, &m->source, err));
    if (m->source.form != MBILL__FORM_INTERVALS) return check_total(m, err);
    if (m->source.feed.has_gaps) m->lines->incomplete = MBILL_LINE_INCOMPLETE;
    return mbill__walk_start(&m->walk, &m->source.feed, m->by_period ? m->scope->tariff->schedule : NULL, m->scope->request, err);
}

mbill_status mbill__metered_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines,
    size_t *out_tier, mbill_error *err)
{
    metered m = {.scope = scope, .charge = charge, .lines = lines, .slots = slots};
    MBILL_TRY(mbill__scope_ratio(scope, &charge->quantity, &m.ratio, err));
    MBILL_TRY(mbill__scope_free(scope, &charge->quantity, &m.free_micro, err));
    m.scaled = !mbill__ratio_is_one(&m.ratio) || m.free_micro != 0 || charge->quantity.round.step_micro != 0;
    MBILL_TRY(start_usage(&m, err));
    m.n_periods = m.by_period ? scope->tariff->labels.n_periods : 1;
    MBILL_TRY(price_stretches(&m, err));
    if (out_tier != NULL) *out_tier = tier_of(&m, m.total_micro);
    return MBILL_OK;
}

mbill_status mbill__pooled_price(const mbill__scope *scope, const mbill__charge *charge, int64_t quantity_micro,
    mbill__lines *lines, mbill_error *err)
{
    metered m = {.scope = scope, .charge = charge, .lines = lines, .n_periods = 1};
    MBILL_TRY(next_stretch(&m, scope->request->from_utc_s, err));
    m.period_micro[0] = quantity_micro;
    MBILL_TRY(price_gathered(&m, err));
    MBILL_TRY(price_fees(&m, (mbill__slot){MBILL__SLOT_UNUSED, 0, 0}, err));
    return lines->n_charge > 0 ? MBILL_OK : add_line(&m, MBILL_LINE_PLAIN, 0, 0, 0, err);
}
