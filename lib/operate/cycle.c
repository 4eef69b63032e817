/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a bill's life has another state, another step, or a step means something else. */
#include "operate/cycle.h"

#include "calendar/civil.h"
#include "number/round.h"
#include "operate/off_days.h"

#include <stdio.h>
#include <string.h>

#define STEP(kind) (1u << (MBILL_CYCLE_##kind))
#define ALWAYS STEP(TICK)
#define OWED (ALWAYS | STEP(CORRECT) | STEP(DISPUTE) | STEP(RESOLVE))

const char *const mbill__cycle_state_words[MBILL__CYCLE_STATES] = {"draft", "reviewed", "issued", "part_paid", "paid", "overdue",
    "written_off", "cancelled", "replaced"};
const char *const mbill__cycle_kind_words[MBILL__CYCLE_KINDS] = {"review", "unreview", "issue", "cancel", "replace", "pay",
    "unpay", "correct", "dispute", "resolve", "remind", "write_off", "restore", "tick"};

/* What each state takes. */
static const uint32_t takes[MBILL__CYCLE_STATES + 1] = {
    [MBILL_CYCLE_DRAFT] = ALWAYS | STEP(REVIEW) | STEP(CANCEL) | STEP(REPLACE),
    [MBILL_CYCLE_REVIEWED] = ALWAYS | STEP(UNREVIEW) | STEP(ISSUE) | STEP(CANCEL) | STEP(REPLACE),
    [MBILL_CYCLE_ISSUED] = OWED | STEP(PAY) | STEP(REMIND),
    [MBILL_CYCLE_PART_PAID] = OWED | STEP(PAY) | STEP(UNPAY) | STEP(REMIND),
    [MBILL_CYCLE_PAID] = OWED | STEP(UNPAY),
    [MBILL_CYCLE_OVERDUE] = OWED | STEP(PAY) | STEP(UNPAY) | STEP(REMIND) | STEP(WRITE_OFF),
    [MBILL_CYCLE_WRITTEN_OFF] = ALWAYS | STEP(RESTORE),
    [MBILL_CYCLE_CANCELLED] = ALWAYS,
    [MBILL_CYCLE_REPLACED] = ALWAYS,
};

const char *mbill_cycle_state_name(int32_t state)
{
    return state >= 1 && state <= MBILL__CYCLE_STATES ? mbill__cycle_state_words[state - 1] : "unknown";
}

const char *mbill_cycle_kind_name(int32_t kind)
{
    return kind >= 1 && kind <= MBILL__CYCLE_KINDS ? mbill__cycle_kind_words[kind - 1] : "unknown";
}

/* ---- a bill from outside ---- */

static bool in_range(int64_t micro)
{
    return micro >= -MBILL_CYCLE_AMOUNT_MAX && micro <= MBILL_CYCLE_AMOUNT_MAX;
}

static const char *bad_sum(const mbill_cycle *bill)
{
    if (!in_range(bill->amount_micro)) return "amount";
    if (!in_range(bill->corrected_micro)) return "corrected";
    if (!in_range(bill->paid_micro)) return "paid";
    if (bill->fee_micro < 0 || bill->fee_micro > MBILL_CYCLE_AMOUNT_MAX) return "fee";
    if (bill->fee_paid_micro < 0 || bill->fee_paid_micro > bill->fee_micro) return "fee_paid";
    if (bill->fee_sum_micro < 0) return "fee_sum";
    if (!in_range(bill->on_time_micro)) return "on_time";
    if (bill->written_off_micro < 0 || bill->written_off_micro > MBILL_CYCLE_AMOUNT_MAX) return "written_off";
    return NULL;
}

static const char *bad_day(const mbill_cycle *bill)
{
    const bool issued = bill->state >= MBILL_CYCLE_ISSUED && bill->state <= MBILL_CYCLE_WRITTEN_OFF;
    const int32_t days[] = {bill->issued_day, bill->due_day, bill->day};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        if (issued != (days[i] != MBILL_CYCLE_NO_DAY) || (issued && (days[i] < MBILL__DAYS_MIN || days[i] > MBILL__DAYS_MAX)))
            return "days";
    return issued && (bill->due_day < bill->issued_day || bill->day < bill->issued_day) ? "due_day" : NULL;
}

/* Where the sums say that a bill stands which is owed. */
static int32_t state_of(const mbill_cycle *bill)
{
    if (mbill__cycle_amount_open(bill) == 0 && mbill__cycle_fee_open(bill) == 0) return MBILL_CYCLE_PAID;
    if (bill->day > bill->due_day) return MBILL_CYCLE_OVERDUE;
    return bill->paid_micro > 0 ? MBILL_CYCLE_PART_PAID : MBILL_CYCLE_ISSUED;
}

static const char *bad_state(const mbill_cycle *bill)
{
    const int64_t open_micro = mbill__cycle_amount_open(bill) + mbill__cycle_fee_open(bill);
    if ((bill->flags & ~MBILL_CYCLE_DISPUTED) != 0) return "flags";
    if (mbill__cycle_is_live(bill))
        return mbill__cycle_amount_open(bill) < 0 || bill->written_off_micro != 0 || bill->reason != 0 ? "open"
            : bill->state != state_of(bill)                                                            ? "state"
                                                                                                       : NULL;
    if (bill->state == MBILL_CYCLE_WRITTEN_OFF)
        return bill->reason == 0 || bill->written_off_micro != open_micro || open_micro <= 0 ? "written_off" : NULL;
    return bill->paid_micro != 0 || bill->fee_micro != 0 || bill->corrected_micro != 0 || bill->flags != 0 ||
            bill->written_off_micro != 0 || bill->reason != 0 || bill->fee_sum_micro != 0
        ? "sums"
        : NULL;
}

mbill_status mbill_cycle_check(const mbill_cycle *bill, mbill_error *err)
{
    MBILL__NEED(bill);
    if (bill->struct_size != sizeof *bill) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of bill is not set");
    if (bill->state < 1 || bill->state > MBILL__CYCLE_STATES)
        return mbill__fail(err, MBILL_E_CORRUPT, "state %d of a bill is none, expected 1 to %d", bill->state,
            MBILL__CYCLE_STATES);
    const char *bad = bad_sum(bill);
    if (bad == NULL) bad = bad_day(bill);
    if (bad == NULL) bad = bad_state(bill);
    if (bad == NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CORRUPT, "%s of a bill that is %s contradicts the rest of it", bad,
        mbill_cycle_state_name(bill->state));
}

mbill_status mbill_cycle_start(int64_t amount_micro, mbill_cycle *out_bill, mbill_error *err)
{
    MBILL__NEED(out_bill);
    if (!in_range(amount_micro)) return mbill__fail(err, MBILL_E_OVERFLOW, "the amount is beyond 10^12, what one bill can be of");
    *out_bill = (mbill_cycle){.struct_size = (uint32_t)sizeof *out_bill,
        .state = MBILL_CYCLE_DRAFT,
        .issued_day = MBILL_CYCLE_NO_DAY,
        .due_day = MBILL_CYCLE_NO_DAY,
        .day = MBILL_CYCLE_NO_DAY,
        .amount_micro = amount_micro};
    return MBILL_OK;
}

/* ---- due days ---- */

/* A bill is not due before it is issued. */
static mbill_status from_day_off(const mbill_cycle_policy *policy, int32_t issued_day, int32_t day, int32_t *out_day,
    mbill_error *err)
{
    int32_t moved;
    bool found = mbill__off_days_move(&policy->off, policy->off.due, day, &moved);
    if (found && moved < issued_day) found = mbill__off_days_move(&policy->off, MBILL_MOVE_NEXT, day, &moved);
    if (!found) return mbill__fail(err, MBILL_E_RANGE, "no day that is not off lies within a year of the due day");
    *out_day = moved;
    return MBILL_OK;
}

mbill_status mbill_cycle_due_day(const mbill_cycle_policy *policy, int32_t issued_day, int32_t *out_day, mbill_error *err)
{
    MBILL__NEED(policy);
    MBILL__NEED(out_day);
    if (issued_day < MBILL__DAYS_MIN || issued_day > MBILL__DAYS_MAX - policy->due_days - 62)
        return mbill__fail(err, MBILL_E_RANGE, "a due day for issue on day %d is outside the calendar", issued_day);
    int32_t day = issued_day + policy->due_days;
    if (policy->due_kind == MBILL_DUE_MONTH_DAY) {
        mbill_date date = mbill__civil_date(day);
        int32_t length = mbill_month_length(date.year, date.month);
        int32_t wanted = policy->due_month_day < length ? policy->due_month_day : length;
        if (wanted < date.day) {
            date.year += date.month / 12;
            date.month = date.month % 12 + 1;
            length = mbill_month_length(date.year, date.month);
            wanted = policy->due_month_day < length ? policy->due_month_day : length;
        }
        day = mbill__civil_days(date.year, date.month, wanted);
    }
    return from_day_off(policy, issued_day, day, out_day, err);
}

/* ---- steps ---- */

typedef struct stepping {
    const mbill_cycle_policy *policy;
    const mbill_cycle_step *step;
    mbill_cycle bill;
    mbill_cycle_effect effect;
} stepping;

static void add_entry(stepping *at, int32_t operation, int32_t purpose, int64_t amount_micro)
{
    at->effect.entries[at->effect.n_entries++] = (mbill_cycle_entry){operation, purpose, amount_micro};
}

/* A sum of the bill grows by a part; beyond 10^12 it is no bill any more. */
static mbill_status grow(int64_t *sum_micro, int64_t part_micro, mbill_error *err)
{
    int64_t after_micro;
    if (!mbill__add(*sum_micro, part_micro, &after_micro) || !in_range(after_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "a sum of the bill would be beyond 10^12");
    *sum_micro = after_micro;
    return MBILL_OK;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What is owed less than nothing goes back: to the fees, then to the account. */
static void give_back(stepping *at)
{
    mbill_cycle *bill = &at->bill;
    int64_t surplus_micro = -mbill__cycle_amount_open(bill);
    if (surplus_micro <= 0) return;
    int64_t to_fee_micro = least(surplus_micro, mbill__cycle_fee_open(bill));
    bill->fee_paid_micro += to_fee_micro;
    bill->paid_micro -= surplus_micro - to_fee_micro;
    at->effect.rest_micro = surplus_micro - to_fee_micro;
}

static mbill_status issue(stepping *at, mbill_error *err)
{
    mbill_cycle *bill = &at->bill;
    MBILL_TRY(mbill_cycle_due_day(at->policy, at->step->day, &bill->due_day, err));
    bill->issued_day = bill->day = at->step->day;
    bill->state = MBILL_CYCLE_ISSUED;
    add_entry(at, MBILL_OPERATION_USAGE, MBILL_CYCLE_OF_BILL, bill->amount_micro > 0 ? bill->amount_micro : 0);
    if (bill->amount_micro < 0) add_entry(at, MBILL_OPERATION_CORRECT, MBILL_CYCLE_OF_BILL, -bill->amount_micro);
    give_back(at);
    return MBILL_OK;
}

static mbill_status pay(stepping *at, mbill_error *err)
{
    mbill_cycle *bill = &at->bill;
    const int64_t paid_micro = at->step->amount_micro, amount_micro = mbill__cycle_amount_open(bill),
                  fee_micro = mbill__cycle_fee_open(bill);
    if (paid_micro <= 0) return mbill__fail(err, MBILL_E_INVALID, "the amount of a pay is not above 0");
    int64_t taken_micro = least(paid_micro, amount_micro + fee_micro);
    int64_t to_fee_micro = at->policy->fee_first != 0 ? least(taken_micro, fee_micro)
        : taken_micro > amount_micro                  ? taken_micro - amount_micro
                                                      : 0;
    MBILL_TRY(grow(&bill->paid_micro, taken_micro, err));
    bill->fee_paid_micro += to_fee_micro;
    at->effect.taken_micro = taken_micro;
    at->effect.rest_micro = paid_micro - taken_micro;
    return MBILL_OK;
}

/* Last in, first out: what a payment went to last is taken back first. Of a bill that gave more to the account than was paid of it, only
 * what went to fees can be. */
static mbill_status unpay(stepping *at, mbill_error *err)
{
    mbill_cycle *bill = &at->bill;
    const int64_t back_micro = at->step->amount_micro, net_micro = bill->paid_micro - bill->fee_paid_micro,
                  amount_paid_micro = net_micro > 0 ? net_micro : 0;
    if (back_micro <= 0) return mbill__fail(err, MBILL_E_INVALID, "the amount of an unpay is not above 0");
    if (back_micro > amount_paid_micro + bill->fee_paid_micro)
        return mbill__fail(err, MBILL_E_RANGE, "an unpay takes back more than was paid of the bill");
    int64_t of_fee_micro = at->policy->fee_first == 0 ? least(back_micro, bill->fee_paid_micro)
        : back_micro > amount_paid_micro              ? back_micro - amount_paid_micro
                                                      : 0;
    bill->paid_micro -= back_micro;
    bill->fee_paid_micro -= of_fee_micro;
    bill->on_time_micro = least(bill->on_time_micro, bill->paid_micro - bill->fee_paid_micro);
    return MBILL_OK;
}

static mbill_status correct(stepping *at, mbill_error *err)
{
    const int64_t amount_micro = at->step->amount_micro;
    if (amount_micro == 0) return mbill__fail(err, MBILL_E_INVALID, "the amount of a correct is 0");
    MBILL_TRY(grow(&at->bill.corrected_micro, amount_micro, err));
    add_entry(at, MBILL_OPERATION_CORRECT, MBILL_CYCLE_OF_DIFFERENCE, -amount_micro);
    give_back(at);
    return MBILL_OK;
}

static mbill_status dispute(stepping *at, bool begins, mbill_error *err)
{
    const bool is = (at->bill.flags & MBILL_CYCLE_DISPUTED) != 0;
    if (is == begins) return mbill__fail(err, MBILL_E_INVALID, "the bill is %s", is ? "disputed already" : "not disputed");
    at->bill.flags ^= MBILL_CYCLE_DISPUTED;
    return MBILL_OK;
}

static mbill_status remind(stepping *at, mbill_error *err)
{
    const int32_t step = at->step->reminder;
    if (step < 0 || step >= at->policy->n_reminders)
        return mbill__fail(err, MBILL_E_INVALID, "there is no reminder %d, the policy has %d from 0", step,
            at->policy->n_reminders);
    at->bill.reminded |= (2u << step) - 1; /* those before it are passed over */
    return MBILL_OK;
}

static mbill_status write_off(stepping *at, mbill_error *err)
{
    mbill_cycle *bill = &at->bill;
    if (at->step->reason == 0) return mbill__fail(err, MBILL_E_INVALID, "a write_off has no reason");
    bill->written_off_micro = mbill_cycle_open(bill);
    bill->reason = at->step->reason;
    bill->state = MBILL_CYCLE_WRITTEN_OFF;
    add_entry(at, MBILL_OPERATION_WRITE_OFF, MBILL_CYCLE_OF_WRITE_OFF, bill->written_off_micro);
    return MBILL_OK;
}

static mbill_status restore(stepping *at)
{
    mbill_cycle *bill = &at->bill;
    add_entry(at, MBILL_OPERATION_REVERSE, MBILL_CYCLE_OF_WRITE_OFF, bill->written_off_micro);
    bill->written_off_micro = 0;
    bill->reason = 0;
    bill->state = MBILL_CYCLE_OVERDUE;
    return MBILL_OK;
}

static mbill_status tick(stepping *at, mbill_error *err)
{
    int64_t due_micro;
    MBILL_TRY(mbill__cycle_fee_due(at->policy, &at->bill, &due_micro, err));
    if (due_micro == 0) return MBILL_OK;
    MBILL_TRY(grow(&at->bill.fee_micro, due_micro, err));
    add_entry(at, MBILL_OPERATION_USAGE, MBILL_CYCLE_OF_FEE, due_micro);
    return MBILL_OK;
}

static mbill_status go(stepping *at, mbill_error *err)
{
    switch (at->step->kind) {
    case MBILL_CYCLE_REVIEW: at->bill.state = MBILL_CYCLE_REVIEWED; return MBILL_OK;
    case MBILL_CYCLE_UNREVIEW: at->bill.state = MBILL_CYCLE_DRAFT; return MBILL_OK;
    case MBILL_CYCLE_CANCEL: at->bill.state = MBILL_CYCLE_CANCELLED; return MBILL_OK;
    case MBILL_CYCLE_REPLACE: at->bill.state = MBILL_CYCLE_REPLACED; return MBILL_OK;
    case MBILL_CYCLE_ISSUE: return issue(at, err);
    case MBILL_CYCLE_PAY: return pay(at, err);
    case MBILL_CYCLE_UNPAY: return unpay(at, err);
    case MBILL_CYCLE_CORRECT: return correct(at, err);
    case MBILL_CYCLE_DISPUTE: return dispute(at, true, err);
    case MBILL_CYCLE_RESOLVE: return dispute(at, false, err);
    case MBILL_CYCLE_REMIND: return remind(at, err);
    case MBILL_CYCLE_WRITE_OFF: return write_off(at, err);
    case MBILL_CYCLE_RESTORE: return restore(at);
    default: return tick(at, err);
    }
}

/* "issued, part_paid or overdue" would be shorter; a list says the same. */
static mbill_status refuse(const mbill_cycle *bill, int32_t kind, mbill_error *err)
{
    char allowed[160] = "";
    for (int32_t state = 1; state <= MBILL__CYCLE_STATES; state++) {
        if ((takes[state] >> kind & 1u) == 0) continue;
        size_t len = strlen(allowed);
        (void)snprintf(allowed + len, sizeof allowed - len, "%s%s", len > 0 ? ", " : "", mbill_cycle_state_name(state));
    }
    return mbill__fail(err, MBILL_E_ORDER, "a bill that is %s takes no %s, expected one of: %s",
        mbill_cycle_state_name(bill->state), mbill_cycle_kind_name(kind), allowed);
}

mbill_status mbill_cycle_apply(const mbill_cycle_policy *policy, const mbill_cycle *bill, const mbill_cycle_step *step,
    mbill_cycle *out_bill, mbill_cycle_effect *out_effect, mbill_error *err)
{
    MBILL__NEED(policy);
    MBILL__NEED(bill);
    MBILL__NEED(step);
    MBILL__NEED(out_bill);
    MBILL__NEED(out_effect);
    if (policy->struct_size != sizeof *policy || step->struct_size != sizeof *step ||
        out_effect->struct_size != sizeof *out_effect)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of policy, step or out_effect is not set");
    if (step->kind < 1 || step->kind > MBILL__CYCLE_KINDS)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "step %d is none, expected 1 to %d", step->kind, MBILL__CYCLE_KINDS);
    MBILL_TRY(mbill_cycle_check(bill, err));
    if ((takes[bill->state] >> step->kind & 1u) == 0) return refuse(bill, step->kind, err);
    stepping at = {policy, step, *bill, {.struct_size = (uint32_t)sizeof at.effect}};
    MBILL_TRY(mbill__cycle_pass(policy, &at.bill, step->day, err));
    MBILL_TRY(go(&at, err));
    if (mbill__cycle_is_live(&at.bill)) at.bill.state = state_of(&at.bill);
    *out_bill = at.bill;
    *out_effect = at.effect;
    return MBILL_OK;
}
