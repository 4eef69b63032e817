/* SPDX-License-Identifier: Apache-2.0 */
/* Days that come back every year. */
#include "calendar/civil.h"
#include "calendar/yearly.h"
#include "check_run.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    int32_t days = 0;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){year, month, day}, &days, NULL), MBILL_OK);
    return days;
}

/* Published dates, the earliest and the latest possible among them. */
START_TEST(easter_known)
{
    static const mbill_date known[] = {{1900, 4, 15}, {1943, 4, 25}, {1954, 4, 18}, {1961, 4, 2}, {1981, 4, 19}, {2000, 4, 23},
        {2008, 3, 23}, {2011, 4, 24}, {2024, 3, 31}, {2025, 4, 20}, {2026, 4, 5}, {2027, 3, 28}, {2038, 4, 25}, {2049, 4, 18},
        {2285, 3, 22}};
    for (int i = 0; i < COUNT(known); i++)
        ck_assert_int_eq(mbill__easter(known[i].year), day_of(known[i].year, known[i].month, known[i].day));
}
END_TEST

/* The same by another way: C. F. Gauss's rule as corrected in 1816, for the Gregorian calendar. */
static int32_t easter_by_gauss(int32_t year)
{
    int32_t a = year % 19, k = year / 100;
    int32_t m = (15 + k - (13 + 8 * k) / 25 - k / 4) % 30, n = (4 + k - k / 4) % 7;
    int32_t d = (19 * a + m) % 30;
    int32_t e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + n) % 7;
    if (d == 29 && e == 6) return day_of(year, 4, 19);
    if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19) return day_of(year, 4, 18);
    return day_of(year, 3, 22) + d + e;
}

START_TEST(easter_by_two_rules)
{
    for (int32_t year = MBILL_YEAR_MIN; year <= MBILL_YEAR_MAX; year++) {
        ck_assert_int_eq(mbill__easter(year), easter_by_gauss(year));
        ck_assert_int_eq(mbill_date_weekday(mbill__easter(year)), 7);
    }
}
END_TEST

static const struct {
    mbill__yearly rule;
    mbill_date day; /* month 0: none in that year */
} known[] = {
    {{.kind = MBILL__YEARLY_DATE, .month = 12, .day = 25}, {2026, 12, 25}},
    {{.kind = MBILL__YEARLY_DATE, .month = 2, .day = 29}, {2024, 2, 29}},
    {{.kind = MBILL__YEARLY_DATE, .month = 2, .day = 29}, {2026, 0, 0}},
    {{.kind = MBILL__YEARLY_DATE, .month = 12, .day = 25, .plus = 7}, {2027, 1, 1}},
    {{.kind = MBILL__YEARLY_NTH, .nth = 1, .weekday = 1, .month = 9}, {2026, 9, 7}},
    {{.kind = MBILL__YEARLY_NTH, .nth = -1, .weekday = 1, .month = 5}, {2026, 5, 25}},
    {{.kind = MBILL__YEARLY_NTH, .nth = -1, .weekday = 7, .month = 5}, {2026, 5, 31}},
    {{.kind = MBILL__YEARLY_NTH, .nth = -2, .weekday = 7, .month = 5}, {2026, 5, 24}},
    {{.kind = MBILL__YEARLY_NTH, .nth = 4, .weekday = 4, .month = 11, .plus = 1}, {2026, 11, 27}},
    {{.kind = MBILL__YEARLY_NTH, .nth = 5, .weekday = 7, .month = 5}, {2026, 5, 31}},
    {{.kind = MBILL__YEARLY_NTH, .nth = 5, .weekday = 1, .month = 5}, {2026, 0, 0}},
    {{.kind = MBILL__YEARLY_NTH, .nth = -5, .weekday = 1, .month = 5}, {2026, 0, 0}},
    {{.kind = MBILL__YEARLY_ON_OR_AFTER, .weekday = 6, .month = 6, .day = 20}, {2026, 6, 20}},
    {{.kind = MBILL__YEARLY_ON_OR_AFTER, .weekday = 6, .month = 6, .day = 20}, {2027, 6, 26}},
    {{.kind = MBILL__YEARLY_ON_OR_BEFORE, .weekday = 1, .month = 5, .day = 24}, {2026, 5, 18}},
    {{.kind = MBILL__YEARLY_ON_OR_BEFORE, .weekday = 3, .month = 11, .day = 22}, {2023, 11, 22}},
    {{.kind = MBILL__YEARLY_EASTER, .plus = -2}, {2026, 4, 3}},
    {{.kind = MBILL__YEARLY_EASTER, .plus = 50}, {2026, 5, 25}},
};

START_TEST(day_named)
{
    int32_t days[2] = {0, 0}, year = known[_i].day.year;
    size_t n = mbill__yearly_days(&known[_i].rule, year, days);
    if (known[_i].day.month == 0) {
        ck_assert_uint_eq(n, 0);
        return;
    }
    if (known[_i].rule.plus == 7) n = mbill__yearly_days(&known[_i].rule, year - 1, days);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(days[0], day_of(year, known[_i].day.month, known[_i].day.day));
    ck_assert(mbill__yearly_is(&known[_i].rule, days[0]));
    ck_assert(!mbill__yearly_is(&known[_i].rule, days[0] - 1));
    ck_assert(!mbill__yearly_is(&known[_i].rule, days[0] + 1));
}
END_TEST

/* New Year on a Saturday is observed in the year before; one that stays is two days. */
START_TEST(observed_over_the_years_end)
{
    mbill__yearly rule = {.kind = MBILL__YEARLY_DATE, .month = 1, .day = 1, .moves = {0, 0, 0, 0, 0, -1, 1}};
    ck_assert(mbill__yearly_is(&rule, day_of(2021, 12, 31)));
    ck_assert(!mbill__yearly_is(&rule, day_of(2022, 1, 1)));
    ck_assert(mbill__yearly_is(&rule, day_of(2023, 1, 2)));
    ck_assert(!mbill__yearly_is(&rule, day_of(2023, 1, 1)));
    ck_assert(mbill__yearly_is(&rule, day_of(2024, 1, 1)));
    rule.stays = true;
    ck_assert(mbill__yearly_is(&rule, day_of(2021, 12, 31)));
    ck_assert(mbill__yearly_is(&rule, day_of(2022, 1, 1)));
}
END_TEST

/* Every rule gives its days to mbill__yearly_is, and no others, over the whole calendar. */
START_TEST(years_agree_with_days)
{
    static const mbill__yearly rules[] =
        {{.kind = MBILL__YEARLY_DATE, .month = 12, .day = 31, .plus = 31, .moves = {6, 0, 0, 0, -6, 0, 6}},
            {.kind = MBILL__YEARLY_DATE, .month = 1, .day = 1, .plus = -31, .moves = {-6, 0, 0, 0, 1, 0, -6}, .stays = true},
            {.kind = MBILL__YEARLY_EASTER, .plus = -80, .moves = {-6, -6, -6, -6, -6, -6, -6}}};
    for (int i = 0; i < COUNT(rules); i++) {
        size_t by_year = 0, by_day = 0;
        int32_t days[2];
        for (int32_t year = 1999; year <= 2051; year++) by_year += mbill__yearly_days(&rules[i], year, days);
        for (int32_t day = day_of(1998, 6, 1); day < day_of(2052, 6, 1); day++) by_day += mbill__yearly_is(&rules[i], day);
        size_t before = mbill__yearly_days(&rules[i], 1998, days), inside = 0;
        for (size_t k = 0; k < before; k++) inside += days[k] >= day_of(1998, 6, 1);
        size_t after = mbill__yearly_days(&rules[i], 2052, days);
        for (size_t k = 0; k < after; k++) inside += days[k] < day_of(2052, 6, 1);
        ck_assert_uint_eq(by_day, by_year + inside);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("yearly");
    TCase *ok = tcase_create("ok");
    tcase_add_test(ok, easter_known);
    tcase_add_test(ok, easter_by_two_rules);
    tcase_add_loop_test(ok, day_named, 0, COUNT(known));
    tcase_add_test(ok, observed_over_the_years_end);
    tcase_add_test(ok, years_agree_with_days);
    suite_add_tcase(suite, ok);
    return check_run(suite, CK_NOFORK);
}
