/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages bill every contract for a span. */
#ifndef MBILL_SWIG_GLUE_CLOSE_H
#define MBILL_SWIG_GLUE_CLOSE_H

#include "glue.h"

/* A close under way; it is used and freed before its store, with nobody else in the store. */
typedef struct mbill_face_close mbill_face_close;

/* Begins a close for a span of civil days ("2026-01-01"); nothing is billed yet. flags: MBILL_PRICE_ALLOW_GAPS. */
mbill_status mbill_face_close_begin(mbill_store *store, const char *from, size_t from_len, const char *to, size_t to_len,
    int32_t flags, int64_t recorded_utc_s, mbill_face_close **out_close, mbill_error *err);
#ifndef SWIG /* freed by what owns the handle there */
void mbill_face_close_free(mbill_face_close *close);
#endif
/* Bills the next contracts, durably; budget: units of work. 1: there are more. */
mbill_status mbill_face_close_step(mbill_face_close *close, int64_t budget, int64_t *out_value, mbill_error *err);
/* What its steps did: {"billed", "already", "refused", "flagged", "readings", "total", "refusals": [{"account", "tariff", "status", "path", "message"}], "done", "contracts"}. */
mbill_status mbill_face_close_sums(mbill_face_close *close, mbill_face_text *out_text, mbill_error *err);
/* The contracts that its steps have looked at, and those that there are. */
mbill_status mbill_face_close_done(mbill_face_close *close, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_close_contracts(mbill_face_close *close, int64_t *out_value, mbill_error *err);

#endif
