/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a leg is made does. Law: a leg has two different sides and an amount above 0, and no sum leaves its range. */
#include "ledger/work.h"

#include "number/round.h"

#include <stddef.h>
#include <string.h>

/* Slots that no policy of the account has reached are zero, and stay where they are; a plain account has one. In whole lines, which a few
 * instructions copy; a call to clear the others would take longer. */
static void copy_account(mbill__account *to, mbill__sums *seldom, const mbill__account *from)
{
    static const mbill__sums unreached[MBILL__AT_END - MBILL__AT_SELDOM];
    memcpy(to, from, MBILL__LINE_BYTES);
    to->seldom = seldom;
    if (from->n_slots == 1) return;
    memcpy((char *)to + MBILL__LINE_BYTES, (const char *)from + MBILL__LINE_BYTES, sizeof *to - MBILL__LINE_BYTES);
    memcpy(seldom, from->n_slots <= MBILL__AT_SELDOM ? unreached : from->seldom, sizeof unreached);
}

void mbill__work_take(mbill__work *work, int64_t account, int64_t other)
{
    const int64_t numbers[2] = {account, other};
    for (size_t i = 0; i < 2; i++) {
        int64_t place = numbers[i] > 0 ? mbill__account_place(work->book, numbers[i]) : -1;
        work->touched.numbers[i] = numbers[i];
        work->touched.places[i] = place;
        work->known[i] = place >= 0;
        if (place < 0) continue;
        copy_account(&work->accounts[i], work->seldom[i], &work->book->accounts[place]);
        work->rests[i] = &work->book->rests[place];
    }
}

/* The operation that is meant, when it was accepted, and its accounts. */
static void take_meant(mbill__work *work, const mbill_id *id)
{
    size_t len;
    work->target = mbill__book_find(work->book, id);
    if (work->target < 0) return;
    const mbill__place_of_record *place = &work->book->records[work->target];
    size_t offset = (size_t)place->offset;
    if (!mbill__record_decode(work->book->bytes + offset, work->book->n_bytes - offset, work->meant, &len) ||
        work->meant->code != MBILL_RESULT_OK) {
        work->target = -1;
        return;
    }
    if (work->op->account == 0) mbill__work_take(work, place->accounts[0], place->accounts[1]);
}

void mbill__work_start(mbill__work *work, const mbill_book *book, const mbill_operation *op, int64_t now_utc_s,
    mbill__record *record, mbill__record *meant)
{
    static const mbill_id none;
    work->book = book;
    work->op = op;
    work->now_utc_s = now_utc_s;
    work->n_systems = 0;
    work->record = record;
    work->meant = meant;
    work->target = -1;
    work->purpose = MBILL_PURPOSE_PLAIN;
    work->overflow = false;
    mbill__work_take(work, op->account, op->other);
    if (memcmp(&op->target, &none, sizeof none) != 0) take_meant(work, &op->target);
}

mbill__account *mbill__work_account(mbill__work *work, int64_t number)
{
    for (size_t i = 0; i < 2; i++)
        if (work->known[i] && work->accounts[i].number == number) return &work->accounts[i];
    return NULL;
}

static mbill__system_sums *system_sums(mbill__work *work, int64_t number)
{
    for (size_t i = 0; i < work->n_systems; i++)
        if (work->system[i] == number) return &work->system_sums[i];
    if (work->n_systems == MBILL__SYSTEMS_MAX) return NULL;
    int64_t at = mbill__map_get(&work->book->system_of, number, 0, 0);
    work->system[work->n_systems] = number;
    work->system_sums[work->n_systems] = at < 0 ? (mbill__system_sums){{0, 0}, {0, 0}} : work->book->systems[at];
    return &work->system_sums[work->n_systems++];
}

static mbill__sums *sums_of(mbill__work *work, mbill__side side, int32_t pending)
{
    if (side.account < 0) {
        mbill__system_sums *sums = system_sums(work, side.account);
        return sums == NULL ? NULL : pending == 0 ? &sums->posted : &sums->pending;
    }
    mbill__account *account = mbill__work_account(work, side.account);
    return account == NULL ? NULL : mbill__sums_at(account, side.place, pending);
}

bool mbill__sums_post(mbill__sums *debit, mbill__sums *credit, int64_t change_micro)
{
    int64_t debits, credits;
    if (!mbill__add(debit->debits_micro, change_micro, &debits) || !mbill__add(credit->credits_micro, change_micro, &credits))
        return false;
    if (debits < 0 || credits < 0) return false; /* more is given back than was reserved */
    debit->debits_micro = debits;
    credit->credits_micro = credits;
    return true;
}

/* A sum at the end of its range: what is on both sides is left out, so that differences still hold for the checks to come. */
static void leave_out(mbill__sums *at)
{
    int64_t both_micro = at->debits_micro < at->credits_micro ? at->debits_micro : at->credits_micro;
    at->debits_micro -= both_micro;
    at->credits_micro -= both_micro;
}

void mbill__work_leg(mbill__work *work, mbill__side debit, mbill__side credit, int64_t amount_micro, int32_t pending)
{
    mbill__record *record = work->record;
    int64_t change_micro = pending < 0 ? -amount_micro : amount_micro;
    if (amount_micro == 0) return;
    mbill__sums *debit_sums = sums_of(work, debit, pending), *credit_sums = sums_of(work, credit, pending);
    if (record->n_legs == MBILL_LEGS_MAX || debit_sums == NULL || credit_sums == NULL || debit_sums == credit_sums) {
        work->overflow = true;
        return;
    }
    if (!mbill__sums_post(debit_sums, credit_sums, change_micro)) {
        work->overflow = true;
        if (pending != 0) return;
        leave_out(debit_sums);
        leave_out(credit_sums);
        if (!mbill__sums_post(debit_sums, credit_sums, change_micro)) return;
    }
    record->legs[record->n_legs++] = (mbill_leg){.debit_account = debit.account,
        .credit_account = credit.account,
        .amount_micro = amount_micro,
        .debit_place = debit.place,
        .credit_place = credit.place,
        .purpose = pending > 0 ? MBILL_PURPOSE_RESERVE
            : pending < 0      ? MBILL_PURPOSE_RELEASE
                               : work->purpose,
        .pending = pending};
}
