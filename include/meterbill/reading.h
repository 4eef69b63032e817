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
    int64_t at_utc_s;
    int64_t value_micro; /**< the register's own count, before the multiplier; >= 0 */
    uint32_t flags;      /**< MBILL_READING_* */
    uint32_t reserved;   /**< 0 */
} mbill_reading;

/** Usage over [start_utc_s, end_utc_s). Stride is fixed for ever: 32 bytes. */
typedef struct mbill_interval {
    int64_t start_utc_s;
    int64_t end_utc_s; /**< > start_utc_s */
    int64_t quantity_micro;
    uint32_t flags;    /**< MBILL_READING_ESTIMATED, MBILL_READING_SUBSTITUTED */
    uint32_t reserved; /**< 0 */
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
    uint32_t struct_size;
    uint32_t flags;            /**< or of the flags of all readings used */
    int64_t total_micro;       /**< sum of the intervals */
    int64_t gap_s;             /**< seconds of the span that nothing covers */
    int64_t first_gap_utc_s;   /**< start of the first gap; INT64_MIN when none */
    int64_t n_rollovers;
    int64_t n_replacements;
} mbill_usage_summary;

#define MBILL_USAGE_ALLOW_GAPS 0x1u /**< gaps are reported in the summary instead of refused */

/* [the meter engineer writes the full doc comments]
 * Differences of consecutive readings that overlap [from, to), times the multiplier, rounded half_even to micro-units so that parts add up to
 * the whole (round the cumulative product, then difference). Intervals that cross an edge are kept whole: pricing decides what is done with them.
 * E_ORDER (index), E_OVERLAP (same instant twice), E_REGRESSED, E_RANGE (value >= modulus or negative), E_INVALID (marks that contradict
 * each other), E_GAP, E_OVERFLOW, E_ROOM (out_n = needed). REMOVED/INSTALLED come in pairs in that order, at the same instant or later (later = gap). */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_from_registers(const mbill_register *reg, const mbill_reading *readings, size_t n_readings,
    int64_t from_utc_s, int64_t to_utc_s, uint32_t flags, mbill_interval *out_intervals, size_t cap_intervals, size_t *out_n_intervals,
    mbill_usage_summary *out_summary, mbill_error *err);

/* Interval readings as they came: checked for order, overlap, gap against [from, to). Writes nothing but the summary. */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_check(const mbill_interval *intervals, size_t n_intervals, int64_t from_utc_s, int64_t to_utc_s,
    uint32_t flags, mbill_usage_summary *out_summary, mbill_error *err);

/** One row of a readings file. Texts point into the file's text, are not NUL-terminated and live as long as it. */
typedef struct mbill_reading_row {
    const char *meter, *reg;    /**< names; NULL with length 0 when the file has no such column */
    size_t meter_len, reg_len;
    int64_t line;               /**< line number in the file, from 1 */
    int32_t is_interval;        /**< 0: `reading` is filled; 1: `interval` is filled */
    int32_t reserved;
    mbill_reading reading;
    mbill_interval interval;
} mbill_reading_row;

typedef struct mbill_reading_file mbill_reading_file;

/* A readings file (CSV) row by row. Header decides the form: `time,value` (register samples) or `start,quantity` with `end` (or a fixed
 * step: `end` may be absent when every row of a meter follows the one before by the same step — refuse instead: `end` is required);
 * optional columns meter, register, mark (empty, rollover, removed, installed; register samples only), quality (empty, measured, estimated,
 * substituted). Times: mbill_time_parse with the zone. Within one file the readings of one meter and register must rise in time: E_ORDER.
 * text must outlive the handle. err->index = line. */
MBILL_API MBILL_NODISCARD mbill_status mbill_reading_file_open(const char *text, size_t len, const mbill_zone *zone,
    const mbill_allocator *allocator, mbill_reading_file **out_file, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_reading_file_next(mbill_reading_file *file, mbill_reading_row *out_row, int32_t *out_more, mbill_error *err);
MBILL_API void mbill_reading_file_free(mbill_reading_file *file);

/** One quantity handed to pricing: a register's intervals, or its total, or its total in one period when the meter itself keeps the periods. */
typedef struct mbill_input {
    const char *name;                /**< the register's name in the tariff's inputs, NUL-terminated */
    const char *period;              /**< NULL; or the period the total belongs to */
    const mbill_interval *intervals; /**< NULL: total_micro is the quantity of the whole span */
    size_t n_intervals;
    int64_t total_micro;
    uint32_t flags;                  /**< MBILL_READING_ESTIMATED / SUBSTITUTED for a total */
    uint32_t reserved;
} mbill_input;

/** A usage document, read. */
typedef struct mbill_usage mbill_usage;

/* Read a usage document:
 * {"meterbill": 1, "kind": "usage", "from": "2026-01-01", "to": "2026-02-01", "inputs": [
 *    {"register": "import", "total": "650"},
 *    {"register": "import", "periods": {"peak": "500", "valley": "700"}},
 *    {"register": "import", "start": "2018-01-01", "step_s": 3600, "values": ["0.5", …]},
 *    {"register": "import", "readings": [["2026-01-01", "300"], ["2026-02-01", "950"], ["2026-02-03","5","rollover"]], "modulus": "1000000", "multiplier": "1"} ],
 *   "quality": "estimated" (optional, per input) }
 * Exactly one of total, periods, values, readings an input. from/to and times in `zone` when they carry no offset.
 * "round": "half_even" on a values input is the explicit option that admits more than 6 decimals, rounding each value to 10^-6. */
MBILL_API MBILL_NODISCARD mbill_status mbill_usage_read(const char *json, size_t len, const mbill_zone *zone, const mbill_allocator *allocator,
    mbill_usage **out_usage, mbill_error *err);
MBILL_API void mbill_usage_free(mbill_usage *usage);
MBILL_API const mbill_input *mbill_usage_inputs(const mbill_usage *usage, size_t *out_n_inputs);
MBILL_API int64_t mbill_usage_from_utc_s(const mbill_usage *usage);
MBILL_API int64_t mbill_usage_to_utc_s(const mbill_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
