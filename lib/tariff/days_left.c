/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when how long money is said to last does: day by day along the expected use, then inside the day that cannot be paid. */
#include "meterbill/buy.h"

#include "number/round.h"
#include "tariff/expected.h"
#include "tariff/position.h"

#include <stdalign.h>
#include <string.h>

#define DAY_S INT64_C(86400)

/* Room for the position of any tariff. */
typedef struct any_position {
    alignas(mbill_position) unsigned char bytes[sizeof(mbill_position) + MBILL__SLOTS_MAX * sizeof(mbill__slot)];
} any_position;

typedef struct ahead {
    const mbill_tariff *tariff;
    mbill_price_request request;
    mbill__expected expected;
    any_position position; /* at the beginning of the day */
    mbill_line *lines;
    size_t cap_lines;
    int64_t left_micro;
    mbill_interval intervals[MBILL__EXPECTED_MAX];
    size_t n_intervals;
} ahead;

/* What the first n quarters of the day cost. after may be NULL. */
static mbill_status price(ahead *a, size_t n, int64_t *out_micro, mbill_position *after, mbill_error *err)
{
    size_t n_lines;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_input input = {.name = mbill_tariff_register(a->tariff, 0), .intervals = a->intervals, .n_intervals = n};
    a->request.inputs = &input;
    a->request.n_inputs = 1;
    a->request.from_utc_s = a->intervals[0].start_utc_s;
    a->request.to_utc_s = a->intervals[n - 1].end_utc_s;
    MBILL_TRY(mbill_tariff_price(a->tariff, &a->request, (mbill_position *)a->position.bytes, a->lines, a->cap_lines, &n_lines,
        &bill, after, err));
    *out_micro = bill.total_micro;
    return MBILL_OK;
}

/* Where left of cost is spent, evenly from one instant to another. */
static int64_t spent_at(int64_t from_utc_s, int64_t to_utc_s, int64_t left_micro, int64_t cost_micro)
{
    int64_t seconds = 0;
    if (left_micro <= 0 || cost_micro <= 0) return from_utc_s;
    (void)mbill__multiply_divide(to_utc_s - from_utc_s, left_micro, cost_micro, MBILL_ROUND_DOWN, &seconds);
    return from_utc_s + seconds;
}

/* The instant in a day that costs more than is left. Where a part of the day cannot be billed, the day stays one piece. */
static mbill_status find_instant(ahead *a, int64_t cost_micro, int64_t *out_utc_s, mbill_error *err)
{
    size_t low = 0, high = a->n_intervals;
    int64_t low_micro = 0, high_micro = cost_micro;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        int64_t micro;
        mbill_status status = price(a, middle, &micro, NULL, NULL);
        if (status == MBILL_E_BOUNDARY || status == MBILL_E_AMBIGUOUS) break;
        if (status != MBILL_OK) return price(a, middle, &micro, NULL, err);
        bool lasts = micro <= a->left_micro;
        *(lasts ? &low : &high) = middle;
        *(lasts ? &low_micro : &high_micro) = micro;
    }
    int64_t from_utc_s = low == 0 ? a->intervals[0].start_utc_s : a->intervals[low - 1].end_utc_s;
    *out_utc_s = spent_at(from_utc_s, a->intervals[high - 1].end_utc_s, a->left_micro - low_micro, high_micro - low_micro);
    return MBILL_OK;
}

/* Day after day while the money lasts; *out_utc_s = INT64_MAX and *inout_at where it was looked to when it lasts longer. */
static mbill_status walk(ahead *a, int64_t stop_utc_s, int64_t *inout_at, bool *out_charged, int64_t *out_utc_s, mbill_error *err)
{
    const mbill_zone *zone = a->tariff->zone;
    *out_utc_s = INT64_MAX;
    *out_charged = false;
    while (*inout_at < stop_utc_s) {
        int64_t end_utc_s, cost_micro;
        any_position after;
        MBILL_TRY(mbill_zone_day_start(zone, mbill_zone_day(zone, *inout_at) + 1, &end_utc_s, err));
        if (end_utc_s > stop_utc_s) end_utc_s = stop_utc_s;
        MBILL_TRY(mbill__expected_fill(&a->expected, *inout_at, end_utc_s, a->intervals, &a->n_intervals, err));
        MBILL_TRY(price(a, a->n_intervals, &cost_micro, (mbill_position *)after.bytes, err));
        if (cost_micro > a->left_micro) return find_instant(a, cost_micro, out_utc_s, err);
        *out_charged = *out_charged || cost_micro != 0;
        a->left_micro -= cost_micro;
        a->position = after;
        *inout_at = end_utc_s;
    }
    return MBILL_OK;
}

static mbill_status check(const mbill_tariff *tariff, const mbill_price_request *request, mbill_error *err)
{
    size_t n = mbill_tariff_n_registers(tariff);
    if (n == 0) return mbill__fail(err, MBILL_E_INVALID, "the tariff has no register whose use could be expected");
    if (n > 1)
        return mbill__fail(err, MBILL_E_AMBIGUOUS, "the use could be of register \"%s\" or of \"%s\"; expected a tariff with one",
            mbill_tariff_register(tariff, 0), mbill_tariff_register(tariff, 1));
    if (request->n_inputs > 0)
        return mbill__fail(err, MBILL_E_INVALID, "the request has %zu inputs, but the use is what is expected; expected none",
            request->n_inputs);
    if ((request->flags & MBILL_PRICE_PURCHASE) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the days ahead are no purchase; expected a request without that flag");
    return MBILL_OK;
}

static mbill_status start(ahead *a, const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(&a->request, sizeof a->request, offsetof(mbill_price_request, inputs), request, err));
    a->request.struct_size = sizeof a->request;
    MBILL_TRY(check(tariff, &a->request, err));
    mbill_position_init(tariff, (mbill_position *)a->position.bytes);
    if (before == NULL) return MBILL_OK;
    MBILL_TRY(mbill__position_check(tariff, before, err));
    memcpy(a->position.bytes, before, mbill_position_size(tariff));
    return MBILL_OK;
}

mbill_status mbill_tariff_days_left(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    int64_t balance_micro, const mbill_recent_use *use, mbill_line *out_lines, size_t cap_lines, mbill_days_left *out,
    mbill_error *err)
{
    bool charged = true;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(use);
    MBILL__NEED(out);
    if (out->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "out: struct_size is not set");
    ahead a = {.tariff = tariff, .lines = out_lines, .cap_lines = cap_lines, .left_micro = balance_micro};
    MBILL_TRY(start(&a, tariff, request, before, err));
    MBILL_TRY(mbill__expected_start(&a.expected, use, err));
    int64_t from_utc_s = a.request.from_utc_s, at_utc_s = from_utc_s, end_utc_s = from_utc_s;
    int64_t stop_utc_s;
    if (!mbill__add(from_utc_s, MBILL_DAYS_LEFT_MAX * DAY_S, &stop_utc_s))
        return mbill__fail(err, MBILL_E_RANGE, "the instant lies outside the years 1900 to 2999");
    if (stop_utc_s > tariff->valid_to_utc_s && from_utc_s < tariff->valid_to_utc_s) stop_utc_s = tariff->valid_to_utc_s;
    if (balance_micro > 0) MBILL_TRY(walk(&a, stop_utc_s, &at_utc_s, &charged, &end_utc_s, err));
    out->flags = end_utc_s != INT64_MAX ? 0 : charged ? MBILL_DAYS_LEFT_AT_LEAST : MBILL_DAYS_LEFT_NEVER;
    out->runs_out_utc_s = end_utc_s;
    out->days = ((end_utc_s == INT64_MAX ? at_utc_s : end_utc_s) - from_utc_s) / DAY_S;
    return MBILL_OK;
}
