/* SPDX-License-Identifier: Apache-2.0 */
/* What an account's sums mean under its policy: the numbers that every rule and every view is made from. */
#ifndef MBILL__LEDGER_MEASURE_H
#define MBILL__LEDGER_MEASURE_H

#include "ledger/account.h"

int64_t mbill__free(const mbill__account *account);                                  /* CREDIT that is not held */
int64_t mbill__spendable(const mbill__account *account, const mbill_policy *policy); /* above the disablement level, >= 0 */
int64_t mbill__ec_left(const mbill__account *account, const mbill_policy *policy);   /* 0 unless selected */
int64_t mbill__available(const mbill__account *account, const mbill_policy *policy); /* clipped once */
bool mbill__ec_offered(const mbill__account *account, const mbill_policy *policy);
bool mbill__repays(const mbill_policy *policy, int32_t stage); /* the waterfall has the stage */
int64_t mbill__debt(const mbill__account *account, int32_t index);
int64_t mbill__clip(int64_t value, int64_t low, int64_t high); /* low <= high */

/* a - b, clipped to the range of int64_t. */
int64_t mbill__less(int64_t a, int64_t b);

#endif
