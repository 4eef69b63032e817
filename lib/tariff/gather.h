/* SPDX-License-Identifier: Apache-2.0 */
/* What was used in a stretch, by period, from intervals, a total or totals by period. The sums are plain data: they can be filled from
 * elsewhere, kept, and carried on with. */
#ifndef MBILL__GATHER_H
#define MBILL__GATHER_H

#include "tariff/gather_column.h"
#include "tariff/source.h"

/* What a charge on a register's own readings has gathered, to be carried on with when there are more of them: the same call again, up to a
 * later instant of the same billing span. */
typedef struct mbill__kept {
    bool begun;
    size_t n, at;      /* stretches of the whole span (0: nothing is kept), and the next one of this call */
    mbill__used *used; /* of each, not yet scaled */
    size_t from;       /* the register, as the owner counts */
    mbill__feed feed;  /* set by the owner */
    mbill__walk walk;
} mbill__kept;

/* Where the use comes from. */
typedef struct mbill__supply {
    mbill__kept *kept; /* instead of all below; NULL: gathered anew */
    mbill__source source;
    mbill__walk walk;            /* of intervals */
    mbill__column_supply column; /* instead of both */
} mbill__supply;

/* Open what is known of the charge's input and settle measure->by_period. *inout_incomplete takes MBILL_LINE_INCOMPLETE when time is
 * not covered. */
mbill_status mbill__supply_start(mbill__supply *supply, mbill__measure *measure, uint32_t *inout_incomplete, mbill_error *err);

/* A total has no times: E_NOT_KNOWN unless the stretch is the whole bill. */
mbill_status mbill__supply_need_times(const mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill_error *err);

/* The quantity of each period in the stretch, scaled. Stretches follow each other in time. */
mbill_status mbill__supply_gather(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill__used *used, mbill_error *err);

/* The same through the ladder in the order of time, above what the span has used before: into parts_micro and scaled_micro. */
mbill_status mbill__gather_climbing(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err);

#endif
