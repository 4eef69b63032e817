/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of one contract's bill: which version of the tariff and which facts hold from when on, in buffers that serve one contract
 * after another. */
#ifndef MBILL__PARTS_H
#define MBILL__PARTS_H

#include "meterbill/change.h"
#include "store/versions.h"

#define MBILL__FACT_NAME_MAX 64

/* A fact of the account from a day on; word is empty when it is a number. */
typedef struct mbill__dated {
    char name[MBILL__FACT_NAME_MAX + 1], word[MBILL__FACT_NAME_MAX + 1];
    int32_t from_day;
    int64_t value_micro;
} mbill__dated;

typedef struct mbill__parts {
    mbill_store *store;
    mbill__dated *dated; /* what the versions need, by name and day */
    mbill_change_part *parts;
    mbill_fact *facts; /* part after part */
    size_t cap_dated, cap_parts, cap_facts;
    size_t n_dated, n_parts;
} mbill__parts;

void mbill__parts_start(mbill__parts *parts, mbill_store *store);
void mbill__parts_end(mbill__parts *parts);

/* The parts of the span; they live until the next call. may_change: a fact may begin inside, else MBILL_E_UNCOVERED names it. */
mbill_status mbill__parts_make(mbill__parts *parts, int64_t account_no, const mbill__chosen *chosen, bool may_change,
    mbill_error *err);

#endif
