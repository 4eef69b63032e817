/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a number derived from an account does. Differences are clipped to int64_t: a sum at the very edge still compares right. */
#include "ledger/measure.h"

#include "number/round.h"

int64_t mbill__available(const mbill__account *account, const mbill_policy *policy)
{
    int64_t credit_micro = mbill__credit_of(&account->at[MBILL__AT_CREDIT]), out = 0;
    if (mbill__subtract(credit_micro, account->pending.debits_micro, &out) &&
        mbill__subtract(out, policy->disablement_micro, &out) && mbill__add(out, mbill__ec_left(account, policy), &out))
        return out;
    mbill__wide sum = mbill__wide_of(credit_micro);
    bool fits = mbill__wide_subtract(sum, mbill__wide_of(account->pending.debits_micro), &sum) &&
        mbill__wide_subtract(sum, mbill__wide_of(policy->disablement_micro), &sum) &&
        mbill__wide_add(sum, mbill__wide_of(mbill__ec_left(account, policy)), &sum) && mbill__wide_fits(sum, &out);
    return fits ? out : mbill__wide_sign(sum) < 0 ? INT64_MIN : INT64_MAX;
}

bool mbill__repays(const mbill_policy *policy, int32_t stage)
{
    for (int32_t i = 0; i < policy->n_stages; i++)
        if (policy->stages[i].kind == stage) return true;
    return false;
}
