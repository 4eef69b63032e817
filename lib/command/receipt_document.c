/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "receipt", in and out. Changes when that form does. */
#include "command/document.h"
#include "meterbill/receipt.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* A hash that may be absent. */
static mbill_status read_hash(const mbill__node *root, const char *key, uint32_t bit, uint8_t *out, mbill_receipt *r,
    mbill_error *err)
{
    mbill__node node;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    r->has |= bit;
    return mbill__node_bytes(&node, out, MBILL_HASH_BYTES, NULL, err);
}

static mbill_status read_back(const mbill__node *root, mbill_receipt *out, mbill_error *err)
{
    mbill__node node;
    uint8_t word[2] = {0};
    size_t n = 0;
    if (mbill__node_get(root, "reply", &node)) {
        MBILL_TRY(mbill__node_bytes(&node, out->reply, sizeof out->reply, &n, err));
        out->n_reply = (uint32_t)n;
        out->has |= MBILL_RECEIPT_HAS_REPLY;
    }
    if (!mbill__node_get(root, "status", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bytes(&node, word, sizeof word, NULL, err));
    out->status_word = (uint32_t)word[0] << 8 | word[1];
    out->has |= MBILL_RECEIPT_HAS_STATUS;
    return MBILL_OK;
}

static mbill_status read_receipt(const mbill__node *root, mbill_receipt *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "state", "at", "id", "seq", "command", "request", "reply", "status",
        "previous"};
    mbill__node node;
    const char *text = NULL;
    uint8_t payload[MBILL_RECEIPT_BYTES_MAX];
    size_t n = 0;
    MBILL_TRY(mbill__json_header(root, "receipt", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "state", &node, err));
    MBILL_TRY(
        mbill__node_named(&node, mbill_receipt_state_name, MBILL_RECEIPT_RECEIVED, MBILL_RECEIPT_UNKNOWN, &out->state, err));
    MBILL_TRY(mbill__need_instant(root, "at", &out->time_s, err));
    MBILL_TRY(mbill__node_need(root, "id", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    MBILL_TRY(mbill__node_place(&node, err, mbill_id_parse(text, strlen(text), &out->id, err)));
    MBILL_TRY(mbill__need_uint64(root, "seq", &out->seq, err));
    MBILL_TRY(mbill__need_hex(root, "command", out->command_hash, sizeof out->command_hash, err));
    MBILL_TRY(read_hash(root, "request", MBILL_RECEIPT_HAS_REQUEST, out->request_hash, out, err));
    MBILL_TRY(read_hash(root, "previous", MBILL_RECEIPT_HAS_PREVIOUS, out->previous_hash, out, err));
    MBILL_TRY(read_back(root, out, err));
    return mbill_receipt_encode(out, payload, sizeof payload, &n, err); /* it can be one */
}

mbill_status mbill_receipt_read(const char *text, size_t len, mbill_receipt *out_receipt, mbill_error *err)
{
    mbill__json *document;
    mbill_receipt got = MBILL_RECEIPT_INIT;
    MBILL__NEED(out_receipt);
    MBILL_TRY(mbill__json_read(text, len, NULL, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_receipt(&root, &got, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_receipt = got;
    return status;
}

static void write_receipt(mbill__writer *to, const mbill_receipt *r)
{
    char word[8];
    mbill__write_head(to, "receipt");
    mbill__write_text(to, "state", mbill_receipt_state_name(r->state));
    mbill__write_instant(to, "at", r->time_s);
    mbill__write_hex(to, "id", r->id.bytes, sizeof r->id.bytes);
    mbill__write_uint64(to, "seq", r->seq);
    mbill__write_hex(to, "command", r->command_hash, sizeof r->command_hash);
    if ((r->has & MBILL_RECEIPT_HAS_REQUEST) != 0) mbill__write_hex(to, "request", r->request_hash, sizeof r->request_hash);
    if ((r->has & MBILL_RECEIPT_HAS_REPLY) != 0) mbill__write_hex(to, "reply", r->reply, r->n_reply);
    if ((r->has & MBILL_RECEIPT_HAS_STATUS) != 0) {
        (void)snprintf(word, sizeof word, "%04x", (unsigned)(r->status_word & UINT16_MAX));
        mbill__write_text(to, "status", word);
    }
    if ((r->has & MBILL_RECEIPT_HAS_PREVIOUS) != 0) mbill__write_hex(to, "previous", r->previous_hash, sizeof r->previous_hash);
    mbill__write_object_end(to);
}

mbill_status mbill_receipt_write(const mbill_receipt *receipt, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_allocator allocator;
    mbill__buffer buffer;
    mbill__writer to;
    uint8_t payload[MBILL_RECEIPT_BYTES_MAX];
    size_t n;
    MBILL__NEED(receipt);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill_receipt_encode(receipt, payload, sizeof payload, &n, err)); /* it can be one */
    MBILL_TRY(mbill__allocator_read(&allocator, NULL, err));
    mbill__buffer_start(&buffer, &allocator);
    mbill__write_start(&to, &buffer, false);
    write_receipt(&to, receipt);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}
