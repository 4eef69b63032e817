/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when kinds raise and clear in another way, or when a state may be another one. What every kind stands on. */
#include "alarm/detect.h"

mbill_alarm_config mbill__detect_delays(const mbill_detector_config *config, int64_t on_s, int64_t max_hold_s)
{
    mbill_alarm_config out = MBILL_ALARM_CONDITION_INIT;
    out.on_s = on_s;
    out.off_s = config->off_s;
    out.max_hold_s = max_hold_s;
    out.stale_policy = config->stale_policy;
    return out;
}

void mbill__detect_put(mbill__detect_call *call, uint16_t kind, int64_t effective_s, int64_t value)
{
    const mbill_alarm *alarm = call->alarm.alarm;
    call->alarm.events[call->alarm.n++] = (mbill_alarm_event){effective_s, call->alarm.t_s, value, 0, alarm->episode, kind,
        alarm->level, 0};
}

void mbill__detect_raise(mbill__detect_call *call, int64_t effective_s)
{
    call->alarm.alarm->state = MBILL_ALARM_ON;
    call->alarm.alarm->t0_s = effective_s;
    call->alarm.alarm->episode++;
    mbill__alarm_put(&call->alarm, MBILL_ALARM_RAISE, effective_s);
}

void mbill__detect_clear(mbill__detect_call *call, int64_t effective_s)
{
    call->alarm.alarm->state = MBILL_ALARM_OFF;
    call->alarm.alarm->t0_s = effective_s;
    mbill__alarm_put(&call->alarm, MBILL_ALARM_CLEAR, effective_s);
}

void mbill__detect_again(mbill__detect_call *call, bool holds)
{
    mbill__alarm_take(&call->alarm, call->alarm.t_s, false);
    if (holds) mbill__alarm_take(&call->alarm, call->alarm.t_s, true);
}

/* A window or a trip begins at a time and ends a delay later at most; all else ends at a time. */
static int64_t last_end(const mbill_detector *detector)
{
    return detector->kind == MBILL_DETECT_LEAK_FLOW ? MBILL_ALARM_TIME_MAX : MBILL_ALARM_TIME_MAX + MBILL_ALARM_DELAY_MAX;
}

bool mbill__detect_is_sound(const mbill_detector *detector)
{
    bool open = (detector->flags & MBILL_DETECTOR_OPEN) != 0, locked = (detector->flags & MBILL_DETECTOR_LOCKED) != 0;
    return mbill__alarm_is_sound(&detector->alarm) && detector->flags < 2 * MBILL_DETECTOR_LOCKED &&
        mbill__alarm_time_fits(detector->begin_s) && mbill__alarm_time_fits(detector->since_s) &&
        detector->until_s >= -MBILL_ALARM_TIME_MAX && detector->until_s <= last_end(detector) &&
        detector->kind <= MBILL_DETECT_FLAPPING && (open || !locked) && (!open || detector->alarm.state == MBILL_ALARM_ON);
}
