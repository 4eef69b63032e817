/* SPDX-License-Identifier: Apache-2.0 */
/* What was used in a stretch, by period, from intervals, a total or totals by period. The sums are plain data: they can be filled from
 * elsewhere, kept, and carried on with. */
#ifndef MBILL__GATHER_H
#define MBILL__GATHER_H

#include "tariff/gather_column.h"
#include "tariff/source.h"

/* Where the use comes from. */
typedef struct mbill__supply {
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
mbill_status mbill__gather(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at, mbill__used *used,
    mbill_error *err);

/* The same through the ladder in the order of time, above what the span has used before: into parts_micro and scaled_micro. */
mbill_status mbill__gather_climbing(mbill__supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err);

#endif
