/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a protocol is added, or when codecs do something else for all of them: documents, verdicts, members held against the frame. */
#include "frame/protocol.h"
#include "frame/value.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define FRAME_MAX 4096 /* bytes of the longest frame that is made from a document */
#define REQUEST_MAX 512 /* of a request that a document names */

static const mbill__frame_protocol *const protocols[] = {&mbill__frame_dlt645, &mbill__frame_cjt188, &mbill__frame_modbus, &mbill__frame_mbus};

struct mbill_frame_codec {
    mbill_allocator allocator;
    const mbill__frame_protocol *protocol;
    void *profile, *stream;
};

const char *mbill_frame_protocol_name(size_t index)
{
    return index < COUNT(protocols) ? protocols[index]->name : NULL;
}

const char *mbill_frame_layer_name(int32_t layer)
{
    static const char *const names[] = {"frame", "function", "value", "match", "policy"};
    return layer >= MBILL_FRAME_LAYER_FRAME && layer <= (int32_t)COUNT(names) ? names[layer - 1] : NULL;
}

static const mbill__frame_protocol *find_protocol(const char *name)
{
    for (size_t i = 0; i < COUNT(protocols); i++)
        if (strcmp(protocols[i]->name, name) == 0) return protocols[i];
    return NULL;
}

void mbill_frame_codec_free(mbill_frame_codec *codec)
{
    if (codec == NULL) return;
    mbill_allocator allocator = codec->allocator;
    mbill__release(&allocator, codec->profile, codec->protocol->profile_size);
    mbill__release(&allocator, codec->stream, codec->protocol->stream_size);
    mbill__release(&allocator, codec, sizeof *codec);
}

/* The document's header: its kind and protocol. */
static mbill_status check_header(const mbill__frame_protocol *protocol, const mbill__node *root, const char *kind, mbill_error *err)
{
    const char *const words[] = {protocol->name};
    int32_t index;
    MBILL_TRY(mbill__json_header(root, kind, false, err));
    return mbill__node_need_word(root, "protocol", words, 1, &index, err);
}

mbill_status mbill__frame_profile_read(const mbill__frame_protocol *protocol, const char *json, size_t len,
    const mbill_allocator *allocator, void *out_profile, mbill_error *err)
{
    mbill__json *document;
    if (json == NULL) return MBILL_OK;
    MBILL_TRY(mbill__json_read(json, len, allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = check_header(protocol, &root, "frame_profile", err);
    if (status == MBILL_OK) status = protocol->read_profile(&root, out_profile, err);
    mbill__json_free(document);
    return status;
}

mbill_status mbill_frame_codec_open(const char *protocol, const char *profile, size_t profile_len,
    const mbill_allocator *allocator, mbill_frame_codec **out, mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out);
    *out = NULL;
    MBILL__NEED(protocol);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    const mbill__frame_protocol *row = find_protocol(protocol);
    if (row == NULL) return mbill__fail(err, MBILL_E_NOT_FOUND, "\"%.32s\" is no protocol that is spoken here, expected one of mbill_frame_protocol_name()", protocol);
    mbill_frame_codec *codec = mbill__alloc(&known, sizeof *codec);
    if (codec == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for a codec");
    *codec = (mbill_frame_codec){known, row, mbill__alloc(&known, row->profile_size), mbill__alloc(&known, row->stream_size)};
    mbill_status status = codec->profile != NULL && codec->stream != NULL
        ? mbill__frame_profile_read(row, profile, profile_len, &known, codec->profile, err)
        : mbill__fail(err, MBILL_E_NOMEM, "no memory for a codec");
    if (status != MBILL_OK) mbill_frame_codec_free(codec);
    else *out = codec;
    return status;
}

/* The members that a refusal puts in front. */
static void put_verdict(mbill__writer *to, const mbill_frame_verdict *verdict, const mbill_error *why)
{
    mbill__write_text(to, "kind", verdict->layer == 0 ? "frame" : "error");
    if (verdict->layer == 0) return;
    mbill__write_text(to, "status", mbill_status_name(verdict->status));
    mbill__write_text(to, "layer", mbill_frame_layer_name(verdict->layer));
    mbill__write_text(to, "message", why->message);
}

/* What the protocol shows, as the members of an object, and the verdict. */
static mbill_status show(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request, mbill__buffer *to,
    mbill_frame_verdict *out, mbill_error *why)
{
    mbill__writer writer;
    mbill__buffer members;
    int32_t layer = 0;
    mbill_error_init(why);
    mbill__buffer_start(&members, &codec->allocator);
    mbill__write_start(&writer, &members, false);
    mbill__write_object(&writer, NULL);
    mbill_status status = codec->protocol->show(codec->profile, in, request, &writer, &layer, why);
    mbill__write_object_end(&writer);
    *out = (mbill_frame_verdict){layer, (int32_t)status};
    mbill__write_start(&writer, to, false);
    mbill__write_object(&writer, NULL);
    mbill__write_whole(&writer, "meterbill", 1);
    put_verdict(&writer, out, why);
    mbill__write_text(&writer, "protocol", codec->protocol->name);
    if (request.n > 0) mbill__frame_put_hex(&writer, "request", request.p, request.n);
    mbill__write_object_end(&writer);
    if (members.len > 2 && !members.failed && !to->failed) { /* join {head} and {members} */
        to->data[to->len - 1] = ',';
        mbill__buffer_append(to, members.data + 1, members.len - 1);
    }
    to->failed = to->failed || members.failed;
    mbill__buffer_free(&members);
    return status != MBILL_OK && layer == 0 ? status : mbill__buffer_check(to, why);
}

mbill_status mbill_frame_decode(const mbill_frame_codec *codec, mbill_bytes in, mbill_bytes request, char *out_text,
    size_t *inout_len, mbill_frame_verdict *out_verdict, mbill_error *err)
{
    mbill__buffer buffer;
    mbill_frame_verdict verdict;
    mbill_error why;
    MBILL__NEED(codec);
    if (in.n > 0) MBILL__NEED(in.p);
    if (request.n > 0) MBILL__NEED(request.p);
    MBILL__NEED(inout_len);
    MBILL__NEED(out_verdict);
    mbill__buffer_start(&buffer, &codec->allocator);
    mbill_status status = show(codec, in, request, &buffer, &verdict, &why);
    if (status != MBILL_OK || verdict.layer != 0) (void)mbill__fail(err, (mbill_status)why.status, "%s", why.message);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    if (status == MBILL_OK) *out_verdict = verdict;
    return status;
}

/* Texts are alike whatever the case of their letters; decimals, whatever the zeros behind them. */
static bool alike_text(const char *a, const char *b)
{
    int64_t x, y;
    size_t n = strlen(a), m = strlen(b);
    bool numbers = mbill_decimal_parse(a, n, MBILL_SCALE_NANO, &x, NULL) == MBILL_OK &&
        mbill_decimal_parse(b, m, MBILL_SCALE_NANO, &y, NULL) == MBILL_OK;
    if (numbers && (strchr(a, '.') != NULL || strchr(b, '.') != NULL)) return x == y;
    for (; *a != '\0' || *b != '\0'; a++, b++) {
        while (*a == ' ') a++;
        while (*b == ' ') b++;
        char low_a = *a >= 'a' && *a <= 'z' ? (char)(*a - 'a' + 'A') : *a,
             low_b = *b >= 'a' && *b <= 'z' ? (char)(*b - 'a' + 'A') : *b;
        if (low_a != low_b) return false;
        if (low_a == '\0') break;
    }
    return true;
}

static bool alike(const mbill__node *a, const mbill__node *b);

static bool alike_lists(const mbill__node *a, const mbill__node *b)
{
    mbill__node x, y;
    bool more = mbill__node_first(a, &x) && mbill__node_first(b, &y);
    if (mbill__node_count(a) != mbill__node_count(b)) return false;
    while (more) {
        if (!alike(&x, &y)) return false;
        more = mbill__node_next(&x) && mbill__node_next(&y);
    }
    return true;
}

static bool alike_objects(const mbill__node *a, const mbill__node *b)
{
    mbill__node x, y;
    if (mbill__node_count(a) != mbill__node_count(b)) return false;
    for (bool more = mbill__node_first(a, &x); more; more = mbill__node_next(&x))
        if (!mbill__node_get(b, x.key, &y) || !alike(&x, &y)) return false;
    return true;
}

/* Recursion is bounded by MBILL__JSON_DEPTH_MAX. */
static bool alike(const mbill__node *a, const mbill__node *b)
{
    mbill__json_kind kind = mbill__node_kind(a);
    const char *x = "", *y = "";
    int64_t n = 0, m = 0;
    bool p = false, q = false;
    if (kind != mbill__node_kind(b)) return false;
    switch (kind) {
    case MBILL__JSON_LIST: return alike_lists(a, b);
    case MBILL__JSON_OBJECT: return alike_objects(a, b);
    case MBILL__JSON_TEXT:
        return mbill__node_text(a, &x, NULL) == MBILL_OK && mbill__node_text(b, &y, NULL) == MBILL_OK && alike_text(x, y);
    case MBILL__JSON_WHOLE:
        return mbill__node_whole(a, INT32_MIN, INT32_MAX, &n, NULL) == MBILL_OK &&
            mbill__node_whole(b, INT32_MIN, INT32_MAX, &m, NULL) == MBILL_OK && n == m;
    case MBILL__JSON_BOOL:
        return mbill__node_bool(a, &p, NULL) == MBILL_OK && mbill__node_bool(b, &q, NULL) == MBILL_OK && p == q;
    default: return true;
    }
}

/* Every member that the document gives is what the frame says. */
static mbill_status compare(const mbill__node *given, const mbill__node *shown, mbill_error *err)
{
    mbill__node member, said;
    for (bool more = mbill__node_first(given, &member); more; more = mbill__node_next(&member)) {
        if (!mbill__node_get(shown, member.key, &said))
            return mbill__node_fail(&member, err, MBILL_E_UNKNOWN_KEY, "\"%s\" is nothing that this frame has", member.key);
        if (!alike(&member, &said))
            return mbill__node_fail(&member, err, MBILL_E_INVALID, "\"%s\" is not what the frame comes to", member.key);
    }
    return MBILL_OK;
}

static mbill_status compare_bytes(const mbill_frame_codec *codec, const mbill__node *root, mbill_bytes made,
    mbill_frame_verdict *out_verdict, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__json *document = NULL;
    mbill__node node;
    mbill_error why;
    uint8_t request[REQUEST_MAX];
    mbill_bytes asked = {request, 0};
    if (mbill__node_get(root, "request", &node))
        MBILL_TRY(mbill__frame_hex_read(&node, request, sizeof request, &asked.n, err));
    mbill__buffer_start(&buffer, &codec->allocator);
    mbill_status status = show(codec, made, asked, &buffer, out_verdict, &why);
    if (status != MBILL_OK || out_verdict->layer != 0) status = mbill__fail(err, (mbill_status)why.status, "%s", why.message);
    else status = mbill__json_read(buffer.data, buffer.len, &codec->allocator, &document, err);
    if (status == MBILL_OK) {
        mbill__node shown = mbill__json_root(document);
        status = compare(root, &shown, err);
    }
    mbill__json_free(document);
    mbill__buffer_free(&buffer);
    return status;
}

mbill_status mbill_frame_encode(const mbill_frame_codec *codec, const char *json, size_t len, uint8_t *out, size_t cap,
    size_t *out_n, mbill_frame_verdict *out_verdict, mbill_error *err)
{
    uint8_t bytes[FRAME_MAX];
    mbill__json *document;
    size_t n = 0;
    MBILL__NEED(codec);
    MBILL__NEED(json);
    MBILL__NEED(out_n);
    MBILL__NEED(out_verdict);
    if (cap > 0) MBILL__NEED(out);
    *out_verdict = (mbill_frame_verdict){0, MBILL_OK};
    MBILL_TRY(mbill__json_read(json, len, &codec->allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = check_header(codec->protocol, &root, "frame", err);
    if (status == MBILL_OK) status = codec->protocol->make(codec->profile, &root, bytes, sizeof bytes, &n, err);
    if (status == MBILL_OK) status = compare_bytes(codec, &root, (mbill_bytes){bytes, n}, out_verdict, err);
    mbill__json_free(document);
    MBILL_TRY(status);
    if (n > cap) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the frame has %zu", cap, n);
    memcpy(out, bytes, n);
    *out_n = n;
    return MBILL_OK;
}

mbill_status mbill_frame_feed(mbill_frame_codec *codec, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame,
    mbill_error *err)
{
    MBILL__NEED(codec);
    if (in.n > 0) MBILL__NEED(in.p);
    MBILL__NEED(out_used);
    MBILL__NEED(out_frame);
    *out_used = in.n;
    *out_frame = (mbill_bytes){NULL, 0};
    return codec->protocol->feed(codec->stream, codec->profile, in, out_used, out_frame, err);
}
