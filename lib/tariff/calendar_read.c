/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "calendar" or "periods" does. Compiles seasons, days and periods into one table of slots for each kind of day,
 * and proves on the way that every minute is covered, once. */
#include "tariff/calendar_read.h"

#include "document/month_day_read.h"
#include "document/time_read.h"
#include "tariff/take.h"

#include <string.h>

enum { NOT_COVERED = -1 };

/* Which seasons or day types a "when" is for: a set of bits; all when the key is absent. */
static mbill_status read_set(const mbill__node *when, const char *key, const char *const *names, size_t n_names, uint32_t *out,
    mbill_error *err)
{
    mbill__node value, member;
    int32_t index;
    *out = UINT32_MAX;
    if (!mbill__node_get(when, key, &value)) return MBILL_OK;
    if (n_names == 0) return mbill__node_fail(&value, err, MBILL_E_INVALID, "the calendar has no list to take a %s from", key);
    *out = 0;
    if (mbill__node_kind(&value) != MBILL__JSON_LIST) {
        MBILL_TRY(mbill__node_word(&value, names, n_names, &index, err));
        *out = 1u << index;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_list(&value, 1, err));
    for (bool more = mbill__node_first(&value, &member); more; more = mbill__node_next(&member)) {
        MBILL_TRY(mbill__node_word(&member, names, n_names, &index, err));
        *out |= 1u << index;
    }
    return MBILL_OK;
}

/* The minutes of one kind of day while its table is made. */
typedef struct day_minutes {
    int8_t period[MBILL__DAY_MINUTES];
} day_minutes;

static mbill_status cover(mbill__calendar_names *c, const mbill__node *window, day_minutes *day, int32_t period, int32_t from,
    int32_t to, mbill_error *err)
{
    for (int32_t minute = from; minute < to; minute++) {
        int8_t there = day->period[minute];
        if (there == NOT_COVERED) day->period[minute] = (int8_t)period;
        else if (there != period && c->otherwise < 0)
            return mbill__node_fail(window, err, MBILL_E_COVERAGE,
                "%02d:%02d is in this period and in \"%s\" too; expected one period, or a last one with \"otherwise\" so that "
                "the first match wins",
                minute / 60, minute % 60, c->period_names[there]);
    }
    return MBILL_OK;
}

static mbill_status apply_windows(mbill__calendar_names *c, const mbill__node *when, day_minutes *day, int32_t period,
    mbill_error *err)
{
    mbill__node at, window;
    int32_t from = 0, to = 0;
    if (!mbill__node_get(when, "at", &at)) return cover(c, when, day, period, 0, MBILL__DAY_MINUTES, err);
    MBILL_TRY(mbill__node_list(&at, 1, err));
    for (bool more = mbill__node_first(&at, &window); more; more = mbill__node_next(&window)) {
        MBILL_TRY(mbill__node_window(&window, &from, &to, err));
        if (from < to) {
            MBILL_TRY(cover(c, &window, day, period, from, to, err));
        } else {
            MBILL_TRY(cover(c, &window, day, period, 0, to, err));
            MBILL_TRY(cover(c, &window, day, period, from, MBILL__DAY_MINUTES, err));
        }
    }
    return MBILL_OK;
}

static mbill_status apply_period(mbill__calendar_names *c, const mbill__node *object, day_minutes *day, size_t season,
    size_t type, mbill_error *err)
{
    static const char *const keys[] = {"season", "day", "at"};
    mbill__node list, when;
    if (!mbill__node_get(object, "when", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &when); more; more = mbill__node_next(&when)) {
        uint32_t seasons, types;
        MBILL_TRY(mbill__node_object(&when, keys, MBILL__COUNT(keys), err));
        MBILL_TRY(read_set(&when, "season", c->season_names, c->schedule->n_seasons, &seasons, err));
        MBILL_TRY(read_set(&when, "day", c->type_names, c->n_types, &types, err));
        if (seasons >> season & types >> type & 1u) MBILL_TRY(apply_windows(c, &when, day, (int32_t)object->index, err));
    }
    return MBILL_OK;
}

static mbill_status check_minutes(mbill__calendar_names *c, const mbill__node *list, day_minutes *day, size_t season, size_t type,
    mbill_error *err)
{
    for (int32_t minute = 0; minute < MBILL__DAY_MINUTES; minute++) {
        if (day->period[minute] != NOT_COVERED) continue;
        if (c->otherwise < 0)
            return mbill__node_fail(list, err, MBILL_E_COVERAGE,
                "no period covers %02d:%02d (season \"%s\", day \"%s\"); expected one, or a last one with \"otherwise\"",
                minute / 60, minute % 60, c->schedule->n_seasons > 0 ? c->season_names[season] : "any",
                c->n_types > 0 ? c->type_names[type] : "any");
        day->period[minute] = (int8_t)c->otherwise;
    }
    return MBILL_OK;
}

static mbill_status make_table(mbill__calendar_names *c, const day_minutes *day, mbill__day_table *out, bool *reached,
    mbill_error *err)
{
    size_t n = 1;
    mbill__slot_time *slots;
    for (int32_t minute = 1; minute < MBILL__DAY_MINUTES; minute++) n += day->period[minute] != day->period[minute - 1];
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *slots, &slots, err));
    n = 0;
    for (int32_t minute = 0; minute < MBILL__DAY_MINUTES; minute++) {
        if (minute > 0 && day->period[minute] == day->period[minute - 1]) continue;
        slots[n++] = (mbill__slot_time){minute, c->period_at[day->period[minute]]};
        reached[day->period[minute]] = true;
    }
    *out = (mbill__day_table){slots, n};
    return MBILL_OK;
}

/* Tables and calendars share names of periods: one name is one place in the labels, and one price column. */
static mbill_status find_period(mbill__calendar_names *c, const mbill__node *object, mbill_error *err)
{
    mbill__calendar_pool *pool = c->pool;
    const char *name = c->period_names[object->index];
    int32_t at = mbill__name_find(pool->periods, pool->n_periods, name);
    if (at < 0 && pool->n_periods == MBILL__PERIODS_MAX)
        return mbill__node_fail(object, err, MBILL_E_LIMIT, "more than %d periods in all calendars", MBILL__PERIODS_MAX);
    if (at < 0) {
        at = (int32_t)pool->n_periods;
        pool->periods[pool->n_periods++] = name;
    }
    c->period_at[object->index] = at;
    c->schedule->period_set |= 1u << at;
    return MBILL_OK;
}

static mbill_status read_period(mbill__calendar_names *c, const mbill__node *object, size_t n_periods, mbill_error *err)
{
    static const char *const keys[] = {"name", "when", "otherwise"};
    const char **names = c->period_names;
    mbill__node when;
    bool otherwise;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__name_read(c, object, &names[object->index], err));
    if (mbill__name_find(names, object->index, names[object->index]) >= 0)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "period \"%s\" stands twice", names[object->index]);
    MBILL_TRY(mbill__otherwise_read(object, n_periods, &otherwise, err));
    if (otherwise == mbill__node_get(object, "when", &when))
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "period \"%s\" has neither or both of \"when\" and \"otherwise\"; expected one", names[object->index]);
    if (otherwise) c->otherwise = (int32_t)object->index;
    return find_period(c, object, err);
}

static mbill_status fill_tables(mbill__calendar_names *c, const mbill__node *list, mbill__day_table *tables, bool *reached,
    mbill_error *err)
{
    size_t n_seasons = c->schedule->n_seasons > 0 ? c->schedule->n_seasons : 1;
    for (size_t season = 0; season < n_seasons; season++) {
        for (size_t type = 0; type < c->schedule->n_day_types; type++) {
            day_minutes day;
            mbill__node period;
            memset(&day, NOT_COVERED, sizeof day);
            for (bool more = mbill__node_first(list, &period); more; more = mbill__node_next(&period))
                MBILL_TRY(apply_period(c, &period, &day, season, type, err));
            MBILL_TRY(check_minutes(c, list, &day, season, type, err));
            MBILL_TRY(make_table(c, &day, &tables[season * c->schedule->n_day_types + type], reached, err));
        }
    }
    return MBILL_OK;
}

static mbill_status read_periods(mbill__calendar_names *c, const mbill__node *list, mbill_error *err)
{
    mbill__day_table *tables;
    mbill__node period;
    bool reached[MBILL__PERIODS_MAX] = {false};
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__PERIODS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu periods; expected at most %d", n, MBILL__PERIODS_MAX);
    for (bool more = mbill__node_first(list, &period); more; more = mbill__node_next(&period))
        MBILL_TRY(read_period(c, &period, n, err));
    if (c->schedule->n_day_types == 0) c->schedule->n_day_types = 1;
    size_t n_seasons = c->schedule->n_seasons > 0 ? c->schedule->n_seasons : 1;
    MBILL_TRY(mbill__tariff_take(c->tariff, n_seasons * c->schedule->n_day_types, sizeof *tables, &tables, err));
    MBILL_TRY(fill_tables(c, list, tables, reached, err));
    for (size_t i = 0; i < n; i++)
        if (!reached[i])
            return mbill__node_fail(list, err, MBILL_E_COVERAGE, "period \"%s\" is never reached: others cover all its minutes",
                c->period_names[i]);
    c->schedule->tables = tables;
    return MBILL_OK;
}

mbill_status mbill__calendar_read(mbill__calendar_pool *pool, const mbill__node *node, mbill__schedule *out, mbill_error *err)
{
    static const char *const clocks[] = {"local", "standard"};
    mbill__calendar_names c = {.pool = pool, .tariff = pool->tariff, .schedule = out, .otherwise = -1};
    mbill__node part;
    const char **seasons;
    int32_t clock = 0;
    if (mbill__node_get(node, "clock", &part)) MBILL_TRY(mbill__node_word(&part, clocks, MBILL__COUNT(clocks), &clock, err));
    if (mbill__node_get(node, "seasons", &part)) MBILL_TRY(mbill__seasons_read(&c, &part, err));
    if (mbill__node_get(node, "days", &part)) MBILL_TRY(mbill__days_read(&c, &part, err));
    if (out->n_seasons == 0 || mbill__node_get(node, "days", &part) || mbill__node_get(node, "periods", &part)) {
        MBILL_TRY(mbill__node_need(node, "periods", &part, err));
        MBILL_TRY(read_periods(&c, &part, err));
    }
    MBILL_TRY(mbill__tariff_take(pool->tariff, out->n_seasons + 1, sizeof *seasons, &seasons, err));
    memcpy(seasons, c.season_names, out->n_seasons * sizeof *seasons);
    out->season_names = seasons;
    out->zone = pool->tariff->zone;
    out->standard_clock = clock == 1;
    return MBILL_OK;
}
