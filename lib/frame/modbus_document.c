/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents of Modbus have other members: the map of registers, and a frame as JSON out and in. */
#include "frame/protocol.h"
#include "frame/value.h"
#include "meterbill/modbus.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct profile {
    mbill_modbus_register registers[MBILL_MODBUS_REGISTERS];
    int32_t n_registers, writes;
} profile;

static mbill_status read_word(const mbill__node *root, const char *key, const char *const *words, size_t n, int32_t *out,
    mbill_error *err)
{
    int32_t at;
    MBILL_TRY(mbill__node_need_word(root, key, words, n, &at, err));
    *out = at + 1;
    return MBILL_OK;
}

static mbill_status read_unit(const mbill__node *root, int32_t *out, mbill_error *err)
{
    mbill__node node;
    const char *text, *name;
    MBILL_TRY(mbill__node_need(root, "unit", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    for (int32_t unit = 0; (name = mbill_frame_unit_name(unit)) != NULL; unit++) {
        if (strcmp(name, text) != 0) continue;
        *out = unit;
        return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_UNIT, "\"%s\" is no unit", text);
}

static mbill_status read_register(const mbill__node *node, mbill_modbus_register *out, mbill_error *err)
{
    static const char *const keys[] = {"name", "function", "address", "words", "word_order", "coding", "scale", "unit"};
    static const char *const orders[] = {"high_first", "low_first"}, *const codings[] = {"unsigned", "signed", "bcd"};
    mbill__node part;
    const char *name;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "name", &part, err));
    MBILL_TRY(mbill__node_name(&part, &name, err));
    if (strlen(name) >= sizeof out->name)
        return mbill__node_fail(&part, err, MBILL_E_LENGTH, "a name of %zu bytes, expected at most %zu", strlen(name),
            sizeof out->name - 1);
    memcpy(out->name, name, strlen(name) + 1);
    out->function = 3;
    if (mbill__node_get(node, "function", &part)) MBILL_TRY(mbill__node_need_int(node, "function", 3, 4, &out->function, err));
    MBILL_TRY(mbill__node_need_int(node, "address", 0, 65535, &out->address, err));
    MBILL_TRY(mbill__node_need_int(node, "words", 1, 4, &out->words, err));
    if (out->words > 1 || mbill__node_get(node, "word_order", &part))
        MBILL_TRY(read_word(node, "word_order", orders, COUNT(orders), &out->word_order, err));
    MBILL_TRY(read_word(node, "coding", codings, COUNT(codings), &out->coding, err));
    MBILL_TRY(mbill__node_need_int(node, "scale", 0, 9, &out->scale, err));
    return read_unit(node, &out->unit, err);
}

static mbill_status read_registers(const mbill__node *list, profile *out, mbill_error *err)
{
    mbill__node entry;
    MBILL_TRY(mbill__node_list(list, 1, err));
    if (mbill__node_count(list) > MBILL_MODBUS_REGISTERS)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu registers, expected at most %d", mbill__node_count(list),
            MBILL_MODBUS_REGISTERS);
    for (bool more = mbill__node_first(list, &entry); more; more = mbill__node_next(&entry)) {
        mbill_modbus_register *one = &out->registers[out->n_registers];
        MBILL_TRY(read_register(&entry, one, err));
        for (int32_t i = 0; i < out->n_registers; i++)
            if (strcmp(out->registers[i].name, one->name) == 0)
                return mbill__node_fail(&entry, err, MBILL_E_INVALID, "the name \"%s\" stands twice", one->name);
        out->n_registers++;
    }
    return MBILL_OK;
}

static mbill_status read_profile(const mbill__node *root, void *out_profile, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "protocol", "registers", "writes"};
    mbill__node node;
    profile *out = out_profile;
    bool writes = false;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    if (mbill__node_get(root, "writes", &node)) MBILL_TRY(mbill__node_bool(&node, &writes, err));
    out->writes = writes ? 1 : 0;
    return mbill__node_get(root, "registers", &node) ? read_registers(&node, out, err) : MBILL_OK;
}

static const char *const kinds[] = {"read_request", "read_reply", "write_request", "write_reply", "exception"};

static void put_content(mbill__writer *to, const mbill_modbus_content *content)
{
    mbill__write_text(to, "form", kinds[content->kind - 1]);
    if (content->start >= 0) mbill__write_whole(to, "start", content->start);
    if (content->count >= 0) mbill__write_whole(to, "count", content->count);
    if (content->exception >= 0) mbill__write_whole(to, "exception", content->exception);
    if (content->registers.n == 0) return;
    mbill__write_list(to, "registers");
    for (size_t i = 0; i < content->registers.n; i += 2) mbill__frame_put_hex(to, NULL, content->registers.p + i, 2);
    mbill__write_list_end(to);
}

/* Values of the map that lie whole in the reply. */
static mbill_status put_values(mbill__writer *to, const profile *known, int32_t function, const mbill_modbus_content *asked,
    const mbill_modbus_content *came, mbill_error *err)
{
    mbill_frame_item item;
    mbill__write_object(to, "values");
    for (int32_t i = 0; i < known->n_registers; i++) {
        const mbill_modbus_register *where = &known->registers[i];
        if (where->function != function) continue;
        mbill_status status = mbill_modbus_value(asked, came, where, &item, err);
        if (status == MBILL_E_NOT_FOUND) continue;
        if (status != MBILL_OK) {
            mbill__write_object_end(to);
            return status;
        }
        mbill__write_object(to, where->name);
        mbill__frame_put_number(to, "value", &item);
        mbill__write_text(to, "unit", mbill_frame_unit_name(item.unit));
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* What the request tells of a reply: that it answers, and where its registers stand. */
static mbill_status match(mbill_bytes request, const mbill_modbus_frame *reply, mbill_modbus_content *asked, mbill_error *err)
{
    mbill_modbus_frame frame;
    MBILL_TRY(mbill_modbus_decode(request, &frame, err));
    MBILL_TRY(mbill_modbus_match(&frame, reply, err));
    return mbill_modbus_split(&frame, asked, err);
}

static mbill_status show(const void *profile_given, mbill_bytes in, mbill_bytes request, mbill__writer *to, int32_t *out_layer,
    mbill_error *err)
{
    const profile *known = profile_given;
    mbill_modbus_frame frame;
    mbill_modbus_content content, asked;
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FRAME, mbill_modbus_decode(in, &frame, err)));
    mbill__write_whole(to, "address", frame.address);
    mbill__frame_put_hex(to, "function", &frame.function, 1);
    mbill__frame_put_hex(to, "data", frame.data.p, frame.data.n);
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_FUNCTION, mbill_modbus_check(&frame, err)));
    MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE, mbill_modbus_split(&frame, &content, err)));
    put_content(to, &content);
    if (request.n > 0) {
        MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_MATCH, match(request, &frame, &asked, err)));
        if (content.kind == MBILL_MODBUS_READ_REPLY && known->n_registers > 0)
            MBILL_TRY(mbill__frame_at(out_layer, MBILL_FRAME_LAYER_VALUE,
                put_values(to, known, frame.function, &asked, &content, err)));
    }
    return mbill__frame_at(out_layer, MBILL_FRAME_LAYER_POLICY, mbill_modbus_allow(&frame, known->writes, err));
}

static void put_word(uint8_t *data, size_t *n, int32_t word)
{
    data[(*n)++] = (uint8_t)(word >> 8);
    data[(*n)++] = (uint8_t)word;
}

static mbill_status take_registers(const mbill__node *root, uint8_t *data, size_t *n, mbill_error *err)
{
    enum { MOST = 125 };
    mbill__node list, entry;
    MBILL_TRY(mbill__node_need(root, "registers", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    size_t count = mbill__node_count(&list);
    if (count > MOST) return mbill__node_fail(&list, err, MBILL_E_LIMIT, "%zu registers, expected at most %d", count, MOST);
    data[(*n)++] = (uint8_t)(2 * count);
    for (bool more = mbill__node_first(&list, &entry); more; more = mbill__node_next(&entry), *n += 2)
        MBILL_TRY(mbill__frame_hex_bytes(&entry, false, data + *n, 2, err));
    return MBILL_OK;
}

/* The data of a form out of its members. */
static mbill_status take_data(const mbill__node *root, uint8_t *data, size_t *n, mbill_error *err)
{
    int32_t kind, start, count, code;
    *n = 0;
    MBILL_TRY(read_word(root, "form", kinds, COUNT(kinds), &kind, err));
    if (kind == MBILL_MODBUS_EXCEPTION) {
        MBILL_TRY(mbill__node_need_int(root, "exception", 0, UINT8_MAX, &code, err));
        data[(*n)++] = (uint8_t)code;
        return MBILL_OK;
    }
    if (kind != MBILL_MODBUS_READ_REPLY) {
        MBILL_TRY(mbill__node_need_int(root, "start", 0, UINT16_MAX, &start, err));
        MBILL_TRY(mbill__node_need_int(root, "count", 0, UINT16_MAX, &count, err));
        put_word(data, n, start);
        put_word(data, n, count);
    }
    if (kind == MBILL_MODBUS_READ_REPLY || kind == MBILL_MODBUS_WRITE_REQUEST) return take_registers(root, data, n, err);
    return MBILL_OK;
}

static mbill_status make(const void *profile_given, const mbill__node *root, uint8_t *out, size_t cap, size_t *out_n,
    mbill_error *err)
{
    mbill_modbus_frame frame = {.address = 0};
    mbill__node node;
    uint8_t data[MBILL_MODBUS_FRAME_MAX];
    int32_t address;
    (void)profile_given;
    MBILL_TRY(mbill__node_need_int(root, "address", 0, UINT8_MAX, &address, err));
    MBILL_TRY(mbill__node_need(root, "function", &node, err));
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, &frame.function, 1, err));
    frame.address = (uint8_t)address;
    frame.data.p = data;
    if (mbill__node_get(root, "data", &node)) MBILL_TRY(mbill__frame_hex_read(&node, data, sizeof data, &frame.data.n, err));
    else MBILL_TRY(take_data(root, data, &frame.data.n, err));
    return mbill_modbus_encode(&frame, out, cap, out_n, err);
}

static mbill_status feed(void *stream, const void *profile_given, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame, mbill_error *err)
{
    (void)profile_given;
    return mbill_modbus_feed(stream, in, out_used, out_frame, err);
}

const mbill__frame_protocol mbill__frame_modbus = {
    .name = "modbus",
    .profile_size = sizeof(profile),
    .stream_size = sizeof(mbill_modbus_stream),
    .read_profile = read_profile,
    .show = show,
    .make = make,
    .feed = feed,
};
