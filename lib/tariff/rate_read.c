/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "rate" does. Whatever the form, what comes of it is one number for each season, tier and period. */
#include "tariff/rate_read.h"

#include "tariff/compose.h"
#include "tariff/composed_read.h"
#include "tariff/rounding_read.h"
#include "tariff/series_read.h"
#include "tariff/table_read.h"
#include "tariff/take.h"
#include "tariff/words_read.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

/* tiers: the rates of the tiers differ by period, and not a base of its own alone. */
static mbill_status check_by_period(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *rate, bool tiers,
    mbill_error *err)
{
    const mbill__ladder *ladder = &charge->ladder;
    if (tariff->n_schedules > 1 && ladder->schedule == NULL)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "a rate by period, and the tariff has %zu calendars; expected \"calendar\" in the charge", tariff->n_schedules);
    if (ladder->schedule == NULL || ladder->schedule->period_set == 0)
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "a rate by period needs a calendar with periods");
    if (charge->quantity.meter < 0) return mbill__node_fail(rate, err, MBILL_E_INVALID, "only a register has a rate by period");
    if (ladder->n_tiers == 1 || ladder->across == MBILL__ACROSS_EACH || !tiers) return MBILL_OK;
    if (ladder->whole && ladder->over != MBILL__OVER_BILL)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "what earlier bills charged in each period is not kept; expected a whole-quantity ladder with rates by period "
            "\"over\": \"bill\"");
    if (!ladder->whole && ladder->split == MBILL__SPLIT_NONE)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "one ladder with rates by period: which period's units cross a bound? Expected \"split\": \"chronological\", "
            "\"proportional\" or \"uniform\" in \"tiers\"");
    return MBILL_OK;
}

/* The rates of a charge while they are read, and beside each the table that it stands in. */
typedef struct rate_cells {
    int64_t *rates_nano;
    mbill__lookup *lookups;
    bool any_lookup;
} rate_cells;

/* ---- one number ---- */

/* {"of": period, …}: a number made of another period's, read when that is known. */
static bool is_of_period(const mbill__node *node)
{
    mbill__node of;
    return mbill__node_get(node, "of", &of);
}

static mbill_status read_optional(const mbill__node *object, const char *key, int64_t otherwise_nano, int64_t *out_nano,
    mbill_error *err)
{
    mbill__node node;
    *out_nano = otherwise_nano;
    return mbill__node_get(object, key, &node) ? mbill__node_decimal(&node, MBILL_SCALE_NANO, out_nano, err) : MBILL_OK;
}

static mbill_status read_cell(mbill_tariff *tariff, const mbill__node *node, size_t at, rate_cells *cells, mbill_error *err)
{
    static const char *const keys[] = {"table", "by"};
    cells->lookups[at].table = -1;
    if (!mbill__is_lookup(node)) return mbill__node_decimal(node, MBILL_SCALE_NANO, &cells->rates_nano[at], err);
    mbill__node values;
    cells->any_lookup = true;
    if (mbill__node_get(node, "values", &values)) return mbill__word_rates_read(tariff, node, &cells->lookups[at], err);
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    return mbill__lookup_read(tariff, node, &cells->lookups[at].table, &cells->lookups[at].by, err);
}

/* ---- a row: one number, or one a period ---- */

/* Sharp = peak x 1.25, as tariffs with a dearest hour are written. */
static mbill_status read_of_period(const mbill_tariff *tariff, const mbill__node *row, const mbill__node *cell, size_t first,
    size_t at, rate_cells *cells, mbill_error *err)
{
    static const char *const keys[] = {"of", "times", "add", "round"};
    mbill__node of, other;
    mbill__rounding round;
    const char *name;
    int64_t times_nano, add_nano;
    MBILL_TRY(mbill__node_object(cell, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(cell, "of", &of, err));
    MBILL_TRY(mbill__node_text(&of, &name, err));
    int32_t period = mbill__tariff_period(tariff, name);
    if (period < 0 || !mbill__node_get(row, name, &other) || mbill__node_kind(&other) == MBILL__JSON_OBJECT)
        return mbill__node_fail(&of, err, MBILL_E_NOT_FOUND, "\"%s\" is no period whose rate is a number", name);
    MBILL_TRY(read_optional(cell, "times", ONE_NANO, &times_nano, err));
    MBILL_TRY(read_optional(cell, "add", 0, &add_nano, err));
    MBILL_TRY(mbill__rate_round_read(cell, &round, err));
    cells->lookups[at].table = -1;
    int64_t other_nano = cells->rates_nano[first + (size_t)period];
    return mbill__node_place(cell, err, mbill__compose(other_nano, times_nano, add_nano, round, &cells->rates_nano[at], err));
}

/* Periods of other calendars never occur in the charge: their columns stand for nothing, and hold what is known. */
static void fill_others(const mbill_tariff *tariff, const mbill__charge *charge, size_t first, size_t known, rate_cells *cells)
{
    for (size_t i = 0; i < tariff->labels.n_periods; i++) {
        if (mbill__has_period(charge->ladder.schedule, i)) continue;
        cells->rates_nano[first + i] = cells->rates_nano[first + known];
        cells->lookups[first + i] = cells->lookups[first + known];
    }
}

static mbill_status read_period_row(mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *row, size_t first,
    rate_cells *cells, mbill_error *err)
{
    const char *names[MBILL__PERIODS_MAX];
    size_t n = mbill__period_names(tariff, charge->ladder.schedule, names);
    mbill__node cell;
    MBILL_TRY(mbill__node_object(row, names, n, err));
    for (size_t i = 0; i < n; i++) {
        size_t at = first + (size_t)mbill__tariff_period(tariff, names[i]);
        MBILL_TRY(mbill__node_need(row, names[i], &cell, err));
        if (!is_of_period(&cell)) MBILL_TRY(read_cell(tariff, &cell, at, cells, err));
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = first + (size_t)mbill__tariff_period(tariff, names[i]);
        MBILL_TRY(mbill__node_need(row, names[i], &cell, err));
        if (is_of_period(&cell)) MBILL_TRY(read_of_period(tariff, row, &cell, first, at, cells, err));
    }
    fill_others(tariff, charge, first, (size_t)mbill__tariff_period(tariff, names[0]), cells);
    return MBILL_OK;
}

static bool is_period_row(const mbill__node *row)
{
    return mbill__node_kind(row) == MBILL__JSON_OBJECT && !mbill__is_lookup(row);
}

static mbill_status read_row(mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *row, size_t first,
    rate_cells *cells, mbill_error *err)
{
    if (is_period_row(row) != charge->by_period)
        return mbill__node_fail(row, err, MBILL_E_TYPE, "expected %s, as for the first tier",
            charge->by_period ? "rates by period" : "a decimal as text");
    return charge->by_period ? read_period_row(tariff, charge, row, first, cells, err)
                             : read_cell(tariff, row, first, cells, err);
}

/* ---- one season ---- */

static mbill_status check_list(const mbill__node *rate, size_t n_tiers, mbill_error *err)
{
    bool list = mbill__node_kind(rate) == MBILL__JSON_LIST;
    if (list != (n_tiers > 1))
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "%s",
            list ? "a list of rates needs \"tiers\"" : "a charge with tiers needs a list with one rate a tier");
    if (list && mbill__node_count(rate) != n_tiers)
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "%zu rates for %zu tiers; expected one more than there are bounds",
            mbill__node_count(rate), n_tiers);
    return MBILL_OK;
}

/* The first row of what is one row, or a list with one a tier. */
static mbill__node first_row(const mbill__node *part)
{
    mbill__node row;
    return mbill__node_kind(part) == MBILL__JSON_LIST && mbill__node_first(part, &row) ? row : *part;
}

static bool rates_by_period(const mbill__node *rate)
{
    if (mbill__is_composed(rate)) return mbill__composed_by_period(rate);
    mbill__node row = first_row(rate);
    return is_period_row(&row);
}

/* season: its place, of n_seasons. */
static mbill_status read_season(mbill_tariff *tariff, mbill__charge *charge, const mbill__node *rate, size_t season,
    size_t n_seasons, size_t stride, rate_cells *cells, mbill_error *err)
{
    size_t each = charge->ladder.n_tiers * stride, first = season * each;
    mbill__node row;
    if (rates_by_period(rate) != charge->by_period)
        return mbill__node_fail(rate, err, MBILL_E_TYPE, "expected rates %s, as in the first season",
            charge->by_period ? "by period" : "without periods");
    if (mbill__is_composed(rate)) {
        for (size_t i = 0; i < each; i++) cells->lookups[first + i].table = -1;
        return mbill__composed_read(tariff, charge, rate, season, n_seasons, stride, &cells->rates_nano[first], err);
    }
    if (charge->base != NULL)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "expected a base and adds on lines of their own, as in the first season");
    MBILL_TRY(check_list(rate, charge->ladder.n_tiers, err));
    if (mbill__node_kind(rate) != MBILL__JSON_LIST) return read_row(tariff, charge, rate, first, cells, err);
    for (bool more = mbill__node_first(rate, &row); more; more = mbill__node_next(&row))
        MBILL_TRY(read_row(tariff, charge, &row, first + row.index * stride, cells, err));
    return MBILL_OK;
}

/* ---- seasons ---- */

static bool is_named(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

/* {"summer": …, "rest": …}: known by a season's name, wherever it stands, as long as none is a period's: such a name is the period. */
static bool is_by_season(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *rate)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    mbill__node each;
    bool named = false;
    if (schedule == NULL || mbill__node_kind(rate) != MBILL__JSON_OBJECT) return false;
    for (bool more = mbill__node_first(rate, &each); more; more = mbill__node_next(&each)) {
        if (mbill__tariff_period(tariff, each.key) >= 0) return false;
        named = named || is_named(schedule->season_names, schedule->n_seasons, each.key);
    }
    return named;
}

static mbill_status check_by_season(const mbill__charge *charge, const mbill__node *rate, mbill_error *err)
{
    const mbill__ladder *ladder = &charge->ladder;
    if (ladder->schedule->next != NULL)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "rates by season need one table of seasons; expected a calendar without \"sets\"");
    if (ladder->schedule->standard_clock)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "rates by season change at local midnight; expected \"clock\": \"local\"");
    if (ladder->whole && ladder->over > MBILL__OVER_BILL)
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "what earlier bills charged in each season is not kept; expected a whole-quantity ladder with rates by season "
            "\"over\": "
            "\"bill\"");
    return MBILL_OK;
}

static mbill_status read_seasons(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, size_t each, size_t stride,
    rate_cells *cells, mbill_error *err)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    mbill__node season;
    MBILL_TRY(check_by_season(charge, rate, err));
    MBILL_TRY(mbill__node_object(rate, schedule->season_names, schedule->n_seasons, err));
    for (size_t i = 0; i < schedule->n_seasons; i++) {
        MBILL_TRY(mbill__node_need(rate, schedule->season_names[i], &season, err));
        MBILL_TRY(read_season(tariff, charge, &season, i, schedule->n_seasons, stride, cells, err));
    }
    if (cells->any_lookup)
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "a rate by season is a number, and stands in no table");
    charge->rates_each_season = each;
    return MBILL_OK;
}

/* ---- the tier of another charge ---- */

/* {"by_tier_of": charge, "values": […]}; the charge may stand later, so that its name is looked up when all are read. */
static bool is_by_tier_of(const mbill__node *rate)
{
    mbill__node node;
    return mbill__node_get(rate, "by_tier_of", &node);
}

static mbill_status read_by_tier_of(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"by_tier_of", "values"};
    mbill__node node, value;
    int64_t *rates_nano;
    MBILL_TRY(mbill__node_object(rate, keys, MBILL__COUNT(keys), err));
    if (charge->quantity.meter >= 0 || charge->quantity.peak != NULL || charge->ladder.n_tiers > 1)
        return mbill__node_fail(rate, err, MBILL_E_INVALID,
            "a rate follows the tier of another charge only for a fixed amount or money without tiers");
    MBILL_TRY(mbill__node_need(rate, "values", &node, err));
    MBILL_TRY(mbill__node_list(&node, 2, err));
    MBILL_TRY(mbill__tariff_take(tariff, mbill__node_count(&node), sizeof *rates_nano, &rates_nano, err));
    for (bool more = mbill__node_first(&node, &value); more; more = mbill__node_next(&value))
        MBILL_TRY(mbill__node_decimal(&value, MBILL_SCALE_NANO, &rates_nano[value.index], err));
    charge->rates_nano = rates_nano;
    return MBILL_OK;
}

mbill_status mbill__rates_find(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    mbill__node rate, node, values;
    const char *id;
    if (!mbill__node_get(object, "rate", &rate) || !mbill__node_get(&rate, "by_tier_of", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &id, err));
    for (size_t i = 0; i < tariff->n_charges; i++)
        if (strcmp(tariff->labels.charges[i].id, id) == 0) charge->by_tier_of = (int32_t)i;
    if (charge->by_tier_of < 0)
        return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "\"%s\" is not a charge of the tariff", id);
    const mbill__charge *other = &tariff->charges[charge->by_tier_of];
    if (other->quantity.meter < 0 || other->ladder.n_tiers == 1 || other->ladder.across == MBILL__ACROSS_EACH)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "charge \"%s\" has not one ladder on a register", id);
    if (other->n_conditions > 0)
        return mbill__node_fail(&node, err, MBILL_E_AMBIGUOUS,
            "charge \"%s\" has \"only_if\": which tier when it is not due? Expected a charge that always is", id);
    MBILL_TRY(mbill__node_need(&rate, "values", &values, err));
    if (mbill__node_count(&values) == other->ladder.n_tiers) return MBILL_OK;
    return mbill__node_fail(&values, err, MBILL_E_INVALID, "%zu values, but charge \"%s\" has %zu tiers",
        mbill__node_count(&values), id, other->ladder.n_tiers);
}

/* ---- all ---- */

static mbill_status check_lookups(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *rate,
    mbill_error *err)
{
    if (charge->lookups == NULL || tariff->buy.step_micro == 0) return MBILL_OK;
    return mbill__node_fail(rate, err, MBILL_E_INVALID, "a rate that is looked up has no \"buy\"; expected a number");
}

mbill_status mbill__rates_read(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, mbill_error *err)
{
    mbill__node first = *rate;
    rate_cells cells = {0};
    bool by_season = is_by_season(tariff, charge, rate);
    if (is_by_tier_of(rate)) return read_by_tier_of(tariff, rate, charge, err);
    if (mbill__is_series(rate)) return mbill__series_rate_read(tariff, rate, charge, err);
    MBILL_TRY(mbill__series_refuse_inside(rate, err));
    if (by_season) (void)mbill__node_first(rate, &first);
    if (!mbill__is_composed(&first)) MBILL_TRY(check_list(&first, charge->ladder.n_tiers, err));
    charge->by_period = rates_by_period(&first);
    if (charge->by_period) MBILL_TRY(check_by_period(tariff, charge, rate, !mbill__adds_for_all_periods(&first), err));
    size_t stride = charge->by_period ? tariff->labels.n_periods : 1, each = charge->ladder.n_tiers * stride;
    size_t n = by_season ? each * charge->ladder.schedule->n_seasons : each;
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *cells.rates_nano, &cells.rates_nano, err));
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *cells.lookups, &cells.lookups, err));
    if (by_season) MBILL_TRY(read_seasons(tariff, rate, charge, each, stride, &cells, err));
    else MBILL_TRY(read_season(tariff, charge, rate, 0, 1, stride, &cells, err));
    charge->rates_nano = cells.rates_nano;
    charge->lookups = cells.any_lookup ? cells.lookups : NULL;
    return check_lookups(tariff, charge, rate, err);
}
