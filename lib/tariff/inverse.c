/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from money to a quantity does: bracket it, close in on it by the slope of the price, bill it. Every candidate is
 * priced as a bill is, so the answer is exact whatever the tariff holds. */
#include "meterbill/buy.h"

#include "document/say.h"
#include "number/round.h"
#include "tariff/quote.h"
#include "tariff/rising.h"

/* No purchase is of more units than this. */
#define MOST_MICRO (INT64_C(1000000000) * 1000000)

/* The answer is at low or above, and below high: price(low) <= money < price(high). */
typedef struct bracket {
    mbill__quote low, high;
} bracket;

static mbill_status take_in(mbill__asking *asking, bracket *b, int64_t steps, int64_t money_micro, mbill_error *err)
{
    mbill__quote quote;
    MBILL_TRY(mbill__ask(asking, steps * asking->tariff->buy.step_micro, &quote, NULL, err));
    if (quote.price_micro <= money_micro && !quote.beyond) b->low = quote;
    else b->high = quote;
    return MBILL_OK;
}

/* Where the money runs out if the price were straight between the two ends: strictly between them. */
static int64_t by_slope(const bracket *b, int64_t low, int64_t high, int64_t money_micro)
{
    int64_t at = 0;
    if (b->high.beyond ||
        !mbill__multiply_divide(money_micro - b->low.price_micro, high - low, b->high.price_micro - b->low.price_micro,
            MBILL_ROUND_DOWN, &at))
        return mbill__between(low, high);
    if (at < 1) at = 1;
    return at < high - low ? low + at : high - 1;
}

/* Close in to one step. A guess by slope that leaves more than half is followed by halving, so that no price makes it slow. */
static mbill_status close_in(mbill__asking *asking, bracket *b, int64_t money_micro, mbill_error *err)
{
    int64_t step_micro = asking->tariff->buy.step_micro;
    bool halve = false;
    for (;;) {
        int64_t low = b->low.quantity_micro / step_micro, high = b->high.quantity_micro / step_micro;
        if (high - low <= 1) return MBILL_OK;
        MBILL_TRY(take_in(asking, b, halve ? mbill__between(low, high) : by_slope(b, low, high, money_micro), money_micro, err));
        int64_t left = (b->high.quantity_micro - b->low.quantity_micro) / step_micro;
        halve = !halve && left > (high - low) / 2;
    }
}

static mbill_status too_much(const mbill__asking *asking, const bracket *b, mbill__quote nothing, int64_t money_micro,
    mbill_error *err)
{
    if (b->high.price_micro == nothing.price_micro)
        return mbill__fail(err, MBILL_E_RANGE,
            "any quantity costs %s: the price does not rise with it, so money buys no quantity",
            mbill__say_micro(nothing.price_micro).text);
    return mbill__fail(err, MBILL_E_RANGE, "%s buys more than 1000000000 %s, expected less", mbill__say_micro(money_micro).text,
        mbill_tariff_register_unit(asking->tariff, 0));
}

static mbill_status find(mbill__asking *asking, int64_t money_micro, bracket *b, mbill_error *err)
{
    int64_t step_micro = asking->tariff->buy.step_micro;
    mbill__quote nothing;
    MBILL_TRY(mbill__ask(asking, 0, &nothing, NULL, err));
    if (nothing.price_micro > money_micro)
        return mbill__fail(err, MBILL_E_RANGE, "%s is due without any quantity, more than the %s that is paid",
            mbill__say_micro(nothing.price_micro).text, mbill__say_micro(money_micro).text);
    b->low = nothing;
    MBILL_TRY(mbill__ask(asking, MOST_MICRO / step_micro * step_micro, &b->high, NULL, err));
    MBILL_TRY(mbill__price_rises(asking, nothing, b->high, err));
    if (b->high.price_micro <= money_micro) return too_much(asking, b, nothing, money_micro, err);
    return close_in(asking, b, money_micro, err);
}

/* Money is left, and half a step more is paid for too, so the nearest step is the one above. */
static mbill_status round_up_half(mbill__asking *asking, int64_t money_micro, mbill__quote *inout, mbill_error *err)
{
    mbill__quote half;
    if (inout->price_micro == money_micro) return MBILL_OK;
    MBILL_TRY(mbill__ask(asking, inout->quantity_micro + asking->tariff->buy.step_micro / 2, &half, NULL, err));
    if (half.price_micro <= money_micro && !half.beyond) inout->quantity_micro += asking->tariff->buy.step_micro;
    return MBILL_OK;
}

static mbill_status check_request(const mbill_tariff *tariff, const mbill_price_request *request, int64_t money_micro,
    mbill_error *err)
{
    if (tariff->buy.step_micro == 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "tariff \"%s\" does not say how it is bought; expected \"buy\" in it",
            tariff->labels.tariff);
    if (request->n_inputs > 0)
        return mbill__fail(err, MBILL_E_INVALID, "the request has %zu inputs, but the quantity is what is sought; expected none",
            request->n_inputs);
    if (money_micro <= 0)
        return mbill__fail(err, MBILL_E_RANGE, "the money is %s, expected more than 0", mbill__say_micro(money_micro).text);
    return MBILL_OK;
}

mbill_status mbill_tariff_buy(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    int64_t money_micro, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill,
    mbill_purchase *out_purchase, mbill_position *out_after, mbill_error *err)
{
    mbill_price_request known;
    bracket b;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_bill);
    MBILL__NEED(out_purchase);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    if (out_purchase->struct_size < sizeof *out_purchase)
        return mbill__fail(err, MBILL_E_MISUSE, "out_purchase: struct_size is not set");
    MBILL_TRY(mbill__struct_read(&known, sizeof known, offsetof(mbill_price_request, inputs), request, err));
    MBILL_TRY(check_request(tariff, &known, money_micro, err));
    size_t most;
    MBILL_TRY(mbill_tariff_lines_max(tariff, known.from_utc_s, known.to_utc_s, &most, err));
    if (cap_lines < most) {
        *out_n_lines = most;
        return mbill__fail(err, MBILL_E_ROOM, "finding the quantity takes room for %zu lines, but there is room for %zu", most,
            cap_lines);
    }
    mbill__asking asking = {.tariff = tariff, .request = &known, .before = before, .lines = out_lines, .cap_lines = cap_lines};
    MBILL_TRY(find(&asking, money_micro, &b, err));
    if (tariff->buy.half_up) MBILL_TRY(round_up_half(&asking, money_micro, &b.low, err));
    int64_t quantity_micro = b.low.quantity_micro;
    MBILL_TRY(mbill__ask(&asking, quantity_micro, &b.low, out_after, err));
    int64_t change_micro;
    if (b.low.beyond || !mbill__subtract(money_micro, b.low.price_micro, &change_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "an amount leaves the range of +-9223372036854.775807");
    asking.bill.struct_size = out_bill->struct_size;
    *out_bill = asking.bill;
    *out_n_lines = asking.n_lines;
    out_purchase->n_prices = asking.n_prices;
    out_purchase->quantity_micro = quantity_micro;
    out_purchase->change_micro = change_micro;
    return MBILL_OK;
}

int64_t mbill_tariff_buy_step(const mbill_tariff *tariff)
{
    return tariff == NULL ? 0 : tariff->buy.step_micro;
}
