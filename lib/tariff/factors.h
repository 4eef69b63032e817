/* SPDX-License-Identifier: Apache-2.0 */
/* Dated factors that convert a register's use. All that hold in a bill are brought over one denominator, so that uses of several stretches are
 * weighed with whole numbers, summed exactly and rounded once. */
#ifndef MBILL__FACTORS_H
#define MBILL__FACTORS_H

#include "number/ratio.h"
#include "tariff/tariff.h"

/* Those of one register that hold in the request's span. */
typedef struct mbill__factored {
    const mbill_price_request *request;
    const mbill_zone *zone;
    const char *name; /* of the register */
    size_t first;     /* which of the request's holds at the span's beginning */
    size_t n;         /* how many hold in the span; 0: the register is not converted */
    int64_t common;   /* the denominator of them all */
} mbill__factored;

/* Where one is among them. */
typedef struct mbill__factor_at {
    const mbill__factored *of; /* NULL: everything weighs 1 */
    size_t at;
    int64_t end_utc_s;
    int64_t weight; /* a unit of the register is worth weight / common */
} mbill__factor_at;

/* The request's factors: of registers that the tariff wants converted, to its unit, each register's rising in time. */
mbill_status mbill__factors_check(const mbill_tariff *tariff, const mbill_factor *factors, size_t n, mbill_error *err);

/* E_NOT_KNOWN: none holds at the span's beginning; E_OVERFLOW: they have no common denominator of 64 bits. */
mbill_status mbill__factored_start(mbill__factored *out, const mbill_tariff *tariff, const mbill_price_request *request,
    int32_t input, mbill_error *err);

/* The first; factored stays where it is, and n is not 0. */
mbill_status mbill__factor_begin(mbill__factor_at *out, const mbill__factored *factored, mbill_error *err);

/* To the one that holds at an instant, which is not before the last one. */
mbill_status mbill__factor_move(mbill__factor_at *at, int64_t utc_s, mbill_error *err);

#endif
