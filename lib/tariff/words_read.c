/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a tariff says of a fact that is a word does. */
#include "tariff/words_read.h"

#include "tariff/fact_value.h"
#include "tariff/take.h"

#include <string.h>

mbill_status mbill__words_read(mbill_tariff *tariff, const mbill__node *list, mbill__tariff_input *out, mbill_error *err)
{
    mbill__node node;
    const char *text, **words;
    MBILL_TRY(mbill__node_list(list, 2, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__WORDS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu words; expected at most %d", n, MBILL__WORDS_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *words, &words, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__fact_word(&node, &text, err));
        for (size_t i = 0; i < node.index; i++)
            if (strcmp(words[i], text) == 0)
                return mbill__node_fail(&node, err, MBILL_E_INVALID, "word \"%s\" stands twice", text);
        MBILL_TRY(mbill__tariff_text(tariff, text, &words[node.index], err));
    }
    out->words = words;
    out->n_words = n;
    return MBILL_OK;
}

mbill_status mbill__word_of(const mbill__tariff_input *input, const mbill__node *node, int32_t *out_index, mbill_error *err)
{
    return mbill__node_word(node, input->words, input->n_words, out_index, err);
}

mbill_status mbill__need_number(const mbill_tariff *tariff, int32_t input, const mbill__node *node, mbill_error *err)
{
    if (input < 0 || tariff->inputs[input].n_words == 0) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "fact \"%s\" is a word; expected what is a number",
        tariff->inputs[input].name);
}

static mbill_status find_words(const mbill_tariff *tariff, const mbill__node *by, int32_t *out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(by, &name, err));
    for (size_t i = 0; i < tariff->n_inputs; i++) {
        if (strcmp(tariff->inputs[i].name, name) != 0 || tariff->inputs[i].n_words == 0) continue;
        *out = (int32_t)i;
        return MBILL_OK;
    }
    return mbill__node_fail(by, err, MBILL_E_NOT_FOUND, "\"%s\" is not a fact with \"words\" among the inputs", name);
}

mbill_status mbill__word_rates_read(mbill_tariff *tariff, const mbill__node *object, mbill__lookup *out, mbill_error *err)
{
    static const char *const keys[] = {"by", "values"};
    mbill__node by, values, value;
    int64_t *values_nano;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "by", &by, err));
    MBILL_TRY(mbill__node_need(object, "values", &values, err));
    MBILL_TRY(find_words(tariff, &by, &out->by, err));
    const mbill__tariff_input *input = &tariff->inputs[out->by];
    MBILL_TRY(mbill__node_object(&values, input->words, input->n_words, err));
    MBILL_TRY(mbill__tariff_take(tariff, input->n_words, sizeof *values_nano, &values_nano, err));
    for (size_t i = 0; i < input->n_words; i++) {
        MBILL_TRY(mbill__node_need(&values, input->words[i], &value, err));
        MBILL_TRY(mbill__node_decimal(&value, MBILL_SCALE_NANO, &values_nano[i], err));
    }
    out->values_nano = values_nano;
    return MBILL_OK;
}
