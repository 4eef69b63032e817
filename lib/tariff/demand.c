/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from peaks to lines does. */
#include "tariff/demand.h"

#include "tariff/metered.h"
#include "tariff/peak.h"

mbill_status mbill__demand_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines,
    mbill_error *err)
{
    mbill__peaks peaks;
    mbill__found_peak span;
    span.scope = *scope;
    MBILL_TRY(mbill__peaks_start(&peaks, scope, charge, err));
    while (peaks.next_utc_s < scope->request->to_utc_s) {
        MBILL_TRY(mbill__peaks_next(&peaks, slots, &span, err));
        lines->incomplete |= peaks.flags;
        if (span.billed_micro != 0 || charge->ladder.fee_due != MBILL__FEE_NONE)
            MBILL_TRY(mbill__pooled_price(&span.scope, charge, span.billed_micro, lines, err));
    }
    return lines->n_charge > 0 ? MBILL_OK : mbill__pooled_price(&span.scope, charge, 0, lines, err);
}
