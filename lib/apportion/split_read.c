/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "split". Changes when that form does. */
#include "apportion/apportion.h"
#include "apportion/number_read.h"
#include "apportion/split.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const method_words[] = {"largest_remainder", "webster", "half_up_each", "floor_each", "first", "absorb"};
static const char *const zero_words[] = {"error", "equal", "fallback", "owner"};

void *mbill__split_take(mbill_split *split, size_t count, size_t size)
{
    return mbill__arena_take(&split->arena, count == 0 ? 1 : count, size);
}

mbill_status mbill__split_no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the split could not be allocated");
}

static mbill_status read_header(const mbill__node *root, mbill_error *err)
{
    mbill__node part;
    if (!mbill__node_get(root, "meterbill", &part) && !mbill__node_get(root, "kind", &part)) return MBILL_OK;
    return mbill__json_header(root, "split", false, err);
}

/* The scale of all amounts is that of the total as it is written and of the step. */
static mbill_status read_amounts(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node total, step;
    MBILL_TRY(mbill__node_need(root, "total", &total, err));
    bool stepped = mbill__node_get(root, "step", &step);
    split->scale = stepped ? mbill__places_needed(&total) : mbill__places_written(&total);
    if (stepped && mbill__places_needed(&step) > split->scale) split->scale = mbill__places_needed(&step);
    MBILL_TRY(mbill__node_decimal(&total, split->scale, &split->total, err));
    split->options.step = 1;
    if (!stepped) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&step, split->scale, &split->options.step, err));
    if (split->options.step > 0) return MBILL_OK;
    return mbill__node_fail(&step, err, MBILL_E_INVALID, "the step is not above 0");
}

static mbill_status read_options(const mbill__node *root, mbill_apportion_options *out, mbill_error *err)
{
    mbill__node part;
    out->struct_size = (uint32_t)sizeof *out;
    out->flags = MBILL_APPORTION_CHECK_KEYS;
    if (mbill__node_get(root, "method", &part))
        MBILL_TRY(mbill__node_word(&part, method_words, COUNT(method_words), &out->method, err));
    if (mbill__node_get(root, "zero_policy", &part))
        MBILL_TRY(mbill__node_word(&part, zero_words, COUNT(zero_words), &out->zero_policy, err));
    if (mbill__node_get(root, "tie_salt", &part)) MBILL_TRY(mbill__natural_read(&part, 0, "tie_salt", &out->tie_salt, err));
    bool absorbs = out->method == MBILL_APPORTION_ABSORB;
    if (mbill__node_get(root, "absorb_key", &part)) {
        if (!absorbs) return mbill__node_fail(&part, err, MBILL_E_INVALID, "absorb_key belongs to the method \"absorb\" alone");
        return mbill__natural_read(&part, 0, "absorb_key", &out->absorb_key, err);
    }
    return absorbs ? mbill__node_need(root, "absorb_key", &part, err) : MBILL_OK;
}

static mbill_status read_name(const mbill__node *share, mbill_split *split, const char **out, mbill_error *err)
{
    mbill__node part;
    const char *text;
    if (!mbill__node_get(share, "name", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&part, &text, err));
    *out = mbill__arena_text(&split->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : mbill__split_no_memory(err);
}

typedef struct places {
    int32_t weight, fallback;
} places;

static mbill_status read_share(const mbill__node *node, places scales, mbill_split *split, uint64_t *fallback, size_t i,
    mbill_error *err)
{
    static const char *const keys[] = {"key", "weight", "fallback_weight", "name"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "key", &part, err));
    MBILL_TRY(mbill__natural_read(&part, 0, "key", &split->shares[i].key, err));
    MBILL_TRY(mbill__node_need(node, "weight", &part, err));
    MBILL_TRY(mbill__natural_read(&part, scales.weight, "weight", &split->shares[i].weight, err));
    if (fallback != NULL) {
        MBILL_TRY(mbill__node_need(node, "fallback_weight", &part, err));
        MBILL_TRY(mbill__natural_read(&part, scales.fallback, "fallback_weight", &fallback[i], err));
    } else if (mbill__node_get(node, "fallback_weight", &part)) {
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "fallback_weight belongs to the zero_policy \"fallback\" alone");
    }
    return read_name(node, split, &split->names[i], err);
}

static mbill_status read_shares(const mbill__node *list, mbill_split *split, mbill_error *err)
{
    mbill__node node;
    uint64_t *fallback = NULL;
    size_t i = 0;
    MBILL_TRY(mbill__node_list(list, 0, err));
    split->n = mbill__node_count(list);
    split->shares = mbill__split_take(split, split->n, sizeof *split->shares);
    split->names = mbill__split_take(split, split->n, sizeof *split->names);
    if (split->shares == NULL || split->names == NULL) return mbill__split_no_memory(err);
    if (split->options.zero_policy == MBILL_ZERO_FALLBACK) {
        fallback = mbill__split_take(split, split->n, sizeof *fallback);
        if (fallback == NULL) return mbill__split_no_memory(err);
    }
    const places scales = {mbill__places_of_member(list, "weight"), mbill__places_of_member(list, "fallback_weight")};
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_share(&node, scales, split, fallback, i++, err));
    split->options.fallback_weights = fallback;
    return MBILL_OK;
}

/* A refusal of share number err->index stands at that share. */
static mbill_status place_share(const mbill__node *list, mbill_error *err, mbill_status status)
{
    mbill__node node;
    bool more = err != NULL && err->index >= 0 && mbill__node_first(list, &node);
    while (more && (int64_t)node.index < err->index) more = mbill__node_next(&node);
    return mbill__node_place(more ? &node : list, err, status);
}

static mbill_status make(const mbill__node *list, mbill_split *split, mbill_error *err)
{
    int64_t *amounts = mbill__split_take(split, split->n, sizeof *amounts);
    void *scratch = mbill__split_take(split, split->n, mbill_apportion_scratch_size(1));
    mbill_error local;
    if (err == NULL) {
        mbill_error_init(&local);
        err = &local;
    }
    split->parts = mbill__split_take(split, split->n, sizeof *split->parts);
    if (amounts == NULL || scratch == NULL || split->parts == NULL) return mbill__split_no_memory(err);
    mbill_status status = mbill_apportion(split->total, split->shares, split->n, &split->options, scratch, amounts,
        &split->residual, err);
    if (status != MBILL_OK) return place_share(list, err, status);
    for (size_t i = 0; i < split->n; i++) split->parts[i] = (mbill_split_part){split->shares[i].key, amounts[i]};
    return MBILL_OK;
}

static mbill_status read_document(mbill__json *document, mbill_split *split, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "total", "step", "method", "zero_policy", "tie_salt", "absorb_key",
        "shares"};
    mbill__node root = mbill__json_root(document), list;
    MBILL_TRY(mbill__node_object(&root, NULL, 0, err));
    MBILL_TRY(read_header(&root, err));
    MBILL_TRY(mbill__node_object(&root, keys, COUNT(keys), err));
    MBILL_TRY(read_amounts(&root, split, err));
    MBILL_TRY(read_options(&root, &split->options, err));
    MBILL_TRY(mbill__node_need(&root, "shares", &list, err));
    MBILL_TRY(read_shares(&list, split, err));
    return make(&list, split, err);
}

mbill_status mbill_split_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_split **out_split,
    mbill_error *err)
{
    mbill_allocator memory;
    mbill__json *document;
    MBILL__NEED(out_split);
    *out_split = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_split *split = mbill__alloc(&memory, sizeof *split);
    mbill_status status = MBILL_OK;
    if (split == NULL) status = mbill__split_no_memory(err);
    if (status == MBILL_OK) {
        mbill__arena_start(&split->arena, &memory);
        status = read_document(document, split, err);
    }
    mbill__json_free(document);
    if (status != MBILL_OK) {
        mbill_split_free(split);
        return status;
    }
    *out_split = split;
    return MBILL_OK;
}

void mbill_split_free(mbill_split *split)
{
    if (split == NULL) return;
    mbill_allocator memory = split->arena.allocator;
    mbill__arena_free(&split->arena);
    mbill__release(&memory, split, sizeof *split);
}
