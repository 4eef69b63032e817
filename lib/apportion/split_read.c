/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "split": what it says of the whole. Changes when that form does. */
#include "apportion/apportion.h"
#include "apportion/number_read.h"
#include "apportion/posting.h"
#include "apportion/split.h"
#include "apportion/stay.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* The scale of all amounts is that of the total as it is written and of the step. */
static mbill_status read_amounts(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node total, step;
    MBILL_TRY(mbill__node_need(root, "total", &total, err));
    bool stepped = mbill__node_get(root, "step", &step);
    split->scale = stepped ? mbill__places_needed(&total) : mbill__places_written(&total);
    if (stepped && mbill__places_needed(&step) > split->scale) split->scale = mbill__places_needed(&step);
    MBILL_TRY(mbill__node_decimal(&total, split->scale, &split->total, err));
    split->step = 1;
    if (!stepped) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&step, split->scale, &split->step, err));
    if (split->step > 0) return MBILL_OK;
    return mbill__node_fail(&step, err, MBILL_E_INVALID, "the step is not above 0");
}

/* "vacancy": {"rule": "reduced", "numerator": 1, "denominator": 2} */
static mbill_status read_vacancy(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    static const char *const keys[] = {"rule", "numerator", "denominator"};
    static const char *const rules[] = {"owner", "exclude", "reduced"};
    mbill__node node, part;
    int64_t numerator = 0, denominator = 0;
    if (!mbill__node_get(root, "vacancy", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&node, "rule", &part, err));
    MBILL_TRY(mbill__node_word(&part, rules, COUNT(rules), &split->vacancy.rule, err));
    split->vacant = mbill__split_take(split, split->n, 1);
    if (split->vacant == NULL) return mbill__split_no_memory(err);
    if (split->vacancy.rule != MBILL_VACANCY_REDUCED) {
        if (!mbill__node_get(&node, "numerator", &part) && !mbill__node_get(&node, "denominator", &part)) return MBILL_OK;
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "a numerator and denominator belong to the rule \"reduced\" alone");
    }
    MBILL_TRY(mbill__node_need(&node, "denominator", &part, err));
    MBILL_TRY(mbill__node_whole(&part, 1, INT32_MAX, &denominator, err));
    MBILL_TRY(mbill__node_need(&node, "numerator", &part, err));
    MBILL_TRY(mbill__node_whole(&part, 0, denominator, &numerator, err));
    split->vacancy.numerator = (uint32_t)numerator;
    split->vacancy.denominator = (uint32_t)denominator;
    return MBILL_OK;
}

static mbill_status read_carry(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node node;
    bool carries = false;
    if (!mbill__node_get(root, "fair_carry", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, &carries, err));
    if (!carries) return MBILL_OK;
    if (split->columns[0].name != NULL) return mbill__node_fail(&node, err, MBILL_E_INVALID, "a fair carry has no components");
    split->carry_micro = mbill__split_take(split, split->n, sizeof *split->carry_micro);
    return split->carry_micro != NULL ? MBILL_OK : mbill__split_no_memory(err);
}

/* Explained is what is by largest remainder alone. */
static mbill_status read_explain(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node part;
    if (!mbill__node_get(root, "explain", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&part, &split->explain, err));
    const bool plain = split->columns[0].name == NULL && split->carry_micro == NULL &&
        split->method == MBILL_APPORTION_LARGEST_REMAINDER;
    if (!split->explain || plain) return MBILL_OK;
    return mbill__node_fail(&part, err, MBILL_E_INVALID,
        "only a split by largest remainder without components and fair carry is explained");
}

static mbill_status read_absorber(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node part;
    bool absorbs = false;
    for (size_t i = 0; i < split->n_columns; i++) absorbs |= split->columns[i].options.method == MBILL_APPORTION_ABSORB;
    if (!mbill__node_get(root, "absorb_key", &part)) return absorbs ? mbill__node_need(root, "absorb_key", &part, err) : MBILL_OK;
    if (!absorbs) return mbill__node_fail(&part, err, MBILL_E_INVALID, "absorb_key belongs to the method \"absorb\" alone");
    MBILL_TRY(mbill__natural_read(&part, 0, "absorb_key", &split->absorb_key, err));
    for (size_t i = 0; i < split->n_columns; i++) split->columns[i].options.absorb_key = split->absorb_key;
    return MBILL_OK;
}

/* A refusal of share or node number err->index stands there. */
static mbill_status place_share(const mbill__node *list, mbill_error *err, mbill_status status)
{
    mbill__node node;
    bool more = err->index >= 0 && mbill__node_first(list, &node);
    while (more && (int64_t)node.index < err->index) more = mbill__node_next(&node);
    return mbill__node_place(more ? &node : list, err, status);
}

/* Shares and all that goes with them; *out_list: theirs. */
static mbill_status read_flat(const mbill__node *root, mbill__node *out_list, mbill_split *split, mbill_error *err)
{
    MBILL_TRY(mbill__split_ways_read(root, &split->method, &split->zero_policy, err));
    MBILL_TRY(mbill__node_need(root, "shares", out_list, err));
    MBILL_TRY(mbill__node_list(out_list, 0, err));
    split->n = mbill__node_count(out_list);
    MBILL_TRY(mbill__split_time_read(root, split, err));
    MBILL_TRY(mbill__split_columns_read(root, split, err));
    MBILL_TRY(read_absorber(root, split, err));
    MBILL_TRY(read_vacancy(root, split, err));
    MBILL_TRY(read_carry(root, split, err));
    MBILL_TRY(read_explain(root, split, err));
    return mbill__split_shares_read(root, out_list, split, err);
}

static mbill_status read_document(mbill__json *document, mbill_split *split, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "total", "step", "method", "zero_policy", "tie_salt", "absorb_key",
        "fair_carry", "vacancy", "components", "shares", "tree", "period", "time", "time_zero_policy", "degree_days", "explain",
        "id", "corrects", "credit_channel", "effective", "owner", "bill"};
    mbill__node root = mbill__json_root(document), tree, list, part;
    mbill_error local;
    MBILL_TRY(mbill__node_object(&root, NULL, 0, err));
    MBILL_TRY(mbill__json_header_or_none(&root, "split", err));
    MBILL_TRY(mbill__node_object(&root, keys, COUNT(keys), err));
    MBILL_TRY(read_amounts(&root, split, err));
    if (mbill__node_get(&root, "tie_salt", &part)) MBILL_TRY(mbill__natural_read(&part, 0, "tie_salt", &split->tie_salt, err));
    bool meters = mbill__node_get(&root, "tree", &tree);
    if (meters) MBILL_TRY(mbill__split_ways_read(&root, &split->method, &split->zero_policy, err));
    MBILL_TRY(meters ? mbill__split_tree_read(&root, &tree, &list, split, err) : read_flat(&root, &list, split, err));
    MBILL_TRY(mbill__split_terms_read(&root, split, err));
    mbill_error_init(&local);
    mbill_status status = mbill__split_make(split, err != NULL ? err : &local);
    return status == MBILL_OK ? MBILL_OK : place_share(&list, err != NULL ? err : &local, status);
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
