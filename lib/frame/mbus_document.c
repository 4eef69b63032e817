/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents of M-Bus have other members: a frame as JSON out and in. */
#include "frame/mbus.h"
#include "frame/protocol.h"
#include "frame/value.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
enum { NUMBER_MAX = 64 };

static const char *const forms[] = {"ack", "short", "control", "long"};

static mbill_status read_profile(const mbill__node *root, void *out_profile, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "protocol"};
    *(char *)out_profile = 0;
    return mbill__node_object(root, keys, COUNT(keys), err);
}

/* value x 10^exponent, exactly, whatever the exponent. */
static void put_decimal(mbill__writer *to, const char *key, int64_t value, int32_t exponent)
{
    char text[NUMBER_MAX], digits[24];
    size_t n = 0, len = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0 || (exponent < 0 && n <= (size_t)-exponent));
    if (value < 0) text[len++] = '-';
    for (size_t i = n; i > 0; i--) {
        if (exponent < 0 && i == (size_t)-exponent) text[len++] = '.';
        text[len++] = digits[i - 1];
    }
    for (int32_t i = 0; i < exponent && value != 0; i++) text[len++] = '0';
    mbill__write_text_part(to, key, text, len);
}

/* A length and that many characters of Latin-1, the last one first. No text holds a NUL: it is U+FFFD, and data has the byte. */
static void put_text(mbill__writer *to, const char *key, const uint8_t *bytes)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    char text[3 * UINT8_MAX];
    size_t len = 0;
    for (size_t i = bytes[0]; i > 0; i--) {
        uint8_t letter = bytes[i];
        if (letter == 0) {
            memcpy(text + len, replacement, 3);
            len += 3;
            continue;
        }
        if (letter >= 0x80) text[len++] = (char)(0xC0 | letter >> 6);
        text[len++] = (char)(letter >= 0x80 ? 0x80 | (letter & 0x3F) : letter);
    }
    mbill__write_text_part(to, key, text, len);
}

/* A unit is one of the tables', or the record's own words. */
static void put_unit(mbill__writer *to, const mbill_mbus_record *record)
{
    enum { OWN = 0x7C };
    if ((record->vib.p[0] & 0x7F) == OWN) put_text(to, "unit", record->vib.p + 1);
    else mbill__write_text(to, "unit", record->unit);
}

static void put_value(mbill__writer *to, const mbill_mbus_record *record)
{
    bool is_number = record->kind == MBILL_MBUS_NUMBER || record->kind == MBILL_MBUS_REAL;
    if (is_number) {
        if (record->present != 0) put_decimal(to, "value", record->value, record->exponent);
        else mbill__write_text(to, "value", NULL);
        put_unit(to, record);
    }
    if (record->kind == MBILL_MBUS_TIME) mbill__frame_put_time(to, "time", record->present != 0 ? &record->time : NULL);
    if (record->kind == MBILL_MBUS_TEXT) put_text(to, "text", record->data.p);
}

static void put_record(mbill__writer *to, const mbill_mbus_record *record)
{
    static const char *const functions[] = {"instantaneous", "maximum", "minimum", "error"};
    static const char *const kinds[] = {"number", "real", "time", "text", "bytes", "nothing", "manufacturer"};
    mbill__write_object(to, NULL);
    mbill__frame_put_hex(to, "dif", record->dib.p, record->dib.n);
    if (record->vib.n > 0) mbill__frame_put_hex(to, "vif", record->vib.p, record->vib.n);
    mbill__frame_put_hex(to, "data", record->data.p, record->data.n);
    mbill__write_text(to, "form", kinds[record->kind - 1]);
    if (record->kind != MBILL_MBUS_MAKER) {
        mbill__write_text(to, "function", functions[record->function]);
        mbill__write_whole(to, "storage", (int64_t)record->storage);
        mbill__write_whole(to, "tariff", record->tariff);
        mbill__write_whole(to, "subunit", record->subunit);
        mbill__write_text(to, "quantity", record->quantity);
        if (record->n_modifiers > 0) mbill__write_bool(to, "modified", true);
        put_value(to, record);
    }
    mbill__write_object_end(to);
}

static bool is_letters(const mbill_mbus_header *header)
{
    for (size_t i = 0; i < 3; i++)
        if (header->manufacturer[i] < 'A' || header->manufacturer[i] > 'Z') return false;
    return header->maker < 0x8000;
}

static void put_low_first(mbill__writer *to, const char *key, uint32_t word, size_t n)
{
    uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24)};
    mbill__frame_put_hex_high_first(to, key, bytes, n);
}

static void put_header(mbill__writer *to, const mbill_mbus_header *header)
{
    put_low_first(to, "id", header->id, 4);
    mbill__write_text(to, "manufacturer", is_letters(header) ? header->manufacturer : NULL);
    put_low_first(to, "maker", header->maker, 2);
    mbill__write_whole(to, "version", header->version);
    mbill__frame_put_hex(to, "medium", &header->medium, 1);
    mbill__write_text(to, "medium_name", mbill_mbus_medium_name(header->medium));
    mbill__write_whole(to, "access", header->access);
    mbill__frame_put_hex(to, "status_byte", &header->status, 1);
    put_low_first(to, "signature", header->signature, 2);
}

static void put_totals(mbill__writer *to, const mbill_mbus_header *header)
{
    mbill_mbus_record record = {.kind = MBILL_MBUS_NOTHING};
    size_t at = 0;
    mbill__write_list(to, "totals");
    while (mbill_mbus_next(header, &at, &record, NULL) == MBILL_OK && record.kind != 0) {
        if (mbill_mbus_is_total(&record) == 0) continue;
        mbill__write_object(to, NULL);
        mbill__write_text(to, "quantity", record.quantity);
        put_decimal(to, "value", record.value, record.exponent);
        mbill__write_text(to, "unit", record.unit);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

static mbill_status put_records(mbill__writer *to, const mbill_mbus_frame *frame, mbill_error *err)
{
    mbill_mbus_header header;
    mbill_mbus_record record = {.more = 0};
    size_t at = 0;
    mbill_status status;
    MBILL_TRY(mbill_mbus_read_header(frame, &header, err));
    put_header(to, &header);
    mbill__write_list(to, "records");
    bool more = false;
    while ((status = mbill_mbus_next(&header, &at, &record, err)) == MBILL_OK && record.kind != 0) {
        put_record(to, &record);
        more |= record.more != 0;
    }
    mbill__write_list_end(to);
    if (status != MBILL_OK) return status;
    mbill__write_bool(to, "more", more);
    put_totals(to, &header);
    return MBILL_OK;
}

static mbill_status put_fixed(mbill__writer *to, const mbill_mbus_frame *frame, mbill_error *err)
{
    mbill_mbus_fixed fixed;
    MBILL_TRY(mbill_mbus_read_fixed(frame, &fixed, err));
    put_low_first(to, "id", fixed.id, 4);
    mbill__frame_put_hex(to, "medium", &fixed.medium, 1);
    mbill__write_text(to, "medium_name", mbill_mbus_medium_name(fixed.medium));
    mbill__write_whole(to, "access", fixed.access);
    mbill__frame_put_hex(to, "status_byte", &fixed.status, 1);
    mbill__write_list(to, "counters");
    for (int32_t i = 0; i < 2; i++) {
        mbill__write_object(to, NULL);
        put_decimal(to, "value", fixed.counters[i].value, fixed.counters[i].exponent);
        mbill__write_text(to, "unit", fixed.counters[i].unit);
        mbill__write_bool(to, "historic", fixed.counters[i].is_historic != 0);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static void put_frame(mbill__writer *to, const mbill_mbus_frame *frame)
{
    enum { FIELDS = 3 };
    mbill__write_text(to, "form", forms[frame->form - 1]);
    if (frame->form == MBILL_MBUS_ACK) return;
    if (frame->form != MBILL_MBUS_SHORT) mbill__write_whole(to, "length", (int64_t)frame->data.n + FIELDS);
    mbill__frame_put_hex(to, "c", &frame->c, 1);
    mbill__frame_put_hex(to, "a", &frame->a, 1);
    if (frame->form == MBILL_MBUS_SHORT) return;
    mbill__frame_put_hex(to, "ci", &frame->ci, 1);
    mbill__frame_put_hex(to, "data", frame->data.p, frame->data.n);
}

static mbill_status put_values(mbill__writer *to, const mbill_mbus_frame *frame, mbill_error *err)
{
    if (mbill__mbus_kind(frame) != MBILL__MBUS_REPLY) return MBILL_OK;
    if (frame->ci == MBILL__MBUS_VARIABLE) return put_records(to, frame, err);
    return frame->ci == MBILL__MBUS_FIXED ? put_fixed(to, frame, err) : MBILL_OK;
}

static mbill_status match(mbill_bytes request, const mbill_mbus_frame *reply, mbill_error *err)
{
    mbill_mbus_frame asked;
    if (request.n == 0) return MBILL_OK;
    MBILL_TRY(mbill_mbus_decode(request, &asked, err));
    return mbill_mbus_match(&asked, reply, err);
}

static mbill_status show(const void *profile, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer,
    mbill_error *err)
{
    mbill_mbus_frame frame;
    (void)profile;
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FRAME, mbill_mbus_decode(in, &frame, err)));
    put_frame(to, &frame);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FUNCTION, mbill_mbus_check(&frame, err)));
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, put_values(to, &frame, err)));
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_MATCH, match(request, &frame, err)));
    return mbill__frame_at(out_layer, MBILL_FRAME_LAYER_POLICY, mbill_mbus_allow(&frame, err));
}

static mbill_status take_hex(const mbill__node *root, const char *key, bool high_first, uint8_t *out, size_t n, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    return mbill__frame_hex_bytes(&node, high_first, out, n, err);
}

static mbill_status take_count(const mbill__node *root, const char *key, uint8_t *out, mbill_error *err)
{
    mbill__node node;
    int64_t value;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    MBILL_TRY(mbill__node_whole(&node, 0, UINT8_MAX, &value, err));
    *out = (uint8_t)value;
    return MBILL_OK;
}

static mbill_status take_header(const mbill__node *root, uint8_t *data, mbill_error *err)
{
    MBILL_TRY(take_hex(root, "id", true, data, 4, err));
    MBILL_TRY(take_hex(root, "maker", true, data + 4, 2, err));
    MBILL_TRY(take_count(root, "version", data + 6, err));
    MBILL_TRY(take_hex(root, "medium", false, data + 7, 1, err));
    MBILL_TRY(take_count(root, "access", data + 8, err));
    MBILL_TRY(take_hex(root, "status_byte", false, data + 9, 1, err));
    return take_hex(root, "signature", true, data + 10, 2, err);
}

static mbill_status append_hex(const mbill__node *root, const char *key, bool needed, uint8_t *data, size_t cap, size_t *n,
    mbill_error *err)
{
    mbill__node node;
    size_t got;
    if (!needed && !mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    MBILL_TRY(mbill__frame_hex_read(&node, data + *n, cap - *n, &got, err));
    *n += got;
    return MBILL_OK;
}

/* A reply with records out of its header and the bytes of each record. */
static mbill_status take_records(const mbill__node *root, uint8_t *data, size_t cap, size_t *n, mbill_error *err)
{
    mbill__node list, record;
    MBILL_TRY(take_header(root, data, err));
    *n = MBILL__MBUS_HEADER;
    MBILL_TRY(mbill__node_need(root, "records", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &record); more; more = mbill__node_next(&record)) {
        MBILL_TRY(append_hex(&record, "dif", true, data, cap, n, err));
        MBILL_TRY(append_hex(&record, "vif", false, data, cap, n, err));
        MBILL_TRY(append_hex(&record, "data", true, data, cap, n, err));
    }
    return MBILL_OK;
}

static mbill_status make(const void *profile, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_mbus_frame frame = {.form = 0};
    mbill__node node;
    int32_t form;
    uint8_t data[UINT8_MAX];
    (void)profile;
    MBILL_TRY(mbill__node_need(root, "form", &node, err));
    MBILL_TRY(mbill__node_word(&node, forms, COUNT(forms), &form, err));
    frame.form = (uint8_t)(form + 1);
    frame.data.p = data;
    if (frame.form >= MBILL_MBUS_SHORT) {
        MBILL_TRY(take_hex(root, "c", false, &frame.c, 1, err));
        MBILL_TRY(take_hex(root, "a", false, &frame.a, 1, err));
    }
    if (frame.form >= MBILL_MBUS_CONTROL) MBILL_TRY(take_hex(root, "ci", false, &frame.ci, 1, err));
    if (mbill__node_get(root, "data", &node)) MBILL_TRY(mbill__frame_hex_read(&node, data, sizeof data, &frame.data.n, err));
    else if (frame.form == MBILL_MBUS_LONG) MBILL_TRY(take_records(root, data, sizeof data, &frame.data.n, err));
    return mbill_mbus_encode(&frame, out, cap, out_n, err);
}

static mbill_status feed(void *stream, const void *profile, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err)
{
    (void)profile;
    return mbill_mbus_feed(stream, in, out_used, out_frame, err);
}

const mbill__frame_protocol mbill__frame_mbus = {
    .name = "mbus",
    .profile_size = 1,
    .stream_size = sizeof(mbill_mbus_stream),
    .read_profile = read_profile,
    .show = show,
    .make = make,
    .feed = feed,
};
