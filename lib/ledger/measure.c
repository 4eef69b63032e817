/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a number derived from an account does. Differences are clipped to int64_t: a sum at the very edge still compares right. */
#include "ledger/measure.h"

#include "number/round.h"

int64_t mbill__clip(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

int64_t mbill__less(int64_t a, int64_t b)
{
    int64_t out;
    if (mbill__subtract(a, b, &out)) return out;
    return b > 0 ? INT64_MIN : INT64_MAX;
}

int64_t mbill__free(const mbill__account *account)
{
    const mbill_place_sums *credit = &account->at[MBILL__AT_CREDIT];
    return mbill__less(mbill__credit_of(credit), credit->pending_debits_micro);
}

int64_t mbill__spendable(const mbill__account *account, const mbill_policy *policy)
{
    return mbill__clip(mbill__less(mbill__free(account), policy->disablement_micro), 0, INT64_MAX);
}

int64_t mbill__ec_left(const mbill__account *account, const mbill_policy *policy)
{
    if (!account->ec_selected) return 0;
    int64_t left = mbill__less(policy->ec_limit_micro, mbill__owed_of(&account->at[MBILL__AT_EC_USED]));
    if ((policy->flags & MBILL_POLICY_EC_NET_OF_ACCUM) != 0)
        left = mbill__less(left, mbill__owed_of(&account->at[MBILL__AT_ACCUM]));
    return mbill__clip(left, 0, INT64_MAX);
}

int64_t mbill__available(const mbill__account *account, const mbill_policy *policy)
{
    const mbill_place_sums *credit = &account->at[MBILL__AT_CREDIT];
    mbill__wide sum = mbill__wide_of(mbill__credit_of(credit));
    int64_t out = 0;
    bool fits = mbill__wide_subtract(sum, mbill__wide_of(credit->pending_debits_micro), &sum) &&
        mbill__wide_subtract(sum, mbill__wide_of(policy->disablement_micro), &sum) &&
        mbill__wide_add(sum, mbill__wide_of(mbill__ec_left(account, policy)), &sum) && mbill__wide_fits(sum, &out);
    return fits ? out : mbill__wide_sign(sum) < 0 ? INT64_MIN : INT64_MAX;
}

bool mbill__ec_offered(const mbill__account *account, const mbill_policy *policy)
{
    int64_t free_micro = mbill__free(account);
    bool low = (policy->flags & MBILL_POLICY_EC_OFFER_EQUAL) != 0 ? free_micro <= policy->ec_threshold_micro
                                                                  : free_micro < policy->ec_threshold_micro;
    return policy->ec_limit_micro > 0 && mbill__owed_of(&account->at[MBILL__AT_EC_USED]) == 0 && low;
}

bool mbill__repays(const mbill_policy *policy, int32_t stage)
{
    for (int32_t i = 0; i < policy->n_stages; i++)
        if (policy->stages[i].kind == stage) return true;
    return false;
}

int64_t mbill__debt(const mbill__account *account, int32_t index)
{
    return mbill__owed_of(&account->at[MBILL__AT_DEBT + index]);
}
