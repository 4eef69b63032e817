/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way readings of several registers meet does. Nothing is stored: a value of the sum is formed when it is asked for. */
#include "tariff/feed.h"

#include "number/root.h"
#include "number/round.h"

#define NANO INT64_C(1000000000)

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

bool mbill__derived_add(const mbill__derived *derived, const mbill__derived_term *term, int64_t value_micro, mbill__wide *inout)
{
    int64_t factor = derived->how == MBILL__APPARENT ? value_micro : term->factor_nano;
    return mbill__wide_add(*inout, mbill__wide_product(value_micro, factor), inout);
}

bool mbill__derived_finish(const mbill__derived *derived, mbill__wide sum, int64_t *out_micro)
{
    int64_t step_micro = derived->round.step_micro == 0 ? 1 : derived->round.step_micro, steps;
    mbill_round_how how = derived->round.step_micro == 0 ? MBILL_ROUND_HALF_EVEN : derived->round.how;
    if (derived->how == MBILL__APPARENT) return mbill__root(sum, step_micro, how, out_micro);
    if (derived->part == MBILL__PART_NEGATIVE && !mbill__wide_negate(sum, &sum)) return false;
    if (derived->part != MBILL__PART_ALL && mbill__wide_sign(sum) < 0) sum = mbill__wide_of(0);
    return mbill__round_quotient(sum, mbill__wide_product(NANO, step_micro), how, &steps) &&
        mbill__multiply(steps, step_micro, out_micro);
}

/* ---- start ---- */

static mbill_status check(const mbill__scope *scope, const mbill_input *given, mbill__feed *feed, mbill_error *err)
{
    const mbill_price_request *request = scope->request;
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    MBILL_TRY(mbill_usage_check(given->intervals, given->n_intervals, request->from_utc_s, request->to_utc_s,
        request->flags & MBILL_PRICE_ALLOW_GAPS ? MBILL_USAGE_ALLOW_GAPS : 0, &summary, err));
    feed->has_gaps = feed->has_gaps || summary.gap_s > 0;
    return MBILL_OK;
}

static mbill_status readings_of(const mbill__scope *scope, int32_t input, const mbill_input **out, mbill_error *err)
{
    *out = mbill__scope_input(scope, input, -1);
    if (*out != NULL && (*out)->intervals != NULL) return MBILL_OK;
    const char *name = scope->tariff->inputs[input].from;
    if (*out == NULL && !mbill__scope_has_periods(scope, input))
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "register \"%s\" is not known, and the charge needs it", name);
    return mbill__fail(err, MBILL_E_NOT_KNOWN,
        "register \"%s\" is a total, but input \"%s\" is counted per interval; expected readings with times", name,
        scope->tariff->inputs[input].name);
}

/* The readings that touch the bill's span. */
static mbill_interval const *inside(const mbill_input *given, const mbill_price_request *request, size_t *out_n)
{
    size_t from = 0, to;
    while (from < given->n_intervals && given->intervals[from].end_utc_s <= request->from_utc_s) from++;
    for (to = from; to < given->n_intervals && given->intervals[to].start_utc_s < request->to_utc_s; to++) continue;
    *out_n = to - from;
    return given->intervals + from;
}

static mbill_status same_edges(const mbill__feed *feed, int32_t input, const mbill_interval *readings, size_t n, mbill_error *err)
{
    bool same = n == feed->n;
    for (size_t i = 0; same && i < n; i++)
        same = readings[i].start_utc_s == feed->edges[i].start_utc_s && readings[i].end_utc_s == feed->edges[i].end_utc_s;
    if (same) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BOUNDARY,
        "register \"%s\" was not read at the same times as the others of input \"%s\", which is counted per interval",
        feed->tariff->inputs[input].from, feed->tariff->inputs[feed->input].name);
}

static mbill_status add_register(const mbill__scope *scope, int32_t input, mbill__feed *feed, mbill_error *err)
{
    const mbill_input *given;
    size_t n;
    if (feed->of[input] != NULL) return MBILL_OK;
    MBILL_TRY(readings_of(scope, input, &given, err));
    MBILL_TRY(check(scope, given, feed, err));
    feed->of[input] = inside(given, scope->request, &n);
    if (feed->edges != NULL) return same_edges(feed, input, feed->of[input], n, err);
    feed->edges = feed->of[input];
    feed->n = n;
    return MBILL_OK;
}

/* As deep as MBILL__DERIVED_DEPTH_MAX, which the reader sees to. */
static mbill_status add_terms(const mbill__scope *scope, const mbill__derived *derived, mbill__feed *feed, mbill_error *err)
{
    for (size_t i = 0; i < derived->n_terms; i++) {
        int32_t input = derived->terms[i].input;
        const mbill__derived *inner = scope->tariff->inputs[input].derived;
        MBILL_TRY(inner == NULL ? add_register(scope, input, feed, err) : add_terms(scope, inner, feed, err));
    }
    return MBILL_OK;
}

mbill_status mbill__feed_start(const mbill__scope *scope, int32_t input, mbill__feed *out, mbill_error *err)
{
    const mbill_input *given;
    *out = (mbill__feed){.tariff = scope->tariff, .input = input};
    if (scope->tariff->inputs[input].derived != NULL) return add_terms(scope, scope->tariff->inputs[input].derived, out, err);
    MBILL_TRY(readings_of(scope, input, &given, err));
    out->edges = given->intervals;
    out->n = given->n_intervals;
    return check(scope, given, out, err);
}

/* ---- values ---- */

static bool value_at(const mbill__feed *feed, const mbill__derived *derived, size_t at, int64_t *out_micro, uint32_t *flags)
{
    mbill__wide sum = mbill__wide_of(0);
    for (size_t i = 0; i < derived->n_terms; i++) {
        const mbill__derived_term *term = &derived->terms[i];
        const mbill__derived *inner = feed->tariff->inputs[term->input].derived;
        int64_t value_micro;
        if (inner != NULL) {
            if (!value_at(feed, inner, at, &value_micro, flags)) return false;
        } else {
            value_micro = feed->of[term->input][at].quantity_micro;
            *flags |= feed->of[term->input][at].flags;
        }
        if (!mbill__derived_add(derived, term, value_micro, &sum)) return false;
    }
    return mbill__derived_finish(derived, sum, out_micro);
}

mbill_status mbill__feed_at(const mbill__feed *feed, size_t at, int64_t *out_micro, uint32_t *out_flags, mbill_error *err)
{
    const mbill__derived *derived = feed->tariff->inputs[feed->input].derived;
    if (derived == NULL) {
        *out_micro = feed->edges[at].quantity_micro;
        *out_flags = feed->edges[at].flags;
        return MBILL_OK;
    }
    *out_flags = 0;
    return value_at(feed, derived, at, out_micro, out_flags) ? MBILL_OK : overflow(err);
}

/* ---- several readings together ---- */

/* Of one input, made of others or not, the sum of its values. */
static bool sum_over(const mbill__feed *feed, int32_t input, size_t from, size_t to, int64_t *out_micro, uint32_t *flags)
{
    const mbill__derived *derived = feed->tariff->inputs[input].derived;
    const mbill_interval *readings = input == feed->input && derived == NULL ? feed->edges : feed->of[input];
    *out_micro = 0;
    for (size_t at = from; at < to; at++) {
        int64_t value_micro = 0;
        if (derived == NULL) {
            value_micro = readings[at].quantity_micro;
            *flags |= readings[at].flags;
        } else if (!value_at(feed, derived, at, &value_micro, flags)) {
            return false;
        }
        if (!mbill__add(*out_micro, value_micro, out_micro)) return false;
    }
    return true;
}

static bool apparent_over(const mbill__feed *feed, const mbill__derived *derived, size_t from, size_t to, int64_t *out_micro,
    uint32_t *flags)
{
    mbill__wide squares = mbill__wide_of(0);
    for (size_t i = 0; i < derived->n_terms; i++) {
        int64_t value_micro;
        if (!sum_over(feed, derived->terms[i].input, from, to, &value_micro, flags) ||
            !mbill__derived_add(derived, &derived->terms[i], value_micro, &squares))
            return false;
    }
    return mbill__derived_finish(derived, squares, out_micro);
}

mbill_status mbill__feed_over(const mbill__feed *feed, size_t from, size_t to, int64_t *out_micro, uint32_t *out_flags,
    mbill_error *err)
{
    const mbill__derived *derived = feed->tariff->inputs[feed->input].derived;
    bool apparent = derived != NULL && derived->how == MBILL__APPARENT;
    *out_flags = 0;
    if (apparent ? apparent_over(feed, derived, from, to, out_micro, out_flags)
                 : sum_over(feed, feed->input, from, to, out_micro, out_flags))
        return MBILL_OK;
    return overflow(err);
}
