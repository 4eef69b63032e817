/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of a gateway besides replays. */
%{
#include "glue_gateway.h"
%}
FACE_TEXT(targets)
FACE_TEXT(target)
FACE_TEXT(name)
FACE_TEXT(what)
FACE_BYTES(before)
%include "glue_gateway.h"
