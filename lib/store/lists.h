/* SPDX-License-Identifier: Apache-2.0 */
/* What the bills of all accounts share: lists of days, lists of instants and price series, as pricing takes them. */
#ifndef MBILL__LISTS_H
#define MBILL__LISTS_H

#include "meterbill/tariff.h"
#include "store/inner.h"
#include "store/versions.h"

/* The kinds of mbill_list rows. */
enum { MBILL__LIST_DAYS = 1, MBILL__LIST_INSTANTS = 2, MBILL__LIST_PRICES = 3 };

typedef struct mbill__lists {
    mbill__arena arena;
    mbill_day_list *days;
    mbill_instant_list *instants;
    mbill_price_series *series; /* the steps of the span alone */
    size_t n_days, n_instants, n_series;
} mbill__lists;

void mbill__lists_start(mbill__lists *lists, mbill_store *store);
void mbill__lists_end(mbill__lists *lists);

/* All lists, and the prices that a bill inside the span can need. */
mbill_status mbill__lists_load(mbill__lists *lists, mbill_store *store, const mbill__span_asked *asked, mbill_error *err);

/* Into a request; they live as long as the lists. */
void mbill__lists_give(const mbill__lists *lists, mbill_price_request *out);

#endif
