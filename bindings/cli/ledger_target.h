/* SPDX-License-Identifier: Apache-2.0 */
/* The book that the ledger's commands work on: one in memory, empty at first, or the one that a store keeps. */
#ifndef MBILL_CLI_LEDGER_TARGET_H
#define MBILL_CLI_LEDGER_TARGET_H

#include "meterbill/journal.h"
#include "meterbill/ledger.h"

typedef struct cli_ledger {
    mbill_store *store;     /* NULL: the book is in memory alone */
    mbill_journal *journal; /* of the store */
    mbill_book *own;        /* the one in memory */
    const mbill_book *book; /* to be read */
} cli_ledger;

/* path NULL: in memory; may_make: where there is no file, make it. CLI_DONE, or the exit code after the refusal has been said. To be closed, whatever comes
 * of it. */
int cli_ledger_open(const char *path, int may_make, cli_ledger *out);
void cli_ledger_close(cli_ledger *ledger);

/* A batch, durable when it answers; n 0: time goes on. */
mbill_status cli_ledger_book(cli_ledger *ledger, const mbill_operation *operations, size_t n, int64_t now_utc_s,
    mbill_result *out_results, mbill_error *err);

/* What the operand ACCOUNT means: the id of an account of the store, else a number. MBILL_E_NOT_FOUND: neither. */
mbill_status cli_ledger_number(mbill_store *store, const char *text, int64_t *out, mbill_error *err);

#endif
