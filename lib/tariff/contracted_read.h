/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "contracted" of a quantity: {"of": a fact, "bands": [{"up_to": "1.05", "contracted": "1"}, …]}. */
#ifndef MBILL__CONTRACTED_READ_H
#define MBILL__CONTRACTED_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* Where it is there; all else of the quantity is read already, its unit too. */
mbill_status mbill__contracted_read(mbill_tariff *tariff, const mbill__node *quantity, mbill__quantity *out, mbill_error *err);

#endif
