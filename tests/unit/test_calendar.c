/* SPDX-License-Identifier: Apache-2.0 */
/* Civil dates against a count of days that knows nothing but the Gregorian rule, and the text forms of dates and instants. */
#include "check_run.h"
#include "meterbill/calendar.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define FIRST_DAY (-25567)
#define LAST_DAY 376199
#define FIRST_SECOND INT64_C(-2208988800) /* 1900-01-01T00:00:00Z */
#define END_SECOND INT64_C(32503680000)   /* 3000-01-01T00:00:00Z */

static const char *const BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3";

static mbill_zone *zone_of(const char *rule)
{
    mbill_zone *zone = NULL;
    mbill_error err;
    mbill_error_init(&err);
    if (rule == NULL) return NULL;
    mbill_status status = mbill_zone_from_rule(rule, strlen(rule), NULL, &zone, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", rule, err.message);
    return zone;
}

/* --- Civil dates --- */

START_TEST(every_day_round_trip)
{
    int32_t days = FIRST_DAY;
    int32_t weekday = 1; /* 1900-01-01 was a Monday */
    for (int32_t year = 1900; year <= 2999; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const int32_t lengths[12] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int32_t month = 1; month <= 12; month++) {
            ck_assert_int_eq(mbill_month_length(year, month), lengths[month - 1]);
            for (int32_t day = 1; day <= lengths[month - 1]; day++, days++) {
                mbill_date date = {0, 0, 0};
                int32_t back = 0;
                bool same = mbill_date_of_days(days, &date, NULL) == MBILL_OK && date.year == year && date.month == month &&
                    date.day == day && mbill_date_to_days(date, &back, NULL) == MBILL_OK && back == days &&
                    mbill_date_weekday(days) == weekday;
                ck_assert_msg(same, "%d-%d-%d is day %d", year, month, day, days);
                weekday = weekday % 7 + 1;
            }
        }
    }
    ck_assert_int_eq(days, LAST_DAY + 1);
}
END_TEST

START_TEST(known_days)
{
    int32_t days = 77;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){1970, 1, 1}, &days, NULL), MBILL_OK);
    ck_assert_int_eq(days, 0);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){1969, 12, 31}, &days, NULL), MBILL_OK);
    ck_assert_int_eq(days, -1);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2000, 2, 29}, &days, NULL), MBILL_OK);
    ck_assert_int_eq(days, 11016);
    ck_assert_int_eq(mbill_date_weekday(days), 2);
    ck_assert_int_eq(mbill_date_weekday(0), 4);
    ck_assert_int_eq(mbill_date_weekday(-4), 7);
    ck_assert_int_eq(mbill_month_length(1900, 2), 28);
    ck_assert_int_eq(mbill_month_length(2000, 2), 29);
    ck_assert_int_eq(mbill_month_length(2026, 0), 0);
    ck_assert_int_eq(mbill_month_length(2026, 13), 0);
}
END_TEST

START_TEST(weekday_of_any_number)
{
    ck_assert_int_eq(mbill_date_weekday(INT32_MAX), (INT32_MAX % 7 + 3) % 7 + 1);
    ck_assert_int_eq(mbill_date_weekday(INT32_MIN), ((INT32_MIN % 7 + 7) + 3) % 7 + 1);
    for (int32_t days = INT32_MIN; days < INT32_MIN + 30; days++)
        ck_assert_int_eq(mbill_date_weekday(days + 1), mbill_date_weekday(days) % 7 + 1);
}
END_TEST

static const struct {
    mbill_date from;
    int32_t months;
    mbill_date to;
} added[] = {{{2026, 1, 31}, 1, {2026, 2, 28}}, {{2024, 1, 31}, 1, {2024, 2, 29}}, {{2026, 1, 31}, 2, {2026, 3, 31}},
    {{2026, 1, 31}, 3, {2026, 4, 30}}, {{2024, 2, 29}, 12, {2025, 2, 28}}, {{2024, 2, 29}, 48, {2028, 2, 29}},
    {{2026, 3, 31}, -1, {2026, 2, 28}}, {{2026, 1, 15}, -1, {2025, 12, 15}}, {{2026, 12, 1}, 1, {2027, 1, 1}},
    {{2026, 6, 30}, 0, {2026, 6, 30}}, {{1900, 1, 1}, 1100 * 12 - 1, {2999, 12, 1}},
    {{2999, 12, 31}, -1100 * 12 + 1, {1900, 1, 31}}};

START_TEST(add_months)
{
    mbill_date to = {0, 0, 0};
    ck_assert_int_eq(mbill_date_add_months(added[_i].from, added[_i].months, &to, NULL), MBILL_OK);
    ck_assert_int_eq(to.year, added[_i].to.year);
    ck_assert_int_eq(to.month, added[_i].to.month);
    ck_assert_int_eq(to.day, added[_i].to.day);
}
END_TEST

static const struct {
    mbill_date date;
    mbill_status status;
    const char *message;
} no_days[] = {{{2026, 2, 29}, MBILL_E_DATE, "there is no day 29 in month 2 of 2026"},
    {{2026, 4, 31}, MBILL_E_DATE, "there is no day 31 in month 4 of 2026"},
    {{2026, 13, 1}, MBILL_E_DATE, "there is no day 1 in month 13 of 2026"},
    {{2026, 0, 1}, MBILL_E_DATE, "there is no day 1 in month 0 of 2026"},
    {{2026, 1, 0}, MBILL_E_DATE, "there is no day 0 in month 1 of 2026"},
    {{2026, INT32_MIN, INT32_MAX}, MBILL_E_DATE, "there is no day 2147483647 in month -2147483648 of 2026"},
    {{1899, 12, 31}, MBILL_E_RANGE, "year 1899 is outside 1900 to 2999"},
    {{3000, 1, 1}, MBILL_E_RANGE, "year 3000 is outside 1900 to 2999"},
    {{INT32_MAX, 1, 1}, MBILL_E_RANGE, "year 2147483647 is outside 1900 to 2999"}};

START_TEST(dates_refused)
{
    int32_t days = 77;
    mbill_date out = {7, 7, 7};
    char text[11] = "unchanged!";
    size_t len = sizeof text;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_date_to_days(no_days[_i].date, &days, &err), no_days[_i].status);
    ck_assert_str_eq(err.message, no_days[_i].message);
    ck_assert_int_eq(mbill_date_add_months(no_days[_i].date, 1, &out, &err), no_days[_i].status);
    ck_assert_str_eq(err.message, no_days[_i].message);
    ck_assert_int_eq(mbill_date_print(no_days[_i].date, text, &len, &err), no_days[_i].status);
    ck_assert_str_eq(err.message, no_days[_i].message);
    ck_assert_int_eq(days, 77);
    ck_assert_int_eq(out.year, 7);
    ck_assert_str_eq(text, "unchanged!");
}
END_TEST

START_TEST(date_ends_refused)
{
    mbill_date out = {7, 7, 7};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_date_of_days(FIRST_DAY - 1, &out, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "day number -25568 is outside the years 1900 to 2999");
    ck_assert_int_eq(mbill_date_of_days(LAST_DAY + 1, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_date_of_days(INT32_MIN, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_date_add_months((mbill_date){2999, 12, 1}, 1, &out, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "1 months from 2999-12 leave the years 1900 to 2999");
    ck_assert_int_eq(mbill_date_add_months((mbill_date){1900, 1, 31}, -1, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_date_add_months((mbill_date){2026, 1, 1}, INT32_MAX, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_date_add_months((mbill_date){2026, 1, 1}, INT32_MIN, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(out.year, 7);
}
END_TEST

START_TEST(misuse_refused)
{
    mbill_error err;
    mbill_date date = {2026, 1, 1};
    int64_t utc_s = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_date_to_days(date, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_days is NULL");
    ck_assert_int_eq(mbill_date_of_days(0, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_date is NULL");
    ck_assert_int_eq(mbill_date_add_months(date, 1, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_date_parse(NULL, 10, &date, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "text is NULL");
    ck_assert_int_eq(mbill_date_parse("2026-01-01", 10, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_date_print(date, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "inout_len is NULL");
    ck_assert_int_eq(mbill_time_parse(NULL, 10, NULL, &utc_s, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_time_parse("2026-01-01", 10, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_utc_s is NULL");
    ck_assert_int_eq(mbill_time_print(0, NULL, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(utc_s, 77);
}
END_TEST

/* --- Dates as text --- */

START_TEST(date_text)
{
    static const char *const texts[] = {"1900-01-01", "2024-02-29", "2026-12-31", "2999-12-31"};
    mbill_date date;
    char text[11] = "";
    size_t len = 0;
    ck_assert_int_eq(mbill_date_parse(texts[_i], 10, &date, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_date_print(date, NULL, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, 11);
    len = 10;
    ck_assert_int_eq(mbill_date_print(date, text, &len, NULL), MBILL_E_ROOM);
    ck_assert_uint_eq(len, 11);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(mbill_date_print(date, text, &len, NULL), MBILL_OK);
    ck_assert_str_eq(text, texts[_i]);
}
END_TEST

static const char *const bad_dates[] = {"", "2026-1-01", "2026-01-1", "2026/01/01", "2026-01-01 ", " 2026-01-01", "20260101",
    "2026-00-01", "2026-13-01", "2026-02-29", "2026-01-32", "2026-01-00", "+026-01-01", "2026-0x-01", "2026-01-0:", "2026--1-01",
    "\xd9\xa2\xd9\xa0-01-01", "2026-01-01T00:00", "yyyy-mm-dd"};

START_TEST(date_text_refused)
{
    mbill_date date = {7, 7, 7};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_date_parse(bad_dates[_i], strlen(bad_dates[_i]), &date, &err), MBILL_E_DATE);
    ck_assert_int_eq(err.status, MBILL_E_DATE);
    ck_assert_ptr_nonnull(strstr(err.message, "\" is not a date; expected one such as 2026-01-31"));
    ck_assert_int_eq(mbill_date_parse("1899-12-31", 10, &date, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_date_parse("3000-01-01", 10, &date, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "year 3000 is outside 1900 to 2999");
    ck_assert_int_eq(date.year, 7);
}
END_TEST

/* --- Instants as text --- */

static const struct {
    const char *text, *rule; /* rule NULL: UTC */
    int64_t utc_s;
} times[] = {{"1970-01-01T00:00:00Z", NULL, 0}, {"1970-01-01", NULL, 0}, {"1970-01-01", "CST-8", -28800},
    {"1970-01-01T08:00:00+08:00", NULL, 0}, {"1970-01-01T08:00:00+08:00", "EST5", 0}, {"1970-01-01T08:00", "CST-8", 0},
    {"1970-01-01 08:00:00", "CST-8", 0}, {"1970-01-01 00:00Z", "CST-8", 0}, {"1969-12-31T19:00:00-05:00", NULL, 0},
    {"1970-01-01T05:45+05:45", NULL, 0}, {"1970-01-01T00:00:00-00:00", NULL, 0}, {"1970-01-01T00:53:28+00:53:28", NULL, 0},
    {"1970-01-01T23:59:59+23:59", NULL, 59}, {"2026-01-31T13:00:00+08:00", NULL, 1769835600},
    {"2026-10-25T02:30:00+02:00", "CET-1CEST,M3.5.0,M10.5.0/3", 1792888200},
    {"2026-10-25T02:30:00+01:00", "CET-1CEST,M3.5.0,M10.5.0/3", 1792891800}, {"1900-01-01", NULL, FIRST_SECOND},
    {"2999-12-31T23:59:59Z", NULL, END_SECOND - 1}, {"1900-01-01T00:00:00+23:59", NULL, FIRST_SECOND - 86340},
    {"2018-11-04", "BRT3BRST,M11.1.0/0,M2.3.0/0", 1541300400}};

START_TEST(time_forms)
{
    int64_t utc_s = 77;
    mbill_zone *zone = zone_of(times[_i].rule);
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_time_parse(times[_i].text, strlen(times[_i].text), zone, &utc_s, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", times[_i].text, err.message);
    ck_assert_msg(utc_s == times[_i].utc_s, "%s: %lld", times[_i].text, (long long)utc_s);
    mbill_zone_free(zone);
}
END_TEST

static const char *const bad_times[] = {"", "2026", "2026-01-3", "2026-02-29T00:00:00Z", "2026-01-31T", "2026-01-31 ",
    "2026-01-31T1", "2026-01-31T13", "2026-01-31T13:", "2026-01-31T13:0", "2026-01-31T13:00:", "2026-01-31T13:00:0",
    "2026-01-31T24:00:00Z", "2026-01-31T13:60:00Z", "2026-01-31T13:00:60Z", "2026-01-31T13:00:00.5Z", "2026-01-31T13:00:00z",
    "2026-01-31t13:00:00Z", "2026-01-31_13:00:00Z", "2026-01-31T13:00:00Z ", "2026-01-31T13:00:00 Z", "2026-01-31  13:00",
    "2026-01-31T13:00:00+8", "2026-01-31T13:00:00+08", "2026-01-31T13:00:00+0800", "2026-01-31T13:00:00+08:0",
    "2026-01-31T13:00:00+24:00", "2026-01-31T13:00:00+08:60", "2026-01-31T13:00:00+08:00Z", "2026-01-31T13:00:00+08:00:60",
    "2026-01-31T13:00:00+08:00:", "2026-01-31T13:00:00ZZ", "2026-01-31Z", "2026-01-31+08:00", "2026-01-31T-1:00:00Z",
    "2026-01-31T13:00:00\342\210\22208:00"};

START_TEST(time_forms_refused)
{
    int64_t utc_s = 77;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_time_parse(bad_times[_i], strlen(bad_times[_i]), NULL, &utc_s, &err) == MBILL_E_DATE, "%s",
        bad_times[_i]);
    ck_assert_int_eq(err.status, MBILL_E_DATE);
    ck_assert_ptr_nonnull(strstr(err.message, "\" is not a time; expected one such as 2026-01-31T13:00:00+08:00"));
    ck_assert_int_eq(utc_s, 77);
}
END_TEST

START_TEST(local_times_refused)
{
    mbill_zone *zone = zone_of(BERLIN);
    int64_t utc_s = 77;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_time_parse("2026-03-29T02:30", 16, zone, &utc_s, &err), MBILL_E_NO_SUCH_TIME);
    ck_assert_str_eq(err.message, "2026-03-29T02:30:00 does not exist: clocks go from 02:00:00 to 03:00:00");
    ck_assert_int_eq(mbill_time_parse("2026-10-25T02:30", 16, zone, &utc_s, &err), MBILL_E_AMBIGUOUS_TIME);
    ck_assert_str_eq(err.message, "2026-10-25T02:30:00 occurs twice: clocks go back; expected the time with its offset from UTC");
    ck_assert_int_eq(mbill_time_parse("1899-12-31T23:00:00Z", 20, zone, &utc_s, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_time_parse("3000-01-01", 10, zone, &utc_s, &err), MBILL_E_RANGE);
    ck_assert_int_eq(utc_s, 77);
    mbill_zone_free(zone);
}
END_TEST

static const struct {
    int64_t utc_s;
    const char *rule, *text;
} prints[] = {{0, NULL, "1970-01-01T00:00:00Z"}, {0, "UTC0", "1970-01-01T00:00:00+00:00"}, {-1, NULL, "1969-12-31T23:59:59Z"},
    {1769835600, "CST-8", "2026-01-31T13:00:00+08:00"}, {1769835600, "EST5EDT,M3.2.0,M11.1.0", "2026-01-31T00:00:00-05:00"},
    {1783000000, "EST5EDT,M3.2.0,M11.1.0", "2026-07-02T09:46:40-04:00"}, {0, "LMT-0:53:28", "1970-01-01T00:53:28+00:53:28"},
    {0, "<-0330>3:30", "1969-12-31T20:30:00-03:30"}, {FIRST_SECOND, NULL, "1900-01-01T00:00:00Z"},
    {END_SECOND - 1, NULL, "2999-12-31T23:59:59Z"}, {END_SECOND, NULL, "3000-01-01T00:00:00Z"},
    {FIRST_SECOND - 2 * 86400, NULL, "1899-12-30T00:00:00Z"}, {END_SECOND + 2 * 86400, "AAA-24", "3000-01-04T00:00:00+24:00"}};

START_TEST(time_prints)
{
    char text[29] = "";
    size_t len = 0;
    mbill_zone *zone = zone_of(prints[_i].rule);
    ck_assert_int_eq(mbill_time_print(prints[_i].utc_s, zone, NULL, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, strlen(prints[_i].text) + 1);
    len--;
    ck_assert_int_eq(mbill_time_print(prints[_i].utc_s, zone, text, &len, NULL), MBILL_E_ROOM);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(mbill_time_print(prints[_i].utc_s, zone, text, &len, NULL), MBILL_OK);
    ck_assert_str_eq(text, prints[_i].text);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(time_prints_refused)
{
    static const int64_t outside[] = {INT64_MIN, INT64_MAX, FIRST_SECOND - 2 * 86400 - 1, END_SECOND + 2 * 86400 + 1};
    char text[29] = "";
    size_t len = sizeof text;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_time_print(outside[_i], NULL, text, &len, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "an instant outside the years 1900 to 2999");
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(times_round_trip)
{
    static const char *const rules[] = {"CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "LMT-0:53:28",
        "<-1130>11:30<-1045>10:45,0/0,J365/25"};
    mbill_zone *zone = zone_of(rules[_i]);
    for (int64_t utc_s = FIRST_SECOND + 2 * 86400; utc_s < END_SECOND - 2 * 86400; utc_s += 86400 * 17 + 12345) {
        char text[29];
        size_t len = sizeof text;
        int64_t back = 77;
        ck_assert_int_eq(mbill_time_print(utc_s, zone, text, &len, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_time_parse(text, len - 1, NULL, &back, NULL), MBILL_OK);
        ck_assert_int_eq(back, utc_s);
    }
    mbill_zone_free(zone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, every_day_round_trip);
    tcase_add_test(ok, known_days);
    tcase_add_loop_test(ok, add_months, 0, COUNT(added));
    tcase_add_loop_test(ok, date_text, 0, 4);
    tcase_add_loop_test(ok, time_forms, 0, COUNT(times));
    tcase_add_loop_test(ok, time_prints, 0, COUNT(prints));
    tcase_add_loop_test(ok, times_round_trip, 0, 4);
    tcase_add_loop_test(refused, dates_refused, 0, COUNT(no_days));
    tcase_add_loop_test(refused, date_text_refused, 0, COUNT(bad_dates));
    tcase_add_loop_test(refused, time_forms_refused, 0, COUNT(bad_times));
    tcase_add_test(refused, local_times_refused);
    tcase_add_test(refused, misuse_refused);
    tcase_add_test(edges, weekday_of_any_number);
    tcase_add_test(edges, date_ends_refused);
    tcase_add_loop_test(edges, time_prints_refused, 0, 4);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
