/* SPDX-License-Identifier: Apache-2.0 */
/* What an opening and a leaving ask of the other files of the store, inside the transaction of the ledger that they have begun. */
#ifndef MBILL__STORE_STAY_H
#define MBILL__STORE_STAY_H

#include "meterbill/contract.h"
#include "meterbill/ledger.h"
#include "meterbill/person.h"
#include "store/inner.h"

/* An account as mbill_store_put_accounts() takes it (accounts.c). */
mbill_status mbill__account_put(mbill_store *store, const mbill_account *account, mbill_error *err);

/* Personal fields that are new; MBILL_E_EXISTS_DIFFERENT: one is there with another value (people.c). */
mbill_status mbill__people_add(mbill_store *store, const mbill_person_field *fields, size_t n, mbill_error *err);

/* The account in the ledger, opened where it is not there, and a top-up (NULL: none). After a failure the transaction must be taken back (money.c). */
mbill_status mbill__money_open(mbill_store *store, int64_t account_no, const mbill_operation *top_up, int64_t recorded_utc_s,
    mbill_error *err);

/* Bill every contract of the account from its last bill, or its beginning, to its end. What one of them is refused for refuses all (close_account.c). */
mbill_status mbill__close_account(mbill_store *store, int64_t account_no, int64_t recorded_utc_s, int64_t *out_n_billed,
    mbill_sum *out_total, mbill_error *err);

#endif
