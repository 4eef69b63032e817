/* SPDX-License-Identifier: Apache-2.0 */
/* From "in_parts" to in how many equal parts a charge is priced. */
#ifndef MBILL__IN_PARTS_READ_H
#define MBILL__IN_PARTS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* The charge's quantity and tiers are read. */
mbill_status mbill__in_parts_read(const mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err);

#endif
