/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from a book to a kept journal and back does. Law: hash is that of the book's last record. */
#include "store/follow.h"

#include <string.h>

mbill_status mbill__follow_open(mbill__follow *follow, const mbill_allocator *allocator, mbill_error *err)
{
    memset(follow, 0, sizeof *follow);
    follow->allocator = *allocator;
    follow->work = mbill__alloc(allocator, MBILL__SEGMENT_BYTES);
    if (follow->work == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a segment could not be allocated");
    mbill_status status = mbill_book_open(allocator, &follow->book, err);
    if (status != MBILL_OK) mbill__follow_free(follow);
    return status;
}

void mbill__follow_free(mbill__follow *follow)
{
    if (follow->work == NULL) return;
    mbill_book_free(follow->book);
    mbill__release(&follow->allocator, follow->work, MBILL__SEGMENT_BYTES);
    memset(follow, 0, sizeof *follow);
}

static mbill_status bad_record(mbill_error *err, int64_t record, const char *what)
{
    return mbill__fail_at(err, MBILL_E_CORRUPT, record, "record %lld of the journal %s", (long long)record, what);
}

/* The book takes the records in the work space. */
static mbill_status replay(mbill__follow *follow, size_t len, mbill_error *err)
{
    mbill_error cause;
    int64_t first = mbill_book_n_records(follow->book);
    mbill_error_init(&cause);
    mbill_status status = mbill_book_replay(follow->book, follow->work, len, &cause);
    if (status == MBILL_OK) return MBILL_OK;
    int64_t record = first + (cause.index > 0 ? cause.index : 0);
    return mbill__fail_at(err, status, record, "record %lld of the journal: %s", (long long)record, cause.message);
}

mbill_status mbill__follow_bytes(mbill__follow *follow, const uint8_t *bytes, size_t len, mbill_error *err)
{
    while (len > 0) {
        size_t done;
        int64_t n;
        bool good = mbill__chain_open(bytes, len, follow->hash, follow->work, &done, &n);
        MBILL_TRY(replay(follow, done, err));
        if (!good) return bad_record(err, mbill_book_n_records(follow->book), "is edited, missing or out of order");
        bytes += done;
        len -= done;
    }
    return MBILL_OK;
}

static mbill_status take_segment(mbill__follow *follow, const mbill__segment *segment, mbill_error *err)
{
    int64_t first = mbill_book_n_records(follow->book);
    if (segment->first != first) return bad_record(err, first, "is missing");
    MBILL_TRY(mbill__follow_bytes(follow, segment->bytes, segment->len, err));
    int64_t end = mbill_book_n_records(follow->book);
    if (end - first != segment->n)
        return bad_record(err, end < first + segment->n ? end : first + segment->n,
            "is not where its segment says: records were taken out or put in");
    if (memcmp(segment->hash, follow->hash, sizeof follow->hash) != 0) return bad_record(err, end - 1, "has another hash");
    return MBILL_OK;
}

mbill_status mbill__follow_take(mbill__follow *follow, const mbill__keep *keep, mbill_error *err)
{
    mbill__segment segment;
    for (;;) {
        MBILL_TRY(keep->read(keep->ctx, mbill_book_n_records(follow->book), &segment, err));
        if (segment.bytes == NULL) return MBILL_OK;
        MBILL_TRY(take_segment(follow, &segment, err));
    }
}

mbill_status mbill__follow_put(mbill__follow *follow, const mbill__keep *keep, int64_t first, mbill_error *err)
{
    const uint8_t *bytes;
    size_t len;
    MBILL_TRY(mbill_book_journal(follow->book, first, mbill_book_n_records(follow->book) - first, &bytes, &len, err));
    while (len > 0) {
        mbill__segment segment = {.first = first, .bytes = follow->work};
        memcpy(segment.before, follow->hash, sizeof segment.before);
        segment.len = mbill__chain_seal(bytes, len, follow->hash, follow->work, &segment.n);
        if (segment.len == 0) return mbill__fail(err, MBILL_E_INTERNAL, "a record of the book has no end");
        memcpy(segment.hash, follow->hash, sizeof segment.hash);
        MBILL_TRY(keep->add(keep->ctx, &segment, err));
        first += segment.n;
        bytes += segment.len;
        len -= segment.len;
    }
    return MBILL_OK;
}
