/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when POSIX TZ rules do: POSIX.1-2017, XBD 8.3, with the wider range of rule times of RFC 8536, 3.3.1. */
#include "calendar/civil.h"
#include "calendar/zone.h"

#include <string.h>

enum { HOUR_S = 3600, OFFSET_HOURS_MAX = 24, TIME_HOURS_MAX = 167, NAME_MIN = 3 };

/* What is left of the text. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool take(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Three or more letters, or letters, digits, + and - between < and >. */
static bool take_name(cursor *c)
{
    bool quoted = take(c, '<');
    const char *start = c->at;
    while (c->at < c->end && (is_letter(*c->at) || (quoted && (is_digit(*c->at) || *c->at == '+' || *c->at == '-')))) c->at++;
    bool long_enough = c->at - start >= NAME_MIN;
    return long_enough && (!quoted || take(c, '>'));
}

/* Up to three digits, at most max. */
static bool take_number(cursor *c, int32_t max, int32_t *out)
{
    const char *start = c->at;
    *out = 0;
    while (c->at < c->end && is_digit(*c->at) && c->at - start < 3) *out = *out * 10 + (*c->at++ - '0');
    return c->at > start && *out <= max;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(cursor *c, int32_t hours_max, int32_t *out_s)
{
    int32_t hours, minutes = 0, seconds = 0;
    bool negative = take(c, '-');
    if (!negative) (void)take(c, '+');
    if (!take_number(c, hours_max, &hours)) return false;
    bool minutes_follow = take(c, ':');
    if (minutes_follow && !take_number(c, 59, &minutes)) return false;
    if (minutes_follow && take(c, ':') && !take_number(c, 59, &seconds)) return false;
    *out_s = hours * HOUR_S + minutes * 60 + seconds;
    if (negative) *out_s = -*out_s;
    return true;
}

/* Mm.w.d, Jn or n, then an optional /time. */
static bool take_day(cursor *c, mbill__rule_day *out)
{
    memset(out, 0, sizeof *out);
    out->time_s = 2 * HOUR_S;
    if (take(c, 'M')) {
        out->form = 'M';
        bool good = take_number(c, 12, &out->month) && take(c, '.') && take_number(c, 5, &out->week) && take(c, '.') &&
            take_number(c, 6, &out->weekday);
        if (!good || out->month == 0 || out->week == 0) return false;
    } else {
        out->form = take(c, 'J') ? 'J' : 'n';
        if (!take_number(c, 365, &out->day) || (out->form == 'J' && out->day == 0)) return false;
    }
    return !take(c, '/') || take_time(c, TIME_HOURS_MAX, &out->time_s);
}

static mbill_status refuse(mbill_error *err, const char *text, size_t len, const char *expected)
{
    return mbill__fail(err, MBILL_E_ZONE,
        "\"%.*s\" is not a time zone rule: expected %s, as in \"CST-8\" or \"CET-1CEST,M3.5.0,M10.5.0/3\"",
        (int)(len < 60 ? len : 60), text, expected);
}

mbill_status mbill__zone_rule_parse(const char *text, size_t len, mbill__zone_rule *out, mbill_error *err)
{
    cursor c = {text, text + len};
    int32_t west_s;
    memset(out, 0, sizeof *out);
    if (!take_name(&c)) return refuse(err, text, len, "a name of three or more letters");
    if (!take_time(&c, OFFSET_HOURS_MAX, &west_s)) return refuse(err, text, len, "hours west of UTC after the name");
    out->standard_s = -west_s;
    out->daylight_s = out->standard_s + HOUR_S;
    if (c.at == c.end) return MBILL_OK;
    if (!take_name(&c)) return refuse(err, text, len, "a second name for daylight saving, or the end");
    if (c.at < c.end && *c.at != ',') {
        if (!take_time(&c, OFFSET_HOURS_MAX, &west_s)) return refuse(err, text, len, "hours west of UTC after the second name");
        out->daylight_s = -west_s;
    }
    out->has_daylight = true;
    bool rules = take(&c, ',') && take_day(&c, &out->start) && take(&c, ',') && take_day(&c, &out->end);
    if (!rules || c.at != c.end)
        return refuse(err, text, len, "both days on which daylight saving begins and ends, and nothing more");
    return MBILL_OK;
}

/* ---- instants ---- */

static int32_t day_in_year(const mbill__rule_day *day, int32_t year)
{
    int32_t january = mbill__civil_days(year, 1, 1);
    if (day->form == 'n') return january + day->day;
    if (day->form == 'J') return january + day->day - 1 + (mbill__civil_leap(year) && day->day >= 60 ? 1 : 0);
    int32_t first = mbill__civil_days(year, day->month, 1);
    int32_t first_weekday = mbill_date_weekday(first) % 7;
    int32_t in_month = (day->weekday - first_weekday + 7) % 7 + (day->week - 1) * 7;
    if (in_month >= mbill_month_length(year, day->month)) in_month -= 7;
    return first + in_month;
}

static int64_t instant_in_year(const mbill__rule_day *day, int32_t year, int32_t offset_before_s)
{
    return day_in_year(day, year) * MBILL__DAY_S + day->time_s - offset_before_s;
}

/* A year's changes lie within a week of it, so what holds in a year is known from the two years before, and the next change is
 * nearly always in this year or the next. It is further away where changes cancel each other in most years, as in
 * "EST5EDT,0/0,364/25" (only leap years change); years repeat in weekday and length after 40 years at the latest. */
enum { YEARS_BEFORE = 2, YEARS_NEAR = 4, YEARS_FAR = 46 };

/* Behind those at the same instant, but a start comes after an end: where they meet, daylight saving goes on (RFC 8536, 3.3.1:
 * daylight saving all year). */
static void insert(mbill__change *changes, size_t n, mbill__change change, bool is_start)
{
    size_t at = n;
    for (; at > 0; at--) {
        int64_t before_utc_s = changes[at - 1].at_utc_s;
        if (before_utc_s < change.at_utc_s || (before_utc_s == change.at_utc_s && is_start)) break;
        changes[at] = changes[at - 1];
    }
    changes[at] = change;
}

/* The changes of n_years years in order; how many there are. */
static size_t list_changes(const mbill__zone_rule *rule, int32_t first_year, int32_t n_years, mbill__change *out)
{
    mbill__offset standard = {rule->standard_s, rule->standard_s}, daylight = {rule->daylight_s, rule->standard_s};
    size_t n = 0;
    for (int32_t year = first_year; year < first_year + n_years; year++) {
        insert(out, n++, (mbill__change){instant_in_year(&rule->end, year, rule->daylight_s), standard}, false);
        insert(out, n++, (mbill__change){instant_in_year(&rule->start, year, rule->standard_s), daylight}, true);
    }
    return n;
}

/* What holds at the instant, and the next change among those listed. The last one is none: what meets it may be in the next
 * year. */
static mbill__offset find_change(const mbill__change *changes, size_t n, int64_t utc_s, int64_t *out_next_utc_s)
{
    size_t i = 0;
    mbill__offset now = changes[0].after;
    for (; i < n && changes[i].at_utc_s <= utc_s; i++) now = changes[i].after;
    *out_next_utc_s = INT64_MAX;
    for (; i + 1 < n && *out_next_utc_s == INT64_MAX; i++) {
        bool stands = changes[i + 1].at_utc_s != changes[i].at_utc_s;
        if (stands && changes[i].after.offset_s != now.offset_s) *out_next_utc_s = changes[i].at_utc_s;
    }
    return now;
}

mbill__offset mbill__zone_rule_at(const mbill__zone_rule *rule, int64_t utc_s, int64_t *out_next_utc_s)
{
    mbill__offset now = {rule->standard_s, rule->standard_s};
    mbill__change changes[2 * YEARS_FAR];
    *out_next_utc_s = INT64_MAX;
    if (!rule->has_daylight) return now;
    int64_t at_utc_s = utc_s < MBILL__RULE_MIN_S ? MBILL__RULE_MIN_S : utc_s > MBILL__RULE_MAX_S ? MBILL__RULE_MAX_S : utc_s;
    int32_t first_year = mbill__civil_date(mbill__floor_divide(at_utc_s, MBILL__DAY_S)).year - YEARS_BEFORE;
    now = find_change(changes, list_changes(rule, first_year, YEARS_NEAR, changes), at_utc_s, out_next_utc_s);
    if (*out_next_utc_s == INT64_MAX)
        now = find_change(changes, list_changes(rule, first_year, YEARS_FAR, changes), at_utc_s, out_next_utc_s);
    if (*out_next_utc_s > MBILL__RULE_MAX_S) *out_next_utc_s = INT64_MAX;
    return now;
}
