/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with batch tasks does: adding, operators, work out and answers in. */
#include "glue_task.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts ---- */

static mbill_status write_task(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_task_write(context, out_text, inout_len, err);
}

mbill_status mbill_face_task_canonical(const char *text, size_t text_len, const char *targets, size_t targets_len,
    mbill_face_text *out_text, mbill_error *err)
{
    mbill_task *task = NULL;
    mbill_status status = mbill_task_read(text, text_len, targets, targets_len, NULL, NULL, NULL, &task, err);
    if (status == MBILL_OK) status = face_write(write_task, task, out_text, err);
    mbill_task_free(task);
    return status;
}

/* An id, or NULL for none. */
static mbill_status read_id(const char *text, size_t len, mbill_id *out, const mbill_id **out_given, mbill_error *err)
{
    *out_given = text != NULL ? out : NULL;
    return text != NULL ? mbill_id_parse(text, len, out, err) : MBILL_OK;
}

typedef struct tasks_asked {
    mbill_store *store;
    const mbill_id *id;
} tasks_asked;

static mbill_status write_tasks(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const tasks_asked *of = context;
    return mbill_store_tasks(of->store, of->id, out_text, inout_len, err);
}

mbill_status mbill_face_task_show(mbill_store *store, const char *name, size_t name_len, mbill_face_text *out_text,
    mbill_error *err)
{
    mbill_id id;
    tasks_asked of = {store, NULL};
    mbill_status status = read_id(name, name_len, &id, &of.id, err);
    return status == MBILL_OK ? face_write(write_tasks, &of, out_text, err) : status;
}

/* ---- adding ---- */

typedef struct chosen {
    mbill_store *store;
    const char *text, *selection;
    size_t text_len, selection_len;
} chosen;

static mbill_status write_chosen(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const chosen *of = context;
    return mbill_store_task_targets(of->store, of->text, of->text_len, of->selection, of->selection_len, out_text, inout_len,
        err);
}

/* The same task once more is no failure: it is shown as it stands. */
static mbill_status keep(mbill_store *store, const mbill_task *task, int64_t now_utc_s, mbill_face_text *out_text,
    mbill_error *err)
{
    mbill_task_info info = {.struct_size = (uint32_t)sizeof info};
    mbill_status status = mbill_task_get_info(task, &info, err);
    if (status == MBILL_OK) status = mbill_store_task_add(store, task, now_utc_s, NULL, NULL, err);
    if (status != MBILL_OK && status != MBILL_E_EXISTS) return status;
    return face_write(write_tasks, &(tasks_asked){store, &info.id}, out_text, err);
}

mbill_status mbill_face_task_add(mbill_store *store, const char *text, size_t text_len, const char *targets, size_t targets_len,
    const char *selection, size_t selection_len, int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    mbill_task *task = NULL;
    mbill_face_text named = {NULL, 0};
    mbill_status status = MBILL_OK;
    if (targets != NULL && selection != NULL)
        return face_fail(err, MBILL_E_MISUSE, -1, "targets are chosen by a file, or by a selection, not both");
    if (selection != NULL) {
        status = face_write(write_chosen, &(chosen){store, text, selection, text_len, selection_len}, &named, err);
        targets = named.p;
        targets_len = named.n;
    }
    if (status == MBILL_OK) status = mbill_task_read(text, text_len, targets, targets_len, NULL, NULL, NULL, &task, err);
    if (status == MBILL_OK) status = keep(store, task, now_utc_s, out_text, err);
    mbill_task_free(task);
    free(named.p);
    return status;
}

/* ---- operators ---- */

mbill_status mbill_face_task_step(mbill_store *store, const char *name, size_t name_len, const char *what, size_t what_len,
    const char *by, size_t by_len, int64_t now_utc_s, mbill_error *err)
{
    static const char *const events[] = {NULL, "approve", "pause", "resume", "cancel"};
    face_words words = {0};
    mbill_id id;
    const mbill_id *given;
    int32_t event = MBILL_TASK_CANCEL;
    while (event > 0 && !face_is(what, what_len, events[event])) event--;
    if (event == 0) return face_no_such(what, what_len, err);
    mbill_status status = read_id(name, name_len, &id, &given, err);
    if (status != MBILL_OK) return status;
    const char *who = face_word(&words, by, by_len, err);
    status = words.status;
    if (status == MBILL_OK) status = mbill_store_task_step(store, given, event, who, now_utc_s, err);
    face_words_free(&words);
    return status;
}

/* ---- work ---- */

mbill_status mbill_face_task_run(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int64_t budget,
    mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_task_run run = {.struct_size = (uint32_t)sizeof run};
    mbill_id id;
    const mbill_id *given;
    mbill_status status = read_id(name, name_len, &id, &given, err);
    if (status == MBILL_OK) status = mbill_store_task_run(store, given, now_utc_s, budget, NULL, NULL, &run, err);
    face_add(&join, "{");
    face_add_whole(&join, "done", run.n_done);
    face_add_whole(&join, "refused", run.n_refused);
    face_add_whole(&join, "left", run.n_left);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

static void add_registers(face_join *join, const mbill_task *plan)
{
    const char *name = mbill_task_register(plan, 0);
    if (name == NULL) {
        face_add_member(join, "registers", "all");
        return;
    }
    face_add_key(join, "registers");
    face_add(join, "[");
    for (size_t i = 0; name != NULL; name = mbill_task_register(plan, ++i)) {
        if (i > 0) face_add(join, ",");
        face_add_quoted(join, name);
    }
    face_add(join, "]");
}

static void add_work(void *ctx, const mbill_store_work *work)
{
    face_join *to = ctx;
    mbill_task_info info = {.struct_size = (uint32_t)sizeof info};
    if (mbill_task_get_info(work->plan, &info, NULL) != MBILL_OK) {
        to->failed = 1;
        return;
    }
    face_add(to, "{");
    face_add_id(to, "item", &work->work.item);
    face_add_whole(to, "attempt", work->work.attempt);
    face_add_id(to, "task", &work->task);
    face_add_member(to, "meter", work->target);
    face_add_member(to, "do", mbill_task_kind_name(info.kind));
    if (info.kind == MBILL_TASK_SWITCH) face_add_member(to, "switch", info.is_on != 0 ? "on" : "off");
    if (info.kind == MBILL_TASK_READ) add_registers(to, work->plan);
    face_add_instant(to, "due", work->work.run_utc_s);
    face_add_instant(to, "until", work->work.until_utc_s);
    face_add(to, "}\n");
}

mbill_status mbill_face_task_due(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int64_t room,
    mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_id id;
    const mbill_id *given;
    if (room < 1 || room > INT32_MAX)
        return face_fail(err, MBILL_E_RANGE, -1, "at most %lld pieces of work, expected 1 to 2147483647", (long long)room);
    mbill_status status = read_id(name, name_len, &id, &given, err);
    face_add(&join, "");
    if (status == MBILL_OK) status = mbill_store_task_due(store, given, now_utc_s, (size_t)room, add_work, &join, NULL, err);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_task_result(mbill_store *store, const char *text, size_t text_len, const char *reason, size_t reason_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_task_answer answer;
    int32_t verdict = 0;
    mbill_status status = mbill_task_answer_read(text, text_len, &answer, err);
    if (status != MBILL_OK) return status;
    const char *why = face_word(&words, reason, reason_len, err);
    status = words.status;
    if (status == MBILL_OK) status = mbill_store_task_result(store, &answer, why, now_utc_s, &verdict, err);
    face_words_free(&words);
    face_add(&join, "{");
    face_add_id(&join, "item", &answer.item);
    face_add_whole(&join, "attempt", answer.attempt);
    face_add_member(&join, "verdict", mbill_verdict_name(verdict));
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}
