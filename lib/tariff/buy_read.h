/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "buy". */
#ifndef MBILL__BUY_READ_H
#define MBILL__BUY_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* How money becomes a quantity. Inputs and calendar are read already. */
mbill_status mbill__buy_read(mbill_tariff *tariff, const mbill__node *node, mbill_error *err);

#endif
