/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when readings are parted by something else than months of UTC. */
#include "store/month.h"

#include "meterbill/calendar.h"

#define MONTHS_A_YEAR 12
#define EPOCH_YEAR 1970

int32_t mbill__month_of(int64_t utc_s)
{
    mbill_date date;
    if (mbill_date_of_days(mbill_zone_day(NULL, utc_s), &date, NULL) != MBILL_OK) return INT32_MAX;
    return (date.year - EPOCH_YEAR) * MONTHS_A_YEAR + date.month - 1;
}

int64_t mbill__month_start_utc_s(int32_t month)
{
    int32_t years = month / MONTHS_A_YEAR - (month % MONTHS_A_YEAR < 0), days;
    int64_t utc_s;
    const mbill_date first = {EPOCH_YEAR + years, month - years * MONTHS_A_YEAR + 1, 1};
    if (mbill_date_to_days(first, &days, NULL) != MBILL_OK) return INT64_MAX;
    return mbill_zone_day_start(NULL, days, &utc_s, NULL) == MBILL_OK ? utc_s : INT64_MAX;
}
