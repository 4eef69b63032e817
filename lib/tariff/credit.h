/* SPDX-License-Identifier: Apache-2.0 */
/* A quantity that may be below 0: what is left over is kept, taken off later bills, and settled at a named date. */
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

#endif
