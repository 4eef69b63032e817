/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger's commands print as JSON: results with their records, accounts, decisions about supply. */
#ifndef MBILL_CLI_LEDGER_PRINT_H
#define MBILL_CLI_LEDGER_PRINT_H

#include "meterbill/operations.h"

typedef struct cli_decision {
    int32_t supply;
    uint32_t reasons;
} cli_decision;

void cli_ledger_result(const mbill_book *book, const mbill_result *result); /* an object that its caller ends */
char *cli_ledger_record_text(const mbill_book *book, int64_t number);       /* as JSON; to be freed */
char *cli_ledger_account_text(const mbill_book *book, int64_t number,
    mbill_error *err); /* as JSON; to be freed; NULL: err is filled */
void cli_ledger_account(const mbill_book *book, int64_t number);
void cli_ledger_decision(int64_t account, cli_decision made);

const char *cli_supply_name(int32_t supply);

#endif
