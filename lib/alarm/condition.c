/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an alarm is called in another way. What the calls do is in machine.h. */
#include "alarm/check.h"
#include "alarm/machine.h"

/* The call may be made. */
static mbill_status begin(const mbill__alarm_call *call, bool is_tick, size_t *out_n, mbill_error *err)
{
    const mbill_alarm_config *config = call->config;
    const mbill_alarm *alarm = call->alarm;
    const mbill_alarm_event *out_events = call->events;
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(config);
    MBILL__NEED(alarm);
    MBILL__NEED(out_events);
    return mbill__alarm_may(config, alarm, call->t_s, is_tick, err);
}

mbill_status mbill_alarm_sample(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s, int64_t value,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    mbill__alarm_call call = {config, alarm, out_events, 0, t_s, value, NULL, 0, 0};
    MBILL_TRY(begin(&call, false, out_n, err));
    mbill__alarm_sample(&call);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_alarm_condition(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s, int32_t holds,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    mbill__alarm_call call = {config, alarm, out_events, 0, t_s, value, NULL, 0, 0};
    MBILL_TRY(begin(&call, false, out_n, err));
    mbill__alarm_advance(&call, t_s, false);
    mbill__alarm_know(&call);
    mbill__alarm_note(&call, 1);
    mbill__alarm_take(&call, t_s, holds != 0);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_alarm_estimated(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s, int64_t value,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    mbill__alarm_call call = {config, alarm, out_events, 0, t_s, value, NULL, 0, 0};
    MBILL_TRY(begin(&call, false, out_n, err));
    mbill__alarm_estimated(&call);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_alarm_tick(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s, mbill_alarm_event *out_events,
    size_t *out_n, mbill_error *err)
{
    mbill__alarm_call call = {config, alarm, out_events, 0, t_s, 0, NULL, 0, 0};
    MBILL_TRY(begin(&call, true, out_n, err));
    mbill__alarm_tick(&call);
    *out_n = call.n;
    return MBILL_OK;
}

/* Whether the end of the hold changes the state: it acts as a sample that trips, or as one that does not. */
static bool end_matters(const mbill_alarm_config *config, const mbill_alarm *alarm)
{
    bool holds = alarm->state == MBILL_ALARM_PENDING || alarm->state == MBILL_ALARM_ON;
    return config->stale_policy != MBILL_STALE_HOLD && holds != (config->stale_policy == MBILL_STALE_TRIP);
}

int64_t mbill_alarm_deadline(const mbill_alarm_config *config, const mbill_alarm *alarm)
{
    if (config == NULL || alarm == NULL || !mbill__alarm_works(config) || !mbill__alarm_is_sound(alarm)) return INT64_MAX;
    if ((config->flags & MBILL_ALARM_OBSERVED_ONLY) != 0 || mbill__alarm_is_frozen(config, alarm)) return INT64_MAX;
    int64_t due_s = mbill__alarm_due(config, alarm), end_s = mbill__alarm_hold_end(config, alarm);
    if (end_matters(config, alarm)) return due_s < end_s ? due_s : end_s;
    return config->stale_policy == MBILL_STALE_HOLD && due_s > end_s ? INT64_MAX : due_s;
}
