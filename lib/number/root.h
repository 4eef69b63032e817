/* SPDX-License-Identifier: Apache-2.0 */
/* Square roots of exact whole numbers, rounded once. */
#ifndef MBILL__ROOT_H
#define MBILL__ROOT_H

#include "meterbill/decimal.h"
#include "number/wide.h"

/* The square root as a multiple of the step, by the rule; square >= 0, step > 0. false, out untouched: it, or a step above it, does not fit
 * int64_t. */
bool mbill__root(mbill__wide square, int64_t step, mbill_round_how how, int64_t *out);

#endif
