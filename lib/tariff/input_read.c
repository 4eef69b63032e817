/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a tariff can be counted in does: the form of its inputs. */
#include "tariff/input_read.h"

#include "tariff/derived_read.h"
#include "tariff/take.h"
#include "tariff/words_read.h"

#include <string.h>

/* The kinds of input; all but the first two are derived from others. */
static const char *const kinds[] = {"register", "fact", "minus", "plus", "apparent", "quotient", "power_factor", "table"};
enum { KIND_REGISTER, KIND_FACT, KIND_MINUS, KIND_PLUS, KIND_APPARENT, KIND_QUOTIENT, KIND_POWER_FACTOR, KIND_TABLE };

static mbill_status find_kind(const mbill__node *object, size_t *out_kind, mbill__node *out, mbill_error *err)
{
    mbill__node node;
    size_t n = 0;
    for (size_t i = 0; i < MBILL__COUNT(kinds); i++) {
        if (!mbill__node_get(object, kinds[i], &node)) continue;
        *out_kind = i;
        *out = node;
        n++;
    }
    if (n == 1) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID,
        "an input is exactly one of \"register\", \"fact\", \"minus\", \"plus\", \"apparent\", \"quotient\", \"power_factor\" "
        "and \"table\"");
}

static mbill_status check_keys(const mbill__node *object, size_t kind, mbill_error *err)
{
    static const char *const of_given[] = {"register", "fact", "unit", "words", "converted", "across_boundary"};
    static const char *const of_sum[] = {"minus", "plus", "part", "per", "round", "unit", "across_boundary"};
    static const char *const of_apparent[] = {"apparent", "per", "round", "unit", "across_boundary"};
    static const char *const of_ratio[] = {"quotient", "power_factor", "round", "if_none", "unit"};
    static const char *const of_table[] = {"table", "by", "round", "unit"};
    if (kind <= KIND_FACT) return mbill__node_object(object, of_given, MBILL__COUNT(of_given), err);
    if (kind == KIND_APPARENT) return mbill__node_object(object, of_apparent, MBILL__COUNT(of_apparent), err);
    if (kind == KIND_TABLE) return mbill__node_object(object, of_table, MBILL__COUNT(of_table), err);
    return kind <= KIND_PLUS ? mbill__node_object(object, of_sum, MBILL__COUNT(of_sum), err)
                             : mbill__node_object(object, of_ratio, MBILL__COUNT(of_ratio), err);
}

static mbill_status read_name(mbill_tariff *tariff, const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    static const char *const reserved[] = {"one", "days", "months"};
    const char *text;
    for (size_t i = 0; i < MBILL__COUNT(reserved); i++)
        if (strcmp(object->key, reserved[i]) == 0)
            return mbill__node_fail(object, err, MBILL_E_INVALID,
                "\"%s\" is a reserved word; expected another name for the input", object->key);
    MBILL_TRY(mbill__node_key_name(object, &text, err));
    return mbill__tariff_text(tariff, text, &out->name, err);
}

static mbill_status read_word_list(mbill_tariff *tariff, const mbill__node *object, const mbill__node *list,
    mbill__tariff_input *out, mbill_error *err)
{
    mbill__node node;
    if (!out->is_fact) return mbill__node_fail(list, err, MBILL_E_INVALID, "\"words\" are of a fact; a register is counted");
    if (mbill__node_get(object, "unit", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "a fact that is a word has no unit; expected \"unit\" or \"words\"");
    out->unit = "1";
    return mbill__words_read(tariff, list, out, err);
}

/* A unit, or the words that stand for one. */
static mbill_status read_unit(mbill_tariff *tariff, const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (mbill__node_get(object, "words", &node)) return read_word_list(tariff, object, &node, out, err);
    if (out->derived != NULL && out->is_fact && !mbill__node_get(object, "unit", &node)) {
        out->unit = "1";
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_need(object, "unit", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__tariff_text(tariff, text, &out->unit, err);
}

static mbill_status read_boundary(const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    static const char *const ways[] = {"refuse", "prorate"};
    mbill__node node;
    int32_t way = 0;
    if (!mbill__node_get(object, "across_boundary", &node)) return MBILL_OK;
    if (out->is_fact) return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"across_boundary\" is for a register");
    if (out->derived != NULL && out->derived->per != MBILL__PER_INTERVAL)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"across_boundary\" belongs to the registers of what is not counted per interval");
    MBILL_TRY(mbill__node_word(&node, ways, MBILL__COUNT(ways), &way, err));
    out->prorate = way == 1;
    return MBILL_OK;
}

/* The unit is then the tariff's own, and what the register counts is the contract's business; bills show both. */
static mbill_status read_converted(const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    static const char *const ways[] = {"by_factors"};
    mbill__node node;
    int32_t way;
    if (!mbill__node_get(object, "converted", &node)) return MBILL_OK;
    if (out->is_fact) return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"converted\" is for a register");
    MBILL_TRY(mbill__node_word(&node, ways, MBILL__COUNT(ways), &way, err));
    out->converted = true;
    if (strlen(out->unit) <= MBILL_CONVERTED_UNIT_MAX) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_LIMIT, "the unit of what is converted has %zu bytes; expected at most %d",
        strlen(out->unit), MBILL_CONVERTED_UNIT_MAX);
}

static mbill_status read_input(mbill_tariff *tariff, const mbill__node *object, mbill__tariff_input *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    size_t kind = 0;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT) return mbill__node_object(object, NULL, 0, err);
    MBILL_TRY(find_kind(object, &kind, &node, err));
    MBILL_TRY(check_keys(object, kind, err));
    out->is_fact = kind == KIND_FACT || kind >= KIND_QUOTIENT;
    if (kind <= KIND_FACT) {
        MBILL_TRY(mbill__node_name(&node, &text, err));
        MBILL_TRY(mbill__tariff_text(tariff, text, &out->from, err));
    } else {
        MBILL_TRY(mbill__derived_start(tariff, object, &out->derived, err));
    }
    MBILL_TRY(read_name(tariff, object, out, err));
    MBILL_TRY(read_unit(tariff, object, out, err));
    MBILL_TRY(read_converted(object, out, err));
    return read_boundary(object, out, err);
}

static bool same(const mbill__tariff_input *a, const mbill__tariff_input *b)
{
    return a->derived == NULL && b->derived == NULL && a->is_fact == b->is_fact && strcmp(a->from, b->from) == 0;
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
            if (same(&tariff->inputs[i], input))
                return mbill__node_fail(&node, err, MBILL_E_INVALID, "inputs \"%s\" and \"%s\" are the same %s \"%s\"",
                    tariff->inputs[i].name, input->name, input->is_fact ? "fact" : "register", input->from);
    }
    tariff->n_inputs = n;
    return MBILL_OK;
}
