/* SPDX-License-Identifier: Apache-2.0 */
/* Days that come back by the calendar: every n days or months from a first one, and the instant at which local clocks show a time on each. The
 * nth month is counted from the first day, so that 31 January is followed by 28 February and 31 March. */
#ifndef MBILL__REPEAT_H
#define MBILL__REPEAT_H

#include "document/json.h"
#include "meterbill/calendar.h"

typedef enum mbill__repeat_unit { MBILL__REPEAT_DAYS = 1, MBILL__REPEAT_MONTHS } mbill__repeat_unit;

typedef struct mbill__repeat {
    int32_t unit;      /* mbill__repeat_unit; 0: the first day alone */
    int32_t every;     /* > 0 */
    int32_t from_day;  /* the first */
    int32_t until_day; /* days before this one; MBILL__REPEAT_FOREVER */
} mbill__repeat;

#define MBILL__REPEAT_FOREVER INT32_MAX

/* {"days": 2}, {"weeks": 1}, {"months": 1}, {"quarters": 1}, {"years": 1} */
mbill_status mbill__repeat_every_read(const mbill__node *node, mbill__repeat *out, mbill_error *err);
void mbill__repeat_every_write(const mbill__repeat *repeat, int32_t *out_number, const char **out_word);

/* The nth day, from 0; false: there is none. */
bool mbill__repeat_day(const mbill__repeat *repeat, int64_t n, int32_t *out_day);
/* How many of the days are not after this one. */
int64_t mbill__repeat_count(const mbill__repeat *repeat, int32_t day);

/* When local clocks show second `at_s` of a day. A time that they skip is when they skip it; of a time that they show twice the first is meant. */
mbill_status mbill__repeat_instant(const mbill_zone *zone, int32_t day, int32_t at_s, int64_t *out_utc_s, mbill_error *err);

#endif
