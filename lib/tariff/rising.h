/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a price never falls, so that money says one quantity. */
#ifndef MBILL__RISING_H
#define MBILL__RISING_H

#include "tariff/quote.h"

/* E_AMBIGUOUS when more units cost less somewhere between the two. */
mbill_status mbill__price_rises(mbill__asking *asking, mbill__quote low, mbill__quote high, mbill_error *err);

#endif
