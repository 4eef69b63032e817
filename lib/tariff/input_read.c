/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a tariff can be counted in does: the form of its inputs. */
#include "tariff/input_read.h"

#include "tariff/take.h"

#include <string.h>

static mbill_status read_input(mbill_tariff *tariff, const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    static const char *const keys[] = {"register", "fact", "unit", "across_boundary"};
    static const char *const ways[] = {"refuse", "prorate"};
    static const char *const reserved[] = {"one", "days", "months"};
    mbill__node node, fact;
    const char *text;
    int32_t way = 0;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    for (size_t i = 0; i < MBILL__COUNT(reserved); i++)
        if (strcmp(object->key, reserved[i]) == 0)
            return mbill__node_fail(object, err, MBILL_E_INVALID,
                "\"%s\" is a reserved word; expected another name for the input", object->key);
    bool metered = mbill__node_get(object, "register", &node);
    out->is_fact = mbill__node_get(object, "fact", &fact);
    if (metered == out->is_fact)
        return mbill__node_fail(object, err, MBILL_E_INVALID, "an input is exactly one of \"register\" and \"fact\"");
    MBILL_TRY(mbill__node_name(metered ? &node : &fact, &text, err));
    MBILL_TRY(mbill__tariff_text(tariff, text, &out->from, err));
    MBILL_TRY(mbill__node_key_name(object, &text, err));
    MBILL_TRY(mbill__tariff_text(tariff, text, &out->name, err));
    MBILL_TRY(mbill__node_need(object, "unit", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    MBILL_TRY(mbill__tariff_text(tariff, text, &out->unit, err));
    if (!mbill__node_get(object, "across_boundary", &node)) return MBILL_OK;
    if (out->is_fact) return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"across_boundary\" is for a register");
    MBILL_TRY(mbill__node_word(&node, ways, MBILL__COUNT(ways), &way, err));
    out->prorate = way == 1;
    return MBILL_OK;
}

mbill_status mbill__inputs_read(mbill_tariff *tariff, const mbill__node *inputs, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_kind(inputs) != MBILL__JSON_OBJECT)
        return mbill__node_fail(inputs, err, MBILL_E_TYPE, "expected an object with one member an input");
    size_t n = mbill__node_count(inputs);
    if (n > MBILL__INPUTS_MAX)
        return mbill__node_fail(inputs, err, MBILL_E_LIMIT, "%zu inputs; expected at most %d", n, MBILL__INPUTS_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n + 1, sizeof *tariff->inputs, &tariff->inputs, err));
    for (bool more = mbill__node_first(inputs, &node); more; more = mbill__node_next(&node)) {
        mbill__tariff_input *input = &tariff->inputs[node.index];
        MBILL_TRY(read_input(tariff, &node, input, err));
        for (size_t i = 0; i < node.index; i++)
            if (tariff->inputs[i].is_fact == input->is_fact && strcmp(tariff->inputs[i].from, input->from) == 0)
                return mbill__node_fail(&node, err, MBILL_E_INVALID, "inputs \"%s\" and \"%s\" are the same %s \"%s\"",
                    tariff->inputs[i].name, input->name, input->is_fact ? "fact" : "register", input->from);
    }
    tariff->n_inputs = n;
    return MBILL_OK;
}
