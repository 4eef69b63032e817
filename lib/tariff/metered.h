/* SPDX-License-Identifier: Apache-2.0 */
/* Charges on a register: its usage by ladder span, period and tier, turned into lines. */
#ifndef MBILL__METERED_H
#define MBILL__METERED_H

#include "tariff/lines.h"
#include "tariff/position.h"

/* Lines of the charge under way in lines; slots: the position's, read and moved on. *out_tier (may be NULL) is the tier, from 0, that
 * the ladder is in after the last span; 0 for a ladder in every period. */
mbill_status mbill__metered_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines,
    size_t *out_tier, mbill_error *err);

/* The lines of one span whose quantity is already known and is not split by period: what a charge on a fact with tiers needs too. */
mbill_status mbill__pooled_price(const mbill__scope *scope, const mbill__charge *charge, int64_t quantity_micro,
    mbill__lines *lines, mbill_error *err);

#endif
