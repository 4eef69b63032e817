/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a kind of field of CJ/T 188 data is coded otherwise. Invariant: data that are read and made again are the same bytes. */
#include "frame/cjt188_inner.h"
#include "frame/value.h"

#include <string.h>

enum { BEFORE_VALUE = 3, ERROR_LENGTH = 3, DIGITS_A_BYTE = 2, NUMBER_BYTES = 5, ANY_DIGITS = 0xAA };
static const char clock_parts[] = "smhDMYC", date_parts[] = "DMY", day_parts[] = "D";

/* Codes of units; what is not here is not known. */
static const struct {
    uint8_t code, unit;
} units[] = {
    {0x01, MBILL_FRAME_UNIT_J}, {0x02, MBILL_FRAME_UNIT_WH}, {0x05, MBILL_FRAME_UNIT_KWH}, {0x08, MBILL_FRAME_UNIT_MWH},
    {0x0A, MBILL_FRAME_UNIT_MWH_100}, {0x0B, MBILL_FRAME_UNIT_KJ}, {0x0E, MBILL_FRAME_UNIT_MJ}, {0x11, MBILL_FRAME_UNIT_GJ},
    {0x13, MBILL_FRAME_UNIT_GJ_100}, {0x14, MBILL_FRAME_UNIT_W}, {0x17, MBILL_FRAME_UNIT_KW}, {0x1A, MBILL_FRAME_UNIT_MW},
    {0x29, MBILL_FRAME_UNIT_L}, {0x2C, MBILL_FRAME_UNIT_M3}, {0x32, MBILL_FRAME_UNIT_L_H}, {0x35, MBILL_FRAME_UNIT_M3_H},
};
#define N_UNITS (sizeof units / sizeof units[0])

static mbill_status read_unit(uint8_t code, int32_t *out, mbill_error *err)
{
    for (size_t i = 0; i < N_UNITS; i++) {
        if (units[i].code != code) continue;
        *out = units[i].unit;
        return MBILL_OK;
    }
    return mbill__fail(err, MBILL_E_UNIT, "unit %02XH is not known", code);
}

static mbill_status write_unit(int32_t unit, uint8_t *out, mbill_error *err)
{
    for (size_t i = 0; i < N_UNITS; i++) {
        if (units[i].unit != unit) continue;
        *out = units[i].code;
        return MBILL_OK;
    }
    return mbill__fail(err, MBILL_E_UNIT, "unit %d has no code on this wire", (int)unit);
}

int32_t mbill__cjt188_scale(const mbill__188_field *field, const mbill_cjt188_profile *profile)
{
    bool is_short_flow = field->name == MBILL_CJT188_FLOW && field->bytes == 3;
    return is_short_flow ? profile->flow_decimals : field->scale;
}

/* A measured value may be missing: FFH in every byte. */
static bool may_miss(const mbill__188_field *field)
{
    return field->name <= MBILL_CJT188_HOURS;
}

static mbill_status read_number(const mbill__188_field *field, const uint8_t *bytes, mbill_frame_item *out, mbill_error *err)
{
    out->kind = MBILL_FRAME_ITEM_NUMBER;
    out->present = !(may_miss(field) && mbill__bytes_are(bytes, field->bytes, 0xFF));
    if (out->present == 0 || mbill__bcd_read(bytes, field->bytes, &out->value)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BCD, "a half byte of a value is no digit");
}

static mbill_status write_number(const mbill__188_field *field, const mbill_frame_item *item, uint8_t *bytes, mbill_error *err)
{
    if (item->present == 0 && may_miss(field)) {
        memset(bytes, 0xFF, field->bytes);
        return MBILL_OK;
    }
    if (item->present != 0 && mbill__bcd_write(item->value, bytes, field->bytes)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "a value does not fit %d digits", field->bytes * DIGITS_A_BYTE);
}

static uint8_t byte_of(int64_t value, size_t n)
{
    return (uint8_t)((uint64_t)value >> (8 * n) & 0xFF);
}

static void read_word(const mbill__188_field *field, const uint8_t *bytes, bool high_first, mbill_frame_item *out)
{
    uint64_t word = 0;
    size_t n = field->bytes;
    for (size_t i = 0; i < n; i++) word |= (uint64_t)bytes[i] << 8 * (high_first ? n - 1 - i : i);
    *out = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_WORD, .present = 1, .scale = (int32_t)n, .value = (int64_t)word};
}

static mbill_status write_word(const mbill__188_field *field, const mbill_frame_item *item, bool high_first, uint8_t *bytes,
    mbill_error *err)
{
    size_t n = field->bytes;
    if (item->present == 0 || (n < 8 && (uint64_t)item->value >> 8 * n != 0))
        return mbill__fail(err, MBILL_E_RANGE, "a word does not fit %zu bytes", n);
    for (size_t i = 0; i < n; i++) bytes[i] = byte_of(item->value, high_first ? n - 1 - i : i);
    return MBILL_OK;
}

static const char *parts_of(const mbill__188_field *field)
{
    if (field->kind == MBILL__188_CLOCK) return clock_parts;
    return field->kind == MBILL__188_DATE ? date_parts : day_parts;
}

/* On this wire only zeros mean "no time", and only a clock may say so. */
static mbill_status read_time(const mbill__188_field *field, const uint8_t *bytes, mbill_frame_item *out, mbill_error *err)
{
    MBILL_TRY(mbill__frame_time_read(parts_of(field), bytes, out, err));
    if (out->present != 0 || (field->kind == MBILL__188_CLOCK && mbill__bytes_are(bytes, field->bytes, 0))) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DATE, "a time of %02XH in every byte", bytes[0]);
}

static mbill_status write_time(const mbill__188_field *field, const mbill_frame_item *item, uint8_t *bytes, mbill_error *err)
{
    if (item->present != 0) return mbill__frame_time_write(parts_of(field), item, bytes, err);
    if (field->kind != MBILL__188_CLOCK) return mbill__fail(err, MBILL_E_RANGE, "a date must be there");
    memset(bytes, 0, field->bytes);
    return MBILL_OK;
}

static size_t size_of(const mbill__188_field *field)
{
    return field->bytes + (field->kind == MBILL__188_QUANTITY ? 1u : 0u);
}

static mbill_status read_field(const mbill__188_field *field, const mbill_cjt188_profile *profile, const uint8_t *bytes,
    mbill_frame_item *out, mbill_error *err)
{
    bool unit_first = (profile->flags & MBILL_CJT188_UNIT_FIRST) != 0;
    *out = (mbill_frame_item){.scale = mbill__cjt188_scale(field, profile), .time = MBILL_FRAME_TIME_NONE};
    switch (field->kind) {
    case MBILL__188_QUANTITY:
        MBILL_TRY(read_unit(bytes[unit_first ? 0 : field->bytes], &out->unit, err));
        return read_number(field, bytes + (unit_first ? 1 : 0), out, err);
    case MBILL__188_DECIMAL: return read_number(field, bytes, out, err);
    case MBILL__188_RAW: read_word(field, bytes, false, out); return MBILL_OK;
    case MBILL__188_STATUS: read_word(field, bytes, true, out); return MBILL_OK;
    default: return read_time(field, bytes, out, err);
    }
}

static mbill_status write_field(const mbill__188_field *field, const mbill_cjt188_profile *profile, const mbill_frame_item *item,
    uint8_t *bytes, mbill_error *err)
{
    bool unit_first = (profile->flags & MBILL_CJT188_UNIT_FIRST) != 0;
    bool is_number = field->kind == MBILL__188_QUANTITY || field->kind == MBILL__188_DECIMAL;
    if (is_number && item->scale != mbill__cjt188_scale(field, profile))
        return mbill__fail(err, MBILL_E_RANGE, "a value of %d decimal places, expected %d", (int)item->scale,
            (int)mbill__cjt188_scale(field, profile));
    switch (field->kind) {
    case MBILL__188_QUANTITY:
        MBILL_TRY(write_unit(item->unit, bytes + (unit_first ? 0 : field->bytes), err));
        return write_number(field, item, bytes + (unit_first ? 1 : 0), err);
    case MBILL__188_DECIMAL: return write_number(field, item, bytes, err);
    case MBILL__188_RAW: return write_word(field, item, false, bytes, err);
    case MBILL__188_STATUS: return write_word(field, item, true, bytes, err);
    default: return write_time(field, item, bytes, err);
    }
}

/* SER ST ST: no DI, so no profile is asked. */
static mbill_status read_error_reply(mbill_bytes data, mbill_cjt188_value *out, mbill_error *err)
{
    static const mbill__188_field st = {MBILL_CJT188_ST, MBILL__188_STATUS, 2, 0};
    if (data.n != ERROR_LENGTH)
        return mbill__fail(err, MBILL_E_LENGTH, "an error reply of %zu bytes, expected %d: SER and ST", data.n, ERROR_LENGTH);
    *out = (mbill_cjt188_value){.ser = data.p[0], .length = ERROR_LENGTH, .n_items = 1};
    out->items[0].name = MBILL_CJT188_ST;
    read_word(&st, data.p + 1, true, &out->items[0].value);
    return MBILL_OK;
}

static mbill_status need_order(const mbill_cjt188_profile *known, mbill_error *err)
{
    if (known->di_order != 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_UNDECIDED,
        "the bytes do not tell the order of the data identifier: the profile's di_order decides (high_first or low_first)");
}

static bool is_known_di(int32_t di, const mbill_cjt188_frame *frame, int32_t maker)
{
    size_t at = 0;
    return mbill__cjt188_layout(di, frame->type, frame->control, maker, &at) != NULL;
}

/* A request has the profile's order. Makers are known who answer in the other one. */
static mbill_status read_di(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *known, mbill_cjt188_value *out,
    mbill_error *err)
{
    bool is_high_first = known->di_order == MBILL_CJT188_HIGH_FIRST;
    int32_t first = frame->data.p[0], second = frame->data.p[1];
    int32_t di = is_high_first ? first * 256 + second : second * 256 + first;
    int32_t mirrored = di % 256 * 256 + di / 256;
    bool is_reply = (frame->control & MBILL__188_REPLY) != 0;
    out->is_mirrored =
        is_reply && !is_known_di(di, frame, known->valve_function) && is_known_di(mirrored, frame, known->valve_function);
    if (out->is_mirrored != 0) di = mirrored;
    out->di = di;
    if (is_known_di(di, frame, known->valve_function)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DI, "no layout is known for data identifier %04XH with control byte %02XH and meter type %02XH",
        (unsigned)di, frame->control, frame->type);
}

static mbill_status find_layout(const mbill_cjt188_frame *frame, int32_t maker, int32_t di, const mbill__188_layout **out,
    mbill_error *err)
{
    size_t at = 0;
    int32_t expected = 0;
    const mbill__188_layout *layout;
    while ((layout = mbill__cjt188_layout(di, frame->type, frame->control, maker, &at)) != NULL) {
        *out = layout;
        expected = layout->length;
        if (layout->length == frame->data.n) return MBILL_OK;
    }
    return mbill__fail(err, MBILL_E_LENGTH, "data identifier %04XH with %zu bytes of data, expected %d", (unsigned)di, frame->data.n,
        (int)expected);
}

static mbill_status read_fields(const mbill__188_layout *layout, const mbill_cjt188_frame *frame,
    const mbill_cjt188_profile *known, mbill_cjt188_value *out, mbill_error *err)
{
    const uint8_t *bytes = frame->data.p + BEFORE_VALUE;
    for (const mbill__188_field *field = layout->fields; field->name != 0; field++) {
        mbill_cjt188_item *item = &out->items[out->n_items++];
        item->name = field->name;
        item->reserved = 0;
        MBILL_TRY(read_field(field, known, bytes, &item->value, err));
        bytes += size_of(field);
    }
    return MBILL_OK;
}

/* A0 to A4 are digits, AA where any will do; A5 and A6 are the maker's code, which is none. */
static mbill_status check_number(const uint8_t *address, mbill_error *err)
{
    int64_t digits;
    for (size_t i = 0; i < NUMBER_BYTES; i++)
        if (address[i] != ANY_DIGITS && !mbill__bcd_read(address + i, 1, &digits))
            return mbill__fail(err, MBILL_E_BCD, "byte A%zu of the address is %02XH, expected two digits, or AAH for any", i, address[i]);
    return MBILL_OK;
}

mbill_status mbill_cjt188_read(const mbill_cjt188_frame *frame, const mbill_cjt188_profile *profile, mbill_cjt188_value *out_value,
    mbill_error *err)
{
    mbill_cjt188_profile known;
    mbill_cjt188_value value;
    const mbill__188_layout *layout = NULL;
    MBILL__NEED(frame);
    MBILL__NEED(out_value);
    if (frame->data.n > 0) MBILL__NEED(frame->data.p);
    MBILL_TRY(mbill__cjt188_profile(&known, profile, err));
    MBILL_TRY(check_number(frame->address, err));
    if ((frame->control & MBILL__188_ABNORMAL) != 0) return read_error_reply(frame->data, out_value, err);
    if (frame->data.n < BEFORE_VALUE) return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected DI and SER", frame->data.n);
    MBILL_TRY(need_order(&known, err));
    value.ser = frame->data.p[2];
    value.n_items = 0;
    value.reserved = 0;
    value.length = (int32_t)frame->data.n;
    MBILL_TRY(read_di(frame, &known, &value, err));
    MBILL_TRY(find_layout(frame, known.valve_function, value.di, &layout, err));
    MBILL_TRY(read_fields(layout, frame, &known, &value, err));
    memcpy(out_value, &value, offsetof(mbill_cjt188_value, items));
    memcpy(out_value->items, value.items, (size_t)value.n_items * sizeof value.items[0]);
    return MBILL_OK;
}

static bool has_names(const mbill__188_layout *layout, const mbill_cjt188_value *value)
{
    int32_t n = 0;
    for (const mbill__188_field *field = layout->fields; field->name != 0; field++, n++)
        if (n >= value->n_items || value->items[n].name != field->name) return false;
    return n == value->n_items && (value->length == 0 || value->length == layout->length);
}

static mbill_status layout_to_make(uint8_t type, uint8_t control, const mbill_cjt188_value *value, int32_t maker,
    const mbill__188_layout **out, mbill_error *err)
{
    size_t at = 0;
    const mbill__188_layout *layout, *chosen = NULL;
    while ((layout = mbill__cjt188_layout(value->di, type, control, maker, &at)) != NULL) {
        if (!has_names(layout, value)) continue;
        if (chosen != NULL)
            return mbill__fail(err, MBILL_E_UNDECIDED, "data of %d and of %d bytes have these items: length decides", chosen->length,
                layout->length);
        chosen = layout;
    }
    *out = chosen;
    if (chosen != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DI,
        "no layout of these items is known for data identifier %04XH with control byte %02XH and meter type %02XH",
        (unsigned)value->di, control, type);
}

static mbill_status make_error_reply(const mbill_cjt188_value *value, uint8_t *out, size_t *out_n, mbill_error *err)
{
    static const mbill__188_field st = {MBILL_CJT188_ST, MBILL__188_STATUS, 2, 0};
    if (value->n_items != 1 || value->items[0].name != MBILL_CJT188_ST)
        return mbill__fail(err, MBILL_E_DI, "an error reply of %d items, expected ST alone", (int)value->n_items);
    MBILL_TRY(write_word(&st, &value->items[0].value, true, out + 1, err));
    out[0] = (uint8_t)value->ser;
    *out_n = ERROR_LENGTH;
    return MBILL_OK;
}

static mbill_status make_fields(const mbill__188_layout *layout, const mbill_cjt188_value *value,
    const mbill_cjt188_profile *known, uint8_t *out, mbill_error *err)
{
    const mbill_cjt188_item *item = value->items;
    for (const mbill__188_field *field = layout->fields; field->name != 0; field++, item++) {
        MBILL_TRY(write_field(field, known, &item->value, out, err));
        out += size_of(field);
    }
    return MBILL_OK;
}

mbill_status mbill_cjt188_make(uint8_t type, uint8_t control, const mbill_cjt188_value *value,
    const mbill_cjt188_profile *profile, uint8_t *out_data, size_t *out_n, mbill_error *err)
{
    mbill_cjt188_profile known;
    uint8_t made[UINT8_MAX];
    const mbill__188_layout *layout;
    MBILL__NEED(value);
    MBILL__NEED(out_data);
    MBILL__NEED(out_n);
    MBILL_TRY(mbill__cjt188_profile(&known, profile, err));
    if (value->ser < 0 || value->ser > UINT8_MAX || value->n_items < 0 || value->n_items > MBILL_CJT188_ITEMS)
        return mbill__fail(err, MBILL_E_RANGE, "SER %d with %d items, expected 0 to 255 with at most %d", (int)value->ser,
            (int)value->n_items, MBILL_CJT188_ITEMS);
    if ((control & MBILL__188_ABNORMAL) != 0) return make_error_reply(value, out_data, out_n, err);
    MBILL_TRY(need_order(&known, err));
    MBILL_TRY(layout_to_make(type, control, value, known.valve_function, &layout, err));
    MBILL_TRY(make_fields(layout, value, &known, made + BEFORE_VALUE, err));
    bool is_high_first = (known.di_order == MBILL_CJT188_HIGH_FIRST) != (value->is_mirrored != 0);
    made[is_high_first ? 0 : 1] = (uint8_t)(value->di >> 8);
    made[is_high_first ? 1 : 0] = (uint8_t)value->di;
    made[2] = (uint8_t)value->ser;
    memcpy(out_data, made, layout->length);
    *out_n = layout->length;
    return MBILL_OK;
}

const mbill_frame_item *mbill_cjt188_find(const mbill_cjt188_value *value, int32_t name)
{
    for (int32_t i = 0; value != NULL && i < value->n_items; i++)
        if (value->items[i].name == name) return &value->items[i].value;
    return NULL;
}
