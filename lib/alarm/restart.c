/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a stop or a new configuration means to a delay that runs. */
#include "alarm/check.h"
#include "alarm/machine.h"

#include <inttypes.h>

/* ---- after a stop ---- */

static mbill_status check_restart(const mbill_restart *restart, const mbill_alarm *alarm, mbill_error *err)
{
    mbill__reasons reasons = mbill__reasons_start(NULL, 0, err);
    if (restart->rule != MBILL_RESTART_COUNT_DOWNTIME && restart->rule != MBILL_RESTART_PAUSE)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/rule", "rule %" PRId32 ", expected %d or %d", restart->rule,
            MBILL_RESTART_COUNT_DOWNTIME, MBILL_RESTART_PAUSE);
    mbill__alarm_delay(restart->tolerance_s, "/tolerance_s", &reasons);
    mbill__alarm_delay(restart->grace_s, "/grace_s", &reasons);
    MBILL_TRY(reasons.status);
    if (!mbill__alarm_time_fits(restart->saved_s) || !mbill__alarm_time_fits(restart->restored_s))
        return mbill__fail(err, MBILL_E_RANGE, "times %" PRId64 " and %" PRId64 ", expected at most %" PRId64 " either way",
            restart->saved_s, restart->restored_s, MBILL_ALARM_TIME_MAX);
    if (mbill__alarm_is_late(alarm, restart->saved_s, true))
        return mbill__fail(err, MBILL_E_LATE, "saved at %" PRId64 ", expected not before %" PRId64 ", the last call",
            restart->saved_s, alarm->last_s);
    if (restart->restored_s >= restart->saved_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LATE, "restored at %" PRId64 ", expected not before %" PRId64 ", when it was saved",
        restart->restored_s, restart->saved_s);
}

/* Where the on-delay of a pending alarm begins now (Prometheus v2.42, rules/group.go, RestoreForState). */
static int64_t paused_t0(const mbill_alarm_config *config, const mbill_alarm *alarm, const mbill_restart *restart)
{
    int64_t left_s = alarm->t0_s - restart->saved_s + config->on_s;
    if (restart->saved_s + restart->tolerance_s < restart->restored_s) return restart->restored_s;
    if (left_s <= 0) return alarm->t0_s;
    if (left_s < restart->grace_s) return restart->restored_s + restart->grace_s - config->on_s;
    return alarm->t0_s - restart->saved_s + restart->restored_s;
}

mbill_status mbill_alarm_restore(const mbill_alarm_config *config, mbill_alarm *alarm, const mbill_restart *restart,
    mbill_error *err)
{
    mbill_restart known;
    MBILL__NEED(config);
    MBILL__NEED(alarm);
    MBILL__NEED(restart);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, restart, err));
    MBILL_TRY(mbill__alarm_may(config, alarm, alarm->last_s, true, err));
    MBILL_TRY(check_restart(&known, alarm, err));
    if (known.rule != MBILL_RESTART_PAUSE || alarm->state != MBILL_ALARM_PENDING) return MBILL_OK;
    int64_t t0_s = paused_t0(config, alarm, &known);
    if (!mbill__alarm_time_fits(t0_s))
        return mbill__fail(err, MBILL_E_RANGE, "the on-delay would begin at %" PRId64 ", expected at most %" PRId64 " either way",
            t0_s, MBILL_ALARM_TIME_MAX);
    alarm->t0_s = t0_s;
    alarm->last_s = known.restored_s;
    alarm->mark = 1;
    return MBILL_OK;
}

/* ---- another configuration ---- */

/* What is not known stays so: the new hold ended at t_s. */
static void turn_unknown(mbill__alarm_call *call, const mbill_alarm_config *before)
{
    mbill_alarm *alarm = call->alarm;
    if (mbill__alarm_is_frozen(before, alarm)) mbill__alarm_thaw(before, alarm, call->t_s);
    alarm->good_s = call->t_s - call->config->max_hold_s;
    if (call->config->max_hold_s == 0) alarm->quality = MBILL_ALARM_GOOD;
    else if (call->config->stale_policy != before->stale_policy && call->config->stale_policy != MBILL_STALE_HOLD)
        mbill__alarm_take(call, call->t_s, call->config->stale_policy == MBILL_STALE_TRIP);
}

/* On for less than the new on-delay: cleared, and pending from where it began. */
static void repend(mbill__alarm_call *call)
{
    mbill_alarm *alarm = call->alarm;
    if (alarm->state != MBILL_ALARM_ON || alarm->t0_s <= call->t_s - call->config->on_s) return;
    mbill__alarm_put(call, MBILL_ALARM_CLEAR, call->t_s);
    alarm->state = MBILL_ALARM_PENDING;
}

mbill_status mbill_alarm_reconfigure(const mbill_alarm_config *before, const mbill_alarm_config *after, mbill_alarm *alarm,
    int64_t t_s, uint32_t flags, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(before);
    MBILL__NEED(after);
    MBILL__NEED(alarm);
    MBILL__NEED(out_events);
    if ((flags & ~MBILL_ALARM_REPEND) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%" PRIx32 ", expected 0 or 0x1", flags);
    MBILL_TRY(mbill__alarm_may(before, alarm, t_s, false, err));
    if (!mbill__alarm_works(after)) return mbill_alarm_check(after, NULL, 0, NULL, err);
    mbill__alarm_call call = {before, alarm, out_events, 0, t_s, 0, NULL, 0, 0};
    mbill__alarm_advance(&call, t_s, false);
    call.config = after;
    if (alarm->quality == MBILL_ALARM_UNKNOWN) turn_unknown(&call, before);
    mbill__alarm_note(&call, 1);
    if ((flags & MBILL_ALARM_REPEND) != 0) repend(&call);
    *out_n = call.n;
    return MBILL_OK;
}
