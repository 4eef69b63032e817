/* SPDX-License-Identifier: Apache-2.0 */
/* The money of the store's accounts in its ledger, inside a transaction of mbill_store_journal() that the caller has begun: the ledger's number
 * of an account is its account_no, and an account is opened there with its first money. */
#ifndef MBILL__STORE_MONEY_H
#define MBILL__STORE_MONEY_H

#include "store/inner.h"

typedef struct mbill__bill_money {
    int64_t contract_no, account_no;
    int64_t from_utc_s, to_utc_s;
    int64_t total_micro; /* below 0: a use of 0, and a correction of it */
} mbill__bill_money;

/* Why the ledger would not take a bill. A refused operation is kept for ever: so this is asked first, and nothing is written. */
mbill_status mbill__money_may_bill(mbill_store *store, const mbill__bill_money *bill, mbill_error *err);

/* Book it; *out_record: that of the use. After a failure the transaction must be taken back. */
mbill_status mbill__money_bill(mbill_store *store, const mbill__bill_money *bill, int64_t recorded_utc_s, int64_t *out_record,
    mbill_error *err);

/* MBILL_E_EXISTS: it was booked before. After any other failure the transaction must be taken back: a refused operation may be in the book. */
mbill_status mbill__money_top_up(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro,
    int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err);

/* Credit set aside to be given back to the customer; as mbill__money_top_up. */
mbill_status mbill__money_refund(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro,
    int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err);

/* One operation as it is, the account's opening before it where the ledger does not know it: what the ledger refuses is kept as refused, and stands in
 * *out. */
mbill_status mbill__money_apply(mbill_store *store, const mbill_operation *op, int64_t recorded_utc_s, mbill_result *out,
    mbill_error *err);

/* The account has this policy from now on, if the ledger knows it; else it will be opened with it. As mbill__money_top_up. */
mbill_status mbill__money_policy(mbill_store *store, int64_t account_no, const char *policy, mbill_error *err);

/* The operation of a bill's use, and of a step behind it: n counts what has happened to the bill. */
mbill_id mbill__money_bill_id(int64_t contract_no, int64_t from_utc_s);
mbill_id mbill__money_step_id(int64_t bill_no, int64_t n);

/* Whether the ledger keeps what this account owes as accumulated debt, which payments repay. */
mbill_status mbill__money_may_owe(mbill_store *store, int64_t account_no, mbill_error *err);

/* Whether its account takes operations. */
mbill_status mbill__money_may_move(mbill_store *store, int64_t account_no, mbill_error *err);

/* One operation of an account that the ledger knows; out_record may be NULL. After a failure the transaction must be taken back. */
mbill_status mbill__money_book(mbill_store *store, const mbill_operation *op, int64_t recorded_utc_s, int64_t *out_record,
    mbill_error *err);

/* A payment by a channel; money given back to the customer from it. As mbill__money_top_up. */
mbill_status mbill__money_pay(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro, int64_t channel,
    int64_t receipt, int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err);
mbill_status mbill__money_give(mbill_store *store, int64_t account_no, const mbill_id *id, int64_t amount_micro, int64_t channel,
    int64_t receipt, int64_t effective_utc_s, int64_t recorded_utc_s, mbill_error *err);

#endif
