/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a charge can depend on something else. */
#include "tariff/condition.h"

#include "tariff/source.h"

#define MICRO_SQUARED INT64_C(1000000000000)

/* The condition's limit: a number, or facts multiplied, as an exact fraction of micro-units. */
static mbill_status limit_of(const mbill__scope *scope, const mbill__tier_bound *limit, mbill__ratio *out, mbill_error *err)
{
    if (limit->product == NULL) {
        out->numerator = mbill__wide_of(limit->value_micro);
        out->denominator = mbill__wide_of(1);
        return MBILL_OK;
    }
    MBILL_TRY(mbill__scope_ratio(scope, limit->product, out, err));
    return mbill__ratio_multiply(out, MICRO_SQUARED, limit->over_micro, err);
}

/* -1, 0, 1: the value is below, at or above the limit; nothing is rounded. */
static mbill_status compare(const mbill__scope *scope, const mbill__tier_bound *limit, int64_t value_micro, int *out_order,
    mbill_error *err)
{
    mbill__ratio exact;
    mbill__wide value;
    MBILL_TRY(limit_of(scope, limit, &exact, err));
    if (!mbill__wide_multiply(exact.denominator, value_micro, &value))
        return mbill__fail(err, MBILL_E_OVERFLOW, "what a condition compares with leaves the range of 128 bits");
    *out_order = mbill__wide_compare(value, exact.numerator);
    return MBILL_OK;
}

static bool is_so(mbill__compare how, int order)
{
    switch (how) {
    case MBILL__ABOVE: return order > 0;
    case MBILL__AT_LEAST: return order >= 0;
    case MBILL__BELOW: return order < 0;
    case MBILL__UP_TO: return order <= 0;
    case MBILL__IS:
    case MBILL__IS_ONE_OF: break;
    }
    return order == 0;
}

static mbill_status holds(const mbill__scope *scope, const mbill__condition *condition, bool *out, mbill_error *err)
{
    int64_t value;
    int order = 0;
    uint32_t flags = 0;
    MBILL_TRY(mbill__source_total(scope, condition->input, &value, &flags, err));
    if (condition->compare == MBILL__IS_ONE_OF) {
        *out = (condition->words & UINT32_C(1) << value) != 0;
        return MBILL_OK;
    }
    MBILL_TRY(compare(scope, &condition->limit, value, &order, err));
    *out = is_so(condition->compare, order);
    return MBILL_OK;
}

mbill_status mbill__charge_is_due(const mbill__scope *scope, const mbill__charge *charge, bool *out_due, mbill_error *err)
{
    *out_due = true;
    for (size_t i = 0; i < charge->n_conditions && *out_due; i++) MBILL_TRY(holds(scope, &charge->conditions[i], out_due, err));
    return MBILL_OK;
}
