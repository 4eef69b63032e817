/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of many alarms by mbill_alarm_batch(): one JSON object a line. `bench_alarm` times a sweep over 1,000,000 meters in order, the same over ten times as
 * many, and samples at random over 10,000,000 meters; `bench_alarm METERS SAMPLES ROUNDS` does so with others, for tests. Against: the bare pass, which reads the same
 * samples and adds each to 32 bytes of its meter. That the events are those of one call a sample is seen first; times are the thread's own, medians of rounds in
 * which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill/alarm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MAX = 99, CLASSES = 4, CHECKED = 20000 };

/* Balances, a pressure with both delays, a flow with data that may be missing, and a plain limit. */
static const mbill_alarm_config classes[CLASSES] = {{.limit = 300, .deadband = 50, .comparator = MBILL_AT_OR_BELOW},
    {.limit = 900, .deadband = 20, .on_s = 1800, .off_s = 900, .comparator = MBILL_ABOVE},
    {.limit = 200, .on_s = 900, .max_hold_s = 7200, .comparator = MBILL_BELOW, .stale_policy = MBILL_STALE_CLEAR},
    {.limit = 950, .comparator = MBILL_AT_OR_ABOVE}};

typedef struct field {
    size_t n_alarms, n_samples;
    mbill_alarm *alarms;
    mbill_sample *samples;
    mbill_alarm_event *events;
} field;

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A quarter of an hour's samples: values drift, so that one in some hundred raises or clears something. */
static void draw(field *of, size_t round, int is_random)
{
    for (size_t i = 0; i < of->n_samples; i++) {
        uint64_t word = mix(i * UINT64_C(0x9E3779B97F4A7C15) + round);
        size_t alarm = is_random ? (size_t)(word >> 8) % of->n_alarms : i % of->n_alarms;
        int64_t value = (int64_t)((mix(alarm) % 1000 + word % 16 + 3 * round) % 1000);
        of->samples[i] = (mbill_sample){(int64_t)(round + 1) * 900, value, (uint32_t)alarm, (uint16_t)(alarm % CLASSES),
            MBILL_SAMPLE_GOOD};
    }
}

static double batch_once(const field *of, size_t *n_events)
{
    size_t done;
    double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    mbill_status status = mbill_alarm_batch(classes, CLASSES, of->alarms, of->n_alarms, of->samples, of->n_samples, of->events,
        2 * of->n_samples, n_events, &done, NULL);
    double end = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    if (status != MBILL_OK || done != of->n_samples) stop("a sample was refused");
    return end - start;
}

static double bare_once(const field *of, mbill_alarm *alarms)
{
    double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < of->n_samples; i++) {
        mbill_alarm *alarm = &alarms[of->samples[i].alarm];
        alarm->t0_s += of->samples[i].value;
        alarm->last_s = of->samples[i].t_s;
        alarm->episode++;
    }
    return clock_ns(CLOCK_THREAD_CPUTIME_ID) - start;
}

/* The first samples one call each: the same events and states. */
static void check(size_t n_alarms, int is_random)
{
    field of = {n_alarms, CHECKED, room(n_alarms, sizeof *of.alarms), room(CHECKED, sizeof *of.samples),
        room(2 * CHECKED, sizeof *of.events)};
    mbill_alarm *single = room(n_alarms, sizeof *single);
    for (size_t round = 0; round < 3; round++) {
        size_t n_events, at = 0;
        draw(&of, round, is_random);
        (void)batch_once(&of, &n_events);
        for (size_t i = 0; i < of.n_samples; i++) {
            mbill_alarm_event events[MBILL_ALARM_EVENTS];
            size_t n;
            const mbill_sample *sample = &of.samples[i];
            if (mbill_alarm_sample(&classes[sample->class_of], &single[sample->alarm], sample->t_s, sample->value, events, &n,
                    NULL) != MBILL_OK)
                stop("a sample was refused");
            for (size_t k = 0; k < n; k++, at++) {
                events[k].source = sample->alarm;
                if (at >= n_events || memcmp(&events[k], &of.events[at], sizeof events[k]) != 0)
                    stop("the batch raised something else");
            }
        }
        if (at != n_events || memcmp(single, of.alarms, n_alarms * sizeof *single) != 0) stop("the batch left something else");
    }
    free(single);
    free(of.alarms);
    free(of.samples);
    free(of.events);
}

/* Nanoseconds a sample, and those of the bare pass. */
static double measure(size_t n_alarms, size_t n_samples, size_t rounds, int is_random, double *bare_ns, size_t *n_events)
{
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX];
    field of = {n_alarms, n_samples, room(n_alarms, sizeof *of.alarms), room(n_samples, sizeof *of.samples),
        room(2 * n_samples, sizeof *of.events)};
    mbill_alarm *others = room(n_alarms, sizeof *others);
    *n_events = 0;
    for (size_t round = 0; round < rounds; round++) {
        size_t n;
        draw(&of, round, is_random);
        ours[round] = batch_once(&of, &n);
        bare[round] = bare_once(&of, others);
        *n_events += n;
    }
    free(others);
    free(of.alarms);
    free(of.samples);
    free(of.events);
    *bare_ns = median(bare, rounds) / (double)n_samples;
    return median(ours, rounds) / (double)n_samples;
}

static void row(const char *name, size_t n_alarms, size_t n_samples, size_t rounds, int is_random)
{
    double bare_ns, ten_bare_ns, ten_ns = 0;
    size_t n_events, n_ten;
    check(n_alarms < 100000 ? n_alarms : 100000, is_random);
    double value = measure(n_alarms, n_samples, rounds, is_random, &bare_ns, &n_events);
    if (!is_random) ten_ns = measure(10 * n_alarms, 10 * n_samples, rounds < 3 ? rounds : 3, is_random, &ten_bare_ns, &n_ten);
    printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"ns/"
           "sample\",\"meters\":%zu,\"bytes\":%zu,\"events_per_1000\":%.1f,\"against\":\"bare pass over the "
           "same samples and 32 bytes a "
           "meter\",\"ratio\":%.2f,\"milliseconds\":%.2f,\"milliseconds_10x\":%.2f,\"measured_10x\":%s}\n",
        name, value, n_alarms, sizeof(mbill_alarm), 1000.0 * (double)n_events / (double)(n_samples * rounds), value / bare_ns,
        value * (double)n_samples / 1e6, (is_random ? value : ten_ns) * 10 * (double)n_samples / 1e6,
        is_random ? "false" : "true");
}

static size_t count(const char *text, size_t most)
{
    unsigned long value = strtoul(text, NULL, 10);
    if (value < 1 || value > most) stop("a count is out of its range");
    return (size_t)value;
}

int main(int argc, char **argv)
{
    size_t small = 1000000, large = 10000000, samples = 4000000, rounds = 9;
    if (argc == 4) {
        small = count(argv[1], 100000000);
        large = 10 * small;
        samples = count(argv[2], 100000000);
        rounds = count(argv[3], ROUNDS_MAX);
    } else if (argc != 1) stop("usage: bench_alarm [METERS SAMPLES ROUNDS]");
    row("alarm_ordered", small, small, rounds, 0);
    row("alarm_random", large, samples, rounds, 1);
    return 0;
}
