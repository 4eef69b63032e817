/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the rule for colour does. */
#define _POSIX_C_SOURCE 200809L
#include "color.h"

#include "output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A terminal that can and may. */
static int terminal_takes_color(void)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
    if (none != NULL && none[0] != '\0') return 0;
    return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

int cli_color_choose(const cli_arguments *arguments, int *out_colored)
{
    const char *word = arguments->options[CLI_OPTION_COLOR];
    if (word == NULL || strcmp(word, "auto") == 0) {
        *out_colored = terminal_takes_color();
    } else if (strcmp(word, "always") == 0 || strcmp(word, "never") == 0) {
        *out_colored = word[0] == 'a';
    } else {
        return cli_usage("--color is \"%s\", expected auto, always or never", word);
    }
    return CLI_DONE;
}
