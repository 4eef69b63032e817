/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the text form of instants does: the profile of ISO 8601 in RFC 3339, plus local times where a zone is given. */
#include "base/memory.h"
#include "calendar/civil.h"
#include "calendar/zone.h"

#include <string.h>

/* Walks a time text; a failed step sticks. */
typedef struct scanner {
    const char *at;
    size_t left;
} scanner;

static bool take_digits(scanner *s, size_t n, int32_t *out)
{
    if (s->left < n || !mbill__civil_digits(s->at, n, out)) return false;
    s->at += n;
    s->left -= n;
    return true;
}

static bool take(scanner *s, char wanted)
{
    if (s->left == 0 || *s->at != wanted) return false;
    s->at++;
    s->left--;
    return true;
}

static bool take_clock(scanner *s, int32_t *out_s)
{
    int32_t hour, minute, second = 0;
    if (!take_digits(s, 2, &hour) || !take(s, ':') || !take_digits(s, 2, &minute)) return false;
    if (take(s, ':') && !take_digits(s, 2, &second)) return false;
    *out_s = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* Z, +hh:mm or +hh:mm:ss (which RFC 3339 has not, but printing needs where a zone had local mean time); *out_given is false when
 * nothing follows. */
static bool take_offset(scanner *s, int32_t *out_s, bool *out_given)
{
    int32_t hour, minute, second = 0;
    *out_given = s->left > 0;
    *out_s = 0;
    if (s->left == 0 || take(s, 'Z')) return s->left == 0;
    bool west = take(s, '-');
    if (!west && !take(s, '+')) return false;
    if (!take_digits(s, 2, &hour) || !take(s, ':') || !take_digits(s, 2, &minute)) return false;
    if (take(s, ':') && !take_digits(s, 2, &second)) return false;
    *out_s = (hour * 3600 + minute * 60 + second) * (west ? -1 : 1);
    return s->left == 0 && hour < 24 && minute < 60 && second < 60;
}

static mbill_status refuse(mbill_error *err, const char *text, size_t len)
{
    return mbill__fail(err, MBILL_E_DATE, "\"%.*s\" is not a time; expected one such as 2026-01-31T13:00:00+08:00",
        (int)(len < 40 ? len : 40), text);
}

mbill_status mbill_time_parse(const char *text, size_t len, const mbill_zone *zone, int64_t *out_utc_s, mbill_error *err)
{
    mbill_date date;
    int32_t days, clock_s, offset_s;
    bool offset_given;
    MBILL__NEED(text);
    MBILL__NEED(out_utc_s);
    if (len < 10 || mbill_date_parse(text, 10, &date, NULL) == MBILL_E_DATE) return refuse(err, text, len);
    MBILL_TRY(mbill_date_parse(text, 10, &date, err));
    days = mbill__civil_days(date.year, date.month, date.day);
    if (len == 10) return mbill_zone_day_start(zone, days, out_utc_s, err);
    scanner s = {text + 11, len - 11};
    if ((text[10] != 'T' && text[10] != ' ') || !take_clock(&s, &clock_s) || !take_offset(&s, &offset_s, &offset_given))
        return refuse(err, text, len);
    int64_t local_s = days * MBILL__DAY_S + clock_s;
    if (!offset_given) return mbill_zone_to_utc(zone, local_s, MBILL_FOLD_REFUSE, out_utc_s, err);
    *out_utc_s = local_s - offset_s;
    return MBILL_OK;
}

mbill_status mbill_time_print(int64_t utc_s, const mbill_zone *zone, char *out_text, size_t *inout_len, mbill_error *err)
{
    char text[sizeof "yyyy-mm-ddThh:mm:ss+hh:mm:ss"];
    MBILL__NEED(inout_len);
    if (utc_s < (MBILL__DAYS_MIN - 2) * MBILL__DAY_S || utc_s > (MBILL__DAYS_MAX + 3) * MBILL__DAY_S)
        return mbill__fail(err, MBILL_E_RANGE, "an instant outside the years %d to %d", MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    int32_t offset_s = mbill_zone_offset(zone, utc_s), away_s = offset_s < 0 ? -offset_s : offset_s;
    int64_t local_s = utc_s + offset_s;
    int64_t day = mbill__floor_divide(local_s, MBILL__DAY_S);
    mbill_date date = mbill__civil_date(day);
    int32_t second = (int32_t)(local_s - day * MBILL__DAY_S);
    memcpy(text, "yyyy-mm-ddThh:mm:ss+hh:mm:ss", sizeof text);
    const struct {
        size_t at, n;
        int32_t value;
    } parts[] = {{0, 4, date.year}, {5, 2, date.month}, {8, 2, date.day}, {11, 2, second / 3600}, {14, 2, second / 60 % 60},
        {17, 2, second % 60}, {20, 2, away_s / 3600}, {23, 2, away_s / 60 % 60}, {26, 2, away_s % 60}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        mbill__civil_write(text + parts[i].at, parts[i].n, parts[i].value);
    text[19] = zone == NULL ? 'Z' : offset_s < 0 ? '-' : '+';
    size_t len = zone == NULL ? 20 : away_s % 60 == 0 ? 25 : 28;
    return mbill__text_copy(text, len, out_text, inout_len, err);
}
