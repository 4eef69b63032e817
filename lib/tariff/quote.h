/* SPDX-License-Identifier: Apache-2.0 */
/* The price of a quantity, asked again and again: the one arithmetic of buying is that of bills. */
#ifndef MBILL__QUOTE_H
#define MBILL__QUOTE_H

#include "tariff/tariff.h"

/* The same tariff, instant, facts and position each time, and another quantity. */
typedef struct mbill__asking {
    const mbill_tariff *tariff;
    const mbill_price_request *request; /* without inputs */
    const mbill_position *before;
    mbill_line *lines; /* of the last answer */
    size_t cap_lines, n_lines;
    mbill_bill bill;
    uint32_t n_prices; /* asked so far */
} mbill__asking;

/* What so many units come to. */
typedef struct mbill__quote {
    int64_t quantity_micro, price_micro;
    uint64_t shape; /* alike while the lines differ in their quantities alone */
    bool beyond;    /* more money than can be counted; price_micro is INT64_MAX */
} mbill__quote;

/* A number strictly between two that are more than 1 apart (low >= 0): halfway; or, where the one is many times the other, halfway between
 * their lengths in digits, as most bounds are small beside the largest purchase. */
int64_t mbill__between(int64_t low, int64_t high);

/* out_after: NULL, or the position after that quantity. */
mbill_status mbill__ask(mbill__asking *asking, int64_t quantity_micro, mbill__quote *out, mbill_position *out_after,
    mbill_error *err);

#endif
