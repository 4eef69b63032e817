/* SPDX-License-Identifier: Apache-2.0 */
/* The meters of the district: what kind they are, and a month of hourly register counts with the things that happen to meters. */
#ifndef DISTRICT_METERS_H
#define DISTRICT_METERS_H

#include <stdint.h>
#include <stdio.h>

/* splitmix64: the same numbers from the same seed on every machine. */
typedef struct district_random {
    uint64_t state;
} district_random;

uint64_t district_next(district_random *from);
int64_t district_below(district_random *from, int64_t limit); /* 0 .. limit - 1 */

enum { DISTRICT_HOURS = 744 }; /* of January */

typedef struct district_kind {
    const char *tariff, *reg, *unit;
    int64_t modulus; /* whole units */
    int64_t divisor; /* counts a unit: 100 = two places */
    int places;
    int64_t least, most; /* use in a month, whole units */
    int64_t heavy;       /* use of one meter in a hundred */
    int64_t shape[24];   /* how the use of a day is spread over its hours */
} district_kind;

extern const district_kind district_kinds[3];

/* Write a meter's month: what arrives in time to now, what arrives late to late. nth: the meter's number among its kind, from 0,
 * which decides what happens to it. */
void district_meter(const district_kind *kind, int64_t nth, const char *meter, district_random *random, FILE *now, FILE *late);

#endif
