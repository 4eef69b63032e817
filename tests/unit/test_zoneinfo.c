/* SPDX-License-Identifier: Apache-2.0 */
/* Zones made from the files of the system's zone database, where it is installed: laws that hold for all, and what is known of
 * some. */
#include "check_run.h"
#include "zone_laws.h"

#include <stdio.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define ZONES "/usr/share/zoneinfo/"
#define FILE_MAX_BYTES 65536

/* The bytes of a zone's file; 0, with a line that says so, where it is not there. */
static size_t read_system(const char *name, uint8_t data[FILE_MAX_BYTES])
{
    char path[128];
    snprintf(path, sizeof path, ZONES "%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "test_zoneinfo: skipped %s: %s is not there\n", name, path);
        return 0;
    }
    size_t n = fread(data, 1, FILE_MAX_BYTES, file);
    fclose(file);
    ck_assert_msg(n > 0, "%s is empty", path);
    return n;
}

/* NULL where the file is not there. */
static mbill_zone *system_zone(const char *name)
{
    static uint8_t data[FILE_MAX_BYTES];
    mbill_zone *zone = NULL;
    mbill_error err;
    mbill_error_init(&err);
    size_t n = read_system(name, data);
    if (n == 0) return NULL;
    ck_assert_msg(mbill_zone_from_tzif(data, n, NULL, &zone, &err) == MBILL_OK, "%s: %s", name, err.message);
    return zone;
}

/* Every zone that the database has a line "Z name ..." for, in its text form (zic(8)). */
START_TEST(every_zone_keeps_the_laws)
{
    char line[512], name[64];
    int n_zones = 0;
    FILE *list = fopen(ZONES "tzdata.zi", "r");
    if (list == NULL) {
        fprintf(stderr, "test_zoneinfo: skipped all zones: " ZONES "tzdata.zi is not there\n");
        return;
    }
    while (fgets(line, sizeof line, list) != NULL) {
        if (sscanf(line, "Z %63s", name) != 1) continue;
        mbill_zone *zone = system_zone(name);
        if (zone == NULL) continue;
        check_zone(name, zone, instant_of("1900-01-03"), instant_of("2045-01-01"));
        mbill_zone_free(zone);
        n_zones++;
    }
    fclose(list);
    ck_assert_int_gt(n_zones, 0);
}
END_TEST

static const struct {
    const char *name, *rule, *from;
} ruled[] = {{"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3", "2000-01-01"},
    {"America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0", "2007-01-01"},
    {"Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1", "2000-01-01"},
    {"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3", "2009-01-01"},
    {"Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2009-01-01"}, {"Asia/Shanghai", "CST-8", "2000-01-01"}};

START_TEST(rule_and_file_agree)
{
    mbill_zone *file = system_zone(ruled[_i].name), *rule = NULL;
    ck_assert_int_eq(mbill_zone_from_rule(ruled[_i].rule, strlen(ruled[_i].rule), NULL, &rule, NULL), MBILL_OK);
    for (int64_t at = instant_of(ruled[_i].from), end = instant_of("2101-01-01"); file != NULL && at < end;) {
        ck_assert_int_eq(mbill_zone_offset(file, at), mbill_zone_offset(rule, at));
        ck_assert_int_eq(mbill_zone_standard_offset(file, at), mbill_zone_standard_offset(rule, at));
        ck_assert_int_eq(mbill_zone_next_change(file, at), mbill_zone_next_change(rule, at));
        at = mbill_zone_next_change(rule, at);
    }
    mbill_zone_free(file);
    mbill_zone_free(rule);
}
END_TEST

static const struct {
    const char *name, *at;
    int32_t offset_s, standard_s;
} history[] = {{"Asia/Shanghai", "1986-07-01", 32400, 28800}, {"Asia/Shanghai", "1991-07-01", 32400, 28800},
    {"Asia/Shanghai", "1992-07-01", 28800, 28800}, {"Africa/Casablanca", "2026-03-01", 0, 3600},
    {"Africa/Casablanca", "2026-06-01", 3600, 3600}, {"Europe/Dublin", "2026-07-01", 3600, 3600},
    {"Europe/Dublin", "2026-01-01", 0, 3600}, {"Europe/London", "1944-07-01", 7200, 0},
    {"America/Bahia_Banderas", "2010-07-01", -18000, -21600}, {"America/Indiana/Winamac", "2007-07-01", -14400, -18000},
    {"America/Sao_Paulo", "2018-12-01", -7200, -10800}, {"America/Sao_Paulo", "2026-12-01", -10800, -10800},
    {"Pacific/Apia", "2011-12-29", -36000, -39600}, {"Pacific/Apia", "2011-12-31", 50400, 46800},
    {"Europe/Moscow", "1991-06-01", 10800, 7200}};

START_TEST(history_known)
{
    mbill_zone *zone = system_zone(history[_i].name);
    if (zone != NULL) {
        ck_assert_int_eq(mbill_zone_offset(zone, instant_of(history[_i].at)), history[_i].offset_s);
        ck_assert_int_eq(mbill_zone_standard_offset(zone, instant_of(history[_i].at)), history[_i].standard_s);
    }
    mbill_zone_free(zone);
}
END_TEST

START_TEST(shanghai_changed_twelve_times)
{
    mbill_zone *zone = system_zone("Asia/Shanghai");
    if (zone != NULL) ck_assert_int_eq(check_zone("Asia/Shanghai", zone, instant_of("1986-01-01"), instant_of("2030-01-01")), 12);
    mbill_zone_free(zone);
}
END_TEST

/* Days of other than 24 hours, and spans over them, before and behind the table's end. */
static const struct {
    const char *name, *from, *to;
    int64_t minutes;
} spans[] = {{"Asia/Shanghai", "1986-05-04", "1986-05-05", 23 * 60}, {"Asia/Shanghai", "1986-09-14", "1986-09-15", 25 * 60},
    {"Asia/Shanghai", "1991-04-14", "1991-04-15", 23 * 60}, {"Asia/Shanghai", "1991-09-15", "1991-09-16", 25 * 60},
    {"Asia/Shanghai", "1992-01-01", "1993-01-01", 366 * 1440}, {"Europe/Berlin", "2026-03-29", "2026-03-30", 23 * 60},
    {"Europe/Berlin", "2026-10-25", "2026-10-26", 25 * 60}, {"Europe/Berlin", "2095-03-27", "2095-03-28", 23 * 60},
    {"Australia/Lord_Howe", "2026-10-04", "2026-10-05", 23 * 60 + 30},
    {"Australia/Lord_Howe", "2026-04-05", "2026-04-06", 24 * 60 + 30},
    {"America/Los_Angeles", "2025-10-29", "2025-12-01", 793 * 60}, {"America/Los_Angeles", "2026-03-03", "2026-04-01", 695 * 60}};

START_TEST(spans_known)
{
    mbill_zone *zone = system_zone(spans[_i].name);
    int64_t from = 0, to = 0;
    if (zone == NULL) return;
    ck_assert_int_eq(mbill_time_parse(spans[_i].from, 10, zone, &from, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_time_parse(spans[_i].to, 10, zone, &to, NULL), MBILL_OK);
    ck_assert_int_eq(to - from, spans[_i].minutes * 60);
    mbill_zone_free(zone);
}
END_TEST

START_TEST(a_day_that_samoa_left_out)
{
    mbill_zone *zone = system_zone("Pacific/Apia");
    int64_t start = 0, end = 0, utc_s = 77;
    mbill_error err;
    mbill_error_init(&err);
    if (zone == NULL) return;
    ck_assert_int_eq(mbill_time_parse("2011-12-30", 10, zone, &start, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_time_parse("2011-12-31", 10, zone, &end, NULL), MBILL_OK);
    ck_assert_int_eq(start, instant_of("2011-12-30T10:00:00Z"));
    ck_assert_int_eq(end, start);
    ck_assert_int_eq(mbill_time_parse("2011-12-30T12:00", 16, zone, &utc_s, &err), MBILL_E_NO_SUCH_TIME);
    ck_assert_str_eq(err.message,
        "2011-12-30T12:00:00 does not exist: clocks go from 2011-12-30T00:00:00 to 2011-12-31T00:00:00");
    ck_assert_int_eq(utc_s, 77);
    mbill_zone_free(zone);
}
END_TEST

/* Files that count leap seconds are not of POSIX time. */
START_TEST(leap_seconds_refused)
{
    static uint8_t data[FILE_MAX_BYTES];
    mbill_zone *zone = (mbill_zone *)&zone;
    mbill_error err;
    mbill_error_init(&err);
    size_t n = read_system("right/Europe/Berlin", data);
    if (n == 0) return;
    ck_assert_int_eq(mbill_zone_from_tzif(data, n, NULL, &zone, &err), MBILL_E_ZONE);
    ck_assert_ptr_null(zone);
    ck_assert_str_eq(err.message, "the time zone data counts leap seconds; expected POSIX time, without them");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zoneinfo");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_set_timeout(ok, 60);
    tcase_add_test(ok, every_zone_keeps_the_laws);
    tcase_add_loop_test(ok, rule_and_file_agree, 0, COUNT(ruled));
    tcase_add_loop_test(ok, history_known, 0, COUNT(history));
    tcase_add_loop_test(ok, spans_known, 0, COUNT(spans));
    tcase_add_test(ok, shanghai_changed_twelve_times);
    tcase_add_test(refused, leap_seconds_refused);
    tcase_add_test(edges, a_day_that_samoa_left_out);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
