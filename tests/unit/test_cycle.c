/* SPDX-License-Identifier: Apache-2.0 */
/* Bills that are paid afterwards: every state with every step, late fees day by day, due days, reminders, payments that settle, states from
 * outside; every refusal. */
#include "check_run.h"
#include "meterbill/calendar.h"
#include "meterbill/cycle.h"
#include "meterbill/decimal.h"
#include "refusal.h"

#include <check.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define FEB_1 20485 /* 2026-02-01 */
#define DUE (FEB_1 + 10)

/* Due 10 days after issue, 5/10,000 a day from the day after, no grace, no cap. */
static mbill_cycle_policy plain_policy(void)
{
    mbill_cycle_policy policy;
    memset(&policy, 0, sizeof policy);
    policy.struct_size = (uint32_t)sizeof policy;
    policy.due_kind = MBILL_DUE_DAYS;
    policy.due_days = 10;
    policy.jump_1e4 = MBILL_CYCLE_NO_LIMIT;
    policy.fee = (mbill_late_fee){.rate_nano = 500000,
        .cap_micro = MBILL_CYCLE_NO_LIMIT,
        .cap_share_1e4 = MBILL_CYCLE_NO_LIMIT,
        .step_micro = 10000,
        .how = MBILL_ROUND_HALF_UP};
    policy.n_reminders = 3;
    policy.reminders[0].days = -3;
    policy.reminders[1].days = 0;
    policy.reminders[2].days = 7;
    memcpy(policy.zone, "UTC0", 5);
    return policy;
}

static mbill_status try_step(const mbill_cycle_policy *policy, mbill_cycle *bill, int32_t kind, int32_t day, int64_t amount_micro,
    mbill_cycle_effect *out, mbill_error *err)
{
    mbill_cycle_step step = {.struct_size = (uint32_t)sizeof step, .kind = kind, .day = day, .amount_micro = amount_micro};
    if (kind == MBILL_CYCLE_WRITE_OFF) step.reason = 3;
    out->struct_size = (uint32_t)sizeof *out;
    return mbill_cycle_apply(policy, bill, &step, bill, out, err);
}

static mbill_cycle_effect take_step(const mbill_cycle_policy *policy, mbill_cycle *bill, int32_t kind, int32_t day,
    int64_t amount_micro)
{
    mbill_cycle_effect effect;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = try_step(policy, bill, kind, day, amount_micro, &effect, &err);
    ck_assert_msg(status == MBILL_OK, "%s on day %d: %s", mbill_cycle_kind_name(kind), day, err.message);
    ck_assert_int_eq(mbill_cycle_check(bill, NULL), MBILL_OK);
    return effect;
}

static mbill_cycle draft_of(int64_t amount_micro)
{
    mbill_cycle bill;
    ck_assert_int_eq(mbill_cycle_start(amount_micro, &bill, NULL), MBILL_OK);
    return bill;
}

static mbill_cycle issued_of(const mbill_cycle_policy *policy, int64_t amount_micro)
{
    mbill_cycle bill = draft_of(amount_micro);
    (void)take_step(policy, &bill, MBILL_CYCLE_REVIEW, FEB_1, 0);
    (void)take_step(policy, &bill, MBILL_CYCLE_ISSUE, FEB_1, 0);
    return bill;
}

/* A bill of 100 in each of its states. */
static mbill_cycle bill_in(const mbill_cycle_policy *policy, int32_t state)
{
    mbill_cycle bill = draft_of(100 * UNIT);
    if (state == MBILL_CYCLE_CANCELLED) (void)take_step(policy, &bill, MBILL_CYCLE_CANCEL, FEB_1, 0);
    if (state == MBILL_CYCLE_REPLACED) (void)take_step(policy, &bill, MBILL_CYCLE_REPLACE, FEB_1, 0);
    if (state == MBILL_CYCLE_REVIEWED) (void)take_step(policy, &bill, MBILL_CYCLE_REVIEW, FEB_1, 0);
    if (state < MBILL_CYCLE_ISSUED || state > MBILL_CYCLE_WRITTEN_OFF) return bill;
    bill = issued_of(policy, 100 * UNIT);
    if (state == MBILL_CYCLE_PART_PAID) (void)take_step(policy, &bill, MBILL_CYCLE_PAY, FEB_1, 40 * UNIT);
    if (state == MBILL_CYCLE_PAID) (void)take_step(policy, &bill, MBILL_CYCLE_PAY, FEB_1, 100 * UNIT);
    if (state < MBILL_CYCLE_OVERDUE) return bill;
    (void)take_step(policy, &bill, MBILL_CYCLE_PAY, FEB_1, 40 * UNIT);
    (void)take_step(policy, &bill, MBILL_CYCLE_TICK, DUE + 1, 0);
    if (state == MBILL_CYCLE_WRITTEN_OFF) (void)take_step(policy, &bill, MBILL_CYCLE_WRITE_OFF, DUE + 1, 0);
    return bill;
}

/* The state that a step leads to, by hand; 0: it is refused. DISPUTE and RESOLVE: of a bill that is not disputed. */
#define NO 0
#define DRAFT MBILL_CYCLE_DRAFT
#define REVIEWED MBILL_CYCLE_REVIEWED
#define ISSUED MBILL_CYCLE_ISSUED
#define PART MBILL_CYCLE_PART_PAID
#define PAID MBILL_CYCLE_PAID
#define OVERDUE MBILL_CYCLE_OVERDUE
#define OFF MBILL_CYCLE_WRITTEN_OFF
#define CANCELLED MBILL_CYCLE_CANCELLED
#define REPLACED MBILL_CYCLE_REPLACED
static const int32_t leads_to[9][14] = {
    /* review, unreview, issue, cancel, replace, pay 10, unpay 10, correct 5, dispute, resolve, remind, write_off, restore, tick */
    {REVIEWED, NO, NO, CANCELLED, REPLACED, NO, NO, NO, NO, NO, NO, NO, NO, DRAFT},
    {NO, DRAFT, ISSUED, CANCELLED, REPLACED, NO, NO, NO, NO, NO, NO, NO, NO, REVIEWED},
    {NO, NO, NO, NO, NO, PART, NO, ISSUED, ISSUED, NO, ISSUED, NO, NO, ISSUED},
    {NO, NO, NO, NO, NO, PART, PART, PART, PART, NO, PART, NO, NO, PART},
    {NO, NO, NO, NO, NO, NO, PART, PART, PAID, NO, NO, NO, NO, PAID},
    {NO, NO, NO, NO, NO, OVERDUE, OVERDUE, OVERDUE, OVERDUE, NO, OVERDUE, OFF, NO, OVERDUE},
    {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, OVERDUE, OFF},
    {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, CANCELLED},
    {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, REPLACED},
};

START_TEST(every_state_with_every_step)
{
    const mbill_cycle_policy policy = plain_policy();
    for (int32_t state = 1; state <= 9; state++)
        for (int32_t kind = 1; kind <= 14; kind++) {
            mbill_cycle bill = bill_in(&policy, state), before = bill;
            mbill_cycle_effect effect = {.struct_size = sizeof effect, .rest_micro = 77};
            mbill_error err;
            mbill_error_init(&err);
            ck_assert_int_eq(bill.state, state);
            int64_t amount_micro = kind == MBILL_CYCLE_CORRECT ? 5 * UNIT : 10 * UNIT;
            int32_t day = bill.day == MBILL_CYCLE_NO_DAY ? FEB_1 : bill.day;
            mbill_status status = try_step(&policy, &bill, kind, day, amount_micro, &effect, &err);
            int32_t expected = leads_to[state - 1][kind - 1];
            if (expected != NO) {
                ck_assert_msg(status == MBILL_OK && bill.state == expected, "%s of %s gives %s: %s", mbill_cycle_kind_name(kind),
                    mbill_cycle_state_name(state), mbill_cycle_state_name(bill.state), err.message);
                ck_assert_int_eq(mbill_cycle_check(&bill, NULL), MBILL_OK);
                continue;
            }
            bool resolves = kind == MBILL_CYCLE_RESOLVE && state >= ISSUED && state <= OVERDUE;
            assert_refusal(&err, status, resolves ? MBILL_E_INVALID : MBILL_E_ORDER,
                resolves ? "not disputed" : mbill_cycle_kind_name(kind));
            if (!resolves) ck_assert_ptr_nonnull(strstr(err.message, mbill_cycle_state_name(state)));
            ck_assert_mem_eq(&bill, &before, sizeof bill);
            ck_assert_int_eq(effect.rest_micro, 77);
        }
}
END_TEST

static void assert_entry(const mbill_cycle_effect *effect, int32_t i, int32_t operation, int32_t purpose, int64_t amount_micro)
{
    ck_assert_int_lt(i, effect->n_entries);
    ck_assert_int_eq(effect->entries[i].operation, operation);
    ck_assert_int_eq(effect->entries[i].purpose, purpose);
    ck_assert_int_eq(effect->entries[i].amount_micro, amount_micro);
}

START_TEST(what_each_step_books)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = bill_in(&policy, REVIEWED);
    mbill_cycle_effect effect = take_step(&policy, &bill, MBILL_CYCLE_ISSUE, FEB_1, 0);
    ck_assert_int_eq(effect.n_entries, 1);
    assert_entry(&effect, 0, MBILL_OPERATION_USAGE, MBILL_CYCLE_OF_BILL, 100 * UNIT);
    ck_assert_int_eq(bill.due_day, DUE);
    effect = take_step(&policy, &bill, MBILL_CYCLE_PAY, FEB_1, 130 * UNIT);
    ck_assert_int_eq(effect.n_entries, 0);
    ck_assert_int_eq(effect.taken_micro, 100 * UNIT);
    ck_assert_int_eq(effect.rest_micro, 30 * UNIT);
    effect = take_step(&policy, &bill, MBILL_CYCLE_CORRECT, FEB_1, -20 * UNIT); /* of what is paid: it goes back */
    assert_entry(&effect, 0, MBILL_OPERATION_CORRECT, MBILL_CYCLE_OF_DIFFERENCE, 20 * UNIT);
    ck_assert_int_eq(effect.rest_micro, 20 * UNIT);
    ck_assert_int_eq(bill.paid_micro, 80 * UNIT);
    effect = take_step(&policy, &bill, MBILL_CYCLE_UNPAY, FEB_1, 80 * UNIT);
    ck_assert_int_eq(mbill_cycle_open(&bill), 80 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE, 0); /* still in time */
    ck_assert_int_eq(bill.state, MBILL_CYCLE_ISSUED);
    effect = take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 11, 0); /* ten days after the due day have ended */
    assert_entry(&effect, 0, MBILL_OPERATION_USAGE, MBILL_CYCLE_OF_FEE, 400000);
    effect = take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 11, 0);
    ck_assert_int_eq(effect.n_entries, 0);
    effect = take_step(&policy, &bill, MBILL_CYCLE_WRITE_OFF, DUE + 11, 0);
    assert_entry(&effect, 0, MBILL_OPERATION_WRITE_OFF, MBILL_CYCLE_OF_WRITE_OFF, 80400000);
    ck_assert_int_eq(bill.reason, 3);
    effect = take_step(&policy, &bill, MBILL_CYCLE_RESTORE, DUE + 12, 0);
    assert_entry(&effect, 0, MBILL_OPERATION_REVERSE, MBILL_CYCLE_OF_WRITE_OFF, 80400000);
    ck_assert_int_eq(mbill_cycle_open(&bill), 80400000);
}
END_TEST

START_TEST(a_bill_below_0_gives_to_the_account)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = draft_of(-7 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_REVIEW, FEB_1, 0);
    mbill_cycle_effect effect = take_step(&policy, &bill, MBILL_CYCLE_ISSUE, FEB_1, 0);
    ck_assert_int_eq(effect.n_entries, 2);
    assert_entry(&effect, 0, MBILL_OPERATION_USAGE, MBILL_CYCLE_OF_BILL, 0);
    assert_entry(&effect, 1, MBILL_OPERATION_CORRECT, MBILL_CYCLE_OF_BILL, 7 * UNIT);
    ck_assert_int_eq(effect.rest_micro, 7 * UNIT);
    ck_assert_int_eq(bill.state, PAID);
    bill = issued_of(&policy, 0);
    ck_assert_int_eq(bill.state, PAID);
}
END_TEST

/* 100 issued on 1 February, due on the 11th; what is booked at each tick. */
static const struct {
    int32_t grace_days, from_grace, compounds, how;
    int64_t rate_nano, step_micro, cap_micro, cap_share_1e4;
    int32_t paid_on; /* days after the due day; 0: never */
    int32_t tick_on;
    int64_t fee_micro;
} fees[] = {
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 1, 0}, /* the first day has not ended */
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 2, 50000},
    {0, 0, 0, MBILL_ROUND_HALF_UP, 333333, 10000, INT64_MAX, INT64_MAX, 0, 31,
        1000000}, /* 30 x 0.0333333: one rounding of the sum */
    {0, 0, 0, MBILL_ROUND_DOWN, 333333, 10000, INT64_MAX, INT64_MAX, 0, 31, 990000},
    {0, 0, 0, MBILL_ROUND_UP, 1, 10000, INT64_MAX, INT64_MAX, 0, 2, 10000},
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, 120000, INT64_MAX, 0, 31, 120000},
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, 10, 0, 31, 100000}, /* 0.1 % of 100 */
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, 90000, 10, 0, 31, 90000},      /* the lower one */
    {5, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 5, 0},
    {5, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 6, 250000}, /* all five, as the grace was not used */
    {5, 1, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 6, 0},
    {5, 1, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 0, 7, 50000},
    {5, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 5, 40, 0},      /* paid on the last day of the grace */
    {5, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 6, 40, 250000}, /* and on the day after */
    {0, 0, 0, MBILL_ROUND_HALF_UP, 500000, 10000, INT64_MAX, INT64_MAX, 1, 40, 0},
    {0, 0, 1, MBILL_ROUND_HALF_UP, 10000000, 10000, INT64_MAX, INT64_MAX, 0, 4,
        3030000}, /* 1.00 + 1.01 + 1.02: each day rounded */
    {0, 0, 0, MBILL_ROUND_HALF_UP, 10000000, 10000, INT64_MAX, INT64_MAX, 0, 4, 3000000},
    {0, 0, 1, MBILL_ROUND_HALF_UP, 10000000, 10000, 2500000, INT64_MAX, 0, 40, 2500000},
    {0, 0, 1, MBILL_ROUND_DOWN, 1, 10000, INT64_MAX, INT64_MAX, 0, 300000, 0}, /* no day ever has a fee */
    {0, 0, 0, MBILL_ROUND_HALF_UP, 0, 10000, INT64_MAX, INT64_MAX, 0, 40, 0},
};

START_TEST(late_fees)
{
    mbill_cycle_policy policy = plain_policy();
    policy.fee = (mbill_late_fee){fees[_i].rate_nano, fees[_i].cap_micro, fees[_i].cap_share_1e4, fees[_i].step_micro,
        fees[_i].how, fees[_i].grace_days, fees[_i].from_grace, fees[_i].compounds};
    for (int32_t every = 1; every <= 40; every += 13) { /* however often somebody looks */
        mbill_cycle bill = issued_of(&policy, 100 * UNIT);
        for (int32_t day = DUE - 5; day < DUE + fees[_i].tick_on && day < DUE + 400; day += every) {
            if (fees[_i].paid_on > 0 && day >= DUE + fees[_i].paid_on) break;
            (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, day, 0);
        }
        if (fees[_i].paid_on > 0)
            (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + fees[_i].paid_on, 100 * UNIT - bill.paid_micro);
        (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + fees[_i].tick_on, 0);
        ck_assert_msg(bill.fee_micro == fees[_i].fee_micro, "row %d, every %d days: fee %lld", _i, every,
            (long long)bill.fee_micro);
    }
}
END_TEST

START_TEST(a_dispute_rests_fees_and_reminders)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = issued_of(&policy, 100 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 3, 0); /* two days */
    (void)take_step(&policy, &bill, MBILL_CYCLE_DISPUTE, DUE + 3, 0);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 30), -1);
    (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 20, 0);
    (void)take_step(&policy, &bill, MBILL_CYCLE_RESOLVE, DUE + 20, 0);
    (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 21, 0); /* and one */
    ck_assert_int_eq(bill.fee_micro, 150000);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 30), 2);
}
END_TEST

START_TEST(which_part_a_payment_goes_to)
{
    mbill_cycle_policy policy = plain_policy();
    for (int32_t fee_first = 0; fee_first <= 1; fee_first++) {
        policy.fee_first = fee_first;
        mbill_cycle bill = issued_of(&policy, 100 * UNIT);
        (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 21, 0); /* 20 days: 1.00 */
        (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + 21, 50 * UNIT);
        ck_assert_int_eq(bill.fee_paid_micro, fee_first != 0 ? UNIT : 0);
        (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 41, 0); /* 20 days more of what is open */
        ck_assert_int_eq(bill.fee_micro, fee_first != 0 ? 1510000 : 1500000);
        (void)take_step(&policy, &bill, MBILL_CYCLE_UNPAY, DUE + 41, 50 * UNIT);
        ck_assert_int_eq(bill.fee_paid_micro, 0);
        ck_assert_int_eq(bill.paid_micro, 0);
        (void)take_step(&policy, &bill, MBILL_CYCLE_CORRECT, DUE + 41, -101 * UNIT); /* more than the amount: the fees too */
        ck_assert_int_eq(bill.fee_paid_micro, UNIT);
        ck_assert_int_eq(mbill_cycle_open(&bill), bill.fee_micro - UNIT);
    }
}
END_TEST

/* A correction below the amount has paid fees; the payment that is taken back is not of the amount any more. */
START_TEST(a_payment_taken_back_behind_a_correction)
{
    mbill_cycle_policy policy = plain_policy();
    for (int32_t fee_first = 0; fee_first <= 1; fee_first++) {
        policy.fee_first = fee_first;
        mbill_cycle bill = issued_of(&policy, 100 * UNIT);
        (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 21, 0); /* 20 days: 1.00 */
        (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + 21, UNIT / 2);
        (void)take_step(&policy, &bill, MBILL_CYCLE_CORRECT, DUE + 21, -100 * UNIT - UNIT / 4);
        ck_assert_int_eq(bill.fee_paid_micro, UNIT * 3 / 4);
        (void)take_step(&policy, &bill, MBILL_CYCLE_UNPAY, DUE + 21, UNIT / 2);
        ck_assert_int_eq(bill.paid_micro, 0);
        ck_assert_int_eq(bill.fee_paid_micro, UNIT / 4);
        ck_assert_int_eq(mbill_cycle_open(&bill), UNIT * 3 / 4);
    }
}
END_TEST

START_TEST(what_was_paid_in_time)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = issued_of(&policy, 100 * UNIT);
    ck_assert_int_eq(mbill_cycle_on_time(&bill), 0);
    (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE, 70 * UNIT);
    ck_assert_int_eq(mbill_cycle_on_time(&bill), 70 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + 1, 30 * UNIT);
    ck_assert_int_eq(mbill_cycle_on_time(&bill), 70 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_UNPAY, DUE + 2, 60 * UNIT);
    ck_assert_int_eq(mbill_cycle_on_time(&bill), 40 * UNIT);
    ck_assert_int_eq(mbill_cycle_on_time(NULL), 0);
    ck_assert_int_eq(mbill_cycle_open(NULL), 0);
}
END_TEST

/* A bill below 0 that gave 5 to the account, is of 20 more by a correction and has fees: what was paid of them alone can be taken back. */
START_TEST(unpay_of_a_bill_that_gave)
{
    mbill_cycle_policy policy = plain_policy();
    policy.fee_first = 1;
    mbill_cycle bill = issued_of(&policy, -5 * UNIT);
    mbill_error err;
    mbill_cycle_effect effect;
    mbill_error_init(&err);
    (void)take_step(&policy, &bill, MBILL_CYCLE_CORRECT, DUE, 20 * UNIT);
    (void)take_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 40, 0);
    const mbill_cycle before = bill;
    ck_assert_int_gt(bill.fee_micro, UNIT / 100);
    (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + 40, UNIT / 100);
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_UNPAY, DUE + 40, UNIT / 100 + 1, &effect, &err), MBILL_E_RANGE,
        "more than was paid");
    (void)take_step(&policy, &bill, MBILL_CYCLE_UNPAY, DUE + 40, UNIT / 100);
    ck_assert_int_eq(mbill_cycle_open(&bill), mbill_cycle_open(&before));
    ck_assert_int_eq(bill.fee_paid_micro, 0);
    ck_assert_int_eq(bill.paid_micro, -5 * UNIT);
}
END_TEST

static const struct {
    int32_t kind, days, month_day;
    const char *issued, *due;
} dues[] = {
    {MBILL_DUE_DAYS, 0, 0, "2026-02-01", "2026-02-01"},
    {MBILL_DUE_DAYS, 30, 0, "2026-02-01", "2026-03-03"},
    {MBILL_DUE_MONTH_DAY, 10, 15, "2026-02-05", "2026-02-15"},
    {MBILL_DUE_MONTH_DAY, 10, 15, "2026-02-06", "2026-03-15"},
    {MBILL_DUE_MONTH_DAY, 0, 31, "2026-02-01", "2026-02-28"},
    {MBILL_DUE_MONTH_DAY, 1, 31, "2026-02-28", "2026-03-31"},
    {MBILL_DUE_MONTH_DAY, 20, 5, "2026-12-10", "2027-01-05"},
    {MBILL_DUE_MONTH_DAY, 40, 31, "2027-12-31", "2028-02-29"},
};

static int32_t day_of(const char *text)
{
    mbill_date date;
    int32_t day;
    ck_assert_int_eq(mbill_date_parse(text, strlen(text), &date, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_date_to_days(date, &day, NULL), MBILL_OK);
    return day;
}

START_TEST(due_days)
{
    mbill_cycle_policy policy = plain_policy();
    int32_t day;
    policy.due_kind = dues[_i].kind;
    policy.due_days = dues[_i].days;
    policy.due_month_day = dues[_i].month_day;
    ck_assert_int_eq(mbill_cycle_due_day(&policy, day_of(dues[_i].issued), &day, NULL), MBILL_OK);
    ck_assert_int_eq(day, day_of(dues[_i].due));
}
END_TEST

/* 2026-02-15 is a Sunday; the days from the 16th to the 20th are off by date, Saturday the 14th is worked. */
START_TEST(due_days_beside_days_off)
{
    static const struct {
        int32_t move, days;
        const char *issued, *due;
    } CASES[] = {{MBILL_MOVE_STAY, 14, "2026-02-01", "2026-02-15"}, {MBILL_MOVE_NEXT, 14, "2026-02-01", "2026-02-23"},
        {MBILL_MOVE_PREVIOUS, 14, "2026-02-01", "2026-02-14"}, {MBILL_MOVE_PREVIOUS, 0, "2026-02-15", "2026-02-23"},
        {MBILL_MOVE_NEXT, 13, "2026-02-01", "2026-02-14"}, {MBILL_MOVE_PREVIOUS, 20, "2026-02-01", "2026-02-14"},
        {MBILL_MOVE_NEXT, 24, "2026-04-01", "2026-04-28"}};
    mbill_cycle_policy policy = plain_policy();
    int32_t day;
    policy.off.weekdays = 0x60;
    policy.off.n_dates = 2;
    policy.off.dates[0] = (mbill_cycle_days){.from_day = day_of("2026-02-16"), .to_day = day_of("2026-02-21")};
    policy.off.dates[1] =
        (mbill_cycle_days){.kind = 1, .month = 4, .day = 25, .moves = {0, 0, 0, 0, 0, 2, 1}}; /* a Saturday: on Monday */
    policy.off.n_worked = 1;
    policy.off.worked[0] = (mbill_cycle_days){.from_day = day_of("2026-02-14"), .to_day = day_of("2026-02-15")};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        policy.off.due = CASES[i].move;
        policy.due_days = CASES[i].days;
        ck_assert_int_eq(mbill_cycle_due_day(&policy, day_of(CASES[i].issued), &day, NULL), MBILL_OK);
        ck_assert_msg(day == day_of(CASES[i].due), "case %zu", i);
    }
}
END_TEST

START_TEST(no_day_is_worked)
{
    mbill_cycle_policy policy = plain_policy();
    mbill_error err;
    int32_t day;
    mbill_error_init(&err);
    policy.off.due = policy.off.reminders = MBILL_MOVE_NEXT;
    policy.off.weekdays = 0x7f;
    assert_refusal(&err, mbill_cycle_due_day(&policy, FEB_1, &day, &err), MBILL_E_RANGE, "within a year");
    policy.off.due = MBILL_MOVE_STAY;
    mbill_cycle bill = issued_of(&policy, 100 * UNIT);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 3), 0); /* it stays where it is */
}
END_TEST

START_TEST(reminders_beside_days_off)
{
    mbill_cycle_policy policy = plain_policy(); /* due on a Wednesday, 11 February; reminders on -3, 0, 7 */
    mbill_cycle bill = issued_of(&policy, 100 * UNIT);
    policy.off.weekdays = 0x40; /* -3 is a Sunday */
    policy.off.reminders = MBILL_MOVE_NEXT;
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 3), -1);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 2), 0);
    policy.off.reminders = MBILL_MOVE_PREVIOUS;
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 5), -1);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 4), 0);
}
END_TEST

START_TEST(reminders_are_given_once_and_the_last_alone)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = issued_of(&policy, 100 * UNIT);
    mbill_cycle_effect effect = {.struct_size = sizeof effect};
    mbill_cycle_step step = {.struct_size = sizeof step, .kind = MBILL_CYCLE_REMIND, .day = DUE + 2, .reminder = 1};
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 4), -1);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE - 3), 0);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 2), 1); /* nobody looked at -3 */
    ck_assert_int_eq(mbill_cycle_apply(&policy, &bill, &step, &bill, &effect, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 6), -1);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 7), 2);
    (void)take_step(&policy, &bill, MBILL_CYCLE_PAY, DUE + 7, 100 * UNIT);
    ck_assert_int_eq(mbill_cycle_reminder(&policy, &bill, DUE + 9), -1);
    ck_assert_int_eq(mbill_cycle_reminder(NULL, &bill, DUE), -1);
}
END_TEST

START_TEST(payments_settle_the_oldest_first)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bills[4];
    int64_t parts[4], rest_micro;
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < 4; i++) bills[i] = issued_of(&policy, 100 * UNIT);
    bills[1].due_day -= 5;
    bills[2].flags = MBILL_CYCLE_DISPUTED;
    bills[2].due_day -= 9;
    (void)take_step(&policy, &bills[3], MBILL_CYCLE_PAY, FEB_1, 100 * UNIT);
    ck_assert_int_eq(mbill_cycle_settle(bills, 4, MBILL_CYCLE_NO_BILL, 150 * UNIT, parts, &rest_micro, NULL), MBILL_OK);
    ck_assert_int_eq(parts[1], 100 * UNIT);
    ck_assert_int_eq(parts[0], 50 * UNIT);
    ck_assert_int_eq(parts[2] + parts[3] + rest_micro, 0);
    ck_assert_int_eq(mbill_cycle_settle(bills, 4, 0, 350 * UNIT, parts, &rest_micro, NULL), MBILL_OK);
    ck_assert_int_eq(parts[0], 100 * UNIT);
    ck_assert_int_eq(parts[2], 100 * UNIT);
    ck_assert_int_eq(rest_micro, 50 * UNIT);
    ck_assert_int_eq(mbill_cycle_settle(bills, 4, 0, 30 * UNIT, parts, &rest_micro, NULL), MBILL_OK);
    ck_assert_int_eq(parts[0], 30 * UNIT);
    ck_assert_int_eq(parts[1], 0);
    ck_assert_int_eq(mbill_cycle_settle(NULL, 0, MBILL_CYCLE_NO_BILL, 5, NULL, &rest_micro, NULL), MBILL_OK);
    ck_assert_int_eq(rest_micro, 5);
    assert_refusal(&err, mbill_cycle_settle(bills, 4, 4, 1, parts, &rest_micro, &err), MBILL_E_NOT_FOUND, "no bill 4");
    assert_refusal(&err, mbill_cycle_settle(bills, 4, 0, -1, parts, &rest_micro, &err), MBILL_E_RANGE, "below 0");
}
END_TEST

START_TEST(what_is_to_be_looked_at)
{
    mbill_cycle_policy policy = plain_policy();
    mbill_review_facts facts = {.struct_size = sizeof facts,
        .amount_micro = 160 * UNIT,
        .before_micro = 100 * UNIT,
        .has_before = 1};
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), 0);
    policy.jump_1e4 = 5000;
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), MBILL_REVIEW_JUMP);
    facts.amount_micro = 150 * UNIT; /* the share itself is no jump */
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), 0);
    facts.amount_micro = 49 * UNIT;
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), MBILL_REVIEW_JUMP);
    policy.jump_least_micro = 52 * UNIT;
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), 0);
    facts.before_micro = 0;
    facts.amount_micro = 52 * UNIT;
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), MBILL_REVIEW_JUMP);
    facts.has_before = 0;
    facts.priority = 2;
    facts.bill_flags = 1;
    ck_assert_uint_eq(mbill_cycle_review_reasons(&policy, &facts), MBILL_REVIEW_PRIORITY | MBILL_REVIEW_READINGS);
    facts.has_before = 1;
    facts.before_micro = INT64_MIN;
    ck_assert_uint_ne(mbill_cycle_review_reasons(&policy, &facts) & MBILL_REVIEW_JUMP, 0);
    ck_assert_uint_eq(mbill_cycle_review_reasons(NULL, &facts), 0);
}
END_TEST

START_TEST(states_that_cannot_be)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_error err;
    mbill_error_init(&err);
#define BROKEN(in, change, part)                                                                                                 \
    do {                                                                                                                         \
        mbill_cycle bill = bill_in(&policy, in);                                                                                 \
        change;                                                                                                                  \
        assert_refusal(&err, mbill_cycle_check(&bill, &err), MBILL_E_CORRUPT, part);                                             \
    } while (0)
    BROKEN(ISSUED, bill.state = 0, "state 0");
    BROKEN(ISSUED, bill.state = 10, "state 10");
    BROKEN(ISSUED, bill.state = OVERDUE, "state");
    BROKEN(ISSUED, bill.due_day = MBILL_CYCLE_NO_DAY, "days");
    BROKEN(ISSUED, bill.due_day = bill.issued_day - 1, "due_day");
    BROKEN(ISSUED, bill.day = 400000, "days");
    BROKEN(ISSUED, bill.amount_micro = INT64_MIN, "amount");
    BROKEN(ISSUED, bill.corrected_micro = INT64_MAX, "corrected");
    BROKEN(ISSUED, bill.paid_micro = INT64_MAX, "paid");
    BROKEN(ISSUED, bill.paid_micro = 101 * UNIT, "open");
    BROKEN(ISSUED, bill.fee_micro = -1, "fee");
    BROKEN(ISSUED, bill.fee_paid_micro = 1, "fee_paid");
    BROKEN(ISSUED, bill.fee_sum_micro = -1, "fee_sum");
    BROKEN(ISSUED, bill.on_time_micro = INT64_MAX, "on_time");
    BROKEN(ISSUED, bill.written_off_micro = 1, "open");
    BROKEN(ISSUED, bill.flags = 2, "flags");
    BROKEN(OFF, bill.written_off_micro = 1, "written_off");
    BROKEN(OFF, bill.written_off_micro = -1, "written_off");
    BROKEN(OFF, bill.reason = 0, "written_off");
    BROKEN(DRAFT, bill.paid_micro = 1, "sums");
    BROKEN(DRAFT, bill.day = FEB_1, "days");
}
END_TEST

START_TEST(refusals)
{
    const mbill_cycle_policy policy = plain_policy();
    mbill_cycle bill = bill_in(&policy, PART);
    mbill_cycle_effect effect = {.struct_size = sizeof effect};
    mbill_cycle_step step = {.struct_size = sizeof step, .kind = MBILL_CYCLE_REMIND, .day = FEB_1, .reminder = 3};
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_cycle_apply(&policy, &bill, &step, &bill, &effect, &err), MBILL_E_INVALID, "no reminder 3");
    step.kind = 15;
    assert_refusal(&err, mbill_cycle_apply(&policy, &bill, &step, &bill, &effect, &err), MBILL_E_UNKNOWN_OPTION, "step 15");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_PAY, FEB_1, 0, &effect, &err), MBILL_E_INVALID, "above 0");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_UNPAY, FEB_1, 0, &effect, &err), MBILL_E_INVALID, "above 0");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_UNPAY, FEB_1, 41 * UNIT, &effect, &err), MBILL_E_RANGE,
        "more than");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_CORRECT, FEB_1, 0, &effect, &err), MBILL_E_INVALID, "is 0");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_CORRECT, FEB_1, INT64_MAX, &effect, &err), MBILL_E_OVERFLOW,
        "10^12");
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_TICK, 400000, 0, &effect, &err), MBILL_E_RANGE, "calendar");
    (void)take_step(&policy, &bill, MBILL_CYCLE_DISPUTE, FEB_1, 0);
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_DISPUTE, FEB_1, 0, &effect, &err), MBILL_E_INVALID, "already");
    bill = bill_in(&policy, OVERDUE);
    step = (mbill_cycle_step){.struct_size = sizeof step, .kind = MBILL_CYCLE_WRITE_OFF, .day = DUE + 1};
    assert_refusal(&err, mbill_cycle_apply(&policy, &bill, &step, &bill, &effect, &err), MBILL_E_INVALID, "no reason");
    bill = bill_in(&policy, REVIEWED);
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_ISSUE, 376199, 0, &effect, &err), MBILL_E_RANGE, "due day");
    assert_refusal(&err, mbill_cycle_start(INT64_MAX, &bill, &err), MBILL_E_OVERFLOW, "10^12");
    assert_refusal(&err, mbill_cycle_start(0, NULL, &err), MBILL_E_MISUSE, "out_bill");
    assert_refusal(&err, mbill_cycle_apply(NULL, &bill, &step, &bill, &effect, &err), MBILL_E_MISUSE, "policy");
    effect.struct_size = 0;
    assert_refusal(&err, mbill_cycle_apply(&policy, &bill, &step, &bill, &effect, &err), MBILL_E_MISUSE, "struct_size");
    bill.struct_size = 0;
    assert_refusal(&err, mbill_cycle_check(&bill, &err), MBILL_E_MISUSE, "struct_size");
    ck_assert_str_eq(mbill_cycle_state_name(0), "unknown");
    ck_assert_str_eq(mbill_cycle_kind_name(15), "unknown");
}
END_TEST

START_TEST(fees_that_leave_their_range)
{
    mbill_cycle_policy policy = plain_policy();
    mbill_cycle_effect effect;
    mbill_error err;
    mbill_error_init(&err);
    mbill_cycle bill = issued_of(&policy, MBILL_CYCLE_AMOUNT_MAX);
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 100, 0, &effect, &err), MBILL_E_OVERFLOW, "99 days");
    policy.fee.compounds = 1;
    policy.fee.rate_nano = 1000000000;
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 100, 0, &effect, &err), MBILL_E_OVERFLOW, "leave");
    policy.fee.rate_nano = INT64_MAX;
    assert_refusal(&err, try_step(&policy, &bill, MBILL_CYCLE_TICK, DUE + 100, 0, &effect, &err), MBILL_E_OVERFLOW, "leave");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cycle");
    TCase *tests = tcase_create("cycle");
    tcase_add_test(tests, every_state_with_every_step);
    tcase_add_test(tests, what_each_step_books);
    tcase_add_test(tests, a_bill_below_0_gives_to_the_account);
    tcase_add_loop_test(tests, late_fees, 0, (int)(sizeof fees / sizeof fees[0]));
    tcase_add_test(tests, a_dispute_rests_fees_and_reminders);
    tcase_add_test(tests, which_part_a_payment_goes_to);
    tcase_add_test(tests, due_days_beside_days_off);
    tcase_add_test(tests, no_day_is_worked);
    tcase_add_test(tests, reminders_beside_days_off);
    tcase_add_test(tests, a_payment_taken_back_behind_a_correction);
    tcase_add_test(tests, what_was_paid_in_time);
    tcase_add_test(tests, unpay_of_a_bill_that_gave);
    tcase_add_loop_test(tests, due_days, 0, (int)(sizeof dues / sizeof dues[0]));
    tcase_add_test(tests, reminders_are_given_once_and_the_last_alone);
    tcase_add_test(tests, payments_settle_the_oldest_first);
    tcase_add_test(tests, what_is_to_be_looked_at);
    tcase_add_test(tests, states_that_cannot_be);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, fees_that_leave_their_range);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}
