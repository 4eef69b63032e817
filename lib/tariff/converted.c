/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill shows of a conversion does: for each register and stretch of one factor what was measured, and what it is worth. */
#include "document/say.h"
#include "tariff/source.h"

#include <string.h>

typedef struct records {
    const mbill__scope *scope;
    mbill__factored factored; /* of the register under way */
    mbill_converted *out;
    size_t cap, n;
} records;

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "what a quantity is converted to leaves the range of +-9223372036854.775807");
}

/* Texts were checked to fit. */
static void copy(char *to, const char *from)
{
    if (from != NULL) memcpy(to, from, strlen(from) + 1);
}

static mbill_status add(records *to, int32_t input, const mbill__factor_at *at, int64_t from_utc_s, int64_t measured_micro,
    mbill_error *err)
{
    const mbill_price_request *request = to->scope->request;
    const mbill_factor *factor = &request->factors[at->at];
    int64_t common = mbill__common_divisor(factor->numerator, factor->denominator);
    mbill_converted one = {.from_utc_s = from_utc_s,
        .to_utc_s = at->end_utc_s < request->to_utc_s ? at->end_utc_s : request->to_utc_s,
        .measured_micro = measured_micro,
        .numerator = factor->numerator / common,
        .denominator = factor->denominator / common};
    if (!mbill__multiply_divide(measured_micro, one.numerator, one.denominator, MBILL_ROUND_HALF_EVEN, &one.quantity_micro))
        return overflow(err);
    copy(one.name, factor->name);
    copy(one.measured_unit, factor->unit);
    copy(one.unit, to->scope->tariff->inputs[input].unit);
    copy(one.origin, factor->origin);
    if (to->n < to->cap) to->out[to->n] = one;
    to->n++;
    return MBILL_OK;
}

/* One factor after the other, each with the pieces in its time. */
static mbill_status add_intervals(records *to, int32_t input, const mbill__feed *feed, mbill_error *err)
{
    mbill__walk walk;
    mbill__piece piece;
    mbill__factor_at at;
    bool more;
    int64_t from_utc_s = to->scope->request->from_utc_s;
    MBILL_TRY(mbill__walk_start(&walk, feed, NULL, to->scope->request, err));
    MBILL_TRY(mbill__factor_begin(&at, &to->factored, err));
    for (size_t i = 0; i < to->factored.n; i++) {
        int64_t sum_micro = 0, stop_utc_s = to->scope->request->to_utc_s;
        if (at.end_utc_s < stop_utc_s) stop_utc_s = at.end_utc_s;
        for (;;) {
            MBILL_TRY(mbill__walk_next(&walk, stop_utc_s, &piece, &more, err));
            if (!more) break;
            if (!mbill__add(sum_micro, piece.quantity_micro, &sum_micro)) return overflow(err);
        }
        MBILL_TRY(add(to, input, &at, from_utc_s, sum_micro, err));
        from_utc_s = stop_utc_s;
        if (i + 1 < to->factored.n) MBILL_TRY(mbill__factor_move(&at, stop_utc_s, err));
    }
    return MBILL_OK;
}

static mbill_status add_total(records *to, int32_t input, const mbill__source *source, mbill_error *err)
{
    mbill__factor_at at;
    int64_t sum_micro = 0;
    size_t n = source->form == MBILL__FORM_TOTAL ? 1 : to->scope->tariff->labels.n_periods;
    if (to->factored.n > 1)
        return mbill__fail(err, MBILL_E_NOT_KNOWN,
            "register \"%s\" is a total, but its factor changes in the bill; expected readings with times", to->factored.name);
    for (size_t i = 0; i < n; i++)
        if (!mbill__add(sum_micro, source->micro[i], &sum_micro)) return overflow(err);
    MBILL_TRY(mbill__factor_begin(&at, &to->factored, err));
    at.end_utc_s = INT64_MAX;
    return add(to, input, &at, to->scope->request->from_utc_s, sum_micro, err);
}

static mbill_status add_input(records *to, int32_t input, mbill_error *err)
{
    const mbill__scope *scope = to->scope;
    mbill__source source;
    if (!scope->tariff->inputs[input].converted) return MBILL_OK;
    if (mbill__scope_input(scope, input, -1) == NULL && !mbill__scope_has_periods(scope, input)) return MBILL_OK; /* not needed */
    MBILL_TRY(mbill__factored_start(&to->factored, scope->tariff, scope->request, input, err));
    MBILL_TRY(mbill__source_open(scope, input, NULL, &source, err));
    if (source.form == MBILL__FORM_INTERVALS) return add_intervals(to, input, &source.feed, err);
    return add_total(to, input, &source, err);
}

mbill_status mbill_tariff_converted(const mbill_tariff *tariff, const mbill_price_request *request, mbill_converted *out,
    size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_price_request known;
    mbill__scope scope;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(out_n);
    if (cap > 0) MBILL__NEED(out);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, offsetof(mbill_price_request, inputs), request, err));
    if (known.from_utc_s >= known.to_utc_s) return mbill__fail(err, MBILL_E_RANGE, "the bill's span is empty");
    MBILL_TRY(mbill__scope_names(&scope, tariff, &known, err));
    records to = {.scope = &scope, .out = out, .cap = cap};
    for (size_t i = 0; i < tariff->n_inputs; i++) MBILL_TRY(add_input(&to, (int32_t)i, err));
    *out_n = to.n;
    if (to.n <= cap) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ROOM, "%zu quantities were converted, but there is room for %zu", to.n, cap);
}
