/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a quantity is scaled, or climbs a ladder, does. */
#include "tariff/measure.h"

#include "tariff/ladder.h"

mbill_status mbill__quantity_overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

mbill_status mbill__measure_start(mbill__measure *measure, const mbill__scope *scope, const mbill__charge *charge,
    mbill_error *err)
{
    *measure = (mbill__measure){.scope = scope, .charge = charge, .n_periods = 1};
    MBILL_TRY(mbill__scope_ratio(scope, &charge->quantity, &measure->ratio, err));
    MBILL_TRY(mbill__scope_free(scope, &charge->quantity, &measure->free_micro, err));
    measure->scaled = !mbill__ratio_is_one(&measure->ratio) || measure->free_micro != 0 || charge->quantity.round.step_micro != 0;
    return MBILL_OK;
}

mbill_status mbill__used_scale(mbill__used *used, const mbill__measure *measure, mbill_error *err)
{
    int64_t raw_micro[MBILL__PERIODS_MAX], total_micro = 0;
    if (!measure->scaled) return MBILL_OK;
    for (size_t i = 0; i < measure->n_periods; i++) {
        raw_micro[i] = used->period_micro[i];
        if (!mbill__add(total_micro, raw_micro[i], &total_micro)) return mbill__quantity_overflow(err);
        if (raw_micro[i] < 0 && measure->n_periods > 1)
            return mbill__fail(err, MBILL_E_RANGE,
                "a negative quantity in one period cannot be scaled and shared over the periods");
    }
    MBILL_TRY(
        mbill__quantity_apply(&measure->charge->quantity, &measure->ratio, measure->free_micro, total_micro, &total_micro, err));
    if (measure->n_periods == 1) {
        used->period_micro[0] = total_micro;
        return MBILL_OK;
    }
    bool any = false;
    for (size_t i = 0; i < measure->n_periods; i++) any = any || raw_micro[i] > 0;
    if (any && !mbill__share_out(total_micro, raw_micro, used->period_micro, measure->n_periods))
        return mbill__quantity_overflow(err);
    return MBILL_OK;
}

/* ---- through the ladder in the order of time ---- */

mbill_status mbill__used_climb(mbill__used *used, const mbill__measure *measure, const mbill__stretch *at, int64_t before_micro,
    mbill__piece piece, mbill_error *err)
{
    const mbill__ladder *ladder = &measure->charge->ladder;
    int64_t was_micro = used->scaled_micro, after_micro, filled_micro[MBILL__TIERS_MAX] = {0};
    if (piece.quantity_micro < 0) return mbill__fail(err, MBILL_E_RANGE, "a ladder cannot count a negative quantity");
    if (!mbill__add(used->raw_micro, piece.quantity_micro, &used->raw_micro)) return mbill__quantity_overflow(err);
    used->scaled_micro = used->raw_micro;
    if (measure->scaled)
        MBILL_TRY(mbill__quantity_apply(&measure->charge->quantity, &measure->ratio, measure->free_micro, used->raw_micro,
            &used->scaled_micro, err));
    if (!mbill__add(before_micro, used->scaled_micro, &after_micro)) return mbill__quantity_overflow(err);
    mbill__ladder_fill(at->bounds_micro, ladder->n_tiers, before_micro + was_micro, used->scaled_micro - was_micro, filled_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) used->parts_micro[tier][piece.period] += filled_micro[tier];
    used->period_flags[piece.period] |= piece.flags;
    return MBILL_OK;
}
