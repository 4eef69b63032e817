/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the outer form of a DL/T 645 frame does: start bytes, length, checksum, end byte. */
#include "frame/bytes.h"
#include "frame/dlt645.h"

#include <string.h>

/* Bytes at the start that the profile's checksum leaves out. */
size_t mbill__dlt645_left_out(int32_t checksum)
{
    static const size_t left_out[] = {0, 1, 7};
    return left_out[checksum];
}

void mbill__dlt645_take(const uint8_t *bytes, size_t preamble, mbill_dlt645_frame *out)
{
    out->preamble = (uint32_t)preamble;
    memcpy(out->address, bytes + 1, sizeof out->address);
    out->control = bytes[8];
    out->length = bytes[9];
    for (size_t i = 0; i < out->length; i++) out->data[i] = (uint8_t)(bytes[MBILL__DLT645_HEAD + i] - MBILL__DLT645_OFFSET);
}

static mbill_status check_frame(const uint8_t *at, size_t n, size_t left_out, mbill_error *err)
{
    if (n == 0) return mbill__fail(err, MBILL_E_INCOMPLETE, "no bytes of a frame");
    size_t need = mbill__dlt645_need(at, n);
    if (need == 0) return mbill__fail(err, MBILL_E_SHAPE, "a frame has 68H at its start and behind its address");
    if (n < need) return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected %zu at least", n, need);
    if (n > need && at[need - 1] != MBILL__DLT645_END)
        return mbill__fail(err, MBILL_E_LENGTH, "L is %u, which does not reach the end byte", at[9]);
    if (n > need) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes behind the frame", n - need);
    if (at[n - 1] != MBILL__DLT645_END) return mbill__fail(err, MBILL_E_SHAPE, "the last byte is %02XH, expected 16H", at[n - 1]);
    uint8_t sum = mbill__frame_sum(at + left_out, n - 2 - left_out);
    if (sum == at[n - 2]) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CHECKSUM, "the sum is %02XH, the frame says %02XH", sum, at[n - 2]);
}

mbill_status mbill_dlt645_decode(mbill_bytes in, const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame,
    mbill_error *err)
{
    size_t preamble = 0;
    int32_t checksum;
    if (in.n > 0) MBILL__NEED(in.p);
    MBILL__NEED(out_frame);
    MBILL_TRY(mbill__dlt645_checksum(profile, &checksum, err));
    while (preamble < in.n && in.p[preamble] == MBILL__DLT645_WAKE) preamble++;
    MBILL_TRY(check_frame(in.p + preamble, in.n - preamble, mbill__dlt645_left_out(checksum), err));
    mbill__dlt645_take(in.p + preamble, preamble, out_frame);
    return MBILL_OK;
}

mbill_status mbill_dlt645_encode(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err)
{
    int32_t checksum;
    MBILL__NEED(frame);
    MBILL__NEED(out);
    MBILL__NEED(out_n);
    MBILL_TRY(mbill__dlt645_checksum(profile, &checksum, err));
    size_t preamble = frame->preamble, length = frame->length, n = length + MBILL__DLT645_AROUND;
    if (cap < n || cap - n < preamble)
        return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the frame has %zu with %zu of preamble", cap, n, preamble);
    uint8_t *at = out + preamble;
    memset(out, MBILL__DLT645_WAKE, preamble);
    at[0] = at[7] = MBILL__DLT645_START;
    memcpy(at + 1, frame->address, sizeof frame->address);
    at[8] = frame->control;
    at[9] = frame->length;
    for (size_t i = 0; i < length; i++) at[MBILL__DLT645_HEAD + i] = (uint8_t)(frame->data[i] + MBILL__DLT645_OFFSET);
    size_t left_out = mbill__dlt645_left_out(checksum);
    at[MBILL__DLT645_HEAD + length] = mbill__frame_sum(at + left_out, MBILL__DLT645_HEAD + length - left_out);
    at[MBILL__DLT645_HEAD + length + 1] = MBILL__DLT645_END;
    *out_n = preamble + n;
    return MBILL_OK;
}
