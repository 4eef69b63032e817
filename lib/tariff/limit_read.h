/* SPDX-License-Identifier: Apache-2.0 */
/* "at_least" and "at_most" of a charge. */
#ifndef MBILL__LIMIT_READ_H
#define MBILL__LIMIT_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* object: the charge; limit: its "at_least" or "at_most". */
mbill_status mbill__limit_read(mbill_tariff *tariff, const mbill__node *object, const mbill__node *limit, mbill__charge *charge,
    mbill_error *err);

#endif
