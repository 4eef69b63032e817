/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a pricing call is given does: its span, registers and facts, by the tariff's names. */
#include "tariff/scope.h"

#include "base/fail.h"
#include "document/near.h"
#include "document/say.h"
#include "number/wide.h"
#include "tariff/factors.h"
#include "tariff/prices.h"

#include <inttypes.h>
#include <string.h>

static int32_t register_of(const mbill_tariff *tariff, const char *from)
{
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (tariff->inputs[i].derived == NULL && !tariff->inputs[i].is_fact && strcmp(tariff->inputs[i].from, from) == 0)
            return (int32_t)i;
    return -1;
}

static mbill_status check_input(const mbill_tariff *tariff, const mbill_price_request *request, size_t index, mbill_error *err)
{
    const mbill_input *input = &request->inputs[index];
    if (input->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index, "input name is NULL");
    if (register_of(tariff, input->name) < 0)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)index, "the tariff has no register \"%s\"", input->name);
    if (input->period != NULL && mbill__tariff_period(tariff, input->period) < 0)
        return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)index, "the tariff has no period \"%s\"", input->period);
    if (input->period != NULL && input->intervals != NULL)
        return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index,
            "register \"%s\" has intervals and a period; expected one of them", input->name);
    for (size_t i = 0; i < index; i++) {
        const mbill_input *other = &request->inputs[i];
        bool same_period = input->period == NULL || other->period == NULL ? input->period == other->period
                                                                          : strcmp(input->period, other->period) == 0;
        if (strcmp(input->name, other->name) == 0 && same_period)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index, "register \"%s\" is given twice", input->name);
    }
    return MBILL_OK;
}

static mbill_status check_span(const mbill_tariff *tariff, const mbill_price_request *request, int64_t span_to_utc_s,
    mbill_error *err)
{
    if (request->from_utc_s >= request->to_utc_s)
        return mbill__fail(err, MBILL_E_RANGE, "the bill's span is empty: it ends (%" PRId64 ") before it begins (%" PRId64 ")",
            request->to_utc_s, request->from_utc_s);
    if (request->to_utc_s > span_to_utc_s)
        return mbill__fail(err, MBILL_E_RANGE, "the part ends at %s, after the billing span, which ends at %s",
            mbill__say_time(request->to_utc_s, tariff->zone).text, mbill__say_time(span_to_utc_s, tariff->zone).text);
    bool early = request->from_utc_s < tariff->valid_from_utc_s;
    if (!early && span_to_utc_s <= tariff->valid_to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_UNCOVERED, "the bill %s at %s, but version \"%s\" of the tariff %s valid at %s",
        early ? "begins" : "ends", mbill__say_time(early ? request->from_utc_s : span_to_utc_s, tariff->zone).text,
        tariff->labels.version, early ? "becomes" : "ceases to be",
        mbill__say_time(early ? tariff->valid_from_utc_s : tariff->valid_to_utc_s, tariff->zone).text);
}

/* How many of a calendar's periods a register has totals for, and their sum. */
static size_t count_totals(const mbill__scope *scope, int32_t input, const mbill__schedule *schedule, bool *out_all,
    mbill__wide *out_sum)
{
    size_t n = 0;
    *out_all = schedule->period_set != 0;
    *out_sum = mbill__wide_of(0);
    for (size_t period = 0; period < scope->tariff->labels.n_periods; period++) {
        if (!mbill__has_period(schedule, period)) continue;
        const mbill_input *given = mbill__scope_input(scope, input, (int32_t)period);
        *out_all = *out_all && given != NULL;
        if (given == NULL) continue;
        n++;
        (void)mbill__wide_add(*out_sum, mbill__wide_of(given->total_micro), out_sum); /* 32 of 64 bits fit 128 */
    }
    return n;
}

const mbill__schedule *mbill__scope_calendar(const mbill__scope *scope, int32_t input)
{
    const mbill__schedule *some = NULL;
    for (size_t i = 0; i < scope->tariff->n_schedules; i++) {
        const mbill__schedule *schedule = &scope->tariff->schedules[i];
        bool all;
        mbill__wide sum;
        size_t n = count_totals(scope, input, schedule, &all, &sum);
        if (all) return schedule;
        if (n > 0 && some == NULL) some = schedule;
    }
    return some;
}

/* Totals by the periods of two calendars are of one and the same quantity. */
static mbill_status check_totals(const mbill__scope *scope, int32_t input, mbill_error *err)
{
    const mbill__schedule *first = NULL;
    mbill__wide first_sum = mbill__wide_of(0);
    for (size_t i = 0; i < scope->tariff->n_schedules; i++) {
        const mbill__schedule *schedule = &scope->tariff->schedules[i];
        bool all;
        mbill__wide sum;
        (void)count_totals(scope, input, schedule, &all, &sum);
        if (!all) continue;
        if (first != NULL && mbill__wide_compare(first_sum, sum) != 0)
            return mbill__fail(err, MBILL_E_INVALID,
                "the totals of register \"%s\" by the periods of calendar \"%s\" and of calendar \"%s\" add up to different "
                "quantities",
                scope->tariff->inputs[input].from, first->name, schedule->name);
        first = schedule;
        first_sum = sum;
    }
    return MBILL_OK;
}

mbill_status mbill__scope_names(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err)
{
    scope->tariff = tariff;
    scope->request = request;
    scope->columns = NULL;
    scope->kept = NULL;
    scope->bill = NULL;
    scope->slots_before = NULL;
    if (request->n_inputs > 0) MBILL__NEED(request->inputs);
    if (request->n_facts > 0) MBILL__NEED(request->facts);
    for (size_t i = 0; i < request->n_inputs; i++) MBILL_TRY(check_input(tariff, request, i, err));
    MBILL_TRY(mbill__factors_check(tariff, request->factors, request->n_factors, err));
    MBILL_TRY(mbill__lists_check(request->lists, request->n_lists, err));
    if (request->n_instants > 0) MBILL__NEED(request->instants);
    return mbill__prices_check(tariff, request, err);
}

mbill_status mbill__scope_start(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err)
{
    MBILL_TRY(mbill__scope_names(scope, tariff, request, err));
    scope->span_to_utc_s = request->span_to_utc_s == 0 ? request->to_utc_s : request->span_to_utc_s;
    MBILL_TRY(check_span(tariff, request, scope->span_to_utc_s, err));
    for (size_t i = 0; tariff->n_schedules > 1 && i < tariff->n_inputs; i++)
        if (!tariff->inputs[i].is_fact && tariff->inputs[i].derived == NULL) MBILL_TRY(check_totals(scope, (int32_t)i, err));
    int64_t from_utc_s, to_utc_s, so_far_utc_s;
    scope->days.from = scope->so_far.from = mbill_zone_day(tariff->zone, request->from_utc_s);
    scope->days.to = mbill_zone_day(tariff->zone, scope->span_to_utc_s);
    scope->so_far.to = mbill_zone_day(tariff->zone, request->to_utc_s);
    MBILL_TRY(mbill_zone_day_start(tariff->zone, scope->days.from, &from_utc_s, err));
    MBILL_TRY(mbill_zone_day_start(tariff->zone, scope->days.to, &to_utc_s, err));
    MBILL_TRY(mbill_zone_day_start(tariff->zone, scope->so_far.to, &so_far_utc_s, err));
    scope->whole_days = from_utc_s == request->from_utc_s && to_utc_s == scope->span_to_utc_s;
    scope->ends_at_midnight = so_far_utc_s == request->to_utc_s;
    return MBILL_OK;
}

const mbill_input *mbill__scope_input(const mbill__scope *scope, int32_t input, int32_t period)
{
    const char *name = scope->tariff->inputs[input].from;
    if (scope->tariff->inputs[input].derived != NULL) return NULL; /* made of others, and given by nobody */
    for (size_t i = 0; i < scope->request->n_inputs; i++) {
        const mbill_input *given = &scope->request->inputs[i];
        if (strcmp(given->name, name) != 0) continue;
        if (period < 0 && given->period == NULL) {
            if (scope->columns != NULL) mbill__columns_spell(scope->columns, i);
            return given;
        }
        if (period >= 0 && given->period != NULL && mbill__tariff_period(scope->tariff, given->period) == period) return given;
    }
    return NULL;
}

bool mbill__scope_has_periods(const mbill__scope *scope, int32_t input)
{
    for (size_t period = 0; period < scope->tariff->labels.n_periods; period++)
        if (mbill__scope_input(scope, input, (int32_t)period) != NULL) return true;
    return false;
}

mbill_status mbill__scope_period_input(const mbill__scope *scope, int32_t input, size_t period, const mbill_input **out,
    mbill_error *err)
{
    const mbill_tariff *tariff = scope->tariff;
    *out = mbill__scope_input(scope, input, (int32_t)period);
    if (*out != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_KNOWN, "register \"%s\" has totals by period, but none for \"%s\"",
        tariff->inputs[input].from, tariff->labels.periods[period]);
}

/* Money, a difference of temperatures or a quantity to be made good may be below 0; an area never is. */
static bool is_area(const char *unit)
{
    return unit != NULL && (strcmp(unit, "m2") == 0 || strcmp(unit, "sqft") == 0);
}

/* The number; or the place of the word among the input's words. */
static mbill_status fact_value(const mbill__tariff_input *input, const mbill_fact *fact, int64_t *out_micro, mbill_error *err)
{
    char list[256];
    if (input->n_words == 0 && fact->text != NULL)
        return mbill__fail(err, MBILL_E_TYPE, "the account's fact \"%s\" is the word \"%s\"; expected a number", fact->name,
            fact->text);
    if (input->n_words == 0 && fact->value_micro < 0 && is_area(input->unit))
        return mbill__fail(err, MBILL_E_RANGE, "the account's fact \"%s\" is %s %s; expected an area of 0 or more", fact->name,
            mbill__say_micro(fact->value_micro).text, input->unit);
    *out_micro = fact->value_micro;
    if (input->n_words == 0) return MBILL_OK;
    for (size_t i = 0; i < input->n_words && fact->text != NULL; i++) {
        *out_micro = (int64_t)i;
        if (strcmp(input->words[i], fact->text) == 0) return MBILL_OK;
    }
    mbill__near_list(input->words, input->n_words, list, sizeof list);
    if (fact->text == NULL)
        return mbill__fail(err, MBILL_E_TYPE, "the account's fact \"%s\" is a number; expected one of: %s", fact->name, list);
    return mbill__fail(err, MBILL_E_INVALID, "the account's fact \"%s\" is \"%s\", which is not one of: %s", fact->name,
        fact->text, list);
}

mbill_status mbill__scope_fact(const mbill__scope *scope, int32_t input, int64_t *out_micro, mbill_error *err)
{
    const char *name = scope->tariff->inputs[input].from;
    const mbill_fact *found = NULL;
    for (size_t i = 0; i < scope->request->n_facts; i++) {
        const mbill_fact *fact = &scope->request->facts[i];
        if (fact->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "fact name is NULL");
        if (strcmp(fact->name, name) != 0) continue;
        if (found != NULL) return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "fact \"%s\" is given twice", name);
        found = fact;
    }
    if (found == NULL)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the account's fact \"%s\" is not known, and the charge needs it", name);
    return fact_value(&scope->tariff->inputs[input], found, out_micro, err);
}

const mbill_column *mbill__scope_column(const mbill__scope *scope, int32_t input)
{
    const mbill_price_request *request = scope->request;
    if (scope->columns == NULL || scope->tariff->inputs[input].derived != NULL) return NULL;
    for (size_t i = 0; i < request->n_inputs; i++)
        if (strcmp(request->inputs[i].name, scope->tariff->inputs[input].from) == 0) return &scope->columns->columns[i];
    return NULL;
}
