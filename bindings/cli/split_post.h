/* SPDX-License-Identifier: Apache-2.0 */
/* A split as money: lines for the ledger, or bills. */
#ifndef MBILL_CLI_SPLIT_POST_H
#define MBILL_CLI_SPLIT_POST_H

#include "meterbill/split.h"

/* Print an operation for each posting that is booked; a line a bill for each account. All of them or none; path: of the request, for refusals. */
int cli_split_ledger(const mbill_split *split, const char *path);
int cli_split_bills(const mbill_split *split, const char *path);

#endif
