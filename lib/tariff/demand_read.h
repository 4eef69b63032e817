/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a quantity that is a peak. */
#ifndef MBILL__DEMAND_READ_H
#define MBILL__DEMAND_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* "peak_of" of a quantity and the words that go with it; names its unit. */
mbill_status mbill__peak_read(mbill_tariff *tariff, const mbill__node *object, mbill__quantity *out, mbill_error *err);

/* Those words in a quantity that is no peak are refused. */
mbill_status mbill__peak_refuse(const mbill__node *object, mbill_error *err);

#endif
