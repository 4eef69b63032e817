/* SPDX-License-Identifier: Apache-2.0 */
/* Between the readers of a tariff document's parts. Each fills its part of the tariff from a node and takes memory from the tariff's
 * arena; on failure the tariff is thrown away whole. */
#ifndef MBILL__TARIFF_READ_H
#define MBILL__TARIFF_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

#define MBILL__COUNT(array) (sizeof(array) / sizeof(array)[0])

mbill_status mbill__calendar_read(mbill_tariff *tariff, const mbill__node *node, mbill_error *err);
mbill_status mbill__charges_read(mbill_tariff *tariff, const mbill__node *list, mbill__rounding round_charge, mbill_error *err);

/* "none" or {"step", "how"}. */
mbill_status mbill__rounding_read(const mbill__node *node, mbill__rounding *out, mbill_error *err);

/* A quantity, and a ladder for it: parts of a charge. n_earlier: how many charges money may refer to. */
mbill_status mbill__quantity_read(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out, mbill_error *err);
mbill_status mbill__ladder_read(mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity, mbill__ladder *out, mbill_error *err);

/* The charges that a list of ids names, all of them earlier than n_earlier. */
mbill_status mbill__charge_ids_read(mbill_tariff *tariff, const mbill__node *list, size_t n_earlier, const int32_t **out, size_t *out_n, mbill_error *err);

/* A copy of a text in the tariff's arena. */
mbill_status mbill__tariff_text(mbill_tariff *tariff, const char *text, const char **out, mbill_error *err);
mbill_status mbill__tariff_take(mbill_tariff *tariff, size_t count, size_t size, void *out_block, mbill_error *err);

#endif
