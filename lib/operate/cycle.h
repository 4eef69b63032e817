/* SPDX-License-Identifier: Apache-2.0 */
/* What a bill of the postpaid cycle owes, and how its days go by: for the files of this folder. */
#ifndef MBILL__CYCLE_H
#define MBILL__CYCLE_H

#include "base/fail.h"
#include "meterbill/cycle.h"

#define MBILL__CYCLE_STATES 9
#define MBILL__CYCLE_KINDS 14

extern const char *const mbill__cycle_state_words[MBILL__CYCLE_STATES];
extern const char *const mbill__cycle_kind_words[MBILL__CYCLE_KINDS];

/* Something may be owed of it: it was issued and not written off. */
bool mbill__cycle_is_live(const mbill_cycle *bill);

/* What is open of the amount with its corrections, and of the booked fees. */
int64_t mbill__cycle_amount_open(const mbill_cycle *bill);
int64_t mbill__cycle_fee_open(const mbill_cycle *bill);

/* Count the days before this one: late fees, and what was paid in time. */
mbill_status mbill__cycle_pass(const mbill_cycle_policy *policy, mbill_cycle *bill, int32_t day, mbill_error *err);

/* The fee that has become due by the bill's day and is not booked. */
mbill_status mbill__cycle_fee_due(const mbill_cycle_policy *policy, const mbill_cycle *bill, int64_t *out_micro,
    mbill_error *err);

#endif
