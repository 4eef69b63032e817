/* SPDX-License-Identifier: Apache-2.0 */
/* The same sums as mbill__gather and mbill__gather_climbing, from a column: period by period for all its steps at once, and through
 * a ladder step by step only where a bound is crossed. */
#ifndef MBILL__GATHER_COLUMN_H
#define MBILL__GATHER_COLUMN_H

#include "tariff/columns.h"
#include "tariff/measure.h"

/* A charge's column, and the rows of its calendar. */
typedef struct mbill__column_supply {
    const mbill_column *column; /* NULL: the charge is not gathered from a column */
    const mbill__rows *rows;    /* NULL: not by period */
    size_t at;                  /* the step that the next stretch begins with */
} mbill__column_supply;

/* Whether the charge's use can be taken from a column: measured readings of one register, stretches and periods that change between steps,
 * and through a ladder nothing below 0 and no factor that is rounded step by step. */
bool mbill__column_supply_start(mbill__column_supply *supply, const mbill__measure *measure);

/* The quantity of each period in the stretch, not yet scaled. */
void mbill__gather_column(mbill__column_supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill__used *used);

mbill_status mbill__climb_column(mbill__column_supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err);

#endif
