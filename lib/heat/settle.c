/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the end of a season is settled otherwise. Law: all steps add up to 0, the first ones to the fee that is due; each is rounded once. */
#include "meterbill/settle.h"
#include "base/fail.h"
#include "document/say.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

#define WHOLE_PERCENT INT64_C(100000000) /* 100 % in 10^-6 % */
#define SEASON_DAYS_MAX 366

/* What is written down so far. */
typedef struct sheet {
    const mbill_settlement *of;
    mbill_settle_step *steps; /* NULL: only counted */
    size_t cap, n;
    int64_t running_micro;
    mbill_error *err;
} sheet;

/* ---- what is asked ---- */

static mbill_status check_fees(const mbill_settlement *s, mbill_error *err)
{
    const int64_t fees[] = {s->area_fee_micro, s->basic_fee_micro, s->metered_fee_micro, s->paid_micro, s->carried_micro};
    static const char *const names[] = {"area fee", "basic fee", "metered fee", "payment in advance", "amount carried over"};
    for (size_t i = 0; i < sizeof fees / sizeof fees[0]; i++)
        if (fees[i] < 0)
            return mbill__fail(err, MBILL_E_RANGE, "the %s is %s; expected 0 or more", names[i], mbill__say_micro(fees[i]).text);
    if (s->empty_percent_micro < 0 || s->empty_percent_micro > WHOLE_PERCENT)
        return mbill__fail(err, MBILL_E_RANGE, "an empty flat pays %s %%; expected 0 to 100",
            mbill__say_micro(s->empty_percent_micro).text);
    if (s->cap_percent_micro < -1)
        return mbill__fail(err, MBILL_E_RANGE, "the cap is %s %% of the area fee; expected 0 or more",
            mbill__say_micro(s->cap_percent_micro).text);
    if (s->season_days < 1 || s->season_days > SEASON_DAYS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "a season of %" PRId32 " days; expected 1 to 366", s->season_days);
    if (s->empty_days >= 0 && s->empty_days <= s->season_days) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "empty on %" PRId32 " days of a season of %" PRId32, s->empty_days, s->season_days);
}

static mbill_status check_switches(const mbill_settlement *s, mbill_error *err)
{
    if (s->surplus < MBILL_SETTLE_REFUND || s->surplus > MBILL_SETTLE_KEEP)
        return mbill__fail(err, MBILL_E_INVALID, "%" PRId32 " says nothing of a surplus; expected refund, credit, wallet or keep",
            s->surplus);
    if (s->shortage != MBILL_SETTLE_CHARGE && s->shortage != MBILL_SETTLE_WAIVE)
        return mbill__fail(err, MBILL_E_INVALID, "%" PRId32 " says nothing of a shortage; expected charge or waive", s->shortage);
    if (s->step_micro < 1 || s->step_micro > MBILL_STEP_MAX_MICRO)
        return mbill__fail(err, MBILL_E_RANGE, "the step is %s; expected 0.000001 to 10000",
            mbill__say_micro(s->step_micro).text);
    if (s->how < MBILL_ROUND_HALF_UP || s->how > MBILL_ROUND_CEILING)
        return mbill__fail(err, MBILL_E_INVALID, "%" PRId32 " is no rounding rule", s->how);
    if (s->reserved != 0) return mbill__fail(err, MBILL_E_INVALID, "a reserved word is not 0");
    return MBILL_OK;
}

static mbill_status check_bands(const mbill_settlement *s, mbill_error *err)
{
    int64_t before_micro_k = 0;
    for (size_t i = 0; i < s->n_bands; i++) {
        const mbill_settle_band *band = &s->bands[i];
        bool last = i + 1 == s->n_bands;
        if (band->percent_micro < 0 || band->percent_micro > WHOLE_PERCENT)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i, "a refund of %s %%; expected 0 to 100",
                mbill__say_micro(band->percent_micro).text);
        if (last ? band->up_to_micro_k != 0 : band->up_to_micro_k <= before_micro_k)
            return mbill__fail_at(err, MBILL_E_ORDER, (int64_t)i, "a band up to %s K; expected %s",
                mbill__say_micro(band->up_to_micro_k).text, last ? "the last one without an end" : "more than the one before");
        before_micro_k = band->up_to_micro_k;
    }
    return MBILL_OK;
}

static mbill_status check_episodes(const mbill_settlement *s, mbill_error *err)
{
    int64_t days = 0;
    if (s->n_bands > 0) MBILL__NEED(s->bands);
    if (s->n_episodes == 0) return check_bands(s, err);
    MBILL__NEED(s->episodes);
    if (s->service_of != MBILL_SETTLE_OF_AREA_FEE && s->service_of != MBILL_SETTLE_OF_DUE)
        return mbill__fail(err, MBILL_E_INVALID,
            "%" PRId32 " is no fee that a refund is of; expected that by area or the one due", s->service_of);
    if (s->n_bands == 0) return mbill__fail(err, MBILL_E_INVALID, "cold rooms without bands that say what is paid back for them");
    for (size_t i = 0; i < s->n_episodes; i++) {
        int64_t below;
        days += s->episodes[i].days;
        if (s->episodes[i].days < 1 || days > s->season_days)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
                "days of cold rooms up to %" PRId64 " of a season of %" PRId32
                "; expected 1 or more, and no more than the season has",
                days, s->season_days);
        if (s->episodes[i].reserved != 0) return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "a reserved word is not 0");
        if (!mbill__subtract(s->standard_micro_c, s->episodes[i].temperature_micro_c, &below))
            return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)i, "a difference of temperatures leaves the range of 64 bits");
    }
    return check_bands(s, err);
}

/* ---- steps ---- */

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount of the settlement leaves the range of 64 bits");
}

/* base x percent x days / of_days, to the step. */
static bool amount_of(int64_t base_micro, int64_t percent_micro, int32_t days, int32_t of_days, int64_t step_micro,
    mbill_round_how how, int64_t *out_micro)
{
    mbill__wide product = mbill__wide_product(base_micro, percent_micro), over = mbill__wide_product(WHOLE_PERCENT, of_days);
    int64_t steps;
    return mbill__wide_multiply(product, days, &product) && mbill__wide_multiply(over, step_micro, &over) &&
        mbill__round_quotient(product, over, how, &steps) && mbill__multiply(steps, step_micro, out_micro);
}

static mbill_status put(sheet *to, mbill_settle_step step, int64_t step_micro)
{
    if (!amount_of(step.base_micro, step.percent_micro, step.days, step.of_days, step_micro, (mbill_round_how)to->of->how,
            &step.amount_micro) ||
        !mbill__add(to->running_micro, step.amount_micro, &to->running_micro))
        return overflow(to->err);
    step.running_micro = to->running_micro;
    if (to->n < to->cap) to->steps[to->n] = step;
    to->n++;
    return MBILL_OK;
}

/* A share of what is rounded by the settlement's rule. */
static mbill_status put_share(sheet *to, int32_t kind, int32_t index, int64_t base_micro, int64_t percent_micro, int32_t days,
    int32_t of_days)
{
    mbill_settle_step step = {.kind = kind,
        .index = index,
        .base_micro = base_micro,
        .percent_micro = percent_micro,
        .days = days,
        .of_days = of_days};
    return put(to, step, to->of->step_micro);
}

/* Money as it stands. */
static mbill_status put_money(sheet *to, int32_t kind, int32_t index, int64_t amount_micro)
{
    mbill_settle_step step =
        {.kind = kind, .index = index, .base_micro = amount_micro, .percent_micro = WHOLE_PERCENT, .days = 1, .of_days = 1};
    return put(to, step, 1);
}

static mbill_status put_fees(sheet *to)
{
    const mbill_settlement *s = to->of;
    bool empty = s->empty_days > 0;
    MBILL_TRY(put_share(to, MBILL_SETTLE_STEP_BASIC, 0, s->basic_fee_micro, WHOLE_PERCENT,
        empty ? s->season_days - s->empty_days : 1, empty ? s->season_days : 1));
    MBILL_TRY(put_share(to, MBILL_SETTLE_STEP_METERED, 0, s->metered_fee_micro, WHOLE_PERCENT, 1, 1));
    if (!empty) return MBILL_OK;
    return put_share(to, MBILL_SETTLE_STEP_EMPTY, 0, s->area_fee_micro, s->empty_percent_micro, s->empty_days, s->season_days);
}

static mbill_status put_cap(sheet *to)
{
    const mbill_settlement *s = to->of;
    int64_t cap_micro;
    if (s->cap_percent_micro < 0) return MBILL_OK;
    if (!amount_of(s->area_fee_micro, s->cap_percent_micro, 1, 1, s->step_micro, (mbill_round_how)s->how, &cap_micro))
        return overflow(to->err);
    if (to->running_micro <= cap_micro) return MBILL_OK;
    return put_money(to, MBILL_SETTLE_STEP_CAP, 0, cap_micro - to->running_micro);
}

/* What is paid back for rooms so much too cold; the last band has no end. */
static int64_t percent_of(const mbill_settlement *s, int64_t below_micro_k)
{
    size_t i = 0;
    if (below_micro_k <= 0) return 0;
    while (i + 1 < s->n_bands && below_micro_k > s->bands[i].up_to_micro_k) i++;
    return s->bands[i].percent_micro;
}

static mbill_status put_service(sheet *to)
{
    const mbill_settlement *s = to->of;
    int64_t base_micro = s->service_of == MBILL_SETTLE_OF_DUE ? to->running_micro : s->area_fee_micro;
    for (size_t i = 0; i < s->n_episodes; i++) {
        const mbill_settle_episode *one = &s->episodes[i];
        MBILL_TRY(put_share(to, MBILL_SETTLE_STEP_SERVICE, (int32_t)i, -base_micro,
            percent_of(s, s->standard_micro_c - one->temperature_micro_c), one->days, s->season_days));
    }
    return to->running_micro >= 0 ? MBILL_OK : put_money(to, MBILL_SETTLE_STEP_FLOOR, 0, -to->running_micro);
}

static mbill_status put_rest(sheet *to, mbill_settled *out)
{
    const mbill_settlement *s = to->of;
    out->due_micro = to->running_micro;
    MBILL_TRY(put_money(to, MBILL_SETTLE_STEP_PAID, 0, -s->paid_micro));
    if (s->carried_micro > 0) MBILL_TRY(put_money(to, MBILL_SETTLE_STEP_CARRIED, 0, -s->carried_micro));
    if (to->running_micro == INT64_MIN) return overflow(to->err);
    out->balance_micro = -to->running_micro;
    int64_t surplus = out->balance_micro > 0 ? out->balance_micro : 0,
            shortage = out->balance_micro < 0 ? -out->balance_micro : 0;
    if (s->surplus == MBILL_SETTLE_REFUND) out->refund_micro = surplus;
    else if (s->surplus == MBILL_SETTLE_KEEP) out->forgone_micro = -surplus;
    else out->next_micro = surplus;
    if (s->shortage == MBILL_SETTLE_CHARGE) out->charge_micro = shortage;
    else out->forgone_micro += shortage;
    if (surplus > 0) return put_money(to, MBILL_SETTLE_STEP_SURPLUS, s->surplus, surplus);
    return shortage > 0 ? put_money(to, MBILL_SETTLE_STEP_SHORTAGE, s->shortage, -shortage) : MBILL_OK;
}

static mbill_status settle(sheet *to, mbill_settled *out)
{
    MBILL_TRY(put_fees(to));
    MBILL_TRY(put_cap(to));
    MBILL_TRY(put_service(to));
    return put_rest(to, out);
}

mbill_status mbill_settle(const mbill_settlement *settlement, mbill_settle_step *out_steps, size_t cap_steps, size_t *out_n_steps,
    mbill_settled *out, mbill_error *err)
{
    mbill_settlement s;
    mbill_settled known;
    MBILL__NEED(settlement);
    MBILL__NEED(out_n_steps);
    MBILL__NEED(out);
    if (cap_steps > 0) MBILL__NEED(out_steps);
    MBILL_TRY(mbill__struct_read(&s, sizeof s, sizeof s, settlement, err));
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, out, err));
    MBILL_TRY(check_fees(&s, err));
    MBILL_TRY(check_switches(&s, err));
    MBILL_TRY(check_episodes(&s, err));
    mbill_settled settled = {.struct_size = known.struct_size};
    sheet counted = {.of = &s, .err = err};
    MBILL_TRY(settle(&counted, &settled));
    *out_n_steps = counted.n;
    if (counted.n > cap_steps) return mbill__fail(err, MBILL_E_ROOM, "room for %zu steps, expected %zu", cap_steps, counted.n);
    sheet written = {.of = &s, .steps = out_steps, .cap = cap_steps, .err = err};
    settled = (mbill_settled){.struct_size = known.struct_size};
    MBILL_TRY(settle(&written, &settled));
    memcpy(out, &settled, sizeof settled);
    return MBILL_OK;
}
