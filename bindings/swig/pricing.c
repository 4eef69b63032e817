/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill is made of does: documents in, lines and a position out. */
#include "pricing.h"

#include <stdlib.h>
#include <string.h>

mbill_status face_pricing_begin(face_pricing *p, const mbill_tariff *tariff, const char *facts, size_t facts_len,
    const char *position, size_t position_len, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    p->tariff = p->last = tariff;
    p->request.struct_size = (uint32_t)sizeof p->request;
    p->bill.struct_size = (uint32_t)sizeof p->bill;
    p->position = face_allocate(mbill_position_size(tariff), 1, err);
    if (p->position == NULL) return MBILL_E_NOMEM;
    mbill_position_init(tariff, p->position);
    mbill_status status = MBILL_OK;
    if (position != NULL) status = mbill_position_read(tariff, position, position_len, p->position, err);
    if (status == MBILL_OK && facts != NULL) status = mbill_facts_read(facts, facts_len, NULL, &p->facts, err);
    if (status != MBILL_OK || p->facts == NULL) return status;
    p->request.facts = mbill_facts_values(p->facts, &p->request.n_facts);
    p->request.lists = mbill_facts_lists(p->facts, &p->request.n_lists);
    p->request.instants = mbill_facts_instants(p->facts, &p->request.n_instants);
    p->request.series = mbill_facts_series(p->facts, &p->request.n_series);
    p->request.factors = mbill_facts_factors(p->facts, &p->request.n_factors);
    return MBILL_OK;
}

mbill_status face_pricing_use(face_pricing *p, const char *usage, size_t usage_len, mbill_error *err)
{
    mbill_status status = mbill_usage_read(usage, usage_len, mbill_tariff_labels(p->tariff)->zone, NULL, &p->usage, err);
    if (status != MBILL_OK) return status;
    p->request.from_utc_s = mbill_usage_from_utc_s(p->usage);
    p->request.to_utc_s = mbill_usage_to_utc_s(p->usage);
    p->request.span_to_utc_s = mbill_usage_span_to_utc_s(p->usage);
    p->request.inputs = mbill_usage_inputs(p->usage, &p->request.n_inputs);
    return MBILL_OK;
}

mbill_status face_pricing_price(face_pricing *p, mbill_error *err)
{
    size_t cap = 0;
    mbill_status status = mbill_tariff_lines_max(p->tariff, p->request.from_utc_s, p->request.to_utc_s, &cap, err);
    if (status != MBILL_OK) return status;
    p->lines = face_allocate(cap, sizeof *p->lines, err);
    if (p->lines == NULL) return MBILL_E_NOMEM;
    return mbill_tariff_price(p->tariff, &p->request, p->position, p->lines, cap, &p->n_lines, &p->bill, p->position, err);
}

mbill_status face_pricing_convert(face_pricing *p, mbill_error *err)
{
    size_t n = 0;
    mbill_status status = mbill_tariff_converted(p->tariff, &p->request, NULL, 0, &n, err);
    if (status != MBILL_E_ROOM) return status;
    p->converted = face_allocate(n, sizeof *p->converted, err);
    if (p->converted == NULL) return MBILL_E_NOMEM;
    p->bill.converted = p->converted;
    p->bill.n_converted = n;
    return mbill_tariff_converted(p->tariff, &p->request, p->converted, n, &n, err);
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const face_pricing *p = context;
    if (p->segments != NULL)
        return mbill_bill_write_segments(&p->bill, p->lines, p->n_lines, p->segments, p->n_segments, 0, out_text, inout_len, err);
    return mbill_bill_write(&p->bill, p->lines, p->n_lines, mbill_tariff_labels(p->tariff), 0, out_text, inout_len, err);
}

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const face_pricing *p = context;
    return mbill_position_write(p->last, p->position, out_text, inout_len, err);
}

mbill_status face_pricing_add(const face_pricing *p, face_join *join, mbill_error *err)
{
    face_add_key(join, "bill");
    mbill_status status = face_add_written(join, write_bill, p, err);
    if (status != MBILL_OK) return status;
    face_add_key(join, "position");
    return face_add_written(join, write_position, p, err);
}

void face_pricing_end(face_pricing *p)
{
    mbill_facts_free(p->facts);
    mbill_usage_free(p->usage);
    free(p->position);
    free(p->lines);
    free(p->segments);
    free(p->converted);
}

mbill_status face_bill_read(face_bill *out, const mbill_tariff *tariff, const char *text, size_t len, mbill_error *err)
{
    memset(out, 0, sizeof *out);
    out->bill.struct_size = (uint32_t)sizeof out->bill;
    out->labels = mbill_tariff_labels(tariff);
    mbill_status status = mbill_bill_read(text, len, out->labels, NULL, 0, &out->n_lines, &out->bill, err);
    if (status != MBILL_E_ROOM) return status;
    out->lines = face_allocate(out->n_lines, sizeof *out->lines, err);
    if (out->lines == NULL) return MBILL_E_NOMEM;
    return mbill_bill_read(text, len, out->labels, out->lines, out->n_lines, &out->n_lines, &out->bill, err);
}

mbill_status face_bill_write(const void *bill, char *out_text, size_t *inout_len, mbill_error *err)
{
    const face_bill *of = bill;
    return mbill_bill_write(&of->bill, of->lines, of->n_lines, of->labels, 0, out_text, inout_len, err);
}

mbill_status face_bill_difference(face_bill *out, const face_bill *before, const mbill_bill *bill, const mbill_line *lines,
    size_t n_lines, mbill_error *err)
{
    size_t cap = before->n_lines + n_lines;
    memset(out, 0, sizeof *out);
    out->bill.struct_size = (uint32_t)sizeof out->bill;
    out->labels = before->labels;
    out->lines = face_allocate(cap, sizeof *out->lines, err);
    if (out->lines == NULL) return MBILL_E_NOMEM;
    return mbill_bill_difference(&before->bill, before->lines, before->n_lines, bill, lines, n_lines, out->lines, cap,
        &out->n_lines, &out->bill, err);
}
