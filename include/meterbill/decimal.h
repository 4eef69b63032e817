/* SPDX-License-Identifier: Apache-2.0 */
/** @file decimal.h  Decimals as scaled integers: parse, print, round, multiply and add without a float on the way. */
#ifndef MBILL_DECIMAL_H
#define MBILL_DECIMAL_H

#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_SCALE_MICRO 6 /**< decimal places of amounts and quantities (10^-6) */
#define MBILL_SCALE_NANO 9  /**< decimal places of rates (10^-9) */

/** Largest rounding step in micro-units: 10,000 units of the currency. */
#define MBILL_STEP_MAX_MICRO INT64_C(10000000000)

/** Room for any text of mbill_decimal_print() and mbill_decimal_print_places(), with the NUL. */
#define MBILL_DECIMAL_TEXT_MAX 32

/** Room for any text of mbill_sum_print(), with the NUL. */
#define MBILL_SUM_TEXT_MAX 48

/**
 * The six rounding rules. In documents they go by the names in quotes; 0 is not a rule.
 *
 * | value to whole units | half_up | half_even | down | up | floor | ceiling |
 * |---|---|---|---|---|---|---|
 * | 2.5 | 3 | 2 | 2 | 3 | 2 | 3 |
 * | 3.5 | 4 | 4 | 3 | 4 | 3 | 4 |
 * | 2.1 | 2 | 2 | 2 | 3 | 2 | 3 |
 * | -2.5 | -3 | -2 | -2 | -3 | -3 | -2 |
 * | -2.9 | -3 | -3 | -2 | -3 | -3 | -2 |
 * @since 0.1
 */
typedef enum mbill_round_how {
    MBILL_ROUND_HALF_UP = 1,   /**< "half_up": to the nearest, a half away from zero */
    MBILL_ROUND_HALF_EVEN = 2, /**< "half_even": to the nearest, a half to the even neighbour */
    MBILL_ROUND_DOWN = 3,      /**< "down": toward zero */
    MBILL_ROUND_UP = 4,        /**< "up": away from zero */
    MBILL_ROUND_FLOOR = 5,     /**< "floor": toward minus infinity */
    MBILL_ROUND_CEILING = 6    /**< "ceiling": toward plus infinity */
} mbill_round_how;

/**
 * A sum that cannot wrap: 128 bits, two's complement, high word first. Plain data: zero it to start, copy and keep it freely.
 * @since 0.1
 */
typedef struct mbill_sum {
    int64_t high; /**< upper 64 bits, with the sign */
    uint64_t low; /**< lower 64 bits */
} mbill_sum;

/**
 * Read decimal text into a scaled integer: "7.5" at scale 6 is 7500000.
 *
 * The text is an optional '-', digits without leading zeros, and optionally a '.' with digits behind it. There is no '+', space,
 * exponent, grouping or bare point, in any locale. Zeros past the scale are accepted ("0.5000000000" at scale 6); a digit there
 * that is not 0 is refused, because rounding it would be a decision that nobody made.
 *
 * @code
 * int64_t quantity_micro;
 * mbill_status status = mbill_decimal_parse("1234.5", 6, MBILL_SCALE_MICRO, &quantity_micro, NULL); // 1234500000
 * @endcode
 *
 * @param text             not NULL; @p len bytes, no NUL needed
 * @param len              bytes of @p text
 * @param scale            decimal places of the result, 0 to 9 (#MBILL_SCALE_MICRO, #MBILL_SCALE_NANO)
 * @param[out] out_value   not NULL; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NUMBER   the text is not of this form
 * @retval MBILL_E_DIGITS   more than @p scale places, and not all zeros past it
 * @retval MBILL_E_OVERFLOW the value does not fit int64_t at this scale
 * @retval MBILL_E_RANGE    @p scale is not 0 to 9
 * @retval MBILL_E_MISUSE   @p text or @p out_value is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(len); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_parse(const char *text, size_t len, int32_t scale, int64_t *out_value,
    mbill_error *err);

/**
 * Write a scaled integer as the shortest exact text: "0.1", "700", "-3.2".
 *
 * No trailing zeros, no "-0", never an exponent. mbill_decimal_parse() gives the same value back.
 *
 * @param value             any
 * @param scale             decimal places that @p value holds, 0 to 9
 * @param[out] out_text     @p inout_len bytes, NUL-terminated; NULL asks for the size; untouched on failure.
 *                          #MBILL_DECIMAL_TEXT_MAX bytes are always enough
 * @param[in,out] inout_len not NULL; room in @p out_text, becomes the bytes needed, both with the NUL, also on #MBILL_E_ROOM
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small
 * @retval MBILL_E_RANGE    @p scale is not 0 to 9
 * @retval MBILL_E_MISUSE   @p inout_len is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(digits); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_print(int64_t value, int32_t scale, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * mbill_decimal_print() with at least @p min_places decimal places: "7.50", as money is shown.
 *
 * Places beyond are printed when they are not 0: nothing is ever rounded here.
 *
 * @param value             any
 * @param scale             decimal places that @p value holds, 0 to 9
 * @param min_places        0 to 9; may be above @p scale
 * @param[out] out_text     as for mbill_decimal_print()
 * @param[in,out] inout_len as for mbill_decimal_print()
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small
 * @retval MBILL_E_RANGE    @p scale or @p min_places is not 0 to 9
 * @retval MBILL_E_MISUSE   @p inout_len is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(digits); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_print_places(int64_t value, int32_t scale, int32_t min_places,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * Round a value to a multiple of a step. Rounding twice changes nothing.
 *
 * @param value_micro    any
 * @param step_micro     1 to #MBILL_STEP_MAX_MICRO: 10000 rounds to 0.01, 1000000 to 1, 10000000 to 10
 * @param how            one of the six rules
 * @param[out] out_micro not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    @p step_micro is outside its range
 * @retval MBILL_E_INVALID  @p how is not a rule
 * @retval MBILL_E_OVERFLOW the multiple does not fit int64_t
 * @retval MBILL_E_MISUSE   @p out_micro is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_round(int64_t value_micro, int64_t step_micro, mbill_round_how how,
    int64_t *out_micro, mbill_error *err);

/**
 * amount = quantity x rate, formed exactly in 128 bits and rounded once to a multiple of a step.
 *
 * @code
 * int64_t amount_micro; // 123.4 kWh at 0.5469 a kWh to the cent: 67.49
 * mbill_status status = mbill_decimal_multiply(123400000, 546900000, 10000, MBILL_ROUND_HALF_UP, &amount_micro, NULL);
 * @endcode
 *
 * @param quantity_micro        any; 10^-6 of the unit
 * @param rate_nano             any; 10^-9 of the currency for one unit
 * @param step_micro            1 to #MBILL_STEP_MAX_MICRO; 1 keeps whole micro-units
 * @param how                   one of the six rules
 * @param[out] out_amount_micro not NULL; 10^-6 of the currency; untouched on failure
 * @param[out] err              NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    @p step_micro is outside its range
 * @retval MBILL_E_INVALID  @p how is not a rule
 * @retval MBILL_E_OVERFLOW the amount does not fit int64_t
 * @retval MBILL_E_MISUSE   @p out_amount_micro is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro,
    mbill_round_how how, int64_t *out_amount_micro, mbill_error *err);

/**
 * value x numerator / denominator, rounded once to a whole micro-unit: percentages (5.5 % is 55/1000), shares, meter ratios.
 *
 * @param value_micro    any
 * @param numerator      any
 * @param denominator    above 0
 * @param how            one of the six rules
 * @param[out] out_micro not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    @p denominator is 0 or below
 * @retval MBILL_E_INVALID  @p how is not a rule
 * @retval MBILL_E_OVERFLOW the result does not fit int64_t
 * @retval MBILL_E_MISUSE   @p out_micro is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator,
    mbill_round_how how, int64_t *out_micro, mbill_error *err);

/**
 * Add values to a sum: all of them or, on failure, none. Fewer than 2^64 values added to a zero sum never overflow it.
 *
 * @param[in,out] sum  not NULL; untouched on failure
 * @param values       @p n_values of any value, each read once; may be NULL if @p n_values is 0
 * @param n_values     number of @p values
 * @param[out] err     NULL, or filled on failure: index = the value that no longer fits
 * @retval MBILL_OK
 * @retval MBILL_E_OVERFLOW the sum would leave 128 bits
 * @retval MBILL_E_MISUSE   @p sum is NULL, or @p values is and @p n_values is not 0
 * @par Thread safety
 * A sum belongs to one thread at a time. Nothing global is read or written.
 * @par Cost
 * O(n_values); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_add(mbill_sum *sum, const int64_t *values, size_t n_values, mbill_error *err);

/**
 * The sum as one word.
 *
 * @param sum            not NULL; only read
 * @param[out] out_value not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_OVERFLOW the sum does not fit int64_t; mbill_sum_print() still shows it
 * @retval MBILL_E_MISUSE   @p sum or @p out_value is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_value(const mbill_sum *sum, int64_t *out_value, mbill_error *err);

/**
 * Exact decimal text of the sum, of all its 128 bits, in the form of mbill_decimal_print().
 *
 * @param sum               not NULL; only read
 * @param scale             decimal places that the added values hold, 0 to 9
 * @param[out] out_text     as for mbill_decimal_print(); #MBILL_SUM_TEXT_MAX bytes are always enough
 * @param[in,out] inout_len as for mbill_decimal_print()
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small
 * @retval MBILL_E_RANGE    @p scale is not 0 to 9
 * @retval MBILL_E_MISUSE   @p sum or @p inout_len is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(digits); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sum_print(const mbill_sum *sum, int32_t scale, char *out_text, size_t *inout_len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
