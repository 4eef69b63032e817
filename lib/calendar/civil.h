/* SPDX-License-Identifier: Apache-2.0 */
/* Civil arithmetic without limits of range, for use inside the library: callers have checked, or clamp. */
#ifndef MBILL__CIVIL_H
#define MBILL__CIVIL_H

#include "meterbill/calendar.h"

#include <stdbool.h>
#include <stddef.h>

#define MBILL__DAY_S INT64_C(86400)

/* First and last civil day number, of MBILL_YEAR_MIN and MBILL_YEAR_MAX. */
#define MBILL__DAYS_MIN (-25567)
#define MBILL__DAYS_MAX 376199

/* The instants of those years in UTC, the end not included. */
#define MBILL__INSTANT_MIN (MBILL__DAYS_MIN * MBILL__DAY_S)
#define MBILL__INSTANT_END ((MBILL__DAYS_MAX + 1) * MBILL__DAY_S)

int32_t mbill__civil_days(int32_t year, int32_t month, int32_t day); /* proleptic Gregorian; month 1-12 */
mbill_date mbill__civil_date(int64_t days);
bool mbill__civil_leap(int32_t year);
int64_t mbill__floor_divide(int64_t value, int64_t divisor); /* divisor > 0 */

/* n digits at text as a number; false when one is not a digit. */
bool mbill__civil_digits(const char *text, size_t n, int32_t *out);
void mbill__civil_write(char *out, size_t n, int32_t value); /* the last n digits of value >= 0, no NUL */

#endif
