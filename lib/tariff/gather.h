/* SPDX-License-Identifier: Apache-2.0 */
/* What was used in a stretch, by period, from intervals, a total or totals by period. The sums are plain data: they can be filled from
 * elsewhere, kept, and carried on with. */
#ifndef MBILL__GATHER_H
#define MBILL__GATHER_H

#include "tariff/source.h"
#include "tariff/stretch.h"

/* How a charge sees its register in one bill. */
typedef struct mbill__measure {
    const mbill__scope *scope;
    const mbill__charge *charge;
    mbill__ratio ratio;
    int64_t free_micro;
    bool scaled;    /* the ratio, a free part or a rounding changes the quantity */
    bool by_period; /* quantities are kept by period */
    size_t n_periods;
} mbill__measure;

/* The use of one stretch. Zeroed, nothing is used yet. */
typedef struct mbill__used {
    int64_t raw_micro, scaled_micro; /* climbed in the order of time so far, before and after scaling */
    int64_t period_micro[MBILL__PERIODS_MAX];
    uint32_t period_flags[MBILL__PERIODS_MAX];
    int64_t parts_micro[MBILL__TIERS_MAX][MBILL__PERIODS_MAX]; /* climbed in the order of time; or shared out by tiers.c */
} mbill__used;

/* Where the use comes from. */
typedef struct mbill__supply {
    mbill__source source;
    mbill__walk walk; /* of intervals */
} mbill__supply;

/* E_OVERFLOW of a sum of quantities. */
mbill_status mbill__quantity_overflow(mbill_error *err);

/* The multipliers of the charge's quantity; by_period is left to mbill__supply_start. */
mbill_status mbill__measure_start(mbill__measure *measure, const mbill__scope *scope, const mbill__charge *charge,
    mbill_error *err);

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

/* Factor, free part and rounding of the whole stretch, shared over the periods as they were used. */
mbill_status mbill__used_scale(mbill__used *used, const mbill__measure *measure, mbill_error *err);

/* One piece in one period through the ladder. A factor applies to the running total, so that its rounding happens once. */
mbill_status mbill__used_climb(mbill__used *used, const mbill__measure *measure, const mbill__stretch *at, int64_t before_micro,
    mbill__piece piece, mbill_error *err);

#endif
