/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a position keeps does. */
#include "tariff/position.h"

size_t mbill_position_size(const mbill_tariff *tariff)
{
    if (tariff == NULL) return 0;
    return sizeof(mbill_position) + tariff->n_slots * sizeof(mbill__slot);
}

void mbill_position_init(const mbill_tariff *tariff, mbill_position *out_position)
{
    if (tariff == NULL || out_position == NULL) return;
    out_position->format = MBILL__POSITION_FORMAT;
    out_position->n_slots = (uint32_t)tariff->n_slots;
    out_position->billed_to_utc_s = out_position->span_from_utc_s = INT64_MIN;
    out_position->span_to_utc_s = out_position->charged_micro = 0;
    for (size_t i = 0; i < tariff->n_slots; i++) out_position->slots[i] = (mbill__slot){MBILL__SLOT_UNUSED, 0, 0};
}

mbill__span_kind mbill__over_kind(mbill__over over)
{
    static const mbill__span_kind kinds[] = {[MBILL__OVER_DAY] = MBILL__SPAN_DAY,
        [MBILL__OVER_MONTH] = MBILL__SPAN_MONTH,
        [MBILL__OVER_QUARTER] = MBILL__SPAN_QUARTER,
        [MBILL__OVER_YEAR] = MBILL__SPAN_YEAR,
        [MBILL__OVER_PURCHASES] = MBILL__SPAN_MONTH,
        [MBILL__OVER_TWO_MONTHS] = MBILL__SPAN_TWO_MONTHS,
        [MBILL__OVER_FOUR_MONTHS] = MBILL__SPAN_FOUR_MONTHS,
        [MBILL__OVER_HALF_YEAR] = MBILL__SPAN_HALF_YEAR};
    return kinds[over];
}

mbill_status mbill__ladder_span(const mbill__ladder *ladder, int32_t day, int32_t *from, int32_t *to, mbill_error *err)
{
    if (ladder->over != MBILL__OVER_SEASON)
        return mbill__span_of(mbill__over_kind(ladder->over), ladder->start, day, from, to, err);
    mbill__season_span(ladder->schedule->seasons, ladder->schedule->n_seasons, day, from, to);
    return MBILL_OK;
}

mbill_status mbill__slot_used(const mbill__slot *slot, int32_t span_day, int64_t *out_micro, mbill_error *err)
{
    if (slot->span_day > span_day)
        return mbill__fail(err, MBILL_E_POSITION,
            "the position is in a later span of the ladder than the bill; expected bills in the order of time");
    *out_micro = slot->span_day == span_day ? slot->used_micro : 0;
    return MBILL_OK;
}

/* Its own, or that of the earliest. */
static mbill__slot *place_of_bill(mbill__slot *slots, int32_t n, int32_t day)
{
    mbill__slot *earliest = slots;
    for (int32_t i = 0; i < n; i++) {
        if (slots[i].span_day == day) return &slots[i];
        if (slots[i].span_day < earliest->span_day) earliest = &slots[i];
    }
    return earliest;
}

mbill_status mbill__ratchet_place(const mbill__ratchet *ratchet, mbill__slot *slots, int32_t day, mbill__slot **out,
    mbill_error *err)
{
    mbill_date first;
    if (ratchet->of_bills) {
        *out = place_of_bill(&slots[ratchet->slot], ratchet->spans + 1, day);
        return MBILL_OK;
    }
    MBILL_TRY(mbill_date_of_days(day, &first, err));
    *out = &slots[ratchet->slot + (size_t)((first.year * 12 + first.month) % (ratchet->spans + 1))];
    return MBILL_OK;
}

mbill_status mbill__position_check(const mbill_tariff *tariff, const mbill_position *position, mbill_error *err)
{
    if (position->format != MBILL__POSITION_FORMAT || position->n_slots != tariff->n_slots)
        return mbill__fail(err, MBILL_E_POSITION,
            "the position has format %u and %u slots, expected format %u and %u slots of this tariff", position->format,
            position->n_slots, MBILL__POSITION_FORMAT, (unsigned)tariff->n_slots);
    return MBILL_OK;
}
