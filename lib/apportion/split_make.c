/* SPDX-License-Identifier: Apache-2.0 */
/* From a request in memory to its parts: changes when a request may ask for another kind of split. */
#include "apportion/posting.h"
#include "apportion/stay.h"

static mbill_status explain_plain(mbill_split *split, void *scratch, mbill_error *err)
{
    const mbill__column *column = &split->columns[0];
    if (!split->explain) return MBILL_OK;
    split->units = mbill__split_take(split, split->n, sizeof *split->units);
    if (split->units == NULL) return mbill__split_no_memory(err);
    return mbill_apportion_explain(split->total, column->shares, split->n, &column->options, scratch, &split->proof, split->units,
        err);
}

static mbill_status split_plain(mbill_split *split, int64_t *amounts, mbill_error *err)
{
    const mbill__column *column = &split->columns[0];
    void *scratch = mbill__split_take(split, split->n, mbill_apportion_scratch_size(2));
    if (scratch == NULL) return mbill__split_no_memory(err);
    if (split->carry_micro != NULL)
        return mbill_apportion_carry(split->total, column->shares, split->n, &column->options, split->carry_micro, scratch,
            amounts, &split->residual, err);
    if (split->min != NULL || split->max != NULL)
        return mbill_apportion_bounded(split->total, column->shares, split->min, split->max, split->n, &column->options, scratch,
            amounts, &split->residual, NULL, err);
    MBILL_TRY(explain_plain(split, scratch, err));
    return mbill_apportion(split->total, column->shares, split->n, &column->options, scratch, amounts, &split->residual, err);
}

static mbill_status split_mixed(mbill_split *split, int64_t *amounts, mbill_error *err)
{
    const size_t n = split->n_columns;
    mbill_component *components = mbill__split_take(split, n, sizeof *components);
    int64_t *cut = mbill__split_take(split, n, sizeof *cut);
    void *scratch = mbill__split_take(split, 1, mbill_apportion_mixed_scratch_size(n, split->n));
    split->lines = split->n > 0 && n > SIZE_MAX / split->n ? NULL : mbill__split_take(split, n * split->n, sizeof *split->lines);
    if (components == NULL || cut == NULL || scratch == NULL || split->lines == NULL) return mbill__split_no_memory(err);
    for (size_t c = 0; c < n; c++)
        components[c] = (mbill_component){split->columns[c].share, split->columns[c].shares, &split->columns[c].options};
    MBILL_TRY(mbill_apportion_mixed(split->total, split->step, components, n, split->n, scratch, cut, split->lines, amounts,
        &split->residual, err));
    for (size_t c = 0; c < n; c++) split->columns[c].amount = cut[c];
    return MBILL_OK;
}

/* The leaves are the parts. */
static mbill_status split_tree(mbill_split *split, mbill_error *err)
{
    mbill__grove *grove = &split->grove;
    grove->reports = mbill__split_take(split, grove->n, sizeof *grove->reports);
    split->parts = mbill__split_take(split, grove->n, sizeof *split->parts);
    split->names = mbill__split_take(split, grove->n, sizeof *split->names);
    split->accounts = mbill__split_take(split, grove->n, sizeof *split->accounts);
    void *scratch = mbill__split_take(split, 1, mbill_apportion_tree_scratch_size(grove->n));
    if (grove->reports == NULL || split->parts == NULL || split->names == NULL || split->accounts == NULL || scratch == NULL)
        return mbill__split_no_memory(err);
    MBILL_TRY(mbill_apportion_tree(split->total, grove->nodes, grove->n, &grove->options, scratch, grove->reports,
        &split->residual, err));
    for (size_t i = 0; i < grove->n; i++) {
        const mbill_node_report *report = &grove->reports[i];
        if ((report->flags & MBILL_NODE_LEAF) == 0) continue;
        split->names[split->n] = grove->names[i];
        split->accounts[split->n] = grove->accounts[i];
        split->parts[split->n++] = (mbill_split_part){grove->nodes[i].key, report->amount + report->common};
    }
    return MBILL_OK;
}

/* A unit that stands empty counts less in either list of weights. */
static mbill_status reduce_vacant(mbill_split *split, mbill__column *column, mbill_error *err)
{
    MBILL_TRY(mbill_apportion_vacancy(column->shares, split->vacant, split->n, &split->vacancy, column->shares, err));
    if (column->fallback_weights == NULL) return MBILL_OK;
    mbill_share *others = mbill__split_take(split, split->n, sizeof *others);
    if (others == NULL) return mbill__split_no_memory(err);
    for (size_t i = 0; i < split->n; i++) others[i] = (mbill_share){column->shares[i].key, column->fallback_weights[i]};
    MBILL_TRY(mbill_apportion_vacancy(others, split->vacant, split->n, &split->vacancy, others, err));
    for (size_t i = 0; i < split->n; i++) column->fallback_weights[i] = others[i].weight;
    return MBILL_OK;
}

static mbill_status split_flat(mbill_split *split, mbill_error *err)
{
    int64_t *amounts = mbill__split_take(split, split->n, sizeof *amounts);
    split->parts = mbill__split_take(split, split->n, sizeof *split->parts);
    if (amounts == NULL || split->parts == NULL) return mbill__split_no_memory(err);
    for (size_t c = 0; split->vacant != NULL && c < split->n_columns; c++)
        MBILL_TRY(reduce_vacant(split, &split->columns[c], err));
    MBILL_TRY(split->columns[0].name != NULL ? split_mixed(split, amounts, err) : split_plain(split, amounts, err));
    for (size_t i = 0; i < split->n; i++) split->parts[i] = (mbill_split_part){split->columns[0].shares[i].key, amounts[i]};
    return mbill__split_time_make(split, err);
}

mbill_status mbill__split_make(mbill_split *split, mbill_error *err)
{
    MBILL_TRY(split->grove.nodes != NULL ? split_tree(split, err) : split_flat(split, err));
    return mbill__split_postings_make(split, err);
}
