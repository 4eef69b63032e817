/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages price one account reading by reading. */
#ifndef MBILL_SWIG_GLUE_STREAM_H
#define MBILL_SWIG_GLUE_STREAM_H

#include "glue.h"

/* One billing span of one account under way; of one thread at a time. The tariff must outlive it. */
typedef struct mbill_face_stream mbill_face_stream;

/* registers: names, one a line; facts and position: NULL or documents; most: readings of each register. */
mbill_status mbill_face_stream_open(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, const char *registers,
    size_t registers_len, const char *facts, size_t facts_len, const char *position, size_t position_len, int64_t most,
    mbill_face_stream **out_stream, mbill_error *err);
#ifndef SWIG /* freed by what owns the handle there */
void mbill_face_stream_free(mbill_face_stream *stream);
#endif
/* A reading of a register by its place among the names. */
mbill_status mbill_face_stream_push(mbill_face_stream *stream, int32_t at_register, int64_t start_utc_s, int64_t end_utc_s,
    int64_t quantity_micro, int32_t mark, mbill_error *err);
/* What it has come to so far. */
mbill_status mbill_face_stream_total(mbill_face_stream *stream, int64_t *out_value, mbill_error *err);
/* The bill: {"meterbill":1,"kind":"price","bill":…,"position":…}. */
mbill_status mbill_face_stream_finish(mbill_face_stream *stream, mbill_face_text *out_text, mbill_error *err);

#endif
