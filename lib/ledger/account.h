/* SPDX-License-Identifier: Apache-2.0 */
/* What the book keeps of one account: sums of every place, and what rules must remember. Plain data; changes when a rule must remember
 * more. Law: sums are never negative, and posted ones only rise. What every operation and every view looks at stands first, in two lines of
 * the processor's cache for most accounts: with many accounts, fetching them is what an operation waits for. */
#ifndef MBILL__LEDGER_ACCOUNT_H
#define MBILL__LEDGER_ACCOUNT_H

#include "meterbill/ledger.h"

#include <stdbool.h>

/* Slots of a prepay account's places, those that few accounts use last; a plain account has the first alone. */
enum {
    MBILL__AT_CREDIT = 0,
    MBILL__AT_EC_USED,
    MBILL__AT_ACCUM,
    MBILL__AT_DEBT,                                       /* MBILL_DEBTS_MAX of them */
    MBILL__AT_FURTHER = MBILL__AT_DEBT + MBILL_DEBTS_MAX, /* credits but the first */
    MBILL__AT_END = MBILL__AT_FURTHER + MBILL_CREDITS_MAX - 1,
    MBILL__AT_SELDOM = MBILL__AT_DEBT + 2 /* those from here on stand apart */
};

#define MBILL__LINE_BYTES 64 /* of the cache of most processors; nothing but speed depends on it */

typedef enum mbill__ec { MBILL__EC_NEVER = 0, MBILL__EC_SELECTED, MBILL__EC_BEFORE } mbill__ec;

typedef struct mbill__sums {
    int64_t debits_micro, credits_micro;
} mbill__sums;

typedef struct mbill__account {
    _Alignas(MBILL__LINE_BYTES) int64_t number;
    int64_t last_record;              /* its newest record, -1: none; records of one account are linked backwards */
    mbill__sums *seldom;              /* the slots from MBILL__AT_SELDOM on */
    int32_t policy;                   /* place among the book's policies; -1: a plain account */
    int8_t state;                     /* mbill_account_state */
    int8_t limit;                     /* mbill_limit of a plain account */
    int8_t ec;                        /* mbill__ec */
    int8_t n_slots;                   /* that a policy of the account has reached; the others are zero */
    mbill__sums pending;              /* of the first slot: no other is ever reserved */
    mbill__sums at[MBILL__AT_SELDOM]; /* posted */
} mbill__account;

_Static_assert(sizeof(mbill__account) == 2 * MBILL__LINE_BYTES || sizeof(void *) != 8, "what is looked at stands in two lines");

/* What few operations look at. */
typedef struct mbill__rest {
    mbill__sums at[MBILL__AT_END - MBILL__AT_SELDOM];
    int64_t ec_selected_utc_s;               /* when it was last selected */
    int64_t customer;                        /* 0: none registered */
    int64_t open_holds;                      /* the first open hold that brings it money, -1: none */
    int64_t n_meters;                        /* 0: any meter is taken for its own */
    int64_t last_period[MBILL_ACCRUALS_MAX]; /* of each accrual; -1: none */
} mbill__rest;

/* Credits less debits, and the reverse for what is owed. Sums are >= 0: always fits. */
static inline int64_t mbill__credit_of(const mbill__sums *at)
{
    return at->credits_micro - at->debits_micro;
}

static inline int64_t mbill__owed_of(const mbill__sums *at)
{
    return at->debits_micro - at->credits_micro;
}

/* The slot of a place, or -1. */
static inline int32_t mbill__slot_of(const mbill__account *account, int32_t place)
{
    if (account->policy < 0) return place == MBILL_PLACE_PLAIN ? 0 : -1;
    if (place == MBILL_PLACE_CREDIT) return MBILL__AT_CREDIT;
    if (place == MBILL_PLACE_EC_USED) return MBILL__AT_EC_USED;
    if (place == MBILL_PLACE_ACCUM) return MBILL__AT_ACCUM;
    if (place >= MBILL_PLACE_DEBT && place < MBILL_PLACE_DEBT + MBILL_DEBTS_MAX) return MBILL__AT_DEBT + place - MBILL_PLACE_DEBT;
    if (place > MBILL_PLACE_CREDIT && place < MBILL_PLACE_CREDIT + MBILL_CREDITS_MAX)
        return MBILL__AT_FURTHER + place - MBILL_PLACE_CREDIT - 1;
    return -1;
}

static inline mbill__sums *mbill__at(mbill__account *account, int32_t slot)
{
    return slot < MBILL__AT_SELDOM ? &account->at[slot] : &account->seldom[slot - MBILL__AT_SELDOM];
}

static inline const mbill__sums *mbill__seen_at(const mbill__account *account, int32_t slot)
{
    return slot < MBILL__AT_SELDOM ? &account->at[slot] : &account->seldom[slot - MBILL__AT_SELDOM];
}

/* What a leg to the place changes, NULL: the account has none. pending: of the leg. */
static inline mbill__sums *mbill__sums_at(mbill__account *account, int32_t place, int32_t pending)
{
    int32_t slot = mbill__slot_of(account, place);
    if (pending != 0) return slot == 0 ? &account->pending : NULL;
    return slot < 0 ? NULL : mbill__at(account, slot);
}

/* The slots that a policy reaches (NULL: of a plain account). */
static inline int8_t mbill__slots_of_policy(const mbill_policy *policy)
{
    int8_t n = MBILL__AT_DEBT;
    if (policy == NULL) return 1;
    for (int32_t i = 1; i < MBILL_CREDITS_MAX; i++)
        if (policy->credit_share_1e4[i] != 0) return MBILL__AT_END;
    for (int8_t i = 0; i < MBILL_DEBTS_MAX; i++)
        if (policy->debts[i].kind != MBILL_DEBT_NONE) n = (int8_t)(MBILL__AT_DEBT + i + 1);
    return n;
}

#endif
