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

#endif
