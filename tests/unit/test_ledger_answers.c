/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of operations that were booked: of a batch, of one line, of time alone; questions about accounts that are not there. */
#include "check_run.h"
#include "meterbill/operations.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ID(n) "\"id\":\"0000000000000000000000000000000" n "\""
#define OPEN "{" ID("1") ",\"do\":\"open\",\"account\":7,\"policy\":\"DLT\"}"
#define TOP_UP "{" ID("2") ",\"do\":\"top_up\",\"account\":7,\"amount\":\"20\",\"channel\":1}"
#define RECORD_1                                                                                                                 \
    "{\"record\":1,\"at\":\"2026-01-05T10:00:00Z\",\"operation\":{" ID(                                                          \
        "2") ",\"do\":\"top_up\",\"account\":7,\"amount\":\"20\","                                                               \
             "\"channel\":1},\"result\":\"OK\",\"moved\":\"0\",\"legs\":[{\"debit\":{\"system\":\"cash\",\"index\":1},"          \
             "\"credit\":{"                                                                                                      \
             "\"account\":7,\"place\":\"credit\",\"index\":0},\"amount\":\"20\",\"purpose\":\"plain\",\"is\":\"posted\"}]}"
#define NOON 1767607200

static mbill_book *book;
static mbill_operations *read;
static mbill_result results[4];

static void start(void)
{
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    read = NULL;
}

static void end(void)
{
    mbill_operations_free(read);
    mbill_book_free(book);
}

static const mbill_operation_batch *book_line(const char *json)
{
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    mbill_operations_free(read);
    ck_assert_msg(mbill_operations_read_line(json, strlen(json), 0, NULL, &read, &err) == MBILL_OK, "%s", err.message);
    const mbill_operation_batch *line = mbill_operations_batches(read, &n);
    if (line->n_operations > 0)
        ck_assert_int_eq(mbill_book_apply(book, line->operations, line->n_operations, NOON, results, NULL), MBILL_OK);
    return line;
}

static void assert_text(mbill_status status, char *text, const char *expected)
{
    ck_assert_int_eq(status, MBILL_OK);
    ck_assert_str_eq(text, expected);
    free(text);
}

/* The answer to one line; too small a room is refused, and nothing is written then. */
static char *answer(const mbill_operation_batch *line)
{
    size_t len = 0, small;
    ck_assert_int_eq(mbill_book_answer_write(book, line, results, NOON, NULL, &len, NULL), MBILL_OK);
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    small = len - 1;
    text[0] = '!';
    ck_assert_int_eq(mbill_book_answer_write(book, line, results, NOON, text, &small, NULL), MBILL_E_ROOM);
    ck_assert_int_eq(text[0], '!');
    ck_assert_int_eq(mbill_book_answer_write(book, line, results, NOON, text, &len, NULL), MBILL_OK);
    return text;
}

static void assert_answer(const char *json, const char *part)
{
    char *text = answer(book_line(json));
    ck_assert_msg(strstr(text, part) != NULL, "%s lacks %s", text, part);
    free(text);
}

static void assert_no_part(const char *json, const char *part)
{
    char *text = answer(book_line(json));
    ck_assert_msg(strstr(text, part) == NULL, "%s has %s", text, part);
    free(text);
}

/* ---- ok ---- */

START_TEST(a_line_has_its_record_and_its_account)
{
    book_line(OPEN);
    assert_answer(TOP_UP,
        "{\"result\":\"OK\",\"record\":" RECORD_1 ",\"account\":{\"account\":7,\"state\":\"active\",\"credit\":\"20\"");
    assert_answer(TOP_UP, "{\"result\":\"EXISTS\",\"first\":\"OK\",\"record\":" RECORD_1);
    assert_answer("{" ID("2") ",\"do\":\"top_up\",\"account\":7,\"amount\":\"21\",\"channel\":1}",
        "{\"result\":\"EXISTS_WITH_DIFFERENT\",\"field\":\"amount\",\"record\":{\"record\":1,");
    assert_answer("{" ID("3") ",\"do\":\"refund\",\"account\":8,\"amount\":\"1\"}", "{\"result\":\"NO_ACCOUNT\"");
    assert_no_part("{" ID("4") ",\"do\":\"refund\",\"account\":8,\"amount\":\"1\"}", "\"account\":{");
}
END_TEST

START_TEST(a_post_names_the_accounts_of_its_hold)
{
    book_line(OPEN);
    book_line("{" ID("3") ",\"do\":\"open\",\"account\":9,\"policy\":\"DLT\"}");
    book_line(TOP_UP);
    assert_answer("{" ID("4") ",\"do\":\"hold\",\"hold\":\"offset\",\"account\":7,\"other\":9,\"amount\":\"5\"}",
        "\"other\":{\"account\":9,");
    assert_answer("{" ID("5") ",\"do\":\"post\",\"target\":\"00000000000000000000000000000004\",\"amount\":\"all\"}",
        "\"account\":{\"account\":7,\"state\":\"active\",\"credit\":\"15\"");
    assert_answer("{" ID("6") ",\"do\":\"void\",\"target\":\"00000000000000000000000000000004\"}",
        "\"other\":{\"account\":9,\"state\":\"active\",\"credit\":\"5\"");
}
END_TEST

START_TEST(an_observation_is_reconciled_while_it_is_the_last)
{
    book_line(OPEN);
    book_line(TOP_UP);
    const char *const observe = "{" ID("3") ",\"do\":\"observe\",\"account\":7,\"amount\":\"18.5\",\"unposted\":\"1\"}";
    assert_answer(observe,
        "\"reconciliation\":{\"expected\":\"19\",\"arrived\":\"0\",\"in_flight\":\"0\",\"unposted\":\"1\","
        "\"unexplained\":\"-0.5\",\"mismatch\":true},\"account\":{");
    assert_no_part(observe, "reconciliation"); /* said again it tells what was, and not what is */
    assert_answer("{" ID("4") ",\"do\":\"observe\",\"account\":7,\"amount\":\"20\"}",
        "\"unexplained\":\"0\",\"mismatch\":false}");
}
END_TEST

START_TEST(a_line_asks_of_supply)
{
    char *text = answer(book_line("{\"at\":\"2026-01-05T10:00:00Z\"}"));
    ck_assert_str_eq(text, "{\"result\":\"OK\"}");
    free(text);
    book_line(OPEN);
    text = answer(book_line("{\"at\":\"2026-01-05T10:00:00Z\",\"supply\":[{\"account\":8,\"contactor\":\"closed\"},"
                            "{\"account\":7,\"contactor\":\"closed\"}]}"));
    ck_assert_str_eq(text, "{\"result\":\"OK\",\"supply\":[{\"account\":7,\"supply\":\"TRIP\",\"reasons\":[\"no_credit\"]}]}");
    free(text);
}
END_TEST

START_TEST(numbers_of_ten_digits_are_text)
{
    book_line("{" ID("1") ",\"do\":\"open\",\"account\":\"9000000000\",\"policy\":\"DLT\"}");
    char *text = answer(
        book_line("{\"at\":\"2026-01-05T10:00:00Z\",\"supply\":[{\"account\":\"9000000000\",\"contactor\":\"closed\"}]}"));
    ck_assert_str_eq(text,
        "{\"result\":\"OK\",\"supply\":[{\"account\":\"9000000000\",\"supply\":\"TRIP\",\"reasons\":[\"no_credit\"]}]}");
    free(text);
}
END_TEST

START_TEST(a_batch_names_each_account_once)
{
    static const char json[] =
        "{\"meterbill\":1,\"kind\":\"operations\",\"batches\":[{\"at\":\"2026-01-05T10:00:00Z\",\"operations\":["
        "{" ID(
            "1") ",\"do\":\"open\",\"account\":7,\"limit\":\"none\"},"
                 "{" ID(
                     "2") ",\"do\":\"transfer\",\"account\":{\"system\":\"cash\",\"index\":1},\"other\":7,\"amount\":\"3\"}]}]}";
    size_t n, len = 4096;
    char *text = malloc(len);
    ck_assert_int_eq(mbill_operations_read(json, strlen(json), NULL, &read, NULL), MBILL_OK);
    const mbill_operation_batch *batch = mbill_operations_batches(read, &n);
    ck_assert_int_eq(mbill_book_apply(book, batch->operations, 2, batch->at_utc_s, results, NULL), MBILL_OK);
    mbill_status status = mbill_book_batch_write(book, batch, results, text, &len, NULL);
    assert_text(status, text,
        "{\"at\":\"2026-01-05T10:00:00Z\",\"results\":[{\"result\":\"OK\",\"record\":{\"record\":0,\"at\":\"2026-01-05T10:00:"
        "00Z\","
        "\"operation\":{" ID(
            "1") ",\"do\":\"open\",\"account\":7,\"limit\":\"none\"},\"result\":\"OK\",\"moved\":\"0\",\"legs\":[]}},"
                 "{\"result\":\"OK\",\"record\":{\"record\":1,\"at\":\"2026-01-05T10:00:00Z\",\"operation\":{" ID(
                     "2") ",\"do\":\"transfer\","
                          "\"account\":{\"system\":\"cash\",\"index\":1},\"other\":7,\"amount\":\"3\"},\"result\":\"OK\","
                          "\"moved\":\"3\",\"legs\":[{"
                          "\"debit\":{\"system\":\"cash\",\"index\":1},\"credit\":{\"account\":7},\"amount\":\"3\",\"purpose\":"
                          "\"plain\",\"is\":"
                          "\"posted\"}]}}],\"supply\":[],\"accounts\":[{\"account\":7,\"debits\":\"0\",\"credits\":\"3\","
                          "\"pending_debits\":\"0\","
                          "\"pending_credits\":\"0\"},{\"account\":{\"system\":\"cash\",\"index\":1},\"debits\":\"3\","
                          "\"credits\":\"0\","
                          "\"pending_debits\":\"0\",\"pending_credits\":\"0\"}]}");
}
END_TEST

START_TEST(accounts_that_are_there)
{
    book_line(OPEN);
    ck_assert_int_eq(mbill_book_has(book, 7), 1);
    ck_assert_int_eq(mbill_book_has(book, 8), 0);
    ck_assert_int_eq(mbill_book_has(book, 0), 0);
    ck_assert_int_eq(mbill_book_has(book, -7), 0);
    ck_assert_int_eq(mbill_book_has(book, mbill_system_account(MBILL_SYSTEM_CASH, 5)), 1);
    ck_assert_int_eq(mbill_book_has(NULL, 7), 0);
    ck_assert_str_eq(mbill_supply_name(MBILL_SUPPLY_KEEP), "KEEP");
    ck_assert_str_eq(mbill_supply_name(MBILL_SUPPLY_TRIP), "TRIP");
    ck_assert_str_eq(mbill_supply_name(MBILL_SUPPLY_ARM), "ARM");
    ck_assert_str_eq(mbill_supply_name(0), "unknown");
}
END_TEST

/* ---- refused ---- */

START_TEST(what_cannot_be_said_is_refused)
{
    size_t len = 0;
    mbill_error err;
    mbill_error_init(&err);
    const mbill_operation_batch *line = book_line(OPEN);
    assert_refusal(&err, mbill_book_answer_write(NULL, line, results, NOON, NULL, &len, &err), MBILL_E_MISUSE, "book");
    assert_refusal(&err, mbill_book_answer_write(book, NULL, results, NOON, NULL, &len, &err), MBILL_E_MISUSE, "batch");
    assert_refusal(&err, mbill_book_answer_write(book, line, NULL, NOON, NULL, &len, &err), MBILL_E_MISUSE, "results");
    assert_refusal(&err, mbill_book_answer_write(book, line, results, NOON, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
    assert_refusal(&err, mbill_book_batch_write(book, NULL, results, NULL, &len, &err), MBILL_E_MISUSE, "batch");
    results[0].record = 99;
    assert_refusal(&err, mbill_book_answer_write(book, line, results, NOON, NULL, &len, &err), MBILL_E_NOT_FOUND, "99");
    line = book_line("{\"at\":\"2026-01-05T10:00:00Z\",\"supply\":[{\"account\":8,\"contactor\":\"closed\"}]}");
    assert_refusal(&err, mbill_book_batch_write(book, line, NULL, NULL, &len, &err), MBILL_E_NOT_FOUND, "8");
}
END_TEST

static Suite *answers_suite(void)
{
    Suite *suite = suite_create("ledger answers");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("refused");
    tcase_add_checked_fixture(ok, start, end);
    tcase_add_checked_fixture(bad, start, end);
    tcase_add_test(ok, a_line_has_its_record_and_its_account);
    tcase_add_test(ok, a_post_names_the_accounts_of_its_hold);
    tcase_add_test(ok, an_observation_is_reconciled_while_it_is_the_last);
    tcase_add_test(ok, a_line_asks_of_supply);
    tcase_add_test(ok, numbers_of_ten_digits_are_text);
    tcase_add_test(ok, a_batch_names_each_account_once);
    tcase_add_test(ok, accounts_that_are_there);
    tcase_add_test(bad, what_cannot_be_said_is_refused);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    return suite;
}

int main(void)
{
    return check_run(answers_suite(), CK_NOFORK);
}
