/* SPDX-License-Identifier: Apache-2.0 */
/* Charges on a register: its usage by ladder span, period and tier, turned into lines. */
#ifndef MBILL__METERED_H
#define MBILL__METERED_H

#include "tariff/lines.h"
#include "tariff/position.h"

/* Lines of the charge under way in lines; slots: the position's, read and moved on. */
mbill_status mbill__metered_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines, mbill_error *err);

/* The lines of one span whose quantity is already known and is not split by period: what a charge on a fact with tiers needs too. */
mbill_status mbill__pooled_price(const mbill__scope *scope, const mbill__charge *charge, int64_t quantity_micro, mbill__slot *slots,
    mbill__lines *lines, mbill_error *err);

#endif
