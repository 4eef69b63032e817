/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the shared contract does: what forms a wrapped function may have. Each noun's prototypes stand once, for all languages,
 * in functions_NOUN.i; python.i and java.i say what each form becomes.
 *
 * A wrapped function returns mbill_status and takes mbill_error *err last; both vanish. It has one output at most, before err.
 *
 *   FACE_HANDLE(TYPE, FREE)       TYPE *any_name in; TYPE **any_name the output: freed by FREE
 *   FACE_TEXT(NAME)               (const char *NAME, size_t NAME_len), UTF-8; may be absent
 *   FACE_BYTES(NAME)              (const uint8_t *NAME, size_t NAME_len); may be absent
 *   FACE_COLUMN(TYPE, NAME)       (const TYPE *NAME, size_t n_NAME) of int64_t, uint64_t, int32_t or uint8_t; may be absent
 *   FACE_COLUMN_OUT(TYPE, NAME)   (TYPE *out_NAME, size_t n_out_NAME), written to; may be absent
 *   FACE_COLUMNS(NAME)            (const mbill_face_column *NAME, size_t n_NAME), several columns of int64_t together
 *   int64_t *out_value, int32_t *out_value32, mbill_face_text *out_text, mbill_face_bytes *out_bytes   the output
 *   (mbill_sign_callback sign, void *ctx)   a number, under which the language keeps the function that signs
 */
%{
#include "glue.h"

#include <stdlib.h>
#include <string.h>
%}
%apply long long { int64_t };
%apply unsigned long long { uint64_t };
%apply int { int32_t };
%typemap(in, numinputs=0) mbill_error *err (mbill_error tmp) %{ mbill_error_init(&tmp); $1 = &tmp; %}
%typemap(in, numinputs=0) int64_t *out_value (int64_t tmp = 0) %{ $1 = &tmp; %}
%typemap(in, numinputs=0) int32_t *out_value32 (int32_t tmp = 0) %{ $1 = &tmp; %}
%typemap(in, numinputs=0) mbill_face_text *out_text (mbill_face_text tmp = {NULL, 0}) %{ $1 = &tmp; %}
%typemap(freearg) mbill_face_text *out_text %{ free($1->p); %}
%typemap(in, numinputs=0) mbill_face_bytes *out_bytes (mbill_face_bytes tmp = {NULL, 0}) %{ $1 = &tmp; %}
%typemap(freearg) mbill_face_bytes *out_bytes %{ free($1->p); %}

%define FACE_TEXT(NAME)
%apply (const char *text, size_t text_len) { (const char *NAME, size_t NAME ## _len) };
%enddef
%define FACE_BYTES(NAME)
%apply (const uint8_t *bytes, size_t bytes_len) { (const uint8_t *NAME, size_t NAME ## _len) };
%enddef
%define FACE_COLUMN(TYPE, NAME)
%apply (const TYPE *column, size_t n_column) { (const TYPE *NAME, size_t n_ ## NAME) };
%enddef
%define FACE_COLUMNS(NAME)
%apply (const mbill_face_column *columns, size_t n_columns) { (const mbill_face_column *NAME, size_t n_ ## NAME) };
%enddef
%define FACE_COLUMN_OUT(TYPE, NAME)
%apply (TYPE *out_column, size_t n_out_column) { (TYPE *out_ ## NAME, size_t n_out_ ## NAME) };
%enddef
