/* SPDX-License-Identifier: Apache-2.0 */
/* What one contract is priced from: the readings of its registers as usage, in buffers that serve one contract after another. */
#ifndef MBILL__GATHER_H
#define MBILL__GATHER_H

#include "store/inner.h"
#include "store/versions.h"

typedef struct mbill__gather {
    mbill_store *store;
    mbill_reading *readings;
    mbill_interval *intervals;
    mbill_input *inputs;
    size_t cap_readings, cap_intervals, cap_inputs;
    size_t n_intervals, n_inputs;
    int64_t n_used; /* readings and intervals taken for the contract */
} mbill__gather;

void mbill__gather_start(mbill__gather *gather, mbill_store *store);
void mbill__gather_end(mbill__gather *gather);

/* Fill out's span and inputs, of every register that one of the versions needs; they live until the next call. Refusals name the meter. */
mbill_status mbill__gather_contract(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, bool allow_gaps,
    mbill_price_request *out, mbill_error *err);

#endif
