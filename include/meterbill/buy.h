/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file buy.h  Money to quantity: what a prepayment buys, exactly as the bill of that purchase would be priced.
 *
 * @code
 * mbill_price_request at = {.struct_size = sizeof at, .flags = MBILL_PRICE_PURCHASE, .from_utc_s = now, .to_utc_s = now + 1};
 * mbill_purchase purchase = {.struct_size = sizeof purchase};
 * mbill_bill bill = {.struct_size = sizeof bill};
 * mbill_line lines[16];
 * size_t n_lines;
 * if (mbill_tariff_buy(tariff, &at, position, 398 * 1000000, lines, 16, &n_lines, &bill, &purchase, position, &err) == MBILL_OK)
 *     … purchase.quantity_micro … bill.total_micro …
 * @endcode
 */
#ifndef MBILL_BUY_H
#define MBILL_BUY_H

#include "meterbill/tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What money bought. */
typedef struct mbill_purchase {
    uint32_t struct_size;   /**< sizeof(mbill_purchase) where the caller was compiled */
    uint32_t n_prices;      /**< how many quantities were priced to find this one */
    int64_t quantity_micro; /**< a multiple of the tariff's "step"; 0 when the money pays the fixed charges and not one step */
    int64_t change_micro;   /**< money less the bill's total; below 0 only where the tariff rounds "half_up" */
} mbill_purchase;

/**
 * Find the quantity that money buys, and make the bill of exactly that quantity.
 *
 * The tariff's "buy" says in which steps. Rounding "down", the quantity is the largest whose price the money covers: price(quantity) <=
 * money < price(quantity + step). Rounding "half_up", the quantity at which the money is spent lies within half a step:
 * price(quantity - step / 2) <= money <= price(quantity + step / 2). The price is that of mbill_tariff_price(), with all taxes, fixed parts, fees and roundings: every candidate is priced by it, so there is no second
 * arithmetic. Money says one quantity only where more units never cost less. The prices on both sides of every place where the bill
 * changes its lines are compared, up to 10^9 units, and a price that falls there by more than all the roundings of the bill is refused.
 *
 * What is bought counts in the ladders of @p out_after as use does in those of a bill. The call changes nothing by itself: the same
 * position, instant and money give the same purchase again.
 *
 * @param tariff             not NULL; only read; it must have "buy"
 * @param request            not NULL; without inputs. With #MBILL_PRICE_PURCHASE and a span of one second: a purchase at that instant, at
 *                           the price of its period. Without: what the money pays in a billing span, for tariffs without periods
 * @param before             position before; NULL = nothing bought yet
 * @param money_micro        more than 0
 * @param out_lines          filled from 0, and written to while the quantity is sought; may be NULL if @p cap_lines is 0. Its contents mean
 *                           nothing after a failure
 * @param cap_lines          room in @p out_lines; mbill_tariff_lines_max() of the span is always enough
 * @param[out] out_n_lines   lines of the purchase; untouched on failure
 * @param[in,out] out_bill   the bill of the purchase; struct_size set by the caller; untouched on failure
 * @param[in,out] out_purchase  struct_size set by the caller; untouched on failure
 * @param[out] out_after     mbill_position_size() bytes, may be @p before, may be NULL; untouched on failure
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  the tariff does not say how it is bought
 * @retval MBILL_E_RANGE      money of 0 or less, or less than what is due without any quantity; a price that does not depend on the quantity;
 *                            more than 10^9 units
 * @retval MBILL_E_AMBIGUOUS  a price that falls while the quantity rises
 * @retval MBILL_E_INVALID    the request has inputs of its own
 * @retval MBILL_E_ROOM       @p cap_lines is too small; *@p out_n_lines is the room needed
 * @retval MBILL_E_NOT_KNOWN, MBILL_E_BOUNDARY, MBILL_E_POSITION, MBILL_E_UNCOVERED, MBILL_E_OVERFLOW, MBILL_E_UNKNOWN_OPTION
 *                            as mbill_tariff_price()
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or a struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff. Nothing global is read or written.
 * @par Cost
 * O(log(quantity / step)) prices to find the quantity, and as many for each place up to 10^9 units where the bill changes its lines; no
 * allocation; about 26 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_buy(const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, int64_t money_micro, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines,
    mbill_bill *out_bill, mbill_purchase *out_purchase, mbill_position *out_after, mbill_error *err);

/**
 * The step that quantities are bought in, in 10^-6 of the register's unit; 0 when the tariff (or NULL) does not say how it is bought.
 * Any thread.
 * @param tariff  may be NULL
 * @return 10^-6 of the unit, or 0
 * @since 0.1
 */
MBILL_API int64_t mbill_tariff_buy_step(const mbill_tariff *tariff);

/** What an account is expected to use from now on. */
typedef struct mbill_recent_use {
    uint32_t struct_size;  /**< sizeof(mbill_recent_use) where the caller was compiled */
    uint32_t reserved;     /**< 0 */
    int64_t per_day_micro; /**< used evenly over each 24 hours, in 10^-6 of the register's unit; 0 or more */
    const mbill_interval *intervals; /**< NULL; or recent use in place of the mean, without gaps: a number of whole days that is repeated */
    size_t n_intervals;    /**< how many; 0 when the mean is meant */
} mbill_recent_use;

#define MBILL_DAYS_LEFT_NEVER 0x1u    /**< nothing is charged: the money does not run out */
#define MBILL_DAYS_LEFT_AT_LEAST 0x2u /**< the money outlasts the tariff's version, or #MBILL_DAYS_LEFT_MAX days */
#define MBILL_DAYS_LEFT_MAX 3660      /**< days that are looked ahead */

/** How long money lasts. */
typedef struct mbill_days_left {
    uint32_t struct_size;   /**< sizeof(mbill_days_left) where the caller was compiled */
    uint32_t flags;         /**< MBILL_DAYS_LEFT_* */
    int64_t days;           /**< whole days of 24 hours, 0 or more; with #MBILL_DAYS_LEFT_NEVER the days looked ahead */
    int64_t runs_out_utc_s; /**< when the money runs out; INT64_MAX with either flag */
} mbill_days_left;

/**
 * How many days a balance lasts at recent use.
 *
 * Every civil day ahead is priced as a bill of its own, with the position carried from day to day, so that higher tiers, periods, seasons, fixed
 * charges and a month that begins anew all count. On the day that cannot be paid in full, the quarter of an hour is found in which the
 * money runs out, and inside it money is taken as spent evenly (over the whole day where a charge counts days, which no part of a day can
 * be billed with). A charge that no single day can be billed with is refused with the words of mbill_tariff_price().
 *
 * @param tariff          not NULL; with one register
 * @param request         not NULL; from_utc_s is now, to_utc_s is not looked at; without inputs; facts and lists as for a bill
 * @param before          position now; NULL = nothing used yet
 * @param balance_micro   the money; 0 or less lasts no time
 * @param use             not NULL
 * @param out_lines       room for the lines of a day while they are priced; means nothing after the call
 * @param cap_lines       room in @p out_lines; mbill_tariff_lines_max() of two days is always enough
 * @param[in,out] out     struct_size set by the caller; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_AMBIGUOUS  the tariff has more than one register
 * @retval MBILL_E_INVALID    no register; inputs in the request; a ladder that counts purchases; recent use that is no number of whole days
 * @retval MBILL_E_RANGE      a negative use
 * @retval MBILL_E_ROOM       @p cap_lines is too small
 * @retval MBILL_E_NOT_KNOWN, MBILL_E_BOUNDARY, MBILL_E_POSITION, MBILL_E_UNCOVERED, MBILL_E_OVERFLOW, MBILL_E_UNKNOWN_OPTION,
 *         MBILL_E_ORDER, MBILL_E_OVERLAP, MBILL_E_GAP  as mbill_tariff_price()
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or a struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff. Nothing global is read or written.
 * @par Cost
 * One price a day and some eight more; no allocation; about 40 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_days_left(const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, int64_t balance_micro, const mbill_recent_use *use, mbill_line *out_lines, size_t cap_lines,
    mbill_days_left *out, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
