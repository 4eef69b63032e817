/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is said of an operation that a ledger took does, whether it is in memory or a store's. */
#ifndef MBILL_SWIG_LEDGER_SAYS_H
#define MBILL_SWIG_LEDGER_SAYS_H

#include "join.h"

/* A prepay account, a plain one, or one of the system that was used. */
int face_is_there(const mbill_book *book, int64_t account);
/* Result, record, the accounts that it is about, and what its batch asks of supply. */
mbill_status face_add_operation(face_join *join, const mbill_book *book, const mbill_operation *op, const mbill_result *result,
    const mbill_operation_batch *batch, int64_t now_utc_s, mbill_error *err);

#endif
