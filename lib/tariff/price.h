/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of one pricing call, for callers that keep some of them: bulk pricing reads its request once. */
#ifndef MBILL__PRICE_H
#define MBILL__PRICE_H

#include "tariff/lines.h"
#include "tariff/position.h"

/* A checked copy of what the caller knows of a request. */
mbill_status mbill__price_request_read(mbill_price_request *known, const mbill_price_request *given, mbill_error *err);

/* All charges into started lines. out_after (may be NULL) is written when all is done and every line that is wanted had room. */
mbill_status mbill__price_known(mbill__scope *scope, const mbill_position *before, mbill__lines *lines, int64_t *out_total_micro,
    mbill_position *out_after, mbill_error *err);

/* One bill of a request that was read: mbill_tariff_price() behind its checks. Totals may have marks of source.h. */
mbill_status mbill__price_bill(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_position *out_after,
    mbill_error *err);

#endif
