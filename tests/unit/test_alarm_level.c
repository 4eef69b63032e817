/* SPDX-License-Identifier: Apache-2.0 */
/* Levels, the prepaid profile, days to empty: the published cases and every refusal. */
#include "check_run.h"
#include "refusal.h"

#include "meterbill/level.h"

#include <stdio.h>
#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define CENT INT64_C(10000)

static const mbill_alarm_config three[] = {{.limit = 5000 * CENT, .deadband = 500 * CENT, .comparator = MBILL_AT_OR_BELOW},
    {.limit = 2000 * CENT, .deadband = 500 * CENT, .comparator = MBILL_AT_OR_BELOW},
    {.limit = 0, .deadband = 500 * CENT, .comparator = MBILL_AT_OR_BELOW}};

START_TEST(severity_of_a_balance) /* C43 */
{
    static const struct {
        int64_t cents;
        int32_t severity;
    } rows[] = {{5001, 0}, {5000, 1}, {2500, 1}, {2000, 2}, {1, 2}, {0, 3}, {-1, 3}, {100, 3}, {2000, 2}, {2100, 2}, {2600, 1},
        {5000, 1}, {5499, 1}, {5501, 0}};
    mbill_alarm alarms[3] = {{0}};
    mbill_alarm_event events[6];
    size_t n;
    ck_assert_int_eq(mbill_levels_check(three, 3, NULL, 0, NULL, NULL), MBILL_OK);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        ck_assert_int_eq(mbill_levels_sample(three, 3, alarms, (int64_t)i, rows[i].cents * CENT, events, &n, NULL), MBILL_OK);
        ck_assert_msg(mbill_levels_severity(alarms, 3) == rows[i].severity, "row %zu: %d", i, mbill_levels_severity(alarms, 3));
    }
    ck_assert_int_eq(mbill_levels_severity(NULL, 3), 0);
}
END_TEST

START_TEST(order_of_events) /* N9, and delays that make another order */
{
    static const mbill_alarm_config plain[] = {{.limit = 50, .comparator = MBILL_AT_OR_BELOW},
        {.limit = 20, .comparator = MBILL_AT_OR_BELOW}, {.limit = 0, .comparator = MBILL_AT_OR_BELOW}};
    static const mbill_alarm_config by_time[] = {{.limit = 50, .on_s = 10, .comparator = MBILL_ABOVE},
        {.limit = 50, .on_s = 20, .comparator = MBILL_ABOVE}};
    mbill_alarm alarms[3] = {{0}}, timed[2] = {{0}};
    mbill_alarm_event events[6];
    size_t n;
    ck_assert_int_eq(mbill_levels_sample(plain, 3, alarms, 0, 60, events, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(mbill_levels_sample(plain, 3, alarms, 1, -5, events, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 3);
    for (uint16_t i = 0; i < 3; i++) ck_assert(events[i].kind == MBILL_ALARM_RAISE && events[i].level == i + 1);
    ck_assert_int_eq(mbill_levels_sample(plain, 3, alarms, 2, 60, events, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 3);
    for (uint16_t i = 0; i < 3; i++) ck_assert(events[i].kind == MBILL_ALARM_CLEAR && events[i].level == 3 - i);
    ck_assert_int_eq(mbill_levels_check(by_time, 2, NULL, 0, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_levels_sample(by_time, 2, timed, 0, 60, events, &n, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_levels_deadline(by_time, 2, timed), 10);
    ck_assert_int_eq(mbill_levels_estimated(by_time, 2, timed, 15, 0, events, &n, NULL), MBILL_OK);
    ck_assert(n == 1 && events[0].level == 1);
    ck_assert_int_eq(mbill_levels_deadline(by_time, 2, timed), 20);
    ck_assert_int_eq(mbill_levels_sample(by_time, 2, timed, 25, 10, events, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 3); /* 2 is raised at 20, then both clear at 25 */
    ck_assert(events[0].kind == MBILL_ALARM_RAISE && events[0].level == 2 && events[0].effective_s == 20);
    ck_assert(events[1].kind == MBILL_ALARM_CLEAR && events[1].level == 2 && events[2].level == 1 && events[2].effective_s == 25);
    ck_assert_int_eq(mbill_levels_deadline(by_time, 2, timed), INT64_MAX);
}
END_TEST

START_TEST(refused_levels)
{
    static const mbill_alarm_config bad[] = {{.limit = 5, .comparator = MBILL_BELOW}, {.limit = 6, .comparator = MBILL_BELOW},
        {.limit = 4, .comparator = MBILL_ABOVE, .on_s = -1}, {.limit = 4, .comparator = MBILL_AT_OR_ABOVE}};
    static const char *const paths[] = {"/1/limit", "/2/on_s", "/2/comparator", "/3/limit"};
    mbill_error reasons[8], err;
    mbill_alarm alarms[4] = {{0}};
    mbill_alarm_event events[MBILL_LEVEL_EVENTS];
    size_t n;
    for (size_t i = 0; i < 8; i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_levels_check(bad, 4, reasons, 8, &n, &err), MBILL_E_INVALID, "/1/limit", "mild to severe");
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    assert_refusal(&err, mbill_levels_check(bad, 0, NULL, 0, NULL, &err), MBILL_E_INVALID, "0 levels");
    assert_refusal(&err, mbill_levels_check(NULL, 1, NULL, 0, NULL, &err), MBILL_E_MISUSE, "levels");
    assert_refusal(&err, mbill_levels_sample(bad, 9, alarms, 0, 0, events, &n, &err), MBILL_E_INVALID, "9 levels");
    assert_refusal(&err, mbill_levels_sample(bad, 3, alarms, 0, 0, events, &n, &err), MBILL_E_INVALID, "-1");
    ck_assert_int_eq(alarms[0].mark, 0); /* none of them moved */
    ck_assert_int_eq(mbill_levels_tick(bad, 2, alarms, 5, events, &n, &err), MBILL_OK);
    assert_refusal(&err, mbill_levels_sample(bad, 2, alarms, 5, 0, events, &n, &err), MBILL_E_LATE, "after 5");
    assert_refusal(&err, mbill_levels_sample(bad, 2, NULL, 5, 0, events, &n, &err), MBILL_E_MISUSE, "alarms");
    ck_assert_int_eq(mbill_levels_deadline(NULL, 2, alarms), INT64_MAX);
}
END_TEST

START_TEST(prepaid_meter) /* C32 */
{
    const mbill_prepaid_profile profile = {sizeof profile, 0, 2000 * CENT, 500 * CENT, 1000 * CENT, 1500 * CENT};
    static const int64_t cents[] = {2001, 2000, 501, 500, 1, 0, -1, -999, -1000, -1200, 500, 1500, 1501, 3000};
    static const char *const marks[] = {"-xxxxxxxxxxxx-", "---xxxxxxxx---", "-----xxxxx----", "------xxxx----", "--------xxxx--"};
    mbill_alarm_config levels[MBILL_PREPAID_LEVELS];
    mbill_alarm alarms[MBILL_PREPAID_LEVELS] = {{0}};
    mbill_alarm_event events[2 * MBILL_PREPAID_LEVELS];
    size_t n;
    ck_assert_int_eq(mbill_prepaid_levels(&profile, levels, NULL), MBILL_OK);
    for (size_t i = 0; i < LENGTH(cents); i++) {
        ck_assert_int_eq(mbill_levels_sample(levels, MBILL_PREPAID_LEVELS, alarms, (int64_t)i, cents[i] * CENT, events, &n, NULL),
            MBILL_OK);
        for (size_t k = 0; k < MBILL_PREPAID_LEVELS; k++)
            ck_assert_msg((alarms[k].state >= MBILL_ALARM_ON) == (marks[k][i] == 'x'), "level %zu at column %zu", k, i);
        ck_assert_int_eq(mbill_prepaid_trips(alarms, 0), marks[MBILL_PREPAID_LOCK][i] == 'x');
        ck_assert_int_eq(mbill_prepaid_trips(alarms, 1), 0);
    }
    ck_assert_int_eq(mbill_prepaid_trips(NULL, 0), 0);
}
END_TEST

START_TEST(refused_profiles)
{
    static const struct {
        mbill_prepaid_profile profile;
        mbill_status status;
        const char *path;
    } rows[] = {{{sizeof(mbill_prepaid_profile), 0, 1, 2, 0, 0}, MBILL_E_INVALID, "/alarm_1"},
        {{sizeof(mbill_prepaid_profile), 0, 1, -1, 0, 0}, MBILL_E_INVALID, "/alarm_2"},
        {{sizeof(mbill_prepaid_profile), 0, 0, 0, -1, 0}, MBILL_E_INVALID, "/overdraft"},
        {{sizeof(mbill_prepaid_profile), 0, 0, 0, 5, -6}, MBILL_E_INVALID, "/reclose"},
        {{sizeof(mbill_prepaid_profile), 0, 0, 0, 5, INT64_MAX}, MBILL_E_RANGE, "/reclose"},
        {{sizeof(mbill_prepaid_profile), 1, 0, 0, 5, 5}, MBILL_E_UNKNOWN_OPTION, "/reserved"}};
    mbill_alarm_config levels[MBILL_PREPAID_LEVELS];
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_refusal_path(&err, mbill_prepaid_levels(&rows[i].profile, levels, &err), rows[i].status, rows[i].path, "");
    assert_refusal(&err, mbill_prepaid_levels(NULL, levels, &err), MBILL_E_MISUSE, "profile");
}
END_TEST

START_TEST(days_that_are_left)
{
    static const struct {
        int64_t balance, use, over, warn, days;
        int32_t holds;
    } rows[] = {{100, 30, 30, 100, 100, 0}, {100, 30, 30, 101, 100, 1}, {99, 10, 3, 30, 29, 1}, {0, 1, 30, 1, 0, 1},
        {-5, 1, 30, 0, 0, 1}, {0, 1, 30, 0, 0, 0}, {5, 0, 30, 9, MBILL_DAYS_NEVER, 0}, {-5, -3, 30, 9, MBILL_DAYS_NEVER, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, 0},
        {INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX - 1, 1}, {INT64_MIN, INT64_MAX, INT64_MAX, INT64_MAX, 0, 1}};
    mbill_error err;
    int64_t days;
    int32_t holds;
    mbill_error_init(&err);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        ck_assert_int_eq(mbill_days_to_empty(rows[i].balance, rows[i].use, rows[i].over, rows[i].warn, &holds, &days, &err),
            MBILL_OK);
        ck_assert_msg(holds == rows[i].holds && days == rows[i].days, "row %zu: %d, %lld", i, holds, (long long)days);
    }
    assert_refusal(&err, mbill_days_to_empty(1, 1, 0, 1, &holds, &days, &err), MBILL_E_INVALID, "0 days");
    assert_refusal(&err, mbill_days_to_empty(1, 1, 1, -1, &holds, &days, &err), MBILL_E_INVALID, "-1 days");
    assert_refusal(&err, mbill_days_to_empty(INT64_MAX, 1, 2, 1, &holds, &days, &err), MBILL_E_OVERFLOW, "64 bits");
    assert_refusal(&err, mbill_days_to_empty(1, 1, 1, 1, NULL, &days, &err), MBILL_E_MISUSE, "out_holds");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarm_level");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_test(ok, severity_of_a_balance);
    tcase_add_test(ok, order_of_events);
    tcase_add_test(ok, prepaid_meter);
    tcase_add_test(ok, days_that_are_left);
    tcase_add_test(refused, refused_levels);
    tcase_add_test(refused, refused_profiles);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}
