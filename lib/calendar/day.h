/* SPDX-License-Identifier: Apache-2.0 */
/* Which kind of day a civil day is, and which season: ordered rules, the first that matches decides. Plain data that a tariff
 * (or an alarm, or a supply calendar) compiles once; all arrays belong to the caller. */
#ifndef MBILL__DAY_H
#define MBILL__DAY_H

#include "base/fail.h"
#include "calendar/yearly.h"
#include "meterbill/calendar.h"

/* Civil days [from, to). */
typedef struct mbill__day_range {
    int32_t from, to;
} mbill__day_range;

/* One rule; exactly one of weekdays, ranges and yearly, list, otherwise is used. */
typedef struct mbill__day_rule {
    int32_t type;                   /* the day type it gives */
    uint32_t weekdays;              /* bit 0 = Monday .. bit 6 = Sunday */
    const mbill__day_range *ranges; /* written dates, rising: holidays, and working days that were swapped in */
    size_t n_ranges;
    const mbill__yearly *yearly; /* holidays by rule */
    size_t n_yearly;
    int32_t list;      /* index of a list of days known only when pricing (event days); -1 = none */
    int32_t otherwise; /* 1: matches every day */
} mbill__day_rule;

/* A list of days handed in when pricing, ascending. */
typedef struct mbill__day_list {
    const int32_t *days;
    size_t n_days;
} mbill__day_list;

/* The type of the first rule that matches, or -1 when none does. A rule whose list index is >= n_lists never matches. */
int32_t mbill__day_type(const mbill__day_rule *rules, size_t n_rules, const mbill__day_list *lists, size_t n_lists, int32_t day);

/* Does a day of every year of `other` fall into the written dates of `dated`? *out_day is then one that does. */
bool mbill__day_meets(const mbill__day_rule *dated, const mbill__day_rule *other, int32_t *out_day);

/* A season: month-days [from, to) as month * 100 + day, may wrap over the year's end (from > to); from == to == 0 means
 * "otherwise". */
typedef struct mbill__season {
    int32_t from, to;
} mbill__season;

/* Index of the first season that holds the day, or -1. */
int32_t mbill__season_of(const mbill__season *seasons, size_t n_seasons, int32_t day);

/* The days [*from, *to) around `day` that lie in its season without a break: at most a year each way. */
void mbill__season_span(const mbill__season *seasons, size_t n_seasons, int32_t day, int32_t *from, int32_t *to);

/* Spans of the civil calendar that a ladder or a fee runs over. */
typedef enum mbill__span_kind {
    MBILL__SPAN_DAY = 1,
    MBILL__SPAN_MONTH,
    MBILL__SPAN_TWO_MONTHS,
    MBILL__SPAN_QUARTER,
    MBILL__SPAN_FOUR_MONTHS,
    MBILL__SPAN_HALF_YEAR,
    MBILL__SPAN_YEAR
} mbill__span_kind;

/* The span [*from, *to) of civil days that holds `day`. Spans longer than a month begin at month-day `start` (month * 100 + day; 0 =
 * 0101), on 28 February for 0229 in common years. */
mbill_status mbill__span_of(mbill__span_kind kind, int32_t start, int32_t day, int32_t *from, int32_t *to, mbill_error *err);

#endif
