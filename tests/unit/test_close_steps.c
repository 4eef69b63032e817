/* SPDX-License-Identifier: Apache-2.0 */
/* The month close step by step: the same file as in one go, any other call between two steps, and a close that ends anywhere. */
#include "district.h"
#include "check_run.h"

#include "meterbill/close.h"
#include "meterbill/ingest.h"

#include <stdbool.h>

enum { N = 30 };

static char path[300], other[300];
static const char *folder;
static mbill_store *store;
static mbill_close *closing;

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(other, sizeof other, "%s/other.db", folder);
    store = make_district(path, N);
}

static void teardown(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

static mbill_close_options options_of(const char *from, const char *to)
{
    return (mbill_close_options){.struct_size = sizeof(mbill_close_options),
        .from = from,
        .to = to,
        .recorded_utc_s = RECORDED_UTC_S};
}

static void begin(const char *from, const char *to)
{
    mbill_close_options options = options_of(from, to);
    mbill_error err;
    ck_ok(mbill_close_begin(store, &options, &closing, &err));
}

static bool step(int64_t budget)
{
    mbill_error err;
    bool more = false;
    ck_ok(mbill_close_step(closing, budget, &more, &err));
    return more;
}

static mbill_close_summary sums(int64_t *out_done, int64_t *out_total)
{
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    ck_ok(mbill_close_sums(closing, &summary, out_done, out_total, &err));
    return summary;
}

static mbill_close_summary finish(int64_t budget)
{
    while (step(budget)) {}
    mbill_close_summary summary = sums(NULL, NULL);
    mbill_close_free(closing);
    return summary;
}

static int64_t ask(const char *sql)
{
    mbill_store_free(store);
    int64_t n = ask_file(path, sql);
    store = open_store(path, 0);
    return n;
}

START_TEST(as_in_one_go)
{
    mbill_close_summary summary;
    mbill_error err;
    int64_t done, total, n_steps = 0;
    mbill_store *whole = make_district(other, N);
    ck_ok(close_month(whole, "2026-01-01", "2026-02-01", 7, &summary, &err));
    mbill_store_free(whole);
    begin("2026-01-01", "2026-02-01");
    bool more = true;
    while (more) {
        more = step(7);
        n_steps++;
        summary = sums(&done, &total);
        ck_assert_int_eq(total, N);
        ck_assert_int_eq(done, n_steps * 7 < N ? n_steps * 7 : N);
        ck_assert_int_eq(summary.n_billed, done);
    }
    ck_assert_int_eq(n_steps, (N + 6) / 7);
    ck_assert(!step(1)); /* nothing is left to do */
    ck_assert_int_eq(finish(1).n_billed, N);
    mbill_store_free(store);
    ck_assert(digest_file(path) == digest_file(other));
    store = open_store(path, 0);
}
END_TEST

/* Begun, left after each number of steps, and begun again. */
START_TEST(left_anywhere)
{
    int64_t n_billed = 0;
    for (int left_after = 0; n_billed < N; left_after++) {
        begin("2026-01-01", "2026-02-01");
        for (int i = 0; i < left_after; i++) (void)step(3);
        mbill_close_summary summary = sums(NULL, NULL);
        ck_assert_int_eq(summary.n_already, n_billed < 3 * left_after ? n_billed : (3 * left_after < N ? 3 * left_after : N));
        n_billed += summary.n_billed;
        mbill_close_free(closing);
    }
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_bill"), N);
    ck_assert_int_eq(ask("SELECT count(DISTINCT contract_no) FROM mbill_bill"), N);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_record WHERE kind = 'usage'"), N);
}
END_TEST

/* Two of the same span take turns: each contract is billed by one of them. */
START_TEST(two_at_once)
{
    mbill_close *second;
    mbill_error err;
    mbill_close_options options = options_of("2026-01-01", "2026-02-01");
    mbill_close_summary summary = {.struct_size = sizeof summary};
    bool more = true;
    begin("2026-01-01", "2026-02-01");
    ck_ok(mbill_close_begin(store, &options, &second, &err));
    for (int64_t budget = 1; more; budget++) {
        (void)step(budget);
        ck_ok(mbill_close_step(second, 4, &more, &err));
    }
    ck_ok(mbill_close_sums(second, &summary, NULL, NULL, &err));
    mbill_close_free(second);
    mbill_close_summary first = finish(1);
    ck_assert_int_eq(first.n_billed + summary.n_billed, N);
    ck_assert_int_eq(first.n_already + summary.n_already, N);
    ck_assert_int_gt(summary.n_billed, 0);
    ck_assert_int_gt(first.n_billed, 0);
}
END_TEST

/* Money */

static void top_up(int account)
{
    char csv[200];
    mbill_error err;
    snprintf(csv, sizeof csv, TOP_UPS("%032x,A%04d,10,2026-02-02\n"), 0x500 + (unsigned)account, account);
    ck_ok(put_top_ups(store, csv, NULL, &err));
}

/* Before their bill, behind it, and both: what they have is the same. */
START_TEST(top_ups_between)
{
    char text[4000];
    begin("2026-01-01", "2026-02-01");
    for (int i = 1; step(1); i++) {
        mbill_error err;
        size_t len = sizeof text;
        top_up(N + 1 - i);
        ck_ok(mbill_store_bills(store, "A0001", NULL, text, &len, &err));
        len = sizeof text;
        ck_ok(mbill_store_summary(store, text, &len, &err));
        snprintf(text + sizeof text - 40, 40, "\"bills\":%d,", i);
        ck_assert_ptr_nonnull(strstr(text, text + sizeof text - 40));
    }
    top_up(1);
    ck_assert_int_eq(finish(1).n_billed, N);
    for (int i = 1; i <= N; i++) {
        char account[8];
        snprintf(account, sizeof account, "A%04d", i);
        mbill_place_sums credit = sums_of(store, account);
        ck_assert_int_eq(credit.credits_micro - credit.debits_micro, 10 * INT64_C(1000000) - january_cents(i) * 10000);
    }
}
END_TEST

static mbill_operation payment_of(int n)
{
    mbill_operation op = {.id = {{7, (uint8_t)n}},
        .kind = MBILL_OPERATION_TOP_UP,
        .amount_micro = 10 * INT64_C(1000000),
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    char account[8];
    mbill_error err;
    snprintf(account, sizeof account, "A%04d", n);
    ck_ok(mbill_store_account_number(store, account, &op.account, &err));
    return op;
}

static int64_t credit_of(int n)
{
    char account[8];
    snprintf(account, sizeof account, "A%04d", n);
    mbill_place_sums credit = sums_of(store, account);
    return credit.credits_micro - credit.debits_micro;
}

/* A step takes payments along, of accounts that it bills and of others: each is answered with the step, and sent again it is known. */
START_TEST(payments_in_steps)
{
    mbill_error err;
    bool more = true;
    for (int i = 1; i <= N; i++) top_up(i); /* every account is in the ledger */
    begin("2026-01-01", "2026-02-01");
    for (int i = 1; more; i++) {
        const mbill_operation ops[] = {payment_of(N + 1 - i), payment_of(i), payment_of(N + 1 - i)};
        mbill_result results[3];
        ck_ok(mbill_close_step_apply(closing, 1, ops, 3, RECORDED_UTC_S, results, &more, &err));
        ck_assert_int_eq(results[0].code, i <= (N + 1) / 2 ? MBILL_RESULT_OK : MBILL_RESULT_EXISTS);
        ck_assert_int_eq(results[1].code, i <= N / 2 ? MBILL_RESULT_OK : MBILL_RESULT_EXISTS);
        ck_assert_int_eq(results[2].code, MBILL_RESULT_EXISTS);
        ck_assert_int_eq(sums(NULL, NULL).n_billed, i);
    }
    mbill_operation late = payment_of(3);
    mbill_result result;
    late.id.bytes[2] = 1;
    ck_ok(mbill_close_step_apply(closing, 1, &late, 1, RECORDED_UTC_S, &result, &more, &err)); /* nothing is left to bill */
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    ck_assert(!more);
    ck_ok(mbill_close_step_apply(closing, 1, NULL, 0, 0, NULL, &more, &err));
    ck_assert_int_eq(finish(1).n_billed, N);
    for (int i = 1; i <= N; i++) ck_assert_int_eq(credit_of(i), (i == 3 ? 30 : 20) * INT64_C(1000000) - january_cents(i) * 10000);
}
END_TEST

/* A step that fails keeps nothing of the payments either: here its bills cannot be booked at such a time. */
START_TEST(payments_of_a_step_that_fails)
{
    mbill_close_options options = options_of("2026-01-01", "2026-02-01");
    mbill_error err;
    mbill_result result;
    bool more = true;
    for (int i = 1; i <= N; i++) top_up(i);
    options.recorded_utc_s = INT64_MAX;
    ck_ok(mbill_close_begin(store, &options, &closing, &err));
    const mbill_operation op = payment_of(5);
    ck_refused(mbill_close_step_apply(closing, 3, &op, 1, RECORDED_UTC_S, &result, &more, &err), MBILL_E_RANGE, "");
    ck_assert_int_eq(credit_of(5), 10 * INT64_C(1000000));
    ck_assert_int_eq(sums(NULL, NULL).n_billed, 0);
    mbill_close_free(closing);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_bill"), 0);
    begin("2026-01-01", "2026-02-01");
    ck_ok(mbill_close_step_apply(closing, N, &op, 1, RECORDED_UTC_S, &result, &more, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    ck_assert_int_eq(finish(1).n_billed, N);
    ck_assert_int_eq(credit_of(5), 20 * INT64_C(1000000) - january_cents(5) * 10000);
}
END_TEST

/* An account's policy is changed, and another account closed, before their bills. */
START_TEST(policies_between)
{
    static const char WITH_POLICY[] = "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"A0020\",\"title\":\"door "
                                      "20\",\"policy\":{\"preset\":\"VEND\"}}]}";
    mbill_error err;
    mbill_journal *journal;
    mbill_result result;
    mbill_operation shut = {.id = {{9}},
        .kind = MBILL_OPERATION_CLOSE,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    begin("2026-01-01", "2026-02-01");
    ck_assert(step(5));
    ck_ok(mbill_store_put_accounts(store, WITH_POLICY, strlen(WITH_POLICY), NULL, &err));
    top_up(25);
    ck_ok(mbill_store_account_number(store, "A0025", &shut.account, &err));
    ck_ok(mbill_store_journal(store, &journal, &err));
    mbill_operation refund = shut;
    refund.id.bytes[1] = 1;
    refund.kind = MBILL_OPERATION_REFUND;
    refund.amount_micro = 10 * INT64_C(1000000);
    ck_ok(mbill_journal_apply(journal, &refund, 1, RECORDED_UTC_S, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    ck_ok(mbill_journal_apply(journal, &shut, 1, RECORDED_UTC_S, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    mbill_close_summary summary = finish(5);
    ck_assert_int_eq(summary.n_refused, 1); /* the closed one */
    ck_assert_int_eq(summary.n_billed, N - 1);
}
END_TEST

/* Readings */

/* All are of one group, and its tiles were read by the first step. */
START_TEST(readings_between)
{
    static const char CORRECTION[] = "meter,time,value\nM0002,2026-02-01,1102\nM0020,2026-02-01,1110\n";
    mbill_ingest_counts counts = {.struct_size = sizeof counts};
    mbill_error err;
    begin("2026-01-01", "2026-02-01");
    ck_assert(step(5));
    ck_ok(mbill_store_correct_readings(store, CORRECTION, strlen(CORRECTION), "CST-8", &counts, &err));
    ck_assert_int_eq(counts.n_corrected, 2);
    ck_assert_int_eq(finish(5).n_billed, N);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill WHERE contract_no = 2"), january_cents(2) * 10000);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill WHERE contract_no = 20"), 100 * 10000 + 90 * 500000);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading_correction WHERE bill_no IS NOT NULL"), 1);
}
END_TEST

/* A reading that was missing when the group's tiles were read, and one before the span. */
START_TEST(late_readings_between)
{
    static const char NEW_METER[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"Z1\",\"contracts\":[{\"tariff\":"
        "\"ladder\",\"from\":\"2026-01-01\",\"meters\":[{\"id\":\"Z\",\"registers\":[{\"register\":"
        "\"import\",\"unit\":\"kWh\"}]}]}]}]}";
    static const char LATE[] = "meter,time,value\nZ,2025-11-20,0\nZ,2026-02-01,40\n";
    mbill_error err;
    ck_ok(mbill_store_put_accounts(store, NEW_METER, strlen(NEW_METER), NULL, &err));
    begin("2026-01-01", "2026-02-01");
    for (int i = 0; i < N; i++) ck_assert(step(1));
    ck_ok(mbill_store_put_readings(store, LATE, strlen(LATE), "CST-8", NULL, &err));
    mbill_close_summary summary = finish(1);
    ck_assert_int_eq(summary.n_billed + summary.n_refused, N + 1);
    ck_assert_int_eq(summary.n_refused, 1); /* nobody knows what it counted at the span's start: but it was read */
    const char *start = "meter,time,value\nZ,2026-01-01,10\n";
    ck_ok(mbill_store_put_readings(store, start, strlen(start), "CST-8", NULL, &err));
    begin("2026-01-01", "2026-02-01");
    summary = finish(64);
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(summary.n_already, N);
}
END_TEST

/* Prices, contracts and lists that come after the beginning are for the next close. */
START_TEST(prices_are_of_the_beginning)
{
    static const char DEARER[] = TARIFF_TEXT("2026b", "2026-02-01", "null", "5.00");
    growing account = {0};
    mbill_error err;
    begin("2026-02-01", "2026-03-01");
    mbill_close_free(closing);
    begin("2026-01-01", "2026-02-01");
    (void)finish(1000);
    begin("2026-02-01", "2026-03-01");
    ck_ok(mbill_store_put_tariff(store, DEARER, strlen(DEARER), NULL, &err));
    say(&account, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[");
    say_account(&account, N + 1, "ladder", "2026-01-01");
    say(&account, "]}");
    ck_ok(mbill_store_put_accounts(store, account.text, account.len, NULL, &err));
    free(account.text);
    int64_t total;
    (void)sums(NULL, &total);
    ck_assert_int_eq(total, N);
    mbill_close_summary summary = finish(4);
    ck_assert_int_eq(summary.n_billed, N);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill WHERE contract_no = 30 AND from_date = '2026-02-01'"),
        february_cents(30) * 10000);
    begin("2026-01-01", "2026-02-01");
    ck_assert_int_eq(finish(64).n_refused, 1);
}
END_TEST

START_TEST(misused)
{
    mbill_close_options options = options_of("2026-01-01", NULL);
    mbill_close_summary summary = {0};
    mbill_close *none = (mbill_close *)(void *)&options;
    mbill_error err;
    bool more = true;
    ck_refused(mbill_close_begin(store, &options, &none, &err), MBILL_E_MISUSE, "from and to");
    ck_assert_ptr_null(none);
    ck_refused(mbill_close_begin(store, NULL, &none, &err), MBILL_E_MISUSE, "options");
    ck_refused(mbill_close_begin(NULL, &options, &none, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_close_begin(store, &options, NULL, &err), MBILL_E_MISUSE, "out_close");
    begin("2026-01-01", "2026-02-01");
    ck_refused(mbill_close_step(NULL, 1, &more, &err), MBILL_E_MISUSE, "close");
    ck_refused(mbill_close_step(closing, 1, NULL, &err), MBILL_E_MISUSE, "out_more");
    ck_refused(mbill_close_step(closing, 0, &more, &err), MBILL_E_RANGE, "budget 0");
    const mbill_operation op = payment_of(1);
    mbill_result result;
    ck_refused(mbill_close_step_apply(NULL, 1, &op, 1, 0, &result, &more, &err), MBILL_E_MISUSE, "close");
    ck_refused(mbill_close_step_apply(closing, 1, NULL, 1, 0, &result, &more, &err), MBILL_E_MISUSE, "operations");
    ck_refused(mbill_close_step_apply(closing, 1, &op, 1, 0, NULL, &more, &err), MBILL_E_MISUSE, "out_results");
    ck_refused(mbill_close_step_apply(closing, 1, &op, 1, 0, &result, NULL, &err), MBILL_E_MISUSE, "out_more");
    ck_refused(mbill_close_step_apply(closing, 0, &op, 1, 0, &result, &more, &err), MBILL_E_RANGE, "budget 0");
    ck_assert(more);
    ck_refused(mbill_close_sums(closing, &summary, NULL, NULL, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(mbill_close_sums(NULL, NULL, NULL, NULL, &err), MBILL_E_MISUSE, "close");
    ck_assert_int_eq(finish(INT64_MAX).n_billed, N);
    mbill_close_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("close_steps");
    TCase *steps = tcase_create("steps");
    tcase_add_checked_fixture(steps, setup, teardown);
    tcase_add_test(steps, as_in_one_go);
    tcase_add_test(steps, left_anywhere);
    tcase_add_test(steps, two_at_once);
    tcase_add_test(steps, top_ups_between);
    tcase_add_test(steps, payments_in_steps);
    tcase_add_test(steps, payments_of_a_step_that_fails);
    tcase_add_test(steps, policies_between);
    tcase_add_test(steps, readings_between);
    tcase_add_test(steps, late_readings_between);
    tcase_add_test(steps, prices_are_of_the_beginning);
    tcase_add_test(steps, misused);
    suite_add_tcase(suite, steps);
    return check_run(suite, CK_NOFORK);
}
