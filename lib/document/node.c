/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a place in a document is found and named. Invariant: nothing here allocates, and the pointer is built only on
 * failure. */
#include "document/item.h"
#include "document/json.h"
#include "document/path.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mbill__json_kind mbill__node_kind(const mbill__node *node)
{
    switch (((const cJSON *)node->item)->type & MBILL__ITEM_KIND) {
    case cJSON_False:
    case cJSON_True: return MBILL__JSON_BOOL;
    case cJSON_Number: return MBILL__JSON_WHOLE;
    case cJSON_String: return MBILL__JSON_TEXT;
    case cJSON_Array: return MBILL__JSON_LIST;
    case cJSON_Object: return MBILL__JSON_OBJECT;
    default: return MBILL__JSON_NULL;
    }
}

size_t mbill__node_count(const mbill__node *list_or_object)
{
    size_t n = 0;
    for (const cJSON *item = ((const cJSON *)list_or_object->item)->child; item != NULL; item = item->next) n++;
    return n;
}

bool mbill__node_first(const mbill__node *parent, mbill__node *child)
{
    cJSON *item = ((const cJSON *)parent->item)->child;
    if (item == NULL) return false;
    *child = (mbill__node){item, parent, item->string, 0};
    return true;
}

bool mbill__node_next(mbill__node *child)
{
    cJSON *item = ((const cJSON *)child->item)->next;
    if (item == NULL) return false;
    child->item = item;
    child->key = item->string;
    child->index++;
    return true;
}

bool mbill__node_get(const mbill__node *object, const char *key, mbill__node *out)
{
    mbill__node child;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT) return false;
    for (bool more = mbill__node_first(object, &child); more; more = mbill__node_next(&child)) {
        if (strcmp(child.key, key) != 0) continue;
        *out = child;
        return true;
    }
    return false;
}

mbill_status mbill__node_need(const mbill__node *object, const char *key, mbill__node *out, mbill_error *err)
{
    if (mbill__node_get(object, key, out)) return MBILL_OK;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT)
        return mbill__node_fail(object, err, MBILL_E_TYPE, "expected an object with the key \"%s\"", key);
    mbill__node missing = {NULL, object, key, 0};
    return mbill__node_fail(&missing, err, MBILL_E_MISSING_KEY, "key \"%s\" is missing", key);
}

/* From the root down; nodes are never deeper than documents are, plus the key that is missing. */
static void build_path(const mbill__node *node, mbill__path *path)
{
    const mbill__node *chain[MBILL__JSON_DEPTH_MAX + 2];
    size_t n = 0;
    mbill__path_start(path);
    for (; node != NULL && node->parent != NULL && n < sizeof chain / sizeof chain[0]; node = node->parent) chain[n++] = node;
    while (n-- > 0) {
        if (chain[n]->key != NULL) mbill__path_key(path, chain[n]->key, strlen(chain[n]->key));
        else mbill__path_index(path, chain[n]->index);
    }
}

mbill_status mbill__node_fail(const mbill__node *node, mbill_error *err, mbill_status status, const char *format, ...)
{
    char
        message[2 * sizeof err->message]; /* longer than what is kept, so that the cut is made by mbill__fail_path, on a border */
    mbill__path path;
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(message, sizeof message, format, arguments) < 0) message[0] = '\0';
    va_end(arguments);
    build_path(node, &path);
    return mbill__fail_path(err, status, path.text, "%s", message);
}

mbill_status mbill__node_place(const mbill__node *node, mbill_error *err, mbill_status status)
{
    mbill__path path;
    if (status == MBILL_OK || err == NULL) return status;
    if (err->struct_size < offsetof(mbill_error, path) + sizeof err->path || err->path[0] != '\0') return status;
    build_path(node, &path);
    memcpy(err->path, path.text, path.len + 1);
    return status;
}
