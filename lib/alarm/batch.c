/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when many samples are taken in another way. Configurations are checked once, so that a sample costs what the machine does. */
#include "alarm/check.h"
#include "alarm/machine.h"

#include <inttypes.h>

/* Samples ahead whose alarm is fetched: at random each is a cache miss of its own. */
enum { AHEAD = 12 };

#if defined(__GNUC__) || defined(__clang__)
#define FETCH(pointer) __builtin_prefetch((pointer), 1)
#else
#define FETCH(pointer) (void)(pointer)
#endif

static mbill_status check_classes(const mbill_alarm_config *by_class, size_t n, mbill_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!mbill__alarm_works(&by_class[i])) {
            mbill_status status = mbill_alarm_check(&by_class[i], NULL, 0, NULL, err);
            if (err != NULL && err->struct_size >= sizeof *err) err->index = (int64_t)i;
            return status;
        }
    return MBILL_OK;
}

static mbill_status refuse(const mbill_alarm *alarm, const mbill_sample *sample, size_t i, mbill_error *err)
{
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__alarm_is_sound(alarm))
        return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "the state of alarm %" PRIu32 " is none that this library made",
            sample->alarm);
    mbill_status status = mbill__alarm_in_time(alarm, sample->t_s, sample->kind == MBILL_SAMPLE_TICK, &why);
    return mbill__fail_at(err, status, (int64_t)i, "%s", why.message);
}

/* A sample that names what is not there. */
static mbill_status misplaced(const mbill_sample *sample, size_t n_classes, size_t n_alarms, size_t i, mbill_error *err)
{
    if (sample->alarm >= n_alarms)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)i, "alarm %" PRIu32 ", expected below %zu", sample->alarm,
            n_alarms);
    if (sample->class_of >= n_classes)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)i, "class %d, expected below %zu", (int)sample->class_of,
            n_classes);
    return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "a sample of kind %d, expected 0 to %d", (int)sample->kind,
        MBILL_SAMPLE_TICK);
}

static inline bool may(const mbill_alarm *alarm, const mbill_sample *sample)
{
    return mbill__alarm_is_sound(alarm) && mbill__alarm_time_fits(sample->t_s) &&
        !mbill__alarm_is_late(alarm, sample->t_s, sample->kind == MBILL_SAMPLE_TICK);
}

static inline void run(mbill__alarm_call *call, uint16_t kind)
{
    if (kind == MBILL_SAMPLE_GOOD) mbill__alarm_sample(call);
    else if (kind == MBILL_SAMPLE_ESTIMATED) mbill__alarm_estimated(call);
    else mbill__alarm_tick(call);
}

mbill_status mbill_alarm_batch(const mbill_alarm_config *by_class, size_t n_classes, mbill_alarm *alarms, size_t n_alarms,
    const mbill_sample *samples, size_t n, mbill_alarm_event *out_events, size_t cap, size_t *out_n, size_t *out_done,
    mbill_error *err)
{
    MBILL__NEED(out_n);
    MBILL__NEED(out_done);
    *out_n = *out_done = 0;
    if (n == 0) return MBILL_OK;
    MBILL__NEED(by_class);
    MBILL__NEED(alarms);
    MBILL__NEED(samples);
    MBILL__NEED(out_events);
    MBILL_TRY(check_classes(by_class, n_classes, err));
    for (size_t i = 0; i < n; i++) {
        mbill_sample sample = samples[i];
        if (i + AHEAD < n && samples[i + AHEAD].alarm < n_alarms) FETCH(&alarms[samples[i + AHEAD].alarm]);
        if (sample.alarm >= n_alarms || sample.class_of >= n_classes || sample.kind > MBILL_SAMPLE_TICK)
            return misplaced(&sample, n_classes, n_alarms, i, err);
        mbill_alarm *alarm = &alarms[sample.alarm];
        if (!may(alarm, &sample)) return refuse(alarm, &sample, i, err);
        if (cap - *out_n < MBILL_ALARM_EVENTS)
            return mbill__fail_at(err, MBILL_E_ROOM, (int64_t)i,
                "room for %zu events, expected %d more than the %zu that are written", cap, MBILL_ALARM_EVENTS, *out_n);
        mbill__alarm_call call = {&by_class[sample.class_of], alarm, out_events + *out_n, 0, sample.t_s,
            sample.kind == MBILL_SAMPLE_TICK ? 0 : sample.value, NULL, 0, 0};
        run(&call, sample.kind);
        for (size_t k = 0; k < call.n; k++) call.events[k].source = sample.alarm;
        *out_n += call.n;
        *out_done = i + 1;
    }
    return MBILL_OK;
}
