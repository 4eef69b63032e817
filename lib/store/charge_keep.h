/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the tables of charges, inside a transaction of the caller's. */
#ifndef MBILL__STORE_CHARGE_KEEP_H
#define MBILL__STORE_CHARGE_KEEP_H

#include "meterbill/charges.h"
#include "store/inner.h"

/* MBILL_E_NOT_FOUND names the charge. */
mbill_status mbill__charge_find(mbill_store *store, const char *id, int64_t *out_charge_no, mbill_error *err);
/* The next charge behind this number; 0: there is none. */
mbill_status mbill__charge_next(mbill_store *store, int64_t behind, int64_t *out_charge_no, mbill_error *err);
/* To be freed. */
mbill_status mbill__charge_load(mbill_store *store, int64_t charge_no, mbill_charge **out, mbill_error *err);

/* The first period of an account that is not settled. */
mbill_status mbill__charge_settled(mbill_store *store, int64_t charge_no, int64_t account_no, int64_t *out_next,
    mbill_error *err);
mbill_status mbill__charge_settle(mbill_store *store, int64_t charge_no, int64_t account_no, int64_t next, mbill_error *err);
/* id NULL: the ledger has no operation of it. */
mbill_status mbill__charge_item_insert(mbill_store *store, int64_t charge_no, int64_t account_no, const mbill_charge_line *line,
    const mbill_id *id, int64_t recorded_utc_s, mbill_error *err);

/* The facts of an account that are numbers; names in the arena. */
mbill_status mbill__charge_facts(mbill_store *store, int64_t account_no, mbill__arena *arena, mbill_charge_fact **out,
    size_t *out_n, mbill_error *err);
/* The account behind this number that has contracts, and the days from the first one's beginning to the last one's end; *out_no 0: there is none. */
mbill_status mbill__charge_next_account(mbill_store *store, int64_t behind, mbill__arena *arena, int64_t *out_no,
    mbill_charge_account *out, mbill_error *err);

#endif
