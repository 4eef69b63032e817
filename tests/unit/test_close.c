/* SPDX-License-Identifier: Apache-2.0 */
/* The month close: amounts that can be checked by hand, spans and versions, refusals by name, and a close that is killed and
 * begun again. */
#include "district.h"
#include "check_run.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

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

/* What was refused, one line each. */
typedef struct refusals {
    int n;
    int32_t status;
    char account[80], tariff[80], message[300];
} refusals;

static void note_refused(void *ctx, const char *account, const char *tariff, const mbill_error *err)
{
    refusals *out = ctx;
    out->n++;
    out->status = err->status;
    snprintf(out->account, sizeof out->account, "%s", account);
    snprintf(out->tariff, sizeof out->tariff, "%s", tariff);
    snprintf(out->message, sizeof out->message, "%s", err->message);
}

static mbill_close_summary close_noting(mbill_store *store, const char *from, const char *to, uint32_t flags, refusals *noted)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .flags = flags,
        .from = from,
        .to = to,
        .recorded_utc_s = RECORDED_UTC_S,
        .refused = note_refused,
        .refused_ctx = noted};
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    memset(noted, 0, sizeof *noted);
    ck_ok(mbill_store_close_span(store, &options, &summary, &err));
    ck_assert_int_eq(summary.n_refused, noted->n);
    return summary;
}

#define ck_noted(noted, expected, word)                                                                                          \
    do {                                                                                                                         \
        ck_assert_msg((noted).status == (int)(expected), "%s: %s", mbill_status_name((noted).status), (noted).message);          \
        ck_assert_msg(strstr((noted).message, (word)) != NULL, "\"%s\" lacks \"%s\"", (noted).message, (word));                  \
    } while (0)

static int64_t sum_of(const mbill_sum *sum)
{
    int64_t value = -1;
    ck_assert_int_eq(mbill_sum_value(sum, &value, NULL), MBILL_OK);
    return value;
}

static void put_rows(mbill_store *store, const char *csv)
{
    mbill_error err;
    ck_ok(mbill_store_put_readings(store, csv, strlen(csv), "CST-8", NULL, &err));
}

static void put_accounts(mbill_store *store, const char *json)
{
    mbill_error err;
    ck_ok(mbill_store_put_accounts(store, json, strlen(json), NULL, &err));
}

/* Gas that is billed in kWh by the contract's factors */

static const char GAS_TARIFF[] = "{\"meterbill\":1,\"kind\":\"tariff\",\"id\":\"gas\",\"version\":\"1\",\"currency\":\"EUR\","
                                 "\"zone\":\"CST-8\",\"valid\":{\"from\":"
                                 "\"2026-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"gas\",\"unit\":\"kWh\","
                                 "\"converted\":\"by_factors\"}},\"rounding\":{"
                                 "\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"work\","
                                 "\"quantity\":\"energy\",\"rate\":\"0.1\"}]}";

#define GAS_ACCOUNT(id, meter, factors)                                                                                          \
    "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"" id                                                         \
    "\",\"contracts\":[{\"tariff\":\"gas\",\"from\":\"2026-01-01\",\"meters\":[{\"id\":\"" meter                                 \
    "\",\"registers\":[{\"register\":\"gas\",\"unit\":\"m3\"}]}]" factors "}]}]}"
#define JANUARY_FACTOR                                                                                                           \
    "{\"from\":\"2026-01-01\",\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_z\":\"0.95\",\"gas_kwh_per_m3\":\"11\"}}"
#define LATER_FACTOR "{\"from\":\"2026-01-16\",\"unit\":\"m3\",\"to\":\"kWh\",\"factor\":\"31/3\",\"origin\":\"list\"}"

START_TEST(gas_in_kwh)
{
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    refusals noted;
    mbill_store *store = make_district(path, 0);
    ck_ok(mbill_store_put_tariff(store, GAS_TARIFF, strlen(GAS_TARIFF), NULL, &err));
    put_accounts(store, GAS_ACCOUNT("G1", "Q1", ",\"factors\":{\"gas\":[" JANUARY_FACTOR "]}"));
    put_accounts(store, GAS_ACCOUNT("G2", "Q2", ""));
    const char *more = GAS_ACCOUNT("G1", "Q1", ",\"factors\":{\"gas\":[" JANUARY_FACTOR "," LATER_FACTOR "]}");
    ck_ok(mbill_store_put_accounts(store, more, strlen(more), &counts, &err));
    ck_assert_int_eq(counts.n_added, 1);
    ck_assert_int_eq(counts.n_same, 4); /* account, register, contract, factor */
    const char *other = GAS_ACCOUNT("G1", "Q1",
        ",\"factors\":{\"gas\":[{\"from\":\"2026-01-16\",\"unit\":\"m3\",\"to\":\"kWh\",\"factor\":\"9\"}]}");
    ck_refused(mbill_store_put_accounts(store, other, strlen(other), NULL, &err), MBILL_E_EXISTS_DIFFERENT,
        "another value from the same day");
    put_rows(store,
        "meter,register,time,value\nQ1,gas,2026-01-01,0\nQ1,gas,2026-01-16,100\nQ1,gas,2026-02-01,190\n"
        "Q2,gas,2026-01-01,0\nQ2,gas,2026-02-01,1\n");
    mbill_close_summary summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(sum_of(&summary.total), 197500000); /* (100 x 0.95 x 11 + 90 x 31/3) x 0.1 */
    ck_assert_str_eq(noted.account, "G2");
    ck_noted(noted, MBILL_E_NOT_KNOWN, "the factor of register \"gas\" is not known at 2026-01-01");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_factor"), 2);
    only_of_files
        ck_assert_int_eq(ask_file(path,
                             "SELECT count(*) FROM mbill_bill WHERE json_array_length(body, '$.converted') = 2 AND "
                             "json_extract(body, "
                             "'$.converted[0].factor') = '10.45' AND json_extract(body, '$.converted[1].quantity') = '930' AND "
                             "json_extract(body, '$.converted[1].factor') = '31/3' AND json_extract(body, "
                             "'$.converted[0].origin') = "
                             "'gas_z 0.95, gas_kwh_per_m3 11'"),
            1);
}
END_TEST

START_TEST(factor_of_what_is_not_converted)
{
    refusals noted;
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    const char *facts =
        "{\"meterbill\":1,\"kind\":\"facts\",\"factors\":{\"gas\":[{\"unit\":\"x\",\"to\":\"kWh\",\"factor\":\"2\"}]}}";
    ck_refused(mbill_store_put_lists(store, facts, strlen(facts), NULL, &err), MBILL_E_INVALID, "document of accounts");
    char json[2048];
    const char *plain = strstr(GAS_TARIFF, ",\"converted\":\"by_factors\"");
    snprintf(json, sizeof json, "%.*s%s", (int)(plain - GAS_TARIFF), GAS_TARIFF, plain + strlen(",\"converted\":\"by_factors\""));
    ck_ok(mbill_store_put_tariff(store, json, strlen(json), NULL, &err));
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"G1\",\"contracts\":[{\"tariff\":\"gas\",\"from\":"
        "\"2026-01-01\",\"meters\":[{\"id\":\"Q1\",\"registers\":[{\"register\":\"gas\",\"unit\":\"kWh\"}]}],\"factors\":{"
        "\"gas\":"
        "[{\"unit\":\"kWh\",\"to\":\"kWh\",\"factor\":\"2\"}]}}]}]}");
    put_rows(store, "meter,register,time,value\nQ1,gas,2026-01-01,0\nQ1,gas,2026-02-01,190\n");
    (void)close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(noted.n, 1);
    ck_noted(noted, MBILL_E_INVALID, "which nothing converts");
    mbill_store_free(store);
}
END_TEST

/* Amounts */

START_TEST(two_months)
{
    enum { N = 30 };
    mbill_error err;
    mbill_close_summary summary;
    int64_t january = 0, february = 0;
    mbill_store *store = make_district(path, N);
    for (int n = 1; n <= N; n++) {
        january += january_cents(n) * 10000;
        february += february_cents(n) * 10000;
    }
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 7, &summary, &err));
    ck_assert_int_eq(summary.n_billed, N);
    ck_assert_int_eq(summary.n_readings, 2 * N);
    ck_assert_int_eq(summary.n_already + summary.n_refused + summary.n_flagged, 0);
    ck_assert_int_eq(sum_of(&summary.total), january);
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    ck_assert_int_eq(sum_of(&summary.total), february); /* the ladder goes on where January left it */
    ck_assert_int_eq(sums_of(store, "A0007").debits_micro, (january_cents(7) + february_cents(7)) * 10000);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT sum(total_micro) FROM mbill_bill"), january + february);
    ck_assert_int_eq(ask_file(path, "SELECT sum(amount_micro) FROM mbill_revenue WHERE source = 'revenue'"), january + february);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_bill b JOIN mbill_record r USING(record)"
                         " JOIN mbill_record_field f USING(record) WHERE r.kind = 'usage' AND r.account = b.account_no"
                         " AND b.total_micro = r.amount_micro AND f.name = 'effective_utc_s' AND f.value = b.to_utc_s"
                         " AND r.recorded_utc_s = 1770000000"),
        2 * N);
    ck_assert_int_ne(change_file(path, "UPDATE mbill_bill SET total_micro = 0"), SQLITE_OK);
}
END_TEST

START_TEST(again_changes_nothing)
{
    mbill_error err;
    mbill_close_summary summary;
    mbill_store *store = make_district(path, 5);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_already, 5);
    ck_assert_int_eq(summary.n_billed, 0);
    ck_assert_int_eq(sum_of(&summary.total), 0);
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(instants_and_dates_agree)
{
    mbill_error err;
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_close_options options = {.struct_size = sizeof options,
        .from_utc_s = 1767196800,
        .to_utc_s = 1769875200,
        .recorded_utc_s = RECORDED_UTC_S};
    mbill_store *store = make_district(path, 2); /* 2025-12-31T16:00:00Z and 2026-01-31T16:00:00Z: midnights of CST-8 */
    ck_ok(mbill_store_close_span(store, &options, &summary, &err));
    ck_assert_int_eq(summary.n_billed, 2);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_assert_int_eq(summary.n_already, 2);
    mbill_store_free(store);
}
END_TEST

START_TEST(bills_as_documents)
{
    mbill_error err;
    mbill_close_summary summary;
    size_t len = 20000;
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    mbill_store *store = make_district(path, 2);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &summary, &err));
    ck_ok(close_month(store, "2026-02-01", "2026-03-01", 0, &summary, &err));
    ck_ok(mbill_store_bills(store, "A0001", NULL, text, &len, &err));
    ck_assert_uint_eq(len, strlen(text) + 1);
    const char *first = strstr(text, "41.5"), *second = strstr(text, "29.7"); /* 1 + 81 x 0.5, then 1 + 19 x 0.5 + 32 x 0.6 */
    ck_assert_msg(first != NULL && second != NULL && first < second, "%s", text);
    len = 20000;
    ck_ok(mbill_store_bills(store, "A0001", "2026-02-01", text, &len, &err));
    ck_assert_msg(strstr(text, "29.7") != NULL && strstr(text, "41.5") == NULL, "%s", text);
    ck_refused(mbill_store_bills(store, "A0001", "2026-03-01", text, &len, &err), MBILL_E_NOT_FOUND, "2026-03-01");
    mbill_store_free(store);
    free(text);
}
END_TEST

/* Rollover, replaced meter, estimated value: account 1 uses 50, account 2 uses 10 + 7. */
START_TEST(registers_in_life)
{
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    growing accounts = make_accounts(2);
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    free(accounts.text);
    put_rows(store,
        "meter,time,value,mark,quality\nM0001,2026-01-01,99980,,\nM0001,2026-02-01,30,rollover,estimated\n"
        "M0002,2026-01-01,500,,\nM0002,2026-01-10,510,removed,\nM0002,2026-01-10,3,installed,\nM0002,2026-02-01,10,,\n");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(summary.n_readings, 6);
    ck_assert_int_eq(summary.n_flagged, 1);
    ck_assert_int_eq(sum_of(&summary.total), 2000000 + 67 * 500000);
    mbill_store_free(store);
}
END_TEST

START_TEST(intervals_are_billed)
{
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    growing accounts = make_accounts(1);
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    free(accounts.text);
    put_rows(store,
        "meter,start,end,quantity\nM0001,2025-12-01,2026-01-01,9\nM0001,2026-01-01,2026-01-20,40\nM0001,2026-01-20,2026-02-01,"
        "30\n");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(sum_of(&summary.total), 36000000);
    put_rows(store, "meter,time,value\nM0001,2026-02-15,9\n");
    put_rows(store, "meter,start,end,quantity\nM0001,2026-02-01,2026-03-01,9\n");
    close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_noted(noted, MBILL_E_INVALID, "one kind");
    mbill_store_free(store);
}
END_TEST

/* Contracts, versions, facts */

START_TEST(contract_for_part_of_the_span)
{
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
#define METERS "\"meters\":[{\"id\":\"M0001\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]"
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":["
        "{\"id\":\"OLD\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-01-01\",\"to\":\"2026-01-11\"," METERS "}]},"
        "{\"id\":\"NEW\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-01-11\"," METERS "}]},"
        "{\"id\":\"LATER\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-02-01\"," METERS "}]}]}");
    put_rows(store, "meter,time,value\nM0001,2026-01-01,0\nM0001,2026-01-11,20\nM0001,2026-02-01,50\n");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(summary.n_billed, 2);
    ck_assert_int_eq(sum_of(&summary.total), 11000000 + 16000000);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT total_micro FROM mbill_bill WHERE from_date = '2026-01-11'"), 16000000);
}
END_TEST

START_TEST(versions_and_spans)
{
    static const char NEXT[] = TARIFF_TEXT("2026-02-15", "2026-02-15", "\"2026-03-20\"", "0.70");
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = make_district(path, 1);
    put_rows(store, "meter,time,value\nM0001,2026-02-15,1082\nM0001,2026-04-01,1200\n");
    close_noting(store, "2025-12-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(noted.n, 0); /* the contract begins with January */
    ck_ok(mbill_store_put_tariff(store, NEXT, strlen(NEXT), NULL, &err));
    close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_noted(noted, MBILL_E_UNCOVERED, "2026-02-15T00:00:00+08:00");
    ck_noted(noted, MBILL_E_UNCOVERED, "expected \"change\"");
    ck_assert_str_eq(noted.account, "A0001");
    ck_assert_str_eq(noted.tariff, "ladder");
    summary = close_noting(store, "2026-02-01", "2026-02-15", 0, &noted);
    ck_assert_int_eq(sum_of(&summary.total), 1000000);
    summary = close_noting(store, "2026-02-15", "2026-03-01", 0, &noted); /* 81 used, so 19 x 0.70 and 32 x 0.60 */
    ck_assert_int_eq(sum_of(&summary.total), 1000000 + 13300000 + 19200000);
    close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_noted(noted, MBILL_E_UNCOVERED, "2026-03-20");
    mbill_store_free(store);
}
END_TEST

/* A store with those versions of a tariff, and an account whose contract says how a bill over a change is divided. */
static mbill_store *make_changing(const char *tariff, const char *change, const char *const *versions, size_t n_versions)
{
    char text[600];
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"S1\",\"contracts\":[{\"tariff\":\"%s\",\"from\":\"2026-"
        "01-01\","
        "\"change\":%s,\"meters\":[{\"id\":\"M1\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]}]}]}",
        tariff, change);
    put_accounts(store, text);
    put_accounts(store, text); /* said again, it is there */
    for (size_t i = 0; i < n_versions; i++) ck_ok(mbill_store_put_tariff(store, versions[i], strlen(versions[i]), NULL, &err));
    return store;
}

#define BY_READINGS "{\"split\":\"readings\"}"
#define BY_DAYS "{\"split\":\"days\",\"round\":{\"step\":\"1\",\"how\":\"half_up\"}}"
/* One price and no ladder, but for 0.02 a day. */
#define DAILY(version, from, rate)                                                                                               \
    "{\"meterbill\":1,\"id\":\"daily\",\"version\":\"" version                                                                   \
    "\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"" from                                                     \
    "\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":\"none\","        \
    "\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"basic\",\"quantity\":\"days\",\"rate\":\"0.02\"},{\"id\":"    \
    "\"energy\","                                                                                                                \
    "\"quantity\":\"energy\",\"rate\":\"" rate "\"}]}"

START_TEST(a_month_over_a_price_change_is_one_bill)
{
    static const char *const VERSIONS[] = {DAILY("2026-03", "2026-01-01", "0.50"), DAILY("2026-03-21", "2026-03-21", "1"),
        DAILY("2026-03-11", "2026-03-11", "0.80")};
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    char text[8000];
    size_t len = sizeof text;
    mbill_store *store = make_changing("daily", BY_DAYS, VERSIONS, 3);
    put_rows(store, "meter,time,value\nM1,2026-03-01,1132\nM1,2026-04-01,1232\nM1,2026-05-01,1332\n");
    /* 100 kWh of 31 days: 10 days 32, 10 days 32, 11 days the rest of 36: 16 + 25.6 + 36, and 31 x 0.02 */
    summary = close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), 16000000 + 25600000 + 36000000 + 620000);
    ck_assert_int_eq(summary.n_flagged, 1); /* divided */
    ck_ok(mbill_store_bills(store, "S1", "2026-03-01", text, &len, &err));
    ck_assert_ptr_nonnull(strstr(text, "\"versions\":[{\"version\":\"2026-03\","));
    ck_assert_ptr_nonnull(strstr(text, "{\"charge\":\"energy\",\"version\":\"2026-03-21\","));
    summary = close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_assert_int_eq(summary.n_already, 1);
    summary = close_noting(store, "2026-04-01", "2026-05-01", 0, &noted); /* an ordinary month again */
    ck_assert_int_eq(sum_of(&summary.total), 100000000 + 600000);
    ck_assert_int_eq(summary.n_flagged, 0);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_bill b JOIN mbill_tariff t USING(tariff_no)"
                         " WHERE b.from_date = '2026-03-01' AND t.version = '2026-03-21'"),
        1);
}
END_TEST

/* No amount for the bill, which would be of no part. */
#define STEPS(version, from, rest)                                                                                               \
    "{\"meterbill\":1,\"id\":\"steps\",\"version\":\"" version                                                                   \
    "\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"" from                                                     \
    "\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":\"none\","        \
    "\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":"        \
    "\"year\","                                                                                                                  \
    "\"how\":\"graduated\",\"bounds\":[\"100\"]},\"rate\":" rest "}]}"

START_TEST(a_ladder_goes_on_over_a_price_change)
{
    static const char *const VERSIONS[] = {STEPS("1", "2026-01-01", "[\"1\",\"2\"]"), STEPS("2", "2026-01-11", "[\"3\",\"4\"]")};
    mbill_close_summary summary;
    refusals noted;
    mbill_store *store = make_changing("steps", BY_READINGS, VERSIONS, 2);
    put_rows(store, "meter,time,value\nM1,2026-01-01,0\nM1,2026-02-01,140\n");
    close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_noted(noted, MBILL_E_BOUNDARY, ""); /* no reading at the change */
    put_rows(store, "meter,time,value\nM1,2026-01-11,80\n");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted); /* 80 at 1, 20 at 3, 40 at 4 */
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), 300000000);
    put_rows(store, "meter,time,value\nM1,2026-03-01,150\n");
    summary = close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_assert_int_eq(sum_of(&summary.total), 40000000);
    mbill_store_free(store);
}
END_TEST

START_TEST(what_a_change_has_no_rule_for)
{
    static const char *const LADDERS[] = {TARIFF_2026, TARIFF_TEXT("2", "2026-01-15", "null", "0.70")};
    static const char *const SHORT[] = {DAILY("1", "2026-01-01", "1"),
        "{\"meterbill\":1,\"id\":\"daily\",\"version\":\"2\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2026-"
        "01-15\","
        "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":\"none\","
        "\"charge\":"
        "\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":\"1\"}]}"};
    refusals noted;
    mbill_store *store = make_changing("ladder", BY_DAYS, LADDERS, 2);
    put_rows(store, "meter,time,value\nM1,2026-01-01,0\nM1,2026-02-01,140\n");
    close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_noted(noted, MBILL_E_AMBIGUOUS, "\"basic\""); /* 1.00 for the bill */
    mbill_store_free(store);
    remove(path);
    if (elsewhere() != NULL) remove_there(path);
    store = make_changing("daily", BY_DAYS, SHORT, 2);
    put_rows(store, "meter,time,value\nM1,2026-01-01,0\nM1,2026-02-01,140\n");
    close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_noted(noted, MBILL_E_UNCOVERED, "another zone");
    mbill_store_free(store);
}
END_TEST

START_TEST(a_contract_is_given_its_rule_once)
{
    static const char HEAD[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"C1\",\"contracts\":[{\"tariff\":\"ladder\","
        "\"from\":\"2026-01-01\",\"meters\":[]%s}]}]}";
    static const struct {
        const char *rest;
        mbill_status status;
        int64_t n_added;
    } TOLD[] = {{"", MBILL_OK, 2}, {"", MBILL_OK, 0}, {",\"change\":" BY_DAYS, MBILL_OK, 1},
        {",\"change\":" BY_DAYS, MBILL_OK, 0}, {"", MBILL_OK, 0}, {",\"change\":" BY_READINGS, MBILL_E_EXISTS_DIFFERENT, 0},
        {",\"to\":\"2027-01-01\"", MBILL_OK, 1}, {",\"to\":\"2027-02-01\"", MBILL_E_EXISTS_DIFFERENT, 0}};
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    for (size_t i = 0; i < sizeof TOLD / sizeof TOLD[0]; i++) {
        char text[400];
        mbill_error err;
        mbill_import_counts counts = {.struct_size = sizeof counts};
        snprintf(text, sizeof text, HEAD, TOLD[i].rest);
        mbill_error_init(&err);
        mbill_status status = mbill_store_put_accounts(store, text, strlen(text), &counts, &err);
        ck_assert_msg(status == TOLD[i].status, "step %zu: %s", i, err.message);
        ck_assert_int_eq(counts.n_added, TOLD[i].n_added);
    }
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT change_split * 1000000 + change_step_micro FROM mbill_contract"), 2000000);
}
END_TEST

START_TEST(no_version_and_no_tariff)
{
    refusals noted;
    mbill_close_summary summary;
    mbill_store *store = make_district(path, 1);
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\",\"contracts\":[{\"tariff\":\"unknown\",\"from\":"
        "\"2026-01-01\","
        "\"meters\":[]}]},{\"id\":\"B2\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-01-01\",\"meters\":[]}]}]}");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(summary.n_refused, 2);
    ck_noted(noted, MBILL_E_NOT_KNOWN, "import");
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B3\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":"
        "\"2025-01-01\","
        "\"meters\":[]}]}]}");
    close_noting(store, "2025-12-01", "2026-01-01", 0, &noted);
    ck_noted(noted, MBILL_E_UNCOVERED, "before 2026-01-01");
    mbill_store_free(store);
}
END_TEST

START_TEST(spans_in_order)
{
    refusals noted;
    mbill_store *store = make_district(path, 1);
    put_rows(store, "meter,time,value\nM0001,2026-01-16,1030\nM0001,2026-02-16,1100\n");
    close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(noted.n, 0);
    close_noting(store, "2026-01-16", "2026-02-16", 0, &noted);
    ck_noted(noted, MBILL_E_OVERLAP, "2026-01-01T00:00:00+08:00");
    close_noting(store, "2026-02-16", "2026-03-01", 0, &noted);
    ck_noted(noted, MBILL_E_GAP, "2026-02-01T00:00:00+08:00");
    mbill_store_free(store);
}
END_TEST

/* A meter that reported counts and from one day on reports intervals: only a span with both is refused. */
START_TEST(counts_then_intervals)
{
    refusals noted;
    mbill_store *store = make_district(path, 0);
    growing accounts = make_accounts(1);
    put_accounts(store, accounts.text);
    free(accounts.text);
    put_rows(store, "meter,time,value\nM0001,2026-01-01,1000\nM0001,2026-02-01,1080\n");
    put_rows(store, "meter,start,end,quantity\nM0001,2026-02-01,2026-03-01,50\nM0001,2026-03-01,2026-04-01,20\n");
    mbill_close_summary summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(sum_of(&summary.total), 41000000);
    summary = close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), 29000000); /* 1.00 + 20 x 0.50 + 30 x 0.60 */
    ck_assert_int_eq(summary.n_readings, 1);
    put_rows(store, "meter,time,value\nM0001,2026-04-01,1090\n"); /* from February to April by the counts */
    close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_noted(noted, MBILL_E_INVALID, "one kind");
    mbill_store_free(store);
}
END_TEST

START_TEST(facts_by_date)
{
    static const char BY_AREA[] =
        "{\"meterbill\":1,\"id\":\"fee\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\","
        "\"valid\":{\"from\":\"2026-01-01\",\"to\":null},\"inputs\":{\"area\":{\"fact\":\"area\",\"unit\":\"m2\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"fee\",\"quantity\":"
        "\"area\",\"rate\":\"2\"}]}";
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, BY_AREA, strlen(BY_AREA), NULL, &err));
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"F1\",\"facts\":{\"persons\":[{\"value\":\"3\"},{\"from\":"
        "\"2026-01-15\",\"value\":\"4\"}],"
        "\"area\":[{\"value\":\"10\"},{\"from\":\"2026-02-01\",\"value\":\"20\"},{\"from\":\"2026-03-15\",\"value\":\"30\"}]},"
        "\"contracts\":[{\"tariff\":\"fee\",\"from\":\"2026-01-01\",\"meters\":[]}]}]}");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message); /* persons change inside January, but the tariff does not ask for them */
    ck_assert_int_eq(sum_of(&summary.total), 20000000);
    summary = close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_assert_int_eq(sum_of(&summary.total), 40000000);
    close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_noted(noted, MBILL_E_UNCOVERED, "\"area\" changes at 2026-03-15");
    ck_noted(noted, MBILL_E_UNCOVERED, "expected \"change\"");
    mbill_store_free(store);
}
END_TEST

/* 500 kVA for ten days and 315 kVA for the other twenty, by 1/30 of 30 a day; a word changes with the number on one day and on another. */
START_TEST(facts_divide_a_bill)
{
    static const char CAPACITY[] =
        "{\"meterbill\":1,\"id\":\"capacity\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\","
        "\"valid\":{\"from\":\"2026-01-01\",\"to\":null},\"inputs\":{\"power\":{\"fact\":\"power\",\"unit\":\"kVA\"},"
        "\"class\":{\"fact\":\"class\",\"words\":[\"A\",\"B\"]}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"capacity\",\"quantity\":"
        "\"power\",\"rate\":\"30\",\"per\":\"month\",\"part\":{\"days_of\":30}},{\"id\":\"of_a\",\"quantity\":\"days\",\"rate\":"
        "\"1\","
        "\"only_if\":{\"fact\":\"class\",\"is_one_of\":[\"A\"]}}]}";
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, CAPACITY, strlen(CAPACITY), NULL, &err));
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"P1\",\"facts\":{\"unused\":[{\"value\":\"1\"},{\"from\":"
        "\"2026-04-09\",\"value\":\"2\"}],\"class\":[{\"value\":\"B\"},{\"from\":\"2026-04-11\",\"value\":\"A\"},{\"from\":"
        "\"2026-04-26\","
        "\"value\":\"B\"}],\"power\":[{\"value\":\"400\"},{\"from\":\"2026-02-01\",\"value\":\"500\"},{\"from\":\"2026-04-11\","
        "\"value\":"
        "\"315\"}]},\"contracts\":[{\"tariff\":\"capacity\",\"from\":\"2026-04-01\",\"change\":" BY_READINGS
        ",\"meters\":[]}]}]}");
    summary = close_noting(store, "2026-04-01", "2026-05-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), (500 * 10 + 315 * 20 + 15) * INT64_C(1000000));
    mbill_store_free(store);
    only_of_files ck_assert_int_eq(ask_file(path, "SELECT json_array_length(body, '$.versions') FROM mbill_bill"), 3);
}
END_TEST

START_TEST(words_by_date)
{
    static const char BY_CLASS[] =
        "{\"meterbill\":1,\"id\":\"fee\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\","
        "\"valid\":{\"from\":\"2026-01-01\",\"to\":null},\"inputs\":{\"class\":{\"fact\":\"class\",\"words\":[\"A\",\"B\"]}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"fee\",\"quantity\":"
        "\"one\",\"rate\":\"2\",\"only_if\":{\"fact\":\"class\",\"is\":\"A\"}}]}";
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, BY_CLASS, strlen(BY_CLASS), NULL, &err));
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"F1\",\"facts\":{\"class\":[{\"value\":\"A\"},"
        "{\"from\":\"2026-02-01\",\"value\":\"B\"},{\"from\":\"2026-03-01\",\"value\":\"7\"}]},"
        "\"contracts\":[{\"tariff\":\"fee\",\"from\":\"2026-01-01\",\"meters\":[]}]}]}");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), 2000000);
    summary = close_noting(store, "2026-02-01", "2026-03-01", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total), 0);
    close_noting(store, "2026-03-01", "2026-04-01", 0, &noted);
    ck_noted(noted, MBILL_E_TYPE, "is a number; expected one of: A, B");
    mbill_store_free(store);
}
END_TEST

#define SHARED(rest) "{\"meterbill\":1,\"kind\":\"facts\"," rest "}"

static mbill_status put_lists(mbill_store *store, const char *json, mbill_import_counts *out, mbill_error *err)
{
    *out = (mbill_import_counts){.struct_size = sizeof *out};
    mbill_error_init(err);
    return mbill_store_put_lists(store, json, strlen(json), out, err);
}

/* 0.10 on announced days, else the price of the hour. */
static mbill_store *make_shared(void)
{
    static const char BY_LIST[] =
        "{\"meterbill\":1,\"id\":\"spot\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"2026-"
        "01-01\","
        "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\",\"across_boundary\":\"prorate\"}},"
        "\"calendar\":{\"days\":[{\"name\":"
        "\"event\","
        "\"from_list\":\"event_days\"},{\"name\":\"plain\",\"otherwise\":true}],\"periods\":[{\"name\":\"saving\",\"when\":[{"
        "\"day\":"
        "\"event\"}]},{\"name\":\"usual\",\"otherwise\":true}]},\"series\":{\"market\":{\"unit\":\"kWh\",\"step\":\"60min\"}},"
        "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},\"charges\":[{\"id\":\"days\",\"quantity\":"
        "\"energy\","
        "\"rate\":{\"saving\":\"0.1\",\"usual\":\"1\"}},{\"id\":\"hours\",\"quantity\":\"energy\",\"rate\":{\"series\":"
        "\"market\",\"times\":"
        "\"1\",\"plus\":\"0\"}}]}";
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, BY_LIST, strlen(BY_LIST), NULL, &err));
    put_accounts(store,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"L1\",\"contracts\":[{\"tariff\":\"spot\",\"from\":"
        "\"2026-01-01\",\"meters\":[{\"id\":\"M1\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]}]}]}");
    /* an hour of 10 kWh on the first day, one of 20 on the second, else nothing */
    put_rows(store,
        "meter,time,value\nM1,2026-01-01 00:00,0\nM1,2026-01-01 01:00,10\nM1,2026-01-02 00:00,10\nM1,2026-01-02 01:00,30\n"
        "M1,2026-01-03 00:00,30\nM1,2026-01-04 00:00,31\n");
    return store;
}

START_TEST(lists_and_prices_are_shared)
{
    mbill_import_counts counts;
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    mbill_store *store = make_shared();
    close_noting(store, "2026-01-01", "2026-01-03", 0, &noted);
    ck_noted(noted, MBILL_E_NOT_KNOWN, "event_days");
    ck_assert_int_eq(put_lists(store, SHARED("\"lists\":{\"event_days\":[]}"), &counts, &err), MBILL_OK);
    ck_assert_int_eq(counts.n_added, 1); /* known, and empty */
    close_noting(store, "2026-01-01", "2026-01-03", 0, &noted);
    ck_noted(noted, MBILL_E_NOT_KNOWN, "market");
    ck_assert_int_eq(put_lists(store,
                         SHARED("\"lists\":{\"event_days\":[\"2026-01-02\"]},\"series\":{\"market\":{\"start\":"
                                "\"2026-01-01T00:00:00+08:00\",\"step_s\":3600,\"values\":[\"0.5\",null]}}"),
                         &counts, &err),
        MBILL_OK);
    ck_assert_int_eq(counts.n_added, 3);
    ck_assert_int_eq(counts.n_same, 1);
    close_noting(store, "2026-01-01", "2026-01-03", 0, &noted);
    ck_noted(noted, MBILL_E_NOT_KNOWN, "market"); /* that of the second day's hour is missing */
    ck_assert_int_eq(put_lists(store,
                         SHARED("\"instants\":{\"peaks\":[\"2026-01-01T00:00:00Z\"]},\"series\":{\"market\":{\"start\":"
                                "\"2026-01-02T00:00:00+08:00\",\"step_s\":3600,\"values\":[\"-0.25\"]}}"),
                         &counts, &err),
        MBILL_OK);
    summary = close_noting(store, "2026-01-01", "2026-01-03", 0, &noted);
    ck_assert_msg(noted.n == 0, "%s", noted.message);
    ck_assert_int_eq(sum_of(&summary.total),
        10 * 1000000 + 20 * 100000 + 5000000 - 5000000); /* 10 x 1 + 20 x 0.1; 10 x 0.5 - 20 x 0.25 */
    mbill_store_free(store);
}
END_TEST

static const struct {
    const char *json;
    mbill_status status;
    const char *word;
} LISTS_REFUSED[] = {
    {SHARED("\"facts\":{\"area\":\"1\"}"), MBILL_E_INVALID, "\"area\""},
    {SHARED("\"lists\":{\"event_days\":[\"2026-01-02\",\"2026-01-01\"]}"), MBILL_E_ORDER, ""},
    {SHARED(
         "\"lists\":{\"a\":[]},\"series\":{\"market\":{\"start\":\"2026-01-01T00:00:00Z\",\"step_s\":3600,\"values\":[\"2\"]}}"),
        MBILL_E_EXISTS_DIFFERENT, "another price at 2026-01-01T00:00:00"},
    {SHARED(
         "\"lists\":{\"a\":[]},\"series\":{\"market\":{\"start\":\"2026-01-01T00:00:00Z\",\"step_s\":900,\"values\":[\"1\"]}}"),
        MBILL_E_EXISTS_DIFFERENT, "3600"},
    {SHARED(
         "\"lists\":{\"a\":[]},\"series\":{\"market\":{\"start\":\"2026-01-01T00:30:00Z\",\"step_s\":3600,\"values\":[\"1\"]}}"),
        MBILL_E_EXISTS_DIFFERENT, "other times"},
};

START_TEST(lists_refused)
{
    mbill_import_counts counts;
    mbill_error err;
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_assert_int_eq(put_lists(store,
                         SHARED(
                             "\"series\":{\"market\":{\"start\":\"2026-01-01T00:00:00Z\",\"step_s\":3600,\"values\":[\"1\"]}}"),
                         &counts, &err),
        MBILL_OK);
    mbill_store_free(store);
    uint64_t before = digest_file(path);
    store = open_store(path, 0);
    mbill_status status = put_lists(store, LISTS_REFUSED[_i].json, &counts, &err);
    assert_refusal(&err, status, LISTS_REFUSED[_i].status, LISTS_REFUSED[_i].word);
    ck_assert_int_eq(counts.n_added, 0);
    mbill_store_free(store);
    ck_assert(digest_file(path) == before);
}
END_TEST

START_TEST(one_bad_meter_stops_nobody_else)
{
    mbill_close_summary summary;
    refusals noted;
    mbill_error err;
    growing accounts = make_accounts(4);
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    free(accounts.text);
    put_rows(store,
        "meter,time,value\nM0001,2026-01-01,0\nM0001,2026-02-01,10\nM0002,2026-01-01,50\nM0002,2026-01-09,60\nM0002,2026-02-01,"
        "40\n"
        "M0004,2026-01-01,0\nM0004,2026-02-01,10\n");
    summary = close_noting(store, "2026-01-01", "2026-02-01", 0, &noted);
    ck_assert_int_eq(summary.n_billed, 2);
    ck_assert_int_eq(summary.n_refused, 2);
    ck_noted(noted, MBILL_E_GAP, "M0003");
    summary = close_noting(store, "2026-01-01", "2026-02-01", MBILL_PRICE_ALLOW_GAPS,
        &noted); /* M0003 is billed as it is, M0002 stays refused */
    ck_assert_int_eq(summary.n_already, 2);
    ck_assert_int_eq(summary.n_billed, 1);
    ck_assert_int_eq(summary.n_flagged, 1);
    ck_noted(noted, MBILL_E_REGRESSED, "M0002");
    ck_assert_ptr_nonnull(strstr(noted.message, "2026-02-01T00:00:00+08:00"));
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'usage'"), 3);
}
END_TEST

START_TEST(misused)
{
    mbill_error err;
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_close_options options = {.struct_size = sizeof options, .from = "2026-01-01"};
    mbill_store *store = make_district(path, 1);
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_MISUSE, "from and to");
    options.to = "2026-01-01";
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_RANGE, "2026-01-01");
    options.to = "2026-02-31";
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_DATE, "to: ");
    options.to = "2026-02-01";
    options.flags = 0x8000;
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_UNKNOWN_OPTION, "8000");
    options.flags = 0;
    options.batch = -1;
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_RANGE, "-1");
    options = (mbill_close_options){.struct_size = sizeof options};
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_RANGE, "not after");
    ck_refused(mbill_store_close_span(store, NULL, &summary, &err), MBILL_E_MISUSE, "options");
    summary.struct_size = 0;
    ck_refused(mbill_store_close_span(store, &options, &summary, &err), MBILL_E_MISUSE, "out_summary");
    mbill_store_free(store);
}
END_TEST

static void count_progress(void *ctx, int64_t done, int64_t total)
{
    int64_t *last = ctx;
    ck_assert_int_ge(done, *last);
    ck_assert_int_eq(total, 150);
    *last = done;
}

START_TEST(progress_rises_to_the_total)
{
    mbill_error err;
    int64_t last = 0;
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = RECORDED_UTC_S,
        .batch = 50,
        .progress = count_progress,
        .progress_ctx = &last};
    mbill_store *store = make_district(path, 150);
    ck_ok(mbill_store_close_span(store, &options, NULL, &err));
    ck_assert_int_eq(last, 150);
    mbill_store_free(store);
}
END_TEST

/* Killed again and again at any moment, then finished: the file is the same as one that was closed in one go. */

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0) ck_assert_uint_eq(fwrite(bytes, 1, n, out), n);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
}

static void close_in_child(void)
{
    mbill_store_options options = {sizeof options, 0, 5000, 0};
    mbill_close_summary summary;
    mbill_store *store;
    mbill_error err;
    if (mbill_store_open(path, &options, NULL, &store, &err) != MBILL_OK) _exit(3);
    mbill_status status = close_month(store, "2026-01-01", "2026-02-01", 10, &summary, &err);
    mbill_store_free(store);
    _exit(status == MBILL_OK ? 0 : 4);
}

/* True when the child was killed before it was done. */
static bool run_and_kill(unsigned microseconds)
{
    int result;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) close_in_child();
    struct timespec wait = {0, (long)microseconds * 1000};
    nanosleep(&wait, NULL);
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &result, 0), child);
    ck_assert_msg(WIFSIGNALED(result) || WEXITSTATUS(result) == 0, "the child ended with %d", WEXITSTATUS(result));
    return WIFSIGNALED(result);
}

START_TEST(killed_and_begun_again)
{
    enum { N = 400 };
    mbill_error err;
    mbill_close_summary summary;
    char other[310];
    int n_killed = 0;
    snprintf(other, sizeof other, "%s/other.db", folder);
    mbill_store_free(make_district(path, N));
    copy_file(path, other);
    mbill_store *store = open_store(other, 0);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 10, &summary, &err));
    mbill_store_free(store);
    uint64_t random = 88172645463325252u; /* xorshift64, so that a run can be repeated */
    for (int i = 0; i < 60; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        n_killed += run_and_kill((unsigned)(random % 12000));
    }
    ck_assert_int_gt(n_killed, 0);
    store = open_store(path, 0);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 10, &summary, &err));
    ck_assert_int_eq(summary.n_billed + summary.n_already, N);
    mbill_store_free(store);
    ck_assert(digest_file(path) == digest_file(other));
    unlink(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("close");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_checked_fixture(ok, setup, teardown);
    tcase_add_checked_fixture(refused, setup, teardown);
    tcase_add_checked_fixture(edges, setup, teardown);
    tcase_set_timeout(edges, 60);
    tcase_add_test(ok, gas_in_kwh);
    tcase_add_test(ok, factor_of_what_is_not_converted);
    tcase_add_test(ok, two_months);
    tcase_add_test(ok, again_changes_nothing);
    tcase_add_test(ok, instants_and_dates_agree);
    tcase_add_test(ok, bills_as_documents);
    tcase_add_test(ok, registers_in_life);
    tcase_add_test(ok, intervals_are_billed);
    tcase_add_test(ok, counts_then_intervals);
    tcase_add_test(ok, facts_by_date);
    tcase_add_test(ok, words_by_date);
    tcase_add_test(ok, progress_rises_to_the_total);
    tcase_add_test(ok, facts_divide_a_bill);
    tcase_add_test(ok, a_month_over_a_price_change_is_one_bill);
    tcase_add_test(ok, a_ladder_goes_on_over_a_price_change);
    tcase_add_test(ok, a_contract_is_given_its_rule_once);
    tcase_add_test(ok, lists_and_prices_are_shared);
    tcase_add_loop_test(refused, lists_refused, 0, sizeof LISTS_REFUSED / sizeof LISTS_REFUSED[0]);
    tcase_add_test(refused, what_a_change_has_no_rule_for);
    tcase_add_test(refused, versions_and_spans);
    tcase_add_test(refused, no_version_and_no_tariff);
    tcase_add_test(refused, spans_in_order);
    tcase_add_test(refused, one_bad_meter_stops_nobody_else);
    tcase_add_test(refused, misused);
    tcase_add_test(edges, contract_for_part_of_the_span);
    on_files(edges, killed_and_begun_again, "it copies files");
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
