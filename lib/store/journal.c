/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the order of a durable call does: follow the file, apply to the book, write down, commit, answer. Law: what a caller sees of
 * the book is in the file; a book that ran ahead of it is dropped and made anew. */
#include "store/journal.h"
#include "store/inner.h"
#include "store/segment.h"
#include "store/watch.h"

#include <string.h>

#define AGAIN_MAX 8 /* collisions in a row after which the caller hears of them */

/* The book from the file's beginning; on failure the old one stays, and stays stale. */
static mbill_status make_anew(mbill_journal *journal, mbill_error *err)
{
    mbill__follow fresh;
    journal->stale = true;
    MBILL_TRY(mbill__follow_open(&fresh, &journal->allocator, err));
    mbill_status status = journal->keep.begin(journal->keep.ctx, false, err);
    if (status == MBILL_OK)
        status = journal->keep.finish(journal->keep.ctx, mbill__follow_take(&fresh, &journal->keep, err), err);
    if (status != MBILL_OK) {
        mbill__follow_free(&fresh);
        return status;
    }
    mbill__follow_free(&journal->follow);
    journal->follow = fresh;
    journal->stale = false;
    return MBILL_OK;
}

mbill_status mbill__journal_begin(mbill_journal *journal, bool to_write, int64_t *out_first, mbill_error *err)
{
    if (journal->stale) MBILL_TRY(make_anew(journal, err));
    MBILL_TRY(journal->keep.begin(journal->keep.ctx, to_write, err));
    mbill_status status = mbill__follow_take(&journal->follow, &journal->keep, err);
    *out_first = mbill_book_n_records(journal->follow.book);
    if (status == MBILL_OK) return MBILL_OK;
    journal->stale = true;
    return journal->keep.finish(journal->keep.ctx, status, err);
}

mbill_status mbill__journal_finish(mbill_journal *journal, int64_t first, mbill_status status, mbill_error *err)
{
    bool changed = mbill_book_n_records(journal->follow.book) > first;
    if (status == MBILL_OK && changed) status = mbill__follow_put(&journal->follow, &journal->keep, first, err);
    if (status == MBILL_OK && changed && journal->store != NULL)
        status = mbill__watch_records(journal->store, journal->follow.book, first, err);
    status = journal->keep.finish(journal->keep.ctx, status, err);
    if (status != MBILL_OK && changed) journal->stale = true;
    return status;
}

mbill_status mbill__journal_make(const mbill__keep *keep, const mbill_allocator *allocator, mbill_journal **out_journal,
    mbill_error *err)
{
    mbill_journal *journal = mbill__alloc(allocator, sizeof *journal);
    if (journal == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the journal could not be allocated");
    journal->allocator = *allocator;
    journal->keep = *keep;
    mbill_status status = make_anew(journal, err);
    if (status == MBILL_OK) *out_journal = journal;
    else mbill_journal_free(journal);
    return status;
}

mbill_status mbill_journal_open(mbill_store *store, mbill_journal **out_journal, mbill_error *err)
{
    MBILL__NEED(out_journal);
    *out_journal = NULL;
    MBILL__NEED(store);
    mbill__keep keep = mbill__segment_keep(store->db);
    MBILL_TRY(mbill__journal_make(&keep, mbill__db_allocator(store->db), out_journal, err));
    (*out_journal)->store = store;
    return MBILL_OK;
}

mbill_status mbill_store_journal(mbill_store *store, mbill_journal **out_journal, mbill_error *err)
{
    MBILL__NEED(out_journal);
    *out_journal = NULL;
    MBILL__NEED(store);
    if (store->ledger == NULL) MBILL_TRY(mbill_journal_open(store, &store->ledger, err));
    *out_journal = store->ledger;
    return MBILL_OK;
}

void mbill_journal_free(mbill_journal *journal)
{
    if (journal == NULL) return;
    mbill_allocator allocator = journal->allocator;
    mbill__follow_free(&journal->follow);
    mbill__release(&allocator, journal, sizeof *journal);
}

static mbill_status apply_once(mbill_journal *journal, const mbill_operation *operations, size_t n, int64_t now_utc_s,
    mbill_result *out_results, mbill_error *err)
{
    int64_t first;
    MBILL_TRY(mbill__journal_begin(journal, true, &first, err));
    mbill_status status = mbill_book_apply(journal->follow.book, operations, n, now_utc_s, out_results, err);
    return mbill__journal_finish(journal, first, status, err);
}

/* Where the database made two writers collide, nothing was kept, and the same ids may be applied again at once. */
mbill_status mbill_journal_apply(mbill_journal *journal, const mbill_operation *operations, size_t n, int64_t now_utc_s,
    mbill_result *out_results, mbill_error *err)
{
    MBILL__NEED(journal);
    MBILL__NEED(operations);
    MBILL__NEED(out_results);
    mbill_status status = apply_once(journal, operations, n, now_utc_s, out_results, err);
    for (int again = 0; again < AGAIN_MAX && status == MBILL_E_BUSY && journal->keep.collided(journal->keep.ctx); again++)
        status = apply_once(journal, operations, n, now_utc_s, out_results, err);
    return status;
}

mbill_status mbill_journal_tick(mbill_journal *journal, int64_t now_utc_s, mbill_error *err)
{
    int64_t first;
    MBILL__NEED(journal);
    MBILL_TRY(mbill__journal_begin(journal, true, &first, err));
    mbill_status status = mbill_book_tick(journal->follow.book, now_utc_s, err);
    return mbill__journal_finish(journal, first, status, err);
}

mbill_status mbill_journal_book(mbill_journal *journal, const mbill_book **out_book, mbill_error *err)
{
    int64_t first;
    MBILL__NEED(journal);
    MBILL__NEED(out_book);
    MBILL_TRY(mbill__journal_begin(journal, false, &first, err));
    MBILL_TRY(mbill__journal_finish(journal, first, MBILL_OK, err));
    *out_book = journal->follow.book;
    return MBILL_OK;
}

mbill_status mbill_journal_rebuild(mbill_journal *journal, mbill_error *err)
{
    MBILL__NEED(journal);
    return make_anew(journal, err);
}
