/* SPDX-License-Identifier: Apache-2.0 */
/* The periods of a time axis, worked out once for all accounts. Days whose periods follow each other alike share a pattern: their rows of
 * quantities are added place by place, and only the sum is looked at period by period. */
#ifndef MBILL__ROWS_H
#define MBILL__ROWS_H

#include "meter/axis.h"
#include "tariff/schedule.h"

/* The steps of one day at most (of 5 minutes); longer rows are cut. */
#define MBILL__ROW_MAX 288

/* Patterns that are summed place by place at the same time, and the places of all of them; days of further patterns, which an ordinary
 * calendar has none of, are added step by step. */
#define MBILL__SUMMED_PATTERNS 64
#define MBILL__SUMS_MAX 1536
#define MBILL__NO_SUMS SIZE_MAX

typedef struct mbill__pattern {
    const uint8_t *periods; /* of each step of a row */
    size_t n;
    size_t sums_at; /* its first place among the sums; or MBILL__NO_SUMS */
} mbill__pattern;

/* Rows that follow each other and are alike: the steps [start, end). */
typedef struct mbill__band {
    uint32_t start, end;
    uint32_t pattern;
} mbill__band;

typedef struct mbill__rows {
    const mbill__schedule *schedule;
    bool fit; /* periods are known, and change between steps alone; else the rest is not filled */
    uint8_t *periods;
    mbill__pattern *patterns;
    size_t n_patterns, n_sums;
    mbill__band *bands; /* in the order of time */
    size_t n_bands;
} mbill__rows;

/* Rows of the steps [from, to) of the axis. */
mbill_status mbill__rows_make(mbill__rows *out, mbill__arena *arena, const mbill__schedule *schedule, const mbill_day_list *lists,
    size_t n_lists, const mbill_axis *axis, size_t from, size_t to, mbill_error *err);

/* Quantities of the steps [from, to) added to their periods' sums. The column's check has seen to it that nothing overflows. */
void mbill__rows_sum(const mbill__rows *rows, const int64_t *quantities_micro, size_t from, size_t to, int64_t *inout_micro);

/* The highest quantity of the steps [from, to) in periods of the set (one bit a period), and 0 when none is above. */
int64_t mbill__rows_highest(const mbill__rows *rows, const int64_t *quantities_micro, size_t from, size_t to,
    uint32_t period_set);

/* The highest of n quantities, and 0 when none is above. */
int64_t mbill__highest_of(const int64_t *quantities_micro, size_t n);

/* Sum of n quantities. */
int64_t mbill__sum_of(const int64_t *quantities_micro, size_t n);

#endif
