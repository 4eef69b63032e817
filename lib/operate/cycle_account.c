/* SPDX-License-Identifier: Apache-2.0 */
/* What concerns an account's bills together, or people: which bill a payment settles, when to remind, what to look at before issue. */
#include "operate/cycle.h"

#include "number/round.h"
#include "operate/off_days.h"

#include <string.h>

#define SHARE_WHOLE 10000

/* Before the other: not disputed, then by due day. */
static bool is_before(const mbill_cycle *one, const mbill_cycle *other)
{
    const bool held = (one->flags & MBILL_CYCLE_DISPUTED) != 0, other_held = (other->flags & MBILL_CYCLE_DISPUTED) != 0;
    if (held != other_held) return other_held;
    return one->due_day < other->due_day;
}

/* The next that has something open and no part yet; n: there is none. */
static size_t next_of(const mbill_cycle *bills, size_t n, const int64_t *parts)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (mbill_cycle_open(&bills[i]) <= 0 || parts[i] != 0) continue;
        if (best == n || is_before(&bills[i], &bills[best])) best = i;
    }
    return best;
}

static int64_t take(const mbill_cycle *bill, int64_t left_micro)
{
    const int64_t open_micro = mbill_cycle_open(bill);
    return open_micro < left_micro ? open_micro : left_micro;
}

mbill_status mbill_cycle_settle(const mbill_cycle *bills, size_t n, size_t named, int64_t amount_micro, int64_t *out_parts,
    int64_t *out_rest, mbill_error *err)
{
    if (n > 0) MBILL__NEED(bills);
    if (n > 0) MBILL__NEED(out_parts);
    MBILL__NEED(out_rest);
    if (amount_micro < 0) return mbill__fail(err, MBILL_E_RANGE, "a payment is below 0");
    if (named != MBILL_CYCLE_NO_BILL && named >= n)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "there is no bill %zu, expected one of %zu from 0", named, n);
    int64_t left_micro = amount_micro;
    for (size_t i = 0; i < n; i++) out_parts[i] = 0;
    if (named != MBILL_CYCLE_NO_BILL) {
        out_parts[named] = take(&bills[named], left_micro);
        left_micro -= out_parts[named];
    }
    for (size_t at = next_of(bills, n, out_parts); at < n && left_micro > 0; at = next_of(bills, n, out_parts)) {
        out_parts[at] = take(&bills[at], left_micro);
        left_micro -= out_parts[at];
    }
    *out_rest = left_micro;
    return MBILL_OK;
}

/* Where no day that is worked is near, it stays. */
static int64_t reminder_day(const mbill_cycle_policy *policy, const mbill_cycle *bill, int32_t reminder)
{
    const int64_t day = (int64_t)bill->due_day + policy->reminders[reminder].days;
    int32_t moved;
    if (day < INT32_MIN || day > INT32_MAX) return day;
    return mbill__off_days_move(&policy->off, policy->off.reminders, (int32_t)day, &moved) ? moved : day;
}

int32_t mbill_cycle_reminder(const mbill_cycle_policy *policy, const mbill_cycle *bill, int32_t day)
{
    int32_t due = -1;
    if (policy == NULL || bill == NULL || mbill_cycle_open(bill) <= 0 || (bill->flags & MBILL_CYCLE_DISPUTED) != 0) return -1;
    for (int32_t i = 0; i < policy->n_reminders && i < MBILL_CYCLE_REMINDERS_MAX; i++)
        if ((bill->reminded >> i & 1u) == 0 && reminder_day(policy, bill, i) <= day) due = i;
    return due;
}

/* |amount - before| above the share of |before|, and not below the least. */
static bool jumps(const mbill_cycle_policy *policy, const mbill_review_facts *facts)
{
    int64_t change_micro;
    mbill__wide change, before;
    if (policy->jump_1e4 == MBILL_CYCLE_NO_LIMIT || facts->has_before == 0) return false;
    if (facts->before_micro == INT64_MIN || !mbill__subtract(facts->amount_micro, facts->before_micro, &change_micro) ||
        change_micro == INT64_MIN)
        return true;
    if (change_micro < 0) change_micro = -change_micro;
    if (change_micro < policy->jump_least_micro) return false;
    change = mbill__wide_product(change_micro, SHARE_WHOLE);
    before = mbill__wide_product(facts->before_micro < 0 ? -facts->before_micro : facts->before_micro, policy->jump_1e4);
    return mbill__wide_compare(change, before) > 0;
}

uint32_t mbill_cycle_review_reasons(const mbill_cycle_policy *policy, const mbill_review_facts *facts)
{
    uint32_t reasons = 0;
    if (policy == NULL || facts == NULL) return 0;
    if (facts->bill_flags != 0) reasons |= MBILL_REVIEW_READINGS;
    if (jumps(policy, facts)) reasons |= MBILL_REVIEW_JUMP;
    if (facts->priority > 0) reasons |= MBILL_REVIEW_PRIORITY;
    return reasons;
}
