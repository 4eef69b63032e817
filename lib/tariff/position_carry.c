/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a version hands on to the next one does. Charges are found by id, as in a position that is read from its document. */
#include "base/fail.h"
#include "tariff/change.h"

#include <string.h>

typedef struct carrying {
    const mbill_tariff *from_tariff, *to_tariff;
    const mbill__slot *from;
    mbill__slot *to;
} carrying;

static mbill_status refuse(const carrying *c, size_t charge, const char *what, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_POSITION,
        "%s of charge \"%s\" cannot go on from version \"%s\" to \"%s\", which has no such place", what,
        c->from_tariff->labels.charges[charge].id, c->from_tariff->labels.version, c->to_tariff->labels.version);
}

/* The charge of the same id; NULL: the version has none. */
static const mbill__charge *same_charge(const carrying *c, size_t charge)
{
    for (size_t i = 0; i < c->to_tariff->n_charges; i++)
        if (strcmp(c->to_tariff->labels.charges[i].id, c->from_tariff->labels.charges[charge].id) == 0)
            return &c->to_tariff->charges[i];
    return NULL;
}

static bool begins_a_span(const mbill__ladder *ladder, int32_t day)
{
    int32_t from, to;
    return mbill__ladder_span(ladder, day, &from, &to, NULL) == MBILL_OK && from == day;
}

/* Places by period go to the period of the same name; all must have one. */
static bool carry_periods(const carrying *c, const mbill__ladder *from, const mbill__ladder *to)
{
    for (size_t i = 0; i < to->n_slots; i++) c->to[to->slot + i] = (mbill__slot){c->from[from->slot].span_day, 0, 0};
    for (size_t i = 0; i < from->n_slots; i++) {
        if (!mbill__has_period(from->schedule, i)) continue;
        int32_t period = mbill__tariff_period(c->to_tariff, c->from_tariff->labels.periods[i]);
        if (period < 0 || !mbill__has_period(to->schedule, (size_t)period)) return false;
        c->to[to->slot + (size_t)period] = c->from[from->slot + i];
    }
    return true;
}

static bool carry_ladder(const carrying *c, const mbill__ladder *from, const mbill__ladder *to)
{
    if (to->n_slots == 0 || !begins_a_span(to, c->from[from->slot].span_day)) return false;
    if (from->keeps_paid != to->keeps_paid || (from->across == MBILL__ACROSS_EACH) != (to->across == MBILL__ACROSS_EACH))
        return false;
    if (from->across == MBILL__ACROSS_EACH) return carry_periods(c, from, to);
    if (from->n_slots != to->n_slots) return false;
    memcpy(&c->to[to->slot], &c->from[from->slot], from->n_slots * sizeof *c->to);
    return true;
}

/* The months or bills that the other one still looks at; its own that are not known stay so. */
static bool carry_peaks(const carrying *c, const mbill__ratchet *from, const mbill__ratchet *to)
{
    if (from->of_bills != to->of_bills) return false;
    for (int32_t i = 0; i <= from->spans; i++) {
        const mbill__slot *slot = &c->from[from->slot + (size_t)i];
        mbill__slot *place;
        if (slot->span_day == MBILL__SLOT_UNUSED) continue;
        if (mbill__ratchet_place(to, c->to, slot->span_day, &place, NULL) != MBILL_OK) return false;
        if (place->span_day < slot->span_day) *place = *slot;
    }
    return true;
}

static mbill_status carry_charge(const carrying *c, size_t at, mbill_error *err)
{
    const mbill__charge *from = &c->from_tariff->charges[at], *to = same_charge(c, at);
    if (from->ladder.n_slots > 0 && c->from[from->ladder.slot].span_day != MBILL__SLOT_UNUSED &&
        (to == NULL || !carry_ladder(c, &from->ladder, &to->ladder)))
        return refuse(c, at, "the ladder", err);
    if (from->once_per != MBILL__OVER_NONE && c->from[from->once_slot].span_day != MBILL__SLOT_UNUSED) {
        if (to == NULL || to->once_per != from->once_per || to->once_start != from->once_start)
            return refuse(c, at, "when it was due last", err);
        c->to[to->once_slot] = c->from[from->once_slot];
    }
    if (from->credit_until != 0 && c->from[from->credit_slot].span_day != MBILL__SLOT_UNUSED) {
        if (to == NULL || to->credit_until == 0) return refuse(c, at, "the credit", err);
        c->to[to->credit_slot] = c->from[from->credit_slot];
    }
    if (from->limit_over != MBILL__OVER_NONE && c->from[from->limit_slot].span_day != MBILL__SLOT_UNUSED) {
        if (to == NULL || to->limit_over != from->limit_over || to->limit_start != from->limit_start)
            return refuse(c, at, "what a limit's span came to", err);
        c->to[to->limit_slot] = c->from[from->limit_slot];
    }
    const mbill__ratchet *peaks = from->quantity.peak == NULL ? NULL : from->quantity.peak->ratchet;
    if (peaks == NULL) return MBILL_OK;
    const mbill__ratchet *next = to == NULL || to->quantity.peak == NULL ? NULL : to->quantity.peak->ratchet;
    return next != NULL && carry_peaks(c, peaks, next) ? MBILL_OK : refuse(c, at, "earlier peaks", err);
}

mbill_status mbill__position_carry(const mbill_tariff *from_tariff, const mbill_position *from, const mbill_tariff *to_tariff,
    mbill_position *out, mbill_error *err)
{
    const carrying c = {from_tariff, to_tariff, from->slots, out->slots};
    mbill_position_init(to_tariff, out);
    out->billed_to_utc_s = from->billed_to_utc_s;
    for (size_t i = 0; i < from_tariff->n_charges; i++) MBILL_TRY(carry_charge(&c, i, err));
    return MBILL_OK;
}
