/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when supply is protected at times that are said in another way. */
#include "base/fail.h"
#include "meterbill/calendar.h"
#include "meterbill/supply.h"

#include <stdbool.h>
#include <string.h>

#define EVERY_WEEKDAY 0x7fu
#define DAY_MINUTES 1440
#define FARTHEST_S (INT64_C(1) << 40)

static mbill_status check(const mbill_non_disablement *calendar, mbill_error *err)
{
    if (calendar->struct_size < sizeof *calendar) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of calendar is not set");
    if (calendar->n_windows < 0 || calendar->n_windows > MBILL_NON_DISABLEMENT_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%d windows, expected 0 to %d", (int)calendar->n_windows,
            MBILL_NON_DISABLEMENT_MAX);
    if (memchr(calendar->zone, '\0', sizeof calendar->zone) == NULL)
        return mbill__fail(err, MBILL_E_ZONE, "the zone's rule has no end");
    for (int32_t i = 0; i < calendar->n_windows; i++) {
        const mbill_non_disablement_window *window = &calendar->windows[i];
        bool days = window->weekdays != 0 && (window->weekdays & ~EVERY_WEEKDAY) == 0 &&
            (window->from_day < window->to_day || (window->from_day == 0 && window->to_day == 0));
        bool minutes = window->from_minute >= 0 && window->from_minute < DAY_MINUTES && window->to_minute >= 0 &&
            window->to_minute <= DAY_MINUTES && window->from_minute != window->to_minute;
        if (!days || !minutes)
            return mbill__fail_at(err, MBILL_E_RANGE, i,
                "window %d begins on no weekday, or its minutes or days are not in their order within the day", (int)i);
    }
    return MBILL_OK;
}

static bool begins_on(const mbill_non_disablement_window *window, int32_t day)
{
    bool always = window->from_day == 0 && window->to_day == 0;
    bool within = always || (day >= window->from_day && day < window->to_day);
    return within && (window->weekdays >> (mbill_date_weekday(day) - 1) & 1) != 0;
}

/* A window that goes past midnight is looked for twice: from today on, and from yesterday. */
static bool holds(const mbill_non_disablement_window *window, int32_t day, int32_t minute)
{
    bool past_midnight = window->to_minute <= window->from_minute;
    if (begins_on(window, day) && minute >= window->from_minute && (past_midnight || minute < window->to_minute)) return true;
    return past_midnight && minute < window->to_minute && begins_on(window, day - 1);
}

mbill_status mbill_non_disablement_active(const mbill_non_disablement *calendar, int64_t now_utc_s, int32_t *out_active,
    mbill_error *err)
{
    mbill_zone *zone;
    MBILL__NEED(calendar);
    MBILL__NEED(out_active);
    MBILL_TRY(check(calendar, err));
    MBILL_TRY(mbill_zone_from_rule(calendar->zone, strlen(calendar->zone), NULL, &zone, err));
    now_utc_s = now_utc_s < -FARTHEST_S ? -FARTHEST_S : now_utc_s > FARTHEST_S ? FARTHEST_S : now_utc_s; /* as mbill_zone_day() */
    int32_t day = mbill_zone_day(zone, now_utc_s);
    int64_t local_s = now_utc_s + mbill_zone_offset(zone, now_utc_s);
    int32_t minute = (int32_t)((local_s - (int64_t)day * DAY_MINUTES * 60) / 60);
    mbill_zone_free(zone);
    bool active = false;
    for (int32_t i = 0; i < calendar->n_windows; i++) active = active || holds(&calendar->windows[i], day, minute);
    *out_active = active;
    return MBILL_OK;
}
