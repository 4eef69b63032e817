/* SPDX-License-Identifier: Apache-2.0 */
/* A bill over a span in which later versions of the tariff begin. */
#ifndef MBILL_CLI_CHANGE_H
#define MBILL_CLI_CHANGE_H

#include "arguments.h"
#include "pricing.h"

/* Read --change and the later versions; without these, --change is wrong usage. */
int cli_change_load(cli_pricing *p, const cli_arguments *arguments);
/* Lines, segments, bill and the position after it. */
mbill_status cli_change_price(cli_pricing *p);
void cli_change_free(cli_pricing *p);

#endif
