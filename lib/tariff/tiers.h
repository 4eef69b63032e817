/* SPDX-License-Identifier: Apache-2.0 */
/* From what was used in a stretch to lines: tiers are filled by the tariff's rule, and the ladder's places in the position move on. */
#ifndef MBILL__TIERS_H
#define MBILL__TIERS_H

#include "tariff/gather.h"
#include "tariff/lines.h"
#include "tariff/position.h"

/* One charge's ladder in one bill. */
typedef struct mbill__tiers {
    const mbill__measure *measure;
    mbill__lines *lines;
    mbill__slot *slots; /* the ladder's own places in the position */
    mbill__stretch at;
    int64_t total_micro; /* of the ladder's span so far, this bill included */
} mbill__tiers;

/* The bounds of the stretch tiers->at, as what is used so far leaves them. */
mbill_status mbill__tiers_settle(mbill__tiers *tiers, mbill_error *err);

/* What the ladder's span has used before this stretch. */
mbill_status mbill__tiers_before(const mbill__tiers *tiers, int64_t *out_micro, mbill_error *err);

/* Whether use is climbed in the order of time (mbill__gather_climbing) instead of summed (mbill__gather). */
bool mbill__tiers_climb(const mbill__measure *measure);

/* The lines of the stretch tiers->at, its fees included. used is worked on: its parts are filled when they were not climbed. */
mbill_status mbill__tiers_price(mbill__tiers *tiers, mbill__used *used, mbill_error *err);

/* The line of quantity 0 that a charge without any line has. */
mbill_status mbill__tiers_price_nothing(mbill__tiers *tiers, mbill_error *err);

/* The tier, from 0, that a total of the span is in. */
size_t mbill__tiers_reached(const mbill__tiers *tiers, int64_t total_micro);

#endif
