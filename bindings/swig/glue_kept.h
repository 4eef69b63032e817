/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with what a store runs by itself does: its ledger, alarms, tasks, custom charges and payment bills. Lines are JSON objects. */
#ifndef MBILL_SWIG_GLUE_KEPT_H
#define MBILL_SWIG_GLUE_KEPT_H

#include "glue.h"

/* ---- the ledger ---- */

/* One operation as a line, as mbill_face_book_do() does in memory; durable when it is answered. */
mbill_status mbill_face_store_do(mbill_store *store, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
/* An account of the ledger by its number: as `meterbill ledger` says it. */
mbill_status mbill_face_store_ledger_account(mbill_store *store, int64_t number, mbill_face_text *out_text, mbill_error *err);
/* The chain of records checked from the first to the last: how many there are. */
mbill_status mbill_face_store_verify(mbill_store *store, int64_t *out_value, mbill_error *err);

/* ---- alarms ---- */

/* A configuration under a name: {"added", "same"}. */
mbill_status mbill_face_store_alarm_put(mbill_store *store, const char *name, size_t name_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err);
/* The configuration of every account that has none of its own; no name: none. */
mbill_status mbill_face_store_alarm_default(mbill_store *store, const char *name, size_t name_len, mbill_error *err);
/* Of the accounts that a selection names: how many. */
mbill_status mbill_face_store_alarm_choose(mbill_store *store, const char *name, size_t name_len, const char *selection,
    size_t selection_len, int64_t *out_value, mbill_error *err);
/* Time passes for alarms that watch what the store books. */
mbill_status mbill_face_store_alarm_tick(mbill_store *store, int64_t now_utc_s, mbill_error *err);
/* Lines to a configuration, all or nothing: the answers, a line each. */
mbill_status mbill_face_store_alarm_run(mbill_store *store, const char *name, size_t name_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err);
/* What happened: of an account or of any, in [from_utc_s, to_utc_s), kept behind the one of a number. */
mbill_status mbill_face_store_alarm_events(mbill_store *store, const char *name, size_t name_len, int64_t from_utc_s, int64_t to_utc_s,
    int64_t behind, mbill_face_text *out_text, mbill_error *err);

/* ---- tasks and custom charges ---- */

/* A task as a document, and its targets as CSV or NULL: the task as the store has it. */
mbill_status mbill_face_store_task_add(mbill_store *store, const char *text, size_t text_len, const char *targets, size_t targets_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
/* what is "approve", "pause", "resume" or "cancel"; bytes is the id; name is the operator. */
mbill_status mbill_face_store_task_step(mbill_store *store, const char *what, size_t what_len, const uint8_t *bytes, size_t bytes_len,
    const char *name, size_t name_len, int64_t now_utc_s, mbill_error *err);
/* Tasks that the store does by itself, at most `budget` items; no id: all. {"done", "refused", "left"}. */
mbill_status mbill_face_store_task_run(mbill_store *store, const uint8_t *bytes, size_t bytes_len, int64_t now_utc_s, int64_t budget,
    mbill_face_text *out_text, mbill_error *err);
/* The answer of a host to work that was handed out, as a document: the verdict's name. */
mbill_status mbill_face_store_task_result(mbill_store *store, const char *text, size_t text_len, const char *reason, size_t reason_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);

/* A custom charge as a document. */
mbill_status mbill_face_store_charge_put(mbill_store *store, const char *text, size_t text_len, mbill_error *err);
/* Its first day without, days since 1970-01-01. */
mbill_status mbill_face_store_charge_end(mbill_store *store, const char *name, size_t name_len, int32_t day, mbill_error *err);
/* Periods that are due are charged: {"charged", "refused", "waiting", "total"}. No name: every charge. flags: MBILL_CHARGE_PREVIEW. */
mbill_status mbill_face_store_charge_run(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int32_t flags,
    mbill_face_text *out_text, mbill_error *err);

/* ---- payment bills ---- */

/* what is a step of cycle.h by name, such as "review", "issue" or "write_off"; bill 0: all; options: lines of amount (10^-6), reason, note, by, plain.
 * {"done", "refused", "booked", "refusals": [{"bill", "status", "message"}]}. */
mbill_status mbill_face_store_billing_step(mbill_store *store, const char *what, size_t what_len, int64_t bill, int64_t at_utc_s,
    const char *options, size_t options_len, mbill_face_text *out_text, mbill_error *err);
/* A payment bill as a document. */
mbill_status mbill_face_store_billing_document(mbill_store *store, int64_t bill, mbill_face_text *out_text, mbill_error *err);
/* Bills (1) or arrears (2) as CSV (1) or a line each (2), as they stand at an instant. name: of an account, or NULL; selection likewise. */
mbill_status mbill_face_store_billing_export(mbill_store *store, int32_t kind, int32_t format, int64_t at_utc_s, const char *name,
    size_t name_len, const char *selection, size_t selection_len, mbill_face_text *out_text, mbill_error *err);

#endif
