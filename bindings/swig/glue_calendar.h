/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of zones and decimals does. */
#ifndef MBILL_SWIG_GLUE_CALENDAR_H
#define MBILL_SWIG_GLUE_CALENDAR_H

#include "glue.h"

/* A zone from a POSIX rule, or from the bytes of a TZif file. */
mbill_status mbill_face_zone_rule(const char *text, size_t text_len, mbill_zone **out_zone, mbill_error *err);
mbill_status mbill_face_zone_tzif(const uint8_t *bytes, size_t bytes_len, mbill_zone **out_zone, mbill_error *err);
/* Seconds east of UTC at an instant; standard not 0: those of standard time. */
mbill_status mbill_face_zone_offset(const mbill_zone *zone, int64_t utc_s, int32_t standard, int32_t *out_value32,
    mbill_error *err);
/* The next instant at which the offset changes; INT64_MAX: never. */
mbill_status mbill_face_zone_next_change(const mbill_zone *zone, int64_t utc_s, int64_t *out_value, mbill_error *err);
/* What local clocks show, as seconds that would be UTC, to the instant. fold: mbill_fold. */
mbill_status mbill_face_zone_to_utc(const mbill_zone *zone, int64_t local_s, int32_t fold, int64_t *out_value, mbill_error *err);
/* The first instant of a civil day, days since 1970-01-01; and the day of an instant. */
mbill_status mbill_face_zone_day_start(const mbill_zone *zone, int32_t days, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_zone_day(const mbill_zone *zone, int64_t utc_s, int32_t *out_value32, mbill_error *err);

/* A time as documents say it; zone: of one that does not say its offset. */
mbill_status mbill_face_time_parse(const mbill_zone *zone, const char *text, size_t text_len, int64_t *out_value,
    mbill_error *err);
mbill_status mbill_face_time_print(const mbill_zone *zone, int64_t utc_s, mbill_face_text *out_text, mbill_error *err);

/* Numbers: text to 10^-scale and back, and the arithmetic of amounts. how: mbill_round_how. */
mbill_status mbill_face_decimal_parse(const char *text, size_t text_len, int32_t scale, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_print(int64_t value, int32_t scale, int32_t min_places, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_decimal_round(int64_t value_micro, int64_t step_micro, int32_t how, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro, int32_t how,
    int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator, int32_t how,
    int64_t *out_value, mbill_error *err);
/* The exact sum of a column, as a decimal of 10^-scale: it may be larger than one number holds. */
mbill_status mbill_face_sum(const int64_t *values, size_t n_values, int32_t scale, mbill_face_text *out_text, mbill_error *err);

#endif
