/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when messages about readings show their values in another way. Never fails. */
#include "meter/say.h"

#include "meterbill/calendar.h"
#include "meterbill/decimal.h"

#include <inttypes.h>
#include <stdio.h>

mbill__said mbill__say_quantity(int64_t quantity_micro)
{
    mbill__said out;
    size_t room = sizeof out.text;
    if (mbill_decimal_print(quantity_micro, MBILL_SCALE_MICRO, out.text, &room, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

mbill__said mbill__say_time(int64_t utc_s)
{
    mbill__said out;
    size_t room = sizeof out.text;
    if (mbill_time_print(utc_s, NULL, out.text, &room, NULL) != MBILL_OK)
        snprintf(out.text, sizeof out.text, "%" PRId64 " s", utc_s);
    return out;
}
