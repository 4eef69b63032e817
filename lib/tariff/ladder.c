/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the arithmetic of tiers does. A bound is one number that ends a tier and starts the next, so no unit lies between tiers
 * or in two of them. */
#include "tariff/ladder.h"

void mbill__ladder_fill(const int64_t *bounds_micro, size_t n_tiers, int64_t used_micro, int64_t quantity_micro,
    int64_t *parts_micro)
{
    int64_t at_micro = used_micro;
    int64_t end_micro = used_micro + quantity_micro;
    for (size_t tier = 0; at_micro < end_micro; tier++) {
        bool last = tier + 1 == n_tiers;
        int64_t top_micro = last || bounds_micro[tier] > end_micro ? end_micro : bounds_micro[tier];
        if (top_micro <= at_micro) continue;
        parts_micro[tier] += top_micro - at_micro;
        at_micro = top_micro;
    }
}

size_t mbill__ladder_reach(const int64_t *bounds_micro, size_t n_tiers, int64_t total_micro, bool bound_above)
{
    size_t tier = 0;
    while (tier + 1 < n_tiers && (total_micro > bounds_micro[tier] || (bound_above && total_micro == bounds_micro[tier]))) tier++;
    return tier;
}
