/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "buy" does. */
#include "tariff/buy_read.h"

#include "tariff/take.h"

#include <string.h>

/* Money says one quantity, so there is one register that it can be of. */
static mbill_status need_one_register(const mbill_tariff *tariff, const mbill__node *node, mbill_error *err)
{
    size_t n = mbill_tariff_n_registers(tariff);
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (tariff->inputs[i].derived != NULL)
            return mbill__node_fail(node, err, MBILL_E_INVALID,
                "input \"%s\" is made of others, and money buys a register; expected registers and facts",
                tariff->inputs[i].name);
    if (n == 1 && mbill_tariff_register_converted(tariff, 0))
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "money buys what register \"%s\" counts, but it is converted by factors; expected an input as its register counts it",
            mbill_tariff_register(tariff, 0));
    if (n == 1) return MBILL_OK;
    if (n == 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "the tariff has no register whose quantity could be bought");
    return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
        "money could buy of register \"%s\" or of \"%s\"; expected one register among the inputs",
        mbill_tariff_register(tariff, 0), mbill_tariff_register(tariff, 1));
}

/* The price of a period is that of the purchase, not of the use: said, not implied. */
static mbill_status read_period_at(const mbill_tariff *tariff, const mbill__node *node, mbill_error *err)
{
    mbill__node part;
    const char *text;
    bool given = mbill__node_get(node, "period_at", &part);
    if (tariff->labels.n_periods > 0 && !given)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
            "the tariff has periods, and what is bought may be used in any; expected \"period_at\": \"instant of purchase\"");
    if (!given) return MBILL_OK;
    if (tariff->labels.n_periods == 0)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"period_at\" says nothing without periods");
    MBILL_TRY(mbill__node_text(&part, &text, err));
    if (strcmp(text, "instant of purchase") == 0) return MBILL_OK;
    return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"%s\" is no instant; expected \"instant of purchase\"", text);
}

mbill_status mbill__buy_read(mbill_tariff *tariff, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"step", "how", "period_at"};
    static const char *const hows[] = {"down", "half_up"};
    mbill__node step, how;
    int32_t word;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "step", &step, err));
    MBILL_TRY(mbill__node_decimal(&step, MBILL_SCALE_MICRO, &tariff->buy.step_micro, err));
    if (tariff->buy.step_micro < 1 || tariff->buy.step_micro > MBILL_STEP_MAX_MICRO)
        return mbill__node_fail(&step, err, MBILL_E_RANGE, "a step of what is bought is above 0 and at most 10000");
    MBILL_TRY(mbill__node_need(node, "how", &how, err));
    MBILL_TRY(mbill__node_word(&how, hows, MBILL__COUNT(hows), &word, err));
    tariff->buy.half_up = word == 1;
    if (tariff->buy.half_up && tariff->buy.step_micro % 2 != 0)
        return mbill__node_fail(&step, err, MBILL_E_DIGITS,
            "half of this step has more than 6 decimal places; expected an even last digit");
    MBILL_TRY(need_one_register(tariff, node, err));
    return read_period_at(tariff, node, err);
}
