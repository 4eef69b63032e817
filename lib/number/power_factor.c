/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the precision of a power factor does. It has no root to take: whether it is below a step t follows from squares,
 * P / sqrt(P² + Q²) < t  exactly when  P x P x (1 - t) x (1 + t) < Q x Q x t x t,  and both sides are whole numbers of 256 bits. */
#include "number/power_factor.h"

#include <stdbool.h>
#include <stddef.h>

#define LIMBS 8
#define UNIT INT64_C(2000000) /* steps are compared in halves of a micro-unit, so that the middle of a step is a whole number */

/* Least significant first; four factors below 2^63 need 252 bits. */
typedef struct product {
    uint32_t limb[LIMBS];
} product;

static void multiply_word(product *value, uint32_t by, product *out, size_t shift)
{
    uint64_t carry = 0;
    for (size_t i = shift; i < LIMBS; i++) {
        carry += (uint64_t)value->limb[i - shift] * by + out->limb[i];
        out->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static product multiply_all(const int64_t factors[4])
{
    product value = {{1}};
    for (size_t i = 0; i < 4; i++) {
        product next = {{0}};
        uint64_t factor = (uint64_t)factors[i];
        multiply_word(&value, (uint32_t)factor, &next, 0);
        multiply_word(&value, (uint32_t)(factor >> 32), &next, 1);
        value = next;
    }
    return value;
}

static int compare(const product *a, const product *b)
{
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* The power factor against halves / UNIT: -1, 0, 1. */
static int against(int64_t active, int64_t reactive, int64_t halves)
{
    if (halves > UNIT) return -1;
    const int64_t left[4] = {active, active, UNIT - halves, UNIT + halves};
    const int64_t right[4] = {reactive, reactive, halves, halves};
    product a = multiply_all(left), b = multiply_all(right);
    return compare(&a, &b);
}

/* Of a value between low and low + 1 steps, which is below, on or above the middle (-1, 0, 1). */
static bool goes_up(int half, int64_t low, mbill_round_how how)
{
    if (how == MBILL_ROUND_UP || how == MBILL_ROUND_CEILING) return true;
    if (how == MBILL_ROUND_DOWN || how == MBILL_ROUND_FLOOR) return false;
    return half > 0 || (half == 0 && (how == MBILL_ROUND_HALF_UP || low % 2 != 0));
}

int64_t mbill__power_factor(int64_t active, int64_t reactive, int64_t step_micro, mbill_round_how how)
{
    int64_t low = 0, high = UNIT / 2 / step_micro + 1; /* low x step <= it < high x step */
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (against(active, reactive, 2 * middle * step_micro) >= 0) low = middle;
        else high = middle;
    }
    if (against(active, reactive, 2 * low * step_micro) == 0) return low * step_micro;
    return (low + (goes_up(against(active, reactive, (2 * low + 1) * step_micro), low, how) ? 1 : 0)) * step_micro;
}
