/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what can be taken from a column, or the way it is, does. Quantities are checked (mbill_column_check): their sums cannot
 * overflow. */
#include "tariff/gather_column.h"

bool mbill__column_supply_start(mbill__column_supply *supply, const mbill__measure *measure)
{
    const mbill__scope *scope = measure->scope;
    const mbill__ladder *ladder = &measure->charge->ladder;
    bool climbs = ladder->split == MBILL__SPLIT_CHRONOLOGICAL && measure->by_period;
    *supply = (mbill__column_supply){.column = NULL};
    const mbill_column *column = mbill__scope_column(scope, measure->charge->quantity.meter);
    if (column == NULL || column->flags != NULL || !scope->columns->on_steps || measure->weighed) return false;
    if (climbs && (column->any_negative || measure->scaled)) return false;
    if (measure->by_period) supply->rows = mbill__columns_rows(scope->columns, ladder->schedule);
    if (measure->by_period && supply->rows == NULL) return false;
    if (ladder->over > MBILL__OVER_BILL && !scope->columns->days_on_steps) return false;
    supply->column = column;
    supply->at = scope->columns->from;
    return true;
}

static size_t end_step(const mbill__measure *measure, const mbill__stretch *at)
{
    size_t end = measure->scope->columns->to;
    if (!mbill__columns_step(measure->scope->columns, at->to_utc_s, &end)) return measure->scope->columns->to;
    return end;
}

void mbill__gather_column(mbill__column_supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    mbill__used *used)
{
    const int64_t *quantities_micro = supply->column->quantities_micro;
    size_t from = supply->at, to = end_step(measure, at);
    supply->at = to;
    if (supply->rows != NULL) {
        mbill__rows_sum(supply->rows, quantities_micro, from, to, used->period_micro);
    } else {
        used->period_micro[0] += mbill__sum_of(quantities_micro + from, to - from);
    }
}

/* ---- through the ladder ---- */

enum { BLOCK = 64 };

/* The first step from `from` on that does not end at room_micro or below; it is looked for a block at a time. */
static size_t steps_within(const int64_t *quantities_micro, size_t from, size_t to, int64_t room_micro)
{
    size_t at = from;
    while (to - at >= BLOCK) {
        int64_t block_micro = mbill__sum_of(quantities_micro + at, BLOCK);
        if (block_micro > room_micro) break;
        room_micro -= block_micro;
        at += BLOCK;
    }
    for (; at < to && quantities_micro[at] <= room_micro; at++) room_micro -= quantities_micro[at];
    return at;
}

static int64_t sum_of_tier(const mbill__used *used, const mbill__measure *measure, size_t tier)
{
    return mbill__sum_of(used->parts_micro[tier], measure->n_periods);
}

/* Steps of one tier: all of them at its price. */
static mbill_status climb_within(mbill__column_supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, size_t to, mbill__used *used, mbill_error *err)
{
    size_t n_tiers = measure->charge->ladder.n_tiers;
    const int64_t *quantities_micro = supply->column->quantities_micro;
    int64_t above_micro;
    if (!mbill__add(before_micro, used->scaled_micro, &above_micro)) return mbill__quantity_overflow(err);
    size_t tier = 0, end = to;
    while (tier + 1 < n_tiers && at->bounds_micro[tier] <= above_micro) tier++;
    if (tier + 1 < n_tiers) end = steps_within(quantities_micro, supply->at, to, at->bounds_micro[tier] - above_micro);
    int64_t micro = -sum_of_tier(used, measure, tier);
    mbill__rows_sum(supply->rows, quantities_micro, supply->at, end, used->parts_micro[tier]);
    micro += sum_of_tier(used, measure, tier);
    used->raw_micro += micro;
    used->scaled_micro = used->raw_micro;
    supply->at = end;
    return mbill__add(above_micro, micro, &above_micro) ? MBILL_OK : mbill__quantity_overflow(err);
}

mbill_status mbill__climb_column(mbill__column_supply *supply, const mbill__measure *measure, const mbill__stretch *at,
    int64_t before_micro, mbill__used *used, mbill_error *err)
{
    size_t to = end_step(measure, at);
    while (supply->at < to) {
        MBILL_TRY(climb_within(supply, measure, at, before_micro, to, used, err));
        if (supply->at == to) break;
        mbill__piece crossing = {supply->column->quantities_micro[supply->at], 1, supply->rows->periods[supply->at], 0};
        MBILL_TRY(mbill__used_climb(used, measure, at, before_micro, crossing, err));
        supply->at++;
    }
    return MBILL_OK;
}
