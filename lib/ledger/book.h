/* SPDX-License-Identifier: Apache-2.0 */
/* The book from inside: the journal as bytes, and the tables that find things in it again. All of it can be made anew from the journal. */
#ifndef MBILL__LEDGER_BOOK_H
#define MBILL__LEDGER_BOOK_H

#include "ledger/account.h"
#include "ledger/map.h"
#include "ledger/record.h"
#include "meterbill/calendar.h"

#define MBILL__BATCH_MAX 8192 /* operations of one call */
#define MBILL__RECENT_MAX MBILL_SEQUENCE_SET_MAX
#define MBILL__KEPT_MAX 64           /* bytes that are kept as one */
#define MBILL__KEPT_OF_OPERATION 256 /* an operation changes no more of them … */
#define MBILL__KEPT_OF_LEG 8         /* … but of a record that is read, a leg may be between two system accounts that are new */

typedef struct mbill__kept_policy {
    mbill_policy policy;
    mbill_zone *zone; /* of its windows */
} mbill__kept_policy;

typedef enum mbill__hold_state {
    MBILL__HOLD_OPEN = 1,
    MBILL__HOLD_POSTED,
    MBILL__HOLD_VOIDED,
    MBILL__HOLD_EXPIRED
} mbill__hold_state;

typedef struct mbill__hold {
    int64_t record; /* the operation that made it */
    int32_t kind;   /* mbill_hold_kind */
    int32_t state;
    int64_t account, other, meter;
    int64_t amount_micro;
    int64_t expires_utc_s; /* INT64_MAX: never */
    int64_t count;         /* place among the counts of the purchase count it took; -1: none */
    int64_t sequence, sequence_before;
    int64_t era;  /* of that count */
    int64_t next; /* the next open hold of whom it is for; -1: none */
} mbill__hold;

/* The purchase counts of one account, meter and channel. */
typedef struct mbill__count {
    int64_t last;
    int64_t recent[MBILL__RECENT_MAX]; /* SET: the accepted ones, newest first */
    int64_t n_recent;
    int64_t era; /* how often it was begun again */
} mbill__count;

typedef struct mbill__place_of_record {
    int64_t offset;      /* in the journal's bytes */
    int64_t accounts[2]; /* whom it concerns; 0: nobody */
    int64_t previous[2]; /* the record before it of each, -1: none */
    uint8_t marks;       /* MBILL__MARK_* */
} mbill__place_of_record;

enum { MBILL__MARK_REVERSED = 1, MBILL__MARK_ACCEPTED = 2 };

typedef struct mbill__system_sums {
    mbill__sums posted, pending;
} mbill__system_sums;

struct mbill_book {
    mbill_allocator allocator;

    uint8_t *bytes; /* the journal, records one behind the other */
    size_t n_bytes, cap_bytes;
    mbill__place_of_record *records;
    size_t n_records, cap_records;
    int64_t last_utc_s; /* of the newest record */

    uint64_t *ids; /* from an operation's id to its record: 16 bits of the id and the record + 1; 0 is free */
    size_t n_ids, cap_ids;

    mbill__account *accounts; /* at a multiple of their alignment in … */
    void *accounts_block;
    mbill__rest *rests; /* of each account */
    size_t n_accounts, cap_accounts, cap_rests;
    mbill__system_sums *systems;
    size_t n_systems, cap_systems;
    mbill__kept_policy *policies;
    size_t n_policies, cap_policies;
    mbill__hold *holds;
    size_t n_holds, cap_holds;
    size_t *expiring; /* open holds that expire: a heap by moment, then by record */
    size_t n_expiring, cap_expiring;
    mbill__count *counts;
    size_t n_counts, cap_counts;

    uint64_t *account_of;   /* from an account's number to its place: 16 bits of the number's hash and the place + 1; 0 is free */
    size_t cap_account_of;  /* a power of two … */
    unsigned account_shift; /* … of 64 less so many */
    mbill__map system_of;   /* number */
    mbill__map hold_of;     /* record */
    mbill__map count_of;    /* account, meter, channel */
    mbill__map reading_of;  /* account, meter, register: place among the readings */
    mbill__map receipt_of;  /* channel, receipt */
    mbill__map meter_of;    /* account, meter */
    int64_t *readings;      /* watermarks */
    size_t n_readings, cap_readings;

    struct mbill__kept_bytes *undo; /* what the chain under way has changed, as it was */
    size_t n_undo, cap_undo;
    bool in_chain;
};

/* Slots of ids and account_of: what tells most others apart, and the place + 1. */
#define MBILL__TAG_MASK UINT64_C(0xffff000000000000)

/* Bytes of the book as they were. */
typedef struct mbill__kept_bytes {
    void *at;
    size_t n;
    uint8_t bytes[MBILL__KEPT_MAX];
} mbill__kept_bytes;

/* Whom a record concerns. */
typedef struct mbill__touched {
    int64_t numbers[2]; /* 0: nobody */
    int64_t places[2];  /* among the book's accounts; -1: none yet, or no account of the book */
} mbill__touched;

/* Multiplied by the golden ratio's bits (Knuth, The Art of Computer Programming 6.4), so that numbers in sequence spread: the highest
 * bits say where. A few instructions; every operation comes here six times. */
static inline uint64_t mbill__account_hash(int64_t number)
{
    return (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t mbill__account_tag(int64_t number)
{
    return mbill__account_hash(number) << 16 & MBILL__TAG_MASK;
}

static inline uint64_t *mbill__account_first(const mbill_book *book, int64_t number) /* where the search begins; there is room */
{
    return &book->account_of[mbill__account_hash(number) >> book->account_shift];
}

/* The slot of the account, or the free one where it belongs; there is room. */
static inline uint64_t *mbill__account_slot(const mbill_book *book, int64_t number)
{
    uint64_t tag = mbill__account_tag(number);
    uint64_t *slot = mbill__account_first(book, number), *end = book->account_of + book->cap_account_of;
    for (; *slot != 0; slot = slot + 1 == end ? book->account_of : slot + 1)
        if ((*slot & MBILL__TAG_MASK) == tag && book->accounts[(*slot & ~MBILL__TAG_MASK) - 1].number == number) break;
    return slot;
}

/* Where the account most likely is, without looking at it: for what is to be fetched. NULL: nowhere. */
static inline const mbill__account *mbill__account_guess(const mbill_book *book, int64_t number)
{
    if (book->cap_account_of == 0) return NULL;
    uint64_t tag = mbill__account_tag(number);
    const uint64_t *slot = mbill__account_first(book, number), *end = book->account_of + book->cap_account_of;
    while (*slot != 0 && (*slot & MBILL__TAG_MASK) != tag) slot = slot + 1 == end ? book->account_of : slot + 1;
    return *slot == 0 ? NULL : &book->accounts[(*slot & ~MBILL__TAG_MASK) - 1];
}

static inline int64_t mbill__account_place(const mbill_book *book, int64_t number) /* -1: none */
{
    return book->cap_account_of == 0 ? -1 : (int64_t)(*mbill__account_slot(book, number) & ~MBILL__TAG_MASK) - 1;
}

static inline mbill__account *mbill__book_account(const mbill_book *book, int64_t number)
{
    int64_t at = mbill__account_place(book, number);
    return at < 0 ? NULL : &book->accounts[at];
}

static inline mbill__rest *mbill__book_rest(const mbill_book *book, const mbill__account *account)
{
    return &book->rests[account - book->accounts];
}

static inline const mbill_policy *mbill__book_policy(const mbill_book *book, const mbill__account *account)
{
    return &book->policies[account->policy].policy;
}

/* Before bytes of the book change: kept while a chain is under way, so that it can be undone. */
void mbill__book_keep_bytes(mbill_book *book, void *at, size_t n);

static inline void mbill__book_keep(mbill_book *book, void *at, size_t n)
{
    if (book->in_chain) mbill__book_keep_bytes(book, at, n);
}

/* The place of a policy with the same members, or -1: those of operations under way are learnt first. */
int64_t mbill__book_policy_at(const mbill_book *book, const mbill_policy *policy);

/* A chain begins, and ends: taken back when undo is set. */
void mbill__book_begin_chain(mbill_book *book);
void mbill__book_end_chain(mbill_book *book, bool undo);

#define MBILL__RECORD_ID 8 /* where the id stands in a record's bytes */
size_t mbill__id_hash(const uint8_t *bytes);

/* Into the table, which has room: the id of a record. */
void mbill__book_enter_id(mbill_book *book, size_t number);

/* The record of an operation's id, or -1. */
int64_t mbill__book_find(const mbill_book *book, const mbill_id *id);

bool mbill__book_read(const mbill_book *book, int64_t number, mbill__record *out); /* false: the journal is damaged */

/* Write a record behind the last one. Room was reserved, and its id is new. What follows from it is folded in by its maker. */
void mbill__book_append(mbill_book *book, const mbill__record *record);

#endif
