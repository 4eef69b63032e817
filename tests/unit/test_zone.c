/* SPDX-License-Identifier: Apache-2.0 */
/* Zones made from rules: which offset holds when, and the way between local clocks and instants. */
#include "check_run.h"
#include "counting_allocator.h"
#include "zone_laws.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define LOS_ANGELES "PST8PDT,M3.2.0,M11.1.0"
#define DUBLIN "IST-1GMT0,M10.5.0,M3.5.0/1"
#define SYDNEY "AEST-10AEDT,M10.1.0,M4.1.0/3"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
#define ALL_YEAR "EST5EDT,0/0,J365/25"
#define LEAP_YEARS "EST5EDT,0/0,364/25"
#define NEVER INT64_MAX

static mbill_zone *zone_of(const char *rule)
{
    mbill_zone *zone = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_zone_from_rule(rule, strlen(rule), NULL, &zone, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", rule, err.message);
    return zone;
}

/* --- Which offset holds --- */

static const struct {
    const char *rule, *at;
    int32_t offset_s, standard_s;
    const char *next; /* NULL: never */
} known[] = {{"CST-8", "2026-06-01", 28800, 28800, NULL}, {"UTC0", "2026-06-01", 0, 0, NULL},
    {"<+0545>-5:45", "2026-06-01", 20700, 20700, NULL}, {"LMT-0:53:28", "2026-06-01", 3208, 3208, NULL},
    {"AAA+24:59:59", "2026-06-01", -89999, -89999, NULL}, {BERLIN, "2026-03-29T00:59:59Z", 3600, 3600, "2026-03-29T01:00:00Z"},
    {BERLIN, "2026-03-29T01:00:00Z", 7200, 3600, "2026-10-25T01:00:00Z"},
    {BERLIN, "2026-10-25T01:00:00Z", 3600, 3600, "2027-03-28T01:00:00Z"},
    {LOS_ANGELES, "2026-03-08T09:59:59Z", -28800, -28800, "2026-03-08T10:00:00Z"},
    {LOS_ANGELES, "2026-07-01", -25200, -28800, "2026-11-01T09:00:00Z"},
    {DUBLIN, "2026-07-01", 3600, 3600, "2026-10-25T01:00:00Z"}, {DUBLIN, "2026-12-01", 0, 3600, "2027-03-28T01:00:00Z"},
    {SYDNEY, "2026-01-01", 39600, 36000, "2026-04-04T16:00:00Z"}, {SYDNEY, "2026-07-01", 36000, 36000, "2026-10-03T16:00:00Z"},
    {SYDNEY, "2026-12-31T23:59:59Z", 39600, 36000, "2027-04-03T16:00:00Z"},
    {LORD_HOWE, "2026-07-01", 37800, 37800, "2026-10-03T15:30:00Z"},
    {LORD_HOWE, "2026-01-01", 39600, 37800, "2026-04-04T15:00:00Z"}, {ALL_YEAR, "2026-01-01T05:00:00Z", -14400, -18000, NULL},
    {ALL_YEAR, "2026-01-01T04:59:59Z", -14400, -18000, NULL}, {ALL_YEAR, "1900-01-01", -14400, -18000, NULL},
    {ALL_YEAR, "2999-12-31", -14400, -18000, NULL},
    /* a day without daylight saving at the end of leap years; 2100 is none */
    {LEAP_YEARS, "2026-01-01", -14400, -18000, "2028-12-31T05:00:00Z"},
    {LEAP_YEARS, "2028-12-31T05:00:00Z", -18000, -18000, "2029-01-01T05:00:00Z"},
    {LEAP_YEARS, "2097-06-01", -14400, -18000, "2104-12-31T05:00:00Z"},
    /* changes that lie in the next year, or in the one before */
    {"AAA-1BBB,J364/167,J365/167", "2026-01-01", 3600, 3600, "2026-01-05T22:00:00Z"},
    {"AAA-1BBB,J364/167,J365/167", "2026-01-06", 7200, 3600, "2026-01-06T21:00:00Z"},
    {"AAA-1BBB,J365/167,J364/167", "2026-01-01", 7200, 3600, "2026-01-05T21:00:00Z"},
    {"AAA-1BBB,J365/167,J364/167", "2026-01-06", 3600, 3600, "2026-01-06T22:00:00Z"},
    {"AAA-1BBB,0/-160,0/-100", "2025-12-31", 3600, 3600, "2026-12-25T07:00:00Z"},
    {"AAA-1BBB,0/-160,0/-100", "2025-12-26", 7200, 3600, "2025-12-27T18:00:00Z"},
    /* 1 March is J60 in any year, and 59 or 60 when leap days count */
    {"AAA0BBB,J60/0,J300/0", "2024-02-01", 0, 0, "2024-03-01"}, {"AAA0BBB,J60/0,J300/0", "2025-02-01", 0, 0, "2025-03-01"},
    {"AAA0BBB,60/0,J300/0", "2024-02-01", 0, 0, "2024-03-01"}, {"AAA0BBB,59/0,J300/0", "2025-02-01", 0, 0, "2025-03-01"},
    /* the fourth and the last Thursday of February, in a month that has only four */
    {"AAA0BBB,M2.4.4/0,J300/0", "2026-01-01", 0, 0, "2026-02-26"}, {"AAA0BBB,M2.5.4/0,J300/0", "2026-01-01", 0, 0, "2026-02-26"},
    {"AAA0BBB,M2.5.4/0,J300/0", "2024-01-01", 0, 0, "2024-02-29"},
    /* daylight saving of two hours, and of none */
    {"AAA0BBB-2,M3.5.0/1,M10.5.0/3", "2026-07-01", 7200, 0, "2026-10-25T01:00:00Z"},
    {"AAA0BBB0,M3.5.0/1,M10.5.0/3", "2026-07-01", 0, 0, NULL}};

START_TEST(offsets_known)
{
    mbill_zone *zone = zone_of(known[_i].rule);
    int64_t utc_s = instant_of(known[_i].at), next = known[_i].next == NULL ? NEVER : instant_of(known[_i].next);
    ck_assert_int_eq(mbill_zone_offset(zone, utc_s), known[_i].offset_s);
    ck_assert_int_eq(mbill_zone_standard_offset(zone, utc_s), known[_i].standard_s);
    ck_assert_int_eq(mbill_zone_next_change(zone, utc_s), next);
    mbill_zone_free(zone);
}
END_TEST

static const char *const lawful[] = {"UTC0", "CST-8", BERLIN, LOS_ANGELES, DUBLIN, SYDNEY, LORD_HOWE, ALL_YEAR, LEAP_YEARS,
    "AAA-1BBB,J364/167,J365/167", "AAA-1BBB,J365/167,J364/167", "AAA-1BBB,0/-160,0/-100", "AAA24BBB-24,M3.5.0,M10.5.0",
    "AAA-24BBB24,M3.5.0,M10.5.0", "<-03>3<-02>,M3.5.0/-1,M10.5.0/-1", "EET-2EEST,M3.4.4/50,M10.4.4/50",
    "AAA-1BBB,J1/0,M12.5.0/167", "AAA0BBB0:00:01,M3.5.0,M10.5.0", "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"};

START_TEST(laws_hold)
{
    mbill_zone *zone = zone_of(lawful[_i]);
    check_zone(lawful[_i], zone, instant_of("1900-01-03"), instant_of("1912-01-01"));
    check_zone(lawful[_i], zone, instant_of("1990-01-01"), instant_of("2060-01-01"));
    check_zone(lawful[_i], zone, instant_of("2980-01-01"), instant_of("2999-12-30"));
    mbill_zone_free(zone);
}
END_TEST

START_TEST(two_changes_a_year)
{
    mbill_zone *zone = zone_of(BERLIN);
    int n = check_zone(BERLIN, zone, instant_of("2000-01-01"), instant_of("2400-01-01"));
    ck_assert_int_eq(n, 800);
    mbill_zone_free(zone);
}
END_TEST

/* --- Days --- */

static const struct {
    const char *rule, *day, *after;
    int64_t hours_x2;
} lengths[] = {{BERLIN, "2026-03-28", "2026-03-29", 48}, {BERLIN, "2026-03-29", "2026-03-30", 46},
    {BERLIN, "2026-10-25", "2026-10-26", 50}, {LOS_ANGELES, "2026-03-08", "2026-03-09", 46},
    {LOS_ANGELES, "2025-11-02", "2025-11-03", 50}, {LOS_ANGELES, "2025-10-29", "2025-12-01", 793 * 2},
    {LOS_ANGELES, "2026-03-03", "2026-04-01", 695 * 2}, {LORD_HOWE, "2026-10-04", "2026-10-05", 47},
    {LORD_HOWE, "2026-04-05", "2026-04-06", 49}, {"CST-8", "2026-01-01", "2027-01-01", 365 * 48},
    {"BRT3BRST,M11.1.0/0,M2.3.0/0", "2026-11-01", "2026-11-02", 46},
    {"BRT3BRST,M11.1.0/0,M2.3.0/0", "2026-02-14", "2026-02-15", 50}};

START_TEST(day_lengths)
{
    mbill_zone *zone = zone_of(lengths[_i].rule);
    int64_t start = 0, end = 0;
    ck_assert_int_eq(mbill_time_parse(lengths[_i].day, 10, zone, &start, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_time_parse(lengths[_i].after, 10, zone, &end, NULL), MBILL_OK);
    ck_assert_int_eq((end - start) * 2, lengths[_i].hours_x2 * HOUR_S);
    mbill_zone_free(zone);
}
END_TEST

/* A day begins where the day of the instant before is another one; zones whose clocks change at midnight among them. */
START_TEST(days_begin_where_they_begin)
{
    static const char *const rules[] = {BERLIN, "BRT3BRST,M11.1.0/0,M2.3.0/0", "AAA0BBB,M3.5.0/23:30,M10.5.0/0:30", "CST-8"};
    mbill_zone *zone = zone_of(rules[_i]);
    int64_t before = INT64_MIN;
    for (int32_t day = 20454; day < 20454 + 800; day++) {
        int64_t start = 0;
        ck_assert_int_eq(mbill_zone_day_start(zone, day, &start, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_zone_day(zone, start), day);
        ck_assert_int_eq(mbill_zone_day(zone, start - 1), day - 1);
        ck_assert(start > before);
        before = start;
    }
    mbill_zone_free(zone);
}
END_TEST

/* --- Local times --- */

static const struct {
    const char *rule, *local; /* as if it were UTC */
    mbill_fold fold;
    mbill_status status;
    const char *utc, *message;
} locals[] = {{BERLIN, "2026-03-29T01:59:59Z", MBILL_FOLD_REFUSE, MBILL_OK, "2026-03-29T00:59:59Z", ""},
    {BERLIN, "2026-03-29T02:00:00Z", MBILL_FOLD_LATER, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-03-29T02:00:00 does not exist: clocks go from 02:00:00 to 03:00:00"},
    {BERLIN, "2026-03-29T02:59:59Z", MBILL_FOLD_EARLIER, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-03-29T02:59:59 does not exist: clocks go from 02:00:00 to 03:00:00"},
    {BERLIN, "2026-03-29T03:00:00Z", MBILL_FOLD_REFUSE, MBILL_OK, "2026-03-29T01:00:00Z", ""},
    {BERLIN, "2026-10-25T01:59:59Z", MBILL_FOLD_REFUSE, MBILL_OK, "2026-10-24T23:59:59Z", ""},
    {BERLIN, "2026-10-25T02:00:00Z", MBILL_FOLD_REFUSE, MBILL_E_AMBIGUOUS_TIME, NULL,
        "2026-10-25T02:00:00 occurs twice: clocks go back; expected the time with its offset from UTC"},
    {BERLIN, "2026-10-25T02:00:00Z", MBILL_FOLD_EARLIER, MBILL_OK, "2026-10-25T00:00:00Z", ""},
    {BERLIN, "2026-10-25T02:00:00Z", MBILL_FOLD_LATER, MBILL_OK, "2026-10-25T01:00:00Z", ""},
    {BERLIN, "2026-10-25T02:59:59Z", MBILL_FOLD_LATER, MBILL_OK, "2026-10-25T01:59:59Z", ""},
    {BERLIN, "2026-10-25T03:00:00Z", MBILL_FOLD_REFUSE, MBILL_OK, "2026-10-25T02:00:00Z", ""},
    {DUBLIN, "2026-03-29T01:30:00Z", MBILL_FOLD_REFUSE, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-03-29T01:30:00 does not exist: clocks go from 01:00:00 to 02:00:00"},
    {DUBLIN, "2026-10-25T01:30:00Z", MBILL_FOLD_LATER, MBILL_OK, "2026-10-25T01:30:00Z", ""},
    {LORD_HOWE, "2026-10-04T02:15:00Z", MBILL_FOLD_REFUSE, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-10-04T02:15:00 does not exist: clocks go from 02:00:00 to 02:30:00"},
    {LORD_HOWE, "2026-04-05T01:45:00Z", MBILL_FOLD_EARLIER, MBILL_OK, "2026-04-04T14:45:00Z", ""},
    {"BRT3BRST,M11.1.0/0,M2.3.0/0", "2026-11-01T00:00:00Z", MBILL_FOLD_REFUSE, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-11-01T00:00:00 does not exist: clocks go from 00:00:00 to 01:00:00"},
    {"AAA0BBB,M3.5.0/23:30,M10.5.0", "2026-03-29T23:45:00Z", MBILL_FOLD_REFUSE, MBILL_E_NO_SUCH_TIME, NULL,
        "2026-03-29T23:45:00 does not exist: clocks go from 2026-03-29T23:30:00 to 2026-03-30T00:30:00"},
    {ALL_YEAR, "2026-01-01T00:30:00Z", MBILL_FOLD_REFUSE, MBILL_OK, "2026-01-01T04:30:00Z", ""},
    {BERLIN, "1900-01-01T00:00:00Z", MBILL_FOLD_REFUSE, MBILL_OK, NULL, ""},
    {LOS_ANGELES, "2999-12-31T23:59:59Z", MBILL_FOLD_REFUSE, MBILL_OK, NULL, ""}};

START_TEST(local_times)
{
    mbill_zone *zone = zone_of(locals[_i].rule);
    int64_t utc_s = 77, local_s = instant_of(locals[_i].local);
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_zone_to_utc(zone, local_s, locals[_i].fold, &utc_s, &err), locals[_i].status);
    ck_assert_str_eq(err.message, locals[_i].message);
    if (locals[_i].status != MBILL_OK) ck_assert_int_eq(utc_s, 77);
    else ck_assert_int_eq(local_at(zone, utc_s), local_s);
    if (locals[_i].utc != NULL) ck_assert_int_eq(utc_s, instant_of(locals[_i].utc));
    mbill_zone_free(zone);
}
END_TEST

START_TEST(local_times_misuse)
{
    static const int64_t outside[] = {INT64_MIN, -25567 * DAY_S - 1, 376200 * DAY_S, INT64_MAX};
    int64_t utc_s = 77;
    mbill_error err;
    mbill_error_init(&err);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(mbill_zone_to_utc(NULL, outside[i], MBILL_FOLD_REFUSE, &utc_s, &err), MBILL_E_RANGE);
        ck_assert_str_eq(err.message, "a local time outside the years 1900 to 2999");
    }
    ck_assert_int_eq(mbill_zone_to_utc(NULL, 0, (mbill_fold)3, &utc_s, &err), MBILL_E_UNKNOWN_OPTION);
    ck_assert_str_eq(err.message, "fold 3 is not known");
    ck_assert_int_eq(mbill_zone_to_utc(NULL, 0, MBILL_FOLD_REFUSE, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_utc_s is NULL");
    ck_assert_int_eq(mbill_zone_day_start(NULL, 0, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_zone_day_start(NULL, -25568, &utc_s, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "day number -25568 is outside the years 1900 to 2999");
    ck_assert_int_eq(mbill_zone_day_start(NULL, 376200, &utc_s, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_zone_day_start(NULL, INT32_MIN, &utc_s, &err), MBILL_E_RANGE);
    ck_assert_int_eq(utc_s, 77);
}
END_TEST

/* --- Edges --- */

START_TEST(utc_without_a_zone)
{
    int64_t utc_s = 0;
    ck_assert_int_eq(mbill_zone_offset(NULL, INT64_MAX), 0);
    ck_assert_int_eq(mbill_zone_standard_offset(NULL, INT64_MIN), 0);
    ck_assert_int_eq(mbill_zone_next_change(NULL, INT64_MIN), NEVER);
    ck_assert_int_eq(mbill_zone_day(NULL, -1), -1);
    ck_assert_int_eq(mbill_zone_day(NULL, 86400), 1);
    ck_assert_int_eq(mbill_zone_to_utc(NULL, 12345, MBILL_FOLD_REFUSE, &utc_s, NULL), MBILL_OK);
    ck_assert_int_eq(utc_s, 12345);
    ck_assert_int_eq(mbill_zone_day_start(NULL, 376199, &utc_s, NULL), MBILL_OK);
    ck_assert_int_eq(utc_s, 376199 * DAY_S);
    mbill_zone_free(NULL);
}
END_TEST

START_TEST(instants_far_away)
{
    mbill_zone *zone = zone_of(lawful[_i]);
    static const int64_t late[] = {INT64_MAX, INT64_MAX - 1, INT64_C(1) << 40, INT64_C(40000000000)};
    int64_t first_change = mbill_zone_next_change(zone, INT64_MIN);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(mbill_zone_offset(zone, late[i]), mbill_zone_offset(zone, INT64_MAX));
        ck_assert_int_eq(mbill_zone_next_change(zone, late[i]), NEVER);
        ck_assert_int_eq(mbill_zone_offset(zone, -late[i]), mbill_zone_offset(zone, INT64_MIN));
        ck_assert_int_eq(mbill_zone_next_change(zone, -late[i]), first_change);
    }
    ck_assert_int_gt(first_change, instant_of("1900-01-01") - 5 * DAY_S);
    ck_assert_int_eq(mbill_zone_offset(zone, first_change - 1), mbill_zone_offset(zone, INT64_MIN));
    ck_assert_int_eq(mbill_zone_day(zone, INT64_MAX), mbill_zone_day(zone, INT64_C(1) << 40));
    ck_assert_int_eq(mbill_zone_day(zone, INT64_MIN), mbill_zone_day(zone, -(INT64_C(1) << 40)));
    mbill_zone_free(zone);
}
END_TEST

START_TEST(first_and_last_local_times)
{
    mbill_zone *zone = zone_of(lawful[_i]);
    static const int64_t ends[] = {-25567 * DAY_S, 376200 * DAY_S - 1};
    for (int i = 0; i < 2; i++) {
        int64_t utc_s = 0, start = 0;
        mbill_status status = mbill_zone_to_utc(zone, ends[i], MBILL_FOLD_EARLIER, &utc_s, NULL);
        ck_assert_int_eq(status, MBILL_OK);
        ck_assert_int_eq(local_at(zone, utc_s), ends[i]);
        ck_assert_int_eq(mbill_zone_day_start(zone, mbill_zone_day(zone, utc_s), &start, NULL), MBILL_OK);
        ck_assert_int_le(start, utc_s);
    }
    mbill_zone_free(zone);
}
END_TEST

/* --- Rules that are none --- */

static const char *const bad_rules[] = {"", " ", ":", "CS", "CST", "C8", "8", "CST-", "CST+", "CST-8 ", " CST-8", "CST-25",
    "CST-8:60", "CST-8:", "CST-8:00:60", "CST-8:00:", "CST-8:00:00:00", "CST--8", "CST8-", "<+08-8", "<+0>-8", "+08>-8", "<>-8",
    "<+0 8>-8", "<+08>", "Asia/Shanghai", "CET-1CEST", "CET-1CES-2", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
    "CET-1CEST,M3.5.0,M10.5.0,", "CET-1CEST,M3.5.0,M10.5.0/3 ", "CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M3.5.0/168,M10.5.0",
    "CET-1CEST,M3.5.0/-168,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5,M10.5.0", "CET-1CEST,M3,M10.5.0", "CET-1CEST,J0,J300",
    "CET-1CEST,J366,J300", "CET-1CEST,366,300", "CET-1CEST,J,J300", "CET-1CEST,-1,300", "CET-1CEST,0x1,300",
    "CET-1CEST-25,M3.5.0,M10.5.0", "CET-1CEST-2:,M3.5.0,M10.5.0", "CET-1<CEST,M3.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3M",
    "\xc3\xa4\xc3\xb6\xc3\xbc-1", "CST-0008", "CET-1CEST,M3.5.0,M10.5.0/0003"};

START_TEST(rules_refused)
{
    mbill_zone *zone = (mbill_zone *)&zone;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_zone_from_rule(bad_rules[_i], strlen(bad_rules[_i]), NULL, &zone, &err) == MBILL_E_ZONE, "%s",
        bad_rules[_i]);
    ck_assert_ptr_null(zone);
    ck_assert_int_eq(err.status, MBILL_E_ZONE);
    ck_assert_ptr_nonnull(strstr(err.message, "\" is not a time zone rule: expected "));
}
END_TEST

START_TEST(rule_ends_at_len)
{
    mbill_zone *zone = NULL;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_zone_from_rule("CST-8garbage", 5, NULL, &zone, &err), MBILL_OK);
    mbill_zone_free(zone);
    ck_assert_int_eq(mbill_zone_from_rule("CST-8\0", 6, NULL, &zone, &err), MBILL_E_ZONE);
    for (size_t len = 0; len < strlen(BERLIN); len++) {
        char *exact = malloc(len + 1);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, BERLIN, len);
        mbill_status status = mbill_zone_from_rule(exact, len, NULL, &zone, &err);
        /* "CET-1" is whole, and so are the rule without a time and with M10.5.0 alone */
        ck_assert_int_eq(status == MBILL_OK, len == strlen("CET-1") || len == strlen("CET-1CEST,M3.5.0,M10.5.0"));
        mbill_zone_free(zone);
        free(exact);
    }
}
END_TEST

START_TEST(rule_misuse)
{
    mbill_zone *zone = (mbill_zone *)&zone;
    mbill_allocator half = {sizeof half, 0, counting_alloc, NULL, NULL, NULL},
                    flagged = {sizeof flagged, 1, NULL, NULL, NULL, NULL};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_zone_from_rule(NULL, 5, NULL, &zone, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "rule is NULL");
    ck_assert_ptr_null(zone);
    ck_assert_int_eq(mbill_zone_from_rule("CST-8", 5, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_zone is NULL");
    ck_assert_int_eq(mbill_zone_from_rule("CST-8", 5, &half, &zone, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_zone_from_rule("CST-8", 5, &flagged, &zone, &err), MBILL_E_UNKNOWN_OPTION);
    ck_assert_ptr_null(zone);
}
END_TEST

START_TEST(every_allocation_fails)
{
    mbill_status status = MBILL_E_NOMEM;
    size_t n = 0;
    while (status != MBILL_OK) {
        counting_allocator counter;
        mbill_zone *zone = (mbill_zone *)&zone;
        mbill_error err;
        mbill_error_init(&err);
        counting_start(&counter, ++n);
        status = mbill_zone_from_rule(BERLIN, strlen(BERLIN), &counter.allocator, &zone, &err);
        ck_assert(status == MBILL_OK ? zone != NULL : status == MBILL_E_NOMEM && zone == NULL && err.message[0] != '\0');
        mbill_zone_free(zone);
        ck_assert_int_eq(counter.live, 0);
    }
    ck_assert_uint_eq(n, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zone");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_loop_test(ok, offsets_known, 0, COUNT(known));
    tcase_add_loop_test(ok, laws_hold, 0, COUNT(lawful));
    tcase_add_test(ok, two_changes_a_year);
    tcase_add_loop_test(ok, day_lengths, 0, COUNT(lengths));
    tcase_add_loop_test(ok, days_begin_where_they_begin, 0, 4);
    tcase_add_loop_test(ok, local_times, 0, COUNT(locals));
    tcase_add_test(refused, local_times_misuse);
    tcase_add_loop_test(refused, rules_refused, 0, COUNT(bad_rules));
    tcase_add_test(refused, rule_misuse);
    tcase_add_test(refused, every_allocation_fails);
    tcase_add_test(edges, rule_ends_at_len);
    tcase_add_test(edges, utc_without_a_zone);
    tcase_add_loop_test(edges, instants_far_away, 0, COUNT(lawful));
    tcase_add_loop_test(edges, first_and_last_local_times, 0, COUNT(lawful));
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
