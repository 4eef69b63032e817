/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the canonical form, which hashes and versions are made of. Invariant: one document, one sequence of bytes,
 * whatever the order of its keys, its white space, its escapes and the zeros behind its decimals. */
#include "document/item.h"
#include "document/json.h"
#include "document/members.h"
#include "document/write.h"

#include <string.h>

/* The text was taken by mbill_decimal_parse: no needless zeros in front, digits on both sides of the point. What is left is to
 * drop the zeros behind the point, a point with nothing behind it, and the sign of nought. That is exact at every scale. */
static void write_decimal_text(mbill__writer *writer, const char *key, const char *text)
{
    size_t len = strlen(text);
    if (strchr(text, '.') != NULL) {
        while (text[len - 1] == '0') len--;
        if (text[len - 1] == '.') len--;
    }
    if (len == 2 && memcmp(text, "-0", 2) == 0) {
        text++;
        len--;
    }
    mbill__write_text_part(writer, key, text, len);
}

static void write_value(mbill__writer *writer, const char *key, const cJSON *item);

static void write_members(mbill__writer *writer, const cJSON *object)
{
    mbill__members members;
    if (!mbill__members_take(object, &writer->buffer->allocator, &members)) {
        writer->buffer->failed = true;
        return;
    }
    for (size_t i = 0; i < members.n; i++) write_value(writer, members.items[i]->string, members.items[i]);
    mbill__members_release(&members, &writer->buffer->allocator);
}

/* Recursion is bounded by MBILL__JSON_DEPTH_MAX. */
static void write_value(mbill__writer *writer, const char *key, const cJSON *item)
{
    bool decimal = (item->type & MBILL__ITEM_DECIMAL) != 0;
    switch (item->type & MBILL__ITEM_KIND) {
    case cJSON_False: mbill__write_bool(writer, key, false); break;
    case cJSON_True: mbill__write_bool(writer, key, true); break;
    case cJSON_Number:
        if (decimal) mbill__write_decimal(writer, key, item->valueint, 0);
        else mbill__write_whole(writer, key, item->valueint);
        break;
    case cJSON_String:
        if (decimal) write_decimal_text(writer, key, item->valuestring);
        else mbill__write_text(writer, key, item->valuestring);
        break;
    case cJSON_Array:
        mbill__write_list(writer, key);
        for (const cJSON *entry = item->child; entry != NULL; entry = entry->next) write_value(writer, NULL, entry);
        mbill__write_list_end(writer);
        break;
    case cJSON_Object:
        mbill__write_object(writer, key);
        write_members(writer, item);
        mbill__write_object_end(writer);
        break;
    default: mbill__write_text(writer, key, NULL); break;
    }
}

void mbill__json_canonical(const mbill__node *node, mbill__buffer *out)
{
    mbill__writer writer;
    mbill__write_start(&writer, out, false);
    write_value(&writer, NULL, node->item);
}
