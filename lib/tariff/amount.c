/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the precision of money inside a bill does. */
#include "tariff/amount.h"

#define NANO INT64_C(1000000000)

bool mbill__amount_of(int64_t quantity_micro, int64_t rate_nano, int32_t divide_by, mbill__wide *out_atoms)
{
    return mbill__wide_multiply(mbill__wide_product(quantity_micro, rate_nano), MBILL__DIVISORS / divide_by, out_atoms);
}

mbill__wide mbill__amount_of_micro(int64_t amount_micro)
{
    /* |int64_t| x 10^9 x 10^10.004 < 2^127: cannot overflow. */
    mbill__wide atoms = mbill__wide_of(0);
    bool fits = mbill__wide_multiply(mbill__wide_product(amount_micro, NANO), MBILL__DIVISORS, &atoms);
    (void)fits;
    return atoms;
}

bool mbill__amount_round(mbill__wide atoms, mbill__rounding rule, int64_t *out_micro)
{
    int64_t step_micro = rule.step_micro == 0 ? 1 : rule.step_micro;
    mbill_round_how how = rule.step_micro == 0 ? MBILL_ROUND_HALF_EVEN : rule.how;
    int64_t steps;
    return mbill__round_quotient(atoms, mbill__amount_of_micro(step_micro), how, &steps) &&
        mbill__multiply(steps, step_micro, out_micro);
}
