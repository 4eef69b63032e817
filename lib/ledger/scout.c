/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a record needs of memory does. First the slots of the tables, some records later the accounts that they name. The places
 * are those of a record's fixed fields (record.c); behind them stands the other account, where a record has one without a target. */
#include "ledger/scout.h"

#if defined(__GNUC__) || defined(__clang__)
#define FETCH(pointer) __builtin_prefetch(pointer)
#else
#define FETCH(pointer) ((void)(pointer))
#endif

enum { ACCOUNT_AT = 24, LENGTH_AT = 52, OTHER_AT = 64, SEEN_BYTES = OTHER_AT + 8 };
enum { SLOTS_AHEAD = 16, ACCOUNTS_AHEAD = 8, LINES_OF_ACCOUNT = 2 };

static uint64_t number_at(const uint8_t *bytes, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++) value = value << 8 | bytes[i];
    return value;
}

/* The next record, or the end when there is none that can be looked at. */
static const uint8_t *next_of(const uint8_t *record, const uint8_t *end)
{
    size_t left = (size_t)(end - record);
    if (left < SEEN_BYTES) return end;
    uint64_t length = number_at(record + LENGTH_AT, 4);
    return length < OTHER_AT || length > left - SEEN_BYTES ? end : record + length;
}

void mbill__scout_start(mbill__scout *scout, const uint8_t *bytes, size_t len)
{
    *scout = (mbill__scout){bytes, bytes, bytes + len};
    for (int i = 0; i < SLOTS_AHEAD; i++) scout->slots = next_of(scout->slots, scout->end);
    for (int i = 0; i < ACCOUNTS_AHEAD; i++) scout->accounts = next_of(scout->accounts, scout->end);
}

static void fetch_slots(const mbill_book *book, const uint8_t *record)
{
    if (book->cap_account_of == 0 || book->cap_ids == 0) return;
    FETCH(&book->ids[mbill__id_hash(record + MBILL__RECORD_ID) & (book->cap_ids - 1)]);
    FETCH(mbill__account_first(book, (int64_t)number_at(record + ACCOUNT_AT, 8)));
    FETCH(mbill__account_first(book, (int64_t)number_at(record + OTHER_AT, 8)));
}

static void fetch_account(const mbill_book *book, int64_t number)
{
    const mbill__account *account = number > 0 ? mbill__account_guess(book, number) : NULL;
    if (account == NULL) return;
    for (size_t line = 0; line < LINES_OF_ACCOUNT; line++) FETCH((const char *)account + line * MBILL__LINE_BYTES);
}

void mbill__scout_step(mbill__scout *scout, const mbill_book *book)
{
    scout->slots = next_of(scout->slots, scout->end);
    scout->accounts = next_of(scout->accounts, scout->end);
    if (scout->slots != scout->end) fetch_slots(book, scout->slots);
    if (scout->accounts == scout->end) return;
    fetch_account(book, (int64_t)number_at(scout->accounts + ACCOUNT_AT, 8));
    fetch_account(book, (int64_t)number_at(scout->accounts + OTHER_AT, 8));
}
