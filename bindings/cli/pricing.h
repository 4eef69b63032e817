/* SPDX-License-Identifier: Apache-2.0 */
/* One tariff, one file of readings or usage, one bill: what price and compare share. */
#ifndef MBILL_CLI_PRICING_H
#define MBILL_CLI_PRICING_H

#include "arguments.h"
#include "gather.h"
#include "output.h"

#include "meterbill/change.h"

typedef struct cli_pricing {
    const char *tariff_path, *readings_path, *position_path; /* position_path NULL: none */
    char **later_paths;                                      /* versions that begin inside the span, in the order of time */
    size_t n_later;
    const mbill_facts *facts; /* NULL: none; belongs to the caller */
    mbill_tariff *tariff;
    mbill_tariff **later;
    mbill_change_rule change;     /* used where there are later versions */
    mbill_bill_segment *segments; /* 1 + n_later */
    mbill_position *position;     /* before, then after, which is of the last version */
    cli_file readings;
    mbill_usage *usage;    /* of a usage document, or */
    cli_gathered gathered; /* of a readings file */
    mbill_price_request request;
    mbill_line *lines;
    size_t n_lines;
    mbill_bill bill;
    mbill_converted *converted;
    char *bill_text, *position_text;
    const char *blamed; /* the file of a refusal, and what its index counts */
    cli_place place;
    mbill_error err;
} cli_pricing;

/* Read the files and make the bill. The paths and facts are set, all else is 0. CLI_DONE; CLI_USAGE, which has been said; or
 * CLI_REFUSED, which has not: blamed, place and err say what. */
int cli_pricing_make(cli_pricing *p, const cli_arguments *arguments);
void cli_pricing_free(cli_pricing *p);

#endif
