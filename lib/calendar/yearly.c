/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the ways to name a day of every year do. */
#include "calendar/yearly.h"

#include "calendar/civil.h"

/* J. Meeus, Astronomical Algorithms, 2nd edition, 1998, chapter 8 (the rule of an anonymous writer in Nature, 20 April 1876): exact
 * for every year of the Gregorian calendar, without exceptions. The letters are those of the book. */
int32_t mbill__easter(int32_t year)
{
    int32_t a = year % 19, b = year / 100, c = year % 100;
    int32_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int32_t h = (19 * a + b - d - g + 15) % 30;
    int32_t i = c / 4, k = c % 4;
    int32_t l = (32 + 2 * e + 2 * i - h - k) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451;
    int32_t n = h + l - 7 * m + 114;
    return mbill__civil_days(year, n / 31, n % 31 + 1);
}

/* The first such weekday on a day or after it. */
static int32_t weekday_from(int32_t day, int32_t weekday)
{
    return day + (weekday - mbill_date_weekday(day) + 7) % 7;
}

static bool nth_weekday(const mbill__yearly *rule, int32_t year, int32_t *out_day)
{
    int32_t length = mbill_month_length(year, rule->month);
    int32_t first = mbill__civil_days(year, rule->month, 1), end = first + length;
    *out_day = rule->nth > 0 ? weekday_from(first, rule->weekday) + 7 * (rule->nth - 1)
                             : weekday_from(end, rule->weekday) + 7 * rule->nth;
    return *out_day >= first && *out_day < end;
}

static bool named_day(const mbill__yearly *rule, int32_t year, int32_t *out_day)
{
    if (rule->kind == MBILL__YEARLY_EASTER) *out_day = mbill__easter(year);
    else if (rule->kind == MBILL__YEARLY_NTH) return nth_weekday(rule, year, out_day);
    else *out_day = mbill__civil_days(year, rule->month, rule->day);
    if (rule->kind == MBILL__YEARLY_ON_OR_AFTER) *out_day = weekday_from(*out_day, rule->weekday);
    if (rule->kind == MBILL__YEARLY_ON_OR_BEFORE) *out_day = weekday_from(*out_day - 6, rule->weekday);
    return rule->kind != MBILL__YEARLY_DATE || rule->day <= mbill_month_length(year, rule->month);
}

size_t mbill__yearly_days(const mbill__yearly *rule, int32_t year, int32_t out[2])
{
    int32_t day;
    size_t n = 0;
    if (!named_day(rule, year, &day)) return 0;
    day += rule->plus;
    int32_t move = rule->moves[mbill_date_weekday(day) - 1];
    if (move == 0 || rule->stays) out[n++] = day;
    if (move != 0) out[n++] = day + move;
    return n;
}

/* What is added to a named day never reaches past the neighbouring year's first or last two months. */
bool mbill__yearly_is(const mbill__yearly *rule, int32_t day)
{
    mbill_date date = mbill__civil_date(day);
    int32_t first = date.month <= 2 ? date.year - 1 : date.year, last = date.month >= 11 ? date.year + 1 : date.year;
    for (int32_t year = first; year <= last; year++) {
        int32_t days[2];
        size_t n = mbill__yearly_days(rule, year, days);
        for (size_t i = 0; i < n; i++)
            if (days[i] == day) return true;
    }
    return false;
}
