/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with the ledger and the alarms of a store does. Lines are JSON objects. */
#ifndef MBILL_SWIG_GLUE_KEPT_H
#define MBILL_SWIG_GLUE_KEPT_H

#include "glue.h"

/* ---- the ledger ---- */

/* One operation as a line, as mbill_face_book_do() does in memory; durable when it is answered. */
mbill_status mbill_face_store_do(mbill_store *store, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
/* A document of kind "operations", each batch durable before the next: as `meterbill ledger apply --store` says it. */
mbill_status mbill_face_store_ledger_apply(mbill_store *store, const char *text, size_t text_len, mbill_face_text *out_text,
    mbill_error *err);
/* An account of the ledger by its number: as `meterbill ledger` says it. */
mbill_status mbill_face_store_ledger_account(mbill_store *store, int64_t number, mbill_face_text *out_text, mbill_error *err);
/* The chain of records checked from the first to the last: how many there are. */
mbill_status mbill_face_store_verify(mbill_store *store, int64_t *out_value, mbill_error *err);

/* Holds that have expired by now are given back. */
mbill_status mbill_face_store_ledger_tick(mbill_store *store, int64_t now_utc_s, mbill_error *err);
/* All that is worked out from the records is made anew from the file: how many records there are. */
mbill_status mbill_face_store_ledger_rebuild(mbill_store *store, int64_t *out_value, mbill_error *err);
/* The journal as bytes, and back: all of it or nothing. */
mbill_status mbill_face_store_ledger_export(mbill_store *store, mbill_face_bytes *out_bytes, mbill_error *err);
mbill_status mbill_face_store_ledger_import(mbill_store *store, const uint8_t *bytes, size_t bytes_len, mbill_error *err);

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

#endif
