/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a bound can follow another charge. What a peak is billed as depends on no ladder, so that bounds can never come back to
 * themselves. */
#include "tariff/hours_read.h"

#include <string.h>

static bool is_input(const mbill_tariff *tariff, const char *name)
{
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (strcmp(tariff->inputs[i].name, name) == 0) return true;
    return false;
}

/* From 1; 0: none. */
static int32_t find_charge(const mbill_tariff *tariff, const char *name)
{
    for (size_t i = 0; i < tariff->n_charges; i++)
        if (strcmp(tariff->labels.charges[i].id, name) == 0) return (int32_t)i + 1;
    return 0;
}

mbill_status mbill__hours_read(const mbill_tariff *tariff, const mbill__node *of, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(of, &name, err));
    if (!is_input(tariff, name)) *out = find_charge(tariff, name);
    return MBILL_OK;
}

static mbill_status check_peak(const mbill__node *of, const char *name, const mbill__charge *charge, const mbill__charge *demand,
    mbill_error *err)
{
    if (charge == demand)
        return mbill__node_fail(of, err, MBILL_E_INVALID, "the bounds of charge \"%s\" follow the charge itself", name);
    if (demand->quantity.peak == NULL)
        return mbill__node_fail(of, err, MBILL_E_INVALID, "charge \"%s\" is not on a peak; expected one with \"peak_of\"", name);
    if (charge->quantity.money != NULL)
        return mbill__node_fail(of, err, MBILL_E_INVALID,
            "bounds that follow the peak of charge \"%s\" are for a ladder on a quantity, not on money", name);
    if (demand->n_conditions > 0)
        return mbill__node_fail(of, err, MBILL_E_AMBIGUOUS,
            "charge \"%s\" has \"only_if\": which peak when it is not due? Expected a charge that always is", name);
    int32_t over = charge->quantity.peak != NULL ? charge->quantity.peak->over : (int32_t)charge->ladder.over;
    if (over == demand->quantity.peak->over) return MBILL_OK;
    return mbill__node_fail(of, err, MBILL_E_INVALID,
        "the ladder is not over the same span as the peak of charge \"%s\"; expected that", name);
}

static mbill_status check_of(const mbill_tariff *tariff, const mbill__node *of, const mbill__charge *charge, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(of, &name, err));
    int32_t place = find_charge(tariff, name);
    if (place == 0) return MBILL_OK;
    const mbill__charge *demand = &tariff->charges[place - 1];
    if (!is_input(tariff, name)) return check_peak(of, name, charge, demand, err);
    if (demand->quantity.peak == NULL) return MBILL_OK;
    return mbill__node_fail(of, err, MBILL_E_AMBIGUOUS,
        "\"%s\" is an input and a charge on a peak; expected another name for one of them", name);
}

/* All bounds that stand in a list, in lists of it, and by season. */
static mbill_status check_all(const mbill_tariff *tariff, const mbill__node *bounds, const mbill__charge *charge,
    mbill_error *err)
{
    mbill__node node;
    if (mbill__node_kind(bounds) == MBILL__JSON_OBJECT && mbill__node_get(bounds, "of", &node) &&
        mbill__node_kind(&node) == MBILL__JSON_TEXT)
        return check_of(tariff, &node, charge, err);
    for (bool more = mbill__node_first(bounds, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(check_all(tariff, &node, charge, err));
    return MBILL_OK;
}

mbill_status mbill__hours_check(const mbill_tariff *tariff, const mbill__node *object, const mbill__charge *charge,
    mbill_error *err)
{
    mbill__node tiers, inside, bounds;
    if (!mbill__node_get(object, "tiers", &tiers)) return MBILL_OK;
    if (mbill__node_get(&tiers, "bounds", &bounds) || mbill__node_get(&tiers, "widths", &bounds))
        MBILL_TRY(check_all(tariff, &bounds, charge, err));
    if (!mbill__node_get(&tiers, "inside", &inside) || !mbill__node_get(&inside, "bounds", &bounds)) return MBILL_OK;
    return check_all(tariff, &bounds, charge, err);
}

bool mbill__hours_follow(const mbill__ladder *ladder)
{
    size_t n_seasons = ladder->by_season ? ladder->schedule->n_seasons : 1;
    for (size_t i = 0; i < n_seasons * (ladder->n_tiers - 1); i++)
        if (ladder->bounds[i].demand != 0) return true;
    return false;
}
