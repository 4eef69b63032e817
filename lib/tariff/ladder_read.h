/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "tiers". */
#ifndef MBILL__LADDER_READ_H
#define MBILL__LADDER_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* A ladder for a quantity; takes its places in the position. */
mbill_status mbill__ladder_read(mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity,
    mbill__ladder *out, mbill_error *err);

#endif
