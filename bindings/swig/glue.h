/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms do in which adapters give results to the wrappers of other languages: text, bytes, columns. */
#ifndef MBILL_SWIG_GLUE_H
#define MBILL_SWIG_GLUE_H

#include "meterbill.h"

#include <stddef.h>
#include <stdint.h>

/* Text that an adapter gives; the wrapper copies it into its language and frees it. {NULL, 0} after a failure. */
typedef struct mbill_face_text {
    char *p;
    size_t n;
} mbill_face_text;

/* Bytes that an adapter gives, likewise. */
typedef struct mbill_face_bytes {
    uint8_t *p;
    size_t n;
} mbill_face_bytes;

/* One of several columns that a wrapper hands in together. */
typedef struct mbill_face_column {
    const int64_t *values;
    size_t n;
} mbill_face_column;

#endif
