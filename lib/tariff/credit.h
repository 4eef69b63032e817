/* SPDX-License-Identifier: Apache-2.0 */
/* A quantity, or money up to a minimum, that may fall short: what is left over is kept, taken off later bills, and settled at a named date. */
#ifndef MBILL__CREDIT_H
#define MBILL__CREDIT_H

#include "document/json.h"
#include "tariff/lines.h"
#include "tariff/position.h"

/* "credit" of a charge, if it is there; takes a place in the position. */
mbill_status mbill__credit_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err);

/* The charge's lines; slot: what is kept, read and moved on. */
mbill_status mbill__credit_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slot, mbill__lines *lines,
    mbill_error *err);

/* The lines of a minimum that keeps what it fills up; gap_micro: the shortfall, or below 0 how far the money is above the minimum. */
mbill_status mbill__credit_money(const mbill__scope *scope, const mbill__charge *charge, int64_t gap_micro, mbill__slot *slot,
    mbill__lines *lines, mbill_error *err);

#endif
