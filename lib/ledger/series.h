/* SPDX-License-Identifier: Apache-2.0 */
/* Shares and running parts of an amount, rounded down to a step. */
#ifndef MBILL__LEDGER_SERIES_H
#define MBILL__LEDGER_SERIES_H

#include "meterbill/ledger.h"

#include <stdbool.h>

/* amount x part / whole, rounded down to the step. false: it does not fit. */
bool mbill__part_of(int64_t amount_micro, int64_t part, int64_t whole, int64_t step_micro, int64_t *out);

/* What the first k of n running parts come to. */
bool mbill__series_due(int64_t total_micro, int64_t n, int64_t k, int64_t step_micro, int64_t *out);

#endif
