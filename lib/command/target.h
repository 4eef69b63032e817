/* SPDX-License-Identifier: Apache-2.0 */
/* Names of meters and groups, and the times that signed messages may hold. */
#ifndef MBILL__TARGET_H
#define MBILL__TARGET_H

#include "meterbill/keyset.h"

#include <stdbool.h>

#define MBILL__SIGNED_TIME_MAX INT64_C(253402300799) /* the last second of the year 9999 */

typedef enum mbill__target_kind { MBILL__TARGET_NONE = 0, MBILL__TARGET_METER, MBILL__TARGET_GROUP } mbill__target_kind;

/* What text[0..n) names: "e/", "w/", "h/", "g/" a meter, "grp/" a group, with 1 or more of 0-9 and a-z behind it; room for a NUL is left. */
mbill__target_kind mbill__target_kind_of(const char *text, size_t n);
/* 0-9, a-z and / alone, n below MBILL_TARGET_ROOM; may be empty. */
bool mbill__is_prefix(const char *text, size_t n);
/* The text's length in its room; MBILL_TARGET_ROOM: it does not end. */
size_t mbill__target_len(const char text[MBILL_TARGET_ROOM]);
bool mbill__is_signed_time(int64_t utc_s);

#endif
