/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when work on a task's plain arrays is planned in another way. Everything is checked before anything is written. */
#include "operate/task.h"

#include <string.h>

static mbill_status check(const mbill_task *task, const mbill_task_state *state, const mbill_task_item *items, size_t n_items,
    mbill_error *err)
{
    MBILL__NEED(task);
    MBILL__NEED(state);
    MBILL__NEED(items);
    if (n_items != task->info.n_targets)
        return mbill__fail(err, MBILL_E_MISUSE, "%zu items, expected %zu, as many as the task has targets", n_items,
            task->info.n_targets);
    return mbill__task_state_check(state, err);
}

static int64_t count_open(const mbill_task_item *items, size_t n_items)
{
    int64_t n = 0;
    for (size_t i = 0; i < n_items; i++) n += mbill__item_is_open(&items[i]);
    return n;
}

static void make_items(const mbill_task *task, const mbill_task_state *state, mbill_task_item *items, size_t n_items)
{
    for (size_t i = 0; i < n_items; i++) mbill__item_make(task, state, i, &items[i]);
}

static void end_items(mbill_task_item *items, size_t n_items, int64_t now_utc_s)
{
    for (size_t i = 0; i < n_items; i++) mbill__item_end(&items[i], now_utc_s);
}

/* At most one run begins or ends. */
static mbill_status pass_time(const mbill_task *task, mbill_task_state *state, mbill_task_item *items, size_t n_items,
    int64_t now_utc_s, mbill_error *err)
{
    MBILL_TRY(mbill__task_catch_up(task, state, now_utc_s, err));
    for (size_t i = 0; state->begun != 0 && i < n_items; i++) (void)mbill__item_lapse(task, &items[i], now_utc_s);
    mbill__task_act act = mbill__task_look(state, state->begun != 0 ? count_open(items, n_items) : 0, now_utc_s);
    if (act == MBILL__ACT_BEGIN) {
        make_items(task, state, items, n_items);
        mbill__task_begin(state, now_utc_s);
        return MBILL_OK;
    }
    if (act == MBILL__ACT_END) {
        if (state->begun != 0) end_items(items, n_items, now_utc_s);
        mbill__task_overtake(state, now_utc_s);
    }
    return act == MBILL__ACT_NONE ? MBILL_OK : mbill__task_finish(task, state, now_utc_s, err);
}

static void hand_out(const mbill_task *task, const mbill_task_state *state, mbill_task_item *items, size_t n_items,
    int64_t now_utc_s, size_t room, mbill_task_work *out, size_t *out_n)
{
    int64_t n_out = 0;
    *out_n = 0;
    if (state->life != MBILL_TASK_RUNNING) return;
    for (size_t i = 0; i < n_items; i++) n_out += items[i].state == MBILL_ITEM_OUT;
    for (size_t i = 0; i < n_items && *out_n < room && n_out < task->info.parallel; i++) {
        if (!mbill__item_is_ready(&items[i], now_utc_s)) continue;
        mbill__item_hand_out(task, &items[i], now_utc_s);
        out[(*out_n)++] = (mbill_task_work){.item = items[i].id,
            .target = items[i].target,
            .run_utc_s = state->run_utc_s,
            .until_utc_s = items[i].at_utc_s,
            .attempt = items[i].attempts};
        n_out++;
    }
}

mbill_status mbill_task_due(const mbill_task *task, mbill_task_state *state, mbill_task_item *items, size_t n_items,
    int64_t now_utc_s, size_t room, mbill_task_work *out, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(check(task, state, items, n_items, err));
    MBILL__NEED(out_n);
    if (room > 0) MBILL__NEED(out);
    mbill_task_state after = *state;
    if (now_utc_s < state->changed_utc_s) now_utc_s = state->changed_utc_s;
    MBILL_TRY(pass_time(task, &after, items, n_items, now_utc_s, err));
    *state = after;
    hand_out(task, state, items, n_items, now_utc_s, room, out, out_n);
    return MBILL_OK;
}

mbill_status mbill_task_step(const mbill_task *task, mbill_task_state *state, mbill_task_item *items, size_t n_items,
    int32_t event, const char *by, int64_t now_utc_s, mbill_error *err)
{
    MBILL__NEED(task);
    MBILL__NEED(state);
    MBILL__NEED(by);
    if (items != NULL && n_items != task->info.n_targets)
        return mbill__fail(err, MBILL_E_MISUSE, "%zu items, expected %zu, as many as the task has targets", n_items,
            task->info.n_targets);
    mbill_task_state after = *state;
    MBILL_TRY(mbill__task_do(task, &after, event, by, now_utc_s, err));
    if (event == MBILL_TASK_CANCEL && items != NULL && state->begun != 0) end_items(items, n_items, now_utc_s);
    *state = after;
    return MBILL_OK;
}

static mbill_task_item *find(mbill_task_item *items, size_t n_items, const mbill_id *id)
{
    for (size_t i = 0; i < n_items; i++)
        if (memcmp(items[i].id.bytes, id->bytes, sizeof id->bytes) == 0) return &items[i];
    return NULL;
}

mbill_status mbill_task_result(const mbill_task *task, const mbill_task_state *state, mbill_task_item *items, size_t n_items,
    const mbill_task_answer *answer, int64_t now_utc_s, int32_t *out_verdict, mbill_error *err)
{
    MBILL_TRY(check(task, state, items, n_items, err));
    MBILL__NEED(answer);
    MBILL__NEED(out_verdict);
    MBILL_TRY(mbill__task_answer_check(answer, err));
    mbill_task_item *item = state->has_items != 0 ? find(items, n_items, &answer->item) : NULL;
    *out_verdict = item == NULL ? MBILL_VERDICT_NEVER_OUT : (int32_t)mbill__item_answer(task, item, answer, now_utc_s);
    return MBILL_OK;
}

mbill_status mbill_task_count(const mbill_task_item *items, size_t n_items, mbill_task_counts *out, mbill_error *err)
{
    MBILL__NEED(items);
    MBILL__NEED(out);
    if (out->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the counts is not set");
    mbill_task_counts counts = {.struct_size = out->struct_size, .n_items = (int64_t)n_items};
    for (size_t i = 0; i < n_items; i++) {
        int32_t state = items[i].state;
        if (state < MBILL_ITEM_DUE || state > MBILL_ITEM_STATES)
            return mbill__fail_at(err, MBILL_E_CORRUPT, (int64_t)i, "item %zu is in state %d, which is none", i, (int)state);
        counts.states[state - 1]++;
        counts.n_open += mbill__item_is_open(&items[i]);
        counts.n_attempts += items[i].attempts;
    }
    *out = counts;
    return MBILL_OK;
}
