/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a comparison of several numbers does. Shares are compared as products, so nothing is rounded. */
#include "alarm/detect.h"
#include "number/wide.h"

enum { PERMILLE = 1000, PPM = 1000000 };

static mbill_status take(mbill__detect_call *call, bool holds)
{
    mbill__alarm_take(&call->alarm, call->alarm.t_s, holds);
    return MBILL_OK;
}

static bool is_above_share(const mbill__detect_call *call)
{
    return mbill__wide_compare(mbill__wide_product(call->alarm.value, PERMILLE),
               mbill__wide_product(call->config->permille, call->config->base)) > 0;
}

mbill_status mbill__detect_burst(mbill__detect_call *call)
{
    return take(call, is_above_share(call));
}

mbill_status mbill__detect_high_flow(mbill__detect_call *call)
{
    return take(call, is_above_share(call) && call->second < call->config->dt_mk);
}

static mbill__wide magnitude(mbill__wide value)
{
    mbill__wide out = value;
    if (mbill__wide_sign(value) < 0) (void)mbill__wide_negate(value, &out);
    return out;
}

/* |a - b| and |a| are below 2^65, so neither product leaves 128 bits. */
mbill_status mbill__detect_loss(mbill__detect_call *call)
{
    mbill__wide master = mbill__wide_of(call->alarm.value), lost = master, left = master, right = master;
    (void)mbill__wide_subtract(master, mbill__wide_of(call->second), &lost);
    (void)mbill__wide_multiply(magnitude(lost), PPM, &left);
    (void)mbill__wide_multiply(magnitude(master), call->config->limit, &right);
    return take(call, mbill__wide_compare(left, right) > 0);
}
