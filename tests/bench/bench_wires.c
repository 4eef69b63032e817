/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of CJ/T 188, Modbus RTU and M-Bus: one made, one taken apart to its values, and streams of noise and of nothing but start bytes. Each is checked before it is
 * timed. One JSON object a line; times are medians of rounds. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <string.h>

enum { ROUNDS = 9, STREAM = 1 << 20 };

static size_t n_frames = 200000;
static const mbill_cjt188_profile profile = {.struct_size = sizeof profile, .di_order = MBILL_CJT188_LOW_FIRST};
static const uint8_t water[] = {0x68, 0x10, 0x44, 0x33, 0x22, 0x11, 0x00, 0x33, 0x78, 0x81, 0x16, 0x1F, 0x90, 0x00, 0x00, 0x77, 0x66, 0x55, 0x2C, 0x00, 0x77, 0x66,
    0x55, 0x2C, 0x31, 0x01, 0x22, 0x11, 0x05, 0x15, 0x20, 0x21, 0x84, 0x13, 0x16};
static const uint8_t heat[] = {0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03, 0x13, 0x15,
    0x31, 0x00, 0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16};
static const uint8_t registers[] = {0x01, 0x03, 0x04, 0x00, 0x12, 0xD6, 0x87, 0x44, 0x34};
static uint8_t *noise;
static volatile int64_t seen; /* what the rounds came to, so that none is left out */

static void encode_188(void)
{
    mbill_cjt188_frame frame;
    uint8_t out[MBILL_CJT188_FRAME_MAX];
    size_t n = 0;
    if (mbill_cjt188_decode((mbill_bytes){water, sizeof water}, NULL, &frame, NULL) != MBILL_OK) stop("a frame is refused");
    for (size_t i = 0; i < n_frames; i++) {
        frame.address[0] = (uint8_t)i;
        if (mbill_cjt188_encode(&frame, NULL, out, sizeof out, &n, NULL) != MBILL_OK) stop("a frame is not made");
        seen += out[n - 2];
    }
}

static void decode_188(void)
{
    mbill_cjt188_frame frame;
    for (size_t i = 0; i < n_frames; i++) {
        if (mbill_cjt188_decode((mbill_bytes){water, sizeof water}, NULL, &frame, NULL) != MBILL_OK) stop("a frame is refused");
        if (mbill_cjt188_check(&frame, NULL, NULL) != MBILL_OK) stop("a function is refused");
        seen += frame.control;
    }
}

static void read_188(void)
{
    mbill_cjt188_frame frame;
    mbill_cjt188_value value;
    if (mbill_cjt188_decode((mbill_bytes){water, sizeof water}, &profile, &frame, NULL) != MBILL_OK) stop("a frame is refused");
    for (size_t i = 0; i < n_frames; i++) {
        if (mbill_cjt188_read(&frame, &profile, &value, NULL) != MBILL_OK) stop("a value is refused");
        if (value.items[0].value.value != 55667700) stop("a value is another one");
        seen += value.items[0].value.value;
    }
}

static void read_mbus(void)
{
    for (size_t i = 0; i < n_frames; i++) {
        mbill_mbus_frame frame;
        mbill_mbus_header header;
        mbill_mbus_record record;
        size_t at = 0;
        if (mbill_mbus_decode((mbill_bytes){heat, sizeof heat}, &frame, NULL) != MBILL_OK) stop("a frame is refused");
        if (mbill_mbus_read_header(&frame, &header, NULL) != MBILL_OK) stop("a header is refused");
        do {
            if (mbill_mbus_next(&header, &at, &record, NULL) != MBILL_OK) stop("a record is refused");
            seen += record.value;
        } while (record.kind != 0);
    }
}

static void decode_modbus(void)
{
    mbill_modbus_frame frame;
    mbill_modbus_content content;
    for (size_t i = 0; i < n_frames; i++) {
        if (mbill_modbus_decode((mbill_bytes){registers, sizeof registers}, &frame, NULL) != MBILL_OK) stop("a frame is refused");
        if (mbill_modbus_split(&frame, &content, NULL) != MBILL_OK) stop("a frame says nothing");
        seen += content.count;
    }
}

static void scan(void)
{
    mbill_cjt188_stream stream = {0};
    mbill_bytes in = {noise, STREAM}, found;
    size_t used;
    do {
        if (mbill_cjt188_feed(&stream, NULL, in, &used, &found, NULL) != MBILL_OK) stop("a stream is refused");
        in = (mbill_bytes){in.p + used, in.n - used};
        seen += (int64_t)found.n;
    } while (found.n > 0);
}

static double time_of(void (*run)(void))
{
    double times[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        double start = cpu_s();
        run();
        times[i] = cpu_s() - start;
    }
    return median(times, ROUNDS);
}

static void say(const char *name, double value, const char *unit)
{
    printf("{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\"}\n", name, value, unit);
}

static void say_each(const char *name, void (*run)(void))
{
    say(name, time_of(run) * 1e9 / (double)n_frames, "ns a frame");
}

int main(int n_arguments, char **arguments)
{
    if (n_arguments > 1) n_frames = strtoul(arguments[1], NULL, 10);
    noise = room(STREAM, 1);
    say_each("cjt188_encode", encode_188);
    say_each("cjt188_decode", decode_188);
    say_each("cjt188_read", read_188);
    say_each("mbus_read", read_mbus);
    say_each("modbus_decode", decode_modbus);
    for (size_t i = 0; i < STREAM; i++) noise[i] = (uint8_t)chance(256);
    say("cjt188_stream_noise", STREAM / time_of(scan) / 1e9, "GB/s");
    memset(noise, 0x68, STREAM);
    say("cjt188_stream_starts", STREAM / time_of(scan) / 1e6, "MB/s");
    free(noise);
    return 0;
}
