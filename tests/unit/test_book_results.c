/* SPDX-License-Identifier: Apache-2.0 */
/* Which result an operation has when it breaks several rules: of every kind one operation breaks all the rules it can, and is mended rule by
 * rule; each answer is the next in the order of ledger_result.def, none but the last moves anything, and each refusal stays. In the end every kind
 * has given every result that it can give, and no other; the pairs are printed. */
#include "check_run.h"
#include "meterbill/ledger.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200) /* 2026-01-05T00:00:00Z */

/* The accounts: none of that number, one not yet active, one closed, the one whose rules are broken, and its neighbour. */
enum { NONE = 1, FRESH = 2, SHUT = 3, HOME = 7, OTHER = 8, PLAIN = 20, PLAIN_FRESH = 21, PLAIN_SHUT = 22, METER = 5 };
enum { CHANNEL = 1, FULL_CHANNEL = 9 };

static mbill_book *book;
static uint64_t next_id;
static uint32_t next_fill;

static mbill_id new_id(void)
{
    mbill_id id = {{0x5a}};
    next_id++;
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)(next_id >> 8 * i);
    return id;
}

static mbill_operation op_of(int32_t kind, int64_t account, int64_t amount_micro)
{
    return (mbill_operation){.id = new_id(),
        .kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

enum { KINDS = MBILL_OPERATION_ATTACH_METER + 1, CODES = MBILL_RESULT_OVERFLOW + 1 };

static int64_t times_seen[KINDS][CODES]; /* how often a kind gave a result, in all tests */

static mbill_result apply_at(const mbill_operation *op, int64_t now_utc_s)
{
    mbill_result result;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_book_apply(book, op, 1, now_utc_s, &result, &err) == MBILL_OK, "%s", err.message);
    if (op->kind >= 0 && op->kind < KINDS) times_seen[op->kind][result.code]++;
    return result;
}

static mbill_id done(mbill_operation op)
{
    mbill_result result = apply_at(&op, NOW);
    ck_assert_msg(result.code == MBILL_RESULT_OK, "%s", mbill_result_name(result.code));
    return op.id;
}

static mbill_view view_of(int64_t account)
{
    mbill_view view = {.struct_size = sizeof view};
    ck_assert_int_eq(mbill_book_view(book, account, &view, NULL), MBILL_OK);
    return view;
}

/* Under a new id the answer is this, nothing moves, and the id stays refused. */
static void refused(mbill_operation *op, mbill_result_code code)
{
    mbill_view before = view_of(HOME), other = view_of(OTHER);
    op->id = new_id();
    mbill_result result = apply_at(op, NOW);
    ck_assert_msg(result.code == (int32_t)code, "%s, expected %s", mbill_result_name(result.code),
        mbill_result_name((int32_t)code));
    ck_assert_uint_eq(result.n_legs, 0);
    mbill_view after = view_of(HOME), other_after = view_of(OTHER);
    ck_assert_mem_eq(&before, &after, sizeof after);
    ck_assert_mem_eq(&other, &other_after, sizeof other);
    if (code < MBILL_RESULT_NO_ACCOUNT) return;
    result = apply_at(op, NOW);
    ck_assert_int_eq(result.code, MBILL_RESULT_REFUSED_BEFORE);
    ck_assert_int_eq(result.first, code);
}

static void taken(mbill_operation *op)
{
    op->id = new_id();
    mbill_result result = apply_at(op, NOW), again = apply_at(op, NOW + 1);
    ck_assert_msg(result.code == MBILL_RESULT_OK, "%s", mbill_result_name(result.code));
    ck_assert_int_eq(again.code, MBILL_RESULT_EXISTS);
    ck_assert_int_eq(again.record, result.record);
}

static mbill_policy policy_of_home(void)
{
    mbill_policy policy;
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_SMETS, &policy), 1);
    policy.hoarding_limit_micro = 100 * UNIT;
    policy.max_top_up_micro = 50 * UNIT;
    policy.ec_limit_micro = 5 * UNIT;
    policy.debts[0].kind = MBILL_DEBT_TIME;
    policy.accruals[0].debt = 0;
    return policy;
}

static void open_account(int64_t number, const mbill_policy *policy, uint32_t flags)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, number, 0);
    open.policy = policy;
    open.flags = flags;
    if (policy != NULL) open.meter = METER;
    if (policy != NULL) open.customer = 55;
    (void)done(open);
}

/* Balance 40.00, purchase count 1, receipt 77, register 1 at 10, period 3 done; the sums of FULL_CHANNEL's cash, of usage revenue, of the debt
 * fund and of refunds have room for 5 micro-units more. */
static void make_world(void)
{
    mbill_policy policy = policy_of_home();
    next_id = 0;
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    open_account(FRESH, &policy, MBILL_OPERATION_INACTIVE);
    open_account(SHUT, &policy, 0);
    open_account(HOME, &policy, 0);
    open_account(OTHER, &policy, 0);
    open_account(PLAIN, NULL, 0);
    open_account(PLAIN_FRESH, NULL, MBILL_OPERATION_INACTIVE);
    open_account(PLAIN_SHUT, NULL, 0);
    (void)done(op_of(MBILL_OPERATION_CLOSE, SHUT, 0));
    (void)done(op_of(MBILL_OPERATION_CLOSE, PLAIN_SHUT, 0));
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 40 * UNIT), use = op_of(MBILL_OPERATION_USAGE, HOME, 0),
                    accrue = op_of(MBILL_OPERATION_ACCRUE, HOME, 0);
    pay.channel = CHANNEL;
    pay.meter = use.meter = METER;
    pay.sequence = 1;
    pay.receipt = 77;
    (void)done(pay);
    use.reg = 1;
    use.to_micro = 10;
    (void)done(use);
    accrue.charge = 0;
    accrue.period = 3;
    (void)done(accrue);
}

/* A system account's debits or credits come within 5 micro-units of their end. */
static void fill_from(int64_t system, int debits, int64_t used_micro)
{
    const int64_t against = mbill_system_account(MBILL_SYSTEM_SUSPENSE, ++next_fill);
    mbill_operation fill = op_of(MBILL_OPERATION_TRANSFER, debits ? system : against, INT64_MAX - 5 - used_micro);
    fill.other = debits ? against : system;
    (void)done(fill);
}

static void fill(int64_t system, int debits)
{
    fill_from(system, debits, 0);
}

static void free_world(void)
{
    mbill_book_free(book);
}

/* The three results of an account that is not to be used. */
static void refused_by_account(mbill_operation *op)
{
    op->account = FRESH;
    refused(op, MBILL_RESULT_NOT_ACTIVE);
    op->account = SHUT;
    refused(op, MBILL_RESULT_CLOSED);
    op->account = HOME;
}

/* ---- form and identity ---- */

START_TEST(form_and_identity_come_first)
{
    mbill_policy bad = policy_of_home();
    mbill_operation op = op_of(99, NONE, -1), stored = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT);
    bad.step_micro = 0;
    op.policy = &bad;
    op.charge = 3;
    op.id = (mbill_id){{0}};
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_ID);
    memset(op.id.bytes, 0xff, sizeof op.id.bytes);
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_ID);
    refused(&op, MBILL_RESULT_BAD_KIND);
    op.kind = MBILL_OPERATION_EXPIRE;
    refused(&op, MBILL_RESULT_BAD_KIND);
    op.kind = MBILL_OPERATION_TOP_UP;
    refused(&op, MBILL_RESULT_BAD_AMOUNT);
    op.amount_micro = 0;
    refused(&op, MBILL_RESULT_BAD_AMOUNT);
    op.amount_micro = 2 * UNIT;
    refused(&op, MBILL_RESULT_BAD_POLICY);
    op.policy = NULL;
    refused(&op, MBILL_RESULT_RESERVED_NONZERO);
    op.charge = MBILL_NONE;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_REFUSED_BEFORE);
    (void)done(stored);
    op.id = stored.id;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_EXISTS_WITH_DIFFERENT);
    ck_assert_int_eq(apply_at(&stored, NOW).code, MBILL_RESULT_EXISTS);
}
END_TEST

/* One id, a body that differs in every field: the first that differs is named, and they are mended in that order. */
START_TEST(the_first_differing_field_is_named)
{
    mbill_operation stored = op_of(MBILL_OPERATION_HOLD, HOME, UNIT), other = op_of(MBILL_OPERATION_HOLD, FRESH, 2 * UNIT);
    stored.hold = MBILL_HOLD_OFFSET;
    stored.other = OTHER;
    stored.meter = METER;
    stored.channel = 2;
    stored.receipt = 5;
    stored.sequence = 1;
    stored.timeout_s = 60;
    stored.customer = 55;
    stored.effective_utc_s = NOW;
    stored.reason = 3;
    stored.user_data = 4;
    (void)done(stored);
    other.id = stored.id;
    other.hold = MBILL_HOLD_OFFSET;
    other.other = SHUT;
    other.receipt = 6;
    const struct {
        int32_t field;
        void *to;
        const void *from;
        size_t size;
    } mended[] = {{MBILL_FIELD_ACCOUNT, &other.account, &stored.account, sizeof other.account},
        {MBILL_FIELD_OTHER, &other.other, &stored.other, sizeof other.other},
        {MBILL_FIELD_METER, &other.meter, &stored.meter, sizeof other.meter},
        {MBILL_FIELD_AMOUNT, &other.amount_micro, &stored.amount_micro, sizeof other.amount_micro},
        {MBILL_FIELD_CHANNEL, &other.channel, &stored.channel, sizeof other.channel},
        {MBILL_FIELD_RECEIPT, &other.receipt, &stored.receipt, sizeof other.receipt},
        {MBILL_FIELD_SEQUENCE, &other.sequence, &stored.sequence, sizeof other.sequence},
        {MBILL_FIELD_EFFECTIVE, &other.effective_utc_s, &stored.effective_utc_s, sizeof other.effective_utc_s},
        {MBILL_FIELD_TIMEOUT, &other.timeout_s, &stored.timeout_s, sizeof other.timeout_s},
        {MBILL_FIELD_CUSTOMER, &other.customer, &stored.customer, sizeof other.customer},
        {MBILL_FIELD_REASON, &other.reason, &stored.reason, sizeof other.reason},
        {MBILL_FIELD_USER_DATA, &other.user_data, &stored.user_data, sizeof other.user_data}};
    mbill_operation refund = op_of(MBILL_OPERATION_REFUND, HOME, UNIT);
    refund.id = stored.id;
    ck_assert_int_eq(apply_at(&refund, NOW).field, MBILL_FIELD_KIND);
    stored.flags =
        MBILL_OPERATION_FORCE; /* a flag of another kind is a matter of form, so that flags differ in no way but linked */
    ck_assert_int_eq(apply_at(&stored, NOW).code, MBILL_RESULT_RESERVED_NONZERO);
    stored.flags = 0;
    mbill_operation pair[2] = {stored, op_of(MBILL_OPERATION_USAGE, HOME, 0)};
    mbill_result results[2];
    pair[0].flags = MBILL_OPERATION_LINKED;
    ck_assert_int_eq(mbill_book_apply(book, pair, 2, NOW, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].field, MBILL_FIELD_FLAGS);
    for (size_t i = 0; i < sizeof mended / sizeof mended[0]; i++) {
        mbill_result result = apply_at(&other, NOW);
        ck_assert_int_eq(result.code, MBILL_RESULT_EXISTS_WITH_DIFFERENT);
        ck_assert_int_eq(result.field, mended[i].field);
        memcpy(mended[i].to, mended[i].from, mended[i].size);
    }
    ck_assert_int_eq(apply_at(&other, NOW).code, MBILL_RESULT_EXISTS);
}
END_TEST

/* ---- payments ---- */

START_TEST(a_top_up_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_TOP_UP, NONE, 61 * UNIT);
    fill(mbill_system_account(MBILL_SYSTEM_CASH, FULL_CHANNEL), 1);
    op.channel = CHANNEL;
    op.meter = 6;
    op.customer = 56;
    op.receipt = 77;
    op.sequence = 1;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = FRESH;
    refused(&op, MBILL_RESULT_NO_METER);
    op.meter = METER;
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_CUSTOMER_MISMATCH);
    op.customer = 55;
    refused(&op, MBILL_RESULT_DUPLICATE_RECEIPT);
    op.receipt = 78;
    refused(&op, MBILL_RESULT_SEQ_DUPLICATE);
    op.sequence = 3;
    refused(&op, MBILL_RESULT_SEQ_GAP);
    op.channel = FULL_CHANNEL;
    refused(&op, MBILL_RESULT_SEQ_GAP);
    op.sequence = 1;
    refused(&op, MBILL_RESULT_EXCEEDS_TOPUP);
    op.amount_micro = 50 * UNIT;
    done(op_of(MBILL_OPERATION_TOP_UP, HOME, 11 * UNIT));
    refused(&op, MBILL_RESULT_EXCEEDS_HOARDING);
    op.amount_micro = 49 * UNIT;
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
    ck_assert_int_eq(view_of(HOME).credit_micro, 51 * UNIT + 5);
}
END_TEST

START_TEST(a_refund_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_REFUND, NONE, 41 * UNIT);
    fill(mbill_system_account(MBILL_SYSTEM_REFUND_CLEARING, 0), 0);
    op.channel = CHANNEL;
    op.receipt = 77;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_DUPLICATE_RECEIPT);
    op.receipt = 78;
    refused(&op, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    op.amount_micro = 40 * UNIT;
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
}
END_TEST

START_TEST(an_offset_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_OFFSET, NONE, 101 * UNIT), pay = op_of(MBILL_OPERATION_TOP_UP, OTHER, 30 * UNIT);
    pay.meter = METER;
    pay.channel = CHANNEL;
    pay.sequence = 1;
    (void)done(pay);
    op.other = FRESH;
    op.meter = 6;
    op.channel = CHANNEL;
    op.sequence = 1;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = HOME;
    op.other = NONE;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = SHUT;
    op.other = FRESH;
    refused(&op, MBILL_RESULT_NO_METER);
    op.meter = METER;
    refused(&op, MBILL_RESULT_NOT_ACTIVE);
    op.other = OTHER;
    refused(&op, MBILL_RESULT_CLOSED);
    op.account = HOME;
    refused(&op, MBILL_RESULT_SEQ_DUPLICATE);
    op.sequence = 9;
    refused(&op, MBILL_RESULT_SEQ_GAP);
    op.sequence = 2;
    refused(&op, MBILL_RESULT_EXCEEDS_AVAILABLE);
    pay.id = new_id();
    pay.sequence = MBILL_NONE;
    pay.amount_micro = 41 * UNIT;
    (void)done(pay);
    op.amount_micro = 40 * UNIT;
    refused(&op, MBILL_RESULT_EXCEEDS_HOARDING);
    op.amount_micro = 29 * UNIT;
    taken(&op);
    ck_assert_int_eq(view_of(OTHER).credit_micro, 100 * UNIT);
}
END_TEST

START_TEST(a_hold_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_HOLD, NONE, 61 * UNIT);
    fill(mbill_system_account(MBILL_SYSTEM_CASH, FULL_CHANNEL), 1);
    op.hold = MBILL_HOLD_TRANSFER;
    refused(&op, MBILL_RESULT_BAD_KIND);
    op.hold = MBILL_HOLD_TOP_UP;
    op.channel = CHANNEL;
    op.meter = 6;
    op.customer = 56;
    op.receipt = 77;
    op.sequence = 1;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = SHUT;
    refused(&op, MBILL_RESULT_NO_METER);
    op.meter = METER;
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_CUSTOMER_MISMATCH);
    op.customer = 0;
    refused(&op, MBILL_RESULT_DUPLICATE_RECEIPT);
    op.receipt = 0;
    refused(&op, MBILL_RESULT_SEQ_DUPLICATE);
    op.sequence = 0;
    refused(&op, MBILL_RESULT_SEQ_GAP);
    op.sequence = 2;
    refused(&op, MBILL_RESULT_EXCEEDS_TOPUP);
    op.amount_micro = 50 * UNIT;
    (void)done(op_of(MBILL_OPERATION_TOP_UP, HOME, 20 * UNIT));
    refused(&op, MBILL_RESULT_EXCEEDS_HOARDING);
    op.amount_micro = 40 * UNIT;
    taken(&op);
    ck_assert_int_eq(view_of(HOME).pending_credits_micro, 40 * UNIT);
    op = op_of(MBILL_OPERATION_HOLD, HOME, 61 * UNIT);
    op.hold = MBILL_HOLD_REFUND;
    refused(&op, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    op.hold = MBILL_HOLD_OFFSET;
    op.other = OTHER;
    refused(&op, MBILL_RESULT_EXCEEDS_AVAILABLE);
    op.amount_micro = 60 * UNIT;
    taken(&op);
}
END_TEST

/* ---- use and charges ---- */

START_TEST(a_usage_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_USAGE, NONE, 6);
    fill(mbill_system_account(MBILL_SYSTEM_REVENUE, 0), 0);
    op.meter = 6;
    op.reg = 1;
    op.from_micro = 9;
    op.to_micro = 8;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = FRESH;
    refused(&op, MBILL_RESULT_NO_METER);
    op.meter = METER;
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_READING_REGRESSED);
    op.to_micro = 12;
    refused(&op, MBILL_RESULT_READING_OVERLAP);
    op.from_micro = 11;
    refused(&op, MBILL_RESULT_READING_GAP);
    op.flags = MBILL_OPERATION_GAP;
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
    op.flags = MBILL_OPERATION_ROLLOVER;
    op.from_micro = 12;
    op.to_micro = 1;
    op.amount_micro = 0;
    taken(&op);
    op.flags = MBILL_OPERATION_REPLACED;
    op.from_micro = 100;
    op.to_micro = 101;
    taken(&op);
}
END_TEST

START_TEST(an_accrual_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_ACCRUE, NONE, 6);
    fill(mbill_system_account(MBILL_SYSTEM_REVENUE, 2), 0);
    op.charge = MBILL_ACCRUALS_MAX;
    op.period = 3;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = FRESH;
    refused(&op, MBILL_RESULT_NO_CHARGE);
    op.charge = 0;
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_PERIOD_DONE);
    op.charge = 1;
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
    refused(&op, MBILL_RESULT_PERIOD_DONE);
}
END_TEST

START_TEST(debts_are_mended)
{
    mbill_operation load = op_of(MBILL_OPERATION_DEBT_LOAD, NONE, 6), less = op_of(MBILL_OPERATION_DEBT_ADJUST, NONE, -6),
                    off = op_of(MBILL_OPERATION_WRITE_OFF, NONE, 6);
    mbill_operation *const all[] = {&load, &less, &off};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        all[i]->charge = 1;
        refused(all[i], MBILL_RESULT_NO_ACCOUNT);
        all[i]->account = FRESH;
        refused(all[i], MBILL_RESULT_NO_CHARGE);
        all[i]->charge = 0;
        refused_by_account(all[i]);
    }
    refused(&less, MBILL_RESULT_EXCEEDS_AVAILABLE);
    refused(&off, MBILL_RESULT_EXCEEDS_AVAILABLE);
    taken(&load);
    taken(&less);
    taken(&load);
    taken(&off);
    ck_assert_int_eq(view_of(HOME).aggregated_debt_micro, 0);
    fill_from(mbill_system_account(MBILL_SYSTEM_DEBT_FUND, 0), 0, 12);
    refused(&load, MBILL_RESULT_OVERFLOW);
}
END_TEST

START_TEST(emergency_credit_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_SELECT_EC, NONE, 0);
    op.charge = MBILL_CREDITS_MAX;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = SHUT;
    refused(&op, MBILL_RESULT_NO_CHARGE);
    op.charge = MBILL_NONE;
    refused_by_account(&op);
    refused(&op, MBILL_RESULT_EC_NOT_OFFERED);
    (void)done(op_of(MBILL_OPERATION_REFUND, HOME, 40 * UNIT));
    refused(&op, MBILL_RESULT_EC_NOT_OFFERED); /* 0.00 is not below 0.00 */
    mbill_policy policy = policy_of_home();
    policy.ec_threshold_micro = 1;
    mbill_operation set = op_of(MBILL_OPERATION_SET_POLICY, HOME, 0);
    refused(&set, MBILL_RESULT_BAD_POLICY);
    set.policy = &policy;
    taken(&set);
    taken(&op);
}
END_TEST

/* ---- holds, reversals ---- */

START_TEST(a_post_and_a_void_are_mended)
{
    mbill_operation hold = op_of(MBILL_OPERATION_HOLD, HOME, UNIT), post = op_of(MBILL_OPERATION_POST, 0, 2 * UNIT),
                    give_up = op_of(MBILL_OPERATION_VOID, 0, 0), of_shut = op_of(MBILL_OPERATION_OPEN, 30, 0);
    mbill_policy policy = policy_of_home();
    of_shut.policy = &policy;
    (void)done(of_shut);
    (void)done(op_of(MBILL_OPERATION_CLOSE, 30, 0));
    hold.hold = MBILL_HOLD_REFUND;
    post.target = give_up.target = new_id();
    refused(&post, MBILL_RESULT_NO_PENDING);
    refused(&give_up, MBILL_RESULT_NO_PENDING);
    post.target = give_up.target = of_shut.id;
    refused(&post, MBILL_RESULT_CLOSED);
    refused(&give_up, MBILL_RESULT_NOT_PENDING);
    post.target = done(op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT));
    refused(&post, MBILL_RESULT_NOT_PENDING);
    post.target = done(hold);
    refused(&post, MBILL_RESULT_EXCEEDS_PENDING);
    post.amount_micro = MBILL_AMOUNT_ALL;
    taken(&post);
    refused(&post, MBILL_RESULT_ALREADY_POSTED);
    give_up.target = post.target;
    refused(&give_up, MBILL_RESULT_ALREADY_POSTED);
    hold.id = new_id();
    give_up.target = post.target = done(hold);
    taken(&give_up);
    refused(&give_up, MBILL_RESULT_ALREADY_VOIDED);
    refused(&post, MBILL_RESULT_ALREADY_VOIDED);
    hold.id = new_id();
    hold.timeout_s = 10;
    give_up.target = post.target = done(hold);
    ck_assert_int_eq(mbill_book_tick(book, NOW + 10, NULL), MBILL_OK);
    refused(&give_up, MBILL_RESULT_EXPIRED);
    refused(&post, MBILL_RESULT_EXPIRED);
}
END_TEST

START_TEST(a_reversal_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_REVERSE, 0, 0), use = op_of(MBILL_OPERATION_USAGE, HOME, 45 * UNIT),
                    of_shut = op_of(MBILL_OPERATION_OPEN, 30, 0);
    mbill_policy policy = policy_of_home();
    of_shut.policy = &policy;
    mbill_id pay = done(op_of(MBILL_OPERATION_TOP_UP, HOME, 10 * UNIT));
    (void)done(use);
    (void)done(of_shut);
    (void)done(op_of(MBILL_OPERATION_CLOSE, 30, 0));
    mbill_operation never = op_of(MBILL_OPERATION_REFUND, HOME, 99 * UNIT);
    refused(&never, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    op.target = never.id;
    refused(&op, MBILL_RESULT_NO_ORIGINAL);
    op.target = of_shut.id;
    refused(&op, MBILL_RESULT_CLOSED);
    op.target = done(op_of(MBILL_OPERATION_ACTIVATE, HOME, 0));
    refused(&op, MBILL_RESULT_NOT_REVERSIBLE);
    op.target = pay;
    refused(&op, MBILL_RESULT_EXCEEDS_AVAILABLE);
    op.flags = MBILL_OPERATION_FORCE;
    refused(&op, MBILL_RESULT_FORCE_NOT_ALLOWED);
    mbill_operation back = op_of(MBILL_OPERATION_REVERSE, 0, 0);
    back.target = use.id;
    taken(&back);
    refused(&back, MBILL_RESULT_ALREADY_REVERSED);
    op.flags = 0;
    taken(&op);
    refused(&op, MBILL_RESULT_ALREADY_REVERSED);
    ck_assert_int_eq(view_of(HOME).credit_micro, 40 * UNIT);
}
END_TEST

START_TEST(a_correction_and_an_acceptance_are_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_CORRECT, NONE, -UNIT), accept = op_of(MBILL_OPERATION_ACCEPT, 0, 0),
                    observe = op_of(MBILL_OPERATION_OBSERVE, NONE, 39 * UNIT);
    op.target = new_id();
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = SHUT;
    refused(&op, MBILL_RESULT_NO_ORIGINAL);
    op.account = HOME;
    op.target = done(op_of(MBILL_OPERATION_USAGE, HOME, UNIT));
    taken(&op);
    ck_assert_int_eq(view_of(HOME).credit_micro, 38 * UNIT);
    observe.meter = 6;
    refused(&observe, MBILL_RESULT_NO_ACCOUNT);
    observe.account = SHUT;
    refused(&observe, MBILL_RESULT_NO_METER);
    observe.meter = METER;
    refused_by_account(&observe);
    taken(&observe);
    accept.target = op.id;
    refused(&accept, MBILL_RESULT_NO_ORIGINAL);
    accept.target = observe.id;
    taken(&accept);
    refused(&accept, MBILL_RESULT_ALREADY_POSTED);
    ck_assert_int_eq(view_of(HOME).credit_micro, 39 * UNIT);
}
END_TEST

/* ---- an account's life ---- */

START_TEST(an_opening_is_mended)
{
    mbill_policy policy = policy_of_home();
    mbill_operation op = op_of(MBILL_OPERATION_OPEN, 0, 60 * UNIT), shut = op_of(MBILL_OPERATION_OPEN, 40, 0);
    policy.flags |= MBILL_POLICY_METER_OPENING;
    op.policy = &policy;
    op.channel = CHANNEL;
    op.receipt = 77;
    refused(&op, MBILL_RESULT_RESERVED_NONZERO); /* money without a count */
    op.sequence = 7;
    op.customer = 56;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = HOME;
    refused(&op, MBILL_RESULT_ACCOUNT_EXISTS);
    op.policy = NULL;
    op.account = 41;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    shut.policy = &policy;
    shut.customer = 55;
    (void)done(shut);
    op.account = 40;
    refused(&op, MBILL_RESULT_CUSTOMER_MISMATCH);
    op.customer = 55;
    refused(&op, MBILL_RESULT_DUPLICATE_RECEIPT);
    op.receipt = 79;
    refused(&op, MBILL_RESULT_SEQ_GAP);
    op.sequence = 1;
    refused(&op, MBILL_RESULT_EXCEEDS_TOPUP);
    op.amount_micro = 50 * UNIT;
    taken(&op);
    op.amount_micro = 0; /* the count that is there registers and pays nothing */
    op.receipt = 80;
    taken(&op);
    ck_assert_int_eq(view_of(40).credit_micro, 50 * UNIT);
}
END_TEST

START_TEST(closing_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_CLOSE, NONE, 0), again = op_of(MBILL_OPERATION_REOPEN, FRESH, 0);
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = SHUT;
    refused(&op, MBILL_RESULT_CLOSED);
    op.account = HOME;
    refused(&op, MBILL_RESULT_NOT_EMPTY);
    (void)done(op_of(MBILL_OPERATION_REFUND, HOME, 40 * UNIT));
    taken(&op);
    refused(&again, MBILL_RESULT_NOT_ACTIVE);
    again.account = HOME;
    taken(&again);
    ck_assert_int_eq(view_of(HOME).state, MBILL_ACCOUNT_ACTIVE);
}
END_TEST

START_TEST(a_transfer_is_mended)
{
    mbill_operation op = op_of(MBILL_OPERATION_TRANSFER, HOME, 10), limited = op_of(MBILL_OPERATION_OPEN, 23, 0);
    limited.limit = MBILL_LIMIT_DEBITS_UP_TO_CREDITS;
    (void)done(limited);
    fill(mbill_system_account(MBILL_SYSTEM_CASH, FULL_CHANNEL), 0);
    op.other = PLAIN_FRESH;
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = -5; /* the number of no system account */
    refused(&op, MBILL_RESULT_NO_ACCOUNT);
    op.account = PLAIN_SHUT;
    refused(&op, MBILL_RESULT_NOT_ACTIVE);
    op.other = mbill_system_account(MBILL_SYSTEM_CASH, FULL_CHANNEL);
    refused(&op, MBILL_RESULT_CLOSED);
    op.account = 23;
    refused(&op, MBILL_RESULT_EXCEEDS_AVAILABLE);
    mbill_operation give = op_of(MBILL_OPERATION_TRANSFER, PLAIN, 10);
    give.other = 23;
    (void)done(give);
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
    op.flags = MBILL_OPERATION_UP_TO;
    op.amount_micro = 100;
    op.other = PLAIN;
    taken(&op);
    mbill_place_sums sums;
    ck_assert_int_eq(mbill_book_sums(book, 23, MBILL_PLACE_PLAIN, &sums, NULL), MBILL_OK);
    ck_assert_int_eq(sums.debits_micro, 10);
}
END_TEST

/* ---- chains ---- */

START_TEST(a_chain_sent_again_exists)
{
    mbill_operation chain[3] = {op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT), op_of(MBILL_OPERATION_USAGE, HOME, UNIT),
        op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT)};
    mbill_result results[3];
    chain[0].flags = chain[1].flags = chain[2].flags = MBILL_OPERATION_LINKED;
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, NOW, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].code, MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(results[2].code, MBILL_RESULT_LINK_OPEN);
    chain[2].flags = 0;
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, NOW, results, NULL), MBILL_OK);
    for (size_t i = 0; i < 3; i++) ck_assert_int_eq(results[i].code, MBILL_RESULT_OK);
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, NOW, results, NULL), MBILL_OK);
    for (size_t i = 0; i < 3; i++) ck_assert_int_eq(results[i].code, MBILL_RESULT_EXISTS);
    chain[2].id = new_id();
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, NOW, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].code, MBILL_RESULT_EXISTS);
    ck_assert_int_eq(results[2].code, MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(view_of(HOME).credit_micro, 41 * UNIT);
}
END_TEST

/* A chain that failed has not moved the clock, which the book read again from its journal would not know. */
START_TEST(a_failed_chain_leaves_the_clock)
{
    mbill_operation chain[2] = {op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT), op_of(MBILL_OPERATION_TOP_UP, HOME, 0)},
                    pay = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT);
    mbill_result results[2];
    int64_t recorded_utc_s;
    chain[0].flags = MBILL_OPERATION_LINKED;
    ck_assert_int_eq(mbill_book_apply(book, chain, 2, NOW + 100, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[1].code, MBILL_RESULT_BAD_AMOUNT);
    mbill_result result = apply_at(&pay, NOW + 50);
    ck_assert_int_eq(mbill_book_record(book, result.record, NULL, NULL, &recorded_utc_s, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(recorded_utc_s, NOW + 50);
}
END_TEST

/* ---- what a rule remembers ---- */

static void pay_with_count(int64_t count, mbill_result_code code)
{
    mbill_operation op = op_of(MBILL_OPERATION_TOP_UP, OTHER, UNIT);
    op.channel = 3;
    op.sequence = count;
    mbill_result result = apply_at(&op, NOW);
    ck_assert_msg(result.code == (int32_t)code, "count %d: %s, expected %s", (int)count, mbill_result_name(result.code),
        mbill_result_name((int32_t)code));
}

static void count_by(int32_t how, int32_t n)
{
    mbill_policy policy = policy_of_home();
    mbill_operation set = op_of(MBILL_OPERATION_SET_POLICY, OTHER, 0);
    policy.sequence = how;
    policy.sequence_n = n;
    set.policy = &policy;
    (void)done(set);
}

/* Case ST-5, and a set of the last three. */
START_TEST(counts_follow_their_policy)
{
    count_by(MBILL_SEQUENCE_WINDOW, 30);
    pay_with_count(10, MBILL_RESULT_OK);
    pay_with_count(41, MBILL_RESULT_SEQ_GAP);
    pay_with_count(40, MBILL_RESULT_OK);
    pay_with_count(11, MBILL_RESULT_SEQ_DUPLICATE);
    pay_with_count(40, MBILL_RESULT_SEQ_DUPLICATE);
    count_by(MBILL_SEQUENCE_SET, 3);
    pay_with_count(9, MBILL_RESULT_SEQ_DUPLICATE);
    pay_with_count(1000, MBILL_RESULT_OK);
    pay_with_count(500, MBILL_RESULT_OK);
    pay_with_count(40, MBILL_RESULT_SEQ_DUPLICATE);
    pay_with_count(41, MBILL_RESULT_OK);
    pay_with_count(42, MBILL_RESULT_OK);
    pay_with_count(43, MBILL_RESULT_OK);
    pay_with_count(41, MBILL_RESULT_SEQ_DUPLICATE);
    pay_with_count(501, MBILL_RESULT_OK);
    count_by(MBILL_SEQUENCE_NEXT, 0);
    pay_with_count(501, MBILL_RESULT_SEQ_GAP);
    pay_with_count(1000, MBILL_RESULT_SEQ_DUPLICATE);
    pay_with_count(1001, MBILL_RESULT_OK);
}
END_TEST

/* A count is free again when its hold is given up, unless a later one was taken or the counts were begun again. */
START_TEST(a_count_given_back_is_free_once)
{
    mbill_operation hold = op_of(MBILL_OPERATION_HOLD, OTHER, UNIT), give_up = op_of(MBILL_OPERATION_VOID, 0, 0);
    hold.hold = MBILL_HOLD_TOP_UP;
    hold.channel = 3;
    hold.sequence = 1;
    give_up.target = done(hold);
    pay_with_count(1, MBILL_RESULT_SEQ_DUPLICATE);
    taken(&give_up);
    pay_with_count(1, MBILL_RESULT_OK);
    hold.id = new_id();
    hold.sequence = 2;
    give_up.target = done(hold);
    pay_with_count(3, MBILL_RESULT_OK);
    taken(&give_up);
    pay_with_count(3, MBILL_RESULT_SEQ_DUPLICATE);
    hold.id = new_id();
    hold.sequence = 4;
    give_up.target = done(hold);
    mbill_operation wallet = op_of(MBILL_OPERATION_WALLET_INIT, OTHER, 0);
    wallet.channel = 3;
    taken(&wallet);
    (void)done(op_of(MBILL_OPERATION_ACTIVATE, OTHER, 0));
    for (int64_t count = 1; count <= 4; count++) pay_with_count(count, MBILL_RESULT_OK);
    taken(&give_up);
    pay_with_count(4, MBILL_RESULT_SEQ_DUPLICATE);
}
END_TEST

/* What one meter shows says nothing about a payment on its way to another. */
START_TEST(a_payment_arrives_at_its_meter)
{
    mbill_operation hold = op_of(MBILL_OPERATION_HOLD, HOME, 10 * UNIT),
                    observe = op_of(MBILL_OPERATION_OBSERVE, HOME, 50 * UNIT),
                    meter = op_of(MBILL_OPERATION_ATTACH_METER, HOME, 0);
    meter.meter = 6;
    (void)done(meter);
    hold.hold = MBILL_HOLD_TOP_UP;
    hold.meter = 6;
    hold.channel = CHANNEL;
    hold.sequence = 1;
    (void)done(hold);
    observe.meter = 6;
    observe.sequence = 1;
    ck_assert_int_eq(apply_at(&observe, NOW).moved_micro, 0);
    observe.id = new_id();
    observe.sequence = 0;
    ck_assert_int_eq(apply_at(&observe, NOW).moved_micro, 10 * UNIT);
    observe.id = new_id();
    observe.meter = METER;
    observe.sequence = 1;
    ck_assert_int_eq(apply_at(&observe, NOW).moved_micro, 10 * UNIT);
}
END_TEST

/* A payment's share for a further credit that was brought into CREDIT comes out of CREDIT when the payment is reversed. */
START_TEST(a_further_credit_is_never_below_zero)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, 50, 0), pay = op_of(MBILL_OPERATION_TOP_UP, 50, 10 * UNIT),
                    select = op_of(MBILL_OPERATION_SELECT_EC, 50, 0), use = op_of(MBILL_OPERATION_USAGE, 50, UNIT),
                    back = op_of(MBILL_OPERATION_REVERSE, 0, 0);
    mbill_policy policy;
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_DLMS, &policy), 1);
    policy.credit_share_1e4[1] = 5000;
    open.policy = &policy;
    (void)done(open);
    back.target = done(pay);
    select.charge = 1;
    (void)done(select);
    ck_assert_int_eq(view_of(50).credit_micro, 10 * UNIT);
    use.id = new_id();
    (void)done(use);
    refused(&back, MBILL_RESULT_EXCEEDS_AVAILABLE);
    use.id = new_id();
    use.kind = MBILL_OPERATION_TOP_UP;
    use.amount_micro = 2 * UNIT;
    (void)done(use);
    taken(&back);
    mbill_view view = view_of(50);
    ck_assert_int_eq(view.credit_micro, UNIT);
    ck_assert_int_eq(view.further_credit_micro[1], 0);
}
END_TEST

/* Balances at the far end of the range: what does not fit is refused, and what is shown is clipped once. */
START_TEST(the_end_of_the_range_is_exact)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, 50, 0), use = op_of(MBILL_OPERATION_USAGE, 50, INT64_MAX),
                    wallet = op_of(MBILL_OPERATION_WALLET_INIT, 50, UNIT), select = op_of(MBILL_OPERATION_SELECT_EC, 50, 0);
    mbill_policy policy = policy_of_home();
    policy.sink = MBILL_PLACE_CREDIT;
    policy.disablement_micro = policy.clearance_micro = 3;
    policy.ec_threshold_micro = 1;
    open.policy = &policy;
    (void)done(open);
    (void)done(use);
    ck_assert_int_eq(view_of(50).credit_micro, -INT64_MAX);
    ck_assert_int_eq(view_of(50).available_micro, INT64_MIN);
    (void)done(select);
    ck_assert_int_eq(view_of(50).available_micro, 5 * UNIT - 3 - INT64_MAX);
    refused(&wallet, MBILL_RESULT_OVERFLOW);
}
END_TEST

/* ---- every kind ---- */

static const char *const KIND_NAMES[KINDS] = {"", "open", "activate", "close", "reopen", "set_policy", "select_ec", "tariff_mark",
    "wallet_init", "top_up", "usage", "accrue", "debt_load", "debt_adjust", "write_off", "refund", "offset", "hold", "post",
    "void", "expire", "reverse", "correct", "observe", "accept", "transfer", "attach_meter"};

/* An operation of that kind that is taken, in the world of make_world(). */
static mbill_operation good_one(int32_t kind)
{
    static mbill_policy policy;
    policy = policy_of_home();
    mbill_operation op = op_of(kind, HOME, 0), hold = op_of(MBILL_OPERATION_HOLD, HOME, UNIT);
    hold.hold = MBILL_HOLD_REFUND;
    switch (kind) {
    case MBILL_OPERATION_OPEN:
        op.account = 90;
        op.policy = &policy;
        break;
    case MBILL_OPERATION_CLOSE: op.account = OTHER; break;
    case MBILL_OPERATION_SET_POLICY: op.policy = &policy; break;
    case MBILL_OPERATION_SELECT_EC: op.charge = 1; break;
    case MBILL_OPERATION_TARIFF_MARK: op.tariff = 3; break;
    case MBILL_OPERATION_WALLET_INIT:
    case MBILL_OPERATION_TOP_UP:
    case MBILL_OPERATION_USAGE:
    case MBILL_OPERATION_REFUND:
    case MBILL_OPERATION_OBSERVE: op.amount_micro = UNIT; break;
    case MBILL_OPERATION_ACCRUE:
        op.charge = 1;
        op.period = 9;
        break;
    case MBILL_OPERATION_DEBT_LOAD:
    case MBILL_OPERATION_DEBT_ADJUST:
        op.charge = 0;
        op.amount_micro = UNIT;
        break;
    case MBILL_OPERATION_WRITE_OFF: {
        mbill_operation load = op_of(MBILL_OPERATION_DEBT_LOAD, HOME, UNIT);
        load.charge = op.charge = 0;
        op.amount_micro = UNIT;
        (void)done(load);
        break;
    }
    case MBILL_OPERATION_OFFSET:
        op.other = OTHER;
        op.amount_micro = UNIT;
        break;
    case MBILL_OPERATION_HOLD:
        op.hold = MBILL_HOLD_REFUND;
        op.amount_micro = UNIT;
        break;
    case MBILL_OPERATION_POST:
    case MBILL_OPERATION_VOID:
        op.account = 0;
        op.target = done(hold);
        op.amount_micro = kind == MBILL_OPERATION_POST ? UNIT : 0;
        break;
    case MBILL_OPERATION_REVERSE:
        op.account = 0;
        op.target = done(op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT));
        break;
    case MBILL_OPERATION_CORRECT:
        op.target = done(op_of(MBILL_OPERATION_USAGE, HOME, UNIT));
        op.amount_micro = UNIT;
        break;
    case MBILL_OPERATION_ACCEPT:
        op.account = 0;
        op.target = done(op_of(MBILL_OPERATION_OBSERVE, HOME, 39 * UNIT));
        break;
    case MBILL_OPERATION_TRANSFER:
        op.account = PLAIN;
        op.other = mbill_system_account(MBILL_SYSTEM_CASH, 3);
        op.amount_micro = UNIT;
        break;
    case MBILL_OPERATION_ATTACH_METER: op.meter = 6; break;
    default: break;
    }
    return op;
}

/* An amount that the kind does not allow; false: it has none, or allows any. */
static bool bad_amount_of(int32_t kind, int64_t *out_micro)
{
    static const int32_t without[] = {MBILL_OPERATION_ACTIVATE, MBILL_OPERATION_CLOSE, MBILL_OPERATION_REOPEN,
        MBILL_OPERATION_SET_POLICY, MBILL_OPERATION_SELECT_EC, MBILL_OPERATION_TARIFF_MARK, MBILL_OPERATION_VOID,
        MBILL_OPERATION_REVERSE, MBILL_OPERATION_ACCEPT, MBILL_OPERATION_ATTACH_METER};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        if (without[i] == kind) return false;
    *out_micro = INT64_MIN;
    return true;
}

static int32_t code_in_chain(const mbill_operation *first, const mbill_operation *second, int which)
{
    mbill_operation chain[2] = {*first, *second};
    mbill_result results[2];
    chain[0].flags |= MBILL_OPERATION_LINKED;
    ck_assert_int_eq(mbill_book_apply(book, chain, 2, NOW, results, NULL), MBILL_OK);
    times_seen[chain[which].kind][results[which].code]++;
    return results[which].code;
}

/* Of each kind one that breaks every rule of batch, form and identity at once, mended rule by rule. Nothing is written until the last. */
START_TEST(every_kind_is_mended_from_its_form_on)
{
    int32_t kind = _i;
    mbill_policy bad = policy_of_home();
    mbill_operation good = good_one(kind), other = op_of(MBILL_OPERATION_USAGE, HOME, 0), op = good,
                    never = op_of(MBILL_OPERATION_REFUND, HOME, 99 * UNIT);
    if (kind == MBILL_OPERATION_EXPIRE) {
        ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_KIND); /* the ledger's own */
        return;
    }
    refused(&never, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    mbill_id taken_id = done(op_of(MBILL_OPERATION_USAGE, HOME, 0));
    int64_t n_records = mbill_book_n_records(book);
    bad.step_micro = 0;
    op.id = (mbill_id){{0}};
    op.policy = &bad;
    op.timeout_s = -1;
    bool amount = bad_amount_of(kind, &op.amount_micro);
    other.flags = MBILL_OPERATION_LINKED;
    ck_assert_int_eq(code_in_chain(&other, &op, 1), MBILL_RESULT_BAD_ID);
    op.flags |= MBILL_OPERATION_LINKED;
    ck_assert_int_eq(code_in_chain(&other, &op, 1), MBILL_RESULT_LINK_OPEN);
    op.flags &= ~MBILL_OPERATION_LINKED;
    other.flags = 0;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_ID);
    op.id = never.id;
    if (amount) ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_AMOUNT);
    op.amount_micro = good.amount_micro;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_BAD_POLICY);
    op.policy = good.policy;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_RESERVED_NONZERO);
    op.timeout_s = good.timeout_s;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_REFUSED_BEFORE);
    op.id = taken_id;
    op.user_data = 5;
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_EXISTS_WITH_DIFFERENT);
    op = good;
    never.id = new_id();
    never.amount_micro = 0;
    ck_assert_int_eq(code_in_chain(&op, &never, 0), MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(mbill_book_n_records(book), n_records);
    ck_assert_int_eq(apply_at(&op, NOW).code, MBILL_RESULT_OK);
    ck_assert_int_eq(apply_at(&op, NOW + 1).code, MBILL_RESULT_EXISTS);
}
END_TEST

START_TEST(settings_are_mended)
{
    static const int32_t kinds[] = {MBILL_OPERATION_ACTIVATE, MBILL_OPERATION_SET_POLICY, MBILL_OPERATION_ATTACH_METER,
        MBILL_OPERATION_TARIFF_MARK, MBILL_OPERATION_WALLET_INIT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        mbill_operation op = good_one(kinds[i]);
        bool metered = kinds[i] == MBILL_OPERATION_TARIFF_MARK || kinds[i] == MBILL_OPERATION_WALLET_INIT;
        if (metered) op.meter = 6;
        op.account = NONE;
        refused(&op, MBILL_RESULT_NO_ACCOUNT);
        op.account = SHUT;
        if (metered) refused(&op, MBILL_RESULT_NO_METER);
        if (metered) op.meter = METER;
        refused(&op, MBILL_RESULT_CLOSED);
        op.account = OTHER;
        taken(&op);
    }
    mbill_operation again = op_of(MBILL_OPERATION_REOPEN, NONE, 0);
    refused(&again, MBILL_RESULT_NO_ACCOUNT);
}
END_TEST

/* A meter's opening under a policy that knows every limit; its account is closed in between. */
START_TEST(an_opening_by_count_is_mended_to_the_end)
{
    mbill_policy policy = policy_of_home();
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, 40, 0), op = op_of(MBILL_OPERATION_OPEN, 40, 60 * UNIT);
    policy.flags |= MBILL_POLICY_METER_OPENING;
    open.policy = &policy;
    (void)done(open);
    (void)done(op_of(MBILL_OPERATION_CLOSE, 40, 0));
    fill(mbill_system_account(MBILL_SYSTEM_CASH, FULL_CHANNEL), 1);
    op.sequence = 1;
    op.channel = FULL_CHANNEL;
    refused(&op, MBILL_RESULT_CLOSED);
    (void)done(op_of(MBILL_OPERATION_REOPEN, 40, 0));
    refused(&op, MBILL_RESULT_EXCEEDS_TOPUP);
    op.amount_micro = 50 * UNIT;
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, 40, 50 * UNIT);
    (void)done(pay);
    pay.id = new_id();
    pay.amount_micro = UNIT;
    (void)done(pay);
    refused(&op, MBILL_RESULT_EXCEEDS_HOARDING);
    op.amount_micro = 49 * UNIT;
    refused(&op, MBILL_RESULT_OVERFLOW);
    op.amount_micro = 5;
    taken(&op);
}
END_TEST

/* ---- the end of the range ---- */

enum { EDGE = 60 };

/* An account whose CREDIT has debits, and credits, within 5 micro-units of their end. */
static mbill_policy make_edge(void)
{
    mbill_policy policy = policy_of_home();
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, EDGE, 0);
    policy.n_stages = 0;
    policy.hoarding_limit_micro = policy.max_top_up_micro = 0;
    memset(policy.stages, 0, sizeof policy.stages);
    open.policy = &policy;
    (void)done(open);
    const int64_t third_micro = INT64_MAX / 3, parts_micro[] = {third_micro, third_micro, INT64_MAX - 5 - 2 * third_micro};
    for (int i = 0; i < 3; i++) {
        mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, EDGE, parts_micro[i]),
                        use = op_of(MBILL_OPERATION_USAGE, EDGE, parts_micro[i]);
        pay.channel = 20 + i;
        (void)done(pay);
        (void)done(use);
    }
    return policy;
}

/* Whatever would carry a sum past its end is refused, and the account is as it was. */
START_TEST(sums_at_their_end_refuse_what_is_more)
{
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, EDGE, 6), correct = op_of(MBILL_OPERATION_CORRECT, EDGE, 6),
                    observe = op_of(MBILL_OPERATION_OBSERVE, EDGE, -INT64_MAX), offset = op_of(MBILL_OPERATION_OFFSET, HOME, 6),
                    wallet = op_of(MBILL_OPERATION_WALLET_INIT, EDGE, 6), accept = op_of(MBILL_OPERATION_ACCEPT, 0, 0);
    (void)make_edge();
    pay.channel = 30;
    refused(&pay, MBILL_RESULT_OVERFLOW);
    correct.target = done(op_of(MBILL_OPERATION_USAGE, EDGE, 0));
    refused(&correct, MBILL_RESULT_OVERFLOW);
    observe.unposted_micro = -INT64_MAX;
    refused(&observe, MBILL_RESULT_OVERFLOW);
    offset.other = EDGE;
    refused(&offset, MBILL_RESULT_OVERFLOW);
    wallet.channel = 31;
    refused(&wallet, MBILL_RESULT_OVERFLOW);
    mbill_operation seen = op_of(MBILL_OPERATION_OBSERVE, EDGE, 6);
    accept.target = done(seen);
    refused(&accept, MBILL_RESULT_OVERFLOW);
    ck_assert_int_eq(view_of(EDGE).credit_micro, 0);
    pay.amount_micro = 5;
    taken(&pay);
}
END_TEST

START_TEST(what_is_pending_has_an_end_too)
{
    mbill_operation hold = op_of(MBILL_OPERATION_HOLD, EDGE, INT64_MAX - 5),
                    post = op_of(MBILL_OPERATION_POST, 0, MBILL_AMOUNT_ALL), pay = op_of(MBILL_OPERATION_TOP_UP, EDGE, 6);
    (void)make_edge();
    hold.hold = MBILL_HOLD_TOP_UP;
    hold.channel = 40;
    post.target = done(hold);
    hold.amount_micro = 6;
    refused(&hold, MBILL_RESULT_OVERFLOW);
    refused(&post, MBILL_RESULT_OVERFLOW);
    pay.amount_micro = 5;
    taken(&pay);
}
END_TEST

START_TEST(adjusting_writing_off_and_reversing_at_the_end)
{
    mbill_operation load = op_of(MBILL_OPERATION_DEBT_LOAD, HOME, 6), more = op_of(MBILL_OPERATION_DEBT_ADJUST, HOME, 6),
                    off = op_of(MBILL_OPERATION_WRITE_OFF, HOME, 6), back = op_of(MBILL_OPERATION_REVERSE, 0, 0),
                    refund = op_of(MBILL_OPERATION_REFUND, HOME, 6);
    load.charge = more.charge = off.charge = 0;
    (void)done(load);
    fill_from(mbill_system_account(MBILL_SYSTEM_DEBT_FUND, 0), 0, 6);
    fill(mbill_system_account(MBILL_SYSTEM_WRITE_OFF, 0), 1);
    refused(&more, MBILL_RESULT_OVERFLOW);
    refused(&off, MBILL_RESULT_OVERFLOW);
    more.amount_micro = 5;
    off.amount_micro = 5;
    taken(&off);
    taken(&more);
    back.target = done(refund);
    fill(mbill_system_account(MBILL_SYSTEM_REFUND_CLEARING, 0), 1);
    refused(&back, MBILL_RESULT_OVERFLOW);
}
END_TEST

START_TEST(a_further_credit_at_the_end)
{
    mbill_policy policy = make_edge();
    mbill_operation set = op_of(MBILL_OPERATION_SET_POLICY, EDGE, 0), pay = op_of(MBILL_OPERATION_TOP_UP, EDGE, 10),
                    select = op_of(MBILL_OPERATION_SELECT_EC, EDGE, 0);
    policy.stages[0].kind = MBILL_STAGE_CREDITS;
    policy.n_stages = 1;
    policy.step_micro = 1;
    policy.credit_share_1e4[1] = 10000;
    set.policy = &policy;
    (void)done(set);
    pay.channel = 60;
    (void)done(pay);
    select.charge = 1;
    refused(&select, MBILL_RESULT_OVERFLOW);
    ck_assert_int_eq(view_of(EDGE).further_credit_micro[1], 10);
}
END_TEST

/* A correction and an acceptance name what was done to an account that has been set back, or closed, since. */
START_TEST(what_is_put_right_of_an_account_that_sleeps)
{
    mbill_operation correct = op_of(MBILL_OPERATION_CORRECT, OTHER, UNIT), accept = op_of(MBILL_OPERATION_ACCEPT, 0, 0),
                    wallet = op_of(MBILL_OPERATION_WALLET_INIT, OTHER, 0);
    correct.target = done(op_of(MBILL_OPERATION_USAGE, OTHER, 0));
    accept.target = done(op_of(MBILL_OPERATION_OBSERVE, OTHER, UNIT));
    mbill_id use = correct.target;
    correct.target = new_id();
    correct.account = HOME;
    refused(&correct, MBILL_RESULT_NO_ORIGINAL);
    correct.target = use; /* another account's */
    refused(&correct, MBILL_RESULT_NO_ORIGINAL);
    correct.account = OTHER;
    (void)done(wallet);
    refused(&correct, MBILL_RESULT_NOT_ACTIVE);
    refused(&accept, MBILL_RESULT_NOT_ACTIVE);
    (void)done(op_of(MBILL_OPERATION_CLOSE, OTHER, 0));
    refused(&correct, MBILL_RESULT_CLOSED);
    refused(&accept, MBILL_RESULT_CLOSED);
    (void)done(op_of(MBILL_OPERATION_REOPEN, OTHER, 0));
    taken(&correct);
    taken(&accept);
    refused(&accept, MBILL_RESULT_ALREADY_POSTED);
}
END_TEST

/* ---- the sum of it ---- */

#define ALWAYS                                                                                                                   \
    MBILL_RESULT_LINK_OPEN, MBILL_RESULT_LINKED_FAILED, MBILL_RESULT_BAD_ID, MBILL_RESULT_BAD_POLICY,                            \
        MBILL_RESULT_RESERVED_NONZERO, MBILL_RESULT_REFUSED_BEFORE, MBILL_RESULT_EXISTS_WITH_DIFFERENT, MBILL_RESULT_EXISTS
#define R(name) MBILL_RESULT_##name

/* What each kind can answer beside OK. A kind lacks the results of fields it has not (no meter: no NO_METER; no count: no SEQ_…; a receipt alone with
 * payments, holds and refunds), of states that do not matter to it (settings and openings of accounts that are not active yet), of limits that
 * are not its own, and OVERFLOW where it moves nothing or, as a void or another policy, lowers what is reserved and lets a balance pay what is
 * owed: sums that hold both have room for that. */
static const int32_t GIVEN[KINDS][24] = {
    [MBILL_OPERATION_OPEN] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(ACCOUNT_EXISTS), R(CLOSED), R(CUSTOMER_MISMATCH),
        R(DUPLICATE_RECEIPT), R(SEQ_GAP), R(EXCEEDS_TOPUP), R(EXCEEDS_HOARDING), R(OVERFLOW)},
    [MBILL_OPERATION_ACTIVATE] = {ALWAYS, R(NO_ACCOUNT), R(CLOSED)},
    [MBILL_OPERATION_CLOSE] = {ALWAYS, R(NO_ACCOUNT), R(CLOSED), R(NOT_EMPTY)},
    [MBILL_OPERATION_REOPEN] = {ALWAYS, R(NO_ACCOUNT), R(NOT_ACTIVE)},
    [MBILL_OPERATION_SET_POLICY] = {ALWAYS, R(NO_ACCOUNT), R(CLOSED)},
    [MBILL_OPERATION_SELECT_EC] = {ALWAYS, R(NO_ACCOUNT), R(NO_CHARGE), R(NOT_ACTIVE), R(CLOSED), R(EC_NOT_OFFERED), R(OVERFLOW)},
    [MBILL_OPERATION_TARIFF_MARK] = {ALWAYS, R(NO_ACCOUNT), R(NO_METER), R(CLOSED)},
    [MBILL_OPERATION_WALLET_INIT] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(CLOSED), R(OVERFLOW)},
    [MBILL_OPERATION_TOP_UP] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(NOT_ACTIVE), R(CLOSED), R(CUSTOMER_MISMATCH),
        R(DUPLICATE_RECEIPT), R(SEQ_DUPLICATE), R(SEQ_GAP), R(EXCEEDS_TOPUP), R(EXCEEDS_HOARDING), R(OVERFLOW)},
    [MBILL_OPERATION_USAGE] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(NOT_ACTIVE), R(CLOSED), R(READING_REGRESSED),
        R(READING_OVERLAP), R(READING_GAP), R(OVERFLOW)},
    [MBILL_OPERATION_ACCRUE] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_CHARGE), R(NOT_ACTIVE), R(CLOSED), R(PERIOD_DONE),
        R(OVERFLOW)},
    [MBILL_OPERATION_DEBT_LOAD] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_CHARGE), R(NOT_ACTIVE), R(CLOSED), R(OVERFLOW)},
    [MBILL_OPERATION_DEBT_ADJUST] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_CHARGE), R(NOT_ACTIVE), R(CLOSED),
        R(EXCEEDS_AVAILABLE), R(OVERFLOW)},
    [MBILL_OPERATION_WRITE_OFF] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_CHARGE), R(NOT_ACTIVE), R(CLOSED),
        R(EXCEEDS_AVAILABLE), R(OVERFLOW)},
    [MBILL_OPERATION_REFUND] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NOT_ACTIVE), R(CLOSED), R(DUPLICATE_RECEIPT),
        R(EXCEEDS_REFUNDABLE), R(OVERFLOW)},
    [MBILL_OPERATION_OFFSET] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(NOT_ACTIVE), R(CLOSED), R(SEQ_DUPLICATE),
        R(SEQ_GAP), R(EXCEEDS_AVAILABLE), R(EXCEEDS_HOARDING), R(OVERFLOW)},
    [MBILL_OPERATION_HOLD] = {ALWAYS, R(BAD_KIND), R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(NOT_ACTIVE), R(CLOSED),
        R(CUSTOMER_MISMATCH), R(DUPLICATE_RECEIPT), R(SEQ_DUPLICATE), R(SEQ_GAP), R(EXCEEDS_AVAILABLE), R(EXCEEDS_REFUNDABLE),
        R(EXCEEDS_TOPUP), R(EXCEEDS_HOARDING), R(OVERFLOW)},
    [MBILL_OPERATION_POST] = {ALWAYS, R(BAD_AMOUNT), R(NO_PENDING), R(CLOSED), R(NOT_PENDING), R(ALREADY_POSTED),
        R(ALREADY_VOIDED), R(EXPIRED), R(EXCEEDS_PENDING), R(OVERFLOW)},
    [MBILL_OPERATION_VOID] = {ALWAYS, R(NO_PENDING), R(NOT_PENDING), R(ALREADY_POSTED), R(ALREADY_VOIDED), R(EXPIRED)},
    [MBILL_OPERATION_EXPIRE] = {R(BAD_KIND)},
    [MBILL_OPERATION_REVERSE] = {ALWAYS, R(NO_ORIGINAL), R(CLOSED), R(NOT_REVERSIBLE), R(ALREADY_REVERSED), R(EXCEEDS_AVAILABLE),
        R(FORCE_NOT_ALLOWED), R(OVERFLOW)},
    [MBILL_OPERATION_CORRECT] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_ORIGINAL), R(NOT_ACTIVE), R(CLOSED), R(OVERFLOW)},
    [MBILL_OPERATION_OBSERVE] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NO_METER), R(NOT_ACTIVE), R(CLOSED), R(OVERFLOW)},
    [MBILL_OPERATION_ACCEPT] = {ALWAYS, R(NO_ORIGINAL), R(NOT_ACTIVE), R(CLOSED), R(ALREADY_POSTED), R(OVERFLOW)},
    [MBILL_OPERATION_TRANSFER] = {ALWAYS, R(BAD_AMOUNT), R(NO_ACCOUNT), R(NOT_ACTIVE), R(CLOSED), R(EXCEEDS_AVAILABLE),
        R(OVERFLOW)},
    [MBILL_OPERATION_ATTACH_METER] = {ALWAYS, R(NO_ACCOUNT), R(CLOSED)},
};

static bool can_give(int32_t kind, int32_t code)
{
    for (size_t i = 0; i < sizeof GIVEN[kind] / sizeof GIVEN[kind][0]; i++)
        if (code != MBILL_RESULT_OK && GIVEN[kind][i] == code) return true;
    return code == MBILL_RESULT_OK && kind != MBILL_OPERATION_EXPIRE;
}

/* Last of all tests. */
START_TEST(every_kind_gave_every_result_it_can)
{
    int n_pairs = 0, n_codes = 0;
    for (int32_t code = 0; code < CODES; code++) {
        int n_kinds = 0;
        if (strcmp(mbill_result_name(code), "UNKNOWN") == 0) continue;
        for (int32_t kind = 1; kind < KINDS; kind++) {
            bool seen = times_seen[kind][code] > 0;
            ck_assert_msg(seen == can_give(kind, code), "%s %s %s", KIND_NAMES[kind], seen ? "gave" : "never gave",
                mbill_result_name(code));
            n_kinds += seen;
        }
        ck_assert_msg(n_kinds > 0, "no kind ever gave %s", mbill_result_name(code));
        n_pairs += n_kinds;
        n_codes++;
    }
    printf("# results: %d, each reached; %d pairs of kind and result reached, the other %d cannot be: %s\n", n_codes, n_pairs,
        n_codes * (KINDS - 1) - n_pairs, "the kind lacks the field, state or limit that the result is about");
    ck_assert_int_ge(n_codes, 42);
    ck_assert_int_ge(n_pairs, 385);
}
END_TEST

static Suite *results_suite(void)
{
    Suite *suite = suite_create("book results");
    TCase *mended = tcase_create("mended"), *remembered = tcase_create("remembered"), *sum = tcase_create("sum");
    tcase_add_test(mended, form_and_identity_come_first);
    tcase_add_test(mended, the_first_differing_field_is_named);
    tcase_add_test(mended, a_top_up_is_mended);
    tcase_add_test(mended, a_refund_is_mended);
    tcase_add_test(mended, an_offset_is_mended);
    tcase_add_test(mended, a_hold_is_mended);
    tcase_add_test(mended, a_usage_is_mended);
    tcase_add_test(mended, an_accrual_is_mended);
    tcase_add_test(mended, debts_are_mended);
    tcase_add_test(mended, emergency_credit_is_mended);
    tcase_add_test(mended, a_post_and_a_void_are_mended);
    tcase_add_test(mended, a_reversal_is_mended);
    tcase_add_test(mended, a_correction_and_an_acceptance_are_mended);
    tcase_add_test(mended, an_opening_is_mended);
    tcase_add_test(mended, closing_is_mended);
    tcase_add_test(mended, a_transfer_is_mended);
    tcase_add_test(mended, a_chain_sent_again_exists);
    tcase_add_test(mended, a_failed_chain_leaves_the_clock);
    tcase_add_test(remembered, a_further_credit_is_never_below_zero);
    tcase_add_test(remembered, the_end_of_the_range_is_exact);
    tcase_add_test(remembered, counts_follow_their_policy);
    tcase_add_test(remembered, a_count_given_back_is_free_once);
    tcase_add_test(remembered, a_payment_arrives_at_its_meter);
    tcase_add_loop_test(mended, every_kind_is_mended_from_its_form_on, 1, KINDS);
    tcase_add_test(mended, settings_are_mended);
    tcase_add_test(mended, an_opening_by_count_is_mended_to_the_end);
    tcase_add_test(mended, sums_at_their_end_refuse_what_is_more);
    tcase_add_test(mended, what_is_pending_has_an_end_too);
    tcase_add_test(mended, adjusting_writing_off_and_reversing_at_the_end);
    tcase_add_test(mended, a_further_credit_at_the_end);
    tcase_add_test(mended, what_is_put_right_of_an_account_that_sleeps);
    tcase_add_checked_fixture(mended, make_world, free_world);
    tcase_add_checked_fixture(remembered, make_world, free_world);
    suite_add_tcase(suite, mended);
    tcase_add_test(sum, every_kind_gave_every_result_it_can);
    suite_add_tcase(suite, remembered);
    suite_add_tcase(suite, sum);
    return suite;
}

int main(void)
{
    return check_run(results_suite(), CK_NOFORK);
}
