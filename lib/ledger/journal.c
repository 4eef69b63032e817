/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is read out of a book's journal, or taken into it again, does. */
#include "calendar/civil.h"
#include "ledger/fold.h"
#include "ledger/form.h"
#include "ledger/plan.h"
#include "ledger/room.h"
#include "ledger/scout.h"

#include <string.h>

int64_t mbill_book_n_records(const mbill_book *book)
{
    return book == NULL ? 0 : (int64_t)book->n_records;
}

mbill_status mbill_book_record(const mbill_book *book, int64_t record, mbill_operation *out_operation, mbill_result *out_result,
    int64_t *out_recorded_utc_s, mbill_leg *out_legs, mbill_error *err)
{
    mbill__record found;
    MBILL__NEED(book);
    if (record < 0 || (uint64_t)record >= book->n_records)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "the book has %zu records, and none numbered %lld", book->n_records,
            (long long)record);
    if (!mbill__book_read(book, record, &found)) return mbill__fail(err, MBILL_E_INTERNAL, "a record of the book cannot be read");
    if (out_operation != NULL) {
        *out_operation = found.operation;
        if (found.operation.policy != NULL)
            out_operation->policy = &book->policies[mbill__book_policy_at(book, &found.policy)].policy;
    }
    if (out_result != NULL)
        *out_result = (mbill_result){.code = found.code,
            .n_legs = (uint32_t)found.n_legs,
            .record = record,
            .moved_micro = found.moved_micro};
    if (out_recorded_utc_s != NULL) *out_recorded_utc_s = found.recorded_utc_s;
    if (out_legs != NULL) memcpy(out_legs, found.legs, found.n_legs * sizeof *out_legs);
    return MBILL_OK;
}

mbill_status mbill_book_journal(const mbill_book *book, int64_t first, int64_t n, const uint8_t **out_bytes, size_t *out_len,
    mbill_error *err)
{
    MBILL__NEED(book);
    MBILL__NEED(out_bytes);
    MBILL__NEED(out_len);
    int64_t n_records = (int64_t)book->n_records;
    if (first < 0 || n < 0 || first > n_records || n > n_records - first)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "the book has %lld records, and not %lld from %lld on", (long long)n_records,
            (long long)n, (long long)first);
    size_t from = first == n_records ? book->n_bytes : (size_t)book->records[first].offset;
    size_t to = first + n == n_records ? book->n_bytes : (size_t)book->records[first + n].offset;
    *out_bytes = book->bytes + from;
    *out_len = to - from;
    return MBILL_OK;
}

static bool good_side(int64_t account, int32_t place)
{
    return account > 0 || (mbill_is_system_account(account) && place == MBILL_PLACE_PLAIN);
}

static bool good_legs(const mbill__record *record)
{
    for (size_t i = 0; i < record->n_legs; i++) {
        const mbill_leg *leg = &record->legs[i];
        bool said = leg->purpose >= MBILL_PURPOSE_PLAIN && leg->purpose <= MBILL_PURPOSE_LEVEL && leg->pending >= -1 &&
            leg->pending <= 1;
        if (!said || !good_side(leg->debit_account, leg->debit_place) || !good_side(leg->credit_account, leg->credit_place))
            return false;
    }
    return true;
}

/* What is reserved is what a post of it would move, and its first leg. */
static bool good_reserve(const mbill__record *record)
{
    const mbill_operation *op = &record->operation;
    const mbill_leg *leg = &record->legs[0];
    bool transfer = op->kind == MBILL_OPERATION_TRANSFER;
    int64_t amount_micro = transfer ? record->moved_micro : op->amount_micro;
    mbill__side debit, credit;
    if (op->kind != MBILL_OPERATION_HOLD && !(transfer && (op->flags & MBILL_OPERATION_PENDING) != 0)) return true;
    if (amount_micro == 0) return record->n_legs == 0;
    mbill__hold_sides(transfer ? MBILL_HOLD_TRANSFER : op->hold, op->account, op->other, op->channel, &debit, &credit);
    return record->n_legs > 0 && leg->pending == 1 && leg->amount_micro == amount_micro && leg->debit_account == debit.account &&
        leg->debit_place == debit.place && leg->credit_account == credit.account && leg->credit_place == credit.place;
}

/* A refusal that is written down has passed the checks of form and id, and moves nothing. */
static bool good_result(const mbill__record *record)
{
    if (record->code == MBILL_RESULT_OK) return good_legs(record) && good_reserve(record);
    return record->code >= MBILL_RESULT_NO_ACCOUNT && record->code <= MBILL_RESULT_OVERFLOW && record->n_legs == 0 &&
        record->after == 0 && record->moved_micro == 0;
}

/* Why a record cannot be the next one, or NULL. */
static const char *misfit_of(const mbill_book *book, const mbill__record *record)
{
    int64_t moment_utc_s = record->recorded_utc_s;
    if (!mbill__form_is_recorded(&record->operation, record->given)) return "an operation that no book takes";
    if (!good_result(record)) return "a result that no book gives";
    if (mbill__book_find(book, &record->operation.id) >= 0) return "an id that was there before";
    if (moment_utc_s < MBILL__INSTANT_MIN || moment_utc_s >= MBILL__INSTANT_END) return "a moment outside of the calendar";
    return moment_utc_s < book->last_utc_s ? "a step back in time" : NULL;
}

/* false: the record contradicts those before it, and the book is as it was. Room was made. */
static bool take_again(mbill_book *book, const mbill__record *record)
{
    mbill__record meant, unused;
    mbill__work work;
    mbill__work_start(&work, book, &record->operation, record->recorded_utc_s, &unused, &meant);
    mbill__book_begin_chain(book);
    mbill__book_append(book, record);
    bool fits = mbill__fold(book, record, work.touched, mbill__meant_hold(&work));
    mbill__book_end_chain(book, !fits);
    return fits;
}

mbill_status mbill_book_replay(mbill_book *book, const uint8_t *bytes, size_t len, mbill_error *err)
{
    mbill__record record;
    mbill__scout scout;
    int64_t index = 0;
    size_t done;
    MBILL__NEED(book);
    if (len == 0) return MBILL_OK; /* of an empty book, whose bytes are nowhere */
    MBILL__NEED(bytes);
    mbill__scout_start(&scout, bytes, len);
    for (; len > 0; bytes += done, len -= done, index++) {
        mbill__scout_step(&scout, book);
        bool is_record = mbill__record_decode(bytes, len, &record, &done);
        const char *misfit = is_record      ? misfit_of(book, &record)
            : mbill__record_is_later(bytes) ? "a record of a later version of the library"
                                            : "bytes that are no record";
        if (misfit != NULL) return mbill__fail_at(err, MBILL_E_CORRUPT, index, "the journal has %s", misfit);
        if (!mbill__book_room_again(book, &record, done))
            return mbill__fail_at(err, MBILL_E_NOMEM, index, "no memory for a record");
        if (!take_again(book, &record))
            return mbill__fail_at(err, MBILL_E_CORRUPT, index, "the journal has a record that contradicts those before it");
    }
    return MBILL_OK;
}
