/* SPDX-License-Identifier: Apache-2.0 */
/* Exact fractions of 128 bits over 128: what multiplies a quantity. The denominator is above 0. */
#ifndef MBILL__RATIO_H
#define MBILL__RATIO_H

#include "number/round.h"

typedef struct mbill__ratio {
    mbill__wide numerator, denominator;
} mbill__ratio;

/* Euclid's; of magnitudes, so that a negative factor reduces too. b > 0. */
int64_t mbill__common_divisor(int64_t a, int64_t b);

/* The ratio times numerator / denominator, which is reduced first so that products of many factors stay small. denominator > 0. false:
 * overflow, and the ratio is of no use any more; the same below. */
bool mbill__ratio_times(mbill__ratio *ratio, int64_t numerator, int64_t denominator);

/* In lowest terms. */
void mbill__ratio_reduce(mbill__ratio *ratio);

/* first / second, where second is above 0; both in lowest terms or small. */
bool mbill__ratio_divide(const mbill__ratio *first, const mbill__ratio *second, mbill__ratio *out);

/* a x b where one of them fits 64 bits; false: neither does, or the product does not fit. */
bool mbill__wide_times(mbill__wide a, mbill__wide b, mbill__wide *out);

/* value x ratio to a multiple of the step by the rule, in one rounding. */
bool mbill__ratio_value(const mbill__ratio *ratio, int64_t value, int64_t step, mbill_round_how how, int64_t *out);

#endif
