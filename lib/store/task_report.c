/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks that are kept, as a document. Reads only. Changes when that form does. */
#include "document/write.h"
#include "meterbill/tasks.h"
#include "store/listing.h"
#include "store/task_keep.h"

#include <string.h>

static mbill_status write_counts(mbill_store *store, const mbill__kept_task *task, mbill__writer *to, mbill_error *err)
{
    static const char COUNT_STATES[] = "SELECT state, count(*), sum(attempts) FROM mbill_task_item WHERE task_no = ?1 AND run = "
                                       "?2 GROUP BY state ORDER BY state";
    int64_t n_attempts = 0;
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, COUNT_STATES, &query, err));
    mbill__bind_whole(query, 1, task->task_no);
    mbill__bind_whole(query, 2, task->state.run);
    mbill__write_object(to, "items");
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) break;
        mbill__write_whole(to, mbill_item_state_name((int32_t)mbill__column_whole(query, 0)), mbill__column_whole(query, 1));
        n_attempts += mbill__column_whole(query, 2);
    }
    mbill__write_object_end(to);
    mbill__write_whole(to, "attempts", n_attempts);
    return MBILL_OK;
}

static void write_instant(mbill__writer *to, const char *key, int64_t utc_s)
{
    if (utc_s == MBILL_TASK_NEVER) mbill__write_text(to, key, NULL);
    else mbill__write_text(to, key, mbill__say_time(utc_s, NULL).text);
}

static void write_state(const mbill__kept_task *task, mbill__writer *to)
{
    const mbill_task_info *info = &task->plan->info;
    mbill__write_hex(to, "id", info->id.bytes, sizeof info->id.bytes);
    if (info->title != NULL) mbill__write_text(to, "title", info->title);
    mbill__write_text(to, "do", mbill_task_kind_name(info->kind));
    mbill__write_text(to, "made_by", info->made_by);
    if (task->state.approved_by[0] != '\0') mbill__write_text(to, "approved_by", task->state.approved_by);
    mbill__write_text(to, "life", mbill_task_life_name(task->state.life));
    mbill__write_whole(to, "targets", (int64_t)info->n_targets);
    mbill__write_whole(to, "run", task->state.run);
    write_instant(to, "due", task->state.run_utc_s);
    write_instant(to, "ends", task->state.ends_utc_s);
    mbill__write_whole(to, "finished_runs", task->state.n_finished);
    mbill__write_whole(to, "missed_runs", task->state.n_missed);
}

static mbill_status write_item(mbill__query *query, mbill__writer *to, mbill_error *err)
{
    const uint8_t *item;
    const char *name, *reason;
    size_t len, item_len;
    MBILL_TRY(mbill__column_bytes(query, 0, &item, &item_len, err));
    MBILL_TRY(mbill__column_text(query, 1, &name, &len, err));
    MBILL_TRY(mbill__column_text(query, 7, &reason, &len, err));
    mbill__write_object(to, NULL);
    mbill__write_hex(to, "item", item, item_len);
    mbill__write_text(to, "target", name);
    mbill__write_text(to, "state", mbill_item_state_name((int32_t)mbill__column_whole(query, 2)));
    mbill__write_whole(to, "attempts", mbill__column_whole(query, 3));
    if (mbill__column_whole(query, 4) != 0)
        mbill__write_text(to, "outcome", mbill_outcome_name((int32_t)mbill__column_whole(query, 4)));
    if (mbill__column_whole(query, 5) != 0) mbill__write_whole(to, "code", mbill__column_whole(query, 5));
    write_instant(to, "at", mbill__column_whole(query, 6));
    if (reason != NULL) mbill__write_text(to, "reason", reason);
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status write_items(mbill_store *store, const mbill__kept_task *task, mbill__writer *to, mbill_error *err)
{
    static const char SELECT_ITEMS[] = "SELECT item, name, state, attempts, outcome, code, at_utc_s, reason FROM mbill_task_item"
                                       " WHERE task_no = ?1 AND run = ?2 ORDER BY place";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_ITEMS, &query, err));
    mbill__bind_whole(query, 1, task->task_no);
    mbill__bind_whole(query, 2, task->state.run);
    mbill__write_list(to, "list");
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) break;
        MBILL_TRY(write_item(query, to, err));
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

/* Of a task that waits for its next run the one before is shown, if there was one. */
static mbill_status write_task(mbill_store *store, int64_t task_no, bool items, mbill__writer *to, mbill_error *err)
{
    mbill__kept_task task;
    MBILL_TRY(mbill__task_load(store, task_no, &task, err));
    mbill__write_object(to, NULL);
    write_state(&task, to);
    bool waits = task.state.begun == 0 && task.state.life <= MBILL_TASK_PAUSED;
    if (waits && task.state.run > 0) task.state.run--;
    MBILL_TRY(write_counts(store, &task, to, err));
    if (items) MBILL_TRY(write_items(store, &task, to, err));
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* asked: the id of one task, with its items; NULL: all. */
static mbill_status write_tasks(mbill_store *store, const void *asked, mbill__writer *to, mbill_error *err)
{
    const mbill_id *id = asked;
    static const char SELECT_BEHIND[] = "SELECT task_no FROM mbill_task WHERE task_no > ?1 ORDER BY task_no LIMIT 1";
    mbill__query *query;
    int64_t task_no = 0;
    bool row = true;
    if (id != NULL) {
        MBILL_TRY(mbill__task_find(store, id, &task_no, err));
        return write_task(store, task_no, true, to, err);
    }
    for (;;) {
        MBILL_TRY(mbill__query_start(store->db, SELECT_BEHIND, &query, err));
        mbill__bind_whole(query, 1, task_no);
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        task_no = mbill__column_whole(query, 0);
        mbill__query_end(query);
        MBILL_TRY(write_task(store, task_no, false, to, err));
    }
}

mbill_status mbill_store_tasks(mbill_store *store, const mbill_id *task, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill__listing(store, "tasks", "tasks", write_tasks, task, out_text, inout_len, err);
}
