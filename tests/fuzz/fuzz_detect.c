/* SPDX-License-Identifier: Apache-2.0 */
/* Detectors: states as bytes, and lives drawn from bytes under any rule and from any state. What is refused changes nothing and says why; events alternate, come
 * in time and not before their instant; what is read back is written as the same bytes; a tick before the deadline finds nothing. */
#include "meterbill/detect.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct draw {
    const uint8_t *data;
    size_t left;
} draw;

static void take(draw *from, void *out, size_t n)
{
    size_t had = from->left < n ? from->left : n;
    memset(out, 0, n);
    if (had > 0) memcpy(out, from->data, had);
    from->data += had;
    from->left -= had;
}

static uint8_t byte(draw *from)
{
    uint8_t out;
    take(from, &out, 1);
    return out;
}

/* Small mostly, now and then any. */
static int64_t number(draw *from)
{
    int64_t wide;
    uint8_t small = byte(from);
    if (small < 240) return small - 40;
    take(from, &wide, sizeof wide);
    return small < 248 ? wide >> 1 : wide;
}

static void check_bytes(const uint8_t *data, size_t size)
{
    mbill_detector detector;
    mbill_error err;
    uint8_t again[MBILL_DETECTOR_ENCODED_BYTES];
    mbill_error_init(&err);
    mbill_status status = mbill_detector_decode(data, size, &detector, &err);
    if (status != MBILL_OK && err.message[0] == '\0') abort();
    if (status != MBILL_OK) return;
    if (mbill_detector_encode(&detector, again, NULL) != MBILL_OK || memcmp(again, data, sizeof again) != 0) abort();
}

/* Rules that work, to begin with; a member or two may become any number. */
static mbill_detector_config draw_rule(draw *from)
{
    static const mbill_detector_config rules[] = {
        {.kind = MBILL_DETECT_COMM_LOSS, .timeout_s = 5},
        {.kind = MBILL_DETECT_FAILURE, .window_s = 5},
        {.kind = MBILL_DETECT_ARREARS_TRIP},
        {.kind = MBILL_DETECT_LEAK_FLOW, .limit = 3, .window_s = 20, .quiet_s = 4, .max_hold_s = 9},
        {.kind = MBILL_DETECT_LEAK_VOLUME, .limit = 3, .times = 3},
        {.kind = MBILL_DETECT_BURST, .base = 5, .permille = 300, .on_s = 5, .off_s = 3, .max_hold_s = 9, .stale_policy = 1},
        {.kind = MBILL_DETECT_NIGHT_FLOW, .limit = 3, .times = 2, .from_s = 5, .to_s = 86000},
        {.kind = MBILL_DETECT_ZERO_USE, .times = 1},
        {.kind = MBILL_DETECT_REVERSE_FLOW, .limit = 2, .modulus = 100, .max_step = 9},
        {.kind = MBILL_DETECT_OVER_POWER, .limit = 3, .on_s = 2, .m = 2, .of = 3, .reclose_s = 4, .per_day = 3},
        {.kind = MBILL_DETECT_MALICIOUS_LOAD,
            .n_bands = 1,
            .bands = {{2, 9}},
            .trips = 1,
            .reclose_s = 4,
            .per_day = 3,
            .max_hold_s = 9},
        {.kind = MBILL_DETECT_HIGH_FLOW, .base = 5, .permille = 300, .dt_mk = 9, .on_s = 5, .off_s = 3},
        {.kind = MBILL_DETECT_LOSS, .limit = 200000, .on_s = 3},
        {.kind = MBILL_DETECT_FLAPPING, .high_permille = 300, .low_permille = 200},
    };
    mbill_detector_config out = rules[byte(from) % (sizeof rules / sizeof rules[0])];
    for (int changes = byte(from) % 4; changes > 1; changes--) {
        int64_t value = number(from);
        size_t words = (sizeof out - 8) / sizeof value;
        memcpy((char *)&out + 8 + byte(from) % words * sizeof value, &value, sizeof value);
    }
    out.struct_size = sizeof out;
    return out;
}

/* Nothing, or any bytes: those that no detector can be in are refused. */
static mbill_detector draw_state(draw *from, const mbill_detector_config *rule)
{
    mbill_detector out = {0};
    if (byte(from) % 4 != 3) return out;
    take(from, &out, sizeof out);
    out.kind = (uint8_t)rule->kind;
    return out;
}

typedef struct life {
    const mbill_detector_config *rule;
    const mbill_zone *zone;
    mbill_detector detector;
    int64_t t_s, due_s;
    bool raised, is_tick;
} life;

static mbill_status call(life *of, draw *from, mbill_alarm_event *events, size_t *n, mbill_error *err)
{
    uint8_t how = byte(from);
    of->is_tick = how % 8 == 0;
    of->due_s = mbill_detector_deadline(of->rule, &of->detector);
    if (how >= 250) of->t_s = number(from);
    else if (of->t_s < MBILL_ALARM_TIME_MAX) of->t_s += how % 16 == 9 ? 50000 : how / 8 % 8;
    if (of->is_tick) return mbill_detector_tick(of->rule, of->zone, &of->detector, of->t_s, events, n, err);
    if (how % 8 == 1) return mbill_detector_estimated(of->rule, of->zone, &of->detector, of->t_s, number(from), events, n, err);
    if (how % 32 == 2) return mbill_detector_reset(of->rule, of->zone, &of->detector, of->t_s, events, n, err);
    int64_t value = number(from), second = byte(from) % 8;
    return mbill_detector_sample(of->rule, of->zone, &of->detector, of->t_s, value, how % 8 > 5 ? second : second % 2, events, n,
        err);
}

static void check_events(life *of, const mbill_alarm_event *events, size_t n)
{
    if (n > MBILL_DETECTOR_EVENTS || (of->is_tick && of->t_s < of->due_s && n > 0)) abort();
    for (size_t i = 0; i < n; i++) {
        if (events[i].observed_s != of->t_s || events[i].effective_s > of->t_s) abort();
        if (events[i].kind > MBILL_ALARM_CLEAR) continue;
        if ((events[i].kind == MBILL_ALARM_RAISE) == of->raised) abort();
        of->raised = !of->raised;
    }
    if (of->raised != (of->detector.alarm.state >= MBILL_ALARM_ON)) abort();
}

static void live(life *of, draw *from)
{
    while (from->left > 0) {
        mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
        mbill_detector before = of->detector;
        mbill_error err;
        uint8_t bytes[MBILL_DETECTOR_ENCODED_BYTES];
        size_t n = 99;
        mbill_error_init(&err);
        int64_t t_s = of->t_s;
        mbill_status status = call(of, from, events, &n, &err);
        if (status != MBILL_OK) {
            if (n != 0 || err.message[0] == '\0' || memcmp(&before, &of->detector, sizeof before) != 0) abort();
            of->t_s = t_s;
            continue;
        }
        check_events(of, events, n);
        if (mbill_detector_encode(&of->detector, bytes, NULL) != MBILL_OK) abort();
        if (mbill_detector_decode(bytes, sizeof bytes, &of->detector, NULL) != MBILL_OK) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char rule[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    draw from = {data, size};
    mbill_zone *zone = NULL;
    check_bytes(data, size);
    if (byte(&from) % 2 == 1 && mbill_zone_from_rule(rule, sizeof rule - 1, NULL, &zone, NULL) != MBILL_OK) abort();
    const mbill_detector_config config = draw_rule(&from);
    life one = {&config, zone, draw_state(&from, &config), 0, 0, false, false};
    one.raised = one.detector.alarm.state >= MBILL_ALARM_ON;
    one.t_s = one.detector.alarm.last_s;
    live(&one, &from);
    mbill_zone_free(zone);
    return 0;
}
