/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a DL/T 645 frame is shown otherwise as JSON. Invariant: members are written as the layers pass, so that a refused frame shows what the
 * layers before could tell. */
#include "frame/dlt645_items.h"
#include "frame/dlt645_json.h"
#include "frame/dlt645_names.h"
#include "frame/value.h"

#include <stdio.h>
#include <string.h>

/* A byte as two digits, or bytes as they stand. */
static void put_byte(mbill__writer *to, const char *key, int32_t byte)
{
    uint8_t bytes[1] = {(uint8_t)byte};
    mbill__frame_put_hex(to, key, bytes, 1);
}

static void put_word(mbill__writer *to, const char *key, int64_t word)
{
    const uint8_t bytes[2] = {(uint8_t)(word >> 8), (uint8_t)word};
    mbill__frame_put_hex(to, key, bytes, 2);
}

static void put_outer(mbill__writer *to, const mbill_dlt645_frame *frame)
{
    mbill__write_whole(to, "preamble", frame->preamble);
    mbill__frame_put_hex_high_first(to, "address", frame->address, 6);
    put_byte(to, "control", frame->control);
    mbill__write_whole(to, "length", frame->length);
    mbill__frame_put_hex(to, "data", frame->data, frame->length);
}

static void put_bits(mbill__writer *to, const char *key, int32_t bits, int32_t security)
{
    mbill__write_list(to, key);
    for (int32_t bit = 0; bit < 16; bit++) {
        const char *name = mbill_dlt645_error_name(security, bit);
        char number[16];
        if ((bits >> bit & 1) == 0) continue;
        if (name == NULL) (void)snprintf(number, sizeof number, "bit_%d", (int)bit);
        mbill__write_text(to, NULL, name != NULL ? name : number);
    }
    mbill__write_list_end(to);
}

static bool is_read(uint8_t control)
{
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    return function == MBILL_DLT645_READ || function == MBILL_DLT645_READ_NEXT;
}

static void put_function(mbill__writer *to, uint8_t control)
{
    bool reply = (control & MBILL__DLT645_REPLY) != 0, refused = (control & MBILL__DLT645_REFUSED) != 0;
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    mbill__write_text(to, "function", mbill__dlt645_function_name(function));
    mbill__write_text(to, "way", !reply ? "request" : refused ? "refusal" : "reply");
    if (reply && !refused && is_read(control)) mbill__write_bool(to, "more", (control & MBILL__DLT645_MORE) != 0);
}

static void put_order(mbill__writer *to, const mbill_dlt645_parts *parts)
{
    const char *name = mbill__dlt645_order_name(parts->order);
    put_byte(to, "n1", parts->order);
    put_byte(to, "n2", parts->n2);
    if (name != NULL) mbill__write_text(to, "order", name);
}

static void put_time(mbill__writer *to, const char *key, const mbill_frame_item *item)
{
    mbill__frame_put_time(to, key, item->present != 0 ? &item->time : NULL);
    if (item->present != 0 && item->time.weekday >= 0) mbill__write_whole(to, "weekday", item->time.weekday);
}

/* What the time of a frame is called: it is the clock, the end of an order, or from when blocks are asked. */
static const char *time_key(uint8_t control)
{
    switch (control & MBILL__DLT645_FUNCTION) {
    case MBILL_DLT645_CONTROL: return "expiry";
    case MBILL_DLT645_READ: return "from";
    default: return "time";
    }
}

/* What a read brings is shown by its values; see put_values(). */
static void put_payload(mbill__writer *to, uint8_t control, const mbill_dlt645_parts *parts)
{
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    bool cipher = (parts->has & MBILL_DLT645_HAS_CIPHER) != 0;
    bool always = function == MBILL_DLT645_WRITE || function == MBILL_DLT645_SECURITY;
    bool shown = always || (parts->payload.n > 0 && !is_read(control));
    const char *key = function == MBILL_DLT645_FREEZE ? "freeze" : cipher ? "cipher" : "payload";
    if ((parts->has & MBILL_DLT645_HAS_PAYLOAD) != 0 && shown) mbill__frame_put_hex(to, key, parts->payload.p, parts->payload.n);
    if ((parts->has & MBILL_DLT645_HAS_MAC) != 0) mbill__frame_put_hex(to, "mac", parts->mac.p, parts->mac.n);
}

static void put_sender(mbill__writer *to, const mbill_dlt645_parts *parts)
{
    if ((parts->has & MBILL_DLT645_HAS_PASSWORD) != 0) {
        put_byte(to, "pa", parts->pa);
        mbill__frame_put_hex(to, "password", parts->password, sizeof parts->password);
    }
    if ((parts->has & MBILL_DLT645_HAS_OPERATOR) != 0)
        mbill__frame_put_hex(to, "operator", parts->operator_code, sizeof parts->operator_code);
    if ((parts->has & MBILL_DLT645_HAS_NEW_PASSWORD) != 0)
        mbill__frame_put_hex(to, "new_password", parts->new_password, sizeof parts->new_password);
}

static void put_parts(mbill__writer *to, uint8_t control, const mbill_dlt645_parts *parts)
{
    const uint8_t di[4] = {(uint8_t)(parts->di >> 24), (uint8_t)(parts->di >> 16), (uint8_t)(parts->di >> 8), (uint8_t)parts->di};
    const char *address_key = (control & MBILL__DLT645_REPLY) != 0 ? "reported_address" : "new_address";
    if ((parts->has & MBILL_DLT645_HAS_DI) != 0) mbill__frame_put_hex(to, "di", di, sizeof di);
    put_sender(to, parts);
    if ((parts->has & MBILL_DLT645_HAS_BLOCKS) != 0) mbill__write_whole(to, "blocks", parts->blocks);
    if ((parts->has & MBILL_DLT645_HAS_SEQ) != 0) mbill__write_whole(to, "seq", parts->seq);
    if ((parts->has & MBILL_DLT645_HAS_ORDER) != 0) put_order(to, parts);
    if ((parts->has & MBILL_DLT645_HAS_TIME) != 0) put_time(to, time_key(control), &parts->time);
    if ((parts->has & MBILL_DLT645_HAS_ADDRESS) != 0) mbill__frame_put_hex_high_first(to, address_key, parts->address, 6);
    if ((parts->has & MBILL_DLT645_HAS_ERR) != 0) {
        mbill__write_whole(to, "err", parts->err);
        put_bits(to, "err_bits", parts->err, 0);
    }
    if ((parts->has & MBILL_DLT645_HAS_SERR) != 0) {
        mbill__frame_put_hex(to, "serr", parts->payload.p, parts->payload.n);
        put_bits(to, "serr_bits", parts->serr, 1);
    } else {
        put_payload(to, control, parts);
    }
}

static void put_status3(mbill__writer *to, int64_t word)
{
    size_t n;
    const mbill__dlt645_bits *bits = mbill__dlt645_status3(&n);
    mbill__write_object(to, "status_bits");
    for (size_t i = 0; i < n; i++) {
        int64_t value = word >> bits[i].at & ((1 << bits[i].width) - 1);
        if (bits[i].words[0] == NULL) mbill__write_bool(to, bits[i].name, value != 0);
        else mbill__write_text(to, bits[i].name, bits[i].words[value]);
    }
    mbill__write_object_end(to);
}

/* A row of a table: {"from":"06:00","rate":2}; one without a number is a time alone. */
static void put_row(mbill__writer *to, const mbill__dlt645_field *field, const mbill_frame_item *item)
{
    if (field->number_key == NULL) {
        mbill__frame_put_time(to, NULL, item->present != 0 ? &item->time : NULL);
        return;
    }
    if (item->present == 0) {
        mbill__write_text(to, NULL, NULL);
        return;
    }
    mbill__write_object(to, NULL);
    mbill__frame_put_time(to, "from", &item->time);
    mbill__write_whole(to, field->number_key, item->value);
    mbill__write_object_end(to);
}

static void put_item(mbill__writer *to, const char *key, const mbill__dlt645_field *field, const mbill_frame_item *item)
{
    switch (field->kind) {
    case MBILL__DLT645_TIME: put_time(to, key, item); break;
    case MBILL__DLT645_ROW: put_row(to, field, item); break;
    case MBILL__DLT645_WORD: put_word(to, key, item->value); break;
    case MBILL__DLT645_COUNT: mbill__write_whole(to, key, item->value); break;
    case MBILL__DLT645_DIGITS: {
        char text[16];
        (void)snprintf(text, sizeof text, "%0*lld", (int)item->scale, (long long)item->value);
        mbill__write_text(to, key, item->present != 0 ? text : NULL);
        break;
    }
    default: mbill__frame_put_number(to, key, item); break;
    }
}

static void put_field(mbill__writer *to, const mbill__dlt645_field *field, const mbill_frame_item *items, size_t n)
{
    if (field->min == 1 && field->max == 1) {
        put_item(to, field->key, field, items);
        return;
    }
    mbill__write_list(to, field->key);
    for (size_t i = 0; i < n; i++) put_item(to, NULL, field, &items[i]);
    mbill__write_list_end(to);
}

/* One unit for all that the frame carries; a ladder has two, that of its limits and that of its prices, which the keys tell. */
static void put_unit(mbill__writer *to, const mbill__dlt645_layout *layout)
{
    uint8_t unit = layout->fields[0].unit;
    if (layout->n_fields == 1 && unit != MBILL_FRAME_UNIT_NONE) mbill__write_text(to, "unit", mbill_frame_unit_name(unit));
}

static void put_raw(mbill__writer *to, uint8_t control, const mbill_dlt645_parts *parts)
{
    bool has = (parts->has & MBILL_DLT645_HAS_PAYLOAD) != 0 && (control & MBILL__DLT645_REPLY) != 0 && is_read(control);
    if (has) mbill__frame_put_hex(to, "payload", parts->payload.p, parts->payload.n);
}

static mbill_status put_values(mbill__writer *to, uint8_t control, const mbill_dlt645_parts *parts,
    const mbill_dlt645_profile *profile, mbill_error *err)
{
    mbill__dlt645_layout layout;
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    size_t counts[MBILL__DLT645_FIELDS_MAX], n = 0, at = 0;
    const char *decided_by = NULL;
    bool whole, known = mbill__dlt645_layout_for(control, parts, &layout);
    mbill_status status = known ? mbill__dlt645_items(control, parts, profile, items, &n, &decided_by, err) : MBILL_OK;
    if (known) mbill__write_text(to, "name", layout.name);
    if (n == 0 && (status == MBILL_OK || status == MBILL_E_UNDECIDED)) {
        put_raw(to, control, parts);
        if (decided_by != NULL) mbill__write_text(to, "decided_by", decided_by);
        return MBILL_OK;
    }
    MBILL_TRY(status);
    MBILL_TRY(mbill__dlt645_counts(control, &layout, parts->payload.n, counts, &whole, err));
    for (size_t i = 0; i < layout.n_fields; i++) {
        if (layout.fields[i].kind == MBILL__DLT645_OPAQUE) continue;
        put_field(to, &layout.fields[i], items + at, counts[i]);
        at += counts[i];
    }
    put_unit(to, &layout);
    if (parts->di == MBILL_DLT645_SUPPLY_WORD) put_status3(to, items[0].value);
    return MBILL_OK;
}

static mbill_status show_match(const mbill_dlt645_profile *given, mbill_bytes request, const mbill_dlt645_frame *reply,
    mbill_error *err)
{
    mbill_dlt645_frame asked;
    MBILL_TRY(mbill_dlt645_decode(request, given, &asked, err));
    return mbill_dlt645_match(&asked, reply, err);
}

mbill_status mbill__dlt645_show(const void *profile, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer,
    mbill_error *err)
{
    const mbill_dlt645_profile *given = mbill__dlt645_given(profile);
    mbill_dlt645_profile known;
    mbill_dlt645_frame frame;
    mbill_dlt645_parts parts;
    MBILL_TRY(mbill__dlt645_profile_known(given, &known, err));
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FRAME, mbill_dlt645_decode(in, given, &frame, err)));
    put_outer(to, &frame);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FUNCTION, mbill_dlt645_check(&frame, given, err)));
    put_function(to, frame.control);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, mbill__dlt645_split(&frame, &known, &parts, err)));
    put_parts(to, frame.control, &parts);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, put_values(to, frame.control, &parts, &known, err)));
    if (request.n > 0) MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_MATCH, show_match(given, request, &frame, err)));
    return mbill__frame_at(out_layer, MBILL_FRAME_LAYER_POLICY, mbill_dlt645_permit(&frame, given, NULL, err));
}
