/* SPDX-License-Identifier: Apache-2.0 */
/* Random frames of DL/T 645 in noise: `frame_campaign FRAMES [SEED]`. The stream is given byte by byte, and again in pieces of random lengths; the frames found must be those
 * of a search that looks at every byte anew, in their order, and nothing else; and every frame that was put in must be among them unless an earlier one covers its start.
 * Says what it did in one line; stops at the first difference. */
#include "meterbill/dlt645.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1000, ROOM = BLOCK * 600 };

static uint64_t state;
static uint8_t bytes[ROOM];
static size_t n, put_at[BLOCK], starts[2 * BLOCK], ends[2 * BLOCK];
static uint64_t n_put, n_found, n_covered, n_more, n_bytes;

static uint32_t chance(uint32_t below)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % below);
}

static void stop(const char *why)
{
    fprintf(stderr, "frame_campaign: %s after %" PRIu64 " frames\n", why, n_put);
    exit(1);
}

/* Bytes that starts, ends and wake-ups are made of come often. */
static uint8_t likely(void)
{
    static const uint8_t often[] = {0x68, 0x16, 0xFE, 0x35, 0xE3, 0x00, 0x04, 0x68};
    return chance(2) == 0 ? often[chance(8)] : (uint8_t)chance(256);
}

static void put_noise(void)
{
    for (uint32_t len = chance(4) == 0 ? 0 : chance(40); len > 0; len--) bytes[n++] = likely();
}

static void put_frame(size_t number)
{
    mbill_dlt645_frame frame;
    size_t len;
    frame.preamble = chance(5);
    for (size_t i = 0; i < 6; i++) frame.address[i] = likely();
    frame.control = (uint8_t)chance(256);
    frame.length = (uint8_t)chance(chance(8) == 0 ? 256 : 40);
    for (size_t i = 0; i < frame.length; i++) frame.data[i] = likely();
    if (mbill_dlt645_encode(&frame, NULL, bytes + n, ROOM - n, &len, NULL) != MBILL_OK) stop("a frame was refused");
    put_at[number] = n + frame.preamble;
    n += len;
}

static size_t search(void)
{
    size_t found = 0;
    for (size_t at = 0; at + 12 <= n;) {
        size_t len = (size_t)bytes[at + 9] + 12;
        uint8_t sum = 0;
        int fits = bytes[at] == 0x68 && bytes[at + 7] == 0x68 && at + len <= n && bytes[at + len - 1] == 0x16;
        for (size_t i = 0; fits && i < len - 2; i++) sum = (uint8_t)(sum + bytes[at + i]);
        if (!fits || sum != bytes[at + len - 2]) {
            at++;
            continue;
        }
        if (found == 2 * BLOCK) stop("no room");
        starts[found] = at;
        ends[found++] = at += len;
    }
    return found;
}

static void compare(const mbill_dlt645_frame *frame, size_t at)
{
    if (frame->control != bytes[at + 8] || frame->length != bytes[at + 9] || memcmp(frame->address, bytes + at + 1, 6) != 0)
        stop("another frame was found");
    for (size_t i = 0; i < frame->length; i++)
        if (frame->data[i] != (uint8_t)(bytes[at + 10 + i] - 0x33)) stop("a frame with other data was found");
}

static void feed(uint32_t longest, size_t expected)
{
    static mbill_dlt645_stream stream;
    mbill_dlt645_frame frame;
    size_t at = 0, used, found = 0;
    int32_t has;
    memset(&stream, 0, sizeof stream);
    do {
        size_t piece = 1 + chance(longest), len = n - at < piece ? n - at : piece;
        if (mbill_dlt645_feed(&stream, NULL, (mbill_bytes){bytes + at, len}, &used, &frame, &has, NULL) != MBILL_OK)
            stop("a piece was refused");
        if (has != 0 && found == expected) stop("a frame was invented");
        if (has != 0) compare(&frame, starts[found++]);
        if (has == 0 && used != len) stop("bytes were left");
        at += used;
        if (at == n && has == 0 && len == 0) break;
    } while (1);
    if (found != expected) stop("a frame was missed");
}

/* Frames that were put in and found; those whose start lies in an earlier one. */
static void count(size_t expected)
{
    size_t at = 0, matched = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        while (at < expected && ends[at] <= put_at[i]) at++;
        if (at == expected || starts[at] > put_at[i]) stop("a frame that was put in is not there");
        matched += starts[at] == put_at[i];
    }
    n_put += BLOCK;
    n_found += matched;
    n_covered += BLOCK - matched;
    n_more += expected - matched;
    n_bytes += n;
}

int main(int argc, char **argv)
{
    uint64_t frames = argc > 1 ? strtoull(argv[1], NULL, 10) : BLOCK;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 645;
    while (n_put < frames) {
        n = 0;
        for (size_t i = 0; i < BLOCK; i++) {
            put_noise();
            put_frame(i);
        }
        put_noise();
        size_t expected = search();
        feed(1, expected);
        feed(400, expected);
        count(expected);
    }
    printf("%" PRIu64 " frames in %" PRIu64 " bytes: %" PRIu64 " found, %" PRIu64 " that begin within another, %" PRIu64
           " that noise and data make, none missed, none invented\n",
        n_put, n_bytes, n_found, n_covered, n_more);
    return 0;
}
