/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms in one line: "0:1999 ~2:9 |4 5:2500" is a sample of 1999 at 0, an estimated one of 9 at 2, a tick at 4, a sample at 5; what comes out is
 * "4:RAISE 5:CLEAR", with "@" the observed time where it differs, and "5:LATE" for a call that is refused as late. */
#ifndef ALARM_SCRIPT_H
#define ALARM_SCRIPT_H

#include "meterbill/alarm.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct alarm_step {
    uint16_t kind; /* mbill_sample_kind */
    int64_t t_s, value;
} alarm_step;

/* The step at *text, which moves behind it; 0: that was the last. */
static inline int alarm_step_read(const char **text, alarm_step *out)
{
    char *end;
    while (**text == ' ') (*text)++;
    if (**text == '\0') return 0;
    out->kind = **text == '~' ? MBILL_SAMPLE_ESTIMATED : **text == '|' ? MBILL_SAMPLE_TICK : MBILL_SAMPLE_GOOD;
    if (out->kind != MBILL_SAMPLE_GOOD) (*text)++;
    out->t_s = strtoll(*text, &end, 10);
    out->value = 0;
    if (*end == ':') out->value = strtoll(end + 1, &end, 10);
    ck_assert_msg(*end == ' ' || *end == '\0', "a step ends with \"%s\"", end);
    *text = end;
    return 1;
}

static inline void alarm_event_say(const mbill_alarm_event *event, char *out, size_t room)
{
    size_t at = strlen(out);
    at += (size_t)snprintf(out + at, room - at, "%s%" PRId64 ":%s", at > 0 ? " " : "", event->effective_s,
        event->kind == MBILL_ALARM_RAISE ? "RAISE" : "CLEAR");
    if (event->observed_s != event->effective_s) snprintf(out + at, room - at, "@%" PRId64, event->observed_s);
}

static inline mbill_status alarm_step_run(const mbill_alarm_config *config, mbill_alarm *alarm, const alarm_step *step,
    mbill_alarm_event *events, size_t *n)
{
    if (step->kind == MBILL_SAMPLE_GOOD) return mbill_alarm_sample(config, alarm, step->t_s, step->value, events, n, NULL);
    if (step->kind == MBILL_SAMPLE_TICK) return mbill_alarm_tick(config, alarm, step->t_s, events, n, NULL);
    return mbill_alarm_estimated(config, alarm, step->t_s, step->value, events, n, NULL);
}

static inline const char *alarm_script_run(const mbill_alarm_config *config, mbill_alarm *alarm, const char *script, char *out,
    size_t room)
{
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    alarm_step step;
    size_t n;
    out[0] = '\0';
    while (alarm_step_read(&script, &step)) {
        mbill_alarm before = *alarm;
        mbill_status status = alarm_step_run(config, alarm, &step, events, &n);
        if (status == MBILL_E_LATE) {
            size_t at = strlen(out);
            snprintf(out + at, room - at, "%s%" PRId64 ":LATE", at > 0 ? " " : "", step.t_s);
            ck_assert_mem_eq(&before, alarm, sizeof before);
        } else ck_assert_int_eq(status, MBILL_OK);
        for (size_t i = 0; i < n; i++) alarm_event_say(&events[i], out, room);
    }
    return out;
}

#endif
