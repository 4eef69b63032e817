/* SPDX-License-Identifier: Apache-2.0 */
/* What the heat commands share: temperatures, pressure and pipe as options, and numbers of twelve places. */
#ifndef MBILL_CLI_HEAT_OPTIONS_H
#define MBILL_CLI_HEAT_OPTIONS_H

#include "arguments.h"
#include "output.h"

#include "meterbill/heat.h"

/* CLI_DONE or CLI_USAGE; a pressure that is not given stays what it is. */
int cli_need_micro(const cli_arguments *arguments, cli_option option, int64_t *out_micro);
int cli_option_pressure(const cli_arguments *arguments, int64_t *inout_pa);
int cli_need_side(const cli_arguments *arguments, mbill_heat_side *out_side);
const char *cli_side_name(mbill_heat_side side);

/* 10^-12: exact, without zeros at the end. */
cli_short cli_pico(int64_t value_pico);
cli_short cli_nano(int64_t value_nano);

#endif
