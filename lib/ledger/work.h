/* SPDX-License-Identifier: Apache-2.0 */
/* One operation while it is being worked out: the accounts as they would become, and the legs that make them so. The book itself stays
 * untouched until the whole is known to be good. */
#ifndef MBILL__LEDGER_WORK_H
#define MBILL__LEDGER_WORK_H

#include "ledger/book.h"
#include "ledger/record.h"

#define MBILL__SYSTEMS_MAX 24

typedef struct mbill__side {
    int64_t account;
    int32_t place;
} mbill__side;

typedef struct mbill__work {
    const mbill_book *book;
    const mbill_operation *op;
    int64_t now_utc_s;
    mbill__touched touched; /* whom it concerns */
    bool known[2];
    mbill__account accounts[2]; /* the operation's account and its other, when they are the book's */
    mbill__sums seldom[2][MBILL__AT_END - MBILL__AT_SELDOM];
    const mbill__rest *rests[2];                        /* what more the book knows of them, as it is */
    int64_t system[MBILL__SYSTEMS_MAX];                 /* numbers of the system accounts touched … */
    mbill__system_sums system_sums[MBILL__SYSTEMS_MAX]; /* … as they would become */
    size_t n_systems;
    mbill__record *record; /* legs, moved, after */
    int32_t purpose;       /* of legs to come */
    int64_t target;        /* record of the operation that is meant, -1: none … */
    mbill__record *meant;  /* … and what it says */
    bool overflow;         /* a sum left its range, or the legs their room: the operation is refused in the end */
} mbill__work;

/* record: where the result goes; meant: room for the operation that is meant. */
void mbill__work_start(mbill__work *work, const mbill_book *book, const mbill_operation *op, int64_t now_utc_s,
    mbill__record *record, mbill__record *meant);

/* Take copies of the accounts of these numbers, as far as the book has them. */
void mbill__work_take(mbill__work *work, int64_t account, int64_t other);

/* The working copy of an account, or NULL. */
mbill__account *mbill__work_account(mbill__work *work, int64_t number);

/* amount >= 0; 0 makes no leg. pending: 0 posted, 1 reserved, -1 given back. */
void mbill__work_leg(mbill__work *work, mbill__side debit, mbill__side credit, int64_t amount_micro, int32_t pending);

/* Post a leg to the two sums it changes; below 0 it is given back. false: one leaves its range, and nothing is changed. */
bool mbill__sums_post(mbill__sums *debit, mbill__sums *credit, int64_t change_micro);

static inline mbill__side mbill__system(mbill_system kind, uint32_t index)
{
    return (mbill__side){mbill_system_account(kind, index), MBILL_PLACE_PLAIN};
}

static inline mbill__side mbill__place(const mbill__account *account, int32_t place)
{
    return (mbill__side){account->number, place};
}

#endif
