/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of "quantity" and "tiers", and of lists of charges. */
#ifndef MBILL__QUANTITY_READ_H
#define MBILL__QUANTITY_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* n_earlier: how many charges money may refer to. */
mbill_status mbill__quantity_read(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out, mbill_error *err);

/* A ladder for a quantity; takes its places in the position. */
mbill_status mbill__ladder_read(mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity, mbill__ladder *out, mbill_error *err);

/* The charges that a list of ids names, all of them among the first n_earlier. */
mbill_status mbill__charge_ids_read(mbill_tariff *tariff, const mbill__node *list, size_t n_earlier, const int32_t **out, size_t *out_n, mbill_error *err);

#endif
