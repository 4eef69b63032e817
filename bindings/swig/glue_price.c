/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages price, buy and compare does. */
#include "glue_price.h"

#include "pricing.h"

#include <stdlib.h>
#include <string.h>

/* --- a bill --- */

static mbill_status add_correction(const face_pricing *p, const char *old, size_t old_len, face_join *join, mbill_error *err)
{
    face_bill before, difference;
    memset(&difference, 0, sizeof difference);
    mbill_status status = face_bill_read(&before, p->tariff, old, old_len, err);
    if (status == MBILL_OK) status = face_bill_difference(&difference, &before, &p->bill, p->lines, p->n_lines, err);
    if (status == MBILL_OK) {
        face_add_key(join, "correction");
        status = face_add_written(join, face_bill_write, &difference, err);
    }
    free(before.lines);
    free(difference.lines);
    return status;
}

mbill_status mbill_face_price(const mbill_tariff *tariff, const char *usage, size_t usage_len, const char *facts,
    size_t facts_len, const char *position, size_t position_len, const char *old, size_t old_len, int32_t flags,
    mbill_face_text *out_text, mbill_error *err)
{
    face_pricing p;
    face_join join = {NULL, 0, 0, 0};
    memset(&p, 0, sizeof p);
    mbill_status status = face_pricing_begin(&p, tariff, facts, facts_len, position, position_len, err);
    p.request.flags = (uint32_t)flags;
    if (status == MBILL_OK) status = face_pricing_use(&p, usage, usage_len, err);
    if (status == MBILL_OK) status = face_pricing_price(&p, err);
    if (status == MBILL_OK) status = face_pricing_convert(&p, err);
    if (status == MBILL_OK) {
        face_add(&join, "{\"meterbill\":1,\"kind\":\"price\"");
        status = face_pricing_add(&p, &join, err);
    }
    if (status == MBILL_OK && old != NULL) status = add_correction(&p, old, old_len, &join, err);
    face_add(&join, "}");
    face_pricing_end(&p);
    return face_take(&join, status, out_text, err);
}

/* Few tariffs make more lines of a quantity than these; for others memory is taken. */
enum { LINES_AT_HAND = 48 };

mbill_status mbill_face_total(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t quantity_micro,
    int64_t *out_value, mbill_error *err)
{
    mbill_line at_hand[LINES_AT_HAND], *lines = at_hand;
    mbill_input input;
    mbill_price_request request;
    mbill_bill bill;
    size_t cap = LINES_AT_HAND, n_lines = 0;
    memset(&input, 0, sizeof input);
    memset(&request, 0, sizeof request);
    memset(&bill, 0, sizeof bill);
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    if (mbill_tariff_n_registers(tariff) != 1)
        return face_fail(err, MBILL_E_AMBIGUOUS, -1, "the tariff has %zu registers, expected one",
            mbill_tariff_n_registers(tariff));
    input.name = mbill_tariff_register(tariff, 0);
    input.total_micro = quantity_micro;
    request.struct_size = (uint32_t)sizeof request;
    request.from_utc_s = from_utc_s;
    request.to_utc_s = to_utc_s;
    request.inputs = &input;
    request.n_inputs = 1;
    bill.struct_size = (uint32_t)sizeof bill;
    mbill_status status = mbill_tariff_price(tariff, &request, NULL, lines, cap, &n_lines, &bill, NULL, err);
    if (status == MBILL_E_ROOM) {
        lines = face_allocate(n_lines, sizeof *lines, err);
        if (lines == NULL) return MBILL_E_NOMEM;
        status = mbill_tariff_price(tariff, &request, NULL, lines, n_lines, &n_lines, &bill, NULL, err);
    }
    if (status == MBILL_OK) *out_value = bill.total_micro;
    if (lines != at_hand) free(lines);
    return status;
}

/* --- a bill over versions --- */

struct mbill_face_versions {
    mbill_change_part parts[MBILL_CHANGE_MAX];
    size_t n;
};

mbill_status mbill_face_versions_open(const mbill_tariff *tariff, mbill_face_versions **out_versions, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    mbill_face_versions *versions = face_allocate(1, sizeof *versions, err);
    if (versions == NULL) return MBILL_E_NOMEM;
    versions->parts[versions->n++].tariff = tariff;
    *out_versions = versions;
    return MBILL_OK;
}

mbill_status mbill_face_versions_add(mbill_face_versions *versions, const mbill_tariff *tariff, mbill_error *err)
{
    if (versions == NULL || tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "a handle is NULL");
    if (versions->n == MBILL_CHANGE_MAX)
        return face_fail(err, MBILL_E_LIMIT, -1, "more than %d versions of a tariff", MBILL_CHANGE_MAX);
    mbill_change_part *part = &versions->parts[versions->n++];
    part->tariff = tariff;
    mbill_tariff_valid(tariff, &part->from_utc_s, NULL);
    return MBILL_OK;
}

void mbill_face_versions_free(mbill_face_versions *versions)
{
    free(versions);
}

static mbill_status price_versions(face_pricing *p, const mbill_face_versions *versions, const mbill_change_rule *rule,
    mbill_error *err)
{
    mbill_change_part parts[MBILL_CHANGE_MAX];
    size_t n = versions->n, need = 0;
    memcpy(parts, versions->parts, n * sizeof *parts);
    parts[0].from_utc_s = p->request.from_utc_s;
    p->last = parts[n - 1].tariff;
    p->n_segments = n;
    p->segments = face_allocate(n, sizeof *p->segments, err);
    mbill_position *after = face_allocate(mbill_position_size(p->last), 1, err);
    if (p->segments == NULL || after == NULL) {
        free(after);
        return MBILL_E_NOMEM;
    }
    mbill_status status = mbill_change_price(parts, n, rule, &p->request, p->position, NULL, 0, &need, p->segments, &p->bill,
        after, err);
    if (status == MBILL_E_ROOM) {
        p->lines = face_allocate(need, sizeof *p->lines, err);
        status = p->lines == NULL ? MBILL_E_NOMEM
                                  : mbill_change_price(parts, n, rule, &p->request, p->position, p->lines, need, &p->n_lines,
                                        p->segments, &p->bill, after, err);
    }
    free(p->position);
    p->position = after;
    return status;
}

mbill_status mbill_face_versions_price(const mbill_face_versions *versions, const char *usage, size_t usage_len,
    const char *facts, size_t facts_len, const char *position, size_t position_len, int32_t split, int64_t step_micro,
    int32_t how, int32_t flags, mbill_face_text *out_text, mbill_error *err)
{
    face_pricing p;
    face_join join = {NULL, 0, 0, 0};
    mbill_change_rule rule;
    memset(&p, 0, sizeof p);
    memset(&rule, 0, sizeof rule);
    if (versions == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "versions is NULL");
    rule.struct_size = (uint32_t)sizeof rule;
    rule.split = split;
    rule.step_micro = step_micro;
    rule.how = how;
    mbill_status status = face_pricing_begin(&p, versions->parts[0].tariff, facts, facts_len, position, position_len, err);
    p.request.flags = (uint32_t)flags;
    if (status == MBILL_OK) status = face_pricing_use(&p, usage, usage_len, err);
    if (status == MBILL_OK) status = price_versions(&p, versions, &rule, err);
    if (status == MBILL_OK) status = face_pricing_convert(&p, err);
    if (status == MBILL_OK) {
        face_add(&join, "{\"meterbill\":1,\"kind\":\"price\"");
        status = face_pricing_add(&p, &join, err);
    }
    face_add(&join, "}");
    face_pricing_end(&p);
    return face_take(&join, status, out_text, err);
}

/* --- money to quantity --- */

static mbill_status take_lines(face_pricing *p, int64_t from_utc_s, int64_t to_utc_s, size_t *out_cap, mbill_error *err)
{
    mbill_status status = mbill_tariff_lines_max(p->tariff, from_utc_s, to_utc_s, out_cap, err);
    if (status != MBILL_OK) return status;
    p->lines = face_allocate(*out_cap, sizeof *p->lines, err);
    return p->lines != NULL ? MBILL_OK : MBILL_E_NOMEM;
}

static void add_quantity(face_join *join, const char *key, int64_t value_micro)
{
    face_add_key(join, key);
    face_add_micro(join, value_micro);
}

mbill_status mbill_face_buy(const mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position,
    size_t position_len, int64_t money_micro, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    face_pricing p;
    face_join join = {NULL, 0, 0, 0};
    mbill_purchase purchase;
    size_t cap = 0;
    memset(&p, 0, sizeof p);
    memset(&purchase, 0, sizeof purchase);
    purchase.struct_size = (uint32_t)sizeof purchase;
    if (at_utc_s == INT64_MAX) return face_fail(err, MBILL_E_RANGE, -1, "the instant is after the calendar's end");
    mbill_status status = face_pricing_begin(&p, tariff, facts, facts_len, position, position_len, err);
    p.request.flags = MBILL_PRICE_PURCHASE;
    p.request.from_utc_s = at_utc_s;
    p.request.to_utc_s = at_utc_s + 1;
    if (status == MBILL_OK) status = take_lines(&p, at_utc_s, at_utc_s + 1, &cap, err);
    if (status == MBILL_OK)
        status = mbill_tariff_buy(tariff, &p.request, p.position, money_micro, p.lines, cap, &p.n_lines, &p.bill, &purchase,
            p.position, err);
    if (status == MBILL_OK) {
        face_add(&join, "{\"meterbill\":1,\"kind\":\"buy\"");
        add_quantity(&join, "money", money_micro);
        add_quantity(&join, "quantity", purchase.quantity_micro);
        face_add_key(&join, "unit");
        face_add_quoted(&join, mbill_tariff_register_unit(tariff, 0));
        add_quantity(&join, "change", purchase.change_micro);
        status = face_pricing_add(&p, &join, err);
    }
    face_add(&join, "}");
    face_pricing_end(&p);
    return face_take(&join, status, out_text, err);
}

static void add_days_left(face_join *join, const mbill_days_left *left)
{
    face_add(join, "{");
    face_add_key(join, "days");
    face_add_int(join, left->days);
    face_add_key(join, "runs_out");
    if (left->runs_out_utc_s == INT64_MAX) face_add(join, "null");
    else face_add_int(join, left->runs_out_utc_s);
    face_add_key(join, "never");
    face_add(join, (left->flags & MBILL_DAYS_LEFT_NEVER) != 0 ? "true" : "false");
    face_add_key(join, "at_least");
    face_add(join, (left->flags & MBILL_DAYS_LEFT_AT_LEAST) != 0 ? "true}" : "false}");
}

mbill_status mbill_face_days_left(const mbill_tariff *tariff, const char *facts, size_t facts_len, const char *position,
    size_t position_len, int64_t money_micro, int64_t at_utc_s, int64_t per_day_micro, mbill_face_text *out_text,
    mbill_error *err)
{
    enum { TWO_DAYS_S = 2 * 86400 };
    face_pricing p;
    face_join join = {NULL, 0, 0, 0};
    mbill_recent_use use;
    mbill_days_left left;
    size_t cap = 0;
    memset(&p, 0, sizeof p);
    memset(&use, 0, sizeof use);
    memset(&left, 0, sizeof left);
    use.struct_size = (uint32_t)sizeof use;
    use.per_day_micro = per_day_micro;
    left.struct_size = (uint32_t)sizeof left;
    if (at_utc_s > INT64_MAX - TWO_DAYS_S) return face_fail(err, MBILL_E_RANGE, -1, "the instant is after the calendar's end");
    mbill_status status = face_pricing_begin(&p, tariff, facts, facts_len, position, position_len, err);
    p.request.from_utc_s = at_utc_s;
    if (status == MBILL_OK) status = take_lines(&p, at_utc_s, at_utc_s + TWO_DAYS_S, &cap, err);
    if (status == MBILL_OK)
        status = mbill_tariff_days_left(tariff, &p.request, p.position, money_micro, &use, p.lines, cap, &left, err);
    if (status == MBILL_OK) add_days_left(&join, &left);
    face_pricing_end(&p);
    return face_take(&join, status, out_text, err);
}

/* --- bills read back --- */

mbill_status mbill_face_bill_check(const mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err)
{
    face_bill read;
    mbill_status status = face_bill_read(&read, tariff, bill, bill_len, err);
    if (status == MBILL_OK) status = face_write(face_bill_write, &read, out_text, err);
    free(read.lines);
    return status;
}

mbill_status mbill_face_bill_difference(const mbill_tariff *tariff, const char *old, size_t old_len, const char *bill,
    size_t bill_len, mbill_face_text *out_text, mbill_error *err)
{
    face_bill before, now, difference;
    memset(&now, 0, sizeof now);
    memset(&difference, 0, sizeof difference);
    mbill_status status = face_bill_read(&before, tariff, old, old_len, err);
    if (status == MBILL_OK) status = face_bill_read(&now, tariff, bill, bill_len, err);
    if (status == MBILL_OK) status = face_bill_difference(&difference, &before, &now.bill, now.lines, now.n_lines, err);
    if (status == MBILL_OK) status = face_write(face_bill_write, &difference, out_text, err);
    free(before.lines);
    free(now.lines);
    free(difference.lines);
    return status;
}

typedef struct one_line {
    const mbill_line *line;
    const mbill_labels *labels;
} one_line;

static mbill_status write_sentence(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const one_line *of = context;
    return mbill_line_explain(of->line, of->labels, out_text, inout_len, err);
}

mbill_status mbill_face_bill_explain(const mbill_tariff *tariff, const char *bill, size_t bill_len, mbill_face_text *out_text,
    mbill_error *err)
{
    face_bill read;
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = face_bill_read(&read, tariff, bill, bill_len, err);
    face_add(&join, "[");
    for (size_t i = 0; status == MBILL_OK && i < read.n_lines; i++) {
        face_join sentence = {NULL, 0, 0, 0};
        one_line of = {&read.lines[i], read.labels};
        status = face_add_written(&sentence, write_sentence, &of, err);
        if (i > 0) face_add(&join, ",");
        if (status == MBILL_OK) face_add_quoted(&join, sentence.p);
        free(sentence.p);
    }
    face_add(&join, "]");
    free(read.lines);
    return face_take(&join, status, out_text, err);
}

/* --- a bill over versions, read back --- */

typedef struct versions_bill {
    mbill_bill bill;
    mbill_line *lines;
    mbill_bill_segment *segments;
    mbill_converted *converted;
    size_t n_lines, n_segments, n_converted;
} versions_bill;

static void end_versions_bill(versions_bill *b)
{
    free(b->lines);
    free(b->segments);
    free(b->converted);
}

static mbill_status read_lines(versions_bill *b, const mbill_labels *const *labels, size_t n, const char *text, size_t len,
    mbill_error *err)
{
    b->bill.struct_size = (uint32_t)sizeof b->bill;
    mbill_status status = mbill_bill_read_segments(text, len, labels, n, NULL, 0, &b->n_lines, NULL, 0, &b->n_segments, &b->bill,
        err);
    if (status != MBILL_E_ROOM) return status;
    b->lines = face_allocate(b->n_lines, sizeof *b->lines, err);
    b->segments = face_allocate(b->n_segments, sizeof *b->segments, err);
    if (b->lines == NULL || b->segments == NULL) return MBILL_E_NOMEM;
    return mbill_bill_read_segments(text, len, labels, n, b->lines, b->n_lines, &b->n_lines, b->segments, b->n_segments,
        &b->n_segments, &b->bill, err);
}

static mbill_status read_converted(versions_bill *b, const mbill_labels *labels, const char *text, size_t len, mbill_error *err)
{
    mbill_status status = mbill_bill_read_converted(text, len, labels, NULL, 0, &b->n_converted, err);
    if (status != MBILL_E_ROOM) return status;
    b->converted = face_allocate(b->n_converted, sizeof *b->converted, err);
    if (b->converted == NULL) return MBILL_E_NOMEM;
    status = mbill_bill_read_converted(text, len, labels, b->converted, b->n_converted, &b->n_converted, err);
    b->bill.converted = b->converted;
    b->bill.n_converted = b->n_converted;
    return status;
}

static mbill_status read_versions_bill(versions_bill *b, const mbill_face_versions *versions, const char *text, size_t len,
    mbill_error *err)
{
    const mbill_labels *labels[MBILL_CHANGE_MAX];
    memset(b, 0, sizeof *b);
    if (versions == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "versions is NULL");
    for (size_t i = 0; i < versions->n; i++) labels[i] = mbill_tariff_labels(versions->parts[i].tariff);
    mbill_status status = read_lines(b, labels, versions->n, text, len, err);
    return status == MBILL_OK ? read_converted(b, labels[0], text, len, err) : status;
}

static mbill_status write_versions_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const versions_bill *b = context;
    return mbill_bill_write_segments(&b->bill, b->lines, b->n_lines, b->segments, b->n_segments, 0, out_text, inout_len, err);
}

mbill_status mbill_face_versions_check(const mbill_face_versions *versions, const char *bill, size_t bill_len,
    mbill_face_text *out_text, mbill_error *err)
{
    versions_bill read;
    mbill_status status = read_versions_bill(&read, versions, bill, bill_len, err);
    if (status == MBILL_OK) status = face_write(write_versions_bill, &read, out_text, err);
    end_versions_bill(&read);
    return status;
}

static mbill_status add_sentence(face_join *join, face_writer write, const void *of, mbill_error *err)
{
    face_join sentence = {NULL, 0, 0, 0};
    mbill_status status = face_add_written(&sentence, write, of, err);
    if (join->n > 1) face_add(join, ",");
    if (status == MBILL_OK) face_add_quoted(join, sentence.p);
    free(sentence.p);
    return status;
}

typedef struct one_record {
    const mbill_converted *record;
    const mbill_labels *labels;
} one_record;

static mbill_status write_record(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const one_record *of = context;
    return mbill_converted_explain(of->record, of->labels, out_text, inout_len, err);
}

mbill_status mbill_face_versions_explain(const mbill_face_versions *versions, const char *bill, size_t bill_len,
    mbill_face_text *out_text, mbill_error *err)
{
    versions_bill read;
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = read_versions_bill(&read, versions, bill, bill_len, err);
    face_add(&join, "[");
    for (size_t i = 0; status == MBILL_OK && i < read.n_converted; i++)
        status = add_sentence(&join, write_record, &(one_record){&read.converted[i], read.segments[0].labels}, err);
    for (size_t i = 0; status == MBILL_OK && i < read.n_segments; i++)
        for (size_t at = 0; status == MBILL_OK && at < read.segments[i].n_lines; at++)
            status = add_sentence(&join, write_sentence,
                &(one_line){&read.lines[read.segments[i].first_line + at], read.segments[i].labels}, err);
    face_add(&join, "]");
    end_versions_bill(&read);
    return face_take(&join, status, out_text, err);
}
