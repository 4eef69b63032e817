/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "quantity" or "tiers" does. */
#include "tariff/quantity_read.h"

#include "tariff/rounding_read.h"
#include "tariff/take.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

/* ---- quantity ---- */

static int32_t reserved_term(const char *name)
{
    if (strcmp(name, "one") == 0) return MBILL__TERM_ONE;
    if (strcmp(name, "days") == 0) return MBILL__TERM_DAYS;
    if (strcmp(name, "months") == 0) return MBILL__TERM_MONTHS;
    return 0;
}

static const char *term_unit(const mbill_tariff *tariff, int32_t term)
{
    if (term >= 0) return tariff->inputs[term].unit;
    if (term == MBILL__TERM_DAYS) return "d";
    if (term == MBILL__TERM_MONTHS) return "month";
    return "1";
}

/* An input or a reserved word. */
static mbill_status read_term(const mbill_tariff *tariff, const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    *out = reserved_term(name);
    if (*out < 0) return MBILL_OK;
    for (size_t i = 0; i < tariff->n_inputs; i++) {
        if (strcmp(tariff->inputs[i].name, name) != 0) continue;
        *out = (int32_t)i;
        return MBILL_OK;
    }
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%s\" is not an input of the tariff, nor \"one\", \"days\" or \"months\"", name);
}

static mbill_status add_term(const mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, mbill_error *err)
{
    int32_t term;
    MBILL_TRY(read_term(tariff, node, &term, err));
    if (term < 0 || tariff->inputs[term].is_fact) {
        if (out->n_terms == MBILL__TERMS_MAX) return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d factors", MBILL__TERMS_MAX);
        out->terms[out->n_terms++] = term;
        return MBILL_OK;
    }
    if (out->meter >= 0)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "a second register in one product: \"%s\" after \"%s\"", tariff->inputs[term].name,
            tariff->inputs[out->meter].name);
    out->meter = term;
    return MBILL_OK;
}

static mbill_status read_product(const mbill_tariff *tariff, const mbill__node *list, mbill__quantity *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 2, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) MBILL_TRY(add_term(tariff, &node, out, err));
    return MBILL_OK;
}

/* The unit of a product is its factors' units, multiplied. */
static mbill_status name_unit(mbill_tariff *tariff, mbill__quantity *quantity, mbill_error *err)
{
    mbill__buffer text;
    size_t n = quantity->n_terms + (quantity->meter >= 0 ? 1u : 0u);
    if (quantity->charges != NULL) quantity->unit = tariff->labels.currency;
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

mbill_status mbill__charge_ids_read(mbill_tariff *tariff, const mbill__node *list, size_t n_earlier, const int32_t **out, size_t *out_n, mbill_error *err)
{
    int32_t *charges;
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    MBILL_TRY(mbill__tariff_take(tariff, mbill__node_count(list), sizeof *charges, &charges, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        const char *id;
        size_t at = 0;
        MBILL_TRY(mbill__node_text(&node, &id, err));
        while (at < n_earlier && strcmp(tariff->labels.charges[at].id, id) != 0) at++;
        if (at == n_earlier) return mbill__node_fail(&node, err, MBILL_E_NOT_FOUND, "\"%s\" is not an earlier charge; money looks back only", id);
        for (size_t i = 0; i < node.index; i++)
            if (charges[i] == (int32_t)at) return mbill__node_fail(&node, err, MBILL_E_INVALID, "charge \"%s\" would be counted twice", id);
        charges[node.index] = (int32_t)at;
    }
    *out = charges;
    *out_n = mbill__node_count(list);
    return MBILL_OK;
}

static mbill_status read_object(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out, mbill_error *err)
{
    static const char *const keys[] = {"of", "product", "money", "factor", "round"};
    mbill__node of, product, money, part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    int given = mbill__node_get(node, "of", &of) + mbill__node_get(node, "product", &product) * 2 + mbill__node_get(node, "money", &money) * 4;
    if (given == 1) MBILL_TRY(add_term(tariff, &of, out, err));
    else if (given == 2) MBILL_TRY(read_product(tariff, &product, out, err));
    else if (given == 4) MBILL_TRY(mbill__charge_ids_read(tariff, &money, n_earlier, &out->charges, &out->n_charges, err));
    else return mbill__node_fail(node, err, MBILL_E_INVALID, "a quantity is exactly one of \"of\", \"product\" and \"money\"");
    if (mbill__node_get(node, "factor", &part)) MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_NANO, &out->factor_nano, err));
    if (mbill__node_get(node, "round", &part)) MBILL_TRY(mbill__rounding_read(&part, &out->round, err));
    return MBILL_OK;
}

mbill_status mbill__quantity_read(mbill_tariff *tariff, const mbill__node *node, size_t n_earlier, mbill__quantity *out, mbill_error *err)
{
    *out = (mbill__quantity){.meter = -1, .factor_nano = ONE_NANO};
    if (mbill__node_kind(node) == MBILL__JSON_OBJECT) MBILL_TRY(read_object(tariff, node, n_earlier, out, err));
    else MBILL_TRY(add_term(tariff, node, out, err));
    return name_unit(tariff, out, err);
}

/* ---- ladder ---- */

static mbill_status read_start(const mbill__node *node, mbill__over over, int32_t *out, mbill_error *err)
{
    const char *text;
    mbill_date date;
    char full[sizeof "2024-mm-dd"] = "2024-";
    MBILL_TRY(mbill__node_text(node, &text, err));
    if (over != MBILL__OVER_QUARTER && over != MBILL__OVER_YEAR)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"start\" is for a ladder over a quarter or a year");
    if (strlen(text) == 5) memcpy(full + 5, text, 6);
    if (strlen(text) != 5 || mbill_date_parse(full, 10, &date, NULL) != MBILL_OK)
        return mbill__node_fail(node, err, MBILL_E_DATE, "\"%s\" is not a day of the year; expected month and day such as \"07-01\"", text);
    *out = date.month * 100 + date.day;
    return MBILL_OK;
}

static mbill_status read_bounds(const mbill__node *list, mbill__ladder *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n >= MBILL__TIERS_MAX) return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu bounds; expected at most %d", n, MBILL__TIERS_MAX - 1);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        int64_t *bound = &out->bounds_micro[node.index];
        char this_text[32], last_text[32] = "0";
        size_t this_room = sizeof this_text, last_room = sizeof last_text;
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, bound, err));
        if (*bound > (node.index == 0 ? 0 : bound[-1])) continue;
        MBILL_TRY(mbill_decimal_print(*bound, MBILL_SCALE_MICRO, this_text, &this_room, err));
        if (node.index > 0) MBILL_TRY(mbill_decimal_print(bound[-1], MBILL_SCALE_MICRO, last_text, &last_room, err));
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "tier bound \"%s\" is not above \"%s\", where the tier begins", this_text, last_text);
    }
    out->n_tiers = n + 1;
    return MBILL_OK;
}

static mbill_status read_whole(const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    static const char *const ways[] = {"graduated", "whole"};
    static const char *const sides[] = {"below", "above"};
    mbill__node part;
    int32_t word;
    MBILL_TRY(mbill__node_need(node, "how", &part, err));
    MBILL_TRY(mbill__node_word(&part, ways, MBILL__COUNT(ways), &word, err));
    out->whole = word == 1;
    bool given = mbill__node_get(node, "bound_belongs", &part);
    if (out->whole && !given)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS, "a quantity just on a bound could be in either tier; expected \"bound_belongs\": \"below\" or \"above\"");
    if (!out->whole && given) return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"bound_belongs\" says nothing in a graduated ladder");
    if (!given) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&part, sides, MBILL__COUNT(sides), &word, err));
    out->bound_above = word == 1;
    return MBILL_OK;
}

/* One ladder for all periods or one each: named where there are periods, whether or not the rates differ. */
static mbill_status read_across(const mbill_tariff *tariff, const mbill__node *node, bool metered, mbill__ladder *out, mbill_error *err)
{
    static const char *const ways[] = {"periods", "each_period"};
    static const char *const splits[] = {"chronological", "proportional"};
    mbill__node part;
    int32_t word;
    bool periods = tariff->schedule != NULL && metered;
    bool given = mbill__node_get(node, "across", &part);
    if (periods && !given)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS, "the tariff has periods and a ladder; expected \"across\": \"periods\" (one ladder) or \"each_period\"");
    if (!periods && given) return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"across\" says nothing without periods");
    if (given) {
        MBILL_TRY(mbill__node_word(&part, ways, MBILL__COUNT(ways), &word, err));
        out->across = word == 0 ? MBILL__ACROSS_PERIODS : MBILL__ACROSS_EACH;
    }
    if (!mbill__node_get(node, "split", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&part, splits, MBILL__COUNT(splits), &word, err));
    if (out->across != MBILL__ACROSS_PERIODS || out->whole)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"split\" is for a graduated ladder across all periods");
    out->split = word == 0 ? MBILL__SPLIT_CHRONOLOGICAL : MBILL__SPLIT_PROPORTIONAL;
    return MBILL_OK;
}

static mbill_status read_times(const mbill_tariff *tariff, const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    MBILL_TRY(read_term(tariff, node, &out->times, err));
    if (out->times >= 0 && !tariff->inputs[out->times].is_fact)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "bounds are multiplied by a fact, \"days\" or \"months\"; \"%s\" is a register", tariff->inputs[out->times].name);
    return MBILL_OK;
}

mbill_status mbill__ladder_read(mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity, mbill__ladder *out, mbill_error *err)
{
    static const char *const keys[] = {"over", "start", "how", "bounds", "bound_belongs", "across", "split", "times"};
    static const char *const overs[] = {"bill", "day", "month", "quarter", "year"};
    mbill__node part;
    int32_t over;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "over", &part, err));
    MBILL_TRY(mbill__node_word(&part, overs, MBILL__COUNT(overs), &over, err));
    out->over = (mbill__over)(over + MBILL__OVER_BILL);
    if (quantity->meter < 0 && out->over != MBILL__OVER_BILL)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "only a register can be counted over a %s; expected \"bill\"", overs[over]);
    if (mbill__node_get(node, "start", &part)) MBILL_TRY(read_start(&part, out->over, &out->start, err));
    MBILL_TRY(read_whole(node, out, err));
    MBILL_TRY(mbill__node_need(node, "bounds", &part, err));
    MBILL_TRY(read_bounds(&part, out, err));
    MBILL_TRY(read_across(tariff, node, quantity->meter >= 0, out, err));
    if (mbill__node_get(node, "times", &part)) MBILL_TRY(read_times(tariff, &part, out, err));
    if (out->over == MBILL__OVER_BILL) return MBILL_OK;
    out->slot = tariff->n_slots;
    out->n_slots = out->across == MBILL__ACROSS_EACH ? tariff->schedule->n_periods : 1;
    tariff->n_slots += out->n_slots;
    if (tariff->n_slots > MBILL__SLOTS_MAX) return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d ladders to keep count of", MBILL__SLOTS_MAX);
    return MBILL_OK;
}
