/* SPDX-License-Identifier: Apache-2.0 */
/* An answer that somebody claims, against the split as it is: what it says is compared value by value, parts and nodes by their keys. Changes when
 * another claim may be made. */
#include "apportion/heap.h"
#include "apportion/number_read.h"
#include "apportion/split.h"
#include "document/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Whose value is compared: "share 12", or nothing. */
typedef struct subject {
    const char *what; /* NULL: the whole */
    uint64_t key;
} subject;

/* The entries of a list of ours in the order of their keys. */
typedef struct keyed {
    const mbill_allocator *memory;
    size_t n;
    mbill__node *entries;
    uint64_t *keys, *ranked;
    uint8_t *seen;
} keyed;

/* ---- single values ---- */

typedef struct shown {
    char text[96];
} shown;

/* "7.50" is "7.5", and "7.0" is "7". */
static void trim(char *text)
{
    size_t len = strlen(text);
    if (strchr(text, '.') == NULL || strspn(text, "-.0123456789") != len) return;
    while (text[len - 1] == '0') text[--len] = '\0';
    if (text[len - 1] == '.') text[--len] = '\0';
    if (strcmp(text, "-0") == 0) memcpy(text, "0", 2);
}

static shown show(const mbill__node *node)
{
    shown out = {"null"};
    const char *text;
    int64_t whole;
    bool truth;
    if (mbill__node_text(node, &text, NULL) == MBILL_OK) (void)snprintf(out.text, sizeof out.text, "%.80s", text);
    else if (mbill__node_whole(node, INT32_MIN, INT32_MAX, &whole, NULL) == MBILL_OK)
        (void)snprintf(out.text, sizeof out.text, "%" PRId64, whole);
    else if (mbill__node_bool(node, &truth, NULL) == MBILL_OK)
        (void)snprintf(out.text, sizeof out.text, "%s", truth ? "true" : "false");
    trim(out.text);
    return out;
}

static bool is_same_text(const mbill__node *ours, const mbill__node *claimed)
{
    const char *a, *b;
    bool texts = mbill__node_text(ours, &a, NULL) == MBILL_OK && mbill__node_text(claimed, &b, NULL) == MBILL_OK;
    return texts && strcmp(a, b) == 0;
}

static bool is_single(const mbill__node *node)
{
    return mbill__node_kind(node) != MBILL__JSON_LIST && mbill__node_kind(node) != MBILL__JSON_OBJECT;
}

static const char *name_of(const mbill__node *node)
{
    while (node->key == NULL && node->parent != NULL) node = node->parent;
    return node->key != NULL ? node->key : "it";
}

static mbill_status refuse(const mbill__node *claimed, const subject *of, const char *found, const char *expected,
    mbill_error *err)
{
    if (of->what == NULL)
        return mbill__node_fail(claimed, err, MBILL_E_INVALID, "%.40s is %s, expected %s", name_of(claimed), found, expected);
    return mbill__node_fail(claimed, err, MBILL_E_INVALID, "%s %" PRIu64 ": %.40s is %s, expected %s", of->what, of->key,
        name_of(claimed), found, expected);
}

static mbill_status compare_single(const mbill__node *ours, const mbill__node *claimed, const subject *of, mbill_error *err)
{
    const shown expected = show(ours), found = show(claimed);
    if (!is_single(claimed)) return refuse(claimed, of, "more than one value", expected.text, err);
    const bool cut = strlen(found.text) >= 80; /* a long name: by all its bytes */
    if (is_same_text(ours, claimed) || (!cut && strcmp(expected.text, found.text) == 0)) return MBILL_OK;
    return refuse(claimed, of, found.text, expected.text, err);
}

/* ---- lists with keys ---- */

static bool ranks_later(const void *context, uint64_t a, uint64_t b)
{
    const uint64_t *keys = context;
    return keys[a] > keys[b];
}

static mbill_status read_key(const mbill__node *entry, uint64_t *out, mbill_error *err)
{
    mbill__node key;
    MBILL_TRY(mbill__node_object(entry, NULL, 0, err));
    MBILL_TRY(mbill__node_need(entry, "key", &key, err));
    return mbill__natural_read(&key, 0, "key", out, err);
}

static void keyed_free(keyed *list)
{
    mbill__release(list->memory, list->entries, list->n * sizeof *list->entries);
    mbill__release(list->memory, list->keys, list->n * sizeof *list->keys);
    mbill__release(list->memory, list->ranked, list->n * sizeof *list->ranked);
    mbill__release(list->memory, list->seen, list->n);
}

static mbill_status keyed_of(const mbill__node *ours, keyed *list, mbill_error *err)
{
    mbill__node entry;
    size_t i = 0;
    list->n = mbill__node_count(ours);
    list->entries = mbill__alloc_array(list->memory, list->n, sizeof *list->entries);
    list->keys = mbill__alloc_array(list->memory, list->n, sizeof *list->keys);
    list->ranked = mbill__alloc_array(list->memory, list->n, sizeof *list->ranked);
    list->seen = mbill__alloc_array(list->memory, list->n, 1);
    if (list->entries == NULL || list->keys == NULL || list->ranked == NULL || list->seen == NULL)
        return mbill__split_no_memory(err);
    for (bool more = mbill__node_first(ours, &entry); more; more = mbill__node_next(&entry), i++) {
        list->entries[i] = entry;
        list->ranked[i] = i;
        MBILL_TRY(read_key(&entry, &list->keys[i], err));
    }
    mbill__heap_sort_down(list->ranked, list->n, ranks_later, list->keys);
    return MBILL_OK;
}

/* The place of a key in our list; n: it is not there. */
static size_t find(const keyed *list, uint64_t key)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->keys[list->ranked[middle]] < key) low = middle + 1;
        else high = middle;
    }
    return low < list->n && list->keys[list->ranked[low]] == key ? (size_t)list->ranked[low] : list->n;
}

static mbill_status compare(const mbill__node *ours, const mbill__node *claimed, const subject *of, const mbill_allocator *memory,
    mbill_error *err);

/* Each entry that is claimed, once, and none is left out. */
static mbill_status compare_entries(const mbill__node *claimed, const char *what, keyed *list, mbill_error *err)
{
    mbill__node entry;
    for (bool more = mbill__node_first(claimed, &entry); more; more = mbill__node_next(&entry)) {
        subject of = {what, 0};
        MBILL_TRY(read_key(&entry, &of.key, err));
        const size_t at = find(list, of.key);
        if (at == list->n) return mbill__node_fail(&entry, err, MBILL_E_NOT_FOUND, "the split has no %s %" PRIu64, what, of.key);
        if (list->seen[at] != 0)
            return mbill__node_fail(&entry, err, MBILL_E_DUPLICATE_KEY, "%s %" PRIu64 " stands twice", what, of.key);
        list->seen[at] = 1;
        MBILL_TRY(compare(&list->entries[at], &entry, &of, list->memory, err));
    }
    for (size_t i = 0; i < list->n; i++)
        if (list->seen[i] == 0)
            return mbill__node_fail(claimed, err, MBILL_E_MISSING_KEY, "%s %" PRIu64 " is left out", what, list->keys[i]);
    return MBILL_OK;
}

static mbill_status compare_keyed(const mbill__node *ours, const mbill__node *claimed, const char *what,
    const mbill_allocator *memory, mbill_error *err)
{
    keyed list = {.memory = memory};
    MBILL_TRY(mbill__node_list(claimed, 0, err));
    mbill_status status = keyed_of(ours, &list, err);
    if (status == MBILL_OK) status = compare_entries(claimed, what, &list, err);
    keyed_free(&list);
    return status;
}

/* ---- the rest ---- */

static mbill_status compare_list(const mbill__node *ours, const mbill__node *claimed, const subject *of,
    const mbill_allocator *memory, mbill_error *err)
{
    mbill__node mine, entry;
    MBILL_TRY(mbill__node_list(claimed, 0, err));
    const size_t n = mbill__node_count(ours), found = mbill__node_count(claimed);
    if (n != found) return mbill__node_fail(claimed, err, MBILL_E_INVALID, "the list has %zu entries, expected %zu", found, n);
    bool more = mbill__node_first(ours, &mine) && mbill__node_first(claimed, &entry);
    for (; more; more = mbill__node_next(&mine) && mbill__node_next(&entry)) MBILL_TRY(compare(&mine, &entry, of, memory, err));
    return MBILL_OK;
}

/* What is left out of an object is not claimed; but an amount is what it is about. */
static mbill_status compare_object(const mbill__node *ours, const mbill__node *claimed, const subject *of,
    const mbill_allocator *memory, mbill_error *err)
{
    mbill__node mine, member;
    MBILL_TRY(mbill__node_object(claimed, NULL, 0, err));
    if (mbill__node_get(ours, "amount", &mine)) MBILL_TRY(mbill__node_need(claimed, "amount", &member, err));
    for (bool more = mbill__node_first(claimed, &member); more; more = mbill__node_next(&member)) {
        if (!mbill__node_get(ours, member.key, &mine))
            return mbill__node_fail(&member, err, MBILL_E_UNKNOWN_KEY, "the split has no \"%.60s\" here", member.key);
        MBILL_TRY(compare(&mine, &member, of, memory, err));
    }
    return MBILL_OK;
}

static mbill_status compare(const mbill__node *ours, const mbill__node *claimed, const subject *of, const mbill_allocator *memory,
    mbill_error *err)
{
    if (is_single(ours)) return compare_single(ours, claimed, of, err);
    if (mbill__node_kind(ours) == MBILL__JSON_OBJECT) return compare_object(ours, claimed, of, memory, err);
    if (of->what == NULL && strcmp(name_of(ours), "parts") == 0) return compare_keyed(ours, claimed, "share", memory, err);
    if (of->what == NULL && strcmp(name_of(ours), "nodes") == 0) return compare_keyed(ours, claimed, "node", memory, err);
    return compare_list(ours, claimed, of, memory, err);
}

static mbill_status compare_documents(const mbill__node *ours, const mbill__node *claimed, const mbill_allocator *memory,
    mbill_error *err)
{
    static const char *const needed[] = {"total", "parts", "residual"};
    const subject whole = {NULL, 0};
    mbill__node part;
    MBILL_TRY(mbill__node_object(claimed, NULL, 0, err));
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) MBILL_TRY(mbill__node_need(claimed, needed[i], &part, err));
    return compare(ours, claimed, &whole, memory, err);
}

mbill_status mbill_split_verify(const mbill_split *split, const char *json, size_t len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    mbill__json *ours = NULL, *claimed = NULL;
    MBILL__NEED(split);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    const mbill_allocator *memory = &split->arena.allocator;
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, memory, &claimed, err));
    mbill__buffer_start(&buffer, memory);
    mbill__write_start(&writer, &buffer, false);
    mbill__split_print(split, &writer);
    mbill_status status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__json_read(buffer.data, buffer.len, memory, &ours, err);
    if (status == MBILL_OK) {
        const mbill__node root = mbill__json_root(ours), theirs = mbill__json_root(claimed);
        status = compare_documents(&root, &theirs, memory, err);
    }
    mbill__json_free(ours);
    mbill__json_free(claimed);
    mbill__buffer_free(&buffer);
    return status;
}
