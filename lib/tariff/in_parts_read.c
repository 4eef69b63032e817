/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "in_parts" does: a bill over two months that is made out as that of one, twice. */
#include "tariff/in_parts_read.h"

#include "tariff/term_read.h"

/* What stands for the whole bill, or is remembered from bill to bill, has no equal parts. */
static const char *wrong_with(const mbill_tariff *tariff, const mbill__charge *charge)
{
    if (charge->quantity.peak != NULL) return "a peak is not divided";
    if (charge->quantity.meter < 0 && charge->quantity.money == NULL) return "a fixed amount is due \"per\" a time";
    if (charge->ladder.n_tiers > 1 && charge->ladder.over != MBILL__OVER_BILL)
        return "a ladder that goes on from bill to bill is not begun anew in each part; expected \"over\": \"bill\"";
    if (charge->credit_until != 0) return "what is kept for later bills is one quantity";
    if (charge->series != NULL) return "each step of a price series has a quantity of its own";
    if (tariff->buy.step_micro != 0) return "a purchase is no bill over several months; expected no \"buy\"";
    return NULL;
}

mbill_status mbill__in_parts_read(const mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    mbill__in_parts *parts = &charge->quantity.parts;
    mbill__node node;
    int64_t number;
    if (!mbill__node_get(object, "in_parts", &node)) return MBILL_OK;
    const char *wrong = wrong_with(tariff, charge);
    if (wrong != NULL) return mbill__node_fail(&node, err, MBILL_E_INVALID, "%s", wrong);
    parts->is = true;
    if (mbill__node_kind(&node) != MBILL__JSON_TEXT) {
        MBILL_TRY(mbill__node_whole(&node, 2, MBILL__PARTS_MAX, &number, err));
        parts->number = (int32_t)number;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__multiplier_read(tariff, &node, &parts->term, err));
    if (parts->term >= 0 || parts->term == MBILL__TERM_MONTHS) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "expected a number of parts, a fact, or \"months\"");
}
