/* SPDX-License-Identifier: Apache-2.0 */
/* What a pricing call is given of price series. */
#ifndef MBILL__PRICES_H
#define MBILL__PRICES_H

#include "tariff/tariff.h"

/* Every series is whole, named once, and of the step and the clock that the tariff says. */
mbill_status mbill__prices_check(const mbill_tariff *tariff, const mbill_price_request *request, mbill_error *err);

/* The series of a name; NULL: not given. */
const mbill_price_series *mbill__prices_find(const mbill_price_request *request, const char *name);

/* Which step of a checked series an instant lies in; below 0 before its start. */
int64_t mbill__prices_step(const mbill_price_series *series, int64_t utc_s);

/* The price of a step; MBILL_PRICE_MISSING where there is none. */
int64_t mbill__prices_at(const mbill_price_series *series, int64_t step);

#endif
