/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every zone: laws that the tests of rules and of TZif files both apply. */
#ifndef ZONE_LAWS_H
#define ZONE_LAWS_H

#include "meterbill/calendar.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)

/* ck_assert writes a line of its own each time, even where it holds; these run by the million. */
#define HOLDS(name, utc_s, law)                                                                                                  \
    do {                                                                                                                         \
        if (!(law)) ck_abort_msg("%s: not so at or behind %lld: %s", name, (long long)(utc_s), #law);                            \
    } while (0)

static inline int64_t instant_of(const char *text)
{
    int64_t utc_s = 0;
    ck_assert_int_eq(mbill_time_parse(text, strlen(text), NULL, &utc_s, NULL), MBILL_OK);
    return utc_s;
}

static inline int64_t local_at(const mbill_zone *zone, int64_t utc_s)
{
    return utc_s + mbill_zone_offset(zone, utc_s);
}

/* A local time leads back to its instant, or to two of which the instant is one; its day began before it. */
static inline void check_instant(const char *name, const mbill_zone *zone, int64_t utc_s)
{
    int64_t local_s = local_at(zone, utc_s), first = 0, last = 0, only = 77, start = 0;
    HOLDS(name, utc_s, mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, &first, NULL) == MBILL_OK);
    HOLDS(name, utc_s, mbill_zone_to_utc(zone, local_s, MBILL_FOLD_LATER, &last, NULL) == MBILL_OK);
    HOLDS(name, utc_s, first == utc_s || last == utc_s);
    HOLDS(name, utc_s, first <= last && local_at(zone, first) == local_s && local_at(zone, last) == local_s);
    mbill_status refused = mbill_zone_to_utc(zone, local_s, MBILL_FOLD_REFUSE, &only, NULL);
    HOLDS(name, utc_s, first == last ? refused == MBILL_OK && only == first : refused == MBILL_E_AMBIGUOUS_TIME && only == 77);
    HOLDS(name, utc_s, mbill_zone_day_start(zone, mbill_zone_day(zone, utc_s), &start, NULL) == MBILL_OK);
    HOLDS(name, utc_s, start <= utc_s);
}

/* Local times that a change skips are refused, those that it repeats are told apart. */
static inline void check_jump(const char *name, const mbill_zone *zone, int64_t change_utc_s)
{
    int64_t before_s = mbill_zone_offset(zone, change_utc_s - 1), after_s = mbill_zone_offset(zone, change_utc_s);
    int64_t first = 77, last = 77;
    for (int64_t local_s = change_utc_s + before_s; local_s < change_utc_s + after_s; local_s += after_s - before_s - 1) {
        HOLDS(name, change_utc_s, mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, &first, NULL) == MBILL_E_NO_SUCH_TIME);
        HOLDS(name, change_utc_s, first == 77);
        if (after_s - before_s == 1) break;
    }
    for (int64_t local_s = change_utc_s + after_s; local_s < change_utc_s + before_s; local_s += before_s - after_s - 1) {
        HOLDS(name, change_utc_s, mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, &first, NULL) == MBILL_OK);
        HOLDS(name, change_utc_s, mbill_zone_to_utc(zone, local_s, MBILL_FOLD_LATER, &last, NULL) == MBILL_OK);
        HOLDS(name, change_utc_s, last - first == before_s - after_s);
        if (before_s - after_s == 1) break;
    }
}

/* Walk the changes from one instant to another; how many there are. */
static inline int check_zone(const char *name, const mbill_zone *zone, int64_t from_utc_s, int64_t to_utc_s)
{
    int n = 0;
    for (int64_t at = from_utc_s, next; at < to_utc_s; at = next, n++) {
        next = mbill_zone_next_change(zone, at);
        HOLDS(name, at, next > at);
        int64_t end = next < to_utc_s ? next : to_utc_s;
        const int64_t probes[] = {at, at + (end - at) / 3, at + (end - at) / 2, end - 1};
        for (int i = 0; i < 4; i++) {
            HOLDS(name, at, mbill_zone_offset(zone, probes[i]) == mbill_zone_offset(zone, at));
            HOLDS(name, at, mbill_zone_standard_offset(zone, probes[i]) == mbill_zone_standard_offset(zone, at));
            HOLDS(name, at, mbill_zone_next_change(zone, probes[i]) == next);
            check_instant(name, zone, probes[i]);
        }
        if (next >= to_utc_s) break;
        HOLDS(name, at,
            mbill_zone_offset(zone, next) != mbill_zone_offset(zone, at) ||
                mbill_zone_standard_offset(zone, next) != mbill_zone_standard_offset(zone, at));
        check_jump(name, zone, next);
    }
    return n;
}

#endif
