/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a day of the year does. */
#include "document/month_day_read.h"

#include "document/time_read.h"
#include "meterbill/calendar.h"

#include <string.h>

enum { LEAP_YEAR = 2024 };

mbill_status mbill__month_day_read(const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text;
    int32_t month, day;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool good = strlen(text) == 5 && mbill__two_digits(text, &month) && text[2] == '-' && mbill__two_digits(text + 3, &day);
    good = good && month >= 1 && month <= 12 && day >= 1 && day <= mbill_month_length(LEAP_YEAR, month);
    if (!good)
        return mbill__node_fail(node, err, MBILL_E_DATE,
            "\"%s\" is not a day of the year; expected month and day such as \"07-01\"", text);
    *out = month * 100 + day;
    return MBILL_OK;
}
