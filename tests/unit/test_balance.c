/* SPDX-License-Identifier: Apache-2.0 */
/* Prepaid balances: legs and counters, random operations against a naive book, retries, ids, and every refusal. */
#include "meterbill/balance.h"
#include "random.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define NOON INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

static mbill_id id_of(uint8_t number)
{
    mbill_id id = {{0x01, 0x02}};
    id.bytes[15] = number;
    return id;
}

static mbill_posting top_up(int64_t amount_micro)
{
    return (mbill_posting){id_of(1), MBILL_POSTING_TOP_UP, 0, amount_micro, NOON, 0};
}

static mbill_posting usage(int64_t amount_micro)
{
    return (mbill_posting){id_of(2), MBILL_POSTING_USAGE, 0, amount_micro, NOON, 0};
}

static mbill_balance balance_of(int64_t debits_micro, int64_t credits_micro)
{
    mbill_balance balance;
    mbill_balance_init(&balance);
    balance.debits_micro = debits_micro;
    balance.credits_micro = credits_micro;
    return balance;
}

/* ---- ok ---- */

START_TEST(starts_empty)
{
    mbill_balance balance = {9, 9, 9, 9, 9};
    int64_t amount = -1;
    mbill_balance_init(&balance);
    ck_assert_uint_eq(balance.struct_size, sizeof balance);
    ck_assert_uint_eq(balance.format, 1);
    ck_assert_int_eq(balance.n_operations, 0);
    ck_assert_int_eq(mbill_balance_amount(&balance, &amount, NULL), MBILL_OK);
    ck_assert_int_eq(amount, 0);
    mbill_balance_init(NULL);
}
END_TEST

static void assert_leg(const mbill_posting *operation, int32_t debit, int32_t credit, int64_t amount_micro)
{
    mbill_balance before = balance_of(7, 11);
    mbill_posting_effect effect = {.struct_size = sizeof effect};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_posting_apply(&before, operation, &effect, &err), MBILL_OK);
    ck_assert_uint_eq(effect.n_legs, amount_micro == 0 ? 0 : 1);
    ck_assert_int_eq(effect.legs[0].debit, debit);
    ck_assert_int_eq(effect.legs[0].credit, credit);
    ck_assert_int_eq(effect.legs[0].amount_micro, amount_micro);
    ck_assert_int_eq(effect.after.debits_micro, 7 + (debit == MBILL_POSTING_CREDIT ? amount_micro : 0));
    ck_assert_int_eq(effect.after.credits_micro, 11 + (credit == MBILL_POSTING_CREDIT ? amount_micro : 0));
    ck_assert_int_eq(effect.after.n_operations, 1);
    ck_assert_int_eq(before.n_operations, 0);
    ck_assert_int_eq(before.debits_micro, 7);
}

START_TEST(makes_legs)
{
    mbill_posting pays = top_up(50 * UNIT), uses = usage(20 * UNIT), note = usage(-3), nothing = usage(0);
    assert_leg(&pays, MBILL_POSTING_CASH, MBILL_POSTING_CREDIT, 50 * UNIT);
    assert_leg(&uses, MBILL_POSTING_CREDIT, MBILL_POSTING_REVENUE, 20 * UNIT);
    assert_leg(&note, MBILL_POSTING_REVENUE, MBILL_POSTING_CREDIT, 3);
    assert_leg(&nothing, 0, 0, 0);
}
END_TEST

START_TEST(goes_below_zero)
{
    mbill_balance balance = balance_of(0, 5 * UNIT);
    mbill_posting uses = usage(8 * UNIT);
    mbill_posting_effect effect = {.struct_size = sizeof effect};
    int64_t amount;
    ck_assert_int_eq(mbill_posting_apply(&balance, &uses, &effect, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_balance_amount(&effect.after, &amount, NULL), MBILL_OK);
    ck_assert_int_eq(amount, -3 * UNIT);
}
END_TEST

/* Five hundred random operations: the book of three accounts stays in balance and CREDIT is what the counters say. */
START_TEST(agrees_with_a_naive_book)
{
    uint64_t random = 20260101u + (uint64_t)_i;
    int64_t book[4] = {0, 0, 0, 0}; /* by mbill_posting_account: debits less credits */
    mbill_balance balance;
    mbill_balance_init(&balance);
    for (int step = 0; step < 500; step++) {
        bool pays = random_next(&random) % 3 == 0;
        int64_t amount = (int64_t)(random_next(&random) % 1000000000u);
        if (!pays) amount -= 200000000;
        if (pays) amount++;
        mbill_posting operation = pays ? top_up(amount) : usage(amount);
        mbill_posting_effect effect = {.struct_size = sizeof effect};
        ck_assert_int_eq(mbill_posting_apply(&balance, &operation, &effect, NULL), MBILL_OK);
        book[pays ? MBILL_POSTING_CASH : MBILL_POSTING_REVENUE] += pays ? amount : -amount;
        book[MBILL_POSTING_CREDIT] += pays ? -amount : amount;
        for (uint32_t i = 0; i < effect.n_legs; i++) ck_assert_int_gt(effect.legs[i].amount_micro, 0);
        ck_assert_int_ge(effect.after.debits_micro, balance.debits_micro);
        ck_assert_int_ge(effect.after.credits_micro, balance.credits_micro);
        balance = effect.after;
        int64_t shown;
        ck_assert_int_eq(mbill_balance_amount(&balance, &shown, NULL), MBILL_OK);
        ck_assert_int_eq(shown, -book[MBILL_POSTING_CREDIT]);
        ck_assert_int_eq(book[1] + book[2] + book[3], 0);
    }
    ck_assert_int_eq(balance.n_operations, 500);
}
END_TEST

START_TEST(tells_a_retry)
{
    mbill_posting stored = top_up(50 * UNIT), given = stored;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS, "/id", "top-up of 50");
    given.id = id_of(9);
    given.amount_micro = 1;
    ck_assert_int_eq(mbill_posting_compare(&stored, &given, NULL), MBILL_OK);
}
END_TEST

/* Each field differs together with all that come after it: the first is named, with both values. */
START_TEST(names_the_first_difference)
{
    mbill_posting stored = top_up(50 * UNIT), given = usage(60 * UNIT);
    mbill_error err;
    mbill_error_init(&err);
    given.id = stored.id;
    given.flags = 2;
    given.effective_utc_s = NOON + 3600;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/kind",
        "kind top-up, now given with usage");
    given.kind = stored.kind;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/flags",
        "flags 0x0, now given with 0x2");
    given.flags = 0;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/amount",
        "amount 50, now given with 60");
    given.amount_micro = stored.amount_micro;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/effective",
        "2026-01-01T00:00:00Z, now given with 2026-01-01T01:00:00Z");
    given.effective_utc_s = stored.effective_utc_s;
    ck_assert_int_eq(mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS);
    given.kind = 77;
    given.effective_utc_s = INT64_MAX;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/kind",
        "now given with 77");
    given.kind = stored.kind;
    assert_refusal_path(&err, mbill_posting_compare(&stored, &given, &err), MBILL_E_EXISTS_DIFFERENT, "/effective",
        "9223372036854775807 s");
}
END_TEST

START_TEST(reads_and_prints_ids)
{
    static const char plain[] = "0123456789abcdefABCDEF0011223344", dashed[] = "01234567-89ab-cdef-ABCD-EF0011223344";
    mbill_id id, other;
    char text[33];
    size_t room = sizeof text;
    ck_assert_int_eq(mbill_id_parse(plain, 32, &id, NULL), MBILL_OK);
    ck_assert_uint_eq(id.bytes[0], 0x01);
    ck_assert_uint_eq(id.bytes[15], 0x44);
    ck_assert_int_eq(mbill_id_parse(dashed, 36, &other, NULL), MBILL_OK);
    ck_assert_mem_eq(&id, &other, sizeof id);
    ck_assert_int_eq(mbill_id_print(&id, text, &room, NULL), MBILL_OK);
    ck_assert_uint_eq(room, 33);
    ck_assert_str_eq(text, "0123456789abcdefabcdef0011223344");
    room = 0;
    ck_assert_int_eq(mbill_id_print(&id, NULL, &room, NULL), MBILL_OK);
    ck_assert_uint_eq(room, 33);
}
END_TEST

/* ---- refused ---- */

static void assert_apply_refused(mbill_balance before, mbill_posting operation, mbill_status status, const char *path,
    const char *part)
{
    mbill_posting_effect effect, untouched;
    mbill_error err;
    mbill_error_init(&err);
    memset(&effect, 0xA5, sizeof effect);
    effect.struct_size = sizeof effect;
    untouched = effect;
    assert_refusal_path(&err, mbill_posting_apply(&before, &operation, &effect, &err), status, path, part);
    ck_assert_mem_eq(&effect, &untouched, sizeof effect);
    ck_assert_int_eq(mbill_posting_apply(&before, &operation, &effect, NULL), (int)status);
}

START_TEST(refuses_operations)
{
    mbill_balance empty = balance_of(0, 0);
    mbill_posting bad = top_up(1);
    memset(&bad.id, 0, sizeof bad.id);
    assert_apply_refused(empty, bad, MBILL_E_INVALID, "/id", "all zeros");
    memset(&bad.id, 0xFF, sizeof bad.id);
    assert_apply_refused(empty, bad, MBILL_E_INVALID, "/id", "all ones");
    bad = top_up(1);
    bad.kind = 0;
    assert_apply_refused(empty, bad, MBILL_E_INVALID, "/kind", "kind 0");
    bad.kind = 3;
    assert_apply_refused(empty, bad, MBILL_E_INVALID, "/kind", "kind 3");
    bad = top_up(1);
    bad.flags = 4;
    assert_apply_refused(empty, bad, MBILL_E_UNKNOWN_OPTION, "/flags", "0x4");
    assert_apply_refused(empty, top_up(0), MBILL_E_INVALID, "/amount", "top-up of 0 ");
    assert_apply_refused(empty, top_up(-5 * UNIT), MBILL_E_INVALID, "/amount", "top-up of -5 ");
    bad = usage(1);
    bad.reserved = 1;
    assert_apply_refused(empty, bad, MBILL_E_INVALID, "/reserved", "reserved is 1");
    bad = usage(1);
    bad.effective_utc_s = INT64_MIN;
    assert_apply_refused(empty, bad, MBILL_E_RANGE, "/effective", "1900 to 2999");
    bad.effective_utc_s = INT64_C(32503680000);
    assert_apply_refused(empty, bad, MBILL_E_RANGE, "/effective", "32503680000");
}
END_TEST

START_TEST(refuses_balances)
{
    mbill_balance bad = balance_of(0, 0);
    bad.format = 2;
    assert_apply_refused(bad, top_up(1), MBILL_E_INVALID, "", "format 2");
    assert_apply_refused(balance_of(-1, 0), top_up(1), MBILL_E_INVALID, "", "debits -0.000001");
    assert_apply_refused(balance_of(0, -1), top_up(1), MBILL_E_INVALID, "", "credits -0.000001");
    bad = balance_of(0, 0);
    bad.n_operations = -1;
    assert_apply_refused(bad, top_up(1), MBILL_E_INVALID, "", "-1 operations");
    bad = balance_of(0, 0);
    bad.struct_size = 4;
    assert_apply_refused(bad, top_up(1), MBILL_E_MISUSE, "", "struct_size");
    int64_t amount = 42;
    ck_assert_int_eq(mbill_balance_amount(&bad, &amount, NULL), MBILL_E_MISUSE);
    ck_assert_int_eq(amount, 42);
}
END_TEST

START_TEST(refuses_null)
{
    mbill_balance balance = balance_of(0, 0);
    mbill_posting operation = top_up(1);
    mbill_posting_effect effect = {.struct_size = sizeof effect}, unset = {0};
    mbill_id id = id_of(1);
    mbill_error err;
    int64_t amount;
    size_t room = 0;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_posting_apply(NULL, &operation, &effect, &err), MBILL_E_MISUSE, "", "before is NULL");
    ck_assert_int_eq(mbill_posting_apply(&balance, NULL, &effect, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_posting_apply(&balance, &operation, NULL, &err), MBILL_E_MISUSE);
    assert_refusal_path(&err, mbill_posting_apply(&balance, &operation, &unset, &err), MBILL_E_MISUSE, "",
        "struct_size of out_effect is 0");
    ck_assert_int_eq(mbill_balance_amount(NULL, &amount, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_balance_amount(&balance, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_posting_compare(NULL, &operation, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_posting_compare(&operation, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_id_parse(NULL, 32, &id, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_id_parse("x", 1, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_id_print(NULL, NULL, &room, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_id_print(&id, NULL, NULL, &err), MBILL_E_MISUSE);
}
END_TEST

START_TEST(refuses_ids)
{
    static const struct {
        const char *text;
        int64_t index;
        const char *part;
    } cases[] = {
        {"", 0, "0 characters"},
        {"0123456789abcdef0123456789abcde", 0, "31 characters"},
        {"0123456789abcdef0123456789abcdeg", 31, "place 32"},
        {"0123456789abcdef0123456789abcd-f", 30, "place 31"},
        {"012345678-9ab-cdef-ABCD-EF001122334", 0, "35 characters"},
        {"012345678-9ab-cdef-ABCD-EF0011223344", 8, "no dash in place 9"},
        {"01234567-89ab-cdef-ABCD-EF001122334-", 35, "no hex digit in place 36"},
        {"00000000000000000000000000000000", 0, "all zeros"},
        {"FFFFFFFF-ffff-ffff-ffff-ffffffffffff", 0, "all ones"},
    };
    mbill_id id = id_of(5), untouched = id;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_id_parse(cases[_i].text, strlen(cases[_i].text), &id, &err), MBILL_E_INVALID, "",
        cases[_i].part);
    ck_assert_int_eq(err.index, cases[_i].index);
    ck_assert_mem_eq(&id, &untouched, sizeof id);
}
END_TEST
#define N_BAD_IDS 9

/* ---- edges ---- */

START_TEST(stops_at_the_range)
{
    mbill_balance full = balance_of(INT64_MAX, INT64_MAX - 5);
    mbill_posting_effect effect = {.struct_size = sizeof effect};
    mbill_posting fits = top_up(5);
    int64_t amount;
    assert_apply_refused(full, top_up(6), MBILL_E_OVERFLOW, "/amount", "does not fit");
    ck_assert_int_eq(mbill_posting_apply(&full, &fits, &effect, NULL), MBILL_OK);
    assert_apply_refused(effect.after, top_up(1), MBILL_E_OVERFLOW, "/amount", "top-up of 0.000001");
    assert_apply_refused(full, usage(1), MBILL_E_OVERFLOW, "/amount", "usage of 0.000001");
    assert_apply_refused(balance_of(0, 0), usage(INT64_MIN), MBILL_E_OVERFLOW, "/amount", "usage of -9223372036854.775808");
    full = balance_of(INT64_MAX, 0);
    ck_assert_int_eq(mbill_balance_amount(&full, &amount, NULL), MBILL_OK);
    ck_assert_int_eq(amount, -INT64_MAX);
    full = balance_of(0, 0);
    full.n_operations = INT64_MAX;
    assert_apply_refused(full, usage(0), MBILL_E_OVERFLOW, "", "operations");
}
END_TEST

START_TEST(newer_structs)
{
    struct {
        mbill_balance known;
        uint32_t more, pad;
    } longer = {balance_of(1, 3), 0, 0};
    int64_t amount;
    longer.known.struct_size = sizeof longer;
    ck_assert_int_eq(mbill_balance_amount(&longer.known, &amount, NULL), MBILL_OK);
    ck_assert_int_eq(amount, 2);
    longer.more = 1;
    ck_assert_int_eq(mbill_balance_amount(&longer.known, &amount, NULL), MBILL_E_UNKNOWN_OPTION);
}
END_TEST

START_TEST(short_room)
{
    mbill_id id = id_of(1);
    char text[33] = "untouched";
    size_t room = 32;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_id_print(&id, text, &room, &err), MBILL_E_ROOM);
    ck_assert_uint_eq(room, 33);
    ck_assert_str_eq(text, "untouched");
    ck_assert_str_ne(err.message, "");
}
END_TEST

static Suite *ledger_suite(void)
{
    Suite *suite = suite_create("ledger");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, starts_empty);
    tcase_add_test(ok, makes_legs);
    tcase_add_test(ok, goes_below_zero);
    tcase_add_loop_test(ok, agrees_with_a_naive_book, 0, 20);
    tcase_add_test(ok, tells_a_retry);
    tcase_add_test(ok, names_the_first_difference);
    tcase_add_test(ok, reads_and_prints_ids);
    tcase_add_test(refused, refuses_operations);
    tcase_add_test(refused, refuses_balances);
    tcase_add_test(refused, refuses_null);
    tcase_add_loop_test(refused, refuses_ids, 0, N_BAD_IDS);
    tcase_add_test(edges, stops_at_the_range);
    tcase_add_test(edges, newer_structs);
    tcase_add_test(edges, short_room);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(ledger_suite());
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
