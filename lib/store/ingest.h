/* SPDX-License-Identifier: Apache-2.0 */
/* A batch of readings into tiles, inside of a transaction, for those who name rows in their own way. */
#ifndef MBILL__INGEST_H
#define MBILL__INGEST_H

#include "meterbill/ingest.h"
#include "store/inner.h"

/* What could not be kept beside what is there; index: row of the batch, -1: it is no such refusal. */
typedef struct mbill__reading_conflict {
    int64_t index, kept_micro, given_micro;
} mbill__reading_conflict;

/* The rows are checked but for their registers: those must be in the store. MBILL_E_EXISTS_DIFFERENT fills *out_conflict. */
mbill_status mbill__ingest(mbill_store *store, const mbill_reading_columns *batch, mbill_ingest_counts *out,
    mbill__reading_conflict *out_conflict, mbill_error *err);

/* What the caller's out struct may take: its struct_size is checked, NULL is fine. */
mbill_status mbill__ingest_out(const mbill_ingest_counts *out, mbill_error *err);
void mbill__ingest_give(mbill_ingest_counts *out, const mbill_ingest_counts *counts);

#endif
