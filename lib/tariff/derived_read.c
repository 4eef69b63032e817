/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of an input that is made of others does. */
#include "tariff/derived_read.h"

#include "tariff/rounding_read.h"
#include "tariff/table_read.h"
#include "tariff/take.h"
#include "tariff/words_read.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)
#define ONE_MICRO INT64_C(1000000)

/* ---- all but the terms ---- */

static mbill_status read_per(const mbill__node *object, mbill__derived *out, mbill_error *err)
{
    static const char *const pers[] = {"interval", "period", "bill"};
    mbill__node node;
    int32_t per;
    if (!mbill__node_get(object, "per", &node))
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "when is it taken? Expected \"per\": \"interval\", \"period\" or \"bill\"");
    MBILL_TRY(mbill__node_word(&node, pers, MBILL__COUNT(pers), &per, err));
    out->per = (mbill__per_what)per;
    return MBILL_OK;
}

/* A number that has no last digit of its own is rounded by a rule that the tariff names. */
static mbill_status need_round(const mbill__node *object, mbill__derived *out, mbill__node *out_node, mbill_error *err)
{
    MBILL_TRY(mbill__node_need(object, "round", out_node, err));
    MBILL_TRY(mbill__rounding_read(out_node, &out->round, err));
    if (out->round.step_micro != 0) return MBILL_OK;
    return mbill__node_fail(out_node, err, MBILL_E_INVALID,
        "it has no last digit of its own; expected {\"step\": …, \"how\": …}");
}

static mbill_status read_apparent(const mbill__node *object, mbill__derived *out, mbill_error *err)
{
    mbill__node node;
    out->how = MBILL__APPARENT;
    MBILL_TRY(read_per(object, out, err));
    return need_round(object, out, &node, err);
}

static mbill_status read_sum(const mbill__node *object, bool minus, mbill__derived *out, mbill_error *err)
{
    static const char *const parts[] = {"all", "positive", "negative"};
    mbill__node node;
    int32_t part = 0;
    bool given = mbill__node_get(object, "part", &node);
    if (minus && !given)
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "what of a difference counts? Expected \"part\": \"positive\", \"negative\" or \"all\"");
    if (given) MBILL_TRY(mbill__node_word(&node, parts, MBILL__COUNT(parts), &part, err));
    MBILL_TRY(read_per(object, out, err));
    out->how = MBILL__SUM;
    out->part = (mbill__sum_part)part;
    return mbill__node_get(object, "round", &node) ? mbill__rounding_read(&node, &out->round, err) : MBILL_OK;
}

static mbill_status read_ratio(const mbill__node *object, bool power_factor, mbill__derived *out, mbill_error *err)
{
    mbill__node node;
    out->how = power_factor ? MBILL__POWER_FACTOR : MBILL__QUOTIENT;
    out->per = MBILL__PER_WHOLE_BILL;
    MBILL_TRY(need_round(object, out, &node, err));
    if (power_factor && out->round.step_micro > ONE_MICRO)
        return mbill__node_fail(&node, err, MBILL_E_RANGE, "a power factor is at most 1; expected a step of at most 1");
    out->has_if_none = mbill__node_get(object, "if_none", &node);
    return out->has_if_none ? mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->if_none_micro, err) : MBILL_OK;
}

mbill_status mbill__derived_start(mbill_tariff *tariff, const mbill__node *object, mbill__derived **out, mbill_error *err)
{
    mbill__derived *derived;
    mbill__node node;
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *derived, &derived, err));
    *out = derived;
    bool minus = mbill__node_get(object, "minus", &node), power_factor = mbill__node_get(object, "power_factor", &node);
    if (minus || mbill__node_get(object, "plus", &node)) return read_sum(object, minus, derived, err);
    if (mbill__node_get(object, "apparent", &node)) return read_apparent(object, derived, err);
    MBILL_TRY(read_ratio(object, power_factor, derived, err));
    if (mbill__node_get(object, "table", &node)) derived->how = MBILL__TABLE_VALUE;
    return MBILL_OK;
}

/* ---- terms ---- */

/* "energy", or "energy@peak" for what of it is in one period. */
static mbill_status read_name(const mbill_tariff *tariff, const mbill__node *node, mbill__derived_term *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strcspn(text, "@"), at = 0;
    while (at < tariff->n_inputs && (strncmp(tariff->inputs[at].name, text, len) != 0 || tariff->inputs[at].name[len] != '\0'))
        at++;
    if (at == tariff->n_inputs)
        return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%.*s\" is not an input of the tariff", (int)len, text);
    if (tariff->inputs[at].converted)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%.*s\" is converted by factors and counts alone; expected an input as its register counts it", (int)len, text);
    out->input = (int32_t)at;
    out->period = -1;
    MBILL_TRY(mbill__need_number(tariff, out->input, node, err));
    if (text[len] == '\0') return MBILL_OK;
    if (tariff->n_schedules > 1)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" is of one period, and the tariff has %zu calendars; expected one", text, tariff->n_schedules);
    out->period = mbill__tariff_period(tariff, text + len + 1);
    if (out->period < 0)
        return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "the calendar has no period \"%s\"", text + len + 1);
    return MBILL_OK;
}

static mbill_status read_term(const mbill_tariff *tariff, const mbill__node *node, mbill__derived_term *out, mbill_error *err)
{
    static const char *const keys[] = {"of", "times"};
    mbill__node of, times;
    out->factor_nano = ONE_NANO;
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) return read_name(tariff, node, out, err);
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "of", &of, err));
    MBILL_TRY(mbill__node_need(node, "times", &times, err));
    MBILL_TRY(read_name(tariff, &of, out, err));
    MBILL_TRY(mbill__node_decimal(&times, MBILL_SCALE_NANO, &out->factor_nano, err));
    if (out->factor_nano > 0) return MBILL_OK;
    return mbill__node_fail(&times, err, MBILL_E_RANGE, "what a term is multiplied by is above 0");
}

/* A sum per interval is of what has intervals, one per period of what has periods; one over the bill is of anything. */
static mbill_status check_term(const mbill_tariff *tariff, const mbill__derived *derived, const mbill__derived_term *term,
    const mbill__node *node, mbill_error *err)
{
    static const char *const pers[] = {"interval", "period", "bill"};
    const mbill__tariff_input *input = &tariff->inputs[term->input];
    mbill__per_what finest = input->derived != NULL ? input->derived->per
        : input->is_fact                            ? MBILL__PER_WHOLE_BILL
                                                    : MBILL__PER_INTERVAL;
    if (term->period >= 0 && derived->per != MBILL__PER_WHOLE_BILL)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "one period of an input is for a sum per \"bill\" and for ratios; expected \"%s\"", input->name);
    if (derived->per == MBILL__PER_INTERVAL && input->derived != NULL && input->derived->how == MBILL__APPARENT)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" is apparent energy, which does not add up per interval; expected registers", input->name);
    mbill__per_what needed = term->period >= 0 ? MBILL__PER_PERIOD : derived->per;
    if (finest <= needed) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%s\" is known per %s, but is needed per %s", input->name, pers[finest],
        pers[needed]);
}

static mbill_status read_terms(mbill_tariff *tariff, const mbill__node *list, bool minus, mbill__derived *derived,
    mbill_error *err)
{
    mbill__derived_term *terms;
    mbill__node node;
    bool pair = derived->how != MBILL__SUM;
    MBILL_TRY(mbill__node_list(list, minus || pair ? 2 : 1, err));
    derived->n_terms = mbill__node_count(list);
    size_t most = pair ? 2 : MBILL__DERIVED_TERMS_MAX;
    if (derived->n_terms > most)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu terms; expected at most %zu", derived->n_terms, most);
    MBILL_TRY(mbill__tariff_take(tariff, derived->n_terms, sizeof *terms, &terms, err));
    derived->terms = terms;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        mbill__derived_term *term = &terms[node.index];
        MBILL_TRY(read_term(tariff, &node, term, err));
        if (pair && term->factor_nano != ONE_NANO)
            return mbill__node_fail(&node, err, MBILL_E_INVALID,
                "terms have no factor unless they are of a sum; expected a name");
        MBILL_TRY(check_term(tariff, derived, term, &node, err));
        if (minus && node.index > 0) term->factor_nano = -term->factor_nano;
    }
    return MBILL_OK;
}

/* ---- circles ---- */

static mbill_status read_table_value(mbill_tariff *tariff, const mbill__node *object, mbill__derived *derived, mbill_error *err)
{
    mbill__derived_term *term;
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *term, &term, err));
    *term = (mbill__derived_term){-1, -1, ONE_NANO};
    derived->terms = term;
    derived->n_terms = 1;
    return mbill__lookup_read(tariff, object, &derived->table, &term->input, err);
}

/* How deep an input lies above registers and facts (a circle would rise for ever), and how many of them one value of it looks at. */
typedef struct reach {
    size_t depth, leaves;
} reach;

static reach reach_of(const mbill__derived *derived, const reach *all)
{
    reach out = {0, 1};
    if (derived == NULL) return out;
    out.leaves = 0;
    for (size_t i = 0; i < derived->n_terms; i++) {
        const reach *term = &all[derived->terms[i].input];
        if (term->depth >= out.depth) out.depth = term->depth + 1;
        out.leaves += term->leaves;
    }
    return out;
}

static mbill_status check_reach(const mbill_tariff *tariff, const mbill__node *inputs, mbill_error *err)
{
    reach all[MBILL__INPUTS_MAX] = {{0, 0}};
    mbill__node node;
    for (size_t round = 0; round <= MBILL__DERIVED_DEPTH_MAX; round++)
        for (bool more = mbill__node_first(inputs, &node); more; more = mbill__node_next(&node)) {
            reach *input = &all[node.index];
            *input = reach_of(tariff->inputs[node.index].derived, all);
            if (input->depth > MBILL__DERIVED_DEPTH_MAX)
                return mbill__node_fail(&node, err, MBILL_E_INVALID,
                    "input \"%s\" is made of itself, or lies more than %d steps above the registers", node.key,
                    MBILL__DERIVED_DEPTH_MAX);
            if (input->leaves > MBILL__DERIVED_LEAVES_MAX)
                return mbill__node_fail(&node, err, MBILL_E_LIMIT, "input \"%s\" looks at more than %d registers and facts",
                    node.key, MBILL__DERIVED_LEAVES_MAX);
        }
    return MBILL_OK;
}

mbill_status mbill__derived_read(mbill_tariff *tariff, const mbill__node *inputs, mbill_error *err)
{
    static const char *const lists[] = {"minus", "plus", "apparent", "quotient", "power_factor"};
    mbill__node object, list;
    for (bool more = mbill__node_first(inputs, &object); more; more = mbill__node_next(&object)) {
        mbill__derived *derived = tariff->inputs[object.index].derived;
        if (derived == NULL) continue;
        if (derived->per == MBILL__PER_PERIOD && tariff->labels.n_periods == 0)
            return mbill__node_fail(&object, err, MBILL_E_INVALID, "what is counted per period needs a calendar with periods");
        if (derived->per == MBILL__PER_PERIOD && tariff->n_schedules > 1)
            return mbill__node_fail(&object, err, MBILL_E_INVALID,
                "it is counted per period, and the tariff has %zu calendars; expected one", tariff->n_schedules);
        if (derived->how == MBILL__TABLE_VALUE) MBILL_TRY(read_table_value(tariff, &object, derived, err));
        for (size_t i = 0; i < MBILL__COUNT(lists); i++)
            if (mbill__node_get(&object, lists[i], &list)) MBILL_TRY(read_terms(tariff, &list, i == 0, derived, err));
    }
    return check_reach(tariff, inputs, err);
}
