/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a price series, or of a rate that is one, does. The prices themselves come with each pricing call. */
#include "tariff/series_read.h"

#include "tariff/rounding_read.h"
#include "tariff/step_read.h"
#include "tariff/take.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

static mbill_status read_one(mbill_tariff *tariff, const mbill__node *object, mbill__price_series *out, mbill_error *err)
{
    static const char *const keys[] = {"step", "unit"};
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_key_name(object, &text, err));
    MBILL_TRY(mbill__tariff_text(tariff, text, &out->name, err));
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "step", &node, err));
    MBILL_TRY(mbill__step_read(&node, &out->step_s, err));
    MBILL_TRY(mbill__node_need(object, "unit", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__tariff_text(tariff, text, &out->unit, err);
}

mbill_status mbill__series_read(mbill_tariff *tariff, const mbill__node *object, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT)
        return mbill__node_fail(object, err, MBILL_E_TYPE, "expected an object with one member a price series");
    size_t n = mbill__node_count(object);
    if (n > MBILL__SERIES_MAX)
        return mbill__node_fail(object, err, MBILL_E_LIMIT, "%zu price series; expected at most %d", n, MBILL__SERIES_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n + 1, sizeof *tariff->series, &tariff->series, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_one(tariff, &node, &tariff->series[node.index], err));
    tariff->n_series = n;
    return MBILL_OK;
}

bool mbill__is_series(const mbill__node *rate)
{
    mbill__node node;
    return mbill__node_get(rate, "series", &node);
}

static mbill_status find(const mbill_tariff *tariff, const mbill__node *rate, int32_t *out, mbill_error *err)
{
    mbill__node node;
    const char *name;
    MBILL_TRY(mbill__node_need(rate, "series", &node, err));
    MBILL_TRY(mbill__node_text(&node, &name, err));
    for (size_t i = 0; i < tariff->n_series; i++) {
        if (strcmp(tariff->series[i].name, name) != 0) continue;
        tariff->series[i].used = true;
        *out = (int32_t)i;
        return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "\"%s\" is not a price series of the tariff", name);
}

/* A price for each step needs to know what was used in each. */
static mbill_status check_quantity(const mbill_tariff *tariff, const mbill__node *rate, const mbill__charge *charge,
    mbill_error *err)
{
    const mbill__quantity *quantity = &charge->quantity;
    if (quantity->meter < 0)
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "only a register has a price that changes in time");
    const mbill__derived *derived = tariff->inputs[quantity->meter].derived;
    if (derived != NULL && derived->per != MBILL__PER_INTERVAL)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "input \"%s\" knows no time, but its price changes in time; expected \"per\": \"interval\"",
            tariff->inputs[quantity->meter].name);
    if (charge->ladder.n_tiers > 1)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "a price series has no tiers; expected another charge for what the tiers add");
    if (quantity->free_micro != 0)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "part of the quantity is free: at which of the prices? Expected no \"free\"");
    if (quantity->round.step_micro != 0)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "the quantity is rounded: at which of the prices? Expected no \"round\" in \"quantity\"");
    return MBILL_OK;
}

static mbill_status read_factors(const mbill__node *rate, mbill__series_rate *out, mbill_error *err)
{
    mbill__node node;
    out->times_nano = ONE_NANO;
    if (mbill__node_get(rate, "times", &node)) MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_NANO, &out->times_nano, err));
    if (out->times_nano == 0)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "no times a price is the same at all times; expected a number");
    if (mbill__node_get(rate, "plus", &node)) MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_NANO, &out->plus_nano, err));
    return mbill__node_get(rate, "round", &node) ? mbill__rounding_read(&node, &out->round, err) : MBILL_OK;
}

mbill_status mbill__series_rate_read(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"series", "times", "plus", "round"};
    mbill__series_rate *out;
    int64_t *none_nano;
    MBILL_TRY(mbill__node_object(rate, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(check_quantity(tariff, rate, charge, err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *out, &out, err));
    MBILL_TRY(find(tariff, rate, &out->series, err));
    const mbill__price_series *series = &tariff->series[out->series];
    if (strcmp(series->unit, charge->quantity.unit) != 0)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "the prices of \"%s\" are per \"%s\", but the quantity is in \"%s\"; expected the quantity's own unit", series->name,
            series->unit, charge->quantity.unit);
    if (tariff->buy.step_micro != 0)
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "a rate that is a price series has no \"buy\"; expected a number");
    MBILL_TRY(read_factors(rate, out, err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *none_nano, &none_nano, err));
    charge->rates_nano = none_nano;
    charge->series = out;
    return MBILL_OK;
}

/* As deep as documents may be. */
mbill_status mbill__series_refuse_inside(const mbill__node *rate, mbill_error *err)
{
    mbill__node part;
    for (bool more = mbill__node_first(rate, &part); more; more = mbill__node_next(&part)) {
        if (mbill__is_series(&part))
            return mbill__node_fail(&part, err, MBILL_E_INVALID,
                "a price series is the rate of a whole charge; expected no tiers, periods or seasons around it");
        MBILL_TRY(mbill__series_refuse_inside(&part, err));
    }
    return MBILL_OK;
}

mbill_status mbill__series_check_used(const mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    mbill__node all, node;
    if (!mbill__node_get(root, "series", &all)) return MBILL_OK;
    for (bool more = mbill__node_first(&all, &node); more; more = mbill__node_next(&node))
        if (!tariff->series[node.index].used)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "nothing is priced by series \"%s\"", node.key);
    return MBILL_OK;
}
