/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when "once_per" does: its form, and in which spans it is due. */
#include "tariff/once.h"

#include "tariff/take.h"

mbill_status mbill__once_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    static const char *const words[] = {"day", "month", "quarter", "year"};
    mbill__node node, other;
    int32_t word;
    if (!mbill__node_get(object, "once_per", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, words, MBILL__COUNT(words), &word, err));
    if (charge->quantity.meter >= 0 || charge->quantity.money != NULL || charge->quantity.peak != NULL ||
        charge->ladder.n_tiers > 1)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"once_per\" is for a fixed amount; a register, a peak, money and tiers are counted over the bill");
    if (mbill__node_get(object, "per", &other))
        return mbill__node_fail(&other, err, MBILL_E_INVALID,
            "a charge is due \"per\" a time or \"once_per\" it; expected one of them");
    charge->once_per = (mbill__over)(word + MBILL__OVER_DAY);
    charge->once_slot = tariff->n_slots++;
    if (tariff->n_slots > MBILL__SLOTS_MAX)
        return mbill__node_fail(&node, err, MBILL_E_LIMIT, "more than %d ladders and charges to keep count of", MBILL__SLOTS_MAX);
    return MBILL_OK;
}

mbill_status mbill__once_count(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slot, int64_t *out_count,
    mbill_error *err)
{
    int32_t last = scope->so_far.to > scope->so_far.from && scope->ends_at_midnight ? scope->so_far.to - 1 : scope->so_far.to;
    *out_count = 0;
    for (int32_t day = scope->so_far.from; day <= last;) {
        int32_t from, to;
        MBILL_TRY(mbill__span_of(mbill__over_kind(charge->once_per), 0, day, &from, &to, err));
        if (from > slot->span_day) {
            *slot = (mbill__slot){from, 0, 0};
            ++*out_count;
        }
        day = to;
    }
    return MBILL_OK;
}
