/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a DL/T 645 frame is put together otherwise from its parts, by a master or by a meter. */
#include "frame/dlt645_parts.h"

#include <string.h>

#define DIGITS 12

static mbill_status refuse_address(const char *text, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_ADDRESS,
        "\"%.16s\" is no address: expected at most 12 digits, or A for any in front of an even number", text);
}

mbill_status mbill_dlt645_address(const char *text, uint8_t address[6], mbill_error *err)
{
    uint8_t bytes[6] = {0};
    MBILL__NEED(text);
    MBILL__NEED(address);
    size_t n = strlen(text), any = strspn(text, "A");
    if (n == 0 || n > DIGITS || strspn(text + any, "0123456789") != n - any) return refuse_address(text, err);
    if (any > 0 && (n != DIGITS || any % 2 != 0)) return refuse_address(text, err);
    for (size_t i = 0; i < n; i++) { /* from the last digit */
        char c = text[n - 1 - i];
        uint8_t digit = c == 'A' ? 10 : (uint8_t)(c - '0');
        bytes[i / 2] = (uint8_t)(bytes[i / 2] | (i % 2 == 0 ? digit : digit << 4));
    }
    memcpy(address, bytes, sizeof bytes);
    return MBILL_OK;
}

mbill_status mbill_dlt645_make(const uint8_t address[6], uint8_t control, mbill_bytes data, mbill_dlt645_frame *out_frame,
    mbill_error *err)
{
    MBILL__NEED(address);
    if (data.n > 0) MBILL__NEED(data.p);
    MBILL__NEED(out_frame);
    if (data.n > MBILL_DLT645_DATA_MAX)
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected at most %d", data.n, MBILL_DLT645_DATA_MAX);
    out_frame->preamble = MBILL_DLT645_PREAMBLE;
    memmove(out_frame->address, address, sizeof out_frame->address);
    out_frame->control = control;
    out_frame->length = (uint8_t)data.n;
    if (data.n > 0) memmove(out_frame->data, data.p, data.n);
    return MBILL_OK;
}

mbill_status mbill_dlt645_make_read(const uint8_t address[6], uint32_t di, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    const uint8_t data[4] = {(uint8_t)di, (uint8_t)(di >> 8), (uint8_t)(di >> 16), (uint8_t)(di >> 24)};
    return mbill_dlt645_make(address, MBILL_DLT645_READ, (mbill_bytes){data, sizeof data}, out_frame, err);
}
