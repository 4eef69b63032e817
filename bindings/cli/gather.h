/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one meter's readings file, gathered by register into what pricing takes. */
#ifndef MBILL_CLI_GATHER_H
#define MBILL_CLI_GATHER_H

#include "file.h"

#include "meterbill/tariff.h"

#include <stdint.h>

typedef struct cli_gather_options {
    int64_t from_utc_s, to_utc_s;
    mbill_register reg;   /* modulus and multiplier of register samples */
    int reg_given;        /* one of them was on the command line: refused for intervals */
    uint32_t usage_flags; /* MBILL_USAGE_* */
} cli_gather_options;

typedef struct cli_register_rows {
    mbill_reading *readings;
    mbill_interval *intervals;
    int64_t *lines; /* line in the file of each row */
    size_t n_rows, cap;
} cli_register_rows;

typedef struct cli_gathered {
    cli_register_rows *registers; /* one for each register of the tariff */
    size_t n_registers;
    mbill_input *inputs;
    size_t n_inputs;
    int is_interval;
} cli_gathered;

/* err->index is a line of the file. out must be freed in every case. */
mbill_status cli_gather(const cli_file *file, const mbill_tariff *tariff, const cli_gather_options *options, cli_gathered *out,
    mbill_error *err);
/* The line of an interval that pricing names by its number; -1: not one line (intervals between counts), or not one register. */
int64_t cli_gathered_line(const cli_gathered *gathered, int64_t interval);
void cli_gathered_free(cli_gathered *gathered);

#endif
