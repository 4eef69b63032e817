/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of ledger operations: what is read, every refusal with its place and sentence, memory that fails; records and accounts written. */
#include "check_run.h"
#include "counting_allocator.h"
#include "ledger/words.h"
#include "meterbill/operations.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "\"id\":\"00000000000000000000000000000001\""
#define HEAD "{\"meterbill\":1,\"kind\":\"operations\","
#define AT "\"at\":\"2026-01-05T10:00:00Z\""
#define ONE(operation) HEAD "\"batches\":[{" AT ",\"operations\":[{" ID "," operation "}]}]}"
#define POLICY(members) HEAD "\"policies\":{\"p\":{\"preset\":\"SMETS\"," members "}},\"batches\":[]}"
#define CALM(calendar) ASKED("\"account\":7,\"contactor\":\"closed\",\"non_disablement\":" calendar)
#define ASKED(question) HEAD "\"batches\":[{" AT ",\"operations\":[],\"supply\":[{" question "}]}]}"

static const char *const good = HEAD
    "\"policies\":{\"home\":{\"preset\":\"DLMS\",\"overdraft_limit\":\"3\",\"reclose\":\"above_limit\",\"sink\":\"credit\","
    "\"step\":\"0.05\","
    "\"pay_debt_cap\":{\"amount\":\"5\",\"window\":\"rolling\",\"seconds\":600},\"credit_shares\":[\"0.3\",\"0.5\"],"
    "\"waterfall\":[\"pay_debt\",{\"debt\":1},{\"fee\":2,\"share\":\"0.1\"},{\"tax\":\"0.15\"}],\"debts\":[{\"kind\":\"payment\","
    "\"share\":\"0.25\"},"
    "{\"kind\":\"instalment\",\"parts\":3,\"total\":\"30\",\"first\":\"2026-01-01T00:00:00Z\",\"every_s\":86400},{\"kind\":"
    "\"time\"}],"
    "\"charges\":[{\"debt\":2,\"cap\":{\"amount\":\"1\",\"window\":\"week\",\"first_weekday\":7}},{\"off\":\"wait\"}],"
    "\"sequence\":{\"how\":\"set\",\"n\":10},\"zone\":\"CST-8\",\"forced_reversal\":true}},"
    "\"batches\":[{" AT ",\"operations\":["
    "{" ID ",\"do\":\"open\",\"account\":7,\"policy\":\"home\"},"
    "{\"id\":\"00000000000000000000000000000002\",\"do\":\"top_up\",\"account\":\"7\",\"amount\":\"20.5\",\"channel\":3,"
    "\"receipt\":9,\"sequence\":4},"
    "{\"id\":\"00000000000000000000000000000003\",\"do\":\"post\",\"target\":\"00000000000000000000000000000002\",\"amount\":"
    "\"all\"},"
    "{\"id\":\"00000000000000000000000000000004\",\"do\":\"transfer\",\"account\":{\"system\":\"fee\",\"index\":2},\"other\":9,"
    "\"amount\":1,"
    "\"flags\":[\"pending\",\"up_to\"],\"timeout\":60}],"
    "\"supply\":[{\"account\":7,\"contactor\":\"tripped\",\"tripped\":\"2026-01-05T09:00:00Z\",\"keep\":true,\"prepaid\":false}]}"
    "]}";

static mbill_operations *read_good(void)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_operations_read(good, strlen(good), NULL, &operations, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    return operations;
}

/* ---- ok ---- */

START_TEST(policies_are_a_preset_and_what_differs)
{
    size_t n;
    mbill_operations *operations = read_good();
    const mbill_policy *policy = mbill_operations_batches(operations, &n)->operations[0].policy;
    ck_assert_int_eq(policy->overdraft_limit_micro, 3000000);
    ck_assert_int_eq(policy->disablement_micro, -3000000);
    ck_assert_uint_eq(policy->flags, MBILL_POLICY_EC_OFFER_EQUAL | MBILL_POLICY_RECLOSE_ABOVE | MBILL_POLICY_FORCED_REVERSAL);
    ck_assert_int_eq(policy->sink, MBILL_PLACE_CREDIT);
    ck_assert_int_eq(policy->n_stages, 4);
    ck_assert_int_eq(policy->stages[2].kind, MBILL_STAGE_FEE);
    ck_assert_int_eq(policy->stages[2].index, 2);
    ck_assert_int_eq(policy->stages[2].share_1e4, 1000);
    ck_assert_int_eq(policy->stages[3].share_1e4, 1500);
    ck_assert_int_eq(policy->pay_debt_cap.window, MBILL_WINDOW_ROLLING);
    ck_assert_int_eq(policy->pay_debt_cap.seconds, 600);
    ck_assert_int_eq(policy->debts[1].n_parts, 3);
    ck_assert_int_eq(policy->debts[1].first_utc_s, 1767225600);
    ck_assert_int_eq(policy->accruals[0].off, MBILL_WAIT); /* what pays a debt waits */
    ck_assert_int_eq(policy->accruals[0].cap.first_weekday, 7);
    ck_assert_int_eq(policy->accruals[1].in_ec, MBILL_COLLECT);
    ck_assert_int_eq(policy->accruals[1].debt, MBILL_NONE);
    ck_assert_int_eq(policy->sequence_n, 10);
    ck_assert_int_eq(policy->credit_share_1e4[1], 5000);
    ck_assert_str_eq(policy->zone, "CST-8");
    mbill_operations_free(operations);
}
END_TEST

START_TEST(operations_are_at_rest_but_for_what_they_say)
{
    size_t n;
    mbill_operations *operations = read_good();
    const mbill_operation_batch *batch = mbill_operations_batches(operations, &n);
    const mbill_operation *all = batch->operations;
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(batch->n_operations, 4);
    ck_assert_int_eq(batch->at_utc_s, 1767607200);
    ck_assert_int_eq(all[0].sequence, MBILL_NONE);
    ck_assert_int_eq(all[0].charge, MBILL_NONE);
    ck_assert_int_eq(all[0].period, MBILL_NONE);
    ck_assert_int_eq(all[1].amount_micro, 20500000);
    ck_assert_int_eq(all[1].sequence, 4);
    ck_assert_int_eq(all[2].amount_micro, MBILL_AMOUNT_ALL);
    ck_assert_mem_eq(&all[2].target, &all[1].id, sizeof all[1].id);
    ck_assert_int_eq(all[3].account, mbill_system_account(MBILL_SYSTEM_FEE, 2));
    ck_assert_uint_eq(all[3].flags, MBILL_OPERATION_PENDING | MBILL_OPERATION_UP_TO);
    ck_assert_int_eq(all[3].timeout_s, 60);
    ck_assert_uint_eq(batch->n_questions, 1);
    ck_assert_uint_eq(batch->questions[0].state.flags,
        MBILL_CONTACTOR_OPEN | MBILL_CONTACTOR_TRIPPED | MBILL_SUPPLY_NOT_PREPAID | MBILL_SUPPLY_KEEP_ON);
    ck_assert_int_eq(batch->questions[0].state.tripped_utc_s, 1767603600);
    mbill_operations_free(operations);
}
END_TEST

START_TEST(words_of_members)
{
    ck_assert_str_eq(mbill_operation_field_name(MBILL_FIELD_KIND), "do");
    ck_assert_str_eq(mbill_operation_field_name(MBILL_FIELD_AMOUNT), "amount");
    ck_assert_str_eq(mbill_operation_field_name(MBILL_FIELD_USER_DATA), "user_data");
    ck_assert_str_eq(mbill_operation_field_name(0), "unknown");
    ck_assert_str_eq(mbill_operation_field_name(MBILL_FIELD_USER_DATA + 1), "unknown");
}
END_TEST

/* ---- written ---- */

typedef mbill_status (*writer)(const mbill_book *book, int64_t number, char *out_text, size_t *inout_len, mbill_error *err);

/* Written for real; too small a room is refused, and nothing is written then. */
static char *written(writer write, const mbill_book *book, int64_t number)
{
    size_t len = 0, small;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(write(book, number, NULL, &len, &err) == MBILL_OK, "%s", err.message);
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    small = len - 1;
    text[0] = '!';
    ck_assert_int_eq(write(book, number, text, &small, &err), MBILL_E_ROOM);
    ck_assert_int_eq(text[0], '!');
    ck_assert_uint_eq(small, len);
    ck_assert_int_eq(write(book, number, text, &len, &err), MBILL_OK);
    return text;
}

static void assert_written(writer write, const mbill_book *book, int64_t number, const char *part)
{
    char *text = written(write, book, number);
    ck_assert_msg(strstr(text, part) != NULL, "%s lacks %s", text, part);
    free(text);
}

START_TEST(records_and_accounts_are_written)
{
    size_t n, len = 0;
    mbill_book *book;
    mbill_result results[4];
    mbill_error err;
    mbill_operations *operations = read_good();
    const mbill_operation_batch *batch = mbill_operations_batches(operations, &n);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_apply(book, batch->operations, 4, batch->at_utc_s, results, NULL), MBILL_OK);
    assert_written(mbill_book_record_write, book, 1, "\"amount\":\"20.5\",\"channel\":3,\"receipt\":9,\"sequence\":4");
    assert_written(mbill_book_record_write, book, 1,
        "{\"debit\":{\"system\":\"cash\",\"index\":3},\"credit\":{\"account\":7,\"place\":\"credit\"");
    assert_written(mbill_book_record_write, book, 2, "\"amount\":\"all\"");
    assert_written(mbill_book_record_write, book, 2, "\"result\":\"NOT_PENDING\"");
    assert_written(mbill_book_account_write, book, 7, "\"dlms\":{\"available_credit\":");
    assert_written(mbill_book_account_write, book, mbill_system_account(MBILL_SYSTEM_CASH, 3), "\"debits\":\"20.5\"");
    assert_refusal(&err, mbill_book_account_write(book, 8, NULL, &len, &err), MBILL_E_NOT_FOUND, "8");
    assert_refusal(&err, mbill_book_record_write(book, 99, NULL, &len, &err), MBILL_E_NOT_FOUND, "99");
    assert_refusal(&err, mbill_book_record_write(NULL, 0, NULL, &len, &err), MBILL_E_MISUSE, "book");
    assert_refusal(&err, mbill_book_account_write(book, 7, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
    mbill_book_free(book);
    mbill_operations_free(operations);
}
END_TEST

/* ---- refused ---- */

static const struct {
    const char *json;
    mbill_status status;
    const char *path, *says;
} refused[] = {
    {"{", MBILL_E_SYNTAX, "", ""},
    {"{\"meterbill\":2,\"kind\":\"operations\",\"batches\":[]}", MBILL_E_VERSION, "/meterbill", ""},
    {"{\"meterbill\":1,\"kind\":\"usage\",\"batches\":[]}", MBILL_E_INVALID, "/kind", "operations"},
    {HEAD "\"batch\":[]}", MBILL_E_UNKNOWN_KEY, "/batch", "batches"},
    {"{\"meterbill\":1,\"kind\":\"operations\"}", MBILL_E_MISSING_KEY, "/batches", "batches"},
    {HEAD "\"batches\":{}}", MBILL_E_TYPE, "/batches", "list"},
    {HEAD "\"batches\":[{\"operations\":[]}]}", MBILL_E_MISSING_KEY, "/batches/0/at", "at"},
    {HEAD "\"batches\":[{" AT "}]}", MBILL_E_MISSING_KEY, "/batches/0/operations", "operations"},
    {HEAD "\"batches\":[{\"at\":\"2026-01-05T10:00:00\",\"operations\":[]}]}", MBILL_E_AMBIGUOUS, "/batches/0/at", "offset"},
    {HEAD "\"batches\":[{" AT ",\"operations\":[{\"do\":\"open\"}]}]}", MBILL_E_MISSING_KEY, "/batches/0/operations/0/id", "id"},
    {HEAD "\"batches\":[{" AT ",\"operations\":[{\"id\":\"12\",\"do\":\"open\"}]}]}", MBILL_E_INVALID,
        "/batches/0/operations/0/id", ""},
    {HEAD "\"batches\":[{" AT ",\"operations\":[{\"id\":\"00000000000000000000000000000000\",\"do\":\"open\"}]}]}",
        MBILL_E_INVALID, "/batches/0/operations/0/id", "zero"},
    {ONE("\"account\":7"), MBILL_E_MISSING_KEY, "/batches/0/operations/0/do", "do"},
    {ONE("\"do\":\"pay\",\"account\":7"), MBILL_E_INVALID, "/batches/0/operations/0/do", "top_up"},
    {ONE("\"do\":\"open\",\"account\":7"), MBILL_E_MISSING_KEY, "/batches/0/operations/0", "policy"},
    {ONE("\"do\":\"open\",\"account\":7,\"policy\":\"home\""), MBILL_E_NOT_FOUND, "/batches/0/operations/0/policy", "home"},
    {ONE("\"do\":\"open\",\"account\":7,\"limit\":\"some\""), MBILL_E_INVALID, "/batches/0/operations/0/limit", "none"},
    {ONE("\"do\":\"top_up\",\"account\":7,\"amount\":\"all\""), MBILL_E_NUMBER, "/batches/0/operations/0/amount", "all"},
    {ONE("\"do\":\"top_up\",\"account\":7,\"amount\":\"0.0000001\""), MBILL_E_DIGITS, "/batches/0/operations/0/amount", ""},
    {ONE("\"do\":\"top_up\",\"account\":\"x\""), MBILL_E_NUMBER, "/batches/0/operations/0/account", "x"},
    {ONE("\"do\":\"top_up\",\"account\":{\"index\":1}"), MBILL_E_MISSING_KEY, "/batches/0/operations/0/account/system", "system"},
    {ONE("\"do\":\"top_up\",\"account\":{\"system\":\"bank\"}"), MBILL_E_INVALID, "/batches/0/operations/0/account/system",
        "cash"},
    {ONE("\"do\":\"top_up\",\"account\":{\"system\":\"cash\",\"index\":-1}"), MBILL_E_RANGE,
        "/batches/0/operations/0/account/index", "-1"},
    {ONE("\"do\":\"top_up\",\"flags\":[\"fast\"]"), MBILL_E_INVALID, "/batches/0/operations/0/flags/0", "linked"},
    {ONE("\"do\":\"hold\",\"hold\":\"x\""), MBILL_E_INVALID, "/batches/0/operations/0/hold", "refund"},
    {ONE("\"do\":\"accrue\",\"charge\":-1"), MBILL_E_RANGE, "/batches/0/operations/0/charge", "-1"},
    {ONE("\"do\":\"usage\",\"effective\":\"today\""), MBILL_E_DATE, "/batches/0/operations/0/effective", "today"},
    {ONE("\"do\":\"void\",\"target\":\"z\""), MBILL_E_INVALID, "/batches/0/operations/0/target", ""},
    {ONE("\"do\":\"usage\",\"units\":\"1\""), MBILL_E_UNKNOWN_KEY, "/batches/0/operations/0/units", "units"},
    {HEAD "\"policies\":{\"p\":{}},\"batches\":[]}", MBILL_E_MISSING_KEY, "/policies/p/preset", "preset"},
    {HEAD "\"policies\":{\"p\":{\"preset\":\"STS\"}},\"batches\":[]}", MBILL_E_INVALID, "/policies/p/preset", "SMETS"},
    {HEAD "\"policies\":{\"a b\":{\"preset\":\"DLT\"}},\"batches\":[]}", MBILL_E_INVALID, "/policies/a b", ""},
    {POLICY("\"limit\":\"1\""), MBILL_E_UNKNOWN_KEY, "/policies/p/limit", "limit"},
    {POLICY("\"sink\":\"debt\""), MBILL_E_INVALID, "/policies/p/sink", "credit"},
    {POLICY("\"overdraft_limit\":\"-1\""), MBILL_E_INVALID, "/policies/p/overdraft_limit", "magnitude"},
    {POLICY("\"clearance\":\"-1\""), MBILL_E_INVALID, "/policies/p/clearance", "disablement"},
    {POLICY("\"step\":\"0\""), MBILL_E_INVALID, "/policies/p/step", "above 0"},
    {POLICY("\"zone\":\"nowhere\""), MBILL_E_ZONE, "/policies/p/zone", ""},
    {POLICY("\"zone\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0\""), MBILL_E_ZONE,
        "/policies/p/zone", "63"},
    {POLICY("\"waterfall\":[\"debt\"]"), MBILL_E_INVALID, "/policies/p/waterfall/0", "pay_debt"},
    {POLICY("\"waterfall\":[{\"fee\":0}]"), MBILL_E_MISSING_KEY, "/policies/p/waterfall/0/share", "share"},
    {POLICY("\"waterfall\":[{\"share\":\"0.1\"}]"), MBILL_E_MISSING_KEY, "/policies/p/waterfall/0/tax", "tax"},
    {POLICY("\"waterfall\":[\"sell\",\"credits\"]"), MBILL_E_INVALID, "/policies/p/waterfall", "never reached"},
    {POLICY("\"waterfall\":[\"credits\",\"credits\"]"), MBILL_E_INVALID, "/policies/p/waterfall", "twice"},
    {POLICY("\"debts\":[1,2,3,4,5,6,7,8,9]"), MBILL_E_LIMIT, "/policies/p/debts", "at most 8"},
    {POLICY("\"debts\":[{\"kind\":\"payment\"}]"), MBILL_E_MISSING_KEY, "/policies/p/debts/0/share", "share"},
    {POLICY("\"debts\":[{\"kind\":\"payment\",\"share\":\"1.2\"}]"), MBILL_E_INVALID, "/policies/p/debts", "contradict"},
    {POLICY("\"debts\":[{\"kind\":\"instalment\",\"parts\":3}]"), MBILL_E_MISSING_KEY, "/policies/p/debts/0/total", "total"},
    {POLICY("\"charges\":[{\"debt\":0}]"), MBILL_E_INVALID, "/policies/p/charges", "charge"},
    {POLICY("\"charges\":[{\"off\":\"stop\"}]"), MBILL_E_INVALID, "/policies/p/charges/0/off", "collect"},
    {POLICY("\"pay_debt_cap\":{\"amount\":\"1\",\"window\":\"week\"}"), MBILL_E_MISSING_KEY,
        "/policies/p/pay_debt_cap/first_weekday", ""},
    {POLICY("\"pay_debt_cap\":{\"amount\":\"1\",\"window\":\"rolling\"}"), MBILL_E_MISSING_KEY,
        "/policies/p/pay_debt_cap/seconds", ""},
    {POLICY("\"pay_debt_cap\":{\"window\":\"day\"}"), MBILL_E_MISSING_KEY, "/policies/p/pay_debt_cap/amount", ""},
    {POLICY("\"credit_shares\":[\"0.8\",\"0.3\"]"), MBILL_E_INVALID, "/policies/p/credit_shares", "whole"},
    {POLICY("\"sequence\":{\"how\":\"window\"}"), MBILL_E_INVALID, "/policies/p/sequence", "range"},
    {POLICY("\"sequence\":{\"n\":3}"), MBILL_E_MISSING_KEY, "/policies/p/sequence/how", "how"},
    {POLICY("\"emergency_credit\":{\"limit\":\"-5\"}"), MBILL_E_INVALID, "/policies/p/emergency_credit", "below 0"},
    {POLICY("\"emergency_credit\":{\"offered\":\"above\"}"), MBILL_E_INVALID, "/policies/p/emergency_credit/offered", "below"},
    {POLICY("\"forced_reversal\":1"), MBILL_E_TYPE, "/policies/p/forced_reversal", ""},
    {ASKED("\"contactor\":\"closed\""), MBILL_E_MISSING_KEY, "/batches/0/supply/0/account", "account"},
    {ASKED("\"account\":7"), MBILL_E_MISSING_KEY, "/batches/0/supply/0/contactor", "contactor"},
    {ASKED("\"account\":7,\"contactor\":\"shut\""), MBILL_E_INVALID, "/batches/0/supply/0/contactor", "closed"},
    {ASKED("\"account\":7,\"contactor\":\"open\",\"keep\":\"yes\""), MBILL_E_TYPE, "/batches/0/supply/0/keep", ""},
    {CALM("1"), MBILL_E_TYPE, "/batches/0/supply/0/non_disablement", ""},
    {CALM("{\"windows\":[]}"), MBILL_E_MISSING_KEY, "/batches/0/supply/0/non_disablement/zone", "zone"},
    {CALM("{\"zone\":\"x\",\"windows\":[]}"), MBILL_E_ZONE, "/batches/0/supply/0/non_disablement/zone", ""},
    {CALM("{\"zone\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0\",\"windows\":[]}"), MBILL_E_ZONE,
        "/batches/0/supply/0/non_disablement/zone", "63"},
    {CALM("{\"zone\":\"UTC0\"}"), MBILL_E_MISSING_KEY, "/batches/0/supply/0/non_disablement/windows", "windows"},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[]}"), MBILL_E_INVALID, "/batches/0/supply/0/non_disablement/windows", ""},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}"), MBILL_E_LIMIT,
        "/batches/0/supply/0/non_disablement/windows", "17"},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[{}]}"), MBILL_E_MISSING_KEY, "/batches/0/supply/0/non_disablement/windows/0/hours",
        "hours"},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[{\"hours\":\"18-11\"}]}"), MBILL_E_INVALID,
        "/batches/0/supply/0/non_disablement/windows/0/hours", "18-11"},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[{\"hours\":\"18:00-11:00\",\"weekdays\":[]}]}"), MBILL_E_INVALID,
        "/batches/0/supply/0/non_disablement/windows/0/weekdays", ""},
    {CALM("{\"zone\":\"UTC0\",\"windows\":[{\"hours\":\"18:00-11:00\",\"dates\":\"2026-02-30\"}]}"), MBILL_E_DATE,
        "/batches/0/supply/0/non_disablement/windows/0/dates", "2026-02-30"},
};

START_TEST(what_is_not_the_form_is_refused)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_operations_read(refused[_i].json, strlen(refused[_i].json), NULL, &operations, &err);
    assert_refusal_path(&err, status, refused[_i].status, refused[_i].path, refused[_i].says);
    ck_assert_ptr_null(operations);
}
END_TEST

START_TEST(null_is_refused)
{
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_operations_read(good, strlen(good), NULL, NULL, &err), MBILL_E_MISUSE, "out_operations");
    assert_refusal(&err, mbill_operations_read(NULL, 1, NULL, &operations, &err), MBILL_E_MISUSE, "json");
    mbill_operations_free(NULL);
}
END_TEST

/* 30 policies, and batches with every kind of operation. */
static char *make_long_document(void)
{
    enum { ROOM = 200000 };
    char *text = malloc(ROOM), *at = text;
    ck_assert_ptr_nonnull(text);
    at += sprintf(at, HEAD "\"policies\":{");
    for (int i = 0; i < 30; i++)
        at += sprintf(at, "%s\"policy_%d\":{\"preset\":\"DLT\",\"debts\":[{\"kind\":\"payment\",\"share\":\"0.%d\"}]}",
            i > 0 ? "," : "", i, i + 1);
    at += sprintf(at, "},\"batches\":[");
    for (int batch = 0; batch < 20; batch++) {
        at += sprintf(at, "%s{" AT ",\"operations\":[", batch > 0 ? "," : "");
        for (int kind = 0; kind < MBILL__N_KINDS; kind++)
            at += sprintf(at, "%s{\"id\":\"%032d\",\"do\":\"%s\",\"account\":7%s,\"user_data\":\"%d\"}", kind > 0 ? "," : "",
                batch * 100 + kind + 1, mbill__kind_words[kind], kind == 0 ? ",\"policy\":\"policy_3\"" : "", kind);
        at += sprintf(at, "],\"supply\":[{\"account\":7,\"contactor\":\"closed\"}]}");
    }
    sprintf(at, "]}");
    return text;
}

/* How often it failed until it did not; each time nothing is left, and with memory the document is read. */
static int count_failures(const char *text, size_t n_batches)
{
    for (size_t at = 1;; at++) {
        counting_allocator counter;
        mbill_operations *operations;
        mbill_error err;
        size_t n;
        counting_start(&counter, at);
        mbill_error_init(&err);
        mbill_status status = mbill_operations_read(text, strlen(text), &counter.allocator, &operations, &err);
        ck_assert_msg(status == MBILL_OK || status == MBILL_E_NOMEM, "%s: %s", err.path, err.message);
        ck_assert_int_eq(operations == NULL, status != MBILL_OK);
        if (status == MBILL_OK) ck_assert_ptr_nonnull(mbill_operations_batches(operations, &n));
        if (status == MBILL_OK) ck_assert_uint_eq(n, n_batches);
        mbill_operations_free(operations);
        ck_assert(counting_is_even(&counter));
        if (status == MBILL_OK) return (int)at - 1;
        counting_start(&counter, 0);
        ck_assert_int_eq(mbill_operations_read(text, strlen(text), &counter.allocator, &operations, NULL), MBILL_OK);
        mbill_operations_free(operations);
    }
}

START_TEST(memory_fails_in_turn)
{
    char *text = make_long_document();
    int n_short = count_failures(good, 1), n_long = count_failures(text, 20);
    printf("# operations read: allocations failed: %d\n", n_short + n_long);
    ck_assert_int_ge(n_short, 4);
    ck_assert_int_ge(n_long, 6);
    free(text);
}
END_TEST

static Suite *operations_suite(void)
{
    Suite *suite = suite_create("operations");
    TCase *ok = tcase_create("ok"), *bad = tcase_create("refused");
    tcase_add_test(ok, policies_are_a_preset_and_what_differs);
    tcase_add_test(ok, operations_are_at_rest_but_for_what_they_say);
    tcase_add_test(ok, words_of_members);
    tcase_add_test(ok, records_and_accounts_are_written);
    tcase_add_loop_test(bad, what_is_not_the_form_is_refused, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(bad, null_is_refused);
    tcase_add_test(bad, memory_fails_in_turn);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, bad);
    return suite;
}

int main(void)
{
    return check_run(operations_suite(), CK_NOFORK);
}
