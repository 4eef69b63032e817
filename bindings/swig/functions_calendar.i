/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of zones and decimals does; glue_calendar.h says what each function gives. */
%{
#include "glue_calendar.h"
%}
FACE_HANDLE(mbill_zone, mbill_zone_free)
FACE_COLUMN(int64_t, values)

mbill_status mbill_face_zone_rule(const char *text, size_t text_len, mbill_zone **out_zone, mbill_error *err);
mbill_status mbill_face_zone_tzif(const uint8_t *bytes, size_t bytes_len, mbill_zone **out_zone, mbill_error *err);
mbill_status mbill_face_zone_offset(mbill_zone *zone, int64_t utc_s, int32_t standard, int32_t *out_value32, mbill_error *err);
mbill_status mbill_face_zone_next_change(mbill_zone *zone, int64_t utc_s, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_zone_to_utc(mbill_zone *zone, int64_t local_s, int32_t fold, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_zone_day_start(mbill_zone *zone, int32_t days, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_zone_day(mbill_zone *zone, int64_t utc_s, int32_t *out_value32, mbill_error *err);
mbill_status mbill_face_time_parse(mbill_zone *zone, const char *text, size_t text_len, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_time_print(mbill_zone *zone, int64_t utc_s, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_decimal_parse(const char *text, size_t text_len, int32_t scale, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_print(int64_t value, int32_t scale, int32_t min_places, mbill_face_text *out_text, mbill_error *err);
mbill_status mbill_face_decimal_round(int64_t value_micro, int64_t step_micro, int32_t how, int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro, int32_t how,
    int64_t *out_value, mbill_error *err);
mbill_status mbill_face_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator, int32_t how, int64_t *out_value,
    mbill_error *err);
mbill_status mbill_face_sum(const int64_t *values, size_t n_values, int32_t scale, mbill_face_text *out_text, mbill_error *err);
