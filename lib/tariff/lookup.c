/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a charge finds its rates in tables does. */
#include "tariff/lookup.h"

#include "tariff/source.h"
#include "tariff/table.h"

mbill_status mbill__rates_look_up(const mbill__scope *scope, const mbill__charge *charge, mbill__lines *lines,
    int64_t rates_nano[MBILL__RATES_MAX], mbill__charge *out, mbill_error *err)
{
    size_t n = charge->ladder.n_tiers * (charge->by_period ? scope->tariff->labels.n_periods : 1);
    for (size_t i = 0; i < n; i++) {
        const mbill__lookup *lookup = &charge->lookups[i];
        int64_t by_micro;
        rates_nano[i] = charge->rates_nano[i];
        if (lookup->table < 0 && lookup->values_nano == NULL) continue;
        MBILL_TRY(mbill__source_total(scope, lookup->by, &by_micro, &lines->incomplete, err));
        if (lookup->values_nano != NULL) {
            rates_nano[i] = lookup->values_nano[by_micro]; /* the place of the word */
            continue;
        }
        MBILL_TRY(mbill__table_look_up(&scope->tariff->tables[lookup->table], by_micro, &rates_nano[i], err));
    }
    *out = *charge;
    out->rates_nano = rates_nano;
    return MBILL_OK;
}
