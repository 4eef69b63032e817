/* SPDX-License-Identifier: Apache-2.0 */
/* How a charge measures its input, and the sums of one stretch, which are plain data: they can be filled from elsewhere, kept, and
 * carried on with. */
#ifndef MBILL__MEASURE_H
#define MBILL__MEASURE_H

#include "tariff/stretch.h"
#include "tariff/walk.h"

/* How a charge sees its register in one bill. */
typedef struct mbill__measure {
    const mbill__scope *scope;
    const mbill__charge *charge;
    mbill__ratio ratio;
    mbill__factored factored;
    bool weighed; /* several factors hold in the bill: pieces are weighed, and the ratio is of their weights */
    int64_t free_micro;
    bool scaled;    /* the ratio, a free part or a rounding changes the quantity */
    bool by_period; /* quantities are kept by period */
    size_t n_periods;
} mbill__measure;

/* The use of one stretch. Zeroed as far as the charge has tiers (and weighed, where the measure is), nothing is used yet. */
typedef struct mbill__used {
    int64_t raw_micro, scaled_micro; /* climbed in the order of time so far, before and after scaling */
    int64_t period_micro[MBILL__PERIODS_MAX];
    uint32_t period_flags[MBILL__PERIODS_MAX];
    int64_t parts_micro[MBILL__TIERS_MAX][MBILL__PERIODS_MAX]; /* climbed in the order of time; or shared out by tiers.c */
    /* Of a measure that is weighed alone: in place of period_micro until it is scaled, and of raw_micro. */
    mbill__wide weighed[MBILL__PERIODS_MAX], climbed;
} mbill__used;

/* E_OVERFLOW of a sum of quantities. */
mbill_status mbill__quantity_overflow(mbill_error *err);

/* The multipliers of the charge's quantity; by_period is left to mbill__supply_start. */
mbill_status mbill__measure_start(mbill__measure *measure, const mbill__scope *scope, const mbill__charge *charge,
    mbill_error *err);

/* Factor, free part and rounding of the whole stretch, shared over the periods as they were used. */
mbill_status mbill__used_scale(mbill__used *used, const mbill__measure *measure, mbill_error *err);

/* One piece in one period through the ladder. A factor applies to the running total, so that its rounding happens once. */
mbill_status mbill__used_climb(mbill__used *used, const mbill__measure *measure, const mbill__stretch *at, int64_t before_micro,
    mbill__piece piece, mbill_error *err);

#endif
