/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when late fees grow in another way. Invariant: the fee to date depends on what was open at the end of each day, not on how
 * often or when somebody looked. */
#include "operate/cycle.h"

#include "calendar/civil.h"
#include "number/round.h"

#define NANO INT64_C(1000000000)
#define SHARE_WHOLE 10000

bool mbill__cycle_is_live(const mbill_cycle *bill)
{
    return bill->state >= MBILL_CYCLE_ISSUED && bill->state <= MBILL_CYCLE_OVERDUE;
}

int64_t mbill__cycle_amount_open(const mbill_cycle *bill)
{
    return bill->amount_micro + bill->corrected_micro - (bill->paid_micro - bill->fee_paid_micro);
}

int64_t mbill__cycle_fee_open(const mbill_cycle *bill)
{
    return bill->fee_micro - bill->fee_paid_micro;
}

int64_t mbill_cycle_open(const mbill_cycle *bill)
{
    if (bill == NULL || !mbill__cycle_is_live(bill)) return 0;
    return mbill__cycle_amount_open(bill) + mbill__cycle_fee_open(bill);
}

int64_t mbill_cycle_on_time(const mbill_cycle *bill)
{
    if (bill == NULL || bill->due_day == MBILL_CYCLE_NO_DAY) return 0;
    return bill->day > bill->due_day ? bill->on_time_micro : bill->paid_micro - bill->fee_paid_micro;
}

/* The highest fee that the bill may have. */
static int64_t cap_of(const mbill_late_fee *fee, const mbill_cycle *bill)
{
    int64_t share_micro = MBILL_CYCLE_NO_LIMIT, whole_micro = bill->amount_micro + bill->corrected_micro;
    if (fee->cap_share_1e4 != MBILL_CYCLE_NO_LIMIT &&
        !mbill__multiply_divide(whole_micro > 0 ? whole_micro : 0, fee->cap_share_1e4, SHARE_WHOLE, MBILL_ROUND_DOWN,
            &share_micro))
        share_micro = MBILL_CYCLE_NO_LIMIT;
    return share_micro < fee->cap_micro ? share_micro : fee->cap_micro;
}

/* base x rate to the step, in one rounding. */
static mbill_status fee_of(const mbill_late_fee *fee, int64_t base_micro, int64_t *out_micro, mbill_error *err)
{
    int64_t steps;
    const mbill__wide value = mbill__wide_product(base_micro, fee->rate_nano);
    if (mbill__round_quotient(value, mbill__wide_product(NANO, fee->step_micro), (mbill_round_how)fee->how, &steps) &&
        mbill__multiply(steps, fee->step_micro, out_micro))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "the late fee would leave its range");
}

static mbill_status pass_plain(mbill_cycle *bill, int64_t n_days, mbill_error *err)
{
    int64_t more_micro;
    if (mbill__multiply(mbill__cycle_amount_open(bill), n_days, &more_micro) &&
        mbill__add(bill->fee_sum_micro, more_micro, &bill->fee_sum_micro))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "the open amounts of %lld days leave their range", (long long)n_days);
}

/* Each day's fee is of what was open and of the fees before it. */
static mbill_status pass_compounding(const mbill_late_fee *fee, mbill_cycle *bill, int64_t n_days, mbill_error *err)
{
    const int64_t cap_micro = cap_of(fee, bill);
    for (int64_t i = 0; i < n_days && bill->fee_sum_micro < cap_micro; i++) {
        int64_t day_micro;
        MBILL_TRY(fee_of(fee, mbill__cycle_amount_open(bill) + bill->fee_sum_micro - bill->fee_paid_micro, &day_micro, err));
        if (day_micro == 0) break; /* nor will any later day have one */
        if (!mbill__add(bill->fee_sum_micro, day_micro, &bill->fee_sum_micro) || bill->fee_sum_micro > MBILL_CYCLE_AMOUNT_MAX)
            return mbill__fail(err, MBILL_E_OVERFLOW, "the late fees of %lld days leave their range", (long long)n_days);
    }
    return MBILL_OK;
}

/* The days [from, to), all of them after the due day. */
static mbill_status pass_late(const mbill_late_fee *fee, mbill_cycle *bill, int32_t from, int32_t to, mbill_error *err)
{
    const int32_t first = bill->due_day + 1 + (fee->from_grace != 0 ? fee->grace_days : 0);
    if (from < first) from = first;
    if (from >= to || fee->rate_nano == 0 || mbill__cycle_amount_open(bill) <= 0) return MBILL_OK;
    return fee->compounds != 0 ? pass_compounding(fee, bill, (int64_t)to - from, err) : pass_plain(bill, (int64_t)to - from, err);
}

/* What is paid by the end of the grace owes no fee for the days before. */
static mbill_status pass_days(const mbill_late_fee *fee, mbill_cycle *bill, int32_t from, int32_t to, mbill_error *err)
{
    const int32_t grace_end = bill->due_day + 1 + fee->grace_days;
    const bool counts = (bill->flags & MBILL_CYCLE_DISPUTED) == 0;
    if (from < grace_end) {
        if (counts) MBILL_TRY(pass_late(fee, bill, from, to < grace_end ? to : grace_end, err));
        if (to >= grace_end && mbill__cycle_amount_open(bill) <= 0) bill->fee_sum_micro = 0;
        from = grace_end;
    }
    return counts && from < to ? pass_late(fee, bill, from, to, err) : MBILL_OK;
}

mbill_status mbill__cycle_pass(const mbill_cycle_policy *policy, mbill_cycle *bill, int32_t day, mbill_error *err)
{
    if (day < MBILL__DAYS_MIN || day > MBILL__DAYS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "day %d is outside the calendar", day);
    if (bill->day == MBILL_CYCLE_NO_DAY || day <= bill->day) return MBILL_OK; /* not issued, or counted */
    int32_t from = bill->day > bill->due_day ? bill->day : bill->due_day + 1;
    if (bill->day <= bill->due_day && day > bill->due_day) bill->on_time_micro = bill->paid_micro - bill->fee_paid_micro;
    if (mbill__cycle_is_live(bill) && from < day) MBILL_TRY(pass_days(&policy->fee, bill, from, day, err));
    bill->day = day;
    return MBILL_OK;
}

mbill_status mbill__cycle_fee_due(const mbill_cycle_policy *policy, const mbill_cycle *bill, int64_t *out_micro, mbill_error *err)
{
    const mbill_late_fee *fee = &policy->fee;
    int64_t whole_micro = bill->fee_sum_micro;
    *out_micro = 0;
    if (!mbill__cycle_is_live(bill) || fee->rate_nano == 0 || bill->day <= bill->due_day + fee->grace_days) return MBILL_OK;
    if (fee->compounds == 0) MBILL_TRY(fee_of(fee, bill->fee_sum_micro, &whole_micro, err));
    const int64_t cap_micro = cap_of(fee, bill);
    if (whole_micro > cap_micro) whole_micro = cap_micro;
    if (whole_micro > bill->fee_micro) *out_micro = whole_micro - bill->fee_micro;
    return MBILL_OK;
}
