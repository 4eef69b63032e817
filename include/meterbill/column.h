/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file column.h  Usage as a column: one quantity for each step of a time axis that many accounts share.
 *
 * A column is 8 bytes a step instead of the 32 of an interval, is checked once, and is then priced any number of times (bulk.h).
 */
#ifndef MBILL_COLUMN_H
#define MBILL_COLUMN_H

#include "meterbill/reading.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Steps of equal length: step i is [start_utc_s + i x step_s, start_utc_s + (i + 1) x step_s). Stride is fixed for ever: 24 bytes. */
typedef struct mbill_axis {
    int64_t start_utc_s; /**< where the first step begins, UTC seconds */
    int64_t step_s;      /**< 1 to 31,622,400 */
    int64_t n;           /**< 1 to 16,777,216 steps, inside the years of calendar.h */
} mbill_axis;

/** A checked column. Made by mbill_column_check() or mbill_column_of_intervals() alone. Stride is fixed for ever: 40 bytes. */
typedef struct mbill_column {
    const int64_t *quantities_micro; /**< one a step; the caller's, kept while the column is used */
    const uint8_t *flags;            /**< one a step: MBILL_READING_ESTIMATED, MBILL_READING_SUBSTITUTED; NULL: none has any */
    int64_t n;                       /**< steps of the axis it was checked for */
    int64_t total_micro;             /**< sum of the quantities */
    uint32_t any_flags;              /**< or of all flags */
    uint32_t any_negative;           /**< 1: a quantity is below 0 */
} mbill_column;

/**
 * Check quantities that already stand on an axis.
 *
 * The sum of their magnitudes must fit int64_t, so that no sum of any of them can overflow.
 *
 * @param axis              not NULL
 * @param quantities_micro  axis->n of them, 10^-6 of the unit; not copied
 * @param flags             axis->n of them, or NULL; not copied
 * @param[out] out_column   not NULL; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the step
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE           the axis is empty, too long or outside the calendar
 * @retval MBILL_E_OVERFLOW        the quantities add up to more than int64_t holds
 * @retval MBILL_E_UNKNOWN_OPTION  a flag this version does not know
 * @retval MBILL_E_MISUSE          a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One pass; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_column_check(const mbill_axis *axis, const int64_t *quantities_micro,
    const uint8_t *flags, mbill_column *out_column, mbill_error *err);

/**
 * Put intervals on an axis, and check the column.
 *
 * The intervals must be the steps of the axis, one each and in order; a gap is refused: an account with gaps is priced by itself.
 *
 * @param axis                  not NULL
 * @param intervals             axis->n of them
 * @param n_intervals           how many
 * @param[out] out_quantities_micro  room for axis->n; the column points to it. Its contents mean nothing after a failure
 * @param[out] out_flags        room for axis->n; NULL: a reading that is not measured is refused
 * @param[out] out_column       not NULL; untouched on failure
 * @param[out] err              NULL, or filled on failure: index = the interval
 * @retval MBILL_OK
 * @retval MBILL_E_GAP       a step without an interval
 * @retval MBILL_E_ORDER     an interval before its turn, or beyond the axis
 * @retval MBILL_E_BOUNDARY  an interval that is not one step of the axis
 * @retval MBILL_E_INVALID   a reading with a flag and no room for flags
 * @retval MBILL_E_RANGE, MBILL_E_OVERFLOW, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_column_check()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Two passes; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_column_of_intervals(const mbill_axis *axis, const mbill_interval *intervals,
    size_t n_intervals, int64_t *out_quantities_micro, uint8_t *out_flags, mbill_column *out_column, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
