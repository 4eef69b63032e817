/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the types of values that documents hold. Invariant: an output is set only when the value was taken, and a refusal
 * says what was found and what was expected. */
#include "document/item.h"
#include "document/json.h"
#include "document/near.h"
#include "document/utf8.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_MAX 60  /* bytes of a foreign text that a message repeats */
#define LIST_ROOM 180 /* bytes of a message for the words that are allowed */
#define NAME_LEN_MAX 64

static const cJSON *item_of(const mbill__node *node)
{
    return node->item;
}

static int shown(const char *text)
{
    return (int)mbill__utf8_head(text, strlen(text), SHOWN_MAX);
}

static mbill_status refuse_type(const mbill__node *node, const char *expected, mbill_error *err)
{
    const cJSON *item = item_of(node);
    switch (mbill__node_kind(node)) {
    case MBILL__JSON_BOOL:
        return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found %s", expected,
            (item->type & cJSON_True) != 0 ? "true" : "false");
    case MBILL__JSON_WHOLE:
        return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found the number %d", expected, item->valueint);
    case MBILL__JSON_TEXT:
        return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found the text \"%.*s\"", expected,
            shown(item->valuestring), item->valuestring);
    case MBILL__JSON_LIST: return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found a list", expected);
    case MBILL__JSON_OBJECT: return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found an object", expected);
    case MBILL__JSON_NULL: break;
    }
    return mbill__node_fail(node, err, MBILL_E_TYPE, "expected %s, found null", expected);
}

static bool is_one_of(const char *text, const char *const *words, size_t n_words, size_t *out_index)
{
    for (size_t i = 0; i < n_words; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *out_index = i;
        return true;
    }
    return false;
}

static mbill_status refuse_key(const mbill__node *member, const char *const *known_keys, size_t n_known, mbill_error *err)
{
    char list[LIST_ROOM];
    const char *meant = mbill__near(member->key, strlen(member->key), known_keys, n_known);
    if (meant != NULL)
        return mbill__node_fail(member, err, MBILL_E_UNKNOWN_KEY, "unknown key \"%.*s\", did you mean \"%s\"", shown(member->key),
            member->key, meant);
    if (n_known == 0)
        return mbill__node_fail(member, err, MBILL_E_UNKNOWN_KEY, "unknown key \"%.*s\", expected none", shown(member->key),
            member->key);
    mbill__near_list(known_keys, n_known, list, sizeof list);
    return mbill__node_fail(member, err, MBILL_E_UNKNOWN_KEY, "unknown key \"%.*s\", expected one of: %s", shown(member->key),
        member->key, list);
}

mbill_status mbill__node_object(const mbill__node *node, const char *const *known_keys, size_t n_known, mbill_error *err)
{
    mbill__node member;
    size_t place;
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) return refuse_type(node, "an object", err);
    if (known_keys == NULL) return MBILL_OK;
    for (bool more = mbill__node_first(node, &member); more; more = mbill__node_next(&member))
        if (!is_one_of(member.key, known_keys, n_known, &place)) return refuse_key(&member, known_keys, n_known, err);
    return MBILL_OK;
}

mbill_status mbill__node_list(const mbill__node *node, size_t min_count, mbill_error *err)
{
    if (mbill__node_kind(node) != MBILL__JSON_LIST) return refuse_type(node, "a list", err);
    size_t count = mbill__node_count(node);
    if (count >= min_count) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "the list has %zu entries, expected at least %zu", count, min_count);
}

mbill_status mbill__node_text(const mbill__node *node, const char **out, mbill_error *err)
{
    if (mbill__node_kind(node) != MBILL__JSON_TEXT) return refuse_type(node, "text", err);
    *out = item_of(node)->valuestring;
    return MBILL_OK;
}

static bool in_name(char c, bool first)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80) return true;
    return !first && (c == '_' || c == '-' || c == '.');
}

static mbill_status check_name(const mbill__node *node, const char *name, mbill_error *err)
{
    size_t len = strlen(name);
    if (len == 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "name \"\" is empty, expected 1 to %d bytes", NAME_LEN_MAX);
    if (len > NAME_LEN_MAX)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "name \"%.*s...\" has %zu bytes, expected 1 to %d", shown(name), name,
            len, NAME_LEN_MAX);
    for (size_t i = 0; i < len; i++) {
        if (in_name(name[i], i == 0)) continue;
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "name \"%.*s\" has \"%c\" at byte %zu, expected a letter or digit first, then letters, digits, \"_\", \"-\" or \".\"",
            shown(name), name, name[i], i + 1);
    }
    return MBILL_OK;
}

mbill_status mbill__node_name(const mbill__node *node, const char **out, mbill_error *err)
{
    if (mbill__node_kind(node) != MBILL__JSON_TEXT) return refuse_type(node, "a name", err);
    MBILL_TRY(check_name(node, item_of(node)->valuestring, err));
    *out = item_of(node)->valuestring;
    return MBILL_OK;
}

mbill_status mbill__node_key_name(const mbill__node *member, const char **out, mbill_error *err)
{
    MBILL_TRY(check_name(member, member->key, err));
    *out = member->key;
    return MBILL_OK;
}

/* |valueint| < 2^31 by the scan, so that the product stays below 2^31 x 10^9 < 2^62. */
static int64_t scale_up(int value, int32_t scale)
{
    int64_t scaled = value;
    while (scale-- > 0) scaled *= 10;
    return scaled;
}

mbill_status mbill__node_decimal(const mbill__node *node, int32_t scale, int64_t *out, mbill_error *err)
{
    cJSON *item = node->item;
    int64_t value;
    mbill__json_kind kind = mbill__node_kind(node);
    if (scale < 0 || scale > MBILL_SCALE_NANO)
        return mbill__node_fail(node, err, MBILL_E_INTERNAL, "scale %d, expected 0 to 9", (int)scale);
    if (kind == MBILL__JSON_WHOLE) {
        value = scale_up(item->valueint, scale);
    } else if (kind == MBILL__JSON_TEXT) {
        MBILL_TRY(
            mbill__node_place(node, err, mbill_decimal_parse(item->valuestring, strlen(item->valuestring), scale, &value, err)));
    } else {
        return refuse_type(node, "a decimal as text", err);
    }
    item->type |= MBILL__ITEM_DECIMAL;
    *out = value;
    return MBILL_OK;
}

mbill_status mbill__node_need_decimal(const mbill__node *object, const char *key, int32_t scale, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_decimal(&node, scale, out, err);
}

mbill_status mbill__node_whole(const mbill__node *node, int64_t min, int64_t max, int64_t *out, mbill_error *err)
{
    if (mbill__node_kind(node) != MBILL__JSON_WHOLE) return refuse_type(node, "a whole number", err);
    int64_t value = item_of(node)->valueint;
    if (value < min || value > max)
        return mbill__node_fail(node, err, MBILL_E_RANGE, "%lld is not in the range from %lld to %lld", (long long)value,
            (long long)min, (long long)max);
    *out = value;
    return MBILL_OK;
}

mbill_status mbill__node_bool(const mbill__node *node, bool *out, mbill_error *err)
{
    if (mbill__node_kind(node) != MBILL__JSON_BOOL) return refuse_type(node, "true or false", err);
    *out = (item_of(node)->type & cJSON_True) != 0;
    return MBILL_OK;
}

mbill_status mbill__node_need_whole(const mbill__node *object, const char *key, int64_t min, int64_t max, int64_t *out,
    mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_whole(&node, min, max, out, err);
}

mbill_status mbill__node_need_int(const mbill__node *object, const char *key, int32_t min, int32_t max, int32_t *out,
    mbill_error *err)
{
    int64_t value = 0;
    MBILL_TRY(mbill__node_need_whole(object, key, min, max, &value, err));
    *out = (int32_t)value;
    return MBILL_OK;
}

mbill_status mbill__node_word(const mbill__node *node, const char *const *words, size_t n_words, int32_t *out_index,
    mbill_error *err)
{
    char list[LIST_ROOM];
    size_t index;
    if (mbill__node_kind(node) != MBILL__JSON_TEXT) return refuse_type(node, "text", err);
    const char *text = item_of(node)->valuestring;
    if (is_one_of(text, words, n_words, &index)) {
        *out_index = (int32_t)index;
        return MBILL_OK;
    }
    mbill__near_list(words, n_words, list, sizeof list);
    return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%.*s\" is not one of: %s", shown(text), text, list);
}

mbill_status mbill__node_need_word(const mbill__node *object, const char *key, const char *const *words, size_t n_words,
    int32_t *out_index, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_word(&node, words, n_words, out_index, err);
}

mbill_status mbill__node_instant(const mbill__node *node, int64_t *out_utc_s, mbill_error *err)
{
    enum { LOCAL_MINUTES = 16 };
    const char *text = NULL;
    MBILL_TRY(mbill__node_text(node, &text, err));
    MBILL_TRY(mbill__node_place(node, err, mbill_time_parse(text, strlen(text), NULL, out_utc_s, err)));
    /* after "2026-07-15T17:00" there is a sign or a Z */
    const char *rest = strlen(text) > LOCAL_MINUTES ? text + LOCAL_MINUTES : "";
    if (strchr(rest, '+') != NULL || strchr(rest, '-') != NULL || strchr(rest, 'Z') != NULL) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
        "\"%s\" does not say its offset from UTC; expected one such as \"2026-07-15T17:00:00+08:00\"", text);
}
