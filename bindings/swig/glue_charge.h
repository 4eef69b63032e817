/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with custom charges does. */
#ifndef MBILL_SWIG_GLUE_CHARGE_H
#define MBILL_SWIG_GLUE_CHARGE_H

#include "glue.h"

/* A document of kind "charge" as the library writes it. */
mbill_status mbill_face_charge_canonical(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);

/* Keep a charge, or another version of it; the same again is MBILL_E_EXISTS and changes nothing. */
mbill_status mbill_face_charge_put(mbill_store *store, const char *text, size_t text_len, mbill_error *err);
/* Its first day without, days since 1970-01-01. */
mbill_status mbill_face_charge_end(mbill_store *store, const char *name, size_t name_len, int32_t day, mbill_error *err);
/* Charge what is due, of one charge or of all; flags: MBILL_CHARGE_PREVIEW. {"charged", "refused", "waiting", "total", "periods": [{"charge", "account", "period",
 * "from", "to", "due", "days", "of", "amount", "state", "reason"}]}. */
mbill_status mbill_face_charge_run(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int32_t flags,
    mbill_face_text *out_text, mbill_error *err);

#endif
