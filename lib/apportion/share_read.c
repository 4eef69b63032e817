/* SPDX-License-Identifier: Apache-2.0 */
/* Who shares, and by which weights: the components and shares of a split request. Changes when their form does. */
#include "apportion/apportion.h"
#include "apportion/number_read.h"
#include "apportion/posting.h"
#include "apportion/split.h"
#include "apportion/stay.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* --- columns --- */

static mbill_status start_column(mbill_split *split, mbill__column *column, mbill_error *err)
{
    column->options = (mbill_apportion_options){(uint32_t)sizeof column->options, MBILL_APPORTION_CHECK_KEYS, split->method,
        split->zero_policy, split->tie_salt, 0, split->step, NULL};
    column->time_rule = split->stay.rule;
    column->shares = mbill__split_take(split, split->n, sizeof *column->shares);
    return column->shares != NULL ? MBILL_OK : mbill__split_no_memory(err);
}

static bool is_known(const mbill_split *split, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        if (strcmp(split->columns[i].name, name) == 0) return true;
    return false;
}

/* {"name": "use", "share": "70", "method": …, "zero_policy": "fallback", "fallback": "area"} */
static mbill_status read_component(const mbill__node *node, int32_t scale, mbill_split *split, size_t i, mbill_error *err)
{
    static const char *const keys[] = {"name", "share", "method", "zero_policy", "fallback", "time"};
    mbill__column *column = &split->columns[i];
    mbill__node part;
    const char *name;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "name", &part, err));
    MBILL_TRY(mbill__node_name(&part, &name, err));
    if (is_known(split, i, name))
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "a component \"%s\" is there already", name);
    MBILL_TRY(mbill__split_text(split, &part, &column->name, err));
    MBILL_TRY(start_column(split, column, err));
    MBILL_TRY(mbill__node_need(node, "share", &part, err));
    MBILL_TRY(mbill__natural_read(&part, scale, "share", &column->share, err));
    MBILL_TRY(mbill__split_ways_read(node, &column->options.method, &column->options.zero_policy, err));
    MBILL_TRY(mbill__split_time_rule_read(node, &column->time_rule, err));
    bool falls_back = column->options.zero_policy == MBILL_ZERO_FALLBACK;
    if (!mbill__node_get(node, "fallback", &part)) return falls_back ? mbill__node_need(node, "fallback", &part, err) : MBILL_OK;
    if (!falls_back)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "a fallback belongs to the zero_policy \"fallback\" alone");
    return mbill__split_text(split, &part, &column->fallback, err);
}

/* The weights of the column that each fallback names, to be filled with the shares. */
static mbill_status find_fallbacks(const mbill__node *list, mbill_split *split, mbill_error *err)
{
    mbill__node node, part;
    bool more = mbill__node_first(list, &node);
    for (size_t i = 0; i < split->n_columns && more; i++, more = mbill__node_next(&node)) {
        mbill__column *column = &split->columns[i];
        if (column->fallback == NULL) continue;
        if (!is_known(split, split->n_columns, column->fallback) && mbill__node_get(&node, "fallback", &part))
            return mbill__node_fail(&part, err, MBILL_E_NOT_FOUND, "there is no component \"%s\"", column->fallback);
        column->fallback_weights = mbill__split_take(split, split->n, sizeof *column->fallback_weights);
        if (column->fallback_weights == NULL) return mbill__split_no_memory(err);
    }
    return MBILL_OK;
}

mbill_status mbill__split_columns_read(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    mbill__node list, node;
    bool mixed = mbill__node_get(root, "components", &list);
    if (mixed) MBILL_TRY(mbill__node_list(&list, 1, err));
    const size_t n = mixed ? mbill__node_count(&list) : 1;
    split->columns = mbill__split_take(split, n, sizeof *split->columns);
    if (split->columns == NULL) return mbill__split_no_memory(err);
    if (!mixed) {
        split->n_columns = 1;
        return start_column(split, &split->columns[0], err);
    }
    const int32_t scale = mbill__places_of_member(&list, "share");
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_component(&node, scale, split, split->n_columns++, err));
    return find_fallbacks(&list, split, err);
}

/* --- shares --- */

/* The most places that a component's weights need. */
static int32_t places_of_weights(const mbill__node *list, const char *name)
{
    mbill__node entry, weights, part;
    int32_t most = 0;
    for (bool more = mbill__node_first(list, &entry); more; more = mbill__node_next(&entry)) {
        if (!mbill__node_get(&entry, "weights", &weights) || !mbill__node_get(&weights, name, &part)) continue;
        int32_t places = mbill__places_needed(&part);
        if (places > most) most = places;
    }
    return most;
}

/* {"area": "60", "use": "500"}: one for each component. */
static mbill_status read_weights(const mbill__node *share, const int32_t *scales, mbill_split *split, size_t i, mbill_error *err)
{
    mbill__node weights, part;
    MBILL_TRY(mbill__node_need(share, "weights", &weights, err));
    MBILL_TRY(mbill__node_object(&weights, NULL, 0, err));
    for (size_t c = 0; c < split->n_columns; c++) {
        MBILL_TRY(mbill__node_need(&weights, split->columns[c].name, &part, err));
        MBILL_TRY(mbill__natural_read(&part, scales[c], "weight", &split->columns[c].shares[i].weight, err));
    }
    for (bool more = mbill__node_first(&weights, &part); more; more = mbill__node_next(&part))
        if (!is_known(split, split->n_columns, part.key))
            return mbill__node_fail(&part, err, MBILL_E_NOT_FOUND, "there is no component \"%.60s\"", part.key);
    return MBILL_OK;
}

/* weight and fallback_weight of a share without components; scales: of both. */
static mbill_status read_weight(const mbill__node *share, const int32_t *scales, mbill_split *split, size_t i, mbill_error *err)
{
    mbill__column *column = &split->columns[0];
    mbill__node part;
    MBILL_TRY(mbill__node_need(share, "weight", &part, err));
    MBILL_TRY(mbill__natural_read(&part, scales[0], "weight", &column->shares[i].weight, err));
    if (column->fallback_weights != NULL) {
        MBILL_TRY(mbill__node_need(share, "fallback_weight", &part, err));
        return mbill__natural_read(&part, scales[1], "fallback_weight", &column->fallback_weights[i], err);
    }
    if (!mbill__node_get(share, "fallback_weight", &part)) return MBILL_OK;
    return mbill__node_fail(&part, err, MBILL_E_INVALID, "fallback_weight belongs to the zero_policy \"fallback\" alone");
}

/* An amount of 0 or more at the split's scale; a list of them is there from the first share that has one. */
static mbill_status read_bound(const mbill__node *node, mbill_split *split, int64_t **list, size_t i, mbill_error *err)
{
    const int64_t absent = list == &split->max ? MBILL_NO_MAXIMUM : 0;
    if (split->columns[0].name != NULL || split->carry_micro != NULL || split->explain)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "minimums and maximums go with neither components nor a fair carry nor a proof");
    if (*list == NULL) {
        *list = mbill__split_take(split, split->n, sizeof **list);
        if (*list == NULL) return mbill__split_no_memory(err);
        for (size_t k = 0; k < split->n; k++) (*list)[k] = absent;
    }
    return mbill__node_decimal(node, split->scale, &(*list)[i], err);
}

static mbill_status read_rest(const mbill__node *share, mbill_split *split, size_t i, mbill_error *err)
{
    mbill__node part;
    bool vacant = false;
    if (mbill__node_get(share, "name", &part)) MBILL_TRY(mbill__split_text(split, &part, &split->names[i], err));
    MBILL_TRY(mbill__split_account_read(share, &split->accounts[i], err));
    if (mbill__node_get(share, "vacant", &part)) {
        MBILL_TRY(mbill__node_bool(&part, &vacant, err));
        if (split->vacant == NULL) return mbill__node_fail(&part, err, MBILL_E_INVALID, "the request has no rule for vacancy");
        split->vacant[i] = vacant ? 1 : 0;
    }
    if (mbill__node_get(share, "carry", &part)) {
        if (split->carry_micro == NULL)
            return mbill__node_fail(&part, err, MBILL_E_INVALID, "a carry belongs to a fair carry alone");
        MBILL_TRY(mbill__node_decimal(&part, 6, &split->carry_micro[i], err));
    }
    if (mbill__node_get(share, "min", &part)) MBILL_TRY(read_bound(&part, split, &split->min, i, err));
    return mbill__node_get(share, "max", &part) ? read_bound(&part, split, &split->max, i, err) : MBILL_OK;
}

static mbill_status read_share(const mbill__node *node, const int32_t *scales, mbill_split *split, size_t i, mbill_error *err)
{
    static const char *const plain[] = {"key", "weight", "fallback_weight", "name", "account", "vacant", "carry", "min", "max",
        "segments"};
    static const char *const mixed[] = {"key", "weights", "name", "account", "vacant", "carry", "min", "max", "segments"};
    const bool has_components = split->columns[0].name != NULL;
    mbill__node part;
    uint64_t key;
    MBILL_TRY(
        has_components ? mbill__node_object(node, mixed, COUNT(mixed), err) : mbill__node_object(node, plain, COUNT(plain), err));
    MBILL_TRY(mbill__node_need(node, "key", &part, err));
    MBILL_TRY(mbill__natural_read(&part, 0, "key", &key, err));
    for (size_t c = 0; c < split->n_columns; c++) split->columns[c].shares[i].key = key;
    MBILL_TRY(has_components ? read_weights(node, scales, split, i, err) : read_weight(node, scales, split, i, err));
    MBILL_TRY(read_rest(node, split, i, err));
    return mbill__split_residents_read(node, split, i, err);
}

static void copy_fallbacks(mbill_split *split)
{
    for (size_t c = 0; c < split->n_columns; c++) {
        mbill__column *column = &split->columns[c];
        column->options.fallback_weights = column->fallback_weights;
        for (size_t k = 0; column->fallback != NULL && k < split->n_columns; k++)
            for (size_t i = 0; strcmp(split->columns[k].name, column->fallback) == 0 && i < split->n; i++)
                column->fallback_weights[i] = split->columns[k].shares[i].weight;
    }
}

mbill_status mbill__split_shares_read(const mbill__node *root, const mbill__node *list, mbill_split *split, mbill_error *err)
{
    mbill__node node, part;
    size_t i = 0;
    const bool has_components = mbill__node_get(root, "components", &part);
    int32_t *scales = mbill__split_take(split, split->n_columns + 1, sizeof *scales);
    split->names = mbill__split_take(split, split->n, sizeof *split->names);
    split->accounts = mbill__split_take(split, split->n, sizeof *split->accounts);
    if (scales == NULL || split->names == NULL || split->accounts == NULL) return mbill__split_no_memory(err);
    if (!has_components) {
        scales[0] = mbill__places_of_member(list, "weight");
        scales[1] = mbill__places_of_member(list, "fallback_weight");
        if (split->zero_policy == MBILL_ZERO_FALLBACK) {
            split->columns[0].fallback_weights = mbill__split_take(split, split->n, sizeof(uint64_t));
            if (split->columns[0].fallback_weights == NULL) return mbill__split_no_memory(err);
        }
    }
    for (size_t c = 0; has_components && c < split->n_columns; c++) scales[c] = places_of_weights(list, split->columns[c].name);
    for (size_t c = 0; c < split->n_columns; c++) split->columns[c].weight_places = scales[c];
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_share(&node, scales, split, i++, err));
    copy_fallbacks(split);
    return MBILL_OK;
}
