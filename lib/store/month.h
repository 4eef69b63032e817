/* SPDX-License-Identifier: Apache-2.0 */
/* Months of UTC, by which readings are parted. */
#ifndef MBILL__MONTH_H
#define MBILL__MONTH_H

#include <stdint.h>

int32_t mbill__month_of(int64_t utc_s);          /* 0: January 1970; an instant in the years of calendar.h */
int64_t mbill__month_start_utc_s(int32_t month); /* INT64_MAX behind the calendar */

#endif
