/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a running series of parts is rounded in another way: shares and parts are rounded down to the policy's step, and what a
 * step leaves over comes with a later part, so that the whole is exact. */
#include "ledger/series.h"

#include "number/round.h"

bool mbill__part_of(int64_t amount_micro, int64_t part, int64_t whole, int64_t step_micro, int64_t *out)
{
    mbill__wide divisor;
    int64_t steps;
    return mbill__wide_multiply(mbill__wide_of(whole), step_micro, &divisor) &&
        mbill__round_quotient(mbill__wide_product(amount_micro, part), divisor, MBILL_ROUND_FLOOR, &steps) &&
        mbill__multiply(steps, step_micro, out);
}

bool mbill__series_due(int64_t total_micro, int64_t n, int64_t k, int64_t step_micro, int64_t *out)
{
    if (k < n) return mbill__part_of(total_micro, k, n, step_micro, out);
    *out = total_micro;
    return true;
}

int64_t mbill_series_part(int64_t total_micro, int64_t n, int64_t k, int64_t step_micro)
{
    int64_t before, through;
    if (total_micro < 0 || n < 1 || k < 1 || k > n || step_micro < 1) return -1;
    if (!mbill__series_due(total_micro, n, k - 1, step_micro, &before) ||
        !mbill__series_due(total_micro, n, k, step_micro, &through))
        return -1;
    return through - before;
}
