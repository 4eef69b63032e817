/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the rounding of roots does. No root is taken: squares of whole numbers are compared with the square. */
#include "number/root.h"

#include "number/round.h"

/* The largest whole number of steps whose square is not above. */
static int64_t steps_below(mbill__wide square, int64_t step)
{
    int64_t low = 0, above = INT64_MAX / step; /* above + 1 steps are beyond what fits */
    while (low < above) {
        int64_t middle = low + (above - low - 1) / 2 + 1;
        if (mbill__wide_compare(mbill__wide_product(middle * step, middle * step), square) <= 0) low = middle;
        else above = middle - 1;
    }
    return low;
}

/* The root against the middle between floor and floor + step: -1, 0, 1. The middle of an odd step is m + 1/2 with m whole, whose square
 * m² + m + 1/4 no whole number equals. */
static int against_middle(mbill__wide square, int64_t floor, int64_t step)
{
    int64_t m = floor + step / 2;
    mbill__wide middle = mbill__wide_product(m, m);
    if (step % 2 == 0) return mbill__wide_compare(square, middle);
    (void)mbill__wide_add(middle, mbill__wide_of(m), &middle);
    return mbill__wide_compare(square, middle) > 0 ? 1 : -1;
}

bool mbill__root(mbill__wide square, int64_t step, mbill_round_how how, int64_t *out)
{
    int64_t low = steps_below(square, step), floor = low * step;
    bool up = how == MBILL_ROUND_UP || how == MBILL_ROUND_CEILING;
    bool exact = mbill__wide_compare(mbill__wide_product(floor, floor), square) == 0;
    if (!exact && floor > INT64_MAX - step) return false;
    if (!exact && (how == MBILL_ROUND_HALF_UP || how == MBILL_ROUND_HALF_EVEN)) {
        int half = against_middle(square, floor, step);
        up = half > 0 || (half == 0 && (how == MBILL_ROUND_HALF_UP || low % 2 != 0));
    }
    *out = !exact && up ? floor + step : floor;
    return true;
}
