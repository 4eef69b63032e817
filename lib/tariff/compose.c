/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the arithmetic of rates does. */
#include "tariff/compose.h"

#include "number/round.h"

#define ONE_NANO INT64_C(1000000000)

mbill_status mbill__compose(int64_t base_nano, int64_t times_nano, int64_t plus_nano, mbill__rounding round, int64_t *out_nano,
    mbill_error *err)
{
    mbill__wide sum = mbill__wide_product(base_nano, times_nano);
    int64_t step_nano = round.step_micro == 0 ? 1 : round.step_micro * 1000, steps, least;
    if (!mbill__wide_add(sum, mbill__wide_product(plus_nano, ONE_NANO), &sum) ||
        !mbill__round_quotient(sum, mbill__wide_product(step_nano, ONE_NANO),
            round.step_micro == 0 ? MBILL_ROUND_DOWN : round.how, &steps) ||
        !mbill__multiply(steps, step_nano, out_nano))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the rate that comes of it leaves the range of +-9223372036.854775807");
    bool exact = mbill__round_quotient(sum, mbill__wide_of(ONE_NANO), MBILL_ROUND_UP, &least) && least == *out_nano;
    if (round.step_micro != 0 || exact) return MBILL_OK;
    return mbill__fail(err, MBILL_E_AMBIGUOUS, "the rate that comes of it has more than 9 places; expected \"round\"");
}
