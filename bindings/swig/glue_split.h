/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of shared costs does. Answers are those of `meterbill split`. */
#ifndef MBILL_SWIG_GLUE_SPLIT_H
#define MBILL_SWIG_GLUE_SPLIT_H

#include "glue.h"

/* A split request, read and worked out. */
mbill_status mbill_face_split_read(const char *text, size_t text_len, mbill_split **out_split, mbill_error *err);
/* The answer document. */
mbill_status mbill_face_split_write(const mbill_split *split, mbill_face_text *out_text, mbill_error *err);
/* Whether a claimed answer is the right one; refused where it is not. */
mbill_status mbill_face_split_verify(const mbill_split *split, const char *claim, size_t claim_len, mbill_error *err);
/* The operations that book it, one a line, as `--as ledger` prints them. */
mbill_status mbill_face_split_ledger(const mbill_split *split, mbill_face_text *out_text, mbill_error *err);
/* {"account":…,"bill":…} a line, as `--as bills` prints them. */
mbill_status mbill_face_split_bills(const mbill_split *split, mbill_face_text *out_text, mbill_error *err);

/* Shares of columns: amounts in whole units of `step`, largest remainder or another method (mbill_apportion_method); the answer is the residual.
 * zero_policy: mbill_zero_policy. weights and keys are one a share. */
mbill_status mbill_face_apportion(int64_t total, const uint64_t *keys, size_t n_keys, const uint64_t *weights, size_t n_weights,
    int32_t method, int32_t zero_policy, uint64_t tie_salt, uint64_t absorb_key, int64_t step, int64_t *out_amounts,
    size_t n_out_amounts, int64_t *out_value, mbill_error *err);

#endif
