/* SPDX-License-Identifier: Apache-2.0 */
/* A stretch: what of one span of a ladder, and of one season where rates differ by season, lies inside the bill. */
#ifndef MBILL__STRETCH_H
#define MBILL__STRETCH_H

#include "tariff/resolve.h"

typedef struct mbill__stretch {
    int64_t from_utc_s, to_utc_s; /* inside the bill */
    mbill__days span;             /* the ladder's whole span, for bounds that count days */
    size_t season;                /* of rates that differ by season; else 0 */
    int64_t bounds_micro[MBILL__TIERS_MAX];
} mbill__stretch;

/* The stretches of a charge in the order of time, for all accounts of one span. */
typedef struct mbill__stretch_plan {
    const struct mbill__planned_stretch *stretches;
    size_t n; /* 0: not planned */
} mbill__stretch_plan;

/* What of them does not depend on the account: when they are, and bounds that no fact moves. scope is started, without facts. A charge
 * that is refused has no plan: the refusal is met again, in its turn, when it is priced. */
mbill_status mbill__stretch_plan_make(mbill__stretch_plan *out, mbill__arena *arena, const mbill__scope *scope,
    const mbill__charge *charge, mbill_error *err);

/* How many there are in the span; 0: it is refused. */
size_t mbill__stretch_count(const mbill__scope *scope, const mbill__charge *charge);

/* The stretch of the charge's ladder that begins at from_utc_s; out->to_utc_s is where the next begins, or the bill ends. */
mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err);

/* When the planned stretch that begins at from_utc_s ends, and the days that it covers; false: none is planned. */
bool mbill__stretch_planned(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, int64_t *out_to_utc_s,
    mbill__days *out_days);

/* The season that the whole bill lies in, for a charge whose rates differ by season but whose quantity has no times; else 0. */
mbill_status mbill__season_of_bill(const mbill__scope *scope, const mbill__charge *charge, size_t *out_season, mbill_error *err);

#endif
