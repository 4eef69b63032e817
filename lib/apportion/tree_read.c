/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of meters in a split request. Changes when its form does. */
#include "apportion/number_read.h"
#include "apportion/posting.h"
#include "apportion/stay.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* Units are numbered in the order in which they come. */
static int32_t number_unit(mbill__grove *grove, const char *unit)
{
    size_t i = 0;
    while (i < grove->n_units && strcmp(grove->units[i], unit) != 0) i++;
    if (i == grove->n_units) grove->units[grove->n_units++] = unit;
    return (int32_t)(i + 1);
}

static mbill_status read_interval(const mbill__node *node, mbill_node *out, mbill_error *err)
{
    mbill__node from, to;
    bool begins = mbill__node_get(node, "from", &from), ends = mbill__node_get(node, "to", &to);
    if (!begins && !ends) return MBILL_OK;
    MBILL_TRY(mbill__node_need(node, "from", &from, err));
    MBILL_TRY(mbill__node_need(node, "to", &to, err));
    MBILL_TRY(mbill__node_instant(&from, &out->from_utc_s, err));
    MBILL_TRY(mbill__node_instant(&to, &out->to_utc_s, err));
    if (out->from_utc_s < out->to_utc_s) return MBILL_OK;
    return mbill__node_fail(&to, err, MBILL_E_INVALID, "the interval ends before it begins, or is empty");
}

/* {"key": "4", "parent": "2", "reading": "260", "unit": "kWh", "common_weight": "40", "from": …, "to": …, "name": …} */
static mbill_status read_node(const mbill__node *node, int32_t common_scale, mbill_split *split, size_t i, mbill_error *err)
{
    static const char *const keys[] = {"key", "parent", "reading", "unit", "common_weight", "from", "to", "name", "account"};
    mbill__grove *grove = &split->grove;
    mbill_node *out = &grove->nodes[i];
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "key", &part, err));
    MBILL_TRY(mbill__natural_read(&part, 0, "key", &out->key, err));
    out->flags = MBILL_NODE_ROOT;
    if (mbill__node_get(node, "parent", &part)) {
        out->flags = 0;
        MBILL_TRY(mbill__natural_read(&part, 0, "parent", &out->parent, err));
    }
    if (mbill__node_get(node, "reading", &part)) {
        out->flags |= MBILL_NODE_READING;
        MBILL_TRY(mbill__node_decimal(&part, grove->scale, &out->reading, err));
        if (out->reading < 0) return mbill__node_fail(&part, err, MBILL_E_INVALID, "the reading is below 0");
    }
    if (mbill__node_get(node, "common_weight", &part))
        MBILL_TRY(mbill__natural_read(&part, common_scale, "common_weight", &out->common_weight, err));
    if (mbill__node_get(node, "unit", &part)) {
        const char *unit = NULL;
        MBILL_TRY(mbill__split_text(split, &part, &unit, err));
        out->unit = number_unit(grove, unit);
    }
    if (mbill__node_get(node, "name", &part)) MBILL_TRY(mbill__split_text(split, &part, &grove->names[i], err));
    MBILL_TRY(mbill__split_account_read(node, &grove->accounts[i], err));
    return read_interval(node, out, err);
}

static mbill_status read_options(const mbill__node *tree, mbill_split *split, mbill_error *err)
{
    static const char *const rest_words[] = {"common", "by_usage", "owner"};
    static const char *const negative_words[] = {"error", "zero", "scale"};
    mbill_tree_options *out = &split->grove.options;
    mbill__node part;
    *out = (mbill_tree_options)MBILL_TREE_OPTIONS_INIT;
    out->zero_policy = split->zero_policy;
    out->tie_salt = split->tie_salt;
    out->step = split->step;
    if (mbill__node_get(tree, "rest", &part))
        MBILL_TRY(mbill__node_word(&part, rest_words, COUNT(rest_words), &out->rest_policy, err));
    if (mbill__node_get(tree, "negative", &part))
        MBILL_TRY(mbill__node_word(&part, negative_words, COUNT(negative_words), &out->negative_policy, err));
    if (!mbill__node_get(tree, "tolerance_ppm", &part)) return MBILL_OK;
    return mbill__node_whole(&part, 0, INT32_MAX, &out->tolerance_ppm, err);
}

/* The request says nothing that a tree has no use for. */
static mbill_status check_company(const mbill__node *root, mbill_error *err)
{
    static const char *const others[] = {"shares", "components", "method", "absorb_key", "vacancy", "fair_carry", "time",
        "degree_days", "time_zero_policy", "explain"};
    mbill__node part;
    for (size_t i = 0; i < COUNT(others); i++)
        if (mbill__node_get(root, others[i], &part))
            return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"%s\" does not go with a tree", others[i]);
    return MBILL_OK;
}

mbill_status mbill__split_tree_read(const mbill__node *root, const mbill__node *tree, mbill__node *out_list, mbill_split *split,
    mbill_error *err)
{
    static const char *const keys[] = {"rest", "negative", "tolerance_ppm", "nodes"};
    mbill__grove *grove = &split->grove;
    mbill__node node;
    size_t i = 0;
    MBILL_TRY(check_company(root, err));
    MBILL_TRY(mbill__split_period_read(root, split, err));
    MBILL_TRY(mbill__node_object(tree, keys, COUNT(keys), err));
    MBILL_TRY(read_options(tree, split, err));
    MBILL_TRY(mbill__node_need(tree, "nodes", out_list, err));
    MBILL_TRY(mbill__node_list(out_list, 0, err));
    grove->n = mbill__node_count(out_list);
    grove->nodes = mbill__split_take(split, grove->n, sizeof *grove->nodes);
    grove->names = mbill__split_take(split, grove->n, sizeof *grove->names);
    grove->units = mbill__split_take(split, grove->n, sizeof *grove->units);
    grove->accounts = mbill__split_take(split, grove->n, sizeof *grove->accounts);
    if (grove->nodes == NULL || grove->names == NULL || grove->units == NULL || grove->accounts == NULL)
        return mbill__split_no_memory(err);
    grove->scale = mbill__places_of_member(out_list, "reading");
    const int32_t common_scale = mbill__places_of_member(out_list, "common_weight");
    for (bool more = mbill__node_first(out_list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_node(&node, common_scale, split, i++, err));
    return MBILL_OK;
}
