/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is planned for many accounts is looked up in another way. */
#include "tariff/planned.h"

const mbill__planned_stretch *mbill__planned_find(const mbill__scope *scope, size_t place, int64_t from_utc_s)
{
    if (scope->columns == NULL || scope->columns->plans == NULL) return NULL;
    const mbill__stretch_plan *planned = &scope->columns->plans[place];
    size_t low = 0, high = planned->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (planned->stretches[middle].at.from_utc_s < from_utc_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < planned->n && planned->stretches[low].at.from_utc_s == from_utc_s ? &planned->stretches[low] : NULL;
}

bool mbill__planned_span(const mbill__scope *scope, size_t place, int64_t from_utc_s, int64_t *out_to_utc_s,
    mbill__days *out_days)
{
    const mbill__planned_stretch *planned = mbill__planned_find(scope, place, from_utc_s);
    if (planned == NULL) return false;
    *out_to_utc_s = planned->at.to_utc_s;
    *out_days = planned->inside;
    return true;
}
