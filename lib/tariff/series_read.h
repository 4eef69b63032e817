/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "series", and of a rate that is one. */
#ifndef MBILL__SERIES_READ_H
#define MBILL__SERIES_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

mbill_status mbill__series_read(mbill_tariff *tariff, const mbill__node *object, mbill_error *err);

/* A rate of the form {"series", "times", "plus", "round"}. */
bool mbill__is_series(const mbill__node *rate);

/* Such a rate of a charge whose quantity and tiers are read. */
mbill_status mbill__series_rate_read(mbill_tariff *tariff, const mbill__node *rate, mbill__charge *charge, mbill_error *err);

/* E_INVALID: a part of a rate is a price series. */
mbill_status mbill__series_refuse_inside(const mbill__node *rate, mbill_error *err);

/* E_INVALID: a series that no charge is priced by. */
mbill_status mbill__series_check_used(const mbill_tariff *tariff, const mbill__node *root, mbill_error *err);

#endif
