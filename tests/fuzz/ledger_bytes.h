/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to a life of a ledger: each batch of operations, its moment and the policies in it are drawn from an input, the same from the same
 * bytes. Most of what is drawn makes sense for the kind of operation; some of it does not. Changes when operations or policies have another member. */
#ifndef FUZZ_LEDGER_BYTES_H
#define FUZZ_LEDGER_BYTES_H

#include "meterbill/ledger.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LEDGER_UNIT INT64_C(1000000)
#define LEDGER_START INT64_C(1774483200) /* 2026-03-26T00:00:00Z, some days before clocks change in Europe */

enum {
    LEDGER_BATCH_MAX = 4,
    LEDGER_OPERATIONS_MAX = 400, /* of one life */
    LEDGER_POLICIES_MAX = 64,
    LEDGER_PREPAY = 5, /* accounts 1 … 5; one further number is never opened */
    LEDGER_PLAIN = 20, /* accounts 20 … 22 */
    LEDGER_PLAIN_END = 23,
    LEDGER_CHANNELS = 2
};

typedef struct ledger_bytes {
    const uint8_t *at, *end;
    int64_t now_utc_s;
    uint64_t next_id;
    mbill_policy policies[LEDGER_POLICIES_MAX];
    int32_t n_policies;
    mbill_operation operations[LEDGER_OPERATIONS_MAX]; /* all so far */
    int64_t times[LEDGER_OPERATIONS_MAX];
    uint8_t ends[LEDGER_OPERATIONS_MAX];  /* whether a batch ends with it */
    uint8_t taken[LEDGER_OPERATIONS_MAX]; /* whether the ledger took it: said by who applies it */
    int32_t n_operations;
} ledger_bytes;

static inline void ledger_start(ledger_bytes *from, const uint8_t *data, size_t size)
{
    memset(from, 0, sizeof *from);
    from->at = data;
    from->end = data + size;
    from->now_utc_s = LEDGER_START;
}

/* 0 to n - 1; 0 when the bytes have ended. */
static inline int64_t ledger_pick(ledger_bytes *from, int64_t n)
{
    return from->at == from->end ? 0 : *from->at++ % n;
}

static inline int ledger_chance(ledger_bytes *from, int64_t in)
{
    return ledger_pick(from, in) == in - 1;
}

/* Amounts in cents and whole units, seldom odd ones, and the ends of the range. */
static inline int64_t ledger_amount(ledger_bytes *from)
{
    static const int64_t odd[] = {0, 1, -1, 7, 9999, 10001, -LEDGER_UNIT, INT64_MAX, INT64_MAX - 10, INT64_MAX / 2, INT64_MIN};
    int64_t how = ledger_pick(from, 96);
    if (how == 95) return odd[ledger_pick(from, (int64_t)(sizeof odd / sizeof odd[0]))];
    if (how >= 66) return (1 + ledger_pick(from, 250)) * 10000;
    if (how >= 60) return 1 + ledger_pick(from, 256) * 123457;
    return (1 + ledger_pick(from, 24)) * LEDGER_UNIT;
}

static inline int64_t ledger_account(ledger_bytes *from)
{
    return 1 + (ledger_chance(from, 64) ? LEDGER_PREPAY : ledger_pick(from, LEDGER_PREPAY));
}

static inline int64_t ledger_other(ledger_bytes *from)
{
    static const int64_t systems[] = {MBILL_SYSTEM_CASH, MBILL_SYSTEM_REFUND_CLEARING, MBILL_SYSTEM_SUSPENSE, 0};
    int64_t how = ledger_pick(from, 16);
    if (how >= 12) return mbill_system_account((mbill_system)systems[how - 12], (uint32_t)ledger_pick(from, LEDGER_CHANNELS));
    if (how == 11) return ledger_account(from);
    return LEDGER_PLAIN + how % (LEDGER_PLAIN_END - LEDGER_PLAIN);
}

static inline mbill_id ledger_id(uint64_t number)
{
    mbill_id id = {{0x1e}};
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)(number >> 8 * i);
    return id;
}

/* An operation of the past, mostly a recent one. */
static inline mbill_id ledger_target(ledger_bytes *from)
{
    int32_t reach = from->n_operations;
    if (reach == 0 || ledger_chance(from, 32)) return ledger_id(UINT64_MAX - 1);
    if (reach > 12 && !ledger_chance(from, 4)) reach = 12;
    int32_t at = from->n_operations - 1 - (int32_t)ledger_pick(from, reach);
    for (int32_t i = at; i >= 0 && i > at - 8; i--)
        if (from->taken[i]) return from->operations[i].id;
    return from->operations[at].id;
}

/* The newest operation of a kind, so that its end is drawn as often as it; else any. */
static inline mbill_id ledger_target_of(ledger_bytes *from, int32_t kind)
{
    int64_t skip = ledger_pick(from, 3);
    for (int32_t i = from->n_operations; i > 0; i--) {
        const mbill_operation *op = &from->operations[i - 1];
        int pending = op->kind == MBILL_OPERATION_TRANSFER && (op->flags & MBILL_OPERATION_PENDING) != 0;
        if (from->taken[i - 1] && (op->kind == kind || (kind == MBILL_OPERATION_HOLD && pending)) && skip-- == 0) return op->id;
    }
    return ledger_target(from);
}

/* ---- policies ---- */

static inline mbill_cap ledger_cap(ledger_bytes *from)
{
    static const int64_t seconds[] = {1, 60, 3600, 86400, 604800};
    mbill_cap cap = {.window = (int32_t)ledger_pick(from, 5)};
    if (cap.window == MBILL_WINDOW_NONE) return cap;
    cap.amount_micro = ledger_pick(from, 8) * LEDGER_UNIT / 2;
    if (cap.window == MBILL_WINDOW_WEEK) cap.first_weekday = 1 + (int32_t)ledger_pick(from, 7);
    if (cap.window == MBILL_WINDOW_ROLLING) cap.seconds = seconds[ledger_pick(from, 5)];
    return cap;
}

static inline mbill_debt ledger_debt(ledger_bytes *from)
{
    mbill_debt debt = {.kind = (int32_t)ledger_pick(from, 4)};
    if (debt.kind == MBILL_DEBT_PAYMENT) debt.share_1e4 = ledger_pick(from, 41) * 250;
    if (debt.kind != MBILL_DEBT_INSTALMENT) return debt;
    debt.n_parts = 1 + (int32_t)ledger_pick(from, 7);
    debt.total_micro = ledger_pick(from, 100) * 333333;
    debt.first_utc_s = LEDGER_START + (ledger_pick(from, 9) - 2) * 3600;
    debt.period_s = 1 + ledger_pick(from, 10) * 7200;
    return debt;
}

static inline void ledger_stages(ledger_bytes *from, mbill_policy *policy)
{
    int64_t n = ledger_pick(from, 7);
    policy->n_stages = 0;
    for (int64_t i = 0; i < n; i++) {
        mbill_stage stage = {.kind = 1 + (int32_t)ledger_pick(from, 9)};
        int32_t same = 0;
        if (stage.kind == MBILL_STAGE_DEBT || stage.kind == MBILL_STAGE_FEE) stage.index = (int32_t)ledger_pick(from, 2);
        if (stage.kind == MBILL_STAGE_FEE || stage.kind == MBILL_STAGE_TAX) stage.share_1e4 = 1 + ledger_pick(from, 256) * 7;
        if (stage.kind == MBILL_STAGE_SELL && i + 1 < n) continue;
        for (int32_t j = 0; j < policy->n_stages; j++)
            same += policy->stages[j].kind == stage.kind && policy->stages[j].index == stage.index;
        if (same == 0) policy->stages[policy->n_stages++] = stage;
    }
}

static inline void ledger_levels(ledger_bytes *from, mbill_policy *policy)
{
    static const int64_t steps[] = {10000, 10000, 1, 1000000, 7};
    policy->overdraft_limit_micro = ledger_chance(from, 3) ? ledger_pick(from, 6) * LEDGER_UNIT : 0;
    policy->disablement_micro = -policy->overdraft_limit_micro + ledger_pick(from, 3) * LEDGER_UNIT / 2;
    policy->clearance_micro = policy->disablement_micro + ledger_pick(from, 3) * LEDGER_UNIT;
    policy->reclose_limit_micro = ledger_pick(from, 3) * LEDGER_UNIT;
    policy->hoarding_limit_micro = ledger_chance(from, 3) ? (1 + ledger_pick(from, 60)) * LEDGER_UNIT : 0;
    policy->max_top_up_micro = ledger_chance(from, 4) ? (1 + ledger_pick(from, 20)) * LEDGER_UNIT : 0;
    policy->ec_limit_micro = ledger_pick(from, 4) * 2 * LEDGER_UNIT;
    policy->ec_threshold_micro = ledger_pick(from, 4) * LEDGER_UNIT;
    policy->step_micro = steps[ledger_pick(from, 5)];
    policy->flags = (uint32_t)ledger_pick(from, 32);
    policy->sink = ledger_chance(from, 3) ? MBILL_PLACE_CREDIT : MBILL_PLACE_ACCUM;
}

/* A preset, then most of its members drawn anew; seldom one that contradicts itself. NULL when there is no room for more. */
static inline const mbill_policy *ledger_policy(ledger_bytes *from)
{
    static const char *const zones[] = {"UTC0", "CST-8", "CET-1CEST,M3.5.0,M10.5.0/3"};
    if (from->n_policies == LEDGER_POLICIES_MAX) return NULL;
    if (from->n_policies > 0 && ledger_chance(from, 3)) return &from->policies[ledger_pick(from, from->n_policies)];
    mbill_policy *policy = &from->policies[from->n_policies++];
    (void)mbill_policy_preset(1 + (int32_t)ledger_pick(from, 4), policy);
    ledger_levels(from, policy);
    if (ledger_chance(from, 2)) ledger_stages(from, policy);
    policy->sequence = 1 + (int32_t)ledger_pick(from, 3);
    policy->sequence_n = policy->sequence == MBILL_SEQUENCE_NEXT ? 0 : 1 + (int32_t)ledger_pick(from, 5);
    policy->pay_debt_cap = ledger_cap(from);
    for (size_t i = 0; i < 3; i++) policy->debts[i] = ledger_debt(from);
    for (size_t i = 0; i < 2; i++) {
        mbill_accrual *accrual = &policy->accruals[i];
        accrual->normal = 1 + (int32_t)ledger_pick(from, 3);
        accrual->in_ec = 1 + (int32_t)ledger_pick(from, 3);
        accrual->off = 1 + (int32_t)ledger_pick(from, 3);
        accrual->cap = ledger_cap(from);
        if (policy->debts[i].kind == MBILL_DEBT_TIME) accrual->debt = (int32_t)i;
    }
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) policy->credit_share_1e4[i] = ledger_pick(from, 11) * 250;
    memset(policy->zone, 0, sizeof policy->zone);
    strcpy(policy->zone, zones[ledger_pick(from, 3)]);
    if (ledger_chance(from, 40)) policy->step_micro = 0;
    if (ledger_chance(from, 40)) policy->clearance_micro = policy->disablement_micro - 1;
    return policy;
}

/* ---- operations ---- */

static inline void ledger_paid(ledger_bytes *from, mbill_operation *op)
{
    op->amount_micro = ledger_amount(from);
    op->channel = ledger_pick(from, LEDGER_CHANNELS);
    if (ledger_chance(from, 3)) op->receipt = 1 + ledger_pick(from, 40);
}

static inline void ledger_counted(ledger_bytes *from, mbill_operation *op)
{
    int64_t before = 0;
    if (ledger_chance(from, 4)) op->customer = 1 + ledger_pick(from, 2);
    if (ledger_chance(from, 4)) op->meter = 1 + ledger_pick(from, 3);
    if (!ledger_chance(from, 2)) return;
    for (int32_t i = 0; i < from->n_operations; i++) {
        const mbill_operation *other = &from->operations[i];
        before += from->taken[i] && other->account == op->account && other->meter == op->meter && other->channel == op->channel &&
            other->sequence > 0;
    }
    op->sequence = ledger_chance(from, 3) ? ledger_pick(from, 12) : before + 1;
}

static inline void ledger_reading(ledger_bytes *from, mbill_operation *op)
{
    static const uint32_t flags[] = {0, 0, 0, 0, MBILL_OPERATION_ROLLOVER, MBILL_OPERATION_REPLACED, MBILL_OPERATION_GAP,
        MBILL_OPERATION_SUPPLY_OFF};
    if (!ledger_chance(from, 3)) return;
    op->reg = 1 + ledger_pick(from, 2);
    op->from_micro = ledger_pick(from, 6);
    op->to_micro = op->from_micro + ledger_pick(from, 4) - (ledger_chance(from, 6) ? 2 : 0);
    op->flags = flags[ledger_pick(from, 8)];
}

static inline void ledger_fill_opening(ledger_bytes *from, mbill_operation *op)
{
    int32_t first = from->n_operations;
    int64_t how = first < LEDGER_PREPAY ? ledger_pick(from, 4) : first < 2 * LEDGER_PREPAY ? 7 : ledger_pick(from, 8);
    if (how == 7) {
        op->account = LEDGER_PLAIN + (first + ledger_pick(from, 2)) % (LEDGER_PLAIN_END - LEDGER_PLAIN);
        op->limit = (int32_t)ledger_pick(from, 3);
        return;
    }
    if (how != 6) op->policy = ledger_policy(from);
    if (how >= 4) ledger_counted(from, op);
    if (op->sequence != MBILL_NONE) ledger_paid(from, op);
    if (ledger_chance(from, 24)) op->flags = MBILL_OPERATION_INACTIVE;
}

static inline void ledger_fill_hold(ledger_bytes *from, mbill_operation *op)
{
    op->hold = 1 + (int32_t)ledger_pick(from, 3);
    ledger_paid(from, op);
    ledger_counted(from, op);
    if (op->hold == MBILL_HOLD_OFFSET) op->other = ledger_account(from);
    if (ledger_chance(from, 2)) op->timeout_s = 1 + ledger_pick(from, 100) * 60;
}

static inline void ledger_fill_transfer(ledger_bytes *from, mbill_operation *op)
{
    op->account = ledger_other(from);
    op->other = ledger_other(from);
    op->amount_micro = ledger_amount(from);
    if (ledger_chance(from, 3)) op->flags |= MBILL_OPERATION_UP_TO;
    if (ledger_chance(from, 3)) op->flags |= MBILL_OPERATION_PENDING;
    if (ledger_chance(from, 3)) op->timeout_s = 1 + ledger_pick(from, 100) * 60;
}

static inline void ledger_fill(ledger_bytes *from, mbill_operation *op)
{
    switch (op->kind) {
    case MBILL_OPERATION_OPEN: ledger_fill_opening(from, op); break;
    case MBILL_OPERATION_ACTIVATE:
    case MBILL_OPERATION_CLOSE:
    case MBILL_OPERATION_REOPEN:
        if (ledger_chance(from, 4)) op->account = LEDGER_PLAIN + ledger_pick(from, 3);
        break;
    case MBILL_OPERATION_SET_POLICY: op->policy = ledger_policy(from); break;
    case MBILL_OPERATION_SELECT_EC:
        if (ledger_chance(from, 3)) op->charge = (int32_t)ledger_pick(from, 6);
        break;
    case MBILL_OPERATION_TARIFF_MARK: op->tariff = 1 + ledger_pick(from, 9); break;
    case MBILL_OPERATION_ATTACH_METER: op->meter = 1 + ledger_pick(from, 3); break;
    case MBILL_OPERATION_WALLET_INIT:
        op->amount_micro = ledger_amount(from);
        op->channel = ledger_pick(from, LEDGER_CHANNELS);
        break;
    case MBILL_OPERATION_TOP_UP:
        ledger_paid(from, op);
        ledger_counted(from, op);
        break;
    case MBILL_OPERATION_USAGE:
        op->amount_micro = ledger_amount(from);
        ledger_reading(from, op);
        break;
    case MBILL_OPERATION_ACCRUE:
        op->amount_micro = ledger_amount(from) / 4;
        op->charge = (int32_t)ledger_pick(from, 3);
        op->period = ledger_pick(from, 2) + (from->now_utc_s - LEDGER_START) / 7200;
        if (ledger_chance(from, 4)) op->flags = MBILL_OPERATION_SUPPLY_OFF;
        break;
    case MBILL_OPERATION_DEBT_LOAD:
    case MBILL_OPERATION_DEBT_ADJUST:
    case MBILL_OPERATION_WRITE_OFF:
        op->amount_micro = ledger_amount(from);
        if (op->kind == MBILL_OPERATION_DEBT_ADJUST && ledger_chance(from, 2)) op->amount_micro /= -3;
        op->charge = (int32_t)ledger_pick(from, 4) - (op->kind == MBILL_OPERATION_WRITE_OFF);
        break;
    case MBILL_OPERATION_REFUND: ledger_paid(from, op); break;
    case MBILL_OPERATION_OFFSET:
        op->other = ledger_account(from);
        op->amount_micro = ledger_amount(from);
        break;
    case MBILL_OPERATION_HOLD: ledger_fill_hold(from, op); break;
    case MBILL_OPERATION_POST:
    case MBILL_OPERATION_VOID:
        op->account = 0;
        op->target = ledger_target_of(from, MBILL_OPERATION_HOLD);
        if (op->kind == MBILL_OPERATION_POST) op->amount_micro = ledger_chance(from, 2) ? MBILL_AMOUNT_ALL : ledger_amount(from);
        break;
    case MBILL_OPERATION_REVERSE:
        op->account = 0;
        op->target = ledger_target(from);
        if (ledger_chance(from, 3)) op->flags = MBILL_OPERATION_FORCE;
        break;
    case MBILL_OPERATION_CORRECT:
        op->target = ledger_target(from);
        for (int32_t i = 0; i < from->n_operations; i++)
            if (memcmp(&from->operations[i].id, &op->target, sizeof op->target) == 0 && from->operations[i].account > 0)
                op->account = from->operations[i].account;
        op->amount_micro = ledger_amount(from) / (ledger_chance(from, 2) ? -2 : 2);
        break;
    case MBILL_OPERATION_OBSERVE:
        op->amount_micro = ledger_amount(from);
        op->unposted_micro = ledger_chance(from, 2) ? LEDGER_UNIT : 0;
        if (ledger_chance(from, 2)) op->sequence = ledger_pick(from, 12);
        break;
    case MBILL_OPERATION_ACCEPT:
        op->account = 0;
        op->target = ledger_target_of(from, MBILL_OPERATION_OBSERVE);
        break;
    case MBILL_OPERATION_TRANSFER: ledger_fill_transfer(from, op); break;
    default: break;
    }
}

/* Money is moved more often than accounts are opened and closed. */
static inline int32_t ledger_kind(ledger_bytes *from)
{
    static const int32_t often[] = {MBILL_OPERATION_TOP_UP, MBILL_OPERATION_TOP_UP, MBILL_OPERATION_TOP_UP, MBILL_OPERATION_USAGE,
        MBILL_OPERATION_USAGE, MBILL_OPERATION_USAGE, MBILL_OPERATION_ACCRUE, MBILL_OPERATION_HOLD, MBILL_OPERATION_HOLD,
        MBILL_OPERATION_POST, MBILL_OPERATION_VOID, MBILL_OPERATION_REVERSE, MBILL_OPERATION_REVERSE, MBILL_OPERATION_SELECT_EC,
        MBILL_OPERATION_REFUND, MBILL_OPERATION_OFFSET, MBILL_OPERATION_DEBT_LOAD, MBILL_OPERATION_TRANSFER,
        MBILL_OPERATION_CORRECT, MBILL_OPERATION_OBSERVE, MBILL_OPERATION_ACCEPT, MBILL_OPERATION_ACTIVATE,
        MBILL_OPERATION_ACTIVATE, MBILL_OPERATION_REOPEN};
    const int64_t n = (int64_t)(sizeof often / sizeof often[0]);
    int64_t which = ledger_pick(from, 80);
    return which < 3 * n ? often[which % n] : 1 + (int32_t)ledger_pick(from, MBILL_OPERATION_ATTACH_METER + 1);
}

static inline void ledger_stray(ledger_bytes *from, mbill_operation *op)
{
    switch (ledger_pick(from, 8)) {
    case 0: op->id = (mbill_id){{0}}; break;
    case 1: op->charge = 2; break;
    case 2: op->reg = 1; break;
    case 3: op->tariff = -1; break;
    case 4: op->flags |= MBILL_OPERATION_FORCE; break;
    case 5: op->timeout_s = -1; break;
    case 6: op->kind += 100; break;
    default: op->other = op->account; break;
    }
}

static inline mbill_operation ledger_draw(ledger_bytes *from)
{
    mbill_operation op = {.id = ledger_id(++from->next_id), .sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
    if (from->n_operations > 0 && ledger_chance(from, 24)) { /* sent again, now and then with another body */
        op = from->operations[from->n_operations - 1 - ledger_pick(from, from->n_operations)];
        if (ledger_chance(from, 3)) op.user_data++;
        return op;
    }
    op.account = ledger_account(from);
    op.kind = from->n_operations < 2 * LEDGER_PREPAY ? MBILL_OPERATION_OPEN : ledger_kind(from);
    if (from->n_operations < LEDGER_PREPAY) op.account = 1 + from->n_operations;
    ledger_fill(from, &op);
    if (ledger_chance(from, 48)) ledger_stray(from, &op);
    return op;
}

/* The next batch: how many operations, 0 when the bytes or the room have ended. They stand at the end of from->operations; now_utc_s is
 * its moment. */
static inline int32_t ledger_batch(ledger_bytes *from)
{
    static const int64_t steps[] = {0, 0, 0, 1, 1, 60, 3600, 7200, 43200, 86400, -30, 0};
    int32_t n = ledger_chance(from, 6) ? 1 + (int32_t)ledger_pick(from, LEDGER_BATCH_MAX) : 1, linked = ledger_chance(from, 2);
    if (from->at == from->end || from->n_operations + n > LEDGER_OPERATIONS_MAX) return 0;
    from->now_utc_s += steps[ledger_pick(from, 12)];
    for (int32_t i = 0; i < n; i++) {
        mbill_operation op = ledger_draw(from);
        op.flags &= ~MBILL_OPERATION_LINKED;
        if (linked && (i + 1 < n || ledger_chance(from, 24))) op.flags |= MBILL_OPERATION_LINKED;
        from->times[from->n_operations] = from->now_utc_s;
        from->ends[from->n_operations] = i + 1 == n;
        from->operations[from->n_operations++] = op;
    }
    return n;
}

#endif
