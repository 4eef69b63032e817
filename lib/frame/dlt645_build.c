/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a DL/T 645 frame is put together otherwise from its parts, by a master or by a meter. */
#include "frame/dlt645_parts.h"
#include "frame/dlt645_write.h"
#include "frame/value.h"
#include "meterbill/dlt645_make.h"

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

static void put_di(uint32_t di, uint8_t *at)
{
    for (size_t i = 0; i < 4; i++) at[i] = (uint8_t)(di >> 8 * i);
}

mbill_status mbill_dlt645_make_read(const uint8_t address[6], uint32_t di, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    uint8_t data[4];
    put_di(di, data);
    return mbill_dlt645_make(address, MBILL_DLT645_READ, (mbill_bytes){data, sizeof data}, out_frame, err);
}

mbill_status mbill_dlt645_payload(uint32_t di, const mbill_dlt645_profile *profile, const mbill_frame_item *items, size_t n,
    uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_dlt645_profile known;
    mbill__dlt645_layout layout;
    uint8_t bytes[MBILL_DLT645_DATA_MAX + 1];
    size_t written;
    if (n > 0) MBILL__NEED(items);
    MBILL__NEED(out);
    MBILL__NEED(out_n);
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    if (!mbill__dlt645_layout_of(di, &layout))
        return mbill__fail(err, MBILL_E_DI, "%08X has no layout that is known here", (unsigned)di);
    MBILL_TRY(mbill__dlt645_payload_of(&layout, items, n, &known, bytes, &written, err));
    if (written > cap) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the payload has %zu", cap, written);
    memcpy(out, bytes, written);
    *out_n = written;
    return MBILL_OK;
}

/* Level, password and operator behind what is there. */
static size_t put_sender(const mbill_dlt645_sender *sender, const mbill_dlt645_profile *profile, uint8_t *at)
{
    at[0] = sender->pa != 0 ? sender->pa : (uint8_t)profile->pa;
    memcpy(at + 1, sender->password, sizeof sender->password);
    memcpy(at + 4, sender->operator_code, sizeof sender->operator_code);
    return 8;
}

/* Make the frame, and ask the policy of the profile, or of the defaults. */
static mbill_status make_permitted(const uint8_t address[6], uint8_t control, mbill_bytes data, const mbill_dlt645_profile *known,
    mbill_dlt645_frame *out, mbill_error *err)
{
    mbill_dlt645_frame frame;
    MBILL_TRY(mbill_dlt645_make(address, control, data, &frame, err));
    MBILL_TRY(mbill_dlt645_permit(&frame, known, NULL, err));
    *out = frame;
    return MBILL_OK;
}

static mbill_status profile_of(const mbill_dlt645_profile *given, mbill_dlt645_profile *out, mbill_error *err)
{
    MBILL_TRY(mbill__dlt645_profile_known(given, out, err));
    out->struct_size = sizeof *out;
    return MBILL_OK;
}

mbill_status mbill_dlt645_make_write(const uint8_t address[6], uint32_t di, const mbill_dlt645_sender *sender,
    mbill_bytes payload, const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    mbill_dlt645_profile known;
    uint8_t data[MBILL_DLT645_DATA_MAX];
    MBILL__NEED(address);
    MBILL__NEED(sender);
    if (payload.n > 0) MBILL__NEED(payload.p);
    MBILL__NEED(out_frame);
    MBILL_TRY(profile_of(profile, &known, err));
    put_di(di, data);
    size_t n = 4 + put_sender(sender, &known, data + 4);
    if (payload.n > sizeof data - n) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes are too many for a write", payload.n);
    if (payload.n > 0) memcpy(data + n, payload.p, payload.n);
    return make_permitted(address, MBILL_DLT645_WRITE, (mbill_bytes){data, n + payload.n}, &known, out_frame, err);
}

mbill_status mbill_dlt645_make_order(const uint8_t address[6], int32_t order, int32_t n2, const mbill_frame_time *until,
    const mbill_dlt645_sender *sender, const mbill_dlt645_profile *profile, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    mbill_dlt645_profile known;
    uint8_t data[16];
    MBILL__NEED(address);
    MBILL__NEED(until);
    MBILL__NEED(sender);
    MBILL__NEED(out_frame);
    MBILL_TRY(profile_of(profile, &known, err));
    const mbill_frame_item time = {.kind = MBILL_FRAME_ITEM_TIME, .present = 1, .time = *until};
    size_t n = put_sender(sender, &known, data);
    if (order < 0 || order > 0xFF || n2 < 0 || n2 > 0xFF)
        return mbill__fail(err, MBILL_E_RANGE, "N1 is %d and N2 is %d, expected bytes", (int)order, (int)n2);
    bool timed = order == MBILL_DLT645_TRIP_TIMED || order == MBILL_DLT645_TRIP_TIMED_2;
    data[n++] = (uint8_t)order;
    data[n++] = (uint8_t)(timed || n2 != 0 ? n2 : known.n2);
    MBILL_TRY(mbill__frame_time_write("smhDMY", &time, data + n, err));
    return make_permitted(address, MBILL_DLT645_CONTROL, (mbill_bytes){data, sizeof data}, &known, out_frame, err);
}

mbill_status mbill_dlt645_make_security(const uint8_t address[6], uint32_t di, const mbill_dlt645_sender *sender,
    mbill_bytes material, mbill_dlt645_frame *out_frame, mbill_error *err)
{
    uint8_t data[MBILL_DLT645_DATA_MAX];
    MBILL__NEED(sender);
    if (material.n > 0) MBILL__NEED(material.p);
    if (material.n > sizeof data - 8) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes are too many for a frame", material.n);
    put_di(di, data);
    memcpy(data + 4, sender->operator_code, sizeof sender->operator_code);
    if (material.n > 0) memcpy(data + 8, material.p, material.n);
    return mbill_dlt645_make(address, MBILL_DLT645_SECURITY, (mbill_bytes){data, 8 + material.n}, out_frame, err);
}
