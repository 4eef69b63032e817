/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options and the walk over argv; changes when an option is added. No option is taken that the command does not
 * have. */
#include "arguments.h"

#include "output.h"

#include <string.h>

typedef struct option_form {
    const char *name;
    int has_value;
} option_form;

static const option_form forms[CLI_N_OPTIONS] = {
    [CLI_OPTION_JSON] = {"json", 0},
    [CLI_OPTION_FACTS] = {"facts", 1},
    [CLI_OPTION_FROM] = {"from", 1},
    [CLI_OPTION_TO] = {"to", 1},
    [CLI_OPTION_POSITION] = {"position", 1},
    [CLI_OPTION_SAVE_POSITION] = {"save-position", 1},
    [CLI_OPTION_ALLOW_GAPS] = {"allow-gaps", 0},
    [CLI_OPTION_MODULUS] = {"modulus", 1},
    [CLI_OPTION_MULTIPLIER] = {"multiplier", 1},
    [CLI_OPTION_ZONE] = {"zone", 1},
    [CLI_OPTION_BATCH] = {"batch", 1},
};

/* The option that text names ("from" or "from=…"); CLI_N_OPTIONS when there is none. */
static int option_named(const char *text)
{
    size_t len = strcspn(text, "=");
    int option = 0;
    while (option < CLI_N_OPTIONS && (strlen(forms[option].name) != len || memcmp(forms[option].name, text, len) != 0)) option++;
    return option;
}

/* One option at argv[*at]; *at moves on over a value that stands by itself. */
static int option_read(cli_arguments *out, int argc, char **argv, int *at, unsigned taken)
{
    const char *text = argv[*at];
    int option = text[1] == '-' ? option_named(text + 2) : CLI_N_OPTIONS;
    if (option == CLI_N_OPTIONS) return cli_usage("unknown option \"%s\"", text);
    if ((taken & CLI_TAKES(option)) == 0) return cli_usage("option --%s does not belong to this command", forms[option].name);
    if (out->options[option] != NULL) return cli_usage("option --%s is given twice", forms[option].name);
    const char *value = strchr(text, '=');
    if (!forms[option].has_value) {
        if (value != NULL) return cli_usage("option --%s takes no value", forms[option].name);
        out->options[option] = "";
    } else if (value != NULL) {
        out->options[option] = value + 1;
    } else {
        if (*at + 1 >= argc || (argv[*at + 1][0] == '-' && argv[*at + 1][1] == '-'))
            return cli_usage("option --%s needs a value", forms[option].name);
        out->options[option] = argv[++*at];
    }
    return CLI_DONE;
}

int cli_arguments_read(cli_arguments *out, int argc, char **argv, int first, unsigned taken)
{
    int only_operands = 0, n = 0;
    memset(out, 0, sizeof *out);
    out->operands = argv + first;
    for (int at = first; at < argc; at++) {
        if (!only_operands && strcmp(argv[at], "--") == 0) {
            only_operands = 1;
        } else if (!only_operands && argv[at][0] == '-' && argv[at][1] != '\0') {
            int status = option_read(out, argc, argv, &at, taken | CLI_TAKES(CLI_OPTION_JSON));
            if (status != CLI_DONE) return status;
        } else {
            out->operands[n++] = argv[at];
        }
    }
    out->n_operands = n;
    return CLI_DONE;
}

int cli_arguments_json(int argc, char **argv)
{
    for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++)
        if (strcmp(argv[at], "--json") == 0) return 1;
    return 0;
}
