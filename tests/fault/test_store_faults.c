/* SPDX-License-Identifier: Apache-2.0 */
/* The same work on a store with each write, sync, truncation, read, opening and allocation failing in turn, once and for ever:
 * every step is done or not done at all, what was answered as done is there, and the work repeated without faults ends in the
 * very same file. */
#include "answered.h"

#include "every.h"
#include "meterbill/close.h"

#include <stdbool.h>

#define N_ACCOUNTS 6
#define BATCH 2

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

/* What each step of the work answered. */
typedef struct answers {
    mbill_status open, readings, accounts, top_ups, close, steps, between, summary;
} answers;

static const char ROWS[] = "meter,time,value\nM0001,2026-01-11,1031\nM0002,2026-01-11,1032\nM0003,2026-01-11,1033\n";
#define COUNT_TRIGGERS "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"

static const char PAID[] = TOP_UPS("05000000000000000000000000000000,A0002,1,2026-02-02\n");
static const char BETWEEN[] = TOP_UPS("06000000000000000000000000000000,A0003,2,2026-03-01\n");
static const char MORE[] =
    "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B0001\",\"facts\":{\"area\":\"7\"}},{\"id\":\"B0002\"}]}";

static mbill_status judge(mbill_status status, const mbill_error *err)
{
    check_answer(status, err, status == MBILL_E_EXISTS);
    return status;
}

/* February step by step, a top-up between the first two. A step that fails is called once more, where the file can still be used. */
static mbill_status close_in_steps(mbill_store *store, mbill_status *out_between)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-02-01",
        .to = "2026-03-01",
        .recorded_utc_s = RECORDED_UTC_S};
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_close *close = NULL;
    mbill_error err;
    bool more = true, again = true;
    int64_t n_done = 0;
    mbill_error_init(&err);
    mbill_status status = judge(mbill_close_begin(store, &options, &close, &err), &err);
    ck_assert((close == NULL) == (status != MBILL_OK));
    while (status == MBILL_OK && more) {
        status = judge(mbill_close_step(close, BATCH, &more, &err), &err);
        ck_assert_int_eq(mbill_close_sums(close, &summary, &n_done, NULL, NULL), MBILL_OK);
        ck_assert_int_eq(summary.n_billed + summary.n_already + summary.n_refused, n_done);
        if (status == MBILL_OK && n_done == BATCH) *out_between = judge(put_top_ups(store, BETWEEN, NULL, &err), &err);
        if (status == MBILL_OK || !again || status == MBILL_E_OUTCOME_UNKNOWN) continue;
        again = false;
        status = MBILL_OK;
    }
    mbill_close_free(close);
    return status;
}

static answers work(void)
{
    mbill_close_summary summary;
    mbill_store *store = NULL;
    mbill_error err;
    answers out;
    char text[600];
    size_t len = sizeof text;
    memset(&out, 0xff, sizeof out);
    mbill_error_init(&err);
    out.open = judge(mbill_store_open(path, NULL, faulty_allocator(), &store, &err), &err);
    if (out.open != MBILL_OK) {
        ck_assert_ptr_null(store);
        return out;
    }
    out.readings = judge(mbill_store_put_readings(store, ROWS, sizeof ROWS - 1, "CST-8", NULL, &err), &err);
    out.accounts = judge(mbill_store_put_accounts(store, MORE, sizeof MORE - 1, NULL, &err), &err);
    out.top_ups = judge(put_top_ups(store, PAID, NULL, &err), &err);
    out.close = judge(close_month(store, "2026-01-01", "2026-02-01", BATCH, &summary, &err), &err);
    if (out.close == MBILL_OK) out.steps = close_in_steps(store, &out.between); /* months are billed in their order */
    out.summary = judge(mbill_store_summary(store, text, &len, &err), &err);
    mbill_store_free(store);
    return out;
}

/* Exactly that many rows: or, when the step was not answered as done, also none. */
static void check_step(mbill_status status, const char *sql, int64_t done)
{
    int64_t n = ask_file(path, sql);
    bool fine = n == done || (n == 0 && status != MBILL_OK && status != MBILL_E_EXISTS);
    ck_assert_msg(fine, "%s: %lld where %lld are expected and the step answered %s", sql, (long long)n, (long long)done,
        mbill_status_name((int32_t)status));
}

static void check_file(const answers *got)
{
    check_step(got->readings, "SELECT count(*) FROM mbill_reading WHERE at_utc_s = 1768060800", 3);
    check_step(got->accounts, "SELECT count(*) FROM mbill_account WHERE id LIKE 'B%'", 2);
    check_step(got->top_ups, "SELECT count(*) FROM mbill_record WHERE kind = 'top_up' AND amount_micro = 1000000", 1);
    check_step(got->between, "SELECT count(*) FROM mbill_record WHERE kind = 'top_up' AND amount_micro = 2000000", 1);
    if (got->close == MBILL_OK)
        ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill WHERE from_date = '2026-01-01'"), N_ACCOUNTS);
    if (got->steps == MBILL_OK && got->close == MBILL_OK)
        ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill WHERE from_date = '2026-02-01'"), N_ACCOUNTS);
    int64_t n_bills = ask_file(path, "SELECT count(*) FROM mbill_bill");
    ck_assert_int_eq(n_bills % BATCH, 0);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'usage'"), n_bills);
    ck_assert_int_eq(ask_file(path,
                         "SELECT total(r.amount_micro - b.total_micro) + count(*) FROM mbill_bill b JOIN mbill_record r "
                         "USING(record)"
                         " WHERE r.kind = 'usage' AND r.account = b.account_no"),
        n_bills);
}

/* The top-up is behind February's first step, or both are still to come. */
static bool between_in_order(const answers *got)
{
    return got->between == MBILL_OK || got->between == MBILL_E_EXISTS ||
        ask_file(path, "SELECT count(*) FROM mbill_bill WHERE from_date = '2026-02-01'") == 0;
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    int64_t nth = 1;
    for (; struck; nth += fault_step(kind != FAULT_MEMORY ? 1 : for_ever ? 211 : 101)) {
        copy_file(pristine, path);
        fault_arm(kind, nth, for_ever);
        answers got = work();
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        check_file(&got);
        bool in_order = got.close != MBILL_OK || (got.readings == MBILL_OK && got.top_ups == MBILL_OK && between_in_order(&got));
        got = work();
        ck_assert(got.open == MBILL_OK && got.close == MBILL_OK && got.steps == MBILL_OK && got.summary == MBILL_OK);
        if (in_order)
            ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
        check_file(&got);
    }
    ck_assert_int_gt(nth, kind == FAULT_TRUNCATE ? 1 : 2);
}

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store_free(make_district(pristine, N_ACCOUNTS));
    copy_file(pristine, path);
    answers got = work();
    ck_assert(got.open == MBILL_OK && got.readings == MBILL_OK && got.accounts == MBILL_OK && got.top_ups == MBILL_OK &&
        got.close == MBILL_OK && got.steps == MBILL_OK && got.between == MBILL_OK);
    expected = digest_file(path);
}

static void teardown(void)
{
    remove_folder(folder);
}

/* Making a file: after any failure it can be made, or is whole. */
START_TEST(each_operation_while_made)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
    mbill_error err;
    bool struck = true;
    for (int64_t nth = 1; struck; nth += fault_step(_i == FAULT_MEMORY ? 61 : 1)) {
        mbill_store *store = NULL;
        unlink(path);
        mbill_error_init(&err);
        fault_arm((fault_kind)_i, nth, true);
        mbill_status status = judge(mbill_store_open(path, &options, faulty_allocator(), &store, &err), &err);
        mbill_store_free(store);
        struck = fault_disarm();
        if (status != MBILL_OK) {
            store = NULL;
            status = mbill_store_open(path, &options, NULL, &store, &err);
            ck_assert_msg(status == MBILL_OK || status == MBILL_E_EXISTS, "number %lld: %s", (long long)nth, err.message);
            mbill_store_free(store);
        }
        mbill_store_free(open_store(path, 0));
        ck_assert_int_eq(ask_file(path, COUNT_TRIGGERS), ask_file(pristine, COUNT_TRIGGERS));
        ck_assert_int_eq(faulty_live_blocks(), 0);
    }
}
END_TEST

/* The commit's outcome is not known: the handle says so until the file is opened again, and the operation can be repeated. */
START_TEST(in_doubt)
{
    mbill_error err;
    int64_t number;
    copy_file(pristine, path);
    mbill_store *store = open_store(path, 0);
    fault_arm(FAULT_SYNC, 1, false);
    ck_refused(put_top_ups(store, PAID, NULL, &err), MBILL_E_OUTCOME_UNKNOWN, path);
    ck_assert(fault_disarm());
    ck_refused(mbill_store_account_number(store, "A0002", &number, &err), MBILL_E_OUTCOME_UNKNOWN, "reopen");
    ck_refused(put_top_ups(store, PAID, NULL, &err), MBILL_E_OUTCOME_UNKNOWN, "reopen");
    mbill_store_free(store);
    store = open_store(path, 0);
    ck_ok(put_top_ups(store, PAID, NULL, &err));
    ck_assert_int_eq(sums_of(store, "A0002").credits_micro, 1000000);
    mbill_store_free(store);
}
END_TEST

START_TEST(full_disk)
{
    mbill_error err;
    mbill_close_summary summary;
    copy_file(pristine, path);
    mbill_store *store = open_store(path, 0);
    fault_arm(FAULT_FULL, 1, true);
    ck_refused(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err), MBILL_E_OUTCOME_UNKNOWN, "disk is full");
    ck_assert(fault_disarm());
    ck_assert_int_eq(summary.n_billed, 0);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill"), 0);
}
END_TEST

START_TEST(file_that_nobody_can_write)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_READ_ONLY, 0, 0};
    mbill_error err;
    mbill_store *store = NULL;
    copy_file(pristine, path);
    uint64_t before = digest_file(path);
    fault_deny_writing(true);
    ck_refused(mbill_store_open(path, NULL, NULL, &store, &err), MBILL_E_READ_ONLY, path);
    ck_assert_ptr_null(store);
    ck_ok(mbill_store_open(path, &options, NULL, &store, &err));
    ck_assert_int_eq(sums_of(store, "A0001").credits_micro, 0);
    ck_refused(mbill_store_put_readings(store, ROWS, sizeof ROWS - 1, "CST-8", NULL, &err), MBILL_E_READ_ONLY, path);
    mbill_store_free(store);
    fault_deny_writing(false);
    ck_assert(digest_file(path) == before);
}
END_TEST

/* Its name goes into a URI, whatever bytes it has. */
START_TEST(any_name_of_a_file_that_nobody_can_write)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_READ_ONLY, 0, 0};
    mbill_error err;
    mbill_store *store = NULL;
    char named[340];
    snprintf(named, sizeof named, "%s/50%%2f #\xE5\x8C\xBA?x=1&.db", folder);
    copy_file(pristine, named);
    fault_deny_writing(true);
    mbill_error_init(&err);
    mbill_status status = mbill_store_open(named, &options, NULL, &store, &err);
    fault_deny_writing(false);
    unlink(named);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    mbill_store_free(store);
}
END_TEST

/* What a crash left in the journal is not overlooked by a reader that cannot take it in. */
START_TEST(journal_beside_a_file_that_nobody_can_write)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_READ_ONLY, 0, 0};
    mbill_error err;
    mbill_store *store = NULL;
    char journal[310];
    copy_file(pristine, path);
    snprintf(journal, sizeof journal, "%s-wal", path);
    FILE *file = fopen(journal, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs("something", file), 0);
    fclose(file);
    fault_deny_writing(true);
    ck_refused(mbill_store_open(path, &options, NULL, &store, &err), MBILL_E_READ_ONLY, "journal");
    fault_deny_writing(false);
}
END_TEST

/* A transaction was cut short when its journal was on the disk and half of its pages were in the file: nothing of it is read, with the file and
 * its folder read-only, and the first to write takes it back. */
START_TEST(half_a_transaction_in_a_file_that_nobody_can_write)
{
    mbill_store_options reading = {sizeof reading, MBILL_STORE_READ_ONLY, 0, 0};
    mbill_error err;
    mbill_store *store = NULL;
    sqlite3 *db;
    char journal[310], other[310], other_journal[320];
    copy_file(pristine, path);
    uint64_t before = digest_file(path);
    snprintf(journal, sizeof journal, "%s-journal", path);
    snprintf(other, sizeof other, "%s/other.db", folder);
    snprintf(other_journal, sizeof other_journal, "%s-journal", other);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db,
                         "PRAGMA journal_mode=DELETE; PRAGMA cache_size=2; BEGIN IMMEDIATE;"
                         "INSERT INTO mbill_segment VALUES(0, 1, zeroblob(32), zeroblob(777));"
                         "UPDATE mbill_account SET title = hex(zeroblob(3000)); UPDATE mbill_meter SET id = id || "
                         "hex(zeroblob(2000))",
                         NULL, NULL, NULL),
        SQLITE_OK);
    copy_file(path, other);
    copy_file(journal, other_journal);
    ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    fault_deny_writing(true);
    ck_refused(mbill_store_open(other, &reading, NULL, &store, &err), MBILL_E_READ_ONLY, "journal that must be taken in first");
    fault_deny_writing(false);
    store = open_store(other, MBILL_STORE_ROLLBACK);
    ck_assert_int_eq(sums_of(store, "A0001").credits_micro, 0);
    mbill_store_free(store);
    ck_assert(digest_file(other) == before);
    unlink(other_journal);
}
END_TEST

int main(void)
{
    TCase *states = tcase_create("states");
    tcase_add_checked_fixture(states, setup, teardown);
    tcase_set_timeout(states, 900);
    tcase_add_loop_test(states, each_operation_while_made, FAULT_OPEN, FAULT_KINDS);
    tcase_add_test(states, in_doubt);
    tcase_add_test(states, full_disk);
    tcase_add_test(states, file_that_nobody_can_write);
    tcase_add_test(states, any_name_of_a_file_that_nobody_can_write);
    tcase_add_test(states, journal_beside_a_file_that_nobody_can_write);
    tcase_add_test(states, half_a_transaction_in_a_file_that_nobody_can_write);
    return run_every_fault("store_faults", setup, teardown, states);
}
