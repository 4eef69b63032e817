/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the four states do. The machine of one condition, inline, as a batch runs it for every sample. Nothing here
 * checks its arguments: configuration and state are sound, times in range. */
#ifndef MBILL__ALARM_MACHINE_H
#define MBILL__ALARM_MACHINE_H

#include "meterbill/alarm.h"

#include <stdbool.h>

/* One call: what it may touch, and the events it found. */
typedef struct mbill__alarm_call {
    const mbill_alarm_config *config;
    mbill_alarm *alarm;
    mbill_alarm_event *events;
    size_t n;
    int64_t t_s, value;
    uint64_t *bits; /* NULL, or the last samples: what holds is the vote of m of n */
    int32_t m, n_bits;
} mbill__alarm_call;

static inline bool mbill__alarm_is_active(const mbill_alarm *alarm)
{
    return alarm->state >= MBILL_ALARM_ON;
}

/* -2^62 .. 2^62 */
static inline bool mbill__alarm_time_fits(int64_t t_s)
{
    return t_s >= -MBILL_ALARM_TIME_MAX && t_s <= MBILL_ALARM_TIME_MAX;
}

/* What the functions write: no arithmetic below leaves 64 bits then. */
static inline bool mbill__alarm_is_sound(const mbill_alarm *alarm)
{
    return alarm->state <= MBILL_ALARM_CLEARING && alarm->mark <= 2 && alarm->quality <= MBILL_ALARM_UNKNOWN &&
        mbill__alarm_time_fits(alarm->last_s) && mbill__alarm_time_fits(alarm->t0_s) &&
        (alarm->state == MBILL_ALARM_OFF || alarm->t0_s <= alarm->last_s + MBILL_ALARM_DELAY_MAX) &&
        alarm->good_s <= MBILL_ALARM_TIME_MAX && alarm->good_s >= -MBILL_ALARM_TIME_MAX - MBILL_ALARM_DELAY_MAX;
}

static inline bool mbill__alarm_is_late(const mbill_alarm *alarm, int64_t t_s, bool is_tick)
{
    if (alarm->mark == 0) return false;
    return t_s < alarm->last_s || (!is_tick && alarm->mark == 2 && t_s == alarm->last_s);
}

static inline bool mbill__alarm_trips(const mbill_alarm_config *config, int64_t value, bool active)
{
    bool low = config->comparator <= MBILL_AT_OR_BELOW;
    int64_t limit = config->limit + (!active ? 0 : low ? config->deadband : -config->deadband);
    bool strict = config->comparator == MBILL_BELOW || config->comparator == MBILL_ABOVE;
    if (value == limit) return !strict || (active && (config->flags & MBILL_ALARM_HOLD_AT_EQUAL) != 0);
    return low == (value < limit);
}

/* When the delay that runs ends; INT64_MAX: none runs. */
static inline int64_t mbill__alarm_due(const mbill_alarm_config *config, const mbill_alarm *alarm)
{
    if (alarm->state == MBILL_ALARM_PENDING) return alarm->t0_s + config->on_s;
    return alarm->state == MBILL_ALARM_CLEARING ? alarm->t0_s + config->off_s : INT64_MAX;
}

static inline void mbill__alarm_put(mbill__alarm_call *call, uint16_t kind, int64_t effective_s)
{
    call->events[call->n++] = (mbill_alarm_event){effective_s, call->t_s, call->value, 0, call->alarm->episode, kind,
        call->alarm->level, call->config->priority};
}

/* The delay that runs is over. */
static inline void mbill__alarm_fire(mbill__alarm_call *call, int64_t effective_s)
{
    mbill_alarm *alarm = call->alarm;
    bool raises = alarm->state == MBILL_ALARM_PENDING;
    alarm->state = raises ? MBILL_ALARM_ON : MBILL_ALARM_OFF;
    if (raises) alarm->episode++;
    mbill__alarm_put(call, raises ? MBILL_ALARM_RAISE : MBILL_ALARM_CLEAR, effective_s);
}

/* Deadlines before t_s, or with it. */
static inline void mbill__alarm_pass(mbill__alarm_call *call, int64_t t_s, bool inclusive)
{
    int64_t due_s = mbill__alarm_due(call->config, call->alarm);
    if (due_s < t_s || (inclusive && due_s == t_s)) mbill__alarm_fire(call, due_s);
}

/* One sample more votes. */
static inline bool mbill__alarm_vote(mbill__alarm_call *call, bool trips)
{
    uint64_t looked_at = call->n_bits == 64 ? UINT64_MAX : (UINT64_C(1) << call->n_bits) - 1;
    int32_t n = 0;
    *call->bits = (*call->bits << 1 | (trips ? 1 : 0)) & looked_at;
    for (uint64_t left = *call->bits; left != 0; left &= left - 1) n++;
    return n >= call->m;
}

/* The comparison holds at t_s, or fails: the transition, and what is due at t_s itself. */
static inline void mbill__alarm_take(mbill__alarm_call *call, int64_t t_s, bool holds)
{
    mbill_alarm *alarm = call->alarm;
    if (call->bits != NULL) holds = mbill__alarm_vote(call, holds);
    bool goes_on = holds == (alarm->state == MBILL_ALARM_PENDING || alarm->state == MBILL_ALARM_ON);
    if (!goes_on) {
        /* off -> pending -> off and on -> clearing -> on: the next state is the other one of its pair */
        alarm->state = (uint8_t)(alarm->state ^ 1);
        alarm->t0_s = t_s;
    }
    if (mbill__alarm_due(call->config, alarm) <= t_s) mbill__alarm_fire(call, t_s);
}

/* The last good sample holds no longer. */
static inline void mbill__alarm_expire(mbill__alarm_call *call, int64_t h_s)
{
    bool holds_still = call->config->stale_policy == MBILL_STALE_HOLD;
    mbill__alarm_pass(call, h_s, holds_still);
    call->alarm->quality = MBILL_ALARM_UNKNOWN;
    if (!holds_still) mbill__alarm_take(call, h_s, call->config->stale_policy == MBILL_STALE_TRIP);
}

static inline bool mbill__alarm_is_frozen(const mbill_alarm_config *config, const mbill_alarm *alarm)
{
    return alarm->quality == MBILL_ALARM_UNKNOWN && config->stale_policy == MBILL_STALE_HOLD;
}

/* When the last good sample ends to hold; INT64_MAX: never, or it has ended. */
static inline int64_t mbill__alarm_hold_end(const mbill_alarm_config *config, const mbill_alarm *alarm)
{
    return config->max_hold_s > 0 && alarm->quality == MBILL_ALARM_GOOD ? alarm->good_s + config->max_hold_s : INT64_MAX;
}

/* Step 1: what happens by time alone before t_s, or with it, in its order. */
static inline void mbill__alarm_advance(mbill__alarm_call *call, int64_t t_s, bool inclusive)
{
    const mbill_alarm_config *config = call->config;
    if ((config->flags & MBILL_ALARM_OBSERVED_ONLY) != 0) return;
    int64_t h_s = mbill__alarm_hold_end(config, call->alarm);
    if (h_s < t_s || (inclusive && h_s == t_s)) mbill__alarm_expire(call, h_s);
    if (!mbill__alarm_is_frozen(config, call->alarm)) mbill__alarm_pass(call, t_s, inclusive);
}

/* Delays that stood still since the hold ended go on at t_s. */
static inline void mbill__alarm_thaw(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s)
{
    int64_t h_s = alarm->good_s + config->max_hold_s, t0_s = alarm->t0_s;
    if (alarm->state != MBILL_ALARM_PENDING && alarm->state != MBILL_ALARM_CLEARING) return;
    if (t0_s <= h_s) alarm->t0_s = t_s - (h_s - t0_s);
    else alarm->t0_s = t0_s - h_s > MBILL_ALARM_TIME_MAX - t_s ? MBILL_ALARM_TIME_MAX : t_s + (t0_s - h_s);
}

/* A good sample is there: data is known again. */
static inline void mbill__alarm_know(mbill__alarm_call *call)
{
    mbill_alarm *alarm = call->alarm;
    if (mbill__alarm_is_frozen(call->config, alarm)) mbill__alarm_thaw(call->config, alarm, call->t_s);
    alarm->quality = MBILL_ALARM_GOOD;
    alarm->good_s = call->t_s;
}

static inline void mbill__alarm_note(mbill__alarm_call *call, uint8_t mark)
{
    call->alarm->last_s = call->t_s;
    call->alarm->mark = mark;
}

static inline void mbill__alarm_sample(mbill__alarm_call *call)
{
    mbill__alarm_advance(call, call->t_s, false);
    mbill__alarm_know(call);
    mbill__alarm_note(call, 1);
    mbill__alarm_take(call, call->t_s, mbill__alarm_trips(call->config, call->value, mbill__alarm_is_active(call->alarm)));
}

static inline void mbill__alarm_estimated(mbill__alarm_call *call)
{
    mbill__alarm_advance(call, call->t_s, false);
    mbill__alarm_note(call, 1);
}

static inline void mbill__alarm_tick(mbill__alarm_call *call)
{
    mbill__alarm_advance(call, call->t_s, true);
    mbill__alarm_note(call, 2);
}

#endif
