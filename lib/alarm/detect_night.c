/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a night is cut or judged in another way. Clocks decide: an hour that they show twice belongs to the night twice. */
#include "alarm/detect.h"

#include <inttypes.h>

enum { DAY_S = 86400 };

static int64_t local_of(const mbill_zone *zone, int64_t utc_s)
{
    return utc_s + mbill_zone_offset(zone, utc_s);
}

/* When clocks show local_s for the last time, or first show more where they skip it. t_s is before it on the same day. */
static mbill_status clock_at(const mbill__detect_call *call, int64_t local_s, int64_t *out_s)
{
    mbill_status status = mbill_zone_to_utc(call->zone, local_s, MBILL_FOLD_LATER, out_s, call->err);
    if (status != MBILL_E_NO_SUCH_TIME) return status;
    int64_t change_s = mbill_zone_next_change(call->zone, call->alarm.t_s);
    while (local_of(call->zone, change_s) < local_s) change_s = mbill_zone_next_change(call->zone, change_s);
    *out_s = change_s;
    return MBILL_OK;
}

mbill_status mbill__detect_night(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    int64_t t_s = call->alarm.t_s, day_s = (int64_t)mbill_zone_day(call->zone, t_s) * DAY_S;
    int64_t clock_s = local_of(call->zone, t_s) - day_s;
    if (clock_s < call->config->from_s || clock_s >= call->config->to_s) {
        if (clock_s >= 0 && clock_s < DAY_S) return MBILL_OK;
        return mbill__fail(call->err, MBILL_E_RANGE, "time %" PRId64 ", expected one of the calendar", t_s);
    }
    if ((detector->flags & MBILL_DETECTOR_SEEN) == 0) {
        MBILL_TRY(clock_at(call, day_s + call->config->to_s, &detector->until_s));
        detector->flags = MBILL_DETECTOR_SEEN;
        detector->value = call->alarm.value;
    }
    if (call->alarm.value < detector->value) detector->value = call->alarm.value;
    return MBILL_OK;
}

int64_t mbill__detect_night_end(const mbill_detector_config *config, const mbill_detector *detector)
{
    (void)config;
    return (detector->flags & MBILL_DETECTOR_SEEN) != 0 ? detector->until_s : INT64_MAX;
}

/* A night without a good reading was none: it neither counts nor breaks the row. */
mbill_status mbill__detect_dawn(mbill__detect_call *call, bool inclusive)
{
    mbill_detector *detector = call->detector;
    int64_t end_s = mbill__detect_night_end(call->config, detector);
    (void)inclusive; /* a reading at the end is not of the night */
    if (end_s > call->alarm.t_s) return MBILL_OK;
    detector->flags = 0;
    if (detector->value <= call->config->limit) detector->count = 0;
    else if (detector->count < call->config->times) detector->count++;
    mbill__alarm_take(&call->alarm, end_s, detector->count >= call->config->times);
    return MBILL_OK;
}
