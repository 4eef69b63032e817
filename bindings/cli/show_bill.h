/* SPDX-License-Identifier: Apache-2.0 */
/* A bill document, printed for people. */
#ifndef MBILL_CLI_SHOW_BILL_H
#define MBILL_CLI_SHOW_BILL_H

#include "document.h"

void cli_show_bill(cli_value bill);

#endif
