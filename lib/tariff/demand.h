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

/* The span of the peak that holds an instant of the bill, as far as it lies in the bill: a scope of its own, whose request is *request. */
mbill_status mbill__peak_span(const mbill__scope *scope, const mbill__peak *peak, int64_t utc_s, mbill_price_request *request,
    mbill__scope *span, mbill_error *err);

#endif
