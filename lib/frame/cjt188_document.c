/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents of CJ/T 188 have other members: the profile, and a frame as JSON out and in. */
#include "frame/cjt188_item.h"
#include "frame/protocol.h"
#include "frame/value.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
enum { PREAMBLE_MAX = 255, PREAMBLE_USUAL = 4 };
enum { HEAT_TOTALS = 0x901F, LENGTH_2004 = 0x2E, LENGTH_2018 = 0x2B };
static const char *const heat_forms[] = {"2004", "2018"};

static mbill_status read_word(const mbill__node *root, const char *key, const char *const *words, size_t n, int32_t *out,
    mbill_error *err)
{
    mbill__node node;
    int32_t at = -1;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, words, n, &at, err));
    *out = at + 1;
    return MBILL_OK;
}

/* "7F"; -1: something else. */
static int32_t byte_of(const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *high = strlen(text) == 2 ? strchr(digits, text[0]) : NULL, *low = high == NULL ? NULL : strchr(digits, text[1]);
    return low == NULL ? -1 : (int32_t)((high - digits) * 16 + (low - digits));
}

/* {"77": "half_open"} */
static mbill_status read_valve_codes(const mbill__node *node, mbill_cjt188_valve_code *out, mbill_error *err)
{
    static const char *const orders[] = {"open", "close", "half_open", "free_open", "free_close", "exercise", "ask"};
    mbill__node member;
    size_t n = 0;
    MBILL_TRY(mbill__node_object(node, NULL, 0, err));
    for (bool more = mbill__node_first(node, &member); more; more = mbill__node_next(&member), n++) {
        int32_t order = 0, code = byte_of(member.key);
        if (n == MBILL_CJT188_VALVE_CODES)
            return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d valve codes", MBILL_CJT188_VALVE_CODES);
        if (code < 0) return mbill__node_fail(&member, err, MBILL_E_INVALID, "expected two hexadecimal digits, in capitals, as key");
        MBILL_TRY(mbill__node_word(&member, orders, COUNT(orders), &order, err));
        out[n] = (mbill_cjt188_valve_code){.code = (uint8_t)code, .order = (uint8_t)(order + 1)};
    }
    return MBILL_OK;
}

static mbill_status read_valve_function(const mbill__node *root, int32_t *out, mbill_error *err)
{
    mbill__node node;
    uint8_t function;
    if (!mbill__node_get(root, "valve_function", &node)) return MBILL_OK;
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, &function, 1, err));
    if (function == 0 || function > MBILL__188_FUNCTION)
        return mbill__node_fail(&node, err, MBILL_E_RANGE, "function %02XH, expected 01 to 3F", function);
    *out = function;
    return MBILL_OK;
}

static mbill_status read_flags(const mbill__node *root, uint32_t *out, mbill_error *err)
{
    static const char *const windows[] = {"standard", "after_first"};
    mbill__node node;
    bool unit_first = false;
    int32_t window = 1;
    if (mbill__node_get(root, "unit_first", &node)) MBILL_TRY(mbill__node_bool(&node, &unit_first, err));
    MBILL_TRY(read_word(root, "checksum", windows, COUNT(windows), &window, err));
    *out = (unit_first ? (uint32_t)MBILL_CJT188_UNIT_FIRST : 0u) | (window == 2 ? (uint32_t)MBILL_CJT188_SUM_AFTER_FIRST : 0u);
    return MBILL_OK;
}

static mbill_status read_profile(const mbill__node *root, void *out_profile, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "protocol", "di_order", "unit_first", "checksum", "valve_function",
        "valve_codes", "st_valve", "flow_decimals"};
    static const char *const orders[] = {"high_first", "low_first"}, *const places[] = {"low", "high", "code"};
    mbill_cjt188_profile profile = {.struct_size = sizeof profile};
    mbill__node node;
    int64_t decimals = 0;
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(read_word(root, "di_order", orders, COUNT(orders), &profile.di_order, err));
    MBILL_TRY(read_flags(root, &profile.flags, err));
    MBILL_TRY(read_valve_function(root, &profile.valve_function, err));
    if (mbill__node_get(root, "valve_codes", &node)) MBILL_TRY(read_valve_codes(&node, profile.valve_codes, err));
    MBILL_TRY(read_word(root, "st_valve", places, COUNT(places), &profile.st_valve, err));
    if (mbill__node_get(root, "flow_decimals", &node)) MBILL_TRY(mbill__node_whole(&node, 3, 4, &decimals, err));
    profile.flow_decimals = (int32_t)decimals;
    memcpy(out_profile, &profile, sizeof profile);
    return MBILL_OK;
}

/* A codec without a profile has zeros. */
static const mbill_cjt188_profile *given(const void *profile)
{
    const mbill_cjt188_profile *one = profile;
    return one->struct_size == 0 ? NULL : one;
}

static void put_frame(mbill__writer *to, const mbill_cjt188_frame *frame)
{
    mbill__write_whole(to, "preamble", frame->preamble);
    mbill__frame_put_hex(to, "type", &frame->type, 1);
    mbill__frame_put_hex_high_first(to, "address", frame->address, sizeof frame->address);
    mbill__frame_put_hex(to, "control", &frame->control, 1);
    mbill__write_whole(to, "length", (int64_t)frame->data.n);
    mbill__frame_put_hex(to, "data", frame->data.p, frame->data.n);
}

static void put_value(mbill__writer *to, const mbill_cjt188_value *value, const mbill_cjt188_profile *profile)
{
    uint8_t di[2] = {(uint8_t)(value->di >> 8), (uint8_t)value->di};
    if (value->di != 0) mbill__frame_put_hex(to, "di", di, sizeof di);
    if (value->is_mirrored != 0) mbill__write_bool(to, "mirrored", true);
    mbill__write_whole(to, "ser", value->ser);
    if (value->di == HEAT_TOTALS && (value->length == LENGTH_2004 || value->length == LENGTH_2018))
        mbill__write_text(to, "form", heat_forms[value->length == LENGTH_2018]);
    mbill__cjt188_put_items(to, value, profile);
}

static mbill_status match(mbill_bytes request, const mbill_cjt188_frame *reply, const mbill_cjt188_profile *profile, mbill_error *err)
{
    mbill_cjt188_frame asked;
    if (request.n == 0) return MBILL_OK;
    MBILL_TRY(mbill_cjt188_decode(request, profile, &asked, err));
    return mbill_cjt188_match(&asked, reply, err);
}

static mbill_status show(const void *profile_given, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer,
    mbill_error *err)
{
    const mbill_cjt188_profile *profile = given(profile_given);
    mbill_cjt188_frame frame;
    mbill_cjt188_value value;
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FRAME, mbill_cjt188_decode(in, profile, &frame, err)));
    put_frame(to, &frame);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FUNCTION, mbill_cjt188_check(&frame, profile, err)));
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, mbill_cjt188_read(&frame, profile, &value, err)));
    put_value(to, &value, profile);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_MATCH, match(request, &frame, profile, err)));
    return mbill__frame_at(out_layer, MBILL_FRAME_LAYER_POLICY, mbill_cjt188_allow(&frame, &value, profile, err));
}

/* The layout with the most items, all of which the document has. */
static mbill_status take_best(const mbill__node *root, const mbill_cjt188_frame *frame, const mbill_cjt188_profile *known,
    mbill_cjt188_value *value, mbill_error *err)
{
    mbill_cjt188_value tried = *value;
    const mbill__188_layout *layout;
    size_t at = 0;
    bool has_one = false, has;
    while ((layout = mbill__cjt188_layout(value->di, frame->type, frame->control, known->valve_function, &at)) != NULL) {
        if (value->length != 0 && value->length != layout->length) continue;
        MBILL_TRY(mbill__cjt188_take_items(root, layout, known, &tried, &has, err));
        if (has && (!has_one || tried.n_items > value->n_items)) *value = tried;
        has_one |= has;
    }
    if (has_one) return MBILL_OK;
    return mbill__node_fail(root, err, MBILL_E_DI, "no layout of data identifier %04XH has the members that stand here",
        (unsigned)value->di);
}

/* What tells layouts of the same members apart: the length, or the form of a heat meter's totals. */
static mbill_status take_length(const mbill__node *root, int32_t *out, mbill_error *err)
{
    mbill__node node;
    int64_t length = 0;
    int32_t form = 0;
    if (mbill__node_get(root, "form", &node)) {
        MBILL_TRY(mbill__node_word(&node, heat_forms, COUNT(heat_forms), &form, err));
        length = form == 1 ? LENGTH_2018 : LENGTH_2004;
    }
    if (mbill__node_get(root, "length", &node)) MBILL_TRY(mbill__node_whole(&node, 0, UINT8_MAX, &length, err));
    *out = (int32_t)length;
    return MBILL_OK;
}

static mbill_status take_value(const mbill__node *root, const mbill_cjt188_frame *frame, const mbill_cjt188_profile *known,
    mbill_cjt188_value *value, mbill_error *err)
{
    static const mbill__188_field st[] = {{MBILL_CJT188_ST, MBILL__188_STATUS, 2, 0}, {0, 0, 0, 0}};
    static const mbill__188_layout error_reply = {.fields = st};
    mbill__node node;
    int64_t ser;
    uint8_t di[2];
    bool has, is_mirrored = false;
    memset(value, 0, sizeof *value);
    MBILL_TRY(mbill__node_need(root, "ser", &node, err));
    MBILL_TRY(mbill__node_whole(&node, 0, UINT8_MAX, &ser, err));
    MBILL_TRY(take_length(root, &value->length, err));
    value->ser = (int32_t)ser;
    if ((frame->control & MBILL__188_ABNORMAL) != 0) {
        MBILL_TRY(mbill__node_need(root, "st", &node, err));
        return mbill__cjt188_take_items(root, &error_reply, known, value, &has, err);
    }
    MBILL_TRY(mbill__node_need(root, "di", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, di, sizeof di, err));
    value->di = di[0] * 256 + di[1];
    if (mbill__node_get(root, "mirrored", &node)) MBILL_TRY(mbill__node_bool(&node, &is_mirrored, err));
    value->is_mirrored = is_mirrored ? 1 : 0;
    return take_best(root, frame, known, value, err);
}

static mbill_status take_frame(const mbill__node *root, mbill_cjt188_frame *out, mbill_error *err)
{
    mbill__node node;
    int64_t preamble = PREAMBLE_USUAL;
    *out = (mbill_cjt188_frame){.preamble = 0};
    if (mbill__node_get(root, "preamble", &node)) MBILL_TRY(mbill__node_whole(&node, 0, PREAMBLE_MAX, &preamble, err));
    out->preamble = (uint32_t)preamble;
    MBILL_TRY(mbill__node_need(root, "type", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, &out->type, 1, err));
    MBILL_TRY(mbill__node_need(root, "address", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, true, out->address, sizeof out->address, err));
    MBILL_TRY(mbill__node_need(root, "control", &node, err));
    return mbill__frame_hex_bytes(&node, false, &out->control, 1, err);
}

static mbill_status make(const void *profile, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_cjt188_profile known;
    mbill_cjt188_frame frame;
    mbill_cjt188_value value;
    mbill__node node;
    uint8_t data[UINT8_MAX];
    MBILL_TRY(mbill__cjt188_profile(&known, given(profile), err));
    MBILL_TRY(take_frame(root, &frame, err));
    frame.data.p = data;
    if (mbill__node_get(root, "data", &node)) {
        MBILL_TRY(mbill__frame_hex_read(&node, data, sizeof data, &frame.data.n, err));
    } else {
        MBILL_TRY(take_value(root, &frame, &known, &value, err));
        MBILL_TRY(mbill_cjt188_make(frame.type, frame.control, &value, given(profile), data, &frame.data.n, err));
    }
    return mbill_cjt188_encode(&frame, given(profile), out, cap, out_n, err);
}

static mbill_status feed(void *stream, const void *profile, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err)
{
    return mbill_cjt188_feed(stream, given(profile), in, out_used, out_frame, err);
}

const mbill__frame_protocol mbill__frame_cjt188 = {
    .name = "cjt188",
    .profile_size = sizeof(mbill_cjt188_profile),
    .stream_size = sizeof(mbill_cjt188_stream),
    .read_profile = read_profile,
    .show = show,
    .make = make,
    .feed = feed,
};
