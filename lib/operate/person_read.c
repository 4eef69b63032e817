/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "people". Changes when that form does. Everything read lives in one arena. No message says a value: it is somebody's. */
#include "meterbill/person.h"

#include "base/memory.h"
#include "document/json.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct mbill_people {
    mbill__arena arena;
    mbill_person_field *fields;
    size_t n_fields;
};

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the people could not be allocated");
}

static mbill_status keep_text(mbill_people *people, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(&people->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status read_value(mbill_people *people, const mbill__node *node, const char **out, mbill_error *err)
{
    const char *text;
    if (mbill__node_kind(node) == MBILL__JSON_NULL) return MBILL_OK;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strlen(text);
    if (len == 0 || len > MBILL_PERSON_VALUE_MAX)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "the value has %zu bytes, expected 1 to %d, or null", len,
            MBILL_PERSON_VALUE_MAX);
    return keep_text(people, text, out, err);
}

static mbill_status read_person(mbill_people *people, const mbill__node *person, const char **out_account, mbill_error *err)
{
    static const char *const KEYS[] = {"account", "fields"};
    mbill__node account, fields, node;
    const char *text;
    MBILL_TRY(mbill__node_object(person, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(person, "account", &account, err));
    MBILL_TRY(mbill__node_name(&account, &text, err));
    MBILL_TRY(keep_text(people, text, out_account, err));
    MBILL_TRY(mbill__node_need(person, "fields", &fields, err));
    MBILL_TRY(mbill__node_object(&fields, NULL, 0, err));
    for (bool more = mbill__node_first(&fields, &node); more; more = mbill__node_next(&node)) {
        mbill_person_field *field = &people->fields[people->n_fields];
        field->account = *out_account;
        MBILL_TRY(mbill__node_key_name(&node, &text, err));
        MBILL_TRY(keep_text(people, text, &field->name, err));
        MBILL_TRY(read_value(people, &node, &field->value, err));
        people->n_fields++;
    }
    return MBILL_OK;
}

static size_t count_fields(const mbill__node *list)
{
    mbill__node person, fields;
    size_t n = 0;
    for (bool more = mbill__node_first(list, &person); more; more = mbill__node_next(&person))
        if (mbill__node_get(&person, "fields", &fields)) n += mbill__node_count(&fields);
    return n;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static mbill_status read_list(mbill_people *people, const mbill__node *list, mbill_error *err)
{
    mbill__node node;
    size_t n = 0;
    const char **accounts = mbill__arena_take(&people->arena, mbill__node_count(list) + 1, sizeof *accounts);
    people->fields = mbill__arena_take(&people->arena, count_fields(list) + 1, sizeof *people->fields);
    if (accounts == NULL || people->fields == NULL) return no_memory(err);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_person(people, &node, &accounts[n++], err));
    qsort(accounts, n, sizeof *accounts, by_id);
    for (size_t i = 1; i < n; i++)
        if (strcmp(accounts[i - 1], accounts[i]) == 0)
            return mbill__node_fail(list, err, MBILL_E_INVALID, "account \"%s\" stands twice, expected each once", accounts[i]);
    return MBILL_OK;
}

static mbill_status read_document(mbill__json *document, mbill_people *people, mbill_error *err)
{
    static const char *const KEYS[] = {"meterbill", "kind", "people"};
    mbill__node root = mbill__json_root(document), list;
    MBILL_TRY(mbill__json_header(&root, "people", false, err));
    MBILL_TRY(mbill__node_object(&root, KEYS, COUNT(KEYS), err));
    MBILL_TRY(mbill__node_need(&root, "people", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    return read_list(people, &list, err);
}

mbill_status mbill_people_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_people **out_people,
    mbill_error *err)
{
    MBILL__NEED(out_people);
    *out_people = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    mbill_allocator memory;
    mbill__json *document;
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_people *people = mbill__alloc(&memory, sizeof *people);
    mbill_status status = people == NULL ? no_memory(err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&people->arena, &memory);
        status = read_document(document, people, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_people = people;
    else mbill_people_free(people);
    return status;
}

void mbill_people_free(mbill_people *people)
{
    if (people == NULL) return;
    mbill_allocator memory = people->arena.allocator;
    mbill__arena_free(&people->arena);
    mbill__release(&memory, people, sizeof *people);
}

const mbill_person_field *mbill_people_fields(const mbill_people *people, size_t *out_n)
{
    *out_n = people->n_fields;
    return people->n_fields > 0 ? people->fields : NULL;
}
