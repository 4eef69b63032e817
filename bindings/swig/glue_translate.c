/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do from commands to frames and from replies to receipts does. */
#include "glue_translate.h"

#include "join.h"
#include "words.h"

#include "meterbill/translate_document.h"

#include <stdlib.h>

mbill_status mbill_face_translator_protocols(mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    const char *name;
    face_add(&join, "[");
    for (size_t i = 0; (name = mbill_translator_protocol_name(i)) != NULL; i++) {
        if (i > 0) face_add(&join, ",");
        face_add_quoted(&join, name);
    }
    face_add(&join, "]");
    return face_take(&join, MBILL_OK, out_text, err);
}

mbill_status mbill_face_translator_open(const char *protocol, size_t protocol_len, const char *profile, size_t profile_len,
    const char *means, size_t means_len, mbill_translator **out_translator, mbill_error *err)
{
    face_words words = {0};
    const char *name = face_word(&words, protocol, protocol_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK)
        status = mbill_translator_open(name, profile, profile_len, means, means_len, NULL, out_translator, err);
    face_words_free(&words);
    return status;
}

typedef struct framing {
    const mbill_translator *by;
    const mbill_command *command;
    const uint8_t *hash;
    int64_t now_s;
} framing;

static mbill_status write_frames(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const framing *of = context;
    return mbill_translate_frames(of->by, of->command, of->hash, of->now_s, out_text, inout_len, err);
}

mbill_status mbill_face_translator_frames(mbill_translator *translator, const char *text, size_t text_len, const uint8_t *bytes,
    size_t bytes_len, int64_t now_s, mbill_face_text *out_text, mbill_error *err)
{
    mbill_command command;
    mbill_status status = bytes != NULL ? face_expect(bytes_len, MBILL_HASH_BYTES, "the hash", err) : MBILL_OK;
    if (status == MBILL_OK) status = mbill_command_read(text, text_len, &command, err);
    if (status == MBILL_OK) status = face_write(write_frames, &(framing){translator, &command, bytes, now_s}, out_text, err);
    return status;
}

typedef struct answering {
    const mbill_translator *by;
    const char *frames;
    size_t len;
    mbill_bytes reply, told;
    int64_t now_s;
} answering;

static mbill_status write_answer(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const answering *of = context;
    return mbill_translate_answer(of->by, of->frames, of->len, of->reply, of->told, of->now_s, out_text, inout_len, err);
}

mbill_status mbill_face_translator_answer(mbill_translator *translator, const char *text, size_t text_len, const uint8_t *reply,
    size_t reply_len, const uint8_t *told, size_t told_len, int64_t now_s, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_answer, &(answering){translator, text, text_len, {reply, reply_len}, {told, told_len}, now_s},
        out_text, err);
}
