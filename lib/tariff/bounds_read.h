/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of a ladder's bounds. */
#ifndef MBILL__BOUNDS_READ_H
#define MBILL__BOUNDS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* A decimal, or facts multiplied: {"product": …} or {"of": …} with "factor" and "over". */
mbill_status mbill__bound_read(mbill_tariff *tariff, const mbill__node *node, mbill__tier_bound *out, mbill_error *err);

/* "bounds" or "widths", "inside", "add" and "scale" of a "tiers" object; sets the number of tiers. */
mbill_status mbill__bounds_read(mbill_tariff *tariff, const mbill__node *tiers, mbill__ladder *out, mbill_error *err);

#endif
