/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a charge can make more lines. An upper bound from the shape of the tariff and the length of the span alone. */
#include "number/round.h"
#include "tariff/tariff.h"

/* How many spans of the ladder a bill of so many days can touch. */
static int64_t stretches(mbill__over over, int64_t days)
{
    static const int64_t shortest_days[] = {INT64_MAX, INT64_MAX, 1, 28, 89, 365, 28, 58, 119, 180, 1};
    return days / shortest_days[over] + 2;
}

/* Every line of a price series begins with a step of its own. */
static int64_t series_lines(const mbill__price_series *series, int64_t days)
{
    return days * 86400 / series->step_s + 2;
}

static int64_t charge_lines(const mbill_tariff *tariff, const mbill__charge *charge, int64_t days)
{
    const int64_t rounding = 1, parts_of_fixed = 2, moved_and_settled = 2;
    if (charge->series != NULL) return series_lines(&tariff->series[charge->series->series], days) + rounding;
    if (charge->bound != MBILL__BOUND_NONE) return (charge->credit_until == 0 ? 1 : moved_and_settled) + rounding;
    if (charge->credit_until != 0) return 1 + moved_and_settled + rounding;
    bool by_period = charge->by_period || charge->ladder.across == MBILL__ACROSS_EACH;
    int64_t periods = by_period ? (int64_t)tariff->labels.n_periods : 1;
    int64_t tiers = charge->ladder.whole ? 2 : (int64_t)charge->ladder.n_tiers;
    int64_t base = charge->base == NULL ? 0 : periods;
    int64_t seasons = charge->rates_each_season == 0 ? 0 : (days / 365 + 2) * (int64_t)MBILL__SEASONS_MAX;
    int64_t fees = charge->ladder.fee_due == MBILL__FEE_NONE ? 0 : (int64_t)charge->ladder.n_tiers;
    mbill__over over = charge->quantity.peak == NULL ? charge->ladder.over : (mbill__over)charge->quantity.peak->over;
    int64_t parts = !charge->quantity.parts.is ? 1
        : charge->quantity.parts.number > 0    ? charge->quantity.parts.number
                                               : MBILL__PARTS_MAX;
    return ((stretches(over, days) + seasons) * (periods * tiers + base + fees) + parts_of_fixed + rounding) * parts;
}

mbill_status mbill_tariff_lines_max(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, size_t *out_n_lines,
    mbill_error *err)
{
    MBILL__NEED(tariff);
    MBILL__NEED(out_n_lines);
    int64_t seconds, total = 2; /* rounding of the bill, and what was charged before */
    if (from_utc_s >= to_utc_s || !mbill__subtract(to_utc_s, from_utc_s, &seconds))
        return mbill__fail(err, MBILL_E_RANGE, "the span is empty or longer than time");
    for (size_t i = 0; i < tariff->n_charges; i++)
        if (!mbill__add(total, charge_lines(tariff, &tariff->charges[i], seconds / 86400 + 1), &total) || total > INT32_MAX)
            return mbill__fail(err, MBILL_E_RANGE, "the span is too long for one bill");
    *out_n_lines = (size_t)total;
    return MBILL_OK;
}
