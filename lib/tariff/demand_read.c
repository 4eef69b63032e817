/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a peak does. How long an interval is and for what span there is one peak differ from utility to utility, so that
 * neither has a default. */
#include "tariff/demand_read.h"

#include "tariff/ratchet_read.h"
#include "tariff/step_read.h"
#include "tariff/take.h"

#include <string.h>

static mbill_status read_input(const mbill_tariff *tariff, const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    for (size_t i = 0; i < tariff->n_inputs; i++) {
        if (strcmp(tariff->inputs[i].name, name) != 0 || tariff->inputs[i].is_fact) continue;
        *out = (int32_t)i;
        if (!tariff->inputs[i].converted) return MBILL_OK;
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "a peak is of what the register counts, but \"%s\" is converted by factors", name);
    }
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%s\" is not a register among the inputs", name);
}

/* A choice without a default. */
static mbill_status read_choice(const mbill__node *object, const char *key, const char *const *words, size_t n_words,
    const char *question, int32_t *out, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_get(object, key, &node)) return mbill__node_word(&node, words, n_words, out, err);
    return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS, "%s; expected \"%s\"", question, key);
}

static mbill_status add_period(const mbill_tariff *tariff, const mbill__node *node, uint32_t *window, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    int32_t period = mbill__tariff_period(tariff, name);
    if (period < 0) return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%s\" is not a period of the calendar", name);
    if ((*window >> period & 1u) != 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "period \"%s\" stands twice", name);
    *window |= UINT32_C(1) << period;
    return MBILL_OK;
}

static mbill_status read_window(const mbill_tariff *tariff, const mbill__node *window, mbill__peak *out, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_kind(window) != MBILL__JSON_LIST) return add_period(tariff, window, &out->window, err);
    MBILL_TRY(mbill__node_list(window, 1, err));
    for (bool more = mbill__node_first(window, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(add_period(tariff, &node, &out->window, err));
    return MBILL_OK;
}

static mbill_status read_at(mbill_tariff *tariff, const mbill__node *node, mbill__peak *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    if (name[0] == '\0') return mbill__node_fail(node, err, MBILL_E_INVALID, "the name of a list of instants is empty");
    return mbill__tariff_text(tariff, name, &out->at, err);
}

static mbill_status read_top(const mbill__node *object, mbill__peak *out, mbill_error *err)
{
    static const char *const kinds[] = {"none", "day"};
    mbill__node node;
    int64_t top = 1;
    int32_t kind;
    if (mbill__node_get(object, "top", &node)) MBILL_TRY(mbill__node_whole(&node, 2, MBILL__TOP_MAX, &top, err));
    out->top = (int32_t)top;
    if (top == 1) {
        if (!mbill__node_get(object, "distinct", &node)) return MBILL_OK;
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"distinct\" says nothing of one peak; expected \"top\" too");
    }
    MBILL_TRY(read_choice(object, "distinct", kinds, MBILL__COUNT(kinds), "may the highest be on one day?", &kind, err));
    out->distinct = kind == 1;
    if (out->over != MBILL__OVER_DAY || !out->distinct) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "a day has no peaks on distinct days; expected \"over\" a longer span");
}

/* Energy by the hour is power: kWh becomes kW, and m3 becomes m3/h. */
static mbill_status name_unit(mbill_tariff *tariff, const char *unit, const char **out, mbill_error *err)
{
    mbill__buffer text;
    size_t len = strlen(unit);
    bool hours = len > 1 && unit[len - 1] == 'h';
    mbill__buffer_start(&text, &tariff->arena.allocator);
    mbill__buffer_append(&text, unit, hours ? len - 1 : len);
    if (!hours) mbill__buffer_text(&text, "/h");
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) status = mbill__tariff_text(tariff, text.data, out, err);
    mbill__buffer_free(&text);
    return status;
}

mbill_status mbill__peak_read(mbill_tariff *tariff, const mbill__node *object, mbill__quantity *out, mbill_error *err)
{
    static const char *const overs[] = {"bill", "day", "month"};
    mbill__node node;
    mbill__peak *peak;
    int32_t word;
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *peak, &peak, err));
    MBILL_TRY(mbill__node_need(object, "peak_of", &node, err));
    MBILL_TRY(read_input(tariff, &node, &peak->input, err));
    if (!mbill__node_get(object, "interval", &node))
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS, "over which time is power averaged? Expected \"interval\"");
    MBILL_TRY(mbill__step_read(&node, &peak->interval_s, err));
    MBILL_TRY(read_choice(object, "over", overs, MBILL__COUNT(overs), "for what span is there one peak?", &word, err));
    peak->over = MBILL__OVER_BILL + word;
    if (word == 2) peak->over = MBILL__OVER_MONTH;
    if (mbill__node_get(object, "window", &node)) MBILL_TRY(read_window(tariff, &node, peak, err));
    if (mbill__node_get(object, "at", &node)) MBILL_TRY(read_at(tariff, &node, peak, err));
    MBILL_TRY(read_top(object, peak, err));
    MBILL_TRY(mbill__ratchet_read(tariff, object, peak, err));
    out->peak = peak;
    return name_unit(tariff, tariff->inputs[peak->input].unit, &out->unit, err);
}

mbill_status mbill__peak_refuse(const mbill__node *object, mbill_error *err)
{
    static const char *const members[] = {"interval", "over", "window", "at", "top", "distinct", "floor", "ratchet"};
    mbill__node node;
    for (size_t i = 0; i < MBILL__COUNT(members); i++)
        if (mbill__node_get(object, members[i], &node))
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"%s\" is for a quantity with \"peak_of\"", members[i]);
    return MBILL_OK;
}
