/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a table gives its value does. */
#include "tariff/table.h"

#include "number/round.h"

#include <inttypes.h>

static bool holds(const mbill__table_row *row, int64_t number_micro)
{
    bool above = !row->has_low || number_micro > row->low_micro || (number_micro == row->low_micro && !row->low_open);
    bool below = !row->has_high || number_micro < row->high_micro || (number_micro == row->high_micro && !row->high_open);
    return above && below;
}

/* What is added for the distance to a number, in exact proportion or in whole steps. */
static bool slope(const mbill__table_row *row, int64_t number_micro, int64_t *out_nano)
{
    int64_t distance_micro, steps;
    if (!(row->falling ? mbill__subtract(row->origin_micro, number_micro, &distance_micro)
                       : mbill__subtract(number_micro, row->origin_micro, &distance_micro)))
        return false;
    if (row->exact)
        return mbill__multiply_divide(distance_micro, row->add_nano, row->each_micro, MBILL_ROUND_HALF_EVEN, out_nano);
    return mbill__round_quotient(mbill__wide_of(distance_micro), mbill__wide_of(row->each_micro), row->how, &steps) &&
        mbill__multiply(steps, row->add_nano, out_nano);
}

mbill_status mbill__table_look_up(const mbill__table *table, int64_t number_micro, int64_t *out_nano, mbill_error *err)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        const mbill__table_row *row = &table->rows[i];
        int64_t added_nano = 0;
        if (!holds(row, number_micro)) continue;
        if ((row->each_micro == 0 || slope(row, number_micro, &added_nano)) && mbill__add(row->value_nano, added_nano, out_nano))
            return MBILL_OK;
        return mbill__fail(err, MBILL_E_OVERFLOW, "the value of table \"%s\" leaves the range of rates", table->name);
    }
    char number[MBILL_DECIMAL_TEXT_MAX];
    size_t room = sizeof number;
    MBILL_TRY(mbill_decimal_print(number_micro, MBILL_SCALE_MICRO, number, &room, err));
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "table \"%s\" has no row for %s", table->name, number);
}
