/* SPDX-License-Identifier: Apache-2.0 */
/* Time passes for a task that a store keeps. */
#ifndef MBILL__STORE_TASK_PASS_H
#define MBILL__STORE_TASK_PASS_H

#include "store/task_keep.h"

/* Leases run out, runs begin and end, until nothing more is to be done now. *inout_now is never before the task's last change. The state is changed in
 * *task alone: the caller saves it. */
mbill_status mbill__task_pass_time(mbill_store *store, mbill__kept_task *task, int64_t *inout_now_utc_s, mbill_error *err);
mbill_status mbill__task_end_items(mbill_store *store, const mbill__kept_task *task, int64_t now_utc_s, mbill_error *err);

#endif
