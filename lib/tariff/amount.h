/* SPDX-License-Identifier: Apache-2.0 */
/* Exact money while a bill is being made. A line may be quantity x rate / days, and sums of such lines must still round right, so amounts
 * are counted in atoms: 10^-15 of the currency (micro-quantity x nano-rate) divided by the common multiple of all divisors that a
 * tariff can name. Every line is then a whole number of atoms and 128 bits hold more than int64_t micro-units can. */
#ifndef MBILL__AMOUNT_H
#define MBILL__AMOUNT_H

#include "number/round.h"
#include "tariff/tariff.h"

/* Least common multiple of 28, 29, 30, 31, 360, 365 and 366. */
#define MBILL__DIVISORS INT64_C(10088182440)

/* quantity x rate / divide_by; divide_by is a divisor of MBILL__DIVISORS. false: overflow. */
bool mbill__amount_of(int64_t quantity_micro, int64_t rate_nano, int32_t divide_by, mbill__wide *out_atoms);

/* The exact amount of whole micro-units. Always fits. */
mbill__wide mbill__amount_of_micro(int64_t amount_micro);

/* Atoms to micro-units by the rule; a rule of step 0 means half_even at 10^-6. false: overflow. */
bool mbill__amount_round(mbill__wide atoms, mbill__rounding rule, int64_t *out_micro);

#endif
