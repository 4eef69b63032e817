/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when time does something else to a task that is kept. Everything stands in one transaction of the caller's. */
#include "store/task_pass.h"

typedef void change_item(const mbill_task *plan, mbill_task_item *item, int64_t now_utc_s);

static void lapse(const mbill_task *plan, mbill_task_item *item, int64_t now_utc_s)
{
    (void)mbill__item_lapse(plan, item, now_utc_s);
}

static void end(const mbill_task *plan, mbill_task_item *item, int64_t now_utc_s)
{
    (void)plan;
    mbill__item_end(item, now_utc_s);
}

/* All items of this kind, which none is after the change. */
static mbill_status change_items(mbill_store *store, const mbill__kept_task *task, mbill__task_which which, change_item *change,
    int64_t now_utc_s, mbill_error *err)
{
    mbill_task_item items[MBILL__TASK_BATCH];
    size_t n = MBILL__TASK_BATCH;
    while (n == MBILL__TASK_BATCH) {
        MBILL_TRY(mbill__task_items(store, task, which, now_utc_s, MBILL__TASK_BATCH, items, &n, err));
        for (size_t i = 0; i < n; i++) {
            change(task->plan, &items[i], now_utc_s);
            MBILL_TRY(mbill__task_item_save(store, task->task_no, &items[i], NULL, err));
        }
    }
    return MBILL_OK;
}

mbill_status mbill__task_end_items(mbill_store *store, const mbill__kept_task *task, int64_t now_utc_s, mbill_error *err)
{
    return task->state.begun != 0 ? change_items(store, task, MBILL__TASK_OPEN, end, now_utc_s, err) : MBILL_OK;
}

static mbill_status begin_run(mbill_store *store, mbill__kept_task *task, int64_t now_utc_s, mbill_error *err)
{
    mbill_task_item item;
    for (size_t i = 0; i < task->plan->info.n_targets; i++) {
        mbill__item_make(task->plan, &task->state, i, &item);
        MBILL_TRY(mbill__task_item_insert(store, task, &item, err));
    }
    mbill__task_begin(&task->state, now_utc_s);
    return MBILL_OK;
}

mbill_status mbill__task_pass_time(mbill_store *store, mbill__kept_task *task, int64_t *inout_now_utc_s, mbill_error *err)
{
    mbill__task_act act = MBILL__ACT_BEGIN;
    if (*inout_now_utc_s < task->state.changed_utc_s) *inout_now_utc_s = task->state.changed_utc_s;
    int64_t now_utc_s = *inout_now_utc_s;
    while (act != MBILL__ACT_NONE) {
        int64_t n_open = 0;
        MBILL_TRY(mbill__task_catch_up(task->plan, &task->state, now_utc_s, err));
        if (task->state.begun != 0) {
            MBILL_TRY(change_items(store, task, MBILL__TASK_LAPSED, lapse, now_utc_s, err));
            MBILL_TRY(mbill__task_count(store, task, MBILL__TASK_OPEN, now_utc_s, &n_open, err));
        }
        act = mbill__task_look(&task->state, n_open, now_utc_s);
        if (act == MBILL__ACT_BEGIN) MBILL_TRY(begin_run(store, task, now_utc_s, err));
        if (act == MBILL__ACT_END) {
            MBILL_TRY(mbill__task_end_items(store, task, now_utc_s, err));
            mbill__task_overtake(&task->state, now_utc_s);
        }
        if (act == MBILL__ACT_FINISH) MBILL_TRY(mbill__task_finish(task->plan, &task->state, now_utc_s, err));
    }
    return MBILL_OK;
}
