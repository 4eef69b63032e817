/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the tables of tasks do. A task's document never changes: the last one that was read is kept with the store. */
#include "store/task_keep.h"

#include "store/bind.h"

#include <string.h>

#define REASON_MAX 200

mbill_status mbill__task_find(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_error *err)
{
    static const char SELECT_NO[] = "SELECT task_no FROM mbill_task WHERE id = ?1";
    mbill__query *query;
    char text[40] = "";
    size_t len = sizeof text;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_NO, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) {
        MBILL_TRY(mbill_id_print(id, text, &len, err));
        return mbill__fail(err, MBILL_E_NOT_FOUND, "task %s is not in the store", text);
    }
    *out_task_no = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__task_next(mbill_store *store, int64_t behind, bool by_host, int64_t *out_task_no, mbill_error *err)
{
    static const char SELECT_NEXT[] = "SELECT task_no FROM mbill_task WHERE task_no > ?1 AND life <= 4 AND CASE WHEN kind >= 4 "
                                      "THEN 1 ELSE 0 END = CAST(?2 AS BIGINT) ORDER BY task_no LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_NEXT, &query, err));
    mbill__bind_whole(query, 1, behind);
    mbill__bind_whole(query, 2, by_host);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out_task_no = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

/* The document, read again only when it is another one. */
static mbill_status read_plan(mbill_store *store, int64_t task_no, mbill__query *query, int place, mbill_error *err)
{
    const char *body;
    size_t len;
    if (store->plan != NULL && store->plan_no == task_no) return MBILL_OK;
    mbill_task_free(store->plan);
    store->plan = NULL;
    MBILL_TRY(mbill__column_text(query, place, &body, &len, err));
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill_task_read(body, len, NULL, 0, NULL, NULL, mbill__db_allocator(store->db), &store->plan, &cause);
    if (status == MBILL_E_NOMEM) return mbill__fail(err, status, "%s", cause.message);
    if (status != MBILL_OK)
        return mbill__fail(err, MBILL_E_CORRUPT, "task %lld of the store cannot be read: %s", (long long)task_no, cause.message);
    store->plan_no = task_no;
    return MBILL_OK;
}

static mbill_status read_state(mbill__query *query, mbill_task_state *out, mbill_error *err)
{
    const char *by;
    size_t len;
    *out = (mbill_task_state){.struct_size = (uint32_t)sizeof *out,
        .format = 1,
        .life = (int32_t)mbill__column_whole(query, 0),
        .resumes = (int32_t)mbill__column_whole(query, 1),
        .begun = (int32_t)mbill__column_whole(query, 2),
        .overtaken = (int32_t)mbill__column_whole(query, 3),
        .has_items = (int32_t)mbill__column_whole(query, 4),
        .run = mbill__column_whole(query, 5),
        .run_utc_s = mbill__column_whole(query, 6),
        .ends_utc_s = mbill__column_whole(query, 7),
        .n_finished = mbill__column_whole(query, 8),
        .n_missed = mbill__column_whole(query, 9),
        .changed_utc_s = mbill__column_whole(query, 10)};
    MBILL_TRY(mbill__column_text(query, 11, &by, &len, err));
    if (by != NULL && len < sizeof out->approved_by) memcpy(out->approved_by, by, len);
    return mbill__task_state_check(out, err);
}

mbill_status mbill__task_load(mbill_store *store, int64_t task_no, mbill__kept_task *out, mbill_error *err)
{
    static const char SELECT_TASK[] = "SELECT life, resumes, begun, overtaken, has_items, run, run_utc_s, ends_utc_s, n_finished,"
                                      " n_missed, changed_utc_s, approved_by, body FROM mbill_task WHERE task_no = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_TASK, &query, err));
    mbill__bind_whole(query, 1, task_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_CORRUPT, "task %lld is in the store and is not", (long long)task_no);
    mbill_status status = read_state(query, &out->state, err);
    if (status == MBILL_OK) status = read_plan(store, task_no, query, 12, err);
    mbill__query_end(query);
    out->task_no = task_no;
    out->plan = store->plan;
    return status;
}

static void bind_state(mbill__query *query, int place, const mbill_task_state *state)
{
    const int64_t values[] = {state->life, state->resumes, state->begun, state->overtaken, state->has_items, state->run,
        state->run_utc_s, state->ends_utc_s, state->n_finished, state->n_missed, state->changed_utc_s};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) mbill__bind_whole(query, place++, values[i]);
    mbill__bind_text(query, place, state->approved_by, strlen(state->approved_by));
}

mbill_status mbill__task_save(mbill_store *store, const mbill__kept_task *task, mbill_error *err)
{
    static const char SET_TASK[] =
        "UPDATE mbill_task SET life = ?2, resumes = ?3, begun = ?4, overtaken = ?5, has_items = ?6, run = ?7, run_utc_s = ?8,"
        " ends_utc_s = ?9, n_finished = ?10, n_missed = ?11, changed_utc_s = ?12, approved_by = ?13 WHERE task_no = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SET_TASK, &query, err));
    mbill__bind_whole(query, 1, task->task_no);
    bind_state(query, 2, &task->state);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__task_insert(mbill_store *store, const mbill_task_info *info, const char *body, const mbill_task_state *state,
    mbill_error *err)
{
    static const char PUT_TASK[] =
        "INSERT INTO mbill_task(task_no, id, kind, body, life, resumes, begun, overtaken, has_items, run, run_utc_s, ends_utc_s,"
        " n_finished, n_missed, changed_utc_s, approved_by)"
        " VALUES(" MBILL__NEXT("task_no", "mbill_task") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_TASK, &query, err));
    mbill__bind_blob(query, 1, info->id.bytes, sizeof info->id.bytes);
    mbill__bind_whole(query, 2, info->kind);
    mbill__bind_text(query, 3, body, strlen(body));
    bind_state(query, 4, state);
    return mbill__query_run(query, NULL, err);
}

/* Items */

#define ITEM "SELECT place, item, state, attempts, outcome, answered, code, at_utc_s, run, task_no FROM mbill_task_item"
#define COUNT_ITEM "SELECT count(*) FROM mbill_task_item"
#define OPEN " WHERE task_no = ?1 AND run = ?2 AND state IN (1, 2, 5) AND at_utc_s < 9223372036854775807"
#define READY OPEN " AND (state = 1 OR (state = 5 AND at_utc_s <= ?3))"
#define LAPSED OPEN " AND state = 2 AND at_utc_s <= ?3"
#define IN_ORDER " ORDER BY place LIMIT ?4"

static const char SELECT_OPEN[] = ITEM OPEN " AND CAST(?3 AS BIGINT) IS NOT NULL" IN_ORDER;
static const char SELECT_READY[] = ITEM READY IN_ORDER;
static const char SELECT_LAPSED[] = ITEM LAPSED IN_ORDER;
static const char COUNT_OPEN[] = COUNT_ITEM OPEN " AND CAST(?3 AS BIGINT) IS NOT NULL";
static const char COUNT_READY[] = COUNT_ITEM READY;
static const char COUNT_LAPSED[] = COUNT_ITEM LAPSED;

static mbill_status read_item(mbill__query *query, mbill_task_item *out, mbill_error *err)
{
    *out = (mbill_task_item){.target = mbill__column_whole(query, 0),
        .state = (int32_t)mbill__column_whole(query, 2),
        .attempts = (int32_t)mbill__column_whole(query, 3),
        .outcome = (int32_t)mbill__column_whole(query, 4),
        .answered = (int32_t)mbill__column_whole(query, 5),
        .code = (int32_t)mbill__column_whole(query, 6),
        .at_utc_s = mbill__column_whole(query, 7),
        .run = mbill__column_whole(query, 8)};
    return mbill__column_blob(query, 1, out->id.bytes, sizeof out->id.bytes, err);
}

static mbill_status start_items(mbill_store *store, const mbill__kept_task *task, const char *sql, int64_t now_utc_s,
    mbill__query **out, mbill_error *err)
{
    MBILL_TRY(mbill__query_start(store->db, sql, out, err));
    mbill__bind_whole(*out, 1, task->task_no);
    mbill__bind_whole(*out, 2, task->state.run);
    mbill__bind_whole(*out, 3, now_utc_s);
    return MBILL_OK;
}

mbill_status mbill__task_items(mbill_store *store, const mbill__kept_task *task, mbill__task_which which, int64_t now_utc_s,
    size_t limit, mbill_task_item *out, size_t *out_n, mbill_error *err)
{
    static const char *const sqls[] = {SELECT_OPEN, SELECT_READY, SELECT_LAPSED};
    mbill__query *query;
    bool row;
    *out_n = 0;
    MBILL_TRY(start_items(store, task, sqls[which], now_utc_s, &query, err));
    mbill__bind_whole(query, 4, (int64_t)limit);
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        MBILL_TRY(read_item(query, &out[(*out_n)++], err));
    }
}

mbill_status mbill__task_count(mbill_store *store, const mbill__kept_task *task, mbill__task_which which, int64_t now_utc_s,
    int64_t *out_n, mbill_error *err)
{
    static const char *const sqls[] = {COUNT_OPEN, COUNT_READY, COUNT_LAPSED};
    mbill__query *query;
    bool row;
    MBILL_TRY(start_items(store, task, sqls[which], now_utc_s, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out_n = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__task_count_out(mbill_store *store, const mbill__kept_task *task, int64_t *out_n, mbill_error *err)
{
    return mbill__task_count(store, task, MBILL__TASK_LAPSED, MBILL_TASK_NEVER, out_n, err);
}

mbill_status mbill__task_item_find(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_task_item *out,
    mbill_error *err)
{
    static const char SELECT_ITEM[] = ITEM " WHERE item = ?1";
    mbill__query *query;
    bool row;
    *out_task_no = 0;
    MBILL_TRY(mbill__query_start(store->db, SELECT_ITEM, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    *out_task_no = mbill__column_whole(query, 9);
    mbill_status status = read_item(query, out, err);
    mbill__query_end(query);
    return status;
}

mbill_status mbill__task_item_insert(mbill_store *store, const mbill__kept_task *task, const mbill_task_item *item,
    mbill_error *err)
{
    static const char PUT_ITEM[] = "INSERT INTO mbill_task_item(task_no, run, place, name, item, state, attempts, outcome,"
                                   " answered, code, at_utc_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, ?7)";
    const char *name = task->plan->targets[item->target].name;
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_ITEM, &query, err));
    mbill__bind_whole(query, 1, task->task_no);
    mbill__bind_whole(query, 2, item->run);
    mbill__bind_whole(query, 3, item->target);
    mbill__bind_text(query, 4, name, strlen(name));
    mbill__bind_blob(query, 5, item->id.bytes, sizeof item->id.bytes);
    mbill__bind_whole(query, 6, item->state);
    mbill__bind_whole(query, 7, item->at_utc_s);
    return mbill__query_run(query, NULL, err);
}

/* Cut where a character of UTF-8 begins. */
static size_t reason_len(const char *reason)
{
    size_t len = strlen(reason);
    if (len <= REASON_MAX) return len;
    len = REASON_MAX;
    while (len > 0 && ((unsigned char)reason[len] & 0xC0) == 0x80) len--;
    return len;
}

mbill_status mbill__task_item_save(mbill_store *store, int64_t task_no, const mbill_task_item *item, const char *reason,
    mbill_error *err)
{
    static const char SET_ITEM[] =
        "UPDATE mbill_task_item SET state = ?4, attempts = ?5, outcome = ?6, answered = ?7, code = ?8,"
        " at_utc_s = ?9, reason = coalesce(?10, reason) WHERE task_no = ?1 AND run = ?2 AND place = ?3";
    const int64_t values[] = {task_no, item->run, item->target, item->state, item->attempts, item->outcome, item->answered,
        item->code, item->at_utc_s};
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SET_ITEM, &query, err));
    for (int i = 0; i < 9; i++) mbill__bind_whole(query, i + 1, values[i]);
    mbill__bind_text(query, 10, reason, reason != NULL ? reason_len(reason) : 0);
    return mbill__query_run(query, NULL, err);
}
