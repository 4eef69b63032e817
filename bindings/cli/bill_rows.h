/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on bills that are paid afterwards have in common. */
#ifndef MBILL_CLI_BILL_ROWS_H
#define MBILL_CLI_BILL_ROWS_H

#include "arguments.h"

#include "meterbill/billing.h"

/* --account and --at; now when it is left out. CLI_DONE or CLI_USAGE. */
int cli_bill_filter(const cli_arguments *arguments, mbill_billing_filter *out);

/* Print the bills of a store as a table or a document. */
int cli_bill_print(const char *path, const mbill_billing_filter *filter);

/* --channel and --day, which must be given. CLI_DONE or CLI_USAGE. */
int cli_option_channel_day(const cli_arguments *arguments, int64_t *out_channel, int32_t *out_day);

#endif
