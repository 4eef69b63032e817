/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when silence or an unmoved register is measured in another way. Each reading that is heard, or that moved, begins the delay anew. */
#include "alarm/detect.h"

#include <inttypes.h>

enum { DAY_S = 86400 };

/* now - last > timeout is true first a second after the timeout. */
int64_t mbill__detect_silence(const mbill_detector_config *config)
{
    return config->timeout_s + 1;
}

mbill_status mbill__detect_heard(mbill__detect_call *call)
{
    mbill__detect_again(call, true);
    return MBILL_OK;
}

int64_t mbill__detect_days(const mbill_detector_config *config)
{
    return (int64_t)config->times * DAY_S;
}

mbill_status mbill__detect_register(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    int64_t value = call->alarm.value;
    bool moved = (detector->flags & MBILL_DETECTOR_SEEN) == 0 || detector->value != value;
    if (call->second != 0 && call->second != 1)
        return mbill__fail(call->err, MBILL_E_INVALID, "occupied %" PRId64 ", expected 0 or 1", call->second);
    detector->flags |= MBILL_DETECTOR_SEEN;
    detector->value = value;
    if (moved) mbill__detect_again(call, call->second == 1);
    else mbill__alarm_take(&call->alarm, call->alarm.t_s, call->second == 1);
    return MBILL_OK;
}
