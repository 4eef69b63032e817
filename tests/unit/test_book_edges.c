/* SPDX-License-Identifier: Apache-2.0 */
/* The prepaid book at the end of what its fields can hold, with ids and numbers that a caller chose on purpose, with room that was asked for ahead,
 * and with journals whose every record is well formed and that no book has written. */
#include "check_run.h"
#include "counting_allocator.h"
#include "ledger/given.h"
#include "ledger/record.h"
#include "meterbill/calendar.h"
#include "meterbill/operations.h"
#include "refusal.h"

#include "base/digest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200) /* 2026-01-05T00:00:00Z */
enum { HOME = 7, PLAIN = 20, PLAIN_2 = 21 };

static mbill_book *book;
static mbill_policy policy;
static uint8_t next_id;

static void make_book(void)
{
    next_id = 0;
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_SMETS, &policy), 1);
    policy.debts[0] = (mbill_debt){.kind = MBILL_DEBT_PAYMENT, .share_1e4 = 2500};
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
}

static void free_book(void)
{
    mbill_book_free(book);
}

static mbill_operation op_of(int32_t kind, int64_t account, int64_t amount_micro)
{
    return (mbill_operation){.id = {{0x5a, ++next_id}},
        .kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

static mbill_result expect_at(const mbill_operation *op, int64_t now_utc_s, mbill_result_code code)
{
    mbill_result result;
    ck_assert_int_eq(mbill_book_apply(book, op, 1, now_utc_s, &result, NULL), MBILL_OK);
    ck_assert_msg(result.code == (int32_t)code, "%s, expected %s", mbill_result_name(result.code),
        mbill_result_name((int32_t)code));
    return result;
}

static mbill_result expect(const mbill_operation *op, mbill_result_code code)
{
    return expect_at(op, NOW, code);
}

static void open_home(void)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, HOME, 0), pay = op_of(MBILL_OPERATION_TOP_UP, HOME, 10 * UNIT);
    open.policy = &policy;
    (void)expect(&open, MBILL_RESULT_OK);
    (void)expect(&pay, MBILL_RESULT_OK);
}

static int64_t credit_of(const mbill_book *of)
{
    mbill_view view = {.struct_size = sizeof view};
    ck_assert_int_eq(mbill_book_view(of, HOME, &view, NULL), MBILL_OK);
    return view.credit_micro;
}

/* Read again by another book: the same bytes. */
static void assert_read_again(void)
{
    const uint8_t *bytes, *again_bytes;
    size_t len, again_len;
    mbill_book *again;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_book_open(NULL, &again, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_journal(book, 0, mbill_book_n_records(book), &bytes, &len, NULL), MBILL_OK);
    ck_assert_msg(mbill_book_replay(again, bytes, len, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(mbill_book_journal(again, 0, mbill_book_n_records(again), &again_bytes, &again_len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, again_len);
    ck_assert_mem_eq(bytes, again_bytes, len);
    mbill_book_free(again);
}

static void assert_written(int64_t record, const char *part)
{
    char text[2048];
    size_t len = sizeof text;
    ck_assert_int_eq(mbill_book_record_write(book, record, text, &len, NULL), MBILL_OK);
    ck_assert_msg(strstr(text, part) != NULL, "%s lacks %s", text, part);
}

/* ---- fields ---- */

/* Indexes and moments may be anything; those that name nothing are refused. */
START_TEST(no_index_is_too_large_to_be_refused)
{
    static const int32_t kinds[] = {MBILL_OPERATION_ACCRUE, MBILL_OPERATION_DEBT_LOAD, MBILL_OPERATION_DEBT_ADJUST,
        MBILL_OPERATION_WRITE_OFF, MBILL_OPERATION_SELECT_EC};
    open_home();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        mbill_operation op = op_of(kinds[i], HOME, kinds[i] == MBILL_OPERATION_SELECT_EC ? 0 : 1);
        op.charge = INT32_MAX;
        (void)expect(&op, MBILL_RESULT_NO_CHARGE);
    }
    mbill_operation use = op_of(MBILL_OPERATION_USAGE, HOME, 1);
    use.effective_utc_s = INT64_MAX;
    (void)expect(&use, MBILL_RESULT_RESERVED_NONZERO);
    use.effective_utc_s = NOW;
    (void)expect(&use, MBILL_RESULT_OK);
    assert_read_again();
}
END_TEST

/* A number below 0 that no system account has is no account; the refusal can be read and written like any other. */
START_TEST(a_number_of_no_account_is_written_as_it_is)
{
    static const struct {
        int64_t number;
        const char *text;
    } strange[] = {{-1, "\"account\":-1,"}, {-5, "\"account\":-5,"}, {INT64_MIN, "\"account\":\"-9223372036854775808\","},
        {-(INT64_C(10) << 32), "\"account\":\"-42949672960\","}};
    mbill_place_sums sums;
    mbill_error err;
    size_t len = 0;
    mbill_error_init(&err);
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        mbill_operation op = op_of(MBILL_OPERATION_TRANSFER, strange[i].number, UNIT);
        op.other = PLAIN;
        mbill_result result = expect(&op, MBILL_RESULT_NO_ACCOUNT);
        assert_written(result.record, strange[i].text);
        assert_refusal(&err, mbill_book_sums(book, strange[i].number, MBILL_PLACE_PLAIN, &sums, &err), MBILL_E_NOT_FOUND, "-");
        assert_refusal(&err, mbill_book_account_write(book, strange[i].number, NULL, &len, &err), MBILL_E_NOT_FOUND, "-");
    }
    assert_read_again();
}
END_TEST

/* ---- ids ---- */

/* The chain is refused, and nothing it named is there: also not what was found under the id that it has twice. */
START_TEST(an_id_twice_in_a_chain_is_not_there)
{
    mbill_result results[3];
    open_home();
    int64_t n_records = mbill_book_n_records(book);
    mbill_operation chain[3] = {op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT), op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT),
        op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT)};
    chain[0].flags = MBILL_OPERATION_LINKED;
    chain[1] = chain[0];
    ck_assert_int_eq(mbill_book_apply(book, chain, 3, NOW, results, NULL), MBILL_OK);
    ck_assert_int_eq(results[0].code, MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(results[1].code, MBILL_RESULT_EXISTS);
    ck_assert_int_eq(results[1].record, -1);
    ck_assert_uint_eq(results[1].n_legs, 0);
    ck_assert_int_eq(results[2].code, MBILL_RESULT_LINKED_FAILED);
    ck_assert_int_eq(mbill_book_n_records(book), n_records);
    ck_assert_int_eq(credit_of(book), 10 * UNIT);
}
END_TEST

/* Who knows a hold's id can work out the id of its expiry, and book something under it before. */
START_TEST(an_expiry_finds_an_id_of_its_own)
{
    mbill_operation hold = op_of(MBILL_OPERATION_HOLD, HOME, UNIT), taken = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT), kept;
    uint8_t bytes[22] = "expire", digest[MBILL__DIGEST_BYTES];
    open_home();
    hold.hold = MBILL_HOLD_REFUND;
    hold.timeout_s = 10;
    memcpy(bytes + 6, hold.id.bytes, sizeof hold.id.bytes);
    mbill__digest(bytes, sizeof bytes, digest);
    memcpy(taken.id.bytes, digest, sizeof taken.id.bytes);
    (void)expect(&taken, MBILL_RESULT_OK);
    (void)expect(&hold, MBILL_RESULT_OK);
    ck_assert_int_eq(mbill_book_tick(book, NOW + 10, NULL), MBILL_OK);
    int64_t last = mbill_book_n_records(book) - 1;
    ck_assert_int_eq(mbill_book_record(book, last, &kept, NULL, NULL, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(kept.kind, MBILL_OPERATION_EXPIRE);
    ck_assert_mem_eq(&kept.target, &hold.id, sizeof hold.id);
    ck_assert_int_ne(memcmp(&kept.id, &taken.id, sizeof taken.id), 0);
    (void)expect_at(&taken, NOW + 10, MBILL_RESULT_EXISTS);
    assert_read_again();
}
END_TEST

/* ---- room ---- */

/* With the room that was asked for, a batch of that many takes no memory: whatever its records turn out to be. */
START_TEST(what_is_reserved_is_enough)
{
    enum { N = 300 };
    static mbill_operation ops[N];
    static mbill_result results[N];
    counting_allocator counter;
    counting_start(&counter, 0);
    mbill_book_free(book);
    ck_assert_int_eq(mbill_book_open(&counter.allocator, &book, NULL), MBILL_OK);
    open_home();
    ck_assert_int_eq(mbill_book_reserve(book, 1, N, NULL), MBILL_OK);
    size_t calls = counter.calls;
    for (size_t i = 0; i < N; i++) {
        ops[i] = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT);
        ops[i].id.bytes[2] = (uint8_t)(1 + i / 200);
        ops[i].channel = (int64_t)i;
        ops[i].receipt = 1;
    }
    for (size_t done = 0; done < N; done += 100)
        ck_assert_int_eq(mbill_book_apply(book, ops + done, 100, NOW, results, NULL), MBILL_OK);
    ck_assert_uint_eq(counter.calls, calls);
    ck_assert_int_eq(credit_of(book), (10 + N) * UNIT);
    ck_assert_int_eq(mbill_book_reserve(book, 1, SIZE_MAX, NULL), MBILL_E_NOMEM);
    ck_assert_int_eq(credit_of(book), (10 + N) * UNIT);
    mbill_book_free(book);
    ck_assert(counting_is_even(&counter));
    book = NULL;
}
END_TEST

/* ---- journals that no book wrote ---- */

static mbill__record record_of(mbill_operation op)
{
    return (mbill__record){.operation = op, .recorded_utc_s = NOW};
}

static void add_leg(mbill__record *record, int64_t debit, int32_t debit_place, int64_t credit, int32_t credit_place,
    int64_t amount_micro)
{
    record->legs[record->n_legs++] = (mbill_leg){.debit_account = debit,
        .credit_account = credit,
        .amount_micro = amount_micro,
        .debit_place = debit_place,
        .credit_place = credit_place,
        .purpose = MBILL_PURPOSE_PLAIN};
}

static mbill_status take_in(const mbill__record *record)
{
    uint8_t bytes[MBILL__RECORD_MAX];
    mbill__record told = *record;
    told.given = mbill__given_fields(&record->operation);
    return mbill_book_replay(book, bytes, mbill__record_encode(&told, bytes), NULL);
}

/* A record says how long it is: every length but its own is refused, and nothing beyond the bytes is looked at. */
START_TEST(no_length_reaches_beyond_the_bytes)
{
    enum { LENGTH_AT = 52 };
    uint8_t bytes[MBILL__RECORD_MAX];
    mbill__record record = record_of(op_of(MBILL_OPERATION_OPEN, PLAIN, 0));
    record.given = mbill__given_fields(&record.operation);
    size_t len = mbill__record_encode(&record, bytes);
    uint8_t *exact = malloc(len);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, len);
    for (uint32_t said = 0;; said = said < 300 ? said + 1 : said * 3) {
        if (said == len) continue;
        for (size_t i = 0; i < 4; i++) exact[LENGTH_AT + i] = (uint8_t)(said >> (24 - 8 * i));
        ck_assert_int_eq(mbill_book_replay(book, exact, len, NULL), MBILL_E_CORRUPT);
        if (said > UINT32_MAX / 3) break;
    }
    for (size_t cut = 1; cut < len; cut++) ck_assert_int_eq(mbill_book_replay(book, bytes, cut, NULL), MBILL_E_CORRUPT);
    ck_assert_int_eq(mbill_book_replay(book, bytes, len, NULL), MBILL_OK);
    free(exact);
}
END_TEST

/* After it the book is what it was, and goes on. */
static void assert_refused(const mbill__record *record)
{
    mbill_operation pay = op_of(MBILL_OPERATION_TOP_UP, HOME, UNIT);
    int64_t n_records = mbill_book_n_records(book), credit_micro = credit_of(book);
    ck_assert_int_eq(take_in(record), MBILL_E_CORRUPT);
    ck_assert_int_eq(mbill_book_n_records(book), n_records);
    ck_assert_int_eq(credit_of(book), credit_micro);
    (void)expect(&pay, MBILL_RESULT_OK);
    assert_read_again();
}

/* 64 legs, each between two system accounts that nothing has moved before: the most that a record can change. */
START_TEST(a_record_may_move_many_system_accounts)
{
    open_home();
    mbill__record record = record_of(op_of(MBILL_OPERATION_USAGE, HOME, 0));
    for (uint32_t i = 0; i < MBILL_LEGS_MAX; i++)
        add_leg(&record, mbill_system_account(MBILL_SYSTEM_CASH, 100 + i), 0, mbill_system_account(MBILL_SYSTEM_FEE, 100 + i), 0,
            1);
    record.legs[63].credit_account = HOME; /* no such place: taken back */
    assert_refused(&record);
    record.legs[63].credit_account = mbill_system_account(MBILL_SYSTEM_FEE, 163);
    ck_assert_int_eq(take_in(&record), MBILL_OK);
    assert_read_again();
}
END_TEST

START_TEST(legs_of_no_book_are_refused)
{
    static const struct {
        int64_t debit;
        int32_t debit_place;
        int64_t credit;
        int32_t credit_place;
        int64_t amount_micro;
        int32_t purpose, pending;
    } strange[] = {
        {-5, 0, HOME, MBILL_PLACE_CREDIT, 1, 1, 0}, {INT64_MIN, 0, HOME, MBILL_PLACE_CREDIT, 1, 1, 0},
        {0, 0, HOME, MBILL_PLACE_CREDIT, 1, 1, 0}, {8, MBILL_PLACE_CREDIT, HOME, MBILL_PLACE_CREDIT, 1, 1, 0},
        {HOME, MBILL_PLACE_PLAIN, HOME, MBILL_PLACE_CREDIT, 1, 1, 0}, {HOME, 200, HOME, MBILL_PLACE_CREDIT, 1, 1, 0},
        {HOME, MBILL_PLACE_CREDIT, HOME, MBILL_PLACE_CREDIT, 1, 1, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 0, 1, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, -1, 1, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, INT64_MIN, 1, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, INT64_MAX, 1, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 0, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 11, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 255, 0},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 1, 2},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 1, -2},
        {HOME, MBILL_PLACE_ACCUM, HOME, MBILL_PLACE_CREDIT, 1, 1, -1}, /* nothing was reserved */
    };
    open_home();
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        mbill__record record = record_of(op_of(MBILL_OPERATION_USAGE, HOME, 1));
        add_leg(&record, strange[i].debit, strange[i].debit_place, strange[i].credit, strange[i].credit_place,
            strange[i].amount_micro);
        record.legs[0].purpose = strange[i].purpose;
        record.legs[0].pending = strange[i].pending;
        assert_refused(&record);
    }
}
END_TEST

START_TEST(results_and_moments_of_no_book_are_refused)
{
    static const int32_t codes[] = {MBILL_RESULT_LINK_OPEN, MBILL_RESULT_BAD_ID, MBILL_RESULT_EXISTS, MBILL_RESULT_OVERFLOW + 1,
        255};
    static const int64_t moments[] = {INT64_MIN, INT64_MAX, INT64_C(-1) << 40, INT64_C(1) << 40};
    open_home();
    mbill__record record = record_of(op_of(MBILL_OPERATION_USAGE, HOME, 1));
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        record.code = codes[i];
        assert_refused(&record);
    }
    record.code = MBILL_RESULT_OVERFLOW;
    record.moved_micro = 1;
    assert_refused(&record);
    record.moved_micro = 0;
    record.after = MBILL__AFTER_EC;
    assert_refused(&record);
    record.after = 0;
    add_leg(&record, HOME, MBILL_PLACE_CREDIT, mbill_system_account(MBILL_SYSTEM_REVENUE, 0), 0, 1);
    assert_refused(&record);
    record.code = MBILL_RESULT_OK;
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        record.recorded_utc_s = moments[i];
        assert_refused(&record);
    }
    record.recorded_utc_s = NOW;
    ck_assert_int_eq(take_in(&record), MBILL_OK);
    assert_read_again();
}
END_TEST

/* The first record of an empty book has no moment before it to be compared with. */
START_TEST(a_first_moment_outside_of_the_calendar_is_refused)
{
    mbill_operation open = op_of(MBILL_OPERATION_OPEN, PLAIN, 0), hold = op_of(MBILL_OPERATION_TRANSFER, PLAIN, 1);
    mbill__record record = record_of(open);
    record.recorded_utc_s = INT64_MIN;
    ck_assert_int_eq(take_in(&record), MBILL_E_CORRUPT);
    hold.other = mbill_system_account(MBILL_SYSTEM_CASH, 0);
    hold.flags = MBILL_OPERATION_PENDING;
    hold.timeout_s = INT64_MAX;
    record = record_of(hold);
    record.recorded_utc_s = -1 - INT64_MAX / 2;
    ck_assert_int_eq(take_in(&record), MBILL_E_CORRUPT);
    record = record_of(open);
    record.operation.account = 0; /* an account of no number */
    ck_assert_int_eq(take_in(&record), MBILL_E_CORRUPT);
    ck_assert_int_eq(mbill_book_n_records(book), 0);
}
END_TEST

/* A hold whose legs do not say what it reserves could not be posted. */
START_TEST(holds_of_no_book_are_refused)
{
    const int64_t cash = mbill_system_account(MBILL_SYSTEM_CASH, 0);
    mbill_operation plain = op_of(MBILL_OPERATION_OPEN, PLAIN, 0), second = op_of(MBILL_OPERATION_OPEN, PLAIN_2, 0);
    open_home();
    (void)expect(&plain, MBILL_RESULT_OK);
    (void)expect(&second, MBILL_RESULT_OK);
    mbill__record record = record_of(op_of(MBILL_OPERATION_HOLD, HOME, UNIT));
    record.operation.hold = MBILL_HOLD_TOP_UP;
    assert_refused(&record); /* no leg */
    add_leg(&record, cash, 0, HOME, MBILL_PLACE_CREDIT, UNIT);
    assert_refused(&record); /* posted, not reserved */
    record.legs[0].pending = 1;
    record.legs[0].amount_micro = UNIT - 1;
    assert_refused(&record);
    record.legs[0].amount_micro = UNIT;
    record.operation.channel = 1;
    assert_refused(&record);
    record.operation.channel = 0;
    record.operation.account = 99; /* nobody */
    assert_refused(&record);
    record.operation.account = record.legs[0].credit_account = PLAIN;
    assert_refused(&record);
    record.operation.account = record.legs[0].credit_account = HOME;
    ck_assert_int_eq(take_in(&record), MBILL_OK);
    mbill_operation post = op_of(MBILL_OPERATION_POST, 0, MBILL_AMOUNT_ALL);
    post.target = record.operation.id;
    (void)expect(&post, MBILL_RESULT_OK);
    record = record_of(op_of(MBILL_OPERATION_TRANSFER, PLAIN, UNIT));
    record.operation.other = PLAIN_2;
    record.operation.flags = MBILL_OPERATION_PENDING | MBILL_OPERATION_UP_TO;
    record.moved_micro = INT64_MIN;
    assert_refused(&record);
    record.moved_micro = -1;
    assert_refused(&record);
    record.moved_micro = 1;
    assert_refused(&record);
    add_leg(&record, PLAIN, 0, PLAIN_2, 0, 1);
    record.legs[0].pending = 1;
    ck_assert_int_eq(take_in(&record), MBILL_OK);
    assert_read_again();
}
END_TEST

START_TEST(expiries_of_no_book_are_refused)
{
    open_home();
    mbill__record record = record_of(op_of(MBILL_OPERATION_EXPIRE, 0, 0));
    record.operation.target.bytes[0] = 1;
    assert_refused(&record); /* of nothing */
    record.operation.account = HOME;
    assert_refused(&record);
    record.operation.account = 0;
    record.operation.policy = &record.policy;
    record.policy = policy;
    record.policy.step_micro = 0;
    assert_refused(&record);
    record.code = MBILL_RESULT_NO_PENDING;
    assert_refused(&record);
    record.operation.policy = NULL;
    record.operation.flags = MBILL_OPERATION_FORCE;
    assert_refused(&record);
}
END_TEST

static Suite *edges_suite(void)
{
    Suite *suite = suite_create("book edges");
    TCase *chosen = tcase_create("chosen"), *strange = tcase_create("strange");
    tcase_add_checked_fixture(chosen, make_book, free_book);
    tcase_add_checked_fixture(strange, make_book, free_book);
    tcase_add_test(chosen, no_index_is_too_large_to_be_refused);
    tcase_add_test(chosen, a_number_of_no_account_is_written_as_it_is);
    tcase_add_test(chosen, an_id_twice_in_a_chain_is_not_there);
    tcase_add_test(chosen, an_expiry_finds_an_id_of_its_own);
    tcase_add_test(chosen, what_is_reserved_is_enough);
    tcase_add_test(strange, no_length_reaches_beyond_the_bytes);
    tcase_add_test(strange, a_record_may_move_many_system_accounts);
    tcase_add_test(strange, legs_of_no_book_are_refused);
    tcase_add_test(strange, results_and_moments_of_no_book_are_refused);
    tcase_add_test(strange, a_first_moment_outside_of_the_calendar_is_refused);
    tcase_add_test(strange, holds_of_no_book_are_refused);
    tcase_add_test(strange, expiries_of_no_book_are_refused);
    suite_add_tcase(suite, chosen);
    suite_add_tcase(suite, strange);
    return suite;
}

int main(void)
{
    return check_run(edges_suite(), CK_NOFORK);
}
