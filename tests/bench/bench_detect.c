/* SPDX-License-Identifier: Apache-2.0 */
/* Quarters of an hour of many meters through one detector each, one call a reading: leaks by flow, bursts and night flow, two days of them. One JSON object a
 * line. `bench_detect` takes 100,000 meters, `bench_detect METERS` others. Against: a bare pass that reads the same values and adds each to 80 bytes of its
 * meter. One meter in a hundred leaks and one in a thousand bursts: that all of these are found, each once and no others, is seen at the end. Times are
 * the thread's own, medians of the quarters. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill/detect.h"

#include <inttypes.h>
#include <string.h>

enum { QUARTERS = 192, NIGHTS = 2, LEAKS_EVERY = 100, BURSTS_EVERY = 1000, BURSTS_FROM = 100, BURSTS_TO = 120, DAY = 96 };
#define NOON (INT64_C(1767225600) + 12 * 3600) /* 2026-01-01 in UTC */

static const struct {
    const char *name;
    int32_t kind;
    size_t found_every; /* meters */
} ROWS[] = {{"detect_leak_flow", MBILL_DETECT_LEAK_FLOW, LEAKS_EVERY}, {"detect_burst", MBILL_DETECT_BURST, BURSTS_EVERY},
    {"detect_night_flow", MBILL_DETECT_NIGHT_FLOW, LEAKS_EVERY}};

/* Flow in l/h. */
static mbill_detector_config config_of(int32_t kind)
{
    mbill_detector_config config = MBILL_DETECTOR_CONFIG_INIT;
    config.kind = kind;
    if (kind == MBILL_DETECT_LEAK_FLOW) {
        config.limit = 20;
        config.window_s = 86400;
        config.quiet_s = 3600;
    } else if (kind == MBILL_DETECT_BURST) {
        config.base = 4000;
        config.permille = 1000;
        config.on_s = 1800;
        config.off_s = 900;
        config.stale_policy = MBILL_STALE_HOLD;
    } else {
        config.limit = 20;
        config.from_s = 7200;
        config.to_s = 14400;
        config.times = NIGHTS;
    }
    return config;
}

/* Three hours of the night without use; a leak runs always, a burst for five hours of an afternoon. */
static int64_t flow_of(size_t meter, size_t quarter)
{
    const size_t of_day = quarter % DAY;
    if (meter % LEAKS_EVERY == 0) return 30 + (int64_t)(quarter % 7);
    if (meter % BURSTS_EVERY == 7 && quarter >= BURSTS_FROM && quarter < BURSTS_TO) return 4500;
    return of_day >= 50 && of_day < 62 ? 0 : 20 + (int64_t)((quarter * 31 + meter * 17) % 900);
}

static size_t sample_all(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detectors,
    const int64_t *flows, size_t n_meters, int64_t t_s)
{
    size_t n_raised = 0;
    for (size_t i = 0; i < n_meters; i++) {
        mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
        size_t n;
        if (mbill_detector_sample(config, zone, &detectors[i], t_s, flows[i], 0, events, &n, NULL) != MBILL_OK)
            stop("a reading was refused");
        for (size_t k = 0; k < n; k++) n_raised += events[k].kind == MBILL_ALARM_RAISE;
    }
    return n_raised;
}

static void add_all(mbill_detector *others, const int64_t *flows, size_t n_meters, int64_t t_s)
{
    for (size_t i = 0; i < n_meters; i++) {
        others[i].value += flows[i];
        others[i].since_s = t_s;
        others[i].bits++;
    }
}

static void row(const char *name, int32_t kind, size_t expected, const mbill_zone *zone, size_t n_meters)
{
    const mbill_detector_config config = config_of(kind);
    mbill_detector *detectors = room(n_meters, sizeof *detectors), *others = room(n_meters, sizeof *others);
    int64_t *flows = room(n_meters, sizeof *flows);
    double ours[QUARTERS], bare[QUARTERS];
    size_t n_raised = 0;
    if (mbill_detector_check(&config, NULL, 0, NULL, NULL) != MBILL_OK) stop("the configuration is refused");
    for (size_t quarter = 0; quarter < QUARTERS; quarter++) {
        const int64_t t_s = NOON + (int64_t)quarter * 900;
        for (size_t i = 0; i < n_meters; i++) flows[i] = flow_of(i, quarter);
        double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        n_raised += sample_all(&config, zone, detectors, flows, n_meters, t_s);
        double between = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        add_all(others, flows, n_meters, t_s);
        ours[quarter] = between - start;
        bare[quarter] = clock_ns(CLOCK_THREAD_CPUTIME_ID) - between;
    }
    if (n_raised != expected) stop("not the meters that leak or burst were found");
    double value = median(ours, QUARTERS) / (double)n_meters, against = median(bare, QUARTERS) / (double)n_meters;
    printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"ns/sample\",\"meters\":%zu,\"bytes\":%zu,\"raised\":%zu,"
           "\"slowest\":%.2f,\"against\":\"bare pass over the same values and 80 bytes a meter\",\"ratio\":%.2f}\n",
        name, value, n_meters, sizeof *detectors, n_raised, ours[QUARTERS - 1] / (double)n_meters, value / against);
    free(detectors);
    free(others);
    free(flows);
}

int main(int argc, char **argv)
{
    static const char RULE[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    size_t n_meters = argc == 2 ? strtoul(argv[1], NULL, 10) : 100000;
    mbill_zone *zone;
    if (argc > 2 || n_meters < 1 || n_meters > 10000000) stop("usage: bench_detect [METERS]");
    if (mbill_zone_from_rule(RULE, sizeof RULE - 1, NULL, &zone, NULL) != MBILL_OK) stop("no zone");
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        size_t first = ROWS[i].kind == MBILL_DETECT_BURST ? 7 : 0;
        size_t expected = n_meters > first ? (n_meters - first - 1) / ROWS[i].found_every + 1 : 0;
        row(ROWS[i].name, ROWS[i].kind, expected, zone, n_meters);
    }
    mbill_zone_free(zone);
    return 0;
}
