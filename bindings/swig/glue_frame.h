/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with frames of meters does. */
#ifndef MBILL_SWIG_GLUE_FRAME_H
#define MBILL_SWIG_GLUE_FRAME_H

#include "glue.h"

/* The names of the protocols as a JSON array. */
mbill_status mbill_face_frame_protocols(mbill_face_text *out_text, mbill_error *err);
/* `profile` is a document, or NULL. */
mbill_status mbill_face_frame_open(const char *protocol, size_t protocol_len, const char *profile, size_t profile_len,
    mbill_frame_codec **out_codec, mbill_error *err);
/* What the frame says as a document of kind "frame", also where a layer refuses it. `request`: what it answers, or NULL. */
mbill_status mbill_face_frame_decode(mbill_frame_codec *codec, const uint8_t *bytes, size_t bytes_len, const uint8_t *request,
    size_t request_len, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_frame_encode(mbill_frame_codec *codec, const char *text, size_t text_len, mbill_face_bytes *out_bytes,
    mbill_error *err);
/* The frames that are whole after these bytes of a stream, a document a line; no bytes: the stream ends. */
mbill_status mbill_face_frame_feed(mbill_frame_codec *codec, const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text,
    mbill_error *err);

#endif
