/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from readings to a peak does. Each local day is cut into intervals from its start on; the readings in one are added up,
 * and the sum over its length is its average power. Sums are compared and added, and divided once at the end. */
#include "tariff/peak.h"

#include "number/round.h"
#include "tariff/billed.h"
#include "tariff/peak_span.h"
#include "tariff/planned.h"

#include <string.h>

#define HOUR_S 3600

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

/* ---- intervals ---- */

static mbill_status refuse_reading(const mbill__peaks *d, mbill_error *err)
{
    const mbill_interval *reading = &d->source.feed.edges[d->at];
    char start[32], end[32];
    size_t room = sizeof start;
    MBILL_TRY(mbill_time_print(reading->start_utc_s, NULL, start, &room, err));
    room = sizeof end;
    MBILL_TRY(mbill_time_print(reading->end_utc_s, NULL, end, &room, err));
    return mbill__fail_at(err, MBILL_E_BOUNDARY, (int64_t)d->at,
        "the reading from %s to %s does not lie inside one interval of %d minutes of the local day; expected finer readings",
        start, end, d->peak->interval_s / 60);
}

/* What the readings inside [start, end) come to. */
static mbill_status add_up(mbill__peaks *d, int64_t start_utc_s, int64_t end_utc_s, int64_t *out_micro, bool *out_any,
    mbill_error *err)
{
    const mbill__feed *feed = &d->source.feed;
    uint32_t flags = 0;
    while (d->at < feed->n && feed->edges[d->at].end_utc_s <= start_utc_s) d->at++;
    size_t from = d->at;
    for (; d->at < feed->n && feed->edges[d->at].start_utc_s < end_utc_s; d->at++)
        if (feed->edges[d->at].start_utc_s < start_utc_s || feed->edges[d->at].end_utc_s > end_utc_s)
            return refuse_reading(d, err);
    *out_micro = 0;
    *out_any = d->at > from;
    if (!*out_any) return MBILL_OK;
    MBILL_TRY(mbill__feed_over(feed, from, d->at, out_micro, &flags, err));
    if (flags & (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED)) d->flags |= MBILL_LINE_ESTIMATED;
    return MBILL_OK;
}

/* Is one of the instants in it? Intervals are asked in the order of time. */
static bool has_instant(mbill__peaks *d, int64_t start_utc_s, int64_t end_utc_s)
{
    const mbill_instant_list *list = d->instants;
    if (list == NULL) return true;
    while (d->next_instant < list->n_instants && list->instants_utc_s[d->next_instant] < start_utc_s) d->next_instant++;
    return d->next_instant < list->n_instants && list->instants_utc_s[d->next_instant] < end_utc_s;
}

/* Does the interval count? It lies in one period, or nobody can tell. */
static mbill_status in_window(mbill__peaks *d, int64_t start_utc_s, int64_t end_utc_s, bool *out, mbill_error *err)
{
    *out = has_instant(d, start_utc_s, end_utc_s);
    if (d->peak->window == 0 || !*out) return MBILL_OK;
    while (d->run.end_utc_s <= start_utc_s && mbill__runs_next(&d->runs, &d->run)) continue;
    *out = (d->peak->window >> d->run.period & 1u) != 0;
    if (d->run.end_utc_s >= end_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY, "a period of the calendar ends inside an interval of %d minutes",
        d->peak->interval_s / 60);
}

/* ---- the highest ---- */

/* Falling; a value that is not among the highest falls off. A peak is never below 0. */
static void keep(mbill__peaks *d, int64_t value_micro)
{
    int32_t at = d->n_highest < d->peak->top ? d->n_highest++ : d->n_highest;
    if (value_micro < 0) value_micro = 0;
    for (; at > 0 && d->highest_micro[at - 1] < value_micro; at--)
        if (at < d->peak->top) d->highest_micro[at] = d->highest_micro[at - 1];
    if (at < d->peak->top) d->highest_micro[at] = value_micro;
}

/* The intervals of one local day inside [from, to), which begins on the day's grid. */
static mbill_status look_at_day(mbill__peaks *d, int64_t from_utc_s, int64_t to_utc_s, mbill_error *err)
{
    int64_t day_micro = 0;
    bool in_day = false;
    for (int64_t at_utc_s = from_utc_s; at_utc_s < to_utc_s; at_utc_s += d->peak->interval_s) {
        int64_t value_micro = 0,
                end_utc_s = at_utc_s + d->peak->interval_s < to_utc_s ? at_utc_s + d->peak->interval_s : to_utc_s;
        bool any = false, counts = false;
        MBILL_TRY(add_up(d, at_utc_s, end_utc_s, &value_micro, &any, err));
        if (any) MBILL_TRY(in_window(d, at_utc_s, end_utc_s, &counts, err));
        if (!counts) continue;
        if (!d->peak->distinct) keep(d, value_micro);
        else if (!in_day || value_micro > day_micro) day_micro = value_micro;
        in_day = true;
    }
    if (d->peak->distinct && in_day) keep(d, day_micro);
    return MBILL_OK;
}

static mbill_status look_at_span(mbill__peaks *d, int64_t from_utc_s, int64_t to_utc_s, mbill_error *err)
{
    const mbill_zone *zone = d->scope->tariff->zone;
    d->n_highest = 0;
    for (int64_t at_utc_s = from_utc_s, next_utc_s; at_utc_s < to_utc_s; at_utc_s = next_utc_s) {
        MBILL_TRY(mbill_zone_day_start(zone, mbill_zone_day(zone, at_utc_s) + 1, &next_utc_s, err));
        MBILL_TRY(look_at_day(d, at_utc_s, next_utc_s < to_utc_s ? next_utc_s : to_utc_s, err));
    }
    return MBILL_OK;
}

/* ---- from a column ---- */

/* A column whose steps are the intervals: the highest of a span is the highest of its steps. */
static const mbill_column *find_column(const mbill__peaks *d)
{
    const mbill__columns *columns = d->scope->columns;
    const mbill_column *column = mbill__scope_column(d->scope, d->peak->input);
    if (column == NULL || column->flags != NULL || !columns->days_on_steps || columns->axis->step_s != d->peak->interval_s)
        return NULL;
    if (d->peak->top > 1 || d->peak->at != NULL) return NULL;
    return d->peak->window == 0 || mbill__columns_rows(columns, d->schedule) != NULL ? column : NULL;
}

static void look_at_steps(mbill__peaks *d, int64_t from_utc_s, int64_t to_utc_s)
{
    const mbill__columns *columns = d->scope->columns;
    const int64_t *quantities_micro = d->column->quantities_micro;
    size_t from = columns->from, to = columns->to;
    mbill__columns_step(columns, from_utc_s, &from);
    mbill__columns_step(columns, to_utc_s, &to);
    d->n_highest = 1;
    d->highest_micro[0] = d->peak->window == 0
        ? mbill__highest_of(quantities_micro + from, to - from)
        : mbill__rows_highest(mbill__columns_rows(columns, d->schedule), quantities_micro, from, to, d->peak->window);
}

/* ---- spans ---- */

/* A span whose window holds no interval has no peak, which is 0; one with fewer than the mean is of has none that is known. */
static mbill_status peak_of(const mbill__peaks *d, const mbill__scope *span, const mbill__quantity *quantity, int64_t *out_micro,
    mbill_error *err)
{
    mbill__ratio ratio;
    int64_t sum_micro = 0;
    if (d->n_highest > 0 && d->n_highest < d->peak->top)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the peak is the mean of the %d highest, but there are only %d", d->peak->top,
            d->n_highest);
    for (int32_t i = 0; i < d->n_highest; i++)
        if (!mbill__add(sum_micro, d->highest_micro[i], &sum_micro)) return overflow(err);
    MBILL_TRY(mbill__scope_ratio(span, quantity, &ratio, err));
    MBILL_TRY(mbill__ratio_multiply(&ratio, HOUR_S, (int64_t)d->peak->interval_s * d->peak->top, err));
    return mbill__ratio_apply(&ratio, sum_micro, quantity->round, out_micro, err);
}

/* The bill's edges lie on the grid, so that no interval is seen in part. */
static mbill_status check_edge(const mbill__peaks *d, int64_t utc_s, mbill_error *err)
{
    const mbill_zone *zone = d->scope->tariff->zone;
    int64_t day_utc_s;
    MBILL_TRY(mbill_zone_day_start(zone, mbill_zone_day(zone, utc_s), &day_utc_s, err));
    if ((utc_s - day_utc_s) % d->peak->interval_s == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY, "the bill begins or ends inside an interval of %d minutes",
        d->peak->interval_s / 60);
}

static mbill_status find_instants(const mbill_price_request *request, const char *name, const mbill_instant_list **out,
    mbill_error *err)
{
    if (name == NULL) return MBILL_OK;
    for (size_t i = 0; i < request->n_instants; i++) {
        const mbill_instant_list *list = *out = &request->instants[i];
        if (list->name == NULL || strcmp(list->name, name) != 0) continue;
        if (list->n_instants > 0) MBILL__NEED(list->instants_utc_s);
        for (size_t at = 1; at < list->n_instants; at++)
            if (list->instants_utc_s[at - 1] >= list->instants_utc_s[at])
                return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)i,
                    "instant %zu of the list \"%s\" is not after the one before it", at, name);
        return MBILL_OK;
    }
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "the list of instants \"%s\" is not given", name);
}

static mbill_status open_readings(mbill__peaks *d, mbill_error *err)
{
    const mbill_price_request *request = d->scope->request;
    const mbill__tariff_input *input = &d->scope->tariff->inputs[d->peak->input];
    MBILL_TRY(check_edge(d, request->from_utc_s, err));
    MBILL_TRY(check_edge(d, request->to_utc_s, err));
    d->column = find_column(d);
    if (d->column != NULL) return MBILL_OK;
    MBILL_TRY(mbill__source_open(d->scope, d->peak->input, NULL, &d->source, err));
    if (d->source.form != MBILL__FORM_INTERVALS)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the peak of \"%s\" is not known from totals; expected readings with times",
            input->name);
    MBILL_TRY(find_instants(request, d->peak->at, &d->instants, err));
    d->run.end_utc_s = INT64_MIN;
    if (d->peak->window == 0) return MBILL_OK;
    return mbill__runs_start(&d->runs, d->schedule, request->lists, request->n_lists, request->from_utc_s, request->to_utc_s,
        err);
}

/* The span that holds an instant of the bill, as planned when many accounts are priced. */
static mbill_status span_at(const mbill__peaks *d, int64_t utc_s, mbill_price_request *request, mbill__scope *span,
    mbill_error *err)
{
    int64_t to_utc_s;
    mbill__days days;
    if (!mbill__planned_span(d->scope, d->place, utc_s, &to_utc_s, &days))
        return mbill__peak_span(d->scope, d->peak, utc_s, request, span, err);
    *request = *d->scope->request;
    *span = *d->scope;
    span->request = request;
    span->bill = d->scope;
    span->days = days;
    span->ends_at_midnight = d->scope->ends_at_midnight || to_utc_s < request->to_utc_s;
    request->from_utc_s = utc_s;
    request->to_utc_s = to_utc_s;
    return MBILL_OK;
}

mbill_status mbill__peaks_start(mbill__peaks *peaks, const mbill__scope *scope, const mbill__charge *charge, mbill_error *err)
{
    *peaks = (mbill__peaks){.scope = scope,
        .quantity = &charge->quantity,
        .peak = charge->quantity.peak,
        .place = charge->place,
        .schedule = charge->ladder.schedule,
        .next_utc_s = scope->request->from_utc_s};
    MBILL_TRY(open_readings(peaks, err));
    if (peaks->source.feed.has_gaps) peaks->flags = MBILL_LINE_INCOMPLETE;
    return MBILL_OK;
}

mbill_status mbill__peaks_next(mbill__peaks *peaks, mbill__slot *slots, mbill__found_peak *out, mbill_error *err)
{
    int64_t from_utc_s = peaks->next_utc_s;
    MBILL_TRY(span_at(peaks, from_utc_s, &out->request, &out->scope, err));
    peaks->next_utc_s = out->scope.request->to_utc_s;
    if (peaks->column != NULL) look_at_steps(peaks, from_utc_s, peaks->next_utc_s);
    else MBILL_TRY(look_at_span(peaks, from_utc_s, peaks->next_utc_s, err));
    MBILL_TRY(peak_of(peaks, &out->scope, peaks->quantity, &out->billed_micro, err));
    return mbill__billed_peak(&out->scope, peaks->quantity, slots, &out->billed_micro, err);
}

/* ---- aside ---- */

/* The first instant of the bill in the span that holds the day. */
static mbill_status start_of_span(const mbill__scope *scope, int32_t over, int32_t day, int64_t *out_utc_s, mbill_error *err)
{
    int32_t first, next;
    *out_utc_s = scope->request->from_utc_s;
    if (over == MBILL__OVER_BILL) return MBILL_OK;
    int64_t start_utc_s;
    MBILL_TRY(mbill__span_of(mbill__over_kind((mbill__over)over), 0, day, &first, &next, err));
    MBILL_TRY(mbill_zone_day_start(scope->tariff->zone, first, &start_utc_s, err));
    if (start_utc_s > *out_utc_s) *out_utc_s = start_utc_s;
    return MBILL_OK;
}

/* A ratchet looks at the months of the bill before, so that these are gone through on a copy of the position. */
mbill_status mbill__peak_billed(const mbill__scope *scope, const mbill__charge *charge, int32_t day, int64_t *out_micro,
    mbill_error *err)
{
    mbill__peaks peaks;
    mbill__found_peak span;
    mbill__slot slots[MBILL__SLOTS_MAX];
    int64_t start_utc_s;
    memcpy(slots, scope->slots_before, scope->tariff->n_slots * sizeof *slots);
    MBILL_TRY(mbill__peaks_start(&peaks, scope, charge, err));
    MBILL_TRY(start_of_span(scope, peaks.peak->over, day, &start_utc_s, err));
    if (peaks.peak->ratchet == NULL) peaks.next_utc_s = start_utc_s;
    do MBILL_TRY(mbill__peaks_next(&peaks, slots, &span, err));
    while (peaks.next_utc_s <= start_utc_s);
    *out_micro = span.billed_micro;
    return MBILL_OK;
}
