/* SPDX-License-Identifier: Apache-2.0 */
/* The span that usage is wanted for, and how much of it the intervals cover so far. */
#ifndef MBILL__SPAN_H
#define MBILL__SPAN_H

#include "base/fail.h"
#include "meterbill/reading.h"

typedef struct mbill__span {
    int64_t from_utc_s, to_utc_s;
    int64_t covered_to_utc_s; /* everything before is covered or counted as a gap */
    bool allow_gaps;
    mbill_usage_summary summary;
} mbill__span;

/* Refuses a span without length or outside the calendar, unknown flags and a summary (may be NULL) whose struct_size is not
 * set. */
mbill_status mbill__span_start(mbill__span *span, int64_t from_utc_s, int64_t to_utc_s, uint32_t flags,
    const mbill_usage_summary *out_summary, mbill_error *err);

/* Does [start, end) share time with the span? */
bool mbill__span_touches(const mbill__span *span, int64_t start_utc_s, int64_t end_utc_s);

/* Record number index covers [start, end) and follows what was covered before: counts or refuses (E_GAP) the time between. */
mbill_status mbill__span_cover(mbill__span *span, int64_t start_utc_s, int64_t end_utc_s, size_t index, mbill_error *err);

/* After the last of n records: the time that is left. */
mbill_status mbill__span_finish(mbill__span *span, size_t n, mbill_error *err);

/* Hand the summary out; out_summary NULL: nobody asks. Cannot fail after mbill__span_start. */
void mbill__span_report(const mbill__span *span, mbill_usage_summary *out_summary);

#endif
