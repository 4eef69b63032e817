/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of options as values of the library. A wrong one is wrong usage: each function returns CLI_DONE or CLI_USAGE. */
#ifndef MBILL_CLI_VALUES_H
#define MBILL_CLI_VALUES_H

#include "arguments.h"

#include "meterbill/calendar.h"
#include "meterbill/decimal.h"

#include <stdint.h>

/* why says what for, behind "--from is missing; "; NULL: nothing more is said. */
int cli_need_option(const cli_arguments *arguments, cli_option option, const char *why);
/* An option that is not given leaves *inout as it is. */
int cli_option_instant(const cli_arguments *arguments, cli_option option, const mbill_zone *zone, int64_t *inout_utc_s);
int cli_option_whole(const cli_arguments *arguments, cli_option option, int64_t least, int64_t most, int64_t *inout);
int cli_option_micro(const cli_arguments *arguments, cli_option option, int64_t least_micro, int64_t *inout_micro);

/* A whole number that stands by itself; name says what it is. */
int cli_read_whole(const char *text, const char *name, int64_t least, int64_t most, int64_t *out);

/* "1,half_up", or "none" for every place that a quantity has. */
int cli_option_round(const cli_arguments *arguments, cli_option option, int64_t *inout_step_micro, mbill_round_how *inout_how);

#endif
