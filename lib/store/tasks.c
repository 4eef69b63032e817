/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks into the file, steps of operators, work out and answers in. Changes when those calls do; each task is one transaction. */
#include "meterbill/tasks.h"

#include "store/task_pass.h"

#include <string.h>

/* Adding */

static mbill_status is_there(mbill_store *store, const char *sql, const char *name, bool *out, mbill_error *err)
{
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, sql, &query, err));
    mbill__bind_text(query, 1, name, strlen(name));
    MBILL_TRY(mbill__query_step(query, out, err));
    mbill__query_end(query);
    return MBILL_OK;
}

/* What is said of targets that are not there. */
typedef struct missing {
    mbill_task_refused say;
    void *ctx;
    int64_t n;
    mbill_error first;
} missing;

static void say_missing(missing *to, const char *noun, const char *name, size_t at)
{
    mbill_error said;
    mbill_error_init(&said);
    (void)mbill__fail_at(&said, MBILL_E_NOT_FOUND, (int64_t)at, "%s \"%s\" is not in the store", noun, name);
    if (to->n++ == 0) to->first = said;
    if (to->say != NULL) to->say(to->ctx, &said);
}

static mbill_status check_targets(mbill_store *store, const mbill_task *task, missing *to, mbill_error *err)
{
    static const char SELECT_ACCOUNT_ID[] = "SELECT 1 FROM mbill_account WHERE id = ?1";
    static const char SELECT_METER_ID[] = "SELECT 1 FROM mbill_meter WHERE id = ?1";
    bool meters = task->info.kind >= MBILL_TASK_SWITCH, there;
    for (size_t i = 0; i < task->info.n_targets; i++) {
        const char *name = task->targets[i].name;
        MBILL_TRY(is_there(store, meters ? SELECT_METER_ID : SELECT_ACCOUNT_ID, name, &there, err));
        if (!there) say_missing(to, meters ? "meter" : "account", name, i);
    }
    if (to->n == 0) return MBILL_OK;
    if (to->n == 1) return mbill__fail_at(err, MBILL_E_NOT_FOUND, to->first.index, "%s", to->first.message);
    return mbill__fail_at(err, MBILL_E_NOT_FOUND, to->first.index, "%s, nor are %lld more targets", to->first.message,
        (long long)(to->n - 1));
}

static mbill_status check_tariff(mbill_store *store, const mbill_task *task, mbill_error *err)
{
    static const char SELECT_TARIFF_ID[] = "SELECT 1 FROM mbill_tariff WHERE id = ?1";
    bool there = true;
    if (task->info.kind == MBILL_TASK_SET_TARIFF) MBILL_TRY(is_there(store, SELECT_TARIFF_ID, task->info.tariff, &there, err));
    return there ? MBILL_OK : mbill__fail(err, MBILL_E_NOT_FOUND, "tariff \"%s\" is not in the store", task->info.tariff);
}

static mbill_status compare_body(mbill_store *store, const mbill_task *task, const char *body, mbill_error *err)
{
    static const char SELECT_SAME[] = "SELECT CASE WHEN body = ?2 THEN 1 ELSE 0 END FROM mbill_task WHERE id = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_SAME, &query, err));
    mbill__bind_blob(query, 1, task->info.id.bytes, sizeof task->info.id.bytes);
    mbill__bind_text(query, 2, body, strlen(body));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    bool same = mbill__column_whole(query, 0) != 0;
    mbill__query_end(query);
    return same ? mbill__fail(err, MBILL_E_EXISTS, "this task is in the store")
                : mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "another task of this id is in the store, expected a new id");
}

static mbill_status add(mbill_store *store, const mbill_task *task, const char *body, int64_t now_utc_s, missing *to,
    mbill_error *err)
{
    mbill_task_state state;
    MBILL_TRY(mbill_task_start(task, now_utc_s, &state, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = compare_body(store, task, body, err);
    if (status == MBILL_OK) status = check_targets(store, task, to, err);
    if (status == MBILL_OK) status = check_tariff(store, task, err);
    if (status == MBILL_OK) status = mbill__task_insert(store, &task->info, body, &state, err);
    return mbill__db_finish(store->db, status, err);
}

mbill_status mbill_store_task_add(mbill_store *store, const mbill_task *task, int64_t now_utc_s, mbill_task_refused refused,
    void *refused_ctx, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(task);
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    missing to = {.say = refused, .ctx = refused_ctx};
    size_t len = 0;
    MBILL_TRY(mbill_task_write(task, NULL, &len, err));
    char *body = mbill__alloc(allocator, len);
    if (body == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the task could not be allocated");
    size_t room = len;
    mbill_status status = mbill_task_write(task, body, &room, err);
    if (status == MBILL_OK) status = add(store, task, body, now_utc_s, &to, err);
    mbill__release(allocator, body, len);
    return status;
}

/* Operators */

static mbill_status step(mbill_store *store, const mbill_id *id, int32_t event, const char *by, int64_t now_utc_s,
    mbill_error *err)
{
    mbill__kept_task task;
    int64_t task_no;
    MBILL_TRY(mbill__task_find(store, id, &task_no, err));
    MBILL_TRY(mbill__task_load(store, task_no, &task, err));
    MBILL_TRY(mbill__task_pass_time(store, &task, &now_utc_s, err));
    MBILL_TRY(mbill__task_do(task.plan, &task.state, event, by, now_utc_s, err));
    if (event == MBILL_TASK_CANCEL) MBILL_TRY(mbill__task_end_items(store, &task, now_utc_s, err));
    return mbill__task_save(store, &task, err);
}

mbill_status mbill_store_task_step(mbill_store *store, const mbill_id *task, int32_t event, const char *by, int64_t now_utc_s,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(task);
    MBILL__NEED(by);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, step(store, task, event, by, now_utc_s, err), err);
}

/* Work out */

typedef struct handing {
    mbill_store *store;
    int64_t now_utc_s;
    void (*each)(void *ctx, const mbill_store_work *work);
    void *ctx;
    mbill_task_work *work;
    size_t room, n, cap; /* of one task */
    int64_t n_given;
} handing;

static mbill_status hand_out(handing *to, const mbill__kept_task *task, int64_t now_utc_s, size_t room, mbill_error *err)
{
    mbill_task_item items[MBILL__TASK_BATCH];
    size_t n = MBILL__TASK_BATCH;
    while (to->n < room && n == MBILL__TASK_BATCH) {
        size_t limit = room - to->n < MBILL__TASK_BATCH ? room - to->n : MBILL__TASK_BATCH;
        MBILL_TRY(mbill__task_items(to->store, task, MBILL__TASK_READY, now_utc_s, limit, items, &n, err));
        void *block = to->work;
        mbill_status status = mbill__room(mbill__db_allocator(to->store->db), &block, &to->cap, sizeof *to->work, to->n + n, err);
        to->work = block;
        MBILL_TRY(status);
        for (size_t i = 0; i < n; i++) {
            mbill__item_hand_out(task->plan, &items[i], now_utc_s);
            MBILL_TRY(mbill__task_item_save(to->store, task->task_no, &items[i], NULL, err));
            to->work[to->n++] = (mbill_task_work){.item = items[i].id,
                .target = items[i].target,
                .run_utc_s = task->state.run_utc_s,
                .until_utc_s = items[i].at_utc_s,
                .attempt = items[i].attempts};
        }
    }
    return MBILL_OK;
}

static mbill_status due_in_transaction(handing *to, int64_t task_no, mbill__kept_task *task, mbill_error *err)
{
    int64_t now_utc_s = to->now_utc_s, n_out;
    MBILL_TRY(mbill__task_load(to->store, task_no, task, err));
    MBILL_TRY(mbill__task_pass_time(to->store, task, &now_utc_s, err));
    MBILL_TRY(mbill__task_save(to->store, task, err));
    if (task->state.life != MBILL_TASK_RUNNING) return MBILL_OK;
    MBILL_TRY(mbill__task_count_out(to->store, task, &n_out, err));
    int64_t may = task->plan->info.parallel - n_out;
    size_t room = may <= 0 ? 0 : (uint64_t)may < to->room ? (size_t)may : to->room;
    return hand_out(to, task, now_utc_s, room, err);
}

/* Given out once it is durable. */
static mbill_status due_of_task(handing *to, int64_t task_no, mbill_error *err)
{
    mbill__kept_task task;
    to->n = 0;
    MBILL_TRY(mbill__db_begin(to->store->db, err));
    MBILL_TRY(mbill__db_finish(to->store->db, due_in_transaction(to, task_no, &task, err), err));
    for (size_t i = 0; i < to->n; i++) {
        mbill_store_work work = {.task = task.plan->info.id,
            .work = to->work[i],
            .plan = task.plan,
            .target = task.plan->targets[to->work[i].target].name};
        to->each(to->ctx, &work);
    }
    to->room -= to->n;
    to->n_given += (int64_t)to->n;
    return MBILL_OK;
}

static mbill_status check_by_host(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_error *err)
{
    mbill__kept_task task;
    MBILL_TRY(mbill__task_find(store, id, out_task_no, err));
    MBILL_TRY(mbill__task_load(store, *out_task_no, &task, err));
    if (task.plan->info.kind >= MBILL_TASK_SWITCH) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "a %s is not handed out, the store does it",
        mbill_task_kind_name(task.plan->info.kind));
}

static mbill_status due(handing *to, const mbill_id *id, mbill_error *err)
{
    int64_t task_no = 0;
    if (id != NULL) {
        MBILL_TRY(mbill__db_begin_read(to->store->db, err));
        MBILL_TRY(mbill__db_finish(to->store->db, check_by_host(to->store, id, &task_no, err), err));
        return due_of_task(to, task_no, err);
    }
    while (to->room > 0) {
        MBILL_TRY(mbill__task_next(to->store, task_no, true, &task_no, err));
        if (task_no == 0) return MBILL_OK;
        MBILL_TRY(due_of_task(to, task_no, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_task_due(mbill_store *store, const mbill_id *task, int64_t now_utc_s, size_t room,
    void (*each)(void *ctx, const mbill_store_work *work), void *each_ctx, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(each);
    handing to = {.store = store, .now_utc_s = now_utc_s, .each = each, .ctx = each_ctx, .room = room};
    mbill_status status = due(&to, task, err);
    mbill__release(mbill__db_allocator(store->db), to.work, to.cap * sizeof *to.work);
    if (status == MBILL_OK && out_n != NULL) *out_n = (size_t)to.n_given;
    return status;
}

/* Answers in */

static mbill_status take_answer(mbill_store *store, const mbill_task_answer *answer, const char *reason, int64_t now_utc_s,
    int32_t *out_verdict, mbill_error *err)
{
    mbill__kept_task task;
    mbill_task_item item;
    int64_t task_no;
    *out_verdict = MBILL_VERDICT_NEVER_OUT;
    MBILL_TRY(mbill__task_item_find(store, &answer->item, &task_no, &item, err));
    if (task_no == 0) return MBILL_OK;
    MBILL_TRY(mbill__task_load(store, task_no, &task, err));
    *out_verdict = (int32_t)mbill__item_answer(task.plan, &item, answer, now_utc_s);
    if (*out_verdict != MBILL_VERDICT_TAKEN && *out_verdict != MBILL_VERDICT_LATE_TAKEN) return MBILL_OK;
    return mbill__task_item_save(store, task_no, &item, reason, err);
}

mbill_status mbill_store_task_result(mbill_store *store, const mbill_task_answer *answer, const char *reason, int64_t now_utc_s,
    int32_t *out_verdict, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(answer);
    MBILL__NEED(out_verdict);
    int32_t verdict;
    MBILL_TRY(mbill__task_answer_check(answer, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, take_answer(store, answer, reason, now_utc_s, &verdict, err), err));
    *out_verdict = verdict;
    return MBILL_OK;
}
