/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms do in which columns of numbers go to other tools and come back. */
#ifndef MBILL_SWIG_GLUE_TABLE_H
#define MBILL_SWIG_GLUE_TABLE_H

#include "glue.h"

/* Each number in 16 bytes, in the machine's order: a decimal of 128 bits. out_wide has 16 bytes a value. */
mbill_status mbill_face_widen(const int64_t *values, size_t n_values, uint8_t *out_wide, size_t n_out_wide, mbill_error *err);
/* And back, from places decimal places to 10^-6; refused where it does not fit or has more. index: the value. */
mbill_status mbill_face_narrow(const uint8_t *wide, size_t n_wide, int32_t places, int64_t *out_values, size_t n_out_values,
    mbill_error *err);

#endif
