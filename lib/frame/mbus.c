/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the frames of EN 13757-2: their forms, control fields and checksums. Invariant: what is decoded and encoded again gives
 * the same bytes. */
#include "base/fail.h"
#include "frame/bytes.h"
#include "frame/mbus.h"
#include "frame/resync.h"

#include <string.h>

enum { SINGLE = 0xE5, SHORT_START = 0x10, LONG_START = 0x68, END = 0x16 };
enum { SHORT_LENGTH = 5, HEAD = 4, FIELDS = 3, TAIL = 2, DATA_MAX = 252 };
enum { SELECTED = 0xFD, ANY = 0xFE };

static mbill_status check_end(const uint8_t *summed, size_t n, mbill_error *err)
{
    uint8_t sum = mbill__frame_sum(summed, n);
    if (summed[n + 1] != END) return mbill__fail(err, MBILL_E_SHAPE, "the last byte is %02XH, expected 16H", summed[n + 1]);
    if (sum == summed[n]) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CHECKSUM, "sum is %02XH, frame says %02XH", sum, summed[n]);
}

static mbill_status check_length(size_t n, size_t expected, mbill_error *err)
{
    if (n == expected) return MBILL_OK;
    if (n > expected) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes behind the frame, expected none", n - expected);
    return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected %zu", n, expected);
}

static mbill_status check_long(mbill_bytes in, mbill_error *err)
{
    if (in.n < HEAD) return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected at least 9", in.n);
    if (in.p[1] != in.p[2])
        return mbill__fail(err, MBILL_E_LENGTH, "L is %02XH and then %02XH, expected the same twice", in.p[1], in.p[2]);
    if (in.p[1] < FIELDS) return mbill__fail(err, MBILL_E_LENGTH, "L is %02XH, expected at least 03H", in.p[1]);
    if (in.p[3] != LONG_START) return mbill__fail(err, MBILL_E_SHAPE, "%02XH behind the lengths, expected 68H", in.p[3]);
    MBILL_TRY(check_length(in.n, (size_t)in.p[1] + HEAD + TAIL, err));
    return check_end(in.p + HEAD, in.p[1], err);
}

mbill_status mbill_mbus_decode(mbill_bytes in, mbill_mbus_frame *out_frame, mbill_error *err)
{
    mbill_mbus_frame frame = {.form = MBILL_MBUS_ACK};
    MBILL__NEED(out_frame);
    if (in.n > 0) MBILL__NEED(in.p);
    if (in.n == 0) return mbill__fail(err, MBILL_E_INCOMPLETE, "no bytes, expected a frame");
    if (in.p[0] == SINGLE) {
        MBILL_TRY(check_length(in.n, 1, err));
    } else if (in.p[0] == SHORT_START) {
        MBILL_TRY(check_length(in.n, SHORT_LENGTH, err));
        MBILL_TRY(check_end(in.p + 1, 2, err));
        frame = (mbill_mbus_frame){.form = MBILL_MBUS_SHORT, .c = in.p[1], .a = in.p[2]};
    } else if (in.p[0] == LONG_START) {
        MBILL_TRY(check_long(in, err));
        frame = (mbill_mbus_frame){.data = {in.p + HEAD + FIELDS, in.p[1] - (size_t)FIELDS}, .c = in.p[4], .a = in.p[5],
            .ci = in.p[6], .form = in.p[1] == FIELDS ? MBILL_MBUS_CONTROL : MBILL_MBUS_LONG};
    } else {
        return mbill__fail(err, MBILL_E_SHAPE, "the frame begins with %02XH, expected E5H, 10H or 68H", in.p[0]);
    }
    *out_frame = frame;
    return MBILL_OK;
}

static void put_long(const mbill_mbus_frame *frame, uint8_t *out)
{
    size_t n = frame->data.n + FIELDS;
    out[0] = out[3] = LONG_START;
    out[1] = out[2] = (uint8_t)n;
    out[4] = frame->c;
    out[5] = frame->a;
    out[6] = frame->ci;
    if (frame->data.n > 0) memcpy(out + HEAD + FIELDS, frame->data.p, frame->data.n);
    out[HEAD + n] = mbill__frame_sum(out + HEAD, n);
    out[HEAD + n + 1] = END;
}

mbill_status mbill_mbus_encode(const mbill_mbus_frame *frame, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(frame);
    MBILL__NEED(out);
    MBILL__NEED(out_n);
    size_t n_data = frame->data.n, n = n_data + HEAD + FIELDS + TAIL;
    if (n_data > 0) MBILL__NEED(frame->data.p);
    if (frame->form < MBILL_MBUS_ACK || frame->form > MBILL_MBUS_LONG)
        return mbill__fail(err, MBILL_E_INVALID, "form %d is none", frame->form);
    if (n_data > DATA_MAX || (frame->form == MBILL_MBUS_LONG) != (n_data > 0))
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected 1 to %d in a long frame and none elsewhere", n_data, DATA_MAX);
    if (frame->form == MBILL_MBUS_ACK) n = 1;
    if (frame->form == MBILL_MBUS_SHORT) n = SHORT_LENGTH;
    if (cap < n) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the frame has %zu", cap, n);
    if (frame->form == MBILL_MBUS_ACK) {
        out[0] = SINGLE;
    } else if (frame->form == MBILL_MBUS_SHORT) {
        uint8_t sum = (uint8_t)(frame->c + frame->a);
        memcpy(out, (uint8_t[]){SHORT_START, frame->c, frame->a, sum, END}, SHORT_LENGTH);
    } else {
        put_long(frame, out);
    }
    *out_n = n;
    return MBILL_OK;
}

/* What a control field is, whatever its count bit (FCB) or its flags of access (ACD, DFC). */
static int32_t kind_of(uint8_t c)
{
    switch (c) {
    case 0x40: return MBILL__MBUS_RESET;
    case 0x53:
    case 0x73: return MBILL__MBUS_SEND;
    case 0x5A:
    case 0x7A:
    case 0x5B:
    case 0x7B: return MBILL__MBUS_ASK;
    case 0x08:
    case 0x18:
    case 0x28:
    case 0x38: return MBILL__MBUS_REPLY;
    default: return 0;
    }
}

int32_t mbill__mbus_kind(const mbill_mbus_frame *frame)
{
    return frame->form == MBILL_MBUS_ACK ? MBILL__MBUS_RECEIVED : kind_of(frame->c);
}

static mbill_status check_reply(const mbill_mbus_frame *frame, mbill_error *err)
{
    size_t least = 0;
    switch (frame->ci) {
    case MBILL__MBUS_VARIABLE: least = MBILL__MBUS_HEADER; break;
    case MBILL__MBUS_FIXED: least = MBILL__MBUS_FIXED_DATA; break;
    case 0x70:
    case 0x71: break;
    case 0x76:
    case 0x77: return mbill__fail(err, MBILL_E_FUNCTION, "CI %02XH, data with the high byte first, which is not built", frame->ci);
    default:
        return mbill__fail(err, MBILL_E_FUNCTION, "CI %02XH, expected 70H, 71H, 72H or 73H in a reply", frame->ci);
    }
    if (frame->data.n >= least && (frame->ci != MBILL__MBUS_FIXED || frame->data.n == least)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected %zu for CI %02XH", frame->data.n, least, frame->ci);
}

/* 50H reset, 51H data, 52H select, 54H freeze, 55H-57H the same high byte first, B8H-BFH speeds. */
static bool is_order(uint8_t ci)
{
    return ci == 0x50 || ci == 0x51 || ci == 0x52 || ci == 0x54 || (ci >= 0xB8 && ci <= 0xBF);
}

mbill_status mbill_mbus_check(const mbill_mbus_frame *frame, mbill_error *err)
{
    MBILL__NEED(frame);
    int32_t kind = mbill__mbus_kind(frame);
    bool is_short = kind == MBILL__MBUS_RESET || kind == MBILL__MBUS_ASK;
    if (kind == MBILL__MBUS_RECEIVED) return MBILL_OK;
    if (kind == 0) return mbill__fail(err, MBILL_E_FUNCTION, "control field %02XH is none that is known", frame->c);
    if (is_short != (frame->form == MBILL_MBUS_SHORT))
        return mbill__fail(err, MBILL_E_SHAPE, "control field %02XH in a %s frame", frame->c, is_short ? "long" : "short");
    if (is_short) return MBILL_OK;
    if (kind == MBILL__MBUS_REPLY) return check_reply(frame, err);
    if (is_order(frame->ci)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_FUNCTION, "CI %02XH, expected 50H, 51H, 52H, 54H or B8H to BFH to a meter", frame->ci);
}

static bool is_same(const mbill_mbus_frame *a, const mbill_mbus_frame *b)
{
    return a->form == b->form && a->c == b->c && a->a == b->a && a->ci == b->ci && mbill__bytes_same(a->data, b->data);
}

mbill_status mbill_mbus_match(const mbill_mbus_frame *request, const mbill_mbus_frame *reply, mbill_error *err)
{
    MBILL__NEED(request);
    MBILL__NEED(reply);
    int32_t asked = mbill__mbus_kind(request), came = mbill__mbus_kind(reply);
    if (asked != MBILL__MBUS_RESET && asked != MBILL__MBUS_SEND && asked != MBILL__MBUS_ASK)
        return mbill__fail(err, MBILL_E_DIRECTION, "the request is none");
    if (is_same(request, reply)) return mbill__fail(err, MBILL_E_ECHO, "the request came back as it was sent");
    if (came != MBILL__MBUS_REPLY && came != MBILL__MBUS_RECEIVED)
        return mbill__fail(err, MBILL_E_DIRECTION, "the reply is none");
    if ((asked == MBILL__MBUS_ASK) != (came == MBILL__MBUS_REPLY))
        return mbill__fail(err, MBILL_E_ANSWER, "%s came, expected %s", came == MBILL__MBUS_REPLY ? "data" : "E5H",
            asked == MBILL__MBUS_ASK ? "data" : "E5H");
    if (came == MBILL__MBUS_RECEIVED || request->a == SELECTED || request->a == ANY || request->a == reply->a) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ADDRESS, "the reply is from address %02XH, asked was %02XH", reply->a, request->a);
}

mbill_status mbill_mbus_allow(const mbill_mbus_frame *frame, mbill_error *err)
{
    MBILL__NEED(frame);
    if (mbill__mbus_kind(frame) != MBILL__MBUS_SEND || frame->ci == 0x50 || frame->ci == 0x52) return MBILL_OK;
    return mbill__fail(err, MBILL_E_POLICY, "CI %02XH writes to a meter, which is not built", frame->ci);
}

/* bytes[0] is LONG_START and n >= 1. */
static int32_t probe(const uint8_t *bytes, size_t n, const void *profile)
{
    (void)profile;
    if (n < HEAD) {
        bool may_be = n < 2 || (bytes[1] >= FIELDS && (n < 3 || bytes[2] == bytes[1]));
        return may_be ? MBILL__RESYNC_MORE : 0;
    }
    size_t summed = bytes[1], length = summed + HEAD + TAIL;
    if (summed < FIELDS || bytes[2] != summed || bytes[3] != LONG_START) return 0;
    if (n < length) return MBILL__RESYNC_MORE;
    return bytes[length - 1] == END && bytes[length - 2] == mbill__frame_sum(bytes + HEAD, summed) ? (int32_t)length : 0;
}

mbill_status mbill_mbus_feed(mbill_mbus_stream *stream, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err)
{
    static const mbill__resync_kind kind = {probe, LONG_START};
    MBILL__NEED(stream);
    const mbill__resync state = {&stream->n, &stream->from, stream->bytes};
    return mbill__resync_feed(&kind, &state, in, NULL, out_used, out_frame, err);
}
