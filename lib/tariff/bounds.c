/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when bounds can follow something else. In this order: the number or product of facts, times, add, scale, all exact; then one
 * rounding; widths add up after that, and what lies inside a band is cut at its ends. */
#include "tariff/bounds.h"

#include "tariff/peak.h"

#define MICRO INT64_C(1000000)

/* The peak that bounds follow, found once for all of them. */
typedef struct billed_peak {
    int32_t demand; /* as in mbill__tier_bound; 0: none yet */
    int64_t micro;
} billed_peak;

static const mbill__rounding no_rounding = {0, MBILL_ROUND_HALF_EVEN};

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a tier bound leaves the range of +-9223372036854.775807");
}

/* What moves every bound: add for each unit of the fact above the limit. */
static mbill_status moved_by(const mbill__scope *scope, const mbill__ladder *ladder, int64_t *out_micro, mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    int64_t fact_micro, above_micro;
    *out_micro = 0;
    if (ladder->add_fact == MBILL__TERM_ONE) return MBILL_OK;
    MBILL_TRY(mbill__scope_multiply(scope, ladder->add_fact, scope->days, &ratio, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, MICRO, no_rounding, &fact_micro, err));
    if (!mbill__subtract(fact_micro, ladder->add_above_micro, &above_micro)) return overflow(err);
    if (above_micro > 0 && !mbill__multiply_divide(above_micro, ladder->add_micro, MICRO, MBILL_ROUND_HALF_EVEN, out_micro))
        return overflow(err);
    return MBILL_OK;
}

static mbill_status month_days(const mbill__scope *scope, bool previous, int64_t *out_days, mbill_error *err)
{
    mbill_date first;
    MBILL_TRY(mbill_date_of_days(scope->days.from, &first, err));
    if (previous) MBILL_TRY(mbill_date_add_months(first, -1, &first, err));
    *out_days = mbill_month_length(first.year, first.month);
    return MBILL_OK;
}

/* Days of the bill over the days the bounds were written for; 1 over 1 when they are not scaled. */
static mbill_status day_scale(const mbill__scope *scope, const mbill__day_scale *scale, mbill__days inside,
    mbill__due_stretch *out, mbill_error *err)
{
    int64_t of_days = scale->of_days, days = inside.to - inside.from;
    *out = (mbill__due_stretch){1, 1};
    bool left_alone = scale->to_days > 0 && days >= scale->from_days && days <= scale->to_days;
    if (of_days == 0) return MBILL_OK;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    if (left_alone) return MBILL_OK;
    if (of_days < 0) MBILL_TRY(month_days(scope, of_days == MBILL__SCALE_PREVIOUS_MONTH, &of_days, err));
    *out = (mbill__due_stretch){days, (int32_t)of_days};
    return MBILL_OK;
}

static mbill_status times_peak(const mbill__scope *scope, int32_t demand, mbill__days inside, billed_peak *known,
    mbill__ratio *out, mbill_error *err)
{
    if (demand == 0) return MBILL_OK;
    const mbill__scope *bill = scope->bill == NULL ? scope : scope->bill; /* a ratchet looks at the months before the span too */
    if (known->demand != demand)
        MBILL_TRY(mbill__peak_billed(bill, &scope->tariff->charges[demand - 1], inside.from, &known->micro, err));
    known->demand = demand;
    return mbill__ratio_multiply(out, known->micro, MICRO, err);
}

/* A number times what multiplies the ladder, moved: an exact fraction of micro-units. */
static mbill_status move(const mbill__scope *scope, const mbill__ladder *ladder, mbill__days span, int64_t move_micro,
    mbill__ratio *out, mbill_error *err)
{
    mbill__wide moved;
    MBILL_TRY(mbill__scope_multiply(scope, ladder->times, span, out, err));
    if (!mbill__wide_multiply(out->denominator, move_micro, &moved) || !mbill__wide_add(out->numerator, moved, &out->numerator))
        return overflow(err);
    return MBILL_OK;
}

static mbill_status choose_season(const mbill__ladder *ladder, mbill__days span, mbill__days inside, size_t *out_season,
    mbill_error *err)
{
    const mbill__schedule *schedule = ladder->schedule;
    *out_season = 0;
    if (!ladder->by_season) return MBILL_OK;
    int32_t first_day = ladder->over == MBILL__OVER_BILL ? inside.from : span.from;
    int32_t first = mbill__season_of(schedule->seasons, schedule->n_seasons, first_day);
    for (int32_t day = inside.from; day < inside.to; day++)
        if (mbill__season_of(schedule->seasons, schedule->n_seasons, day) != first)
            return mbill__fail(err, MBILL_E_BOUNDARY,
                "the ladder's bounds differ by season, but the span lies in two; expected a bill up to the season's end");
    *out_season = (size_t)first;
    return MBILL_OK;
}

/* What lies inside a band is cut at its ends. */
static mbill_status cut_at_bands(const mbill__ladder *ladder, const mbill__tier_bound *bounds, int64_t *inout_micro,
    mbill_error *err)
{
    for (size_t i = 0; i + 1 < ladder->n_tiers; i++) {
        int64_t *bound = &inout_micro[i];
        if (bounds[i].begins == 0 && bounds[i].cut == 0) continue;
        int64_t begin_micro = bounds[i].begins == 0 ? 0 : inout_micro[bounds[i].begins - 1];
        if (ladder->inside_band && !mbill__add(*bound, begin_micro, bound)) return overflow(err);
        if (*bound < begin_micro) *bound = begin_micro;
        if (bounds[i].cut != 0 && *bound > inout_micro[bounds[i].cut - 1]) *bound = inout_micro[bounds[i].cut - 1];
    }
    return MBILL_OK;
}

static mbill_status check_rising(const int64_t *bounds_micro, size_t n, mbill_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (bounds_micro[i] < (i == 0 ? 0 : bounds_micro[i - 1]))
            return mbill__fail(err, MBILL_E_RANGE, "the end of tier %zu lies below its beginning for this account", i + 1);
    return MBILL_OK;
}

mbill_status mbill__bounds_of(const mbill__scope *scope, const mbill__ladder *ladder, mbill__days span, mbill__days inside,
    int64_t *out_micro, mbill_error *err)
{
    mbill__due_stretch scale;
    billed_peak peak = {0, 0};
    int64_t move_micro;
    size_t season, n = ladder->n_tiers - 1;
    if (n == 0) return MBILL_OK;
    MBILL_TRY(choose_season(ladder, span, inside, &season, err));
    MBILL_TRY(moved_by(scope, ladder, &move_micro, err));
    MBILL_TRY(day_scale(scope, &ladder->scale, inside, &scale, err));
    const mbill__tier_bound *bounds = &ladder->bounds[season * n];
    for (size_t i = 0; i < n; i++) {
        mbill__ratio exact;
        MBILL_TRY(mbill__bound_ratio(scope, &bounds[i], &exact, err));
        MBILL_TRY(times_peak(scope, bounds[i].demand, inside, &peak, &exact, err));
        MBILL_TRY(move(scope, ladder, span, move_micro, &exact, err));
        MBILL_TRY(mbill__ratio_multiply(&exact, scale.count, scale.divide_by, err));
        MBILL_TRY(mbill__ratio_apply(&exact, 1, ladder->scale.round, &out_micro[i], err));
        if (ladder->widths && i > 0 && !mbill__add(out_micro[i], out_micro[i - 1], &out_micro[i])) return overflow(err);
    }
    MBILL_TRY(cut_at_bands(ladder, bounds, out_micro, err));
    return check_rising(out_micro, n, err);
}

bool mbill__bounds_need_facts(const mbill__ladder *ladder)
{
    if (ladder->times >= 0 || ladder->add_fact >= 0) return true;
    size_t n_seasons = ladder->by_season ? ladder->schedule->n_seasons : 1;
    for (size_t i = 0; i < n_seasons * (ladder->n_tiers - 1); i++)
        if (ladder->bounds[i].product != NULL) return true;
    return false;
}
