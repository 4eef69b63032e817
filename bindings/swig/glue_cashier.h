/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with cashiers' days does: what was taken and given, counting, a provider's file. */
#ifndef MBILL_SWIG_GLUE_CASHIER_H
#define MBILL_SWIG_GLUE_CASHIER_H

#include "glue.h"

/* Every day that any cashier took or gave money on: what `cashier show --json` says. */
mbill_status mbill_face_cashier_days(mbill_store *store, mbill_face_text *out_text, mbill_error *err);
/* Counts a day, a civil day number, and lets it take no more; the same count again is no failure. What `cashier close --json` says. */
mbill_status mbill_face_cashier_close(mbill_store *store, const char *name, size_t name_len, int64_t channel, int32_t day,
    int64_t counted_micro, const char *note, size_t note_len, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err);
/* A provider's file (CSV with receipt and amount) against the ledger: what `cashier compare --json` says. */
mbill_status mbill_face_cashier_compare(mbill_store *store, int64_t channel, int32_t day, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err);

#endif
