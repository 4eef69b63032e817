/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "seasons" or "days" does. Without "otherwise", every day of the year lies in one season and every weekday is
 * of one kind: proved here. */
#include "tariff/days_read.h"

#include "document/month_day_read.h"
#include "document/time_read.h"
#include "document/yearly_read.h"
#include "tariff/take.h"

#include <string.h>

enum { WEEK_DAYS = 7, LEAP_YEAR = 2024 };

int32_t mbill__name_find(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return (int32_t)i;
    return -1;
}

mbill_status mbill__name_read(mbill__calendar_names *c, const mbill__node *object, const char **out, mbill_error *err)
{
    mbill__node name;
    const char *text;
    MBILL_TRY(mbill__node_need(object, "name", &name, err));
    MBILL_TRY(mbill__node_name(&name, &text, err));
    return mbill__tariff_text(c->tariff, text, out, err);
}

mbill_status mbill__otherwise_read(const mbill__node *object, size_t n_entries, bool *out, mbill_error *err)
{
    mbill__node node;
    *out = false;
    if (!mbill__node_get(object, "otherwise", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, out, err));
    if (!*out) return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"otherwise\" is false; expected true, or no such key");
    if (object->index + 1 != n_entries)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "nothing after \"otherwise\" can be reached; expected it last");
    return MBILL_OK;
}

/* ---- seasons ---- */

static mbill_status read_season(mbill__calendar_names *c, const mbill__node *object, size_t n_seasons, mbill__season *out,
    mbill_error *err)
{
    static const char *const keys[] = {"name", "from", "to", "otherwise"};
    mbill__node from, to;
    bool otherwise;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__name_read(c, object, &c->season_names[object->index], err));
    if (mbill__name_find(c->season_names, object->index, c->season_names[object->index]) >= 0)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "season \"%s\" stands twice", c->season_names[object->index]);
    MBILL_TRY(mbill__otherwise_read(object, n_seasons, &otherwise, err));
    *out = (mbill__season){0, 0};
    if (otherwise && (mbill__node_get(object, "from", &from) || mbill__node_get(object, "to", &to)))
        return mbill__node_fail(object, err, MBILL_E_INVALID, "a season has either \"from\" and \"to\" or \"otherwise\"");
    if (otherwise) return MBILL_OK;
    MBILL_TRY(mbill__node_need(object, "from", &from, err));
    MBILL_TRY(mbill__node_need(object, "to", &to, err));
    MBILL_TRY(mbill__month_day_read(&from, &out->from, err));
    MBILL_TRY(mbill__month_day_read(&to, &out->to, err));
    if (out->from == out->to)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "the season ends on the day it begins; expected \"otherwise\" for the whole year");
    return MBILL_OK;
}

/* Without "otherwise" every day of a leap year lies in exactly one season. */
static mbill_status check_seasons(const mbill__node *list, const mbill__season *seasons, size_t n, mbill_error *err)
{
    int32_t first;
    if (seasons[n - 1].from == 0) return MBILL_OK;
    MBILL_TRY(mbill_date_to_days((mbill_date){LEAP_YEAR, 1, 1}, &first, err));
    for (int32_t day = first; day < first + 366; day++) {
        size_t holding = 0;
        for (size_t i = 0; i < n; i++) holding += mbill__season_of(&seasons[i], 1, day) == 0;
        if (holding == 1) continue;
        mbill_date date;
        MBILL_TRY(mbill_date_of_days(day, &date, err));
        return mbill__node_fail(list, err, MBILL_E_COVERAGE,
            "%s on %02d-%02d; expected exactly one, or a last one with \"otherwise\"",
            holding == 0 ? "no season lies" : "two seasons lie", date.month, date.day);
    }
    return MBILL_OK;
}

mbill_status mbill__seasons_read(mbill__calendar_names *c, const mbill__node *list, mbill_error *err)
{
    mbill__season *seasons;
    mbill__node season;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__SEASONS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu seasons; expected at most %d", n, MBILL__SEASONS_MAX);
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *seasons, &seasons, err));
    for (bool more = mbill__node_first(list, &season); more; more = mbill__node_next(&season))
        MBILL_TRY(read_season(c, &season, n, &seasons[season.index], err));
    c->schedule->seasons = seasons;
    c->schedule->n_seasons = n;
    return check_seasons(list, seasons, n, err);
}

/* ---- days ---- */

/* Days and ranges as text, rising; days of every year as objects. */
static mbill_status read_dates(mbill__calendar_names *c, const mbill__node *list, mbill__day_rule *out, mbill_error *err)
{
    mbill__day_range *ranges;
    mbill__yearly *yearly;
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list), n_ranges = 0, n_yearly = 0;
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *ranges, &ranges, err));
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *yearly, &yearly, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        if (mbill__node_kind(&node) == MBILL__JSON_OBJECT) {
            MBILL_TRY(mbill__yearly_read(&node, &yearly[n_yearly++], err));
            continue;
        }
        MBILL_TRY(mbill__node_days(&node, &ranges[n_ranges].from, &ranges[n_ranges].to, err));
        if (n_ranges > 0 && ranges[n_ranges].from < ranges[n_ranges - 1].to)
            return mbill__node_fail(&node, err, MBILL_E_ORDER,
                "the dates begin before the ones above them end; expected rising dates");
        n_ranges++;
    }
    out->ranges = ranges;
    out->n_ranges = n_ranges;
    out->yearly = yearly;
    out->n_yearly = n_yearly;
    return MBILL_OK;
}

static mbill_status read_list_name(mbill__calendar_names *c, const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_name(node, &text, err));
    *out = mbill__name_find(c->pool->lists, c->pool->n_lists, text);
    if (*out >= 0) return MBILL_OK;
    if (c->pool->n_lists == MBILL__LISTS_MAX)
        return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d lists of days", MBILL__LISTS_MAX);
    *out = (int32_t)c->pool->n_lists++;
    return mbill__tariff_text(c->tariff, text, &c->pool->lists[*out], err);
}

static mbill_status read_day_type(mbill__calendar_names *c, const mbill__node *object, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__name_read(c, object, &name, err));
    *out = mbill__name_find(c->type_names, c->n_types, name);
    if (*out >= 0) return MBILL_OK;
    if (c->n_types == MBILL__DAY_TYPES_MAX)
        return mbill__node_fail(object, err, MBILL_E_LIMIT, "more than %d kinds of days", MBILL__DAY_TYPES_MAX);
    *out = (int32_t)c->n_types;
    c->type_names[c->n_types++] = name;
    return MBILL_OK;
}

static mbill_status read_rule(mbill__calendar_names *c, const mbill__node *object, size_t n_rules, mbill__day_rule *out,
    mbill_error *err)
{
    static const char *const keys[] = {"name", "weekdays", "dates", "from_list", "otherwise"};
    mbill__node node;
    bool otherwise;
    *out = (mbill__day_rule){.list = -1};
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_day_type(c, object, &out->type, err));
    MBILL_TRY(mbill__otherwise_read(object, n_rules, &otherwise, err));
    out->otherwise = otherwise;
    if (mbill__node_count(object) != 2)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "a rule of days has a name and one of \"weekdays\", \"dates\", \"from_list\", \"otherwise\"");
    if (mbill__node_get(object, "weekdays", &node)) return mbill__node_weekdays(&node, &out->weekdays, err);
    if (mbill__node_get(object, "dates", &node)) return read_dates(c, &node, out, err);
    if (mbill__node_get(object, "from_list", &node)) return read_list_name(c, &node, &out->list, err);
    return MBILL_OK;
}

/* A date that a rule of every year above gives another kind would be lost: dates written out are meant to win, so they stand first. */
static mbill_status check_dates(const mbill__node *object, const mbill__day_rule *rules, mbill_error *err)
{
    const mbill__day_rule *own = &rules[object->index];
    for (size_t i = 0; i < object->index; i++) {
        int32_t day;
        if (rules[i].type == own->type || !mbill__day_meets(own, &rules[i], &day)) continue;
        mbill_date date;
        MBILL_TRY(mbill_date_of_days(day, &date, err));
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "%04d-%02d-%02d is already taken by a day of every year in rule %zu; expected rules with written dates above it",
            date.year, date.month, date.day, i);
    }
    return MBILL_OK;
}

/* Without "otherwise" every weekday is of exactly one kind. */
static mbill_status check_weekdays(const mbill__node *list, const mbill__day_rule *rules, size_t n, mbill_error *err)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    if (rules[n - 1].otherwise) return MBILL_OK;
    for (uint32_t day = 0; day < WEEK_DAYS; day++) {
        size_t holding = 0;
        for (size_t i = 0; i < n; i++) holding += rules[i].weekdays >> day & 1u;
        if (holding != 1)
            return mbill__node_fail(list, err, MBILL_E_COVERAGE,
                "weekday \"%s\" is of %s; expected exactly one, or a last rule with \"otherwise\"", names[day],
                holding == 0 ? "no kind" : "two kinds");
    }
    return MBILL_OK;
}

mbill_status mbill__days_read(mbill__calendar_names *c, const mbill__node *list, mbill_error *err)
{
    mbill__day_rule *rules;
    mbill__node rule;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *rules, &rules, err));
    for (bool more = mbill__node_first(list, &rule); more; more = mbill__node_next(&rule))
        MBILL_TRY(read_rule(c, &rule, n, &rules[rule.index], err));
    for (bool more = mbill__node_first(list, &rule); more; more = mbill__node_next(&rule))
        MBILL_TRY(check_dates(&rule, rules, err));
    c->schedule->rules = rules;
    c->schedule->n_rules = n;
    c->schedule->n_day_types = c->n_types;
    return check_weekdays(list, rules, n, err);
}
