/* SPDX-License-Identifier: Apache-2.0 */
/* A rate made of another number. */
#ifndef MBILL__COMPOSE_H
#define MBILL__COMPOSE_H

#include "base/fail.h"
#include "tariff/tariff.h"

/* base x times + plus, exact, or rounded when there is a rule. E_OVERFLOW; E_AMBIGUOUS: more than 9 places and no rule. */
mbill_status mbill__compose(int64_t base_nano, int64_t times_nano, int64_t plus_nano, mbill__rounding round, int64_t *out_nano,
    mbill_error *err);

#endif
