/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of mbill_task and mbill_task_item as task.h has them, inside a transaction of the caller's. */
#ifndef MBILL__STORE_TASK_KEEP_H
#define MBILL__STORE_TASK_KEEP_H

#include "operate/task.h"
#include "store/inner.h"

typedef struct mbill__kept_task {
    int64_t task_no;
    const mbill_task *plan; /* the store's own: until another one is loaded */
    mbill_task_state state;
} mbill__kept_task;

#define MBILL__TASK_BATCH 256 /* items that are looked at together */

/* Which items of a run are asked for. */
typedef enum mbill__task_which {
    MBILL__TASK_OPEN,   /* that may be handed out or answered in time */
    MBILL__TASK_READY,  /* that may be handed out now */
    MBILL__TASK_LAPSED, /* whose lease is over */
} mbill__task_which;

/* MBILL_E_NOT_FOUND names the task. */
mbill_status mbill__task_find(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_error *err);
/* The next task that may still do something behind this number, of those that the host does or of the others; 0: there is none. */
mbill_status mbill__task_next(mbill_store *store, int64_t behind, bool by_host, int64_t *out_task_no, mbill_error *err);
mbill_status mbill__task_load(mbill_store *store, int64_t task_no, mbill__kept_task *out, mbill_error *err);
mbill_status mbill__task_save(mbill_store *store, const mbill__kept_task *task, mbill_error *err);
mbill_status mbill__task_insert(mbill_store *store, const mbill_task_info *info, const char *body, const mbill_task_state *state,
    mbill_error *err);

/* In the order of the targets, at most limit. */
mbill_status mbill__task_items(mbill_store *store, const mbill__kept_task *task, mbill__task_which which, int64_t now_utc_s,
    size_t limit, mbill_task_item *out, size_t *out_n, mbill_error *err);
mbill_status mbill__task_count(mbill_store *store, const mbill__kept_task *task, mbill__task_which which, int64_t now_utc_s,
    int64_t *out_n, mbill_error *err);
mbill_status mbill__task_count_out(mbill_store *store, const mbill__kept_task *task, int64_t *out_n, mbill_error *err);
/* The item and the task that it is of; *out_task_no 0: there is none. */
mbill_status mbill__task_item_find(mbill_store *store, const mbill_id *id, int64_t *out_task_no, mbill_task_item *out,
    mbill_error *err);
mbill_status mbill__task_item_insert(mbill_store *store, const mbill__kept_task *task, const mbill_task_item *item,
    mbill_error *err);
/* reason NULL: as it was. */
mbill_status mbill__task_item_save(mbill_store *store, int64_t task_no, const mbill_task_item *item, const char *reason,
    mbill_error *err);

#endif
