/* SPDX-License-Identifier: Apache-2.0 */
/* The store's file: made, opened, refused, filled. Every refusal leaves what is kept as it was. */
#include "district.h"
#include "check_run.h"
#include "store/schema.h"

#include <stdbool.h>
#include <sys/stat.h>

static char path[300];
static const char *folder;

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
}

static void teardown(void)
{
    remove_folder(folder);
}

static mbill_status try_open(const char *name, uint32_t flags, mbill_error *err)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_store *store = (mbill_store *)(void *)path;
    mbill_status status = mbill_store_open(name, &options, NULL, &store, err);
    if (status == MBILL_OK) mbill_store_free(store);
    else ck_assert_ptr_null(store);
    return status;
}

static void write_file(const char *name, const char *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

/* Opening */

START_TEST(create_and_reopen)
{
    mbill_error err;
    ck_refused(try_open(path, 0, &err), MBILL_E_NOT_FOUND, name_of_store(path));
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    mbill_store_free(open_store(path, 0));
    mbill_store_free(open_store(path, MBILL_STORE_READ_ONLY));
    only_of_files ck_assert_int_eq(ask_file(path, "PRAGMA application_id"), 0x4D42494C);
    only_of_files ck_assert_int_eq(ask_file(path, "PRAGMA user_version"), MBILL__SCHEMA_VERSION);
    only_of_files ck_assert_int_eq(ask_file(path,
                                       "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' AND "
                                       "sql NOT LIKE '%STRICT%'"),
        0);
    uint64_t before = digest_file(path);
    ck_refused(try_open(path, MBILL_STORE_CREATE, &err), MBILL_E_EXISTS, name_of_store(path));
    ck_assert(digest_file(path) == before);
    mbill_store_free(NULL);
}
END_TEST

START_TEST(create_over_an_empty_file)
{
    mbill_error err;
    write_file(path, "", 0);
    ck_refused(try_open(path, 0, &err), MBILL_E_INVALID, "empty");
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    mbill_store_free(open_store(path, 0));
}
END_TEST

START_TEST(open_misused)
{
    mbill_error err;
    mbill_store *store = (mbill_store *)(void *)&store;
    mbill_store_options options = {sizeof options, 0, -1, 0};
    ck_refused(mbill_store_open(NULL, NULL, NULL, &store, &err), MBILL_E_MISUSE, "path");
    ck_assert_ptr_null(store);
    ck_refused(mbill_store_open(path, NULL, NULL, NULL, &err), MBILL_E_MISUSE, "out_store");
    ck_refused(mbill_store_open("", NULL, NULL, &store, &err), MBILL_E_INVALID, "empty");
    ck_refused(mbill_store_open(path, &options, NULL, &store, &err), MBILL_E_RANGE, "-1");
    options = (mbill_store_options){4, 0, 0, 0};
    ck_refused(mbill_store_open(path, &options, NULL, &store, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(try_open(path, 0x40, &err), MBILL_E_UNKNOWN_OPTION, "40");
    ck_refused(try_open(path, MBILL_STORE_CREATE | MBILL_STORE_READ_ONLY, &err), MBILL_E_MISUSE, "once");
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(files_of_others)
{
    mbill_error err;
    char long_text[5000];
    memset(long_text, 'x', sizeof long_text);
    write_file(path, long_text, sizeof long_text);
    ck_refused(try_open(path, 0, &err), MBILL_E_CORRUPT, path);
    ck_refused(try_open(path, MBILL_STORE_READ_ONLY, &err), MBILL_E_CORRUPT, path);
    remove_store(path);
    ck_assert_int_eq(change_file(path, "CREATE TABLE theirs(a); PRAGMA application_id=77"), SQLITE_OK);
    uint64_t before = digest_file(path);
    ck_refused(try_open(path, 0, &err), MBILL_E_INVALID, "77");
    ck_refused(try_open(path, MBILL_STORE_CREATE, &err), MBILL_E_EXISTS, name_of_store(path));
    ck_assert(digest_file(path) == before);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM sqlite_schema"), 1);
    ck_refused(try_open(folder, 0, &err), MBILL_E_IO, folder);
    ck_refused(try_open("/nowhere/at/all.db", MBILL_STORE_CREATE, &err), MBILL_E_NOT_FOUND, "/nowhere");
}
END_TEST

START_TEST(versions_of_tables)
{
    mbill_error err;
    char others[48];
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    snprintf(others, sizeof others, "PRAGMA user_version=%d", MBILL__SCHEMA_VERSION + 1);
    ck_assert_int_eq(change_file(path, others), SQLITE_OK);
    uint64_t before = digest_file(path);
    snprintf(others, sizeof others, "knows them up to version %d", MBILL__SCHEMA_VERSION);
    ck_refused(try_open(path, 0, &err), MBILL_E_VERSION, others);
    ck_refused(try_open(path, MBILL_STORE_READ_ONLY, &err), MBILL_E_VERSION, others);
    ck_assert(digest_file(path) == before);
    ck_assert_int_eq(change_file(path, "PRAGMA user_version=0"), SQLITE_OK);
    ck_refused(try_open(path, 0, &err), MBILL_E_CORRUPT, "version 0");
}
END_TEST

/* With an SQLite that is free of the WAL-reset bug, readers are let in beside the writer. */
static bool shares_files(void)
{
    int version = sqlite3_libversion_number();
    return version >= 3051003 || (version >= 3050007 && version < 3051000) || (version >= 3044006 && version < 3045000);
}

START_TEST(second_opener)
{
    mbill_error err;
    mbill_store *first = make_district(path, 2);
    if (shares_files()) {
        ck_ok(try_open(path, MBILL_STORE_READ_ONLY, &err));
        mbill_store_free(first);
        return;
    }
    ck_refused(try_open(path, 0, &err), MBILL_E_BUSY, path);
    ck_refused(try_open(path, MBILL_STORE_READ_ONLY, &err), MBILL_E_BUSY, path);
    mbill_store_free(first);
    ck_ok(try_open(path, 0, &err));
}
END_TEST

START_TEST(read_only_reads)
{
    mbill_error err;
    mbill_close_summary summary;
    mbill_store_free(make_district(path, 2));
    uint64_t before = digest_file(path);
    mbill_store *store = open_store(path, MBILL_STORE_READ_ONLY);
    ck_assert_int_eq(sums_of(store, "A0001").credits_micro, 0);
    ck_refused(put_top_ups(store, TOP_UPS("0000000000000000000000000000000a,A0001,5,2026-01-01\n"), NULL, &err),
        MBILL_E_READ_ONLY, name_of_store(path));
    ck_refused(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err), MBILL_E_READ_ONLY, name_of_store(path));
    ck_refused(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err), MBILL_E_READ_ONLY,
        name_of_store(path));
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

/* Damage is found when it is read, and named; nothing crashes. */
START_TEST(damaged_file)
{
    mbill_error err;
    mbill_close_summary summary;
    mbill_store_free(make_district(path, 40));
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    int n_refused = 0;
    for (long page = 1; page < info.st_size / 4096; page++) {
        char zeros[4096] = {0}, kept[4096], copy[310];
        FILE *file = fopen(path, "rb");
        char *all = malloc((size_t)info.st_size);
        ck_assert_ptr_nonnull(all);
        ck_assert_uint_eq(fread(all, 1, (size_t)info.st_size, file), (size_t)info.st_size);
        fclose(file);
        memcpy(kept, all + page * 4096, 4096);
        memcpy(all + page * 4096, zeros, 4096);
        snprintf(copy, sizeof copy, "%s/copy.db", folder);
        write_file(copy, all, (size_t)info.st_size);
        free(all);
        mbill_store *store = NULL;
        mbill_error_init(&err);
        mbill_status status = mbill_store_open(copy, NULL, NULL, &store, &err);
        if (status == MBILL_OK) status = close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err);
        ck_assert_msg(status == MBILL_OK || (status == MBILL_E_CORRUPT && err.message[0] != '\0'), "page %ld: %s %s", page,
            mbill_status_name((int32_t)status), err.message);
        n_refused += status == MBILL_E_CORRUPT;
        mbill_store_free(store);
    }
    ck_assert_int_gt(n_refused, 5);
}
END_TEST

/* Imports */

START_TEST(imports_are_idempotent)
{
    mbill_error err;
    growing accounts = make_accounts(3), readings = make_month_readings(3);
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    for (int round = 0; round < 2; round++) {
        ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), &counts, &err));
        ck_assert_int_eq(round == 0 ? counts.n_added : counts.n_same, 1);
        ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, &counts, &err));
        ck_assert_int_eq(round == 0 ? counts.n_added : counts.n_same, 12); /* account, fact, contract, register */
        ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", &counts, &err));
        ck_assert_int_eq(round == 0 ? counts.n_added : counts.n_same, 9);
        ck_assert_int_eq(round == 0 ? counts.n_same : counts.n_added, 0);
    }
    mbill_store_free(store);
    free(accounts.text);
    free(readings.text);
}
END_TEST

static mbill_status put_rows(mbill_store *store, const char *csv, mbill_error *err)
{
    return mbill_store_put_readings(store, csv, strlen(csv), "CST-8", NULL, err);
}

START_TEST(readings_refused)
{
    mbill_error err;
    mbill_store_free(make_district(path, 2));
    uint64_t before = digest_file(path);
    mbill_store *store = open_store(path, 0);
    ck_refused(put_rows(store, "meter,time,value\nM0001,2026-01-05,1010\nM0009,2026-01-05,1\n", &err), MBILL_E_NOT_FOUND,
        "M0009");
    ck_assert_int_eq(err.index, 3);
    ck_refused(put_rows(store, "meter,register,time,value\nM0001,export,2026-01-05,1010\n", &err), MBILL_E_NOT_FOUND, "export");
    ck_refused(put_rows(store, "time,value\n2026-01-05,1010\n", &err), MBILL_E_INVALID, "meter");
    ck_refused(put_rows(store, "meter,time,value\nM0001,2026-01-05,1010\nM0001,2026-02-01,7\n", &err), MBILL_E_EXISTS_DIFFERENT,
        "M0001");
    ck_assert_int_eq(err.index, 3);
    ck_assert_ptr_nonnull(strstr(err.message, "2026-02-01T00:00:00+08:00"));
    ck_assert_ptr_nonnull(strstr(err.message, "1082"));
    ck_assert_ptr_nonnull(strstr(err.message, "7 in the file"));
    ck_refused(put_rows(store, "meter,time,value,mark\nM0001,2026-02-01,1082,rollover\n", &err), MBILL_E_EXISTS_DIFFERENT,
        "another mark");
    ck_refused(put_rows(store, "meter,time,value\nM0001,2026-01-06,1010\nM0001,2026-01-05,1009\n", &err), MBILL_E_ORDER, "");
    ck_refused(put_rows(store, "\xEF\xBB\xBFmeter,time,value\nM0001,2026-01-06,1010\n", &err), MBILL_E_ENCODING, "");
    ck_refused(put_rows(store, "meter;time;value\nM0001;2026-01-06;1010\n", &err), MBILL_E_SYNTAX, "");
    ck_refused(mbill_store_put_readings(store, NULL, 5, NULL, NULL, &err), MBILL_E_MISUSE, "csv");
    ck_refused(mbill_store_put_readings(store, "", 0, "neverland", NULL, &err), MBILL_E_ZONE, "");
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(a_later_file_may_bring_earlier_readings)
{
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = make_district(path, 1);
    const char *csv = "meter,time,value\nM0001,2025-12-01,900\nM0001,2026-01-15,1041\n";
    ck_ok(mbill_store_put_readings(store, csv, strlen(csv), "CST-8", &counts, &err));
    ck_assert_int_eq(counts.n_added, 2);
    mbill_store_free(store);
}
END_TEST

START_TEST(intervals_are_kept)
{
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    ck_ok(put_rows(store, "meter,start,end,quantity\nM0001,2026-04-01,2026-04-02,5\n", &err));
    ck_ok(put_rows(store, "meter,start,end,quantity\nM0001,2026-04-01,2026-04-02,5\n", &err));
    ck_refused(put_rows(store, "meter,start,end,quantity\nM0001,2026-04-01,2026-04-03,5\n", &err), MBILL_E_EXISTS_DIFFERENT,
        "M0001");
    ck_refused(put_rows(store, "meter,start,end,quantity\nM0001,2026-04-01,2026-04-02,6\n", &err), MBILL_E_EXISTS_DIFFERENT,
        "another value");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_interval"), 1);
}
END_TEST

START_TEST(tariffs_refused)
{
    static const char OTHER[] = TARIFF_TEXT("2026", "2026-01-01", "null", "0.55");
    static const char TWIN[] = TARIFF_TEXT("2026b", "2026-01-01", "null", "0.55");
    mbill_error err;
    mbill_import_counts counts = {0};
    mbill_store_free(make_district(path, 1));
    uint64_t before = digest_file(path);
    mbill_store *store = open_store(path, 0);
    ck_refused(mbill_store_put_tariff(store, OTHER, strlen(OTHER), NULL, &err), MBILL_E_EXISTS_DIFFERENT, "2026");
    ck_refused(mbill_store_put_tariff(store, TWIN, strlen(TWIN), NULL, &err), MBILL_E_OVERLAP, "2026b");
    ck_refused(mbill_store_put_tariff(store, "{}", 2, NULL, &err), MBILL_E_MISSING_KEY, "");
    ck_refused(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), &counts, &err), MBILL_E_MISUSE, "struct_size");
    ck_refused(mbill_store_put_tariff(NULL, TARIFF_2026, strlen(TARIFF_2026), NULL, &err), MBILL_E_MISUSE, "store");
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

#define ACCOUNTS(rest) "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[" rest "]}"
#define CONTRACT(term, registers)                                                                                                \
    "{\"tariff\":\"ladder\"," term                                                                                               \
    ",\"meters\":[{\"id\":\"M0001\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"" registers "}]}]}"

static mbill_status put_accounts(mbill_store *store, const char *json, mbill_error *err)
{
    return mbill_store_put_accounts(store, json, strlen(json), NULL, err);
}

/* What was written while there was no release is not brought up: it is named, and left as it is. */
START_TEST(versions_before_the_first_release)
{
    mbill_error err;
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    for (int version = 1; version < MBILL__SCHEMA_VERSION; version++) {
        char text[64];
        snprintf(text, sizeof text, "PRAGMA user_version=%d", version);
        ck_assert_int_eq(change_file(path, text), SQLITE_OK);
        uint64_t before = digest_file(path);
        snprintf(text, sizeof text, "tables of version %d, which no released version wrote", version);
        ck_refused(try_open(path, 0, &err), MBILL_E_VERSION, text);
        ck_refused(try_open(path, MBILL_STORE_READ_ONLY, &err), MBILL_E_VERSION, text);
        ck_assert(digest_file(path) == before);
    }
}
END_TEST

START_TEST(a_word_is_kept_as_it_was_said)
{
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    for (int round = 0; round < 2; round++)
        ck_ok(put_accounts(store, ACCOUNTS("{\"id\":\"A0001\",\"facts\":{\"class\":\"A\"}}"), &err));
    ck_refused(put_accounts(store, ACCOUNTS("{\"id\":\"A0001\",\"facts\":{\"class\":\"B\"}}"), &err), MBILL_E_EXISTS_DIFFERENT,
        "class");
    ck_refused(put_accounts(store, ACCOUNTS("{\"id\":\"A0001\",\"facts\":{\"class\":\"0\"}}"), &err), MBILL_E_EXISTS_DIFFERENT,
        "class");
    mbill_store_free(store);
}
END_TEST

START_TEST(accounts_refused)
{
    mbill_error err;
    mbill_store_free(make_district(path, 2));
    uint64_t before = digest_file(path);
    mbill_store *store = open_store(path, 0);
    ck_refused(put_accounts(store, ACCOUNTS("{\"id\":\"N1\"},{\"id\":\"A0001\",\"title\":\"x\"}"), &err),
        MBILL_E_EXISTS_DIFFERENT, "A0001");
    ck_assert_int_eq(err.index, 1);
    ck_refused(put_accounts(store, ACCOUNTS("{\"id\":\"A0001\",\"title\":\"door 1\",\"facts\":{\"area\":\"1\"}}"), &err),
        MBILL_E_EXISTS_DIFFERENT, "area");
    ck_refused(put_accounts(store,
                   ACCOUNTS(
                       "{\"id\":\"A0001\",\"title\":\"door 1\",\"contracts\":[" CONTRACT("\"from\":\"2026-01-01\"", "") "]}"),
                   &err),
        MBILL_E_EXISTS_DIFFERENT, "modulus");
    ck_refused(put_accounts(store,
                   ACCOUNTS("{\"id\":\"A0001\",\"title\":\"door "
                            "1\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-01-01\",\"meters\":[]}]}"),
                   &err),
        MBILL_E_EXISTS_DIFFERENT, "registers");
    ck_refused(put_accounts(store,
                   ACCOUNTS("{\"id\":\"A0001\",\"title\":\"door 1\",\"contracts\":[" CONTRACT("\"from\":\"2026-03-01\"",
                       ",\"modulus\":\"100000\"") "]}"),
                   &err),
        MBILL_E_OVERLAP, "A0001");
    ck_refused(put_accounts(store, "[]", &err), MBILL_E_TYPE, "");
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(a_contract_may_be_ended_once)
{
    mbill_error err;
    mbill_store *store = make_district(path, 2);
#define ENDED(to)                                                                                                                \
    ACCOUNTS("{\"id\":\"A0001\",\"title\":\"door 1\",\"contracts\":[" CONTRACT("\"from\":\"2026-01-01\",\"to\":" to,             \
        ",\"modulus\":\"100000\"") "]}")
    ck_ok(put_accounts(store, ENDED("null"), &err));
    ck_ok(put_accounts(store, ENDED("\"2026-01-20\""), &err));
    ck_ok(put_accounts(store, ENDED("\"2026-01-20\""), &err));
    ck_refused(put_accounts(store, ENDED("\"2026-01-21\""), &err), MBILL_E_EXISTS_DIFFERENT, "end");
    ck_ok(put_accounts(store,
        ACCOUNTS("{\"id\":\"A0001\",\"title\":\"door 1\",\"contracts\":[" CONTRACT("\"from\":\"2026-01-20\"",
            ",\"modulus\":\"100000\"") "]}"),
        &err));
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_contract"), 3);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_meter"), 2);
}
END_TEST

/* Money */

#define ID1 "00000000-0000-4000-8000-000000000001"
#define ID2 "00000000-0000-4000-8000-000000000002"

START_TEST(top_ups)
{
    static const char FILE_1[] = "id,account,amount,time\n" ID1 ",A0001,100,2026-01-01T10:00:00\n" ID2 ",A0002,50.5,2026-01-02\n";
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = make_district(path, 2);
    ck_ok(put_top_ups(store, FILE_1, &counts, &err));
    ck_assert_int_eq(counts.n_added, 2);
    ck_ok(put_top_ups(store, FILE_1, &counts, &err));
    ck_assert_int_eq(counts.n_added, 0);
    ck_assert_int_eq(counts.n_same, 2);
    ck_assert_int_eq(sums_of(store, "A0002").credits_micro, 50500000);
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    ck_refused(put_top_ups(store, "id,account,amount,time\n" ID1 ",A0001,101,2026-01-01T10:00:00\n", NULL, &err),
        MBILL_E_EXISTS_DIFFERENT, "line 2: this id was applied with amount 100, now given with 101");
    ck_assert_int_eq(err.index, 2);
    ck_refused(put_top_ups(store, "id,account,amount,time\n" ID1 "9,A0001,101,2026-01-01T10:00:00\n", NULL, &err),
        MBILL_E_INVALID, "line 2: id: ");
    ck_refused(put_top_ups(store, "id,account,amount,time\n" ID1 ",A0001,1.1.1,2026-01-01T10:00:00\n", NULL, &err),
        MBILL_E_NUMBER, "line 2: amount: \"1.1.1\"");
    ck_refused(put_top_ups(store, "id,account,amount,time\n" ID1 ",A0001,1.1,today\n", NULL, &err), MBILL_E_DATE,
        "line 2: time: \"today\"");
    ck_refused(put_top_ups(store, "id,account,amount,time\nffff0000000000000000000000000001,A0001,-5,2026-01-01\n", NULL, &err),
        MBILL_E_INVALID, "line 2: the ledger refuses a top-up of -5: BAD_AMOUNT");
    ck_refused(put_top_ups(store,
                   "id,account,amount,time\nffff0000000000000000000000000001,A0001,5,2026-01-01\n"
                   "ffff0000000000000000000000000002,A0007,5,2026-01-01\n",
                   NULL, &err),
        MBILL_E_NOT_FOUND, "line 3: account \"A0007\"");
    ck_assert_int_eq(err.index, 3);
    ck_refused(put_top_ups(store, "id,account,amount\n", NULL, &err), MBILL_E_MISSING_KEY, "time");
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(summary_and_bills_when_empty)
{
    mbill_error err;
    char text[600];
    size_t len = 0;
    mbill_store *store = make_district(path, 2);
    ck_refused(mbill_store_summary(store, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
    ck_assert_int_ne(mbill_store_summary(store, text, &len, &err), MBILL_OK);
    ck_assert_int_eq(err.status, MBILL_E_ROOM);
    size_t need = len;
    ck_ok(mbill_store_summary(store, text, &len, &err));
    ck_assert_uint_eq(len, need);
    ck_assert_str_eq(text,
        "{\"meterbill\":1,\"kind\":\"store_summary\",\"accounts\":2,\"contracts\":2,\"meters\":2,\"registers\":2,\"tariffs\":1,"
        "\"readings\":6,\"intervals\":0,\"bills\":0,\"drafts\":0,\"operations\":0,\"billed\":\"0\",\"debits\":\"0\",\"credits\":"
        "\"0\"}");
    len = sizeof text;
    ck_ok(mbill_store_bills(store, "A0001", NULL, text, &len, &err));
    ck_assert_str_eq(text, "{\"meterbill\":1,\"kind\":\"bills\",\"account\":\"A0001\",\"bills\":[]}");
    ck_refused(mbill_store_bills(store, "A0009", NULL, text, &len, &err), MBILL_E_NOT_FOUND, "A0009");
    ck_refused(mbill_store_bills(store, "A0001", "2026-01-01", text, &len, &err), MBILL_E_NOT_FOUND, "2026-01-01");
    ck_refused(mbill_store_bills(store, "A0001", "01.01.2026", text, &len, &err), MBILL_E_DATE, "");
    mbill_store_free(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_checked_fixture(ok, setup, teardown);
    tcase_add_checked_fixture(refused, setup, teardown);
    tcase_add_checked_fixture(edges, setup, teardown);
    tcase_set_timeout(edges, 60);
    tcase_add_test(ok, create_and_reopen);
    tcase_add_test(ok, imports_are_idempotent);
    tcase_add_test(ok, a_later_file_may_bring_earlier_readings);
    tcase_add_test(ok, intervals_are_kept);
    tcase_add_test(ok, a_contract_may_be_ended_once);
    tcase_add_test(ok, top_ups);
    tcase_add_test(ok, summary_and_bills_when_empty);
    tcase_add_test(refused, open_misused);
    on_files(refused, files_of_others, "it is about files of others");
    on_files(refused, versions_of_tables, "it changes the number in the file");
    on_files(refused, versions_before_the_first_release, "it changes the number in the file");
    tcase_add_test(refused, a_word_is_kept_as_it_was_said);
    on_files(refused, second_opener, "it is about locks of files");
    tcase_add_test(refused, readings_refused);
    tcase_add_test(refused, tariffs_refused);
    tcase_add_test(refused, accounts_refused);
    tcase_add_test(edges, create_over_an_empty_file);
    tcase_add_test(edges, read_only_reads);
    on_files(edges, damaged_file, "it damages a file");
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
