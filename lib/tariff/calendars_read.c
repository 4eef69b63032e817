/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the ways to have more than one calendar do: several by name, and one whose tables follow each other in time. */
#include "tariff/calendars_read.h"

#include "tariff/calendar_read.h"
#include "tariff/take.h"

#include <string.h>

static mbill_status read_until(mbill_tariff *tariff, const mbill__node *set, bool last, const mbill__schedule *before,
    mbill__schedule *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    bool given = mbill__node_get(set, "until", &node);
    out->until_utc_s = INT64_MAX;
    if (last && given)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "nothing follows the last table; expected no \"until\" in it");
    if (last) return MBILL_OK;
    MBILL_TRY(mbill__node_need(set, "until", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    MBILL_TRY(mbill__node_place(&node, err, mbill_time_parse(text, strlen(text), tariff->zone, &out->until_utc_s, err)));
    if (before != NULL && before->until_utc_s >= out->until_utc_s)
        return mbill__node_fail(&node, err, MBILL_E_ORDER, "\"%s\" is not after the end of the table before it", text);
    if (out->until_utc_s > tariff->valid_from_utc_s && out->until_utc_s < tariff->valid_to_utc_s) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID,
        "\"%s\" is not inside the time for which the tariff is valid, so that one of the tables is never in force", text);
}

static mbill_status read_sets(mbill__calendar_pool *pool, const mbill__node *sets, mbill__schedule *first, mbill_error *err)
{
    static const char *const keys[] = {"until", "clock", "seasons", "days", "periods"};
    mbill__schedule *schedule = first, *before = NULL;
    mbill__node set;
    uint32_t period_set = 0;
    MBILL_TRY(mbill__node_list(sets, 2, err));
    size_t n = mbill__node_count(sets);
    for (bool more = mbill__node_first(sets, &set); more; more = mbill__node_next(&set)) {
        if (before != NULL) {
            MBILL_TRY(mbill__tariff_take(pool->tariff, 1, sizeof *schedule, &schedule, err));
            before->next = schedule;
        }
        MBILL_TRY(mbill__node_object(&set, keys, MBILL__COUNT(keys), err));
        MBILL_TRY(read_until(pool->tariff, &set, set.index + 1 == n, before, schedule, err));
        MBILL_TRY(mbill__calendar_read(pool, &set, schedule, err));
        if (schedule->period_set == 0)
            return mbill__node_fail(&set, err, MBILL_E_INVALID,
                "a table that follows another one has periods; expected \"periods\"");
        period_set |= schedule->period_set;
        before = schedule;
    }
    for (schedule = first; schedule != NULL; schedule = schedule->next) schedule->period_set = period_set;
    return MBILL_OK;
}

static mbill_status read_one(mbill__calendar_pool *pool, const mbill__node *calendar, mbill__schedule *out, mbill_error *err)
{
    static const char *const keys[] = {"sets", "clock", "seasons", "days", "periods"};
    mbill__node sets;
    MBILL_TRY(mbill__node_object(calendar, keys, MBILL__COUNT(keys), err));
    out->until_utc_s = INT64_MAX;
    if (!mbill__node_get(calendar, "sets", &sets)) return mbill__calendar_read(pool, calendar, out, err);
    if (mbill__node_count(calendar) != 1)
        return mbill__node_fail(calendar, err, MBILL_E_INVALID, "a calendar has \"sets\" alone, or no \"sets\"");
    return read_sets(pool, &sets, out, err);
}

/* Lists of days and names of periods are the tariff's, shared by its calendars. */
static mbill_status share_names(mbill__calendar_pool *pool, mbill_error *err)
{
    mbill_tariff *tariff = pool->tariff;
    const char **lists, **periods;
    MBILL_TRY(mbill__tariff_take(tariff, pool->n_lists + 1, sizeof *lists, &lists, err));
    memcpy(lists, pool->lists, pool->n_lists * sizeof *lists);
    MBILL_TRY(mbill__tariff_take(tariff, pool->n_periods + 1, sizeof *periods, &periods, err));
    memcpy(periods, pool->periods, pool->n_periods * sizeof *periods);
    tariff->labels.periods = periods;
    tariff->labels.n_periods = pool->n_periods;
    for (size_t i = 0; i < tariff->n_schedules; i++) {
        for (mbill__schedule *schedule = &tariff->schedules[i]; schedule != NULL; schedule = schedule->next) {
            schedule->list_names = lists;
            schedule->n_lists = pool->n_lists;
        }
    }
    return MBILL_OK;
}

static mbill_status read_several(mbill__calendar_pool *pool, const mbill__node *object, mbill_error *err)
{
    mbill_tariff *tariff = pool->tariff;
    mbill__node node;
    const char *name;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT || mbill__node_count(object) == 0)
        return mbill__node_fail(object, err, MBILL_E_TYPE, "expected an object with one member a calendar");
    size_t n = mbill__node_count(object);
    if (n > MBILL__CHARGES_MAX)
        return mbill__node_fail(object, err, MBILL_E_LIMIT, "%zu calendars; expected at most %d", n, MBILL__CHARGES_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *tariff->schedules, &tariff->schedules, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node)) {
        mbill__schedule *schedule = &tariff->schedules[tariff->n_schedules++];
        MBILL_TRY(mbill__node_key_name(&node, &name, err));
        MBILL_TRY(mbill__tariff_text(tariff, name, &schedule->name, err));
        MBILL_TRY(read_one(pool, &node, schedule, err));
    }
    return MBILL_OK;
}

mbill_status mbill__calendars_read(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    mbill__calendar_pool pool = {.tariff = tariff};
    mbill__node one, several;
    bool has_one = mbill__node_get(root, "calendar", &one), has_several = mbill__node_get(root, "calendars", &several);
    if (has_one && has_several)
        return mbill__node_fail(&several, err, MBILL_E_INVALID, "a tariff has either \"calendar\" or \"calendars\"");
    if (has_one) {
        MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *tariff->schedules, &tariff->schedules, err));
        tariff->n_schedules = 1;
        MBILL_TRY(read_one(&pool, &one, tariff->schedules, err));
    }
    if (has_several) MBILL_TRY(read_several(&pool, &several, err));
    return share_names(&pool, err);
}

mbill_status mbill__calendar_of(const mbill_tariff *tariff, const mbill__node *charge, const mbill__schedule **out,
    mbill_error *err)
{
    mbill__node node;
    const char *name;
    *out = tariff->n_schedules == 1 ? tariff->schedules : NULL;
    if (!mbill__node_get(charge, "calendar", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &name, err));
    for (size_t i = 0; i < tariff->n_schedules; i++) {
        *out = &tariff->schedules[i];
        if ((*out)->name != NULL && strcmp((*out)->name, name) == 0) return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "\"%s\" is not one of the tariff's \"calendars\"", name);
}

static bool uses_calendar(const mbill__charge *charge)
{
    const mbill__peak *peak = charge->quantity.peak;
    return charge->by_period || charge->rates_each_season != 0 || charge->ladder.by_season ||
        charge->ladder.across == MBILL__ACROSS_EACH || (peak != NULL && peak->window != 0);
}

mbill_status mbill__calendars_used(const mbill_tariff *tariff, const mbill__node *charges, mbill_error *err)
{
    mbill__node object, node, calendars;
    for (bool more = mbill__node_first(charges, &object); more; more = mbill__node_next(&object))
        if (mbill__node_get(&object, "calendar", &node) && !uses_calendar(&tariff->charges[object.index]))
            return mbill__node_fail(&node, err, MBILL_E_INVALID,
                "the charge has no rate by period or season, no bounds by season and no window, so that a calendar says nothing");
    if (!mbill__node_get(charges->parent, "calendars", &calendars)) return MBILL_OK;
    for (bool more = mbill__node_first(&calendars, &node); more; more = mbill__node_next(&node)) {
        bool used = false;
        for (size_t i = 0; i < tariff->n_charges; i++)
            used = used ||
                (uses_calendar(&tariff->charges[i]) && tariff->charges[i].ladder.schedule == &tariff->schedules[node.index]);
        if (!used) return mbill__node_fail(&node, err, MBILL_E_INVALID, "no charge uses the calendar \"%s\"", node.key);
    }
    return MBILL_OK;
}
