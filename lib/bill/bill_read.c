/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a bill document does, which is bill_write.c's. What is read holds together: products, sums and flags are
 * checked again. */
#include "base/memory.h"
#include "bill/converted.h"
#include "bill/line.h"
#include "document/json.h"
#include "document/say.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A version's part of the bill; a bill of one version has one. */
typedef struct bill_part {
    const char *version;        /* lives as long as the document */
    const mbill_labels *labels; /* by which its names are found */
    size_t place;               /* of these among those given */
    mbill_bill_segment is;
} bill_part;

typedef struct bill_read {
    const mbill_labels *known; /* one for all versions; or */
    size_t n_known;
    bool by_version; /* one for each, found by its version */
    bool divided;    /* the document has "versions" */
    bill_part *parts;
    size_t cap_parts, n_parts;
    mbill_line *lines;
    size_t cap_lines, n_lines;
    mbill_bill bill;
} bill_read;

/* ---- values ---- */

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
    *out = mbill__labels_find(labels, id);
    if (*out < labels->n_charges) return MBILL_OK;
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
    int32_t place;
    MBILL_TRY(mbill__node_need_word(line, "rule", mbill__line_rule_names, MBILL__LINE_RULES, &place, err));
    *out = MBILL_LINE_PLAIN + place;
    return MBILL_OK;
}

static mbill_status read_amounts(const mbill__node *object, mbill_line *line, mbill_error *err)
{
    mbill__node node;
    line->divide_by = 1;
    MBILL_TRY(mbill__node_need_decimal(object, "quantity", MBILL_SCALE_MICRO, &line->quantity_micro, err));
    MBILL_TRY(mbill__node_need_decimal(object, "rate", MBILL_SCALE_NANO, &line->rate_nano, err));
    MBILL_TRY(mbill__node_need_decimal(object, "amount", MBILL_SCALE_MICRO, &line->amount_micro, err));
    MBILL_TRY(read_whole(object, "divide_by", 2, &line->divide_by, err));
    if (!mbill__node_get(object, "step", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &line->step_micro, err));
    if (line->step_micro > 0) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_RANGE, "a line is rounded to a step above 0; without one \"step\" is left out");
}

/* The line of which part is read: they follow each other, and a version may hold in two. */
static mbill_status read_part_of(const mbill__node *line, bill_read *bill, size_t *inout_part, mbill_error *err)
{
    mbill__node node;
    const char *version;
    int64_t from_utc_s;
    if (!bill->divided) {
        if (!mbill__node_get(line, "version", &node)) return MBILL_OK;
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "the bill has one version, which stands above the lines");
    }
    MBILL_TRY(mbill__node_need(line, "version", &node, err));
    MBILL_TRY(mbill__node_text(&node, &version, err));
    MBILL_TRY(mbill__node_time(line, "from", bill->known->zone, &from_utc_s, err));
    for (; *inout_part < bill->n_parts; ++*inout_part) {
        const bill_part *part = &bill->parts[*inout_part];
        if (strcmp(part->version, version) == 0 && from_utc_s < part->is.to_utc_s) return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_INVALID,
        "the line is by version \"%s\", which no part of the bill at its time or behind it is by", version);
}

static mbill_status read_line(const mbill__node *object, const mbill_labels *labels, mbill_line *line, mbill_error *err)
{
    mbill__node flags;
    MBILL_TRY(read_charge(object, labels, &line->charge, err));
    MBILL_TRY(pass_text(object, "title", err));
    MBILL_TRY(pass_text(object, "unit", err));
    MBILL_TRY(pass_text(object, "converted", err));
    MBILL_TRY(read_period(object, labels, &line->period, err));
    MBILL_TRY(read_whole(object, "tier", 1, &line->tier, err));
    MBILL_TRY(mbill__node_time(object, "from", labels->zone, &line->from_utc_s, err));
    MBILL_TRY(mbill__node_time(object, "to", labels->zone, &line->to_utc_s, err));
    MBILL_TRY(read_amounts(object, line, err));
    MBILL_TRY(read_rule(object, &line->rule, err));
    return mbill__node_get(object, "flags", &flags) ? read_flags(&flags, &line->flags, err) : MBILL_OK;
}

static mbill_status read_lines(const mbill__node *list, bill_read *out, mbill_error *err)
{
    static const char *const keys[] = {"charge", "title", "version", "period", "tier", "from", "to", "quantity", "unit",
        "converted", "rate", "divide_by", "step", "amount", "rule", "flags"};
    mbill__node node;
    size_t at = 0;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
        MBILL_TRY(read_part_of(&node, out, &at, err));
        MBILL_TRY(read_line(&node, out->parts[at].labels, &out->lines[out->n_lines++], err));
        out->parts[at].is.n_lines++;
    }
    for (size_t i = 1; i < out->n_parts; i++)
        out->parts[i].is.first_line = out->parts[i - 1].is.first_line + out->parts[i - 1].is.n_lines;
    return MBILL_OK;
}

/* ---- sums ---- */

/* Over all versions. *out_known: one of them has the charge. */
static mbill_status charge_sum(const bill_read *bill, const char *id, int64_t *out_micro, bool *out_known, mbill_error *err)
{
    mbill_sum sum = {0, 0};
    *out_known = false;
    for (size_t i = 0; i < bill->n_parts; i++) {
        const bill_part *part = &bill->parts[i];
        size_t charge = mbill__labels_find(part->labels, id);
        *out_known = *out_known || charge < part->labels->n_charges;
        for (size_t at = part->is.first_line; at < part->is.first_line + part->is.n_lines; at++)
            if (bill->lines[at].charge == (int32_t)charge) MBILL_TRY(mbill_sum_add(&sum, &bill->lines[at].amount_micro, 1, err));
    }
    return mbill_sum_value(&sum, out_micro, err);
}

/* What a charge comes to is said once more than needed, and must not be another number. */
static mbill_status check_sum(const mbill__node *object, const bill_read *bill, mbill_error *err)
{
    static const char *const keys[] = {"id", "to", "amount"};
    mbill__node node;
    const char *id;
    bool known;
    int64_t said_micro, sum_micro;
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(pass_text(object, "to", err));
    MBILL_TRY(mbill__node_need(object, "id", &node, err));
    MBILL_TRY(mbill__node_text(&node, &id, err));
    MBILL_TRY(mbill__node_need_decimal(object, "amount", MBILL_SCALE_MICRO, &said_micro, err));
    MBILL_TRY(mbill__node_place(object, err, charge_sum(bill, id, &sum_micro, &known, err)));
    if (!known) return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "the tariff has no charge \"%s\"", id);
    if (said_micro == sum_micro) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "charge \"%s\" comes to %s, but its lines add up to %s", id,
        mbill__say_micro(said_micro).text, mbill__say_micro(sum_micro).text);
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

static mbill_status check_part_sum(const mbill__node *node, const bill_read *bill, const mbill_bill_segment *part,
    mbill_error *err)
{
    mbill_sum sum = {0, 0};
    int64_t sum_micro;
    for (size_t i = part->first_line; i < part->first_line + part->n_lines; i++)
        MBILL_TRY(mbill__node_place(node, err, mbill_sum_add(&sum, &bill->lines[i].amount_micro, 1, err)));
    MBILL_TRY(mbill__node_place(node, err, mbill_sum_value(&sum, &sum_micro, err)));
    if (sum_micro == part->total_micro) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "the part comes to %s, but its lines add up to %s",
        mbill__say_micro(part->total_micro).text, mbill__say_micro(sum_micro).text);
}

static mbill_status check_part_sums(const mbill__node *root, bill_read *bill, mbill_error *err)
{
    mbill__node list, node;
    if (!mbill__node_get(root, "versions", &list)) {
        bill->parts->is = (mbill_bill_segment){NULL, bill->bill.from_utc_s, bill->bill.to_utc_s, 0, bill->n_lines,
            bill->bill.total_micro};
        return MBILL_OK;
    }
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(check_part_sum(&node, bill, &bill->parts[node.index].is, err));
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

/* What was converted holds together and lies in the bill; it is given by a call of its own. */
static mbill_status check_converted(const mbill__node *root, const bill_read *bill, mbill_error *err)
{
    mbill__node list, node;
    mbill_converted one;
    if (!mbill__node_get(root, "converted", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__converted_read(&node, bill->known->zone, &one, err));
        if (one.from_utc_s < bill->bill.from_utc_s || one.to_utc_s > bill->bill.to_utc_s)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "it reaches over an end of the bill");
    }
    return MBILL_OK;
}

/* ---- the call ---- */

/* The labels of a version, at that node. */
static mbill_status find_labels(const mbill__node *node, const bill_read *bill, bill_part *part, mbill_error *err)
{
    MBILL_TRY(mbill__node_text(node, &part->version, err));
    part->place = 0;
    while (bill->by_version && part->place < bill->n_known && strcmp(bill->known[part->place].version, part->version) != 0)
        part->place++;
    if (part->place == bill->n_known)
        return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "version \"%s\" is none of those given", part->version);
    part->labels = &bill->known[part->place];
    return MBILL_OK;
}

static mbill_status read_part(const mbill__node *object, bill_read *out, mbill_error *err)
{
    static const char *const keys[] = {"version", "hash", "from", "to", "total"};
    bill_part *part = &out->parts[out->n_parts++];
    mbill__node version;
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "version", &version, err));
    MBILL_TRY(find_labels(&version, out, part, err));
    MBILL_TRY(pass_text(object, "hash", err));
    MBILL_TRY(mbill__node_time(object, "from", part->labels->zone, &part->is.from_utc_s, err));
    MBILL_TRY(mbill__node_time(object, "to", part->labels->zone, &part->is.to_utc_s, err));
    return mbill__node_need_decimal(object, "total", MBILL_SCALE_MICRO, &part->is.total_micro, err);
}

static mbill_status take_parts(bill_read *out, size_t n, const mbill_allocator *libc, mbill_error *err)
{
    out->parts = mbill__alloc_array(libc, n, sizeof *out->parts);
    if (out->parts == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the parts of the bill");
    memset(out->parts, 0, n * sizeof *out->parts);
    out->cap_parts = n;
    return MBILL_OK;
}

/* "version" and "hash", or "versions". */
static mbill_status read_versions(const mbill__node *root, const mbill_allocator *libc, bill_read *out, mbill_error *err)
{
    mbill__node list, node;
    out->divided = mbill__node_get(root, "versions", &list);
    if (!out->divided) {
        MBILL_TRY(take_parts(out, 1, libc, err));
        MBILL_TRY(mbill__node_need(root, "version", &node, err));
        MBILL_TRY(pass_text(root, "hash", err));
        out->n_parts = 1;
        return find_labels(&node, out, out->parts, err);
    }
    if (mbill__node_get(root, "version", &node) || mbill__node_get(root, "hash", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"versions\" stands in place of \"version\" and \"hash\"");
    MBILL_TRY(mbill__node_list(&list, 2, err));
    MBILL_TRY(take_parts(out, mbill__node_count(&list), libc, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) MBILL_TRY(read_part(&node, out, err));
    return MBILL_OK;
}

/* Parts follow each other from the bill's start to its end. */
static mbill_status check_parts(const mbill__node *root, const bill_read *bill, mbill_error *err)
{
    mbill__node list, node;
    int64_t at_utc_s = bill->bill.from_utc_s;
    if (!mbill__node_get(root, "versions", &list)) return MBILL_OK;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        const mbill_bill_segment *part = &bill->parts[node.index].is;
        bool last = node.index + 1 == bill->n_parts;
        if (part->from_utc_s != at_utc_s || part->to_utc_s <= at_utc_s || (last && part->to_utc_s != bill->bill.to_utc_s))
            return mbill__node_fail(&node, err, MBILL_E_INVALID,
                "the parts of the bill do not follow each other from its start to its end");
        at_utc_s = part->to_utc_s;
    }
    return MBILL_OK;
}

static mbill_status read_head(const mbill__node *root, const mbill_allocator *libc, bill_read *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "tariff", "version", "hash", "versions", "currency", "from", "to",
        "flags", "converted", "lines", "charges", "total"};
    mbill__node flags;
    MBILL_TRY(mbill__json_header(root, "bill", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(need_text(root, "tariff", out->known->tariff, err));
    MBILL_TRY(need_text(root, "currency", out->known->currency, err));
    MBILL_TRY(read_versions(root, libc, out, err));
    MBILL_TRY(mbill__node_time(root, "from", out->known->zone, &out->bill.from_utc_s, err));
    MBILL_TRY(mbill__node_time(root, "to", out->known->zone, &out->bill.to_utc_s, err));
    MBILL_TRY(check_parts(root, out, err));
    MBILL_TRY(mbill__node_need_decimal(root, "total", MBILL_SCALE_MICRO, &out->bill.total_micro, err));
    MBILL_TRY(check_converted(root, out, err));
    MBILL_TRY(mbill__node_need(root, "flags", &flags, err));
    return read_flags(&flags, &out->bill.flags, err);
}

static mbill_status read_bill(const mbill__node *root, const mbill_allocator *libc, bill_read *out, mbill_error *err)
{
    mbill__node lines;
    out->bill.struct_size = (uint32_t)sizeof out->bill;
    MBILL_TRY(read_head(root, libc, out, err));
    MBILL_TRY(mbill__node_need(root, "lines", &lines, err));
    MBILL_TRY(mbill__node_list(&lines, 0, err));
    out->cap_lines = mbill__node_count(&lines) + 1;
    out->lines = mbill__alloc_array(libc, out->cap_lines, sizeof *out->lines);
    if (out->lines == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the lines of the bill");
    memset(out->lines, 0, out->cap_lines * sizeof *out->lines);
    MBILL_TRY(read_lines(&lines, out, err));
    MBILL_TRY(check_whole(root, &lines, out, err));
    MBILL_TRY(check_part_sums(root, out, err));
    return check_sums(root, out, err);
}

/* What is read from the text, if there is room for all of it. */
typedef struct bill_given {
    mbill_line *lines;
    size_t cap_lines, *n_lines;
    const mbill_labels *const *labels;
    mbill_bill_segment *segments; /* NULL: not asked for */
    size_t cap_segments, *n_segments;
    mbill_bill *bill;
} bill_given;

static mbill_status give(const bill_read *bill, const bill_given *out, mbill_error *err)
{
    *out->n_lines = bill->n_lines;
    if (out->n_segments != NULL) *out->n_segments = bill->n_parts;
    if (bill->n_lines > out->cap_lines)
        return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu lines, but there is room for %zu", bill->n_lines, out->cap_lines);
    if (out->n_segments != NULL && bill->n_parts > out->cap_segments)
        return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu segments, but there is room for %zu", bill->n_parts,
            out->cap_segments);
    if (bill->n_lines > 0) memcpy(out->lines, bill->lines, bill->n_lines * sizeof *out->lines);
    for (size_t i = 0; out->n_segments != NULL && i < bill->n_parts; i++) {
        out->segments[i] = bill->parts[i].is;
        out->segments[i].labels = out->labels[bill->parts[i].place];
    }
    uint32_t struct_size = out->bill->struct_size;
    *out->bill = bill->bill;
    out->bill->struct_size = struct_size;
    return MBILL_OK;
}

/* Checked copies of the labels, of one tariff and currency. */
static mbill_status read_labels(const mbill_labels *const *given, size_t n, mbill_labels *out, mbill_error *err)
{
    for (size_t i = 0; i < n; i++) {
        MBILL__NEED(given[i]);
        MBILL_TRY(mbill__labels_read(&out[i], given[i], err));
        MBILL_TRY(mbill__labels_check_names(&out[i], err));
        if (strcmp(out[i].tariff, out[0].tariff) != 0 || strcmp(out[i].currency, out[0].currency) != 0)
            return mbill__fail(err, MBILL_E_INVALID, "labels %zu are of tariff \"%s\" in %s, expected \"%s\" in %s", i,
                out[i].tariff, out[i].currency, out[0].tariff, out[0].currency);
    }
    return MBILL_OK;
}

static mbill_status read_text(const char *json, size_t len, bill_read *work, const mbill_allocator *libc, const bill_given *out,
    mbill_error *err)
{
    mbill__json *document;
    MBILL_TRY(mbill__json_read(json, len, libc, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_bill(&root, libc, work, err);
    mbill__json_free(document);
    if (status == MBILL_OK) status = give(work, out, err);
    mbill__release(libc, work->lines, work->cap_lines * sizeof *work->lines);
    mbill__release(libc, work->parts, work->cap_parts * sizeof *work->parts);
    return status;
}

mbill_status mbill_bill_read(const char *json, size_t len, const mbill_labels *labels, mbill_line *out_lines, size_t cap_lines,
    size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err)
{
    mbill_labels names;
    mbill_allocator libc;
    MBILL__NEED(json);
    MBILL__NEED(labels);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_bill);
    if (cap_lines > 0) MBILL__NEED(out_lines);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    MBILL_TRY(read_labels(&labels, 1, &names, err));
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    bill_read work = {.known = &names, .n_known = 1};
    const bill_given out = {.lines = out_lines, .cap_lines = cap_lines, .n_lines = out_n_lines, .bill = out_bill};
    return read_text(json, len, &work, &libc, &out, err);
}

mbill_status mbill_bill_read_segments(const char *json, size_t len, const mbill_labels *const *labels, size_t n_labels,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill_segment *out_segments, size_t cap_segments,
    size_t *out_n_segments, mbill_bill *out_bill, mbill_error *err)
{
    mbill_allocator libc;
    MBILL__NEED(json);
    MBILL__NEED(labels);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_n_segments);
    MBILL__NEED(out_bill);
    if (cap_lines > 0) MBILL__NEED(out_lines);
    if (cap_segments > 0) MBILL__NEED(out_segments);
    if (n_labels == 0) return mbill__fail(err, MBILL_E_MISUSE, "n_labels is 0, expected 1 at least");
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill_labels *names = mbill__alloc_array(&libc, n_labels, sizeof *names);
    if (names == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the labels of the bill");
    bill_read work = {.known = names, .n_known = n_labels, .by_version = true};
    const bill_given out = {out_lines, cap_lines, out_n_lines, labels, out_segments, cap_segments, out_n_segments, out_bill};
    mbill_status status = read_labels(labels, n_labels, names, err);
    if (status == MBILL_OK) status = read_text(json, len, &work, &libc, &out, err);
    mbill__release(&libc, names, n_labels * sizeof *names);
    return status;
}
