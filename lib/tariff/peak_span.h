/* SPDX-License-Identifier: Apache-2.0 */
/* The spans of a bill that have a peak each. */
#ifndef MBILL__PEAK_SPAN_H
#define MBILL__PEAK_SPAN_H

#include "tariff/resolve.h"

/* The span of the peak that holds an instant of the bill, as far as it lies in the bill: a scope of its own, whose request is *request. */
mbill_status mbill__peak_span(const mbill__scope *scope, const mbill__peak *peak, int64_t utc_s, mbill_price_request *request,
    mbill__scope *span, mbill_error *err);

#endif
