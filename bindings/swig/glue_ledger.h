/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a ledger in memory does. A book is of one thread at a time: the faces hold a lock. */
#ifndef MBILL_SWIG_GLUE_LEDGER_H
#define MBILL_SWIG_GLUE_LEDGER_H

#include "glue.h"

mbill_status mbill_face_book_open(mbill_book **out_book, mbill_error *err);
/* A document of kind "operations": the answer of `meterbill ledger apply --json`. All of it, or nothing is booked. */
mbill_status mbill_face_book_apply(mbill_book *book, const char *text, size_t text_len, mbill_face_text *out_text,
    mbill_error *err);
/* One operation as a line, at now where it does not say when: {"result":…,"record":…,"account":…}; policy: of an open without one, or NULL. */
mbill_status mbill_face_book_do(mbill_book *book, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_tick(mbill_book *book, int64_t now_utc_s, mbill_error *err);
/* An account's numbers, and a record, as `meterbill ledger` says them. */
mbill_status mbill_face_book_account(const mbill_book *book, int64_t account, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_record(const mbill_book *book, int64_t record, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_n_records(const mbill_book *book, int64_t *out_value, mbill_error *err);
/* The record of an id, 16 bytes; -1: none. */
mbill_status mbill_face_book_find(const mbill_book *book, const uint8_t *bytes, size_t bytes_len, int64_t *out_value,
    mbill_error *err);
/* Records as bytes, the same on every machine, and back. */
mbill_status mbill_face_book_journal(const mbill_book *book, int64_t first, int64_t n, mbill_face_bytes *out_bytes,
    mbill_error *err);
mbill_status mbill_face_book_replay(mbill_book *book, const uint8_t *bytes, size_t bytes_len, mbill_error *err);
/* Refused where a policy contradicts itself. */
mbill_status mbill_face_policy_check(const char *policy, size_t policy_len, mbill_error *err);

#endif
