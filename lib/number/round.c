/* SPDX-License-Identifier: Apache-2.0 */
/* The six rounding rules, written once, and checked arithmetic of one word. Every value is exact until the one rounding. */
#include "number/round.h"

const char *const mbill__round_names[6] = {"half_up", "half_even", "down", "up", "floor", "ceiling"};

/* Whether a quotient that was cut toward zero moves one away from it. to_half: the rest is -1 below, 0 at, 1 above one half. */
static bool moves_away(mbill_round_how how, bool negative, bool odd, int to_half)
{
    switch (how) {
    case MBILL_ROUND_HALF_UP: return to_half >= 0;
    case MBILL_ROUND_HALF_EVEN: return to_half > 0 || (to_half == 0 && odd);
    case MBILL_ROUND_UP: return true;
    case MBILL_ROUND_FLOOR: return negative;
    case MBILL_ROUND_CEILING: return !negative;
    case MBILL_ROUND_DOWN: break;
    }
    return false;
}

/* |rest| against step - |rest|, which cannot overflow as twice the rest could. 0 < |rest| < step. */
static int against_half(mbill__wide rest, mbill__wide step)
{
    mbill__wide other = step;
    if (mbill__wide_sign(rest) < 0) (void)mbill__wide_negate(rest, &rest);
    (void)mbill__wide_subtract(step, rest, &other);
    return mbill__wide_compare(rest, other);
}

bool mbill__round_quotient(mbill__wide value, mbill__wide step, mbill_round_how how, int64_t *out)
{
    mbill__wide quotient, rest;
    int64_t whole = 0;
    bool negative = mbill__wide_sign(value) < 0;
    if (!mbill__wide_divide(value, step, &quotient, &rest) || !mbill__wide_fits(quotient, &whole)) return false;
    if (mbill__wide_sign(rest) != 0 && moves_away(how, negative, whole % 2 != 0, against_half(rest, step)))
        if (!mbill__add(whole, negative ? -1 : 1, &whole)) return false;
    *out = whole;
    return true;
}

bool mbill__multiply_divide(int64_t a, int64_t b, int64_t divisor, mbill_round_how how, int64_t *out)
{
    return mbill__round_quotient(mbill__wide_product(a, b), mbill__wide_of(divisor), how, out);
}

bool mbill__multiply(int64_t a, int64_t b, int64_t *out)
{
    return mbill__wide_fits(mbill__wide_product(a, b), out);
}
