/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a register that goes back is judged in another way: past its modulus it ran on, by no more than it can. */
#include "alarm/detect.h"
#include "number/wide.h"

#include <inttypes.h>

/* value is below the reading before it, and ran on over the end by *out_step. */
static bool rolled_over(const mbill_detector_config *config, int64_t before, int64_t value, int64_t *out_step)
{
    if (config->modulus == 0 || before >= config->modulus) return false;
    *out_step = value + (config->modulus - before);
    return *out_step <= config->max_step;
}

static bool fell_by_more(int64_t before, int64_t value, int64_t tolerance)
{
    mbill__wide fall = mbill__wide_of(before);
    (void)mbill__wide_subtract(fall, mbill__wide_of(value), &fall);
    return mbill__wide_compare(fall, mbill__wide_of(tolerance)) > 0;
}

mbill_status mbill__detect_reverse(mbill__detect_call *call)
{
    mbill_detector *detector = call->detector;
    const mbill_detector_config *config = call->config;
    int64_t value = call->alarm.value, before = detector->value, step = 0;
    if (config->modulus > 0 && (value < 0 || value >= config->modulus))
        return mbill__fail(call->err, MBILL_E_RANGE, "reading %" PRId64 ", expected 0 or more and below the modulus %" PRId64,
            value, config->modulus);
    bool back = (detector->flags & MBILL_DETECTOR_SEEN) != 0 && value < before;
    bool rolled = back && rolled_over(config, before, value, &step);
    detector->flags = MBILL_DETECTOR_SEEN;
    detector->value = value;
    mbill__alarm_take(&call->alarm, call->alarm.t_s, back && !rolled && fell_by_more(before, value, config->limit));
    if (rolled) mbill__detect_put(call, MBILL_DETECT_ROLLOVER, call->alarm.t_s, step);
    return MBILL_OK;
}
