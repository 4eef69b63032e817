/* SPDX-License-Identifier: Apache-2.0 */
/* A tariff, printed for people. */
#ifndef MBILL_CLI_SHOW_TARIFF_H
#define MBILL_CLI_SHOW_TARIFF_H

#include "document.h"

#include "meterbill/tariff.h"

/* document: the canonical document of the tariff. */
void cli_show_charges(const mbill_tariff *tariff, cli_value document);
/* Inputs, and every member of the document that the other tables do not show. */
void cli_show_rest(cli_value document);
/* The week in each season, as times and as a table of hours, or as the member "weeks" of an answer; nothing when the tariff has no periods. */
void cli_show_weeks(const mbill_tariff *tariff, cli_value document, int colored);

#endif
