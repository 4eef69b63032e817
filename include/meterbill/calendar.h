/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file calendar.h  Civil dates, instants and time zones.
 *
 * Instants are int64_t seconds of POSIX time (since 1970-01-01T00:00:00Z, leap seconds not counted). Civil dates are those of the
 * Gregorian calendar; a civil day as a number counts from 1970-01-01 = 0. Spans are half-open. Zone data is handed in by the
 * caller: the library reads no file, no environment and no clock.
 */
#ifndef MBILL_CALENDAR_H
#define MBILL_CALENDAR_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** First civil year the library works with. */
#define MBILL_YEAR_MIN 1900
/** Last civil year the library works with. */
#define MBILL_YEAR_MAX 2999

/**
 * A civil date of the Gregorian calendar. Functions that take one refuse a day that does not exist.
 * @since 0.1
 */
typedef struct mbill_date {
    int32_t year;  /**< #MBILL_YEAR_MIN to #MBILL_YEAR_MAX */
    int32_t month; /**< 1 to 12 */
    int32_t day;   /**< 1 to 31 */
} mbill_date;

/**
 * How the clocks of a place go: a table of changes, a rule for the time after it, or both. Immutable; any number of threads may
 * share one. Where a function takes a zone, NULL means UTC.
 * @since 0.1
 */
typedef struct mbill_zone mbill_zone;

/**
 * Which instant a local time means that occurs twice, because clocks go back.
 * @since 0.1
 */
typedef enum mbill_fold {
    MBILL_FOLD_REFUSE = 0,  /**< neither: #MBILL_E_AMBIGUOUS_TIME */
    MBILL_FOLD_EARLIER = 1, /**< the first time the clocks show it */
    MBILL_FOLD_LATER = 2    /**< the last time the clocks show it */
} mbill_fold;

/**
 * The number of a civil day: 0 is 1970-01-01, the day before it -1.
 *
 * @param date           a day of the years #MBILL_YEAR_MIN to #MBILL_YEAR_MAX
 * @param[out] out_days  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DATE   the month has no such day, or there is no such month
 * @retval MBILL_E_RANGE  the year is outside the calendar
 * @retval MBILL_E_MISUSE @p out_days is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_to_days(mbill_date date, int32_t *out_days, mbill_error *err);

/**
 * The civil date of a day number; mbill_date_to_days() gives the number back.
 *
 * @param days           -25567 (1900-01-01) to 376199 (2999-12-31)
 * @param[out] out_date  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  @p days is outside the calendar
 * @retval MBILL_E_MISUSE @p out_date is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_of_days(int32_t days, mbill_date *out_date, mbill_error *err);

/**
 * The weekday of a civil day, numbered as in ISO 8601: 1 is Monday, 7 is Sunday.
 *
 * @param days  any day number, also outside the calendar
 * @return 1 to 7
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_date_weekday(int32_t days);

/**
 * How many days a month has.
 *
 * @param year   any year; the Gregorian rule is applied to all
 * @param month  1 to 12
 * @return 28 to 31; 0 when there is no such month
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_month_length(int32_t year, int32_t month);

/**
 * The same day some months later. A day that the month does not have becomes its last day: 2026-01-31 and one month is
 * 2026-02-28.
 *
 * Steps do not add up, because of those days: for a row of due dates, add 1, 2, 3 … months to the first date.
 *
 * @param date           a day of the calendar
 * @param months         any number; negative goes back
 * @param[out] out_date  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DATE   @p date does not exist
 * @retval MBILL_E_RANGE  @p date or the result is outside the calendar
 * @retval MBILL_E_MISUSE @p out_date is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_add_months(mbill_date date, int32_t months, mbill_date *out_date,
    mbill_error *err);

/**
 * Read a date as RFC 3339 writes it (full-date): "2026-01-31". Nothing may stand before or behind it.
 *
 * @param text           not NULL; @p len bytes, no NUL needed
 * @param len            bytes of @p text
 * @param[out] out_date  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DATE   the text is not of this form, or there is no such day
 * @retval MBILL_E_RANGE  the year is outside the calendar
 * @retval MBILL_E_MISUSE @p text or @p out_date is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_parse(const char *text, size_t len, mbill_date *out_date, mbill_error *err);

/**
 * Write a date as RFC 3339 does (full-date): "2026-01-31". mbill_date_parse() gives it back.
 *
 * @param date               a day of the calendar
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out (11), also when the status is #MBILL_E_ROOM
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DATE   @p date does not exist
 * @retval MBILL_E_RANGE  @p date is outside the calendar
 * @retval MBILL_E_ROOM   the text does not fit; nothing was written to @p out_text
 * @retval MBILL_E_MISUSE @p inout_len is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_date_print(mbill_date date, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * Make a zone from a rule in the form of the environment variable TZ (POSIX.1-2017, XBD 8.3). The text is handed in by the
 * caller; the environment is not read.
 *
 * | rule | place |
 * |---|---|
 * | `CST-8` | China: eight hours east of UTC, no daylight saving |
 * | `CET-1CEST,M3.5.0,M10.5.0/3` | Germany: from the last Sunday of March, 02:00, to the last of October, 03:00 |
 * | `<+0545>-5:45` | Nepal: a name in digits stands between < and > |
 * | `IST-1GMT0,M10.5.0,M3.5.0/1` | Ireland: summer time is standard by law; winter time is "daylight saving", an hour behind |
 * | `AEST-10AEDT,M10.1.0,M4.1.0/3` | Sydney: daylight saving over the year's end |
 *
 * Offsets count west of UTC, as POSIX has it, up to 24:59:59. Days are Mmonth.week.weekday (week 5 is the last, weekday 0 is
 * Sunday), Jn (1 to 365, 29 February never counted) or n (0 to 365). The time of a change is local, 02:00:00 when not given, and
 * between -167:59:59 and 167:59:59 as in RFC 8536, 3.3.1. Where daylight saving is named, both days must be given: there is no
 * default. A year in which an end falls on the next start has daylight saving throughout, as in `EST5EDT,0/0,J365/25`.
 *
 * A rule holds for all years; for a place whose rule was another one before, use mbill_zone_from_tzif(). Before and after the
 * calendar's years the offset stays as it is at their ends.
 *
 * @param rule           not NULL; @p len bytes, no NUL needed, no space, no leading ':'
 * @param len            bytes of @p rule
 * @param allocator      NULL = the C library's; remembered by the zone
 * @param[out] out_zone  not NULL; NULL on failure; free with mbill_zone_free()
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ZONE           the text is not such a rule
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_UNKNOWN_OPTION @p allocator has a flag or member this version does not know
 * @retval MBILL_E_MISUSE         @p rule or @p out_zone is NULL, or @p allocator is incomplete
 * @par Thread safety
 * Nothing global is read or written but through @p allocator.
 * @par Cost
 * O(len); one allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_from_rule(const char *rule, size_t len, const mbill_allocator *allocator,
    mbill_zone **out_zone, mbill_error *err);

/**
 * Make a zone from the bytes of a TZif file, such as /usr/share/zoneinfo/Europe/Berlin. The caller reads the file; its bytes are
 * not needed afterwards.
 *
 * Versions 1 to 3 (RFC 8536) and 4 (RFC 9636). From version 2 on the 64-bit block and the footer's rule are used; the 32-bit
 * block is stepped over. After the last change of a version 1 file, or one with an empty footer, the offset stays. The file does
 * not say what daylight saving is ahead of: it is taken to be the last standard offset before it, or the next one behind it where
 * only that is the usual hour less, or where the one before would be more than two hours less or an hour more; where neither will
 * do, an hour less.
 *
 * @param bytes          not NULL; the whole file
 * @param n_bytes        bytes of the file, at most 65536
 * @param allocator      NULL = the C library's; remembered by the zone
 * @param[out] out_zone  not NULL; NULL on failure; free with mbill_zone_free()
 * @param[out] err       NULL, or filled on failure; index = the change or type that is wrong, where it is one
 * @retval MBILL_OK
 * @retval MBILL_E_ZONE           not a TZif file, cut short, counts that are not its own, changes out of order, a footer that is
 *                                no rule or contradicts the last change, leap seconds, an offset of more than 26 hours
 * @retval MBILL_E_LIMIT          more than 65536 bytes
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_UNKNOWN_OPTION @p allocator has a flag or member this version does not know
 * @retval MBILL_E_MISUSE         @p bytes or @p out_zone is NULL, or @p allocator is incomplete
 * @par Thread safety
 * Nothing global is read or written but through @p allocator.
 * @par Cost
 * O(n_bytes); two allocations.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_from_tzif(const void *bytes, size_t n_bytes, const mbill_allocator *allocator,
    mbill_zone **out_zone, mbill_error *err);

/**
 * Free a zone. Nothing may use it any more.
 *
 * @param zone  NULL does nothing
 * @par Thread safety
 * No other thread may use @p zone.
 * @par Cost
 * O(1).
 * @since 0.1
 */
MBILL_API void mbill_zone_free(mbill_zone *zone);

/**
 * What local clocks are ahead of UTC at an instant.
 *
 * @param zone   NULL = UTC
 * @param utc_s  any instant
 * @return seconds east of UTC, -93600 to 93600
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_zone_offset(const mbill_zone *zone, int64_t utc_s);

/**
 * What local clocks would be ahead of UTC at an instant without daylight saving, for tariffs whose clock is "standard".
 *
 * Standard is what the zone's data calls so: for the rule `IST-1GMT0,M10.5.0,M3.5.0/1` it is +01:00 in summer and winter.
 *
 * @param zone   NULL = UTC
 * @param utc_s  any instant
 * @return seconds east of UTC
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_zone_standard_offset(const mbill_zone *zone, int64_t utc_s);

/**
 * The next instant at which mbill_zone_offset() or mbill_zone_standard_offset() changes; both are constant from @p utc_s until
 * then.
 *
 * @param zone   NULL = UTC
 * @param utc_s  any instant
 * @return an instant after @p utc_s; INT64_MAX when there is none, which is also so after the calendar's years
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API int64_t mbill_zone_next_change(const mbill_zone *zone, int64_t utc_s);

/**
 * The instant at which local clocks show a time.
 *
 * Clocks that go forward skip times, which no instant has; clocks that go back show times twice. Nothing is guessed: the first is
 * refused, and so is the second unless @p fold says which is meant.
 *
 * @code
 * // 2026-10-25T02:30:00, an hour that Berlin has twice
 * static const char rule[] = "CET-1CEST,M3.5.0,M10.5.0/3";
 * mbill_zone *zone;
 * int32_t day;
 * int64_t utc_s;
 * if (mbill_zone_from_rule(rule, sizeof rule - 1, NULL, &zone, &err) != MBILL_OK) return err.status;
 * if (mbill_date_to_days((mbill_date){2026, 10, 25}, &day, &err) == MBILL_OK &&
 *     mbill_zone_to_utc(zone, day * INT64_C(86400) + 2 * 3600 + 30 * 60, MBILL_FOLD_EARLIER, &utc_s, &err) == MBILL_OK)
 *     printf("%lld\n", (long long)utc_s); // 1792888200, 00:30 UTC; with MBILL_FOLD_LATER an hour more
 * mbill_zone_free(zone);
 * @endcode
 *
 * @param zone            NULL = UTC
 * @param local_s         what the clocks show, as seconds since they showed 1970-01-01T00:00:00: day number x 86400 + second of
 *                        the day; 1900-01-01T00:00:00 to 2999-12-31T23:59:59
 * @param fold            which instant a time means that occurs twice
 * @param[out] out_utc_s  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NO_SUCH_TIME   clocks skip the time
 * @retval MBILL_E_AMBIGUOUS_TIME clocks show the time twice, and @p fold is #MBILL_FOLD_REFUSE
 * @retval MBILL_E_RANGE          the time is outside the calendar
 * @retval MBILL_E_UNKNOWN_OPTION @p fold is none of the three
 * @retval MBILL_E_MISUSE         @p out_utc_s is NULL
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_to_utc(const mbill_zone *zone, int64_t local_s, mbill_fold fold,
    int64_t *out_utc_s, mbill_error *err);

/**
 * The instant at which a civil day begins; the day ends where the next one begins, after 23, 24, 25 or other hours.
 *
 * A day whose midnight is skipped begins at the instant of the change. A midnight that occurs twice is meant the first time. A
 * day that a place left out whole (Samoa had no 2011-12-30) begins where it ends.
 *
 * @param zone            NULL = UTC
 * @param days            day number, -25567 (1900-01-01) to 376199 (2999-12-31)
 * @param[out] out_utc_s  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  @p days is outside the calendar
 * @retval MBILL_E_MISUSE @p out_utc_s is NULL
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_zone_day_start(const mbill_zone *zone, int32_t days, int64_t *out_utc_s,
    mbill_error *err);

/**
 * The civil day that local clocks show at an instant.
 *
 * @param zone   NULL = UTC
 * @param utc_s  any instant; those more than 2^40 seconds from 1970 are taken to be at that distance
 * @return day number, 0 = 1970-01-01; outside the calendar when the instant is
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API int32_t mbill_zone_day(const mbill_zone *zone, int64_t utc_s);

/**
 * Read an instant: a date and time as RFC 3339 writes it (date-time), a local time, or a date alone.
 *
 * | text | meaning |
 * |---|---|
 * | `2026-01-31T13:00:00+08:00` | the instant, whatever the zone |
 * | `2026-01-31T05:00:00Z` | the same instant |
 * | `2026-01-31 13:00` | local time of @p zone; seconds may be left out, and one space may stand for the T |
 * | `2026-01-31` | the beginning of that day in @p zone |
 *
 * No fractions of a second, no second 60, no 24:00, capital T and Z only. An offset may have seconds (`+00:53:28`), which RFC
 * 3339 does not know but mbill_time_print() needs for local mean times.
 *
 * @param text            not NULL; @p len bytes, no NUL needed
 * @param len             bytes of @p text
 * @param zone            for texts without an offset; NULL = UTC
 * @param[out] out_utc_s  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_DATE           the text is not of one of these forms, or there is no such day
 * @retval MBILL_E_NO_SUCH_TIME   a local time that clocks skip
 * @retval MBILL_E_AMBIGUOUS_TIME a local time that clocks show twice; write its offset
 * @retval MBILL_E_RANGE          the year is outside the calendar
 * @retval MBILL_E_MISUSE         @p text or @p out_utc_s is NULL
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(len + log changes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_time_parse(const char *text, size_t len, const mbill_zone *zone, int64_t *out_utc_s,
    mbill_error *err);

/**
 * Write an instant as RFC 3339 does (date-time): "2026-01-31T13:00:00+08:00" in a zone, "2026-01-31T05:00:00Z" without.
 *
 * mbill_time_parse() gives the instant back where the local year is one of the calendar's and the offset is less than a day. An
 * offset that is not whole minutes is written with its seconds.
 *
 * @param utc_s              an instant of the calendar, or at most two days outside it
 * @param zone               whose clocks show the time; NULL = UTC
 * @param[out] out_text      room for *@p inout_len bytes, 29 is always enough; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out, also when the status is #MBILL_E_ROOM
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  the instant is further outside the calendar
 * @retval MBILL_E_ROOM   the text does not fit; nothing was written to @p out_text
 * @retval MBILL_E_MISUSE @p inout_len is NULL
 * @par Thread safety
 * Any number of threads may share @p zone.
 * @par Cost
 * O(log changes); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_time_print(int64_t utc_s, const mbill_zone *zone, char *out_text, size_t *inout_len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
