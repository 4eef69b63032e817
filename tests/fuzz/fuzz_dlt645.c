/* SPDX-License-Identifier: Apache-2.0 */
/* DL/T 645 from any bytes: a frame that is taken makes the same bytes again, from the frame and from its document; the frames of a stream are those that a search from left to
 * right finds, wherever the stream is cut. The first byte chooses the profile and where to cut. */
#include "meterbill/dlt645.h"
#include "usage_laws.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_ROOM = 16384 };

static const mbill_dlt645_profile profiles[] = {
    {.struct_size = sizeof(mbill_dlt645_profile)},
    {.struct_size = sizeof(mbill_dlt645_profile),
        .topup_amount = MBILL_DLT645_NUMBER_BCD,
        .topup_count = MBILL_DLT645_NUMBER_BINARY,
        .rows = MBILL_DLT645_ROWS_LOW_FIRST,
        .read_limit = 255,
        .write_limit = 255},
    {.struct_size = sizeof(mbill_dlt645_profile),
        .topup_amount = MBILL_DLT645_NUMBER_BINARY,
        .topup_count = MBILL_DLT645_NUMBER_BCD,
        .rows = MBILL_DLT645_ROWS_HIGH_FIRST,
        .checksum = MBILL_DLT645_CHECKSUM_AFTER_FIRST,
        .serr_bytes = 2},
};

/* A document that decode made makes the frame again. */
static void check_document(mbill_bytes in)
{
    static char text[TEXT_ROOM];
    static uint8_t again[4096];
    mbill_frame_codec *codec;
    mbill_frame_verdict verdict, made;
    size_t len = sizeof text, n = 0;
    mbill_error err;
    mbill_error_init(&err);
    need(mbill_frame_codec_open("dlt645", NULL, 0, NULL, &codec, NULL) == MBILL_OK);
    need(mbill_frame_decode(codec, in, (mbill_bytes){NULL, 0}, text, &len, &verdict, &err) == MBILL_OK);
    need((verdict.layer == 0) == (verdict.status == MBILL_OK) && (verdict.layer == 0 || err.message[0] != '\0'));
    if (verdict.layer == 0 && in.n <= sizeof again) {
        need(mbill_frame_encode(codec, text, strlen(text), again, sizeof again, &n, &made, &err) == MBILL_OK);
        need(n == in.n && memcmp(again, in.p, n) == 0);
    }
    mbill_frame_codec_free(codec);
}

static void check_frame(mbill_bytes in, const mbill_dlt645_profile *profile)
{
    mbill_dlt645_frame frame;
    mbill_dlt645_parts parts;
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    uint8_t *again = malloc(in.n + 1);
    size_t n;
    need(again != NULL);
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_decode(in, profile, &frame, &err);
    need(status == MBILL_OK || err.message[0] != '\0');
    if (status == MBILL_OK) {
        need(mbill_dlt645_encode(&frame, profile, again, in.n, &n, NULL) == MBILL_OK && n == in.n && memcmp(again, in.p, n) == 0);
        status = mbill_dlt645_split(&frame, profile, &parts, &err);
        need(status == MBILL_OK || err.message[0] != '\0');
        need(status != MBILL_OK || mbill_dlt645_check(&frame, profile, NULL) == MBILL_OK);
        status = mbill_dlt645_items(&frame, profile, items, MBILL_DLT645_ITEMS_MAX, &n, &err);
        need(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE && status != MBILL_E_ROOM);
        status = mbill_dlt645_permit(&frame, profile, NULL, &err);
        need(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE);
    }
    free(again);
}

/* The next frame from at on, by looking at each place; its end in *out_end, 0: none. */
static size_t search(mbill_bytes in, size_t at, const mbill_dlt645_profile *profile, size_t *out_end)
{
    mbill_dlt645_frame frame;
    for (; at + 12 <= in.n; at++) {
        size_t len = (size_t)in.p[at + 9] + 12;
        if (in.p[at] != 0x68 || at + len > in.n) continue;
        if (mbill_dlt645_decode((mbill_bytes){in.p + at, len}, profile, &frame, NULL) != MBILL_OK) continue;
        *out_end = at + len;
        return at;
    }
    *out_end = 0;
    return 0;
}

static void check_stream(mbill_bytes in, size_t piece, const mbill_dlt645_profile *profile)
{
    mbill_dlt645_stream stream;
    mbill_dlt645_frame frame, whole;
    size_t at = 0, used, from = 0, end, start;
    int32_t found = 1;
    bool last = false; /* nothing more comes */
    memset(&stream, 0, sizeof stream);
    while (at < in.n || found != 0 || !last) {
        last = at == in.n;
        size_t len = in.n - at < piece ? in.n - at : piece;
        need(mbill_dlt645_feed(&stream, profile, (mbill_bytes){len > 0 ? in.p + at : NULL, len}, &used, &frame, &found, NULL) ==
            MBILL_OK);
        need(used <= len && (found != 0 || used == len));
        at += used;
        if (found == 0) continue;
        start = search(in, from, profile, &end);
        need(end > 0);
        need(mbill_dlt645_decode((mbill_bytes){in.p + start, end - start}, profile, &whole, NULL) == MBILL_OK);
        need(frame.control == whole.control && frame.length == whole.length && memcmp(frame.address, whole.address, 6) == 0 &&
            memcmp(frame.data, whole.data, whole.length) == 0);
        from = end;
    }
    (void)search(in, from, profile, &end);
    need(end == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const mbill_dlt645_profile *profile = &profiles[data[0] % 3];
    mbill_bytes in = {data + 1, size - 1};
    check_frame(in, profile);
    check_document(in);
    check_stream(in, (size_t)data[0] / 3 + 1, profile);
    return 0;
}
