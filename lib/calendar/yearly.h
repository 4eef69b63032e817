/* SPDX-License-Identifier: Apache-2.0 */
/* Days that come back every year by a rule: a date, a weekday of a month, a weekday on one side of a date, Easter. */
#ifndef MBILL__YEARLY_H
#define MBILL__YEARLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A day and what it is counted from may be this far apart at most. */
#define MBILL__YEARLY_PLUS_MAX 31
#define MBILL__YEARLY_EASTER_MAX 80 /* so that the day lies in the year of its Easter */

typedef enum mbill__yearly_kind {
    MBILL__YEARLY_DATE = 1,    /* month, day; 29 February: in leap years alone */
    MBILL__YEARLY_NTH,         /* the nth (from the end when negative) weekday of the month; none where the month has no such */
    MBILL__YEARLY_ON_OR_AFTER, /* the first such weekday not before month, day */
    MBILL__YEARLY_ON_OR_BEFORE,
    MBILL__YEARLY_EASTER
} mbill__yearly_kind;

typedef struct mbill__yearly {
    mbill__yearly_kind kind;
    int32_t month, day, nth;
    int32_t weekday; /* 1 = Monday .. 7 = Sunday */
    int32_t plus;    /* days added to all that */
    int8_t moves[7]; /* by weekday from Monday: days from there to the day on which it is observed; 0 = there */
    bool stays;      /* one that is observed on another day is itself such a day too */
} mbill__yearly;

/* Easter Sunday of the Gregorian calendar, as a civil day number. */
int32_t mbill__easter(int32_t year);

/* The days of a year's occurrence, in no order; they may lie in a neighbouring year. Returns how many, 0 to 2. */
size_t mbill__yearly_days(const mbill__yearly *rule, int32_t year, int32_t out[2]);

/* Is the day one of the rule's? */
bool mbill__yearly_is(const mbill__yearly *rule, int32_t day);

#endif
