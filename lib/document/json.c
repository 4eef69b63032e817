/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a document is as a whole: how it is taken in, and its header. Invariant: a document that exists has passed
 * mbill__scan and has no key twice, so that every parser on earth reads it the same way. */
#include "document/json.h"
#include "document/members.h"
#include "document/scan.h"
#include "document/utf8.h"

#include <cjson/cJSON.h>
#include <string.h>

#define FORM_VERSION 1 /* of all documents: "meterbill": 1 */

#define SHOWN_MAX 60 /* bytes of a foreign text that a message repeats */

/* Objects up to this size are compared pair by pair, without memory. */
#define PAIRS_MAX 16

struct mbill__json {
    mbill_allocator allocator;
    cJSON *root;
    bool secret;
};

static mbill_status refuse_duplicate(const mbill__node *object, const cJSON *item, mbill_error *err)
{
    mbill__node member = {NULL, object, item->string, 0};
    int shown = (int)mbill__utf8_head(item->string, strlen(item->string), SHOWN_MAX);
    return mbill__node_fail(&member, err, MBILL_E_DUPLICATE_KEY, "key \"%.*s\" stands twice in one object", shown, item->string);
}

static mbill_status check_pairs(const mbill__node *object, mbill_error *err)
{
    for (const cJSON *item = ((const cJSON *)object->item)->child; item != NULL; item = item->next)
        for (const cJSON *later = item->next; later != NULL; later = later->next)
            if (strcmp(item->string, later->string) == 0) return refuse_duplicate(object, item, err);
    return MBILL_OK;
}

static mbill_status check_sorted(const mbill__node *object, const mbill_allocator *allocator, mbill_error *err)
{
    mbill__members members;
    mbill_status status = MBILL_OK;
    if (!mbill__members_take(object->item, allocator, &members))
        return mbill__node_fail(object, err, MBILL_E_NOMEM, "no memory to check the keys of an object");
    for (size_t i = 1; i < members.n && status == MBILL_OK; i++)
        if (strcmp(members.items[i - 1]->string, members.items[i]->string) == 0)
            status = refuse_duplicate(object, members.items[i], err);
    mbill__members_release(&members, allocator);
    return status;
}

/* Recursion is bounded by MBILL__JSON_DEPTH_MAX. */
static mbill_status check_keys(const mbill__node *node, const mbill_allocator *allocator, mbill_error *err)
{
    mbill__node child;
    size_t n = 0;
    for (bool more = mbill__node_first(node, &child); more; more = mbill__node_next(&child), n++)
        MBILL_TRY(check_keys(&child, allocator, err));
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) return MBILL_OK;
    return n <= PAIRS_MAX ? check_pairs(node, err) : check_sorted(node, allocator, err);
}

static mbill_status read_tree(const char *text, size_t len, const mbill_allocator *allocator, bool secret, mbill__json **out,
    mbill_error *err)
{
    mbill_allocator own;
    MBILL__NEED(out);
    *out = NULL;
    MBILL__NEED(text);
    MBILL_TRY(mbill__allocator_read(&own, allocator, err));
    MBILL_TRY(mbill__scan(text, len, err));
    mbill__json *document = mbill__alloc(&own, sizeof *document);
    if (document == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for a document of %zu bytes", len);
    document->allocator = own;
    document->secret = secret;
    document->root = cJSON_ParseWithLengthOpts(text, len, NULL, 0);
    if (document->root == NULL) { /* the text has passed the scan, so that only memory can have run out */
        mbill__json_free(document);
        return mbill__fail(err, MBILL_E_NOMEM, "no memory for a document of %zu bytes", len);
    }
    mbill__node root = mbill__json_root(document);
    mbill_status status = check_keys(&root, &own, err);
    if (status != MBILL_OK) {
        mbill__json_free(document);
        return status;
    }
    *out = document;
    return MBILL_OK;
}

mbill_status mbill__json_read(const char *text, size_t len, const mbill_allocator *allocator, mbill__json **out, mbill_error *err)
{
    return read_tree(text, len, allocator, false, out, err);
}

mbill_status mbill__json_read_secret(const char *text, size_t len, const mbill_allocator *allocator, mbill__json **out,
    mbill_error *err)
{
    return read_tree(text, len, allocator, true, out, err);
}

/* Recursion is bounded by MBILL__JSON_DEPTH_MAX. */
static void wipe_texts(cJSON *item)
{
    for (; item != NULL; item = item->next) {
        if (item->valuestring != NULL) mbill__wipe(item->valuestring, strlen(item->valuestring));
        wipe_texts(item->child);
    }
}

void mbill__json_free(mbill__json *document)
{
    if (document == NULL) return;
    if (document->secret) wipe_texts(document->root);
    mbill_allocator own = document->allocator;
    cJSON_Delete(document->root);
    mbill__release(&own, document, sizeof *document);
}

mbill__node mbill__json_root(mbill__json *document)
{
    return (mbill__node){document->root, NULL, NULL, 0};
}

static mbill_status check_version(const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    int64_t version;
    MBILL_TRY(mbill__node_need(root, "meterbill", &node, err));
    MBILL_TRY(mbill__node_whole(&node, INT32_MIN, INT32_MAX, &version, err));
    if (version == FORM_VERSION) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_VERSION, "written for version %lld of the form, this library reads %d",
        (long long)version, FORM_VERSION);
}

mbill_status mbill__json_header(const mbill__node *root, const char *kind, bool optional, mbill_error *err)
{
    mbill__node node;
    const char *found;
    MBILL_TRY(mbill__node_object(root, NULL, 0, err));
    MBILL_TRY(check_version(root, err));
    if (optional && !mbill__node_get(root, "kind", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_need(root, "kind", &node, err));
    MBILL_TRY(mbill__node_text(&node, &found, err));
    if (strcmp(found, kind) == 0) return MBILL_OK;
    int shown = (int)mbill__utf8_head(found, strlen(found), SHOWN_MAX);
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "kind \"%.*s\" is not the kind expected here, \"%s\"", shown, found,
        kind);
}

mbill_status mbill__json_header_or_none(const mbill__node *object, const char *kind, mbill_error *err)
{
    mbill__node part;
    if (!mbill__node_get(object, "meterbill", &part) && !mbill__node_get(object, "kind", &part)) return MBILL_OK;
    return mbill__json_header(object, kind, false, err);
}
