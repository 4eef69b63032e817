/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a bill document does, which is bill_write.c's. What is read holds together: products, sums and flags are
 * checked again. */
#include "base/memory.h"
#include "bill/line.h"
#include "document/json.h"
#include "document/say.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct bill_read {
    const mbill_labels *labels;
    mbill_line *lines;
    size_t cap_lines, n_lines;
    mbill_bill bill;
} bill_read;

/* ---- values ---- */

static mbill_status read_time(const mbill__node *object, const char *key, const mbill_zone *zone, int64_t *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__node_place(&node, err, mbill_time_parse(text, strlen(text), zone, out, err));
}

static mbill_status read_decimal(const mbill__node *object, const char *key, int32_t scale, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_decimal(&node, scale, out, err);
}

/* Text that pricing does not need, but that must be text. */
static mbill_status pass_text(const mbill__node *object, const char *key, mbill_error *err)
{
    mbill__node node;
    const char *text;
    return mbill__node_get(object, key, &node) ? mbill__node_text(&node, &text, err) : MBILL_OK;
}

static mbill_status need_text(const mbill__node *object, const char *key, const char *expected, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (strcmp(text, expected) == 0) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "the bill's %s is \"%s\", expected \"%s\"", key, text, expected);
}

static mbill_status read_flags(const mbill__node *list, uint32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t bit;
    MBILL_TRY(mbill__node_list(list, 0, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__node_word(&node, mbill__line_flag_names, MBILL__LINE_FLAGS, &bit, err));
        if ((*out >> bit & 1) != 0) return mbill__node_fail(&node, err, MBILL_E_INVALID, "the flag stands twice");
        *out |= UINT32_C(1) << bit;
    }
    return MBILL_OK;
}

/* ---- names ---- */

static mbill_status find_charge(const mbill__node *node, const mbill_labels *labels, size_t *out, mbill_error *err)
{
    const char *id;
    MBILL_TRY(mbill__node_text(node, &id, err));
    for (*out = 0; *out < labels->n_charges; (*out)++)
        if (strcmp(labels->charges[*out].id, id) == 0) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "the tariff has no charge \"%s\"", id);
}

static mbill_status read_charge(const mbill__node *line, const mbill_labels *labels, int32_t *out, mbill_error *err)
{
    mbill__node node;
    size_t charge;
    *out = -1;
    if (!mbill__node_get(line, "charge", &node)) return MBILL_OK;
    MBILL_TRY(find_charge(&node, labels, &charge, err));
    *out = (int32_t)charge;
    return MBILL_OK;
}

static mbill_status read_period(const mbill__node *line, const mbill_labels *labels, int32_t *out, mbill_error *err)
{
    mbill__node node;
    const char *name;
    *out = -1;
    if (!mbill__node_get(line, "period", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &name, err));
    for (size_t i = 0; i < labels->n_periods; i++) {
        if (strcmp(labels->periods[i], name) != 0) continue;
        *out = (int32_t)i;
        return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "the tariff has no period \"%s\"", name);
}

/* ---- lines ---- */

static mbill_status read_whole(const mbill__node *object, const char *key, int64_t min, int32_t *inout, mbill_error *err)
{
    mbill__node node;
    int64_t value;
    if (!mbill__node_get(object, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_whole(&node, min, INT32_MAX, &value, err));
    *inout = (int32_t)value;
    return MBILL_OK;
}

static mbill_status read_rule(const mbill__node *line, int32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t place;
    MBILL_TRY(mbill__node_need(line, "rule", &node, err));
    MBILL_TRY(mbill__node_word(&node, mbill__line_rule_names, MBILL__LINE_RULES, &place, err));
    *out = MBILL_LINE_PLAIN + place;
    return MBILL_OK;
}

static mbill_status read_amounts(const mbill__node *object, mbill_line *line, mbill_error *err)
{
    mbill__node node;
    line->divide_by = 1;
    MBILL_TRY(read_decimal(object, "quantity", MBILL_SCALE_MICRO, &line->quantity_micro, err));
    MBILL_TRY(read_decimal(object, "rate", MBILL_SCALE_NANO, &line->rate_nano, err));
    MBILL_TRY(read_decimal(object, "amount", MBILL_SCALE_MICRO, &line->amount_micro, err));
    MBILL_TRY(read_whole(object, "divide_by", 2, &line->divide_by, err));
    if (!mbill__node_get(object, "step", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &line->step_micro, err));
    if (line->step_micro > 0) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_RANGE, "a line is rounded to a step above 0; without one \"step\" is left out");
}

static mbill_status read_line(const mbill__node *object, const mbill_labels *labels, mbill_line *line, mbill_error *err)
{
    static const char *const keys[] = {"charge", "title", "period", "tier", "from", "to", "quantity", "unit", "rate", "divide_by",
        "step", "amount", "rule", "flags"};
    mbill__node flags;
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(read_charge(object, labels, &line->charge, err));
    MBILL_TRY(pass_text(object, "title", err));
    MBILL_TRY(pass_text(object, "unit", err));
    MBILL_TRY(read_period(object, labels, &line->period, err));
    MBILL_TRY(read_whole(object, "tier", 1, &line->tier, err));
    MBILL_TRY(read_time(object, "from", labels->zone, &line->from_utc_s, err));
    MBILL_TRY(read_time(object, "to", labels->zone, &line->to_utc_s, err));
    MBILL_TRY(read_amounts(object, line, err));
    MBILL_TRY(read_rule(object, &line->rule, err));
    return mbill__node_get(object, "flags", &flags) ? read_flags(&flags, &line->flags, err) : MBILL_OK;
}

static mbill_status read_lines(const mbill__node *list, bill_read *out, mbill_error *err)
{
    mbill__node node;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_line(&node, out->labels, &out->lines[out->n_lines++], err));
    return MBILL_OK;
}

/* ---- sums ---- */

static mbill_status charge_sum(const bill_read *bill, size_t charge, int64_t *out_micro, mbill_error *err)
{
    mbill_sum sum = {0, 0};
    for (size_t i = 0; i < bill->n_lines; i++)
        if (bill->lines[i].charge == (int32_t)charge) MBILL_TRY(mbill_sum_add(&sum, &bill->lines[i].amount_micro, 1, err));
    return mbill_sum_value(&sum, out_micro, err);
}

/* What a charge comes to is said once more than needed, and must not be another number. */
static mbill_status check_sum(const mbill__node *object, const bill_read *bill, mbill_error *err)
{
    static const char *const keys[] = {"id", "to", "amount"};
    mbill__node node;
    size_t charge;
    int64_t said_micro, sum_micro;
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(pass_text(object, "to", err));
    MBILL_TRY(mbill__node_need(object, "id", &node, err));
    MBILL_TRY(find_charge(&node, bill->labels, &charge, err));
    MBILL_TRY(read_decimal(object, "amount", MBILL_SCALE_MICRO, &said_micro, err));
    MBILL_TRY(mbill__node_place(object, err, charge_sum(bill, charge, &sum_micro, err)));
    if (said_micro == sum_micro) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "charge \"%s\" comes to %s, but its lines add up to %s",
        bill->labels->charges[charge].id, mbill__say_micro(said_micro).text, mbill__say_micro(sum_micro).text);
}

static mbill_status check_sums(const mbill__node *root, const bill_read *bill, mbill_error *err)
{
    mbill__node list, node;
    MBILL_TRY(mbill__node_need(root, "charges", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(check_sum(&node, bill, err));
    return MBILL_OK;
}

/* The bill as it is promised; a refusal by the number of a line becomes one at the line's node. */
static mbill_status check_whole(const mbill__node *root, const mbill__node *lines, const bill_read *bill, mbill_error *err)
{
    mbill_error own;
    mbill__node node;
    mbill_error_init(&own);
    mbill_status status = mbill_bill_check(&bill->bill, bill->lines, bill->n_lines, &own);
    if (status == MBILL_OK) return MBILL_OK;
    for (bool more = mbill__node_first(lines, &node); more; more = mbill__node_next(&node))
        if (own.index >= 0 && node.index == (size_t)own.index) return mbill__node_fail(&node, err, status, "%s", own.message);
    return mbill__node_fail(root, err, status, "%s", own.message);
}

/* ---- the call ---- */

static mbill_status read_head(const mbill__node *root, bill_read *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "tariff", "version", "hash", "currency", "from", "to", "flags",
        "lines", "charges", "total"};
    mbill__node flags;
    MBILL_TRY(mbill__json_header(root, "bill", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(need_text(root, "tariff", out->labels->tariff, err));
    MBILL_TRY(need_text(root, "currency", out->labels->currency, err));
    MBILL_TRY(pass_text(root, "version", err));
    MBILL_TRY(pass_text(root, "hash", err));
    MBILL_TRY(read_time(root, "from", out->labels->zone, &out->bill.from_utc_s, err));
    MBILL_TRY(read_time(root, "to", out->labels->zone, &out->bill.to_utc_s, err));
    MBILL_TRY(read_decimal(root, "total", MBILL_SCALE_MICRO, &out->bill.total_micro, err));
    MBILL_TRY(mbill__node_need(root, "flags", &flags, err));
    return read_flags(&flags, &out->bill.flags, err);
}

static mbill_status give(const bill_read *bill, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines,
    mbill_bill *out_bill, mbill_error *err)
{
    *out_n_lines = bill->n_lines;
    if (bill->n_lines > cap_lines)
        return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu lines, but there is room for %zu", bill->n_lines, cap_lines);
    if (bill->n_lines > 0) memcpy(out_lines, bill->lines, bill->n_lines * sizeof *out_lines);
    uint32_t struct_size = out_bill->struct_size;
    *out_bill = bill->bill;
    out_bill->struct_size = struct_size;
    return MBILL_OK;
}

static mbill_status read_bill(const mbill__node *root, const mbill_allocator *libc, bill_read *out, mbill_error *err)
{
    mbill__node lines;
    out->bill.struct_size = (uint32_t)sizeof out->bill;
    MBILL_TRY(read_head(root, out, err));
    MBILL_TRY(mbill__node_need(root, "lines", &lines, err));
    MBILL_TRY(mbill__node_list(&lines, 0, err));
    out->cap_lines = mbill__node_count(&lines) + 1;
    out->lines = mbill__alloc_array(libc, out->cap_lines, sizeof *out->lines);
    if (out->lines == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the lines of the bill");
    MBILL_TRY(read_lines(&lines, out, err));
    MBILL_TRY(check_whole(root, &lines, out, err));
    return check_sums(root, out, err);
}

mbill_status mbill_bill_read(const char *json, size_t len, const mbill_labels *labels, mbill_line *out_lines, size_t cap_lines,
    size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err)
{
    mbill_labels names;
    mbill_allocator libc;
    mbill__json *document;
    MBILL__NEED(json);
    MBILL__NEED(labels);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_bill);
    if (cap_lines > 0) MBILL__NEED(out_lines);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    MBILL_TRY(mbill__labels_read(&names, labels, err));
    MBILL_TRY(mbill__labels_check_names(&names, err));
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    MBILL_TRY(mbill__json_read(json, len, &libc, &document, err));
    bill_read work = {.labels = &names};
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_bill(&root, &libc, &work, err);
    mbill__json_free(document);
    if (status == MBILL_OK) status = give(&work, out_lines, cap_lines, out_n_lines, out_bill, err);
    mbill__release(&libc, work.lines, work.cap_lines * sizeof *work.lines);
    return status;
}
