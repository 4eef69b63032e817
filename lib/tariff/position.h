/* SPDX-License-Identifier: Apache-2.0 */
/* The position: per ladder (and period, where each has its own) the span it is in and what of it is used; months' peaks; and what was charged so far in a
 * billing span that is charged in parts. Plain data of fixed layout; the tariff says which slot is whose. */
#ifndef MBILL__POSITION_H
#define MBILL__POSITION_H

#include "calendar/day.h"
#include "tariff/tariff.h"

#define MBILL__POSITION_FORMAT 1u

typedef struct mbill__slot {
    int32_t span_day; /* first civil day of the span; MBILL__SLOT_UNUSED before the first use */
    int32_t reserved;
    int64_t used_micro;
} mbill__slot;

#define MBILL__SLOT_UNUSED INT32_MIN

struct mbill_position {
    uint32_t format;
    uint32_t n_slots;
    int64_t billed_to_utc_s; /* INT64_MIN: nothing billed yet */
    int64_t span_from_utc_s; /* the billing span that is charged in parts, INT64_MIN: none is open; slots are as of its start */
    int64_t span_to_utc_s;
    int64_t charged_micro; /* so far in the open span */
    mbill__slot slots[];
};

/* The span [*from, *to) of days that a ladder over more than a bill counts over around a day. */
mbill_status mbill__ladder_span(const mbill__ladder *ladder, int32_t day, int32_t *from, int32_t *to, mbill_error *err);

/* The span of the calendar that a slot counts over; over is not MBILL__OVER_NONE, _BILL or _SEASON. */
mbill__span_kind mbill__over_kind(mbill__over over);

/* What is used in the span that begins on span_day: 0 when the slot is still in an earlier span. E_POSITION when it is in a later one. */
mbill_status mbill__slot_used(const mbill__slot *slot, int32_t span_day, int64_t *out_micro, mbill_error *err);

/* The place of the peak of a month or a bill, by its first day, in all slots of the position; that of another one may be there. */
mbill_status mbill__ratchet_place(const mbill__ratchet *ratchet, mbill__slot *slots, int32_t day, mbill__slot **out,
    mbill_error *err);

/* E_POSITION when the position is not of this tariff's shape. */
mbill_status mbill__position_check(const mbill_tariff *tariff, const mbill_position *position, mbill_error *err);

#endif
