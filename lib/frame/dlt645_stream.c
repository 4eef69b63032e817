/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when frames are found otherwise in a stream. Law: what is found does not depend on where the stream is cut; a start that turns out to be none
 * is passed by one byte; the cost is linear, whatever the bytes. */
#include "frame/bytes.h"
#include "frame/dlt645.h"

#include <string.h>

/* The bytes of a window added up. Candidates lie close together and are alike long, so the next window is reached in a few steps: on a run of
 * 68H this is what keeps the cost of a byte the same. */
typedef struct window {
    size_t from, to;
    uint8_t sum;
} window;

static size_t distance(size_t a, size_t b)
{
    return a < b ? b - a : a - b;
}

static uint8_t slide(window *sum, const uint8_t *bytes, size_t from, size_t to)
{
    if (distance(from, sum->from) + distance(to, sum->to) >= to - from) {
        sum->sum = mbill__frame_sum(bytes + from, to - from);
    } else {
        for (; sum->from < from; sum->from++) sum->sum = (uint8_t)(sum->sum - bytes[sum->from]);
        for (; sum->from > from; sum->from--) sum->sum = (uint8_t)(sum->sum + bytes[sum->from - 1]);
        for (; sum->to < to; sum->to++) sum->sum = (uint8_t)(sum->sum + bytes[sum->to]);
        for (; sum->to > to; sum->to--) sum->sum = (uint8_t)(sum->sum - bytes[sum->to - 1]);
    }
    sum->from = from;
    sum->to = to;
    return sum->sum;
}

/* The first frame of the bytes: its start, and its length in *out_n. None: *out_n is 0, and what stands from the start on may yet be a
 * frame with more bytes, or n. last: no more bytes come, such a start is passed too. */
static size_t find(const uint8_t *bytes, size_t n, size_t left_out, bool last, size_t *out_n)
{
    window sum = {0, 0, 0};
    *out_n = 0;
    for (size_t at = 0; at < n; at++) {
        const uint8_t *next = bytes[at] == MBILL__DLT645_START ? bytes + at : memchr(bytes + at, MBILL__DLT645_START, n - at);
        if (next == NULL) break;
        at = (size_t)(next - bytes);
        size_t need = mbill__dlt645_need(next, n - at);
        if (need == 0) continue;
        if (need > n - at) {
            if (last) continue;
            return at;
        }
        if (next[need - 1] != MBILL__DLT645_END || slide(&sum, bytes, at + left_out, at + need - 2) != next[need - 2]) continue;
        *out_n = need;
        return at;
    }
    return n;
}

/* FE bytes right before the place, and those that the stream remembers when there is nothing else before it. */
static uint32_t preamble_at(const mbill_dlt645_stream *stream, const uint8_t *bytes, size_t at)
{
    size_t from = at;
    while (from > 0 && bytes[from - 1] == MBILL__DLT645_WAKE) from--;
    uint64_t run = at - from + (from == 0 ? (uint64_t)stream->preamble : 0);
    return run < UINT32_MAX ? (uint32_t)run : UINT32_MAX;
}

/* Search bytes. A frame is taken; what may yet be one stays from *out_at on. Returns whether there was a frame. */
static bool search(mbill_dlt645_stream *stream, const uint8_t *bytes, size_t n, size_t left_out, bool last, size_t *out_at,
    mbill_dlt645_frame *out_frame)
{
    size_t length, at = find(bytes, n, left_out, last, &length);
    uint32_t preamble = preamble_at(stream, bytes, at);
    *out_at = at + length;
    stream->preamble = length > 0 ? 0 : preamble;
    if (length > 0) mbill__dlt645_take(bytes + at, preamble, out_frame);
    return length > 0;
}

static void keep(mbill_dlt645_stream *stream, const uint8_t *bytes, size_t n)
{
    memmove(stream->kept, bytes, n);
    stream->n_kept = (uint32_t)n;
}

/* Join a head of the piece to what is kept: enough of it to decide about every start that is kept. */
static bool feed_joined(mbill_dlt645_stream *stream, mbill_bytes in, size_t left_out, size_t *out_used,
    mbill_dlt645_frame *out_frame)
{
    size_t before = stream->n_kept, room = sizeof stream->kept - before, joined = in.n < room ? in.n : room, at;
    if (joined > 0) memcpy(stream->kept + before, in.p, joined);
    bool found = search(stream, stream->kept, before + joined, left_out, in.n == 0, &at, out_frame);
    if (at >= before) {
        *out_used = at - before; /* what is left is all of this piece */
        stream->n_kept = 0;
    } else {
        *out_used = found ? 0 : joined;
        keep(stream, stream->kept + at, (found ? before : before + joined) - at);
    }
    return found;
}

static bool feed(mbill_dlt645_stream *stream, mbill_bytes in, size_t left_out, size_t *out_used, mbill_dlt645_frame *out_frame)
{
    size_t used = 0, at;
    if (stream->n_kept > 0 && feed_joined(stream, in, left_out, &used, out_frame)) {
        *out_used = used;
        return true;
    }
    *out_used = in.n;
    if (stream->n_kept > 0 || used == in.n) return false;
    bool found = search(stream, in.p + used, in.n - used, left_out, false, &at, out_frame);
    if (found) *out_used = used + at;
    else if (at < in.n - used) keep(stream, in.p + used + at, in.n - used - at);
    return found;
}

mbill_status mbill_dlt645_feed(mbill_dlt645_stream *stream, const mbill_dlt645_profile *profile, mbill_bytes in, size_t *out_used,
    mbill_dlt645_frame *out_frame, int32_t *out_found, mbill_error *err)
{
    int32_t checksum;
    MBILL__NEED(stream);
    if (in.n > 0) MBILL__NEED(in.p);
    MBILL__NEED(out_used);
    MBILL__NEED(out_frame);
    MBILL__NEED(out_found);
    if (stream->n_kept > MBILL_DLT645_FRAME_MAX)
        return mbill__fail(err, MBILL_E_MISUSE, "a stream keeps %u bytes, expected at most %d", (unsigned)stream->n_kept,
            MBILL_DLT645_FRAME_MAX);
    MBILL_TRY(mbill__dlt645_checksum(profile, &checksum, err));
    *out_found = feed(stream, in, mbill__dlt645_left_out(checksum), out_used, out_frame) ? 1 : 0;
    return MBILL_OK;
}
