/* SPDX-License-Identifier: Apache-2.0 */
/* Law: a billing span that is read reading by reading comes, at every instant, to what its part by itself does, and ends as the bill. Held
 * wherever a request's inputs are readings with times. */
#ifndef STREAM_AGREES_H
#define STREAM_AGREES_H

#include "bulk_agrees.h"

/* NULL: the stream agrees, or an input is no readings; else what differs. */
const char *stream_differs(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    const single_price *single);

#endif
