/* SPDX-License-Identifier: Apache-2.0 */
/* What of a tariff a meter is to charge: one calendar, prices by season and period, one ladder that adds the same everywhere. */
#ifndef MBILL__METER_PLAN_H
#define MBILL__METER_PLAN_H

#include "meterbill/meter_tables.h"
#include "tariff/tariff.h"

typedef struct mbill__meter_plan {
    const mbill_tariff *tariff;
    const mbill__schedule *schedule; /* NULL: one price at all times */
    const mbill__ladder *ladder;     /* NULL: none */
    size_t charges[MBILL__CHARGES_MAX];
    size_t n_charges;
    uint64_t stays; /* charges that the meter cannot know */
    size_t n_tiers;
    int64_t bounds_micro[MBILL__TIERS_MAX];
    int64_t adds_nano[MBILL__TIERS_MAX]; /* what each tier adds to the lowest */
} mbill__meter_plan;

/* E_METER_TABLES: no meter can hold it, err->index = the charge. platform: charges that are not of the meter may stay. */
mbill_status mbill__meter_plan_make(const mbill_tariff *tariff, bool platform, mbill__meter_plan *out, mbill_error *err);

/* Price of a kWh in a season and period, without what tiers add. */
int64_t mbill__meter_plan_price(const mbill__meter_plan *plan, size_t season, size_t period);

/* The months over which the ladder counts; 0: none. */
int32_t mbill__meter_plan_months(const mbill__meter_plan *plan);

/* Season and slots of a kind of day; the one slot of a plan without calendar is its own. */
size_t mbill__meter_plan_season(const mbill__meter_plan *plan, int32_t day);
const mbill__day_table *mbill__meter_plan_table(const mbill__meter_plan *plan, size_t season, int32_t type);
int32_t mbill__meter_plan_type(const mbill__meter_plan *plan, int32_t day);             /* dates and weekdays */
int32_t mbill__meter_plan_weekday_type(const mbill__meter_plan *plan, int32_t weekday); /* weekdays alone, 1 = Monday; -1: none */

#endif
