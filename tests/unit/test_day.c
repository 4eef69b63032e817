/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of days, seasons and spans of the civil calendar. */
#include "calendar/day.h"
#include "check_run.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define WORKWEEK 0x1fu /* Monday to Friday */
#define EVERY_DAY 0x7fu

enum { WORKDAY = 0, REST_DAY = 1, HOLIDAY = 2, EVENT_DAY = 3 };

static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    int32_t days = 0;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){year, month, day}, &days, NULL), MBILL_OK);
    return days;
}

/* --- Kinds of days --- */

/* China's National Day of 2026: seven days off, and Saturday the 10th is a working day instead. */
START_TEST(working_day_swapped_in)
{
    const mbill__day_range swapped[] = {{day_of(2026, 10, 10), day_of(2026, 10, 11)}};
    const mbill__day_range holidays[] = {{day_of(2026, 1, 1), day_of(2026, 1, 4)}, {day_of(2026, 10, 1), day_of(2026, 10, 8)}};
    const mbill__day_rule rules[] = {{.type = WORKDAY, .ranges = swapped, .n_ranges = 1, .list = -1},
        {.type = HOLIDAY, .ranges = holidays, .n_ranges = 2, .list = -1}, {.type = WORKDAY, .weekdays = WORKWEEK, .list = -1},
        {.type = REST_DAY, .list = -1, .otherwise = 1}};
    static const int32_t october[18] = {HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, HOLIDAY, WORKDAY, WORKDAY, WORKDAY,
        REST_DAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, REST_DAY, REST_DAY};
    for (int32_t i = 0; i < COUNT(october); i++)
        ck_assert_int_eq(mbill__day_type(rules, 4, NULL, 0, day_of(2026, 10, 1 + i)), october[i]);
    ck_assert_int_eq(mbill__day_type(rules, 4, NULL, 0, day_of(2026, 9, 30)), WORKDAY);
    ck_assert_int_eq(mbill__day_type(rules, 4, NULL, 0, day_of(2026, 1, 1)), HOLIDAY);
    ck_assert_int_eq(mbill__day_type(rules, 4, NULL, 0, day_of(2026, 1, 4)), REST_DAY);
    ck_assert_int_eq(mbill__day_type(rules, 4, NULL, 0, day_of(2025, 12, 31)), WORKDAY);
}
END_TEST

START_TEST(event_days)
{
    const int32_t announced[] = {day_of(2026, 7, 3), day_of(2026, 7, 21)}, other[] = {day_of(2026, 7, 4)};
    const mbill__day_list lists[] = {{announced, 2}, {other, 1}};
    const mbill__day_rule rules[] = {{.type = EVENT_DAY, .list = 0}, {.type = HOLIDAY, .list = 1},
        {.type = WORKDAY, .weekdays = EVERY_DAY, .list = -1}};
    ck_assert_int_eq(mbill__day_type(rules, 3, lists, 2, day_of(2026, 7, 2)), WORKDAY);
    ck_assert_int_eq(mbill__day_type(rules, 3, lists, 2, day_of(2026, 7, 3)), EVENT_DAY);
    ck_assert_int_eq(mbill__day_type(rules, 3, lists, 2, day_of(2026, 7, 4)), HOLIDAY);
    ck_assert_int_eq(mbill__day_type(rules, 3, lists, 2, day_of(2026, 7, 21)), EVENT_DAY);
    /* a list that was not handed in matches no day */
    ck_assert_int_eq(mbill__day_type(rules, 3, lists, 1, day_of(2026, 7, 4)), WORKDAY);
    ck_assert_int_eq(mbill__day_type(rules, 3, NULL, 0, day_of(2026, 7, 3)), WORKDAY);
}
END_TEST

START_TEST(first_rule_decides)
{
    const mbill__day_rule rules[] = {{.type = 5, .weekdays = 1u << 6, .list = -1}, {.type = 6, .list = -1, .otherwise = 1},
        {.type = 7, .weekdays = EVERY_DAY, .list = -1}};
    ck_assert_int_eq(mbill__day_type(rules, 3, NULL, 0, day_of(2026, 3, 1)), 5); /* a Sunday */
    ck_assert_int_eq(mbill__day_type(rules, 3, NULL, 0, day_of(2026, 3, 2)), 6);
    ck_assert_int_eq(mbill__day_type(rules, 1, NULL, 0, day_of(2026, 3, 2)), -1);
    ck_assert_int_eq(mbill__day_type(rules, 0, NULL, 0, day_of(2026, 3, 2)), -1);
}
END_TEST

START_TEST(each_weekday_has_its_bit)
{
    for (int32_t days = -30; days < 30; days++) {
        uint32_t bit = 1u << (mbill_date_weekday(days) - 1);
        const mbill__day_rule one = {.type = 1, .weekdays = bit, .list = -1},
                              rest = {.type = 1, .weekdays = EVERY_DAY & ~bit, .list = -1};
        ck_assert_int_eq(mbill__day_type(&one, 1, NULL, 0, days), 1);
        ck_assert_int_eq(mbill__day_type(&rest, 1, NULL, 0, days), -1);
    }
}
END_TEST

/* --- Seasons --- */

START_TEST(season_over_the_years_end)
{
    const mbill__season seasons[] = {{1115, 315}, {601, 901}, {0, 0}};
    static const struct {
        int32_t month, day, season;
    } known[] = {{11, 14, 2}, {11, 15, 0}, {12, 31, 0}, {1, 1, 0}, {2, 29, 0}, {3, 14, 0}, {3, 15, 2}, {5, 31, 2}, {6, 1, 1},
        {8, 31, 1}, {9, 1, 2}};
    for (int i = 0; i < COUNT(known); i++)
        ck_assert_int_eq(mbill__season_of(seasons, 3, day_of(2024, known[i].month, known[i].day)), known[i].season);
    ck_assert_int_eq(mbill__season_of(seasons, 2, day_of(2024, 5, 31)), -1);
    ck_assert_int_eq(mbill__season_of(NULL, 0, day_of(2024, 5, 31)), -1);
}
END_TEST

START_TEST(seasons_cover_each_day_once)
{
    const mbill__season seasons[] = {{301, 601}, {601, 901}, {901, 1201}, {1201, 301}};
    for (int32_t days = day_of(2023, 1, 1); days < day_of(2025, 1, 1); days++) {
        mbill_date date;
        ck_assert_int_eq(mbill_date_of_days(days, &date, NULL), MBILL_OK);
        ck_assert_int_eq(mbill__season_of(seasons, 4, days), (date.month + 9) % 12 / 3);
    }
}
END_TEST

/* --- Spans --- */

static const struct {
    mbill__span_kind kind;
    int32_t start;
    mbill_date day, from, to;
} spans[] = {{MBILL__SPAN_DAY, 0, {2024, 2, 29}, {2024, 2, 29}, {2024, 3, 1}},
    {MBILL__SPAN_MONTH, 0, {2024, 2, 29}, {2024, 2, 1}, {2024, 3, 1}},
    {MBILL__SPAN_MONTH, 0, {2025, 12, 31}, {2025, 12, 1}, {2026, 1, 1}},
    {MBILL__SPAN_QUARTER, 0, {2026, 1, 1}, {2026, 1, 1}, {2026, 4, 1}},
    {MBILL__SPAN_QUARTER, 0, {2026, 12, 31}, {2026, 10, 1}, {2027, 1, 1}},
    {MBILL__SPAN_QUARTER, 201, {2026, 1, 31}, {2025, 11, 1}, {2026, 2, 1}},
    {MBILL__SPAN_QUARTER, 201, {2026, 2, 1}, {2026, 2, 1}, {2026, 5, 1}},
    {MBILL__SPAN_QUARTER, 1130, {2026, 2, 28}, {2026, 2, 28}, {2026, 5, 30}},
    {MBILL__SPAN_QUARTER, 1130, {2026, 2, 27}, {2025, 11, 30}, {2026, 2, 28}},
    {MBILL__SPAN_YEAR, 0, {2026, 1, 1}, {2026, 1, 1}, {2027, 1, 1}},
    {MBILL__SPAN_YEAR, 101, {2026, 12, 31}, {2026, 1, 1}, {2027, 1, 1}},
    {MBILL__SPAN_YEAR, 701, {2026, 6, 30}, {2025, 7, 1}, {2026, 7, 1}},
    {MBILL__SPAN_YEAR, 701, {2026, 7, 1}, {2026, 7, 1}, {2027, 7, 1}},
    {MBILL__SPAN_YEAR, 229, {2024, 2, 28}, {2023, 2, 28}, {2024, 2, 29}},
    {MBILL__SPAN_YEAR, 229, {2024, 2, 29}, {2024, 2, 29}, {2025, 2, 28}},
    {MBILL__SPAN_YEAR, 229, {2025, 2, 28}, {2025, 2, 28}, {2026, 2, 28}},
    {MBILL__SPAN_YEAR, 1231, {2026, 12, 30}, {2025, 12, 31}, {2026, 12, 31}},
    {MBILL__SPAN_YEAR, 1231, {2026, 12, 31}, {2026, 12, 31}, {2027, 12, 31}},
    {MBILL__SPAN_YEAR, 1231, {2026, 1, 1}, {2025, 12, 31}, {2026, 12, 31}}};

START_TEST(span_known)
{
    int32_t from = 77, to = 77, day = day_of(spans[_i].day.year, spans[_i].day.month, spans[_i].day.day);
    ck_assert_int_eq(mbill__span_of(spans[_i].kind, spans[_i].start, day, &from, &to, NULL), MBILL_OK);
    ck_assert_int_eq(from, day_of(spans[_i].from.year, spans[_i].from.month, spans[_i].from.day));
    ck_assert_int_eq(to, day_of(spans[_i].to.year, spans[_i].to.month, spans[_i].to.day));
}
END_TEST

/* Spans follow each other without gap, and every day of one gives the same one. */
START_TEST(spans_join)
{
    static const int32_t starts[] = {0, 101, 131, 201, 229, 331, 701, 1130, 1231};
    for (int kind = MBILL__SPAN_DAY; kind <= MBILL__SPAN_YEAR; kind++) {
        for (int i = 0; i < COUNT(starts); i++) {
            int32_t end = day_of(2019, 6, 15), from = 0, to = 0;
            ck_assert_int_eq(mbill__span_of((mbill__span_kind)kind, starts[i], end, &from, &end, NULL), MBILL_OK);
            for (int32_t day = end; day < day_of(2029, 1, 1); day++) {
                ck_assert_int_eq(mbill__span_of((mbill__span_kind)kind, starts[i], day, &from, &to, NULL), MBILL_OK);
                ck_assert_int_le(from, day);
                ck_assert_int_gt(to, day);
                ck_assert(from == end || (day > from && to == end));
                if (from == end) end = to;
            }
        }
    }
}
END_TEST

START_TEST(span_refused)
{
    static const int32_t outside[] = {INT32_MIN, -25567 + 365, 376199 - 365, INT32_MAX};
    int32_t from = 77, to = 77;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__span_of(MBILL__SPAN_YEAR, 101, outside[_i], &from, &to, &err), MBILL_E_RANGE);
    ck_assert_int_eq(err.status, MBILL_E_RANGE);
    ck_assert_ptr_nonnull(strstr(err.message, "is too near the ends of the calendar, 1900 to 2999"));
    ck_assert_int_eq(from, 77);
    ck_assert_int_eq(to, 77);
}
END_TEST

START_TEST(span_at_the_ends)
{
    int32_t from = 77, to = 77;
    ck_assert_int_eq(mbill__span_of(MBILL__SPAN_YEAR, 1231, -25567 + 366, &from, &to, NULL), MBILL_OK);
    ck_assert_int_eq(from, day_of(1900, 12, 31));
    ck_assert_int_eq(mbill__span_of(MBILL__SPAN_YEAR, 1231, 376199 - 366, &from, &to, NULL), MBILL_OK);
    ck_assert_int_eq(to, day_of(2998, 12, 31));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("day");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, working_day_swapped_in);
    tcase_add_test(ok, event_days);
    tcase_add_test(ok, first_rule_decides);
    tcase_add_test(ok, each_weekday_has_its_bit);
    tcase_add_test(ok, season_over_the_years_end);
    tcase_add_test(ok, seasons_cover_each_day_once);
    tcase_add_loop_test(ok, span_known, 0, COUNT(spans));
    tcase_add_test(ok, spans_join);
    tcase_add_loop_test(refused, span_refused, 0, 4);
    tcase_add_test(edges, span_at_the_ends);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
