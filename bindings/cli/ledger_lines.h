/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the prepaid ledger from standard input, one a line. */
#ifndef MBILL_CLI_LEDGER_LINES_H
#define MBILL_CLI_LEDGER_LINES_H

#include "meterbill/policy.h"

#include <stdint.h>

/* path: the store, or NULL for a book in memory. policy: of an open that names none, or NULL. kind: what every line does (mbill_operation_kind); 0: what it says.
 * Prints a line of JSON for each line; the exit code says whether all had the form. */
int cli_ledger_lines(const char *path, const mbill_policy *policy, int32_t kind);

#endif
