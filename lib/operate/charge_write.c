/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "charge" out, in one form whatever was read. Changes when that form does. */
#include "calendar/civil.h"
#include "document/write.h"
#include "meterbill/decimal.h"
#include "operate/charge.h"

#include <stdio.h>

static void print_day(int32_t day, char out[16])
{
    size_t len = 16;
    if (mbill_date_print(mbill__civil_date(day), out, &len, NULL) != MBILL_OK) out[0] = '\0';
}

static void write_day(mbill__writer *to, const char *key, int32_t day)
{
    char text[16];
    print_day(day, text);
    mbill__write_text(to, key, text);
}

static void write_periods(mbill__writer *to, const mbill_charge *charge)
{
    const char *unit;
    int32_t every;
    if (charge->repeat.unit == 0) {
        write_day(to, "once", charge->repeat.from_day);
        return;
    }
    mbill__repeat_every_write(&charge->repeat, &every, &unit);
    mbill__write_object(to, "every");
    mbill__write_whole(to, unit, every);
    mbill__write_object_end(to);
    write_day(to, "from", charge->repeat.from_day);
    if (charge->repeat.until_day != MBILL__REPEAT_FOREVER) write_day(to, "until", charge->repeat.until_day);
    mbill__write_object(to, "due");
    mbill__write_text(to, "at", charge->due_at_end ? "end" : "start");
    mbill__write_whole(to, "days", charge->due_days);
    mbill__write_object_end(to);
    mbill__write_text(to, "prorate", mbill__prorate_words[charge->info.prorate - 1]);
}

static void write_rates(mbill__writer *to, const mbill_charge *charge)
{
    mbill__write_list(to, "rates");
    for (size_t i = 0; i < charge->n_rates; i++) {
        const mbill__dated_rate *rate = &charge->rates[i];
        mbill__write_object(to, NULL);
        write_day(to, "from", rate->from_day);
        mbill__write_decimal(to, rate->fact != NULL ? "rate" : "amount", rate->nano, MBILL_SCALE_NANO);
        if (rate->fact != NULL) mbill__write_text(to, "fact", rate->fact);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    mbill__write_object(to, "round");
    mbill__write_decimal(to, "step", charge->step_micro, MBILL_SCALE_MICRO);
    mbill__write_text(to, "how", mbill__round_names[charge->how - 1]);
    mbill__write_object_end(to);
}

static void write_suspended(mbill__writer *to, const mbill_charge_account *account)
{
    char from[16], end[16], text[40];
    mbill__write_list(to, "suspended");
    for (size_t i = 0; i < account->n_suspended; i++) {
        print_day(account->suspended[i].from_day, from);
        print_day(account->suspended[i].to_day, end);
        (void)snprintf(text, sizeof text, "%s/%s", from, end);
        mbill__write_text(to, NULL, text);
    }
    mbill__write_list_end(to);
}

static void write_account(mbill__writer *to, const mbill_charge_account *account)
{
    bool from = account->has.from_day != MBILL_CHARGE_EVER, end = account->has.to_day != MBILL_CHARGE_NO_END;
    if (!from && !end && account->n_suspended == 0) {
        mbill__write_text(to, NULL, account->account);
        return;
    }
    mbill__write_object(to, NULL);
    mbill__write_text(to, "account", account->account);
    if (from) write_day(to, "from", account->has.from_day);
    if (end) write_day(to, "to", account->has.to_day);
    if (account->n_suspended > 0) write_suspended(to, account);
    mbill__write_object_end(to);
}

static void write_accounts(mbill__writer *to, const mbill_charge *charge)
{
    if (charge->everyone) {
        mbill__write_text(to, "accounts", "all");
        return;
    }
    mbill__write_list(to, "accounts");
    for (size_t i = 0; i < charge->info.n_accounts; i++) write_account(to, &charge->accounts[i]);
    mbill__write_list_end(to);
}

mbill_status mbill_charge_write(const mbill_charge *charge, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(charge);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, &charge->arena.allocator);
    mbill__write_start(&to, &buffer, false);
    mbill__write_object(&to, NULL);
    mbill__write_whole(&to, "meterbill", 1);
    mbill__write_text(&to, "kind", "charge");
    mbill__write_text(&to, "id", charge->info.id);
    if (charge->info.title != NULL) mbill__write_text(&to, "title", charge->info.title);
    mbill__write_text(&to, "zone", charge->zone_rule);
    write_periods(&to, charge);
    write_rates(&to, charge);
    mbill__write_text(&to, "to", mbill__charge_to_words[charge->info.to - 1]);
    if (charge->info.accrual >= 0) mbill__write_whole(&to, "accrual", charge->info.accrual);
    write_accounts(&to, charge);
    mbill__write_object_end(&to);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}

mbill_status mbill_charge_get_info(const mbill_charge *charge, mbill_charge_info *out, mbill_error *err)
{
    MBILL__NEED(charge);
    MBILL__NEED(out);
    if (out->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the charge's info is not set");
    uint32_t struct_size = out->struct_size;
    *out = charge->info;
    out->struct_size = struct_size;
    return MBILL_OK;
}

mbill_status mbill_charge_get_account(const mbill_charge *charge, size_t at, mbill_charge_account *out, mbill_error *err)
{
    MBILL__NEED(charge);
    MBILL__NEED(out);
    if (at >= charge->info.n_accounts)
        return mbill__fail(err, MBILL_E_RANGE, "account %zu of %zu, counted from 0", at, charge->info.n_accounts);
    *out = charge->accounts[at];
    return MBILL_OK;
}
