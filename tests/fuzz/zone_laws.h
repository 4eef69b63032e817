/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every zone that loads, however odd: checked at instants drawn from the input, and around the changes after
 * them. */
#ifndef FUZZ_ZONE_LAWS_H
#define FUZZ_ZONE_LAWS_H

#include "meterbill/calendar.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_SECOND INT64_C(-2208988800) /* 1900-01-01 */
#define END_SECOND INT64_C(32503680000)   /* 3000-01-01 */
#define NEAR_S (3 * INT64_C(86400))       /* local times of instants nearer to the ends may be outside the calendar */

static inline void require(int holds, const char *law)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* FNV-1a, then splitmix64: 64 instants that any byte of the input moves. */
static inline uint64_t seed_of(const uint8_t *data, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline void check_local(const mbill_zone *zone, int64_t utc_s)
{
    int64_t first = 0, last = 0, only = 77;
    if (utc_s < FIRST_SECOND + NEAR_S || utc_s >= END_SECOND - NEAR_S) return;
    int64_t local_s = utc_s + mbill_zone_offset(zone, utc_s);
    require(mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, &first, NULL) == MBILL_OK &&
            mbill_zone_to_utc(zone, local_s, MBILL_FOLD_LATER, &last, NULL) == MBILL_OK,
        "the local time of an instant exists");
    require(first <= utc_s && utc_s <= last, "the instant is among those of its local time");
    require(first + mbill_zone_offset(zone, first) == local_s && last + mbill_zone_offset(zone, last) == local_s,
        "both instants show the local time");
    mbill_status status = mbill_zone_to_utc(zone, local_s, MBILL_FOLD_REFUSE, &only, NULL);
    require(first == last ? status == MBILL_OK && only == first : status == MBILL_E_AMBIGUOUS_TIME && only == 77,
        "a time that occurs twice is refused, no other");
}

static inline void check_day(const mbill_zone *zone, int64_t utc_s)
{
    int64_t start = 0, end = 0;
    if (utc_s < FIRST_SECOND + NEAR_S || utc_s >= END_SECOND - NEAR_S) return;
    int32_t day = mbill_zone_day(zone, utc_s);
    require(mbill_zone_day_start(zone, day, &start, NULL) == MBILL_OK && start <= utc_s, "a day begins before its instants");
    require(mbill_zone_day_start(zone, day + 1, &end, NULL) == MBILL_OK && end >= start, "days begin in order");
    require(mbill_zone_day(zone, start) >= day && mbill_zone_day(zone, start - 1) < day,
        "a day begins where the one before ends");
}

static inline void check_zone(const mbill_zone *zone, int64_t utc_s)
{
    int32_t offset_s = mbill_zone_offset(zone, utc_s), standard_s = mbill_zone_standard_offset(zone, utc_s);
    int64_t next = mbill_zone_next_change(zone, utc_s);
    require(offset_s >= -93600 && offset_s <= 93600, "offsets are at most 26 hours");
    require(next > utc_s, "the next change is later");
    require(mbill_zone_offset(zone, next - 1) == offset_s && mbill_zone_standard_offset(zone, next - 1) == standard_s,
        "nothing changes before the next change");
    require(next == INT64_MAX || mbill_zone_offset(zone, next) != offset_s ||
            mbill_zone_standard_offset(zone, next) != standard_s,
        "something changes at the next change");
    check_local(zone, utc_s);
    check_day(zone, utc_s);
    if (next == INT64_MAX) return;
    check_local(zone, next - 1);
    check_local(zone, next);
    check_day(zone, next);
}

static inline void check_zone_laws(const mbill_zone *zone, const uint8_t *data, size_t size)
{
    uint64_t state = seed_of(data, size);
    for (int i = 0; i < 64; i++)
        check_zone(zone,
            FIRST_SECOND - 400 * 86400 + (int64_t)(draw(&state) % (uint64_t)(END_SECOND - FIRST_SECOND + 800 * 86400)));
    check_zone(zone, (int64_t)draw(&state));
    check_zone(zone, INT64_MIN);
    check_zone(zone, INT64_MAX - 1);
}

#endif
