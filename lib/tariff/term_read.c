/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what can stand in a product does. */
#include "tariff/term_read.h"

#include "tariff/words_read.h"

#include <string.h>

static int32_t reserved_term(const char *name)
{
    if (strcmp(name, "one") == 0) return MBILL__TERM_ONE;
    if (strcmp(name, "days") == 0) return MBILL__TERM_DAYS;
    if (strcmp(name, "months") == 0) return MBILL__TERM_MONTHS;
    return 0;
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
        return mbill__need_number(tariff, *out, node, err);
    }
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND,
        "\"%s\" is not an input of the tariff, nor \"one\", \"days\" or \"months\"", name);
}

mbill_status mbill__multiplier_read(const mbill_tariff *tariff, const mbill__node *node, int32_t *out_term, mbill_error *err)
{
    MBILL_TRY(read_term(tariff, node, out_term, err));
    if (*out_term < 0 || tariff->inputs[*out_term].is_fact) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID, "what multiplies is a fact, \"days\" or \"months\"; \"%s\" is a register",
        tariff->inputs[*out_term].name);
}

mbill_status mbill__term_add(const mbill_tariff *tariff, const mbill__node *node, mbill__quantity *out, mbill_error *err)
{
    int32_t term;
    MBILL_TRY(read_term(tariff, node, &term, err));
    if (term < 0 || tariff->inputs[term].is_fact) {
        if (out->n_terms == MBILL__TERMS_MAX)
            return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d factors", MBILL__TERMS_MAX);
        out->terms[out->n_terms++] = term;
        return MBILL_OK;
    }
    if (out->meter >= 0)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "a second register in one product: \"%s\" after \"%s\"",
            tariff->inputs[term].name, tariff->inputs[out->meter].name);
    out->meter = term;
    return MBILL_OK;
}

mbill_status mbill__product_read(const mbill_tariff *tariff, const mbill__node *list, mbill__quantity *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 2, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__term_add(tariff, &node, out, err));
    return MBILL_OK;
}
