/* SPDX-License-Identifier: Apache-2.0 */
/* Scaled integers as text, for one word and for two. */
#ifndef MBILL__DECIMAL_TEXT_H
#define MBILL__DECIMAL_TEXT_H

#include "base/fail.h"
#include "number/wide_pair.h"

#include <stddef.h>

#define MBILL__SCALE_MOST 9

/* Sign, 39 digits of 2^127, the point, 9 padding places, NUL: 51. */
#define MBILL__DECIMAL_ROOM 56

/* The shortest exact text with at least min_places places; scale and min_places 0 to MBILL__SCALE_MOST. Returns its length. */
size_t mbill__decimal_text(mbill__pair value, int32_t scale, int32_t min_places, char out[MBILL__DECIMAL_ROOM]);

/* MBILL_E_RANGE, naming the parameter, unless value is 0 to MBILL__SCALE_MOST. */
mbill_status mbill__places_check(int32_t value, const char *name, mbill_error *err);

#endif
