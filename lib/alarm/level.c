/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how machines that share a signal run together. They stand at the same time always, so that what one refuses all do. */
#include "meterbill/level.h"

#include "alarm/check.h"
#include "alarm/machine.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- the order of limits ---- */

static bool is_low(const mbill_alarm_config *level)
{
    return level->comparator <= MBILL_AT_OR_BELOW;
}

static bool is_strict(const mbill_alarm_config *level)
{
    return level->comparator == MBILL_BELOW || level->comparator == MBILL_ABOVE;
}

/* Whether whatever trips `severe` trips `mild` too. */
static bool is_in_order(const mbill_alarm_config *mild, const mbill_alarm_config *severe)
{
    if (mild->limit == severe->limit) return !is_strict(mild) || is_strict(severe);
    return is_low(mild) == (severe->limit < mild->limit);
}

static void order_reasons(const mbill_alarm_config *levels, size_t i, mbill__reasons *reasons)
{
    const mbill_alarm_config *mild = &levels[i - 1], *severe = &levels[i];
    if (is_low(mild) != is_low(severe))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/comparator", "level %zu looks %s, expected %s as the one before it", i + 1,
            is_low(severe) ? "below" : "above", is_low(mild) ? "below" : "above");
    else if (!is_in_order(mild, severe))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/limit",
            "limit %" PRId64 " of level %zu is milder than %" PRId64 ", expected mild to severe", severe->limit, i + 1,
            mild->limit);
}

mbill_status mbill_levels_check(const mbill_alarm_config *levels, size_t n_levels, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err)
{
    MBILL__NEED(levels);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    if (n_levels == 0 || n_levels > MBILL_LEVELS_MAX)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "", "%zu levels, expected 1 to %d", n_levels, MBILL_LEVELS_MAX);
    for (size_t i = 0; i < n_levels && i < MBILL_LEVELS_MAX; i++) {
        char at[24];
        (void)snprintf(at, sizeof at, "/%zu", i);
        reasons.at = at;
        mbill__alarm_reasons(&levels[i], &reasons);
        if (i > 0) order_reasons(levels, i, &reasons);
    }
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

/* ---- events in order ---- */

/* a stands before b: by time, CLEAR first, CLEAR from severe to mild and RAISE from mild to severe. */
static bool is_before(const mbill_alarm_event *a, const mbill_alarm_event *b)
{
    if (a->effective_s != b->effective_s) return a->effective_s < b->effective_s;
    if (a->kind != b->kind) return a->kind == MBILL_ALARM_CLEAR;
    return a->kind == MBILL_ALARM_CLEAR ? a->level > b->level : a->level < b->level;
}

/* One machine's events stay in their order: of one instant, a RAISE that ends at once stands before its CLEAR. */
static void sort(mbill_alarm_event *events, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        mbill_alarm_event one = events[i];
        size_t at = i;
        while (at > 0 && events[at - 1].level != one.level && is_before(&one, &events[at - 1])) {
            events[at] = events[at - 1];
            at--;
        }
        events[at] = one;
    }
}

/* ---- calls ---- */

typedef void (*step)(mbill__alarm_call *call);

static void sample(mbill__alarm_call *call)
{
    mbill__alarm_sample(call);
}

static void estimated(mbill__alarm_call *call)
{
    mbill__alarm_estimated(call);
}

static void tick(mbill__alarm_call *call)
{
    mbill__alarm_tick(call);
}

static mbill_status run(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms, int64_t t_s, int64_t value,
    step of, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(levels);
    MBILL__NEED(alarms);
    MBILL__NEED(out_events);
    if (n_levels == 0 || n_levels > MBILL_LEVELS_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "%zu levels, expected 1 to %d", n_levels, MBILL_LEVELS_MAX);
    for (size_t i = 0; i < n_levels; i++) MBILL_TRY(mbill__alarm_may(&levels[i], &alarms[i], t_s, of == tick, err));
    for (size_t i = 0; i < n_levels; i++) {
        mbill__alarm_call call = {&levels[i], &alarms[i], out_events + *out_n, 0, t_s, value, NULL, 0, 0};
        alarms[i].level = (uint8_t)(i + 1);
        of(&call);
        *out_n += call.n;
    }
    sort(out_events, *out_n);
    return MBILL_OK;
}

mbill_status mbill_levels_sample(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return run(levels, n_levels, alarms, t_s, value, sample, out_events, out_n, err);
}

mbill_status mbill_levels_estimated(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return run(levels, n_levels, alarms, t_s, value, estimated, out_events, out_n, err);
}

mbill_status mbill_levels_tick(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms, int64_t t_s,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    return run(levels, n_levels, alarms, t_s, 0, tick, out_events, out_n, err);
}

int64_t mbill_levels_deadline(const mbill_alarm_config *levels, size_t n_levels, const mbill_alarm *alarms)
{
    int64_t least_s = INT64_MAX;
    for (size_t i = 0; levels != NULL && alarms != NULL && i < n_levels; i++) {
        int64_t due_s = mbill_alarm_deadline(&levels[i], &alarms[i]);
        if (due_s < least_s) least_s = due_s;
    }
    return least_s;
}

int32_t mbill_levels_severity(const mbill_alarm *alarms, size_t n_levels)
{
    for (size_t i = alarms == NULL || n_levels > MBILL_LEVELS_MAX ? 0 : n_levels; i > 0; i--)
        if (mbill__alarm_is_active(&alarms[i - 1])) return (int32_t)i;
    return 0;
}
