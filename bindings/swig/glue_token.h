/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with tokens and with the tables of meters does. */
#ifndef MBILL_SWIG_GLUE_TOKEN_H
#define MBILL_SWIG_GLUE_TOKEN_H

#include "glue.h"

/* A document of kind "token_keys"; the caller overwrites his copy. */
mbill_status mbill_face_token_keys_open(const char *text, size_t text_len, mbill_token_keys **out_keys, mbill_error *err);
/* A request as a document, the tokens as a document. */
mbill_status mbill_face_token_make(mbill_token_keys *keys, const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
/* Digits that were keyed in as a document, what they mean as a document. */
mbill_status mbill_face_token_read(mbill_token_keys *keys, const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);

/* The tariff as the tables that a meter holds from `switch_utc_s` to `to_utc_s`; `profile` is a document of what the meter can hold, or NULL. */
mbill_status mbill_face_meter_tables_make(mbill_tariff *tariff, const char *profile, size_t profile_len, int64_t switch_utc_s,
    int64_t to_utc_s, mbill_face_text *out_text, mbill_error *err);
/* Do tables that were read back price as the tariff does? Gives the days that were compared. */
mbill_status mbill_face_meter_tables_check(mbill_tariff *tariff, const char *text, size_t text_len, int64_t *out_value, mbill_error *err);

#endif
