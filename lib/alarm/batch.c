/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when many samples are taken in another way. Configurations are checked once, so that a sample costs what the machine does. */
#include "alarm/check.h"
#include "alarm/machine.h"

#include <inttypes.h>

/* Samples ahead whose alarm is fetched: at random each is a cache miss of its own. Classes with a quick way, by their first places. */
enum { AHEAD = 16, QUICK_MAX = 64 };

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

/* ---- the quick way ---- */

/* Most samples find an alarm that is off or on, with data that holds, and leave it so. What trips is (value ^ mirror) <= bound then, by whether it is active. */
typedef struct quick {
    int64_t mirror;   /* 0 of limits below, -1 of limits above: ~v falls where v rises */
    int64_t bound[2]; /* off, on */
    uint64_t hold_s;  /* a good sample holds for less than this; 0: no quick way */
} quick;

/* The last value that trips, in the mirror; false: none does. */
static bool bound_of(const mbill_alarm_config *config, bool active, int64_t *out)
{
    bool low = config->comparator <= MBILL_AT_OR_BELOW;
    int64_t limit = config->limit + (!active ? 0 : low ? config->deadband : -config->deadband), bound = low ? limit : ~limit;
    bool trips_at = mbill__alarm_trips(config, limit, active);
    if (!trips_at && bound == INT64_MIN) return false;
    *out = trips_at ? bound : bound - 1;
    return true;
}

static quick quick_of(const mbill_alarm_config *config)
{
    quick out = {config->comparator <= MBILL_AT_OR_BELOW ? 0 : -1, {0, 0}, 0};
    if (bound_of(config, false, &out.bound[0]) && bound_of(config, true, &out.bound[1]))
        out.hold_s = config->max_hold_s > 0 ? (uint64_t)config->max_hold_s + 1 : UINT64_MAX;
    return out;
}

/* The same as mbill__alarm_sample() where it returns true; where it returns false nothing has changed. */
static inline bool stays(const quick *way, mbill_alarm *alarm, int64_t t_s, int64_t value)
{
    int64_t active = alarm->state >> 1;
    bool is_steady = (alarm->state & 1) == 0 && active <= 1 && alarm->quality == MBILL_ALARM_GOOD &&
        (alarm->mark == 1 || alarm->mark == 2);
    if (!is_steady || t_s <= alarm->last_s || t_s > MBILL_ALARM_TIME_MAX ||
        (uint64_t)t_s - (uint64_t)alarm->good_s >= way->hold_s)
        return false;
    if (((value ^ way->mirror) <= way->bound[active]) != (active != 0)) return false;
    alarm->last_s = alarm->good_s = t_s;
    alarm->mark = 1;
    return true;
}

/* ---- all samples ---- */

typedef struct batch {
    const mbill_alarm_config *by_class;
    size_t n_classes, n_alarms, cap, n_events;
    mbill_alarm *alarms;
    mbill_alarm_event *events;
} batch;

static mbill_status take(batch *of, const mbill_sample *sample, size_t i, mbill_error *err)
{
    mbill_alarm *alarm = &of->alarms[sample->alarm];
    if (!may(alarm, sample)) return refuse(alarm, sample, i, err);
    if (of->cap - of->n_events < MBILL_ALARM_EVENTS)
        return mbill__fail_at(err, MBILL_E_ROOM, (int64_t)i,
            "room for %zu events, expected %d more than the %zu that are written", of->cap, MBILL_ALARM_EVENTS, of->n_events);
    mbill__alarm_call call = {&of->by_class[sample->class_of], alarm, of->events + of->n_events, 0, sample->t_s,
        sample->kind == MBILL_SAMPLE_TICK ? 0 : sample->value, NULL, 0, 0};
    run(&call, sample->kind);
    for (size_t k = 0; k < call.n; k++) call.events[k].source = sample->alarm;
    of->n_events += call.n;
    return MBILL_OK;
}

/* The number of samples that are taken; fewer than n: the first that is not, and why. */
static size_t take_all(batch *of, const mbill_sample *samples, size_t n, mbill_status *status, mbill_error *err)
{
    quick ways[QUICK_MAX] = {{0}};
    for (size_t i = 0; i < of->n_classes && i < QUICK_MAX; i++) ways[i] = quick_of(&of->by_class[i]);
    for (size_t i = 0; i < n; i++) {
        mbill_sample sample = samples[i];
        if (i + AHEAD < n && samples[i + AHEAD].alarm < of->n_alarms) FETCH(&of->alarms[samples[i + AHEAD].alarm]);
        bool is_there = sample.alarm < of->n_alarms && sample.class_of < of->n_classes && sample.kind <= MBILL_SAMPLE_TICK;
        *status = is_there ? MBILL_OK : misplaced(&sample, of->n_classes, of->n_alarms, i, err);
        if (!is_there) return i;
        bool has_room = of->cap - of->n_events >= MBILL_ALARM_EVENTS,
             is_quick = sample.kind == MBILL_SAMPLE_GOOD && sample.class_of < QUICK_MAX;
        if (has_room && is_quick && stays(&ways[sample.class_of], &of->alarms[sample.alarm], sample.t_s, sample.value)) continue;
        *status = take(of, &sample, i, err);
        if (*status != MBILL_OK) return i;
    }
    return n;
}

mbill_status mbill_alarm_batch(const mbill_alarm_config *by_class, size_t n_classes, mbill_alarm *alarms, size_t n_alarms,
    const mbill_sample *samples, size_t n, mbill_alarm_event *out_events, size_t cap, size_t *out_n, size_t *out_done,
    mbill_error *err)
{
    mbill_status status = MBILL_OK;
    MBILL__NEED(out_n);
    MBILL__NEED(out_done);
    *out_n = *out_done = 0;
    if (n == 0) return MBILL_OK;
    MBILL__NEED(by_class);
    MBILL__NEED(alarms);
    MBILL__NEED(samples);
    MBILL__NEED(out_events);
    MBILL_TRY(check_classes(by_class, n_classes, err));
    batch of = {by_class, n_classes, n_alarms, cap, 0, alarms, out_events};
    *out_done = take_all(&of, samples, n, &status, err);
    *out_n = of.n_events;
    return status;
}
