/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on a store have in common. */
#ifndef MBILL_CLI_OPEN_H
#define MBILL_CLI_OPEN_H

#include "meterbill/store.h"

#include <stdint.h>

/* Open the store; flags: MBILL_STORE_*. CLI_DONE, or the exit code after the refusal has been said. */
int cli_store_open(const char *path, uint32_t flags, mbill_store **out);
/* A civil date given as option --name, or wrong usage. */
int cli_check_date(const char *text, const char *name);

#endif
