/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on a store have in common. */
#ifndef MBILL_CLI_OPEN_H
#define MBILL_CLI_OPEN_H

#include "meterbill/journal.h"
#include "meterbill/store.h"

#include <stdint.h>

/* Open the store; flags: MBILL_STORE_*. CLI_DONE, or the exit code after the refusal has been said. */
int cli_store_open(const char *path, uint32_t flags, mbill_store **out);
/* The same, and its journal; may_make: where there is no file, make it. Both are to be freed, whatever comes of it. */
int cli_journal_open(const char *path, int may_make, mbill_store **out_store, mbill_journal **out_journal);
/* A civil date given as option --name, or wrong usage. */
int cli_check_date(const char *text, const char *name);
/* The same of --zone, a POSIX rule; NULL: not given. */
int cli_check_zone(const char *rule);

#endif
