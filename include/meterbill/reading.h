/* SPDX-License-Identifier: Apache-2.0 */
/** @file reading.h  What meters report: register samples and intervals, and the usage that follows from them. */
#ifndef MBILL_READING_H
#define MBILL_READING_H

#include "meterbill/calendar.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Quality and marks of a reading; unknown bits are refused. */
#define MBILL_READING_ESTIMATED 0x1u   /**< not measured: estimated by the meter system */
#define MBILL_READING_SUBSTITUTED 0x2u /**< not measured: entered by hand or by rule */
#define MBILL_READING_ROLLOVER 0x4u    /**< the register passed its modulus since the reading before */
#define MBILL_READING_REMOVED 0x8u     /**< last reading of a meter that was taken out */
#define MBILL_READING_INSTALLED 0x10u  /**< first reading of the meter put in its place */

/** One sample of a cumulative register. Stride is fixed for ever: 24 bytes. */
typedef struct mbill_reading {
    int64_t at_utc_s;    /**< when the register showed it, UTC seconds */
    int64_t value_micro; /**< the register's own count, before the multiplier; >= 0 */
    uint32_t flags;      /**< MBILL_READING_* */
    uint32_t reserved;   /**< 0 */
} mbill_reading;

/** Usage over [start_utc_s, end_utc_s). Stride is fixed for ever: 32 bytes. */
typedef struct mbill_interval {
    int64_t start_utc_s;    /**< where it begins, UTC seconds */
    int64_t end_utc_s;      /**< > start_utc_s */
    int64_t quantity_micro; /**< used in it, in 10^-6 of the register's unit; below 0: what was fed in, where a tariff takes it */
    uint32_t flags;         /**< MBILL_READING_ESTIMATED, MBILL_READING_SUBSTITUTED */
    uint32_t reserved;      /**< 0 */
} mbill_interval;

/** What a register is. */
typedef struct mbill_register {
    uint32_t struct_size;     /**< sizeof(mbill_register) where the caller was compiled */
    uint32_t flags;           /**< 0 */
    int64_t modulus_micro;    /**< the count at which it returns to 0, such as 1,000,000 kWh; 0 = never rolls over */
    int64_t multiplier_micro; /**< CT ratio x PT ratio (and pulse weight); 1,000,000 = 1; > 0 */
} mbill_register;

/** What was noticed while usage was built or checked. */
typedef struct mbill_usage_summary {
    uint32_t struct_size;    /**< sizeof(mbill_usage_summary), set by the caller before the call */
    uint32_t flags;          /**< or of the flags of all readings used */
    int64_t total_micro;     /**< sum of the intervals */
    int64_t gap_s;           /**< seconds of the span that nothing covers */
    int64_t first_gap_utc_s; /**< start of the first gap; INT64_MIN when none */
    int64_t n_rollovers;     /**< how often the register passed its end and began at 0 again */
    int64_t n_replacements;  /**< how often another meter took its place */
} mbill_usage_summary;

#define MBILL_USAGE_ALLOW_GAPS 0x1u /**< gaps are reported in the summary instead of refused */

/**
 * Usage from the readings of a cumulative register: the differences of readings that follow each other, times the multiplier.
 *
 * An interval is made for every two readings whose time between overlaps [from, to); one that crosses an edge is kept whole,
 * since pricing decides what is done with it. Each is round(end count x multiplier) - round(start count x multiplier), half_even
 * to micro-units in 128 bits: it depends on its two readings alone, so that any cut of a series at a reading gives the same
 * intervals, and while the register runs on they add up to the rounded whole. Where a reading is marked #MBILL_READING_ROLLOVER
 * its count is taken modulus higher. #MBILL_READING_REMOVED and #MBILL_READING_INSTALLED come in pairs in that order, at one
 * instant or with a gap between; nothing is counted between them. Readings whose intervals lie outside the span are ignored, but
 * for their order and flags.
 *
 * @code
 * mbill_register reg = {.struct_size = sizeof reg, .modulus_micro = 1000000 * 1000000LL, .multiplier_micro = 40 * 1000000LL};
 * mbill_usage_summary summary = {.struct_size = sizeof summary};
 * status = mbill_usage_from_registers(&reg, readings, n, from, to, 0, intervals, n, &n_intervals, &summary, &err);
 * @endcode
 *
 * @param reg                  not NULL; only read
 * @param readings             rising in time; not NULL unless @p n_readings is 0
 * @param n_readings           readings; 0 leaves the whole span a gap
 * @param from_utc_s           start of the span
 * @param to_utc_s             its end, not included; > @p from_utc_s
 * @param flags                0 or #MBILL_USAGE_ALLOW_GAPS
 * @param[out] out_intervals   filled from 0; may be NULL if @p cap_intervals is 0; untouched on failure
 * @param cap_intervals        room in @p out_intervals; @p n_readings is always enough
 * @param[out] out_n_intervals not NULL; intervals made, or needed when the status is #MBILL_E_ROOM
 * @param[out] out_summary     NULL, or a struct whose struct_size is set; untouched on failure
 * @param[out] err             NULL, or filled on failure: index = the reading; @p n_readings for a gap at the end
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER           a reading is earlier than the one before
 * @retval MBILL_E_OVERLAP         two readings at one instant, other than removed and installed
 * @retval MBILL_E_REGRESSED       the register falls without a rollover mark
 * @retval MBILL_E_RANGE           a count below 0 or not below the modulus; a time outside the years of calendar.h
 * @retval MBILL_E_INVALID         marks that contradict each other or the counts (installed without removed, a rollover where
 *                                 nothing falls or the register has no modulus); a span, modulus or multiplier that cannot be;
 *                                 reserved is not 0
 * @retval MBILL_E_GAP             part of the span is covered by no interval
 * @retval MBILL_E_OVERFLOW        an interval or the total does not fit
 * @retval MBILL_E_ROOM            @p cap_intervals is too small
 * @retval MBILL_E_UNKNOWN_OPTION  a flag, or a member of @p reg, that this version does not know
 * @retval MBILL_E_MISUSE          a pointer is NULL, or a struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(readings), read twice: once to check, once to fill; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_from_registers(const mbill_register *reg, const mbill_reading *readings,
    size_t n_readings, int64_t from_utc_s, int64_t to_utc_s, uint32_t flags, mbill_interval *out_intervals, size_t cap_intervals,
    size_t *out_n_intervals, mbill_usage_summary *out_summary, mbill_error *err);

/**
 * Check intervals as a meter reported them: order, overlap, and gaps of the span [from, to). Nothing but the summary is written.
 *
 * Intervals outside the span are ignored, but for their form and order; one that crosses an edge counts whole. Quantities may be
 * negative.
 *
 * @param intervals         rising in time; not NULL unless @p n_intervals is 0
 * @param n_intervals       intervals; 0 leaves the whole span a gap
 * @param from_utc_s        start of the span
 * @param to_utc_s          its end, not included; > @p from_utc_s
 * @param flags             0 or #MBILL_USAGE_ALLOW_GAPS
 * @param[out] out_summary  NULL, or a struct whose struct_size is set; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the interval; @p n_intervals for a gap at the end or a sum that
 *                          does not fit
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER           an interval starts before the one before it starts
 * @retval MBILL_E_OVERLAP         an interval starts before the one before it ends
 * @retval MBILL_E_GAP             part of the span is covered by no interval
 * @retval MBILL_E_INVALID         an interval or the span ends where it starts or before; reserved is not 0
 * @retval MBILL_E_RANGE           a time outside the years of calendar.h
 * @retval MBILL_E_OVERFLOW        the sum does not fit
 * @retval MBILL_E_UNKNOWN_OPTION  a flag that this version does not know
 * @retval MBILL_E_MISUSE          a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(intervals); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_check(const mbill_interval *intervals, size_t n_intervals, int64_t from_utc_s,
    int64_t to_utc_s, uint32_t flags, mbill_usage_summary *out_summary, mbill_error *err);

/** One row of a readings file. Texts point into the file's text, are not NUL-terminated and live as long as it. */
typedef struct mbill_reading_row {
    const char *meter;       /**< name of the meter; NULL with length 0 when the file has no such column */
    const char *reg;         /**< name of the register; NULL with length 0 when the file has no such column */
    size_t meter_len;        /**< bytes of `meter` */
    size_t reg_len;          /**< bytes of `reg` */
    int64_t line;            /**< line number in the file, from 1 */
    int32_t is_interval;     /**< 0: `reading` is filled; 1: `interval` is filled */
    int32_t series;          /**< number of the row's meter and register among those of the file: 0, 1, … as they first appear */
    mbill_reading reading;   /**< a sample, when is_interval is 0 */
    mbill_interval interval; /**< usage, when is_interval is 1 */
} mbill_reading_row;

/** A readings file that is being read row by row. */
typedef struct mbill_reading_file mbill_reading_file;

/**
 * Start to read a readings file: CSV (RFC 4180, comma, UTF-8 without byte-order mark, LF or CRLF) with a header.
 *
 * The header decides the form. Register samples have the columns `time` and `value`; intervals have `start`, `end` and
 * `quantity`. Both may have `meter`, `register` and `quality` (empty, measured, estimated, substituted), samples also `mark`
 * (empty, rollover, removed, installed). Columns stand in any order; others are refused.
 *
 * @param text           not NULL; not NUL-terminated; must outlive the handle
 * @param len            bytes of @p text
 * @param zone           of times without an offset; NULL = UTC; must outlive the handle
 * @param allocator      NULL = libc
 * @param[out] out_file  NULL on failure; to be freed with mbill_reading_file_free()
 * @param[out] err       NULL, or filled on failure: index = the line
 * @retval MBILL_OK
 * @retval MBILL_E_ENCODING       not UTF-8, or a byte that is no text
 * @retval MBILL_E_SYNTAX         no header, or another delimiter
 * @retval MBILL_E_MISSING_KEY    a column is missing
 * @retval MBILL_E_UNKNOWN_KEY    a column that is not known, or belongs to the other form
 * @retval MBILL_E_DUPLICATE_KEY  a column stands twice
 * @retval MBILL_E_LIMIT          too many columns
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_UNKNOWN_OPTION @p allocator has a flag or member this version does not know
 * @retval MBILL_E_MISUSE         a pointer is NULL, or @p allocator is incomplete
 * @par Thread safety
 * The handle belongs to one thread at a time.
 * @par Cost
 * O(len): the text is checked once.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_reading_file_open(const char *text, size_t len, const mbill_zone *zone,
    const mbill_allocator *allocator, mbill_reading_file **out_file, mbill_error *err);

/**
 * The next row of a readings file.
 *
 * Within one meter and register rows must rise in time: samples strictly, but for a removed meter and the one installed at the
 * same instant; intervals may touch. Times are read as by mbill_time_parse(), quantities as by mbill_decimal_parse() with six
 * places. Names of meters and registers have 1 to 128 bytes.
 *
 * @param file           not NULL
 * @param[out] out_row   filled when there is a row; its texts point into the file's text; untouched on failure and at the end
 * @param[out] out_more  1: there was a row; 0: the end
 * @param[out] err       NULL, or filled on failure: index = the line
 * @retval MBILL_OK
 * @retval MBILL_E_SYNTAX             a row with another number of fields than the header, a blank line, a stray quote
 * @retval MBILL_E_ORDER              a row is not later than the row before of its meter and register
 * @retval MBILL_E_OVERLAP            an interval starts before the one before of its meter and register ends
 * @retval MBILL_E_DATE               text that is no time
 * @retval MBILL_E_NO_SUCH_TIME       a local time that the clock change skips
 * @retval MBILL_E_AMBIGUOUS_TIME     a local time that occurs twice
 * @retval MBILL_E_NUMBER             text that is no decimal number
 * @retval MBILL_E_DIGITS             more than six decimal places
 * @retval MBILL_E_OVERFLOW           a number that does not fit
 * @retval MBILL_E_RANGE              a register value below 0; a time outside the years of calendar.h
 * @retval MBILL_E_INVALID            an unknown mark or quality, an empty name, an interval that ends where it starts or before
 * @retval MBILL_E_LIMIT              a name that is too long
 * @retval MBILL_E_NOMEM              no memory for another meter
 * @retval MBILL_E_MISUSE             a pointer is NULL, or an earlier row was refused: a file is not read on after a refusal
 * @par Thread safety
 * The handle belongs to one thread at a time.
 * @par Cost
 * O(row) on average; memory grows with the number of meters and registers, about 150 bytes each.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_reading_file_next(mbill_reading_file *file, mbill_reading_row *out_row,
    int32_t *out_more, mbill_error *err);

/**
 * Give back what a readings file holds; its text stays the caller's.
 *
 * @param file  may be NULL
 * @since 0.1
 */
MBILL_API void mbill_reading_file_free(mbill_reading_file *file);

/** One quantity handed to pricing: a register's intervals, or its total, or its total in one period when the meter itself keeps
 * the periods. */
typedef struct mbill_input {
    const char *name;                /**< the register's name in the tariff's inputs, NUL-terminated */
    const char *period;              /**< NULL; or the period the total belongs to */
    const mbill_interval *intervals; /**< NULL: total_micro is the quantity of the whole span */
    size_t n_intervals;              /**< how many; 0 when the total is meant */
    int64_t total_micro;             /**< in 10^-6 of the register's unit; not looked at when there are intervals */
    uint32_t flags;                  /**< MBILL_READING_ESTIMATED / SUBSTITUTED for a total */
    uint32_t reserved;               /**< 0 */
} mbill_input;

/** A usage document, read. */
typedef struct mbill_usage mbill_usage;

/**
 * Read a document of kind "usage": a span and what was used in it, one entry for each register in one of four forms.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "usage", "from": "2026-01-01", "to": "2026-02-01", "inputs": [
 *   {"register": "import", "total": "650", "quality": "estimated"},
 *   {"register": "export", "periods": {"peak": "500", "valley": "700"}},
 *   {"register": "pump", "start": "2026-01-01", "step_s": 3600, "values": ["0.5", "0.25"]},
 *   {"register": "lift", "readings": [["2026-01-01", "300"], ["2026-02-01", "5", "rollover"]],
 *    "modulus": "1000", "multiplier": "40"}]}
 * @endcode
 *
 * With `"span_to"` the usage is for a part of a billing span: from its start to `to`; the billing span ends at `span_to`.
 * `total` is the register's quantity over the span, `periods` its quantities where the meter itself keeps the periods, `values`
 * intervals of one step, `readings` counts with an optional mark (rollover, removed, installed), taken through
 * mbill_usage_from_registers(). Time that values or readings leave uncovered is not refused here: pricing judges it. `modulus`
 * (never rolls over when left out) and `multiplier` (1) belong to `readings`; `start`, `step_s` (1 to 31,622,400) and `round` to
 * `values`. With `"round": "half_even"` values of more than six places are rounded to six, exactly; without it they are refused.
 * `quality` is measured (what is meant when left out), estimated or substituted. `inputs` may be empty: the
 * bill then has fixed charges alone. At most 1,000 entries, where each of the `periods` counts as one, and 1,000,000 values or
 * readings in each.
 *
 * @param json            not NULL; not NUL-terminated; not kept
 * @param len             bytes of @p json
 * @param zone            of times without an offset; NULL = UTC; not kept
 * @param allocator       NULL = libc
 * @param[out] out_usage  NULL on failure; to be freed with mbill_usage_free()
 * @param[out] err        NULL, or filled on failure: path = the JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_SYNTAX        not well-formed JSON
 * @retval MBILL_E_ENCODING      not clean UTF-8
 * @retval MBILL_E_LIMIT         too large, too deep, or too many entries, values or readings
 * @retval MBILL_E_UNKNOWN_KEY   a key that is not known
 * @retval MBILL_E_DUPLICATE_KEY a key, so also a period, that stands twice
 * @retval MBILL_E_MISSING_KEY   a key or the quantity of an entry is missing
 * @retval MBILL_E_TYPE          a value of the wrong JSON type
 * @retval MBILL_E_VERSION       another version of the form
 * @retval MBILL_E_INVALID       another kind, a span without length, a register in two entries, two forms in one entry, a key of
 *                               another form, an unknown word, an empty list, or what mbill_usage_from_registers() refuses so
 * @retval MBILL_E_NUMBER        text that is no decimal number
 * @retval MBILL_E_DIGITS        more than six decimal places
 * @retval MBILL_E_OVERFLOW      a quantity that does not fit
 * @retval MBILL_E_RANGE         a step, count or time outside its range
 * @retval MBILL_E_DATE          text that is no time; also #MBILL_E_NO_SUCH_TIME and #MBILL_E_AMBIGUOUS_TIME
 * @retval MBILL_E_ORDER         readings out of order; also #MBILL_E_OVERLAP and #MBILL_E_REGRESSED
 * @retval MBILL_E_GAP           readings that cover nothing of the span
 * @retval MBILL_E_NOMEM         no memory
 * @retval MBILL_E_UNKNOWN_OPTION @p allocator has a flag or member this version does not know
 * @retval MBILL_E_MISUSE        a pointer is NULL, or @p allocator is incomplete
 * @par Thread safety
 * Any number of threads may read what was returned; nothing global is touched.
 * @par Cost
 * O(len), with a tree of the document in memory while it is read.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_read(const char *json, size_t len, const mbill_zone *zone,
    const mbill_allocator *allocator, mbill_usage **out_usage, mbill_error *err);

/**
 * Free a usage document and everything its inputs point to.
 *
 * @param usage  may be NULL
 * @since 0.1
 */
MBILL_API void mbill_usage_free(mbill_usage *usage);

/**
 * The inputs of a usage document, as pricing takes them: one for each entry, or one for each period of an entry, in the
 * document's order.
 *
 * @param usage              may be NULL: no inputs
 * @param[out] out_n_inputs  NULL, or how many
 * @return                   the first of them; lives as long as @p usage
 * @since 0.1
 */
MBILL_API const mbill_input *mbill_usage_inputs(const mbill_usage *usage, size_t *out_n_inputs);

/**
 * Start of the span that a usage document is for.
 *
 * @param usage  may be NULL
 * @return       UTC seconds; INT64_MIN when @p usage is NULL
 * @since 0.1
 */
MBILL_API int64_t mbill_usage_from_utc_s(const mbill_usage *usage);

/**
 * End of the span that a usage document is for, not included.
 *
 * @param usage  may be NULL
 * @return       UTC seconds; INT64_MIN when @p usage is NULL
 * @since 0.1
 */
MBILL_API int64_t mbill_usage_to_utc_s(const mbill_usage *usage);

/**
 * End of the billing span of which a usage document covers a part: its "span_to".
 *
 * @param usage  may be NULL
 * @return       UTC seconds; 0 when the document has none (its usage is for the whole billing span), or @p usage is NULL
 * @since 0.1
 */
MBILL_API int64_t mbill_usage_span_to_utc_s(const mbill_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
