/* SPDX-License-Identifier: Apache-2.0 */
/* The stretches of a charge: where they are, and their bounds. */
#ifndef MBILL__STRETCH_H
#define MBILL__STRETCH_H

#include "tariff/planned.h"

/* What of the stretches does not depend on the account: when they are, and bounds that no fact moves. scope is started, without facts. A charge
 * that is refused has no plan: the refusal is met again, in its turn, when it is priced. */
mbill_status mbill__stretch_plan_make(mbill__stretch_plan *out, mbill__arena *arena, const mbill__scope *scope,
    const mbill__charge *charge, mbill_error *err);

/* How many there are in the span; 0: it is refused. */
size_t mbill__stretch_count(const mbill__scope *scope, const mbill__charge *charge);

/* The stretch of the charge's ladder that begins at from_utc_s; out->to_utc_s is where the next begins, or the bill ends. */
mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__charge *charge, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err);

/* The season that the whole bill lies in, for a charge whose rates differ by season but whose quantity has no times; else 0. */
mbill_status mbill__season_of_bill(const mbill__scope *scope, const mbill__charge *charge, size_t *out_season, mbill_error *err);

#endif
