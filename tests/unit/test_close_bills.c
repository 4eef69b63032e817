/* SPDX-License-Identifier: Apache-2.0 */
/* What a close writes is, byte for byte, what pricing each contract by itself and writing its bill gives: contracts that are alike and share a plan, and
 * others among them. */
#include "district.h"
#include "check_run.h"

#include "meterbill/bill.h"
#include "meterbill/ingest.h"

#include <stdbool.h>

enum { ACCOUNTS = 48, DAY_S = 86400, MONTH_DAYS = 31, ROWS_MAX = MONTH_DAYS * 96 + 1, LINES_MAX = 200, TEXT_ROOM = 40000 };
#define MODULUS (100000 * INT64_C(1000000))
#define JANUARY (INT64_C(1767225600) - 8 * 3600) /* 2026-01-01 in CST-8 */

static const char HOURLY[] =
    "{\"meterbill\":1,\"id\":\"hourly\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"2026-01-"
    "01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":{\"step\":"
    "\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"},\"calendar\":{\"days\":[{\"name\":\"weekend\","
    "\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],\"periods\":[{\"name\":\"peak\",\"when\":[{"
    "\"day\":\"workday\",\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":true}]},\"charges\":[{\"id\":\"energy\","
    "\"quantity\":\"energy\",\"rate\":{\"peak\":\"0.41\",\"night\":\"0.11\"}},{\"id\":\"ladder\",\"quantity\":\"energy\","
    "\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"across\":\"periods\",\"bounds\":[\"300\"]},\"rate\":[\"0\",\"0.05\"]},{"
    "\"id\":\"tax\",\"quantity\":{\"money\":[\"energy\",\"ladder\"]},\"rate\":\"0.19\"}]}";

static char path[300];
static const char *folder;
static mbill_store *store;
static mbill_tariff *tariffs[2];

static void setup(void)
{
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, HOURLY, strlen(HOURLY), NULL, &err));
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_tariff_read(HOURLY, strlen(HOURLY), NULL, &tariffs[0], &err));
    ck_ok(mbill_tariff_read(TARIFF_2026, strlen(TARIFF_2026), NULL, &tariffs[1], &err));
}

static void teardown(void)
{
    mbill_tariff_free(tariffs[0]);
    mbill_tariff_free(tariffs[1]);
    mbill_store_free(store);
    remove_folder(folder);
}

/* Of account n: every third is under the other tariff, some are read each quarter or day, have an estimate, moved in later, count through a
 * transformer, go round their modulus, were corrected, or have one more reading between two. */
typedef struct home {
    int tariff, from_day;
    int64_t step_s, multiplier_micro;
    bool estimate, goes_round, corrected, between;
} home;

static home home_of(int n)
{
    return (home){.tariff = n % 3 == 2,
        .from_day = n == 13 ? 10 : 0,
        .step_s = n % 7 == 6 ? 900
            : n % 9 == 8     ? DAY_S
                             : 3600,
        .multiplier_micro = n % 8 == 3 ? 1333333 : 1000000,
        .estimate = n % 10 == 4,
        .goes_round = n % 16 == 7,
        .corrected = n % 8 == 1,
        .between = n == 31};
}

static size_t readings_of(int n, mbill_reading *out)
{
    home is = home_of(n);
    int64_t count = is.goes_round ? MODULUS - 50000000 : 1000000 * (int64_t)n,
            rows = (MONTH_DAYS - is.from_day) * (int64_t)DAY_S / is.step_s + 1;
    for (int64_t i = 0; i < rows; i++) {
        out[i] = (mbill_reading){.at_utc_s = JANUARY + is.from_day * (int64_t)DAY_S + i * is.step_s,
            .value_micro = count % MODULUS,
            .flags = i > 0 && count % MODULUS < out[i - 1].value_micro ? MBILL_READING_ROLLOVER : 0};
        count += (i * 7919 + n * 104729) % 1500 * 1000;
    }
    if (is.between) out[rows / 2].at_utc_s += 60;
    if (is.estimate) out[rows / 2].flags = MBILL_READING_ESTIMATED;
    return (size_t)rows;
}

static void put_home(int n, mbill_reading *readings)
{
    home is = home_of(n);
    growing text = {0};
    mbill_error err;
    static int64_t registers[ROWS_MAX], times[ROWS_MAX], values[ROWS_MAX];
    static uint8_t flags[ROWS_MAX];
    char meter[16];
    say(&text, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[");
    say(&text,
        "{\"id\":\"A%04d\",\"facts\":{\"area\":\"%d.5\"},\"contracts\":[{\"tariff\":\"%s\",\"from\":\"%s\",\"meters\":[{\"id\":"
        "\"M%04d\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\",\"modulus\":\"100000\",\"multiplier\":\"%d.%06d\"}]}]"
        "}]}]}",
        n, 50 + n, is.tariff == 0 ? "hourly" : "ladder", is.from_day > 0 ? "2026-01-11" : "2026-01-01", n,
        (int)(is.multiplier_micro / 1000000), (int)(is.multiplier_micro % 1000000));
    ck_ok(mbill_store_put_accounts(store, text.text, text.len, NULL, &err));
    free(text.text);
    snprintf(meter, sizeof meter, "M%04d", n);
    ck_ok(mbill_store_register_number(store, meter, "import", &registers[0], &err));
    size_t rows = readings_of(n, readings);
    for (size_t i = 0; i < rows; i++) {
        registers[i] = registers[0];
        times[i] = readings[i].at_utc_s;
        values[i] = readings[i].value_micro + (is.corrected && i % 50 == 9 ? 700 : 0);
        flags[i] = (uint8_t)readings[i].flags;
    }
    mbill_reading_columns columns = {.struct_size = sizeof columns,
        .n = rows,
        .registers = registers,
        .at_utc_s = times,
        .values_micro = values,
        .reading_flags = flags};
    ck_ok(mbill_store_ingest(store, &columns, NULL, &err));
    for (size_t i = 0; i < rows; i++) values[i] = readings[i].value_micro;
    columns.flags = MBILL_INGEST_CORRECT;
    if (is.corrected) ck_ok(mbill_store_ingest(store, &columns, NULL, &err));
}

/* The bill by pricing alone. */
static void write_bill(int n, const mbill_reading *readings, size_t rows, char *out_text)
{
    static mbill_interval intervals[ROWS_MAX];
    static mbill_line lines[LINES_MAX];
    home is = home_of(n);
    mbill_register reg = {.struct_size = sizeof reg, .modulus_micro = MODULUS, .multiplier_micro = is.multiplier_micro};
    mbill_input input = {.name = "import", .intervals = intervals};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = readings[0].at_utc_s,
        .to_utc_s = readings[rows - 1].at_utc_s,
        .inputs = &input,
        .n_inputs = 1};
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error err;
    size_t n_lines, len = TEXT_ROOM;
    ck_ok(mbill_usage_from_registers(&reg, readings, rows, request.from_utc_s, request.to_utc_s, 0, intervals, ROWS_MAX,
        &input.n_intervals, NULL, &err));
    ck_ok(mbill_tariff_price(tariffs[is.tariff], &request, NULL, lines, LINES_MAX, &n_lines, &bill, NULL, &err));
    mbill_bill_segment segment = {mbill_tariff_labels(tariffs[is.tariff]), bill.from_utc_s, bill.to_utc_s, 0, n_lines,
        bill.total_micro};
    ck_ok(mbill_bill_write_segments(&bill, lines, n_lines, &segment, 1, 0, out_text, &len, &err));
}

static void note(void *ctx, const char *account, const char *tariff, const mbill_error *refused)
{
    (void)tariff;
    snprintf(ctx, 400, "%s: %s", account, refused->message);
}

static mbill_close_summary close_all(char *refused)
{
    mbill_error err;
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = RECORDED_UTC_S,
        .batch = 5,
        .refused = note,
        .refused_ctx = refused};
    ck_ok(mbill_store_close_span(store, &options, &summary, &err));
    return summary;
}

START_TEST(bills_are_those_of_pricing)
{
    static mbill_reading readings[ROWS_MAX];
    static char expected[TEXT_ROOM], got[TEXT_ROOM + 200];
    char refused[400] = "";
    mbill_error err;
    int64_t total_micro, sum_micro;
    for (int n = 1; n <= ACCOUNTS; n++) put_home(n, readings);
    mbill_close_summary summary = close_all(refused);
    ck_assert_msg(summary.n_billed == ACCOUNTS, "%s", refused);
    for (int n = 1; n <= ACCOUNTS; n++) {
        char account[16];
        size_t len = sizeof got;
        write_bill(n, readings, readings_of(n, readings), expected);
        snprintf(account, sizeof account, "A%04d", n);
        ck_ok(mbill_store_bills(store, account, NULL, got, &len, &err));
        ck_assert_msg(strstr(got, expected) != NULL, "%s is billed\n%s\nexpected\n%s", account, got, expected);
    }
    ck_assert_int_eq(mbill_sum_value(&summary.total, &sum_micro, NULL), MBILL_OK);
    mbill_store_free(store);
    store = NULL;
    total_micro = ask_file(path, "SELECT sum(total_micro) FROM mbill_bill");
    ck_assert_int_eq(total_micro, sum_micro);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_bill WHERE flags <> 0"), 5); /* the estimates */
    store = open_store(path, 0);
}
END_TEST

/* Among contracts that share a plan one has no reading for an hour: it alone is refused, in the words of its readings. */
START_TEST(a_gap_among_them)
{
    static mbill_reading readings[ROWS_MAX];
    char refused[400] = "";
    mbill_error err;
    static const int HOMES[] = {1, 3, 7, 10, 12};
    static const char LATE[] = "meter,time,value\nM0099,2026-01-01,0\nM0099,2026-01-01T01:00,1\nM0099,2026-01-02,30\n";
    growing text = {0};
    for (size_t i = 0; i < 3; i++) put_home(HOMES[i], readings);
    say(&text, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[");
    say_account(&text, 99, "hourly", "2026-01-01");
    say(&text, "]}");
    ck_ok(mbill_store_put_accounts(store, text.text, text.len, NULL, &err));
    free(text.text);
    ck_ok(mbill_store_put_readings(store, LATE, strlen(LATE), "CST-8", NULL, &err));
    for (size_t i = 3; i < 5; i++) put_home(HOMES[i], readings);
    mbill_close_summary summary = close_all(refused);
    ck_assert_int_eq(summary.n_billed, 5);
    ck_assert_int_eq(summary.n_refused, 1);
    ck_assert_msg(strstr(refused, "A0099: meter \"M0099\", register \"import\"") == refused, "%s", refused);
}
END_TEST

/* The same of one whose register falls, which is known only behind the others' plan. */
START_TEST(a_fall_among_them)
{
    static mbill_reading readings[ROWS_MAX];
    char refused[400] = "";
    mbill_error err;
    static const int HOMES[] = {1, 3, 7, 10, 12};
    for (size_t i = 0; i < 5; i++) put_home(HOMES[i], readings);
    size_t n = readings_of(10, readings);
    int64_t register_no, value_micro = readings[n / 2].value_micro - 1;
    ck_ok(mbill_store_register_number(store, "M0010", "import", &register_no, &err));
    mbill_reading_columns fall = {.struct_size = sizeof fall,
        .flags = MBILL_INGEST_CORRECT,
        .n = 1,
        .registers = &register_no,
        .at_utc_s = &readings[n / 2 + 1].at_utc_s,
        .values_micro = &value_micro};
    ck_ok(mbill_store_ingest(store, &fall, NULL, &err));
    mbill_close_summary summary = close_all(refused);
    ck_assert_int_eq(summary.n_billed, 4);
    ck_assert_int_eq(summary.n_refused, 1);
    ck_assert_msg(strstr(refused, "A0010: meter \"M0010\", register \"import\"") == refused, "%s", refused);
    ck_assert_msg(strstr(refused, "without a rollover mark") != NULL, "%s", refused);
}
END_TEST

/* What is taken and what is given back, counted apart. */
static const char BOTH_WAYS[] =
    "{\"meterbill\":1,\"id\":\"both\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"2026-01-"
    "01\","
    "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"sent\":{\"register\":\"export\",\"unit\":"
    "\"kWh\"}},"
    "\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":"
    "\"energy\","
    "\"quantity\":\"energy\",\"rate\":\"0.41\"},{\"id\":\"sent\",\"quantity\":\"sent\",\"rate\":\"-0.07\"}]}";

static const char *const WAYS[2] = {"import", "export"};

static size_t readings_both(int n, int way, mbill_reading *out)
{
    size_t rows = readings_of(1, out); /* hourly and plain */
    for (size_t i = 0; i < rows; i++)
        out[i].value_micro = out[i].value_micro * (way + 1) / 2 + (int64_t)(i + 1) * n * INT64_C(10000);
    return rows;
}

static void put_both(int n, mbill_reading *readings)
{
    growing text = {0};
    mbill_error err;
    static int64_t registers[ROWS_MAX], times[ROWS_MAX], values[ROWS_MAX];
    char meter[16];
    say(&text,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B%04d\",\"contracts\":[{\"tariff\":\"both\",\"from\":"
        "\"2026-01-01\","
        "\"meters\":[{\"id\":\"W%04d\",\"registers\":[{\"register\":\"export\",\"unit\":\"kWh\"},{\"register\":\"import\","
        "\"unit\":\"kWh\"}]}]}"
        "]}]}",
        n, n);
    ck_ok(mbill_store_put_accounts(store, text.text, text.len, NULL, &err));
    free(text.text);
    snprintf(meter, sizeof meter, "W%04d", n);
    for (int way = 0; way < 2; way++) {
        ck_ok(mbill_store_register_number(store, meter, WAYS[way], &registers[0], &err));
        size_t rows = readings_both(n, way, readings);
        for (size_t i = 0; i < rows; i++) {
            registers[i] = registers[0];
            times[i] = readings[i].at_utc_s;
            values[i] = readings[i].value_micro;
        }
        mbill_reading_columns columns = {.struct_size = sizeof columns,
            .n = rows,
            .registers = registers,
            .at_utc_s = times,
            .values_micro = values};
        ck_ok(mbill_store_ingest(store, &columns, NULL, &err));
    }
}

static void write_both(const mbill_tariff *tariff, int n, mbill_reading *readings, char *out_text)
{
    static mbill_interval intervals[2][ROWS_MAX];
    static mbill_line lines[LINES_MAX];
    mbill_register reg = {.struct_size = sizeof reg, .multiplier_micro = 1000000};
    mbill_input inputs[2];
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_price_request request = {.struct_size = sizeof request, .inputs = inputs, .n_inputs = 2};
    mbill_error err;
    size_t n_lines, len = TEXT_ROOM;
    for (int way = 0; way < 2; way++) {
        size_t rows = readings_both(n, way, readings);
        request.from_utc_s = readings[0].at_utc_s;
        request.to_utc_s = readings[rows - 1].at_utc_s;
        inputs[way] = (mbill_input){.name = WAYS[way], .intervals = intervals[way]};
        ck_ok(mbill_usage_from_registers(&reg, readings, rows, request.from_utc_s, request.to_utc_s, 0, intervals[way], ROWS_MAX,
            &inputs[way].n_intervals, NULL, &err));
    }
    ck_ok(mbill_tariff_price(tariff, &request, NULL, lines, LINES_MAX, &n_lines, &bill, NULL, &err));
    mbill_bill_segment segment = {mbill_tariff_labels(tariff), bill.from_utc_s, bill.to_utc_s, 0, n_lines, bill.total_micro};
    ck_ok(mbill_bill_write_segments(&bill, lines, n_lines, &segment, 1, 0, out_text, &len, &err));
}

/* Contracts of two registers each, alike. */
START_TEST(two_registers)
{
    static mbill_reading readings[ROWS_MAX];
    static char expected[TEXT_ROOM], got[TEXT_ROOM + 200];
    char refused[400] = "";
    mbill_error err;
    mbill_tariff *tariff;
    ck_ok(mbill_store_put_tariff(store, BOTH_WAYS, strlen(BOTH_WAYS), NULL, &err));
    ck_ok(mbill_tariff_read(BOTH_WAYS, strlen(BOTH_WAYS), NULL, &tariff, &err));
    for (int n = 1; n <= 20; n++) put_both(n, readings);
    mbill_close_summary summary = close_all(refused);
    ck_assert_msg(summary.n_billed == 20, "%s", refused);
    ck_assert_int_eq(summary.n_readings, 20 * 2 * (MONTH_DAYS * 24 + 1));
    for (int n = 1; n <= 20; n++) {
        char account[16];
        size_t len = sizeof got;
        write_both(tariff, n, readings, expected);
        snprintf(account, sizeof account, "B%04d", n);
        ck_ok(mbill_store_bills(store, account, NULL, got, &len, &err));
        ck_assert_msg(strstr(got, expected) != NULL, "%s is billed\n%s\nexpected\n%s", account, got, expected);
    }
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("close_bills");
    TCase *bills = tcase_create("bills");
    tcase_add_checked_fixture(bills, setup, teardown);
    tcase_add_test(bills, bills_are_those_of_pricing);
    tcase_add_test(bills, two_registers);
    tcase_add_test(bills, a_gap_among_them);
    tcase_add_test(bills, a_fall_among_them);
    suite_add_tcase(suite, bills);
    return check_run(suite, CK_NOFORK);
}
