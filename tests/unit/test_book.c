/* SPDX-License-Identifier: Apache-2.0 */
/* The prepaid book: payments through the waterfall, use and emergency credit, reversals, chains, holds and their expiry; a retry and a
 * refusal leave no trace; a book is the fold of its journal, whole, cut anywhere and damaged anywhere; no memory changes nothing. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/ledger.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define MONDAY INT64_C(1767571200) /* 2026-01-05T00:00:00Z */
#define DAY INT64_C(86400)
#define HOME 7

static mbill_book *book;
static uint64_t next_id;

static void make_book(void)
{
    next_id = 0;
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
}

static void free_book(void)
{
    mbill_book_free(book);
}

static mbill_id new_id(void)
{
    mbill_id id = {{0x5a}};
    next_id++;
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)(next_id >> 8 * i);
    return id;
}

/* At rest but for its id, kind, account and amount. */
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

static mbill_operation on_target(int32_t kind, const mbill_operation *target)
{
    mbill_operation op = op_of(kind, 0, 0);
    op.target = target->id;
    return op;
}

static mbill_result apply(const mbill_operation *op, int64_t now_utc_s)
{
    mbill_result result;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_book_apply(book, op, 1, now_utc_s, &result, &err) == MBILL_OK, "%s", err.message);
    return result;
}

static void expect(const mbill_operation *op, int64_t now_utc_s, mbill_result_code code)
{
    mbill_result result = apply(op, now_utc_s);
    ck_assert_msg(result.code == (int32_t)code, "%s, expected %s", mbill_result_name(result.code),
        mbill_result_name((int32_t)code));
}

static mbill_view view_of(int64_t account)
{
    mbill_view view = {.struct_size = sizeof view};
    ck_assert_int_eq(mbill_book_view(book, account, &view, NULL), MBILL_OK);
    return view;
}

static mbill_policy policy_of(int32_t preset)
{
    mbill_policy policy;
    ck_assert_int_eq(mbill_policy_preset(preset, &policy), 1);
    return policy;
}

static void open_account(int64_t number, const mbill_policy *policy)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, number, 0);
    open.policy = policy;
    expect(&open, MONDAY, MBILL_RESULT_OK);
}

/* SMETS2 with a payment debt of 100.00 at 25 %, emergency credit of 5.00 below 1.00. */
static mbill_policy waterfall_policy(void)
{
    mbill_policy policy = policy_of(MBILL_PRESET_SMETS);
    policy.debts[0] = (mbill_debt){.kind = MBILL_DEBT_PAYMENT, .share_1e4 = 2500};
    policy.ec_limit_micro = 5 * UNIT;
    policy.ec_threshold_micro = UNIT;
    return policy;
}

/* Debt 100, emergency credit used 4.00, accumulated debt 3.00, balance 0: where case SM-2 starts. */
static void indebted_account(const mbill_policy *policy)
{
    open_account(HOME, policy);
    mbill_operation load = op_of(MBILL_OPERATION_DEBT_LOAD, HOME, 100 * UNIT);
    load.charge = 0;
    expect(&load, MONDAY, MBILL_RESULT_OK);
    mbill_operation use = op_of(MBILL_OPERATION_USAGE, HOME, 3 * UNIT);
    expect(&use, MONDAY, MBILL_RESULT_OK);
    mbill_operation select = op_of(MBILL_OPERATION_SELECT_EC, HOME, 0);
    expect(&select, MONDAY, MBILL_RESULT_OK);
    use = op_of(MBILL_OPERATION_USAGE, HOME, 4 * UNIT);
    expect(&use, MONDAY, MBILL_RESULT_OK);
}

static void assert_money(int64_t credit, int64_t ec_used, int64_t accum, int64_t debt)
{
    mbill_view view = view_of(HOME);
    ck_assert_int_eq(view.credit_micro, credit);
    ck_assert_int_eq(view.ec_used_micro, ec_used);
    ck_assert_int_eq(view.accum_micro, accum);
    ck_assert_int_eq(view.debt_micro[0], debt);
}

/* ---- ok ---- */

/* Case SM-2: debt 5.00, accumulated 3.00, emergency credit 4.00, balance 8.00. */
START_TEST(payment_falls_through_the_waterfall)
{
    mbill_policy policy = waterfall_policy();
    indebted_account(&policy);
    assert_money(0, 4 * UNIT, 3 * UNIT, 100 * UNIT);
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 20 * UNIT);
    expect(&pay, MONDAY, MBILL_RESULT_OK);
    assert_money(8 * UNIT, 0, 0, 95 * UNIT);
    ck_assert_int_eq(view_of(HOME).ec_selected, 0);
}
END_TEST

/* Case LB-2: the mirror of the stored legs, refused when the money is gone, forced when the policy lets it. */
START_TEST(reversal_is_the_stored_mirror)
{
    mbill_policy policy = waterfall_policy();
    indebted_account(&policy);
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 20 * UNIT), use;
    expect(&pay, MONDAY, MBILL_RESULT_OK);
    use = op_of(MBILL_OPERATION_USAGE, HOME, 8 * UNIT);
    expect(&use, MONDAY, MBILL_RESULT_OK);
    mbill_operation back = on_target(MBILL_OPERATION_REVERSE, &pay);
    expect(&back, MONDAY, MBILL_RESULT_EXCEEDS_AVAILABLE);
    expect(&back, MONDAY, MBILL_RESULT_REFUSED_BEFORE);
    back = on_target(MBILL_OPERATION_REVERSE, &pay);
    back.flags = MBILL_OPERATION_FORCE;
    expect(&back, MONDAY, MBILL_RESULT_FORCE_NOT_ALLOWED);
    policy.flags |= MBILL_POLICY_FORCED_REVERSAL;
    mbill_operation set = op_of(MBILL_OPERATION_SET_POLICY, HOME, 0);
    set.policy = &policy;
    expect(&set, MONDAY, MBILL_RESULT_OK);
    back = on_target(MBILL_OPERATION_REVERSE, &pay);
    back.flags = MBILL_OPERATION_FORCE;
    expect(&back, MONDAY, MBILL_RESULT_OK);
    assert_money(0, 4 * UNIT, 11 * UNIT, 100 * UNIT);
    back = on_target(MBILL_OPERATION_REVERSE, &pay);
    expect(&back, MONDAY, MBILL_RESULT_ALREADY_REVERSED);
}
END_TEST

START_TEST(a_retry_is_the_first_answer)
{
    mbill_policy policy = waterfall_policy();
    indebted_account(&policy);
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 20 * UNIT);
    mbill_result first = apply(&pay, MONDAY), again = apply(&pay, MONDAY + DAY);
    ck_assert_int_eq(again.code, MBILL_RESULT_EXISTS);
    ck_assert_int_eq(again.first, MBILL_RESULT_OK);
    ck_assert_int_eq(again.record, first.record);
    ck_assert_uint_eq(again.n_legs, first.n_legs);
    pay.amount_micro++;
    again = apply(&pay, MONDAY + DAY);
    ck_assert_int_eq(again.code, MBILL_RESULT_EXISTS_WITH_DIFFERENT);
    ck_assert_int_eq(again.field, MBILL_FIELD_AMOUNT);
    assert_money(8 * UNIT, 0, 0, 95 * UNIT);
}
END_TEST

/* Case TB-7, with a prepay account: the chain leaves no trace but its failure. */
START_TEST(a_chain_is_all_or_nothing)
{
    mbill_policy policy = policy_of(MBILL_PRESET_SMETS);
    mbill_result results[3];
    open_account(HOME, &policy);
    mbill_operation chain[3] = {op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT), op_of(MBILL_OPERATION_REFUND, HOME, 2 * UNIT),
        op_of(MBILL_OPERATION_TOP_UP, HOME, 5 * UNIT)};
    chain[0].flags = MBILL_OPERATION_LINKED;
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, MONDAY, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].code, MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(results[1].code, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    ck_assert_int_eq(results[2].code, MBILL_RESULT_OK);
    ck_assert_int_eq(view_of(HOME).credit_micro, 5 * UNIT);
    ck_assert_int_eq(mbill_book_n_records(book), 3);
    expect(&chain[1], MONDAY, MBILL_RESULT_REFUSED_BEFORE);
    chain[0].flags = 0;
    expect(&chain[0], MONDAY, MBILL_RESULT_OK);
}
END_TEST

START_TEST(a_hold_expires_at_its_moment)
{
    mbill_policy policy = policy_of(MBILL_PRESET_SMETS);
    open_account(HOME, &policy);
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 10 * UNIT), hold = op_of(MBILL_OPERATION_HOLD, HOME, 6 * UNIT);
    hold.hold = MBILL_HOLD_REFUND;
    hold.timeout_s = 60;
    expect(&pay, MONDAY, MBILL_RESULT_OK);
    expect(&hold, MONDAY, MBILL_RESULT_OK);
    ck_assert_int_eq(view_of(HOME).free_micro, 4 * UNIT);
    ck_assert_int_eq(mbill_book_tick(book, MONDAY + 59, NULL), MBILL_OK);
    ck_assert_int_eq(view_of(HOME).free_micro, 4 * UNIT);
    ck_assert_int_eq(mbill_book_tick(book, MONDAY + 60, NULL), MBILL_OK);
    ck_assert_int_eq(view_of(HOME).free_micro, 10 * UNIT);
    mbill_operation post = on_target(MBILL_OPERATION_POST, &hold);
    post.amount_micro = MBILL_AMOUNT_ALL;
    expect(&post, MONDAY + 60, MBILL_RESULT_EXPIRED);
}
END_TEST

/* ---- journal ---- */

/* A life with everything in it: debts, emergency credit, holds posted, voided and expired, a reversal, refusals, a failed chain. */
static void live(void)
{
    mbill_policy policy = waterfall_policy(), plain = policy_of(MBILL_PRESET_DLT);
    mbill_result results[2];
    indebted_account(&policy);
    open_account(8, &plain);
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 60 * UNIT),
                    refused = op_of(MBILL_OPERATION_REFUND, HOME, 500 * UNIT);
    pay.sequence = 1;
    pay.receipt = 77;
    expect(&pay, MONDAY + 1, MBILL_RESULT_OK);
    expect(&refused, MONDAY + 2, MBILL_RESULT_EXCEEDS_REFUNDABLE);
    for (int64_t kind = 0; kind < 3; kind++) {
        mbill_operation hold = op_of(MBILL_OPERATION_HOLD, HOME, UNIT), end;
        hold.hold = kind == 0 ? MBILL_HOLD_REFUND : MBILL_HOLD_OFFSET;
        hold.other = kind == 0 ? 0 : 8;
        hold.timeout_s = kind == 2 ? 100 : 0;
        expect(&hold, MONDAY + 3, MBILL_RESULT_OK);
        end = on_target(kind == 0 ? MBILL_OPERATION_POST : MBILL_OPERATION_VOID, &hold);
        end.amount_micro = kind == 0 ? UNIT / 2 : 0;
        if (kind < 2) expect(&end, MONDAY + 4, MBILL_RESULT_OK);
    }
    mbill_operation chain[2] = {op_of(MBILL_OPERATION_OFFSET, HOME, UNIT), op_of(MBILL_OPERATION_VOID, 0, 0)};
    chain[0].other = 8;
    chain[0].flags = MBILL_OPERATION_LINKED;
    chain[1].target = pay.id;
    ck_assert_int_eq(mbill_book_apply(book, chain, 2, MONDAY + 200, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].code, MBILL_RESULT_LINKED_FAILED);
    mbill_operation use = op_of(MBILL_OPERATION_USAGE, HOME, 2 * UNIT), back;
    use.reg = 1;
    use.to_micro = 10 * UNIT;
    expect(&use, MONDAY + 300, MBILL_RESULT_OK);
    back = on_target(MBILL_OPERATION_REVERSE, &use);
    expect(&back, MONDAY + 301, MBILL_RESULT_OK);
}

static void assert_same_views(mbill_book *other)
{
    mbill_book *const mine = book;
    for (int64_t number = HOME; number <= 8; number++) {
        mbill_view expected = view_of(number);
        book = other;
        mbill_view got = view_of(number);
        book = mine;
        ck_assert_mem_eq(&expected, &got, sizeof got);
    }
}

static void journal_of(const mbill_book *from, const uint8_t **out_bytes, size_t *out_len)
{
    ck_assert_int_eq(mbill_book_journal(from, 0, mbill_book_n_records(from), out_bytes, out_len, NULL), MBILL_OK);
}

/* Read again in two parts, cut at every record; what follows has the same results. */
START_TEST(a_book_is_the_fold_of_its_journal)
{
    const uint8_t *bytes, *again_bytes;
    size_t len, first_len, again_len;
    live();
    journal_of(book, &bytes, &len);
    for (int64_t cut = 0; cut <= mbill_book_n_records(book); cut++) {
        mbill_book *again;
        ck_assert_int_eq(mbill_book_open(NULL, &again, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_book_journal(book, 0, cut, &bytes, &first_len, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_book_replay(again, bytes, first_len, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_book_replay(again, bytes + first_len, len - first_len, NULL), MBILL_OK);
        journal_of(again, &again_bytes, &again_len);
        ck_assert_uint_eq(again_len, len);
        ck_assert_mem_eq(again_bytes, bytes, len);
        assert_same_views(again);
        mbill_book_free(again);
    }
}
END_TEST

/* Records that are there, and bytes that are none, are refused, and the book is as it was. */
START_TEST(a_journal_with_a_record_twice_is_refused)
{
    const uint8_t *bytes;
    size_t len;
    mbill_book *again;
    mbill_error err;
    live();
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_book_open(NULL, &again, NULL), MBILL_OK);
    journal_of(book, &bytes, &len);
    ck_assert_int_eq(mbill_book_replay(again, bytes, len, NULL), MBILL_OK);
    assert_refusal(&err, mbill_book_replay(again, bytes, len, &err), MBILL_E_CORRUPT, "an id that was there before");
    ck_assert_int_eq(err.index, 0);
    assert_refusal(&err, mbill_book_replay(again, bytes, 10, &err), MBILL_E_CORRUPT, "no record");
    assert_same_views(again);
    mbill_book_free(again);
}
END_TEST

/* Every byte turned: the journal is refused or read as another one, and what was read is a book that keeps working. */
START_TEST(a_damaged_journal_never_crashes)
{
    const uint8_t *bytes;
    size_t len, refused = 0;
    live();
    journal_of(book, &bytes, &len);
    uint8_t *copy = malloc(len);
    ck_assert_ptr_nonnull(copy);
    for (size_t at = 0; at < len; at++) {
        mbill_book *again, *const mine = book;
        memcpy(copy, bytes, len);
        copy[at] ^= (uint8_t)(1 + at % 255);
        ck_assert_int_eq(mbill_book_open(NULL, &again, NULL), MBILL_OK);
        refused += mbill_book_replay(again, copy, len, NULL) == MBILL_E_CORRUPT;
        book = again;
        mbill_operation use = op_of(MBILL_OPERATION_USAGE, HOME, UNIT);
        (void)apply(&use, MONDAY + 10 * DAY);
        book = mine;
        mbill_book_free(again);
    }
    ck_assert_uint_gt(refused, len / 4);
    free(copy);
}
END_TEST

/* ---- memory ---- */

START_TEST(no_memory_changes_nothing)
{
    mbill_policy policy = waterfall_policy();
    mbill_operation ops[3];
    mbill_result results[3];
    ops[0] = op_of(MBILL_OPERATION_OPEN, HOME, 0);
    ops[0].policy = &policy;
    ops[1] = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT);
    ops[1].flags = MBILL_OPERATION_LINKED;
    ops[2] = op_of(MBILL_OPERATION_USAGE, HOME, UNIT);
    bool failed = true;
    for (size_t at = 1; failed; at++) {
        counting_allocator counter;
        mbill_book *small = NULL;
        counting_start(&counter, at);
        mbill_status status = mbill_book_open(&counter.allocator, &small, NULL);
        if (status == MBILL_OK) status = mbill_book_apply(small, ops, 3, MONDAY, results, NULL);
        failed = status != MBILL_OK;
        if (failed) ck_assert_int_eq(status, MBILL_E_NOMEM);
        if (failed && small != NULL) {
            ck_assert_int_eq(mbill_book_n_records(small), 0);
            ck_assert_int_eq(mbill_book_apply(small, ops, 3, MONDAY, results, NULL), MBILL_OK);
        }
        if (small != NULL) ck_assert_int_eq(results[2].code, MBILL_RESULT_OK);
        mbill_book_free(small);
        ck_assert_int_eq(counter.live_blocks, 0);
    }
}
END_TEST

START_TEST(what_is_misused_is_refused)
{
    mbill_operation use = op_of(MBILL_OPERATION_USAGE, HOME, UNIT);
    mbill_result result;
    mbill_error err;
    const uint8_t *bytes;
    size_t len;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_book_apply(NULL, &use, 1, MONDAY, &result, &err), MBILL_E_MISUSE, "book");
    assert_refusal(&err, mbill_book_apply(book, NULL, 1, MONDAY, &result, &err), MBILL_E_MISUSE, "operations");
    assert_refusal(&err, mbill_book_apply(book, &use, 0, MONDAY, &result, &err), MBILL_E_RANGE, "1 to 8192");
    assert_refusal(&err, mbill_book_apply(book, &use, 1, INT64_MAX, &result, &err), MBILL_E_RANGE, "years");
    assert_refusal(&err, mbill_book_record(book, 0, NULL, NULL, NULL, NULL, &err), MBILL_E_NOT_FOUND, "0 records");
    assert_refusal(&err, mbill_book_journal(book, 0, 1, &bytes, &len, &err), MBILL_E_NOT_FOUND, "0 records");
    mbill_view view = {.struct_size = sizeof view};
    assert_refusal(&err, mbill_book_view(book, HOME, &view, &err), MBILL_E_NOT_FOUND, "7");
}
END_TEST

static Suite *book_suite(void)
{
    Suite *suite = suite_create("book");
    TCase *ok = tcase_create("ok"), *journal = tcase_create("journal"), *refused = tcase_create("refused");
    TCase *const all[] = {ok, journal, refused};
    tcase_add_test(ok, payment_falls_through_the_waterfall);
    tcase_add_test(ok, reversal_is_the_stored_mirror);
    tcase_add_test(ok, a_retry_is_the_first_answer);
    tcase_add_test(ok, a_chain_is_all_or_nothing);
    tcase_add_test(ok, a_hold_expires_at_its_moment);
    tcase_add_test(journal, a_book_is_the_fold_of_its_journal);
    tcase_add_test(journal, a_journal_with_a_record_twice_is_refused);
    tcase_add_test(journal, a_damaged_journal_never_crashes);
    tcase_add_test(refused, no_memory_changes_nothing);
    tcase_add_test(refused, what_is_misused_is_refused);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        tcase_add_checked_fixture(all[i], make_book, free_book);
        suite_add_tcase(suite, all[i]);
    }
    return suite;
}

int main(void)
{
    return check_run(book_suite(), CK_NOFORK);
}
