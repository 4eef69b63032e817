/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way a record is found, added or taken back does. */
#include "ledger/book.h"

#include "ledger/record.h"

#include <string.h>

/* ---- finding ---- */

static uint64_t word_of(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The lowest bits are those of the last byte, and the others do not depend on them: ids that follow one another share a line of the table,
 * eight to a line, and a table of millions, which no cache holds, is fetched once for all eight. Ids in no order spread all the same. */
size_t mbill__id_hash(const uint8_t *bytes)
{
    const unsigned in_line = 3;
    uint64_t hash = (word_of(bytes) ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9) + word_of(bytes + 7) +
        (uint64_t)(bytes[15] >> in_line);
    hash = (hash ^ (hash >> 29)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((hash ^ (hash >> 32)) << in_line | (bytes[15] & ((1u << in_line) - 1)));
}

static uint64_t tag_of(const mbill_id *id)
{
    return (uint64_t)id->bytes[14] << 56 | (uint64_t)id->bytes[15] << 48;
}

/* The slot of the id, or the free one where it belongs. */
static size_t seek_id(const mbill_book *book, const mbill_id *id)
{
    size_t at = mbill__id_hash(id->bytes) & (book->cap_ids - 1);
    for (;; at = (at + 1) & (book->cap_ids - 1)) {
        uint64_t slot = book->ids[at];
        if (slot == 0) return at;
        if ((slot & MBILL__TAG_MASK) != tag_of(id)) continue;
        const uint8_t *bytes = book->bytes + book->records[(slot & ~MBILL__TAG_MASK) - 1].offset;
        if (memcmp(bytes + MBILL__RECORD_ID, id->bytes, sizeof id->bytes) == 0) return at;
    }
}

void mbill__book_enter_id(mbill_book *book, size_t number)
{
    mbill_id id;
    memcpy(id.bytes, book->bytes + book->records[number].offset + MBILL__RECORD_ID, sizeof id.bytes);
    size_t at = mbill__id_hash(id.bytes) & (book->cap_ids - 1);
    while (book->ids[at] != 0) at = (at + 1) & (book->cap_ids - 1);
    book->ids[at] = tag_of(&id) | (uint64_t)(number + 1);
}

int64_t mbill__book_find(const mbill_book *book, const mbill_id *id)
{
    if (book->cap_ids == 0) return -1;
    return (int64_t)(book->ids[seek_id(book, id)] & ~MBILL__TAG_MASK) - 1;
}

int64_t mbill_book_find(const mbill_book *book, const mbill_id *id)
{
    return book == NULL || id == NULL ? -1 : mbill__book_find(book, id);
}

int64_t mbill__book_policy_at(const mbill_book *book, const mbill_policy *policy)
{
    for (size_t i = 0; i < book->n_policies; i++)
        if (memcmp(&book->policies[i].policy, policy, sizeof *policy) == 0) return (int64_t)i;
    return -1;
}

bool mbill__book_read(const mbill_book *book, int64_t number, mbill__record *out)
{
    size_t offset = (size_t)book->records[number].offset, len;
    return mbill__record_decode(book->bytes + offset, book->n_bytes - offset, out, &len);
}

void mbill__book_append(mbill_book *book, const mbill__record *record)
{
    size_t slot = seek_id(book, &record->operation.id);
    mbill__book_keep(book, &book->ids[slot], sizeof book->ids[slot]);
    mbill__book_keep(book, &book->n_ids, sizeof book->n_ids);
    mbill__book_keep(book, &book->n_records, sizeof book->n_records);
    mbill__book_keep(book, &book->n_bytes, sizeof book->n_bytes);
    mbill__book_keep(book, &book->last_utc_s, sizeof book->last_utc_s);
    book->records[book->n_records] = (mbill__place_of_record){.offset = (int64_t)book->n_bytes};
    book->n_bytes += mbill__record_encode(record, book->bytes + book->n_bytes);
    book->n_records++;
    book->ids[slot] = tag_of(&record->operation.id) | (uint64_t)book->n_records;
    book->n_ids++;
    book->last_utc_s = record->recorded_utc_s;
}

/* ---- undoing a chain ---- */

void mbill__book_keep_bytes(mbill_book *book, void *at, size_t n)
{
    mbill__kept_bytes *kept = &book->undo[book->n_undo++];
    kept->at = at;
    kept->n = n;
    memcpy(kept->bytes, at, n);
}

void mbill__book_begin_chain(mbill_book *book)
{
    book->in_chain = true;
    book->n_undo = 0;
}

void mbill__book_end_chain(mbill_book *book, bool undo)
{
    while (undo && book->n_undo > 0) {
        const mbill__kept_bytes *kept = &book->undo[--book->n_undo];
        memcpy(kept->at, kept->bytes, kept->n);
    }
    book->in_chain = false;
}
