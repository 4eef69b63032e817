/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a verified journal must be does. */
#include "store/inner.h"
#include "store/journal.h"
#include "store/schema.h"
#include "store/segment.h"

#include <string.h>

static mbill_status check_head(const mbill_journal_head *head, const char *name, mbill_error *err)
{
    if (head == NULL || head->struct_size >= sizeof *head) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of %s is not set", name);
}

/* Follow the journal up to the segment that holds the expected head, which must then be in it. */
static mbill_status meet(const mbill__follow *follow, const mbill_journal_head *expected, mbill_error *err)
{
    uint8_t hash[MBILL__DIGEST_BYTES] = {0};
    int64_t n_records = mbill_book_n_records(follow->book), sealed;
    const uint8_t *bytes;
    size_t len;
    if (expected->n_records > n_records)
        return mbill__fail_at(err, MBILL_E_CORRUPT, n_records,
            "the journal has %lld records, expected %lld: the last were cut off", (long long)n_records,
            (long long)expected->n_records);
    MBILL_TRY(mbill_book_journal(follow->book, 0, expected->n_records, &bytes, &len, err));
    while (len > 0) {
        size_t done = mbill__chain_seal(bytes, len, hash, follow->work, &sealed);
        bytes += done;
        len -= done;
    }
    if (memcmp(hash, expected->hash, sizeof hash) == 0) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_CORRUPT, expected->n_records - 1,
        "the hash of record %lld of the journal is another than expected: records were replaced",
        (long long)(expected->n_records - 1));
}

static mbill_status check_all(mbill_store *store, mbill__follow *follow, const mbill__keep *keep, mbill_error *err)
{
    MBILL_TRY(mbill__follow_take(follow, keep, err));
    return mbill__schema_check(store->db, err);
}

mbill_status mbill_journal_verify(mbill_store *store, const mbill_journal_head *expected, mbill_journal_head *out_head,
    mbill_error *err)
{
    mbill__follow follow;
    MBILL__NEED(store);
    MBILL_TRY(check_head(expected, "expected", err));
    MBILL_TRY(check_head(out_head, "out_head", err));
    mbill__keep keep = mbill__segment_keep(store->db);
    MBILL_TRY(mbill__follow_open(&follow, mbill__db_allocator(store->db), err));
    mbill_status status = keep.begin(keep.ctx, false, err);
    if (status == MBILL_OK) status = keep.finish(keep.ctx, check_all(store, &follow, &keep, err), err);
    if (status == MBILL_OK && expected != NULL) status = meet(&follow, expected, err);
    if (status == MBILL_OK && out_head != NULL) {
        out_head->n_records = mbill_book_n_records(follow.book);
        memcpy(out_head->hash, follow.hash, sizeof out_head->hash);
    }
    mbill__follow_free(&follow);
    return status;
}
