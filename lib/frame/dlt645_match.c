/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when it is decided otherwise whether a reply of DL/T 645 answers a request. */
#include "frame/dlt645_parts.h"

#include <string.h>

static bool same_frame(const mbill_dlt645_frame *a, const mbill_dlt645_frame *b)
{
    return a->control == b->control && a->length == b->length && memcmp(a->address, b->address, 6) == 0 &&
        memcmp(a->data, b->data, a->length) == 0;
}

/* AA in the request's high bytes stands for any. */
static bool same_address(const uint8_t *asked, const uint8_t *answered)
{
    size_t n = 6;
    while (n > 0 && asked[n - 1] == 0xAA) n--;
    return memcmp(asked, answered, n) == 0;
}

/* A meter that took another address answers from that one; some answer from the old one. */
static bool new_address(const mbill_dlt645_frame *request, const mbill_dlt645_frame *reply)
{
    return request->control == MBILL_DLT645_WRITE_ADDRESS &&
        reply->control == (MBILL_DLT645_WRITE_ADDRESS | MBILL__DLT645_REPLY) && request->length == sizeof reply->address &&
        memcmp(request->data, reply->address, sizeof reply->address) == 0;
}

static mbill_status check_ends(const mbill_dlt645_frame *request, const mbill_dlt645_frame *reply, mbill_error *err)
{
    if ((request->control & MBILL__DLT645_REPLY) != 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "the request has control byte %02XH, that of a reply", request->control);
    if (same_frame(request, reply)) return mbill__fail(err, MBILL_E_ECHO, "the request itself came back");
    if ((reply->control & MBILL__DLT645_REPLY) == 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is no reply", reply->control);
    if (!same_address(request->address, reply->address) && !new_address(request, reply))
        return mbill__fail(err, MBILL_E_ADDRESS, "the reply is of another meter");
    return MBILL_OK;
}

/* The identifier, where both have one; the number of the part as well. */
static mbill_status check_content(const mbill_dlt645_frame *request, const mbill_dlt645_frame *reply, mbill_error *err)
{
    uint8_t function = request->control & MBILL__DLT645_FUNCTION;
    bool has_di = function == MBILL_DLT645_READ || function == MBILL_DLT645_READ_NEXT || function == MBILL_DLT645_SECURITY;
    if (!has_di || (reply->control & MBILL__DLT645_REFUSED) != 0 || reply->length < 4 || request->length < 4) return MBILL_OK;
    uint32_t asked = mbill__dlt645_di(request->data), answered = mbill__dlt645_di(reply->data);
    if (asked != answered)
        return mbill__fail(err, MBILL_E_DI, "the reply is of %08X, expected %08X", (unsigned)answered, (unsigned)asked);
    if (function != MBILL_DLT645_READ_NEXT || request->length < 5) return MBILL_OK;
    uint8_t part = reply->data[reply->length - 1];
    if (part != request->data[4])
        return mbill__fail(err, MBILL_E_ANSWER, "the reply is part %u, expected part %u", part, request->data[4]);
    return MBILL_OK;
}

mbill_status mbill_dlt645_match(const mbill_dlt645_frame *request, const mbill_dlt645_frame *reply, mbill_error *err)
{
    MBILL__NEED(request);
    MBILL__NEED(reply);
    MBILL_TRY(check_ends(request, reply, err));
    uint8_t asked = request->control & MBILL__DLT645_FUNCTION, answered = reply->control & MBILL__DLT645_FUNCTION;
    if (asked != answered)
        return mbill__fail(err, MBILL_E_ANSWER, "the reply is to function %02XH, expected %02XH", answered, asked);
    return check_content(request, reply, err);
}
