/* SPDX-License-Identifier: Apache-2.0 */
/* From nodes in any order to a tree, or the reason why they are none. Changes when what a node says of its place does. */
#include "apportion/tree_order.h"

#include "apportion/heap.h"

#include <inttypes.h>
#include <string.h>

uint64_t *mbill__tree_lay_out(mbill__tree *tree, uint64_t *words, size_t n)
{
    uint64_t **const lists[MBILL__TREE_WORDS] = {&tree->order, &tree->end, &tree->sorted, &tree->parent, &tree->depth,
        &tree->next};
    for (size_t i = 0; i < MBILL__TREE_WORDS; i++, words += n + 1) *lists[i] = words;
    return words;
}

static bool comes_later(const void *context, uint64_t a, uint64_t b)
{
    const mbill_node *nodes = context;
    return nodes[a].key != nodes[b].key ? nodes[a].key > nodes[b].key : a > b;
}

static mbill_status sort_keys(mbill__tree *tree, mbill_error *err)
{
    for (size_t i = 0; i < tree->n; i++) tree->sorted[i] = i;
    mbill__heap_sort_down(tree->sorted, tree->n, comes_later, tree->nodes);
    for (size_t i = 1; i < tree->n; i++)
        if (tree->nodes[tree->sorted[i]].key == tree->nodes[tree->sorted[i - 1]].key)
            return mbill__fail_at(err, MBILL_E_DUPLICATE_KEY, (int64_t)tree->sorted[i],
                "key %" PRIu64 " stands twice; expected keys that differ", tree->nodes[tree->sorted[i]].key);
    return MBILL_OK;
}

/* The index of a key; n: there is none. */
static size_t find_key(const mbill__tree *tree, uint64_t key)
{
    size_t low = 0, high = tree->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tree->nodes[tree->sorted[middle]].key < key) low = middle + 1;
        else high = middle;
    }
    if (low == tree->n || tree->nodes[tree->sorted[low]].key != key) return tree->n;
    return (size_t)tree->sorted[low];
}

static mbill_status find_parents(mbill__tree *tree, mbill_error *err)
{
    for (size_t i = 0; i < tree->n; i++) {
        const mbill_node *node = &tree->nodes[i];
        tree->parent[i] = tree->n;
        if ((node->flags & MBILL_NODE_ROOT) != 0) continue;
        tree->parent[i] = find_key(tree, node->parent);
        if (tree->parent[i] == tree->n)
            return mbill__fail_at(err, MBILL_E_NO_PARENT, (int64_t)i, "node %" PRIu64 " hangs on %" PRIu64 ", which is not there",
                node->key, node->parent);
    }
    return MBILL_OK;
}

/* More levels than are taken, or a way up that never ends: after n steps it would have. */
static mbill_status refuse_way(const mbill__tree *tree, size_t i, mbill_error *err)
{
    uint64_t at = i;
    for (size_t steps = 0; steps < tree->n && at != tree->n; steps++) at = tree->parent[at];
    if (at == tree->n)
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
            "node %" PRIu64 " is on level %d or deeper, expected at most %d levels", tree->nodes[i].key, MBILL__TREE_LEVELS + 1,
            MBILL__TREE_LEVELS);
    return mbill__fail_at(err, MBILL_E_CYCLE, (int64_t)i,
        "the parents of node %" PRIu64 " run in a circle; expected a root above it", tree->nodes[i].key);
}

/* Depths, and by next the number of nodes at and below each. */
static mbill_status measure(mbill__tree *tree, mbill_error *err)
{
    for (size_t i = 0; i <= tree->n; i++) tree->next[i] = 0;
    for (size_t i = 0; i < tree->n; i++) {
        tree->depth[i] = 0;
        tree->next[i]++;
        for (uint64_t at = tree->parent[i]; at != tree->n; at = tree->parent[at]) {
            if (++tree->depth[i] == MBILL__TREE_LEVELS) return refuse_way(tree, i, err);
            tree->next[at]++;
        }
    }
    return MBILL_OK;
}

/* Level by level: a node takes the next free place below its parent, and leaves room for those below it. sorted then is where the next child of a node
 * goes, by index. */
static void place_all(mbill__tree *tree)
{
    uint64_t *free_place = tree->sorted;
    free_place[tree->n] = 0;
    for (uint64_t level = 0; level < MBILL__TREE_LEVELS; level++)
        for (size_t i = 0; i < tree->n; i++) {
            if (tree->depth[i] != level) continue;
            const uint64_t place = free_place[tree->parent[i]];
            free_place[tree->parent[i]] += tree->next[i];
            free_place[i] = place + 1;
            tree->order[place] = i;
            tree->end[place] = place + tree->next[i];
        }
}

/* What is said of unit and interval must be one. */
static mbill_status check_alignment(const mbill__tree *tree, mbill_error *err)
{
    const mbill_node *interval = NULL, *unit = NULL;
    for (size_t i = 0; i < tree->n; i++) {
        const mbill_node *node = &tree->nodes[i];
        bool timed = node->from_utc_s != 0 || node->to_utc_s != 0;
        if (timed && interval == NULL) interval = node;
        if (node->unit != 0 && unit == NULL) unit = node;
        if (timed && (node->from_utc_s != interval->from_utc_s || node->to_utc_s != interval->to_utc_s))
            return mbill__fail_at(err, MBILL_E_ALIGN, (int64_t)i,
                "the reading of node %" PRIu64 " is of another interval than that of node %" PRIu64, node->key, interval->key);
        if (node->unit != 0 && node->unit != unit->unit)
            return mbill__fail_at(err, MBILL_E_ALIGN, (int64_t)i,
                "the reading of node %" PRIu64 " has another unit than that of node %" PRIu64, node->key, unit->key);
    }
    return MBILL_OK;
}

static mbill_status check_readings(const mbill__tree *tree, mbill_error *err)
{
    for (size_t place = 0; place < tree->n; place++) {
        const size_t i = (size_t)tree->order[place];
        const mbill_node *node = &tree->nodes[i];
        const bool read = (node->flags & MBILL_NODE_READING) != 0, leaf = tree->end[place] == place + 1;
        if ((node->flags & ~(MBILL_NODE_ROOT | MBILL_NODE_READING)) != 0)
            return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, (int64_t)i, "flags of node %" PRIu64 " are %#" PRIx32, node->key,
                node->flags);
        if (read && node->reading < 0)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "the reading of node %" PRIu64 " is below 0", node->key);
        if (leaf && !read)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "node %" PRIu64 " has neither a reading nor a node below it",
                node->key);
    }
    return check_alignment(tree, err);
}

mbill_status mbill__tree_order(mbill__tree *tree, const mbill_node *nodes, size_t n, mbill_error *err)
{
    tree->nodes = nodes;
    tree->n = n;
    MBILL_TRY(sort_keys(tree, err));
    MBILL_TRY(find_parents(tree, err));
    MBILL_TRY(measure(tree, err));
    place_all(tree);
    return check_readings(tree, err);
}
