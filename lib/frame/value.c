/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a field that protocols share is laid out otherwise on the wire: BCD numbers and times. */
#include "frame/value.h"

#include "calendar/civil.h"

#include <string.h>

bool mbill__bcd_read(const uint8_t *bytes, size_t n, int64_t *out)
{
    int64_t value = 0;
    for (size_t i = n; i > 0; i--) {
        int32_t high = bytes[i - 1] >> 4, low = bytes[i - 1] & 15;
        if (high > 9 || low > 9) return false;
        value = value * 100 + high * 10 + low;
    }
    *out = value;
    return true;
}

bool mbill__bcd_write(int64_t value, uint8_t *bytes, size_t n)
{
    int64_t rest = value;
    for (size_t i = 0; i < n; i++) rest /= 100;
    if (value < 0 || rest != 0) return false;
    for (size_t i = 0; i < n; i++, value /= 100) bytes[i] = (uint8_t)(value / 10 % 10 * 16 + value % 10);
    return true;
}

bool mbill__bytes_are(const uint8_t *bytes, size_t n, uint8_t byte)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != byte) return false;
    return n > 0;
}

/* Where a letter's number goes; NULL: N and C have no place of their own. */
static int8_t *place_of(char part, mbill_frame_time *time)
{
    switch (part) {
    case 's': return &time->second;
    case 'm': return &time->minute;
    case 'h': return &time->hour;
    case 'w': return &time->weekday;
    case 'D': return &time->day;
    case 'M': return &time->month;
    default: return NULL;
    }
}

/* A part that is there lies between its bounds. */
static mbill_status check_part(const char *name, int32_t value, int32_t least, int32_t most, mbill_error *err)
{
    if (value < 0 || (value >= least && value <= most)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DATE, "a time with %s %d, expected %d to %d", name, (int)value, (int)least, (int)most);
}

/* The parts that are there, each by itself and the day in its month. */
static mbill_status check_time(const mbill_frame_time *time, mbill_error *err)
{
    int32_t year = time->year >= 0 ? time->year : 2000; /* a leap year: the day may be one */
    MBILL_TRY(check_part("second", time->second, 0, 59, err));
    MBILL_TRY(check_part("minute", time->minute, 0, 59, err));
    MBILL_TRY(check_part("hour", time->hour, 0, 23, err));
    MBILL_TRY(check_part("weekday", time->weekday, 0, 6, err));
    MBILL_TRY(check_part("month", time->month, 1, 12, err));
    MBILL_TRY(check_part("day", time->day, 1, 31, err));
    if (time->day < 0 || time->month < 0) return MBILL_OK;
    mbill_date date = mbill__civil_date(mbill__civil_days(year, time->month, time->day));
    if (date.month == time->month) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DATE, "a time with day %d in month %d, which has fewer", time->day, time->month);
}

mbill_status mbill__frame_time_read(const char *parts, const uint8_t *bytes, mbill_frame_item *out, mbill_error *err)
{
    size_t n = strlen(parts);
    mbill_frame_item item = {.kind = MBILL_FRAME_ITEM_TIME, .present = 1, .time = MBILL_FRAME_TIME_NONE};
    int64_t number;
    int32_t year = -1, century = 20;
    if (mbill__bytes_are(bytes, n, 0xFF) || mbill__bytes_are(bytes, n, 0x99) ||
        (strchr(parts, 'D') != NULL && mbill__bytes_are(bytes, n, 0))) {
        *out = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_TIME, .time = MBILL_FRAME_TIME_NONE};
        return MBILL_OK;
    }
    for (size_t i = 0; i < n; i++) {
        int8_t *place = place_of(parts[i], &item.time);
        if (!mbill__bcd_read(bytes + i, 1, &number))
            return mbill__fail(err, MBILL_E_BCD, "byte %02XH of a time is no number of two digits", bytes[i]);
        if (place != NULL) *place = (int8_t)number;
        else if (parts[i] == 'Y') year = (int32_t)number;
        else if (parts[i] == 'C') century = (int32_t)number;
        else item.value = number;
    }
    if (year >= 0) item.time.year = (int16_t)(century * 100 + year);
    MBILL_TRY(check_time(&item.time, err));
    *out = item;
    return MBILL_OK;
}

/* The two digits of one letter; -1: the item has no such part. */
static int64_t number_of(char part, const mbill_frame_item *item, bool has_century)
{
    mbill_frame_time time = item->time;
    const int8_t *place = place_of(part, &time);
    if (place != NULL) return *place;
    if (part == 'N') return item->value;
    if (part == 'C') return time.year / 100;
    if (!has_century && (time.year < 2000 || time.year > 2099)) return -1;
    return time.year % 100;
}

mbill_status mbill__frame_time_write(const char *parts, const mbill_frame_item *item, uint8_t *bytes, mbill_error *err)
{
    size_t n = strlen(parts);
    uint8_t written[8];
    bool has_century = strchr(parts, 'C') != NULL;
    if (item->present == 0) {
        memset(bytes, 0x99, n);
        return MBILL_OK;
    }
    MBILL_TRY(check_time(&item->time, err));
    for (size_t i = 0; i < n; i++)
        if (!mbill__bcd_write(number_of(parts[i], item, has_century), written + i, 1))
            return mbill__fail(err, MBILL_E_RANGE, "a part of a time does not fit two digits, or is missing");
    memcpy(bytes, written, n);
    return MBILL_OK;
}
