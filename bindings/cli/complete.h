/* SPDX-License-Identifier: Apache-2.0 */
/* What a command is, and what may stand next on a line that names one. */
#ifndef MBILL_CLI_COMPLETE_H
#define MBILL_CLI_COMPLETE_H

#include "arguments.h"

typedef struct cli_command {
    const char *noun, *verb; /* verb NULL: the noun alone */
    int (*run)(const cli_arguments *arguments);
    int min_operands, max_operands;
    const uint8_t *options; /* CLI_OPTION_… that it has, CLI_N_OPTIONS behind the last; NULL: none but --json */
    const char *operands, *summary;
} cli_command;

/* Print what may take the place of the last of these words, which stand behind the program's name: a line each, a tab and what it
 * is for behind it, and the line ":files" where a file's name may stand. */
void cli_complete(const cli_command *commands, size_t n, char *const *words, int n_words);

#endif
