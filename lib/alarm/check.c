/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a configuration may say something else. What is refused here would leave 64 bits later, or could never work. */
#include "alarm/check.h"

#include "alarm/machine.h"

#include <inttypes.h>

static bool is_delay(int64_t delay_s)
{
    return delay_s >= 0 && delay_s <= MBILL_ALARM_DELAY_MAX;
}

static bool is_low(const mbill_alarm_config *config)
{
    return config->comparator == MBILL_BELOW || config->comparator == MBILL_AT_OR_BELOW;
}

/* The relaxed limit is an int64_t; deadband is 0 or more. */
static bool relaxed_fits(const mbill_alarm_config *config)
{
    return is_low(config) ? config->limit <= INT64_MAX - config->deadband : config->limit >= INT64_MIN + config->deadband;
}

static bool knows_comparator(const mbill_alarm_config *config)
{
    return config->comparator >= MBILL_BELOW && config->comparator <= MBILL_AT_OR_ABOVE;
}

static bool knows_policy(const mbill_alarm_config *config)
{
    return config->stale_policy >= MBILL_STALE_HOLD && config->stale_policy <= MBILL_STALE_TRIP;
}

static bool knows_flags(const mbill_alarm_config *config)
{
    return (config->flags & ~(MBILL_ALARM_HOLD_AT_EQUAL | MBILL_ALARM_OBSERVED_ONLY)) == 0;
}

static bool holds_and_observes(const mbill_alarm_config *config)
{
    return (config->flags & MBILL_ALARM_OBSERVED_ONLY) != 0 && config->max_hold_s != 0;
}

static bool has_reserved(const mbill_alarm_config *config)
{
    return (config->reserved[0] | config->reserved[1]) != 0;
}

bool mbill__alarm_works(const mbill_alarm_config *config)
{
    return knows_comparator(config) && knows_policy(config) && knows_flags(config) && !has_reserved(config) &&
        is_delay(config->on_s) && is_delay(config->off_s) && is_delay(config->max_hold_s) && config->deadband >= 0 &&
        relaxed_fits(config) && !holds_and_observes(config);
}

void mbill__alarm_delay(int64_t delay_s, const char *member, mbill__reasons *reasons)
{
    if (delay_s < 0) mbill__reasons_add(reasons, MBILL_E_INVALID, member, "%" PRId64 " s, expected 0 or more", delay_s);
    if (delay_s > MBILL_ALARM_DELAY_MAX)
        mbill__reasons_add(reasons, MBILL_E_RANGE, member, "%" PRId64 " s, expected at most %" PRId64, delay_s,
            MBILL_ALARM_DELAY_MAX);
}

static void deadband_reasons(const mbill_alarm_config *config, mbill__reasons *reasons)
{
    if (config->deadband < 0)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/deadband", "deadband %" PRId64 ", expected 0 or more", config->deadband);
    else if (knows_comparator(config) && !relaxed_fits(config))
        mbill__reasons_add(reasons, MBILL_E_RANGE, "/deadband",
            "limit %" PRId64 " %s deadband %" PRId64 " is past 64 bits, expected a limit to return to", config->limit,
            is_low(config) ? "+" : "-", config->deadband);
}

static void word_reasons(const mbill_alarm_config *config, mbill__reasons *reasons)
{
    if (!knows_comparator(config))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/comparator", "comparator %" PRId32 ", expected %d to %d",
            config->comparator, MBILL_BELOW, MBILL_AT_OR_ABOVE);
    if (!knows_policy(config))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/stale_policy", "policy %" PRId32 ", expected %d to %d",
            config->stale_policy, MBILL_STALE_HOLD, MBILL_STALE_TRIP);
    if (!knows_flags(config))
        mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, "/flags",
            "flags 0x%" PRIx32 " have a bit that this version does not know, expected 0 to 0x3", config->flags);
    if (has_reserved(config))
        mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, "/reserved", "reserved words are set, expected 0");
}

void mbill__alarm_reasons(const mbill_alarm_config *config, mbill__reasons *reasons)
{
    deadband_reasons(config, reasons);
    mbill__alarm_delay(config->on_s, "/on_s", reasons);
    mbill__alarm_delay(config->off_s, "/off_s", reasons);
    mbill__alarm_delay(config->max_hold_s, "/max_hold_s", reasons);
    word_reasons(config, reasons);
    if (holds_and_observes(config))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/max_hold_s",
            "%" PRId64 " s in an alarm that only samples move, expected 0: it never sees that data is missing",
            config->max_hold_s);
}

mbill_status mbill_alarm_check(const mbill_alarm_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    mbill_alarm_config own = *config;
    mbill__alarm_reasons(&own, &reasons);
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

mbill_status mbill__alarm_in_time(const mbill_alarm *alarm, int64_t t_s, bool is_tick, mbill_error *err)
{
    if (!mbill__alarm_time_fits(t_s))
        return mbill__fail(err, MBILL_E_RANGE, "time %" PRId64 ", expected at most %" PRId64 " either way", t_s,
            MBILL_ALARM_TIME_MAX);
    if (!mbill__alarm_is_late(alarm, t_s, is_tick)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LATE, "%s at %" PRId64 ", expected %s %" PRId64 ", the last %s", is_tick ? "tick" : "sample",
        t_s, is_tick || alarm->mark == 1 ? "not before" : "after", alarm->last_s, alarm->mark == 2 ? "tick" : "call");
}

mbill_status mbill__alarm_may(const mbill_alarm_config *config, const mbill_alarm *alarm, int64_t t_s, bool is_tick,
    mbill_error *err)
{
    if (!mbill__alarm_works(config)) return mbill_alarm_check(config, NULL, 0, NULL, err);
    if (!mbill__alarm_is_sound(alarm))
        return mbill__fail(err, MBILL_E_MISUSE, "the alarm's state %d is none that this library made", (int)alarm->state);
    return mbill__alarm_in_time(alarm, t_s, is_tick, err);
}
