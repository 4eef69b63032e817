/* SPDX-License-Identifier: Apache-2.0 */
/* A journal out of a file and into another: see mbill_journal_export() for its form. Changes when that does. */
#include "store/inner.h"
#include "store/journal.h"
#include "store/segment.h"

#include <string.h>

#define MAGIC_BYTES 7
#define HEAD_BYTES (MAGIC_BYTES + 1 + 8 + MBILL__DIGEST_BYTES)

static const uint8_t MAGIC[MAGIC_BYTES] = {'M', 'B', 'I', 'L', 'J', 'R', 'N'};

static void write_head(const mbill__segment *last, uint8_t out[HEAD_BYTES])
{
    uint64_t n = (uint64_t)(last->first + last->n);
    memcpy(out, MAGIC, MAGIC_BYTES);
    out[MAGIC_BYTES] = 1;
    for (size_t i = 0; i < 8; i++) out[MAGIC_BYTES + 1 + i] = (uint8_t)(n >> (8 * (7 - i)));
    memcpy(out + MAGIC_BYTES + 1 + 8, last->hash, sizeof last->hash);
}

static mbill_status write_all(const mbill__keep *keep, mbill_journal_write write, void *ctx, mbill_error *err)
{
    mbill__segment segment;
    uint8_t head[HEAD_BYTES];
    MBILL_TRY(keep->last(keep->ctx, &segment, err));
    write_head(&segment, head);
    mbill_status status = write(ctx, head, sizeof head);
    for (int64_t at = 0; status == MBILL_OK; at = segment.first + segment.n) {
        MBILL_TRY(keep->read(keep->ctx, at, &segment, err));
        if (segment.bytes == NULL) return MBILL_OK;
        status = write(ctx, segment.bytes, segment.len);
    }
    return mbill__fail(err, status, "the export was not taken by its receiver");
}

mbill_status mbill_journal_export(mbill_store *store, mbill_journal_write write, void *ctx, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(write);
    mbill__keep keep = mbill__segment_keep(store->db);
    MBILL_TRY(keep.begin(keep.ctx, false, err));
    return keep.finish(keep.ctx, write_all(&keep, write, ctx, err), err);
}

/* ---- in ---- */

static mbill_status read_head(const uint8_t *bytes, size_t len, mbill_journal_head *out, mbill_error *err)
{
    if (len < HEAD_BYTES || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return mbill__fail(err, MBILL_E_CORRUPT, "these bytes are no export of a journal");
    if (bytes[MAGIC_BYTES] != 1)
        return mbill__fail(err, MBILL_E_VERSION, "the export has version %d, this library knows version 1",
            (int)bytes[MAGIC_BYTES]);
    uint64_t n = 0;
    for (size_t i = 0; i < 8; i++) n = n << 8 | bytes[MAGIC_BYTES + 1 + i];
    out->n_records = n > INT64_MAX ? INT64_MAX : (int64_t)n;
    memcpy(out->hash, bytes + MAGIC_BYTES + 1 + 8, sizeof out->hash);
    return MBILL_OK;
}

/* The journal must be the beginning of what is brought. *out_len: its bytes there. */
static mbill_status compare(const mbill_journal *journal, const uint8_t *bytes, size_t len, size_t *out_len, mbill_error *err)
{
    uint8_t hash[MBILL__DIGEST_BYTES] = {0}, *work = journal->follow.work;
    const uint8_t *ours;
    int64_t n_records = mbill_book_n_records(journal->follow.book), n;
    size_t left;
    MBILL_TRY(mbill_book_journal(journal->follow.book, 0, n_records, &ours, &left, err));
    *out_len = 0;
    for (int64_t at = 0; at < n_records; at += n) {
        size_t done = mbill__chain_seal(ours, left, hash, work, &n), same = 0;
        if (len < done || memcmp(work, bytes, done) != 0) {
            while (same < len && same < done && work[same] == bytes[same]) same++;
            (void)mbill__chain_seal(ours, same, hash, work, &n);
            return mbill__fail_at(err, MBILL_E_EXISTS_DIFFERENT, at + n, "record %lld of the journal is not in the export",
                (long long)(at + n));
        }
        ours += done;
        left -= done;
        bytes += done;
        len -= done;
        *out_len += done;
    }
    return MBILL_OK;
}

static mbill_status take(mbill_journal *journal, const mbill_journal_head *head, const uint8_t *bytes, size_t len,
    mbill_error *err)
{
    size_t known;
    uint8_t hash[MBILL__DIGEST_BYTES];
    mbill__follow *follow = &journal->follow;
    MBILL_TRY(compare(journal, bytes, len, &known, err));
    memcpy(hash, follow->hash, sizeof hash);
    MBILL_TRY(mbill__follow_bytes(follow, bytes + known, len - known, err));
    int64_t n_records = mbill_book_n_records(follow->book);
    if (n_records != head->n_records || memcmp(follow->hash, head->hash, sizeof head->hash) != 0)
        return mbill__fail_at(err, MBILL_E_CORRUPT, n_records,
            "the export ends at record %lld, expected %lld with the hash it names", (long long)n_records,
            (long long)head->n_records);
    memcpy(follow->hash, hash, sizeof hash); /* goes on from there when the new ones are kept */
    return MBILL_OK;
}

mbill_status mbill_journal_import(mbill_journal *journal, const uint8_t *bytes, size_t len, mbill_error *err)
{
    mbill_journal_head head;
    int64_t first;
    MBILL__NEED(journal);
    MBILL__NEED(bytes);
    MBILL_TRY(read_head(bytes, len, &head, err));
    MBILL_TRY(mbill__journal_begin(journal, true, &first, err));
    mbill_status status = take(journal, &head, bytes + HEAD_BYTES, len - HEAD_BYTES, err);
    if (status != MBILL_OK) journal->stale = true; /* what was taken in before the bad record */
    return mbill__journal_finish(journal, first, status, err);
}
