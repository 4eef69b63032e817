/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is said of an operation that a ledger took does, whether it is in memory or a store's. */
#ifndef MBILL_SWIG_LEDGER_SAYS_H
#define MBILL_SWIG_LEDGER_SAYS_H

#include "join.h"

mbill_status face_add_answer(face_join *join, const mbill_book *book, const mbill_operation_batch *line, const mbill_result *result,
    int64_t now_utc_s, mbill_error *err);

#endif
