/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when water is compared with its heat in another way. */
#include "base/fail.h"
#include "meterbill/detect.h"
#include "number/round.h"

#include <inttypes.h>

/* kWh to Wh and K to mK */
enum { SCALE = 1000000 };

mbill_status mbill_excess_volume(int64_t volume_micro, int64_t energy_micro, int64_t heat_wh_per_m3_k, int64_t dt_mk,
    int64_t *out_micro, mbill_error *err)
{
    int64_t needed, excess;
    MBILL__NEED(out_micro);
    if (heat_wh_per_m3_k <= 0 || dt_mk <= 0)
        return mbill__fail(err, MBILL_E_INVALID, "%" PRId64 " Wh/(m3 K) and %" PRId64 " mK, expected both above 0",
            heat_wh_per_m3_k, dt_mk);
    if (!mbill__round_quotient(mbill__wide_product(energy_micro, SCALE), mbill__wide_product(heat_wh_per_m3_k, dt_mk),
            MBILL_ROUND_HALF_UP, &needed) ||
        !mbill__subtract(volume_micro, needed, &excess))
        return mbill__fail(err, MBILL_E_OVERFLOW, "%" PRId64 " less what %" PRId64 " needs, expected less than 2^63",
            volume_micro, energy_micro);
    *out_micro = excess;
    return MBILL_OK;
}
