/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes in the order of their tree: each before those below it, which follow it without a gap. */
#ifndef MBILL__APPORTION_TREE_ORDER_H
#define MBILL__APPORTION_TREE_ORDER_H

#include "base/fail.h"
#include "meterbill/apportion.h"

#define MBILL__TREE_LEVELS 32
#define MBILL__TREE_WORDS 6 /* a node, of memory */

typedef struct mbill__tree {
    const mbill_node *nodes;
    size_t n;
    uint64_t *order;                          /* by place: the node's index */
    uint64_t *end;                            /* by place: the first place that is not below it; place + 1 for a leaf */
    uint64_t *sorted, *parent, *depth, *next; /* by index, while the order is made; parent n: none */
} mbill__tree;

/* Take MBILL__TREE_WORDS x (n + 1) words; the first behind them is returned. */
uint64_t *mbill__tree_lay_out(mbill__tree *tree, uint64_t *words, size_t n);

/* MBILL_E_DUPLICATE_KEY, _NO_PARENT, _CYCLE, _RANGE (too many levels), _INVALID (a leaf without reading, a negative one), _ALIGN. */
mbill_status mbill__tree_order(mbill__tree *tree, const mbill_node *nodes, size_t n, mbill_error *err);

#endif
