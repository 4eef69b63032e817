/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a detector is called in another way. A call works on a copy: it does all of it, or changes nothing. */
#include "alarm/detect.h"

#include "alarm/check.h"

#include <inttypes.h>
#include <string.h>

/* What a call does after time has gone on. */
typedef enum step_kind { GOOD, ESTIMATED, TICK, RESET } step_kind;

/* What the caller gave. */
typedef struct step {
    step_kind kind;
    const mbill_detector_config *config;
    const mbill_zone *zone;
    mbill_detector *detector;
    int64_t t_s, value, second;
} step;

/* The delays of its alarm. */
static mbill_alarm_config delays_of(const mbill__detect_row *row, const mbill_detector_config *config)
{
    /* a kind with an own meaning of a hold gives its alarm none */
    return mbill__detect_delays(config, row->on_s != NULL ? row->on_s(config) : config->on_s,
        row->advance == NULL ? config->max_hold_s : 0);
}

static mbill_status check_state(const step *now, mbill_error *err)
{
    const mbill_detector *detector = now->detector;
    if (!mbill__detect_is_sound(detector))
        return mbill__fail(err, MBILL_E_MISUSE, "the state of kind %u is none that this library made", (unsigned)detector->kind);
    if (detector->kind != 0 && detector->kind != now->config->kind)
        return mbill__fail(err, MBILL_E_MISUSE, "a state of %s, expected one of %s", mbill_detect_kind_name(detector->kind),
            mbill_detect_kind_name(now->config->kind));
    return mbill__alarm_in_time(&detector->alarm, now->t_s, now->kind == TICK, err);
}

static mbill_status finish(mbill__detect_call *call, const mbill__detect_row *row, step_kind kind)
{
    mbill__alarm_note(&call->alarm, kind == TICK ? 2 : 1);
    if (kind == RESET) return mbill__detect_trip_reset(call);
    if (kind != GOOD) return MBILL_OK;
    mbill__alarm_know(&call->alarm);
    return row->take(call);
}

static mbill_status run(const step *now, mbill_detector *own, mbill_alarm_event *events, size_t *n, mbill_error *err)
{
    const mbill__detect_row *row = mbill__detect_row_of(now->config->kind);
    mbill_alarm_config delays = delays_of(row, now->config);
    mbill__alarm_call alarm = {&delays, &own->alarm, events, 0, now->t_s, now->value, NULL, 0, 0};
    mbill__detect_call call = {now->config, now->zone, own, alarm, now->second, err};
    own->kind = (uint8_t)now->config->kind;
    if (now->kind == GOOD && row->second == NULL && now->second != 0)
        return mbill__fail(err, MBILL_E_INVALID, "second value %" PRId64 ", expected 0: %s has one value", now->second,
            row->name);
    if (row->advance == NULL) mbill__alarm_advance(&call.alarm, now->t_s, now->kind == TICK);
    else MBILL_TRY(row->advance(&call, now->kind == TICK));
    MBILL_TRY(finish(&call, row, now->kind));
    *n = call.alarm.n;
    return MBILL_OK;
}

static mbill_status do_step(step now, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    mbill_detector_config config;
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    size_t n = 0;
    MBILL__NEED(out_n);
    *out_n = 0;
    if (now.config == NULL) return mbill__fail(err, MBILL_E_MISUSE, "config is NULL");
    if (now.detector == NULL) return mbill__fail(err, MBILL_E_MISUSE, "detector is NULL");
    MBILL__NEED(out_events);
    MBILL_TRY(mbill__struct_read(&config, sizeof config, sizeof config, now.config, err));
    now.config = &config;
    if (!mbill__detect_works(&config)) return mbill_detector_check(&config, NULL, 0, NULL, err);
    MBILL_TRY(check_state(&now, err));
    mbill_detector own = *now.detector;
    MBILL_TRY(run(&now, &own, events, &n, err));
    memcpy(out_events, events, n * sizeof events[0]);
    *out_n = n;
    *now.detector = own;
    return MBILL_OK;
}

mbill_status mbill_detector_sample(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detector,
    int64_t t_s, int64_t value, int64_t second, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return do_step((step){GOOD, config, zone, detector, t_s, value, second}, out_events, out_n, err);
}

mbill_status mbill_detector_estimated(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detector,
    int64_t t_s, int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return do_step((step){ESTIMATED, config, zone, detector, t_s, value, 0}, out_events, out_n, err);
}

mbill_status mbill_detector_tick(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detector,
    int64_t t_s, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return do_step((step){TICK, config, zone, detector, t_s, 0, 0}, out_events, out_n, err);
}

mbill_status mbill_detector_reset(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detector,
    int64_t t_s, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return do_step((step){RESET, config, zone, detector, t_s, 0, 0}, out_events, out_n, err);
}

int64_t mbill_detector_deadline(const mbill_detector_config *config, const mbill_detector *detector)
{
    mbill_detector_config own;
    if (config == NULL || detector == NULL) return INT64_MAX;
    if (mbill__struct_read(&own, sizeof own, sizeof own, config, NULL) != MBILL_OK) return INT64_MAX;
    if (!mbill__detect_works(&own) || !mbill__detect_is_sound(detector) || detector->kind != own.kind) return INT64_MAX;
    const mbill__detect_row *row = mbill__detect_row_of(own.kind);
    if (row->deadline != NULL) return row->deadline(&own, detector);
    mbill_alarm_config delays = delays_of(row, &own);
    return mbill_alarm_deadline(&delays, &detector->alarm);
}
