/* SPDX-License-Identifier: Apache-2.0 */
/* The meters of a group: a file of their names, one a line. */
#ifndef MBILL_CLI_TARGETS_H
#define MBILL_CLI_TARGETS_H

#include "file.h"

typedef struct cli_targets {
    cli_file file;
    const char **names; /* rising by bytes; point into the file */
    size_t n;
} cli_targets;

/* - is standard input. Returns CLI_DONE, or the exit code after the refusal has been said. */
int cli_targets_load(const char *path, cli_targets *out);
void cli_targets_free(cli_targets *targets);

#endif
