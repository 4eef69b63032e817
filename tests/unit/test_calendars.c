/* SPDX-License-Identifier: Apache-2.0 */
/* When: several calendars in one tariff, tables that take over from each other, edges to the minute, lists of days. */
#include "check_run.h"
#include "meterbill/tariff.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define DAY_NIGHT                                                                                                                \
    "{\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-20:00\"]}]},{\"name\":\"night\",\"otherwise\":true}]}"
#define BLOCKS "{\"periods\":[{\"name\":\"b1\",\"when\":[{\"at\":[\"07:00-14:00\"]}]},{\"name\":\"b2\",\"otherwise\":true}]}"
#define BY_DAY "{\"id\":\"e\",\"quantity\":\"energy\",\"calendar\":\"a\",\"rate\":{\"day\":\"2\",\"night\":\"1\"}}"
#define BY_BLOCK "{\"id\":\"b\",\"quantity\":\"energy\",\"calendar\":\"b\",\"rate\":{\"b1\":\"0.2\",\"b2\":\"0.1\"}}"

static void document(char *out, size_t room, const char *zone, const char *when, const char *charges)
{
    int n = snprintf(out, room,
        "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"%s\",\"valid\":{\"from\":\"2026-01-01\","
        "\"to\":"
        "\"2027-01-01\"},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},%s\"rounding\":{\"line\":\"none\","
        "\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[%s]}",
        zone, when, charges);
    ck_assert_int_lt(n, (int)room);
}

static mbill_tariff *tariff_of(const char *zone, const char *when, const char *charges)
{
    char text[4096];
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_error_init(&err);
    document(text, sizeof text, zone, when, charges);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s %s", err.path, err.message);
    return tariff;
}

static int64_t instant(const mbill_tariff *tariff, const char *text)
{
    int64_t utc_s = 0;
    ck_assert_int_eq(mbill_time_parse(text, strlen(text), mbill_tariff_labels(tariff)->zone, &utc_s, NULL), MBILL_OK);
    return utc_s;
}

/* The period at a local time, and that it lasts until another. */
static void expect_period(const mbill_tariff *tariff, const char *calendar, const char *at, const char *name, const char *until)
{
    int32_t period = -1;
    int64_t end = 0;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_period_at(tariff, calendar, NULL, 0, instant(tariff, at), &period, &end, &err) == MBILL_OK, "%s",
        err.message);
    ck_assert_str_eq(mbill_tariff_labels(tariff)->periods[period], name);
    if (until != NULL) ck_assert_int_eq(end, instant(tariff, until));
}

/* ---- several calendars ---- */

START_TEST(two_calendars_have_periods_of_their_own)
{
    mbill_tariff *tariff = tariff_of("UTC0", "\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},", BY_DAY "," BY_BLOCK);
    int32_t period;
    int64_t end;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_uint_eq(mbill_tariff_labels(tariff)->n_periods, 4);
    expect_period(tariff, "a", "2026-03-02T07:30", "night", "2026-03-02T08:00");
    expect_period(tariff, "b", "2026-03-02T07:30", "b1", "2026-03-02T14:00");
    ck_assert_int_eq(mbill_tariff_period_at(tariff, NULL, NULL, 0, 1780000000, &period, &end, &err), MBILL_E_AMBIGUOUS);
    ck_assert_int_eq(mbill_tariff_period_at(tariff, "c", NULL, 0, 1780000000, &period, &end, &err), MBILL_E_NOT_FOUND);
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(totals_by_the_periods_of_two_calendars_agree)
{
    mbill_tariff *tariff = tariff_of("UTC0", "\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"flat\",\"quantity\":\"energy\",\"rate\":\"10\"}");
    mbill_input inputs[] = {{.name = "import", .period = "day", .total_micro = 3000000},
        {.name = "import", .period = "night", .total_micro = 4000000}, {.name = "import", .period = "b1", .total_micro = 5000000},
        {.name = "import", .period = "b2", .total_micro = 2000000}};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = instant(tariff, "2026-01-01"),
        .to_utc_s = instant(tariff, "2026-02-01"),
        .inputs = inputs,
        .n_inputs = 4};
    mbill_line lines[8];
    mbill_bill bill = {.struct_size = sizeof bill};
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, 8, &n, &bill, NULL, &err), MBILL_OK);
    ck_assert_int_eq(bill.total_micro, 10000000 + 1200000 + 70000000); /* 3x2 + 4x1, 5x0.2 + 2x0.1, 7x10 */
    inputs[3].total_micro++;
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, 8, &n, &bill, NULL, &err), MBILL_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "different quantities"));
    request.n_inputs = 3;
    ck_assert_int_eq(mbill_tariff_price(tariff, &request, NULL, lines, 8, &n, &bill, NULL, &err), MBILL_E_NOT_KNOWN);
    ck_assert_ptr_nonnull(strstr(err.message, "b2"));
    mbill_tariff_free(tariff);
}
END_TEST

/* A peak counts in the window of the calendar that its charge names, whatever the energy goes by; and so do rates by season. */
START_TEST(a_window_is_of_the_charges_calendar)
{
    mbill_tariff *tariff = tariff_of("UTC0",
        "\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS ",\"c\":{\"seasons\":[{\"name\":\"cold\",\"from\":\"10-01\",\"to\":"
        "\"04-01\"},{\"name\":\"warm\",\"otherwise\":true}]}},",
        BY_DAY ",{\"id\":\"d\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\",\"window\":\"b1\"},"
               "\"calendar\":\"b\",\"rate\":\"10\"},{\"id\":\"s\",\"quantity\":\"energy\",\"calendar\":\"c\",\"rate\":{\"cold\":"
               "\"0.5\",\"warm\":\"0\"}}");
    mbill_interval day[24];
    mbill_line lines[8];
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error err;
    size_t n;
    int64_t from = instant(tariff, "2026-03-02T00:00");
    mbill_error_init(&err);
    for (int64_t hour = 0; hour < 24; hour++) {
        int64_t start = from + hour * 3600;
        day[hour] = (mbill_interval){start, start + 3600, (hour == 13 ? 3 : hour == 19 ? 7 : 1) * INT64_C(1000000), 0, 0};
    }
    mbill_input input = {.name = "import", .intervals = day, .n_intervals = 24};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = from + 86400,
        .inputs = &input,
        .n_inputs = 1};
    ck_assert_msg(mbill_tariff_price(tariff, &request, NULL, lines, 8, &n, &bill, NULL, &err) == MBILL_OK, "%s", err.message);
    /* energy: 20 kWh by day x 2 and 12 by night = 52; the 3 kW at 13:00, not the 7 kW at 19:00: 30; 32 kWh x 0.5 = 16 */
    ck_assert_int_eq(bill.total_micro, INT64_C(98000000));
    mbill_tariff_free(tariff);
}
END_TEST

/* A ladder in each period keeps places for the periods of its own calendar alone. */
START_TEST(position_has_the_periods_of_the_charges_calendar)
{
    mbill_tariff *tariff = tariff_of("UTC0", "\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY ",{\"id\":\"l\",\"quantity\":\"energy\",\"calendar\":\"b\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\","
               "\"bounds\":[\"100\"],\"across\":\"each_period\"},\"rate\":[\"1\",\"2\"]}");
    static const char text[] = "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"version\":\"1\",\"billed_to\":null,"
                               "\"ladders\":[{\"charge\":\"l\",\"from\":\"2026-01-01\",\"used\":{\"b1\":\"1\",\"b2\":\"2\"}}]}";
    char written[512];
    size_t room = sizeof written;
    mbill_error err;
    mbill_error_init(&err);
    mbill_position *position = malloc(mbill_position_size(tariff));
    ck_assert_msg(mbill_position_read(tariff, text, strlen(text), position, &err) == MBILL_OK, "%s %s", err.path, err.message);
    ck_assert_int_eq(mbill_position_write(tariff, position, written, &room, &err), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(written, "\"used\":{\"b1\":\"1\",\"b2\":\"2\"}"));
    free(position);
    mbill_tariff_free(tariff);
}
END_TEST

#define COLD_OR_REST                                                                                                             \
    "\"calendar\":{\"seasons\":[{\"name\":\"cold\",\"from\":\"10-01\",\"to\":\"04-01\"},{\"name\":\"rest\",\"otherwise\":true}]" \
    ","                                                                                                                          \
    "\"periods\":[{\"name\":\"frost\",\"when\":[{\"season\":\"cold\"}]},{\"name\":\"rest\",\"otherwise\":true}]},"

static const struct {
    const char *when, *charges;
    mbill_status status;
    const char *path, *says;
} refused[] = {
    {"\"calendar\":" DAY_NIGHT ",\"calendars\":{\"a\":" DAY_NIGHT "},", BY_DAY, MBILL_E_INVALID, "/calendars", "either"},
    {"\"calendars\":[],", BY_DAY, MBILL_E_TYPE, "/calendars", "one member a calendar"},
    {"\"calendars\":{},", BY_DAY, MBILL_E_TYPE, "/calendars", "one member a calendar"},
    {"\"calendars\":{\"\":" DAY_NIGHT "},", BY_DAY, MBILL_E_INVALID, "/calendars/", "name"},
    {"\"calendar\":" DAY_NIGHT ",", BY_DAY, MBILL_E_NOT_FOUND, "/charges/0/calendar", "\"a\""},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},", BY_DAY, MBILL_E_INVALID, "/calendars/b", "no charge uses"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":\"energy\",\"rate\":{\"day\":\"2\",\"night\":\"1\"}}", MBILL_E_AMBIGUOUS,
        "/charges/2/rate", "2 calendars"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":\"energy\",\"calendar\":\"b\",\"rate\":{\"day\":\"2\",\"night\":\"1\"}}",
        MBILL_E_UNKNOWN_KEY, "/charges/2/rate/day", "day"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":\"energy\",\"calendar\":\"b\",\"rate\":\"1\"}", MBILL_E_INVALID,
        "/charges/2/calendar", "says nothing"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\","
               "\"window\":\"b1\"},\"rate\":\"1\"}",
        MBILL_E_AMBIGUOUS, "/charges/2/quantity", "2 calendars"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"bill\","
               "\"window\":\"b1\"},\"calendar\":\"a\",\"rate\":\"1\"}",
        MBILL_E_INVALID, "/charges/2/quantity", "does not have"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK ",{\"id\":\"x\",\"quantity\":{\"money\":[\"e@b1\"]},\"rate\":\"1\"}", MBILL_E_INVALID,
        "/charges/2/quantity/money/0", "no lines for"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK
               ",{\"id\":\"x\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":"
               "[\"1\"],\"across\":\"each_period\"},\"rate\":[\"1\",\"2\"]}",
        MBILL_E_AMBIGUOUS, "/charges/2/tiers/across", "calendar"},
    {"\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},",
        BY_DAY "," BY_BLOCK
               ",{\"id\":\"x\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":"
               "{\"s\":[\"1\"]},\"across\":\"periods\"},\"rate\":[\"1\",\"2\"]}",
        MBILL_E_AMBIGUOUS, "/charges/2/tiers/bounds", "2 calendars"},
    {"\"calendar\":{\"sets\":[" DAY_NIGHT "]},", BY_DAY, MBILL_E_INVALID, "/calendar/sets", "2"},
    {"\"calendar\":{\"clock\":\"local\",\"sets\":[" DAY_NIGHT "," DAY_NIGHT "]},", BY_DAY, MBILL_E_INVALID, "/calendar", "alone"},
    {"\"calendar\":{\"sets\":[" DAY_NIGHT "," DAY_NIGHT "]},", BY_DAY, MBILL_E_MISSING_KEY, "/calendar/sets/0/until", "until"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2026-07-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]},{\"until\":"
     "\"2026-08-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]}]},",
        BY_DAY, MBILL_E_INVALID, "/calendar/sets/1/until", "last"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2027-01-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]}," DAY_NIGHT "]},",
        BY_DAY, MBILL_E_INVALID, "/calendar/sets/0/until", "never in force"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2026-01-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]}," DAY_NIGHT "]},",
        BY_DAY, MBILL_E_INVALID, "/calendar/sets/0/until", "never in force"},
    {"\"calendar\":{\"sets\":[{\"until\":\"soon\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]}," DAY_NIGHT "]},", BY_DAY,
        MBILL_E_DATE, "/calendar/sets/0/until", "soon"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2026-07-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]},{\"until\":"
     "\"2026-07-01\",\"periods\":[{\"name\":\"day\",\"otherwise\":true}]}," DAY_NIGHT "]},",
        BY_DAY, MBILL_E_ORDER, "/calendar/sets/1/until", "after"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2026-07-01\",\"seasons\":[{\"name\":\"s\",\"otherwise\":true}]}," DAY_NIGHT "]},",
        BY_DAY, MBILL_E_INVALID, "/calendar/sets/0", "periods"},
    {"\"calendar\":{\"sets\":[{\"until\":\"2026-07-01\",\"seasons\":[{\"name\":\"s\",\"otherwise\":true}],\"periods\":[{\"name\":"
     "\"day\",\"otherwise\":true}]}," DAY_NIGHT "]},",
        "{\"id\":\"x\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":{\"s\":[\"1\"]},"
        "\"across\":\"periods\"},\"rate\":[\"1\",\"2\"]}",
        MBILL_E_INVALID, "/charges/0/tiers/bounds", "sets"},
    /* "rest" is a season and a period: it is taken for the period, in whichever order the two stand */
    {COLD_OR_REST, "{\"id\":\"x\",\"quantity\":\"energy\",\"rate\":{\"cold\":\"1\",\"rest\":\"2\"}}", MBILL_E_UNKNOWN_KEY,
        "/charges/0/rate/cold", "cold"},
    {COLD_OR_REST, "{\"id\":\"x\",\"quantity\":\"energy\",\"rate\":{\"rest\":\"2\",\"cold\":\"1\"}}", MBILL_E_UNKNOWN_KEY,
        "/charges/0/rate/cold", "cold"},
};

START_TEST(what_does_not_load)
{
    char text[4096];
    mbill_error err;
    mbill_tariff *tariff;
    mbill_error_init(&err);
    document(text, sizeof text, "UTC0", refused[_i].when, refused[_i].charges);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == refused[_i].status, "%s %s", err.path,
        err.message);
    ck_assert_str_eq(err.path, refused[_i].path);
    ck_assert_msg(strstr(err.message, refused[_i].says) != NULL, "%s", err.message);
}
END_TEST

/* A sum by period, or of one period, would be of which calendar? */
START_TEST(inputs_by_period_need_one_calendar)
{
    static const char *const made[][2] = {{"{\"plus\":[\"energy\"],\"per\":\"period\",\"unit\":\"kWh\"}", "/inputs/two"},
        {"{\"plus\":[\"energy@day\"],\"per\":\"bill\",\"unit\":\"kWh\"}", "/inputs/two/plus/0"}};
    static const char unit[] = "\"unit\":\"kWh\"}";
    char text[4096], whole[4096];
    mbill_error err;
    mbill_tariff *tariff;
    mbill_error_init(&err);
    document(text, sizeof text, "UTC0", "\"calendars\":{\"a\":" DAY_NIGHT ",\"b\":" BLOCKS "},", BY_DAY "," BY_BLOCK);
    char *end = strstr(text, unit) + strlen(unit);
    (void)snprintf(whole, sizeof whole, "%.*s,\"two\":%s%s", (int)(end - text), text, made[_i][0], end);
    ck_assert_int_eq(mbill_tariff_read(whole, strlen(whole), NULL, &tariff, &err), MBILL_E_INVALID);
    ck_assert_str_eq(err.path, made[_i][1]);
    ck_assert_msg(strstr(err.message, "2 calendars") != NULL, "%s", err.message);
}
END_TEST

/* ---- tables that take over ---- */

START_TEST(second_table_takes_over_at_its_instant)
{
    mbill_tariff *tariff = tariff_of("CET-1CEST,M3.5.0,M10.5.0/3",
        "\"calendar\":{\"sets\":[{\"until\":\"2026-07-01T12:34\",\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-20:"
        "00\"]}]},"
        "{\"name\":\"night\",\"otherwise\":true}]},{\"clock\":\"standard\",\"periods\":[{\"name\":\"peak\",\"when\":[{\"at\":["
        "\"10:00-"
        "12:00\"]}]},{\"name\":\"night\",\"otherwise\":true}]}]},",
        "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"2\",\"peak\":\"3\"}}");
    ck_assert_uint_eq(mbill_tariff_labels(tariff)->n_periods, 3);
    expect_period(tariff, NULL, "2026-07-01T12:33", "day", "2026-07-01T12:34");
    expect_period(tariff, NULL, "2026-07-01T12:34", "peak", "2026-07-01T13:00"); /* 11:34 by the standard clock */
    expect_period(tariff, NULL, "2026-07-01T13:00", "night", "2026-07-02T11:00");
    expect_period(tariff, NULL, "2026-06-30T20:00", "night", "2026-07-01T08:00");
    mbill_tariff_free(tariff);
}
END_TEST

/* ---- to the minute ---- */

START_TEST(tc_030_period_at_an_instant)
{
    mbill_tariff *tariff = tariff_of("AEST-10",
        "\"calendar\":{\"periods\":[{\"name\":\"r16829\",\"when\":[{\"at\":[\"11:00-16:00\"]}]},{\"name\":\"r36955\",\"when\":[{"
        "\"at\":["
        "\"16:00-21:00\"]}]},{\"name\":\"r22767\",\"when\":[{\"at\":[\"21:00-11:00\"]}]}]},",
        "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"r16829\":\"0.16829\",\"r36955\":\"0.36955\",\"r22767\":\"0.22767\"}}");
    expect_period(tariff, NULL, "2026-10-09T08:27", "r22767", "2026-10-09T11:00");
    expect_period(tariff, NULL, "2026-10-09T11:00", "r16829", NULL);
    expect_period(tariff, NULL, "2026-10-09T15:59", "r16829", "2026-10-09T16:00");
    expect_period(tariff, NULL, "2026-10-09T16:00", "r36955", NULL);
    expect_period(tariff, NULL, "2026-10-09T21:00", "r22767", "2026-10-10T11:00");
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(edges_to_the_minute_and_saturday_is_not_sunday)
{
    mbill_tariff *tariff = tariff_of("UTC0",
        "\"calendar\":{\"days\":[{\"name\":\"sat\",\"weekdays\":[\"sat\"]},{\"name\":\"sun\",\"weekdays\":[\"sun\"]},{\"name\":"
        "\"week\","
        "\"otherwise\":true}],\"periods\":[{\"name\":\"high\",\"when\":[{\"day\":\"week\",\"at\":[\"06:15-21:45\"]},{\"day\":"
        "\"sat\","
        "\"at\":[\"09:30-13:01\"]}]},{\"name\":\"low\",\"otherwise\":true}]},",
        "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"high\":\"2\",\"low\":\"1\"}}");
    expect_period(tariff, NULL, "2026-03-06T06:14", "low", "2026-03-06T06:15"); /* a Friday */
    expect_period(tariff, NULL, "2026-03-06T06:15", "high", "2026-03-06T21:45");
    expect_period(tariff, NULL, "2026-03-06T21:45", "low", "2026-03-07T09:30");
    expect_period(tariff, NULL, "2026-03-07T13:00", "high", "2026-03-07T13:01");
    expect_period(tariff, NULL, "2026-03-07T13:01", "low", "2026-03-09T06:15"); /* over Sunday, to Monday */
    mbill_tariff_free(tariff);
}
END_TEST

/* Gaps are judged on real time: two readings that begin at these instants (in Los Angeles) and last step_s. */
static const struct {
    const char *first, *second;
    int64_t step_s, gap_s;
} clock_changes[] = {{"2025-11-02T01:45:00-07:00", "2025-11-02T02:00:00-08:00", 900, 3600},
    {"2026-03-08T03:00:00-07:00", "2026-03-08T03:15:00-07:00", 900, 0},
    {"2026-03-08T01:45:00-08:00", "2026-03-08T03:00:00-07:00", 900, 0},
    {"2026-11-01T01:00:00-07:00", "2026-11-01T01:00:00-08:00", 3600, 0}};

START_TEST(tc_033_gaps_on_real_time)
{
    mbill_tariff *tariff = tariff_of("PST8PDT,M3.2.0,M11.1.0", "", "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"}");
    int64_t first = instant(tariff, clock_changes[_i].first), second = instant(tariff, clock_changes[_i].second);
    const mbill_interval intervals[] = {{first, first + clock_changes[_i].step_s, 1000000, 0, 0},
        {second, second + clock_changes[_i].step_s, 1000000, 0, 0}};
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_usage_check(intervals, 2, first, second + clock_changes[_i].step_s, MBILL_USAGE_ALLOW_GAPS, &summary,
                      &err) == MBILL_OK,
        "%s", err.message);
    ck_assert_int_eq(summary.gap_s, clock_changes[_i].gap_s);
    mbill_tariff_free(tariff);
}
END_TEST

/* ---- lists of days ---- */

#define EVENTS                                                                                                                   \
    "\"calendar\":{\"days\":[{\"name\":\"event\",\"from_list\":\"events\"},{\"name\":\"plain\",\"otherwise\":true}],"            \
    "\"periods\":[{"                                                                                                             \
    "\"name\":\"high\",\"when\":[{\"day\":\"event\"}]},{\"name\":\"low\",\"otherwise\":true}]},"

START_TEST(long_list_of_event_days)
{
    enum { EVERY = 3, DAYS = 4000 };
    mbill_tariff *tariff = tariff_of("UTC0", EVENTS,
        "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"high\":\"2\",\"low\":\"1\"}}");
    int32_t days[DAYS];
    for (int32_t i = 0; i < DAYS; i++) days[i] = 16000 + i * EVERY;
    mbill_day_list list = {"events", days, DAYS};
    for (int32_t day = 20500; day < 20530; day++) {
        int32_t period = -1;
        int64_t end;
        ck_assert_int_eq(mbill_tariff_period_at(tariff, NULL, &list, 1, day * INT64_C(86400), &period, &end, NULL), MBILL_OK);
        ck_assert_int_eq(period, (day - 16000) % EVERY != 0);
    }
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(lists_that_cannot_be_searched)
{
    mbill_tariff *tariff = tariff_of("UTC0", EVENTS,
        "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"high\":\"2\",\"low\":\"1\"}}");
    static const int32_t falling[] = {20500, 20500};
    const mbill_day_list lists[] = {{"events", falling, 2}, {NULL, falling, 1}, {"events", NULL, 1}};
    static const mbill_status status[] = {MBILL_E_ORDER, MBILL_E_MISUSE, MBILL_E_MISUSE};
    int32_t period;
    int64_t end;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_period_at(tariff, NULL, &lists[_i], 1, 1780000000, &period, &end, &err), status[_i]);
    ck_assert_int_eq(err.index, 0);
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendars");
    TCase *ok = tcase_create("ok"), *no = tcase_create("refused");
    tcase_add_test(ok, two_calendars_have_periods_of_their_own);
    tcase_add_test(ok, totals_by_the_periods_of_two_calendars_agree);
    tcase_add_test(ok, a_window_is_of_the_charges_calendar);
    tcase_add_test(ok, position_has_the_periods_of_the_charges_calendar);
    tcase_add_test(ok, second_table_takes_over_at_its_instant);
    tcase_add_test(ok, tc_030_period_at_an_instant);
    tcase_add_test(ok, edges_to_the_minute_and_saturday_is_not_sunday);
    tcase_add_loop_test(ok, tc_033_gaps_on_real_time, 0, COUNT(clock_changes));
    tcase_add_test(ok, long_list_of_event_days);
    tcase_add_loop_test(no, what_does_not_load, 0, COUNT(refused));
    tcase_add_loop_test(no, inputs_by_period_need_one_calendar, 0, 2);
    tcase_add_loop_test(no, lists_that_cannot_be_searched, 0, 3);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, no);
    return check_run(suite, CK_NOFORK);
}
