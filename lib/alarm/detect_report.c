/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is reported as it is, a failure or a trip for arrears, becomes an alarm in another way. */
#include "alarm/detect.h"

#include <inttypes.h>

mbill_status mbill__detect_failed(mbill__detect_call *call)
{
    bool failed = call->alarm.value != 0;
    if (failed) call->detector->until_s = call->alarm.t_s + call->config->window_s;
    mbill__alarm_take(&call->alarm, call->alarm.t_s, failed);
    return MBILL_OK;
}

int64_t mbill__detect_forgotten(const mbill_detector_config *config, const mbill_detector *detector)
{
    return config->window_s > 0 && detector->alarm.state == MBILL_ALARM_ON ? detector->until_s : INT64_MAX;
}

/* A failure at the very end holds on. */
mbill_status mbill__detect_forget(mbill__detect_call *call, bool inclusive)
{
    int64_t end_s = mbill__detect_forgotten(call->config, call->detector);
    if (end_s < call->alarm.t_s || (inclusive && end_s == call->alarm.t_s)) mbill__detect_clear(call, end_s);
    return MBILL_OK;
}

mbill_status mbill__detect_arrears(mbill__detect_call *call)
{
    int64_t tripped = call->alarm.value;
    if (tripped != 0 && tripped != 1)
        return mbill__fail(call->err, MBILL_E_INVALID, "tripped %" PRId64 ", expected 0 or 1", tripped);
    mbill__alarm_take(&call->alarm, call->alarm.t_s, tripped == 1);
    return MBILL_OK;
}
