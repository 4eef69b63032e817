/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a reply must repeat of its request, with what may be sent, and with how ST is understood. */
#include "frame/bytes.h"
#include "frame/cjt188_inner.h"
#include "frame/value.h"

#include <string.h>

enum { BEFORE_VALUE = 3, ERROR_LENGTH = 3, ADDRESS = 7, TOP_UP = 5, ANY_TYPE = 0xAA, WILDCARD = 0xAA, BROADCAST = 0x99 };
enum { CODE_OPEN = 0x55, CODE_CLOSE = 0x99 };

static bool is_echo(const mbill_cjt188_frame *request, const mbill_cjt188_frame *reply)
{
    return request->control == reply->control && request->type == reply->type &&
        memcmp(request->address, reply->address, ADDRESS) == 0 && mbill__bytes_same(request->data, reply->data);
}

static mbill_status match_address(const mbill_cjt188_frame *request, const mbill_cjt188_frame *reply, mbill_error *err)
{
    if (request->type != ANY_TYPE && request->type != reply->type)
        return mbill__fail(err, MBILL_E_ADDRESS, "the reply is of meter type %02XH, asked was %02XH", reply->type, request->type);
    for (size_t i = 0; i < ADDRESS; i++) {
        if (request->address[i] == WILDCARD || request->address[i] == reply->address[i]) continue;
        return mbill__fail(err, MBILL_E_ADDRESS, "byte %zu of the reply's address is %02XH, asked was %02XH", i, reply->address[i],
            request->address[i]);
    }
    return MBILL_OK;
}

static int32_t di_of(mbill_bytes data)
{
    return data.p[0] * 256 + data.p[1];
}

static int32_t mirrored(int32_t di)
{
    return di % 256 * 256 + di / 256;
}

static mbill_status match_ser(uint8_t asked, uint8_t came, mbill_error *err)
{
    if (asked == came) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ANSWER, "the reply has SER %d, asked was %d", came, asked);
}

static mbill_status match_data(const mbill_cjt188_frame *request, const mbill_cjt188_frame *reply, mbill_error *err)
{
    mbill_bytes asked = request->data, came = reply->data;
    bool is_error = (reply->control & MBILL__188_ABNORMAL) != 0;
    if (asked.n < BEFORE_VALUE || came.n < BEFORE_VALUE || (is_error && came.n != ERROR_LENGTH))
        return mbill__fail(err, MBILL_E_ANSWER, "%zu bytes of data asked for and %zu came, which are too few to tell", asked.n, came.n);
    if (is_error) return match_ser(asked.p[2], came.p[0], err);
    int32_t di = di_of(asked);
    if (di_of(came) != di && di_of(came) != mirrored(di))
        return mbill__fail(err, MBILL_E_DI, "the reply has data identifier %04XH, asked was %04XH", (unsigned)di_of(came), (unsigned)di);
    MBILL_TRY(match_ser(asked.p[2], came.p[2], err));
    bool is_top_up = di == MBILL__188_DI_TOP_UP || mirrored(di) == MBILL__188_DI_TOP_UP;
    if (!is_top_up || mbill__bytes_same((mbill_bytes){asked.p + BEFORE_VALUE, asked.n - BEFORE_VALUE},
                          (mbill_bytes){came.p + BEFORE_VALUE, came.n - BEFORE_VALUE}))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_ANSWER, "the reply repeats another purchase number or amount than was sent");
}

mbill_status mbill_cjt188_match(const mbill_cjt188_frame *request, const mbill_cjt188_frame *reply, mbill_error *err)
{
    MBILL__NEED(request);
    MBILL__NEED(reply);
    if ((request->control & MBILL__188_REPLY) != 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "the request has control byte %02XH, which is a reply's", request->control);
    if (is_echo(request, reply)) return mbill__fail(err, MBILL_E_ECHO, "the request came back as it was sent");
    if ((reply->control & MBILL__188_REPLY) == 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "the reply has control byte %02XH, which is a request's", reply->control);
    MBILL_TRY(match_address(request, reply, err));
    if (((request->control ^ reply->control) & MBILL__188_FUNCTION) != 0)
        return mbill__fail(err, MBILL_E_ANSWER, "the reply has control byte %02XH, asked was %02XH", reply->control, request->control);
    return match_data(request, reply, err);
}

static bool is_named(const mbill_cjt188_profile *known, int64_t code)
{
    for (size_t i = 0; i < MBILL_CJT188_VALVE_CODES && known->valve_codes[i].order != 0; i++)
        if (known->valve_codes[i].code == code) return true;
    return false;
}

/* What a meter is ordered or given goes to one meter. */
static bool is_for_one(int32_t di)
{
    return di == MBILL__188_DI_VALVE || di == MBILL__188_DI_TOP_UP || di == MBILL__188_DI_NEW_KEY;
}

mbill_status mbill_cjt188_allow(const mbill_cjt188_frame *frame, const mbill_cjt188_value *value,
    const mbill_cjt188_profile *profile, mbill_error *err)
{
    mbill_cjt188_profile known;
    MBILL__NEED(frame);
    MBILL__NEED(value);
    MBILL_TRY(mbill__cjt188_profile(&known, profile, err));
    if ((frame->control & MBILL__188_REPLY) != 0) return MBILL_OK;
    bool is_to_all = mbill__bytes_are(frame->address, ADDRESS, WILDCARD) || mbill__bytes_are(frame->address, ADDRESS, BROADCAST);
    if (is_to_all && is_for_one(value->di))
        return mbill__fail(err, MBILL_E_POLICY, "data identifier %04XH to every meter at once, expected the address of one",
            (unsigned)value->di);
    const mbill_frame_item *code = mbill_cjt188_find(value, MBILL_CJT188_VALVE_CODE);
    if (code == NULL || code->value == CODE_OPEN || code->value == CODE_CLOSE || is_named(&known, code->value)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_POLICY, "valve code %02XH is none of the profile, expected 55H (open) or 99H (close)",
        (unsigned)code->value);
}

static int32_t state_of(int64_t bits)
{
    static const uint8_t states[] = {MBILL_CJT188_VALVE_OPEN, MBILL_CJT188_VALVE_CLOSED, 0, MBILL_CJT188_VALVE_FAULT};
    return states[bits & 3];
}

int32_t mbill_cjt188_valve_state(int64_t st, const mbill_cjt188_profile *profile)
{
    mbill_cjt188_profile known;
    int64_t first = st >> 8 & 0xFF;
    if (mbill__cjt188_profile(&known, profile, NULL) != MBILL_OK) return 0;
    if (known.st_valve == MBILL_CJT188_ST_LOW) return state_of(first);
    if (known.st_valve == MBILL_CJT188_ST_HIGH) return state_of(first >> 6);
    if (first == 0x80) return MBILL_CJT188_VALVE_OPEN;
    return first == 0x81 ? MBILL_CJT188_VALVE_CLOSED : 0;
}
