/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages can ask of a tariff does; glue_tariff.h says what each function gives. */
%{
#include "glue_tariff.h"
%}
FACE_HANDLE(mbill_tariff, mbill_tariff_free)
FACE_TEXT(calendar)
FACE_TEXT(facts)
FACE_TEXT(position)

mbill_status mbill_face_tariff_read(const char *text, size_t text_len, mbill_tariff **out_tariff, mbill_error *err);
mbill_status mbill_face_tariff_canonical(mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_tariff_info(mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_tariff_period_at(mbill_tariff *tariff, const char *calendar, size_t calendar_len, const char *facts,
    size_t facts_len, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_position(mbill_tariff *tariff, const char *position, size_t position_len, mbill_face_text *out_text,
    mbill_error *err);
const char *mbill_version_string(void);
