/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill is made of does: documents in, lines and a position out. What the adapters of pricing share. */
#ifndef MBILL_SWIG_PRICING_H
#define MBILL_SWIG_PRICING_H

#include "join.h"

typedef struct face_pricing {
    const mbill_tariff *tariff; /* of the span's beginning */
    const mbill_tariff *last;   /* of its end: the same, when there is one version */
    mbill_price_request request;
    mbill_facts *facts;
    mbill_usage *usage;
    mbill_position *position; /* before, then after */
    mbill_line *lines;
    size_t n_lines;
    mbill_bill bill;
    mbill_bill_segment *segments; /* NULL: one version */
    size_t n_segments;
    mbill_converted *converted;
} face_pricing;

/* Reads facts and position, each NULL or a document; p is all 0. */
mbill_status face_pricing_begin(face_pricing *p, const mbill_tariff *tariff, const char *facts, size_t facts_len,
    const char *position, size_t position_len, mbill_error *err);
/* Reads the usage, and takes its span and inputs into the request. */
mbill_status face_pricing_use(face_pricing *p, const char *usage, size_t usage_len, mbill_error *err);
mbill_status face_pricing_price(face_pricing *p, mbill_error *err);
/* The converted registers of the bill, after pricing by one version or several. */
mbill_status face_pricing_convert(face_pricing *p, mbill_error *err);
/* ,"bill":…,"position":… */
mbill_status face_pricing_add(const face_pricing *p, face_join *join, mbill_error *err);
void face_pricing_end(face_pricing *p);

/* A bill read back: lines and labels. */
typedef struct face_bill {
    mbill_bill bill;
    mbill_line *lines;
    size_t n_lines;
    const mbill_labels *labels;
} face_bill;

mbill_status face_bill_read(face_bill *out, const mbill_tariff *tariff, const char *text, size_t len, mbill_error *err);
/* A face_writer of a face_bill. */
mbill_status face_bill_write(const void *bill, char *out_text, size_t *inout_len, mbill_error *err);
/* What `now` comes to less what `before` came to; out's lines are freed by the caller. */
mbill_status face_bill_difference(face_bill *out, const face_bill *before, const mbill_bill *bill, const mbill_line *lines,
    size_t n_lines, mbill_error *err);

#endif
