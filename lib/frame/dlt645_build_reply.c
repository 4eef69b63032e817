/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a DL/T 645 meter answers otherwise: the frames of its side of the line. */
#include "frame/dlt645_parts.h"
#include "meterbill/dlt645_make.h"

#include <string.h>

static mbill_status check_request(const mbill_dlt645_frame *request, mbill_error *err)
{
    if ((request->control & MBILL__DLT645_REPLY) == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is that of a reply, expected a request", request->control);
}

/* Bytes of the request that its reply repeats: the identifier in front, and of a part its number behind. */
static void repeated(uint8_t function, size_t *out_front, size_t *out_behind)
{
    bool has_di = function == MBILL_DLT645_READ || function == MBILL_DLT645_READ_NEXT || function == MBILL_DLT645_SECURITY;
    *out_front = has_di ? 4 : 0;
    *out_behind = function == MBILL_DLT645_READ_NEXT ? 1 : 0;
}

mbill_status mbill_dlt645_make_reply(const mbill_dlt645_frame *request, const uint8_t address[6], mbill_bytes payload,
    int32_t more, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    uint8_t data[MBILL_DLT645_DATA_MAX];
    size_t front, behind;
    MBILL__NEED(request);
    MBILL__NEED(address);
    if (payload.n > 0) MBILL__NEED(payload.p);
    MBILL__NEED(out_frame);
    MBILL_TRY(check_request(request, err));
    uint8_t function = request->control & MBILL__DLT645_FUNCTION;
    repeated(function, &front, &behind);
    if (request->length < front + behind)
        return mbill__fail(err, MBILL_E_LENGTH, "the request has %u bytes of data, expected an identifier", request->length);
    if (payload.n > sizeof data - front - behind)
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes are too many for a reply", payload.n);
    memcpy(data, request->data, front);
    if (payload.n > 0) memcpy(data + front, payload.p, payload.n);
    memcpy(data + front + payload.n, request->data + front, behind);
    uint8_t control = (uint8_t)(function | MBILL__DLT645_REPLY | (more != 0 ? MBILL__DLT645_MORE : 0));
    return mbill_dlt645_make(address, control, (mbill_bytes){data, front + payload.n + behind}, out_frame, err);
}

mbill_status mbill_dlt645_make_refusal(const mbill_dlt645_frame *request, const uint8_t address[6], int32_t bits,
    const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    mbill_dlt645_profile known;
    const uint8_t data[2] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
    MBILL__NEED(request);
    MBILL__NEED(address);
    MBILL__NEED(out_frame);
    MBILL_TRY(check_request(request, err));
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    uint8_t function = request->control & MBILL__DLT645_FUNCTION;
    size_t n = function != MBILL_DLT645_SECURITY || known.serr_bytes == 1 ? 1 : 2;
    if (bits < 0 || bits >> 8 * n != 0)
        return mbill__fail(err, MBILL_E_RANGE, "error bits %04XH do not fit %zu bytes", (unsigned)bits, n);
    uint8_t control = (uint8_t)(function | MBILL__DLT645_REPLY | MBILL__DLT645_REFUSED);
    return mbill_dlt645_make(address, control, (mbill_bytes){data, n}, out_frame, err);
}
