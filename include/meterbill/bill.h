/* SPDX-License-Identifier: Apache-2.0 */
/** @file bill.h  A bill: lines that say quantity x rate = amount, and always add up to the total. */
#ifndef MBILL_BILL_H
#define MBILL_BILL_H

#include "meterbill/calendar.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a line was formed. */
typedef enum mbill_line_rule {
    MBILL_LINE_PLAIN = 1,         /**< quantity x rate */
    MBILL_LINE_PERIOD = 2,        /**< the quantity of one period at its rate */
    MBILL_LINE_GRADUATED = 3,     /**< the part of the quantity inside one tier */
    MBILL_LINE_WHOLE = 4,         /**< the whole quantity at the rate of the tier it reaches */
    MBILL_LINE_WHOLE_BEFORE = 5,  /**< taken back: what the span's earlier bills charged under the whole-quantity rule */
    MBILL_LINE_PROPORTIONAL = 6,  /**< a tier's part shared over the periods in proportion to their use */
    MBILL_LINE_CHRONOLOGICAL = 7, /**< a tier's part in the order of time */
    MBILL_LINE_MONEY = 8,         /**< a rate on other charges' amounts */
    MBILL_LINE_AT_LEAST = 9,      /**< the shortfall to a minimum */
    MBILL_LINE_AT_MOST = 10,      /**< the excess over a maximum, negative */
    MBILL_LINE_ROUNDING = 11      /**< closes the difference that rounding a charge or the bill makes */
} mbill_line_rule;

#define MBILL_LINE_ESTIMATED 0x1u   /**< rests on estimated or substituted readings */
#define MBILL_LINE_PRORATED 0x2u    /**< a reading was divided at a boundary in proportion to time */
#define MBILL_LINE_INCOMPLETE 0x4u  /**< part of the span has no readings */

/**
 * One line: amount = quantity x rate / divide_by, rounded as the tariff says. Stride is fixed for ever: 72 bytes.
 * Charge, period and tier are places in the tariff; mbill_labels has their names.
 */
typedef struct mbill_line {
    int32_t rule;           /**< mbill_line_rule */
    int32_t charge;         /**< from 0; -1: the whole bill */
    int32_t period;         /**< from 0; -1: none */
    int32_t tier;           /**< from 1; 0: none */
    int64_t from_utc_s;     /**< the part of the span it is for */
    int64_t to_utc_s;
    int64_t quantity_micro;
    int64_t rate_nano;      /**< currency per unit */
    int32_t divide_by;      /**< 1; or the days that a rate for a longer time is spread over, such as 30 or 365 */
    uint32_t flags;         /**< MBILL_LINE_* */
    int64_t amount_micro;   /**< shown amount: rounded by the line rule, else half_even at 10^-6 */
    int64_t reserved;       /**< 0 */
} mbill_line;

/** What stands above the lines. */
typedef struct mbill_bill {
    uint32_t struct_size;
    uint32_t flags;          /**< or of the lines' flags */
    int64_t from_utc_s, to_utc_s;
    int64_t total_micro;     /**< equals the sum of the lines, always */
} mbill_bill;

/** Names for a bill's numbers. All text belongs to the tariff and lives as long as it. */
typedef struct mbill_charge_label {
    const char *id;     /**< the charge */
    const char *title;  /**< NULL: none */
    const char *to;     /**< who receives it; NULL: not said */
    const char *unit;   /**< of the quantity */
    int64_t step_micro; /**< step its lines are rounded to; 0 = not rounded */
} mbill_charge_label;

typedef struct mbill_labels {
    uint32_t struct_size;
    uint32_t reserved;
    const char *tariff, *version, *currency;
    const char *hash;                    /**< BLAKE2b-256 of the canonical tariff, 64 hex digits */
    const mbill_zone *zone;              /**< zone of the tariff, for printing times */
    const mbill_charge_label *charges;
    size_t n_charges;
    const char *const *periods;          /**< names; of all calendars, in the tariff's order */
    size_t n_periods;
} mbill_labels;

/* [the meter/bill engineer writes the docs]
 * E_INTERNAL-free check that a caller (or a test) can make: lines add up to the total, each unrounded line is its product to half a micro-unit. */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_check(const mbill_bill *bill, const mbill_line *lines, size_t n_lines, mbill_error *err);

/* The bill as a JSON document of kind "bill": tariff, version, hash, currency, from, to, flags as words, lines (charge, title?, to?, period?, tier?,
 * from, to, quantity, unit, rate, divide_by?, amount, rule, flags?), charges (id, to?, amount: sums per charge), total. flags: MBILL_WRITE_INDENT. */
#define MBILL_WRITE_INDENT 0x1u
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_write(const mbill_bill *bill, const mbill_line *lines, size_t n_lines, const mbill_labels *labels,
    uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err);

/* "one sentence" of a line for people: "energy, peak, tier 2: 300 kWh x 0.5583 = 167.49" (into the caller's buffer). */
MBILL_API MBILL_NODISCARD mbill_status mbill_line_explain(const mbill_line *line, const mbill_labels *labels, char *out_text, size_t *inout_len, mbill_error *err);

/* The rule's word in documents ("graduated", "at_least", …); "unknown" for others. */
MBILL_API const char *mbill_line_rule_name(int32_t rule);

#ifdef __cplusplus
}
#endif
#endif
