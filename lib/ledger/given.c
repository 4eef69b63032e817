/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an operation has another field. */
#include "ledger/given.h"

#include <string.h>

#define GIVEN(field, is_given) ((uint32_t)((is_given) != 0) << (field))

/* Use and transfers leave most fields at rest: one look at each group tells, where a look at every field would be a tenth of the work. */
static uint32_t payment_given(const mbill_operation *op)
{
    uint64_t target[2];
    memcpy(target, op->target.bytes, sizeof target);
    int64_t at_rest = ~(op->sequence & op->period & op->charge); /* MBILL_NONE has all bits */
    _Static_assert(MBILL_NONE == -1, "the bits of no other number are all set");
    if ((target[0] | target[1] | (uint64_t)(op->meter | op->channel | op->receipt | at_rest)) == 0) return 0;
    return GIVEN(MBILL__F_TARGET, target[0] | target[1]) | GIVEN(MBILL__F_METER, op->meter) |
        GIVEN(MBILL__F_CHANNEL, op->channel) | GIVEN(MBILL__F_RECEIPT, op->receipt) |
        GIVEN(MBILL__F_SEQUENCE, op->sequence != MBILL_NONE) | GIVEN(MBILL__F_PERIOD, op->period != MBILL_NONE) |
        GIVEN(MBILL__F_CHARGE, op->charge != MBILL_NONE);
}

static uint32_t seldom_given(const mbill_operation *op)
{
    int64_t numbers = op->reg | op->from_micro | op->to_micro | op->tariff | op->effective_utc_s | op->timeout_s | op->customer |
        op->unposted_micro | op->user_data | op->hold | op->reason | op->limit;
    if (numbers == 0 && op->policy == NULL) return 0;
    return GIVEN(MBILL__F_REGISTER, op->reg) | GIVEN(MBILL__F_FROM, op->from_micro) | GIVEN(MBILL__F_TO, op->to_micro) |
        GIVEN(MBILL__F_TARIFF, op->tariff) | GIVEN(MBILL__F_EFFECTIVE, op->effective_utc_s) |
        GIVEN(MBILL__F_TIMEOUT, op->timeout_s) | GIVEN(MBILL__F_CUSTOMER, op->customer) |
        GIVEN(MBILL__F_UNPOSTED, op->unposted_micro) | GIVEN(MBILL__F_USER_DATA, op->user_data) | GIVEN(MBILL__F_HOLD, op->hold) |
        GIVEN(MBILL__F_REASON, op->reason) | GIVEN(MBILL__F_LIMIT, op->limit) | GIVEN(MBILL__F_POLICY, op->policy != NULL);
}

uint32_t mbill__given_fields(const mbill_operation *op)
{
    return GIVEN(MBILL__F_ACCOUNT, op->account) | GIVEN(MBILL__F_OTHER, op->other) | GIVEN(MBILL__F_AMOUNT, op->amount_micro) |
        payment_given(op) | seldom_given(op);
}
