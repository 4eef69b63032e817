/* SPDX-License-Identifier: Apache-2.0 */
/* A week as a table of 24 hours: a letter for each period, on a colour where colour is wanted. */
#ifndef MBILL_CLI_SHOW_GRID_H
#define MBILL_CLI_SHOW_GRID_H

#include "meterbill/tariff.h"

#define CLI_DAY_MINUTES 1440

/* The period of each minute of a civil day; -1: the clock skips it. */
typedef struct cli_day_periods {
    int period[CLI_DAY_MINUTES];
} cli_day_periods;

/* Which letter stands for which period. */
void cli_show_grid_legend(const mbill_labels *labels, int colored);
/* The line of hours above rows of n days that are cut into the same cells. */
void cli_show_grid_hours(const cli_day_periods *days, size_t n, size_t label_room);
void cli_show_grid_row(const mbill_labels *labels, const cli_day_periods *days, size_t n, size_t row, const char *label,
    size_t label_room, int colored);

#endif
