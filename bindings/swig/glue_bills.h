/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with payment bills does: policies tried out, steps, reminders, lists by state and order, sums, scores. */
#ifndef MBILL_SWIG_GLUE_BILLS_H
#define MBILL_SWIG_GLUE_BILLS_H

#include "glue.h"

/* A document of kind "cycle": a policy, bills and what happens to them. One of kind "cycle_run". */
mbill_status mbill_face_cycle_run(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);

/* A step of one bill, or with 0 of all: what is "review", "issue", … (cycle.h). flags: MBILL_BILLING_PLAIN. {"do", "done", "refused", "booked", "refusals": [{"bill", "status",
 * "path", "message"}], "reminders": [{"bill", "account", "step", "open", "days_late", "channels"}]}. */
mbill_status mbill_face_billing_step(mbill_store *store, const char *what, size_t what_len, int64_t bill, int64_t at_utc_s,
    int32_t flags, int64_t amount_micro, int32_t reason, const char *note, size_t note_len, const char *by, size_t by_len,
    mbill_face_text *out_text, mbill_error *err);

/* A payment bill as a document, with its history. */
mbill_status mbill_face_billing_document(mbill_store *store, int64_t bill, mbill_face_text *out_text, mbill_error *err);

/* what is "bills" or "arrears"; states: bit s for those in state s, 0 for all; order: MBILL_BILLING_BY_*; format: MBILL_BILLING_CSV or _JSON_LINES. */
mbill_status mbill_face_billing_rows(mbill_store *store, const char *what, size_t what_len, int64_t at_utc_s, int32_t states,
    int32_t order, const char *name, size_t name_len, const char *selection, size_t selection_len, int32_t format,
    mbill_face_text *out_text, mbill_error *err);
/* {"bills", "issued", "corrected", "fees", "paid", "open", "written_off", "rest", "ledger", "different"}. */
mbill_status mbill_face_billing_totals(mbill_store *store, mbill_face_text *out_text, mbill_error *err);

/* what is "account" or "place". */
mbill_status mbill_face_billing_priority(mbill_store *store, const char *what, size_t what_len, const char *name, size_t name_len,
    int32_t priority, mbill_error *err);
/* weight: MBILL_SCORE_BY_*; fact: kept under this name too, or NULL. {"score", "bills"}, the score in 1/10,000. */
mbill_status mbill_face_billing_score(mbill_store *store, const char *name, size_t name_len, int32_t months, int32_t weight,
    int32_t least, int64_t at_utc_s, const char *fact, size_t fact_len, mbill_face_text *out_text, mbill_error *err);

#endif
