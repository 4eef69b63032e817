/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when exact fractions are formed otherwise: each factor is reduced before it goes in, and nothing is rounded but by the last step. */
#include "number/ratio.h"

int64_t mbill__common_divisor(int64_t a, int64_t b)
{
    if (a == INT64_MIN) return 1;
    for (a = a < 0 ? -a : a; a != 0;) {
        int64_t rest = b % a;
        b = a;
        a = rest;
    }
    return b;
}

bool mbill__ratio_times(mbill__ratio *ratio, int64_t numerator, int64_t denominator)
{
    int64_t common = mbill__common_divisor(numerator, denominator);
    return mbill__wide_multiply(ratio->numerator, numerator / common, &ratio->numerator) &&
        mbill__wide_multiply(ratio->denominator, denominator / common, &ratio->denominator);
}

/* The same of 128 bits; a has any sign, b > 0. */
static mbill__wide common_of(mbill__wide a, mbill__wide b)
{
    mbill__wide whole, rest;
    if (mbill__wide_sign(a) < 0) (void)mbill__wide_negate(a, &a);
    while (mbill__wide_sign(a) != 0) {
        (void)mbill__wide_divide(b, a, &whole, &rest);
        b = a;
        a = rest;
    }
    return b;
}

void mbill__ratio_reduce(mbill__ratio *ratio)
{
    mbill__wide common = common_of(ratio->numerator, ratio->denominator), rest;
    (void)mbill__wide_divide(ratio->numerator, common, &ratio->numerator, &rest);
    (void)mbill__wide_divide(ratio->denominator, common, &ratio->denominator, &rest);
}

bool mbill__wide_times(mbill__wide a, mbill__wide b, mbill__wide *out)
{
    int64_t word;
    if (mbill__wide_fits(b, &word)) return mbill__wide_multiply(a, word, out);
    return mbill__wide_fits(a, &word) && mbill__wide_multiply(b, word, out);
}

bool mbill__ratio_divide(const mbill__ratio *first, const mbill__ratio *second, mbill__ratio *out)
{
    mbill__ratio across = {first->numerator, second->numerator}, other = {second->denominator, first->denominator};
    mbill__ratio_reduce(&across);
    mbill__ratio_reduce(&other);
    if (!mbill__wide_times(across.numerator, other.numerator, &out->numerator) ||
        !mbill__wide_times(across.denominator, other.denominator, &out->denominator))
        return false;
    mbill__ratio_reduce(out);
    return true;
}

bool mbill__ratio_value(const mbill__ratio *ratio, int64_t value, int64_t step, mbill_round_how how, int64_t *out)
{
    mbill__wide above, below;
    int64_t steps;
    return mbill__wide_multiply(ratio->numerator, value, &above) && mbill__wide_multiply(ratio->denominator, step, &below) &&
        mbill__round_quotient(above, below, how, &steps) && mbill__multiply(steps, step, out);
}
