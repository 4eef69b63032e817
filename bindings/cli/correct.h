/* SPDX-License-Identifier: Apache-2.0 */
/* A bill that was made out before, against the same span priced again. */
#ifndef MBILL_CLI_CORRECT_H
#define MBILL_CLI_CORRECT_H

#include "pricing.h"

/* The correction document, to be freed; path names a bill document or what price --json printed. NULL: err is filled, and blamed is set to
 * the file at fault. */
char *cli_correct(const cli_pricing *priced, const char *path, const char **blamed, mbill_error *err);

#endif
