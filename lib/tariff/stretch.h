/* SPDX-License-Identifier: Apache-2.0 */
/* A stretch: what of one span of a ladder lies inside the bill. Without a ladder that begins anew, the bill is one stretch. */
#ifndef MBILL__STRETCH_H
#define MBILL__STRETCH_H

#include "tariff/resolve.h"

typedef struct mbill__stretch {
    int64_t from_utc_s, to_utc_s; /* inside the bill */
    mbill__days span;             /* the ladder's whole span, for bounds that count days */
    int64_t bounds_micro[MBILL__TIERS_MAX];
} mbill__stretch;

/* The stretch of the ladder that begins at from_utc_s; out->to_utc_s is where the next begins, or the bill ends. */
mbill_status mbill__stretch_at(const mbill__scope *scope, const mbill__ladder *ladder, int64_t from_utc_s, mbill__stretch *out,
    mbill_error *err);

#endif
