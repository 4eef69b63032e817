/* SPDX-License-Identifier: Apache-2.0 */
/* Readings by the batch: what is kept, counted, refused and corrected, and what the views show of it. */
#include "district.h"
#include "check_run.h"

#include "meterbill/ingest.h"
#include "store/tile.h"

#define N_ACCOUNTS 6
#define JANUARY INT64_C(1767196800)  /* 2026-01-01 in UTC+8 */
#define FEBRUARY INT64_C(1769875200) /* 2026-02-01 */
#define UNIT INT64_C(1000000)

static char path[300];
static const char *folder;
static mbill_store *store;

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = make_district(path, N_ACCOUNTS);
}

static void teardown(void)
{
    mbill_store_free(store);
    store = NULL;
    remove_folder(folder);
}

static int64_t ask(const char *sql)
{
    mbill_store_free(store);
    int64_t value = ask_file(path, sql);
    store = open_store(path, 0);
    return value;
}

/* A batch of a few rows. */
typedef struct few {
    int64_t registers[64], times[64], ends[64], values[64];
    uint8_t flags[64];
    size_t n;
} few;

static void add(few *to, int64_t number, int64_t at_utc_s, int64_t value_micro)
{
    to->registers[to->n] = number;
    to->times[to->n] = at_utc_s;
    to->ends[to->n] = at_utc_s + 3600;
    to->flags[to->n] = 0;
    to->values[to->n++] = value_micro;
}

static mbill_reading_columns columns_of(const few *of, uint32_t flags)
{
    return (mbill_reading_columns){.struct_size = sizeof(mbill_reading_columns),
        .flags = flags,
        .n = of->n,
        .registers = of->registers,
        .at_utc_s = of->times,
        .values_micro = of->values,
        .reading_flags = of->flags};
}

static mbill_status put(const few *of, uint32_t flags, mbill_ingest_counts *out, mbill_error *err)
{
    const mbill_reading_columns batch = columns_of(of, flags);
    *out = (mbill_ingest_counts){.struct_size = sizeof *out};
    return mbill_store_ingest(store, &batch, out, err);
}

static mbill_status put_intervals(const few *of, uint32_t flags, mbill_ingest_counts *out, mbill_error *err)
{
    mbill_reading_columns batch = columns_of(of, flags);
    batch.ends_utc_s = of->ends;
    *out = (mbill_ingest_counts){.struct_size = sizeof *out};
    return mbill_store_ingest(store, &batch, out, err);
}

static void counted(const mbill_ingest_counts *did, int64_t added, int64_t same, int64_t corrected, int64_t behind)
{
    ck_assert_int_eq(did->n_added, added);
    ck_assert_int_eq(did->n_same, same);
    ck_assert_int_eq(did->n_corrected, corrected);
    ck_assert_int_eq(did->n_behind_bill, behind);
}

START_TEST(registers_have_numbers)
{
    mbill_error err;
    int64_t number = 0, same = 0;
    ck_ok(mbill_store_register_number(store, "M0003", "import", &number, &err));
    ck_ok(mbill_store_register_number(store, "M0003", NULL, &same, &err));
    ck_assert_int_eq(number, 3);
    ck_assert_int_eq(same, 3);
    ck_refused(mbill_store_register_number(store, "M0099", NULL, &number, &err), MBILL_E_NOT_FOUND, "M0099");
    ck_refused(mbill_store_register_number(store, "M0003", "export", &number, &err), MBILL_E_NOT_FOUND, "no register \"export\"");
    ck_refused(mbill_store_register_number(NULL, "M0003", NULL, &number, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_register_number(store, NULL, NULL, &number, &err), MBILL_E_MISUSE, "meter");
    ck_refused(mbill_store_register_number(store, "M0003", NULL, NULL, &err), MBILL_E_MISUSE, "out_number");
    ck_assert_int_eq(number, 3);
}
END_TEST

/* Twice in a batch, again in the next, later than others, in no order. */
START_TEST(rows_are_counted)
{
    mbill_error err;
    mbill_ingest_counts did;
    few rows = {.n = 0};
    add(&rows, 2, JANUARY + 7200, 1003 * UNIT);
    add(&rows, 1, JANUARY + 3600, 1002 * UNIT);
    add(&rows, 2, JANUARY + 7200, 1003 * UNIT);
    ck_ok(put(&rows, 0, &did, &err));
    counted(&did, 2, 1, 0, 0);
    ck_ok(put(&rows, 0, &did, &err));
    counted(&did, 0, 3, 0, 0);
    add(&rows, 2, JANUARY + 3600, 1002 * UNIT);
    add(&rows, 1, JANUARY - 40 * 86400, 900 * UNIT);
    add(&rows, 1, JANUARY + 400 * 86400, 5000 * UNIT);
    ck_ok(put(&rows, 0, &did, &err));
    counted(&did, 3, 3, 0, 0);
    rows.n = 0;
    ck_ok(put(&rows, 0, &did, &err));
    counted(&did, 0, 0, 0, 0);
    ck_ok(mbill_store_ingest(store, &(mbill_reading_columns){.struct_size = sizeof(mbill_reading_columns)}, NULL, &err));
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading"), 3 * N_ACCOUNTS + 5);
    ck_assert_int_eq(ask("SELECT sum(n_readings) FROM mbill_reading_month"), 3 * N_ACCOUNTS + 5);
    ck_assert_int_eq(ask("SELECT value_micro FROM mbill_reading WHERE meter = 'M0002' AND register = 'import' AND at_utc_s = "
                         "1767204000"),
        1003 * UNIT);
    ck_assert_int_eq(ask("SELECT count(DISTINCT month) FROM mbill_reading_tile WHERE month BETWEEN -1 AND 700"), 5);
}
END_TEST

START_TEST(another_value_is_refused)
{
    mbill_error err;
    mbill_ingest_counts did;
    few rows = {.n = 0};
    uint64_t before;
    mbill_store_free(store);
    before = digest_file(path);
    store = open_store(path, 0);
    add(&rows, 3, JANUARY + 3600, 1004 * UNIT);
    add(&rows, 3, JANUARY, 1004 * UNIT);
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_EXISTS_DIFFERENT,
        "register 3 has a reading at 2025-12-31T16:00:00Z with another "
        "value: 1003, not 1004");
    ck_assert_int_eq(err.index, 1);
    rows.values[1] = 1003 * UNIT;
    rows.flags[1] = MBILL_READING_ESTIMATED;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_EXISTS_DIFFERENT, "another mark, quality or end");
    rows.n = 1;
    add(&rows, 3, JANUARY + 3600, 1005 * UNIT);
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_EXISTS_DIFFERENT, "1004, not 1005");
    ck_refused(put(&rows, MBILL_INGEST_CORRECT, &did, &err), MBILL_E_EXISTS_DIFFERENT, "1004, not 1005");
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
    store = open_store(path, 0);
}
END_TEST

/* Both stay in the file, the newest counts, and what a bill rested on is named with the bill. */
START_TEST(corrections)
{
    mbill_error err;
    mbill_ingest_counts did;
    mbill_close_summary closed;
    few rows = {.n = 0};
    add(&rows, 1, FEBRUARY, 1080 * UNIT);
    add(&rows, 2, FEBRUARY + 5, 1090 * UNIT);
    ck_ok(put(&rows, MBILL_INGEST_CORRECT, &did, &err));
    counted(&did, 1, 0, 1, 0);
    ck_ok(put(&rows, 0, &did, &err)); /* it is there now */
    counted(&did, 0, 2, 0, 0);
    rows.values[0] = 1081 * UNIT;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_EXISTS_DIFFERENT, "1080, not 1081");
    ck_ok(put(&rows, MBILL_INGEST_CORRECT, &did, &err));
    counted(&did, 0, 1, 1, 0);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading"), 3 * N_ACCOUNTS + 1);
    ck_assert_int_eq(ask("SELECT sum(n_readings) FROM mbill_reading_month"), 3 * N_ACCOUNTS + 1);
    ck_assert_int_eq(ask("SELECT value_micro FROM mbill_reading WHERE register_no = 1 AND at_utc_s = 1769875200"), 1081 * UNIT);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_tile_reading WHERE register_no = 1 AND at_utc_s = 1769875200"), 3);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, N_ACCOUNTS);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill WHERE account_no = 1"), 41 * UNIT); /* 1081 - 1001 = 80 kWh */
    rows.values[0] = 1083 * UNIT;
    add(&rows, 2, JANUARY + 86400, 1010 * UNIT);
    add(&rows, 2, FEBRUARY + 6, 1091 * UNIT);
    ck_ok(put(&rows, MBILL_INGEST_CORRECT, &did, &err));
    counted(&did, 2, 1, 1, 2);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading_correction"), 4);
    ck_assert_int_eq(ask("SELECT account_no FROM mbill_reading_correction JOIN mbill_bill USING(bill_no) WHERE was_micro = "
                         "1081000000"
                         " AND value_micro = 1083000000"),
        1);
    ck_assert_int_eq(ask("SELECT account_no FROM mbill_reading_correction JOIN mbill_bill USING(bill_no) WHERE was_micro IS "
                         "NULL"),
        2);
    ck_assert_int_ne(change_file(path, "DELETE FROM mbill_reading_correction"), SQLITE_OK);
}
END_TEST

START_TEST(files_correct_too)
{
    static const char ROWS[] = "meter,time,value,quality\nM0001,2026-02-01,1090,estimated\nM0002,2026-02-01,1084,\n"
                               "M0002,2026-02-02,1085,\n";
    mbill_error err;
    mbill_ingest_counts did = {.struct_size = sizeof did};
    ck_refused(mbill_store_put_readings(store, ROWS, sizeof ROWS - 1, "CST-8", NULL, &err), MBILL_E_EXISTS_DIFFERENT, "line 2");
    ck_ok(mbill_store_correct_readings(store, ROWS, sizeof ROWS - 1, "CST-8", &did, &err));
    counted(&did, 1, 1, 1, 0);
    ck_assert_int_eq(ask("SELECT flags FROM mbill_reading WHERE register_no = 1 AND at_utc_s = 1769875200"), 1);
    ck_refused(mbill_store_correct_readings(NULL, ROWS, sizeof ROWS - 1, NULL, &did, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_correct_readings(store, NULL, 1, NULL, &did, &err), MBILL_E_MISUSE, "csv");
    did.struct_size = 1;
    ck_refused(mbill_store_correct_readings(store, ROWS, sizeof ROWS - 1, NULL, &did, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

START_TEST(intervals_by_the_batch)
{
    mbill_error err;
    mbill_ingest_counts did;
    few rows = {.n = 0};
    for (int64_t hour = 0; hour < 20; hour++) add(&rows, 4, FEBRUARY - 3600 * 10 + 3600 * hour, (hour % 2 == 0 ? 1 : -1) * UNIT);
    ck_ok(put_intervals(&rows, 0, &did, &err));
    counted(&did, 20, 0, 0, 0);
    rows.values[3] = 7 * UNIT;
    ck_refused(put_intervals(&rows, 0, &did, &err), MBILL_E_EXISTS_DIFFERENT, "-1, not 7");
    ck_ok(put_intervals(&rows, MBILL_INGEST_CORRECT, &did, &err));
    counted(&did, 0, 19, 1, 0);
    rows.ends[5]++;
    ck_refused(put_intervals(&rows, MBILL_INGEST_CORRECT, &did, &err), MBILL_E_EXISTS_DIFFERENT, "another mark, quality or end");
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_interval WHERE meter = 'M0004' AND end_utc_s - start_utc_s = 3600"), 20);
    ck_assert_int_eq(ask("SELECT sum(quantity_micro) FROM mbill_interval"), 8 * UNIT);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading"), 3 * N_ACCOUNTS);
}
END_TEST

/* The last of an old meter and the first of a new one stand at one instant. */
START_TEST(a_new_meter_at_once)
{
    mbill_error err;
    mbill_ingest_counts did;
    mbill_close_summary closed;
    few rows = {.n = 0};
    add(&rows, 5, JANUARY + 86400, 1010 * UNIT);
    add(&rows, 5, JANUARY + 86400, 3 * UNIT);
    rows.flags[0] = MBILL_READING_REMOVED;
    rows.flags[1] = MBILL_READING_INSTALLED;
    add(&rows, 5, FEBRUARY, 33 * UNIT);
    ck_ok(put(&rows, MBILL_INGEST_CORRECT, &did, &err));
    counted(&did, 2, 0, 1, 0);
    ck_ok(put(&rows, 0, &did, &err));
    counted(&did, 0, 3, 0, 0);
    ck_assert_int_eq(ask("SELECT sum(place) FROM mbill_reading WHERE register_no = 5"), 1);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_billed, N_ACCOUNTS);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill WHERE account_no = 5"), UNIT + (10 - 5 + 30) * UNIT / 2);
}
END_TEST

/* Every reading of the span is far from its edges: the nearest outside of it count, months away. */
START_TEST(edges_far_away)
{
    static const char NEW_METERS[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":"
        "\"2026-01-01\","
        "\"meters\":[{\"id\":\"N1\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]}]}]}";
    mbill_error err;
    mbill_ingest_counts did;
    mbill_close_summary closed;
    int64_t number;
    few rows = {.n = 0};
    ck_ok(mbill_store_put_accounts(store, NEW_METERS, sizeof NEW_METERS - 1, NULL, &err));
    ck_ok(mbill_store_register_number(store, "N1", NULL, &number, &err));
    add(&rows, number, JANUARY - 300 * INT64_C(86400), 0);
    add(&rows, number, JANUARY - 200 * INT64_C(86400), 100 * UNIT);
    add(&rows, number, FEBRUARY + 200 * INT64_C(86400), 531 * UNIT);
    add(&rows, number, FEBRUARY + 300 * INT64_C(86400), 600 * UNIT);
    for (int64_t day = -250; day < 250; day += 10) add(&rows, 1, FEBRUARY + 3600 + day * 86400, (1000 + day) * UNIT);
    ck_ok(put(&rows, 0, &did, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_refused,
        2); /* the meter of the first runs backwards; this one's reading covers more than the month */
    rows.n = 0;
    add(&rows, number, JANUARY, 300 * UNIT);
    add(&rows, number, FEBRUARY, 331 * UNIT);
    ck_ok(put(&rows, 0, &did, &err));
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    ck_assert_int_eq(closed.n_refused, 1);
    ck_assert_int_eq(closed.n_billed, 1);
    ck_assert_int_eq(closed.n_readings, 2);
    ck_assert_int_eq(ask("SELECT total_micro FROM mbill_bill b JOIN mbill_account USING(account_no) WHERE id = 'B1'"),
        UNIT + 31 * UNIT / 2);
}
END_TEST

START_TEST(batches_refused)
{
    mbill_error err;
    mbill_ingest_counts did;
    few rows = {.n = 0};
    add(&rows, 1, JANUARY + 60, UNIT);
    mbill_reading_columns batch = columns_of(&rows, 0);
    ck_refused(mbill_store_ingest(NULL, &batch, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_ingest(store, NULL, NULL, &err), MBILL_E_MISUSE, "batch");
    did.struct_size = 8;
    ck_refused(mbill_store_ingest(store, &batch, &did, &err), MBILL_E_MISUSE, "struct_size");
    batch.struct_size = 4;
    ck_refused(mbill_store_ingest(store, &batch, NULL, &err), MBILL_E_MISUSE, "struct_size");
    batch = columns_of(&rows, 4);
    ck_refused(mbill_store_ingest(store, &batch, NULL, &err), MBILL_E_UNKNOWN_OPTION, "0x4");
    batch = columns_of(&rows, 0);
    batch.values_micro = NULL;
    ck_refused(mbill_store_ingest(store, &batch, NULL, &err), MBILL_E_MISUSE, "NULL");
    batch.n = (size_t)INT32_MAX + 1;
    ck_refused(mbill_store_ingest(store, &batch, NULL, &err), MBILL_E_RANGE, "too many");
    rows.registers[0] = 0;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_NOT_FOUND, "number 0");
    rows.registers[0] = N_ACCOUNTS + 1;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_NOT_FOUND, "number 7");
    ck_assert_int_eq(err.index, 0);
    rows.registers[0] = 1;
    rows.values[0] = -1;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_RANGE, "-0.000001 is below 0");
    rows.values[0] = 1;
    rows.flags[0] = 0x20;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_UNKNOWN_OPTION, "0x20");
    rows.flags[0] = MBILL_READING_ROLLOVER;
    ck_refused(put_intervals(&rows, 0, &did, &err), MBILL_E_INVALID, "marks of a sample");
    rows.flags[0] = 0;
    rows.ends[0] = rows.times[0];
    ck_refused(put_intervals(&rows, 0, &did, &err), MBILL_E_INVALID, "not after start");
    rows.ends[0] = rows.times[0] + ((int64_t)1 << 32);
    ck_refused(put_intervals(&rows, 0, &did, &err), MBILL_E_RANGE, "outside the years");
    rows.times[0] = INT64_MAX;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_RANGE, "outside the years");
    rows.times[0] = INT64_MIN;
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_RANGE, "outside the years");
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading_tile WHERE kind = 2"), 0);
}
END_TEST

/* A tile that somebody changed is named, and nothing rests on it. */
START_TEST(a_damaged_tile_is_named)
{
    mbill_error err;
    mbill_ingest_counts did;
    mbill_close_summary closed;
    few rows = {.n = 0};
    mbill_store_free(store);
    ck_assert_int_ne(change_file(path, "UPDATE mbill_reading_tile SET data = x'00'"), SQLITE_OK);
    ck_assert_int_eq(change_file(path,
                         "DROP TRIGGER mbill_reading_tile_keep; UPDATE mbill_reading_tile SET data = CAST(substr(data, 1, 50) || "
                         "x'55' || substr(data, 52) AS BLOB) WHERE tile_no = 2"),
        SQLITE_OK);
    store = open_store(path, 0);
    ck_refused(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err), MBILL_E_CORRUPT,
        "tile 2 of readings: the tile is "
        "damaged");
    add(&rows, 3, FEBRUARY, UNIT);
    ck_refused(put(&rows, 0, &did, &err), MBILL_E_CORRUPT, "tile 2 of readings");
    ck_assert_int_eq(err.index, 2);
}
END_TEST

/* Hours of more registers than one group has, with a few that are late: what the views and a close say is what was sent. */
START_TEST(several_groups)
{
    enum { METERS = 2500, HOURS = 5 };
    static int64_t registers[METERS], times[METERS], values[METERS];
    mbill_error err;
    mbill_ingest_counts did = {.struct_size = sizeof did};
    int64_t sent = 0, sum = 0, late = 0;
    mbill_store_free(store);
    ck_assert_int_eq(change_file(path,
                         "INSERT INTO mbill_meter WITH RECURSIVE i(n) AS (VALUES(7) UNION ALL SELECT n + 1 FROM i WHERE n < 2500)"
                         " SELECT n, 'X' || n FROM i; INSERT INTO mbill_register SELECT meter_no, meter_no, 'import', 'kWh', 0, "
                         "1000000 "
                         "FROM mbill_meter WHERE meter_no > 6"),
        SQLITE_OK);
    store = open_store(path, 0);
    for (int64_t hour = 0; hour < HOURS; hour++) {
        size_t n = 0;
        for (int64_t meter = METERS; meter > N_ACCOUNTS; meter--) {
            if ((meter + hour) % 97 == 0 && hour > 0) times[n] = JANUARY + 3600 * (hour - 1) + 60; /* late */
            else times[n] = JANUARY + 3600 * hour;
            registers[n] = meter;
            values[n] = 1000 * (meter * 10 + hour);
            late += times[n] % 3600 != 0;
            sum += values[n++];
        }
        const mbill_reading_columns batch = {.struct_size = sizeof batch,
            .n = n,
            .registers = registers,
            .at_utc_s = times,
            .values_micro = values};
        ck_ok(mbill_store_ingest(store, &batch, &did, &err));
        ck_assert_int_eq(did.n_added, (int64_t)n);
        sent += (int64_t)n;
    }
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading WHERE register_no > 6"), sent);
    ck_assert_int_eq(ask("SELECT sum(value_micro) FROM mbill_reading WHERE register_no > 6"), sum);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_reading WHERE register_no > 6 AND at_utc_s % 3600 <> 0"), late);
    ck_assert_int_lt(ask("SELECT sum(length(data)) FROM mbill_reading_tile WHERE first_utc_s >= 1767196800"), 5 * sent);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ingest");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    TCase *all[] = {ok, refused};
    for (size_t i = 0; i < 2; i++) {
        tcase_add_checked_fixture(all[i], setup, teardown);
        tcase_set_timeout(all[i], 60);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_test(ok, registers_have_numbers);
    tcase_add_test(ok, rows_are_counted);
    tcase_add_test(ok, corrections);
    tcase_add_test(ok, files_correct_too);
    tcase_add_test(ok, intervals_by_the_batch);
    tcase_add_test(ok, a_new_meter_at_once);
    tcase_add_test(ok, edges_far_away);
    tcase_add_test(ok, several_groups);
    tcase_add_test(refused, another_value_is_refused);
    tcase_add_test(refused, batches_refused);
    on_files(refused, a_damaged_tile_is_named, "its damage is written in SQL of SQLite");
    return check_run(suite, CK_NOFORK);
}
