/* SPDX-License-Identifier: Apache-2.0 */
/* One account's usage as columns, beside the request of a pricing call: charges that can are gathered from them, and for all others
 * they are spelled out as intervals once. */
#ifndef MBILL__COLUMNS_H
#define MBILL__COLUMNS_H

#include "meterbill/column.h"
#include "tariff/rows.h"

typedef struct mbill__columns {
    const mbill_axis *axis;
    size_t from, to;    /* steps of the bill */
    bool on_steps;      /* the bill begins and ends between steps, inside the axis */
    bool days_on_steps; /* so do its days, and with them every span of a ladder */
    const mbill__rows *rows;
    size_t n_rows;                           /* calendars */
    const struct mbill__stretch_plan *plans; /* one for each charge; NULL: none */
    const mbill_column *columns;             /* one for each of the request's inputs, in their order */
    mbill_interval *intervals;               /* room for axis->n for each; the inputs point into it */
    bool *spelled;                           /* by column: its intervals are filled */
} mbill__columns;

/* Fill the intervals of a column, unless they are. */
void mbill__columns_spell(const mbill__columns *columns, size_t at);

/* The rows of a calendar; NULL when its periods change inside steps. */
const mbill__rows *mbill__columns_rows(const mbill__columns *columns, const mbill__schedule *schedule);

/* The step that begins at an instant of the axis; false: none does. */
bool mbill__columns_step(const mbill__columns *columns, int64_t utc_s, size_t *out_step);

#endif
