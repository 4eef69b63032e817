/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of a tariff, compiled: which period holds an instant, and how long it lasts. A table has the periods of one kind of day
 * (season x day type) as slots that cover its 1440 minutes. */
#ifndef MBILL__SCHEDULE_H
#define MBILL__SCHEDULE_H

#include "base/memory.h"
#include "calendar/day.h"
#include "meterbill/calendar.h"
#include "meterbill/tariff.h"

#define MBILL__PERIODS_MAX 32
#define MBILL__SEASONS_MAX 12
#define MBILL__DAY_TYPES_MAX 16
#define MBILL__LISTS_MAX 8

/* Minutes [start of this slot, start of the next) of a day belong to the period. */
typedef struct mbill__slot_time {
    int32_t minute;
    int32_t period;
} mbill__slot_time;

typedef struct mbill__day_table {
    const mbill__slot_time *slots; /* the first at minute 0 */
    size_t n_slots;
} mbill__day_table;

typedef struct mbill__schedule {
    const char *name; /* NULL: the only calendar */
    const char *const *season_names;
    const mbill__season *seasons;
    size_t n_seasons; /* 0: one season */
    const mbill__day_rule *rules;
    size_t n_rules; /* 0: one day type */
    size_t n_day_types;
    const char *const *list_names;
    size_t n_lists;
    uint32_t period_set;            /* which of the labels' periods it has, in any of its tables; 0: seasons alone */
    const mbill__day_table *tables; /* [season][day type] */
    const mbill_zone *zone;
    bool standard_clock;
    struct mbill__schedule *next; /* takes over at until_utc_s; NULL: none does */
    int64_t until_utc_s;          /* INT64_MAX: without end */
} mbill__schedule;

static inline bool mbill__has_period(const mbill__schedule *schedule, size_t period)
{
    return (schedule->period_set >> period & 1u) != 0;
}

/* A stretch of time in one period. */
typedef struct mbill__run {
    int64_t start_utc_s, end_utc_s;
    int32_t period;
} mbill__run;

/* Walks the runs of [from, to) in order. */
typedef struct mbill__runs {
    const mbill__schedule *schedule;
    mbill__day_list lists[MBILL__LISTS_MAX];
    int64_t at_utc_s, to_utc_s;
    int64_t offset_until_utc_s; /* offset_s holds up to here */
    int64_t offset_s;
    int64_t day_end_s; /* local end of the day that table is for */
    const mbill__day_table *table;
} mbill__runs;

/* The lists of a call have names, and their days rise. */
mbill_status mbill__lists_check(const mbill_day_list *lists, size_t n_lists, mbill_error *err);

/* lists: those of the pricing call, checked; every list the calendar names must be among them (E_NOT_KNOWN). */
mbill_status mbill__runs_start(mbill__runs *runs, const mbill__schedule *schedule, const mbill_day_list *lists, size_t n_lists,
    int64_t from_utc_s, int64_t to_utc_s, mbill_error *err);

/* The next run, of maximal length inside [from, to); false at the end. */
bool mbill__runs_next(mbill__runs *runs, mbill__run *out);

#endif
