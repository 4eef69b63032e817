/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds in hours of use: {"of": a charge on a peak, "times": "200"}. */
#ifndef MBILL__HOURS_READ_H
#define MBILL__HOURS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* *out becomes the charge (from 1) of that name; it is left alone when an input has the name, or no charge. The charge may stand later. */
mbill_status mbill__hours_read(const mbill_tariff *tariff, const mbill__node *of, int32_t *out, mbill_error *err);

/* When all charges are read: those that the charge's bounds are of have a peak that can be known for its ladder. */
mbill_status mbill__hours_check(const mbill_tariff *tariff, const mbill__node *object, const mbill__charge *charge,
    mbill_error *err);

/* Whether bounds of the ladder follow a peak. */
bool mbill__hours_follow(const mbill__ladder *ladder);

#endif
