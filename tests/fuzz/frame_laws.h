/* SPDX-License-Identifier: Apache-2.0 */
/* Laws that hold for the bytes of any protocol. The first byte chooses one of the profiles, and whether the rest is one frame, a frame and the request
 * before it, a stream in pieces, or a document. What decode takes, encode makes again, byte by byte; a refusal has a layer, a status and a
 * sentence; a stream gives out the same frames however it is cut, and only such as decode takes at the layer frame. */
#ifndef FRAME_LAWS_H
#define FRAME_LAWS_H

#include "meterbill/frame.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_TEXT = 1 << 17, FRAME_BYTES = 4096 };

static void need(bool holds)
{
    if (!holds) abort();
}

static mbill_frame_codec *codec_of(const char *protocol, const char *profile)
{
    mbill_frame_codec *codec = NULL;
    need(mbill_frame_codec_open(protocol, profile, profile == NULL ? 0 : strlen(profile), NULL, &codec, NULL) == MBILL_OK);
    return codec;
}

static mbill_frame_verdict decode(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request, char *text, size_t *len)
{
    mbill_frame_verdict verdict = {0, 0};
    mbill_error err;
    mbill_error_init(&err);
    *len = FRAME_TEXT;
    mbill_status status = mbill_frame_decode(codec, in, request, text, len, &verdict, &err);
    need(status == MBILL_OK);
    need((verdict.layer == 0) == (verdict.status == MBILL_OK));
    need(verdict.layer == 0 || (err.status == verdict.status && err.message[0] != '\0' && verdict.status != MBILL_E_INTERNAL));
    return verdict;
}

static void one_frame(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request)
{
    static char text[FRAME_TEXT];
    static uint8_t again[FRAME_BYTES];
    mbill_frame_verdict verdict;
    size_t len, n = 0;
    if (decode(codec, in, request, text, &len).layer != 0) return;
    need(mbill_frame_encode(codec, text, len - 1, again, sizeof again, &n, &verdict, NULL) == MBILL_OK);
    need(n == in.n && memcmp(again, in.p, n) == 0);
}

/* FNV-1a over the frames that a stream gives out, in order; piece: how many bytes at a time. */
static uint64_t stream_of(const char *protocol, const char *profile, mbill_bytes in, size_t piece)
{
    static char text[FRAME_TEXT];
    mbill_frame_codec *codec = codec_of(protocol, profile);
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    size_t used, len;
    mbill_bytes found;
    for (bool is_end = false; !is_end; is_end = in.n == 0) {
        mbill_bytes part = {in.p, piece < in.n ? piece : in.n};
        in = (mbill_bytes){in.p + part.n, in.n - part.n};
        do {
            need(mbill_frame_feed(codec, part, &used, &found, NULL) == MBILL_OK && used <= part.n);
            part = (mbill_bytes){part.p + used, part.n - used};
            need(found.n > 0 || part.n == 0);
            if (found.n == 0) break;
            need(decode(codec, found, (mbill_bytes){NULL, 0}, text, &len).layer != MBILL_FRAME_LAYER_FRAME);
            for (size_t i = 0; i < found.n; i++) hash = (hash ^ found.p[i]) * UINT64_C(0x100000001B3);
            hash = (hash ^ 0xFFFF) * UINT64_C(0x100000001B3);
        } while (true);
    }
    do {
        need(mbill_frame_feed(codec, (mbill_bytes){NULL, 0}, &used, &found, NULL) == MBILL_OK && used == 0);
        for (size_t i = 0; i < found.n; i++) hash = (hash ^ found.p[i]) * UINT64_C(0x100000001B3);
    } while (found.n > 0);
    mbill_frame_codec_free(codec);
    return hash;
}

/* What a document makes is a frame that is taken. */
static void one_document(const mbill_frame_codec *codec, mbill_bytes in)
{
    static uint8_t made[FRAME_BYTES];
    mbill_frame_verdict verdict;
    size_t n = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_frame_encode(codec, (const char *)in.p, in.n, made, sizeof made, &n, &verdict, &err);
    if (status == MBILL_OK) one_frame(codec, (mbill_bytes){made, n}, (mbill_bytes){NULL, 0});
    else need(err.message[0] != '\0' && status != MBILL_E_INTERNAL);
}

static int frame_laws(const char *protocol, const char *const *profiles, size_t n_profiles, const uint8_t *data, size_t size)
{
    if (size < 2 || size > 2000) return 0;
    const char *profile = profiles[(data[0] & 0x3F) % n_profiles];
    mbill_bytes rest = {data + 2, size - 2};
    size_t split = data[1] < rest.n ? data[1] : rest.n;
    mbill_frame_codec *codec = codec_of(protocol, profile);
    switch (data[0] >> 6) {
    case 0: one_frame(codec, rest, (mbill_bytes){NULL, 0}); break;
    case 1: one_frame(codec, (mbill_bytes){rest.p + split, rest.n - split}, (mbill_bytes){rest.p, split}); break;
    case 2: need(stream_of(protocol, profile, rest, split + 1) == stream_of(protocol, profile, rest, size)); break;
    default: one_document(codec, rest); break;
    }
    mbill_frame_codec_free(codec);
    return 0;
}

#endif
