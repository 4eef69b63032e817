/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the forms in which an input is known do: readings with times, totals by period, a total, or what is made of these. As
 * deep as MBILL__DERIVED_DEPTH_MAX, which the reader sees to. */
#include "tariff/source.h"

#include "number/power_factor.h"
#include "number/round.h"
#include "tariff/table.h"

#include <string.h>

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of quantities leaves the range of +-9223372036854.775807");
}

static uint32_t total_flags(const mbill_input *input)
{
    uint32_t flags = input->flags & (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED) ? MBILL_LINE_ESTIMATED : 0;
    if ((input->flags & MBILL__READING_DIVIDED) != 0) flags |= MBILL_LINE_PRORATED;
    return (input->flags & MBILL__READING_INCOMPLETE) != 0 ? flags | MBILL_LINE_INCOMPLETE : flags;
}

/* ---- registers ---- */

static mbill_status open_register(const mbill__scope *scope, int32_t input, const mbill__schedule *schedule, mbill__source *out,
    mbill_error *err)
{
    const char *name = scope->tariff->inputs[input].from;
    const mbill_input *given = mbill__scope_input(scope, input, -1);
    bool by_period = mbill__scope_has_periods(scope, input);
    if (given != NULL && by_period)
        return mbill__fail(err, MBILL_E_AMBIGUOUS, "register \"%s\" is given as a whole and by period; expected one of them",
            name);
    if (given == NULL && !by_period)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "register \"%s\" is not known, and the charge needs it", name);
    out->form = by_period ? MBILL__FORM_PERIODS : given->intervals != NULL ? MBILL__FORM_INTERVALS : MBILL__FORM_TOTAL;
    if (out->form == MBILL__FORM_INTERVALS) return mbill__feed_start(scope, input, &out->feed, err);
    if (schedule == NULL) schedule = mbill__scope_calendar(scope, input);
    for (size_t i = 0; i < (by_period ? scope->tariff->labels.n_periods : 1); i++) {
        out->micro[i] = 0;
        out->flags[i] = 0;
        if (by_period && !mbill__has_period(schedule, i)) continue;
        if (by_period) MBILL_TRY(mbill__scope_period_input(scope, input, i, &given, err));
        out->micro[i] = given->total_micro;
        out->flags[i] = total_flags(given);
    }
    return MBILL_OK;
}

/* Readings with times summed by period, or over the bill (schedule NULL). */
static mbill_status sum_feed(const mbill__scope *scope, const mbill__feed *feed, const mbill__schedule *schedule, int64_t *micro,
    uint32_t *flags, mbill_error *err)
{
    mbill__walk walk;
    mbill__piece piece;
    bool more;
    MBILL_TRY(mbill__walk_start(&walk, feed, schedule, scope->request, err));
    if (feed->has_gaps) flags[0] |= MBILL_LINE_INCOMPLETE;
    for (;;) {
        MBILL_TRY(mbill__walk_next(&walk, scope->request->to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        if (!mbill__add(micro[piece.period], piece.quantity_micro, &micro[piece.period])) return overflow(err);
        flags[piece.period] |= piece.flags;
    }
}

/* ---- by period ---- */

static mbill_status add_by_period(const mbill__scope *scope, const mbill__derived *derived, const mbill__derived_term *term,
    mbill__wide *sums, uint32_t *flags, mbill_error *err)
{
    mbill__source source;
    MBILL_TRY(mbill__source_open(scope, term->input, NULL, &source, err));
    if (source.form == MBILL__FORM_TOTAL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "register \"%s\" is one total, but is needed by period; expected totals by period or readings with times",
            scope->tariff->inputs[term->input].from);
    if (source.form == MBILL__FORM_INTERVALS) {
        memset(source.micro, 0, sizeof source.micro);
        memset(source.flags, 0, sizeof source.flags);
        MBILL_TRY(sum_feed(scope, &source.feed, scope->tariff->schedules, source.micro, source.flags, err));
    }
    for (size_t i = 0; i < scope->tariff->labels.n_periods; i++) {
        if (!mbill__derived_add(derived, term, source.micro[i], &sums[i])) return overflow(err);
        flags[i] |= source.flags[i];
    }
    return MBILL_OK;
}

static mbill_status derive_by_period(const mbill__scope *scope, const mbill__derived *derived, mbill__source *out,
    mbill_error *err)
{
    mbill__wide sums[MBILL__PERIODS_MAX];
    for (size_t i = 0; i < MBILL__PERIODS_MAX; i++) sums[i] = mbill__wide_of(0);
    memset(out->flags, 0, sizeof out->flags);
    for (size_t i = 0; i < derived->n_terms; i++)
        MBILL_TRY(add_by_period(scope, derived, &derived->terms[i], sums, out->flags, err));
    for (size_t i = 0; i < scope->tariff->labels.n_periods; i++)
        if (!mbill__derived_finish(derived, sums[i], &out->micro[i])) return overflow(err);
    out->form = MBILL__FORM_PERIODS;
    return MBILL_OK;
}

/* ---- over the bill ---- */

static mbill_status term_value(const mbill__scope *scope, const mbill__derived_term *term, int64_t *out_micro, uint32_t *flags,
    mbill_error *err)
{
    mbill__wide sums[MBILL__PERIODS_MAX];
    uint32_t by_period[MBILL__PERIODS_MAX] = {0};
    if (term->period < 0) return mbill__source_total(scope, term->input, out_micro, flags, err);
    for (size_t i = 0; i < MBILL__PERIODS_MAX; i++) sums[i] = mbill__wide_of(0);
    mbill__derived alone = {.how = MBILL__SUM};
    mbill__derived_term one = {term->input, -1, 1};
    MBILL_TRY(add_by_period(scope, &alone, &one, sums, by_period, err));
    *flags |= by_period[term->period];
    return mbill__wide_fits(sums[term->period], out_micro) ? MBILL_OK : overflow(err);
}

static mbill_status sum_terms(const mbill__scope *scope, const mbill__derived *derived, int64_t *out_micro, uint32_t *flags,
    mbill_error *err)
{
    mbill__wide sum = mbill__wide_of(0);
    for (size_t i = 0; i < derived->n_terms; i++) {
        int64_t value_micro;
        MBILL_TRY(term_value(scope, &derived->terms[i], &value_micro, flags, err));
        if (!mbill__derived_add(derived, &derived->terms[i], value_micro, &sum)) return overflow(err);
    }
    return mbill__derived_finish(derived, sum, out_micro) ? MBILL_OK : overflow(err);
}

static mbill_status none(const mbill__derived *derived, const char *name, int64_t *out_micro, mbill_error *err)
{
    if (!derived->has_if_none)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "input \"%s\" would divide by 0; expected \"if_none\" to say what it is then",
            name);
    *out_micro = derived->if_none_micro;
    return MBILL_OK;
}

/* numerator / denominator to the step; the denominator may be negative. */
static mbill_status divide(const mbill__derived *derived, int64_t numerator, int64_t denominator, int64_t *out_micro,
    mbill_error *err)
{
    int64_t steps;
    mbill__wide above = mbill__wide_product(numerator, denominator < 0 ? -1000000 : 1000000);
    mbill__wide below = mbill__wide_product(denominator,
        denominator < 0 ? -derived->round.step_micro : derived->round.step_micro);
    if (mbill__round_quotient(above, below, derived->round.how, &steps) &&
        mbill__multiply(steps, derived->round.step_micro, out_micro))
        return MBILL_OK;
    return overflow(err);
}

static mbill_status table_value(const mbill__scope *scope, const mbill__derived *derived, int64_t by_micro, int64_t *out_micro,
    mbill_error *err)
{
    int64_t value_nano, steps;
    MBILL_TRY(mbill__table_look_up(&scope->tariff->tables[derived->table], by_micro, &value_nano, err));
    if (mbill__round_quotient(mbill__wide_of(value_nano), mbill__wide_product(derived->round.step_micro, 1000),
            derived->round.how, &steps) &&
        mbill__multiply(steps, derived->round.step_micro, out_micro))
        return MBILL_OK;
    return overflow(err);
}

static mbill_status ratio_value(const mbill__scope *scope, int32_t input, int64_t *out_micro, uint32_t *flags, mbill_error *err)
{
    const mbill__derived *derived = scope->tariff->inputs[input].derived;
    const char *name = scope->tariff->inputs[input].name;
    int64_t first, second;
    MBILL_TRY(term_value(scope, &derived->terms[0], &first, flags, err));
    if (derived->how == MBILL__TABLE_VALUE) return table_value(scope, derived, first, out_micro, err);
    MBILL_TRY(term_value(scope, &derived->terms[1], &second, flags, err));
    if (derived->how == MBILL__QUOTIENT)
        return second == 0 ? none(derived, name, out_micro, err) : divide(derived, first, second, out_micro, err);
    if (first < 0 || second < 0)
        return mbill__fail(err, MBILL_E_RANGE, "input \"%s\": a power factor is of quantities that are not negative", name);
    if (first == 0 && second == 0) return none(derived, name, out_micro, err);
    *out_micro = mbill__power_factor(first, second, derived->round.step_micro, derived->round.how);
    return MBILL_OK;
}

static mbill_status sum_source(const mbill__scope *scope, const mbill__source *source, int64_t *out_micro, uint32_t *flags,
    mbill_error *err)
{
    *out_micro = 0;
    if (source->form == MBILL__FORM_INTERVALS) return sum_feed(scope, &source->feed, NULL, out_micro, flags, err);
    for (size_t i = 0; i < (source->form == MBILL__FORM_TOTAL ? 1 : scope->tariff->labels.n_periods); i++) {
        if (!mbill__add(*out_micro, source->micro[i], out_micro)) return overflow(err);
        *flags |= source->flags[i];
    }
    return MBILL_OK;
}

/* ---- converted by factors ---- */

static mbill_status sum_weighed(const mbill__scope *scope, const mbill__factored *factored, const mbill__feed *feed,
    mbill__wide *out, uint32_t *flags, mbill_error *err)
{
    mbill__walk walk;
    mbill__piece piece;
    bool more;
    MBILL_TRY(mbill__walk_start(&walk, feed, NULL, scope->request, err));
    MBILL_TRY(mbill__walk_weigh(&walk, factored, err));
    if (feed->has_gaps) *flags |= MBILL_LINE_INCOMPLETE;
    for (;;) {
        MBILL_TRY(mbill__walk_next(&walk, scope->request->to_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        if (!mbill__wide_add(*out, mbill__wide_product(piece.quantity_micro, piece.weight), out)) return overflow(err);
        *flags |= piece.flags;
    }
}

/* The exact sum over all factors, rounded once. */
static mbill_status converted_total(const mbill__scope *scope, int32_t input, int64_t *out_micro, uint32_t *flags,
    mbill_error *err)
{
    mbill__factored factored;
    mbill__source source;
    int64_t whole_micro;
    mbill__wide sum = mbill__wide_of(0);
    MBILL_TRY(mbill__factored_start(&factored, scope->tariff, scope->request, input, err));
    MBILL_TRY(mbill__source_open(scope, input, NULL, &source, err));
    if (source.form == MBILL__FORM_INTERVALS) {
        MBILL_TRY(sum_weighed(scope, &factored, &source.feed, &sum, flags, err));
    } else {
        mbill__factor_at at;
        MBILL_TRY(mbill__factor_begin(&at, &factored, err));
        if (factored.n > 1)
            return mbill__fail(err, MBILL_E_NOT_KNOWN,
                "register \"%s\" is a total, but its factor changes in the bill; expected readings with times", factored.name);
        MBILL_TRY(sum_source(scope, &source, &whole_micro, flags, err));
        sum = mbill__wide_product(whole_micro, at.weight);
    }
    return mbill__round_quotient(sum, mbill__wide_of(factored.common), MBILL_ROUND_HALF_EVEN, out_micro) ? MBILL_OK
                                                                                                         : overflow(err);
}

/* ---- any input ---- */

mbill_status mbill__source_open(const mbill__scope *scope, int32_t input, const mbill__schedule *schedule, mbill__source *out,
    mbill_error *err)
{
    const mbill__derived *derived = scope->tariff->inputs[input].derived;
    if (derived == NULL) return open_register(scope, input, schedule, out, err);
    if (derived->per == MBILL__PER_PERIOD) return derive_by_period(scope, derived, out, err);
    out->form = derived->per == MBILL__PER_INTERVAL ? MBILL__FORM_INTERVALS : MBILL__FORM_TOTAL;
    if (out->form == MBILL__FORM_INTERVALS) return mbill__feed_start(scope, input, &out->feed, err);
    out->flags[0] = 0;
    return sum_terms(scope, derived, &out->micro[0], &out->flags[0], err);
}

mbill_status mbill__source_total(const mbill__scope *scope, int32_t input, int64_t *out_micro, uint32_t *flags, mbill_error *err)
{
    const mbill__tariff_input *of = &scope->tariff->inputs[input];
    mbill__source source;
    if (of->is_fact)
        return of->derived == NULL ? mbill__scope_fact(scope, input, out_micro, err)
                                   : ratio_value(scope, input, out_micro, flags, err);
    if (of->converted) return converted_total(scope, input, out_micro, flags, err);
    MBILL_TRY(mbill__source_open(scope, input, NULL, &source, err));
    return sum_source(scope, &source, out_micro, flags, err);
}
