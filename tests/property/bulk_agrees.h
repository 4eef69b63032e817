/* SPDX-License-Identifier: Apache-2.0 */
/* Law: bulk pricing comes to what pricing one account does. Held wherever a request's inputs can stand in columns. */
#ifndef BULK_AGREES_H
#define BULK_AGREES_H

#include "meterbill.h"

/* What single pricing made of a request. */
typedef struct single_price {
    mbill_status status;
    const mbill_line *lines;
    size_t n_lines;
    const mbill_bill *bill;
    const mbill_position *after;
} single_price;

/* NULL: bulk pricing agrees, or an input is no column; else what differs. */
const char *bulk_differs(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    const single_price *single);

#endif
