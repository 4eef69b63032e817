/* SPDX-License-Identifier: Apache-2.0 */
/* Files that hold secrets: read only where nobody else can read them, and wiped. */
#ifndef MBILL_CLI_SECRET_H
#define MBILL_CLI_SECRET_H

#include "file.h"

/* Read a file that its owner alone may read, or standard input where path is "-". Returns CLI_DONE, or the exit code after the refusal has been said. */
/* From now on this process leaves no core file: it is about to hold a secret. */
void cli_no_core(void);
int cli_load_secret(const char *path, cli_file *out);
void cli_secret_free(cli_file *file);

#endif
