/* SPDX-License-Identifier: Apache-2.0 */
/* The command line after the command's name: options by table, the rest in order. */
#ifndef MBILL_CLI_ARGUMENTS_H
#define MBILL_CLI_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

typedef enum cli_option {
    CLI_OPTION_JSON,
    CLI_OPTION_FACTS,
    CLI_OPTION_FROM,
    CLI_OPTION_TO,
    CLI_OPTION_SPAN_TO,
    CLI_OPTION_POSITION,
    CLI_OPTION_SAVE_POSITION,
    CLI_OPTION_ALLOW_GAPS,
    CLI_OPTION_MODULUS,
    CLI_OPTION_MULTIPLIER,
    CLI_OPTION_ZONE,
    CLI_OPTION_BATCH,
    CLI_OPTION_MONEY,
    CLI_OPTION_AT,
    CLI_OPTION_COLOR,
    CLI_OPTION_BALANCE,
    CLI_OPTION_USE,
    CLI_OPTION_CORRECT,
    CLI_OPTION_CHANGE,
    CLI_OPTION_CHANGE_ROUND,
    CLI_OPTION_STORE,
    CLI_OPTION_TEMPERATURE,
    CLI_OPTION_FLOW,
    CLI_OPTION_RETURN,
    CLI_OPTION_PRESSURE,
    CLI_OPTION_PER,
    CLI_OPTION_CHARGE,
    CLI_OPTION_FACT,
    CLI_OPTION_SERIES,
    CLI_OPTION_PERIOD,
    CLI_OPTION_REASON,
    CLI_OPTION_SIDE,
    CLI_OPTION_COLD,
    CLI_OPTION_VOLUME,
    CLI_OPTION_UNIT,
    CLI_OPTION_ROUND,
    CLI_OPTION_VERIFY,
    CLI_OPTION_AS,
    CLI_OPTION_SELECTION,
    CLI_OPTION_STATE,
    CLI_OPTION_NOW,
    CLI_OPTION_BY,
    CLI_OPTION_ROOM,
    CLI_OPTION_ACCOUNT,
    CLI_OPTION_NOTE,
    CLI_OPTION_AMOUNT,
    CLI_OPTION_CHANNEL,
    CLI_OPTION_DAY,
    CLI_OPTION_COUNTED,
    CLI_OPTION_MONTHS,
    CLI_OPTION_WEIGHT,
    CLI_OPTION_LEAST,
    CLI_OPTION_NEXT_DAY,
    CLI_OPTION_TARIFF,
    CLI_OPTION_PROTOCOL,
    CLI_OPTION_PROFILE,
    CLI_OPTION_REQUEST,
    CLI_OPTION_BINARY,
    CLI_OPTION_KEYS,
    CLI_OPTION_KEY,
    CLI_OPTION_REALM,
    CLI_OPTION_KEYSET,
    CLI_OPTION_ROOT,
    CLI_OPTION_PUBLIC,
    CLI_OPTION_PACE,
    CLI_N_OPTIONS
} cli_option;

/* How an option is written and what it is for; value NULL: it takes none. */
typedef struct cli_option_form {
    const char *name, *value, *meaning;
} cli_option_form;

extern const cli_option_form cli_option_forms[CLI_N_OPTIONS];

typedef struct cli_arguments {
    const char *options[CLI_N_OPTIONS]; /* NULL: not given; "": given, an option without value */
    char **operands;                    /* points into argv, which is put in order */
    int n_operands;
} cli_arguments;

/* A list of options, a byte each with CLI_N_OPTIONS behind the last, or NULL for an empty one, has this option. */
int cli_options_have(const uint8_t *list, int option);
/* Read argv[first..]. taken: the list of options that this command has; --json always is one. Returns CLI_DONE or CLI_USAGE. */
int cli_arguments_read(cli_arguments *out, int argc, char **argv, int first, const uint8_t *taken);
/* "--name" stands among the options: known before anything else can be refused. */
int cli_arguments_have(int argc, char **argv, const char *option);

#endif
