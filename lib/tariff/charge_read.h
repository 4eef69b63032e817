/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "charges". */
#ifndef MBILL__CHARGE_READ_H
#define MBILL__CHARGE_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* Compile the charges; round_charge rounds those that have no rule of their own. */
mbill_status mbill__charges_read(mbill_tariff *tariff, const mbill__node *list, mbill__rounding round_charge, mbill_error *err);

#endif
