/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a ledger in memory does; glue_ledger.h says what each function gives. */
%{
#include "glue_ledger.h"
%}
FACE_HANDLE(mbill_book, mbill_book_free)
FACE_TEXT(policy)

mbill_status mbill_face_book_open(mbill_book **out_book, mbill_error *err);
mbill_status mbill_face_book_apply(mbill_book *book, const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_do(mbill_book *book, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_tick(mbill_book *book, int64_t now_utc_s, mbill_error *err);
mbill_status mbill_face_book_account(mbill_book *book, int64_t account, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_record(mbill_book *book, int64_t record, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_book_n_records(mbill_book *book, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_book_find(mbill_book *book, const uint8_t *bytes, size_t bytes_len, int64_t *out_value,
    mbill_error *err);
mbill_status mbill_face_book_journal(mbill_book *book, int64_t first, int64_t n, mbill_face_bytes *out_bytes,
    mbill_error *err);
mbill_status mbill_face_book_replay(mbill_book *book, const uint8_t *bytes, size_t bytes_len, mbill_error *err);
mbill_status mbill_face_policy_check(const char *policy, size_t policy_len, mbill_error *err);
