/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is kept of a tariff over one axis does: what sums (glue_bulk.c) and bills (glue_bulk_bills.c) are priced from. */
#ifndef MBILL_SWIG_BULK_COLUMNS_H
#define MBILL_SWIG_BULK_COLUMNS_H

#include "glue_bulk.h"
#include "join.h"

/* Names, one a line, in one block. */
typedef struct face_names {
    char *text;
    const char **each;
    size_t n;
} face_names;

struct mbill_face_bulk {
    const mbill_tariff *tariff;
    mbill_bulk *bulk;
    mbill_facts *facts;
    mbill_axis axis;
    mbill_price_request request; /* of all accounts: span, flags, lists, instants, price series */
    face_names registers, fact_names;
    size_t n_charges, position_size;
};

#endif
