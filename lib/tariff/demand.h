/* SPDX-License-Identifier: Apache-2.0 */
/* Charges on a peak: the highest average power of an input in the spans of a bill. */
#ifndef MBILL__DEMAND_H
#define MBILL__DEMAND_H

#include "tariff/lines.h"
#include "tariff/position.h"

/* Lines of a charge whose quantity is a peak: one peak for each of its spans that the bill touches, each over its own ladder. E_NOT_KNOWN: no
 * readings with times, too few days for the mean, or an earlier month's peak that is needed; E_BOUNDARY: a reading or the bill's edge does not lie on the grid of the interval. slots: all of
 * the position's, read and moved on. */
mbill_status mbill__demand_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slots, mbill__lines *lines,
    mbill_error *err);

#endif
