/* SPDX-License-Identifier: Apache-2.0 */
/* The members of one alarm as bytes, for its own encoding and those of what it is part of. */
#ifndef MBILL__ALARM_STATE_H
#define MBILL__ALARM_STATE_H

#include "alarm/seal.h"
#include "meterbill/alarm.h"

enum { MBILL__ALARM_BYTES = 32 };

void mbill__alarm_put_state(uint8_t **at, const mbill_alarm *alarm);
mbill_alarm mbill__alarm_get_state(const uint8_t **at);

#endif
