/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a minimum or maximum does. */
#include "tariff/limit_read.h"

#include "document/month_day_read.h"
#include "tariff/credit.h"
#include "tariff/quantity_read.h"
#include "tariff/take.h"

#define ONE_NANO INT64_C(1000000000)

/* What a bound's limit is: {"amount": …} or {"quantity": …, "rate": …}. */
static mbill_status read_limit(mbill_tariff *tariff, const mbill__node *limit, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"amount", "quantity", "rate", "over", "start"};
    mbill__node amount, quantity, rate;
    int64_t *rate_nano;
    MBILL_TRY(mbill__node_object(limit, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *rate_nano, &rate_nano, err));
    charge->rates_nano = rate_nano;
    if (mbill__node_get(limit, "amount", &amount)) {
        if (mbill__node_get(limit, "quantity", &quantity) || mbill__node_get(limit, "rate", &rate))
            return mbill__node_fail(limit, err, MBILL_E_INVALID, "expected either \"amount\" or \"quantity\" and \"rate\"");
        charge->quantity = (mbill__quantity){.meter = -1, .terms = {MBILL__TERM_ONE}, .n_terms = 1, .factor_nano = ONE_NANO};
        return mbill__node_decimal(&amount, MBILL_SCALE_NANO, rate_nano, err);
    }
    MBILL_TRY(mbill__node_need(limit, "quantity", &quantity, err));
    MBILL_TRY(mbill__node_need(limit, "rate", &rate, err));
    MBILL_TRY(mbill__quantity_read(tariff, &quantity, limit->parent->index, &charge->quantity, err));
    if (charge->quantity.meter >= 0 || charge->quantity.money != NULL || charge->quantity.peak != NULL)
        return mbill__node_fail(&quantity, err, MBILL_E_INVALID,
            "a limit is counted in facts, days, months or one; expected no register, peak or money");
    return mbill__node_decimal(&rate, MBILL_SCALE_NANO, rate_nano, err);
}

/* Over more than a bill: what earlier bills of the span came to stands in the position. */
static mbill_status read_over(mbill_tariff *tariff, const mbill__node *limit, mbill__charge *charge, mbill_error *err)
{
    static const char *const words[] = {"month", "quarter", "year"};
    static const mbill__over overs[] = {MBILL__OVER_MONTH, MBILL__OVER_QUARTER, MBILL__OVER_YEAR};
    mbill__node over, start;
    int32_t word;
    bool starts = mbill__node_get(limit, "start", &start);
    if (!mbill__node_get(limit, "over", &over))
        return starts ? mbill__node_fail(&start, err, MBILL_E_INVALID, "\"start\" is for a limit \"over\" a quarter or a year")
                      : MBILL_OK;
    MBILL_TRY(mbill__node_word(&over, words, MBILL__COUNT(words), &word, err));
    charge->limit_over = overs[word];
    if (charge->n_conditions > 0)
        return mbill__node_fail(&over, err, MBILL_E_AMBIGUOUS,
            "a limit over a %s with \"only_if\": do bills count in which it is not due? Expected a limit that always is",
            words[word]);
    for (size_t i = 0; i < charge->quantity.n_terms; i++)
        if (charge->quantity.terms[i] == MBILL__TERM_DAYS || charge->quantity.terms[i] == MBILL__TERM_MONTHS)
            return mbill__node_fail(&over, err, MBILL_E_AMBIGUOUS,
                "a limit that counts days or months: of the bill, or of the %s? Expected a limit of facts or an amount",
                words[word]);
    if (starts && word == 0) return mbill__node_fail(&start, err, MBILL_E_INVALID, "a month begins on its first day");
    if (starts) MBILL_TRY(mbill__month_day_read(&start, &charge->limit_start, err));
    charge->limit_slot = tariff->n_slots++;
    if (tariff->n_slots > MBILL__SLOTS_MAX)
        return mbill__node_fail(&over, err, MBILL_E_LIMIT, "more than %d ladders and charges to keep count of", MBILL__SLOTS_MAX);
    return MBILL_OK;
}

mbill_status mbill__limit_read(mbill_tariff *tariff, const mbill__node *object, const mbill__node *limit, mbill__charge *charge,
    mbill_error *err)
{
    static const char *const foreign[] = {"quantity", "rate", "unit", "tiers", "per", "part", "once_per", "start", "in_parts"};
    mbill__node node;
    if (charge->bound == MBILL__BOUND_AT_MOST && mbill__node_get(object, "credit", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "a maximum keeps nothing; expected \"credit\" beside \"at_least\"");
    for (size_t i = 0; i < MBILL__COUNT(foreign); i++)
        if (mbill__node_get(object, foreign[i], &node))
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"%s\" says nothing in a minimum or maximum", foreign[i]);
    MBILL_TRY(read_limit(tariff, limit, charge, err));
    MBILL_TRY(read_over(tariff, limit, charge, err));
    MBILL_TRY(mbill__node_need(object, "of", &node, err));
    MBILL_TRY(mbill__money_read(tariff, &node, object->index, &charge->of, &charge->n_of, err));
    charge->quantity.unit = tariff->labels.currency;
    if (charge->limit_over != MBILL__OVER_NONE && mbill__node_get(object, "credit", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "a minimum over more than a bill keeps nothing; expected \"credit\" beside one of each bill");
    return mbill__credit_read(tariff, object, charge, err);
}
