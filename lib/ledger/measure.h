/* SPDX-License-Identifier: Apache-2.0 */
/* What an account's sums mean under its policy: the numbers that every rule and every view is made from. */
#ifndef MBILL__LEDGER_MEASURE_H
#define MBILL__LEDGER_MEASURE_H

#include "ledger/account.h"
#include "number/round.h"

static inline int64_t mbill__clip(int64_t value, int64_t low, int64_t high) /* low <= high */
{
    return value < low ? low : value > high ? high : value;
}

/* a - b, clipped to the range of int64_t. */
static inline int64_t mbill__less(int64_t a, int64_t b)
{
    int64_t out;
    if (mbill__subtract(a, b, &out)) return out;
    return b > 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t mbill__free(const mbill__account *account) /* CREDIT that is not held */
{
    return mbill__less(mbill__credit_of(&account->at[MBILL__AT_CREDIT]), account->pending.debits_micro);
}

static inline int64_t mbill__spendable(const mbill__account *account,
    const mbill_policy *policy) /* above the disablement level, >= 0 */
{
    return mbill__clip(mbill__less(mbill__free(account), policy->disablement_micro), 0, INT64_MAX);
}

static inline int64_t mbill__ec_left(const mbill__account *account, const mbill_policy *policy) /* 0 unless selected */
{
    if (account->ec != MBILL__EC_SELECTED) return 0;
    int64_t left = mbill__less(policy->ec_limit_micro, mbill__owed_of(&account->at[MBILL__AT_EC_USED]));
    if ((policy->flags & MBILL_POLICY_EC_NET_OF_ACCUM) != 0)
        left = mbill__less(left, mbill__owed_of(&account->at[MBILL__AT_ACCUM]));
    return mbill__clip(left, 0, INT64_MAX);
}

static inline bool mbill__ec_offered(const mbill__account *account, const mbill_policy *policy)
{
    int64_t free_micro = mbill__free(account);
    bool low = (policy->flags & MBILL_POLICY_EC_OFFER_EQUAL) != 0 ? free_micro <= policy->ec_threshold_micro
                                                                  : free_micro < policy->ec_threshold_micro;
    return policy->ec_limit_micro > 0 && mbill__owed_of(&account->at[MBILL__AT_EC_USED]) == 0 && low;
}

static inline int64_t mbill__debt(const mbill__account *account, int32_t index)
{
    return mbill__owed_of(mbill__seen_at(account, MBILL__AT_DEBT + index));
}

int64_t mbill__available(const mbill__account *account, const mbill_policy *policy); /* clipped once */
bool mbill__repays(const mbill_policy *policy, int32_t stage);                       /* the waterfall has the stage */

#endif
