/* SPDX-License-Identifier: Apache-2.0 */
/* What an account pays for a period, and when. Changes when a period is priced by another rule. Law: one rounding, of the exact sum over the days. */
#include "base/digest.h"
#include "calendar/civil.h"
#include "operate/charge.h"

#include <string.h>

#define ONE_MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)
#define NAME_MAX 64

static const char ID_WORD[] = "meterbill charge";

/* ---- periods ---- */

static mbill_status find_period(const mbill_charge *charge, int64_t number, mbill_charge_period *out, mbill_error *err)
{
    mbill__repeat endless = charge->repeat;
    endless.until_day = MBILL__REPEAT_FOREVER; /* a last period is as long as the others */
    *out = (mbill_charge_period){.number = number};
    if (!mbill__repeat_day(&charge->repeat, number, &out->from_day))
        return mbill__fail(err, MBILL_E_NOT_FOUND, "charge \"%s\" has no period %lld", charge->info.id, (long long)number);
    out->to_day = out->from_day + 1;
    if (charge->repeat.unit != 0 && !mbill__repeat_day(&endless, number + 1, &out->to_day))
        return mbill__fail(err, MBILL_E_NOT_FOUND, "period %lld of charge \"%s\" reaches past the calendar", (long long)number,
            charge->info.id);
    out->due_day = (charge->due_at_end ? out->to_day : out->from_day) + charge->due_days;
    return MBILL_OK;
}

mbill_status mbill_charge_get_period(const mbill_charge *charge, int64_t number, mbill_charge_period *out, mbill_error *err)
{
    mbill_charge_period period;
    MBILL__NEED(charge);
    MBILL__NEED(out);
    MBILL_TRY(find_period(charge, number, &period, err));
    MBILL_TRY(mbill_zone_day_start(charge->zone, period.due_day, &period.due_utc_s, err));
    *out = period;
    return MBILL_OK;
}

/* ---- days ---- */

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The days of a period on which the account has the charge, one stretch after another. */
typedef struct stretches {
    const mbill_charge_account *account;
    int32_t at, end;
    size_t next; /* suspension */
} stretches;

static bool next_stretch(stretches *of, mbill_charge_days *out)
{
    while (of->at < of->end) {
        const mbill_charge_days *pause = of->next < of->account->n_suspended ? &of->account->suspended[of->next]
                                                                             : &(mbill_charge_days){of->end, of->end};
        out->from_day = of->at;
        out->to_day = least(of->end, most(of->at, pause->from_day));
        of->at = most(of->at, least(of->end, pause->to_day));
        if (of->next < of->account->n_suspended) of->next++;
        if (out->to_day > out->from_day) return true;
    }
    return false;
}

static stretches stretches_of(const mbill_charge *charge, const mbill_charge_period *period, const mbill_charge_account *account)
{
    int32_t end = least(period->to_day, least(charge->repeat.until_day, account->has.to_day));
    return (stretches){account, most(period->from_day, account->has.from_day), end, 0};
}

static int32_t count_days(stretches of)
{
    mbill_charge_days days;
    int32_t n = 0;
    while (next_stretch(&of, &days)) n += days.to_day - days.from_day;
    return n;
}

/* ---- rates and facts ---- */

typedef struct facts {
    const mbill_charge_fact *list;
    size_t n;
} facts;

/* The rate of a day; *inout_until: at most as far as it holds. */
static const mbill__dated_rate *rate_of(const mbill_charge *charge, int32_t day, int32_t *inout_until)
{
    size_t at = 0;
    while (at + 1 < charge->n_rates && charge->rates[at + 1].from_day <= day) at++;
    if (at + 1 < charge->n_rates) *inout_until = least(*inout_until, charge->rates[at + 1].from_day);
    return &charge->rates[at];
}

static mbill_status fact_of(const facts *known, const char *name, int32_t day, int64_t *out_micro, int32_t *inout_until,
    mbill_error *err)
{
    bool found = false;
    char text[16] = "";
    size_t len = sizeof text;
    for (size_t i = 0; i < known->n; i++) {
        if (strcmp(known->list[i].name, name) != 0) continue;
        if (known->list[i].from_day > day) {
            *inout_until = least(*inout_until, known->list[i].from_day);
            break;
        }
        *out_micro = known->list[i].value_micro;
        found = true;
    }
    if (!found) {
        MBILL_TRY(mbill_date_print(mbill__civil_date(day), text, &len, err));
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "fact \"%s\" is not known on %s", name, text);
    }
    return *out_micro >= 0 ? MBILL_OK : mbill__fail(err, MBILL_E_INVALID, "fact \"%s\" is below 0", name);
}

/* Rate x fact of a day, in 10^-15; *inout_until: at most as far as both hold. */
static mbill_status price_of(const mbill_charge *charge, const facts *known, int32_t day, mbill__wide *out, int32_t *inout_until,
    mbill_error *err)
{
    int64_t fact_micro = ONE_MICRO;
    const mbill__dated_rate *rate = rate_of(charge, day, inout_until);
    if (rate->fact != NULL) MBILL_TRY(fact_of(known, rate->fact, day, &fact_micro, inout_until, err));
    *out = mbill__wide_product(rate->nano, fact_micro);
    return MBILL_OK;
}

static mbill_status overflow(const mbill_charge *charge, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "the amount of charge \"%s\" does not fit", charge->info.id);
}

/* The sum over the days. */
static mbill_status sum_days(const mbill_charge *charge, stretches of, const facts *known, mbill__wide *out, mbill_error *err)
{
    mbill_charge_days days;
    *out = mbill__wide_of(0);
    while (next_stretch(&of, &days))
        while (days.from_day < days.to_day) {
            mbill__wide price, part;
            int32_t until = days.to_day;
            MBILL_TRY(price_of(charge, known, days.from_day, &price, &until, err));
            if (!mbill__wide_multiply(price, until - days.from_day, &part) || !mbill__wide_add(*out, part, out))
                return overflow(charge, err);
            days.from_day = until;
        }
    return MBILL_OK;
}

/* sum / (days x 10^15) to a multiple of the step: one rounding. */
static mbill_status round_sum(const mbill_charge *charge, mbill__wide sum, int32_t days, int64_t *out_micro, mbill_error *err)
{
    mbill__wide divisor;
    int64_t steps;
    bool fits = mbill__wide_multiply(mbill__wide_product(NANO, days), charge->step_micro, &divisor) &&
        mbill__round_quotient(sum, divisor, charge->how, &steps) && mbill__multiply(steps, charge->step_micro, out_micro);
    return fits ? MBILL_OK : overflow(charge, err);
}

mbill_status mbill_charge_price(const mbill_charge *charge, int64_t number, const mbill_charge_account *account,
    const mbill_charge_fact *facts_list, size_t n_facts, mbill_charge_amount *out, mbill_error *err)
{
    mbill_charge_period period;
    mbill_charge_days first = {0, 0};
    mbill__wide sum;
    int64_t amount_micro;
    int32_t until = MBILL_CHARGE_NO_END, divide_by = 1;
    MBILL__NEED(charge);
    MBILL__NEED(account);
    MBILL__NEED(out);
    if (n_facts > 0) MBILL__NEED(facts_list);
    const facts known = {facts_list, n_facts};
    MBILL_TRY(find_period(charge, number, &period, err));
    stretches all = stretches_of(charge, &period, account), peek = all;
    int32_t n_days = count_days(all), period_days = period.to_day - period.from_day;
    bool pays = n_days > 0 && (charge->info.prorate != MBILL_PRORATE_FULL_ONLY || n_days == period_days);
    *out = pays ? *out : (mbill_charge_amount){0, 0, period_days};
    if (!pays) return MBILL_OK;
    if (charge->info.prorate == MBILL_PRORATE_DAYS) {
        MBILL_TRY(sum_days(charge, all, &known, &sum, err));
        divide_by = period_days;
    } else {
        (void)next_stretch(&peek, &first);
        MBILL_TRY(price_of(charge, &known, first.from_day, &sum, &until, err));
    }
    MBILL_TRY(round_sum(charge, sum, divide_by, &amount_micro, err));
    *out = (mbill_charge_amount){amount_micro, n_days, period_days};
    return MBILL_OK;
}

mbill_status mbill_charge_operation_id(const mbill_charge *charge, const char *account, int64_t number, mbill_id *out_id,
    mbill_error *err)
{
    uint8_t text[sizeof ID_WORD + 2 * (NAME_MAX + 1) + 8], digest[MBILL__DIGEST_BYTES];
    MBILL__NEED(charge);
    MBILL__NEED(account);
    MBILL__NEED(out_id);
    size_t n = sizeof ID_WORD, id_len = strlen(charge->info.id) + 1, len = strlen(account) + 1;
    if (len < 2 || len > NAME_MAX + 1)
        return mbill__fail(err, MBILL_E_INVALID, "account of %zu bytes, expected 1 to %d", len - 1, NAME_MAX);
    memcpy(text, ID_WORD, n);
    memcpy(text + n, charge->info.id, id_len);
    memcpy(text + n + id_len, account, len);
    n += id_len + len;
    for (size_t i = 0; i < 8; i++) text[n++] = (uint8_t)((uint64_t)number >> (56 - 8 * i) & 0xff);
    mbill__digest(text, n, digest);
    memcpy(out_id->bytes, digest, sizeof out_id->bytes);
    return MBILL_OK;
}
