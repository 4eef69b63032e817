/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what was booked is put right in another way: reversals, corrections, and what a meter shows against the book. */
#include "ledger/plan.h"

#include "ledger/flow.h"
#include "ledger/measure.h"
#include "number/round.h"

static bool is_reversible(const mbill_operation *op)
{
    switch (op->kind) {
    case MBILL_OPERATION_TOP_UP:
    case MBILL_OPERATION_USAGE:
    case MBILL_OPERATION_ACCRUE:
    case MBILL_OPERATION_REFUND:
    case MBILL_OPERATION_OFFSET:
    case MBILL_OPERATION_CORRECT:
    case MBILL_OPERATION_POST:
    case MBILL_OPERATION_DEBT_LOAD:
    case MBILL_OPERATION_WRITE_OFF:
    case MBILL_OPERATION_ACCEPT: return true;
    case MBILL_OPERATION_TRANSFER: return (op->flags & MBILL_OPERATION_PENDING) == 0;
    default: return false;
    }
}

/* The exact mirror of the stored legs, never computed again; what a hold gave back stays given back. */
static void mirror(mbill__work *work)
{
    work->purpose = MBILL_PURPOSE_MIRROR;
    for (size_t i = 0; i < work->meant->n_legs; i++) {
        const mbill_leg *leg = &work->meant->legs[i];
        const mbill__side debit = {leg->credit_account, leg->credit_place}, credit = {leg->debit_account, leg->debit_place};
        if (leg->pending == 0) mbill__work_leg(work, debit, credit, leg->amount_micro, 0);
    }
    work->purpose = MBILL_PURPOSE_PLAIN;
}

/* An account whose CREDIT was lowered below its overdraft limit refuses, or with force owes what is missing. */
static int32_t check_lowered(mbill__work *work, mbill__account *account)
{
    const mbill_policy *policy = mbill__book_policy(work->book, account);
    int64_t lowest_micro = -policy->overdraft_limit_micro, free_micro = mbill__free(account), missing_micro;
    if (free_micro >= lowest_micro) return MBILL_RESULT_OK;
    if ((work->op->flags & MBILL_OPERATION_FORCE) == 0) return MBILL_RESULT_EXCEEDS_AVAILABLE;
    if ((policy->flags & MBILL_POLICY_FORCED_REVERSAL) == 0) return MBILL_RESULT_FORCE_NOT_ALLOWED;
    if (policy->sink == MBILL_PLACE_CREDIT) return MBILL_RESULT_OK;
    if (free_micro == INT64_MIN || !mbill__subtract(lowest_micro, free_micro, &missing_micro)) return MBILL_RESULT_OVERFLOW;
    work->purpose = MBILL_PURPOSE_SHORTFALL;
    mbill__work_leg(work, mbill__place(account, MBILL_PLACE_ACCUM), mbill__place(account, MBILL_PLACE_CREDIT), missing_micro, 0);
    work->purpose = MBILL_PURPOSE_PLAIN;
    return MBILL_RESULT_OK;
}

/* A plain account's limit must hold after the mirror too. */
static int32_t check_limit(const mbill__account *account)
{
    const mbill__sums *at = &account->at[0];
    bool short_of_credits = account->limit == MBILL_LIMIT_DEBITS_UP_TO_CREDITS &&
        mbill__less(mbill__credit_of(at), account->pending.debits_micro) < 0;
    bool short_of_debits = account->limit == MBILL_LIMIT_CREDITS_UP_TO_DEBITS &&
        mbill__less(mbill__owed_of(at), account->pending.credits_micro) < 0;
    return short_of_credits || short_of_debits ? MBILL_RESULT_EXCEEDS_AVAILABLE : MBILL_RESULT_OK;
}

int32_t mbill__plan_reverse(mbill__work *work)
{
    int64_t before_micro[2] = {0, 0};
    bool lowered[2] = {false, false};
    if (work->target < 0) return MBILL_RESULT_NO_ORIGINAL;
    for (size_t i = 0; i < 2; i++)
        if (work->known[i] && work->accounts[i].state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    if (!is_reversible(&work->meant->operation)) return MBILL_RESULT_NOT_REVERSIBLE;
    if ((work->book->records[work->target].marks & MBILL__MARK_REVERSED) != 0) return MBILL_RESULT_ALREADY_REVERSED;
    for (size_t i = 0; i < 2; i++)
        if (work->known[i]) before_micro[i] = mbill__credit_of(&work->accounts[i].at[MBILL__AT_CREDIT]);
    mirror(work);
    for (size_t i = 0; i < 2; i++) {
        mbill__account *account = &work->accounts[i];
        if (!work->known[i] || account->policy < 0) continue;
        mbill__level_further(work, account);
        lowered[i] = mbill__credit_of(&account->at[MBILL__AT_CREDIT]) < before_micro[i];
        mbill__level_places(work, account);
    }
    for (size_t i = 0; i < 2; i++) {
        if (!work->known[i]) continue;
        mbill__account *account = &work->accounts[i];
        if (account->policy < 0) MBILL__CHECK(check_limit(account));
        else if (lowered[i]) MBILL__CHECK(check_lowered(work, account));
    }
    return MBILL_RESULT_OK;
}

int32_t mbill__plan_correct(mbill__work *work)
{
    const mbill_operation *op = work->op;
    mbill__account *account = &work->accounts[0];
    const mbill__side adjust = mbill__system(MBILL_SYSTEM_ADJUST, 0);
    if (!work->known[0] || account->policy < 0) return MBILL_RESULT_NO_ACCOUNT;
    if (work->target < 0 || work->book->records[work->target].accounts[0] != op->account) return MBILL_RESULT_NO_ORIGINAL;
    MBILL__CHECK(mbill__check_prepay(work, 1));
    if (op->amount_micro > 0) mbill__work_leg(work, adjust, mbill__place(account, MBILL_PLACE_CREDIT), op->amount_micro, 0);
    else mbill__collect(work, account, -op->amount_micro, MBILL_COLLECT, adjust);
    return MBILL_RESULT_OK;
}

/* Of the holds that bring the account money, those that the meter's count says have arrived. */
static bool arrived(const mbill__work *work, int64_t *out_micro)
{
    *out_micro = 0;
    for (int64_t at = work->rests[0]->open_holds; at >= 0; at = work->book->holds[at].next) {
        const mbill__hold *hold = &work->book->holds[at];
        bool counted = hold->meter == work->op->meter && hold->sequence != MBILL_NONE && hold->sequence <= work->op->sequence;
        if (counted && !mbill__add(*out_micro, hold->amount_micro, out_micro)) return false;
    }
    return true;
}

int32_t mbill__plan_observe(mbill__work *work)
{
    const mbill_operation *op = work->op;
    const mbill__account *account = &work->accounts[0];
    int64_t arrived_micro, expected_micro;
    MBILL__CHECK(mbill__check_prepay(work, 1));
    bool fits = arrived(work, &arrived_micro) &&
        mbill__add(mbill__credit_of(&account->at[MBILL__AT_CREDIT]), arrived_micro, &expected_micro) &&
        mbill__subtract(expected_micro, op->unposted_micro, &expected_micro) &&
        mbill__subtract(op->amount_micro, expected_micro, &work->record->moved_micro);
    return fits ? MBILL_RESULT_OK : MBILL_RESULT_OVERFLOW;
}

int32_t mbill__plan_accept(mbill__work *work)
{
    mbill__account *account = &work->accounts[0];
    const mbill__side suspense = mbill__system(MBILL_SYSTEM_SUSPENSE, 0);
    if (work->target < 0 || work->meant->operation.kind != MBILL_OPERATION_OBSERVE) return MBILL_RESULT_NO_ORIGINAL;
    MBILL__CHECK(mbill__check_prepay(work, 1));
    if ((work->book->records[work->target].marks & MBILL__MARK_ACCEPTED) != 0) return MBILL_RESULT_ALREADY_POSTED;
    int64_t residual_micro = work->meant->moved_micro;
    if (residual_micro == INT64_MIN) return MBILL_RESULT_OVERFLOW;
    if (residual_micro < 0) mbill__collect(work, account, -residual_micro, MBILL_COLLECT, suspense);
    else mbill__work_leg(work, suspense, mbill__place(account, MBILL_PLACE_CREDIT), residual_micro, 0);
    work->record->moved_micro = residual_micro;
    return MBILL_RESULT_OK;
}
