/* SPDX-License-Identifier: Apache-2.0 */
/* One account, reading by reading. */
%{
#include "glue_stream.h"
%}
FACE_HANDLE(mbill_face_stream, mbill_face_stream_free)
%include "glue_stream.h"
