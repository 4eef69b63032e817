/* SPDX-License-Identifier: Apache-2.0 */
/* Tiers: how a quantity divides over rising bounds. bounds has n_tiers - 1 members; the last tier has no end. */
#ifndef MBILL__LADDER_H
#define MBILL__LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Add to parts[t] what of the units (used, used + quantity] lies in tier t. quantity >= 0; used + quantity must fit. Returns nothing that
 * can fail: the parts add up to quantity. */
void mbill__ladder_fill(const int64_t *bounds_micro, size_t n_tiers, int64_t used_micro, int64_t quantity_micro,
    int64_t *parts_micro);

/* The tier (from 0) that a total reaches; on a bound it is in the tier above when bound_above, else below. */
size_t mbill__ladder_reach(const int64_t *bounds_micro, size_t n_tiers, int64_t total_micro, bool bound_above);

#endif
