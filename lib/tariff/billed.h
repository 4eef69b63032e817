/* SPDX-License-Identifier: Apache-2.0 */
/* What a quantity is billed as that is no register's: a peak after its ratchet, contract and floor, or a product of facts. */
#ifndef MBILL__BILLED_H
#define MBILL__BILLED_H

#include "tariff/position.h"
#include "tariff/resolve.h"

/* The peak of one span of the bill becomes what is billed; slots: as in mbill__ratchet_apply. */
mbill_status mbill__billed_peak(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err);

/* A product of facts, days and months, rounded and compared with what is contracted. */
mbill_status mbill__billed_product(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro,
    mbill_error *err);

#endif
