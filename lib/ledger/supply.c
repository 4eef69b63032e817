/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when supply is cut or restored for another reason. Equality counts as out of credit, as in SMETS2, DLMS and DL/T 645 alike. */
#include "meterbill/supply.h"
#include "base/fail.h"

#include <stdbool.h>

#define KNOWN_FLAGS                                                                                                              \
    (MBILL_CONTACTOR_OPEN | MBILL_CONTACTOR_TRIPPED | MBILL_SUPPLY_NOT_PREPAID | MBILL_SUPPLY_KEEP_ON |                          \
        MBILL_SUPPLY_NON_DISABLEMENT)

const char *mbill_supply_name(int32_t supply)
{
    switch (supply) {
    case MBILL_SUPPLY_KEEP: return "KEEP";
    case MBILL_SUPPLY_TRIP: return "TRIP";
    case MBILL_SUPPLY_ARM: return "ARM";
    default: return "unknown";
    }
}

static int32_t decide_closed(const mbill_view *view, uint32_t flags, uint32_t *reasons)
{
    bool protected_now = (flags & (MBILL_SUPPLY_KEEP_ON | MBILL_SUPPLY_NON_DISABLEMENT)) != 0;
    if ((flags & MBILL_SUPPLY_NOT_PREPAID) != 0 || view->available_micro > 0) return MBILL_SUPPLY_KEEP;
    *reasons |= MBILL_REASON_NO_CREDIT;
    if (!protected_now) return MBILL_SUPPLY_TRIP;
    *reasons |= MBILL_REASON_PROTECTED;
    return MBILL_SUPPLY_KEEP;
}

/* Emergency credit that was selected for it restores supply without clearing what is owed. */
static int32_t decide_tripped(const mbill_view *view, const mbill_policy *policy, const mbill_supply_state *state,
    uint32_t *reasons)
{
    bool above = (policy->flags & MBILL_POLICY_RECLOSE_ABOVE) != 0 ? view->free_micro > policy->reclose_limit_micro
                                                                   : view->free_micro >= policy->reclose_limit_micro;
    if (view->available_micro <= 0) {
        *reasons |= MBILL_REASON_NO_CREDIT;
        return MBILL_SUPPLY_KEEP;
    }
    if (view->ec_selected && view->ec_selected_utc_s >= state->tripped_utc_s) {
        *reasons |= MBILL_REASON_EC_SELECTED;
        return MBILL_SUPPLY_ARM;
    }
    if (view->amount_to_clear_micro != 0) *reasons |= MBILL_REASON_NOT_CLEARED;
    if (!above) *reasons |= MBILL_REASON_BELOW_RECLOSE;
    if (*reasons != 0) return MBILL_SUPPLY_KEEP;
    *reasons |= MBILL_REASON_CLEARED;
    return MBILL_SUPPLY_ARM;
}

mbill_status mbill_supply_decide(const mbill_view *view, const mbill_policy *policy, const mbill_supply_state *state,
    int32_t *out_supply, uint32_t *out_reasons, mbill_error *err)
{
    uint32_t reasons = 0;
    MBILL__NEED(view);
    MBILL__NEED(policy);
    MBILL__NEED(state);
    MBILL__NEED(out_supply);
    if (view->struct_size < sizeof *view || policy->struct_size < sizeof *policy || state->struct_size < sizeof *state)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of view, policy or state is not set");
    if ((state->flags & ~KNOWN_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "state flags 0x%x have bits this version does not know",
            (unsigned)state->flags);
    bool open = (state->flags & MBILL_CONTACTOR_OPEN) != 0, tripped = (state->flags & MBILL_CONTACTOR_TRIPPED) != 0;
    *out_supply = MBILL_SUPPLY_KEEP;
    if (!open) *out_supply = decide_closed(view, state->flags, &reasons);
    else if (tripped) *out_supply = decide_tripped(view, policy, state, &reasons);
    if (out_reasons != NULL) *out_reasons = reasons;
    return MBILL_OK;
}
