/* SPDX-License-Identifier: Apache-2.0 */
/* "rate" of a charge, whose quantity and tiers are read. */
#ifndef MBILL__RATE_READ_H
#define MBILL__RATE_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

mbill_status mbill__rates_read(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, mbill_error *err);

/* The charge that a rate follows, which may stand later: when all charges are read. object: the charge. */
mbill_status mbill__rates_find(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err);

#endif
