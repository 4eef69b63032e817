/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what earlier peaks do to a month's or a bill's does: the highest of shares of them and of a share of its own. */
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

/* The own peak is the highest of all bills that lie in the month. */
static mbill_status keep(const mbill__ratchet *ratchet, mbill__slot *slots, int32_t day, int64_t peak_micro, mbill_error *err)
{
    mbill__slot *slot;
    for (int32_t i = 0; i <= ratchet->spans; i++)
        if (slots[ratchet->slot + (size_t)i].span_day > day)
            return mbill__fail(err, MBILL_E_POSITION,
                "the position holds the peak of a later %s than the bill; expected bills in the order of time",
                ratchet->of_bills ? "bill" : "month");
    MBILL_TRY(mbill__ratchet_place(ratchet, slots, day, &slot, err));
    if (slot->span_day != day || slot->used_micro < peak_micro) *slot = (mbill__slot){day, 0, peak_micro};
    return MBILL_OK;
}

/* ---- months ---- */

/* Those that no later bill can look at are forgotten. */
static mbill_status forget(const mbill__ratchet *ratchet, mbill__slot *slots, mbill_date month, mbill_error *err)
{
    mbill_date first;
    int32_t first_day;
    MBILL_TRY(mbill_date_add_months(month, -ratchet->spans, &first, err));
    MBILL_TRY(mbill_date_to_days(first, &first_day, err));
    for (int32_t i = 0; i <= ratchet->spans; i++) {
        mbill__slot *slot = &slots[ratchet->slot + (size_t)i];
        if (slot->span_day < first_day) *slot = (mbill__slot){MBILL__SLOT_UNUSED, 0, 0};
    }
    return MBILL_OK;
}

static mbill_status look_back_months(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err)
{
    const mbill__ratchet *ratchet = quantity->peak->ratchet;
    mbill_date month;
    int32_t day;
    int64_t billed_micro = 0, earlier_micro;
    MBILL_TRY(mbill_date_of_days(span->days.from, &month, err));
    month.day = 1;
    MBILL_TRY(mbill_date_to_days(month, &day, err));
    MBILL_TRY(keep(ratchet, slots, day, *inout_peak_micro, err));
    MBILL_TRY(forget(ratchet, slots, month, err));
    MBILL_TRY(raise_to(ratchet->own_micro[month.month - 1], *inout_peak_micro, quantity->round, &billed_micro, err));
    for (int32_t back = 1; back <= ratchet->spans; back++) {
        MBILL_TRY(mbill_date_add_months(month, -1, &month, err));
        int64_t percent_micro = ratchet->percent_micro[month.month - 1];
        if (percent_micro == 0) continue;
        MBILL_TRY(earlier_peak(ratchet, slots, month, &earlier_micro, err));
        MBILL_TRY(raise_to(percent_micro, earlier_micro, quantity->round, &billed_micro, err));
    }
    *inout_peak_micro = billed_micro;
    return MBILL_OK;
}

/* ---- bills ---- */

/* The last one that begins before a day; NULL: none is known. */
static const mbill__slot *bill_before(const mbill__ratchet *ratchet, const mbill__slot *slots, int32_t day)
{
    const mbill__slot *found = NULL;
    for (int32_t i = 0; i <= ratchet->spans; i++) {
        const mbill__slot *slot = &slots[ratchet->slot + (size_t)i];
        if (slot->span_day == MBILL__SLOT_UNUSED || slot->span_day >= day) continue;
        if (found == NULL || slot->span_day > found->span_day) found = slot;
    }
    return found;
}

/* What counts of the peak of a bill from its first to its last day. */
static mbill_status share_of(const mbill__ratchet *ratchet, const int64_t percent_micro[12], int32_t first, int32_t last,
    int64_t *out_micro, mbill_error *err)
{
    mbill_date date;
    MBILL_TRY(mbill_date_of_days(ratchet->by_last_day ? last : first, &date, err));
    *out_micro = percent_micro[date.month - 1];
    return MBILL_OK;
}

static mbill_status refuse_unknown(const mbill__ratchet *ratchet, int32_t known, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOT_KNOWN,
        "the position has the peaks of %d earlier bills, and %d count; expected them in \"peaks\", or \"if_unknown\" in the "
        "tariff",
        known, ratchet->spans);
}

/* One bill ends where the next begins, so that the days of all are known. */
static mbill_status look_back_bills(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err)
{
    const mbill__ratchet *ratchet = quantity->peak->ratchet;
    int64_t billed_micro = 0, percent_micro;
    int32_t next_day = span->days.from, last_day = mbill_zone_day(span->tariff->zone, span->span_to_utc_s - 1);
    MBILL_TRY(keep(ratchet, slots, next_day, *inout_peak_micro, err));
    MBILL_TRY(share_of(ratchet, ratchet->own_micro, next_day, last_day, &percent_micro, err));
    MBILL_TRY(raise_to(percent_micro, *inout_peak_micro, quantity->round, &billed_micro, err));
    for (int32_t back = 1; back <= ratchet->spans; back++) {
        const mbill__slot *bill = bill_before(ratchet, slots, next_day);
        if (bill == NULL && !ratchet->has_if_unknown) return refuse_unknown(ratchet, back - 1, err);
        if (bill == NULL) {
            MBILL_TRY(raise_to(ratchet->percent_micro[0], ratchet->if_unknown_micro, quantity->round, &billed_micro, err));
            break;
        }
        MBILL_TRY(share_of(ratchet, ratchet->percent_micro, bill->span_day, next_day - 1, &percent_micro, err));
        MBILL_TRY(raise_to(percent_micro, bill->used_micro, quantity->round, &billed_micro, err));
        next_day = bill->span_day;
    }
    *inout_peak_micro = billed_micro;
    return MBILL_OK;
}

mbill_status mbill__ratchet_apply(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err)
{
    return quantity->peak->ratchet->of_bills ? look_back_bills(span, quantity, slots, inout_peak_micro, err)
                                             : look_back_months(span, quantity, slots, inout_peak_micro, err);
}
