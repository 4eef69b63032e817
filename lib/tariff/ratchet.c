/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what earlier months' peaks do to a month's does: the highest of shares of them and of a share of its own. */
#include "tariff/ratchet.h"

#include "tariff/resolve.h"

#define PERCENT_MICRO INT64_C(100000000)

/* The share of a peak, rounded as the peak is, where it is higher than what there is. */
static mbill_status raise_to(int64_t percent_micro, int64_t peak_micro, mbill__rounding round, int64_t *inout_micro,
    mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    int64_t share_micro;
    MBILL_TRY(mbill__ratio_multiply(&ratio, percent_micro, PERCENT_MICRO, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, peak_micro, round, &share_micro, err));
    if (share_micro > *inout_micro) *inout_micro = share_micro;
    return MBILL_OK;
}

static mbill_status earlier_peak(const mbill__ratchet *ratchet, mbill__slot *slots, mbill_date month, int64_t *out_micro,
    mbill_error *err)
{
    mbill__slot *slot;
    int32_t day;
    MBILL_TRY(mbill_date_to_days(month, &day, err));
    MBILL_TRY(mbill__ratchet_place(ratchet, slots, day, &slot, err));
    *out_micro = slot->span_day == day ? slot->used_micro : ratchet->if_unknown_micro;
    if (slot->span_day == day || ratchet->has_if_unknown) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_KNOWN,
        "the position has no peak of %04d-%02d, which counts; expected one in \"peaks\", or \"if_unknown\" in the tariff",
        (int)month.year, (int)month.month);
}

/* The month's own peak is the highest of all bills that lie in it; months that no later bill can look at are forgotten. */
static mbill_status keep(const mbill__ratchet *ratchet, mbill__slot *slots, mbill_date month, int64_t peak_micro,
    mbill_error *err)
{
    mbill__slot *slot;
    mbill_date first;
    int32_t day, first_day;
    MBILL_TRY(mbill_date_to_days(month, &day, err));
    MBILL_TRY(mbill_date_add_months(month, -ratchet->months, &first, err));
    MBILL_TRY(mbill_date_to_days(first, &first_day, err));
    for (int32_t i = 0; i <= ratchet->months; i++) {
        slot = &slots[ratchet->slot + (size_t)i];
        if (slot->span_day > day)
            return mbill__fail(err, MBILL_E_POSITION,
                "the position holds the peak of a later month than the bill; expected bills in the order of time");
        if (slot->span_day < first_day) *slot = (mbill__slot){MBILL__SLOT_UNUSED, 0, 0};
    }
    MBILL_TRY(mbill__ratchet_place(ratchet, slots, day, &slot, err));
    if (slot->span_day != day || slot->used_micro < peak_micro) *slot = (mbill__slot){day, 0, peak_micro};
    return MBILL_OK;
}

mbill_status mbill__ratchet_apply(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err)
{
    const mbill__ratchet *ratchet = quantity->peak->ratchet;
    mbill_date month;
    int64_t billed_micro = 0, earlier_micro;
    MBILL_TRY(mbill_date_of_days(span->days.from, &month, err));
    month.day = 1;
    MBILL_TRY(keep(ratchet, slots, month, *inout_peak_micro, err));
    MBILL_TRY(raise_to(ratchet->own_micro[month.month - 1], *inout_peak_micro, quantity->round, &billed_micro, err));
    for (int32_t back = 1; back <= ratchet->months; back++) {
        MBILL_TRY(mbill_date_add_months(month, -1, &month, err));
        int64_t percent_micro = ratchet->percent_micro[month.month - 1];
        if (percent_micro == 0) continue;
        MBILL_TRY(earlier_peak(ratchet, slots, month, &earlier_micro, err));
        MBILL_TRY(raise_to(percent_micro, earlier_micro, quantity->round, &billed_micro, err));
    }
    *inout_peak_micro = billed_micro;
    return MBILL_OK;
}
