/* SPDX-License-Identifier: Apache-2.0 */
/* A journal in a file of its own for the tests of kept ledgers, and a short life of one account: a debt, payments, use, a refusal and a hold that expires. */
#ifndef KEPT_H
#define KEPT_H

#include "district.h" /* first: it asks for POSIX */

#include "meterbill/journal.h"
#include "store/journal.h"

#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200) /* 2026-01-05T00:00:00Z */
#define HOME 7

static char path[300], copy[300];
static const char *folder;
static mbill_store *store;
static mbill_journal *journal;

UNUSED_OK static void open_again(uint32_t flags)
{
    mbill_error err;
    store = open_store(path, flags);
    ck_ok(mbill_journal_open(store, &journal, &err));
}

UNUSED_OK static void close_all(void)
{
    mbill_journal_free(journal);
    mbill_store_free(store);
    journal = NULL;
    store = NULL;
}

UNUSED_OK static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    open_again(MBILL_STORE_CREATE);
}

UNUSED_OK static void teardown(void)
{
    close_all();
    remove_folder(folder);
}

UNUSED_OK static mbill_operation op_of(uint8_t id, int32_t kind, int64_t amount_micro)
{
    return (mbill_operation){.id = {{1, id}},
        .kind = kind,
        .account = HOME,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

UNUSED_OK static int32_t apply(const mbill_operation *ops, size_t n, int64_t now_utc_s)
{
    mbill_result results[8];
    mbill_error err;
    ck_ok(mbill_journal_apply(journal, ops, n, now_utc_s, results, &err));
    return results[n - 1].code;
}

UNUSED_OK static void open_home(void)
{
    mbill_policy policy;
    mbill_operation open = op_of(1, MBILL_OPERATION_OPEN, 0);
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_SMETS, &policy), 1);
    policy.debts[0] = (mbill_debt){.kind = MBILL_DEBT_PAYMENT, .share_1e4 = 2500};
    open.policy = &policy;
    ck_assert_int_eq(apply(&open, 1, NOW), MBILL_RESULT_OK);
}

UNUSED_OK static int32_t one(uint8_t id, int32_t kind, int64_t amount_micro, int64_t now_utc_s)
{
    mbill_operation op = op_of(id, kind, amount_micro);
    if (kind == MBILL_OPERATION_DEBT_LOAD) op.charge = 0;
    if (kind == MBILL_OPERATION_HOLD) op.hold = MBILL_HOLD_REFUND;
    if (kind == MBILL_OPERATION_HOLD) op.timeout_s = 3600;
    return apply(&op, 1, now_utc_s);
}

/* A debt, payments, use and a hold that expires: 9 records in 8 segments. */
UNUSED_OK static void live_a_little(void)
{
    open_home();
    ck_assert_int_eq(one(2, MBILL_OPERATION_DEBT_LOAD, 10 * UNIT, NOW), MBILL_RESULT_OK);
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, 20 * UNIT, NOW + 1), MBILL_RESULT_OK);
    ck_assert_int_eq(one(4, MBILL_OPERATION_USAGE, 3 * UNIT, NOW + 2), MBILL_RESULT_OK);
    ck_assert_int_eq(one(5, MBILL_OPERATION_REFUND, 100 * UNIT, NOW + 3), MBILL_RESULT_EXCEEDS_REFUNDABLE);
    ck_assert_int_eq(one(6, MBILL_OPERATION_HOLD, UNIT, NOW + 4), MBILL_RESULT_OK);
    mbill_operation two[2] = {op_of(7, MBILL_OPERATION_TOP_UP, 2 * UNIT), op_of(8, MBILL_OPERATION_USAGE, UNIT)};
    ck_assert_int_eq(apply(two, 2, NOW + 10000), MBILL_RESULT_OK);
}

UNUSED_OK static mbill_view view_now(void)
{
    mbill_view view = {.struct_size = sizeof view};
    const mbill_book *book;
    mbill_error err;
    ck_ok(mbill_journal_book(journal, &book, &err));
    ck_ok(mbill_book_view(book, HOME, &view, &err));
    return view;
}

UNUSED_OK static int64_t n_records(void)
{
    const mbill_book *book;
    mbill_error err;
    ck_ok(mbill_journal_book(journal, &book, &err));
    return mbill_book_n_records(book);
}

UNUSED_OK static mbill_journal_head head_now(void)
{
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    ck_ok(mbill_journal_verify(store, NULL, &head, &err));
    return head;
}

#endif
