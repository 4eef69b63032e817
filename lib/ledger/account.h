/* SPDX-License-Identifier: Apache-2.0 */
/* What the book keeps of one account: sums of every place, and what rules must remember. Plain data; changes when a rule must remember
 * more. Law: sums are never negative, and posted ones only rise. */
#ifndef MBILL__LEDGER_ACCOUNT_H
#define MBILL__LEDGER_ACCOUNT_H

#include "meterbill/ledger.h"

#include <stdbool.h>

/* Slots of a prepay account's places; a plain account has the first alone. */
enum {
    MBILL__AT_CREDIT = 0, /* MBILL_CREDITS_MAX of them */
    MBILL__AT_EC_USED = MBILL_CREDITS_MAX,
    MBILL__AT_ACCUM,
    MBILL__AT_DEBT, /* MBILL_DEBTS_MAX of them */
    MBILL__AT_END = MBILL__AT_DEBT + MBILL_DEBTS_MAX
};

typedef struct mbill__account {
    int64_t number;
    int32_t state;       /* mbill_account_state */
    int32_t limit;       /* mbill_limit of a plain account */
    int64_t policy;      /* place among the book's policies; -1: a plain account */
    int64_t customer;    /* 0: none registered */
    int64_t last_record; /* its newest record, -1: none; records of one account are linked backwards */
    int64_t ec_selected_utc_s;
    int64_t open_holds; /* the first open hold that brings it money, -1: none */
    int32_t ec_selected;
    int32_t n_meters;                        /* 0: any meter is taken for its own */
    int64_t last_period[MBILL_ACCRUALS_MAX]; /* of each accrual; -1: none */
    mbill_place_sums at[MBILL__AT_END];
} mbill__account;

/* Credits less debits, and the reverse for what is owed. Sums are >= 0: always fits. */
static inline int64_t mbill__credit_of(const mbill_place_sums *at)
{
    return at->credits_micro - at->debits_micro;
}

static inline int64_t mbill__owed_of(const mbill_place_sums *at)
{
    return at->debits_micro - at->credits_micro;
}

/* The slot of a place, or -1. */
static inline int32_t mbill__slot_of(const mbill__account *account, int32_t place)
{
    if (account->policy < 0) return place == MBILL_PLACE_PLAIN ? 0 : -1;
    if (place >= MBILL_PLACE_CREDIT && place < MBILL_PLACE_CREDIT + MBILL_CREDITS_MAX) return place - MBILL_PLACE_CREDIT;
    if (place == MBILL_PLACE_EC_USED) return MBILL__AT_EC_USED;
    if (place == MBILL_PLACE_ACCUM) return MBILL__AT_ACCUM;
    if (place >= MBILL_PLACE_DEBT && place < MBILL_PLACE_DEBT + MBILL_DEBTS_MAX) return MBILL__AT_DEBT + place - MBILL_PLACE_DEBT;
    return -1;
}

#endif
