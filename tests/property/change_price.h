/* SPDX-License-Identifier: Apache-2.0 */
/* One bill over several versions of a tariff, for the driver. */
#ifndef CHANGE_PRICE_H
#define CHANGE_PRICE_H

#include "meterbill.h"

#define VERSIONS_MAX 8

/* Versions in the order of time; each but the first begins where it becomes valid. The texts are the caller's to free, NULL on failure. */
mbill_status change_price(const mbill_tariff *const *versions, size_t n_versions, const mbill_change_rule *rule,
    const mbill_price_request *request, const mbill_position *before, char **out_bill, char **out_position, mbill_error *err);

#endif
