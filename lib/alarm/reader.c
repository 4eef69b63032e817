/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when members of an alarms document are read in another way. Every refusal is a reason more; reading goes on. */
#include "alarm/alarms.h"

#include "document/near.h"

#include <string.h>

const char *const mbill__stale_words[3] = {"hold", "clear", "trip"};

bool mbill__reader_took(mbill__alarms_reader *reader, mbill_status status, const mbill_error *why)
{
    mbill__reasons_take(reader->reasons, status, why);
    return status == MBILL_OK;
}

bool mbill__reader_decimal(mbill__alarms_reader *reader, const mbill__node *object, const char *key, int32_t scale, int64_t *out)
{
    mbill__node node;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(object, key, &node)) return true;
    return mbill__reader_took(reader, mbill__node_decimal(&node, scale, out, &why), &why);
}

bool mbill__reader_whole(mbill__alarms_reader *reader, const mbill__node *object, const char *key, int64_t min, int64_t max,
    int32_t *out)
{
    mbill__node node;
    mbill_error why;
    int64_t value;
    mbill_error_init(&why);
    if (!mbill__node_get(object, key, &node)) return true;
    if (!mbill__reader_took(reader, mbill__node_whole(&node, min, max, &value, &why), &why)) return false;
    *out = (int32_t)value;
    return true;
}

bool mbill__reader_flag(mbill__alarms_reader *reader, const mbill__node *object, const char *key, uint32_t flag, uint32_t *flags)
{
    mbill__node node;
    mbill_error why;
    bool set;
    mbill_error_init(&why);
    if (!mbill__node_get(object, key, &node)) return true;
    if (!mbill__reader_took(reader, mbill__node_bool(&node, &set, &why), &why)) return false;
    *flags = set ? *flags | flag : *flags & ~flag;
    return true;
}

bool mbill__reader_word(mbill__alarms_reader *reader, const mbill__node *object, const char *key, const char *const *words,
    size_t n, int32_t first, int32_t *out)
{
    mbill__node node;
    mbill_error why;
    int32_t at;
    mbill_error_init(&why);
    if (!mbill__node_get(object, key, &node)) return true;
    if (!mbill__reader_took(reader, mbill__node_word(&node, words, n, &at, &why), &why)) return false;
    *out = first + at;
    return true;
}

bool mbill__reader_need(mbill__alarms_reader *reader, const mbill__node *object, const char *key, mbill__node *out)
{
    mbill_error why;
    mbill_error_init(&why);
    return mbill__reader_took(reader, mbill__node_need(object, key, out, &why), &why);
}

static bool is_known(const char *key, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(keys[i], key) == 0) return true;
    return false;
}

bool mbill__reader_object(mbill__alarms_reader *reader, const mbill__node *node, const char *const *keys, size_t n)
{
    mbill__node member;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_took(reader, mbill__node_object(node, NULL, 0, &why), &why)) return false;
    for (bool more = keys != NULL && mbill__node_first(node, &member); more; more = mbill__node_next(&member)) {
        if (is_known(member.key, keys, n)) continue;
        const char *near = mbill__near(member.key, strlen(member.key), keys, n);
        (void)mbill__node_fail(&member, &why, MBILL_E_UNKNOWN_KEY, "unknown key \"%s\"%s%s%s", member.key,
            near == NULL ? "" : ", did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"");
        mbill__reasons_take(reader->reasons, MBILL_E_UNKNOWN_KEY, &why);
    }
    return true;
}

void *mbill__reader_take(mbill__alarms_reader *reader, size_t count, size_t size)
{
    void *out = mbill__arena_take(&reader->alarms->arena, count == 0 ? 1 : count, size);
    reader->no_memory = reader->no_memory || out == NULL;
    return out;
}

const char *mbill__reader_text(mbill__alarms_reader *reader, const mbill__node *node)
{
    const char *text;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_took(reader, mbill__node_text(node, &text, &why), &why)) return NULL;
    const char *out = mbill__arena_text(&reader->alarms->arena, text, strlen(text));
    reader->no_memory = reader->no_memory || out == NULL;
    return out;
}

void mbill__reader_check(mbill__alarms_reader *reader, const mbill__node *node, const mbill_error *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mbill_error why;
        mbill__node member;
        mbill_error_init(&why);
        const char *name = found[i].path[0] == '/' ? found[i].path + 1 : found[i].path;
        bool there = name[0] != '\0' && mbill__node_get(node, name, &member);
        (void)mbill__node_fail(there ? &member : node, &why, (mbill_status)found[i].status, "%s", found[i].message);
        mbill__reasons_take(reader->reasons, (mbill_status)found[i].status, &why);
    }
}

void mbill__reader_labels(mbill__alarms_reader *reader, const mbill__node *node, mbill_label **out, size_t *out_n)
{
    mbill__node value;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_object(reader, node, NULL, 0)) return;
    mbill_label *labels = mbill__reader_take(reader, mbill__node_count(node), sizeof *labels);
    if (labels == NULL) return;
    *out = labels;
    for (bool more = mbill__node_first(node, &value); more; more = mbill__node_next(&value)) {
        const char *text = mbill__reader_text(reader, &value), *name;
        if (text == NULL || !mbill__reader_took(reader, mbill__node_key_name(&value, &name, &why), &why)) continue;
        name = mbill__arena_text(&reader->alarms->arena, name, strlen(name));
        reader->no_memory = reader->no_memory || name == NULL;
        if (name != NULL) labels[(*out_n)++] = (mbill_label){name, text};
    }
}
