/* SPDX-License-Identifier: Apache-2.0 */
/** @file change.h  One bill over a span in which prices or facts change: each part is priced by the version that is valid in it. */
#ifndef MBILL_CHANGE_H
#define MBILL_CHANGE_H

#include "meterbill/bill.h"
#include "meterbill/tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How the use of a span becomes that of its parts. */
typedef enum mbill_change_split {
    MBILL_CHANGE_DAYS = 1,    /**< in proportion to days, each part's quantity rounded; the last part takes the rest */
    MBILL_CHANGE_READINGS = 2 /**< by readings: they end at the change, or the tariff's input divides them by time */
} mbill_change_split;

/** The rule of a contract for changes inside a billing span. */
typedef struct mbill_change_rule {
    uint32_t struct_size; /**< sizeof(mbill_change_rule) where the caller was compiled */
    int32_t split;        /**< mbill_change_split; never implied */
    int64_t step_micro;   /**< with #MBILL_CHANGE_DAYS: quantities are rounded to this, such as 1,000,000 for whole kWh; else 0 */
    int32_t how;          /**< with #MBILL_CHANGE_DAYS: mbill_round_how; else 0 */
    uint32_t reserved;    /**< 0 */
} mbill_change_rule;

/** A part of the billing span, up to the next part's start. Stride is fixed for ever. */
typedef struct mbill_change_part {
    const mbill_tariff *tariff; /**< the version that is valid in all of it */
    int64_t from_utc_s;         /**< where it begins; of the first part: where the span does */
    const mbill_fact *facts;    /**< the facts that hold in it; NULL: those of the request */
    size_t n_facts;             /**< how many `facts` */
} mbill_change_part;

/** More parts than this, or more quantities in the request of a bill that is divided by days, are refused. */
#define MBILL_CHANGE_MAX 128

/**
 * Price one account's usage over a billing span in which the tariff or facts change, as one bill.
 *
 * Every part is priced as a bill of its own by its version and facts: its days and months, ladders scaled to its days, its lines with its times,
 * rounded as the version says. The position goes from part to part, ladders being found by the charge's id, so that a ladder over a month or year
 * is climbed on. What a part cannot hold without a rule is refused: an amount for the bill, a ladder over the bill that is not scaled
 * by days, a peak, days before or from a day, a condition or a looked-up rate on the bill's use; by readings also a power factor, a quotient and a difference over the
 * bill.
 *
 * @param parts             rising in time, the first at the request's start; several versions of one tariff, in one currency
 * @param n_parts           1 to #MBILL_CHANGE_MAX; one part is an ordinary bill
 * @param rule              not NULL
 * @param request           the whole span, its usage and facts, as for mbill_tariff_price(); no part bill and no purchase
 * @param before            position of the first part's tariff; NULL = nothing used yet
 * @param out_lines         filled from 0, part after part; a line's charge and period are places in its part's labels
 * @param cap_lines         room in @p out_lines
 * @param[out] out_n_lines  lines made; with #MBILL_E_ROOM: so many are enough; untouched on other failures
 * @param[out] out_segments @p n_parts entries for mbill_bill_write_segments(); contents mean nothing after a failure
 * @param[in,out] out_bill  struct_size set by the caller; untouched on failure
 * @param[out] out_after    mbill_position_size() bytes of the last part's tariff, may be @p before, may be NULL; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       @p cap_lines is too small
 * @retval MBILL_E_ORDER      parts that do not rise in time, or do not begin with the span
 * @retval MBILL_E_BOUNDARY   divided by days: a change that is not at midnight, readings across the span's ends; by readings: a reading across
 *                            the change that the tariff does not divide
 * @retval MBILL_E_AMBIGUOUS  a charge that needs a rule for a part of a bill and has none
 * @retval MBILL_E_NOT_KNOWN  by readings: a register is a total; by days: a charge needs times
 * @retval MBILL_E_RANGE      divided by days: rounding gives the parts before the last more than there is; expected a finer step
 * @retval MBILL_E_POSITION   a version has no place for what the one before it remembers
 * @retval MBILL_E_INVALID    parts of different tariffs or currencies; a rule that cannot be; a part bill or purchase
 * @retval MBILL_E_LIMIT      more than #MBILL_CHANGE_MAX parts or quantities
 * @retval MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION, MBILL_E_OVERFLOW and all others of mbill_tariff_price()
 * @par Thread safety
 * Any number of threads may share the tariffs. Nothing global is read or written.
 * @par Cost
 * That of pricing every part; no allocation; about 45 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_change_price(const mbill_change_part *parts, size_t n_parts,
    const mbill_change_rule *rule, const mbill_price_request *request, const mbill_position *before, mbill_line *out_lines,
    size_t cap_lines, size_t *out_n_lines, mbill_bill_segment *out_segments, mbill_bill *out_bill, mbill_position *out_after,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
