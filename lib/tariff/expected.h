/* SPDX-License-Identifier: Apache-2.0 */
/* What will be used: recent use, mean or as it was, repeated from now on. */
#ifndef MBILL__EXPECTED_H
#define MBILL__EXPECTED_H

#include "meterbill/buy.h"

#define MBILL__EXPECTED_STEP_S 900
#define MBILL__EXPECTED_MAX 104 /* quarters of an hour in the longest day, and those that its ends cut */

typedef struct mbill__expected {
    mbill_recent_use use;
    int64_t from_utc_s; /* when the recent use begins */
    int64_t length_s;   /* how long it is: the time after which it repeats */
    size_t at;          /* the interval that was looked at last */
} mbill__expected;

/* E_RANGE, E_INVALID, E_ORDER, E_OVERLAP, E_GAP when it is none. */
mbill_status mbill__expected_start(mbill__expected *expected, const mbill_recent_use *use, mbill_error *err);

/* Quarters of an hour from one instant to another, at most a day and an hour apart, with the use of each. */
mbill_status mbill__expected_fill(mbill__expected *expected, int64_t from_utc_s, int64_t to_utc_s,
    mbill_interval out[MBILL__EXPECTED_MAX], size_t *out_n, mbill_error *err);

#endif
