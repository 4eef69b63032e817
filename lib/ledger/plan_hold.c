/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when money is reserved, or a reservation ends, in another way. A hold is checked when it is made, so that posting it never fails
 * for money. */
#include "ledger/plan.h"

#include "ledger/flow.h"
#include "ledger/measure.h"

void mbill__hold_sides(int32_t kind, int64_t account, int64_t other, int64_t channel, mbill__side *debit, mbill__side *credit)
{
    const mbill__side own = {account, MBILL_PLACE_CREDIT}, others = {other, MBILL_PLACE_CREDIT};
    *debit = own;
    *credit = others;
    if (kind == MBILL_HOLD_REFUND) *credit = mbill__system(MBILL_SYSTEM_REFUND_CLEARING, 0);
    if (kind == MBILL_HOLD_TOP_UP) {
        *debit = mbill__system(MBILL_SYSTEM_CASH, (uint32_t)channel);
        *credit = own;
    }
    if (kind == MBILL_HOLD_TRANSFER) {
        *debit = (mbill__side){account, MBILL_PLACE_PLAIN};
        *credit = (mbill__side){other, MBILL_PLACE_PLAIN};
    }
}

int32_t mbill__plan_hold(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__side debit, credit;
    size_t receiver = op->hold == MBILL_HOLD_OFFSET ? 1 : 0;
    int64_t free_micro = mbill__clip(work->known[0] ? mbill__free(&work->accounts[0]) : 0, 0, INT64_MAX);
    MBILL__CHECK(mbill__check_prepay(work, receiver + 1));
    MBILL__CHECK(mbill__check_customer(work));
    MBILL__CHECK(mbill__check_sequence(work, receiver));
    if (op->hold == MBILL_HOLD_OFFSET && op->amount_micro > free_micro) return MBILL_RESULT_EXCEEDS_AVAILABLE;
    if (op->hold == MBILL_HOLD_REFUND && op->amount_micro > free_micro) return MBILL_RESULT_EXCEEDS_REFUNDABLE;
    if (op->hold != MBILL_HOLD_REFUND) {
        const mbill__account *to = &work->accounts[receiver];
        int64_t highest_micro = mbill__book_policy(work->book, to)->max_top_up_micro;
        if (op->hold == MBILL_HOLD_TOP_UP && highest_micro > 0 && op->amount_micro > highest_micro)
            return MBILL_RESULT_EXCEEDS_TOPUP;
        if (op->amount_micro > mbill__hoard_room(work, to)) return MBILL_RESULT_EXCEEDS_HOARDING;
    }
    mbill__hold_sides(op->hold, op->account, op->other, op->channel, &debit, &credit);
    mbill__work_leg(work, debit, credit, op->amount_micro, 1);
    return MBILL_RESULT_OK;
}

/* The hold that is meant, open; *out is NULL otherwise. */
static int32_t find_hold(const mbill__work *work, const mbill__hold **out)
{
    *out = NULL;
    if (work->target < 0) return MBILL_RESULT_NO_PENDING;
    const mbill__hold *hold = mbill__meant_hold(work);
    if (hold == NULL) return MBILL_RESULT_NOT_PENDING;
    *out = hold;
    switch (hold->state) {
    case MBILL__HOLD_POSTED: return MBILL_RESULT_ALREADY_POSTED;
    case MBILL__HOLD_VOIDED: return MBILL_RESULT_ALREADY_VOIDED;
    case MBILL__HOLD_EXPIRED: return MBILL_RESULT_EXPIRED;
    default: return MBILL_RESULT_OK;
    }
}

static void release(mbill__work *work, const mbill__hold *hold)
{
    mbill__side debit, credit;
    mbill__hold_sides(hold->kind, hold->account, hold->other, work->meant->operation.channel, &debit, &credit);
    mbill__work_leg(work, debit, credit, hold->amount_micro, -1);
}

int32_t mbill__plan_post(mbill__work *work)
{
    const mbill__hold *hold;
    mbill__side debit, credit;
    MBILL__CHECK(work->target < 0 ? MBILL_RESULT_NO_PENDING : MBILL_RESULT_OK);
    for (size_t i = 0; i < 2; i++)
        if (work->known[i] && work->accounts[i].state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    MBILL__CHECK(find_hold(work, &hold));
    int64_t amount_micro = work->op->amount_micro == MBILL_AMOUNT_ALL ? hold->amount_micro : work->op->amount_micro;
    if (amount_micro > hold->amount_micro) return MBILL_RESULT_EXCEEDS_PENDING;
    release(work, hold);
    mbill__hold_sides(hold->kind, hold->account, hold->other, work->meant->operation.channel, &debit, &credit);
    bool falls = hold->kind == MBILL_HOLD_TOP_UP || hold->kind == MBILL_HOLD_OFFSET;
    if (falls) (void)mbill__waterfall(work, mbill__work_account(work, credit.account), debit, amount_micro);
    else mbill__work_leg(work, debit, credit, amount_micro, 0);
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_void(mbill__work *work)
{
    const mbill__hold *hold;
    MBILL__CHECK(find_hold(work, &hold));
    release(work, hold);
    return MBILL_RESULT_OK;
}
