/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when bounds can follow something else. In this order: the number or product of facts, times, add, scale, round; widths add up
 * after that. */
#include "tariff/bounds.h"

#define MICRO INT64_C(1000000)

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

/* days of the bill / days the bounds were written for; 1 when they are not scaled. */
static mbill_status day_ratio(const mbill__scope *scope, const mbill__day_scale *scale, mbill__days inside, mbill__ratio *out,
    mbill_error *err)
{
    int64_t of_days = scale->of_days;
    out->numerator = out->denominator = mbill__wide_of(1);
    if (of_days == 0) return MBILL_OK;
    MBILL_TRY(mbill__scope_multiply(scope, MBILL__TERM_DAYS, inside, out, err));
    int64_t days = inside.to - inside.from;
    bool left_alone = scale->to_days > 0 && days >= scale->from_days && days <= scale->to_days;
    if (of_days < 0) MBILL_TRY(month_days(scope, of_days == MBILL__SCALE_PREVIOUS_MONTH, &of_days, err));
    if (left_alone) out->numerator = mbill__wide_of(1);
    else out->denominator = mbill__wide_of(of_days);
    return MBILL_OK;
}

/* One number as written, times what multiplies it. */
static mbill_status written(const mbill__scope *scope, const mbill__ladder *ladder, const mbill__tier_bound *bound,
    mbill__days span, int64_t *out_micro, mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    int64_t value_micro = bound->value_micro;
    if (bound->product != NULL) {
        MBILL_TRY(mbill__scope_ratio(scope, bound->product, &ratio, err));
        MBILL_TRY(mbill__ratio_multiply(&ratio, MICRO, bound->over_micro, err));
        value_micro = MICRO;
    }
    MBILL_TRY(mbill__scope_multiply(scope, ladder->times, span, &ratio, err));
    return mbill__ratio_apply(&ratio, value_micro, no_rounding, out_micro, err);
}

static mbill_status choose_season(const mbill__scope *scope, const mbill__ladder *ladder, mbill__days span, mbill__days inside,
    size_t *out_season, mbill_error *err)
{
    const mbill__schedule *schedule = scope->tariff->schedule;
    *out_season = 0;
    if (!ladder->by_season) return MBILL_OK;
    int32_t first_day = ladder->over == MBILL__OVER_BILL ? inside.from : span.from;
    int32_t first = mbill__season_of(schedule->seasons, schedule->n_seasons, first_day);
    int32_t last = mbill__season_of(schedule->seasons, schedule->n_seasons,
        inside.to > inside.from ? inside.to - 1 : inside.from);
    if (first != last)
        return mbill__fail(err, MBILL_E_BOUNDARY,
            "the ladder's bounds differ by season, but the span lies in two; expected a bill up to the season's end");
    *out_season = (size_t)first;
    return MBILL_OK;
}

mbill_status mbill__bounds_of(const mbill__scope *scope, const mbill__ladder *ladder, mbill__days span, mbill__days inside,
    int64_t *out_micro, mbill_error *err)
{
    mbill__ratio scale;
    int64_t move_micro, below_micro = 0;
    size_t season, n = ladder->n_tiers - 1;
    if (n == 0) return MBILL_OK;
    MBILL_TRY(choose_season(scope, ladder, span, inside, &season, err));
    MBILL_TRY(moved_by(scope, ladder, &move_micro, err));
    MBILL_TRY(day_ratio(scope, &ladder->scale, inside, &scale, err));
    for (size_t i = 0; i < n; i++) {
        int64_t *bound = &out_micro[i];
        MBILL_TRY(written(scope, ladder, &ladder->bounds[season * n + i], span, bound, err));
        if (!mbill__add(*bound, move_micro, bound)) return overflow(err);
        MBILL_TRY(mbill__ratio_apply(&scale, *bound, ladder->scale.round, bound, err));
        if (ladder->widths && !mbill__add(*bound, below_micro, bound)) return overflow(err);
        if (*bound < below_micro)
            return mbill__fail(err, MBILL_E_RANGE, "the end of tier %zu lies below its beginning for this account", i + 1);
        below_micro = *bound;
    }
    return MBILL_OK;
}
