/* SPDX-License-Identifier: Apache-2.0 */
/* What a task does inside the store for one target. */
#ifndef MBILL__STORE_TASK_EFFECT_H
#define MBILL__STORE_TASK_EFFECT_H

#include "store/task_keep.h"

/* MBILL_OK: done, by this call or before. *out_code: the ledger's result; 0: none. A status that does not end the transaction (see
 * mbill__task_may_go_on) is a refusal of this target, whose message is the reason; nothing was then changed but the ledger's own record of it. */
mbill_status mbill__task_effect(mbill_store *store, const mbill__kept_task *task, const mbill_task_item *item, int64_t now_utc_s,
    int32_t *out_code, mbill_error *err);

/* Whether a status concerns the target alone. */
bool mbill__task_may_go_on(mbill_status status);

#endif
