/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with who is told when. What time alone brings comes first, one thing after the other; then the input. */
#include "alarm/notice.h"

#include "alarm/check.h"
#include "alarm/machine.h"

#include <inttypes.h>

/* ---- configuration ---- */

static void escalate_reasons(const mbill_notice_config *config, mbill__reasons *reasons)
{
    int64_t before_s = 0;
    if (config->n_escalate < 0 || config->n_escalate > MBILL_ESCALATIONS_MAX) {
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/n_escalate", "%" PRId32 " steps, expected 0 to %d", config->n_escalate,
            MBILL_ESCALATIONS_MAX);
        return;
    }
    for (int32_t i = 0; i < config->n_escalate; i++) {
        int64_t at_s = config->escalate_s[i];
        if (at_s <= before_s)
            mbill__reasons_add(reasons, MBILL_E_INVALID, "/escalate_s",
                "step %" PRId32 " after %" PRId64 " s, expected more than %" PRId64, i + 1, at_s, before_s);
        if (at_s > MBILL_ALARM_DELAY_MAX)
            mbill__reasons_add(reasons, MBILL_E_RANGE, "/escalate_s", "%" PRId64 " s, expected at most %" PRId64, at_s,
                MBILL_ALARM_DELAY_MAX);
        before_s = at_s;
    }
}

static void reasons_of(const mbill_notice_config *config, mbill__reasons *reasons)
{
    mbill__alarm_delay(config->repeat_s, "/repeat_s", reasons);
    mbill__alarm_delay(config->max_shelve_s, "/max_shelve_s", reasons);
    escalate_reasons(config, reasons);
    if (config->max_count < 0)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/max_count", "told %" PRId32 " times, expected 0 or more",
            config->max_count);
    if ((config->flags & ~(MBILL_NOTICE_LATCH | MBILL_NOTICE_AUTO_ACK)) != 0)
        mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, "/flags", "flags 0x%" PRIx32 ", expected 0 to 0x3", config->flags);
    if ((config->reserved[0] | config->reserved[1]) != 0)
        mbill__reasons_add(reasons, MBILL_E_UNKNOWN_OPTION, "/reserved", "reserved words are set, expected 0");
}

mbill_status mbill_notice_check(const mbill_notice_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    reasons_of(config, &reasons);
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

/* ---- what is due ---- */

typedef enum due_kind { DUE_NOTHING, DUE_SHELF_END, DUE_REPEAT, DUE_ESCALATE } due_kind;

typedef struct due {
    int64_t at_s;
    due_kind kind;
} due;

static bool is_masked(const mbill_notice *notice)
{
    return notice->shelved != MBILL_SHELF_NONE || notice->suppressed != 0 || notice->out_of_service != 0;
}

static bool may_repeat(const mbill_notice_config *config, const mbill_notice *notice)
{
    bool has_room = config->max_count == 0 || notice->count < (uint32_t)config->max_count;
    return config->repeat_s > 0 && notice->active != 0 && notice->unacked != 0 && has_room;
}

static void consider(due *first, int64_t at_s, due_kind kind)
{
    if (at_s < first->at_s) *first = (due){at_s, kind};
}

/* The first thing that time brings; of one instant in the order of their kinds. */
static due first_due(const mbill_notice_config *config, const mbill_notice *notice)
{
    due first = {INT64_MAX, DUE_NOTHING};
    if (notice->shelved != MBILL_SHELF_NONE) consider(&first, notice->shelf_end_s, DUE_SHELF_END);
    if (is_masked(notice)) return first;
    if (may_repeat(config, notice)) consider(&first, notice->told_s + config->repeat_s, DUE_REPEAT);
    if (notice->unacked != 0 && notice->step < config->n_escalate)
        consider(&first, notice->clock_s + config->escalate_s[notice->step], DUE_ESCALATE);
    return first;
}

int64_t mbill_notice_deadline(const mbill_notice_config *config, const mbill_notice *notice)
{
    if (config == NULL || notice == NULL || mbill_notice_check(config, NULL, 0, NULL, NULL) != MBILL_OK ||
        !mbill__notice_is_sound(notice))
        return INT64_MAX;
    return first_due(config, notice).at_s;
}

/* ---- what happens ---- */

typedef struct run {
    const mbill_notice_config *config;
    mbill_notice *notice;
    mbill_notice_event *events;
    size_t cap, n;
    int64_t t_s;
} run;

static void tell(run *of, int64_t at_s)
{
    mbill_notice *notice = of->notice;
    notice->count++;
    notice->told_s = at_s;
    of->events[of->n++] = (mbill_notice_event){at_s, of->t_s, of->config->channels, notice->episode, notice->count,
        MBILL_TOLD_NOTIFY, 0};
}

static void escalate(run *of, int64_t at_s)
{
    mbill_notice *notice = of->notice;
    uint32_t channels = of->config->escalate_channels[notice->step++];
    of->events[of->n++] = (mbill_notice_event){at_s, of->t_s, channels, notice->episode, notice->count, MBILL_TOLD_ESCALATE,
        notice->step};
}

/* A mask ended. If it was the last: told once, and the clocks begin again; what returned meanwhile only loses the steps that it missed. */
static void unmask(run *of, int64_t at_s)
{
    mbill_notice *notice = of->notice;
    if (is_masked(notice) || notice->unacked == 0) return;
    if (notice->active != 0) {
        notice->clock_s = at_s;
        tell(of, at_s);
        return;
    }
    while (notice->step < of->config->n_escalate && notice->clock_s + of->config->escalate_s[notice->step] < at_s) notice->step++;
}

static void happen(run *of, due what)
{
    if (what.at_s > of->notice->last_s) of->notice->last_s = what.at_s;
    if (what.kind == DUE_REPEAT) tell(of, what.at_s);
    else if (what.kind == DUE_ESCALATE) escalate(of, what.at_s);
    else {
        of->notice->shelved = MBILL_SHELF_NONE;
        unmask(of, what.at_s);
    }
}

/* What is due before t_s, or with it. false: the room is full, and more is due or an input is to be taken that may need it. */
static bool pass(run *of, bool inclusive)
{
    for (;;) {
        due what = first_due(of->config, of->notice);
        bool is_due = what.kind != DUE_NOTHING && (what.at_s < of->t_s || (inclusive && what.at_s == of->t_s));
        if (!is_due) return of->n < of->cap || inclusive;
        if (of->n == of->cap) return false;
        happen(of, what);
    }
}

/* ---- inputs ---- */

static mbill_status raise(run *of, mbill_error *err)
{
    mbill_notice *notice = of->notice;
    if (notice->active != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a RAISE of an alarm that is raised, expected its CLEAR first");
    notice->active = notice->unacked = 1;
    if ((of->config->flags & MBILL_NOTICE_LATCH) != 0) notice->latched = 1;
    notice->step = 0;
    notice->count = 0;
    notice->episode++;
    notice->clock_s = notice->told_s = of->t_s;
    if (!is_masked(notice)) tell(of, of->t_s);
    return MBILL_OK;
}

/* Under a mask nothing more of this episode. */
static mbill_status clear(run *of, mbill_error *err)
{
    mbill_notice *notice = of->notice;
    if (notice->active == 0)
        return mbill__fail(err, MBILL_E_INVALID, "a CLEAR of an alarm that is not raised, expected its RAISE first");
    notice->active = 0;
    if (is_masked(notice) || (of->config->flags & MBILL_NOTICE_AUTO_ACK) != 0) notice->unacked = 0;
    if (notice->shelved == MBILL_SHELF_ONCE) notice->shelved = MBILL_SHELF_NONE;
    return MBILL_OK;
}

static mbill_status acknowledge(run *of, mbill_error *err)
{
    if (of->notice->unacked == 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "nothing to acknowledge, expected an alarm that was raised");
    of->notice->unacked = 0;
    return MBILL_OK;
}

static mbill_status reset(run *of, mbill_error *err)
{
    mbill_notice *notice = of->notice;
    if (notice->latched == 0) return mbill__fail(err, MBILL_E_NOT_FOUND, "nothing to reset, expected a latched alarm");
    if (notice->active != 0 || notice->unacked != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a reset of an alarm that is %s, expected it returned and acknowledged",
            notice->active != 0 ? "active" : "not acknowledged");
    notice->latched = 0;
    return MBILL_OK;
}

static mbill_status shelve(run *of, const mbill_notice_input *input, mbill_error *err)
{
    int64_t most_s = of->config->max_shelve_s;
    if (!mbill__alarm_time_fits(input->until_s))
        return mbill__fail(err, MBILL_E_RANGE, "shelved until %" PRId64 ", expected at most %" PRId64 " either way",
            input->until_s, MBILL_ALARM_TIME_MAX);
    if (input->until_s <= of->t_s)
        return mbill__fail(err, MBILL_E_INVALID, "shelved until %" PRId64 ", expected after %" PRId64, input->until_s, of->t_s);
    if (most_s > 0 && input->until_s > of->t_s + most_s)
        return mbill__fail(err, MBILL_E_RANGE, "shelved until %" PRId64 ", expected at most %" PRId64 " s from %" PRId64,
            input->until_s, most_s, of->t_s);
    of->notice->shelved = MBILL_SHELF_UNTIL;
    of->notice->shelf_end_s = input->until_s;
    return MBILL_OK;
}

static mbill_status shelve_once(run *of)
{
    of->notice->shelved = MBILL_SHELF_ONCE;
    of->notice->shelf_end_s = of->config->max_shelve_s > 0 ? of->t_s + of->config->max_shelve_s : INT64_MAX;
    return MBILL_OK;
}

static mbill_status unshelve(run *of, mbill_error *err)
{
    if (of->notice->shelved == MBILL_SHELF_NONE)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "nothing to unshelve, expected a shelved alarm");
    of->notice->shelved = MBILL_SHELF_NONE;
    unmask(of, of->t_s);
    return MBILL_OK;
}

static mbill_status mask(run *of, uint8_t *which, uint8_t value)
{
    bool ends = *which != 0 && value == 0;
    *which = value;
    if (ends) unmask(of, of->t_s);
    return MBILL_OK;
}

static mbill_status take(run *of, const mbill_notice_input *input, mbill_error *err)
{
    switch (input->kind) {
    case MBILL_NOTICE_RAISE: return raise(of, err);
    case MBILL_NOTICE_CLEAR: return clear(of, err);
    case MBILL_NOTICE_ACK: return acknowledge(of, err);
    case MBILL_NOTICE_RESET: return reset(of, err);
    case MBILL_NOTICE_SHELVE: return shelve(of, input, err);
    case MBILL_NOTICE_SHELVE_ONCE: return shelve_once(of);
    case MBILL_NOTICE_UNSHELVE: return unshelve(of, err);
    case MBILL_NOTICE_SUPPRESS: return mask(of, &of->notice->suppressed, 1);
    case MBILL_NOTICE_UNSUPPRESS: return mask(of, &of->notice->suppressed, 0);
    case MBILL_NOTICE_OUT_OF_SERVICE: return mask(of, &of->notice->out_of_service, 1);
    case MBILL_NOTICE_IN_SERVICE: return mask(of, &of->notice->out_of_service, 0);
    default: return MBILL_OK; /* time alone */
    }
}

static mbill_status check_call(const mbill_notice_config *config, const mbill_notice *notice, const mbill_notice_input *input,
    mbill_error *err)
{
    MBILL_TRY(mbill_notice_check(config, NULL, 0, NULL, err));
    if (!mbill__notice_is_sound(notice))
        return mbill__fail(err, MBILL_E_MISUSE, "the notice's state is none that this library made");
    if (input->kind < MBILL_NOTICE_RAISE || input->kind > MBILL_NOTICE_TICK || input->reserved != 0)
        return mbill__fail(err, MBILL_E_INVALID, "an input of kind %" PRId32 ", expected %d to %d", input->kind,
            MBILL_NOTICE_RAISE, MBILL_NOTICE_TICK);
    const mbill_alarm clock = {.last_s = notice->last_s, .mark = notice->mark};
    return mbill__alarm_in_time(&clock, input->t_s, true, err);
}

mbill_status mbill_notice_step(const mbill_notice_config *config, mbill_notice *notice, const mbill_notice_input *input,
    mbill_notice_event *out_events, size_t cap, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(config);
    MBILL__NEED(notice);
    MBILL__NEED(input);
    MBILL__NEED(out_events);
    mbill_notice_input own = *input;
    MBILL_TRY(check_call(config, notice, &own, err));
    run of = {config, notice, out_events, cap, 0, own.t_s};
    bool is_done = pass(&of, own.kind == MBILL_NOTICE_TICK);
    mbill_status status = is_done
        ? take(&of, &own, err)
        : mbill__fail(err, MBILL_E_ROOM, "room for %zu messages, expected more; the same call goes on", cap);
    if (status == MBILL_OK) {
        notice->last_s = own.t_s;
        notice->mark = 1;
    }
    *out_n = of.n;
    return status;
}

char mbill_notice_letter(const mbill_notice *notice)
{
    if (notice == NULL) return 'A';
    if (notice->out_of_service != 0) return 'I';
    if (notice->suppressed != 0) return 'H';
    if (notice->shelved != MBILL_SHELF_NONE) return 'G';
    if (notice->active != 0) return notice->unacked != 0 ? 'B' : 'C';
    if (notice->latched != 0) return notice->unacked != 0 ? 'E' : 'F';
    return notice->unacked != 0 ? 'D' : 'A';
}
