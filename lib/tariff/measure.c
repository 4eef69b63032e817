/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a quantity is scaled, or climbs a ladder, does. */
#include "tariff/measure.h"

#include "tariff/ladder.h"

mbill_status mbill__quantity_overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

/* One factor multiplies as a fact does; of several only the denominator is the same for all. */
static mbill_status convert(mbill__measure *measure, mbill_error *err)
{
    const mbill__scope *scope = measure->scope;
    mbill__factored *factored = &measure->factored;
    if (measure->charge->quantity.meter < 0) return MBILL_OK;
    MBILL_TRY(mbill__factored_start(factored, scope->tariff, scope->request, measure->charge->quantity.meter, err));
    measure->weighed = factored->n > 1;
    if (factored->n == 0) return MBILL_OK;
    const mbill_factor *first = &scope->request->factors[factored->first];
    if (measure->weighed) return mbill__ratio_multiply(&measure->ratio, 1, factored->common, err);
    return mbill__ratio_multiply(&measure->ratio, first->numerator, first->denominator, err);
}

mbill_status mbill__measure_start(mbill__measure *measure, const mbill__scope *scope, const mbill__charge *charge,
    mbill_error *err)
{
    *measure = (mbill__measure){.scope = scope, .charge = charge, .n_periods = 1};
    MBILL_TRY(mbill__scope_ratio(scope, &charge->quantity, &measure->ratio, err));
    MBILL_TRY(convert(measure, err));
    MBILL_TRY(mbill__scope_free(scope, &charge->quantity, &measure->free_micro, err));
    measure->scaled = measure->weighed || !mbill__ratio_is_one(&measure->ratio) || measure->free_micro != 0 ||
        charge->quantity.round.step_micro != 0;
    return MBILL_OK;
}

static mbill_status refuse_negative(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_RANGE, "a negative quantity in one period cannot be scaled and shared over the periods");
}

/* What each period has of the weighed use, to a micro-unit; false: nothing above 0. */
static mbill_status weights_of(const mbill__used *used, const mbill__measure *measure, int64_t *out_micro, bool *out_any,
    mbill_error *err)
{
    *out_any = false;
    for (size_t i = 0; i < measure->n_periods; i++) {
        if (mbill__wide_sign(used->weighed[i]) < 0) return refuse_negative(err);
        if (!mbill__round_quotient(used->weighed[i], mbill__wide_of(measure->factored.common), MBILL_ROUND_CEILING,
                &out_micro[i]))
            return mbill__quantity_overflow(err);
        *out_any = *out_any || out_micro[i] > 0;
    }
    return MBILL_OK;
}

/* The exact sum over all factors, rounded once, and shared over the periods as they were used. */
static mbill_status scale_weighed(mbill__used *used, const mbill__measure *measure, mbill_error *err)
{
    int64_t weights_micro[MBILL__PERIODS_MAX], total_micro;
    mbill__wide sum = mbill__wide_of(0);
    bool any;
    for (size_t i = 0; i < measure->n_periods; i++)
        if (!mbill__wide_add(sum, used->weighed[i], &sum)) return mbill__quantity_overflow(err);
    MBILL_TRY(mbill__quantity_apply(&measure->charge->quantity, &measure->ratio, measure->free_micro, sum, &total_micro, err));
    if (measure->n_periods == 1) {
        used->period_micro[0] = total_micro;
        return MBILL_OK;
    }
    MBILL_TRY(weights_of(used, measure, weights_micro, &any, err));
    if (any && !mbill__share_out(total_micro, weights_micro, used->period_micro, measure->n_periods))
        return mbill__quantity_overflow(err);
    return MBILL_OK;
}

mbill_status mbill__used_scale(mbill__used *used, const mbill__measure *measure, mbill_error *err)
{
    int64_t raw_micro[MBILL__PERIODS_MAX], total_micro = 0;
    if (!measure->scaled) return MBILL_OK;
    if (measure->weighed) return scale_weighed(used, measure, err);
    for (size_t i = 0; i < measure->n_periods; i++) {
        raw_micro[i] = used->period_micro[i];
        if (!mbill__add(total_micro, raw_micro[i], &total_micro)) return mbill__quantity_overflow(err);
        if (raw_micro[i] < 0 && measure->n_periods > 1) return refuse_negative(err);
    }
    MBILL_TRY(mbill__quantity_apply(&measure->charge->quantity, &measure->ratio, measure->free_micro, mbill__wide_of(total_micro),
        &total_micro, err));
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
    if (measure->weighed &&
        !mbill__wide_add(used->climbed, mbill__wide_product(piece.quantity_micro, piece.weight), &used->climbed))
        return mbill__quantity_overflow(err);
    if (measure->scaled)
        MBILL_TRY(mbill__quantity_apply(&measure->charge->quantity, &measure->ratio, measure->free_micro,
            measure->weighed ? used->climbed : mbill__wide_of(used->raw_micro), &used->scaled_micro, err));
    if (!mbill__add(before_micro, used->scaled_micro, &after_micro)) return mbill__quantity_overflow(err);
    mbill__ladder_fill(at->bounds_micro, ladder->n_tiers, before_micro + was_micro, used->scaled_micro - was_micro, filled_micro);
    for (size_t tier = 0; tier < ladder->n_tiers; tier++) used->parts_micro[tier][piece.period] += filled_micro[tier];
    used->period_flags[piece.period] |= piece.flags;
    return MBILL_OK;
}
