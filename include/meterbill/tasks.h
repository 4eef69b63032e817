/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tasks.h  Batch tasks that a store keeps (task.h says what a task is).
 *
 * What happens inside the library (top_up, set_tariff, set_alarm_amounts) is done by mbill_store_task_run(): the effect and where its target stands
 * are one transaction, so that a run that was cut short, by a kill or a power cut, is simply called again. What happens outside (switch, read) is
 * handed out by mbill_store_task_due(), kept before it is handed out, and answered by mbill_store_task_result(). All runs of a task stay in
 * the file: a late answer finds its item.
 */
#ifndef MBILL_TASKS_H
#define MBILL_TASKS_H

#include "meterbill/store.h"
#include "meterbill/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keep a task, with the state that mbill_task_start() gives it: all of it or nothing.
 *
 * Every target must be in the store, an account or a meter as the task's kind says, and so must a tariff that is set. Each one that is not is
 * said to @p refused.
 *
 * @param store        not NULL
 * @param task         not NULL
 * @param now_utc_s    when it is made
 * @param refused      NULL, or called for each refused target: err->index is its place, from 0. Must not use the store
 * @param refused_ctx  handed to @p refused
 * @param[out] err     NULL, or filled on failure: index = the first refused target, from 0
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS           the same task is there; nothing changes
 * @retval MBILL_E_EXISTS_DIFFERENT another task has its id
 * @retval MBILL_E_NOT_FOUND        a target, or the tariff, is not in the store
 * @retval MBILL_E_RANGE            as mbill_task_start()
 * @retval MBILL_E_MISUSE           a pointer is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_add(mbill_store *store, const mbill_task *task, int64_t now_utc_s,
    mbill_task_refused refused, void *refused_ctx, mbill_error *err);

/**
 * The targets that a selection means for a task now, as a file of them (CSV) for mbill_task_read(): meters where the task is work for meters, `switch` or
 * `read`, else accounts (mbill_store_select()).
 *
 * A meter is meant when all that the selection says holds of it. `under`: it stands at that place or inside it, or, having no place of its own, an account that it measures
 * does. `tags`: each is one of its place, of a place above, or of an account that it measures. `utility`: it measures a contract of it. `register`: it has a register of
 * this name. `behind`: it stands behind this master meter.
 *
 * @param store              not NULL
 * @param json               the task's document, with or without targets; not NULL
 * @param len                its length in bytes
 * @param selection          NULL, or @p selection_len 0: every one
 * @param selection_len      its length in bytes
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure: path = JSON pointer in the document or in the selection
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND the place, or the meter of `behind`, is not in the store
 * @retval MBILL_E_INVALID   and the other statuses of mbill_task_read() and mbill_store_select()
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_targets(mbill_store *store, const char *json, size_t len,
    const char *selection, size_t selection_len, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * An operator approves, pauses, resumes or cancels a task: mbill_task_step().
 *
 * @param store      not NULL
 * @param task       its id
 * @param event      mbill_task_event
 * @param by         operator
 * @param now_utc_s  now
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such task
 * @retval MBILL_E_INVALID   and the other statuses of mbill_task_step()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_step(mbill_store *store, const mbill_id *task, int32_t event,
    const char *by, int64_t now_utc_s, mbill_error *err);

/** Work that is handed out; texts live during the call back. */
typedef struct mbill_store_work {
    mbill_id task;          /**< id of the task that it is of */
    mbill_task_work work;   /**< which item and attempt, and until when */
    const mbill_task *plan; /**< what the task says: mbill_task_get_info() */
    const char *target;     /**< id of the meter */
} mbill_store_work;

/**
 * Let time pass for tasks whose work is done by the host, and hand out what is due: mbill_task_due().
 *
 * What is handed out is durable before @p each is called. A program that ends before it has done it leaves it out until its lease ends.
 *
 * @param store       not NULL
 * @param task        one task, or NULL: all, in the order in which they were made
 * @param now_utc_s   now
 * @param room        at most so many pieces
 * @param each        called for each piece; must not use the store
 * @param each_ctx    handed to @p each
 * @param[out] out_n  NULL, or how many were handed out
 * @param[out] err    NULL, or filled on failure; what was handed out before stays so
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such task
 * @retval MBILL_E_INVALID   the task is one that mbill_store_task_run() does
 * @retval MBILL_E_RANGE     and the other statuses of mbill_task_due()
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(open items of the tasks).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_due(mbill_store *store, const mbill_id *task, int64_t now_utc_s,
    size_t room, void (*each)(void *ctx, const mbill_store_work *work), void *each_ctx, size_t *out_n, mbill_error *err);

/**
 * Take an answer: mbill_task_result(). It is durable when the call returns.
 *
 * @param store             not NULL
 * @param answer            not NULL
 * @param reason            NULL, or words of the host that are kept with it, cut to 200 bytes
 * @param now_utc_s         now
 * @param[out] out_verdict  mbill_verdict; not NULL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK         also when the answer changes nothing
 * @retval MBILL_E_INVALID  and the other statuses of mbill_task_result()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_result(mbill_store *store, const mbill_task_answer *answer,
    const char *reason, int64_t now_utc_s, int32_t *out_verdict, mbill_error *err);

/** What mbill_store_task_run() did. */
typedef struct mbill_task_run {
    uint32_t struct_size; /**< sizeof(mbill_task_run) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_done;       /**< by this call */
    int64_t n_refused;    /**< by this call: the reason stands with each item */
    int64_t n_left;       /**< that are due and were not come to */
} mbill_task_run;

/**
 * Do what is due of tasks whose work is inside the library, batch by batch, each one transaction.
 *
 * A top_up is a TOP_UP of the ledger (ledger.h) with the item's id, effective when the run was due. set_tariff ends the account's contract on
 * the task's day and begins one with the same meters under the new tariff; set_alarm_amounts replaces the account's amounts. What the ledger or
 * the store refuses is REFUSED for good, with the reason; the others go on.
 *
 * @param store          not NULL
 * @param task           one task, or NULL: all, in the order in which they were made
 * @param now_utc_s      now
 * @param budget         at most so many items; 0: all
 * @param progress       NULL, or called after each batch with the items done and refused so far; must not use the store
 * @param progress_ctx   handed to @p progress
 * @param[in,out] out    NULL, or with struct_size set
 * @param[out] err       NULL, or filled on failure; the batches before stay done
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such task
 * @retval MBILL_E_INVALID   the task is one that the host does
 * @retval MBILL_E_MISUSE    @p store is NULL, or struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(items due); a top_up opens the ledger: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_task_run(mbill_store *store, const mbill_id *task, int64_t now_utc_s,
    int64_t budget, void (*progress)(void *ctx, int64_t n), void *progress_ctx, mbill_task_run *out, mbill_error *err);

/**
 * Tasks, as a document of kind "tasks": each with id, title, what it does, life, run, when it is due and ends, who made and approved it,
 * and how many targets of the run are in which state. With a task's id also the items of its last run, each with target, state, attempts, outcome, code
 * and reason.
 *
 * @param store              not NULL
 * @param task               one task, or NULL: all
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND no such task
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_tasks(mbill_store *store, const mbill_id *task, char *out_text,
    size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
