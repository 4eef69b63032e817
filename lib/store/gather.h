/* SPDX-License-Identifier: Apache-2.0 */
/* What one contract is priced from: the readings of its registers as usage, and the account's facts, in buffers that serve one
 * contract after another. */
#ifndef MBILL__GATHER_H
#define MBILL__GATHER_H

#include "store/inner.h"
#include "store/versions.h"

#define MBILL__FACT_NAME_MAX 64

/* The text of a fact; word is empty when it is a number. */
typedef struct mbill__fact_text {
    char name[MBILL__FACT_NAME_MAX + 1], word[MBILL__FACT_NAME_MAX + 1];
} mbill__fact_text;

typedef struct mbill__gather {
    mbill_store *store;
    mbill_reading *readings;
    mbill_interval *intervals;
    mbill_input *inputs;
    mbill_fact *facts;
    mbill__fact_text *texts;
    size_t cap_readings, cap_intervals, cap_inputs, cap_facts, cap_texts;
    size_t n_intervals, n_inputs, n_facts;
    int64_t n_used; /* readings and intervals taken for the contract */
} mbill__gather;

void mbill__gather_start(mbill__gather *gather, mbill_store *store);
void mbill__gather_end(mbill__gather *gather);

/* Fill out's span, inputs and facts; they live until the next call. Refusals name the meter or fact. */
mbill_status mbill__gather_contract(mbill__gather *gather, int64_t contract_no, int64_t account_no, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *out, mbill_error *err);

#endif
