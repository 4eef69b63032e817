/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is read out of a book's journal, or taken into it again, does. */
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

/* Why a record cannot be the next one, or NULL. */
static const char *misfit_of(const mbill_book *book, const mbill__record *record)
{
    bool expiry = record->operation.kind == MBILL_OPERATION_EXPIRE;
    if (!expiry && mbill__form_check(&record->operation) != MBILL_RESULT_OK) return "an operation that no book takes";
    if (mbill__book_find(book, &record->operation.id) >= 0) return "an id that was there before";
    return record->recorded_utc_s < book->last_utc_s ? "a step back in time" : NULL;
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
    MBILL__NEED(bytes);
    mbill__scout_start(&scout, bytes, len);
    for (; len > 0; bytes += done, len -= done, index++) {
        mbill__scout_step(&scout, book);
        bool is_record = mbill__record_decode(bytes, len, &record, &done);
        const char *misfit = is_record ? misfit_of(book, &record) : "bytes that are no record";
        if (misfit != NULL) return mbill__fail_at(err, MBILL_E_CORRUPT, index, "the journal has %s", misfit);
        if (!mbill__book_room_again(book, &record, done))
            return mbill__fail_at(err, MBILL_E_NOMEM, index, "no memory for a record");
        if (!take_again(book, &record))
            return mbill__fail_at(err, MBILL_E_CORRUPT, index, "the journal has a record that contradicts those before it");
    }
    return MBILL_OK;
}
