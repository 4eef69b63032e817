/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the arithmetic that a line promises does: amount = quantity x rate / divide_by, to its rounding. Products are compared
 * in 128 bits. */
#include "bill/line.h"
#include "number/wide.h"

/* A micro-unit of money in the unit of micro-quantity x nano-rate, 10^-15. */
#define MICRO_IN_PRODUCT INT64_C(1000000000)

/* |amount x divide_by - quantity x rate|, in 10^-15. false: outside 128 bits. */
static bool product_error(const mbill_line *line, mbill__wide *out)
{
    mbill__wide amount;
    int64_t unit = MICRO_IN_PRODUCT * line->divide_by; /* below 2^61 */
    if (!mbill__wide_multiply(mbill__wide_of(line->amount_micro), unit, &amount)) return false;
    if (!mbill__wide_subtract(amount, mbill__wide_product(line->quantity_micro, line->rate_nano), out)) return false;
    return mbill__wide_sign(*out) >= 0 || mbill__wide_negate(*out, out);
}

/* Rounded to a step: a multiple of it, nearer to the product than the next one on either side. Not rounded: half_even at 10^-6. */
static bool error_allowed(const mbill_line *line, mbill__wide error)
{
    int64_t unit = MICRO_IN_PRODUCT * line->divide_by;
    mbill__wide twice;
    if (line->step_micro > 0)
        return line->amount_micro % line->step_micro == 0 &&
            mbill__wide_compare(error, mbill__wide_product(line->step_micro, unit)) < 0;
    return mbill__wide_add(error, error, &twice) && mbill__wide_compare(twice, mbill__wide_of(unit)) <= 0;
}

bool mbill__line_is_product(const mbill_line *line)
{
    mbill__wide error;
    return product_error(line, &error) && error_allowed(line, error);
}
