/* SPDX-License-Identifier: Apache-2.0 */
/* Values as messages show them: quantities as decimals, instants as ISO 8601 in UTC, whatever the number. */
#ifndef MBILL__SAY_H
#define MBILL__SAY_H

#include <stdint.h>

typedef struct mbill__said {
    char text[40];
} mbill__said;

mbill__said mbill__say_quantity(int64_t quantity_micro);
mbill__said mbill__say_time(int64_t utc_s); /* as seconds where the calendar does not reach */

/* The instants that calendar.h works with: 1900-01-01 to 3000-01-01, UTC, the end not included. */
#define MBILL__INSTANT_MIN INT64_C(-2208988800)
#define MBILL__INSTANT_END INT64_C(32503680000)

#endif
