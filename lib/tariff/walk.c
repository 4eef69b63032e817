/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way an interval is divided at a boundary does. The parts of an interval are differences of one cumulative function of
 * time, so they add up to the interval for any set of cuts. */
#include "tariff/walk.h"

#include "meterbill/bill.h"
#include "number/round.h"

#include <string.h>

mbill_status mbill__walk_start(mbill__walk *walk, const mbill__feed *feed, const mbill__schedule *schedule,
    const mbill_price_request *request, mbill_error *err)
{
    memset(walk, 0, sizeof *walk);
    walk->feed = feed;
    walk->at_utc_s = request->from_utc_s;
    walk->prorate = feed->tariff->inputs[feed->input].prorate;
    walk->by_period = schedule != NULL;
    walk->run.end_utc_s = INT64_MIN;
    walk->factor.weight = 1;
    if (schedule == NULL) return MBILL_OK;
    return mbill__runs_start(&walk->runs, schedule, request->lists, request->n_lists, request->from_utc_s, request->to_utc_s,
        err);
}

mbill_status mbill__walk_weigh(mbill__walk *walk, const mbill__factored *factored, mbill_error *err)
{
    return mbill__factor_begin(&walk->factor, factored, err);
}

static mbill_status refuse_cut(const mbill_interval *interval, size_t index, int64_t cut_utc_s, mbill_error *err)
{
    char start[32], end[32], cut[32];
    size_t room = sizeof start;
    MBILL_TRY(mbill_time_print(interval->start_utc_s, NULL, start, &room, err));
    room = sizeof end;
    MBILL_TRY(mbill_time_print(interval->end_utc_s, NULL, end, &room, err));
    room = sizeof cut;
    MBILL_TRY(mbill_time_print(cut_utc_s, NULL, cut, &room, err));
    return mbill__fail_at(err, MBILL_E_BOUNDARY, (int64_t)index,
        "the reading from %s to %s crosses %s, where the price or a factor may change; expected one that does not, or "
        "\"across_boundary\": "
        "\"prorate\" at the input",
        start, end, cut);
}

/* What of the interval lies before an instant of it. */
static bool part_before(const mbill_interval *interval, int64_t utc_s, int64_t *out_micro)
{
    return mbill__multiply_divide(interval->quantity_micro, utc_s - interval->start_utc_s,
        interval->end_utc_s - interval->start_utc_s, MBILL_ROUND_HALF_EVEN, out_micro);
}

static mbill_status divide(const mbill_interval *interval, int64_t start_utc_s, int64_t end_utc_s, int64_t *out_micro,
    mbill_error *err)
{
    int64_t before, through;
    if (part_before(interval, start_utc_s, &before) && part_before(interval, end_utc_s, &through) &&
        mbill__subtract(through, before, out_micro))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "a divided reading leaves the range of quantities");
}

static uint32_t line_flags(uint32_t flags)
{
    return flags & (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED) ? MBILL_LINE_ESTIMATED : 0;
}

bool mbill__walk_at(mbill__walk *walk, int64_t *out_utc_s)
{
    const mbill__feed *feed = walk->feed;
    while (walk->at < feed->n && feed->edges[walk->at].end_utc_s <= walk->at_utc_s) walk->at++;
    if (walk->at == feed->n) return false;
    *out_utc_s = feed->edges[walk->at].start_utc_s > walk->at_utc_s ? feed->edges[walk->at].start_utc_s : walk->at_utc_s;
    return true;
}

mbill_status mbill__walk_next(mbill__walk *walk, int64_t stop_utc_s, mbill__piece *out_piece, bool *out_more, mbill_error *err)
{
    const mbill__feed *feed = walk->feed;
    int64_t start_utc_s;
    *out_more = mbill__walk_at(walk, &start_utc_s) && start_utc_s < stop_utc_s;
    if (!*out_more) return MBILL_OK;
    mbill_interval interval = feed->edges[walk->at];
    MBILL_TRY(mbill__feed_at(feed, walk->at, &interval.quantity_micro, &interval.flags, err));
    int64_t end_utc_s = interval.end_utc_s < stop_utc_s ? interval.end_utc_s : stop_utc_s;
    if (walk->by_period) {
        while (walk->run.end_utc_s <= start_utc_s && mbill__runs_next(&walk->runs, &walk->run)) continue;
        if (walk->run.end_utc_s < end_utc_s) end_utc_s = walk->run.end_utc_s;
    }
    if (walk->factor.of != NULL) {
        MBILL_TRY(mbill__factor_move(&walk->factor, start_utc_s, err));
        if (walk->factor.end_utc_s < end_utc_s) end_utc_s = walk->factor.end_utc_s;
    }
    out_piece->weight = walk->factor.weight;
    out_piece->period = walk->run.period;
    out_piece->flags = line_flags(interval.flags);
    out_piece->quantity_micro = interval.quantity_micro;
    if (start_utc_s > interval.start_utc_s || end_utc_s < interval.end_utc_s) {
        if (!walk->prorate)
            return refuse_cut(&interval, walk->at, start_utc_s > interval.start_utc_s ? start_utc_s : end_utc_s, err);
        MBILL_TRY(divide(&interval, start_utc_s, end_utc_s, &out_piece->quantity_micro, err));
        out_piece->flags |= MBILL_LINE_PRORATED;
    }
    walk->at_utc_s = end_utc_s;
    return MBILL_OK;
}
