/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when changes weigh otherwise. Nagios 4.4.6, base/flapping.c: over 21 results, change x = 1 (oldest) to 20 weighs 0.75 + 0.5 (x - 1) / 19, and the
 * sum is divided by 20. In 76ths the weights are the whole numbers 55 + 2 x, and all together are 1520. */
#include "alarm/detect.h"

enum { CHANGES = 20, WEIGHT_0 = 55, ALL = 1520, PERMILLE = 1000 };

static int32_t weigh(uint64_t bits)
{
    int32_t sum = 0;
    for (int32_t x = 1; x <= CHANGES; x++)
        if ((bits >> (CHANGES - x) & 1u) != 0) sum += WEIGHT_0 + 2 * x;
    return sum;
}

mbill_status mbill__detect_result(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    const mbill_detector_config *config = call->config;
    bool changed = (detector->flags & MBILL_DETECTOR_SEEN) != 0 && detector->value != call->alarm.value;
    detector->flags = MBILL_DETECTOR_SEEN;
    detector->value = call->alarm.value;
    detector->bits = (detector->bits << 1 | changed) & ((UINT64_C(1) << CHANGES) - 1);
    int32_t share = weigh(detector->bits) * PERMILLE;
    bool active = mbill__alarm_is_active(&detector->alarm);
    mbill__alarm_take(&call->alarm, call->alarm.t_s,
        active ? share > config->low_permille * ALL : share >= config->high_permille * ALL);
    return MBILL_OK;
}
