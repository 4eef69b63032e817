/* SPDX-License-Identifier: Apache-2.0 */
/* Minimums and maximums: the shortfall or excess of what charges come to, in the bill or in a span of several. */
#ifndef MBILL__LIMIT_H
#define MBILL__LIMIT_H

#include "tariff/position.h"
#include "tariff/resolve.h"

/* have_micro: what the charges come to in this bill. *out_gap_micro: what is missing (>= 0) or too much (<= 0), or either when
 * the charge keeps what is too much. A limit over a span reads its
 * slot and moves it on. part: the bill is a part of its billing span, and a minimum waits for the close. */
mbill_status mbill__limit_gap(const mbill__scope *scope, const mbill__charge *charge, bool part, int64_t have_micro,
    mbill__slot *slot, int64_t *out_gap_micro, mbill_error *err);

#endif
