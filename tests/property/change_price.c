/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when pricing over a change of versions does. What is written must be read as it was. */
#include "change_price.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pricing {
    mbill_change_part parts[VERSIONS_MAX];
    mbill_bill_segment segments[VERSIONS_MAX];
    size_t n_parts, n_lines;
    mbill_line *lines;
    mbill_bill bill;
    mbill_position *after;
} pricing;

static void *room(size_t size)
{
    void *block = calloc(1, size > 0 ? size : 1);
    if (block == NULL) abort();
    return block;
}

/* Without room it says how much is needed. */
static mbill_status price(pricing *p, const mbill_change_rule *rule, const mbill_price_request *request,
    const mbill_position *before, mbill_error *err)
{
    size_t cap = 0;
    mbill_status status = mbill_change_price(p->parts, p->n_parts, rule, request, before, NULL, 0, &cap, p->segments, &p->bill,
        p->after, err);
    if (status != MBILL_E_ROOM) return status;
    mbill_error_init(err);
    p->lines = room(cap * sizeof *p->lines);
    return mbill_change_price(p->parts, p->n_parts, rule, request, before, p->lines, cap, &p->n_lines, p->segments, &p->bill,
        p->after, err);
}

static mbill_status write_bill(const pricing *p, char **out, mbill_error *err)
{
    size_t len = 0;
    mbill_status status = mbill_bill_check(&p->bill, p->lines, p->n_lines, err);
    if (status == MBILL_OK)
        status = mbill_bill_write_segments(&p->bill, p->lines, p->n_lines, p->segments, p->n_parts, 0, NULL, &len, err);
    *out = room(len);
    if (status != MBILL_OK) return status;
    return mbill_bill_write_segments(&p->bill, p->lines, p->n_lines, p->segments, p->n_parts, 0, *out, &len, err);
}

/* What was written is read as it was, byte by byte. */
static mbill_status read_again(const pricing *p, const char *text, mbill_error *err)
{
    const mbill_labels *labels[VERSIONS_MAX];
    mbill_bill_segment segments[VERSIONS_MAX];
    mbill_bill bill = {.struct_size = sizeof bill};
    size_t n_lines = 0, n_segments = 0, len = strlen(text) + 1;
    mbill_line *lines = room(p->n_lines * sizeof *lines);
    char *again = room(len);
    for (size_t i = 0; i < p->n_parts; i++) labels[i] = mbill_tariff_labels(p->parts[p->n_parts - 1 - i].tariff);
    mbill_status status = mbill_bill_read_segments(text, strlen(text), labels, p->n_parts, lines, p->n_lines, &n_lines, segments,
        VERSIONS_MAX, &n_segments, &bill, err);
    if (status == MBILL_OK) status = mbill_bill_write_segments(&bill, lines, n_lines, segments, n_segments, 0, again, &len, err);
    if (status != MBILL_OK || strcmp(again, text) != 0) {
        fprintf(stderr, "change: a bill is read in another way than it is written: %s\n", err->message);
        abort();
    }
    free(again);
    free(lines);
    return status;
}

static mbill_status write_position(const pricing *p, char **out, mbill_error *err)
{
    const mbill_tariff *last = p->parts[p->n_parts - 1].tariff;
    size_t len = 0;
    mbill_status status = mbill_position_write(last, p->after, NULL, &len, err);
    *out = room(len);
    return status == MBILL_OK ? mbill_position_write(last, p->after, *out, &len, err) : status;
}

mbill_status change_price(const mbill_tariff *const *versions, size_t n_versions, const mbill_change_rule *rule,
    const mbill_price_request *request, const mbill_position *before, char **out_bill, char **out_position, mbill_error *err)
{
    pricing p;
    memset(&p, 0, sizeof p);
    p.bill.struct_size = (uint32_t)sizeof p.bill;
    p.n_parts = n_versions;
    p.after = room(mbill_position_size(versions[n_versions - 1]));
    for (size_t i = 0; i < n_versions; i++) {
        p.parts[i] = (mbill_change_part){.tariff = versions[i], .from_utc_s = request->from_utc_s};
        if (i > 0) mbill_tariff_valid(versions[i], &p.parts[i].from_utc_s, NULL);
    }
    *out_bill = *out_position = NULL;
    mbill_status status = price(&p, rule, request, before, err);
    if (status == MBILL_OK) status = write_bill(&p, out_bill, err);
    if (status == MBILL_OK) status = read_again(&p, *out_bill, err);
    if (status == MBILL_OK) status = write_position(&p, out_position, err);
    free(p.lines);
    free(p.after);
    return status;
}
