/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when civil dates do. Day numbers count from 1970-01-01; the arithmetic runs on years that begin in March, so that the
 * leap day is the last of its year. */
#include "calendar/civil.h"

#include "base/fail.h"
#include "base/memory.h"

enum {
    DAYS_OF_400_YEARS = 146097,
    DAYS_OF_4_YEARS = 1461,
    DAYS_OF_100_YEARS = 36524,
    MARCH_TO_1970 = 719468,
    WEEKDAY_OF_1970 = 3
};

int64_t mbill__floor_divide(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

bool mbill__civil_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t mbill__civil_days(int32_t year, int32_t month, int32_t day)
{
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t era = mbill__floor_divide(march_year, 400);
    int64_t year_of_era = march_year - era * 400;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * DAYS_OF_400_YEARS + day_of_era - MARCH_TO_1970);
}

mbill_date mbill__civil_date(int64_t days)
{
    int64_t shifted = days + MARCH_TO_1970;
    int64_t era = mbill__floor_divide(shifted, DAYS_OF_400_YEARS);
    int64_t day_of_era = shifted - era * DAYS_OF_400_YEARS;
    int64_t leap_days = day_of_era / (DAYS_OF_4_YEARS - 1) - day_of_era / DAYS_OF_100_YEARS +
        day_of_era / (DAYS_OF_400_YEARS - 1);
    int64_t year_of_era = (day_of_era - leap_days) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int32_t month = (int32_t)((month_from_march + 2) % 12 + 1);
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return (mbill_date){(int32_t)year, month, (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

int32_t mbill_month_length(int32_t year, int32_t month)
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return 0;
    return month == 2 && mbill__civil_leap(year) ? 29 : lengths[month - 1];
}

int32_t mbill_date_weekday(int32_t days)
{
    return (int32_t)(((int64_t)days + WEEKDAY_OF_1970) - mbill__floor_divide((int64_t)days + WEEKDAY_OF_1970, 7) * 7) + 1;
}

static mbill_status check_date(mbill_date date, mbill_error *err)
{
    if (date.year < MBILL_YEAR_MIN || date.year > MBILL_YEAR_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "year %d is outside %d to %d", date.year, MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > mbill_month_length(date.year, date.month))
        return mbill__fail(err, MBILL_E_DATE, "there is no day %d in month %d of %d", date.day, date.month, date.year);
    return MBILL_OK;
}

mbill_status mbill_date_to_days(mbill_date date, int32_t *out_days, mbill_error *err)
{
    MBILL__NEED(out_days);
    MBILL_TRY(check_date(date, err));
    *out_days = mbill__civil_days(date.year, date.month, date.day);
    return MBILL_OK;
}

mbill_status mbill_date_of_days(int32_t days, mbill_date *out_date, mbill_error *err)
{
    MBILL__NEED(out_date);
    if (days < MBILL__DAYS_MIN || days > MBILL__DAYS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "day number %d is outside the years %d to %d", days, MBILL_YEAR_MIN,
            MBILL_YEAR_MAX);
    *out_date = mbill__civil_date(days);
    return MBILL_OK;
}

mbill_status mbill_date_add_months(mbill_date date, int32_t months, mbill_date *out_date, mbill_error *err)
{
    MBILL__NEED(out_date);
    MBILL_TRY(check_date(date, err));
    int64_t month = (int64_t)date.year * 12 + (date.month - 1) + months;
    int64_t year = mbill__floor_divide(month, 12);
    if (year < MBILL_YEAR_MIN || year > MBILL_YEAR_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%d months from %04d-%02d leave the years %d to %d", months, date.year, date.month,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    mbill_date moved = {(int32_t)year, (int32_t)(month - year * 12 + 1), date.day};
    int32_t last = mbill_month_length(moved.year, moved.month);
    if (moved.day > last) moved.day = last;
    *out_date = moved;
    return MBILL_OK;
}

bool mbill__civil_digits(const char *text, size_t n, int32_t *out)
{
    int32_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

mbill_status mbill_date_parse(const char *text, size_t len, mbill_date *out_date, mbill_error *err)
{
    mbill_date date;
    MBILL__NEED(text);
    MBILL__NEED(out_date);
    bool good = len == 10 && text[4] == '-' && text[7] == '-' && mbill__civil_digits(text, 4, &date.year) &&
        mbill__civil_digits(text + 5, 2, &date.month) && mbill__civil_digits(text + 8, 2, &date.day);
    if (!good || check_date(date, NULL) == MBILL_E_DATE)
        return mbill__fail(err, MBILL_E_DATE, "\"%.*s\" is not a date; expected one such as 2026-01-31",
            (int)(len < 40 ? len : 40), text);
    MBILL_TRY(check_date(date, err));
    *out_date = date;
    return MBILL_OK;
}

mbill_status mbill_date_print(mbill_date date, char *out_text, size_t *inout_len, mbill_error *err)
{
    char text[sizeof "yyyy-mm-dd"];
    MBILL__NEED(inout_len);
    MBILL_TRY(check_date(date, err));
    mbill__civil_write(text, 4, date.year);
    text[4] = text[7] = '-';
    mbill__civil_write(text + 5, 2, date.month);
    mbill__civil_write(text + 8, 2, date.day);
    return mbill__text_copy(text, 10, out_text, inout_len, err);
}

void mbill__civil_write(char *out, size_t n, int32_t value)
{
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}
