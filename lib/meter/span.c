/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps of a span: the one place that knows how much time is not covered. Law: covered time and gaps add up to the span. */
#include "meter/span.h"

#include "calendar/civil.h"
#include "document/say.h"

#include <inttypes.h>
#include <stddef.h>

mbill_status mbill__span_start(mbill__span *span, int64_t from_utc_s, int64_t to_utc_s, uint32_t flags,
    const mbill_usage_summary *out_summary, mbill_error *err)
{
    if ((flags & ~MBILL_USAGE_ALLOW_GAPS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "usage flags 0x%" PRIx32 " have bits this version does not know", flags);
    if (out_summary != NULL && out_summary->struct_size < sizeof *out_summary)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_summary is %" PRIu32 ", expected %zu",
            out_summary->struct_size, sizeof *out_summary);
    if (from_utc_s < MBILL__INSTANT_MIN || to_utc_s > MBILL__INSTANT_END)
        return mbill__fail(err, MBILL_E_RANGE, "span from %s to %s is outside the years %d to %d",
            mbill__say_time(from_utc_s, NULL).text, mbill__say_time(to_utc_s, NULL).text, MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    if (from_utc_s >= to_utc_s)
        return mbill__fail(err, MBILL_E_INVALID, "span ends at %s, not after its start at %s", mbill__say_time(to_utc_s, NULL).text,
            mbill__say_time(from_utc_s, NULL).text);
    *span = (mbill__span){.from_utc_s = from_utc_s,
        .to_utc_s = to_utc_s,
        .covered_to_utc_s = from_utc_s,
        .allow_gaps = (flags & MBILL_USAGE_ALLOW_GAPS) != 0,
        .summary = {.first_gap_utc_s = INT64_MIN}};
    return MBILL_OK;
}

bool mbill__span_touches(const mbill__span *span, int64_t start_utc_s, int64_t end_utc_s)
{
    return start_utc_s < span->to_utc_s && end_utc_s > span->from_utc_s;
}

/* [covered_to, until) of the span is not covered. */
static mbill_status add_gap(mbill__span *span, int64_t until_utc_s, size_t index, mbill_error *err)
{
    mbill_usage_summary *summary = &span->summary;
    if (!span->allow_gaps)
        return mbill__fail_at(err, MBILL_E_GAP, (int64_t)index, "no reading covers the time from %s to %s",
            mbill__say_time(span->covered_to_utc_s, NULL).text, mbill__say_time(until_utc_s, NULL).text);
    if (summary->first_gap_utc_s == INT64_MIN) summary->first_gap_utc_s = span->covered_to_utc_s;
    summary->gap_s += until_utc_s - span->covered_to_utc_s; /* never more than the span, which is inside the calendar */
    span->covered_to_utc_s = until_utc_s;
    return MBILL_OK;
}

mbill_status mbill__span_cover(mbill__span *span, int64_t start_utc_s, int64_t end_utc_s, size_t index, mbill_error *err)
{
    if (start_utc_s > span->covered_to_utc_s) MBILL_TRY(add_gap(span, start_utc_s, index, err));
    if (end_utc_s > span->covered_to_utc_s) span->covered_to_utc_s = end_utc_s;
    return MBILL_OK;
}

mbill_status mbill__span_finish(mbill__span *span, size_t n, mbill_error *err)
{
    if (span->covered_to_utc_s >= span->to_utc_s) return MBILL_OK;
    return add_gap(span, span->to_utc_s, n, err);
}

void mbill__span_report(const mbill__span *span, mbill_usage_summary *out_summary)
{
    if (out_summary == NULL) return;
    uint32_t struct_size = out_summary->struct_size;
    *out_summary = span->summary;
    out_summary->struct_size = struct_size;
}
