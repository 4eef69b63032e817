/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the frame of CJ/T 188: [FE ...] 68 T A0..A6 C L DATA CS 16. Invariant: what is decoded and encoded again gives the same
 * bytes, the preamble apart. */
#include "frame/bytes.h"
#include "frame/cjt188_inner.h"
#include "frame/resync.h"

#include <string.h>

enum { START = 0x68, END = 0x16, PREAMBLE = 0xFE };
enum { AT_TYPE = 1, AT_ADDRESS = 2, AT_CONTROL = 9, AT_LENGTH = 10, AT_DATA = 11, AROUND = 13, DATA_MAX = 255 };
#define KNOWN_FLAGS ((uint32_t)(MBILL_CJT188_UNIT_FIRST | MBILL_CJT188_SUM_AFTER_FIRST))

static mbill_status check_ranges(const mbill_cjt188_profile *known, mbill_error *err)
{
    if ((known->flags & ~KNOWN_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags %u of the profile have bits that this version does not know",
            (unsigned)known->flags);
    if (known->di_order < 0 || known->di_order > MBILL_CJT188_LOW_FIRST)
        return mbill__fail(err, MBILL_E_INVALID, "di_order %d, expected 1 or 2, or 0 where it is not known", (int)known->di_order);
    if (known->valve_function < 0 || known->valve_function > MBILL__188_FUNCTION)
        return mbill__fail(err, MBILL_E_INVALID, "valve_function %d, expected 1 to 63, or 0", (int)known->valve_function);
    if (known->flow_decimals != 3 && known->flow_decimals != 4)
        return mbill__fail(err, MBILL_E_INVALID, "flow_decimals %d, expected 3 or 4", (int)known->flow_decimals);
    if (known->st_valve < MBILL_CJT188_ST_LOW || known->st_valve > MBILL_CJT188_ST_CODE)
        return mbill__fail(err, MBILL_E_INVALID, "st_valve %d, expected 1 to 3", (int)known->st_valve);
    return MBILL_OK;
}

mbill_status mbill__cjt188_profile(mbill_cjt188_profile *known, const mbill_cjt188_profile *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, sizeof *known, given, err));
    if (known->flow_decimals == 0) known->flow_decimals = 4;
    if (known->st_valve == 0) known->st_valve = MBILL_CJT188_ST_LOW;
    return check_ranges(known, err);
}

/* Only what the frame itself needs. */
static mbill_status read_frame_options(const mbill_cjt188_profile *given, uint32_t *flags, int32_t *maker, mbill_error *err)
{
    mbill_cjt188_profile known;
    *flags = 0;
    *maker = 0;
    if (given == NULL) return MBILL_OK;
    MBILL_TRY(mbill__cjt188_profile(&known, given, err));
    *flags = known.flags;
    *maker = known.valve_function;
    return MBILL_OK;
}

static uint8_t sum_of(const uint8_t *start, size_t n_data, uint32_t flags)
{
    size_t from = (flags & MBILL_CJT188_SUM_AFTER_FIRST) != 0 ? 1 : 0;
    return mbill__frame_sum(start + from, AT_DATA + n_data - from);
}

/* Whatever the DI: a request that reads has DI and SER, another one what it writes besides; every reply has at least DI and SER, since
 * makers add to what the standard gives it. An error reply has SER and ST; some meters send DI with it, or leave a byte of ST out. */
static bool is_possible(int32_t function, uint8_t control, size_t n)
{
    bool is_reply = (control & MBILL__188_REPLY) != 0;
    if ((control & MBILL__188_ABNORMAL) != 0) return is_reply && n >= 2 && n <= 5;
    if (is_reply || function == MBILL__188_WRITE) return n >= 3;
    if (function == MBILL__188_WRITE_ADDRESS) return n == 0x0A;
    return n == (function == MBILL__188_SYNCHRONISE ? 0x08 : 3);
}

static bool is_known(int32_t function)
{
    return function == MBILL__188_READ || function == MBILL__188_READ_ADDRESS || function == MBILL__188_WRITE ||
        function == MBILL__188_KEY_VERSION || function == MBILL__188_WRITE_ADDRESS || function == MBILL__188_SYNCHRONISE;
}

mbill_status mbill_cjt188_check(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile, mbill_error *err)
{
    uint32_t flags;
    int32_t maker;
    MBILL__NEED(frame);
    MBILL_TRY(read_frame_options(profile, &flags, &maker, err));
    int32_t function = frame->control & MBILL__188_FUNCTION;
    if (maker != 0 && function == maker) function = MBILL__188_WRITE;
    if (!is_known(function))
        return mbill__fail(err, MBILL_E_FUNCTION, "control byte %02XH, expected 01H, 03H, 04H, 09H, 15H or 16H, or a reply to one%s",
            frame->control, maker == 0 ? "; a maker's own valve command needs the profile's valve_function" : "");
    if ((frame->control & (MBILL__188_REPLY | MBILL__188_ABNORMAL)) == MBILL__188_ABNORMAL)
        return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is a request with a bit that only a reply has", frame->control);
    if (is_possible(function, frame->control, frame->data.n)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LENGTH, "control byte %02XH with %zu bytes of data, which it cannot have", frame->control,
        frame->data.n);
}

/* bytes[0] is START and n >= 1. Length of a frame whose ends and sum are right; 0; MBILL__RESYNC_MORE. */
static int32_t probe(const uint8_t *bytes, size_t n, const void *profile)
{
    const uint32_t *flags = profile;
    if (n <= AT_LENGTH) return MBILL__RESYNC_MORE;
    size_t n_data = bytes[AT_LENGTH], length = AROUND + n_data;
    if (n < length) return MBILL__RESYNC_MORE;
    if (bytes[length - 1] != END || bytes[length - 2] != sum_of(bytes, n_data, *flags)) return 0;
    return (int32_t)length;
}

static void take_apart(const uint8_t *start, uint32_t preamble, mbill_cjt188_frame *out)
{
    *out = (mbill_cjt188_frame){.data = {start + AT_DATA, start[AT_LENGTH]}, .preamble = preamble, .type = start[AT_TYPE],
        .control = start[AT_CONTROL]};
    memcpy(out->address, start + AT_ADDRESS, sizeof out->address);
}

static mbill_status check_frame(const uint8_t *start, size_t n, uint32_t flags, mbill_error *err)
{
    if (n == 0) return mbill__fail(err, MBILL_E_INCOMPLETE, "no byte but FEH, expected a frame");
    if (start[0] != START) return mbill__fail(err, MBILL_E_SHAPE, "the frame begins with %02XH, expected 68H", start[0]);
    if (n <= AT_LENGTH) return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected at least %d", n, AROUND);
    size_t n_data = start[AT_LENGTH], length = AROUND + n_data;
    if (n < length)
        return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected %zu for %zu bytes of data", n, length, n_data);
    if (n > length && start[length - 1] != END)
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, which do not reach the end byte", n_data);
    if (n > length) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes behind the frame, expected none", n - length);
    if (start[length - 1] != END)
        return mbill__fail(err, MBILL_E_SHAPE, "the last byte is %02XH, expected 16H", start[length - 1]);
    uint8_t sum = sum_of(start, n_data, flags);
    if (sum == start[length - 2]) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CHECKSUM, "sum is %02XH, frame says %02XH", sum, start[length - 2]);
}

mbill_status mbill_cjt188_decode(mbill_bytes in, const mbill_cjt188_profile *profile, mbill_cjt188_frame *out_frame,
    mbill_error *err)
{
    uint32_t flags;
    int32_t maker;
    size_t preamble = 0;
    if (in.n > 0) MBILL__NEED(in.p);
    MBILL__NEED(out_frame);
    MBILL_TRY(read_frame_options(profile, &flags, &maker, err));
    while (preamble < in.n && in.p[preamble] == PREAMBLE) preamble++;
    MBILL_TRY(check_frame(in.n > 0 ? in.p + preamble : NULL, in.n - preamble, flags, err));
    take_apart(in.p + preamble, (uint32_t)preamble, out_frame);
    return MBILL_OK;
}

mbill_status mbill_cjt188_encode(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err)
{
    uint32_t flags;
    int32_t maker;
    MBILL__NEED(frame);
    MBILL__NEED(out);
    MBILL__NEED(out_n);
    size_t n_data = frame->data.n, preamble = frame->preamble, n = AROUND + n_data;
    if (n_data > 0) MBILL__NEED(frame->data.p);
    MBILL_TRY(read_frame_options(profile, &flags, &maker, err));
    if (n_data > DATA_MAX) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected at most %d", n_data, DATA_MAX);
    if (cap < n || cap - n < preamble)
        return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the frame has %zu and %zu before it", cap, n, preamble);
    uint8_t *start = out + preamble;
    memset(out, PREAMBLE, preamble);
    start[0] = START;
    start[AT_TYPE] = frame->type;
    memcpy(start + AT_ADDRESS, frame->address, sizeof frame->address);
    start[AT_CONTROL] = frame->control;
    start[AT_LENGTH] = (uint8_t)n_data;
    if (n_data > 0) memcpy(start + AT_DATA, frame->data.p, n_data);
    start[n - 2] = sum_of(start, n_data, flags);
    start[n - 1] = END;
    *out_n = preamble + n;
    return MBILL_OK;
}

mbill_status mbill_cjt188_feed(mbill_cjt188_stream *stream, const mbill_cjt188_profile *profile, mbill_bytes in, size_t *out_used,
    mbill_bytes *out_frame, mbill_error *err)
{
    static const mbill__resync_kind kind = {probe, START};
    uint32_t flags;
    int32_t maker;
    MBILL__NEED(stream);
    MBILL_TRY(read_frame_options(profile, &flags, &maker, err));
    const mbill__resync state = {&stream->n, &stream->from, stream->bytes};
    return mbill__resync_feed(&kind, &state, in, &flags, out_used, out_frame, err);
}
