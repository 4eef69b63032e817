/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an account is opened, closed or set in another way. What these operations set is set by the book when it writes the record
 * (fold.c); here is said whether they may, and which money moves. */
#include "ledger/plan.h"

#include "ledger/flow.h"
#include "ledger/measure.h"
#include "number/round.h"

#include <string.h>

/* A meter's opening: the count that it has already registers the customer without money, the next one is a recharge (DL/T 645). */
static int32_t open_by_count(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    int64_t at = mbill__count_at(work, op->account);
    int64_t last = at < 0 ? 0 : work->book->counts[at].last;
    if (op->receipt != 0 && mbill__map_get(&work->book->receipt_of, op->channel, op->receipt, 0) >= 0)
        return MBILL_RESULT_DUPLICATE_RECEIPT;
    if (op->sequence == last) return MBILL_RESULT_OK;
    if (op->sequence < last || op->sequence - last > 1) return MBILL_RESULT_SEQ_GAP;
    if (op->amount_micro == 0) return MBILL_RESULT_OK;
    int64_t highest_micro = mbill__book_policy(work->book, account)->max_top_up_micro;
    if (highest_micro > 0 && op->amount_micro > highest_micro) return MBILL_RESULT_EXCEEDS_TOPUP;
    return mbill__receive(work, account, mbill__system(MBILL_SYSTEM_CASH, (uint32_t)op->channel), op->amount_micro);
}

/* A fresh account as the working copy. */
static void make_account(mbill__work *work, int64_t policy)
{
    mbill__account *account = &work->accounts[0];
    *account = (mbill__account){.number = work->op->account,
        .state = MBILL_ACCOUNT_ACTIVE,
        .limit = (int8_t)work->op->limit,
        .policy = (int32_t)policy,
        .last_record = -1,
        .seldom = work->seldom[0],
        .n_slots = mbill__slots_of_policy(work->op->policy)};
    memset(work->seldom[0], 0, sizeof work->seldom[0]);
    work->known[0] = true;
}

int32_t mbill__plan_open(mbill__work *work)
{
    const mbill_operation *op = work->op;
    int64_t policy = op->policy == NULL ? -1 : mbill__book_policy_at(work->book, op->policy);
    if (op->account <= 0) return MBILL_RESULT_NO_ACCOUNT;
    if (work->known[0]) {
        const mbill__account *account = &work->accounts[0];
        bool again = account->policy >= 0 && (mbill__book_policy(work->book, account)->flags & MBILL_POLICY_METER_OPENING) != 0 &&
            op->sequence != MBILL_NONE && op->policy == NULL;
        if (!again) return MBILL_RESULT_ACCOUNT_EXISTS;
        if (account->state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
        if (account->state == MBILL_ACCOUNT_ACTIVE) MBILL__CHECK(mbill__check_customer(work));
    } else {
        if (op->policy == NULL && op->sequence != MBILL_NONE) return MBILL_RESULT_NO_ACCOUNT; /* whose meter is not known */
        make_account(work, policy);
    }
    return op->sequence == MBILL_NONE || work->accounts[0].policy < 0 ? MBILL_RESULT_OK : open_by_count(work);
}

static bool is_empty(const mbill__account *account)
{
    for (int32_t i = 0; i < account->n_slots; i++)
        if (mbill__credit_of(mbill__seen_at(account, i)) != 0) return false;
    return account->pending.debits_micro == 0 && account->pending.credits_micro == 0;
}

int32_t mbill__plan_state(mbill__work *work)
{
    const mbill__account *account = &work->accounts[0];
    if (!work->known[0]) return MBILL_RESULT_NO_ACCOUNT;
    if (work->op->kind == MBILL_OPERATION_REOPEN)
        return account->state == MBILL_ACCOUNT_NEW ? MBILL_RESULT_NOT_ACTIVE : MBILL_RESULT_OK;
    if (account->state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    if (work->op->kind == MBILL_OPERATION_CLOSE && !is_empty(account)) return MBILL_RESULT_NOT_EMPTY;
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_setting(mbill__work *work)
{
    const mbill__account *account = &work->accounts[0];
    if (!work->known[0] || account->policy < 0) return MBILL_RESULT_NO_ACCOUNT;
    if (work->op->kind == MBILL_OPERATION_TARIFF_MARK) MBILL__CHECK(mbill__check_there(work, 1));
    if (account->state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    if (work->op->policy != NULL) work->accounts[0].policy = (int32_t)mbill__book_policy_at(work->book, work->op->policy);
    return MBILL_RESULT_OK;
}

/* Emergency credit, or a further credit that is brought into CREDIT. */
int32_t mbill__plan_select(mbill__work *work)
{
    mbill__account *account = &work->accounts[0];
    int32_t index = work->op->charge;
    MBILL__CHECK(mbill__check_there(work, 1));
    if (index != MBILL_NONE && (index < 1 || index >= MBILL_CREDITS_MAX)) return MBILL_RESULT_NO_CHARGE;
    MBILL__CHECK(mbill__check_working(work, 1));
    if (index == MBILL_NONE) {
        if (!mbill__ec_offered(account, mbill__book_policy(work->book, account))) return MBILL_RESULT_EC_NOT_OFFERED;
        account->ec = MBILL__EC_SELECTED;
        return MBILL_RESULT_OK;
    }
    int64_t amount_micro = mbill__credit_of(mbill__at(account, MBILL__AT_FURTHER + index - 1));
    mbill__work_leg(work, mbill__place(account, MBILL_PLACE_CREDIT + index), mbill__place(account, MBILL_PLACE_CREDIT),
        amount_micro, 0);
    work->record->moved_micro = amount_micro;
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_wallet(mbill__work *work)
{
    mbill__account *account = &work->accounts[0];
    MBILL__CHECK(mbill__check_there(work, 1));
    if (account->state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    int64_t change_micro;
    if (!mbill__subtract(work->op->amount_micro, mbill__credit_of(&account->at[MBILL__AT_CREDIT]), &change_micro))
        return MBILL_RESULT_OVERFLOW;
    const mbill__side credit = mbill__place(account, MBILL_PLACE_CREDIT);
    if (change_micro > 0)
        mbill__work_leg(work, mbill__system(MBILL_SYSTEM_CASH, (uint32_t)work->op->channel), credit, change_micro, 0);
    else if (change_micro < 0)
        mbill__work_leg(work, credit, mbill__system(MBILL_SYSTEM_ADJUST, 0), mbill__less(0, change_micro), 0);
    return MBILL_RESULT_OK;
}
