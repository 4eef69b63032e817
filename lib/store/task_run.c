/* SPDX-License-Identifier: Apache-2.0 */
/* What the store itself does of tasks, batch by batch: effect and state of a batch are one transaction. Changes when those batches do. */
#include "meterbill/tasks.h"
#include "store/journal.h"
#include "store/task_effect.h"
#include "store/task_pass.h"

typedef struct running {
    mbill_store *store;
    int64_t now_utc_s, left; /* items that may still be done */
    mbill_task_run counts;
    void (*progress)(void *ctx, int64_t n);
    void *ctx;
} running;

static mbill_status do_item(running *run, const mbill__kept_task *task, mbill_task_item *item, int64_t now_utc_s,
    mbill_error *err)
{
    mbill_error why;
    mbill_task_answer answer = {.item = item->id, .outcome = MBILL_OUTCOME_DONE};
    mbill_error_init(&why);
    mbill__item_hand_out(task->plan, item, now_utc_s);
    mbill_status status = mbill__task_effect(run->store, task, item, now_utc_s, &answer.code, &why);
    if (status != MBILL_OK && !mbill__task_may_go_on(status)) return mbill__fail(err, status, "%s", why.message);
    if (status != MBILL_OK) answer.outcome = MBILL_OUTCOME_REFUSED;
    answer.attempt = item->attempts;
    (void)mbill__item_answer(task->plan, item, &answer, now_utc_s);
    run->counts.n_done += status == MBILL_OK;
    run->counts.n_refused += status != MBILL_OK;
    return mbill__task_item_save(run->store, task->task_no, item, status != MBILL_OK ? why.message : NULL, err);
}

/* *out_n: items that were done or refused; *out_left: that are due still. */
static mbill_status do_batch(running *run, mbill__kept_task *task, size_t *out_n, int64_t *out_left, mbill_error *err)
{
    mbill_task_item items[MBILL__TASK_BATCH];
    int64_t now_utc_s = run->now_utc_s;
    size_t limit = run->left < MBILL__TASK_BATCH ? (size_t)run->left : MBILL__TASK_BATCH;
    *out_n = 0;
    *out_left = 0;
    MBILL_TRY(mbill__task_pass_time(run->store, task, &now_utc_s, err));
    if (task->state.life == MBILL_TASK_RUNNING) {
        MBILL_TRY(mbill__task_items(run->store, task, MBILL__TASK_READY, now_utc_s, limit, items, out_n, err));
        for (size_t i = 0; i < *out_n; i++) MBILL_TRY(do_item(run, task, &items[i], now_utc_s, err));
        MBILL_TRY(mbill__task_pass_time(run->store, task, &now_utc_s, err));
        MBILL_TRY(mbill__task_count(run->store, task, MBILL__TASK_READY, now_utc_s, out_left, err));
    }
    return mbill__task_save(run->store, task, err);
}

/* A batch of top-ups, or of amounts that balances are compared with, is a transaction of the ledger. */
static mbill_status batch_of_task(running *run, int64_t task_no, size_t *out_n, int64_t *out_left, mbill_error *err)
{
    mbill__kept_task task;
    mbill_journal *ledger;
    int64_t first;
    mbill_task_run before = run->counts;
    MBILL_TRY(mbill__db_begin_read(run->store->db, err));
    MBILL_TRY(mbill__db_finish(run->store->db, mbill__task_load(run->store, task_no, &task, err), err));
    mbill_status status;
    if (task.plan->info.kind == MBILL_TASK_TOP_UP || task.plan->info.kind == MBILL_TASK_SET_ALARM_AMOUNTS) {
        MBILL_TRY(mbill_store_journal(run->store, &ledger, err));
        MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
        status = mbill__task_load(run->store, task_no, &task, err);
        if (status == MBILL_OK) status = do_batch(run, &task, out_n, out_left, err);
        status = mbill__journal_finish(ledger, first, status, err);
    } else {
        MBILL_TRY(mbill__db_begin(run->store->db, err));
        status = mbill__task_load(run->store, task_no, &task, err);
        if (status == MBILL_OK) status = do_batch(run, &task, out_n, out_left, err);
        status = mbill__db_finish(run->store->db, status, err);
    }
    if (status != MBILL_OK) run->counts = before;
    return status;
}

static mbill_status run_task(running *run, int64_t task_no, mbill_error *err)
{
    size_t n = 1;
    int64_t left = 1;
    while (n > 0 && left > 0 && run->left > 0) {
        MBILL_TRY(batch_of_task(run, task_no, &n, &left, err));
        run->left -= (int64_t)n;
        if (n > 0 && run->progress != NULL) run->progress(run->ctx, run->counts.n_done + run->counts.n_refused);
    }
    run->counts.n_left += left;
    return MBILL_OK;
}

static mbill_status check_ours(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_error *err)
{
    mbill__kept_task task;
    MBILL_TRY(mbill__task_find(store, id, out_task_no, err));
    MBILL_TRY(mbill__task_load(store, *out_task_no, &task, err));
    if (task.plan->info.kind < MBILL_TASK_SWITCH) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "a %s is the host's: it is handed out when it is due",
        mbill_task_kind_name(task.plan->info.kind));
}

static mbill_status run_tasks(running *run, const mbill_id *id, mbill_error *err)
{
    int64_t task_no = 0;
    if (id != NULL) {
        MBILL_TRY(mbill__db_begin_read(run->store->db, err));
        MBILL_TRY(mbill__db_finish(run->store->db, check_ours(run->store, id, &task_no, err), err));
        return run_task(run, task_no, err);
    }
    while (run->left > 0) {
        MBILL_TRY(mbill__task_next(run->store, task_no, false, &task_no, err));
        if (task_no == 0) return MBILL_OK;
        MBILL_TRY(run_task(run, task_no, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_task_run(mbill_store *store, const mbill_id *task, int64_t now_utc_s, int64_t budget,
    void (*progress)(void *ctx, int64_t n), void *progress_ctx, mbill_task_run *out, mbill_error *err)
{
    MBILL__NEED(store);
    if (out != NULL && out->struct_size < sizeof *out)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the run's counts is not set");
    if (budget < 0) return mbill__fail(err, MBILL_E_RANGE, "budget %lld is negative, expected 0 or more", (long long)budget);
    running run = {.store = store,
        .now_utc_s = now_utc_s,
        .left = budget == 0 ? INT64_MAX : budget,
        .progress = progress,
        .ctx = progress_ctx};
    mbill_status status = run_tasks(&run, task, err);
    if (status != MBILL_OK) return status;
    run.counts.struct_size = out != NULL ? out->struct_size : 0;
    if (out != NULL) *out = run.counts;
    return MBILL_OK;
}
