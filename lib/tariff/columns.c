/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a column is to a charge does. */
#include "tariff/columns.h"

void mbill__columns_spell(const mbill__columns *columns, size_t at)
{
    const mbill_column *column = &columns->columns[at];
    const mbill_axis *axis = columns->axis;
    if (columns->spelled[at]) return;
    columns->spelled[at] = true;
    mbill_interval *out = columns->intervals + at * (size_t)axis->n;
    int64_t start_utc_s = axis->start_utc_s;
    for (size_t i = 0; i < (size_t)axis->n; i++, start_utc_s += axis->step_s)
        out[i] = (mbill_interval){start_utc_s, start_utc_s + axis->step_s, column->quantities_micro[i],
            column->flags == NULL ? 0 : column->flags[i], 0};
}

const mbill__rows *mbill__columns_rows(const mbill__columns *columns, const mbill__schedule *schedule)
{
    for (size_t i = 0; i < columns->n_rows; i++)
        if (columns->rows[i].schedule == schedule) return columns->rows[i].fit ? &columns->rows[i] : NULL;
    return NULL;
}

bool mbill__columns_step(const mbill__columns *columns, int64_t utc_s, size_t *out_step)
{
    int64_t since_s = utc_s - columns->axis->start_utc_s;
    if (since_s < 0 || since_s % columns->axis->step_s != 0 || since_s / columns->axis->step_s > columns->axis->n) return false;
    *out_step = (size_t)(since_s / columns->axis->step_s);
    return true;
}
