/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when kinds of days, seasons or spans do. */
#include "calendar/day.h"

#include "calendar/civil.h"

/* Ranges and days rise, so that both are searched by halves. */
static bool in_ranges(const mbill__day_range *ranges, size_t n_ranges, int32_t day)
{
    size_t low = 0, high = n_ranges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].to <= day) low = middle + 1;
        else high = middle;
    }
    return low < n_ranges && ranges[low].from <= day;
}

static bool in_list(const mbill__day_list *list, int32_t day)
{
    size_t low = 0, high = list->n_days;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->days[middle] < day) low = middle + 1;
        else high = middle;
    }
    return low < list->n_days && list->days[low] == day;
}

static bool in_dates(const mbill__day_rule *rule, int32_t day)
{
    if (in_ranges(rule->ranges, rule->n_ranges, day)) return true;
    for (size_t i = 0; i < rule->n_yearly; i++)
        if (mbill__yearly_is(&rule->yearly[i], day)) return true;
    return false;
}

static bool matches(const mbill__day_rule *rule, const mbill__day_list *lists, size_t n_lists, int32_t day)
{
    if (rule->otherwise) return true;
    if (rule->list >= 0) return (size_t)rule->list < n_lists && in_list(&lists[rule->list], day);
    if (rule->n_ranges > 0 || rule->n_yearly > 0) return in_dates(rule, day);
    return (rule->weekdays >> (mbill_date_weekday(day) - 1) & 1u) != 0;
}

bool mbill__day_meets(const mbill__day_rule *dated, const mbill__day_rule *other, int32_t *out_day)
{
    if (dated->n_ranges == 0 || other->n_yearly == 0) return false;
    int32_t first = mbill__civil_date(dated->ranges[0].from).year - 1;
    int32_t last = mbill__civil_date(dated->ranges[dated->n_ranges - 1].to).year + 1;
    for (size_t i = 0; i < other->n_yearly; i++) {
        for (int32_t year = first; year <= last; year++) {
            int32_t days[2];
            size_t n = mbill__yearly_days(&other->yearly[i], year, days);
            for (size_t k = 0; k < n; k++) {
                *out_day = days[k];
                if (in_ranges(dated->ranges, dated->n_ranges, days[k])) return true;
            }
        }
    }
    return false;
}

int32_t mbill__day_type(const mbill__day_rule *rules, size_t n_rules, const mbill__day_list *lists, size_t n_lists, int32_t day)
{
    for (size_t i = 0; i < n_rules; i++)
        if (matches(&rules[i], lists, n_lists, day)) return rules[i].type;
    return -1;
}

int32_t mbill__season_of(const mbill__season *seasons, size_t n_seasons, int32_t day)
{
    mbill_date date = mbill__civil_date(day);
    int32_t at = date.month * 100 + date.day;
    for (size_t i = 0; i < n_seasons; i++) {
        int32_t from = seasons[i].from, to = seasons[i].to;
        bool inside = from < to ? at >= from && at < to : at >= from || at < to;
        if (inside || (from == 0 && to == 0)) return (int32_t)i;
    }
    return -1;
}

void mbill__season_span(const mbill__season *seasons, size_t n_seasons, int32_t day, int32_t *from, int32_t *to)
{
    int32_t season = mbill__season_of(seasons, n_seasons, day);
    *from = day;
    *to = day + 1;
    while (day - *from < 366 && mbill__season_of(seasons, n_seasons, *from - 1) == season) --*from;
    while (*to - day < 366 && mbill__season_of(seasons, n_seasons, *to) == season) ++*to;
}

/* The month-day in a year; 29 February of a common year is its last February day. */
static int32_t month_day(int32_t year, int32_t start)
{
    int32_t month = start / 100, day = start % 100;
    int32_t last = mbill_month_length(year, month);
    return mbill__civil_days(year, month, day < last ? day : last);
}

/* Spans of `months` months that begin on `start`, counted on from the year before the day's. */
static void span_of_months(int32_t months, int32_t start, int32_t day, int32_t *from, int32_t *to)
{
    int32_t year = mbill__civil_date(day).year - 1;
    int32_t month = start / 100 - 1;
    *to = month_day(year, start);
    do {
        *from = *to;
        month += months;
        *to = month_day(year + month / 12, (month % 12 + 1) * 100 + start % 100);
    } while (*to <= day);
}

mbill_status mbill__span_of(mbill__span_kind kind, int32_t start, int32_t day, int32_t *from, int32_t *to, mbill_error *err)
{
    if (day < MBILL__DAYS_MIN + 366 || day > MBILL__DAYS_MAX - 366)
        return mbill__fail(err, MBILL_E_RANGE, "day number %d is too near the ends of the calendar, %d to %d", day,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    static const int32_t months[] = {0, 0, 1, 2, 3, 4, 6, 12};
    if (kind == MBILL__SPAN_DAY) {
        *from = day;
        *to = day + 1;
    } else {
        span_of_months(months[kind], start == 0 || kind == MBILL__SPAN_MONTH ? 101 : start, day, from, to);
    }
    return MBILL_OK;
}
