/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is proved of a price does. Between two quantities whose bills have one shape the price is a straight line, so it
 * rises there when its end is not below its beginning; where the shapes differ, the interval is divided until it is one step wide. */
#include "tariff/rising.h"

#include "document/say.h"

static mbill_status falls(const mbill__asking *asking, const mbill__quote *low, const mbill__quote *high, mbill_error *err)
{
    const char *unit = mbill_tariff_register_unit(asking->tariff, 0);
    return mbill__fail(err, MBILL_E_AMBIGUOUS,
        "%s %s cost %s, but %s %s cost %s; expected a price that never falls, so that money says one quantity",
        mbill__say_micro(low->quantity_micro).text, unit, mbill__say_micro(low->price_micro).text,
        mbill__say_micro(high->quantity_micro).text, unit, mbill__say_micro(high->price_micro).text);
}

static int64_t step_or_micro(mbill__rounding rule)
{
    return rule.step_micro == 0 ? 1 : rule.step_micro;
}

/* Amounts that look at rounded amounts, such as a minimum or a discount, may each be out by the step of what they look at: a fall of no
 * more than all the steps of the bill together is rounding and none of the price. */
static int64_t rounding_micro(const mbill__asking *asking)
{
    const mbill_tariff *tariff = asking->tariff;
    int64_t sum_micro = step_or_micro(tariff->round_bill) + (int64_t)asking->n_lines * step_or_micro(tariff->round_line);
    for (size_t i = 0; i < tariff->n_charges; i++) sum_micro += step_or_micro(tariff->charges[i].round);
    return sum_micro;
}

mbill_status mbill__price_rises(mbill__asking *asking, mbill__quote low, mbill__quote high, mbill_error *err)
{
    int64_t step_micro = asking->tariff->buy.step_micro;
    for (;;) {
        int64_t steps = (high.quantity_micro - low.quantity_micro) / step_micro;
        if (low.shape == high.shape || steps <= 1)
            return high.price_micro < low.price_micro - rounding_micro(asking) ? falls(asking, &low, &high, err) : MBILL_OK;
        mbill__quote middle;
        int64_t between = mbill__between(low.quantity_micro / step_micro, high.quantity_micro / step_micro);
        MBILL_TRY(mbill__ask(asking, between * step_micro, &middle, NULL, err));
        MBILL_TRY(mbill__price_rises(asking, low, middle, err));
        low = middle;
    }
}
