/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding: the six rules on exact integers, used by every place that rounds. */
#ifndef MBILL__ROUND_H
#define MBILL__ROUND_H

#include "base/fail.h"
#include "meterbill/decimal.h"
#include "number/wide.h"

#include <stddef.h>

/* value / step to a whole number by the rule; step > 0, how is one of the six. false, out untouched: it does not fit int64_t. */
bool mbill__round_quotient(mbill__wide value, mbill__wide step, mbill_round_how how, int64_t *out);

/* a x b / divisor by the rule in one rounding; divisor > 0. false: the result does not fit. */
bool mbill__multiply_divide(int64_t a, int64_t b, int64_t divisor, mbill_round_how how, int64_t *out);

/* Split whole into n parts in proportion to weights (all >= 0, not all 0) by largest remainder, ties to the lowest index: the
 * parts add up to whole exactly, each within one unit of the true share; a weight of 0 gets 0, and a negative whole gives the
 * opposite parts. parts must not overlap weights. false, parts untouched: a negative weight, none above 0, or a sum past int64_t.
 * No memory is taken; O(n). */
bool mbill__share_out(int64_t whole, const int64_t *weights, int64_t *parts, size_t n);

/* Checked; false: overflow, out untouched. */
static inline bool mbill__add(int64_t a, int64_t b, int64_t *out)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) return false;
    *out = a + b;
    return true;
}

static inline bool mbill__subtract(int64_t a, int64_t b, int64_t *out)
{
    if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b) return false;
    *out = a - b;
    return true;
}

bool mbill__multiply(int64_t a, int64_t b, int64_t *out);

/* The names of the rounding rules in documents; the rule how is mbill__round_names[how - 1]. */
extern const char *const mbill__round_names[6];

#endif
