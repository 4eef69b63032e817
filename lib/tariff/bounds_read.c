/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when bounds can be written in another way. Bounds that are numbers must rise, and widths be above 0, before the tariff loads; those that
 * follow facts are checked when they are known. */
#include "tariff/bounds_read.h"

#include "tariff/rounding_read.h"
#include "tariff/take.h"
#include "tariff/term_read.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

/* Of one fact, or of some. */
static mbill_status read_terms(mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, mbill_error *err)
{
    mbill__node of, product;
    bool single = mbill__node_get(node, "of", &of);
    if (single && mbill__node_get(node, "product", &product))
        return mbill__node_fail(&product, err, MBILL_E_INVALID, "expected \"of\" or \"product\", not both");
    if (single) {
        out->n_terms = 1;
        return mbill__multiplier_read(tariff, &of, &out->terms[0], err);
    }
    MBILL_TRY(mbill__node_need(node, "product", &product, err));
    MBILL_TRY(mbill__product_read(tariff, &product, out, err));
    if (out->meter < 0) return MBILL_OK;
    return mbill__node_fail(&product, err, MBILL_E_INVALID, "a bound is a product of facts, and has no register");
}

/* {"product": …} or {"of": …}, with "factor" and "over": a quantity of facts over a number. */
static mbill_status read_product(mbill_tariff *tariff, const mbill__node *node, mbill__tier_bound *out, mbill_error *err)
{
    static const char *const keys[] = {"product", "of", "factor", "over"};
    mbill__node part;
    mbill__quantity *quantity;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *quantity, &quantity, err));
    *quantity = (mbill__quantity){.meter = -1, .factor_nano = ONE_NANO, .free_times = MBILL__TERM_ONE};
    MBILL_TRY(read_terms(tariff, node, quantity, err));
    if (mbill__node_get(node, "factor", &part))
        MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_NANO, &quantity->factor_nano, err));
    out->product = quantity;
    out->over_micro = INT64_C(1000000);
    if (!mbill__node_get(node, "over", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->over_micro, err));
    return out->over_micro > 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_RANGE, "a bound is divided by a number above 0");
}

mbill_status mbill__bound_read(mbill_tariff *tariff, const mbill__node *node, mbill__tier_bound *out, mbill_error *err)
{
    return mbill__node_kind(node) == MBILL__JSON_OBJECT ? read_product(tariff, node, out, err)
                                                        : mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->value_micro, err);
}

static mbill_status refuse_step(const mbill__node *node, bool width, int64_t value_micro, int64_t least_micro, mbill_error *err)
{
    char value[32], least[32];
    size_t room = sizeof value;
    MBILL_TRY(mbill_decimal_print(value_micro, MBILL_SCALE_MICRO, value, &room, err));
    room = sizeof least;
    MBILL_TRY(mbill_decimal_print(least_micro, MBILL_SCALE_MICRO, least, &room, err));
    return mbill__node_fail(node, err, MBILL_E_INVALID,
        width ? "tier width \"%s\" is not above \"%s\"" : "tier bound \"%s\" is not above \"%s\", where the tier begins", value,
        least);
}

static mbill_status read_list(mbill_tariff *tariff, const mbill__node *list, bool widths, mbill__tier_bound *out,
    mbill_error *err)
{
    mbill__node node;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill__tier_bound *bound = &out[node.index];
        int64_t least_micro = widths || node.index == 0 ? 0 : bound[-1].value_micro;
        MBILL_TRY(mbill__bound_read(tariff, &node, bound, err));
        if (bound->product != NULL) continue;
        if (bound->value_micro <= least_micro) return refuse_step(&node, widths, bound->value_micro, least_micro, err);
    }
    return MBILL_OK;
}

static mbill_status check_count(const mbill__node *list, mbill__ladder *out, mbill_error *err)
{
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n >= MBILL__TIERS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu bounds; expected at most %d", n, MBILL__TIERS_MAX - 1);
    if (out->n_tiers > 1 && out->n_tiers != n + 1)
        return mbill__node_fail(list, err, MBILL_E_INVALID,
            "%zu bounds here and %zu in the season before; expected as many tiers in each", n, out->n_tiers - 1);
    out->n_tiers = n + 1;
    return MBILL_OK;
}

/* One list a season, by the names of the calendar's seasons. */
static mbill_status read_seasons(mbill_tariff *tariff, const mbill__node *object, bool widths, mbill__ladder *out,
    mbill_error *err)
{
    const mbill__schedule *schedule = out->schedule;
    mbill__node list;
    mbill__tier_bound *bounds;
    if (schedule == NULL || schedule->n_seasons == 0)
        return tariff->n_schedules > 1 && schedule == NULL
            ? mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
                  "bounds by season, and the tariff has %zu calendars; expected \"calendar\" in the charge", tariff->n_schedules)
            : mbill__node_fail(object, err, MBILL_E_INVALID, "bounds by season need a calendar with seasons");
    if (schedule->next != NULL)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "bounds by season need one table of seasons, but the calendar has \"sets\"");
    MBILL_TRY(mbill__node_object(object, schedule->season_names, schedule->n_seasons, err));
    for (size_t i = 0; i < schedule->n_seasons; i++) {
        MBILL_TRY(mbill__node_need(object, schedule->season_names[i], &list, err));
        MBILL_TRY(check_count(&list, out, err));
    }
    size_t n = out->n_tiers - 1;
    MBILL_TRY(mbill__tariff_take(tariff, schedule->n_seasons * n, sizeof *bounds, &bounds, err));
    for (size_t i = 0; i < schedule->n_seasons; i++) {
        MBILL_TRY(mbill__node_need(object, schedule->season_names[i], &list, err));
        MBILL_TRY(read_list(tariff, &list, widths, bounds + i * n, err));
    }
    out->bounds = bounds;
    out->by_season = true;
    return MBILL_OK;
}

static mbill_status read_bounds(mbill_tariff *tariff, const mbill__node *node, bool widths, mbill__ladder *out, mbill_error *err)
{
    mbill__tier_bound *bounds;
    out->widths = widths;
    if (mbill__node_kind(node) == MBILL__JSON_OBJECT) return read_seasons(tariff, node, widths, out, err);
    MBILL_TRY(check_count(node, out, err));
    MBILL_TRY(mbill__tariff_take(tariff, out->n_tiers - 1, sizeof *bounds, &bounds, err));
    out->bounds = bounds;
    return read_list(tariff, node, widths, bounds, err);
}

static mbill_status read_add(mbill_tariff *tariff, const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    static const char *const keys[] = {"for_each", "above", "to_bounds"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    if (out->widths) return mbill__node_fail(node, err, MBILL_E_INVALID, "\"add\" moves bounds, not widths");
    MBILL_TRY(mbill__node_need(node, "for_each", &part, err));
    MBILL_TRY(mbill__multiplier_read(tariff, &part, &out->add_fact, err));
    if (out->add_fact < 0) return mbill__node_fail(&part, err, MBILL_E_INVALID, "bounds are moved for each unit of a fact");
    if (mbill__node_get(node, "above", &part))
        MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->add_above_micro, err));
    MBILL_TRY(mbill__node_need(node, "to_bounds", &part, err));
    return mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->add_micro, err);
}

static mbill_status read_scale_of(const mbill__node *node, mbill__day_scale *out, mbill_error *err)
{
    static const char *const words[] = {"month", "previous_month"};
    int32_t word;
    if (mbill__node_kind(node) != MBILL__JSON_TEXT) return mbill__node_whole(node, 1, 366, &out->of_days, err);
    MBILL_TRY(mbill__node_word(node, words, MBILL__COUNT(words), &word, err));
    out->of_days = word == 0 ? MBILL__SCALE_MONTH : MBILL__SCALE_PREVIOUS_MONTH;
    return MBILL_OK;
}

static mbill_status read_only_outside(const mbill__node *list, mbill__day_scale *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 2, err));
    if (mbill__node_count(list) != 2)
        return mbill__node_fail(list, err, MBILL_E_INVALID, "expected two numbers of days, such as [25, 35]");
    (void)mbill__node_first(list, &node);
    MBILL_TRY(mbill__node_whole(&node, 1, 366, &out->from_days, err));
    (void)mbill__node_next(&node);
    return mbill__node_whole(&node, out->from_days, 366, &out->to_days, err);
}

static mbill_status read_scale(const mbill__node *node, mbill__day_scale *out, mbill_error *err)
{
    static const char *const keys[] = {"by", "of", "only_outside", "round"};
    static const char *const by[] = {"days"};
    mbill__node part;
    int32_t word;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "by", &part, err));
    MBILL_TRY(mbill__node_word(&part, by, MBILL__COUNT(by), &word, err));
    MBILL_TRY(mbill__node_need(node, "of", &part, err));
    MBILL_TRY(read_scale_of(&part, out, err));
    if (mbill__node_get(node, "only_outside", &part)) MBILL_TRY(read_only_outside(&part, out, err));
    return mbill__node_get(node, "round", &part) ? mbill__rounding_read(&part, &out->round, err) : MBILL_OK;
}

mbill_status mbill__bounds_read(mbill_tariff *tariff, const mbill__node *tiers, mbill__ladder *out, mbill_error *err)
{
    mbill__node bounds, widths, part;
    bool given = mbill__node_get(tiers, "bounds", &bounds);
    if (given && mbill__node_get(tiers, "widths", &widths))
        return mbill__node_fail(&widths, err, MBILL_E_INVALID, "tiers have \"bounds\" or \"widths\", not both");
    if (!given && !mbill__node_get(tiers, "widths", &widths)) MBILL_TRY(mbill__node_need(tiers, "bounds", &bounds, err));
    MBILL_TRY(read_bounds(tariff, given ? &bounds : &widths, !given, out, err));
    if (mbill__node_get(tiers, "add", &part)) MBILL_TRY(read_add(tariff, &part, out, err));
    return mbill__node_get(tiers, "scale", &part) ? read_scale(&part, &out->scale, err) : MBILL_OK;
}
