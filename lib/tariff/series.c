/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from readings and a price series to lines does. Usage is added up by the steps of the series and never averaged; every
 * step in which something was used needs its price. */
#include "tariff/series.h"

#include "document/say.h"
#include "tariff/compose.h"
#include "tariff/measure.h"
#include "tariff/prices.h"
#include "tariff/source.h"

#include <inttypes.h>

/* What was used in one step of the series. */
typedef struct used_step {
    int64_t step, from_utc_s, to_utc_s, quantity_micro;
    mbill__wide weighed; /* the quantity by the weights of its factors */
    uint32_t flags;
} used_step;

typedef struct priced {
    const mbill__series_rate *rate;
    const mbill_price_series *given;
    mbill__measure measure;
    mbill__source source;
    mbill__walk walk;
    mbill__wide weighed;  /* of the bill so far, by the weights of its factors, … */
    int64_t scaled_micro; /* … and after all that multiplies it */
    mbill_line run;       /* steps of equal rate that follow each other; divide_by 0: none yet */
    int64_t run_step;     /* its last */
    mbill__lines *lines;
} priced;

static mbill_status start(priced *p, const mbill__scope *scope, const mbill__charge *charge, mbill_error *err)
{
    const mbill__price_series *known = &scope->tariff->series[charge->series->series];
    p->rate = charge->series;
    MBILL_TRY(mbill__measure_start(&p->measure, scope, charge, err));
    MBILL_TRY(mbill__source_open(scope, charge->quantity.meter, NULL, &p->source, err));
    if (p->source.form != MBILL__FORM_INTERVALS)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "input \"%s\" is a total, but its price changes every %d minutes; expected readings with times",
            scope->tariff->inputs[charge->quantity.meter].name, (int)known->step_s / 60);
    p->given = mbill__prices_find(scope->request, known->name);
    if (p->given == NULL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "price series \"%s\" is not known, and the charge needs it", known->name);
    if (p->source.feed.has_gaps) p->lines->incomplete |= MBILL_LINE_INCOMPLETE;
    MBILL_TRY(mbill__walk_start(&p->walk, &p->source.feed, NULL, scope->request, err));
    return p->measure.weighed ? mbill__walk_weigh(&p->walk, &p->measure.factored, err) : MBILL_OK;
}

/* ---- lines ---- */

static mbill_status close_run(priced *p, mbill_error *err)
{
    mbill_line run = p->run;
    p->run.divide_by = 0;
    return run.divide_by == 0 || run.quantity_micro == 0 ? MBILL_OK : mbill__lines_add(p->lines, run, err);
}

static mbill_status join_run(priced *p, const used_step *used, int64_t quantity_micro, int64_t rate_nano, mbill_error *err)
{
    bool joins = p->run.divide_by != 0 && p->run.rate_nano == rate_nano && used->step == p->run_step + 1;
    if (!joins) {
        MBILL_TRY(close_run(p, err));
        p->run = (mbill_line){.rule = MBILL_LINE_SERIES,
            .period = -1,
            .from_utc_s = used->from_utc_s,
            .rate_nano = rate_nano,
            .divide_by = 1};
    }
    p->run_step = used->step;
    p->run.to_utc_s = used->to_utc_s;
    p->run.flags |= used->flags;
    if (!mbill__add(p->run.quantity_micro, quantity_micro, &p->run.quantity_micro)) return mbill__quantity_overflow(err);
    return MBILL_OK;
}

static mbill_status refuse_missing(const priced *p, int64_t step, mbill_error *err)
{
    int64_t utc_s = p->given->start_utc_s + step * p->given->step_s;
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "price series \"%s\" has no price at %s, where something was used", p->given->name,
        mbill__say_time(utc_s, p->measure.scope->tariff->zone).text);
}

static mbill_status rate_at(const priced *p, int64_t step, int64_t *out_nano, mbill_error *err)
{
    const mbill__series_rate *rate = p->rate;
    mbill_error why;
    mbill_error_init(&why);
    mbill_status status = mbill__compose(mbill__prices_at(p->given, step), rate->times_nano, rate->plus_nano, rate->round,
        out_nano, &why);
    if (status == MBILL_OK) return MBILL_OK;
    return mbill__fail(err, status, "price series \"%s\" at %s: %s", p->given->name,
        mbill__say_time(p->given->start_utc_s + step * p->given->step_s, p->measure.scope->tariff->zone).text, why.message);
}

/* A factor applies to the running total, so that its rounding happens once whatever the steps. */
static mbill_status scale(priced *p, const used_step *used, int64_t *out_micro, mbill_error *err)
{
    int64_t before_micro = p->scaled_micro;
    if (!mbill__wide_add(p->weighed, used->weighed, &p->weighed)) return mbill__quantity_overflow(err);
    if (p->measure.scaled)
        MBILL_TRY(mbill__quantity_apply(&p->measure.charge->quantity, &p->measure.ratio, 0, p->weighed, &p->scaled_micro, err));
    else if (!mbill__wide_fits(p->weighed, &p->scaled_micro)) return mbill__quantity_overflow(err);
    return mbill__subtract(p->scaled_micro, before_micro, out_micro) ? MBILL_OK : mbill__quantity_overflow(err);
}

static mbill_status price_step(priced *p, const used_step *used, mbill_error *err)
{
    int64_t quantity_micro = 0, rate_nano = 0;
    MBILL_TRY(scale(p, used, &quantity_micro, err));
    bool missing = mbill__prices_at(p->given, used->step) == MBILL_PRICE_MISSING;
    if (missing) return used->quantity_micro == 0 ? MBILL_OK : refuse_missing(p, used->step, err);
    MBILL_TRY(rate_at(p, used->step, &rate_nano, err));
    return join_run(p, used, quantity_micro, rate_nano, err);
}

/* ---- steps ---- */

/* The next step in which there are readings. */
static mbill_status gather_step(priced *p, used_step *out, bool *out_more, mbill_error *err)
{
    const mbill__scope *scope = p->measure.scope;
    mbill__walk *walk = &p->walk;
    mbill__piece piece;
    bool more = true;
    *out = (used_step){.weighed = mbill__wide_of(0)};
    *out_more = mbill__walk_at(walk, &out->from_utc_s) && out->from_utc_s < scope->request->to_utc_s;
    if (!*out_more) return MBILL_OK;
    out->step = mbill__prices_step(p->given, out->from_utc_s);
    int64_t stop_utc_s = p->given->start_utc_s + (out->step + 1) * p->given->step_s;
    if (stop_utc_s > scope->request->to_utc_s) stop_utc_s = scope->request->to_utc_s;
    for (;;) {
        MBILL_TRY(mbill__walk_next(walk, stop_utc_s, &piece, &more, err));
        if (!more) return MBILL_OK;
        if (!mbill__add(out->quantity_micro, piece.quantity_micro, &out->quantity_micro)) return mbill__quantity_overflow(err);
        if (!mbill__wide_add(out->weighed, mbill__wide_product(piece.quantity_micro, piece.weight), &out->weighed))
            return mbill__quantity_overflow(err);
        out->flags |= piece.flags;
        out->to_utc_s = walk->at_utc_s;
    }
}

mbill_status mbill__series_price(const mbill__scope *scope, const mbill__charge *charge, mbill__lines *lines, mbill_error *err)
{
    priced p = {.weighed = mbill__wide_of(0), .lines = lines};
    used_step used;
    bool more;
    MBILL_TRY(start(&p, scope, charge, err));
    for (;;) {
        MBILL_TRY(gather_step(&p, &used, &more, err));
        if (!more) return close_run(&p, err);
        MBILL_TRY(price_step(&p, &used, err));
    }
}
