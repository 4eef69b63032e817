/* SPDX-License-Identifier: Apache-2.0 */
/* How the bar looks; redrawn only when its percent changes. */
#define _POSIX_C_SOURCE 200809L
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 40

void cli_progress_start(cli_progress *progress, const char *label)
{
    progress->label = label;
    progress->is_terminal = isatty(STDERR_FILENO);
    progress->shown = -1;
}

void cli_progress_show(void *ctx, int64_t done, int64_t total)
{
    cli_progress *progress = ctx;
    if (!progress->is_terminal || total <= 0 || done < 0 || done > total) return;
    int64_t hundredth = total / 100 > 0 ? total / 100 : 1;
    int percent = total >= 100 ? (int)(done / hundredth) : (int)(done * 100 / total);
    if (percent > 100) percent = 100;
    if (percent == progress->shown) return;
    progress->shown = percent;
    int filled = percent * BAR_WIDTH / 100;
    (void)fprintf(stderr, "\r%s [", progress->label);
    for (int i = 0; i < BAR_WIDTH; i++) (void)fputc(i < filled ? '#' : ' ', stderr);
    (void)fprintf(stderr, "] %3d %%", percent);
    (void)fflush(stderr);
}

void cli_progress_clear(cli_progress *progress)
{
    if (progress->shown >= 0) (void)fputs("\r\033[K", stderr);
    progress->shown = -1;
}
