/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a factor of conversion must be, or from when on one holds, does. */
#include "tariff/factors.h"

#include "base/fail.h"
#include "document/say.h"

#include <string.h>

/* ---- what the request gives ---- */

static const mbill__tariff_input *register_named(const mbill_tariff *tariff, const char *name)
{
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (tariff->inputs[i].derived == NULL && !tariff->inputs[i].is_fact && strcmp(tariff->inputs[i].from, name) == 0)
            return &tariff->inputs[i];
    return NULL;
}

/* The place of the next factor of a register from a place on; n: there is none. */
static size_t next_of(const mbill_factor *factors, size_t n, const char *name, size_t from)
{
    while (from < n && strcmp(factors[from].name, name) != 0) from++;
    return from;
}

static mbill_status check_texts(const mbill_factor *factor, size_t index, mbill_error *err)
{
    if (factor->name == NULL || factor->unit == NULL || factor->to == NULL)
        return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index, "name, unit or to of a factor is NULL");
    if (strlen(factor->unit) > MBILL_CONVERTED_UNIT_MAX)
        return mbill__fail_at(err, MBILL_E_LIMIT, (int64_t)index, "the unit of a factor has %zu bytes; expected at most %d",
            strlen(factor->unit), MBILL_CONVERTED_UNIT_MAX);
    if (factor->origin != NULL && strlen(factor->origin) > MBILL_CONVERTED_ORIGIN_MAX)
        return mbill__fail_at(err, MBILL_E_LIMIT, (int64_t)index, "the origin of a factor has %zu bytes; expected at most %d",
            strlen(factor->origin), MBILL_CONVERTED_ORIGIN_MAX);
    return MBILL_OK;
}

static mbill_status check_factor(const mbill_tariff *tariff, const mbill_factor *factor, size_t index, mbill_error *err)
{
    MBILL_TRY(check_texts(factor, index, err));
    const mbill__tariff_input *input = register_named(tariff, factor->name);
    if (factor->numerator <= 0 || factor->denominator <= 0)
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)index, "a factor of register \"%s\" is not above 0", factor->name);
    if (input == NULL || !input->converted)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index,
            "there is a factor of register \"%s\", which nothing converts; expected \"converted\": \"by_factors\" at the "
            "tariff's "
            "input",
            factor->name);
    if (strcmp(factor->to, input->unit) == 0) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index,
        "a factor of register \"%s\" gives %s, but the tariff counts \"%s\" in %s", factor->name, factor->to, input->name,
        input->unit);
}

mbill_status mbill__factors_check(const mbill_tariff *tariff, const mbill_factor *factors, size_t n, mbill_error *err)
{
    if (n > 0) MBILL__NEED(factors);
    for (size_t i = 0; i < n; i++) {
        MBILL_TRY(check_factor(tariff, &factors[i], i, err));
        for (size_t before = 0; before < i; before++)
            if (strcmp(factors[before].name, factors[i].name) == 0 && factors[before].from_day >= factors[i].from_day)
                return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)i,
                    "a factor of register \"%s\" does not begin after the one before it", factors[i].name);
    }
    return MBILL_OK;
}

/* ---- those of one register ---- */

static mbill_status too_fine(const char *name, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW,
        "the factors of register \"%s\" in the bill have no common denominator of 64 bits; expected decimals, such as a state "
        "number of four places",
        name);
}

/* The least denominator that all have, and with which every weight fits. */
static mbill_status find_common(mbill__factored *out, mbill_error *err)
{
    const mbill_factor *factors = out->request->factors;
    size_t at = out->first;
    int64_t weight;
    out->common = 1;
    for (size_t i = 0; i < out->n; i++, at = next_of(factors, out->request->n_factors, out->name, at + 1)) {
        int64_t denominator = factors[at].denominator / mbill__common_divisor(factors[at].numerator, factors[at].denominator);
        if (!mbill__multiply(out->common / mbill__common_divisor(out->common, denominator), denominator, &out->common))
            return too_fine(out->name, err);
    }
    at = out->first;
    for (size_t i = 0; i < out->n; i++, at = next_of(factors, out->request->n_factors, out->name, at + 1))
        if (!mbill__multiply_divide(factors[at].numerator, out->common, factors[at].denominator, MBILL_ROUND_DOWN, &weight))
            return too_fine(out->name, err);
    return MBILL_OK;
}

mbill_status mbill__factored_start(mbill__factored *out, const mbill_tariff *tariff, const mbill_price_request *request,
    int32_t input, mbill_error *err)
{
    const mbill_factor *factors = request->factors;
    const size_t n = request->n_factors;
    *out = (mbill__factored){.request = request, .zone = tariff->zone, .name = tariff->inputs[input].from, .common = 1};
    if (!tariff->inputs[input].converted) return MBILL_OK;
    int32_t first_day = mbill_zone_day(tariff->zone, request->from_utc_s);
    int32_t last_day = mbill_zone_day(tariff->zone, request->to_utc_s - 1);
    for (size_t i = next_of(factors, n, out->name, 0); i < n && factors[i].from_day <= last_day;
         i = next_of(factors, n, out->name, i + 1)) {
        if (factors[i].from_day > first_day) {
            out->n++;
            continue;
        }
        out->first = i;
        out->n = 1;
    }
    if (out->n == 0 || factors[out->first].from_day > first_day)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the factor of register \"%s\" is not known at %s, and its use is converted",
            out->name, mbill__say_time(request->from_utc_s, tariff->zone).text);
    return find_common(out, err);
}

/* ---- in the order of time ---- */

static mbill_status stand_at(mbill__factor_at *out, size_t at, mbill_error *err)
{
    const mbill__factored *of = out->of;
    const mbill_factor *factors = of->request->factors;
    size_t next = next_of(factors, of->request->n_factors, of->name, at + 1);
    out->at = at;
    out->end_utc_s = INT64_MAX;
    /* It fits, and nothing is rounded: find_common saw to both. */
    (void)mbill__multiply_divide(factors[at].numerator, of->common, factors[at].denominator, MBILL_ROUND_DOWN, &out->weight);
    if (next == of->request->n_factors || factors[next].from_day > mbill_zone_day(of->zone, of->request->to_utc_s))
        return MBILL_OK;
    return mbill_zone_day_start(of->zone, factors[next].from_day, &out->end_utc_s, err);
}

mbill_status mbill__factor_begin(mbill__factor_at *out, const mbill__factored *factored, mbill_error *err)
{
    *out = (mbill__factor_at){.of = factored, .weight = 1};
    return stand_at(out, factored->first, err);
}

mbill_status mbill__factor_move(mbill__factor_at *at, int64_t utc_s, mbill_error *err)
{
    const mbill_price_request *request = at->of->request;
    while (at->end_utc_s <= utc_s)
        MBILL_TRY(stand_at(at, next_of(request->factors, request->n_factors, at->of->name, at->at + 1), err));
    return MBILL_OK;
}
