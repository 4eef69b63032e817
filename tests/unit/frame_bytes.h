/* SPDX-License-Identifier: Apache-2.0 */
/* Frames in tests: bytes from hexadecimal text, and what a stream must find in noise however it is cut. */
#ifndef FRAME_BYTES_H
#define FRAME_BYTES_H

#include "meterbill/frame.h"
#include "random.h"

#include <check.h>
#include <string.h>

typedef struct frame_bytes {
    uint8_t bytes[600];
    size_t n;
} frame_bytes;

static inline frame_bytes bytes_of(const char *text)
{
    frame_bytes out = {.n = 0};
    for (; *text != '\0'; text++) {
        unsigned value;
        if (*text == ' ') continue;
        ck_assert_int_eq(sscanf(text, "%2x", &value), 1);
        ck_assert_uint_lt(out.n, sizeof out.bytes);
        out.bytes[out.n++] = (uint8_t)value;
        text++;
    }
    return out;
}

static inline mbill_bytes view_of(const frame_bytes *bytes)
{
    return (mbill_bytes){bytes->bytes, bytes->n};
}

static inline void assert_bytes(const uint8_t *got, size_t n, const char *expected)
{
    frame_bytes want = bytes_of(expected);
    ck_assert_uint_eq(n, want.n);
    ck_assert_mem_eq(got, want.bytes, n);
}

/* One frame into out; its length. */
typedef size_t frame_maker(uint8_t *out);
/* One feed of the stream under test. */
typedef void frame_feeder(void *stream, mbill_bytes in, size_t *used, mbill_bytes *found);

enum { STREAM_ROOM = 40000, STREAM_FRAMES = 60 };

typedef struct frame_stream {
    uint8_t bytes[STREAM_ROOM];
    size_t n, at[STREAM_FRAMES], size[STREAM_FRAMES];
} frame_stream;

/* Frames with noise between them that never has the byte avoided; 256: any noise, 257: none. */
static inline void fill_stream(frame_stream *out, frame_maker *make, uint32_t avoided)
{
    out->n = 0;
    for (size_t i = 0; i < STREAM_FRAMES; i++) {
        size_t noise = avoided == 257 ? 0 : random_word() % 40;
        for (size_t k = 0; k < noise; k++) {
            uint8_t byte = (uint8_t)random_word();
            out->bytes[out->n++] = byte == avoided ? (uint8_t)(byte + 1) : byte;
        }
        out->at[i] = out->n;
        out->size[i] = make(out->bytes + out->n);
        out->n += out->size[i];
        ck_assert_uint_lt(out->n, STREAM_ROOM - 400);
    }
}

/* Feed in pieces of one size, or of random ones (0), and expect just the frames that are there. */
static inline void assert_found(const frame_stream *stream, void *state, frame_feeder *feed, size_t piece)
{
    size_t given = 0, n_found = 0;
    while (given <= stream->n) {
        size_t size = piece == 0 ? random_word() % 300 + 1 : piece, left = stream->n - given;
        mbill_bytes in = {stream->bytes + given, size < left ? size : left}, found;
        given += in.n;
        bool is_last = in.n == 0;
        do {
            size_t used;
            feed(state, in, &used, &found);
            ck_assert_uint_le(used, in.n);
            in = (mbill_bytes){in.p + used, in.n - used};
            if (found.n == 0) break;
            ck_assert_uint_lt(n_found, STREAM_FRAMES);
            ck_assert_uint_eq(found.n, stream->size[n_found]);
            ck_assert_mem_eq(found.p, stream->bytes + stream->at[n_found], found.n);
            n_found++;
        } while (true);
        ck_assert_uint_eq(in.n, 0);
        if (is_last) break;
    }
    ck_assert_uint_eq(n_found, STREAM_FRAMES);
}

/* Rounds of a stream, each cut in every way; start: the byte that noise must not have, 257: there is no noise (as in every fourth round). */
static inline void assert_streams(frame_maker *make, frame_feeder *feed, void *state, size_t state_size, uint32_t start,
    size_t rounds)
{
    static frame_stream stream;
    for (size_t round = 0; round < rounds; round++) {
        fill_stream(&stream, make, round % 4 == 0 ? 257 : start);
        for (size_t piece = 0; piece < 20; piece++) {
            memset(state, 0, state_size);
            assert_found(&stream, state, feed, piece == 19 ? stream.n : piece);
        }
    }
}

#endif
