/* SPDX-License-Identifier: Apache-2.0 */
/* From "rate": {"base": …, "times": …, "add": …} to one number for each tier and period, and to a base of its own. */
#ifndef MBILL__COMPOSED_READ_H
#define MBILL__COMPOSED_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

bool mbill__is_composed(const mbill__node *rate);

/* Does any part of it stand by period? */
bool mbill__composed_by_period(const mbill__node *rate);

/* Adds on lines of their own that are the same in all periods: no unit needs to be in a tier and a period at once. */
bool mbill__adds_for_all_periods(const mbill__node *rate);

/* Left out: the rate must come out exact. */
mbill_status mbill__rate_round_read(const mbill__node *object, mbill__rounding *out, mbill_error *err);

/* The rates of one season into out_nano[tier][period]; a base on lines of its own into charge->base, at the season's place. stride: the
 * tariff's periods, or 1; n_seasons: 1 when the rates are not by season. */
mbill_status mbill__composed_read(mbill_tariff *tariff, mbill__charge *charge, const mbill__node *rate, size_t season,
    size_t n_seasons, size_t stride, int64_t *out_nano, mbill_error *err);

#endif
