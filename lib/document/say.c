/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when messages show their values in another way. Never fails: a refusal keeps its own status. */
#include "document/say.h"

#include "meterbill/decimal.h"

#include <inttypes.h>
#include <stdio.h>

mbill__said mbill__say_decimal(int64_t value, int32_t scale)
{
    mbill__said out;
    size_t room = sizeof out.text;
    if (mbill_decimal_print(value, scale, out.text, &room, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

mbill__said mbill__say_micro(int64_t micro)
{
    return mbill__say_decimal(micro, MBILL_SCALE_MICRO);
}

mbill__said mbill__say_time(int64_t utc_s, const mbill_zone *zone)
{
    mbill__said out;
    size_t room = sizeof out.text;
    if (mbill_time_print(utc_s, zone, out.text, &room, NULL) != MBILL_OK)
        snprintf(out.text, sizeof out.text, "%" PRId64 " s", utc_s);
    return out;
}
