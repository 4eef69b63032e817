/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of readings as columns does; glue_readings.h says what each function gives. */
%{
#include "glue_readings.h"
%}
FACE_HANDLE(mbill_face_rows, mbill_face_rows_free)
FACE_COLUMN(int64_t, at_utc_s)
FACE_COLUMN(int64_t, values_micro)
FACE_COLUMN(uint8_t, marks)
FACE_COLUMN_OUT(int64_t, start_utc_s)
FACE_COLUMN_OUT(int64_t, end_utc_s)
FACE_COLUMN_OUT(int64_t, quantity_micro)
FACE_COLUMN_OUT(int64_t, value_micro)
FACE_COLUMN_OUT(int32_t, mark)
FACE_COLUMN_OUT(int32_t, series)

mbill_status mbill_face_usage_from_registers(const int64_t *at_utc_s, size_t n_at_utc_s, const int64_t *values_micro,
    size_t n_values_micro, const uint8_t *marks, size_t n_marks, int64_t modulus_micro, int64_t multiplier_micro,
    int64_t from_utc_s, int64_t to_utc_s, int32_t flags, int64_t *out_start_utc_s, size_t n_out_start_utc_s,
    int64_t *out_end_utc_s, size_t n_out_end_utc_s, int64_t *out_quantity_micro, size_t n_out_quantity_micro,
    mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_rows_open(mbill_zone *zone, const char *text, size_t text_len, mbill_face_rows **out_rows,
    mbill_error *err);
mbill_status mbill_face_rows_next(mbill_face_rows *rows, int64_t *out_start_utc_s, size_t n_out_start_utc_s, int64_t *out_end_utc_s,
    size_t n_out_end_utc_s, int64_t *out_value_micro, size_t n_out_value_micro, int32_t *out_mark, size_t n_out_mark,
    int32_t *out_series, size_t n_out_series, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_rows_series(mbill_face_rows *rows, mbill_face_text *out_text, mbill_error *err);
