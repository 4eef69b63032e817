/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from an instant to a period does. Runs are of maximal length, so that an interval is divided only where the
 * price can change, and cover [from, to) without gap: the reader has checked that every table covers its day. */
#include "tariff/schedule.h"

#include <string.h>

enum { DAY_S = 86400, MINUTE_S = 60 };

static int64_t floor_day(int64_t local_s)
{
    int64_t day = local_s / DAY_S;
    return local_s % DAY_S < 0 ? day - 1 : day;
}

/* Change of either clock is a change of offset: the standard one may differ only where the zone itself changes. */
static void read_offset(mbill__runs *runs)
{
    const mbill__schedule *schedule = runs->schedule;
    runs->offset_s = schedule->standard_clock ? mbill_zone_standard_offset(schedule->zone, runs->at_utc_s)
                                              : mbill_zone_offset(schedule->zone, runs->at_utc_s);
    runs->offset_until_utc_s = mbill_zone_next_change(schedule->zone, runs->at_utc_s);
}

static void read_day(mbill__runs *runs, int64_t local_s)
{
    const mbill__schedule *schedule = runs->schedule;
    int64_t day = floor_day(local_s);
    int32_t season = schedule->n_seasons == 0 ? 0 : mbill__season_of(schedule->seasons, schedule->n_seasons, (int32_t)day);
    int32_t type = schedule->n_rules == 0
        ? 0
        : mbill__day_type(schedule->rules, schedule->n_rules, runs->lists, schedule->n_lists, (int32_t)day);
    runs->table = &schedule->tables[(size_t)season * schedule->n_day_types + (size_t)type];
    runs->day_end_s = (day + 1) * DAY_S;
}

mbill_status mbill__lists_check(const mbill_day_list *lists, size_t n_lists, mbill_error *err)
{
    if (n_lists > 0) MBILL__NEED(lists);
    for (size_t i = 0; i < n_lists; i++) {
        if (lists[i].name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "the name of a list of days is NULL");
        if (lists[i].n_days > 0 && lists[i].days == NULL)
            return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "the list of days \"%s\" is NULL", lists[i].name);
        for (size_t day = 1; day < lists[i].n_days; day++)
            if (lists[i].days[day - 1] >= lists[i].days[day])
                return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)i, "day %zu of the list \"%s\" is not after the one before it",
                    day, lists[i].name);
    }
    return MBILL_OK;
}

static mbill_status find_list(const char *name, const mbill_day_list *lists, size_t n_lists, mbill__day_list *out,
    mbill_error *err)
{
    for (size_t i = 0; i < n_lists; i++) {
        if (strcmp(lists[i].name, name) == 0) {
            *out = (mbill__day_list){lists[i].days, lists[i].n_days};
            return MBILL_OK;
        }
    }
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "the calendar names the list of days \"%s\", which was not given", name);
}

mbill_status mbill__runs_start(mbill__runs *runs, const mbill__schedule *schedule, const mbill_day_list *lists, size_t n_lists,
    int64_t from_utc_s, int64_t to_utc_s, mbill_error *err)
{
    memset(runs, 0, sizeof *runs);
    runs->schedule = schedule;
    runs->at_utc_s = from_utc_s;
    runs->to_utc_s = to_utc_s;
    runs->offset_until_utc_s = INT64_MIN;
    runs->day_end_s = INT64_MIN;
    for (size_t i = 0; i < schedule->n_lists; i++)
        MBILL_TRY(find_list(schedule->list_names[i], lists, n_lists, &runs->lists[i], err));
    return MBILL_OK;
}

/* The slot that holds the instant runs->at_utc_s, and its end. */
static int32_t read_slot(mbill__runs *runs, int64_t *out_end_utc_s)
{
    while (runs->at_utc_s >= runs->schedule->until_utc_s) {
        runs->schedule = runs->schedule->next;
        runs->offset_until_utc_s = INT64_MIN;
    }
    if (runs->at_utc_s >= runs->offset_until_utc_s) {
        read_offset(runs);
        runs->day_end_s = INT64_MIN;
    }
    int64_t local_s = runs->at_utc_s + runs->offset_s;
    if (local_s >= runs->day_end_s) read_day(runs, local_s);
    int64_t day_start_s = runs->day_end_s - DAY_S;
    int64_t second = local_s - day_start_s;
    const mbill__day_table *table = runs->table;
    size_t slot = table->n_slots - 1;
    while (table->slots[slot].minute * (int64_t)MINUTE_S > second) slot--;
    int64_t slot_end_s = slot + 1 < table->n_slots ? day_start_s + table->slots[slot + 1].minute * (int64_t)MINUTE_S
                                                   : runs->day_end_s;
    int64_t end_utc_s = slot_end_s - runs->offset_s;
    if (end_utc_s > runs->offset_until_utc_s) end_utc_s = runs->offset_until_utc_s;
    *out_end_utc_s = end_utc_s < runs->schedule->until_utc_s ? end_utc_s : runs->schedule->until_utc_s;
    return table->slots[slot].period;
}

bool mbill__runs_next(mbill__runs *runs, mbill__run *out)
{
    if (runs->at_utc_s >= runs->to_utc_s) return false;
    int64_t end_utc_s;
    out->start_utc_s = runs->at_utc_s;
    out->period = read_slot(runs, &end_utc_s);
    for (;;) {
        runs->at_utc_s = end_utc_s;
        if (end_utc_s >= runs->to_utc_s) {
            runs->at_utc_s = runs->to_utc_s;
            break;
        }
        int64_t next_end_utc_s;
        if (read_slot(runs, &next_end_utc_s) != out->period) break;
        end_utc_s = next_end_utc_s;
    }
    out->end_utc_s = runs->at_utc_s;
    return true;
}
