/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the book keeps another table. */
#include "ledger/room.h"

#include "ledger/policy.h"
#include "ledger/record.h"
#include "ledger/work.h"

#include <string.h>

/* Bytes of the longest record of a transfer, and of any other without a policy: fixed fields, all others, and its legs. */
#define TRANSFER_BYTES 256
#define PLAIN_BYTES 2560

/* Room for n elements, half more when it must grow. */
static bool grow(const mbill_allocator *allocator, void **block, size_t *cap, size_t size, size_t n)
{
    if (n <= *cap) return true;
    size_t more = *cap + *cap / 2, want = n > more ? n : more;
    if (want < 16) want = 16;
    if (want > SIZE_MAX / size) return false;
    void *grown = mbill__resize(allocator, *block, *cap * size, want * size);
    if (grown == NULL) return false;
    *block = grown;
    *cap = want;
    return true;
}

#define GROW(book, array, n)                                                                                                     \
    grow(&(book)->allocator, (void **)(void *)&(book)->array, &(book)->cap_##array, sizeof *(book)->array, (n))

static bool grow_ids(mbill_book *book, size_t n)
{
    size_t need = book->n_ids + n, cap = book->cap_ids == 0 ? 16 : book->cap_ids;
    while (cap < 2 * need) cap *= 2;
    if (cap == book->cap_ids) return true;
    uint64_t *ids = mbill__alloc_array(&book->allocator, cap, sizeof *ids);
    if (ids == NULL) return false;
    mbill__release(&book->allocator, book->ids, book->cap_ids * sizeof *ids);
    book->ids = ids;
    book->cap_ids = cap;
    for (size_t i = 0; i < book->n_records; i++) mbill__book_enter_id(book, i); /* in their order, which is that of memory */
    return true;
}

static bool grow_account_of(mbill_book *book, size_t n)
{
    size_t cap = book->cap_account_of == 0 ? 16 : book->cap_account_of;
    unsigned shift = book->cap_account_of == 0 ? 60 : book->account_shift;
    for (; cap < 2 * (book->n_accounts + n); cap *= 2) shift--;
    if (cap == book->cap_account_of) return true;
    uint64_t *slots = mbill__alloc_array(&book->allocator, cap, sizeof *slots);
    if (slots == NULL) return false;
    mbill__release(&book->allocator, book->account_of, book->cap_account_of * sizeof *slots);
    book->account_of = slots;
    book->cap_account_of = cap;
    book->account_shift = shift;
    for (size_t i = 0; i < book->n_accounts; i++) {
        int64_t number = book->accounts[i].number;
        *mbill__account_slot(book, number) = mbill__account_tag(number) | (i + 1);
    }
    return true;
}

/* An allocator promises no alignment beyond that of any type: one account more is asked for, and they begin inside. */
static bool grow_hot(mbill_book *book, size_t n)
{
    size_t more = book->cap_accounts + book->cap_accounts / 2, want = n > more ? n : more;
    if (n <= book->cap_accounts) return true;
    if (want < 16) want = 16;
    char *block = mbill__alloc_array(&book->allocator, want + 1, sizeof *book->accounts);
    if (block == NULL) return false;
    size_t behind = (uintptr_t)block % _Alignof(mbill__account);
    mbill__account *accounts = (mbill__account *)(void *)(block + (behind == 0 ? 0 : _Alignof(mbill__account) - behind));
    if (book->n_accounts > 0) memcpy(accounts, book->accounts, book->n_accounts * sizeof *accounts);
    mbill__release(&book->allocator, book->accounts_block, (book->cap_accounts + 1) * sizeof *accounts);
    book->accounts = accounts;
    book->accounts_block = block;
    book->cap_accounts = want;
    return true;
}

static bool grow_accounts(mbill_book *book, size_t n)
{
    bool moves = n > book->cap_rests || n > book->cap_accounts;
    bool fits = GROW(book, rests, n) && grow_hot(book, n);
    for (size_t i = 0; moves && i < book->n_accounts; i++) book->accounts[i].seldom = book->rests[i].at;
    return fits;
}

static bool learn_policy(mbill_book *book, const mbill_policy *policy)
{
    if (policy == NULL || mbill__book_policy_at(book, policy) >= 0 || mbill_policy_check(policy, NULL) != MBILL_OK) return true;
    if (!GROW(book, policies, book->n_policies + 1)) return false;
    mbill__kept_policy *kept = &book->policies[book->n_policies];
    kept->policy = *policy;
    if (mbill__policy_zone(policy, &book->allocator, &kept->zone, NULL) != MBILL_OK) return false;
    book->n_policies++;
    return true;
}

static bool room_for_maps(mbill_book *book, size_t n, size_t n_systems)
{
    const mbill_allocator *allocator = &book->allocator;
    return mbill__map_reserve(&book->system_of, allocator, n_systems) && mbill__map_reserve(&book->hold_of, allocator, n) &&
        mbill__map_reserve(&book->count_of, allocator, n) && mbill__map_reserve(&book->reading_of, allocator, n) &&
        mbill__map_reserve(&book->receipt_of, allocator, n) && mbill__map_reserve(&book->meter_of, allocator, n);
}

bool mbill__book_room_for(mbill_book *book, size_t n_accounts, size_t n, size_t n_bytes, size_t n_systems)
{
    return GROW(book, bytes, book->n_bytes + n_bytes) && GROW(book, records, book->n_records + n) && grow_ids(book, n) &&
        grow_accounts(book, book->n_accounts + n_accounts) && grow_account_of(book, n_accounts) &&
        GROW(book, systems, book->n_systems + n_systems) && GROW(book, holds, book->n_holds + n) &&
        GROW(book, expiring, book->n_expiring + n) && GROW(book, counts, book->n_counts + n) &&
        GROW(book, readings, book->n_readings + n) && room_for_maps(book, n, n_systems);
}

static size_t chain_length(const mbill_operation *operations, size_t n)
{
    size_t longest = 0, length = 0;
    for (size_t i = 0; i < n; i++) {
        length++;
        if ((operations[i].flags & MBILL_OPERATION_LINKED) != 0) continue;
        if (length > longest && length > 1) longest = length;
        length = 0;
    }
    return longest;
}

bool mbill__book_room_again(mbill_book *book, const mbill__record *record, size_t n_bytes)
{
    bool opens = record->operation.kind == MBILL_OPERATION_OPEN;
    size_t kept = MBILL__KEPT_OF_OPERATION + record->n_legs * MBILL__KEPT_OF_LEG;
    return learn_policy(book, record->operation.policy) && GROW(book, undo, kept) &&
        mbill__book_room_for(book, opens, 1, n_bytes, 2 * record->n_legs);
}

bool mbill__book_room(mbill_book *book, const mbill_operation *operations, size_t n)
{
    size_t n_bytes = book->n_expiring * PLAIN_BYTES, n_systems = 0, n_accounts = 0;
    for (size_t i = 0; i < n; i++) {
        bool transfer = operations[i].kind == MBILL_OPERATION_TRANSFER;
        n_bytes += transfer ? TRANSFER_BYTES : operations[i].policy != NULL ? MBILL__RECORD_MAX : PLAIN_BYTES;
        n_systems += transfer ? 2 : MBILL__SYSTEMS_MAX;
        n_accounts += operations[i].kind == MBILL_OPERATION_OPEN;
        if (!learn_policy(book, operations[i].policy)) return false;
    }
    return GROW(book, undo, chain_length(operations, n) * MBILL__KEPT_OF_OPERATION) &&
        mbill__book_room_for(book, n_accounts, n + book->n_expiring, n_bytes, n_systems);
}

#define RELEASE(book, array) mbill__release(&(book)->allocator, (book)->array, (book)->cap_##array * sizeof *(book)->array)

void mbill__book_release(mbill_book *book)
{
    mbill__map *const maps[] = {&book->system_of, &book->hold_of, &book->count_of, &book->reading_of, &book->receipt_of,
        &book->meter_of};
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) mbill__map_free(maps[i], &book->allocator);
    for (size_t i = 0; i < book->n_policies; i++) mbill_zone_free(book->policies[i].zone);
    RELEASE(book, bytes);
    RELEASE(book, records);
    RELEASE(book, ids);
    mbill__release(&book->allocator, book->accounts_block, (book->cap_accounts + 1) * sizeof *book->accounts);
    RELEASE(book, rests);
    RELEASE(book, account_of);
    RELEASE(book, systems);
    RELEASE(book, policies);
    RELEASE(book, holds);
    RELEASE(book, expiring);
    RELEASE(book, counts);
    RELEASE(book, readings);
    RELEASE(book, undo);
}

mbill_status mbill_book_open(const mbill_allocator *allocator, mbill_book **out_book, mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out_book);
    *out_book = NULL;
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    mbill_book *book = mbill__alloc(&known, sizeof *book);
    if (book == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the book");
    book->allocator = known;
    book->last_utc_s = INT64_MIN;
    *out_book = book;
    return MBILL_OK;
}

void mbill_book_free(mbill_book *book)
{
    if (book == NULL) return;
    mbill_allocator allocator = book->allocator;
    mbill__book_release(book);
    mbill__release(&allocator, book, sizeof *book);
}

mbill_status mbill_book_reserve(mbill_book *book, size_t n_accounts, size_t n_operations, mbill_error *err)
{
    const size_t bytes_each = 256, of_policy = 1024, most = SIZE_MAX / 8192;
    MBILL__NEED(book);
    bool fits = n_accounts <= most && n_operations <= most;
    size_t batch = n_operations < MBILL__BATCH_MAX ? n_operations : MBILL__BATCH_MAX; /* is given room for the longest records */
    size_t n_bytes = fits ? n_operations * bytes_each + n_accounts * of_policy + batch * PLAIN_BYTES : 0;
    if (fits && mbill__book_room_for(book, n_accounts, n_operations, n_bytes, 64 + batch * MBILL__SYSTEMS_MAX)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOMEM, "no memory for %zu accounts and %zu operations", n_accounts, n_operations);
}
