/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "calendar" does. Compiles seasons, days and periods into one table of slots for each kind of day, and
 * proves on the way that every day and minute is covered, once. */
#include "tariff/calendar_read.h"

#include "tariff/take.h"

#include <string.h>

enum { DAY_MINUTES = 1440, NOT_COVERED = -1, WEEK_DAYS = 7, LEAP_YEAR = 2024 };

/* What is known by name while the calendar is read. */
typedef struct reading_calendar {
    mbill_tariff *tariff;
    mbill__schedule *schedule;
    const char *season_names[MBILL__SEASONS_MAX];
    const char *type_names[MBILL__DAY_TYPES_MAX];
    size_t n_types;
    const char *list_names[MBILL__LISTS_MAX];
    int32_t otherwise; /* the period that takes what is left, or -1 */
} reading_calendar;

static int32_t find(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return (int32_t)i;
    return -1;
}

static mbill_status member_name(reading_calendar *c, const mbill__node *object, const char **out, mbill_error *err)
{
    mbill__node name;
    const char *text;
    MBILL_TRY(mbill__node_need(object, "name", &name, err));
    MBILL_TRY(mbill__node_name(&name, &text, err));
    return mbill__tariff_text(c->tariff, text, out, err);
}

/* {"otherwise": true} as the last entry of its list. */
static mbill_status is_otherwise(const mbill__node *object, size_t n_entries, bool *out, mbill_error *err)
{
    mbill__node node;
    *out = false;
    if (!mbill__node_get(object, "otherwise", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, out, err));
    if (!*out) return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"otherwise\" is false; expected true, or no such key");
    if (object->index + 1 != n_entries) return mbill__node_fail(&node, err, MBILL_E_INVALID, "nothing after \"otherwise\" can be reached; expected it last");
    return MBILL_OK;
}

static bool two_digits(const char *text, int32_t *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
    *out = (text[0] - '0') * 10 + (text[1] - '0');
    return true;
}

/* ---- seasons ---- */

static mbill_status read_month_day(const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text;
    int32_t month, day;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool good = strlen(text) == 5 && two_digits(text, &month) && text[2] == '-' && two_digits(text + 3, &day);
    good = good && month >= 1 && month <= 12 && day >= 1 && day <= mbill_month_length(LEAP_YEAR, month);
    if (!good) return mbill__node_fail(node, err, MBILL_E_DATE, "\"%s\" is not a day of the year; expected month and day such as \"07-01\"", text);
    *out = month * 100 + day;
    return MBILL_OK;
}

static mbill_status read_season(reading_calendar *c, const mbill__node *object, size_t n_seasons, mbill__season *out, mbill_error *err)
{
    static const char *const keys[] = {"name", "from", "to", "otherwise"};
    mbill__node from, to;
    bool otherwise;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(member_name(c, object, &c->season_names[object->index], err));
    if (find(c->season_names, object->index, c->season_names[object->index]) >= 0)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "season \"%s\" stands twice", c->season_names[object->index]);
    MBILL_TRY(is_otherwise(object, n_seasons, &otherwise, err));
    *out = (mbill__season){0, 0};
    if (otherwise && (mbill__node_get(object, "from", &from) || mbill__node_get(object, "to", &to)))
        return mbill__node_fail(object, err, MBILL_E_INVALID, "a season has either \"from\" and \"to\" or \"otherwise\"");
    if (otherwise) return MBILL_OK;
    MBILL_TRY(mbill__node_need(object, "from", &from, err));
    MBILL_TRY(mbill__node_need(object, "to", &to, err));
    MBILL_TRY(read_month_day(&from, &out->from, err));
    MBILL_TRY(read_month_day(&to, &out->to, err));
    if (out->from == out->to) return mbill__node_fail(object, err, MBILL_E_INVALID, "the season ends on the day it begins; expected \"otherwise\" for the whole year");
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
        return mbill__node_fail(list, err, MBILL_E_COVERAGE, "%s on %02d-%02d; expected exactly one, or a last one with \"otherwise\"",
            holding == 0 ? "no season lies" : "two seasons lie", date.month, date.day);
    }
    return MBILL_OK;
}

static mbill_status read_seasons(reading_calendar *c, const mbill__node *list, mbill_error *err)
{
    mbill__season *seasons;
    mbill__node season;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__SEASONS_MAX) return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu seasons; expected at most %d", n, MBILL__SEASONS_MAX);
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *seasons, &seasons, err));
    for (bool more = mbill__node_first(list, &season); more; more = mbill__node_next(&season))
        MBILL_TRY(read_season(c, &season, n, &seasons[season.index], err));
    c->schedule->seasons = seasons;
    c->schedule->n_seasons = n;
    return check_seasons(list, seasons, n, err);
}

/* ---- days ---- */

static mbill_status read_weekdays(const mbill__node *list, uint32_t *out, mbill_error *err)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        int32_t day;
        MBILL_TRY(mbill__node_word(&node, names, MBILL__COUNT(names), &day, err));
        if (*out & (1u << day)) return mbill__node_fail(&node, err, MBILL_E_INVALID, "weekday \"%s\" stands twice", names[day]);
        *out |= 1u << day;
    }
    return MBILL_OK;
}

static mbill_status read_day(const mbill__node *node, const char *text, size_t len, int32_t *out, mbill_error *err)
{
    mbill_date date;
    MBILL_TRY(mbill__node_place(node, err, mbill_date_parse(text, len, &date, err)));
    return mbill__node_place(node, err, mbill_date_to_days(date, out, err));
}

/* "2026-10-10", or "2026-10-01/2026-10-08" whose end is not included. */
static mbill_status read_range(const mbill__node *node, mbill__day_range *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    const char *slash = strchr(text, '/');
    size_t first_len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    MBILL_TRY(read_day(node, text, first_len, &out->from, err));
    out->to = out->from + 1;
    if (slash != NULL) MBILL_TRY(read_day(node, slash + 1, strlen(slash + 1), &out->to, err));
    if (out->from >= out->to) return mbill__node_fail(node, err, MBILL_E_INVALID, "the dates \"%s\" hold no day: the end is not included", text);
    return MBILL_OK;
}

static mbill_status read_dates(reading_calendar *c, const mbill__node *list, mbill__day_rule *out, mbill_error *err)
{
    mbill__day_range *ranges;
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    MBILL_TRY(mbill__tariff_take(c->tariff, mbill__node_count(list), sizeof *ranges, &ranges, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_range(&node, &ranges[node.index], err));
        if (node.index > 0 && ranges[node.index].from < ranges[node.index - 1].to)
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "the dates begin before the ones above them end; expected rising dates");
    }
    out->ranges = ranges;
    out->n_ranges = mbill__node_count(list);
    return MBILL_OK;
}

static mbill_status read_list_name(reading_calendar *c, const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_name(node, &text, err));
    *out = find(c->list_names, c->schedule->n_lists, text);
    if (*out >= 0) return MBILL_OK;
    if (c->schedule->n_lists == MBILL__LISTS_MAX)
        return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d lists of days", MBILL__LISTS_MAX);
    *out = (int32_t)c->schedule->n_lists++;
    return mbill__tariff_text(c->tariff, text, &c->list_names[*out], err);
}

static mbill_status read_day_type(reading_calendar *c, const mbill__node *object, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(member_name(c, object, &name, err));
    *out = find(c->type_names, c->n_types, name);
    if (*out >= 0) return MBILL_OK;
    if (c->n_types == MBILL__DAY_TYPES_MAX)
        return mbill__node_fail(object, err, MBILL_E_LIMIT, "more than %d kinds of days", MBILL__DAY_TYPES_MAX);
    *out = (int32_t)c->n_types;
    c->type_names[c->n_types++] = name;
    return MBILL_OK;
}

static mbill_status read_rule(reading_calendar *c, const mbill__node *object, size_t n_rules, mbill__day_rule *out, mbill_error *err)
{
    static const char *const keys[] = {"name", "weekdays", "dates", "from_list", "otherwise"};
    mbill__node node;
    bool otherwise;
    *out = (mbill__day_rule){.list = -1};
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_day_type(c, object, &out->type, err));
    MBILL_TRY(is_otherwise(object, n_rules, &otherwise, err));
    out->otherwise = otherwise;
    if (mbill__node_count(object) != 2)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "a rule of days has a name and one of \"weekdays\", \"dates\", \"from_list\", \"otherwise\"");
    if (mbill__node_get(object, "weekdays", &node)) return read_weekdays(&node, &out->weekdays, err);
    if (mbill__node_get(object, "dates", &node)) return read_dates(c, &node, out, err);
    if (mbill__node_get(object, "from_list", &node)) return read_list_name(c, &node, &out->list, err);
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
            return mbill__node_fail(list, err, MBILL_E_COVERAGE, "weekday \"%s\" is of %s; expected exactly one, or a last rule with \"otherwise\"", names[day],
                holding == 0 ? "no kind" : "two kinds");
    }
    return MBILL_OK;
}

static mbill_status read_days(reading_calendar *c, const mbill__node *list, mbill_error *err)
{
    mbill__day_rule *rules;
    mbill__node rule;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *rules, &rules, err));
    for (bool more = mbill__node_first(list, &rule); more; more = mbill__node_next(&rule)) MBILL_TRY(read_rule(c, &rule, n, &rules[rule.index], err));
    c->schedule->rules = rules;
    c->schedule->n_rules = n;
    c->schedule->n_day_types = c->n_types;
    return check_weekdays(list, rules, n, err);
}

/* ---- periods ---- */

/* Which seasons or day types a "when" is for: a set of bits; all when the key is absent. */
static mbill_status read_set(const mbill__node *when, const char *key, const char *const *names, size_t n_names, uint32_t *out, mbill_error *err)
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

static bool read_clock(const char *text, int32_t *out_minute)
{
    int32_t hour, minute;
    if (!two_digits(text, &hour) || text[2] != ':' || !two_digits(text + 3, &minute)) return false;
    *out_minute = hour * 60 + minute;
    return minute < 60 && *out_minute <= DAY_MINUTES;
}

/* "HH:MM-HH:MM"; from > to wraps within the day. */
static mbill_status read_window(const mbill__node *node, int32_t *out_from, int32_t *out_to, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool good = strlen(text) == 11 && text[5] == '-' && read_clock(text, out_from) && read_clock(text + 6, out_to);
    if (!good || *out_from == DAY_MINUTES || *out_from == *out_to)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%s\" is not a window of the day; expected one such as \"22:00-06:00\", up to \"24:00\"", text);
    return MBILL_OK;
}

/* The minutes of one kind of day while its table is made. */
typedef struct day_minutes {
    int8_t period[DAY_MINUTES];
} day_minutes;

static mbill_status cover(reading_calendar *c, const mbill__node *window, day_minutes *day, int32_t period, int32_t from, int32_t to, mbill_error *err)
{
    for (int32_t minute = from; minute < to; minute++) {
        int8_t there = day->period[minute];
        if (there == NOT_COVERED) day->period[minute] = (int8_t)period;
        else if (there != period && c->otherwise < 0)
            return mbill__node_fail(window, err, MBILL_E_COVERAGE,
                "%02d:%02d is in this period and in \"%s\" too; expected one period, or a last one with \"otherwise\" so that the first match wins", minute / 60,
                minute % 60, c->schedule->periods[there]);
    }
    return MBILL_OK;
}

static mbill_status apply_windows(reading_calendar *c, const mbill__node *when, day_minutes *day, int32_t period, mbill_error *err)
{
    mbill__node at, window;
    int32_t from, to;
    if (!mbill__node_get(when, "at", &at)) return cover(c, when, day, period, 0, DAY_MINUTES, err);
    MBILL_TRY(mbill__node_list(&at, 1, err));
    for (bool more = mbill__node_first(&at, &window); more; more = mbill__node_next(&window)) {
        MBILL_TRY(read_window(&window, &from, &to, err));
        if (from < to) {
            MBILL_TRY(cover(c, &window, day, period, from, to, err));
        } else {
            MBILL_TRY(cover(c, &window, day, period, 0, to, err));
            MBILL_TRY(cover(c, &window, day, period, from, DAY_MINUTES, err));
        }
    }
    return MBILL_OK;
}

static mbill_status apply_period(reading_calendar *c, const mbill__node *object, day_minutes *day, size_t season, size_t type, mbill_error *err)
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

static mbill_status check_minutes(reading_calendar *c, const mbill__node *list, day_minutes *day, size_t season, size_t type, mbill_error *err)
{
    for (int32_t minute = 0; minute < DAY_MINUTES; minute++) {
        if (day->period[minute] != NOT_COVERED) continue;
        if (c->otherwise < 0)
            return mbill__node_fail(list, err, MBILL_E_COVERAGE, "no period covers %02d:%02d (season \"%s\", day \"%s\"); expected one, or a last one with \"otherwise\"",
                minute / 60, minute % 60, c->schedule->n_seasons > 0 ? c->season_names[season] : "any", c->n_types > 0 ? c->type_names[type] : "any");
        day->period[minute] = (int8_t)c->otherwise;
    }
    return MBILL_OK;
}

static mbill_status make_table(reading_calendar *c, const day_minutes *day, mbill__day_table *out, bool *reached, mbill_error *err)
{
    size_t n = 1;
    mbill__slot_time *slots;
    for (int32_t minute = 1; minute < DAY_MINUTES; minute++) n += day->period[minute] != day->period[minute - 1];
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *slots, &slots, err));
    n = 0;
    for (int32_t minute = 0; minute < DAY_MINUTES; minute++) {
        if (minute > 0 && day->period[minute] == day->period[minute - 1]) continue;
        slots[n++] = (mbill__slot_time){minute, day->period[minute]};
        reached[day->period[minute]] = true;
    }
    *out = (mbill__day_table){slots, n};
    return MBILL_OK;
}

static mbill_status read_period(reading_calendar *c, const mbill__node *object, const char **names, size_t n_periods, mbill_error *err)
{
    static const char *const keys[] = {"name", "when", "otherwise"};
    mbill__node when;
    bool otherwise;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(member_name(c, object, &names[object->index], err));
    if (find(names, object->index, names[object->index]) >= 0)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "period \"%s\" stands twice", names[object->index]);
    MBILL_TRY(is_otherwise(object, n_periods, &otherwise, err));
    if (otherwise == mbill__node_get(object, "when", &when))
        return mbill__node_fail(object, err, MBILL_E_INVALID, "period \"%s\" has neither or both of \"when\" and \"otherwise\"; expected one", names[object->index]);
    if (otherwise) c->otherwise = (int32_t)object->index;
    return MBILL_OK;
}

static mbill_status fill_tables(reading_calendar *c, const mbill__node *list, mbill__day_table *tables, bool *reached, mbill_error *err)
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

static mbill_status read_periods(reading_calendar *c, const mbill__node *list, mbill_error *err)
{
    const char **names;
    mbill__day_table *tables;
    mbill__node period;
    bool reached[MBILL__PERIODS_MAX] = {false};
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__PERIODS_MAX) return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu periods; expected at most %d", n, MBILL__PERIODS_MAX);
    MBILL_TRY(mbill__tariff_take(c->tariff, n, sizeof *names, &names, err));
    for (bool more = mbill__node_first(list, &period); more; more = mbill__node_next(&period)) MBILL_TRY(read_period(c, &period, names, n, err));
    c->schedule->periods = names;
    c->schedule->n_periods = n;
    if (c->schedule->n_day_types == 0) c->schedule->n_day_types = 1;
    size_t n_seasons = c->schedule->n_seasons > 0 ? c->schedule->n_seasons : 1;
    MBILL_TRY(mbill__tariff_take(c->tariff, n_seasons * c->schedule->n_day_types, sizeof *tables, &tables, err));
    MBILL_TRY(fill_tables(c, list, tables, reached, err));
    for (size_t i = 0; i < n; i++)
        if (!reached[i]) return mbill__node_fail(list, err, MBILL_E_COVERAGE, "period \"%s\" is never reached: others cover all its minutes", names[i]);
    c->schedule->tables = tables;
    return MBILL_OK;
}

mbill_status mbill__calendar_read(mbill_tariff *tariff, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"clock", "seasons", "days", "periods"};
    static const char *const clocks[] = {"local", "standard"};
    reading_calendar c = {.tariff = tariff, .otherwise = -1};
    mbill__node part;
    int32_t clock = 0;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *c.schedule, &c.schedule, err));
    if (mbill__node_get(node, "clock", &part)) MBILL_TRY(mbill__node_word(&part, clocks, MBILL__COUNT(clocks), &clock, err));
    if (mbill__node_get(node, "seasons", &part)) MBILL_TRY(read_seasons(&c, &part, err));
    if (mbill__node_get(node, "days", &part)) MBILL_TRY(read_days(&c, &part, err));
    if (c.schedule->n_seasons == 0 || mbill__node_get(node, "days", &part) || mbill__node_get(node, "periods", &part)) {
        MBILL_TRY(mbill__node_need(node, "periods", &part, err));
        MBILL_TRY(read_periods(&c, &part, err));
    }
    const char **lists, **seasons;
    MBILL_TRY(mbill__tariff_take(tariff, c.schedule->n_lists + 1, sizeof *lists, &lists, err));
    memcpy(lists, c.list_names, c.schedule->n_lists * sizeof *lists);
    c.schedule->list_names = lists;
    MBILL_TRY(mbill__tariff_take(tariff, c.schedule->n_seasons + 1, sizeof *seasons, &seasons, err));
    memcpy(seasons, c.season_names, c.schedule->n_seasons * sizeof *seasons);
    c.schedule->season_names = seasons;
    c.schedule->zone = tariff->zone;
    c.schedule->standard_clock = clock == 1;
    tariff->schedule = c.schedule;
    return MBILL_OK;
}
