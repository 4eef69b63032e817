/* SPDX-License-Identifier: Apache-2.0 */
/* How the periods of a week are printed, for people and as a member of the answer: what the compiled tariff itself says at each instant, not what the document seems to
 * say. */
#include "show_tariff.h"

#include "load.h"
#include "output.h"
#include "show_grid.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define DAY_TEXT_MAX 1024
#define LISTS_MAX 16
#define NAME_MAX_BYTES 128

/* The lists that the calendars take days from, with no days in them: an ordinary week. */
typedef struct empty_lists {
    const char *calendar; /* the one shown; NULL: the only one */
    int32_t valid;        /* the first day on which the table shown is in force */
    mbill_day_list lists[LISTS_MAX];
    char names[LISTS_MAX][NAME_MAX_BYTES];
    size_t n;
    int n_weeks; /* written so far */
} empty_lists;

static void add_lists(cli_value calendar, empty_lists *out)
{
    for (cli_walk sets = cli_walk_over(cli_value_member(calendar, "sets")); cli_walk_next(&sets);) add_lists(sets.value, out);
    for (cli_walk days = cli_walk_over(cli_value_member(calendar, "days")); cli_walk_next(&days) && out->n < LISTS_MAX;) {
        cli_value list = cli_value_member(days.value, "from_list");
        if (list.at == NULL) continue;
        cli_value_text(list, out->names[out->n], NAME_MAX_BYTES);
        out->lists[out->n] = (mbill_day_list){out->names[out->n], NULL, 0};
        out->n++;
    }
}

/* Minutes after midnight of a local time as cli_time_text writes it. */
static int minute_of(const char *time)
{
    return ((time[11] - '0') * 10 + time[12] - '0') * 60 + (time[14] - '0') * 10 + time[15] - '0';
}

/* The periods of one civil day as its clock shows them; 0 when the tariff cannot say. */
static int day_periods(const mbill_tariff *tariff, const empty_lists *lists, int32_t day, cli_day_periods *out)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    int64_t at = 0, end = 0, next = 0;
    for (int minute = 0; minute < CLI_DAY_MINUTES; minute++) out->period[minute] = -1;
    if (mbill_zone_day_start(labels->zone, day, &at, NULL) != MBILL_OK ||
        mbill_zone_day_start(labels->zone, day + 1, &end, NULL) != MBILL_OK)
        return 0;
    for (; at < end; at = next) {
        int32_t period = -1;
        if (mbill_tariff_period_at(tariff, lists->calendar, lists->lists, lists->n, at, &period, &next, NULL) != MBILL_OK ||
            next <= at || period < 0)
            return 0;
        if (next > end) next = end;
        int first = minute_of(cli_time_text(at, labels->zone).text);
        int last = next == end ? CLI_DAY_MINUTES : minute_of(cli_time_text(next, labels->zone).text);
        for (int minute = first; minute < last; minute++) out->period[minute] = period;
    }
    return 1;
}

/* "00:00-08:00 valley, 08:00-21:00 peak, …" */
static void periods_text(const mbill_labels *labels, const cli_day_periods *day, char out[DAY_TEXT_MAX])
{
    out[0] = '\0';
    for (int first = 0, next; first < CLI_DAY_MINUTES; first = next) {
        char times[32];
        for (next = first + 1; next < CLI_DAY_MINUTES && day->period[next] == day->period[first];) next++;
        if (day->period[first] < 0) continue;
        (void)snprintf(times, sizeof times, "%s%02d:%02d-%02d:%02d ", out[0] != '\0' ? ", " : "", first / 60, first % 60,
            next / 60, next % 60);
        cli_append(out, DAY_TEXT_MAX, times);
        cli_append(out, DAY_TEXT_MAX, labels->periods[day->period[first]]);
    }
}

static int day_text(const mbill_tariff *tariff, const empty_lists *lists, int32_t day, char out[DAY_TEXT_MAX])
{
    cli_day_periods periods;
    if (!day_periods(tariff, lists, day, &periods)) return 0;
    periods_text(mbill_tariff_labels(tariff), &periods, out);
    return 1;
}

static const char *const weekday_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* Equal days together, with the times of their periods. */
static void show_times(const mbill_labels *labels, const cli_day_periods week[7])
{
    char text[DAY_TEXT_MAX], days[16];
    cli_table table;
    cli_table_start(&table, "ll");
    for (int first = 0, last; first < 7; first = last + 1) {
        for (last = first; last < 6 && memcmp(&week[first], &week[last + 1], sizeof *week) == 0;) last++;
        (void)snprintf(days, sizeof days, first == last ? "%s" : "%s-%s", weekday_names[first], weekday_names[last]);
        periods_text(labels, &week[first], text);
        cli_table_cell(&table, days);
        cli_table_cell(&table, text);
    }
    cli_table_end(&table, "  ");
}

/* The periods of a day as if a list named it and no other did. */
static int listed_day(const mbill_tariff *tariff, const empty_lists *lists, cli_value list, int32_t day, cli_day_periods *out)
{
    empty_lists one = *lists;
    for (size_t i = 0; i < one.n; i++) {
        one.lists[i].name = one.names[i];
        if (!cli_value_is(list, one.names[i])) continue;
        one.lists[i].days = &day;
        one.lists[i].n_days = 1;
    }
    return day_periods(tariff, &one, day, out);
}

/* What a day looks like that a list names, when it is a Monday of this week: a row of the table for each kind of day with a list. */
static size_t add_listed_days(const mbill_tariff *tariff, const empty_lists *lists, cli_value calendar, int32_t monday,
    cli_day_periods *rows, char names[LISTS_MAX][NAME_MAX_BYTES])
{
    size_t n = 0;
    for (cli_walk days = cli_walk_over(cli_value_member(calendar, "days")); cli_walk_next(&days) && n < LISTS_MAX;) {
        cli_value list = cli_value_member(days.value, "from_list");
        if (list.at == NULL || !listed_day(tariff, lists, list, monday, &rows[n])) continue;
        cli_value_text(cli_value_member(days.value, "name"), names[n], NAME_MAX_BYTES);
        n++;
    }
    return n;
}

/* "2026-01-05" */
static int date_text(int32_t day, char out[32])
{
    mbill_date date = {0, 0, 0};
    size_t room = 32;
    return mbill_date_of_days(day, &date, NULL) == MBILL_OK && mbill_date_print(date, out, &room, NULL) == MBILL_OK;
}

/* The periods of a day with their times, as members of a list. */
static void write_day(const mbill_labels *labels, const char *name, const cli_day_periods *day, int first_day)
{
    const char *before = "";
    (void)fputs(first_day ? "{\"day\":" : ",{\"day\":", stdout);
    cli_json_text(name);
    (void)fputs(",\"periods\":[", stdout);
    for (int first = 0, next; first < CLI_DAY_MINUTES; first = next) {
        for (next = first + 1; next < CLI_DAY_MINUTES && day->period[next] == day->period[first];) next++;
        if (day->period[first] < 0) continue;
        (void)printf("%s{\"from\":\"%02d:%02d\",\"to\":\"%02d:%02d\"", before, first / 60, first % 60, next / 60, next % 60);
        cli_json_member("period", labels->periods[day->period[first]]);
        (void)fputs("}", stdout);
        before = ",";
    }
    (void)fputs("]}", stdout);
}

/* The week as a member of a list: seven days, and the kinds of days that lists name. */
static void write_week(const mbill_labels *labels, empty_lists *lists, const cli_day_periods *rows, size_t n,
    char names[LISTS_MAX][NAME_MAX_BYTES], int32_t monday, const char *season)
{
    char date[32];
    if (!date_text(monday, date)) return;
    (void)fputs(lists->n_weeks++ > 0 ? ",{\"week_of\":" : "{\"week_of\":", stdout);
    cli_json_text(date);
    cli_json_optional("calendar", lists->calendar);
    cli_json_optional("season", season[0] != '\0' ? season : NULL);
    (void)fputs(",\"days\":[", stdout);
    for (size_t i = 0; i < n; i++) write_day(labels, i < 7 ? weekday_names[i] : names[i - 7], &rows[i], i == 0);
    (void)fputs("]}", stdout);
}

static void show_week(const mbill_tariff *tariff, empty_lists *lists, cli_value calendar, int32_t monday, const char *season,
    int colored)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    cli_day_periods rows[7 + LISTS_MAX];
    char names[LISTS_MAX][NAME_MAX_BYTES];
    char date[32];
    size_t room = 3;
    for (int i = 0; i < 7; i++)
        if (!day_periods(tariff, lists, monday + i, &rows[i])) return;
    size_t n = 7 + add_listed_days(tariff, lists, calendar, monday, &rows[7], names);
    if (cli_json()) {
        write_week(labels, lists, rows, n, names, monday, season);
        return;
    }
    for (size_t i = 7; i < n; i++)
        if (cli_width(names[i - 7]) > room) room = cli_width(names[i - 7]);
    if (date_text(monday, date))
        (void)printf("\nperiods in the week of %s%s%s\n", date, season[0] != '\0' ? ", season " : "", season);
    show_times(labels, rows);
    (void)fputc('\n', stdout);
    cli_show_grid_hours(rows, n, room);
    for (size_t i = 0; i < n; i++) cli_show_grid_row(labels, rows, n, i, i < 7 ? weekday_names[i] : names[i - 7], room, colored);
}

/* The first Monday on or after a season's first day ("07-01") that is not before the table is in force. */
static int32_t first_monday(int32_t valid, const char *month_day)
{
    char text[32];
    mbill_date date = {0, 0, 0};
    int32_t day = 0;
    if (mbill_date_of_days(valid, &date, NULL) != MBILL_OK) return valid;
    day = valid;
    for (int year = 0; month_day[0] != '\0' && year < 2; year++) {
        (void)snprintf(text, sizeof text, "%04d-%.5s", (int)date.year + year, month_day);
        if (mbill_date_parse(text, strlen(text), &date, NULL) != MBILL_OK || mbill_date_to_days(date, &day, NULL) != MBILL_OK)
            return valid;
        if (day >= valid) break;
    }
    return day + (8 - mbill_date_weekday(day)) % 7;
}

/* The periods on the first day of a rule's "dates" ("2026-01-01" or "2026-10-01/2026-10-08"); "" when there is none. */
static void special_day_text(const mbill_tariff *tariff, const empty_lists *lists, cli_value rule, char out[DAY_TEXT_MAX])
{
    char text[32];
    int32_t day = 0;
    mbill_date date = {0, 0, 0};
    cli_walk dates = cli_walk_over(cli_value_member(rule, "dates"));
    out[0] = '\0';
    if (!cli_walk_next(&dates)) return;
    cli_value_text(dates.value, text, sizeof text);
    if (mbill_date_parse(text, strcspn(text, "/"), &date, NULL) != MBILL_OK || mbill_date_to_days(date, &day, NULL) != MBILL_OK ||
        !day_text(tariff, lists, day, out))
        out[0] = '\0';
}

/* The kinds of day in their order, and what the first of the dates that one names looks like. */
static void show_days(const mbill_tariff *tariff, const empty_lists *lists, cli_value days)
{
    char text[DAY_TEXT_MAX];
    cli_table table;
    if (cli_value_count(days) == 0) return;
    (void)puts("\ndays, the first that fits");
    cli_table_start(&table, "lll");
    for (cli_walk walk = cli_walk_over(days); cli_walk_next(&walk);) {
        cli_value_text(cli_value_member(walk.value, "name"), text, sizeof text);
        cli_table_cell(&table, text);
        cli_value_words(walk.value, "name", text, sizeof text);
        cli_table_cell(&table, strcmp(text, "otherwise true") == 0 ? "all others" : text);
        special_day_text(tariff, lists, walk.value, text);
        cli_table_cell(&table, text);
    }
    cli_table_end(&table, "  ");
}

/* Where "otherwise" begins: the end of a season at which no other begins. */
static cli_value end_of_seasons(cli_value calendar)
{
    char text[32];
    cli_value seasons = cli_value_member(calendar, "seasons"), end = {NULL, NULL};
    for (cli_walk ends = cli_walk_over(seasons); end.at == NULL && cli_walk_next(&ends);) {
        end = cli_value_member(ends.value, "to");
        cli_value_text(end, text, sizeof text);
        for (cli_walk begins = cli_walk_over(seasons); cli_walk_next(&begins);)
            if (cli_value_is(cli_value_member(begins.value, "from"), text)) end = (cli_value){NULL, NULL};
    }
    return end;
}

/* One table of periods, in force from a day on. */
static void show_table(const mbill_tariff *tariff, empty_lists *lists, cli_value calendar, int colored)
{
    char start[32], name[NAME_MAX_BYTES];
    if (!cli_json()) show_days(tariff, lists, cli_value_member(calendar, "days"));
    cli_walk seasons = cli_walk_over(cli_value_member(calendar, "seasons"));
    int n_seasons = 0;
    for (; cli_walk_next(&seasons); n_seasons++) {
        cli_value from = cli_value_member(seasons.value, "from");
        if (from.at == NULL) from = end_of_seasons(calendar);
        cli_value_text(from, start, sizeof start);
        cli_value_text(cli_value_member(seasons.value, "name"), name, sizeof name);
        if (start[0] != '\0') show_week(tariff, lists, calendar, first_monday(lists->valid, start), name, colored);
    }
    if (n_seasons == 0) show_week(tariff, lists, calendar, first_monday(lists->valid, ""), "", colored);
}

/* A calendar: one table, or tables that take over from each other. */
static void show_calendar(const mbill_tariff *tariff, empty_lists *lists, cli_value calendar, int colored)
{
    char until[64];
    int64_t from_utc_s = 0;
    const mbill_zone *zone = mbill_tariff_labels(tariff)->zone;
    cli_value sets = cli_value_member(calendar, "sets");
    mbill_tariff_valid(tariff, &from_utc_s, NULL);
    lists->valid = mbill_zone_day(zone, from_utc_s);
    if (sets.at == NULL) show_table(tariff, lists, calendar, colored);
    for (cli_walk walk = cli_walk_over(sets); cli_walk_next(&walk);) {
        lists->valid = mbill_zone_day(zone, from_utc_s);
        show_table(tariff, lists, walk.value, colored);
        cli_value_text(cli_value_member(walk.value, "until"), until, sizeof until);
        if (until[0] == '\0' || mbill_time_parse(until, strlen(until), zone, &from_utc_s, NULL) != MBILL_OK) return;
        if (!cli_json()) (void)printf("\nfrom %s\n", until);
    }
}

void cli_show_weeks(const mbill_tariff *tariff, cli_value document, int colored)
{
    empty_lists lists;
    char name[NAME_MAX_BYTES];
    cli_value one = cli_value_member(document, "calendar"), several = cli_value_member(document, "calendars");
    if (mbill_tariff_labels(tariff)->n_periods == 0) return;
    if (cli_json()) (void)fputs(",\"weeks\":[", stdout);
    else cli_show_grid_legend(mbill_tariff_labels(tariff), colored);
    memset(&lists, 0, sizeof lists);
    add_lists(one, &lists);
    for (cli_walk walk = cli_walk_over(several); cli_walk_next(&walk);) add_lists(walk.value, &lists);
    if (one.at != NULL) show_calendar(tariff, &lists, one, colored);
    for (cli_walk walk = cli_walk_over(several); cli_walk_next(&walk);) {
        cli_value_text(walk.key, name, sizeof name);
        lists.calendar = name;
        if (!cli_json()) (void)printf("\ncalendar %s\n", name);
        show_calendar(tariff, &lists, walk.value, colored);
    }
    if (cli_json()) (void)fputs("]", stdout);
}
