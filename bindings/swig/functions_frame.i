/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of meters: what is on the wire, and what it says. */
%{
#include "glue_frame.h"
%}
FACE_HANDLE(mbill_frame_codec, mbill_frame_codec_free)
FACE_TEXT(protocol)
FACE_TEXT(profile)
FACE_BYTES(request)
%include "glue_frame.h"
