/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a charge can depend on something else. */
#include "tariff/condition.h"

#include "tariff/source.h"

static mbill_status value_of(const mbill__scope *scope, int32_t input, int64_t *out_micro, mbill_error *err)
{
    uint32_t flags = 0;
    return mbill__source_total(scope, input, out_micro, &flags, err);
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
