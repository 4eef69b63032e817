/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tariff.h  A tariff, read from its document and compiled once, prices any number of accounts.
 *
 * Every charge of a tariff is one formula: amount = round(sum over period and tier of rate x quantity). The form of the document is
 * described in examples/guide/tariff.md.
 *
 * @code
 * mbill_error err;
 * mbill_error_init(&err);
 * mbill_tariff *tariff = NULL;
 * if (mbill_tariff_read(json, json_len, NULL, &tariff, &err) != MBILL_OK) fprintf(stderr, "%s: %s\n", err.path, err.message);
 *
 * mbill_input used = {.name = "import", .total_micro = 650 * 1000000};
 * mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = from, .to_utc_s = to, .inputs = &used, .n_inputs = 1};
 * mbill_line lines[16];
 * mbill_bill bill = {.struct_size = sizeof bill};
 * size_t n_lines;
 * if (mbill_tariff_price(tariff, &request, NULL, lines, 16, &n_lines, &bill, NULL, &err) == MBILL_OK) … bill.total_micro …
 * mbill_tariff_free(tariff);
 * @endcode
 */
#ifndef MBILL_TARIFF_H
#define MBILL_TARIFF_H

#include "meterbill/bill.h"
#include "meterbill/calendar.h"
#include "meterbill/memory.h"
#include "meterbill/reading.h"
#include "meterbill/status.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled tariff version, immutable; may be shared between threads. */
typedef struct mbill_tariff mbill_tariff;

/** An account's fact: a number, such as area or persons, or a word, such as a payment class. Stride is fixed for ever. */
typedef struct mbill_fact {
    const char *name;    /**< NUL-terminated */
    int64_t value_micro; /**< in 10^-6 of the unit that the tariff names; of a word: not looked at */
    const char *text;    /**< the word, NUL-terminated; NULL: the fact is a number */
} mbill_fact;

/** Days that are known only when pricing, such as event days announced a day ahead. Stride is fixed for ever. */
typedef struct mbill_day_list {
    const char *name;    /**< NUL-terminated, as the tariff's "from_list" says */
    const int32_t *days; /**< civil day numbers (0 = 1970-01-01), rising */
    size_t n_days;       /**< how many `days` */
} mbill_day_list;

/** Instants that are known only when pricing, such as the hours in which a whole network had its peak. Stride is fixed for ever. */
typedef struct mbill_instant_list {
    const char *name;              /**< NUL-terminated */
    const int64_t *instants_utc_s; /**< rising */
    size_t n_instants;             /**< how many `instants` */
} mbill_instant_list;

#define MBILL_PRICE_MISSING INT64_MIN /**< the value of a step of a price series that has no price */

/**
 * Prices by steps of time, such as those of the hours or quarter-hours of a market. Price i holds in [start + i x step, start + (i + 1) x step):
 * real time, so that a day of 23 or 25 hours has as many hourly prices. Stride is fixed for ever.
 */
typedef struct mbill_price_series {
    const char *name;           /**< NUL-terminated, as in the tariff's "series" */
    int64_t start_utc_s;        /**< where the first step begins: a whole step of the local clock in the tariff's zone */
    int64_t step_s;             /**< length of a step, as the tariff says */
    const int64_t *values_nano; /**< prices in 10^-9 of the currency for a unit, of either sign, or #MBILL_PRICE_MISSING */
    size_t n_values;            /**< how many steps from start_utc_s on */
} mbill_price_series;

/** A civil day before all others: what was always so. */
#define MBILL_DAY_EVER INT32_MIN

#define MBILL_CONVERTED_UNIT_MAX 31    /**< bytes of a unit; more are refused */
#define MBILL_CONVERTED_ORIGIN_MAX 255 /**< bytes of the words about where a factor comes from; more are refused */

/**
 * What a unit that a register counts is worth in the unit of the tariff, from a day on: an exact fraction, such as that of a m3 of gas in kWh. It
 * holds up to the next one of the same register. Stride is fixed for ever.
 */
typedef struct mbill_factor {
    const char *name;    /**< of the register, NUL-terminated; the tariff's input of it is "converted": "by_factors" */
    int32_t from_day;    /**< civil day in the tariff's zone; #MBILL_DAY_EVER: always */
    uint32_t reserved;   /**< 0 */
    int64_t numerator;   /**< so many of `to` are … ; above 0 */
    int64_t denominator; /**< … so many of `unit`; above 0 */
    const char *unit;    /**< what the register counts, for the bill; at most #MBILL_CONVERTED_UNIT_MAX bytes */
    const char *to;      /**< what it is worth so many of: the unit of the tariff's input */
    const char *origin;  /**< where the fraction comes from, for the bill; NULL: not said */
} mbill_factor;

/** Facts, lists of days, lists of instants, price series and factors read from a document. */
typedef struct mbill_facts mbill_facts;

/** Where an account stands in a tariff's ladders: a block of mbill_position_size() bytes that the caller owns, aligned as malloc's. */
typedef struct mbill_position mbill_position;

/**
 * Read and compile a tariff document.
 *
 * The document is checked completely: what loads can be priced. A document that could be read two ways does not load, and the message names
 * the field that decides.
 *
 * @param json             UTF-8 text of the document; need not end in NUL
 * @param len              its length in bytes, at most 64 MiB
 * @param allocator        NULL = libc; remembered by the tariff. cJSON's own allocations during this call come from malloc
 * @param[out] out_tariff  the tariff, to be freed with mbill_tariff_free(); NULL on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of what is wrong
 * @retval MBILL_OK
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY  not strict JSON, or past a size limit
 * @retval MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE  not the form of a tariff
 * @retval MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_DATE, MBILL_E_ZONE, MBILL_E_RANGE, MBILL_E_OVERFLOW  a value that cannot be taken
 * @retval MBILL_E_INVALID    a value that contradicts another or says nothing
 * @retval MBILL_E_ORDER      dates that should rise and do not
 * @retval MBILL_E_NOT_FOUND  a name that nothing has
 * @retval MBILL_E_COVERAGE   a day or minute that no season, kind of day or period covers, or two do
 * @retval MBILL_E_AMBIGUOUS  a field without a default is missing
 * @retval MBILL_E_VERSION    "meterbill" is not 1
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Any thread. Nothing global is read or written (cJSON sets its own error pointer, which is never read).
 * @par Cost
 * O(document + seasons x day types x 1440); allocates.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_tariff **out_tariff, mbill_error *err);

/**
 * Free a tariff and all text it gave out. NULL is accepted.
 * @param tariff  NULL is accepted
 * @par Thread safety
 * No other thread may use the tariff any more.
 *
 * @since 0.1
 */
MBILL_API void mbill_tariff_free(mbill_tariff *tariff);

/**
 * Names for the numbers in bill lines: charges, periods, units, receivers; and the tariff's id, version, currency, zone and hash.
 * @param tariff  NULL gives NULL
 * @return        belongs to the tariff
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @since 0.1
 */
MBILL_API const mbill_labels *mbill_tariff_labels(const mbill_tariff *tariff);

/**
 * The document's "title", or NULL when it has none (or @p tariff is NULL). Belongs to the tariff; any thread.
 * @param tariff  may be NULL
 * @return text, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_tariff_title(const mbill_tariff *tariff);

/**
 * The document's "source", or NULL when it has none (or @p tariff is NULL). Belongs to the tariff; any thread.
 * @param tariff  may be NULL
 * @return text, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_tariff_source(const mbill_tariff *tariff);

/**
 * When the version is valid: [from, to).
 * @param tariff               NULL: nothing is written
 * @param[out] out_from_utc_s  start of the first day in the tariff's zone; may be NULL
 * @param[out] out_to_utc_s    end, INT64_MAX when it is open; may be NULL
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @since 0.1
 */
MBILL_API void mbill_tariff_valid(const mbill_tariff *tariff, int64_t *out_from_utc_s, int64_t *out_to_utc_s);

/**
 * How many registers the tariff's inputs name; 0 for NULL. Any thread.
 * @param tariff  may be NULL
 * @return their number
 * @since 0.1
 */
MBILL_API size_t mbill_tariff_n_registers(const mbill_tariff *tariff);

/**
 * Name of a register, in the document's order from 0; NULL past the last. Belongs to the tariff; any thread.
 * @param tariff  may be NULL
 * @param index   from 0
 * @return text, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_tariff_register(const mbill_tariff *tariff, size_t index);

/**
 * Unit of that register; NULL past the last. Belongs to the tariff; any thread.
 * @param tariff  may be NULL
 * @param index   from 0
 * @return text, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_tariff_register_unit(const mbill_tariff *tariff, size_t index);

/**
 * Whether the tariff wants the use of that register converted by factors; false past the last. Any thread.
 * @param tariff  may be NULL
 * @param index   from 0
 * @return whether it does
 * @since 0.1
 */
MBILL_API bool mbill_tariff_register_converted(const mbill_tariff *tariff, size_t index);

/**
 * How many facts the tariff's inputs name; 0 for NULL. Any thread.
 * @param tariff  may be NULL
 * @return their number
 * @since 0.1
 */
MBILL_API size_t mbill_tariff_n_facts(const mbill_tariff *tariff);

/**
 * Name of a fact, in the document's order from 0; NULL past the last. Belongs to the tariff; any thread.
 * @param tariff  may be NULL
 * @param index   from 0
 * @return text, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_tariff_fact(const mbill_tariff *tariff, size_t index);

/**
 * The canonical document: keys sorted, no space, decimals in shortest form. Its BLAKE2b-256 is the labels' hash, and names the version.
 * @param tariff         not NULL
 * @param[out] out_text  room for the text and its NUL, or NULL to ask for the length
 * @param[in,out] inout_len  room in bytes; becomes the bytes needed, with the NUL
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    @p inout_len is too small; nothing was written to @p out_text
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * One copy; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_canonical(const mbill_tariff *tariff, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * The period at an instant, and until when it lasts.
 * @param tariff              not NULL
 * @param calendar            name of one of the document's "calendars"; NULL = its only one
 * @param lists               the lists of days that the calendar names; NULL when @p n_lists is 0
 * @param n_lists             how many
 * @param utc_s               the instant
 * @param[out] out_period     place in the labels' periods
 * @param[out] out_end_utc_s  first instant of another period, or @p utc_s + 8 days when it lasts longer
 * @param[out] err            NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  the tariff has no such calendar, or the calendar no periods
 * @retval MBILL_E_AMBIGUOUS  @p calendar is NULL and the tariff has several
 * @retval MBILL_E_NOT_KNOWN  a list that the calendar names is not among @p lists
 * @retval MBILL_E_ORDER      the days of a list do not rise
 * @retval MBILL_E_RANGE      the instant lies outside the years 1900 to 2999
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * No allocation; O(lists + periods of eight days).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_period_at(const mbill_tariff *tariff, const char *calendar,
    const mbill_day_list *lists, size_t n_lists, int64_t utc_s, int32_t *out_period, int64_t *out_end_utc_s, mbill_error *err);

/**
 * Read a document of kind "facts": `{"meterbill": 1, "kind": "facts", "facts": {"area": "89.5", "payment_class": "A"}, "lists": {"event_days": ["2026-07-15"]},
 * "instants": {"system_peaks": ["2026-07-15T17:00:00+08:00"]}, "series": {"spot": {"start": "2026-01-01T00:00:00+01:00", "step_s": 3600,
 * "values": ["0.12", "-0.003", null]}}, "factors": {"gas": [{"from": "2026-01-01", "unit": "gas_m3", "to": "kWh", "facts": {"gas_z": "0.9614",
 * "gas_kwh_per_m3": "11.207"}}]}}`. An instant is written with its offset from UTC (or Z): the document knows no zone. A price null is missing.
 * A fact is a decimal, or a word: a name that begins with a letter. A factor is a decimal or a fraction ("factor": "2500/9"), or what mbill_convert()
 * makes of two units and facts.
 * @param json            UTF-8 text; need not end in NUL
 * @param len             its length in bytes
 * @param allocator       NULL = libc
 * @param[out] out_facts  to be freed with mbill_facts_free(); NULL on failure
 * @param[out] err        NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_RANGE, MBILL_E_VERSION  as mbill_tariff_read()
 * @retval MBILL_E_ORDER      a list's days or instants, or the dates of factors, do not rise
 * @retval MBILL_E_AMBIGUOUS  an instant without its offset from UTC; two facts of a factor that say the same
 * @retval MBILL_E_NOT_FOUND, MBILL_E_NOT_KNOWN  a unit that there is not, or one that needs a fact which is not given, as mbill_convert()
 * @retval MBILL_E_INVALID    a factor that is given and made of facts, or whose facts are of another unit
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Any thread.
 * @par Cost
 * O(document); allocates.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_facts_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_facts **out_facts, mbill_error *err);

/**
 * Free facts and all they gave out. NULL is accepted.
 * @param facts  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_facts_free(mbill_facts *facts);

/**
 * The facts as an array for mbill_price_request; belongs to @p facts. @p out_n may be NULL. Any thread.
 * @param facts       may be NULL
 * @param[out] out_n  how many there are; may be NULL
 * @return the array; NULL when there is none
 * @since 0.1
 */
MBILL_API const mbill_fact *mbill_facts_values(const mbill_facts *facts, size_t *out_n);

/**
 * The lists of days as an array for mbill_price_request; belongs to @p facts. @p out_n may be NULL. Any thread.
 * @param facts       may be NULL
 * @param[out] out_n  how many there are; may be NULL
 * @return the array; NULL when there is none
 * @since 0.1
 */
MBILL_API const mbill_day_list *mbill_facts_lists(const mbill_facts *facts, size_t *out_n);

/**
 * The lists of instants as an array for mbill_price_request; belongs to @p facts. @p out_n may be NULL. Any thread.
 * @param facts       may be NULL
 * @param[out] out_n  how many there are; may be NULL
 * @return the array; NULL when there is none
 * @since 0.1
 */
MBILL_API const mbill_instant_list *mbill_facts_instants(const mbill_facts *facts, size_t *out_n);

/**
 * The price series as an array for mbill_price_request; belongs to @p facts. @p out_n may be NULL. Any thread.
 * @param facts       may be NULL
 * @param[out] out_n  how many there are; may be NULL
 * @return the array; NULL when there is none
 * @since 0.1
 */
MBILL_API const mbill_price_series *mbill_facts_series(const mbill_facts *facts, size_t *out_n);

/**
 * The factors as an array for mbill_price_request; belongs to @p facts. @p out_n may be NULL. Any thread.
 * @param facts       may be NULL
 * @param[out] out_n  how many there are; may be NULL
 * @return the array; NULL when there is none
 * @since 0.1
 */
MBILL_API const mbill_factor *mbill_facts_factors(const mbill_facts *facts, size_t *out_n);

/**
 * Bytes that a position of this tariff takes; 0 for NULL. Any thread.
 * @param tariff  may be NULL
 * @return bytes
 * @since 0.1
 */
MBILL_API size_t mbill_position_size(const mbill_tariff *tariff);

/**
 * Make a position in which nothing is billed yet.
 * @param tariff             NULL: nothing is written
 * @param[out] out_position  mbill_position_size() bytes; NULL: nothing is written
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @since 0.1
 */
MBILL_API void mbill_position_init(const mbill_tariff *tariff, mbill_position *out_position);

/**
 * Read a document of kind "position". It may come from another version of the tariff: ladders are matched by their charges' ids, and
 * one that this version does not have is refused.
 * @param tariff             not NULL
 * @param json               UTF-8 text; need not end in NUL
 * @param len                its length in bytes
 * @param[out] out_position  mbill_position_size() bytes; untouched on failure
 * @param[out] err           NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_POSITION  another tariff's; a ladder, a charge due once in a span, or a beginning of a span that this version does not have
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_VERSION  as mbill_tariff_read()
 * @retval MBILL_E_RANGE     a negative use
 * @retval MBILL_E_INVALID   a ladder that stands twice
 * @retval MBILL_E_NOMEM     no memory for reading; it comes from the tariff's allocator
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff as far as its allocator may be.
 * @par Cost
 * O(document x charges).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_position_read(const mbill_tariff *tariff, const char *json, size_t len,
    mbill_position *out_position, mbill_error *err);

/**
 * Write a position as a document of kind "position", the portable form of the block.
 * @param tariff             not NULL
 * @param position           not NULL; of this tariff
 * @param[out] out_text      room for the text and its NUL, or NULL to ask for the length
 * @param[in,out] inout_len  room in bytes; becomes the bytes needed, with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      @p inout_len is too small; nothing was written to @p out_text
 * @retval MBILL_E_POSITION  the block is not a position of this tariff
 * @retval MBILL_E_NOMEM     no memory for the text; it comes from the tariff's allocator
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff as far as its allocator may be.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_position_write(const mbill_tariff *tariff, const mbill_position *position,
    char *out_text, size_t *inout_len, mbill_error *err);

#define MBILL_PRICE_ALLOW_GAPS 0x1u /**< intervals may leave time uncovered; lines then say #MBILL_LINE_INCOMPLETE */

/**
 * The span is the instant of a purchase: [from_utc_s, from_utc_s + 1). The inputs are what is bought, the position may be billed to an earlier
 * instant and is billed to this one after. Ladders "over" purchases are priced with it alone. mbill_tariff_buy() of buy.h finds the quantity.
 */
#define MBILL_PRICE_PURCHASE 0x2u

/** What a bill is made from. */
typedef struct mbill_price_request {
    uint32_t struct_size;               /**< sizeof(mbill_price_request) where the caller was compiled */
    uint32_t flags;                     /**< MBILL_PRICE_*; unknown bits are refused */
    int64_t from_utc_s;                 /**< where the billing span begins, UTC seconds */
    int64_t to_utc_s;                   /**< where it ends, not included */
    const mbill_input *inputs;          /**< one entry a register, or one a register and period; names are the registers' */
    size_t n_inputs;                    /**< how many `inputs` */
    const mbill_fact *facts;            /**< may hold more facts than the tariff needs */
    size_t n_facts;                     /**< how many `facts` */
    const mbill_day_list *lists;        /**< every list that the calendar names; may hold more */
    size_t n_lists;                     /**< how many `lists` */
    const mbill_instant_list *instants; /**< every list of instants that the tariff names; may hold more */
    size_t n_instants;                  /**< how many `instants` */
    int64_t
        span_to_utc_s; /**< 0: this bill closes the billing span; else the span's end, and [from, to) is the part of it so far */
    const mbill_price_series *series; /**< every price series that the tariff names; may hold more */
    size_t n_series;                  /**< how many `series` */
    const mbill_factor
        *factors; /**< of every register that the tariff wants converted, and of no other; those of one register rise in time */
    size_t n_factors; /**< how many `factors` */
} mbill_price_request;

/**
 * An upper bound of the lines of one bill.
 * @param tariff            not NULL
 * @param from_utc_s        the billing span [from, to)
 * @param to_utc_s          its end
 * @param[out] out_n_lines  always enough room for mbill_tariff_price()
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   the span is empty, or too long for 2^31 lines
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_lines_max(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s,
    size_t *out_n_lines, mbill_error *err);

/**
 * Price one account's usage over a billing span: bill lines, total, and the position after it.
 *
 * Each line is computed exactly and rounded once, by the tariff's rule; rounding a charge or the bill rounds the exact 128-bit sum of what is
 * below it, and a line of rule "rounding" closes the difference, so that the lines always add up to the total. Pricing two neighbouring spans
 * with the position carried over climbs every ladder as one span would.
 *
 * A billing span may be charged in parts, such as every hour: request from = its start, to = now, span_to = its end. The lines are those of the
 * span's amount to date, marked provisional, and a line of rule "charged_before" takes off what the position says was charged in the span, so
 * that the total is what is due now. Usage is given from the span's start each time. Without span_to (or with span_to = to) the bill closes
 * the span; whatever the cuts, the parts come to the whole to the last micro-unit. To date, a fixed amount is its whole by the share of
 * time that has passed; a minimum waits for the close; everything else follows from the use so far.
 *
 * @param tariff            not NULL; only read
 * @param request           not NULL; span, usage, facts and lists. Intervals of an input are ordered and do not overlap
 * @param before            position at the start of the span; NULL = nothing used yet
 * @param out_lines         filled from 0; may be NULL if @p cap_lines is 0. Its contents mean nothing after a failure
 * @param cap_lines         room in @p out_lines; mbill_tariff_lines_max() is always enough
 * @param[out] out_n_lines  lines made; lines needed when the status is #MBILL_E_ROOM; untouched on other failures
 * @param[in,out] out_bill  struct_size set by the caller; untouched on failure
 * @param[out] out_after    mbill_position_size() bytes, may be @p before, may be NULL; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = offending input, fact or interval where there is one
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       @p cap_lines is too small
 * @retval MBILL_E_UNCOVERED  the tariff version is not valid in the whole span
 * @retval MBILL_E_NOT_KNOWN  a register, fact, factor, list or price that a charge needs is missing, a total where times are needed (as where its factor
 *                            changes), or fewer peaks than a mean is of; never taken as 0
 * @retval MBILL_E_NOT_FOUND  an input names a register or period that the tariff does not have
 * @retval MBILL_E_AMBIGUOUS  a register given as a whole and by period; a part of a month or year, or a rate of more than 9 places made of a
 *                            price, for which the tariff has no rule
 * @retval MBILL_E_INVALID    a register, fact or price series given twice; prices of another step than the tariff says; a factor of what is not
 *                            converted, or to another unit
 * @retval MBILL_E_ORDER, MBILL_E_OVERLAP, MBILL_E_GAP  intervals that do not cover the span once; days of a list that do not rise
 * @retval MBILL_E_BOUNDARY   an interval across a boundary that the tariff does not divide, or longer than a peak's; prices whose steps are not those of the local clock; a span that is not whole days or months where those are counted
 * @retval MBILL_E_POSITION   the position is not of this tariff, or not at the start of the span; its open span is another one, or it is charged
 *                            beyond the request's end
 * @retval MBILL_E_RANGE      an empty span, a negative quantity in a ladder, a fact in m2 or sqft below 0
 * @retval MBILL_E_OVERFLOW   an amount, rate or quantity leaves the int64_t range
 * @retval MBILL_E_UNKNOWN_OPTION  a flag or member this version does not know
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff. Nothing global is read or written.
 * @par Cost
 * O(charges x intervals + lines); no allocation; about 25 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_price(const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill,
    mbill_position *out_after, mbill_error *err);

/**
 * How the use of converted registers became quantities: one record for each register and each stretch in which a factor of it holds, in the order of
 * the tariff's inputs and of time. A bill that has them (mbill_bill.converted) can be recomputed by whoever reads it.
 *
 * What is billed is their exact sum, rounded once where the tariff says so; a record shows its own part, rounded half_even to a micro-unit.
 *
 * @param tariff       not NULL; only read
 * @param request      not NULL; as it was priced. Whether the tariff is valid in its span is not asked, so that a bill of several versions has them too
 * @param out          room for @p cap records; may be NULL when it is 0. Contents mean nothing after a failure
 * @param cap          records there is room for
 * @param[out] out_n   records made; records needed when the status is #MBILL_E_ROOM
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM  @p cap is too small
 * @retval MBILL_E_NOT_KNOWN  no factor holds at the span's beginning, or a total whose factor changes
 * @retval MBILL_E_MISUSE, MBILL_E_INVALID, MBILL_E_ORDER, MBILL_E_BOUNDARY, MBILL_E_GAP, MBILL_E_RANGE, MBILL_E_OVERFLOW and all others of
 *         mbill_tariff_price() for what the request says
 * @par Thread safety
 * Any number of threads may share @p tariff. Nothing global is read or written.
 * @par Cost
 * O(intervals + records); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_tariff_converted(const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_converted *out, size_t cap, size_t *out_n, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
