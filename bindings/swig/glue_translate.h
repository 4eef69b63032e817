/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do from commands to frames and from replies to receipts does. */
#ifndef MBILL_SWIG_GLUE_TRANSLATE_H
#define MBILL_SWIG_GLUE_TRANSLATE_H

#include "glue.h"

/* The names of the protocols, an array. */
mbill_status mbill_face_translator_protocols(mbill_face_text *out_text, mbill_error *err);
/* profile: a document of kind "frame_profile", or NULL; means: of kind "meter_means", or NULL. */
mbill_status mbill_face_translator_open(const char *protocol, size_t protocol_len, const char *profile, size_t profile_len,
    const char *means, size_t means_len, mbill_translator **out_translator, mbill_error *err);
/* A document of kind "command", with the hash of the message that it was opened from or none, as a document of kind "command_frames". */
mbill_status mbill_face_translator_frames(mbill_translator *translator, const char *text, size_t text_len, const uint8_t *bytes,
    size_t bytes_len, int64_t now_s, mbill_face_text *out_text, mbill_error *err);
/* What the replies to those frames prove, none where nothing came: a document of kind "command_answer". */
mbill_status mbill_face_translator_answer(mbill_translator *translator, const char *text, size_t text_len, const uint8_t *reply,
    size_t reply_len, const uint8_t *told, size_t told_len, int64_t now_s, mbill_face_text *out_text, mbill_error *err);

#endif
