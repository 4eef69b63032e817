/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a table does. Each row says which numbers are its own, and no number has two rows. */
#include "tariff/table_read.h"

#include "number/round.h"
#include "tariff/take.h"
#include "tariff/words_read.h"

#include <string.h>

/* ---- rows ---- */

/* One end of a row: one of two words, the second of which leaves the number itself out. */
static mbill_status read_end(const mbill__node *row, const char *closed, const char *open, bool *out_has, int64_t *out_micro,
    bool *out_open, mbill_error *err)
{
    mbill__node node, other;
    bool is_closed = mbill__node_get(row, closed, &node);
    *out_open = mbill__node_get(row, open, &other);
    if (is_closed && *out_open)
        return mbill__node_fail(row, err, MBILL_E_INVALID, "a row has both \"%s\" and \"%s\"; expected one of them", closed,
            open);
    *out_has = is_closed || *out_open;
    if (!*out_has) return MBILL_OK;
    return mbill__node_decimal(is_closed ? &node : &other, MBILL_SCALE_MICRO, out_micro, err);
}

static mbill_status read_range(const mbill__node *object, mbill__table_row *out, mbill_error *err)
{
    mbill__node is;
    MBILL_TRY(read_end(object, "at_least", "above", &out->has_low, &out->low_micro, &out->low_open, err));
    MBILL_TRY(read_end(object, "up_to", "below", &out->has_high, &out->high_micro, &out->high_open, err));
    if (mbill__node_get(object, "is", &is)) {
        if (out->has_low || out->has_high)
            return mbill__node_fail(&is, err, MBILL_E_INVALID, "\"is\" is for one number; expected no other end of the row");
        MBILL_TRY(mbill__node_decimal(&is, MBILL_SCALE_MICRO, &out->low_micro, err));
        out->high_micro = out->low_micro;
        out->has_low = out->has_high = true;
    }
    bool empty = out->has_low && out->has_high &&
        (out->low_micro > out->high_micro || (out->low_micro == out->high_micro && (out->low_open || out->high_open)));
    return empty ? mbill__node_fail(object, err, MBILL_E_INVALID, "no number lies in this row") : MBILL_OK;
}

/* {"for_each": …, "above" or "below": …, "to_value": …, "steps": …} */
static mbill_status read_add(const mbill__node *object, mbill__table_row *out, mbill_error *err)
{
    static const char *const keys[] = {"for_each", "above", "below", "to_value", "steps"};
    static const char *const steps[] = {"exact", "half_up", "down", "up"};
    static const mbill_round_how hows[] = {MBILL_ROUND_HALF_UP, MBILL_ROUND_HALF_UP, MBILL_ROUND_DOWN, MBILL_ROUND_UP};
    mbill__node node, above;
    int32_t word;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "for_each", &node, err));
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->each_micro, err));
    if (out->each_micro <= 0) return mbill__node_fail(&node, err, MBILL_E_RANGE, "a step is above 0");
    out->falling = mbill__node_get(object, "below", &node);
    if (mbill__node_get(object, "above", &above) == out->falling)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "steps are counted from exactly one of \"above\" and \"below\"");
    MBILL_TRY(mbill__node_decimal(out->falling ? &node : &above, MBILL_SCALE_MICRO, &out->origin_micro, err));
    MBILL_TRY(mbill__node_need(object, "to_value", &node, err));
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_NANO, &out->add_nano, err));
    if (!mbill__node_get(object, "steps", &node))
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "does a part of a step count? Expected \"steps\": \"exact\", \"half_up\", \"down\" or \"up\"");
    MBILL_TRY(mbill__node_word(&node, steps, MBILL__COUNT(steps), &word, err));
    out->exact = word == 0;
    out->how = hows[word];
    return MBILL_OK;
}

static mbill_status read_row(const mbill__node *object, mbill__table_row *out, mbill_error *err)
{
    static const char *const keys[] = {"is", "at_least", "above", "up_to", "below", "value", "add"};
    mbill__node node;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_range(object, out, err));
    MBILL_TRY(mbill__node_need(object, "value", &node, err));
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_NANO, &out->value_nano, err));
    return mbill__node_get(object, "add", &node) ? read_add(&node, out, err) : MBILL_OK;
}

/* All of a lies below all of b. */
static bool lies_below(const mbill__table_row *a, const mbill__table_row *b)
{
    if (!a->has_high || !b->has_low) return false;
    return a->high_micro < b->low_micro || (a->high_micro == b->low_micro && (a->high_open || b->low_open));
}

/* ---- tables ---- */

static mbill_status read_table(mbill_tariff *tariff, const mbill__node *list, mbill__table *out, mbill_error *err)
{
    mbill__table_row *rows;
    mbill__node node;
    const char *name;
    MBILL_TRY(mbill__node_key_name(list, &name, err));
    MBILL_TRY(mbill__tariff_text(tariff, name, &out->name, err));
    MBILL_TRY(mbill__node_list(list, 1, err));
    out->n_rows = mbill__node_count(list);
    if (out->n_rows > MBILL__TABLE_ROWS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu rows; expected at most %d", out->n_rows, MBILL__TABLE_ROWS_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, out->n_rows, sizeof *rows, &rows, err));
    out->rows = rows;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_row(&node, &rows[node.index], err));
        for (size_t i = 0; i < node.index; i++)
            if (!lies_below(&rows[i], &rows[node.index]) && !lies_below(&rows[node.index], &rows[i]))
                return mbill__node_fail(&node, err, MBILL_E_AMBIGUOUS,
                    "some numbers lie in this row and in row %zu; expected each number in one", i);
    }
    return MBILL_OK;
}

mbill_status mbill__tables_read(mbill_tariff *tariff, const mbill__node *tables, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_kind(tables) != MBILL__JSON_OBJECT)
        return mbill__node_fail(tables, err, MBILL_E_TYPE, "expected an object with one member a table");
    size_t n = mbill__node_count(tables);
    if (n > MBILL__TABLES_MAX)
        return mbill__node_fail(tables, err, MBILL_E_LIMIT, "%zu tables; expected at most %d", n, MBILL__TABLES_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n + 1, sizeof *tariff->tables, &tariff->tables, err));
    for (bool more = mbill__node_first(tables, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_table(tariff, &node, &tariff->tables[node.index], err));
    tariff->n_tables = n;
    return MBILL_OK;
}

bool mbill__is_lookup(const mbill__node *node)
{
    mbill__node what, by;
    return mbill__node_get(node, "by", &by) && (mbill__node_get(node, "table", &what) || mbill__node_get(node, "values", &what));
}

mbill_status mbill__lookup_read(const mbill_tariff *tariff, const mbill__node *object, int32_t *out_table, int32_t *out_by,
    mbill_error *err)
{
    mbill__node table, by;
    const char *name;
    size_t at = 0;
    MBILL_TRY(mbill__node_need(object, "table", &table, err));
    MBILL_TRY(mbill__node_need(object, "by", &by, err));
    MBILL_TRY(mbill__node_text(&table, &name, err));
    while (at < tariff->n_tables && strcmp(tariff->tables[at].name, name) != 0) at++;
    if (at == tariff->n_tables)
        return mbill__node_fail(&table, err, MBILL_E_NOT_FOUND, "\"%s\" is not a table of the tariff", name);
    *out_table = (int32_t)at;
    tariff->tables[at].used = true;
    MBILL_TRY(mbill__node_text(&by, &name, err));
    for (at = 0; at < tariff->n_inputs && strcmp(tariff->inputs[at].name, name) != 0; at++) continue;
    if (at == tariff->n_inputs)
        return mbill__node_fail(&by, err, MBILL_E_NOT_FOUND, "\"%s\" is not an input of the tariff", name);
    *out_by = (int32_t)at;
    return mbill__need_number(tariff, *out_by, &by, err);
}

mbill_status mbill__tables_check_used(const mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    mbill__node tables, node;
    if (!mbill__node_get(root, "tables", &tables)) return MBILL_OK;
    for (bool more = mbill__node_first(&tables, &node); more; more = mbill__node_next(&node))
        if (!tariff->tables[node.index].used)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "nothing looks into table \"%s\"", node.key);
    return MBILL_OK;
}
