/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a charge can say what a part of a bill has of it. A part is priced like a bill of its own, so that whatever stands for the whole bill
 * would be due once more in each part. */
#include "base/fail.h"
#include "tariff/change.h"

/* What a number knows of a bill's use. */
typedef enum of_use {
    NOT_OF_USE = 0, /* facts alone */
    RATIO_OF_USE,   /* the same of a part that has its share of everything, as when use is divided by days */
    OF_USE          /* of a part it is another */
} of_use;

/* As deep as MBILL__DERIVED_DEPTH_MAX. */
static of_use use_of(const mbill_tariff *tariff, int32_t input)
{
    const mbill__derived *derived = tariff->inputs[input].derived;
    bool all = true;
    of_use most = NOT_OF_USE;
    if (derived == NULL) return tariff->inputs[input].is_fact ? NOT_OF_USE : OF_USE;
    for (size_t i = 0; i < derived->n_terms; i++) {
        of_use term = use_of(tariff, derived->terms[i].input);
        all = all && term == OF_USE;
        if (term > most) most = term;
    }
    bool ratio = derived->how == MBILL__QUOTIENT || derived->how == MBILL__POWER_FACTOR;
    return ratio && all ? RATIO_OF_USE : most;
}

static bool differs(const mbill_tariff *tariff, int32_t input, int32_t split)
{
    of_use use = use_of(tariff, input);
    return use == OF_USE || (use == RATIO_OF_USE && split == MBILL_CHANGE_READINGS);
}

/* Its amount grows with the part's length: by days or months, as a term or by "per". */
static bool grows_with_days(const mbill__quantity *quantity)
{
    for (size_t i = 0; i < quantity->n_terms; i++)
        if (quantity->terms[i] == MBILL__TERM_DAYS || quantity->terms[i] == MBILL__TERM_MONTHS) return true;
    return false;
}

static bool is_time(int32_t term)
{
    return term == MBILL__TERM_DAYS || term == MBILL__TERM_MONTHS;
}

static const char *wrong_ladder(const mbill__ladder *ladder)
{
    if (ladder->n_tiers <= 1 || ladder->over > MBILL__OVER_BILL) return NULL;
    if (ladder->fee_due != MBILL__FEE_NONE) return "a fee of its tiers is due for the bill";
    if (ladder->scale.of_days != 0 || is_time(ladder->times)) return NULL;
    return "its ladder is over the bill and not scaled by days";
}

static const char *wrong_condition(const mbill_tariff *tariff, const mbill__charge *charge, int32_t split)
{
    for (size_t i = 0; i < charge->n_conditions; i++)
        if (differs(tariff, charge->conditions[i].input, split)) return "it is due on the use of the whole bill";
    return NULL;
}

static const char *wrong_amount(const mbill__charge *charge)
{
    const mbill__quantity *quantity = &charge->quantity;
    if (quantity->cut != 0) return "its days are those before or from a day that is looked for in the whole bill";
    if (charge->bound != MBILL__BOUND_NONE)
        return charge->limit_over != MBILL__OVER_NONE || charge->rates_nano[0] == 0 || grows_with_days(quantity)
            ? NULL
            : "its limit is for the bill";
    if (quantity->parts.is) return "it is priced in parts of the bill";
    if (quantity->money != NULL) return NULL;
    if (quantity->peak != NULL) return grows_with_days(quantity) ? NULL : "its peak is one of the bill or month";
    if (quantity->least_micro != 0 && !is_time(quantity->least_times)) return "its least quantity is for the bill";
    if (quantity->meter >= 0)
        return quantity->free_micro == 0 || is_time(quantity->free_times) ? NULL : "its free quantity is for the bill";
    if (charge->once_per != MBILL__OVER_NONE || charge->per != MBILL__PER_BILL || grows_with_days(quantity)) return NULL;
    return "its amount is for the bill";
}

static const char *wrong_lookup(const mbill_tariff *tariff, const mbill__charge *charge, int32_t split)
{
    size_t n_rates = charge->ladder.n_tiers * (charge->by_period ? tariff->labels.n_periods : 1);
    for (size_t i = 0; charge->lookups != NULL && i < n_rates; i++)
        if (charge->lookups[i].table >= 0 && differs(tariff, charge->lookups[i].by, split))
            return "its rate is looked up by the use of the whole bill";
    return NULL;
}

/* What multiplies it, or what is above or below 0 of a difference of readings. */
static const char *wrong_quantity(const mbill_tariff *tariff, const mbill__quantity *quantity, int32_t split)
{
    for (size_t i = 0; i < quantity->n_terms; i++)
        if (quantity->terms[i] >= 0 && differs(tariff, quantity->terms[i], split))
            return "what multiplies it is of the use of the whole bill";
    const mbill__derived *derived = quantity->meter >= 0 ? tariff->inputs[quantity->meter].derived : NULL;
    bool apart = derived != NULL && derived->per != MBILL__PER_INTERVAL && split == MBILL_CHANGE_READINGS;
    if (apart && derived->how == MBILL__APPARENT) return "its apparent energy is of the whole bill";
    return apart && derived->part != MBILL__PART_ALL ? "its difference is taken over the whole bill" : NULL;
}

mbill_status mbill__change_check(const mbill_tariff *tariff, int32_t split, mbill_error *err)
{
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__charge *charge = &tariff->charges[i];
        const char *wrong = wrong_condition(tariff, charge, split);
        if (wrong == NULL) wrong = wrong_ladder(&charge->ladder);
        if (wrong == NULL) wrong = wrong_amount(charge);
        if (wrong == NULL) wrong = wrong_quantity(tariff, &charge->quantity, split);
        if (wrong == NULL) wrong = wrong_lookup(tariff, charge, split);
        if (wrong != NULL)
            return mbill__fail(err, MBILL_E_AMBIGUOUS,
                "charge \"%s\" of version \"%s\" has no rule for a part of a bill: %s; expected a bill up to the change",
                tariff->labels.charges[i].id, tariff->labels.version, wrong);
    }
    return MBILL_OK;
}
