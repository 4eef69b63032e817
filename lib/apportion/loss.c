/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a loss is shown in another share. */
#include "apportion/loss.h"

#include "number/round.h"

#define MILLION 1000000

int64_t mbill__loss_ppm(int64_t rest, int64_t reading)
{
    int64_t out = 0;
    if (reading == 0 || mbill__multiply_divide(rest, MILLION, reading, MBILL_ROUND_DOWN, &out)) return out;
    return rest < 0 ? -INT64_MAX : INT64_MAX;
}
