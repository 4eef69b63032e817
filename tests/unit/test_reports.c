/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: rows as text, events of alarms and their counts, many groups, every refusal. What the other reports say is compared by tests/golden/town.py. */
#include "district.h"
#include "check_run.h"

#include "meterbill/account.h"
#include "meterbill/report.h"
#include "store/tally.h"

static char path[300];
static const char *folder;
static mbill_store *store;

static void setup(void)
{
    static const char PLACES[] = "{\"meterbill\":1,\"kind\":\"places\",\"places\":[{\"id\":\"town\",\"kind\":\"district\"},{"
                                 "\"id\":\"house\",\"kind\":\"building\","
                                 "\"in\":\"town\"}],\"accounts\":[{\"id\":\"A0001\",\"at\":\"house\"}]}";
    growing accounts = make_accounts(3);
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_assert_int_eq(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_put_places(store, PLACES, sizeof PLACES - 1, NULL, NULL), MBILL_OK);
    free(accounts.text);
}

static void teardown(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

static mbill_report_options span(const char *from, const char *to)
{
    return (mbill_report_options){.struct_size = sizeof(mbill_report_options), .from = from, .to = to};
}

static void on_row(void *ctx, const char *const *columns, const mbill_report_cell *cells, size_t n)
{
    growing *out = ctx;
    char text[512];
    size_t len = sizeof text;
    ck_assert_int_eq(mbill_report_row_write(MBILL_REPORT_CSV, columns, cells, n, text, &len, NULL), MBILL_OK);
    say(out, "%s", text);
}

static growing report(const char *name, const mbill_report_options *options)
{
    growing out = {0};
    mbill_error err;
    mbill_error_init(&err);
    say(&out, "%s", "");
    ck_assert_msg(mbill_store_report(store, name, options, on_row, &out, &err) == MBILL_OK, "%s", err.message);
    return out;
}

/* Rows as text */

START_TEST(cells_that_a_spreadsheet_would_compute)
{
    static const struct {
        const char *text;
        int32_t kind;
        const char *csv, *json;
    } CASES[] = {
        {"plain", MBILL_REPORT_TEXT, "plain", "\"plain\""},
        {"=1+1", MBILL_REPORT_TEXT, "\"'=1+1\"", "\"=1+1\""},
        {"+86", MBILL_REPORT_TEXT, "\"'+86\"", "\"+86\""},
        {"-5", MBILL_REPORT_TEXT, "\"'-5\"", "\"-5\""},
        {"-5", MBILL_REPORT_NUMBER, "-5", "\"-5\""},
        {"@SUM(A1)", MBILL_REPORT_TEXT, "\"'@SUM(A1)\"", "\"@SUM(A1)\""},
        {"\tx", MBILL_REPORT_TEXT, "\"'\tx\"", "\"\\tx\""},
        {"\rx", MBILL_REPORT_TEXT, "\"'\rx\"", "\"\\rx\""},
        {"a,b", MBILL_REPORT_TEXT, "\"a,b\"", "\"a,b\""},
        {"say \"x\"", MBILL_REPORT_TEXT, "\"say \"\"x\"\"\"", "\"say \\\"x\\\"\""},
        {"two\nlines", MBILL_REPORT_TEXT, "\"two\nlines\"", "\"two\\nlines\""},
        {"", MBILL_REPORT_TEXT, "", "\"\""},
        {NULL, MBILL_REPORT_NUMBER, "", "null"},
        {"\xE6\xB0\xB4", MBILL_REPORT_TEXT, "\xE6\xB0\xB4", "\"\xE6\xB0\xB4\""},
    };
    static const char *const NAMES[] = {"a", "b,c"};
    char text[256], expected[256];
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const mbill_report_cell cells[] = {{CASES[i].text, CASES[i].kind, 0}, {"z", MBILL_REPORT_TEXT, 0}};
        size_t len = sizeof text;
        ck_assert_int_eq(mbill_report_row_write(MBILL_REPORT_CSV, NAMES, cells, 2, text, &len, NULL), MBILL_OK);
        snprintf(expected, sizeof expected, "%s,z\n", CASES[i].csv);
        ck_assert_str_eq(text, expected);
        ck_assert_uint_eq(len, strlen(expected) + 1);
        len = sizeof text;
        ck_assert_int_eq(mbill_report_row_write(MBILL_REPORT_JSON, NAMES, cells, 2, text, &len, NULL), MBILL_OK);
        snprintf(expected, sizeof expected, "{\"a\":%s,\"b,c\":\"z\"}\n", CASES[i].json);
        ck_assert_str_eq(text, expected);
    }
    size_t len = sizeof text;
    ck_assert_int_eq(mbill_report_row_write(MBILL_REPORT_CSV, NAMES, NULL, 2, text, &len, NULL), MBILL_OK);
    ck_assert_str_eq(text, "a,\"b,c\"\n");
}
END_TEST

START_TEST(rows_refused)
{
    static const char *const NAMES[] = {"a"};
    const mbill_report_cell cell = {"x", MBILL_REPORT_TEXT, 0};
    char text[8] = "kept";
    size_t len = 2;
    mbill_error err;
    ck_refused(mbill_report_row_write(MBILL_REPORT_CSV, NAMES, &cell, 1, text, &len, &err), MBILL_E_ROOM, "");
    ck_assert_uint_eq(len, 3);
    ck_assert_str_eq(text, "kept");
    ck_refused(mbill_report_row_write(0, NAMES, &cell, 1, text, &len, &err), MBILL_E_INVALID, "0");
    ck_refused(mbill_report_row_write(MBILL_REPORT_JSON, NAMES, NULL, 1, text, &len, &err), MBILL_E_INVALID, "names");
    ck_refused(mbill_report_row_write(MBILL_REPORT_CSV, NULL, &cell, 1, text, &len, &err), MBILL_E_MISUSE, "columns");
    ck_refused(mbill_report_row_write(MBILL_REPORT_CSV, NAMES, &cell, 1, text, NULL, &err), MBILL_E_MISUSE, "inout_len");
}
END_TEST

START_TEST(columns)
{
    static const char *const NAMES[] = {"billed", "year", "revenue", "cash", "ageing", "intensity", "advice", "alarms", "cost", "losses"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *const *names = mbill_report_columns(NAMES[i], &n);
        ck_assert_ptr_nonnull(names);
        ck_assert_uint_ge(n, 5);
        for (size_t j = 0; j < n; j++) ck_assert_ptr_nonnull(names[j]);
        ck_assert_ptr_nonnull(mbill_report_columns(NAMES[i], NULL));
    }
    n = 77;
    ck_assert_ptr_null(mbill_report_columns("other", &n));
    ck_assert_ptr_null(mbill_report_columns(NULL, &n));
    ck_assert_uint_eq(n, 77);
}
END_TEST

/* Alarms */

#define DAY_2026_01_31 INT64_C(1769817600) /* 00:00 UTC */

START_TEST(alarms_are_counted)
{
    static const mbill_alarm_note EVENTS[] = {
        {"1", "A0001", NULL, "leak", "raise", DAY_2026_01_31, 2, 0},
        {"2", "A0001", NULL, "leak", "clear", DAY_2026_01_31 + 60, 2, 0},
        {"3", "A0001", "town", "leak", "raise", DAY_2026_01_31 + 120, 2, 5000000},
        {"4", "A0002", NULL, "=leak", "raise", DAY_2026_01_31 + 86400, 2, 0},
        {"5", NULL, "house", "leak", "raise", DAY_2026_01_31 - 1, 2, 0},
        {"6", "A0001", NULL, "leak", "raise", DAY_2026_01_31 + 86399, 2, -7},
        {"7", "A0003", NULL, "low_credit", "acknowledge", DAY_2026_01_31, 1, 0},
    };
    mbill_import_counts counts = {sizeof counts, 0, -1, -1};
    mbill_report_options options = span("2026-01-01", "2026-03-01");
    ck_assert_int_eq(mbill_store_put_alarm_events(store, EVENTS, 7, &counts, NULL), MBILL_OK);
    ck_assert(counts.n_added == 7 && counts.n_same == 0);
    ck_assert_int_eq(mbill_store_put_alarm_events(store, EVENTS, 7, &counts, NULL), MBILL_OK);
    ck_assert(counts.n_added == 0 && counts.n_same == 7);
    growing rows = report("alarms", &options);
    ck_assert_str_eq(rows.text, "2026-01,leak,2,house,3\n2026-01,leak,2,town,1\n2026-02,\"'=leak\",2,,1\n");
    free(rows.text);
    options.by = "day";
    options.zone_rule = "CST-8"; /* eight hours on: the last second of the UTC day is of the next one */
    options.selection = "{\"under\":\"house\"}";
    rows = report("alarms", &options);
    ck_assert_str_eq(rows.text, "2026-01-31,leak,2,house,1\n2026-01-31,leak,2,town,1\n2026-02-01,leak,2,house,1\n");
    free(rows.text);
    options = span("2026-01-31", "2026-02-01");
    rows = report("alarms", &options);
    ck_assert_str_eq(rows.text, "2026-01,leak,2,house,2\n2026-01,leak,2,town,1\n");
    free(rows.text);
}
END_TEST

START_TEST(alarms_refused)
{
    static const mbill_alarm_note GOOD = {"1", "A0001", "town", "leak", "raise", DAY_2026_01_31, 2, 0};
    mbill_error err;
    mbill_import_counts counts = {sizeof counts, 0, 7, 7}, unset = {0};
    ck_assert_int_eq(mbill_store_put_alarm_events(store, &GOOD, 1, NULL, NULL), MBILL_OK);
    struct {
        mbill_alarm_note event;
        mbill_status status;
        const char *word;
    } cases[] = {{GOOD, MBILL_E_EXISTS_DIFFERENT, "\"1\""}, {GOOD, MBILL_E_NOT_FOUND, "Z9"}, {GOOD, MBILL_E_NOT_FOUND, "moon"},
        {GOOD, MBILL_E_INVALID, "explode"}, {GOOD, MBILL_E_INVALID, "id"}, {GOOD, MBILL_E_INVALID, "kind"},
        {GOOD, MBILL_E_RANGE, "-1"}, {GOOD, MBILL_E_INVALID, "raise"}};
    cases[0].event.level = 3;
    cases[1].event.account = "Z9";
    cases[2].event.place = "moon";
    cases[3].event.what = "explode";
    cases[4].event.id = "";
    cases[5].event.kind = NULL;
    cases[6].event.level = -1;
    cases[7].event.what = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mbill_alarm_note both[] = {GOOD, cases[i].event};
        both[0].id = "new";
        ck_refused(mbill_store_put_alarm_events(store, both, 2, &counts, &err), cases[i].status, cases[i].word);
        ck_assert_int_eq(err.index, 1);
        ck_assert(counts.n_added == 7 && counts.n_same == 7);
    }
    ck_refused(mbill_store_put_alarm_events(NULL, &GOOD, 1, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_put_alarm_events(store, NULL, 1, NULL, &err), MBILL_E_MISUSE, "events");
    ck_refused(mbill_store_put_alarm_events(store, &GOOD, 1, &unset, &err), MBILL_E_MISUSE, "struct_size");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_alarm_event"), 1);
    store = open_store(path, 0);
}
END_TEST

/* Options */

START_TEST(options_refused)
{
    mbill_error err;
    growing none = {0};
    const mbill_report_options good = span("2026-01-01", "2026-02-01");
    mbill_report_options one;
    ck_refused(mbill_store_report(NULL, "billed", &good, on_row, &none, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_store_report(store, NULL, &good, on_row, &none, &err), MBILL_E_MISUSE, "name");
    ck_refused(mbill_store_report(store, "billed", NULL, on_row, &none, &err), MBILL_E_MISUSE, "options");
    ck_refused(mbill_store_report(store, "billed", &good, NULL, &none, &err), MBILL_E_MISUSE, "row");
    ck_refused(mbill_store_report(store, "other", &good, on_row, &none, &err), MBILL_E_NOT_FOUND, "billed");
    one = good, one.struct_size = 4;
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_MISUSE, "struct_size");
    one = good, one.flags = 1;
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_UNKNOWN_OPTION, "1");
    one = good, one.from = NULL;
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_MISUSE, "from");
    one = good, one.to = "tomorrow";
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_DATE, "to");
    one = good, one.to = "2026-01-01";
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_RANGE, "2026-01-01");
    one = good, one.by = "hour";
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_INVALID, "hour");
    one = good, one.zone_rule = "nowhere";
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_ZONE, "");
    one = good, one.selection = "{\"under\":\"moon\"}";
    ck_refused(mbill_store_report(store, "billed", &one, on_row, &none, &err), MBILL_E_NOT_FOUND, "moon");
    ck_refused(mbill_store_report(store, "advice", &good, on_row, &none, &err), MBILL_E_MISUSE, "charge");
    ck_refused(mbill_store_report(store, "cost", &good, on_row, &none, &err), MBILL_E_MISUSE, "tariff");
    one = good, one.tariff = "moonlight";
    ck_refused(mbill_store_report(store, "cost", &one, on_row, &none, &err), MBILL_E_NOT_FOUND, "moonlight");
    ck_assert_ptr_null(none.text);
}
END_TEST

/* Groups */

START_TEST(many_groups)
{
    mbill__tally tally;
    mbill_allocator libc;
    mbill_error err;
    char word[16];
    const char *words[] = {word, NULL};
    const int64_t value = INT64_MAX;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__allocator_read(&libc, NULL, &err), MBILL_OK);
    mbill__tally_start(&tally, &libc, 2, 1);
    for (int i = 0; i < 30000; i++) {
        snprintf(word, sizeof word, "%05d", i * 7919 % 10000);
        ck_assert_int_eq(mbill__tally_add(&tally, words, &value, &err), MBILL_OK);
    }
    ck_assert_int_eq(mbill__tally_order(&tally, &err), MBILL_OK);
    ck_assert_uint_eq(tally.n, 10000);
    for (int i = 0; i < 10000; i++) {
        snprintf(word, sizeof word, "%05d", i);
        ck_assert_str_eq(tally.ordered[i]->words[0], word);
        ck_assert_str_eq(tally.ordered[i]->words[1], "");
        ck_assert_int_eq(tally.ordered[i]->sums[0].high, 1); /* 3 x INT64_MAX */
    }
    mbill__tally_end(&tally);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reports");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_checked_fixture(ok, setup, teardown);
    tcase_add_checked_fixture(refused, setup, teardown);
    tcase_add_test(ok, cells_that_a_spreadsheet_would_compute);
    tcase_add_test(ok, columns);
    tcase_add_test(ok, alarms_are_counted);
    tcase_add_test(ok, many_groups);
    tcase_add_test(refused, rows_refused);
    tcase_add_test(refused, alarms_refused);
    tcase_add_test(refused, options_refused);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}
