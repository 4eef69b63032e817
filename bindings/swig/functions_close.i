/* SPDX-License-Identifier: Apache-2.0 */
/* The close of a span, step by step. */
%{
#include "glue_close.h"
%}
FACE_HANDLE(mbill_face_close, mbill_face_close_free)
FACE_TEXT(from)
FACE_TEXT(to)
%include "glue_close.h"
