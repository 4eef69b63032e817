/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which readings become columns for other languages. */
#ifndef MBILL_SWIG_GLUE_READINGS_H
#define MBILL_SWIG_GLUE_READINGS_H

#include "glue.h"

/* Counts of a register, as columns, to the intervals between them. flags of readings: MBILL_READING_*. Answers with the summary:
 * {"n": intervals, "total", "gap_s", "first_gap": UTC seconds or null, "rollovers", "replacements", "flags"}. */
mbill_status mbill_face_usage_from_registers(const int64_t *at_utc_s, size_t n_at_utc_s, const int64_t *values_micro,
    size_t n_values_micro, const uint8_t *marks, size_t n_marks, int64_t modulus_micro, int64_t multiplier_micro,
    int64_t from_utc_s, int64_t to_utc_s, int32_t flags, int64_t *out_start_utc_s, size_t n_out_start_utc_s,
    int64_t *out_end_utc_s, size_t n_out_end_utc_s, int64_t *out_quantity_micro, size_t n_out_quantity_micro,
    mbill_face_text *out_text, mbill_error *err);

/* A readings file, row by row in columns. The handle keeps a copy of the text. */
typedef struct mbill_face_rows mbill_face_rows;
mbill_status mbill_face_rows_open(const mbill_zone *zone, const char *text, size_t text_len, mbill_face_rows **out_rows,
    mbill_error *err);
void mbill_face_rows_free(mbill_face_rows *rows);
/* Fills up to n rows and says how many; 0 at the end. start = end: a count of a register at that instant. */
mbill_status mbill_face_rows_next(mbill_face_rows *rows, int64_t *out_start_utc_s, size_t n_out_start_utc_s,
    int64_t *out_end_utc_s, size_t n_out_end_utc_s, int64_t *out_value_micro, size_t n_out_value_micro, int32_t *out_mark,
    size_t n_out_mark, int32_t *out_series, size_t n_out_series, int64_t *out_value, mbill_error *err);
/* [["meter" or null, "register" or null], …]: what the numbers in the column series mean, of the rows so far. */
mbill_status mbill_face_rows_series(const mbill_face_rows *rows, mbill_face_text *out_text, mbill_error *err);

#endif
