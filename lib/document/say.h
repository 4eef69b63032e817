/* SPDX-License-Identifier: Apache-2.0 */
/* Values as messages and sentences show them: decimals exactly, instants as ISO 8601, whatever the number. */
#ifndef MBILL__SAY_H
#define MBILL__SAY_H

#include "meterbill/calendar.h"

typedef struct mbill__said {
    char text[40];
} mbill__said;

mbill__said mbill__say_decimal(int64_t value, int32_t scale); /* scale 0..9 */
mbill__said mbill__say_micro(int64_t micro);                  /* an amount or a quantity */
/* In the zone, NULL = UTC; as seconds where the calendar does not reach. */
mbill__said mbill__say_time(int64_t utc_s, const mbill_zone *zone);

#endif
