/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of DL/T 645: one of 28 bytes encoded and decoded, beside a bare loop that copies and adds up as many; streams of noise, of 68H alone, and of the
 * worst that can be laid out (every byte a start with its end in place, so that each is added up), beside memchr() over noise. One JSON object a line; medians of
 * rounds of the thread's own time. `bench_frame` or, for tests, `bench_frame CALLS BYTES ROUNDS`. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill/dlt645.h"

#include <string.h>

enum { ROUNDS_MAX = 99 };

static const uint8_t trip[] = {0x68, 0x01, 0, 0, 0, 0, 0, 0x68, 0x1C, 0x10, 0x35, 0x33, 0x33, 0x33, 0x34, 0x33, 0x33, 0x33, 0x4D,
    0x33, 0x33, 0x38, 0x33, 0x34, 0x34, 0x59, 0x77, 0x16};
static size_t n_calls = 10000000, n_bytes = 1 << 26, n_rounds = 9;
static volatile uint8_t sink;

/* What is timed: a pass over everything; the number of frames it had. */
typedef size_t (*pass)(void *with);

static double time_of(pass run, void *with, size_t expected)
{
    double times[ROUNDS_MAX];
    for (size_t i = 0; i < n_rounds; i++) {
        double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        size_t got = run(with);
        times[i] = clock_ns(CLOCK_THREAD_CPUTIME_ID) - start;
        if (got != expected) stop("another number of frames than there are");
    }
    return median(times, n_rounds);
}

static size_t decode_all(void *with)
{
    size_t n = 0;
    mbill_dlt645_frame frame;
    (void)with;
    for (size_t i = 0; i < n_calls; i++) {
        n += mbill_dlt645_decode((mbill_bytes){trip, sizeof trip}, NULL, &frame, NULL) == MBILL_OK;
        sink = frame.data[8];
    }
    return n;
}

static size_t encode_all(void *with)
{
    size_t n = 0, len;
    uint8_t out[64];
    for (size_t i = 0; i < n_calls; i++) {
        n += mbill_dlt645_encode(with, NULL, out, sizeof out, &len, NULL) == MBILL_OK;
        sink = out[26];
    }
    return n;
}

static size_t copy_all(void *with)
{
    uint8_t out[64];
    const volatile uint8_t *from = trip;
    (void)with;
    for (size_t i = 0; i < n_calls; i++) {
        uint8_t sum = 0;
        for (size_t k = 0; k < sizeof trip; k++) sum = (uint8_t)(sum + (out[k] = from[k]));
        sink = (uint8_t)(sum + out[i & 15]);
    }
    return n_calls;
}

static size_t feed_all(void *with)
{
    static mbill_dlt645_stream stream;
    mbill_dlt645_frame frame;
    mbill_bytes rest = {with, n_bytes};
    size_t n = 0, used;
    int32_t found;
    memset(&stream, 0, sizeof stream);
    while (rest.n > 0) {
        size_t piece = rest.n < 65536 ? rest.n : 65536; /* as a line is read */
        if (mbill_dlt645_feed(&stream, NULL, (mbill_bytes){rest.p, piece}, &used, &frame, &found, NULL) != MBILL_OK)
            stop("the stream");
        rest = (mbill_bytes){rest.p + used, rest.n - used};
        n += (size_t)found;
    }
    return n;
}

static size_t memchr_all(void *with)
{
    const uint8_t *at = with, *end = at + n_bytes, *next;
    size_t n = 0;
    for (; at < end && (next = memchr(at, 0x68, (size_t)(end - at))) != NULL; at = next + 1) n++;
    sink = (uint8_t)n;
    return 0;
}

static void row_of_calls(const char *name, double ns, double bare_ns)
{
    printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"ns\",\"against\":\"copy and sum of 28 bytes %.2f\",\"ratio\":%.2f}\n",
        name, ns / (double)n_calls, bare_ns / (double)n_calls, ns / bare_ns);
}

static void row_of_bytes(const char *name, double ns, double bare_ns)
{
    printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"GB/s\",\"against\":\"memchr over noise %.3f\",\"ratio\":%.2f}\n", name,
        (double)n_bytes / ns, (double)n_bytes / bare_ns, bare_ns / ns);
}

static void bench_calls(void)
{
    mbill_dlt645_frame frame;
    if (mbill_dlt645_decode((mbill_bytes){trip, sizeof trip}, NULL, &frame, NULL) != MBILL_OK) stop("the frame");
    double bare = time_of(copy_all, NULL, n_calls);
    row_of_calls("frame_encode", time_of(encode_all, &frame, n_calls), bare);
    row_of_calls("frame_decode", time_of(decode_all, NULL, n_calls), bare);
}

static void bench_streams(void)
{
    uint8_t *noise = room(n_bytes, 1), *starts = room(n_bytes, 1);
    for (size_t i = 0; i < n_bytes; i++) noise[i] = (uint8_t)chance(256);
    size_t frames = feed_all(noise);
    double bare = time_of(memchr_all, noise, 0);
    row_of_bytes("frame_stream", time_of(feed_all, noise, frames), bare);
    memset(starts, 0x68, n_bytes);
    row_of_bytes("frame_stream_68", time_of(feed_all, starts, 0), bare);
    for (size_t i = 0; i < n_bytes; i++) starts[i] = i / 115 % 2 == 0 ? 0x68 : 0x16; /* L = 68H: the end lies 115 bytes on */
    row_of_bytes("frame_stream_worst", time_of(feed_all, starts, feed_all(starts)), bare);
    free(noise);
    free(starts);
}

static size_t count(const char *text, size_t most)
{
    size_t n = strtoul(text, NULL, 10);
    if (n == 0 || n > most) stop("a number of calls, bytes or rounds");
    return n;
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        n_calls = count(argv[1], 1000000000);
        n_bytes = count(argv[2], (size_t)1 << 30);
        n_rounds = count(argv[3], ROUNDS_MAX);
    } else if (argc != 1) stop("usage: bench_frame [CALLS BYTES ROUNDS]");
    bench_calls();
    bench_streams();
    return 0;
}
