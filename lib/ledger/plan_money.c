/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when payments, use, debts or refunds move money in another way. */
#include "ledger/plan.h"

#include "ledger/flow.h"
#include "ledger/lookback.h"
#include "ledger/measure.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int32_t mbill__plan_top_up(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_prepay(work, 1));
    MBILL__CHECK(mbill__check_customer(work));
    MBILL__CHECK(mbill__check_sequence(work, 0));
    int64_t highest_micro = mbill__book_policy(work->book, account)->max_top_up_micro;
    if (highest_micro > 0 && op->amount_micro > highest_micro) return MBILL_RESULT_EXCEEDS_TOPUP;
    return mbill__receive(work, account, mbill__system(MBILL_SYSTEM_CASH, (uint32_t)op->channel), op->amount_micro);
}

static int32_t check_reading(const mbill__work *work)
{
    const mbill_operation *op = work->op;
    bool replaced = (op->flags & MBILL_OPERATION_REPLACED) != 0, rolled = (op->flags & MBILL_OPERATION_ROLLOVER) != 0;
    if (op->reg == 0 || replaced) return MBILL_RESULT_OK;
    if (op->to_micro < op->from_micro && !rolled) return MBILL_RESULT_READING_REGRESSED;
    int64_t at = mbill__map_get(&work->book->reading_of, op->account, op->meter, op->reg);
    if (at < 0) return MBILL_RESULT_OK;
    int64_t last_micro = work->book->readings[at];
    if (op->from_micro < last_micro) return MBILL_RESULT_READING_OVERLAP;
    return op->from_micro > last_micro && (op->flags & MBILL_OPERATION_GAP) == 0 ? MBILL_RESULT_READING_GAP : MBILL_RESULT_OK;
}

int32_t mbill__plan_usage(mbill__work *work)
{
    MBILL__CHECK(mbill__check_prepay(work, 1));
    MBILL__CHECK(check_reading(work));
    mbill__collect(work, &work->accounts[0], work->op->amount_micro, MBILL_COLLECT, mbill__system(MBILL_SYSTEM_REVENUE, 0));
    return MBILL_RESULT_OK;
}

static int32_t phase_of(const mbill__work *work, const mbill_accrual *accrual)
{
    if ((work->op->flags & MBILL_OPERATION_SUPPLY_OFF) != 0) return accrual->off;
    return work->accounts[0].ec == MBILL__EC_SELECTED ? accrual->in_ec : accrual->normal;
}

int32_t mbill__plan_accrue(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_there(work, 1));
    if (op->charge < 0 || op->charge >= MBILL_ACCRUALS_MAX) return MBILL_RESULT_NO_CHARGE;
    MBILL__CHECK(mbill__check_working(work, 1));
    if (op->period <= work->rests[0]->last_period[op->charge]) return MBILL_RESULT_PERIOD_DONE;
    const mbill_accrual *accrual = &mbill__book_policy(work->book, account)->accruals[op->charge];
    mbill__side to = mbill__system(MBILL_SYSTEM_REVENUE, 1 + (uint32_t)op->charge);
    int64_t amount_micro = least(op->amount_micro, mbill__accrual_cap_left(work->book, account, op->charge, work->now_utc_s));
    if (accrual->debt != MBILL_NONE) {
        amount_micro = least(amount_micro, mbill__debt(account, accrual->debt));
        to = mbill__place(account, MBILL_PLACE_DEBT + accrual->debt);
    }
    mbill__collect(work, account, amount_micro, phase_of(work, accrual), to);
    return MBILL_RESULT_OK;
}

static bool has_debt(const mbill__work *work, int32_t index)
{
    return index >= 0 && index < MBILL_DEBTS_MAX &&
        mbill__book_policy(work->book, &work->accounts[0])->debts[index].kind != MBILL_DEBT_NONE;
}

/* Load, or adjust by a signed amount that may not take more than is owed. */
int32_t mbill__plan_debt(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_there(work, 1));
    if (!has_debt(work, op->charge)) return MBILL_RESULT_NO_CHARGE;
    const mbill__side fund = mbill__system(MBILL_SYSTEM_DEBT_FUND, 0),
                      debt = mbill__place(account, MBILL_PLACE_DEBT + op->charge);
    MBILL__CHECK(mbill__check_working(work, 1));
    if (op->amount_micro < 0 && -op->amount_micro > mbill__debt(account, op->charge)) return MBILL_RESULT_EXCEEDS_AVAILABLE;
    if (op->amount_micro > 0) mbill__work_leg(work, debt, fund, op->amount_micro, 0);
    else mbill__work_leg(work, fund, debt, -op->amount_micro, 0);
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_write_off(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_there(work, 1));
    if (op->charge != MBILL_NONE && !has_debt(work, op->charge)) return MBILL_RESULT_NO_CHARGE;
    MBILL__CHECK(mbill__check_working(work, 1));
    int32_t place = op->charge == MBILL_NONE ? MBILL_PLACE_ACCUM : MBILL_PLACE_DEBT + op->charge;
    if (op->amount_micro > mbill__owed_of(mbill__at(account, mbill__slot_of(account, place))))
        return MBILL_RESULT_EXCEEDS_AVAILABLE;
    mbill__work_leg(work, mbill__system(MBILL_SYSTEM_WRITE_OFF, 0), mbill__place(account, place), op->amount_micro, 0);
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_refund(mbill__work *work)
{
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_prepay(work, 1));
    MBILL__CHECK(mbill__check_sequence(work, 0));
    if (work->op->amount_micro > mbill__clip(mbill__free(account), 0, INT64_MAX)) return MBILL_RESULT_EXCEEDS_REFUNDABLE;
    mbill__work_leg(work, mbill__place(account, MBILL_PLACE_CREDIT), mbill__system(MBILL_SYSTEM_REFUND_CLEARING, 0),
        work->op->amount_micro, 0);
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_offset(mbill__work *work)
{
    mbill__account *payer = &work->accounts[0], *receiver = &work->accounts[1];
    MBILL__CHECK(mbill__check_prepay(work, 2));
    MBILL__CHECK(mbill__check_sequence(work, 1));
    if (work->op->amount_micro > mbill__clip(mbill__free(payer), 0, INT64_MAX)) return MBILL_RESULT_EXCEEDS_AVAILABLE;
    return mbill__receive(work, receiver, mbill__place(payer, MBILL_PLACE_CREDIT), work->op->amount_micro);
}

/* What a plain account's limit leaves on one of its sides. */
static int64_t room_of(const mbill__account *account, bool debit)
{
    const mbill__sums *at = &account->at[0];
    if (debit && account->limit == MBILL_LIMIT_DEBITS_UP_TO_CREDITS)
        return mbill__less(mbill__credit_of(at), account->pending.debits_micro);
    if (!debit && account->limit == MBILL_LIMIT_CREDITS_UP_TO_DEBITS)
        return mbill__less(mbill__owed_of(at), account->pending.credits_micro);
    return INT64_MAX;
}

int32_t mbill__plan_transfer(mbill__work *work)
{
    const mbill_operation *op = work->op;
    int64_t moved_micro = op->amount_micro;
    for (size_t i = 0; i < 2; i++) {
        bool plain = work->known[i] && work->accounts[i].policy < 0;
        if (!plain && !mbill_is_system_account(work->touched.numbers[i])) return MBILL_RESULT_NO_ACCOUNT;
    }
    MBILL__CHECK(mbill__check_working(work, 2));
    for (size_t i = 0; i < 2; i++)
        if (work->known[i]) moved_micro = least(moved_micro, mbill__clip(room_of(&work->accounts[i], i == 0), 0, INT64_MAX));
    if (moved_micro < op->amount_micro && (op->flags & MBILL_OPERATION_UP_TO) == 0) return MBILL_RESULT_EXCEEDS_AVAILABLE;
    const mbill__side debit = {op->account, MBILL_PLACE_PLAIN}, credit = {op->other, MBILL_PLACE_PLAIN};
    mbill__work_leg(work, debit, credit, moved_micro, (op->flags & MBILL_OPERATION_PENDING) != 0 ? 1 : 0);
    work->record->moved_micro = moved_micro;
    return MBILL_RESULT_OK;
}
