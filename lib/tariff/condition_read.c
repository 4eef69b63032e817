/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a condition does. One that has a lower and an upper end is two that both must hold. */
#include "tariff/condition_read.h"

#include "tariff/bounds_read.h"
#include "tariff/take.h"
#include "tariff/words_read.h"

#include <string.h>

static mbill_status read_input(const mbill_tariff *tariff, const mbill__node *node, bool is_fact, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    for (size_t i = 0; i < tariff->n_inputs; i++) {
        if (strcmp(tariff->inputs[i].name, name) != 0 || tariff->inputs[i].is_fact != is_fact) continue;
        *out = (int32_t)i;
        return MBILL_OK;
    }
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "\"%s\" is not a %s among the inputs", name,
        is_fact ? "fact" : "register");
}

/* ---- words ---- */

static mbill_status read_words(const mbill__tariff_input *input, const mbill__node *list, uint32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t word;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__word_of(input, &node, &word, err));
        if ((*out & UINT32_C(1) << word) != 0)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "word \"%s\" stands twice", input->words[word]);
        *out |= UINT32_C(1) << word;
    }
    return MBILL_OK;
}

static mbill_status read_word_condition(const mbill_tariff *tariff, const mbill__node *object, mbill__condition *out,
    mbill_error *err)
{
    const mbill__tariff_input *input = &tariff->inputs[out->input];
    mbill__node is, is_one_of;
    int32_t word;
    bool one = mbill__node_get(object, "is", &is);
    if (mbill__node_count(object) != 2 || one == mbill__node_get(object, "is_one_of", &is_one_of))
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "fact \"%s\" is a word; expected exactly one of \"is\" and \"is_one_of\"", input->name);
    out->compare = MBILL__IS_ONE_OF;
    if (!one) return read_words(input, &is_one_of, &out->words, err);
    MBILL_TRY(mbill__word_of(input, &is, &word, err));
    out->words = UINT32_C(1) << word;
    return MBILL_OK;
}

/* ---- numbers ---- */

static mbill_status read_ends(mbill_tariff *tariff, const mbill__node *object, mbill__condition **inout_next, mbill_error *err)
{
    static const char *const words[] = {"is", "above", "at_least", "below", "up_to"};
    mbill__node node;
    mbill__condition *next = *inout_next;
    const int32_t input = next->input;
    for (size_t i = 0; i < MBILL__COUNT(words); i++) {
        if (!mbill__node_get(object, words[i], &node)) continue;
        next->input = input;
        next->compare = (mbill__compare)i;
        MBILL_TRY(mbill__bound_read(tariff, &node, &next->limit, err));
        next++;
    }
    *inout_next = next;
    return MBILL_OK;
}

/* One comparison, or a lower end and an upper end. */
static bool is_comparison(const mbill__node *object, bool on_total)
{
    mbill__node node;
    int is = mbill__node_get(object, "is", &node);
    int low = mbill__node_get(object, "above", &node) + mbill__node_get(object, "at_least", &node);
    int high = mbill__node_get(object, "below", &node) + mbill__node_get(object, "up_to", &node);
    return is ? !on_total && low + high == 0 : low <= 1 && high <= 1 && low + high > 0;
}

/* Above a number and up to one that is not above it is never true. */
static mbill_status check_range(const mbill__node *object, const mbill__condition *first, const mbill__condition *end,
    mbill_error *err)
{
    if (end - first < 2 || first[0].limit.product != NULL || first[1].limit.product != NULL) return MBILL_OK;
    int64_t low_micro = first[0].limit.value_micro, high_micro = first[1].limit.value_micro;
    bool one_number = first[0].compare == MBILL__AT_LEAST && first[1].compare == MBILL__UP_TO && low_micro == high_micro;
    if (low_micro < high_micro || one_number) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "no number is between the two ends of the condition");
}

static mbill_status read_number_condition(mbill_tariff *tariff, const mbill__node *object, bool on_total,
    mbill__condition **inout_next, mbill_error *err)
{
    mbill__node node;
    const mbill__condition *first = *inout_next;
    if (mbill__node_get(object, "is_one_of", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"is_one_of\" is for a fact with \"words\"");
    if (!is_comparison(object, on_total))
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "a condition has exactly one of %s\"above\", \"at_least\", \"below\" and \"up_to\", or one of the first two of these "
            "and "
            "one of the last two",
            on_total ? "" : "\"is\", ");
    MBILL_TRY(read_ends(tariff, object, inout_next, err));
    return check_range(object, first, *inout_next, err);
}

/* ---- all ---- */

static mbill_status read_condition(mbill_tariff *tariff, const mbill__node *object, mbill__condition **inout_next,
    mbill_error *err)
{
    static const char *const keys[] = {"total", "fact", "is", "is_one_of", "above", "at_least", "below", "up_to"};
    mbill__node total, fact;
    mbill__condition *out = *inout_next;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    bool on_total = mbill__node_get(object, "total", &total);
    if (on_total == mbill__node_get(object, "fact", &fact))
        return mbill__node_fail(object, err, MBILL_E_INVALID, "a condition looks at exactly one of \"total\" and \"fact\"");
    MBILL_TRY(read_input(tariff, on_total ? &total : &fact, !on_total, &out->input, err));
    if (tariff->inputs[out->input].n_words == 0) return read_number_condition(tariff, object, on_total, inout_next, err);
    (*inout_next)++;
    return read_word_condition(tariff, object, out, err);
}

mbill_status mbill__conditions_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    mbill__node node, one;
    mbill__condition *conditions, *next;
    if (!mbill__node_get(object, "only_if", &node)) return MBILL_OK;
    bool list = mbill__node_kind(&node) == MBILL__JSON_LIST;
    if (list) MBILL_TRY(mbill__node_list(&node, 1, err));
    MBILL_TRY(mbill__tariff_take(tariff, list ? 2 * mbill__node_count(&node) : 2, sizeof *conditions, &conditions, err));
    next = conditions;
    if (!list) MBILL_TRY(read_condition(tariff, &node, &next, err));
    for (bool more = list && mbill__node_first(&node, &one); more; more = mbill__node_next(&one))
        MBILL_TRY(read_condition(tariff, &one, &next, err));
    charge->conditions = conditions;
    charge->n_conditions = (size_t)(next - conditions);
    return MBILL_OK;
}
