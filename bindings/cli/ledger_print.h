/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger's commands print as JSON: records and accounts. */
#ifndef MBILL_CLI_LEDGER_PRINT_H
#define MBILL_CLI_LEDGER_PRINT_H

#include "meterbill/operations.h"

char *cli_ledger_record_text(const mbill_book *book, int64_t number);       /* as JSON; to be freed */
char *cli_ledger_account_text(const mbill_book *book, int64_t number,
    mbill_error *err); /* as JSON; to be freed; NULL: err is filled */
void cli_ledger_account(const mbill_book *book, int64_t number);

#endif
