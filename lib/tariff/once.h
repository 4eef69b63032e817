/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed amount that is due once in each month, or other span, however many bills or purchases it has. */
#ifndef MBILL__ONCE_H
#define MBILL__ONCE_H

#include "document/json.h"
#include "tariff/position.h"
#include "tariff/resolve.h"

/* "once_per" of a charge, if it is there; takes a place in the position. */
mbill_status mbill__once_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err);

/* The spans that it is due in, as a ladder's. */
mbill__ladder mbill__once_spans(const mbill__charge *charge);

/* How many spans the bill touches in which the charge was not due yet; the slot is read and moved on. */
mbill_status mbill__once_count(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slot, int64_t *out_count,
    mbill_error *err);

#endif
