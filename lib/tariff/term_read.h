/* SPDX-License-Identifier: Apache-2.0 */
/* What quantities, bounds and ladders are multiplied by: facts, "one", "days" and "months". */
#ifndef MBILL__TERM_READ_H
#define MBILL__TERM_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* One factor into a quantity: any of them, or a register when it has none yet. */
mbill_status mbill__term_add(const mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, mbill_error *err);

/* A list of two or more factors into a quantity. */
mbill_status mbill__product_read(const mbill_tariff *tariff, const mbill__node *list, mbill__quantity *out, mbill_error *err);

/* A fact, or "one", "days" or "months". */
mbill_status mbill__multiplier_read(const mbill_tariff *tariff, const mbill__node *node, int32_t *out_term, mbill_error *err);

#endif
