/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a charge can be counted in does: facts, days, months and their parts. */
#include "tariff/resolve.h"

#include <inttypes.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)

static int32_t input_of(const mbill_tariff *tariff, const char *from, bool is_fact)
{
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (tariff->inputs[i].is_fact == is_fact && strcmp(tariff->inputs[i].from, from) == 0) return (int32_t)i;
    return -1;
}

static mbill_status check_input(const mbill_tariff *tariff, const mbill_price_request *request, size_t index, mbill_error *err)
{
    const mbill_input *input = &request->inputs[index];
    if (input->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index, "input name is NULL");
    if (input_of(tariff, input->name, false) < 0)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)index, "the tariff has no register \"%s\"", input->name);
    if (input->period != NULL && mbill__tariff_period(tariff, input->period) < 0)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)index, "the tariff has no period \"%s\"", input->period);
    if (input->period != NULL && input->intervals != NULL)
        return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index,
            "register \"%s\" has intervals and a period; expected one of them", input->name);
    for (size_t i = 0; i < index; i++) {
        const mbill_input *other = &request->inputs[i];
        bool same_period = input->period == NULL || other->period == NULL ? input->period == other->period
                                                                          : strcmp(input->period, other->period) == 0;
        if (strcmp(input->name, other->name) == 0 && same_period)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index, "register \"%s\" is given twice", input->name);
    }
    return MBILL_OK;
}

static mbill_status check_span(const mbill_tariff *tariff, const mbill_price_request *request, mbill_error *err)
{
    char at[40], bound[40];
    size_t room = sizeof at;
    if (request->from_utc_s >= request->to_utc_s)
        return mbill__fail(err, MBILL_E_RANGE, "the bill's span is empty: it ends (%" PRId64 ") before it begins (%" PRId64 ")",
            request->to_utc_s, request->from_utc_s);
    bool early = request->from_utc_s < tariff->valid_from_utc_s;
    if (!early && request->to_utc_s <= tariff->valid_to_utc_s) return MBILL_OK;
    MBILL_TRY(mbill_time_print(early ? request->from_utc_s : request->to_utc_s, tariff->zone, at, &room, err));
    room = sizeof bound;
    MBILL_TRY(mbill_time_print(early ? tariff->valid_from_utc_s : tariff->valid_to_utc_s, tariff->zone, bound, &room, err));
    return mbill__fail(err, MBILL_E_UNCOVERED, "the bill %s at %s, but version \"%s\" of the tariff %s valid at %s",
        early ? "begins" : "ends", at, tariff->labels.version, early ? "becomes" : "ceases to be", bound);
}

mbill_status mbill__scope_start(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err)
{
    scope->tariff = tariff;
    scope->request = request;
    if (request->n_inputs > 0) MBILL__NEED(request->inputs);
    if (request->n_facts > 0) MBILL__NEED(request->facts);
    MBILL_TRY(mbill__lists_check(request->lists, request->n_lists, err));
    if (request->n_instants > 0) MBILL__NEED(request->instants);
    MBILL_TRY(check_span(tariff, request, err));
    for (size_t i = 0; i < request->n_inputs; i++) MBILL_TRY(check_input(tariff, request, i, err));
    int64_t from_utc_s, to_utc_s;
    scope->days.from = mbill_zone_day(tariff->zone, request->from_utc_s);
    scope->days.to = mbill_zone_day(tariff->zone, request->to_utc_s);
    MBILL_TRY(mbill_zone_day_start(tariff->zone, scope->days.from, &from_utc_s, err));
    MBILL_TRY(mbill_zone_day_start(tariff->zone, scope->days.to, &to_utc_s, err));
    scope->ends_at_midnight = to_utc_s == request->to_utc_s;
    scope->whole_days = from_utc_s == request->from_utc_s && scope->ends_at_midnight;
    return MBILL_OK;
}

const mbill_input *mbill__scope_input(const mbill__scope *scope, int32_t input, int32_t period)
{
    const char *name = scope->tariff->inputs[input].from;
    for (size_t i = 0; i < scope->request->n_inputs; i++) {
        const mbill_input *given = &scope->request->inputs[i];
        if (strcmp(given->name, name) != 0) continue;
        if (period < 0 && given->period == NULL) return given;
        if (period >= 0 && given->period != NULL && mbill__tariff_period(scope->tariff, given->period) == period) return given;
    }
    return NULL;
}

bool mbill__scope_has_periods(const mbill__scope *scope, int32_t input)
{
    for (size_t period = 0; period < scope->tariff->labels.n_periods; period++)
        if (mbill__scope_input(scope, input, (int32_t)period) != NULL) return true;
    return false;
}

mbill_status mbill__scope_period_input(const mbill__scope *scope, int32_t input, size_t period, const mbill_input **out,
    mbill_error *err)
{
    const mbill_tariff *tariff = scope->tariff;
    *out = mbill__scope_input(scope, input, (int32_t)period);
    if (*out != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "register \"%s\" has totals by period, but none for \"%s\"",
        tariff->inputs[input].from, tariff->labels.periods[period]);
}

static mbill_status fact_value(const mbill__scope *scope, int32_t input, int64_t *out_micro, mbill_error *err)
{
    const char *name = scope->tariff->inputs[input].from;
    const mbill_fact *found = NULL;
    for (size_t i = 0; i < scope->request->n_facts; i++) {
        const mbill_fact *fact = &scope->request->facts[i];
        if (fact->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "fact name is NULL");
        if (strcmp(fact->name, name) != 0) continue;
        if (found != NULL) return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "fact \"%s\" is given twice", name);
        found = fact;
    }
    if (found == NULL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the account's fact \"%s\" is not known, and the charge needs it", name);
    *out_micro = found->value_micro;
    return MBILL_OK;
}

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

/* Euclid's; of magnitudes, so that a negative factor reduces too. b > 0. */
static int64_t common_divisor(int64_t a, int64_t b)
{
    if (a == INT64_MIN) return 1;
    for (a = a < 0 ? -a : a; a != 0;) {
        int64_t rest = b % a;
        b = a;
        a = rest;
    }
    return b;
}

mbill_status mbill__ratio_multiply(mbill__ratio *ratio, int64_t numerator, int64_t denominator, mbill_error *err)
{
    int64_t common = common_divisor(numerator, denominator);
    if (mbill__wide_multiply(ratio->numerator, numerator / common, &ratio->numerator) &&
        mbill__wide_multiply(ratio->denominator, denominator / common, &ratio->denominator))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "the product of the quantity's factors leaves the range of 128 bits");
}

mbill_status mbill__scope_multiply(const mbill__scope *scope, int32_t term, mbill__days days, mbill__ratio *ratio,
    mbill_error *err)
{
    int64_t value = 1;
    if (term >= 0) {
        MBILL_TRY(fact_value(scope, term, &value, err));
        return mbill__ratio_multiply(ratio, value, MICRO, err);
    }
    if (term == MBILL__TERM_ONE) return MBILL_OK;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    if (term == MBILL__TERM_DAYS) value = days.to - days.from;
    if (term == MBILL__TERM_MONTHS) MBILL_TRY(whole_months(days, &value, err));
    return mbill__ratio_multiply(ratio, value, 1, err);
}

mbill_status mbill__scope_ratio(const mbill__scope *scope, const mbill__quantity *quantity, mbill__ratio *out, mbill_error *err)
{
    out->numerator = out->denominator = mbill__wide_of(1);
    if (quantity->factor_nano != NANO) MBILL_TRY(mbill__ratio_multiply(out, quantity->factor_nano, NANO, err));
    for (size_t i = 0; i < quantity->n_terms; i++)
        MBILL_TRY(mbill__scope_multiply(scope, quantity->terms[i], scope->days, out, err));
    return MBILL_OK;
}

bool mbill__ratio_is_one(const mbill__ratio *ratio)
{
    return mbill__wide_compare(ratio->numerator, ratio->denominator) == 0;
}

/* value x ratio less the free part: one exact fraction, rounded once. */
static bool apply(const mbill__ratio *ratio, int64_t free_micro, int64_t value_micro, mbill__rounding round, int64_t *out_micro)
{
    int64_t step_micro = round.step_micro == 0 ? 1 : round.step_micro, steps;
    mbill_round_how how = round.step_micro == 0 ? MBILL_ROUND_HALF_EVEN : round.how;
    mbill__wide product, taken_off, step;
    if (!mbill__wide_multiply(ratio->numerator, value_micro, &product)) return false;
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

mbill_status mbill__ratio_apply(const mbill__ratio *ratio, int64_t value_micro, mbill__rounding round, int64_t *out_micro,
    mbill_error *err)
{
    return apply(ratio, 0, value_micro, round, out_micro) ? MBILL_OK : quantity_overflow(err);
}

mbill_status mbill__scope_free(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    *out_micro = 0;
    if (quantity->free_micro == 0) return MBILL_OK;
    MBILL_TRY(mbill__scope_multiply(scope, quantity->free_times, scope->days, &ratio, err));
    return mbill__ratio_apply(&ratio, quantity->free_micro, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, out_micro, err);
}

mbill_status mbill__quantity_apply(const mbill__quantity *quantity, const mbill__ratio *ratio, int64_t free_micro,
    int64_t value_micro, int64_t *out_micro, mbill_error *err)
{
    return apply(ratio, free_micro, value_micro, quantity->round, out_micro) ? MBILL_OK : quantity_overflow(err);
}

static mbill_status due_part(const mbill__charge *charge, int32_t rest, int32_t stretch, mbill__due *out, mbill_error *err)
{
    if (charge->part == 0)
        return mbill__fail(err, MBILL_E_AMBIGUOUS,
            "%d days of the bill are only part of a %s; expected \"part\" to say what is due for them", rest,
            charge->per == MBILL__PER_MONTH ? "month" : "year");
    *out = (mbill__due){rest, charge->part > 0 ? charge->part : stretch};
    return MBILL_OK;
}

mbill_status mbill__scope_due(const mbill__scope *scope, const mbill__charge *charge, mbill__due out_due[2], size_t *out_n,
    mbill_error *err)
{
    *out_n = 1;
    out_due[0] = (mbill__due){1, 1};
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
