/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "operations". Changes when that form does. Everything read lives in one arena, so that the JSON document can go. */
#include "meterbill/operations.h"

#include "base/memory.h"
#include "document/json.h"
#include "ledger/operation_read.h"
#include "ledger/policy_read.h"
#include "ledger/question_read.h"
#include "ledger/words.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct mbill_operations {
    mbill__arena arena;
    mbill__named_policy *policies;
    size_t n_policies;
    mbill_operation_batch *batches;
    size_t n_batches;
};

static mbill_status take(mbill_operations *operations, size_t count, size_t size, void **out, mbill_error *err)
{
    *out = count == 0 ? NULL : mbill__arena_take(&operations->arena, count, size);
    if (count == 0 || *out != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the operations could not be allocated");
}

static mbill_status read_policies(mbill_operations *operations, const mbill__node *root, mbill_error *err)
{
    mbill__node object, node;
    void *room;
    if (!mbill__node_get(root, "policies", &object)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&object, NULL, 0, err));
    MBILL_TRY(take(operations, mbill__node_count(&object), sizeof *operations->policies, &room, err));
    operations->policies = room;
    for (bool more = mbill__node_first(&object, &node); more; more = mbill__node_next(&node)) {
        mbill__named_policy *policy = &operations->policies[operations->n_policies];
        MBILL_TRY(mbill__node_key_name(&node, &policy->name, err));
        MBILL_TRY(mbill__policy_read(&node, &policy->policy, err));
        policy->name = mbill__arena_text(&operations->arena, policy->name, strlen(policy->name));
        if (policy->name == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a name could not be allocated");
        operations->n_policies++;
    }
    return MBILL_OK;
}

static mbill_status read_batch_operations(mbill_operations *operations, const mbill__node *list, mbill_operation_batch *out,
    mbill_error *err)
{
    mbill__node node;
    void *room;
    MBILL_TRY(mbill__node_list(list, 0, err));
    MBILL_TRY(take(operations, mbill__node_count(list), sizeof *out->operations, &room, err));
    mbill_operation *all = room;
    out->operations = all;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__operation_read(&node, operations->policies, operations->n_policies, &all[out->n_operations++], err));
    return MBILL_OK;
}

static mbill_status read_questions(mbill_operations *operations, const mbill__node *list, mbill_operation_batch *out,
    mbill_error *err)
{
    mbill__node node;
    void *room;
    MBILL_TRY(mbill__node_list(list, 0, err));
    MBILL_TRY(take(operations, mbill__node_count(list), sizeof *out->questions, &room, err));
    mbill_supply_question *all = room;
    out->questions = all;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__question_read(&node, &operations->arena, &all[out->n_questions++], err));
    return MBILL_OK;
}

static mbill_status read_batch(mbill_operations *operations, const mbill__node *node, mbill_operation_batch *out,
    mbill_error *err)
{
    static const char *const keys[] = {"at", "operations", "supply"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "at", &part, err));
    MBILL_TRY(mbill__node_instant(&part, &out->at_utc_s, err));
    MBILL_TRY(mbill__node_need(node, "operations", &part, err));
    MBILL_TRY(read_batch_operations(operations, &part, out, err));
    return mbill__node_get(node, "supply", &part) ? read_questions(operations, &part, out, err) : MBILL_OK;
}

static mbill_status read_document(mbill__json *document, int32_t kind, mbill_operations *operations, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "policies", "batches"};
    mbill__node root = mbill__json_root(document), list, node;
    void *room;
    (void)kind; /* each operation of a document says it */
    MBILL_TRY(mbill__json_header(&root, "operations", false, err));
    MBILL_TRY(mbill__node_object(&root, keys, COUNT(keys), err));
    MBILL_TRY(read_policies(operations, &root, err));
    MBILL_TRY(mbill__node_need(&root, "batches", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    MBILL_TRY(take(operations, mbill__node_count(&list), sizeof *operations->batches, &room, err));
    operations->batches = room;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_batch(operations, &node, &operations->batches[operations->n_batches++], err));
    return MBILL_OK;
}

/* A batch of one operation, or of none, from {"at": …, "id": …, "do": …, …}. */
static mbill_status read_line(mbill__json *document, int32_t kind, mbill_operations *operations, mbill_error *err)
{
    static const char *const tick[] = {"at", "supply"};
    mbill__node root = mbill__json_root(document), part;
    void *room, *policy;
    if (kind < 0 || kind > MBILL__N_KINDS)
        return mbill__fail(err, MBILL_E_MISUSE, "kind is %d, expected 0 to %d", (int)kind, MBILL__N_KINDS);
    MBILL_TRY(take(operations, 1, sizeof *operations->batches, &room, err));
    mbill_operation_batch *batch = operations->batches = room;
    operations->n_batches = 1;
    batch->at_utc_s = MBILL_AT_UNSAID;
    if (mbill__node_get(&root, "at", &part)) MBILL_TRY(mbill__node_instant(&part, &batch->at_utc_s, err));
    if (mbill__node_get(&root, "supply", &part)) MBILL_TRY(read_questions(operations, &part, batch, err));
    if (batch->at_utc_s != MBILL_AT_UNSAID && !mbill__node_get(&root, "id", &part) && !mbill__node_get(&root, "do", &part))
        return mbill__node_object(&root, tick, COUNT(tick), err);
    MBILL_TRY(take(operations, 1, sizeof *batch->operations, &room, err));
    MBILL_TRY(take(operations, 1, sizeof(mbill_policy), &policy, err));
    batch->operations = room;
    batch->n_operations = 1;
    return mbill__operation_read_alone(&root, kind, policy, room, err);
}

typedef mbill_status (*read_form)(mbill__json *document, int32_t kind, mbill_operations *operations, mbill_error *err);

static mbill_status read_as(read_form form, int32_t kind, const char *json, size_t len, const mbill_allocator *allocator,
    mbill_operations **out_operations, mbill_error *err)
{
    mbill_allocator memory;
    mbill__json *document;
    MBILL__NEED(out_operations);
    *out_operations = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_operations *operations = mbill__alloc(&memory, sizeof *operations);
    mbill_status status = MBILL_OK;
    if (operations == NULL) status = mbill__fail(err, MBILL_E_NOMEM, "memory for the operations could not be allocated");
    if (status == MBILL_OK) {
        mbill__arena_start(&operations->arena, &memory);
        status = form(document, kind, operations, err);
    }
    mbill__json_free(document);
    if (status != MBILL_OK) {
        mbill_operations_free(operations);
        return status;
    }
    *out_operations = operations;
    return MBILL_OK;
}

mbill_status mbill_operations_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_operations **out_operations, mbill_error *err)
{
    return read_as(read_document, 0, json, len, allocator, out_operations, err);
}

mbill_status mbill_operations_read_line(const char *json, size_t len, int32_t kind, const mbill_allocator *allocator,
    mbill_operations **out_operations, mbill_error *err)
{
    return read_as(read_line, kind, json, len, allocator, out_operations, err);
}

mbill_status mbill_policy_read(const char *json, size_t len, mbill_policy *out_policy, mbill_error *err)
{
    mbill__json *document;
    mbill_policy policy;
    MBILL__NEED(out_policy);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, NULL, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = mbill__policy_read(&root, &policy, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_policy = policy;
    return status;
}

void mbill_operations_free(mbill_operations *operations)
{
    if (operations == NULL) return;
    mbill_allocator memory = operations->arena.allocator;
    mbill__arena_free(&operations->arena);
    mbill__release(&memory, operations, sizeof *operations);
}

const mbill_operation_batch *mbill_operations_batches(const mbill_operations *operations, size_t *out_n)
{
    *out_n = operations->n_batches;
    return operations->batches;
}

const char *mbill_operation_field_name(int32_t field)
{
    return field >= 1 && field <= MBILL__N_FIELDS ? mbill__field_words[field - 1] : "unknown";
}
