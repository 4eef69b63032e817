/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another protocol has commands, which is one row here, or when the documents of frames and answers have other members. */
#include "meterbill/translate_document.h"

#include "command/document.h"
#include "command/translate_means.h"
#include "frame/protocol.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct wire {
    uint8_t p[MBILL_CJT188_FRAME_MAX + 4]; /* the longest of all protocols */
    size_t n;
} wire;

typedef struct protocol {
    const mbill__frame_protocol *frame;
    mbill_status (*make)(const mbill_command *command, const void *profile, const mbill_means *means, int64_t now_s, wire *out,
        mbill_error *err);
    mbill_status (*read_back)(mbill_bytes sent, const void *profile, wire *out, mbill_error *err);
    mbill_status (*evidence)(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told, const void *profile,
        mbill_evidence *out, mbill_error *err);
} protocol;

/* The calls of one protocol, whose profile is a struct of its own. */
#define CALLS_OF(name)                                                                                                           \
    static mbill_status name##_make(const mbill_command *command, const void *profile, const mbill_means *means, int64_t now_s,  \
        wire *out, mbill_error *err)                                                                                             \
    {                                                                                                                            \
        return mbill_##name##_from_command(command, profile, means, now_s, out->p, sizeof out->p, &out->n, err);                 \
    }                                                                                                                            \
    static mbill_status name##_read_back(mbill_bytes sent, const void *profile, wire *out, mbill_error *err)                     \
    {                                                                                                                            \
        return mbill_##name##_read_back(sent, profile, out->p, sizeof out->p, &out->n, err);                                     \
    }                                                                                                                            \
    static mbill_status name##_evidence(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told,                \
        const void *profile, mbill_evidence *out, mbill_error *err)                                                              \
    {                                                                                                                            \
        return mbill_##name##_evidence(sent, reply, asked, told, profile, out, err);                                             \
    }
#define ROW(name)                                                                                                                \
    {                                                                                                                            \
        &mbill__frame_##name, name##_make, name##_read_back, name##_evidence                                                     \
    }

CALLS_OF(dlt645)
CALLS_OF(cjt188)

static const protocol protocols[] = {ROW(dlt645), ROW(cjt188)};

struct mbill_translator {
    mbill_allocator allocator;
    const protocol *by;
    const void *profile; /* NULL: none was given */
    union {
        mbill_dlt645_profile dlt645;
        mbill_cjt188_profile cjt188;
    } kept;
    mbill__means_kept means;
};

const char *mbill_translator_protocol_name(size_t index)
{
    return index < COUNT(protocols) ? protocols[index].frame->name : NULL;
}

/* ---- open ---- */

static mbill_status find(const char *name, const protocol **out, mbill_error *err)
{
    for (size_t i = 0; i < COUNT(protocols); i++)
        if (strcmp(protocols[i].frame->name, name) == 0) {
            *out = &protocols[i];
            return MBILL_OK;
        }
    return mbill__fail(err, MBILL_E_NOT_FOUND,
        "\"%.32s\" is no protocol of commands, expected one of mbill_translator_protocol_name()", name);
}

void mbill_translator_free(mbill_translator *translator)
{
    if (translator == NULL) return;
    mbill_allocator allocator = translator->allocator;
    mbill__wipe(translator, sizeof *translator);
    mbill__release(&allocator, translator, sizeof *translator);
}

mbill_status mbill_translator_open(const char *name, const char *profile, size_t profile_len, const char *means, size_t means_len,
    const mbill_allocator *allocator, mbill_translator **out, mbill_error *err)
{
    mbill_allocator known;
    const protocol *by = NULL;
    MBILL__NEED(out);
    *out = NULL;
    MBILL__NEED(name);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    MBILL_TRY(find(name, &by, err));
    mbill_translator *made = mbill__alloc(&known, sizeof *made);
    if (made == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for a translator");
    made->allocator = known;
    made->by = by;
    made->profile = profile != NULL ? &made->kept : NULL;
    mbill_status status = mbill__frame_profile_read(by->frame, profile, profile_len, &known, &made->kept, err);
    if (status == MBILL_OK) status = mbill__means_document(means, means_len, &known, &made->means, err);
    if (status != MBILL_OK) mbill_translator_free(made);
    else *out = made;
    return status;
}

/* ---- frames ---- */

static mbill_bytes bytes_of(const wire *of)
{
    return (mbill_bytes){of->p, of->n};
}

static void write_order(mbill__writer *to, const char *kind, const mbill_translator *with, const mbill_command *command)
{
    mbill__write_head(to, kind);
    mbill__write_text(to, "protocol", with->by->frame->name);
    mbill__write_text(to, "command", mbill_command_name(command->kind));
    mbill__write_text(to, "target", command->target);
    mbill__write_hex(to, "id", command->id.bytes, sizeof command->id.bytes);
    mbill__write_uint64(to, "seq", command->seq);
}

static mbill_status copy_out(mbill__buffer *buffer, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_status status = mbill__buffer_copy(buffer, out_text, inout_len, err);
    if (buffer->data != NULL) mbill__wipe(buffer->data, buffer->len);
    mbill__buffer_free(buffer);
    return status;
}

mbill_status mbill_translate_frames(const mbill_translator *translator, const mbill_command *command, const uint8_t *hash,
    int64_t now_s, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    wire sent, asked;
    MBILL__NEED(translator);
    MBILL__NEED(command);
    MBILL__NEED(inout_len);
    const protocol *by = translator->by;
    MBILL_TRY(by->make(command, translator->profile, &translator->means.means, now_s, &sent, err));
    MBILL_TRY(by->read_back(bytes_of(&sent), translator->profile, &asked, err));
    mbill__buffer_start(&buffer, &translator->allocator);
    mbill__write_start(&to, &buffer, false);
    write_order(&to, "command_frames", translator, command);
    if (hash != NULL) mbill__write_hex(&to, "hash", hash, MBILL_HASH_BYTES);
    mbill__write_hex(&to, "frame", sent.p, sent.n);
    if (asked.n > 0) mbill__write_hex(&to, "read_back", asked.p, asked.n);
    mbill__write_object_end(&to);
    return copy_out(&buffer, out_text, inout_len, err);
}

/* ---- answers ---- */

/* What a document of frames says. */
typedef struct order {
    mbill_command command; /* its kind, target, id and number alone */
    bool is_signed;
    uint8_t hash[MBILL_HASH_BYTES];
    wire sent, asked;
} order;

static mbill_status read_wire(const mbill__node *root, const char *key, wire *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    return mbill__node_bytes(&node, out->p, sizeof out->p, &out->n, err);
}

static mbill_status read_target(const mbill__node *root, mbill_command *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "target", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (strlen(text) >= sizeof out->target)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "%zu bytes, expected at most %zu", strlen(text),
            sizeof out->target - 1);
    memcpy(out->target, text, strlen(text) + 1);
    return MBILL_OK;
}

static mbill_status read_order(const mbill__node *root, const mbill_translator *with, order *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "protocol", "command", "target", "id", "seq", "hash", "frame",
        "read_back"};
    const char *const words[] = {with->by->frame->name};
    mbill__node node;
    int32_t index;
    MBILL_TRY(mbill__json_header(root, "command_frames", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "protocol", &node, err));
    MBILL_TRY(mbill__node_word(&node, words, 1, &index, err));
    MBILL_TRY(mbill__node_need(root, "command", &node, err));
    MBILL_TRY(mbill__node_named(&node, mbill_command_name, MBILL_COMMAND_TRIP, MBILL_COMMAND_CANCEL, &out->command.kind, err));
    MBILL_TRY(read_target(root, &out->command, err));
    MBILL_TRY(mbill__need_hex(root, "id", out->command.id.bytes, sizeof out->command.id.bytes, err));
    MBILL_TRY(mbill__need_uint64(root, "seq", &out->command.seq, err));
    out->is_signed = mbill__node_get(root, "hash", &node);
    if (out->is_signed) MBILL_TRY(mbill__node_bytes(&node, out->hash, sizeof out->hash, NULL, err));
    MBILL_TRY(read_wire(root, "frame", &out->sent, err));
    return mbill__node_get(root, "read_back", &node) ? read_wire(root, "read_back", &out->asked, err) : MBILL_OK;
}

static mbill_status read_frames(const char *text, size_t len, const mbill_translator *with, order *out, mbill_error *err)
{
    mbill__json *document;
    MBILL_TRY(mbill__json_read_secret(text, len, &with->allocator, &document, err));
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_order(&root, with, out, err);
    mbill__json_free(document);
    return status;
}

static void write_evidence(mbill__writer *to, const mbill_evidence *evidence)
{
    static const char *const answers[] = {"none", "accepted", "refused", "other"};
    static const char *const valves[] = {"open", "closed", NULL, "fault"};
    char word[8];
    mbill__write_text(to, "answer", answers[evidence->answer]);
    if ((evidence->has & MBILL_EVIDENCE_STATUS) != 0) {
        (void)snprintf(word, sizeof word, "%04x", (unsigned)(evidence->status_word & UINT16_MAX));
        mbill__write_text(to, "status", word);
    }
    if ((evidence->has & MBILL_EVIDENCE_VALVE) != 0) mbill__write_text(to, "valve", valves[evidence->valve & 3]);
    if ((evidence->has & MBILL_EVIDENCE_SAME) != 0) mbill__write_bool(to, "same", true);
}

static mbill_status write_receipt(mbill__writer *to, const mbill_receipt *receipt, mbill_error *err)
{
    char text[2048]; /* a receipt has at most MBILL_RECEIPT_BYTES_MAX bytes, two digits each */
    size_t len = sizeof text;
    MBILL_TRY(mbill_receipt_write(receipt, text, &len, err));
    mbill__write_raw(to, "receipt", text, len - 1);
    return MBILL_OK;
}

mbill_status mbill_translate_answer(const mbill_translator *translator, const char *frames, size_t frames_len, mbill_bytes reply,
    mbill_bytes told, int64_t now_s, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    mbill_evidence evidence;
    mbill_receipt receipt;
    order known = {.command = MBILL_COMMAND_INIT};
    MBILL__NEED(translator);
    MBILL__NEED(frames);
    MBILL__NEED(inout_len);
    MBILL_TRY(read_frames(frames, frames_len, translator, &known, err));
    MBILL_TRY(translator->by->evidence(bytes_of(&known.sent), reply, bytes_of(&known.asked), told, translator->profile, &evidence,
        err));
    MBILL_TRY(mbill_receipt_make(&known.command, known.hash, bytes_of(&known.sent), reply.n > 0 ? reply : told, &evidence, now_s,
        &receipt, err));
    mbill__buffer_start(&buffer, &translator->allocator);
    mbill__write_start(&to, &buffer, false);
    write_order(&to, "command_answer", translator, &known.command);
    write_evidence(&to, &evidence);
    mbill__write_text(&to, "state", mbill_receipt_state_name(receipt.state));
    mbill_status status = known.is_signed ? write_receipt(&to, &receipt, err) : MBILL_OK;
    mbill__write_object_end(&to);
    if (status == MBILL_OK) return copy_out(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}
