/* SPDX-License-Identifier: Apache-2.0 */
/* Days and minutes as all documents write them. */
#ifndef MBILL__TIME_READ_H
#define MBILL__TIME_READ_H

#include "document/json.h"
#include "meterbill/calendar.h"

enum { MBILL__DAY_MINUTES = 1440 };

bool mbill__two_digits(const char *text, int32_t *out);

/* ["mon", "sat"]: bit 0 is Monday; each once, at least one. */
mbill_status mbill__node_weekdays(const mbill__node *list, uint32_t *out, mbill_error *err);

/* "HH:MM-HH:MM": from 0 to 1439, to 1 to 1440 or 0; never equal. from > to: past midnight. */
mbill_status mbill__node_window(const mbill__node *node, int32_t *out_from, int32_t *out_to, mbill_error *err);

/* "2026-10-10": a civil day. */
mbill_status mbill__node_day(const mbill__node *node, int32_t *out, mbill_error *err);

/* "2026-10-10", or "2026-10-01/2026-10-08" whose end is not included: civil days [from, to). */
mbill_status mbill__node_days(const mbill__node *node, int32_t *out_from, int32_t *out_to, mbill_error *err);

/* The member key of object, an instant; without an offset it is civil time of the zone. */
mbill_status mbill__node_time(const mbill__node *object, const char *key, const mbill_zone *zone, int64_t *out, mbill_error *err);

#endif
