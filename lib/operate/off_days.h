/* SPDX-License-Identifier: Apache-2.0 */
/* Days off of a billing policy: their form, and where a day goes that falls on one. */
#ifndef MBILL__OFF_DAYS_H
#define MBILL__OFF_DAYS_H

#include "document/json.h"
#include "meterbill/cycle.h"

/* {"weekdays": ["sat"], "dates": [...], "worked": [...], "due": "next", "reminders": "stay"} */
mbill_status mbill__off_days_read(const mbill__node *node, mbill_cycle_off *out, mbill_error *err);

bool mbill__off_days_has(const mbill_cycle_off *off, int32_t day);

/* The nearest day that is none, in the direction of the move (mbill_cycle_move); false: there is none within a year. */
bool mbill__off_days_move(const mbill_cycle_off *off, int32_t move, int32_t day, int32_t *out);

#endif
