/* SPDX-License-Identifier: Apache-2.0 */
/* How the periods of a week are printed: what the compiled tariff itself says at each instant, not what the document seems to
 * say. */
#include "show_tariff.h"

#include "load.h"
#include "output.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define DAY_TEXT_MAX 1024
#define LISTS_MAX 16
#define NAME_MAX_BYTES 128

/* The lists that the calendar takes days from, with no days in them: an ordinary week. */
typedef struct empty_lists {
    mbill_day_list lists[LISTS_MAX];
    char names[LISTS_MAX][NAME_MAX_BYTES];
    size_t n;
} empty_lists;

static void lists_of(cli_value calendar, empty_lists *out)
{
    out->n = 0;
    for (cli_walk days = cli_walk_over(cli_value_member(calendar, "days")); cli_walk_next(&days) && out->n < LISTS_MAX;) {
        cli_value list = cli_value_member(days.value, "from_list");
        if (list.at == NULL) continue;
        cli_value_text(list, out->names[out->n], NAME_MAX_BYTES);
        out->lists[out->n] = (mbill_day_list){out->names[out->n], NULL, 0};
        out->n++;
    }
}

/* One civil day as "00:00-08:00 valley, 08:00-21:00 peak, …"; 0 when the tariff cannot say. */
static int day_text(const mbill_tariff *tariff, const empty_lists *lists, int32_t day, char out[DAY_TEXT_MAX])
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    int64_t at = 0, end = 0, next = 0;
    size_t n = 0;
    out[0] = '\0';
    if (mbill_zone_day_start(labels->zone, day, &at, NULL) != MBILL_OK ||
        mbill_zone_day_start(labels->zone, day + 1, &end, NULL) != MBILL_OK)
        return 0;
    for (; at < end && n < DAY_TEXT_MAX; at = next) {
        int32_t period = -1;
        if (mbill_tariff_period_at(tariff, lists->lists, lists->n, at, &period, &next, NULL) != MBILL_OK || next <= at ||
            period < 0)
            return 0;
        if (next > end) next = end;
        cli_time from = cli_time_text(at, labels->zone), to = cli_time_text(next, labels->zone);
        int written = snprintf(out + n, DAY_TEXT_MAX - n, "%s%.5s-%.5s %s", n > 0 ? ", " : "", from.text + 11,
            next == end ? "24:00" : to.text + 11, labels->periods[period]);
        n += written > 0 ? (size_t)written : 0;
    }
    return 1;
}

static void show_week(const mbill_tariff *tariff, const empty_lists *lists, int32_t monday)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    char texts[7][DAY_TEXT_MAX], days[16];
    cli_table table;
    for (int i = 0; i < 7; i++)
        if (!day_text(tariff, lists, monday + i, texts[i])) return;
    cli_table_start(&table, "ll");
    for (int first = 0, last; first < 7; first = last + 1) {
        for (last = first; last < 6 && strcmp(texts[first], texts[last + 1]) == 0; last++) continue;
        (void)snprintf(days, sizeof days, first == last ? "%s" : "%s-%s", names[first], names[last]);
        cli_table_cell(&table, days);
        cli_table_cell(&table, texts[first]);
    }
    mbill_date date = {0, 0, 0};
    if (mbill_date_of_days(monday, &date, NULL) == MBILL_OK)
        (void)printf("periods in the week of %04d-%02d-%02d\n", (int)date.year, (int)date.month, (int)date.day);
    cli_table_end(&table, "  ");
}

/* The first Monday on or after a season's first day ("07-01") that the version is valid on. */
static int32_t first_monday(const mbill_tariff *tariff, const char *month_day)
{
    char text[32];
    mbill_date date = {0, 0, 0};
    int64_t from = 0, to = 0;
    int32_t day = 0;
    mbill_tariff_valid(tariff, &from, &to);
    int32_t valid = mbill_zone_day(mbill_tariff_labels(tariff)->zone, from);
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

void cli_show_weeks(const mbill_tariff *tariff, cli_value document)
{
    empty_lists lists;
    char start[32];
    cli_value calendar = cli_value_member(document, "calendar");
    if (mbill_tariff_labels(tariff)->n_periods == 0) return;
    lists_of(calendar, &lists);
    cli_walk seasons = cli_walk_over(cli_value_member(calendar, "seasons"));
    int n_seasons = 0;
    for (; cli_walk_next(&seasons); n_seasons++) {
        cli_value from = cli_value_member(seasons.value, "from");
        if (from.at == NULL) from = cli_value_member(seasons.value, "to");
        cli_value_text(from, start, sizeof start);
        if (start[0] == '\0') continue;
        show_week(tariff, &lists, first_monday(tariff, start));
    }
    if (n_seasons == 0) show_week(tariff, &lists, first_monday(tariff, ""));
}
