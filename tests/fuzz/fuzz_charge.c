/* SPDX-License-Identifier: Apache-2.0 */
/* Custom charges. Laws: a refusal says why and makes nothing; what is written reads back the same; periods follow each other without a gap; a part of a period by days is
 * never more than the whole, and what two accounts pay that have a period one behind the other differs from what one pays by their roundings alone. */
#include "meterbill/charge.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static char *text_of(const mbill_charge *charge, size_t *out_len)
{
    need(mbill_charge_write(charge, NULL, out_len, NULL) == MBILL_OK);
    char *text = malloc(*out_len);
    need(text != NULL && mbill_charge_write(charge, text, out_len, NULL) == MBILL_OK);
    return text;
}

static void reads_back(const mbill_charge *charge)
{
    size_t len, len_again;
    mbill_charge *again;
    char *text = text_of(charge, &len);
    need(mbill_charge_read(text, len - 1, NULL, &again, NULL) == MBILL_OK);
    char *text_again = text_of(again, &len_again);
    need(len == len_again && memcmp(text, text_again, len) == 0);
    mbill_charge_free(again);
    free(text);
    free(text_again);
}

static bool price(const mbill_charge *charge, int64_t number, int32_t from, int32_t to, mbill_charge_amount *out)
{
    static const mbill_charge_fact facts[] = {{"area", 89500000, MBILL_CHARGE_EVER, 0}, {"area", 90000000, 20500, 0}};
    const mbill_charge_account account = {"A1", {from, to}, NULL, 0};
    return mbill_charge_price(charge, number, &account, facts, 2, out, NULL) == MBILL_OK;
}

static void priced(const mbill_charge *charge, int32_t prorate, const mbill_charge_period *period)
{
    mbill_charge_amount whole, first, second;
    int32_t middle = period->from_day + (period->to_day - period->from_day) / 3;
    if (!price(charge, period->number, MBILL_CHARGE_EVER, MBILL_CHARGE_NO_END, &whole)) return;
    need(whole.amount_micro >= 0 && whole.n_days >= 0 && whole.n_days <= whole.period_days &&
        whole.period_days == period->to_day - period->from_day);
    need(price(charge, period->number, MBILL_CHARGE_EVER, middle, &first) &&
        price(charge, period->number, middle, MBILL_CHARGE_NO_END, &second));
    need(first.n_days + second.n_days == whole.n_days || prorate == MBILL_PRORATE_FULL_ONLY);
    if (prorate == MBILL_PRORATE_DAYS)
        need(first.amount_micro <= whole.amount_micro && second.amount_micro <= whole.amount_micro);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_charge *charge = (mbill_charge *)(void *)&size;
    mbill_charge_info info = {.struct_size = (uint32_t)sizeof info};
    mbill_charge_account account;
    mbill_charge_period period;
    mbill_error err;
    int32_t behind = 0;
    mbill_error_init(&err);
    mbill_status status = mbill_charge_read((const char *)data, size, NULL, &charge, &err);
    if (status != MBILL_OK) {
        need(charge == NULL && err.status == (int32_t)status && status != MBILL_E_INTERNAL && err.message[0] != '\0');
        return 0;
    }
    reads_back(charge);
    need(mbill_charge_get_info(charge, &info, NULL) == MBILL_OK);
    for (size_t i = 0; i < info.n_accounts; i++) need(mbill_charge_get_account(charge, i, &account, NULL) == MBILL_OK);
    for (int64_t number = 0; number < 40 && mbill_charge_get_period(charge, number, &period, NULL) == MBILL_OK; number++) {
        need(number == 0 || period.from_day == behind);
        need(period.to_day > period.from_day && period.due_day >= period.from_day);
        behind = period.to_day;
        priced(charge, info.prorate, &period);
    }
    mbill_charge_free(charge);
    return 0;
}
