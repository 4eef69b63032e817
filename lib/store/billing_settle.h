/* SPDX-License-Identifier: Apache-2.0 */
/* An account's bills as its ledger has it: what moves its accumulated debt pays its bills or takes payments back, whoever moved it. Law: the
 * open amounts of an account's bills and what it owes outside of bills are its accumulated debt, to the last micro-unit. */
#ifndef MBILL__STORE_BILLING_SETTLE_H
#define MBILL__STORE_BILLING_SETTLE_H

#include "store/billing_row.h"

/* Settle bills by what the ledger has taken in since the last time; the policy is that of each bill. */
mbill_status mbill__billing_follow(mbill__billing *billing, mbill_error *err);

/* Behind a booking of our own: the ledger's records from first on are of this account, the sum of its bills' open amounts was changed by
 * own_micro with it. What the account's credit has paid or freed settles its bills; named 0: the oldest first. */
mbill_status mbill__billing_booked(mbill__billing *billing, int64_t account_no, int64_t first, int64_t own_micro, int64_t named,
    int64_t at_utc_s, mbill_error *err);

/* The account has bills from now on: what it owes already is on none of them. May be called again. */
mbill_status mbill__billing_begin(mbill__billing *billing, int64_t account_no, mbill_error *err);

/* A step of a bill, saved with its event and not booked yet. */
mbill_status mbill__billing_apply(mbill__billing *billing, mbill__due *due, int32_t kind, int64_t amount_micro, int64_t at_utc_s,
    int64_t record, mbill_error *err);

/* The ledger's accumulated debt of an account; 0 for one that it does not know. */
int64_t mbill__billing_owed(const mbill__billing *billing, int64_t account_no);

#endif
