/* SPDX-License-Identifier: Apache-2.0 */
/* Commands to frames, and replies to receipts. */
%{
#include "glue_translate.h"
%}
FACE_HANDLE(mbill_translator, mbill_translator_free)
FACE_TEXT(means)
FACE_BYTES(reply)
FACE_BYTES(told)
%include "glue_translate.h"
