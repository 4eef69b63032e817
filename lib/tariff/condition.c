/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a charge can depend on something else. */
#include "tariff/condition.h"

#include "tariff/walk.h"

#define MICRO INT64_C(1000000)

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

static mbill_status sum_intervals(const mbill__scope *scope, const mbill_input *input, bool prorate, int64_t *out_micro,
    mbill_error *err)
{
    const mbill_price_request *request = scope->request;
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    mbill__walk walk;
    mbill__piece piece;
    bool more;
    MBILL_TRY(mbill_usage_check(input->intervals, input->n_intervals, request->from_utc_s, request->to_utc_s,
        request->flags & MBILL_PRICE_ALLOW_GAPS ? MBILL_USAGE_ALLOW_GAPS : 0, &summary, err));
    MBILL_TRY(mbill__walk_start(&walk, input->intervals, input->n_intervals, prorate, NULL, request, err));
    for (;;) {
        MBILL_TRY(mbill__walk_next(&walk, request->to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        if (!mbill__add(*out_micro, piece.quantity_micro, out_micro)) return overflow(err);
    }
}

/* The register's total over the bill, as it is metered. */
static mbill_status register_total(const mbill__scope *scope, int32_t at, int64_t *out_micro, mbill_error *err)
{
    const mbill__tariff_input *meter = &scope->tariff->inputs[at];
    const mbill_input *input = mbill__scope_input(scope, at, -1);
    *out_micro = 0;
    if (input != NULL && input->intervals != NULL) return sum_intervals(scope, input, meter->prorate, out_micro, err);
    if (input != NULL) {
        *out_micro = input->total_micro;
        return MBILL_OK;
    }
    if (!mbill__scope_has_periods(scope, at))
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "register \"%s\" is not known, and the charge needs it", meter->from);
    for (size_t period = 0; period < scope->tariff->labels.n_periods; period++) {
        MBILL_TRY(mbill__scope_period_input(scope, at, period, &input, err));
        if (!mbill__add(*out_micro, input->total_micro, out_micro)) return overflow(err);
    }
    return MBILL_OK;
}

static mbill_status value_of(const mbill__scope *scope, int32_t input, int64_t *out_micro, mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    if (!scope->tariff->inputs[input].is_fact) return register_total(scope, input, out_micro, err);
    MBILL_TRY(mbill__scope_multiply(scope, input, scope->days, &ratio, err));
    return mbill__ratio_apply(&ratio, MICRO, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, out_micro, err);
}

static bool holds(const mbill__condition *condition, int64_t value_micro)
{
    switch (condition->compare) {
    case MBILL__ABOVE: return value_micro > condition->limit_micro;
    case MBILL__AT_LEAST: return value_micro >= condition->limit_micro;
    case MBILL__BELOW: return value_micro < condition->limit_micro;
    case MBILL__UP_TO: return value_micro <= condition->limit_micro;
    case MBILL__IS: break;
    }
    return value_micro == condition->limit_micro;
}

mbill_status mbill__charge_is_due(const mbill__scope *scope, const mbill__charge *charge, bool *out_due, mbill_error *err)
{
    *out_due = true;
    for (size_t i = 0; i < charge->n_conditions && *out_due; i++) {
        int64_t value_micro;
        MBILL_TRY(value_of(scope, charge->conditions[i].input, &value_micro, err));
        *out_due = holds(&charge->conditions[i], value_micro);
    }
    return MBILL_OK;
}
