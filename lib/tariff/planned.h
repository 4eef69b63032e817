/* SPDX-License-Identifier: Apache-2.0 */
/* A stretch: what of one span of a ladder, and of one season where rates differ by season, lies inside the bill. When many accounts are
 * priced, stretches are planned once for all of them. */
#ifndef MBILL__PLANNED_H
#define MBILL__PLANNED_H

#include "tariff/resolve.h"

typedef struct mbill__stretch {
    int64_t from_utc_s, to_utc_s; /* inside the bill */
    mbill__days span;             /* the ladder's whole span, for bounds that count days */
    size_t season;                /* of rates that differ by season; else 0 */
    int64_t bounds_micro[MBILL__TIERS_MAX];
} mbill__stretch;

typedef struct mbill__planned_stretch {
    mbill__stretch at;
    mbill__days inside; /* the days of the bill that it covers */
    bool has_bounds;
} mbill__planned_stretch;

/* The stretches of a charge in the order of time, for all accounts of one span. */
typedef struct mbill__stretch_plan {
    const mbill__planned_stretch *stretches;
    size_t n; /* 0: not planned */
} mbill__stretch_plan;

/* The planned stretch of a charge, named by its place, that begins at the instant; NULL: none does. */
const mbill__planned_stretch *mbill__planned_find(const mbill__scope *scope, size_t place, int64_t from_utc_s);

/* When the planned stretch that begins at from_utc_s ends, and the days that it covers; false: none is planned. */
bool mbill__planned_span(const mbill__scope *scope, size_t place, int64_t from_utc_s, int64_t *out_to_utc_s,
    mbill__days *out_days);

#endif
