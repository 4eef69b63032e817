/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "quantity" does. */
#include "tariff/quantity_read.h"

#include "document/month_day_read.h"
#include "document/say.h"
#include "meterbill/convert.h"
#include "tariff/contracted_read.h"
#include "tariff/demand_read.h"
#include "tariff/rounding_read.h"
#include "tariff/take.h"
#include "tariff/term_read.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

static const char *term_unit(const mbill_tariff *tariff, int32_t term)
{
    if (term >= 0) return tariff->inputs[term].unit;
    if (term == MBILL__TERM_DAYS) return "d";
    if (term == MBILL__TERM_MONTHS) return "month";
    return "1";
}

/* The unit of a product is its factors' units, multiplied. */
static mbill_status name_unit(mbill_tariff *tariff, mbill__quantity *quantity, mbill_error *err)
{
    mbill__buffer text;
    size_t n = quantity->n_terms + (quantity->meter >= 0 ? 1u : 0u);
    if (quantity->peak != NULL || quantity->unit != NULL) return MBILL_OK;
    if (quantity->money != NULL) quantity->unit = tariff->labels.currency;
    else if (n == 1) quantity->unit = term_unit(tariff, quantity->meter >= 0 ? quantity->meter : quantity->terms[0]);
    if (quantity->unit != NULL) return MBILL_OK;
    mbill__buffer_start(&text, &tariff->arena.allocator);
    if (quantity->meter >= 0) mbill__buffer_text(&text, term_unit(tariff, quantity->meter));
    for (size_t i = 0; i < quantity->n_terms; i++) {
        if (text.len > 0) mbill__buffer_text(&text, " x ");
        mbill__buffer_text(&text, term_unit(tariff, quantity->terms[i]));
    }
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) status = mbill__tariff_text(tariff, text.data, &quantity->unit, err);
    mbill__buffer_free(&text);
    return status;
}

/* ---- money ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "#2" or "#3..": tiers of the charge. */
static bool read_tiers(const char *text, size_t n_tiers, mbill__money *out)
{
    int32_t tier = 0;
    for (; is_digit(*text) && tier <= MBILL__TIERS_MAX; text++) tier = tier * 10 + (*text - '0');
    out->from_tier = out->to_tier = tier;
    if (strcmp(text, "..") == 0) out->to_tier = (int32_t)n_tiers;
    return (*text == '\0' || strcmp(text, "..") == 0) && tier >= 1 && (size_t)tier <= n_tiers;
}

/* The charge's id, then nothing, "#" and tiers, or "@" and a period. */
static mbill_status read_one_money(const mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__money *out,
    mbill_error *err)
{
    const char *text;
    size_t at = 0;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strcspn(text, "#@");
    while (
        at < n_earlier && (strncmp(tariff->labels.charges[at].id, text, len) != 0 || tariff->labels.charges[at].id[len] != '\0'))
        at++;
    if (at == n_earlier)
        return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%.*s\" is not an earlier charge; money looks back only",
            (int)len, text);
    const mbill__charge *charge = &tariff->charges[at];
    *out = (mbill__money){(int32_t)at, 0, 0, -1};
    if (text[len] == '#' && (charge->ladder.n_tiers == 1 || !read_tiers(text + len + 1, charge->ladder.n_tiers, out)))
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" names tiers that the charge does not have; expected one of 1 to %zu, as \"#2\" or \"#2..\"", text,
            charge->ladder.n_tiers);
    if (text[len] != '@') return MBILL_OK;
    out->period = mbill__tariff_period(tariff, text + len + 1);
    bool by_period = charge->by_period || charge->ladder.across == MBILL__ACROSS_EACH;
    if (out->period >= 0 && by_period && mbill__has_period(charge->ladder.schedule, (size_t)out->period)) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%s\" names a period that the charge has no lines for", text);
}

/* Two names for one amount, or one inside the other, would count it twice. */
static bool overlap(const mbill__money *a, const mbill__money *b)
{
    bool tiers = a->from_tier == 0 || b->from_tier == 0 || (a->from_tier <= b->to_tier && b->from_tier <= a->to_tier);
    bool periods = a->period < 0 || b->period < 0 || a->period == b->period;
    return a->charge == b->charge && tiers && periods;
}

mbill_status mbill__money_read(mbill_tariff *tariff, const mbill__node *list, size_t n_earlier, const int32_t **out,
    size_t *out_n, mbill_error *err)
{
    int32_t *places;
    mbill__node node;
    size_t first = tariff->n_money;
    MBILL_TRY(mbill__node_list(list, 1, err));
    *out_n = mbill__node_count(list);
    if (first + *out_n > MBILL__MONEY_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "more than %d amounts are looked at", MBILL__MONEY_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, *out_n, sizeof *places, &places, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill__money *money = &tariff->money[first + node.index];
        MBILL_TRY(read_one_money(tariff, &node, n_earlier, money, err));
        for (size_t i = 0; i < node.index; i++)
            if (overlap(money, &tariff->money[first + i]))
                return mbill__node_fail(&node, err, MBILL_E_INVALID, "an amount of charge \"%s\" would be counted twice",
                    tariff->labels.charges[money->charge].id);
        places[node.index] = (int32_t)(first + node.index);
    }
    tariff->n_money += *out_n;
    *out = places;
    return MBILL_OK;
}

/* {"quantity": "15", "times": "months"} of a register: what of it is free, or what is billed at least. */
static mbill_status read_amount_of(const mbill_tariff *tariff, const mbill__node *object, const mbill__quantity *quantity,
    const char *what, int64_t *out_micro, int32_t *out_times, mbill_error *err)
{
    static const char *const keys[] = {"quantity", "times"};
    mbill__node node;
    if (quantity->meter < 0) return mbill__node_fail(object, err, MBILL_E_INVALID, "only a register has a %s quantity", what);
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "quantity", &node, err));
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, out_micro, err));
    if (*out_micro <= 0) return mbill__node_fail(&node, err, MBILL_E_RANGE, "a %s quantity is above 0", what);
    if (!mbill__node_get(object, "times", &node)) return MBILL_OK;
    return mbill__multiplier_read(tariff, &node, out_times, err);
}

static mbill_status read_free(const mbill_tariff *tariff, const mbill__node *object, mbill__quantity *out, mbill_error *err)
{
    return read_amount_of(tariff, object, out, "free", &out->free_micro, &out->free_times, err);
}

static mbill_status read_least(const mbill_tariff *tariff, const mbill__node *object, mbill__quantity *out, mbill_error *err)
{
    return read_amount_of(tariff, object, out, "least", &out->least_micro, &out->least_times, err);
}

/* {"before": "01-01"} or {"from": "01-01"}: which of the bill's days are counted, such as those in the year that money became due in. */
static mbill_status read_days(const mbill__node *object, mbill__quantity *out, mbill_error *err)
{
    static const char *const keys[] = {"before", "from"};
    mbill__node before, from;
    bool counts = false;
    for (size_t i = 0; i < out->n_terms; i++) counts = counts || out->terms[i] == MBILL__TERM_DAYS;
    if (!counts)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "\"days\" says which days are counted, but the quantity counts none");
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    bool given = mbill__node_get(object, "before", &before);
    if (given == mbill__node_get(object, "from", &from))
        return mbill__node_fail(object, err, MBILL_E_INVALID, "expected one of \"before\" and \"from\"");
    MBILL_TRY(mbill__month_day_read(given ? &before : &from, &out->cut, err));
    if (!given) out->cut = -out->cut;
    return MBILL_OK;
}

/* "kWh x 9/2500" */
static mbill_status say_conversion(mbill_tariff *tariff, const char *from, mbill__quantity *out, mbill_error *err)
{
    mbill__buffer text;
    mbill__buffer_start(&text, &tariff->arena.allocator);
    mbill__buffer_text(&text, from);
    mbill__buffer_text(&text, " x ");
    mbill__buffer_text(&text, mbill__say_decimal(out->in_numerator, 0).text);
    if (out->in_denominator != 1) {
        mbill__buffer_text(&text, "/");
        mbill__buffer_text(&text, mbill__say_decimal(out->in_denominator, 0).text);
    }
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) status = mbill__tariff_text(tariff, text.data, &out->converted, err);
    mbill__buffer_free(&text);
    return status;
}

/* Another unit of energy: an exact fraction of the input's own, which both fix. */
static mbill_status read_in(mbill_tariff *tariff, const mbill__node *node, bool alone, mbill__quantity *out, mbill_error *err)
{
    static const char *const units[] = {"J", "kJ", "MJ", "GJ", "TJ", "Wh", "kWh", "MWh", "GWh", "kcal", "Mcal", "Gcal"};
    mbill_conversion factor = {.struct_size = (uint32_t)sizeof factor};
    int32_t index;
    MBILL_TRY(mbill__node_word(node, units, MBILL__COUNT(units), &index, err));
    if (!alone) return mbill__node_fail(node, err, MBILL_E_INVALID, "\"in\" converts one input; expected it beside \"of\"");
    const char *from = term_unit(tariff, out->meter >= 0 ? out->meter : out->terms[0]);
    if (mbill_convert(1, from, units[index], NULL, 0, 1, MBILL_ROUND_DOWN, &factor, NULL) != MBILL_OK)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "the input is counted in \"%s\"; expected a unit of energy such as kWh or GJ", from);
    MBILL_TRY(mbill_sum_value(&factor.numerator, &out->in_numerator, err));
    MBILL_TRY(mbill_sum_value(&factor.denominator, &out->in_denominator, err));
    out->unit = units[index];
    return say_conversion(tariff, from, out, err);
}

/* "gas x its factors", which the bill's records of conversion show; another unit of "in" is said already. */
static mbill_status say_factors(mbill_tariff *tariff, mbill__quantity *out, mbill_error *err)
{
    mbill__buffer text;
    if (out->meter < 0 || !tariff->inputs[out->meter].converted || out->converted != NULL) return MBILL_OK;
    mbill__buffer_start(&text, &tariff->arena.allocator);
    mbill__buffer_text(&text, tariff->inputs[out->meter].from);
    mbill__buffer_text(&text, " x its factors");
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) status = mbill__tariff_text(tariff, text.data, &out->converted, err);
    mbill__buffer_free(&text);
    return status;
}

static mbill_status read_object(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out,
    mbill_error *err)
{
    static const char *const keys[] = {"of", "product", "money", "factor", "in", "days", "free", "at_least", "round", "peak_of",
        "interval", "over", "window", "at", "top", "distinct", "floor", "ratchet", "contracted"};
    mbill__node of, product, money, peak, part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    int given = mbill__node_get(node, "of", &of) + mbill__node_get(node, "product", &product) * 2 +
        mbill__node_get(node, "money", &money) * 4 + mbill__node_get(node, "peak_of", &peak) * 8;
    if ((given & 8) == 0) MBILL_TRY(mbill__peak_refuse(node, err));
    if (given == 1) MBILL_TRY(mbill__term_add(tariff, &of, out, err));
    else if (given == 2) MBILL_TRY(mbill__product_read(tariff, &product, out, err));
    else if (given == 4) MBILL_TRY(mbill__money_read(tariff, &money, n_earlier, &out->money, &out->n_money, err));
    else if (given == 8) MBILL_TRY(mbill__peak_read(tariff, node, out, err));
    else
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "a quantity is exactly one of \"of\", \"product\", \"money\" and \"peak_of\"");
    if (mbill__node_get(node, "factor", &part)) MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_NANO, &out->factor_nano, err));
    if (mbill__node_get(node, "in", &part)) MBILL_TRY(read_in(tariff, &part, given == 1, out, err));
    if (mbill__node_get(node, "days", &part)) MBILL_TRY(read_days(&part, out, err));
    if (mbill__node_get(node, "free", &part)) MBILL_TRY(read_free(tariff, &part, out, err));
    if (mbill__node_get(node, "at_least", &part)) MBILL_TRY(read_least(tariff, &part, out, err));
    if (mbill__node_get(node, "round", &part)) MBILL_TRY(mbill__rounding_read(&part, &out->round, err));
    return MBILL_OK;
}

mbill_status mbill__quantity_read(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out,
    mbill_error *err)
{
    *out = (mbill__quantity){.meter = -1, .factor_nano = ONE_NANO, .free_times = MBILL__TERM_ONE, .least_times = MBILL__TERM_ONE};
    if (mbill__node_kind(node) == MBILL__JSON_OBJECT) MBILL_TRY(read_object(tariff, node, n_earlier, out, err));
    else MBILL_TRY(mbill__term_add(tariff, node, out, err));
    MBILL_TRY(name_unit(tariff, out, err));
    MBILL_TRY(say_factors(tariff, out, err));
    return mbill__node_kind(node) == MBILL__JSON_OBJECT ? mbill__contracted_read(tariff, node, out, err) : MBILL_OK;
}
