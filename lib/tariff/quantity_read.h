/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "quantity". */
#ifndef MBILL__QUANTITY_READ_H
#define MBILL__QUANTITY_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* n_earlier: how many charges money may refer to. */
mbill_status mbill__quantity_read(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out,
    mbill_error *err);

/* A list of amounts of the first n_earlier charges: "energy", "energy#2", "energy#3..", "energy@peak". */
mbill_status mbill__money_read(mbill_tariff *tariff, const mbill__node *list, size_t n_earlier, const int32_t **out,
    size_t *out_n, mbill_error *err);

#endif
