/* SPDX-License-Identifier: Apache-2.0 */
/* A bar on stderr for long work, only when stderr is a terminal. */
#ifndef MBILL_CLI_PROGRESS_H
#define MBILL_CLI_PROGRESS_H

#include <stdint.h>

typedef struct cli_progress {
    const char *label;
    int is_terminal;
    int shown; /* percent on the screen; -1: nothing */
} cli_progress;

void cli_progress_start(cli_progress *progress, const char *label);
/* ctx is a cli_progress: what mbill_close_options.progress takes. */
void cli_progress_show(void *ctx, int64_t done, int64_t total);
/* Take the bar away, so that messages stand on a line of their own. */
void cli_progress_clear(cli_progress *progress);

#endif
