/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of an operation without a book: whether its form is right, and where two bodies differ. */
#ifndef MBILL__LEDGER_FORM_H
#define MBILL__LEDGER_FORM_H

#include "meterbill/ledger.h"

#include <stdbool.h>

/* MBILL_RESULT_OK, BAD_ID, BAD_KIND, BAD_AMOUNT, BAD_POLICY, RESERVED_NONZERO. given: its fields that are not at rest (given.h). */
int32_t mbill__form_check(const mbill_operation *op, uint32_t given);
bool mbill__form_is_recorded(const mbill_operation *op, uint32_t given); /* right, or an expiry, which the ledger alone writes */
int32_t mbill__form_differs(const mbill_operation *a,
    const mbill_operation *b); /* the first field of mbill_operation_field that differs; 0: none */

#endif
