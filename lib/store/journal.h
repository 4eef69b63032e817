/* SPDX-License-Identifier: Apache-2.0 */
/* The handle of a journal, for the files of this folder. */
#ifndef MBILL__STORE_JOURNAL_H
#define MBILL__STORE_JOURNAL_H

#include "meterbill/journal.h"
#include "store/follow.h"
#include "store/keep.h"

struct mbill_journal {
    mbill_allocator allocator;
    mbill__keep keep;
    mbill__follow follow;
    bool stale;         /* the book is not what the file says */
    mbill_store *store; /* whose accounts it is of, so that their alarms hear of it; NULL: of no store */
};

/* Open the journal that is kept there. */
mbill_status mbill__journal_make(const mbill__keep *keep, const mbill_allocator *allocator, mbill_journal **out_journal,
    mbill_error *err);

/* Begin a transaction with the book as the file is, of *out_first records. On failure none is open. */
mbill_status mbill__journal_begin(mbill_journal *journal, bool to_write, int64_t *out_first, mbill_error *err);

/* Keep what the book has gained, and commit; or take all back. */
mbill_status mbill__journal_finish(mbill_journal *journal, int64_t first, mbill_status status, mbill_error *err);

#endif
