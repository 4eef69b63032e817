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
    MBILL_LINE_PLAIN = 1,           /**< quantity x rate */
    MBILL_LINE_PERIOD = 2,          /**< the quantity of one period at its rate */
    MBILL_LINE_GRADUATED = 3,       /**< the part of the quantity inside one tier */
    MBILL_LINE_WHOLE = 4,           /**< the whole quantity at the rate of the tier it reaches */
    MBILL_LINE_WHOLE_BEFORE = 5,    /**< taken back: what the span's earlier bills charged under the whole-quantity rule */
    MBILL_LINE_PROPORTIONAL = 6,    /**< a tier's part shared over the periods in proportion to their use */
    MBILL_LINE_CHRONOLOGICAL = 7,   /**< a tier's part in the order of time */
    MBILL_LINE_MONEY = 8,           /**< a rate on other charges' amounts */
    MBILL_LINE_AT_LEAST = 9,        /**< the shortfall to a minimum */
    MBILL_LINE_AT_MOST = 10,        /**< the excess over a maximum, negative */
    MBILL_LINE_ROUNDING = 11,       /**< closes the difference that rounding a charge or the bill makes */
    MBILL_LINE_FEE = 12,            /**< the fee of a tier */
    MBILL_LINE_CHARGED_BEFORE = 13, /**< what earlier parts of the billing span came to, taken off */
    MBILL_LINE_SERIES = 14,         /**< what was used while a price of a series held */
    MBILL_LINE_CREDIT = 15, /**< kept for later bills (quantity above 0) or taken from what was kept (below 0); a kept quantity
                                         costs nothing (rate 0), kept money is at rate 1 */
    MBILL_LINE_SETTLED = 16 /**< what was kept ends, a quantity below 0: paid at the rate, or lost at rate 0 */
} mbill_line_rule;

#define MBILL_LINE_ESTIMATED 0x1u   /**< rests on estimated or substituted readings */
#define MBILL_LINE_PRORATED 0x2u    /**< a reading was divided at a boundary in proportion to time */
#define MBILL_LINE_INCOMPLETE 0x4u  /**< part of the span has no readings */
#define MBILL_LINE_PROVISIONAL 0x8u /**< of a part of the billing span: what it comes to so far */
#define MBILL_LINE_CORRECTION 0x10u /**< what a bill priced again comes to less what it came to before */

/**
 * One line: amount = quantity x rate / divide_by, rounded as the tariff says. Stride is fixed for ever: 72 bytes.
 * Charge, period and tier are places in the tariff; mbill_labels has their names.
 */
typedef struct mbill_line {
    int32_t rule;           /**< mbill_line_rule */
    int32_t charge;         /**< from 0; -1: the whole bill */
    int32_t period;         /**< from 0; -1: none */
    int32_t tier;           /**< from 1; 0: none */
    int64_t from_utc_s;     /**< where the part of the span begins that it is for, UTC seconds */
    int64_t to_utc_s;       /**< where that part ends, not included */
    int64_t quantity_micro; /**< in 10^-6 of the charge's unit (mbill_charge_label); may be below 0 */
    int64_t rate_nano;      /**< currency per unit */
    int32_t divide_by;      /**< 1; or the days that a rate for a longer time is spread over, such as 30 or 365 */
    uint32_t flags;         /**< MBILL_LINE_* */
    int64_t amount_micro;   /**< shown amount: a multiple of the step, or half_even at 10^-6 when there is none */
    int64_t step_micro;     /**< the step that the tariff rounds the line to; 0: it is not rounded */
} mbill_line;

/**
 * How a register's use became a quantity in the unit of the tariff while one factor held: quantity = measured x numerator / denominator. All text is
 * NUL-terminated. Stride is fixed for ever: 440 bytes.
 */
typedef struct mbill_converted {
    int64_t from_utc_s;     /**< where the factor begins to hold inside the span, UTC seconds */
    int64_t to_utc_s;       /**< where it ends, not included */
    int64_t measured_micro; /**< what the register counted meanwhile, in 10^-6 of @p measured_unit */
    int64_t numerator;      /**< of the factor in lowest terms; above 0 */
    int64_t denominator;    /**< of the factor; above 0 */
    int64_t quantity_micro; /**< in 10^-6 of @p unit, rounded half_even; what is billed is the exact sum */
    char name[72];          /**< the register */
    char measured_unit[32]; /**< what the register counts, such as m3 */
    char unit[32];          /**< what the tariff prices, such as kWh */
    char origin[256];       /**< where the factor comes from; "": not said */
} mbill_converted;

/** What stands above the lines. */
typedef struct mbill_bill {
    uint32_t struct_size;             /**< sizeof(mbill_bill), set by the caller before the call */
    uint32_t flags;                   /**< or of the lines' flags */
    int64_t from_utc_s;               /**< where the billing span begins, UTC seconds */
    int64_t to_utc_s;                 /**< where it ends, not included */
    int64_t total_micro;              /**< in 10^-6 of the currency; equals the sum of the lines, always */
    const mbill_converted *converted; /**< the caller's, such as by mbill_tariff_converted(); pricing and reading leave none */
    size_t n_converted;               /**< how many; 0: none are printed */
} mbill_bill;

/** Names for a bill's numbers. All text belongs to the tariff and lives as long as it. */
typedef struct mbill_charge_label {
    const char *id;    /**< the charge */
    const char *title; /**< NULL: none */
    const char *to;    /**< who receives it; NULL: not said */
    const char *unit;  /**< of the quantity */
    const char
        *converted; /**< NULL; or what the quantity was counted in and the exact factor that converted it: "kWh x 9/2500" */
} mbill_charge_label;

/** What mbill_tariff_labels() gives; all names NUL-terminated UTF-8. */
typedef struct mbill_labels {
    uint32_t struct_size;              /**< sizeof(mbill_labels) where the caller was compiled */
    uint32_t reserved;                 /**< 0 */
    const char *tariff;                /**< id of the tariff */
    const char *version;               /**< which of its versions */
    const char *currency;              /**< code of the currency, such as CNY */
    const char *hash;                  /**< BLAKE2b-256 of the canonical tariff, 64 hex digits */
    const mbill_zone *zone;            /**< zone of the tariff, for printing times */
    const mbill_charge_label *charges; /**< by mbill_line.charge */
    size_t n_charges;                  /**< how many `charges` */
    const char *const *periods;        /**< names by mbill_line.period; of all calendars, in the tariff's order */
    size_t n_periods;                  /**< how many `periods` */
} mbill_labels;

/**
 * Whether a bill holds together: what a caller, or a test, can check without the tariff.
 *
 * Every line's amount must be quantity x rate / divide_by to half a micro-unit or, where the line has a step, a multiple of the step
 * less than one step away; the products are compared exactly, in 128 bits. The lines must add up to the total to the last micro-unit,
 * and the bill's flags must be those of its lines together. What was converted must be its product, inside the bill's span.
 *
 * @param bill      not NULL; only read
 * @param lines     not NULL unless @p n_lines is 0; only read
 * @param n_lines   lines of the bill; 0 is a bill of nothing
 * @param[out] err  NULL, or filled on failure: index = the line; @p n_lines when the lines do not make the bill's total or flags;
 *                  -1 for its span
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID         a line that is not its product or has a member outside its range; a sum that is not the total;
 *                                 flags that are not those of the lines; a span without length; a record of conversion that is not its product
 * @retval MBILL_E_UNKNOWN_OPTION  a flag, or a member of @p bill, that this version does not know
 * @retval MBILL_E_OVERFLOW        the lines add up to more than int64_t holds
 * @retval MBILL_E_MISUSE          a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(lines); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_check(const mbill_bill *bill, const mbill_line *lines, size_t n_lines,
    mbill_error *err);

/** Write over several lines, two spaces a level; without it the document has no white space. */
#define MBILL_WRITE_INDENT 0x1u

/**
 * The bill as a JSON document of kind "bill".
 *
 * Members in this order: meterbill, kind, tariff, version, hash (when the labels have one), currency, from, to, flags, converted (when the bill has
 * records of conversion: register, from, to, measured, measured_unit, factor as a decimal or a fraction, origin, quantity, unit), lines,
 * charges, total. A line has charge (none for the whole bill), title, period, tier, from, to, quantity, unit (none where fees or
 * a rounding are counted), converted (where it was counted in another unit), rate, divide_by (none when 1), step (none when the line is not rounded), amount, rule and flags; what
 * it does not have is left out. `charges` has id, to (who receives it) and amount, the sum of the
 * charge's lines, for every charge of the labels; these and the lines that belong to no charge add up to `total`. Decimals are
 * text, exact and as short as they can be ("166.4"); times are in the zone of the labels; flags are the words estimated,
 * prorated, incomplete, provisional and correction. The same bill gives the same bytes on every machine.
 *
 * @param bill           not NULL; only read. It is written as it stands: mbill_bill_check() says whether it holds together
 * @param lines          not NULL unless @p n_lines is 0; only read
 * @param n_lines        lines to write
 * @param labels         not NULL; tariff, version, currency and the names of charges and periods must be set
 * @param flags          0 or #MBILL_WRITE_INDENT
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure: index = the line
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM            the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_INVALID         a line has a member outside its range, or a charge or period that the labels do not have
 * @retval MBILL_E_RANGE           a time outside the years of calendar.h
 * @retval MBILL_E_OVERFLOW        the lines of a charge add up to more than int64_t holds
 * @retval MBILL_E_UNKNOWN_OPTION  a flag, or a member of a struct, that this version does not know
 * @retval MBILL_E_NOMEM           no memory (libc's) for the text
 * @retval MBILL_E_MISUSE          a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(lines x charges), and one buffer of the text's size; asking for the size costs as much as writing.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_write(const mbill_bill *bill, const mbill_line *lines, size_t n_lines,
    const mbill_labels *labels, uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err);

/** A part of a bill whose lines have labels of their own, since prices changed inside the span. Stride is fixed for ever. */
typedef struct mbill_bill_segment {
    const mbill_labels *labels; /**< of the version that is valid in it */
    int64_t from_utc_s;         /**< where it begins, UTC seconds */
    int64_t to_utc_s;           /**< where it ends, not included: where the next begins */
    size_t first_line;          /**< its first line among all of the bill */
    size_t n_lines;             /**< how many follow from there */
    int64_t total_micro;        /**< sum of its lines, in 10^-6 of the currency */
} mbill_bill_segment;

/**
 * The bill of mbill_change_price() as a JSON document of kind "bill": as mbill_bill_write() writes it, but that `versions` stands in place of
 * version and hash, with version, hash, from, to and total of each segment in the order of time, and that every line says its version. `charges` has each
 * id once, with the sum over all versions. One segment is written as by mbill_bill_write().
 *
 * @param bill, lines, n_lines  as for mbill_bill_write()
 * @param segments        not NULL; follow each other and hold all lines; of one tariff and currency
 * @param n_segments      at least 1
 * @param flags           0 or #MBILL_WRITE_INDENT
 * @param[out] out_text   NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len       in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err        NULL, or filled on failure: index = the line
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  as for mbill_bill_write(); or segments that do not hold every line once
 * @retval MBILL_E_ROOM, MBILL_E_RANGE, MBILL_E_OVERFLOW, MBILL_E_UNKNOWN_OPTION, MBILL_E_NOMEM, MBILL_E_MISUSE  as for mbill_bill_write()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(lines x charges), and one buffer of the text's size.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_write_segments(const mbill_bill *bill, const mbill_line *lines, size_t n_lines,
    const mbill_bill_segment *segments, size_t n_segments, uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * Read a document of kind "bill", as mbill_bill_write() writes it.
 *
 * Charges and periods are found by their names, so that the labels may be those of another version of the tariff which has the same. Titles,
 * units, receivers, version and hash are for people and are not compared. What is read holds together: mbill_bill_check() has passed it, and
 * each charge is what its lines add up to. A bill of several versions is read by the one labels' names, without its segments: see
 * mbill_bill_read_segments().
 *
 * @param json              UTF-8 text; need not end in NUL
 * @param len               its length in bytes
 * @param labels            not NULL; tariff, version, currency and the names of charges and periods must be set
 * @param[out] out_lines    room for the lines; may be NULL when @p cap_lines is 0; untouched on failure
 * @param cap_lines         lines there is room for
 * @param[out] out_n_lines  lines of the bill, also when the status is #MBILL_E_ROOM
 * @param[in,out] out_bill  struct_size is set; the rest is filled; untouched on failure
 * @param[out] err          NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       there is not room for all lines
 * @retval MBILL_E_INVALID    another tariff's or currency; a line that is not its product; sums or flags that are not those of the lines
 * @retval MBILL_E_NOT_FOUND  a charge or period that the labels do not have
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_RANGE, MBILL_E_VERSION  not the form of a bill
 * @retval MBILL_E_NOMEM      no memory (libc's) for reading
 * @retval MBILL_E_MISUSE     a pointer or a name that is needed is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(document + lines x (charges + periods)); allocates while it reads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_read(const char *json, size_t len, const mbill_labels *labels,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err);

/**
 * Read a document of kind "bill" with its segments, as mbill_bill_write_segments() writes it; one of a single version has one segment.
 *
 * A segment's charges and periods are found by their names in the labels of its version, and they may be at other places in each. What is read
 * holds together, as by mbill_bill_read(): the segments follow each other from the bill's start to its end and are what their lines add up to.
 * Written again it is the same text.
 *
 * @param json               UTF-8 text; need not end in NUL
 * @param len                its length in bytes
 * @param labels             not NULL; those of every version of the bill, in any order, of one tariff and currency; may hold more
 * @param n_labels           at least 1
 * @param[out] out_lines     room for the lines; may be NULL when @p cap_lines is 0; untouched on failure
 * @param cap_lines          lines there is room for
 * @param[out] out_n_lines   lines of the bill, also when the status is #MBILL_E_ROOM
 * @param[out] out_segments  room for the segments; may be NULL when @p cap_segments is 0; untouched on failure; each has one of @p labels
 * @param cap_segments       segments there is room for
 * @param[out] out_n_segments  segments of the bill, also when the status is #MBILL_E_ROOM
 * @param[in,out] out_bill   struct_size is set; the rest is filled; untouched on failure
 * @param[out] err           NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       there is not room for all lines or segments
 * @retval MBILL_E_NOT_FOUND  a version that none of the labels are of; a charge or period that those of its version do not have
 * @retval MBILL_E_INVALID    as for mbill_bill_read(); segments that do not follow each other, or are not what their lines add up to; labels of
 *                            several tariffs
 * @retval MBILL_E_MISUSE, MBILL_E_NOMEM and all others of mbill_bill_read()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(document + lines x (charges + periods) + segments x labels); allocates while it reads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_read_segments(const char *json, size_t len, const mbill_labels *const *labels,
    size_t n_labels, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill_segment *out_segments,
    size_t cap_segments, size_t *out_n_segments, mbill_bill *out_bill, mbill_error *err);

/**
 * Read the records of conversion of a document of kind "bill", which mbill_bill_read() passes over. Each is its product again.
 *
 * @param json        UTF-8 text; need not end in NUL
 * @param len         its length in bytes
 * @param labels      not NULL; the zone of its times, as for mbill_bill_read()
 * @param[out] out    room for the records; may be NULL when @p cap is 0; untouched on failure
 * @param cap         records there is room for
 * @param[out] out_n  records of the bill, also when the status is #MBILL_E_ROOM; 0: nothing was converted
 * @param[out] err    NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     there is not room for all
 * @retval MBILL_E_INVALID  a record that is not its product, or ends before it begins
 * @retval MBILL_E_LIMIT    a name, a unit or an origin too long
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_RANGE, MBILL_E_VERSION  not the form of a bill
 * @retval MBILL_E_NOMEM    no memory (libc's) for reading
 * @retval MBILL_E_MISUSE   a pointer or a name that is needed is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(document); allocates while it reads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_read_converted(const char *json, size_t len, const mbill_labels *labels,
    mbill_converted *out, size_t cap, size_t *out_n, mbill_error *err);

/**
 * What a bill that was priced again comes to less what it came to before, as a bill of difference lines: for an estimated reading that was
 * replaced by a true one, or a fact that was wrong.
 *
 * Lines of the same rule, charge, period, tier, time, rate, divide_by and step are set against each other, the first with the first. Their
 * difference is one line, still quantity x rate = amount; where two roundings make that untrue, the old line is taken back and the new one
 * stands beside it, as both do when they have no partner. Lines that did not change are left out. Every line is marked
 * #MBILL_LINE_CORRECTION besides the flags of the lines it was made of, the lines add up to the difference of the totals to the last
 * micro-unit, and mbill_bill_check() passes the result. No line means that nothing changed.
 *
 * @param old_bill, old_lines, n_old_lines  the bill as it was made out; not NULL unless there are no lines; only read
 * @param new_bill, new_lines, n_new_lines  the same span priced again with the same tariff's labels
 * @param[out] out_lines    room for the difference lines; at most @p n_old_lines + @p n_new_lines are needed; does not overlap the others;
 *                          untouched on failure
 * @param cap_lines         lines there is room for
 * @param[out] out_n_lines  lines of the correction, also when the status is #MBILL_E_ROOM
 * @param[in,out] out_bill  struct_size is set; the rest is filled; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the line of the bill that the message names
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM            there is not room for all lines
 * @retval MBILL_E_INVALID         a bill that mbill_bill_check() refuses, or that is a correction itself; bills for two spans
 * @retval MBILL_E_OVERFLOW        a difference that int64_t does not hold
 * @retval MBILL_E_UNKNOWN_OPTION  a flag, or a member of a struct, that this version does not know
 * @retval MBILL_E_MISUSE          a pointer that is needed is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O((old + new lines)^2), a few comparisons each; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_bill_difference(const mbill_bill *old_bill, const mbill_line *old_lines,
    size_t n_old_lines, const mbill_bill *new_bill, const mbill_line *new_lines, size_t n_new_lines, mbill_line *out_lines,
    size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err);

/**
 * One line as a sentence that can be checked with a pocket calculator.
 *
 * `energy, peak, tier 2: 300 kWh x 0.5583 = 167.49`, with ` / 30` where a rate is spread over days and the flags in brackets at
 * the end. A line of the rules at_least, at_most, rounding, fee and charged_before says its amount alone: `rounding: 0.004`. One of the rule series says
 * when it begins: `energy, from 2026-01-01T00:00:00+01:00: 2 kWh x -0.05 = -0.1`.
 *
 * @param line           not NULL; only read
 * @param labels         not NULL; only read
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM            the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_INVALID         a member of the line is outside its range, or a charge or period that the labels do not have
 * @retval MBILL_E_UNKNOWN_OPTION  a flag, or a member of the labels, that this version does not know
 * @retval MBILL_E_MISUSE          a pointer or a name that is needed is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(length of the sentence); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_line_explain(const mbill_line *line, const mbill_labels *labels, char *out_text,
    size_t *inout_len, mbill_error *err);

/**
 * One record of conversion as a sentence: `gas, 2026-01-01T00:00:00+01:00 to 2026-02-01T00:00:00+01:00: 100 gas_m3 x 10.7744098 = 1077.44098 kWh (gas_z
 * 0.9614, gas_kwh_per_m3 11.207)`.
 *
 * @param converted      not NULL; only read
 * @param labels         not NULL; the zone of its times
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_INVALID  the record is not its product, or a text of it does not end
 * @retval MBILL_E_UNKNOWN_OPTION  a member of the labels that this version does not know
 * @retval MBILL_E_MISUSE   a pointer or a name that is needed is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(length of the sentence); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_converted_explain(const mbill_converted *converted, const mbill_labels *labels,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * The word of a rule in documents: "plain", "period", "graduated", "whole", "whole_before", "proportional", "chronological",
 * "money", "at_least", "at_most", "rounding", "fee", "charged_before", "series", "credit",
 * "settled".
 *
 * @param rule  mbill_line_rule
 * @return      a constant text; "unknown" for any other number, never NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API const char *mbill_line_rule_name(int32_t rule);

#ifdef __cplusplus
}
#endif
#endif
