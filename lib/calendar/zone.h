/* SPDX-License-Identifier: Apache-2.0 */
/* Inside a zone: a table of changes (from TZif bytes; may be empty) followed by a rule for ever (from a POSIX TZ text; may be
 * absent). */
#ifndef MBILL__ZONE_H
#define MBILL__ZONE_H

#include "base/fail.h"
#include "base/memory.h"
#include "calendar/civil.h"
#include "meterbill/calendar.h"

/* What a local clock is ahead of UTC, and what it would be without daylight saving. */
typedef struct mbill__offset {
    int32_t offset_s, standard_s;
} mbill__offset;

typedef struct mbill__change {
    int64_t at_utc_s;
    mbill__offset after;
} mbill__change;

/* A day of the year in one of the three forms of POSIX TZ, and the local time on it. */
typedef struct mbill__rule_day {
    char form;                    /* 'M': month.week.weekday; 'J': 1-365, 29 February never counted; 'n': 0-365 */
    int32_t month, week, weekday; /* weekday 0 = Sunday */
    int32_t day;
    int32_t time_s; /* may be negative or past a day */
} mbill__rule_day;

typedef struct mbill__zone_rule {
    int32_t standard_s, daylight_s;
    bool has_daylight;
    mbill__rule_day start, end; /* of daylight saving */
} mbill__zone_rule;

struct mbill_zone {
    mbill_allocator allocator;
    mbill__offset first; /* before the first change */
    mbill__change *changes;
    size_t n_changes, cap_changes;
    bool has_rule;
    mbill__zone_rule rule;
};

mbill_status mbill__zone_rule_parse(const char *text, size_t len, mbill__zone_rule *out, mbill_error *err);

/* Instants for which rules are followed: the calendar and a few days around it, since local times reach past it. Before and
 * after, what holds at the first and the last of them holds for ever. */
#define MBILL__RULE_MIN_S ((MBILL__DAYS_MIN - 4) * MBILL__DAY_S)
#define MBILL__RULE_MAX_S ((MBILL__DAYS_MAX + 5) * MBILL__DAY_S)

/* What holds at an instant under the rule, and when it changes next (INT64_MAX: never). */
mbill__offset mbill__zone_rule_at(const mbill__zone_rule *rule, int64_t utc_s, int64_t *out_next_utc_s);

/* The same for a zone; a change of either member is one. */
mbill__offset mbill__zone_at(const mbill_zone *zone, int64_t utc_s, int64_t *out_next_utc_s);

#endif
