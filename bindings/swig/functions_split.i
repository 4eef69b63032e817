/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of shared costs does; glue_split.h says what each function gives. */
%{
#include "glue_split.h"
%}
FACE_HANDLE(mbill_split, mbill_split_free)
FACE_TEXT(claim)
FACE_COLUMN(uint64_t, keys)
FACE_COLUMN(uint64_t, weights)
FACE_COLUMN_OUT(int64_t, amounts)

mbill_status mbill_face_split_read(const char *text, size_t text_len, mbill_split **out_split, mbill_error *err);
mbill_status mbill_face_split_write(mbill_split *split, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_split_verify(mbill_split *split, const char *claim, size_t claim_len, mbill_error *err);
mbill_status mbill_face_split_ledger(mbill_split *split, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_split_bills(mbill_split *split, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_apportion(int64_t total, const uint64_t *keys, size_t n_keys, const uint64_t *weights, size_t n_weights,
    int32_t method, int32_t zero_policy, uint64_t tie_salt, uint64_t absorb_key, int64_t step, int64_t *out_amounts,
    size_t n_out_amounts, int64_t *out_value, mbill_error *err);
