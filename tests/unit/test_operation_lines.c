/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that stand alone, one a line, and policies that do: what is read, what is refused and where, memory that fails; numbers that no account has. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/operations.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ID "\"id\":\"00000000000000000000000000000001\""
#define FULL                                                                                                                     \
    "{\"at\":\"2026-01-05T10:00:00Z\"," ID ",\"do\":\"open\",\"account\":7,\"policy\":{\"preset\":\"DLT\",\"overdraft_limit\":"  \
    "\"3\"},\"supply\":[{\"account\":7,\"contactor\":\"open\"}]}"

static mbill_operations *read_line(const char *json, int32_t kind)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_operations_read_line(json, strlen(json), kind, NULL, &operations, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    return operations;
}

static const mbill_operation_batch *only_batch(const mbill_operations *operations)
{
    size_t n;
    const mbill_operation_batch *batch = mbill_operations_batches(operations, &n);
    ck_assert_uint_eq(n, 1);
    return batch;
}

START_TEST(a_line_is_a_batch_of_one)
{
    mbill_operations *operations = read_line(FULL, 0);
    const mbill_operation_batch *batch = only_batch(operations);
    ck_assert_int_eq(batch->at_utc_s, 1767607200);
    ck_assert_uint_eq(batch->n_operations, 1);
    ck_assert_int_eq(batch->operations[0].kind, MBILL_OPERATION_OPEN);
    ck_assert_int_eq(batch->operations[0].policy->disablement_micro, -3000000);
    ck_assert_uint_eq(batch->n_questions, 1);
    ck_assert_int_eq(batch->questions[0].account, 7);
    mbill_operations_free(operations);
}
END_TEST

START_TEST(a_line_need_not_say_when_what_or_by_which_policy)
{
    mbill_operations *operations = read_line("{" ID ",\"account\":7}", MBILL_OPERATION_OPEN);
    const mbill_operation_batch *batch = only_batch(operations);
    ck_assert_int_eq(batch->at_utc_s, MBILL_AT_UNSAID);
    ck_assert_int_eq(batch->operations[0].kind, MBILL_OPERATION_OPEN);
    ck_assert_ptr_null(batch->operations[0].policy);
    mbill_operations_free(operations);
    operations = read_line("{" ID ",\"do\":\"refund\",\"account\":7,\"amount\":1}", MBILL_OPERATION_OPEN);
    ck_assert_int_eq(only_batch(operations)->operations[0].kind, MBILL_OPERATION_REFUND);
    mbill_operations_free(operations);
}
END_TEST

START_TEST(a_line_can_let_time_go_on)
{
    mbill_operations *operations = read_line("{\"at\":\"2026-01-05T10:00:00Z\"}", 0);
    ck_assert_uint_eq(only_batch(operations)->n_operations, 0);
    mbill_operations_free(operations);
}
END_TEST

START_TEST(a_policy_alone)
{
    mbill_policy preset, read;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_VEND, &preset), 1);
    ck_assert_int_eq(mbill_policy_read("\"VEND\"", 6, &read, &err), MBILL_OK);
    ck_assert_mem_eq(&read, &preset, sizeof read);
    ck_assert_int_eq(mbill_policy_read("{\"preset\":\"VEND\"}", 17, &read, &err), MBILL_OK);
    ck_assert_mem_eq(&read, &preset, sizeof read);
    memset(&read, 1, sizeof read);
    preset = read;
    assert_refusal_path(&err, mbill_policy_read("\"STS\"", 5, &read, &err), MBILL_E_INVALID, "", "SMETS");
    assert_refusal_path(&err, mbill_policy_read("{\"preset\":\"DLT\",\"step\":\"0\"}", 27, &read, &err), MBILL_E_INVALID, "/step",
        "above 0");
    assert_refusal_path(&err, mbill_policy_read("{", 1, &read, &err), MBILL_E_SYNTAX, "", "");
    assert_refusal(&err, mbill_policy_read("1", 1, NULL, &err), MBILL_E_MISUSE, "out_policy");
    assert_refusal(&err, mbill_policy_read(NULL, 1, &read, &err), MBILL_E_MISUSE, "json");
    ck_assert_mem_eq(&read, &preset, sizeof read);
}
END_TEST

static const struct {
    const char *json;
    mbill_status status;
    const char *path, *says;
} refused[] = {
    {"", MBILL_E_SYNTAX, "", ""},
    {"[]", MBILL_E_TYPE, "", "object"},
    {"{}", MBILL_E_MISSING_KEY, "/id", "id"},
    {"{" ID "}", MBILL_E_MISSING_KEY, "/do", "do"},
    {"{" ID ",\"do\":\"pay\"}", MBILL_E_INVALID, "/do", "top_up"},
    {"{" ID ",\"do\":\"usage\",\"units\":1}", MBILL_E_UNKNOWN_KEY, "/units", "units"},
    {"{" ID ",\"do\":\"usage\",\"amount\":\"x\"}", MBILL_E_NUMBER, "/amount", "x"},
    {"{" ID ",\"do\":\"open\",\"policy\":\"home\"}", MBILL_E_INVALID, "/policy", "SMETS"},
    {"{" ID ",\"do\":\"open\",\"policy\":{}}", MBILL_E_MISSING_KEY, "/policy/preset", "preset"},
    {"{\"at\":\"today\"}", MBILL_E_DATE, "/at", "today"},
    {"{\"at\":\"2026-01-05T10:00:00Z\",\"account\":7}", MBILL_E_UNKNOWN_KEY, "/account", "account"},
    {"{\"at\":\"2026-01-05T10:00:00Z\",\"supply\":[{}]}", MBILL_E_MISSING_KEY, "/supply/0/account", "account"},
};

START_TEST(what_is_not_the_form_is_refused)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_operations_read_line(refused[_i].json, strlen(refused[_i].json), 0, NULL, &operations, &err);
    assert_refusal_path(&err, status, refused[_i].status, refused[_i].path, refused[_i].says);
    ck_assert_ptr_null(operations);
}
END_TEST

START_TEST(a_kind_that_is_none_is_refused)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_operations_read_line(FULL, strlen(FULL), -1, NULL, &operations, &err), MBILL_E_MISUSE, "-1");
    assert_refusal(&err, mbill_operations_read_line(FULL, strlen(FULL), 27, NULL, &operations, &err), MBILL_E_MISUSE, "27");
    ck_assert_ptr_null(operations);
}
END_TEST

START_TEST(memory_fails_in_turn)
{
    mbill_status status = MBILL_E_NOMEM;
    for (size_t at = 1; status != MBILL_OK; at++) {
        counting_allocator counter;
        mbill_operations *operations;
        counting_start(&counter, at);
        status = mbill_operations_read_line(FULL, strlen(FULL), 0, &counter.allocator, &operations, NULL);
        ck_assert(status == MBILL_OK || status == MBILL_E_NOMEM);
        mbill_operations_free(operations);
        ck_assert_int_eq(counter.live_blocks, 0);
    }
}
END_TEST

/* A calendar in a question is asked at the moment of the decision. */
START_TEST(a_question_with_a_calendar)
{
    mbill_book *book;
    mbill_result result;
    int32_t supply = 0;
    uint32_t reasons = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_operations *operations = read_line("{" ID
                                             ",\"do\":\"open\",\"account\":7,\"policy\":\"DLT\",\"supply\":[{\"account\":7,"
                                             "\"contactor\":\"closed\",\"non_disablement\":{\"zone\":\"UTC0\",\"windows\":[{"
                                             "\"weekdays\":[\"thu\"],\"hours\":\"00:00-01:00\",\"dates\":\"1970-01-01\"}]}}]}",
        0);
    const mbill_operation_batch *batch = only_batch(operations);
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    assert_refusal(&err, mbill_book_supply(book, &batch->questions[0], 0, &supply, &reasons, &err), MBILL_E_NOT_FOUND, "7");
    ck_assert_int_eq(mbill_book_apply(book, batch->operations, 1, 0, &result, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_supply(book, &batch->questions[0], 3599, &supply, &reasons, NULL), MBILL_OK);
    ck_assert_int_eq(supply, MBILL_SUPPLY_KEEP);
    ck_assert_uint_eq(reasons, MBILL_REASON_NO_CREDIT | MBILL_REASON_PROTECTED);
    ck_assert_int_eq(mbill_book_supply(book, &batch->questions[0], 3600, &supply, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(supply, MBILL_SUPPLY_TRIP);
    assert_refusal(&err, mbill_book_supply(NULL, &batch->questions[0], 0, &supply, NULL, &err), MBILL_E_MISUSE, "book");
    assert_refusal(&err, mbill_book_supply(book, NULL, 0, &supply, NULL, &err), MBILL_E_MISUSE, "question");
    mbill_book_free(book);
    mbill_operations_free(operations);
}
END_TEST

static const int64_t strange[] = {-1, -7, INT64_C(-4294967295), INT64_C(-43000000000), INT64_MIN};

/* What was refused is written down with the number it named, whatever that is. */
START_TEST(a_record_may_name_a_number_that_no_account_has)
{
    mbill_book *book;
    mbill_result result;
    mbill_operation op = {.id = {{1}}, .kind = MBILL_OPERATION_TRANSFER, .account = 1, .other = strange[_i], .amount_micro = 1};
    char text[1024];
    size_t len = sizeof text;
    op.sequence = op.period = MBILL_NONE;
    op.charge = MBILL_NONE;
    ck_assert_int_eq(mbill_is_system_account(op.other), 0);
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_find(book, &op.id), -1);
    ck_assert_int_eq(mbill_book_apply(book, &op, 1, 0, &result, NULL), MBILL_OK);
    ck_assert_int_eq(result.code, MBILL_RESULT_NO_ACCOUNT);
    ck_assert_int_eq(mbill_book_find(book, &op.id), 0);
    ck_assert_int_eq(mbill_book_find(NULL, &op.id), -1);
    ck_assert_int_eq(mbill_book_find(book, NULL), -1);
    ck_assert_int_eq(mbill_book_record_write(book, 0, text, &len, NULL), MBILL_OK);
    ck_assert_msg(strstr(text, "\"other\":-") != NULL || strstr(text, "\"other\":\"-") != NULL, "%s", text);
    mbill_book_free(book);
}
END_TEST

static Suite *lines_suite(void)
{
    Suite *suite = suite_create("operation_lines");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("refused");
    tcase_add_test(ok, a_line_is_a_batch_of_one);
    tcase_add_test(ok, a_line_need_not_say_when_what_or_by_which_policy);
    tcase_add_test(ok, a_line_can_let_time_go_on);
    tcase_add_test(ok, a_policy_alone);
    tcase_add_test(ok, a_question_with_a_calendar);
    tcase_add_loop_test(bad, what_is_not_the_form_is_refused, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(bad, a_kind_that_is_none_is_refused);
    tcase_add_test(bad, memory_fails_in_turn);
    tcase_add_loop_test(bad, a_record_may_name_a_number_that_no_account_has, 0, (int)(sizeof strange / sizeof strange[0]));
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    return suite;
}

int main(void)
{
    return check_run(lines_suite(), CK_NOFORK);
}
