/* SPDX-License-Identifier: Apache-2.0 */
/* What a peak is billed as after those of earlier months: at least a share of what they were. */
#ifndef MBILL__RATCHET_H
#define MBILL__RATCHET_H

#include "tariff/position.h"
#include "tariff/resolve.h"

/* The peak of one span of the bill becomes what is billed; slots: all of the position's, in which the peak itself is kept. E_NOT_KNOWN: an
 * earlier month or bill counts whose peak is not in the position; E_POSITION: the position holds a later one's. */
mbill_status mbill__ratchet_apply(const mbill__scope *span, const mbill__quantity *quantity, mbill__slot *slots,
    int64_t *inout_peak_micro, mbill_error *err);

#endif
