/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms of balances: what the ledger's records did to accounts is heard by their alarms, in the same transaction. */
#ifndef MBILL__STORE_WATCH_H
#define MBILL__STORE_WATCH_H

#include "meterbill/ledger.h"
#include "store/inner.h"

/* Samples of every balance that the book's records from first on have moved, one a record, and what came of them; a transaction to write is open. */
mbill_status mbill__watch_records(mbill_store *store, const mbill_book *book, int64_t first, mbill_error *err);

/* A sample of what the account has now: its alarms may have other limits since. */
mbill_status mbill__watch_account(mbill_store *store, const mbill_book *book, int64_t account_no, int64_t t_utc_s,
    mbill_error *err);

/* What delays and repeats have brought up to and with a time, of every account. */
mbill_status mbill__watch_tick_all(mbill_store *store, int64_t t_utc_s, mbill_error *err);

void mbill__watch_free(mbill_store *store);

#endif
