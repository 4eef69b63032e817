/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "places": the tree, and what stands in it. Changes when that form does. Everything read lives in one arena. */
#include "meterbill/place.h"

#include "base/memory.h"
#include "document/json.h"
#include "operate/selection.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct mbill_places {
    mbill__arena arena;
    mbill_place_entry *entries;
    size_t n_entries;
};

/* A list of the document: its entries' keys, first the one that names them. */
typedef struct list_form {
    const char *name;
    const char *keys[5];
    size_t n_keys;
    const char *kind; /* key of a name that must be there; NULL: none */
    const char *in;   /* key of the place; NULL: none */
} list_form;

static const list_form FORMS[] = {
    {"places", {"id", "kind", "in", "title", "tags"}, 5, "kind", "in"},
    {"accounts", {"id", "at", "tags"}, 3, NULL, "at"},
    {"meters", {"id", "at", "behind"}, 3, NULL, "at"},
    {"utilities", {"tariff", "utility"}, 2, "utility", NULL},
};

_Static_assert(MBILL_PLACE_LIST_PLACES == 1 && MBILL_PLACE_LIST_UTILITIES == COUNT(FORMS), "a form for each list");

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the places could not be allocated");
}

static mbill_status keep_text(mbill_places *places, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(&places->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status need_name(mbill_places *places, const mbill__node *object, const char *key, const char **out,
    mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_name(&node, &text, err));
    return keep_text(places, text, out, err);
}

/* A name that may be null: something other than the entry itself. */
static mbill_status read_other(mbill_places *places, const mbill__node *object, const char *key, uint32_t says,
    mbill_place_entry *entry, const char **out, mbill_error *err)
{
    mbill__node node;
    if (key == NULL || !mbill__node_get(object, key, &node)) return MBILL_OK;
    entry->says |= says;
    if (mbill__node_kind(&node) == MBILL__JSON_NULL) return MBILL_OK;
    MBILL_TRY(need_name(places, object, key, out, err));
    bool own = (entry->list == MBILL_PLACE_LIST_PLACES || says == MBILL_PLACE_SAYS_BEHIND) && strcmp(*out, entry->id) == 0;
    if (!own) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"%s\" is %s itself, expected another one", entry->id, key);
}

static mbill_status read_rest(mbill_places *places, const mbill__node *node, mbill_place_entry *entry, mbill_error *err)
{
    mbill__node member;
    const char *text;
    if (mbill__node_get(node, "title", &member)) {
        MBILL_TRY(mbill__node_text(&member, &text, err));
        MBILL_TRY(keep_text(places, text, &entry->title, err));
        entry->says |= MBILL_PLACE_SAYS_TITLE;
    }
    if (!mbill__node_get(node, "tags", &member)) return MBILL_OK;
    entry->says |= MBILL_PLACE_SAYS_TAGS;
    return mbill__names_read(&member, &places->arena, &entry->tags, &entry->n_tags, err);
}

static mbill_status read_entry(mbill_places *places, const mbill__node *node, int32_t list, mbill_place_entry *entry,
    mbill_error *err)
{
    const list_form *form = &FORMS[list - 1];
    entry->list = list;
    MBILL_TRY(mbill__node_object(node, form->keys, form->n_keys, err));
    MBILL_TRY(need_name(places, node, form->keys[0], &entry->id, err));
    if (form->kind != NULL) MBILL_TRY(need_name(places, node, form->kind, &entry->kind, err));
    MBILL_TRY(read_other(places, node, form->in, MBILL_PLACE_SAYS_IN, entry, &entry->in, err));
    MBILL_TRY(read_other(places, node, "behind", MBILL_PLACE_SAYS_BEHIND, entry, &entry->behind, err));
    return read_rest(places, node, entry, err);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static mbill_status refuse_doubles(mbill_places *places, const mbill__node *list, const mbill_place_entry *entries, size_t n,
    mbill_error *err)
{
    const char **ids = mbill__arena_take(&places->arena, n + 1, sizeof *ids);
    if (ids == NULL) return no_memory(err);
    for (size_t i = 0; i < n; i++) ids[i] = entries[i].id;
    qsort(ids, n, sizeof *ids, by_id);
    for (size_t i = 1; i < n; i++)
        if (strcmp(ids[i - 1], ids[i]) == 0)
            return mbill__node_fail(list, err, MBILL_E_INVALID, "\"%s\" stands twice, expected each entry once", ids[i]);
    return MBILL_OK;
}

static mbill_status read_list(mbill_places *places, const mbill__node *list, int32_t number, mbill_error *err)
{
    mbill__node node;
    mbill_place_entry *first = &places->entries[places->n_entries];
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_entry(places, &node, number, &places->entries[places->n_entries], err));
        places->n_entries++;
    }
    return refuse_doubles(places, list, first, (size_t)(&places->entries[places->n_entries] - first), err);
}

static mbill_status read_document(mbill__json *document, mbill_places *places, mbill_error *err)
{
    static const char *const KEYS[] = {"meterbill", "kind", "places", "accounts", "meters", "utilities"};
    mbill__node root = mbill__json_root(document), list;
    size_t n = 0;
    MBILL_TRY(mbill__json_header(&root, "places", false, err));
    MBILL_TRY(mbill__node_object(&root, KEYS, COUNT(KEYS), err));
    for (size_t i = 0; i < COUNT(FORMS); i++) {
        if (!mbill__node_get(&root, FORMS[i].name, &list)) continue;
        MBILL_TRY(mbill__node_list(&list, 0, err));
        n += mbill__node_count(&list);
    }
    places->entries = mbill__arena_take(&places->arena, n + 1, sizeof *places->entries);
    if (places->entries == NULL) return no_memory(err);
    for (size_t i = 0; i < COUNT(FORMS); i++)
        if (mbill__node_get(&root, FORMS[i].name, &list)) MBILL_TRY(read_list(places, &list, (int32_t)i + 1, err));
    return MBILL_OK;
}

mbill_status mbill_places_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_places **out_places,
    mbill_error *err)
{
    MBILL__NEED(out_places);
    *out_places = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    mbill_allocator memory;
    mbill__json *document;
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_places *places = mbill__alloc(&memory, sizeof *places);
    mbill_status status = places == NULL ? no_memory(err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&places->arena, &memory);
        status = read_document(document, places, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_places = places;
    else mbill_places_free(places);
    return status;
}

void mbill_places_free(mbill_places *places)
{
    if (places == NULL) return;
    mbill_allocator memory = places->arena.allocator;
    mbill__arena_free(&places->arena);
    mbill__release(&memory, places, sizeof *places);
}

const mbill_place_entry *mbill_places_entries(const mbill_places *places, size_t *out_n)
{
    *out_n = places->n_entries;
    return places->n_entries > 0 ? places->entries : NULL;
}
