/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a check that several kinds of operations share does. */
#include "ledger/plan.h"

#include "ledger/flow.h"
#include "ledger/measure.h"
#include "number/round.h"

int32_t mbill__check_there(const mbill__work *work, size_t n)
{
    const mbill__account *receiver = &work->accounts[n - 1]; /* a meter and its count are the receiver's */
    int64_t meter = work->op->meter;
    for (size_t i = 0; i < n; i++)
        if (!work->known[i] || work->accounts[i].policy < 0) return MBILL_RESULT_NO_ACCOUNT;
    bool foreign = meter != 0 && work->rests[n - 1]->n_meters > 0 &&
        mbill__map_get(&work->book->meter_of, receiver->number, meter, 0) < 0;
    return foreign ? MBILL_RESULT_NO_METER : MBILL_RESULT_OK;
}

int32_t mbill__check_working(const mbill__work *work, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (work->known[i] && work->accounts[i].state == MBILL_ACCOUNT_NEW) return MBILL_RESULT_NOT_ACTIVE;
    for (size_t i = 0; i < n; i++)
        if (work->known[i] && work->accounts[i].state == MBILL_ACCOUNT_SHUT) return MBILL_RESULT_CLOSED;
    return MBILL_RESULT_OK;
}

int32_t mbill__check_prepay(const mbill__work *work, size_t n)
{
    int32_t code = mbill__check_there(work, n);
    return code == MBILL_RESULT_OK ? mbill__check_working(work, n) : code;
}

int32_t mbill__check_customer(const mbill__work *work)
{
    int64_t known = work->rests[0]->customer, given = work->op->customer;
    return known != 0 && given != 0 && known != given ? MBILL_RESULT_CUSTOMER_MISMATCH : MBILL_RESULT_OK;
}

int64_t mbill__count_at(const mbill__work *work, int64_t account)
{
    return mbill__map_get(&work->book->count_of, account, work->op->meter, work->op->channel);
}

/* Any above the smallest of the last n accepted, and not among them. */
static int32_t check_set(const mbill__count *count, int64_t n, int64_t given)
{
    int64_t known = count->n_recent < n ? count->n_recent : n, smallest = INT64_MAX;
    for (int64_t i = 0; i < known; i++) {
        if (count->recent[i] == given) return MBILL_RESULT_SEQ_DUPLICATE;
        if (count->recent[i] < smallest) smallest = count->recent[i];
    }
    return known > 0 && given < smallest ? MBILL_RESULT_SEQ_DUPLICATE : MBILL_RESULT_OK;
}

static int32_t check_count(const mbill__work *work, const mbill__account *account)
{
    static const mbill__count fresh;
    const mbill_policy *policy = mbill__book_policy(work->book, account);
    int64_t at = mbill__count_at(work, account->number), given = work->op->sequence;
    const mbill__count *count = at < 0 ? &fresh : &work->book->counts[at];
    if (policy->sequence == MBILL_SEQUENCE_SET) return check_set(count, policy->sequence_n, given);
    if (policy->sequence == MBILL_SEQUENCE_WINDOW) {
        if (given <= count->last) return MBILL_RESULT_SEQ_DUPLICATE;
        return given - count->last > policy->sequence_n ? MBILL_RESULT_SEQ_GAP : MBILL_RESULT_OK;
    }
    if (given == count->last) return MBILL_RESULT_SEQ_DUPLICATE;
    return count->last < INT64_MAX && given == count->last + 1 ? MBILL_RESULT_OK : MBILL_RESULT_SEQ_GAP;
}

int32_t mbill__check_sequence(const mbill__work *work, size_t which)
{
    const mbill_operation *op = work->op;
    if (op->receipt != 0 && mbill__map_get(&work->book->receipt_of, op->channel, op->receipt, 0) >= 0)
        return MBILL_RESULT_DUPLICATE_RECEIPT;
    return op->sequence == MBILL_NONE ? MBILL_RESULT_OK : check_count(work, &work->accounts[which]);
}

int64_t mbill__hoard_room(const mbill__work *work, const mbill__account *account)
{
    int64_t highest_micro = mbill__book_policy(work->book, account)->hoarding_limit_micro;
    if (highest_micro == 0) return INT64_MAX;
    return mbill__less(mbill__less(highest_micro, mbill__credit_of(&account->at[MBILL__AT_CREDIT])),
        account->pending.credits_micro);
}

int32_t mbill__receive(mbill__work *work, mbill__account *account, mbill__side payer, int64_t tender_micro)
{
    int64_t room_micro = mbill__hoard_room(work, account);
    if (mbill__waterfall(work, account, payer, tender_micro) > room_micro) return MBILL_RESULT_EXCEEDS_HOARDING;
    return work->overflow ? MBILL_RESULT_OVERFLOW : MBILL_RESULT_OK;
}

const mbill__hold *mbill__meant_hold(const mbill__work *work)
{
    int64_t at = work->target < 0 ? -1 : mbill__map_get(&work->book->hold_of, work->target, 0, 0);
    return at < 0 ? NULL : &work->book->holds[at];
}
