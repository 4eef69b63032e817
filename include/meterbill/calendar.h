/* SPDX-License-Identifier: Apache-2.0 */
/** @file calendar.h  Civil dates, instants and time zones. */
#ifndef MBILL_CALENDAR_H
#define MBILL_CALENDAR_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** First and last civil year the library works with; instants are limited to the same span. */
#define MBILL_YEAR_MIN 1900
#define MBILL_YEAR_MAX 2999

/** A civil date of the Gregorian calendar. month 1-12, day 1-31. */
typedef struct mbill_date {
    int32_t year, month, day;
} mbill_date;

/** Rules of a time zone, immutable; may be shared between threads. */
typedef struct mbill_zone mbill_zone;

/** Which instant a local time that occurs twice (clocks go back) means. */
typedef enum mbill_fold { MBILL_FOLD_REFUSE = 0, MBILL_FOLD_EARLIER = 1, MBILL_FOLD_LATER = 2 } mbill_fold;

/* [the calendar engineer writes the full doc comments and may add what is missing]
 * "days" are int32_t civil day numbers, 0 = 1970-01-01. Weekdays 1 = Monday .. 7 = Sunday. */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_to_days(mbill_date date, int32_t *out_days, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_date_of_days(int32_t days, mbill_date *out_date, mbill_error *err);
MBILL_API int32_t mbill_date_weekday(int32_t days);
MBILL_API int32_t mbill_month_length(int32_t year, int32_t month);
/* add months; a day past the end of the target month becomes its last day */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_add_months(mbill_date date, int32_t months, mbill_date *out_date, mbill_error *err);
MBILL_API MBILL_NODISCARD mbill_status mbill_date_parse(const char *text, size_t len, mbill_date *out_date, mbill_error *err); /* YYYY-MM-DD */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_print(mbill_date date, char *out_text, size_t *inout_len, mbill_error *err);

/* POSIX TZ rule: "CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0545>-5:45", Jn and n forms, hours -167..167 */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_from_rule(const char *rule, size_t len, const mbill_allocator *allocator, mbill_zone **out_zone, mbill_error *err);
/* TZif bytes (RFC 8536, versions 1-4, with footer) handed in by the caller */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_from_tzif(const void *bytes, size_t n_bytes, const mbill_allocator *allocator, mbill_zone **out_zone, mbill_error *err);
MBILL_API void mbill_zone_free(mbill_zone *zone);

/* Seconds east of UTC at an instant. zone NULL = UTC (in all functions below). */
MBILL_API int32_t mbill_zone_offset(const mbill_zone *zone, int64_t utc_s);
/* Offset without daylight saving at an instant ("clock": "standard"). */
MBILL_API int32_t mbill_zone_standard_offset(const mbill_zone *zone, int64_t utc_s);
/* The first instant after utc_s at which the offset changes; INT64_MAX if there is none. */
MBILL_API int64_t mbill_zone_next_change(const mbill_zone *zone, int64_t utc_s);
/* local_s: seconds since 1970-01-01T00:00:00 of the local clock. E_NO_SUCH_TIME in a gap; in a fold by `fold` (E_AMBIGUOUS_TIME when REFUSE). */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_to_utc(const mbill_zone *zone, int64_t local_s, mbill_fold fold, int64_t *out_utc_s, mbill_error *err);
/* The first instant of a civil day (a day whose midnight does not exist begins at the first instant after it; a repeated midnight: the earlier). */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_day_start(const mbill_zone *zone, int32_t days, int64_t *out_utc_s, mbill_error *err);
/* The civil day an instant lies in. */
MBILL_API int32_t mbill_zone_day(const mbill_zone *zone, int64_t utc_s);

/* Instants as text: "2026-01-01T00:00:00+08:00", "…Z", seconds optional, 'T' or one space; without offset it is local time of zone (fold
 * refused); a bare date is the start of that day. E_DATE, E_NO_SUCH_TIME, E_AMBIGUOUS_TIME, E_RANGE. */
MBILL_API MBILL_NODISCARD mbill_status mbill_time_parse(const char *text, size_t len, const mbill_zone *zone, int64_t *out_utc_s, mbill_error *err);
/* "2026-01-01T00:00:00+08:00" in the zone ("Z" when zone is NULL). */
MBILL_API MBILL_NODISCARD mbill_status mbill_time_print(int64_t utc_s, const mbill_zone *zone, char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
