/* SPDX-License-Identifier: Apache-2.0 */
/* The handle of a store, for the files of this folder, and what they have in common. */
#ifndef MBILL__STORE_INNER_H
#define MBILL__STORE_INNER_H

#include "document/say.h"
#include "meterbill/journal.h"
#include "meterbill/store.h"
#include "meterbill/task.h"
#include "store/database.h"

struct mbill_store {
    mbill__db *db;
    mbill_journal *ledger;      /* NULL until it is asked for: mbill_store_journal */
    mbill_task *plan;           /* the task that was read last; NULL: none */
    int64_t plan_no;            /* its number in the file */
    struct mbill__watch *watch; /* alarms of balances; NULL until money first moves */
};

/* The account's number in the file; MBILL_E_NOT_FOUND names the account. */
mbill_status mbill__store_account(mbill_store *store, const char *id, size_t len, int64_t *out_account_no, mbill_error *err);

/* Whether a failure is one of the file or the machine, which ends all work; every other one concerns the one thing that was worked on. */
bool mbill__ends_all(mbill_status status);

/* What the caller's out struct of an import may take: its struct_size is checked, NULL is fine. */
mbill_status mbill__import_out(const mbill_import_counts *out, mbill_error *err);
void mbill__import_give(mbill_import_counts *out, int64_t n_added, int64_t n_same);

/* Refuse a row of a file: the cause with the number of its line. */
mbill_status mbill__store_line(mbill_error *err, int64_t line, mbill_status status, const mbill_error *cause);

/* Room for at least n elements of that size, the old content kept; grows by half more. */
mbill_status mbill__room(const mbill_allocator *allocator, void **block, size_t *cap, size_t size, size_t n, mbill_error *err);

#endif
