/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of zones and decimals does. */
#include "glue_calendar.h"

#include "join.h"

static mbill_status null_handle(mbill_error *err)
{
    return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
}

/* --- zones --- */

mbill_status mbill_face_zone_rule(const char *text, size_t text_len, mbill_zone **out_zone, mbill_error *err)
{
    return mbill_zone_from_rule(text, text_len, NULL, out_zone, err);
}

mbill_status mbill_face_zone_tzif(const uint8_t *bytes, size_t bytes_len, mbill_zone **out_zone, mbill_error *err)
{
    return mbill_zone_from_tzif(bytes, bytes_len, NULL, out_zone, err);
}

mbill_status mbill_face_zone_offset(const mbill_zone *zone, int64_t utc_s, int32_t standard, int32_t *out_value32,
    mbill_error *err)
{
    if (zone == NULL) return null_handle(err);
    *out_value32 = standard ? mbill_zone_standard_offset(zone, utc_s) : mbill_zone_offset(zone, utc_s);
    return MBILL_OK;
}

mbill_status mbill_face_zone_next_change(const mbill_zone *zone, int64_t utc_s, int64_t *out_value, mbill_error *err)
{
    if (zone == NULL) return null_handle(err);
    *out_value = mbill_zone_next_change(zone, utc_s);
    return MBILL_OK;
}

mbill_status mbill_face_zone_to_utc(const mbill_zone *zone, int64_t local_s, int32_t fold, int64_t *out_value, mbill_error *err)
{
    return mbill_zone_to_utc(zone, local_s, (mbill_fold)fold, out_value, err);
}

mbill_status mbill_face_zone_day_start(const mbill_zone *zone, int32_t days, int64_t *out_value, mbill_error *err)
{
    return mbill_zone_day_start(zone, days, out_value, err);
}

mbill_status mbill_face_zone_day(const mbill_zone *zone, int64_t utc_s, int32_t *out_value32, mbill_error *err)
{
    if (zone == NULL) return null_handle(err);
    *out_value32 = mbill_zone_day(zone, utc_s);
    return MBILL_OK;
}

/* --- times --- */

mbill_status mbill_face_time_parse(const mbill_zone *zone, const char *text, size_t text_len, int64_t *out_value,
    mbill_error *err)
{
    return mbill_time_parse(text, text_len, zone, out_value, err);
}

typedef struct shown {
    const mbill_zone *zone;
    int64_t value;
    int32_t scale, min_places;
} shown;

static mbill_status write_time(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const shown *of = context;
    return mbill_time_print(of->value, of->zone, out_text, inout_len, err);
}

mbill_status mbill_face_time_print(const mbill_zone *zone, int64_t utc_s, mbill_face_text *out_text, mbill_error *err)
{
    shown of = {zone, utc_s, 0, 0};
    return face_write(write_time, &of, out_text, err);
}

/* --- numbers --- */

mbill_status mbill_face_decimal_parse(const char *text, size_t text_len, int32_t scale, int64_t *out_value, mbill_error *err)
{
    return mbill_decimal_parse(text, text_len, scale, out_value, err);
}

static mbill_status write_decimal(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const shown *of = context;
    return mbill_decimal_print_places(of->value, of->scale, of->min_places, out_text, inout_len, err);
}

mbill_status mbill_face_decimal_print(int64_t value, int32_t scale, int32_t min_places, mbill_face_text *out_text,
    mbill_error *err)
{
    shown of = {NULL, value, scale, min_places};
    return face_write(write_decimal, &of, out_text, err);
}

mbill_status mbill_face_decimal_round(int64_t value_micro, int64_t step_micro, int32_t how, int64_t *out_value, mbill_error *err)
{
    return mbill_decimal_round(value_micro, step_micro, (mbill_round_how)how, out_value, err);
}

mbill_status mbill_face_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro, int32_t how,
    int64_t *out_value, mbill_error *err)
{
    return mbill_decimal_multiply(quantity_micro, rate_nano, step_micro, (mbill_round_how)how, out_value, err);
}

mbill_status mbill_face_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator, int32_t how,
    int64_t *out_value, mbill_error *err)
{
    return mbill_decimal_scale(value_micro, numerator, denominator, (mbill_round_how)how, out_value, err);
}

typedef struct shown_sum {
    mbill_sum sum;
    int32_t scale;
} shown_sum;

static mbill_status write_sum(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const shown_sum *of = context;
    return mbill_sum_print(&of->sum, of->scale, out_text, inout_len, err);
}

mbill_status mbill_face_sum(const int64_t *values, size_t n_values, int32_t scale, mbill_face_text *out_text, mbill_error *err)
{
    shown_sum of = {{0, 0}, scale};
    mbill_status status = mbill_sum_add(&of.sum, values, n_values, err);
    return status == MBILL_OK ? face_write(write_sum, &of, out_text, err) : status;
}
