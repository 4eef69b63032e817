/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a supply that is tripped by its load comes back in another way. While it is off its load is not judged: it is what the trip made of it. */
#include "alarm/detect.h"
#include "number/wide.h"

#include <inttypes.h>

static bool is_open(const mbill_detector *detector)
{
    return (detector->flags & MBILL_DETECTOR_OPEN) != 0;
}

static bool is_locked(const mbill_detector *detector)
{
    return (detector->flags & MBILL_DETECTOR_LOCKED) != 0;
}

/* Trips of a day that come back by themselves: of over_power the last one allowed stays, of a malicious load so many are restored. */
static int32_t restores(const mbill_detector_config *config)
{
    return config->kind == MBILL_DETECT_OVER_POWER ? config->per_day - 1 : config->per_day;
}

static bool switches(const mbill_detector_config *config)
{
    return config->kind == MBILL_DETECT_OVER_POWER || config->trips == 1;
}

/* Raised at at_s: the supply goes off. */
static void trip(mbill__detect_call *call, int64_t at_s)
{
    mbill_detector *detector = call->detector;
    int32_t day = mbill_zone_day(call->zone, at_s);
    if (day != detector->day) detector->count = 0;
    detector->day = day;
    detector->count++;
    detector->flags |= MBILL_DETECTOR_OPEN;
    detector->until_s = at_s + call->config->reclose_s;
    if (detector->count <= restores(call->config)) return;
    detector->flags |= MBILL_DETECTOR_LOCKED;
    detector->until_s = at_s;
    mbill__detect_put(call, MBILL_DETECT_LOCK, at_s, call->alarm.value);
}

static void close_again(mbill__detect_call *call, int64_t at_s)
{
    mbill_detector *detector = call->detector;
    bool locked = is_locked(detector);
    detector->flags = (uint8_t)(detector->flags & ~(MBILL_DETECTOR_OPEN | MBILL_DETECTOR_LOCKED));
    detector->bits = 0;
    mbill__detect_clear(call, at_s);
    if (locked) mbill__detect_put(call, MBILL_DETECT_UNLOCK, at_s, call->alarm.value);
}

/* Runs the alarm, and trips where that raises. */
static void judge(mbill__detect_call *call, bool holds)
{
    size_t n = call->alarm.n;
    mbill__alarm_take(&call->alarm, call->alarm.t_s, holds);
    if (call->alarm.n > n && call->alarm.alarm->state == MBILL_ALARM_ON && switches(call->config)) trip(call, call->alarm.t_s);
}

mbill_status mbill__detect_trip_pass(mbill__detect_call *call, bool inclusive)
{
    mbill_detector *detector = call->detector;
    size_t n = call->alarm.n;
    if (!is_open(detector)) mbill__alarm_advance(&call->alarm, call->alarm.t_s, inclusive);
    if (call->alarm.n > n && switches(call->config)) trip(call, call->alarm.events[n].effective_s);
    /* nothing that is sampled at the end can keep the supply off */
    if (is_open(detector) && !is_locked(detector) && detector->until_s <= call->alarm.t_s) close_again(call, detector->until_s);
    return MBILL_OK;
}

mbill_status mbill__detect_trip_reset(mbill__detect_call *call)
{
    if (!is_open(call->detector))
        return mbill__fail(call->err, MBILL_E_NOT_FOUND, "a reset at %" PRId64 " with nothing tripped, expected one that is",
            call->alarm.t_s);
    call->detector->count = 0;
    close_again(call, call->alarm.t_s);
    return MBILL_OK;
}

int64_t mbill__detect_trip_due(const mbill_detector_config *config, const mbill_detector *detector)
{
    mbill_alarm_config delays = mbill__detect_delays(config, config->on_s, 0);
    if (!is_open(detector)) return mbill_alarm_deadline(&delays, &detector->alarm);
    return is_locked(detector) ? INT64_MAX : detector->until_s;
}

mbill_status mbill__detect_power(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    if (is_open(detector)) return MBILL_OK;
    call->alarm.bits = &detector->bits;
    call->alarm.m = call->config->m;
    call->alarm.n_bits = call->config->of;
    judge(call, call->alarm.value >= call->config->limit);
    return MBILL_OK;
}

static bool is_in_band(const mbill_detector_config *config, int64_t before, int64_t power)
{
    mbill__wide step = mbill__wide_of(power);
    (void)mbill__wide_subtract(step, mbill__wide_of(before), &step);
    for (int32_t i = 0; i < config->n_bands; i++)
        if (mbill__wide_compare(step, mbill__wide_of(config->bands[i].low)) >= 0 &&
            mbill__wide_compare(step, mbill__wide_of(config->bands[i].high)) <= 0)
            return true;
    return false;
}

mbill_status mbill__detect_step(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    const mbill_detector_config *config = call->config;
    int64_t power = call->alarm.value, oldest_s = call->alarm.t_s - config->max_hold_s;
    bool follows = (detector->flags & MBILL_DETECTOR_SEEN) != 0 && (config->max_hold_s == 0 || detector->since_s >= oldest_s);
    bool holds = follows && is_in_band(config, detector->value, power) && call->second >= config->power_factor_permille;
    if (call->second < 0 || call->second > 1000)
        return mbill__fail(call->err, MBILL_E_RANGE, "power factor %" PRId64 ", expected 0 to 1000", call->second);
    detector->flags |= MBILL_DETECTOR_SEEN;
    detector->value = power;
    detector->since_s = call->alarm.t_s;
    if (!is_open(detector)) judge(call, holds);
    return MBILL_OK;
}
