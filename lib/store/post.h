/* SPDX-License-Identifier: Apache-2.0 */
/* Money operations written into the journal, inside a transaction that the caller has begun. */
#ifndef MBILL__POST_H
#define MBILL__POST_H

#include "store/inner.h"

/* Write the operation, its legs and the new balance. An id that is there: MBILL_E_EXISTS (same account and body; *out_after is
 * the balance behind the first one) or MBILL_E_EXISTS_DIFFERENT. out_after may be NULL. */
mbill_status mbill__store_post(mbill_store *store, int64_t account_no, const mbill_posting *operation, int64_t recorded_utc_s,
    mbill_balance *out_after, int64_t *out_operation_no, mbill_error *err);

#endif
