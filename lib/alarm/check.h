/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a configuration works: a quick answer for every call, and the reasons. */
#ifndef MBILL__ALARM_CHECK_H
#define MBILL__ALARM_CHECK_H

#include "alarm/reasons.h"
#include "meterbill/alarm.h"

bool mbill__alarm_works(const mbill_alarm_config *config);
void mbill__alarm_reasons(const mbill_alarm_config *config, mbill__reasons *reasons);

/* Configuration, state and time of a call on one alarm. */
mbill_status mbill__alarm_may(const mbill_alarm_config *config, const mbill_alarm *alarm, int64_t t_s, bool is_tick,
    mbill_error *err);
/* Only the time. */
mbill_status mbill__alarm_in_time(const mbill_alarm *alarm, int64_t t_s, bool is_tick, mbill_error *err);
/* A delay from 0 to the longest. */
void mbill__alarm_delay(int64_t delay_s, const char *member, mbill__reasons *reasons);

#endif
