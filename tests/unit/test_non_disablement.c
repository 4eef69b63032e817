/* SPDX-License-Identifier: Apache-2.0 */
/* When supply is protected: windows within a day and past midnight, weekdays, days, clock changes, ends of time; every refusal. */
#include "check_run.h"
#include "meterbill/calendar.h"
#include "meterbill/supply.h"
#include "refusal.h"

#include <check.h>
#include <string.h>

#define MON_TO_SAT 0x3fu

static int active_at(const mbill_non_disablement *calendar, const char *time)
{
    int64_t utc_s;
    int32_t active = -1;
    ck_assert_int_eq(mbill_time_parse(time, strlen(time), NULL, &utc_s, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_non_disablement_active(calendar, utc_s, &active, NULL), MBILL_OK);
    return active;
}

/* 2026-01-05 is a Monday. */
static const struct {
    const char *time;
    int active;
} nights[] = {
    {"2026-01-05T10:59:59", 0}, /* Sunday's evening begins none */
    {"2026-01-05T17:59:59", 0},
    {"2026-01-05T18:00:00", 1},
    {"2026-01-06T00:00:00", 1},
    {"2026-01-06T10:59:59", 1},
    {"2026-01-06T11:00:00", 0},
    {"2026-01-10T18:00:00", 1}, /* Saturday … */
    {"2026-01-11T10:59:59", 1}, /* … until Sunday */
    {"2026-01-11T18:00:00", 0},
};

START_TEST(hours_past_midnight_belong_to_the_day_they_begin_on)
{
    const mbill_non_disablement calendar = {.struct_size = sizeof calendar,
        .n_windows = 1,
        .zone = "UTC0",
        .windows = {{.weekdays = MON_TO_SAT, .from_minute = 18 * 60, .to_minute = 11 * 60}}};
    ck_assert_int_eq(active_at(&calendar, nights[_i].time), nights[_i].active);
}
END_TEST

START_TEST(hours_within_a_day_on_some_days)
{
    mbill_non_disablement calendar = {.struct_size = sizeof calendar,
        .n_windows = 2,
        .zone = "UTC0",
        .windows = {{.weekdays = 0x40, .from_minute = 60, .to_minute = 120},
            {.weekdays = 0x7f, .from_minute = 0, .to_minute = 1440}}};
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2026, 12, 25}, &calendar.windows[1].from_day, NULL), MBILL_OK);
    calendar.windows[1].to_day = calendar.windows[1].from_day + 1;
    ck_assert_int_eq(active_at(&calendar, "2026-01-04T01:00:00"), 1); /* a Sunday */
    ck_assert_int_eq(active_at(&calendar, "2026-01-04T02:00:00"), 0);
    ck_assert_int_eq(active_at(&calendar, "2026-01-05T01:00:00"), 0);
    ck_assert_int_eq(active_at(&calendar, "2026-12-24T23:59:59"), 0);
    ck_assert_int_eq(active_at(&calendar, "2026-12-25T00:00:00"), 1);
    ck_assert_int_eq(active_at(&calendar, "2026-12-25T23:59:59"), 1);
    ck_assert_int_eq(active_at(&calendar, "2026-12-26T00:00:00"), 0);
    calendar.n_windows = 0;
    ck_assert_int_eq(active_at(&calendar, "2026-12-25T00:00:00"), 0);
}
END_TEST

START_TEST(the_clock_on_the_wall_decides)
{
    const mbill_non_disablement calendar = {.struct_size = sizeof calendar,
        .n_windows = 1,
        .zone = "GMT0BST,M3.5.0/1,M10.5.0",
        .windows = {{.weekdays = 0x7f, .from_minute = 18 * 60, .to_minute = 10 * 60}}};
    ck_assert_int_eq(active_at(&calendar, "2026-03-28T17:59:59"), 0);
    ck_assert_int_eq(active_at(&calendar, "2026-03-28T18:00:00"), 1);
    ck_assert_int_eq(active_at(&calendar, "2026-03-29T08:59:59"), 1); /* an hour was skipped in that night */
    ck_assert_int_eq(active_at(&calendar, "2026-03-29T09:00:00"), 0);
    ck_assert_int_eq(active_at(&calendar, "2026-10-25T09:59:59"), 1);
    ck_assert_int_eq(active_at(&calendar, "2026-10-25T10:00:00"), 0);
}
END_TEST

START_TEST(any_instant_is_answered)
{
    const mbill_non_disablement calendar = {.struct_size = sizeof calendar,
        .n_windows = 1,
        .zone = "CST-8",
        .windows = {{.weekdays = 0x7f, .from_minute = 0, .to_minute = 1440}}};
    static const int64_t instants[] = {INT64_MIN, -1, 0, INT64_MAX};
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        int32_t active = -1;
        ck_assert_int_eq(mbill_non_disablement_active(&calendar, instants[i], &active, NULL), MBILL_OK);
        ck_assert_int_eq(active, 1);
    }
}
END_TEST

static const mbill_non_disablement_window wrong[] = {
    {.weekdays = 0, .from_minute = 0, .to_minute = 60},
    {.weekdays = 0x80, .from_minute = 0, .to_minute = 60},
    {.weekdays = 1, .from_minute = -1, .to_minute = 60},
    {.weekdays = 1, .from_minute = 1440, .to_minute = 60},
    {.weekdays = 1, .from_minute = 0, .to_minute = -1},
    {.weekdays = 1, .from_minute = 0, .to_minute = 1441},
    {.weekdays = 1, .from_minute = 60, .to_minute = 60},
    {.weekdays = 1, .from_minute = 0, .to_minute = 60, .from_day = 5, .to_day = 5},
    {.weekdays = 1, .from_minute = 0, .to_minute = 60, .from_day = 5, .to_day = 4},
};

START_TEST(windows_that_are_none_are_refused)
{
    int32_t active = 7;
    mbill_error err;
    mbill_error_init(&err);
    mbill_non_disablement calendar = {.struct_size = sizeof calendar, .n_windows = 2, .zone = "UTC0"};
    calendar.windows[0] = (mbill_non_disablement_window){.weekdays = 1, .from_minute = 0, .to_minute = 60};
    calendar.windows[1] = wrong[_i];
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_RANGE, "window 1");
    ck_assert_int_eq(err.index, 1);
    ck_assert_int_eq(active, 7);
}
END_TEST

START_TEST(calendars_that_are_none_are_refused)
{
    int32_t active = 7;
    mbill_error err;
    mbill_error_init(&err);
    mbill_non_disablement calendar = {.struct_size = sizeof calendar, .n_windows = 17, .zone = "UTC0"};
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_RANGE, "17");
    calendar.n_windows = -1;
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_RANGE, "-1");
    calendar.n_windows = 0;
    memcpy(calendar.zone, "x", 2);
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_ZONE, "");
    memset(calendar.zone, 'A', sizeof calendar.zone);
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_ZONE, "no end");
    calendar.struct_size = 4;
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, &active, &err), MBILL_E_MISUSE, "struct_size");
    assert_refusal(&err, mbill_non_disablement_active(NULL, 0, &active, &err), MBILL_E_MISUSE, "calendar");
    assert_refusal(&err, mbill_non_disablement_active(&calendar, 0, NULL, &err), MBILL_E_MISUSE, "out_active");
    ck_assert_int_eq(active, 7);
}
END_TEST

static Suite *non_disablement_suite(void)
{
    Suite *suite = suite_create("non_disablement");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("refused");
    tcase_add_loop_test(ok, hours_past_midnight_belong_to_the_day_they_begin_on, 0, (int)(sizeof nights / sizeof nights[0]));
    tcase_add_test(ok, hours_within_a_day_on_some_days);
    tcase_add_test(ok, the_clock_on_the_wall_decides);
    tcase_add_test(ok, any_instant_is_answered);
    tcase_add_loop_test(bad, windows_that_are_none_are_refused, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(bad, calendars_that_are_none_are_refused);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    return suite;
}

int main(void)
{
    return check_run(non_disablement_suite(), CK_NOFORK);
}
