/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "command", in and out. Changes when that form does. */
#include "command/document.h"
#include "command/payload.h"
#include "meterbill/decimal.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* ---- in ---- */

/* A member that only some commands have; absent it stays 0, and the command's check says whether that may be. */
static mbill_status read_uint64(const mbill__node *root, const char *key, uint64_t *out, mbill_error *err)
{
    mbill__node node;
    return mbill__node_get(root, key, &node) ? mbill__node_uint64(&node, out, err) : MBILL_OK;
}

static mbill_status read_instant(const mbill__node *root, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    return mbill__node_get(root, key, &node) ? mbill__node_instant(&node, out, err) : MBILL_OK;
}

static mbill_status read_target(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    mbill__node node;
    const char *text = NULL;
    MBILL_TRY(mbill__node_need(root, "target", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    size_t len = strlen(text);
    if (len >= sizeof out->target)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "%zu characters, expected %zu at most", len, sizeof out->target - 1);
    memcpy(out->target, text, len);
    return MBILL_OK;
}

static mbill_status read_id(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    mbill__node node;
    const char *text = NULL;
    MBILL_TRY(mbill__node_need(root, "id", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__node_place(&node, err, mbill_id_parse(text, strlen(text), &out->id, err));
}

static mbill_status read_parameters(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    mbill__node node;
    uint8_t di[4] = {0};
    if (mbill__node_get(root, "amount", &node)) MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->amount_micro, err));
    MBILL_TRY(read_uint64(root, "count", &out->count, err));
    if (mbill__node_get(root, "tariff", &node))
        MBILL_TRY(mbill__node_bytes(&node, out->tariff_hash, sizeof out->tariff_hash, NULL, err));
    MBILL_TRY(read_instant(root, "switch", &out->switch_s, err));
    MBILL_TRY(read_instant(root, "clock", &out->clock_s, err));
    if (mbill__node_get(root, "di", &node)) MBILL_TRY(mbill__node_bytes(&node, di, sizeof di, NULL, err));
    out->di = (uint32_t)di[0] << 24 | (uint32_t)di[1] << 16 | (uint32_t)di[2] << 8 | di[3];
    MBILL_TRY(read_uint64(root, "first", &out->first_seq, err));
    return read_uint64(root, "last", &out->last_seq, err);
}

static mbill_status read_word(const mbill__node *object, const char *key, uint32_t *out, mbill_error *err)
{
    uint8_t bytes[2] = {0};
    MBILL_TRY(mbill__need_hex(object, key, bytes, sizeof bytes, err));
    *out = (uint32_t)bytes[0] << 8 | bytes[1];
    return MBILL_OK;
}

static mbill_status read_condition(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    static const char *const keys[] = {"balance_below", "status"}, *const words[] = {"mask", "value"};
    mbill__node node, part;
    if (!mbill__node_get(root, "if", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    if (mbill__node_count(&node) == 0)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "no condition, expected balance_below or status");
    if (mbill__node_get(&node, "balance_below", &part)) {
        MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &out->below_micro, err));
        out->has |= MBILL_COMMAND_HAS_BELOW;
    }
    if (mbill__node_get(&node, "status", &part)) {
        MBILL_TRY(mbill__node_object(&part, words, COUNT(words), err));
        MBILL_TRY(read_word(&part, "mask", &out->status_mask, err));
        MBILL_TRY(read_word(&part, "value", &out->status_value, err));
        out->has |= MBILL_COMMAND_HAS_STATUS;
    }
    return MBILL_OK;
}

static mbill_status read_group(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    static const char *const keys[] = {"hash", "targets"};
    mbill__node node;
    if (!mbill__node_get(root, "group", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__need_hex(&node, "hash", out->group_hash, sizeof out->group_hash, err));
    return mbill__need_uint64(&node, "targets", &out->group_count, err);
}

static mbill_status read_command(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "command", "target", "id", "seq", "made", "ends", "begins", "amount",
        "count", "tariff", "switch", "clock", "di", "first", "last", "if", "group"};
    mbill__node node;
    MBILL_TRY(mbill__json_header(root, "command", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "command", &node, err));
    MBILL_TRY(mbill__node_named(&node, mbill_command_name, MBILL_COMMAND_TRIP, MBILL_COMMAND_CANCEL, &out->kind, err));
    MBILL_TRY(read_target(root, out, err));
    MBILL_TRY(read_id(root, out, err));
    MBILL_TRY(mbill__need_uint64(root, "seq", &out->seq, err));
    MBILL_TRY(mbill__need_instant(root, "made", &out->iat_s, err));
    MBILL_TRY(mbill__need_instant(root, "ends", &out->exp_s, err));
    if (mbill__node_get(root, "begins", &node)) {
        MBILL_TRY(mbill__node_instant(&node, &out->nbf_s, err));
        out->has |= MBILL_COMMAND_HAS_NBF;
    }
    MBILL_TRY(read_parameters(root, out, err));
    MBILL_TRY(read_condition(root, out, err));
    MBILL_TRY(read_group(root, out, err));
    return mbill__command_check(out, err);
}

mbill_status mbill_command_read(const char *text, size_t len, mbill_command *out_command, mbill_error *err)
{
    mbill__json *document;
    mbill_command got = MBILL_COMMAND_INIT;
    MBILL__NEED(out_command);
    MBILL_TRY(mbill__json_read(text, len, NULL, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_command(&root, &got, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_command = got;
    return status;
}

/* ---- out ---- */

static void write_hex32(mbill__writer *to, const char *key, uint32_t value, int digits)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%0*x", digits, (unsigned)value);
    mbill__write_text(to, key, text);
}

static void write_parameters(mbill__writer *to, const mbill_command *c)
{
    if (c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND) {
        mbill__write_decimal(to, "amount", c->amount_micro, MBILL_SCALE_MICRO);
        mbill__write_uint64(to, "count", c->count);
    } else if (c->kind == MBILL_COMMAND_TARIFF) {
        mbill__write_hex(to, "tariff", c->tariff_hash, sizeof c->tariff_hash);
        mbill__write_instant(to, "switch", c->switch_s);
    } else if (c->kind == MBILL_COMMAND_CLOCK) {
        mbill__write_instant(to, "clock", c->clock_s);
    } else if (c->kind == MBILL_COMMAND_READ) {
        write_hex32(to, "di", c->di, 8);
    } else if (c->kind == MBILL_COMMAND_CANCEL) {
        mbill__write_uint64(to, "first", c->first_seq);
        mbill__write_uint64(to, "last", c->last_seq);
    }
}

static void write_condition(mbill__writer *to, const mbill_command *c)
{
    if ((c->has & (MBILL_COMMAND_HAS_BELOW | MBILL_COMMAND_HAS_STATUS)) == 0) return;
    mbill__write_object(to, "if");
    if ((c->has & MBILL_COMMAND_HAS_BELOW) != 0) mbill__write_decimal(to, "balance_below", c->below_micro, MBILL_SCALE_MICRO);
    if ((c->has & MBILL_COMMAND_HAS_STATUS) != 0) {
        mbill__write_object(to, "status");
        write_hex32(to, "mask", c->status_mask, 4);
        write_hex32(to, "value", c->status_value, 4);
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
}

static void write_command(mbill__writer *to, const mbill_command *c)
{
    mbill__write_head(to, "command");
    mbill__write_text(to, "command", mbill_command_name(c->kind));
    mbill__write_text(to, "target", c->target);
    mbill__write_hex(to, "id", c->id.bytes, sizeof c->id.bytes);
    mbill__write_uint64(to, "seq", c->seq);
    mbill__write_instant(to, "made", c->iat_s);
    mbill__write_instant(to, "ends", c->exp_s);
    if ((c->has & MBILL_COMMAND_HAS_NBF) != 0) mbill__write_instant(to, "begins", c->nbf_s);
    write_parameters(to, c);
    write_condition(to, c);
    if (c->group_count > 0) {
        mbill__write_object(to, "group");
        mbill__write_hex(to, "hash", c->group_hash, sizeof c->group_hash);
        mbill__write_uint64(to, "targets", c->group_count);
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
}

mbill_status mbill_command_write(const mbill_command *command, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_allocator allocator;
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(command);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__command_check(command, err));
    MBILL_TRY(mbill__allocator_read(&allocator, NULL, err));
    mbill__buffer_start(&buffer, &allocator);
    mbill__write_start(&to, &buffer, false);
    write_command(&to, command);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}
