/* SPDX-License-Identifier: Apache-2.0 */
/* Months that leave a store and come back: nothing is lost, nothing is taken for them, and bills and ledger stay as they are. */
#include "district.h"
#include "check_run.h"

#include "meterbill/ingest.h"
#include "meterbill/months.h"

#define N_ACCOUNTS 6

static char path[300], part[300], other[300];
static const char *folder;
static mbill_store *store;

/* January and February are billed; readings of the last days of 2025, of each month's first day, and of some hours. */
static void setup(void)
{
    static const char HOURS[] =
        "meter,time,value\nM0001,2026-01-05T01:00,1010\nM0001,2026-01-05T02:00,1011\nM0002,2026-01-31T12:00,1060\n"
        "M0001,2026-03-05,1200\nM0002,2026-02-28T12:00,1131\n";
    mbill_close_summary closed;
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(part, sizeof part, "%s/copy.db", folder);
    snprintf(other, sizeof other, "%s/other.db", folder);
    store = make_district(path, N_ACCOUNTS);
    ck_ok(mbill_store_put_readings(store, HOURS, sizeof HOURS - 1, "CST-8", NULL, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, N_ACCOUNTS);
}

static void teardown(void)
{
    mbill_store_free(store);
    store = NULL;
    remove_folder(folder);
}

static void close_february(void)
{
    mbill_close_summary closed;
    mbill_error err;
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_refused, 0);
}

static int64_t ask(const char *file, const char *sql)
{
    mbill_store_free(store);
    int64_t value = ask_file(file, sql);
    store = open_store(path, 0);
    return value;
}

static uint64_t digest(const char *file)
{
    mbill_store_free(store);
    uint64_t value = digest_file(file);
    store = open_store(path, 0);
    return value;
}

static const char EVERY[] =
    "SELECT coalesce(sum((register_no * 31 + at_utc_s) * 7 + value_micro % 1000003 + flags), 0) FROM mbill_reading";

START_TEST(a_month_leaves_and_comes_back)
{
    mbill_error err;
    mbill_month_summary left = {.struct_size = sizeof left}, back = {.struct_size = sizeof back};
    mbill_close_summary closed;
    close_february();
    int64_t every = ask(path, EVERY), n = ask(path, "SELECT count(*) FROM mbill_reading");
    int64_t in_january = ask(path, "SELECT count(*) FROM mbill_reading WHERE at_utc_s BETWEEN 1767225600 AND 1769903999");
    ck_ok(mbill_store_detach_month(store, "2026-01", part, &left, &err));
    ck_assert_str_eq(left.month, "2026-01");
    ck_assert_int_eq(left.n_readings, in_january);
    /* The edges are there still: one for each of six registers. */
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM mbill_reading"), n - in_january + N_ACCOUNTS);
    ck_assert_int_eq(ask(path, "SELECT sum(n_readings) FROM mbill_reading_month"), n - in_january + N_ACCOUNTS);
    ck_assert_int_eq(ask(part, "SELECT count(*) FROM mbill_reading WHERE meter LIKE 'M000_'"), in_january);
    ck_assert_int_eq(ask(part, "PRAGMA application_id"), 0x4D425054);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM mbill_bill"), 2 * N_ACCOUNTS);
    mbill_journal_head head = {.struct_size = sizeof head};
    ck_ok(mbill_journal_verify(store, NULL, &head, &err));
    ck_assert_int_gt(head.n_records, 2 * N_ACCOUNTS);
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_already, N_ACCOUNTS);
    uint64_t file = digest(part);
    ck_ok(mbill_store_attach_month(store, part, &back, &err));
    ck_assert_int_eq(back.n_readings, left.n_readings);
    ck_assert(memcmp(back.digest, left.digest, sizeof left.digest) == 0);
    ck_assert_int_eq(ask(path, EVERY), every);
    ck_assert_int_eq(ask(path, "SELECT sum(n_readings) FROM mbill_reading_month"), n);
    ck_assert(digest(part) == file);
    /* It may leave again, into the same file. */
    ck_ok(mbill_store_detach_month(store, "2026-01", part, &back, &err));
    ck_assert(memcmp(back.digest, left.digest, sizeof left.digest) == 0);
}
END_TEST

static void close_march(void)
{
    static const char APRIL[] = "meter,time,value\nM0001,2026-04-01,1300\nM0002,2026-04-01,1300\nM0003,2026-04-01,1300\n"
                                "M0004,2026-04-01,1300\nM0005,2026-04-01,1300\nM0006,2026-04-01,1300\n";
    mbill_close_summary closed;
    mbill_error err;
    close_february();
    ck_ok(mbill_store_put_readings(store, APRIL, sizeof APRIL - 1, "CST-8", NULL, &err));
    ck_ok(close_month(store, "2026-03-01", "2026-04-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, N_ACCOUNTS);
}

/* What a later bill begins with is there, though its month is not. */
START_TEST(later_bills_find_their_edge)
{
    static const char MAY[] = "meter,time,value\nM0003,2026-05-01,1390\nM0004,2026-05-01,1390\n";
    mbill_error err;
    mbill_close_summary closed;
    close_march();
    ck_ok(mbill_store_purge_month(store, "2026-02", NULL, &err));
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM mbill_reading WHERE at_utc_s BETWEEN 1769904000 AND 1772323199"),
        N_ACCOUNTS);
    ck_ok(mbill_store_put_readings(store, MAY, sizeof MAY - 1, "CST-8", NULL, &err));
    ck_ok(close_month(store, "2026-04-01", "2026-05-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, 2);
    ck_assert_int_eq(closed.n_refused, N_ACCOUNTS - 2);
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM mbill_bill WHERE flags = 0 AND from_date = '2026-04-01'"), 2);
}
END_TEST

START_TEST(open_months_stay)
{
    mbill_error err;
    mbill_close_summary closed;
    uint64_t before = digest(path);
    ck_refused(mbill_store_detach_month(store, "2026-01", part, NULL, &err), MBILL_E_ORDER,
        "month 2026-01 is not closed: the contract of account \"A0001\" under tariff \"ladder\" is not billed up to 2026-02-01");
    ck_refused(mbill_store_purge_month(store, "2026-01", NULL, &err), MBILL_E_ORDER, "A0001");
    ck_refused(mbill_store_purge_month(store, "2026-03", NULL, &err), MBILL_E_ORDER, "A0001");
    ck_assert(digest(path) == before);
    ck_assert_int_ne(access(part, F_OK), 0);
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &closed, &err));
    ck_ok(mbill_store_detach_month(store, "2025-12", part, NULL, &err));
    ck_refused(mbill_store_detach_month(store, "2025-11", other, NULL, &err), MBILL_E_NOT_FOUND, "no readings of 2025-11");
}
END_TEST

/* A contract that has ended needs no bill behind its end. */
START_TEST(ended_contracts_do_not_hold_a_month)
{
    static const char ENDED[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"A0001\",\"title\":\"door 1\",\"contracts\":[{"
        "\"tariff\":\"ladder\",\"from\":\"2026-01-01\","
        "\"to\":\"2026-02-01\",\"meters\":[{\"id\":\"M0001\",\"registers\":[{\"register\":\"import\","
        "\"unit\":\"kWh\",\"modulus\":\"100000\"}]}"
        "]}]}]}";
    mbill_error err;
    ck_ok(mbill_store_put_accounts(store, ENDED, sizeof ENDED - 1, NULL, &err));
    ck_refused(mbill_store_purge_month(store, "2026-01", NULL, &err), MBILL_E_ORDER, "A0002");
    close_february();
    ck_assert_int_eq(ask(path, "SELECT count(*) FROM mbill_bill WHERE account_no = 1"), 1);
    ck_ok(mbill_store_purge_month(store, "2026-01", NULL, &err));
}
END_TEST

/* Readings of a month that is away are refused by row, and so is a bill. */
START_TEST(a_month_that_is_away)
{
    static const char LATE[] = "meter,time,value\nM0001,2026-03-06,1201\nM0003,2026-01-09T00:00Z,1020\n";
    static const char NEW[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":"
        "\"2026-01-01\",\"meters\":[{\"id\":\"M0001\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\",\"modulus\":"
        "\"100000\"}]}]}]}]}";
    mbill_error err;
    mbill_close_summary closed;
    mbill_month_summary month = {.struct_size = sizeof month};
    close_february();
    ck_ok(mbill_store_detach_month(store, "2026-01", part, &month, &err));
    uint64_t before = digest(path);
    ck_refused(mbill_store_put_readings(store, LATE, sizeof LATE - 1, "CST-8", NULL, &err), MBILL_E_INVALID,
        "the readings of 2026-01 were detached");
    ck_assert(digest(path) == before);
    ck_refused(mbill_store_detach_month(store, "2026-01", other, NULL, &err), MBILL_E_EXISTS, "were detached before");
    ck_refused(mbill_store_purge_month(store, "2026-01", NULL, &err), MBILL_E_EXISTS, "were detached before");
    ck_ok(mbill_store_put_accounts(store, NEW, sizeof NEW - 1, NULL, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_refused, 1);
    ck_assert_int_eq(closed.n_already, N_ACCOUNTS);
    ck_ok(mbill_store_attach_month(store, part, NULL, &err));
    ck_ok(mbill_store_put_readings(store, LATE, sizeof LATE - 1, "CST-8", NULL, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, 1);
    /* One reading came since: the file is not this month any more. */
    ck_refused(mbill_store_attach_month(store, part, NULL, &err), MBILL_E_EXISTS, "2026-01 are in the store");
}
END_TEST

START_TEST(files_that_are_not_the_month)
{
    mbill_error err;
    mbill_month_summary month = {.struct_size = sizeof month};
    close_february();
    ck_refused(mbill_store_attach_month(store, part, &month, &err), MBILL_E_NOT_FOUND, part);
    ck_assert_int_eq(change_file(other, "CREATE TABLE theirs(a)"), SQLITE_OK);
    ck_refused(mbill_store_attach_month(store, other, &month, &err), MBILL_E_INVALID, "does not hold a month");
    ck_refused(mbill_store_detach_month(store, "2026-01", other, &month, &err), MBILL_E_EXISTS, "is there already");
    ck_ok(mbill_store_detach_month(store, "2026-01", part, &month, &err));
    uint64_t before = digest(path);
    ck_assert_int_eq(change_file(part, "PRAGMA user_version=3"), SQLITE_OK);
    ck_refused(mbill_store_attach_month(store, part, &month, &err), MBILL_E_VERSION, "version 3");
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version=%lld", (long long)ask(path, "PRAGMA user_version"));
    ck_assert_int_eq(change_file(part, sql), SQLITE_OK);
    ck_assert_int_eq(change_file(part,
                         "DROP TRIGGER mbill_reading_tile_keep; CREATE TABLE kept AS SELECT tile_no AS no, data AS was FROM "
                         "mbill_reading_tile; UPDATE mbill_reading_tile SET data = (SELECT data FROM mbill_reading_tile ORDER BY "
                         "tile_no "
                         "LIMIT 1) WHERE tile_no = (SELECT max(tile_no) FROM mbill_reading_tile)"),
        SQLITE_OK);
    ck_refused(mbill_store_attach_month(store, part, &month, &err), MBILL_E_CORRUPT, "other readings of 2026-01 than those");
    ck_assert(digest(path) == before);
    ck_assert_int_eq(change_file(part,
                         "UPDATE mbill_reading_tile SET data = (SELECT was FROM kept WHERE no = tile_no); DELETE FROM "
                         "mbill_reading_tile WHERE tile_no = (SELECT min(tile_no) FROM mbill_reading_tile)"),
        SQLITE_OK);
    ck_refused(mbill_store_attach_month(store, part, &month, &err), MBILL_E_CORRUPT, "other readings of 2026-01 than those");
    ck_assert(digest(path) == before);
}
END_TEST

/* A part of another month, or of this one before something came, is not written over. */
START_TEST(a_file_that_is_there)
{
    mbill_error err;
    close_march();
    ck_ok(mbill_store_detach_month(store, "2026-01", part, NULL, &err));
    ck_refused(mbill_store_detach_month(store, "2026-02", part, NULL, &err), MBILL_E_EXISTS, "is there already");
    ck_ok(mbill_store_attach_month(store, part, NULL, &err));
    static const char MORE[] = "meter,time,value\nM0003,2026-01-09T00:00Z,1020\n";
    ck_ok(mbill_store_put_readings(store, MORE, sizeof MORE - 1, "CST-8", NULL, &err));
    ck_refused(mbill_store_detach_month(store, "2026-01", part, NULL, &err), MBILL_E_EXISTS, "is there already");
    ck_ok(mbill_store_detach_month(store, "2026-01", other, NULL, &err));
}
END_TEST

START_TEST(months_are_listed)
{
    mbill_error err;
    char text[1000];
    size_t len = sizeof text, none = 4;
    close_march();
    ck_ok(mbill_store_detach_month(store, "2026-01", part, NULL, &err));
    ck_ok(mbill_store_purge_month(store, "2026-02", NULL, &err));
    ck_ok(mbill_store_months(store, text, &len, &err));
    ck_assert_msg(strstr(text, "{\"month\":\"2025-12\",\"state\":\"here\",\"readings\":6}") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "{\"month\":\"2026-01\",\"state\":\"detached\",\"readings\":9,\"digest\":\"") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "{\"month\":\"2026-02\",\"state\":\"purged\",\"readings\":7,\"digest\":\"") != NULL, "%s", text);
    ck_refused(mbill_store_months(store, text, &none, &err), MBILL_E_ROOM, "room");
    ck_refused(mbill_store_months(NULL, text, &none, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_months(store, text, NULL, &err), MBILL_E_MISUSE, "inout_len");
}
END_TEST

START_TEST(misuse)
{
    mbill_error err;
    mbill_month_summary month = {.struct_size = 3};
    ck_refused(mbill_store_detach_month(NULL, "2026-01", part, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_detach_month(store, NULL, part, NULL, &err), MBILL_E_MISUSE, "month");
    ck_refused(mbill_store_detach_month(store, "2026-01", NULL, NULL, &err), MBILL_E_MISUSE, "path");
    ck_refused(mbill_store_detach_month(store, "2026-01", "", NULL, &err), MBILL_E_INVALID, "path is empty");
    ck_refused(mbill_store_detach_month(store, "2026-01", part, &month, &err), MBILL_E_MISUSE, "struct_size");
    static const char *const BAD[] = {"", "2026", "2026-1", "2026-13", "2026-00", "26-01-01", "2026-01-01", "1899-12", "3000-01",
        "2026/01"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        ck_refused(mbill_store_purge_month(store, BAD[i], NULL, &err), MBILL_E_DATE, "is no month");
    ck_refused(mbill_store_attach_month(NULL, part, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_attach_month(store, NULL, NULL, &err), MBILL_E_MISUSE, "path");
    ck_refused(mbill_store_attach_month(store, "", NULL, &err), MBILL_E_INVALID, "path is empty");
    ck_refused(mbill_store_attach_month(store, part, &month, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

/* Intervals that reach into the next month stay for its bill. */
START_TEST(intervals_over_the_end)
{
    static const char ROWS[] = "meter,start,end,quantity\nM0005,2026-01-31T22:00Z,2026-01-31T23:30Z,1\n"
                               "M0005,2026-01-31T23:30Z,2026-02-01T00:30Z,2\nM0005,2026-02-01T00:30Z,2026-02-01T01:30Z,3\n";
    mbill_error err;
    close_february();
    ck_ok(mbill_store_put_readings(store, ROWS, sizeof ROWS - 1, NULL, NULL, &err));
    ck_ok(mbill_store_detach_month(store, "2026-01", part, NULL, &err));
    ck_assert_int_eq(ask(path, "SELECT sum(quantity_micro) FROM mbill_interval"), 5000000);
    ck_assert_int_eq(ask(part, "SELECT sum(quantity_micro) FROM mbill_interval"), 3000000);
    ck_ok(mbill_store_attach_month(store, part, NULL, &err));
    ck_assert_int_eq(ask(path, "SELECT sum(quantity_micro) FROM mbill_interval"), 6000000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("months");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    TCase *all[] = {ok, refused};
    for (size_t i = 0; i < 2; i++) {
        tcase_add_checked_fixture(all[i], setup, teardown);
        tcase_set_timeout(all[i], 60);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_test(ok, a_month_leaves_and_comes_back);
    tcase_add_test(ok, later_bills_find_their_edge);
    tcase_add_test(ok, ended_contracts_do_not_hold_a_month);
    tcase_add_test(ok, months_are_listed);
    tcase_add_test(ok, intervals_over_the_end);
    tcase_add_test(refused, open_months_stay);
    tcase_add_test(refused, a_month_that_is_away);
    on_files(refused, files_that_are_not_the_month, "it makes files of others");
    tcase_add_test(refused, a_file_that_is_there);
    tcase_add_test(refused, misuse);
    return check_run(suite, CK_NOFORK);
}
