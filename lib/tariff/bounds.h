/* SPDX-License-Identifier: Apache-2.0 */
/* Where the tiers of a ladder end for one account in one span: written bounds or widths, multiplied, moved and scaled. */
#ifndef MBILL__BOUNDS_H
#define MBILL__BOUNDS_H

#include "tariff/resolve.h"

/* span: the ladder's whole span; inside: what of it lies in the bill. out has room for n_tiers - 1. E_BOUNDARY when the bill lies in two
 * seasons whose bounds may differ; E_RANGE when a bound is below the one before it. */
mbill_status mbill__bounds_of(const mbill__scope *scope, const mbill__ladder *ladder, mbill__days span, mbill__days inside,
    int64_t *out_micro, mbill_error *err);

/* Whether they depend on what is known of the account. */
bool mbill__bounds_need_facts(const mbill__ladder *ladder);

#endif
