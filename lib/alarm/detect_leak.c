/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a leak is defined in another way. A quiet run is measured by its length, so a run of exactly `quiet_s` is long enough, and only the last such
 * run matters: of all inside the window, none reaches further to the right. */
#include "alarm/detect.h"

static bool has(const mbill_detector *detector, uint8_t flag)
{
    return (detector->flags & flag) != 0;
}

static void mark(mbill_detector *detector, uint8_t flag, bool on)
{
    detector->flags = (uint8_t)(on ? detector->flags | flag : detector->flags & ~flag);
}

/* When the quiet run becomes long enough; INT64_MAX: it is not quiet. */
static int64_t long_enough(const mbill_detector_config *config, const mbill_detector *detector)
{
    return has(detector, MBILL_DETECTOR_QUIET) ? detector->since_s + config->quiet_s : INT64_MAX;
}

/* From when on nothing long enough is left inside the window; INT64_MAX: raised already, or without history. */
static int64_t raise_due(const mbill_detector_config *config, const mbill_detector *detector)
{
    int64_t at_s = detector->begin_s + config->window_s;
    int64_t left_s = detector->until_s + (config->window_s - config->quiet_s) + 1;
    if (!has(detector, MBILL_DETECTOR_SEEN) || detector->alarm.state != MBILL_ALARM_OFF) return INT64_MAX;
    return has(detector, MBILL_DETECTOR_QUALIFIED) && left_s > at_s ? left_s : at_s;
}

/* Up to and with end_s the flow is known. */
static void pass(mbill__detect_call *call, int64_t end_s)
{
    mbill_detector *detector = call->detector;
    int64_t long_s = long_enough(call->config, detector), raise_s = raise_due(call->config, detector);
    if (raise_s <= end_s && raise_s < long_s) mbill__detect_raise(call, raise_s);
    if (long_s > end_s) return;
    mark(detector, MBILL_DETECTOR_QUALIFIED, true);
    detector->until_s = end_s;
    if (detector->alarm.state == MBILL_ALARM_ON) mbill__detect_clear(call, long_s);
}

/* Until when the last good flow holds. */
static int64_t hold_end(const mbill_detector_config *config, const mbill_detector *detector)
{
    bool ends = config->max_hold_s > 0 && has(detector, MBILL_DETECTOR_SEEN);
    return ends ? detector->alarm.good_s + config->max_hold_s : INT64_MAX;
}

mbill_status mbill__detect_leak_pass(mbill__detect_call *call, bool inclusive)
{
    int64_t t_s = call->alarm.t_s, end_s = hold_end(call->config, call->detector);
    if (!has(call->detector, MBILL_DETECTOR_SEEN)) return MBILL_OK;
    pass(call, end_s < t_s ? end_s : t_s);
    if (end_s < t_s || (inclusive && end_s == t_s)) call->detector->flags = 0;
    return MBILL_OK;
}

mbill_status mbill__detect_flow(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    bool quiet = call->alarm.value < call->config->limit;
    if (!has(detector, MBILL_DETECTOR_SEEN)) {
        detector->flags = MBILL_DETECTOR_SEEN;
        detector->begin_s = call->alarm.t_s;
    }
    if (quiet && !has(detector, MBILL_DETECTOR_QUIET)) detector->since_s = call->alarm.t_s;
    mark(detector, MBILL_DETECTOR_QUIET, quiet);
    return MBILL_OK;
}

int64_t mbill__detect_leak_due(const mbill_detector_config *config, const mbill_detector *detector)
{
    int64_t long_s = long_enough(config, detector), raise_s = raise_due(config, detector);
    int64_t due_s = detector->alarm.state == MBILL_ALARM_ON ? long_s : raise_s < long_s ? raise_s : INT64_MAX;
    return due_s <= hold_end(config, detector) ? due_s : INT64_MAX;
}

mbill_status mbill__detect_volume(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    if (call->alarm.value < call->config->limit) detector->count = 0;
    else if (detector->count < call->config->times) detector->count++;
    mbill__alarm_take(&call->alarm, call->alarm.t_s, detector->count >= call->config->times);
    return MBILL_OK;
}
