/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a day off is told in another way. */
#include "operate/off_days.h"

#include "calendar/civil.h"
#include "calendar/yearly.h"

#include <string.h>

#define FARTHEST 366

/* Monday: 0. The first day of 1970 was a Thursday. */
static uint32_t weekday_of(int32_t day)
{
    const int32_t from_monday = (day + 3) % 7;
    return (uint32_t)(from_monday < 0 ? from_monday + 7 : from_monday);
}

static bool is_named(const mbill_cycle_days *days, int32_t n, int32_t day)
{
    for (int32_t i = 0; i < n && i < MBILL_CYCLE_OFF_MAX; i++) {
        const mbill_cycle_days *one = &days[i];
        mbill__yearly rule = {(mbill__yearly_kind)one->kind, one->month, one->day, one->nth, one->weekday, one->plus, {0},
            one->itself != 0};
        memcpy(rule.moves, one->moves, sizeof rule.moves);
        if (one->kind == 0 ? day >= one->from_day && day < one->to_day : mbill__yearly_is(&rule, day)) return true;
    }
    return false;
}

bool mbill__off_days_has(const mbill_cycle_off *off, int32_t day)
{
    if (is_named(off->worked, off->n_worked, day)) return false;
    return (off->weekdays >> weekday_of(day) & 1u) != 0 || is_named(off->dates, off->n_dates, day);
}

bool mbill__off_days_move(const mbill_cycle_off *off, int32_t move, int32_t day, int32_t *out)
{
    const int32_t step = move == MBILL_MOVE_PREVIOUS ? -1 : 1;
    *out = day;
    if (move == MBILL_MOVE_STAY) return true;
    for (int32_t i = 0; i <= FARTHEST; i++, *out += step) {
        if (*out < MBILL__DAYS_MIN || *out > MBILL__DAYS_MAX) return false;
        if (!mbill__off_days_has(off, *out)) return true;
    }
    return false;
}
