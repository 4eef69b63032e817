/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a task may go from one state of its life to another by another rule. */
#include "calendar/civil.h"
#include "operate/task.h"

#include <string.h>

#define FORMAT 1

/* [life][event]; 0: not allowed. */
static const uint8_t NEXT[MBILL_TASK_EXPIRED + 1][MBILL__TASK_EVENTS] = {
    [MBILL_TASK_DRAFT] = {[MBILL_TASK_APPROVE] = MBILL_TASK_APPROVED,
        [MBILL_TASK_CANCEL] = MBILL_TASK_CANCELLED,
        [MBILL__TASK_EXPIRE] = MBILL_TASK_EXPIRED},
    [MBILL_TASK_APPROVED] = {[MBILL_TASK_PAUSE] = MBILL_TASK_PAUSED,
        [MBILL_TASK_CANCEL] = MBILL_TASK_CANCELLED,
        [MBILL__TASK_BEGIN] = MBILL_TASK_RUNNING,
        [MBILL__TASK_EXPIRE] = MBILL_TASK_EXPIRED},
    [MBILL_TASK_RUNNING] = {[MBILL_TASK_PAUSE] = MBILL_TASK_PAUSED,
        [MBILL_TASK_CANCEL] = MBILL_TASK_CANCELLED,
        [MBILL__TASK_FINISH] = MBILL_TASK_DONE,
        [MBILL__TASK_EXPIRE] = MBILL_TASK_EXPIRED},
    [MBILL_TASK_PAUSED] = {[MBILL_TASK_CANCEL] = MBILL_TASK_CANCELLED, [MBILL__TASK_EXPIRE] = MBILL_TASK_EXPIRED},
};

int32_t mbill__task_next_life(int32_t life, int32_t event)
{
    bool known = life >= MBILL_TASK_DRAFT && life <= MBILL_TASK_EXPIRED && event > 0 && event < MBILL__TASK_EVENTS;
    return known ? NEXT[life][event] : 0;
}

static bool is_over(int32_t life)
{
    return life >= MBILL_TASK_DONE;
}

mbill_status mbill__task_state_check(const mbill_task_state *state, mbill_error *err)
{
    if (state->struct_size < sizeof *state) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the state is not set");
    if (state->format != FORMAT)
        return mbill__fail(err, MBILL_E_VERSION, "a task's state of format %u, expected %d", (unsigned)state->format, FORMAT);
    bool life = state->life >= MBILL_TASK_DRAFT && state->life <= MBILL_TASK_EXPIRED;
    bool resumes = state->life == MBILL_TASK_PAUSED
        ? state->resumes == (state->begun != 0 ? MBILL_TASK_RUNNING : MBILL_TASK_APPROVED)
        : state->resumes == 0;
    bool begun = state->begun == 0 ||
        (state->begun == 1 && state->life != MBILL_TASK_DRAFT && state->life != MBILL_TASK_APPROVED);
    bool items = (state->has_items == 0 || state->has_items == 1) && state->reserved == 0;
    if (life && resumes && begun && items && state->run >= 0 && (state->life != MBILL_TASK_RUNNING || state->begun == 1) &&
        memchr(state->approved_by, 0, sizeof state->approved_by) != NULL)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_CORRUPT, "a state that no task has: life %d, resumes %d, begun %d, run %lld",
        (int)state->life, (int)state->resumes, (int)state->begun, (long long)state->run);
}

/* When runs are due */

/* *out_there false: there is no such run. */
static mbill_status run_time(const mbill_task *task, int64_t run, int64_t *out_utc_s, bool *out_there, mbill_error *err)
{
    int32_t day;
    *out_there = mbill__repeat_day(&task->repeat, run, &day);
    return *out_there ? mbill__repeat_instant(task->zone, day, task->time_s, out_utc_s, err) : MBILL_OK;
}

static int64_t end_of(const mbill_task *task, int64_t run_utc_s)
{
    return task->expires_s == 0 ? MBILL_TASK_NEVER : run_utc_s + task->expires_s;
}

static void be_at(const mbill_task *task, mbill_task_state *state, int64_t run, int64_t run_utc_s)
{
    state->run = run;
    state->run_utc_s = run_utc_s;
    state->ends_utc_s = end_of(task, run_utc_s);
    state->begun = state->overtaken = 0;
}

static mbill_status check_time(int64_t utc_s, mbill_error *err)
{
    if (utc_s >= MBILL__INSTANT_MIN && utc_s < MBILL__INSTANT_END) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "time %lld is outside the years %d to %d", (long long)utc_s, MBILL_YEAR_MIN,
        MBILL_YEAR_MAX);
}

mbill_status mbill_task_start(const mbill_task *task, int64_t now_utc_s, mbill_task_state *out_state, mbill_error *err)
{
    MBILL__NEED(task);
    MBILL__NEED(out_state);
    MBILL_TRY(check_time(now_utc_s, err));
    mbill_task_state state = {.struct_size = (uint32_t)sizeof state,
        .format = FORMAT,
        .life = task->info.dual_control != 0 ? MBILL_TASK_DRAFT : MBILL_TASK_APPROVED,
        .changed_utc_s = now_utc_s};
    int64_t run_utc_s = task->start == MBILL__START_NOW ? now_utc_s : task->start_utc_s;
    bool there;
    if (task->start == MBILL__START_REPEATED) MBILL_TRY(run_time(task, 0, &run_utc_s, &there, err));
    be_at(task, &state, 0, run_utc_s);
    *out_state = state;
    return MBILL_OK;
}

/* A day before and a day behind cover every zone. */
mbill_status mbill__task_catch_up(const mbill_task *task, mbill_task_state *state, int64_t now_utc_s, mbill_error *err)
{
    bool waits = state->begun == 0 && !is_over(state->life);
    if (!task->latest_alone || !waits || now_utc_s < state->run_utc_s || now_utc_s >= MBILL__INSTANT_END) return MBILL_OK;
    int64_t run = mbill__repeat_count(&task->repeat, mbill_zone_day(task->zone, now_utc_s) + 1) - 1;
    int64_t run_utc_s = state->run_utc_s;
    bool there = true;
    for (; run > state->run; run--) {
        MBILL_TRY(run_time(task, run, &run_utc_s, &there, err));
        if (run_utc_s <= now_utc_s) break;
    }
    if (run <= state->run) return MBILL_OK;
    state->n_missed += run - state->run;
    be_at(task, state, run, run_utc_s);
    return MBILL_OK;
}

mbill__task_act mbill__task_look(const mbill_task_state *state, int64_t n_open, int64_t now_utc_s)
{
    if (is_over(state->life)) return MBILL__ACT_NONE;
    bool over = now_utc_s >= state->ends_utc_s && state->overtaken == 0;
    if (state->begun == 0) {
        if (over) return MBILL__ACT_END;
        if (state->overtaken != 0) return MBILL__ACT_FINISH;
        return state->life == MBILL_TASK_APPROVED && now_utc_s >= state->run_utc_s ? MBILL__ACT_BEGIN : MBILL__ACT_NONE;
    }
    if (n_open > 0) return over ? MBILL__ACT_END : MBILL__ACT_NONE;
    return state->life == MBILL_TASK_RUNNING || state->overtaken != 0 ? MBILL__ACT_FINISH : MBILL__ACT_NONE;
}

void mbill__task_begin(mbill_task_state *state, int64_t now_utc_s)
{
    state->life = mbill__task_next_life(state->life, MBILL__TASK_BEGIN);
    state->begun = state->has_items = 1;
    state->changed_utc_s = now_utc_s;
}

void mbill__task_overtake(mbill_task_state *state, int64_t now_utc_s)
{
    state->overtaken = 1;
    state->changed_utc_s = now_utc_s;
}

/* A paused task whose run's time was over waits, paused, for its next run. */
mbill_status mbill__task_finish(const mbill_task *task, mbill_task_state *state, int64_t now_utc_s, mbill_error *err)
{
    int64_t next_utc_s = 0;
    bool there = false;
    if (task->start == MBILL__START_REPEATED) MBILL_TRY(run_time(task, state->run + 1, &next_utc_s, &there, err));
    state->n_finished++;
    state->changed_utc_s = now_utc_s;
    if (there) {
        be_at(task, state, state->run + 1, next_utc_s);
        if (state->life == MBILL_TASK_RUNNING) state->life = MBILL_TASK_APPROVED;
        if (state->life == MBILL_TASK_PAUSED) state->resumes = MBILL_TASK_APPROVED;
        return MBILL_OK;
    }
    bool expired = state->overtaken != 0 && (state->begun == 0 || task->start != MBILL__START_REPEATED);
    state->life = expired ? mbill__task_next_life(state->life, MBILL__TASK_EXPIRE) : MBILL_TASK_DONE;
    state->resumes = 0;
    return MBILL_OK;
}

/* Operators */

static mbill_status refuse(const mbill_task_state *state, int32_t event, mbill_error *err)
{
    static const char *const done[] = {"approved", "paused", "resumed", "cancelled"};
    return mbill__fail(err, MBILL_E_INVALID, "the task is %s and cannot be %s", mbill_task_life_name(state->life),
        done[event - MBILL_TASK_APPROVE]);
}

static mbill_status check_operator(const mbill_task *task, int32_t event, const char *by, size_t len, mbill_error *err)
{
    if (len == 0 || len >= MBILL_TASK_NAME_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "the operator's name has %zu bytes, expected 1 to %d", len,
            MBILL_TASK_NAME_MAX - 1);
    if (event == MBILL_TASK_APPROVE && strcmp(by, task->info.made_by) == 0)
        return mbill__fail(err, MBILL_E_INVALID, "operator \"%s\" made the task, expected another one to approve it", by);
    return MBILL_OK;
}

mbill_status mbill__task_do(const mbill_task *task, mbill_task_state *state, int32_t event, const char *by, int64_t now_utc_s,
    mbill_error *err)
{
    size_t len = strlen(by);
    if (event < MBILL_TASK_APPROVE || event > MBILL_TASK_CANCEL)
        return mbill__fail(err, MBILL_E_INVALID, "event %d, expected one of %d to %d", (int)event, MBILL_TASK_APPROVE,
            MBILL_TASK_CANCEL);
    MBILL_TRY(mbill__task_state_check(state, err));
    int32_t next = mbill__task_next_life(state->life, event);
    if (event == MBILL_TASK_RESUME && state->life == MBILL_TASK_PAUSED) next = state->resumes;
    if (next == 0) return refuse(state, event, err);
    MBILL_TRY(check_operator(task, event, by, len, err));
    state->resumes = event == MBILL_TASK_PAUSE ? state->life : 0;
    state->life = next;
    state->changed_utc_s = now_utc_s;
    if (event == MBILL_TASK_APPROVE) memcpy(state->approved_by, by, len);
    return MBILL_OK;
}
