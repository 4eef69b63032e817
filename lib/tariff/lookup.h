/* SPDX-License-Identifier: Apache-2.0 */
/* Rates of a charge that stand in tables. */
#ifndef MBILL__LOOKUP_H
#define MBILL__LOOKUP_H

#include "tariff/lines.h"

#define MBILL__RATES_MAX (MBILL__TIERS_MAX * MBILL__PERIODS_MAX)

/* The charge with every rate a number: *out is a copy whose rates are in rates_nano. Flags of what they were looked up by go to the
 * lines under way. E_NOT_KNOWN: what they are looked up by is not known, or the table has no row for it. */
mbill_status mbill__rates_look_up(const mbill__scope *scope, const mbill__charge *charge, mbill__lines *lines,
    int64_t rates_nano[MBILL__RATES_MAX], mbill__charge *out, mbill_error *err);

#endif
