/* SPDX-License-Identifier: Apache-2.0 */
/* The dated factors of a contract in the file: put by an accounts document, given to pricing. */
#ifndef MBILL__CONTRACT_FACTORS_H
#define MBILL__CONTRACT_FACTORS_H

#include "meterbill/contract.h"
#include "store/inner.h"

/* One row; *out_changes: 1, or 0 when it was there. E_EXISTS_DIFFERENT: another one begins on the same day. */
mbill_status mbill__contract_factor_put(mbill__db *db, const char *account, int64_t contract_no, const mbill_factor *factor,
    int64_t *out_changes, mbill_error *err);

/* A row with room for its texts. */
typedef struct mbill__kept_factor {
    mbill_factor factor;
    char name[72], unit[MBILL_CONVERTED_UNIT_MAX + 1], to[MBILL_CONVERTED_UNIT_MAX + 1], origin[MBILL_CONVERTED_ORIGIN_MAX + 1];
} mbill__kept_factor;

/* Those of one contract after another, in buffers that only grow. */
typedef struct mbill__contract_factors {
    mbill_store *store;
    mbill__kept_factor *kept;
    mbill_factor *factors;
    mbill_converted *converted; /* what a bill shows of them */
    size_t cap_kept, cap_factors, cap_converted, n;
} mbill__contract_factors;

void mbill__contract_factors_start(mbill__contract_factors *factors, mbill_store *store);
void mbill__contract_factors_end(mbill__contract_factors *factors);

/* All of the contract; they live until the next call. */
mbill_status mbill__contract_factors_load(mbill__contract_factors *factors, int64_t contract_no, mbill_error *err);

/* Those that were loaded, into a request. */
void mbill__contract_factors_give(const mbill__contract_factors *factors, mbill_price_request *out);

/* What the bill shows of the conversions; it lives until the next call. */
mbill_status mbill__contract_factors_show(mbill__contract_factors *factors, const mbill_tariff *tariff,
    const mbill_price_request *request, mbill_bill *out, mbill_error *err);

#endif
