/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when "once_per" does: its form, and in which spans it is due. */
#include "tariff/once.h"

#include "document/month_day_read.h"
#include "tariff/take.h"

static mbill_status read_start(const mbill__node *node, mbill__charge *charge, mbill_error *err)
{
    if (charge->once_per != MBILL__OVER_QUARTER && charge->once_per != MBILL__OVER_YEAR)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"start\" is for \"once_per\" a quarter or a year");
    return mbill__month_day_read(node, &charge->once_start, err);
}

mbill_status mbill__once_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    static const char *const words[] = {"day", "month", "quarter", "year"};
    mbill__node node, other, start;
    int32_t word;
    bool starts = mbill__node_get(object, "start", &start);
    if (!mbill__node_get(object, "once_per", &node))
        return starts ? mbill__node_fail(&start, err, MBILL_E_INVALID, "\"start\" is for \"once_per\" a quarter or a year")
                      : MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, words, MBILL__COUNT(words), &word, err));
    if (charge->quantity.meter >= 0 || charge->quantity.money != NULL || charge->quantity.peak != NULL ||
        charge->ladder.n_tiers > 1)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"once_per\" is for a fixed amount; a register, a peak, money and tiers are counted over the bill");
    if (mbill__node_get(object, "per", &other))
        return mbill__node_fail(&other, err, MBILL_E_INVALID,
            "a charge is due \"per\" a time or \"once_per\" it; expected one of them");
    charge->once_per = (mbill__over)(word + MBILL__OVER_DAY);
    if (starts) MBILL_TRY(read_start(&start, charge, err));
    charge->once_slot = tariff->n_slots++;
    if (tariff->n_slots > MBILL__SLOTS_MAX)
        return mbill__node_fail(&node, err, MBILL_E_LIMIT, "more than %d ladders and charges to keep count of", MBILL__SLOTS_MAX);
    return MBILL_OK;
}

mbill__ladder mbill__once_spans(const mbill__charge *charge)
{
    return (mbill__ladder){.over = charge->once_per, .start = charge->once_start};
}

mbill_status mbill__once_count(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slot, int64_t *out_count,
    mbill_error *err)
{
    int32_t last = scope->so_far.to > scope->so_far.from && scope->ends_at_midnight ? scope->so_far.to - 1 : scope->so_far.to;
    const mbill__ladder spans = mbill__once_spans(charge);
    *out_count = 0;
    for (int32_t day = scope->so_far.from; day <= last;) {
        int32_t from, to;
        MBILL_TRY(mbill__ladder_span(&spans, day, &from, &to, err));
        if (from > slot->span_day) {
            *slot = (mbill__slot){from, 0, 0};
            ++*out_count;
        }
        day = to;
    }
    return MBILL_OK;
}
