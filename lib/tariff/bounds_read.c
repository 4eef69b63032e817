/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when bounds can be written in another way. Bounds that are numbers must rise, and widths be above 0, before the tariff loads; those that
 * follow facts are checked when they are known. */
#include "tariff/bounds_read.h"

#include "tariff/hours_read.h"
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

/* {"product": …} or {"of": …}, with "factor": facts multiplied. */
static mbill_status read_product(mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, mbill_error *err)
{
    static const char *const keys[] = {"product", "of", "factor", "over"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_terms(tariff, node, out, err));
    if (!mbill__node_get(node, "factor", &part)) return MBILL_OK;
    return mbill__node_decimal(&part, MBILL_SCALE_NANO, &out->factor_nano, err);
}

/* {"of": …, "times": …}: so many hours of a fact, or of what a charge's peak is billed as, which is looked at when all are read. */
static mbill_status read_hours(mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, int32_t *out_demand,
    mbill_error *err)
{
    static const char *const keys[] = {"of", "times", "over"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "of", &part, err));
    MBILL_TRY(mbill__hours_read(tariff, &part, out_demand, err));
    if (*out_demand == 0) {
        out->n_terms = 1;
        MBILL_TRY(mbill__multiplier_read(tariff, &part, &out->terms[0], err));
    }
    MBILL_TRY(mbill__node_need(node, "times", &part, err));
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_NANO, &out->factor_nano, err));
    return out->factor_nano > 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_RANGE, "hours of use are a number above 0");
}

/* A quantity over a number. */
static mbill_status read_object(mbill_tariff *tariff, const mbill__node *node, bool of_ladder, mbill__tier_bound *out,
    mbill_error *err)
{
    mbill__node part;
    mbill__quantity *quantity;
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *quantity, &quantity, err));
    *quantity = (mbill__quantity){.meter = -1, .factor_nano = ONE_NANO, .free_times = MBILL__TERM_ONE};
    if (of_ladder && mbill__node_get(node, "times", &part)) MBILL_TRY(read_hours(tariff, node, quantity, &out->demand, err));
    else MBILL_TRY(read_product(tariff, node, quantity, err));
    out->product = quantity;
    out->over_micro = INT64_C(1000000);
    if (!mbill__node_get(node, "over", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->over_micro, err));
    return out->over_micro > 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_RANGE, "a bound is divided by a number above 0");
}

static mbill_status read_bound(mbill_tariff *tariff, const mbill__node *node, bool of_ladder, mbill__tier_bound *out,
    mbill_error *err)
{
    if (mbill__node_kind(node) == MBILL__JSON_OBJECT) return read_object(tariff, node, of_ladder, out, err);
    return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->value_micro, err);
}

mbill_status mbill__bound_read(mbill_tariff *tariff, const mbill__node *node, mbill__tier_bound *out, mbill_error *err)
{
    return read_bound(tariff, node, false, out, err);
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

/* ---- lists of bounds ---- */

/* The bounds of one season: of the ladder or its bands, and, when there are some, of the tiers inside each band. */
typedef struct lists {
    mbill__node outer, inside, object; /* the last is that of "inside" */
    bool nested;
} lists;

/* A bound that is a number lies above the number before it; returns through *inout_least where the next begins. */
static mbill_status read_above(mbill_tariff *tariff, const mbill__node *node, bool widths, int64_t *inout_least_micro,
    mbill__tier_bound *out, mbill_error *err)
{
    MBILL_TRY(read_bound(tariff, node, true, out, err));
    if (out->product == NULL && out->value_micro <= *inout_least_micro)
        return refuse_step(node, widths, out->value_micro, *inout_least_micro, err);
    *inout_least_micro = widths ? 0 : out->value_micro;
    return MBILL_OK;
}

/* The bounds inside one band, from place *inout_at on. outer: those of all bands; cut: where this one's end will stand, 0: it has none. */
static mbill_status read_inside(mbill_tariff *tariff, const mbill__node *list, bool from_band, int32_t begins, int32_t cut,
    mbill__tier_bound *row, size_t *inout_at, mbill_error *err)
{
    mbill__node node;
    int64_t least_micro = begins == 0 || from_band ? 0 : row[begins - 1].value_micro;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill__tier_bound *bound = &row[(*inout_at)++];
        MBILL_TRY(read_above(tariff, &node, false, &least_micro, bound, err));
        bound->begins = begins;
        bound->cut = cut;
    }
    return MBILL_OK;
}

/* A number that a band never reaches is a mistake. */
static mbill_status check_reached(const mbill__node *list, bool from_band, const mbill__tier_bound *row, size_t at,
    mbill_error *err)
{
    if (mbill__node_count(list) == 0) return MBILL_OK;
    const mbill__tier_bound *last = &row[at - 1], *end = &row[at];
    if (last->product != NULL || end->product != NULL) return MBILL_OK;
    const mbill__tier_bound *begin = last->begins == 0 ? NULL : &row[last->begins - 1];
    if (from_band && begin != NULL && begin->product != NULL) return MBILL_OK;
    int64_t begin_micro = from_band && begin != NULL ? begin->value_micro : 0;
    if (last->value_micro < end->value_micro - begin_micro) return MBILL_OK;
    return mbill__node_fail(list, err, MBILL_E_INVALID, "a tier inside the band begins where the band ends or after it");
}

/* In the order of the tiers: what is inside a band, then its end. */
static mbill_status read_row(mbill_tariff *tariff, const lists *from, const mbill__ladder *ladder, mbill__tier_bound *row,
    mbill_error *err)
{
    mbill__node node, inner;
    int64_t least_micro = 0;
    int32_t begins = 0;
    size_t at = 0;
    if (from->nested) (void)mbill__node_first(&from->inside, &inner);
    for (bool more = mbill__node_first(&from->outer, &node); more; more = mbill__node_next(&node)) {
        size_t end = at + (from->nested ? mbill__node_count(&inner) : 0);
        if (from->nested) MBILL_TRY(read_inside(tariff, &inner, ladder->inside_band, begins, (int32_t)end + 1, row, &at, err));
        MBILL_TRY(read_above(tariff, &node, ladder->widths, &least_micro, &row[end], err));
        if (from->nested) MBILL_TRY(check_reached(&inner, ladder->inside_band, row, end, err));
        at = end + 1;
        begins = (int32_t)at;
        if (from->nested) (void)mbill__node_next(&inner);
    }
    return from->nested ? read_inside(tariff, &inner, ladder->inside_band, begins, 0, row, &at, err) : MBILL_OK;
}

static mbill_status count_inside(const lists *from, size_t *inout_n, mbill_error *err)
{
    mbill__node list;
    size_t n_bands = *inout_n + 1;
    MBILL_TRY(mbill__node_list(&from->inside, 1, err));
    if (mbill__node_count(&from->inside) != n_bands)
        return mbill__node_fail(&from->inside, err, MBILL_E_INVALID,
            "%zu lists for %zu bands; expected one for each, which may be empty", mbill__node_count(&from->inside), n_bands);
    for (bool more = mbill__node_first(&from->inside, &list); more; more = mbill__node_next(&list)) {
        MBILL_TRY(mbill__node_list(&list, 0, err));
        *inout_n += mbill__node_count(&list);
    }
    return MBILL_OK;
}

static mbill_status check_count(const lists *from, mbill__ladder *out, mbill_error *err)
{
    MBILL_TRY(mbill__node_list(&from->outer, 1, err));
    size_t n = mbill__node_count(&from->outer);
    if (from->nested) MBILL_TRY(count_inside(from, &n, err));
    if (n >= MBILL__TIERS_MAX)
        return mbill__node_fail(&from->outer, err, MBILL_E_LIMIT, "%zu bounds; expected at most %d", n, MBILL__TIERS_MAX - 1);
    if (out->n_tiers > 1 && out->n_tiers != n + 1)
        return mbill__node_fail(&from->outer, err, MBILL_E_INVALID,
            "%zu bounds here and %zu in the season before; expected as many tiers in each", n, out->n_tiers - 1);
    out->n_tiers = n + 1;
    return MBILL_OK;
}

static mbill_status season_of(const lists *all, const char *season, lists *out, mbill_error *err)
{
    out->nested = all->nested;
    MBILL_TRY(mbill__node_need(&all->outer, season, &out->outer, err));
    return all->nested ? mbill__node_need(&all->inside, season, &out->inside, err) : MBILL_OK;
}

/* Rates are by tier, so that a tier is of the same band in every season. */
static mbill_status check_bands(const lists *of, const mbill__tier_bound *first, const mbill__tier_bound *row, size_t n,
    mbill_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (first[i].begins != row[i].begins || first[i].cut != row[i].cut)
            return mbill__node_fail(&of->inside, err, MBILL_E_INVALID,
                "expected as many tiers in each band as in the season before");
    return MBILL_OK;
}

/* One list a season, by the names of the calendar's seasons. */
static mbill_status read_seasons(mbill_tariff *tariff, const lists *all, mbill__ladder *out, mbill_error *err)
{
    const mbill__schedule *schedule = out->schedule;
    const mbill__node *object = &all->outer;
    mbill__tier_bound *bounds;
    lists of;
    if (schedule == NULL || schedule->n_seasons == 0)
        return tariff->n_schedules > 1 && schedule == NULL
            ? mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
                  "bounds by season, and the tariff has %zu calendars; expected \"calendar\" in the charge", tariff->n_schedules)
            : mbill__node_fail(object, err, MBILL_E_INVALID, "bounds by season need a calendar with seasons");
    if (schedule->next != NULL)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "bounds by season need one table of seasons, but the calendar has \"sets\"");
    MBILL_TRY(mbill__node_object(object, schedule->season_names, schedule->n_seasons, err));
    if (all->nested) MBILL_TRY(mbill__node_object(&all->inside, schedule->season_names, schedule->n_seasons, err));
    for (size_t i = 0; i < schedule->n_seasons; i++) {
        MBILL_TRY(season_of(all, schedule->season_names[i], &of, err));
        MBILL_TRY(check_count(&of, out, err));
    }
    size_t n = out->n_tiers - 1;
    MBILL_TRY(mbill__tariff_take(tariff, schedule->n_seasons * n, sizeof *bounds, &bounds, err));
    for (size_t i = 0; i < schedule->n_seasons; i++) {
        MBILL_TRY(season_of(all, schedule->season_names[i], &of, err));
        MBILL_TRY(read_row(tariff, &of, out, bounds + i * n, err));
        if (all->nested) MBILL_TRY(check_bands(&of, bounds, bounds + i * n, n, err));
    }
    out->bounds = bounds;
    out->by_season = true;
    return MBILL_OK;
}

static mbill_status read_bounds(mbill_tariff *tariff, const lists *all, mbill__ladder *out, mbill_error *err)
{
    mbill__tier_bound *bounds;
    if (mbill__node_kind(&all->outer) == MBILL__JSON_OBJECT) return read_seasons(tariff, all, out, err);
    MBILL_TRY(check_count(all, out, err));
    MBILL_TRY(mbill__tariff_take(tariff, out->n_tiers - 1, sizeof *bounds, &bounds, err));
    out->bounds = bounds;
    return read_row(tariff, all, out, bounds, err);
}

/* ---- tiers inside bands ---- */

/* Whether a band after the first has tiers inside, so that it matters where their bounds are counted from. */
static bool later_band_has_tiers(const mbill__node *bounds)
{
    mbill__node node, inner;
    bool seasons = mbill__node_kind(bounds) == MBILL__JSON_OBJECT;
    for (bool more = mbill__node_first(bounds, &node); more; more = mbill__node_next(&node)) {
        if (!seasons && node.index > 0 && mbill__node_count(&node) > 0) return true;
        for (bool again = seasons && mbill__node_first(&node, &inner); again; again = mbill__node_next(&inner))
            if (inner.index > 0 && mbill__node_count(&inner) > 0) return true;
    }
    return false;
}

static mbill_status read_counted_from(const mbill__node *inside, const mbill__node *bounds, mbill__ladder *out, mbill_error *err)
{
    static const char *const ways[] = {"ladder", "band"};
    mbill__node node;
    int32_t word;
    bool given = mbill__node_get(inside, "counted_from", &node), matters = later_band_has_tiers(bounds);
    if (matters && !given)
        return mbill__node_fail(inside, err, MBILL_E_AMBIGUOUS,
            "bounds inside a later band could count from its beginning or the ladder's; expected \"counted_from\": \"band\" or "
            "\"ladder\"");
    if (!matters && given)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"counted_from\" says nothing when only the first band has tiers inside");
    if (!given) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, ways, MBILL__COUNT(ways), &word, err));
    out->inside_band = word == 1;
    return MBILL_OK;
}

/* "inside": the ladder's bounds are those of bands, and each band may have tiers of its own. */
static mbill_status read_nested(const mbill__node *tiers, lists *all, mbill__ladder *out, mbill_error *err)
{
    static const char *const keys[] = {"bounds", "counted_from"};
    static const char *const strangers[] = {"widths", "add", "fee"};
    mbill__node node;
    all->nested = mbill__node_get(tiers, "inside", &all->object);
    if (!all->nested) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&all->object, keys, MBILL__COUNT(keys), err));
    for (size_t i = 0; i < MBILL__COUNT(strangers); i++)
        if (mbill__node_get(tiers, strangers[i], &node))
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"%s\" is for one ladder, not for tiers inside bands",
                strangers[i]);
    MBILL_TRY(mbill__node_need(&all->object, "bounds", &all->inside, err));
    return read_counted_from(&all->object, &all->inside, out, err);
}

/* ---- what moves bounds ---- */

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
    mbill__node widths, part;
    lists all;
    bool given = mbill__node_get(tiers, "bounds", &all.outer);
    out->widths = mbill__node_get(tiers, "widths", &widths);
    if (given && out->widths)
        return mbill__node_fail(&widths, err, MBILL_E_INVALID, "tiers have \"bounds\" or \"widths\", not both");
    if (!given && !out->widths) MBILL_TRY(mbill__node_need(tiers, "bounds", &all.outer, err));
    if (out->widths) all.outer = widths;
    MBILL_TRY(read_nested(tiers, &all, out, err));
    MBILL_TRY(read_bounds(tariff, &all, out, err));
    if (mbill__node_get(tiers, "add", &part)) MBILL_TRY(read_add(tariff, &part, out, err));
    return mbill__node_get(tiers, "scale", &part) ? read_scale(&part, &out->scale, err) : MBILL_OK;
}
