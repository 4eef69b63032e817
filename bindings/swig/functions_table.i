/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms do in which columns of numbers go to other tools and come back; glue_table.h says what each function gives. */
%{
#include "glue_table.h"
%}
FACE_COLUMN(uint8_t, wide)
FACE_COLUMN_OUT(uint8_t, wide)
FACE_COLUMN_OUT(int64_t, values)

mbill_status mbill_face_widen(const int64_t *values, size_t n_values, uint8_t *out_wide, size_t n_out_wide, mbill_error *err);
mbill_status mbill_face_narrow(const uint8_t *wide, size_t n_wide, int32_t places, int64_t *out_values, size_t n_out_values,
    mbill_error *err);
