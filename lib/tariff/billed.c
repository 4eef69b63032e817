/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when something else than what was measured is billed. In this order: earlier months' peaks, what is contracted, the floor. */
#include "tariff/billed.h"

#include "tariff/ratchet.h"
#include "tariff/source.h"

#define MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)

/* Does the band end before the quantity? */
static bool ends_before(const mbill__contract_band *band, int64_t actual_micro, int64_t contracted_micro)
{
    int order = mbill__wide_compare(mbill__wide_product(actual_micro, NANO),
        mbill__wide_product(contracted_micro, band->end_nano));
    return order > 0 || (order == 0 && band->end_open);
}

/* The shares of the quantity's band are added up exactly and rounded once, as the quantity is. */
static mbill_status compare(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *inout_micro, mbill_error *err)
{
    const mbill__contract_band *band = quantity->contracted->bands, *last = band + quantity->contracted->n_bands - 1;
    int64_t contracted_micro;
    uint32_t flags = 0;
    mbill__ratio sum = {.denominator = mbill__wide_of(NANO)};
    MBILL_TRY(mbill__source_total(scope, quantity->contracted->fact, &contracted_micro, &flags, err));
    if (contracted_micro < 0 || *inout_micro < 0)
        return mbill__fail(err, MBILL_E_RANGE, "a contracted quantity and what is compared with it are not below 0");
    while (band < last && ends_before(band, *inout_micro, contracted_micro)) band++;
    if (!mbill__wide_add(mbill__wide_product(contracted_micro, band->contracted_nano),
            mbill__wide_product(*inout_micro, band->actual_nano), &sum.numerator))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the quantity leaves the range of +-9223372036854.775807");
    return mbill__ratio_apply(&sum, 1, quantity->round, inout_micro, err);
}

static mbill_status raise_to_floor(const mbill__scope *span, const mbill__tier_bound *floor, int64_t *inout_micro,
    mbill_error *err)
{
    mbill__ratio ratio;
    int64_t floor_micro;
    MBILL_TRY(mbill__bound_ratio(span, floor, &ratio, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, 1, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, &floor_micro, err));
    if (floor_micro > *inout_micro) *inout_micro = floor_micro;
    return MBILL_OK;
}

mbill_status mbill__billed_peak(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err)
{
    if (quantity->peak->ratchet != NULL) MBILL_TRY(mbill__ratchet_apply(span, quantity, slots, inout_peak_micro, err));
    if (quantity->contracted != NULL) MBILL_TRY(compare(span, quantity, inout_peak_micro, err));
    return quantity->peak->floor == NULL ? MBILL_OK : raise_to_floor(span, quantity->peak->floor, inout_peak_micro, err);
}

mbill_status mbill__billed_product(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro,
    mbill_error *err)
{
    mbill__ratio ratio;
    MBILL_TRY(mbill__scope_ratio(scope, quantity, &ratio, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, MICRO, quantity->round, out_micro, err));
    return quantity->contracted == NULL ? MBILL_OK : compare(scope, quantity, out_micro, err);
}
