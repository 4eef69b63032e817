/* SPDX-License-Identifier: Apache-2.0 */
/* Custom charges on bills that are paid afterwards: which of their periods a bill is of, besides what meters measured. Law: a period stands on at
 * most one bill that was not given up. */
#ifndef MBILL__STORE_BILLING_ITEMS_H
#define MBILL__STORE_BILLING_ITEMS_H

#include "document/write.h"
#include "store/inner.h"

/* Put every period that is kept for a bill of the draft's account on it, and its amount to the draft's; a transaction to write is open. */
mbill_status mbill__billing_items_take(mbill_store *store, int64_t bill_no, mbill_error *err);

/* What a bill's amount has of custom charges. */
mbill_status mbill__billing_items_sum(mbill_store *store, int64_t bill_no, int64_t *out_micro, mbill_error *err);

/* As a member of a document: a list. */
mbill_status mbill__billing_items_write(mbill_store *store, int64_t bill_no, mbill__writer *writer, mbill_error *err);

#endif
