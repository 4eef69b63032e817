/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a charge can be counted in does: facts, days, months and their parts. */
#include "tariff/resolve.h"

#include "calendar/day.h"
#include "document/say.h"
#include "tariff/source.h"

#define MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)

mbill_status mbill__scope_need_days(const mbill__scope *scope, mbill_error *err)
{
    if (scope->whole_days) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY,
        "the charge counts days, but the bill does not begin and end at the start of a day in the tariff's zone");
}

/* Whole months from the first day on, and the days that remain. */
static mbill_status count_months(mbill__days days, int32_t step, int64_t *out_months, int32_t *out_rest_from, int32_t *out_next,
    mbill_error *err)
{
    mbill_date first, next;
    MBILL_TRY(mbill_date_of_days(days.from, &first, err));
    *out_months = 0;
    *out_rest_from = days.from;
    for (int32_t count = 1;; count++) {
        MBILL_TRY(mbill_date_add_months(first, count * step, &next, err));
        MBILL_TRY(mbill_date_to_days(next, out_next, err));
        if (*out_next > days.to) return MBILL_OK;
        *out_months = count;
        *out_rest_from = *out_next;
    }
}

static mbill_status whole_months(mbill__days days, int64_t *out_months, mbill_error *err)
{
    int32_t rest_from, next;
    MBILL_TRY(count_months(days, 1, out_months, &rest_from, &next, err));
    if (rest_from == days.to) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY, "the charge counts months, but the span of %d days is not a number of whole months",
        days.to - days.from);
}

mbill_status mbill__ratio_multiply(mbill__ratio *ratio, int64_t numerator, int64_t denominator, mbill_error *err)
{
    if (mbill__ratio_times(ratio, numerator, denominator)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "the product of the quantity's factors leaves the range of 128 bits");
}

mbill_status mbill__scope_multiply(const mbill__scope *scope, int32_t term, mbill__days days, mbill__ratio *ratio,
    mbill_error *err)
{
    int64_t value = 1;
    uint32_t flags = 0;
    if (term >= 0) {
        MBILL_TRY(mbill__source_total(scope, term, &value, &flags, err));
        return mbill__ratio_multiply(ratio, value, MICRO, err);
    }
    if (term == MBILL__TERM_ONE) return MBILL_OK;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    if (term == MBILL__TERM_DAYS) value = days.to - days.from;
    if (term == MBILL__TERM_MONTHS) MBILL_TRY(whole_months(days, &value, err));
    return mbill__ratio_multiply(ratio, value, 1, err);
}

/* The days of the span that a quantity counts: all, or those on one side of the first day of that name in it. */
static mbill_status days_of(const mbill__scope *scope, const mbill__quantity *quantity, mbill__days *out, mbill_error *err)
{
    int32_t from, to, at = quantity->cut < 0 ? -quantity->cut : quantity->cut;
    *out = scope->days;
    if (at == 0) return MBILL_OK;
    MBILL_TRY(mbill__span_of(MBILL__SPAN_YEAR, at, scope->days.from, &from, &to, err));
    int32_t day = from == scope->days.from ? from : to < scope->days.to ? to : scope->days.to;
    if (quantity->cut > 0) out->to = day;
    else out->from = day;
    return MBILL_OK;
}

mbill_status mbill__scope_parts(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_n, mbill_error *err)
{
    const mbill__in_parts *parts = &quantity->parts;
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    int64_t n_micro;
    *out_n = parts->is ? parts->number : 1;
    if (*out_n > 0) return MBILL_OK;
    MBILL_TRY(mbill__scope_multiply(scope, parts->term, scope->days, &ratio, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, MICRO, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, &n_micro, err));
    *out_n = n_micro / MICRO;
    if (n_micro % MICRO == 0 && *out_n >= 1 && *out_n <= MBILL__PARTS_MAX) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the charge is priced in %s parts; expected a whole number from 1 to %d",
        mbill__say_decimal(n_micro, MBILL_SCALE_MICRO).text, MBILL__PARTS_MAX);
}

mbill_status mbill__scope_ratio(const mbill__scope *scope, const mbill__quantity *quantity, mbill__ratio *out, mbill_error *err)
{
    out->numerator = out->denominator = mbill__wide_of(1);
    if (quantity->factor_nano != NANO) MBILL_TRY(mbill__ratio_multiply(out, quantity->factor_nano, NANO, err));
    if (quantity->in_denominator != 0)
        MBILL_TRY(mbill__ratio_multiply(out, quantity->in_numerator, quantity->in_denominator, err));
    mbill__days days;
    int64_t parts;
    MBILL_TRY(mbill__scope_parts(scope, quantity, &parts, err));
    if (parts > 1) MBILL_TRY(mbill__ratio_multiply(out, 1, parts, err));
    MBILL_TRY(days_of(scope, quantity, &days, err));
    for (size_t i = 0; i < quantity->n_terms; i++) MBILL_TRY(mbill__scope_multiply(scope, quantity->terms[i], days, out, err));
    return MBILL_OK;
}

bool mbill__ratio_is_one(const mbill__ratio *ratio)
{
    return mbill__wide_compare(ratio->numerator, ratio->denominator) == 0;
}

/* value x ratio less the free part: one exact fraction, rounded once. */
static bool apply(const mbill__ratio *ratio, int64_t free_micro, mbill__wide value, mbill__rounding round, int64_t *out_micro)
{
    int64_t step_micro = round.step_micro == 0 ? 1 : round.step_micro, steps;
    mbill_round_how how = round.step_micro == 0 ? MBILL_ROUND_HALF_EVEN : round.how;
    mbill__wide product, taken_off, step;
    if (!mbill__wide_times(ratio->numerator, value, &product)) return false;
    if (free_micro > 0 && mbill__wide_sign(product) > 0) {
        if (!mbill__wide_multiply(ratio->denominator, free_micro, &taken_off) ||
            !mbill__wide_subtract(product, taken_off, &product))
            return false;
        if (mbill__wide_sign(product) < 0) product = mbill__wide_of(0);
    }
    return mbill__wide_multiply(ratio->denominator, step_micro, &step) && mbill__round_quotient(product, step, how, &steps) &&
        mbill__multiply(steps, step_micro, out_micro);
}

static mbill_status quantity_overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "the quantity leaves the range of +-9223372036854.775807");
}

mbill_status mbill__bound_ratio(const mbill__scope *scope, const mbill__tier_bound *bound, mbill__ratio *out, mbill_error *err)
{
    out->numerator = out->denominator = mbill__wide_of(1);
    if (bound->product == NULL) return mbill__ratio_multiply(out, bound->value_micro, 1, err);
    MBILL_TRY(mbill__scope_ratio(scope, bound->product, out, err));
    MBILL_TRY(mbill__ratio_multiply(out, MICRO, bound->over_micro, err));
    return mbill__ratio_multiply(out, MICRO, 1, err);
}

mbill_status mbill__ratio_apply(const mbill__ratio *ratio, int64_t value_micro, mbill__rounding round, int64_t *out_micro,
    mbill_error *err)
{
    return apply(ratio, 0, mbill__wide_of(value_micro), round, out_micro) ? MBILL_OK : quantity_overflow(err);
}

static mbill_status multiplied(const mbill__scope *scope, int64_t value_micro, int32_t times, int64_t *out_micro,
    mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    *out_micro = 0;
    if (value_micro == 0) return MBILL_OK;
    MBILL_TRY(mbill__scope_multiply(scope, times, scope->days, &ratio, err));
    return mbill__ratio_apply(&ratio, value_micro, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, out_micro, err);
}

mbill_status mbill__scope_free(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err)
{
    return multiplied(scope, quantity->free_micro, quantity->free_times, out_micro, err);
}

mbill_status mbill__scope_least(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err)
{
    return multiplied(scope, quantity->least_micro, quantity->least_times, out_micro, err);
}

mbill_status mbill__quantity_apply(const mbill__quantity *quantity, const mbill__ratio *ratio, int64_t free_micro,
    mbill__wide value, int64_t *out_micro, mbill_error *err)
{
    return apply(ratio, free_micro, value, quantity->round, out_micro) ? MBILL_OK : quantity_overflow(err);
}

static mbill_status due_part(const mbill__charge *charge, int32_t rest, int32_t stretch, mbill__due_stretch *out,
    mbill_error *err)
{
    if (charge->part == 0)
        return mbill__fail(err, MBILL_E_AMBIGUOUS,
            "%d days of the bill are only part of a %s; expected \"part\" to say what is due for them", rest,
            charge->per == MBILL__PER_MONTH ? "month" : "year");
    *out = (mbill__due_stretch){rest, charge->part > 0 ? charge->part : stretch};
    return MBILL_OK;
}

mbill_status mbill__scope_due(const mbill__scope *scope, const mbill__charge *charge, mbill__due_stretch out_due[2],
    size_t *out_n, mbill_error *err)
{
    *out_n = 1;
    out_due[0] = (mbill__due_stretch){1, 1};
    if (charge->per == MBILL__PER_BILL) return MBILL_OK;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    out_due[0].count = scope->days.to - scope->days.from;
    if (charge->per == MBILL__PER_DAY) return MBILL_OK;
    int32_t rest_from, next;
    MBILL_TRY(count_months(scope->days, charge->per == MBILL__PER_MONTH ? 1 : 12, &out_due[0].count, &rest_from, &next, err));
    int32_t rest = scope->days.to - rest_from;
    if (rest == 0) return MBILL_OK;
    size_t at = out_due[0].count == 0 ? 0 : 1;
    MBILL_TRY(due_part(charge, rest, next - rest_from, &out_due[at], err));
    *out_n = at + 1;
    return MBILL_OK;
}
