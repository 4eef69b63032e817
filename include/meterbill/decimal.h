/* SPDX-License-Identifier: Apache-2.0 */
/** @file decimal.h  Decimals as scaled integers: parse, print, round, multiply and add without a float on the way. */
#ifndef MBILL_DECIMAL_H
#define MBILL_DECIMAL_H

#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_SCALE_MICRO 6 /**< decimal places of amounts and quantities (10^-6) */
#define MBILL_SCALE_NANO 9  /**< decimal places of rates (10^-9) */

/** Largest rounding step in micro-units: 10,000 units of the currency. */
#define MBILL_STEP_MAX_MICRO INT64_C(10000000000)

/** The six rounding rules; house names as in documents: half_up (away from zero), half_even, down (toward zero), up (away from zero), floor, ceiling. */
typedef enum mbill_round_how {
    MBILL_ROUND_HALF_UP = 1,
    MBILL_ROUND_HALF_EVEN = 2,
    MBILL_ROUND_DOWN = 3,
    MBILL_ROUND_UP = 4,
    MBILL_ROUND_FLOOR = 5,
    MBILL_ROUND_CEILING = 6
} mbill_round_how;

/** A sum that cannot wrap: 128 bits, two's complement, high word first. Zero it to start. Plain data. */
typedef struct mbill_sum {
    int64_t high;
    uint64_t low;
} mbill_sum;

/* [the number engineer writes the full doc comments] */
/* text[0..len): optional '-', digits, optional '.' + digits ("0.5", "-12", "7.50"); no '+', no spaces, no exponent, no empty part, no
 * leading zeros except a single 0. More places than scale with non-zero digits: E_DIGITS; trailing zeros past the scale are also
 * E_DIGITS? no: accepted ("0.5000000000" at scale 6 is 0.5). Out of int64: E_OVERFLOW. scale 0..9. */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_parse(const char *text, size_t len, int32_t scale, int64_t *out_value, mbill_error *err);

/* Shortest exact text: no trailing zeros, no "-0", never an exponent ("0.1", "700", "-3.2"). inout_len: room incl. NUL -> length needed incl. NUL. */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_print(int64_t value, int32_t scale, char *out_text, size_t *inout_len, mbill_error *err);

/* The same with at least min_places places ("7.50"). */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_print_places(int64_t value, int32_t scale, int32_t min_places, char *out_text, size_t *inout_len, mbill_error *err);

/* value to a multiple of step (both micro). */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_round(int64_t value_micro, int64_t step_micro, mbill_round_how how, int64_t *out_micro, mbill_error *err);

/* amount = quantity x rate, rounded once to step. */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro, mbill_round_how how, int64_t *out_amount_micro, mbill_error *err);

/* value x numerator / denominator rounded once to a whole micro-unit: percentages (5.5 % = 55/1000), shares, CT x PT. denominator > 0. */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator, mbill_round_how how, int64_t *out_micro, mbill_error *err);

/* Add n values into sum: never wraps for fewer than 2^64 addends. */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_add(mbill_sum *sum, const int64_t *values, size_t n_values, mbill_error *err);
/* The sum as int64: E_OVERFLOW if it does not fit. */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_value(const mbill_sum *sum, int64_t *out_value, mbill_error *err);
/* Exact decimal text of the sum at a scale, even beyond int64. */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_print(const mbill_sum *sum, int32_t scale, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
