/* SPDX-License-Identifier: Apache-2.0 */
/* Whether text is coloured: --color auto|always|never, and for auto a terminal, TERM and NO_COLOR (no-color.org). */
#ifndef MBILL_CLI_COLOR_H
#define MBILL_CLI_COLOR_H

#include "arguments.h"

int cli_color_choose(const cli_arguments *arguments, int *out_colored); /* CLI_DONE or CLI_USAGE */

#endif
