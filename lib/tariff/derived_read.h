/* SPDX-License-Identifier: Apache-2.0 */
/* The form of inputs that are made of other inputs. */
#ifndef MBILL__DERIVED_READ_H
#define MBILL__DERIVED_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* What an input is, before the names in it are known: "minus", "plus", "quotient" or "power_factor", and all but its terms. */
mbill_status mbill__derived_start(mbill_tariff *tariff, const mbill__node *object, mbill__derived **out, mbill_error *err);

/* The terms of all inputs, once every input and the calendar are read; circles are refused. */
mbill_status mbill__derived_read(mbill_tariff *tariff, const mbill__node *inputs, mbill_error *err);

#endif
