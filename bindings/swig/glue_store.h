/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with a store does: opening, filling, closing a span, what it shows. */
#ifndef MBILL_SWIG_GLUE_STORE_H
#define MBILL_SWIG_GLUE_STORE_H

#include "glue.h"

/* flags: MBILL_STORE_*. */
mbill_status mbill_face_store_open(const char *path, size_t path_len, int32_t flags, int32_t busy_timeout_ms, mbill_store **out_store,
    mbill_error *err);
mbill_status mbill_face_store_backup(mbill_store *store, const char *path, size_t path_len, mbill_error *err);

/* A document into the store: what is "tariff", "accounts", "lists", "places", "people" or "billing_policy". {"added", "same"}. */
mbill_status mbill_face_store_put(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err);
/* Rows of CSV: what is "readings", "top_ups" or "payments"; zone: a POSIX rule for times without an offset, or NULL. {"added", "same"}. */
mbill_status mbill_face_store_put_rows(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    const char *zone, size_t zone_len, mbill_face_text *out_text, mbill_error *err);
/* The number of a register, for columns; no name: the meter's only one. */
mbill_status mbill_face_store_register_number(mbill_store *store, const char *meter, size_t meter_len, const char *name, size_t name_len,
    int64_t *out_value, mbill_error *err);
/* Readings as columns of one length: registers by number, times, counts; with ends they are intervals; marks: MBILL_READING_* of each, or none. flags: MBILL_INGEST_CORRECT.
 * {"added", "same", "corrected", "behind_bill"}. */
mbill_status mbill_face_store_ingest(mbill_store *store, const int64_t *registers, size_t n_registers, const int64_t *at_utc_s,
    size_t n_at_utc_s, const int64_t *ends_utc_s, size_t n_ends_utc_s, const int64_t *values_micro, size_t n_values_micro,
    const uint8_t *marks, size_t n_marks, int32_t flags, mbill_face_text *out_text, mbill_error *err);
/* Rows of CSV that take the place of readings: {"added", "same", "corrected", "behind_bill"}. */
mbill_status mbill_face_store_correct(mbill_store *store, const char *text, size_t text_len, const char *zone, size_t zone_len,
    mbill_face_text *out_text, mbill_error *err);
/* An account begins or ends: what is "opening" or "leaving". {"already", "number", "billed", "refund", "owed", "n_billed"}. */
mbill_status mbill_face_store_stay(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err);
/* Takes the names of people off an account: the fields that were. */
mbill_status mbill_face_store_forget(mbill_store *store, const char *name, size_t name_len, int64_t at_utc_s, const char *reason,
    size_t reason_len, int64_t *out_value, mbill_error *err);

/* What the store says of itself: what is "summary", "places", "alarms", "charges", "months" or "tasks". */
mbill_status mbill_face_store_show(mbill_store *store, const char *what, size_t what_len, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_store_account_number(mbill_store *store, const char *name, size_t name_len, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_store_account(mbill_store *store, const char *name, size_t name_len, mbill_face_text *out_text, mbill_error *err);
/* Those that a selection names, or all. */
mbill_status mbill_face_store_accounts(mbill_store *store, const char *selection, size_t selection_len, mbill_face_text *out_text,
    mbill_error *err);
/* The bills of an account; from: those of the span that begins at this civil day, or NULL. */
mbill_status mbill_face_store_bills(mbill_store *store, const char *name, size_t name_len, const char *from, size_t from_len,
    mbill_face_text *out_text, mbill_error *err);

/* The rows of a report. options: lines of KEY=VALUE with from, to, zone, by, selection, charge, fact, series, period, tariff. format: MBILL_REPORT_CSV, with a line of
 * names first, or MBILL_REPORT_JSON, an object a line. */
mbill_status mbill_face_store_report(mbill_store *store, const char *name, size_t name_len, const char *options, size_t options_len,
    int32_t format, mbill_face_text *out_text, mbill_error *err);

/* Readings of a month into a file of their own, or back: what is "detach", "purge" or "attach". {"month", "readings", "tiles", "digest"}. */
mbill_status mbill_face_store_month(mbill_store *store, const char *what, size_t what_len, const char *name, size_t name_len,
    const char *path, size_t path_len, mbill_face_text *out_text, mbill_error *err);

#endif
