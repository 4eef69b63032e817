/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages can ask of a tariff does. Statuses are those of the functions of tariff.h that are named. */
#ifndef MBILL_SWIG_GLUE_TARIFF_H
#define MBILL_SWIG_GLUE_TARIFF_H

#include "glue.h"

/* mbill_tariff_read() with the C library's memory. */
mbill_status mbill_face_tariff_read(const char *text, size_t text_len, mbill_tariff **out_tariff, mbill_error *err);
/* The canonical document. */
mbill_status mbill_face_tariff_canonical(const mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err);
/* {"id", "version", "currency", "title", "source", "hash", "valid": [from, to or null], "registers": [{"name", "unit", "converted"}],
 *  "facts": [name], "charges": [{"title", "to", "unit", "id"}], "periods": [name], "step": of buying, null when it is not sold,
 *  "position_size": bytes of a position in a column}: what is asked of a tariff, instants in UTC seconds. */
mbill_status mbill_face_tariff_info(const mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err);
/* {"period": name, "end": UTC seconds}; calendar NULL: the only one. facts: NULL, or the document with the lists that calendars name. */
mbill_status mbill_face_tariff_period_at(const mbill_tariff *tariff, const char *calendar, size_t calendar_len, const char *facts,
    size_t facts_len, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err);

/* The position in which nothing is billed yet, or the same position as this version writes it. */
mbill_status mbill_face_position(const mbill_tariff *tariff, const char *position, size_t position_len, mbill_face_text *out_text,
    mbill_error *err);

#endif
