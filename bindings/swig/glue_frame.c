/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with frames of meters does. */
#include "glue_frame.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_ROOM = 4096 };

mbill_status mbill_face_frame_protocols(mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    const char *name;
    face_add(&join, "[");
    for (size_t i = 0; (name = mbill_frame_protocol_name(i)) != NULL; i++) {
        if (i > 0) face_add(&join, ",");
        face_add_quoted(&join, name);
    }
    face_add(&join, "]");
    return face_take(&join, MBILL_OK, out_text, err);
}

mbill_status mbill_face_frame_open(const char *protocol, size_t protocol_len, const char *profile, size_t profile_len,
    mbill_frame_codec **out_codec, mbill_error *err)
{
    char *name = face_copy(protocol, protocol_len, err);
    if (name == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_frame_codec_open(name, profile, profile_len, NULL, out_codec, err);
    free(name);
    return status;
}

typedef struct decoding {
    const mbill_frame_codec *codec;
    mbill_bytes in, request;
} decoding;

static mbill_status write_decoded(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const decoding *of = context;
    mbill_frame_verdict verdict;
    return mbill_frame_decode(of->codec, of->in, of->request, out_text, inout_len, &verdict, err);
}

mbill_status mbill_face_frame_decode(mbill_frame_codec *codec, const uint8_t *bytes, size_t bytes_len, const uint8_t *request,
    size_t request_len, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_decoded, &(decoding){codec, {bytes, bytes_len}, {request, request_len}}, out_text, err);
}

/* The layer first, as a decoded frame says it. */
static void name_layer(int32_t layer, mbill_error *err)
{
    mbill_error before = *err;
    (void)face_fail(err, (mbill_status)before.status, before.index, "%s: %.200s", mbill_frame_layer_name(layer), before.message);
}

mbill_status mbill_face_frame_encode(mbill_frame_codec *codec, const char *text, size_t text_len, mbill_face_bytes *out_bytes,
    mbill_error *err)
{
    size_t n = 0;
    mbill_frame_verdict verdict = {0, 0};
    uint8_t *frame = face_allocate(FRAME_ROOM, 1, err);
    if (frame == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_frame_encode(codec, text, text_len, frame, FRAME_ROOM, &n, &verdict, err);
    if (status == MBILL_OK) {
        *out_bytes = (mbill_face_bytes){frame, n};
        return status;
    }
    free(frame);
    if (verdict.layer != 0 && err != NULL) name_layer(verdict.layer, err);
    return status;
}

mbill_status mbill_face_frame_feed(mbill_frame_codec *codec, const uint8_t *bytes, size_t bytes_len, mbill_face_text *out_text,
    mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_bytes rest = {bytes_len > 0 ? bytes : NULL, bytes_len}, frame = {NULL, 0};
    mbill_status status;
    face_add(&join, "");
    for (;;) {
        size_t used = 0;
        status = mbill_frame_feed(codec, rest, &used, &frame, err);
        if (status != MBILL_OK || frame.n == 0) break;
        rest = (mbill_bytes){bytes_len > 0 ? rest.p + used : NULL, rest.n - used};
        status = face_add_written(&join, write_decoded, &(decoding){codec, frame, {NULL, 0}}, err);
        if (status != MBILL_OK) break;
        face_add(&join, "\n");
        if (bytes_len > 0 && rest.n == 0) break;
    }
    return face_take(&join, status, out_text, err);
}
