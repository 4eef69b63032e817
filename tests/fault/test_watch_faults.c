/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms that a store keeps, with each read, write, sync, truncation, opening and allocation failing in turn, once and for ever, while money comes, a month is
 * closed two contracts at a time, time goes by and meters send lines: what a client does again after a failure ends in the very same file, every event once. */
#include "district.h"

#include "every.h"

#include "meterbill/watch.h"

#include <stdbool.h>

#define N_ACCOUNTS 5
#define HOUR INT64_C(3600)
#define ALARMS                                                                                                                   \
    "{\"meterbill\":1,\"kind\":\"alarms\",\"channels\":[\"app\"],\"alarms\":{\"balance\":{\"watches\":\"balance\",\"decimals\":" \
    "2,\"priority\":1,\"levels\":[{\"when\":\"at_or_below\",\"limit\":\"100\",\"deadband\":\"5\",\"notice\":{\"channels\":["     \
    "\"app\"],\"repeat_s\":600,\"max_count\":3}},{\"when\":\"at_or_below\",\"limit\":\"30\",\"on_s\":60},{\"when\":\"below\","   \
    "\"limit\":\"0\"}]},\"flow\":{\"watches\":\"meter\",\"when\":\"above\",\"limit\":5,\"on_s\":10}}}"
#define LINES                                                                                                                    \
    "{\"t\":10,\"v\":9,\"key\":\"M0001\"}\n{\"t\":10,\"v\":9,\"key\":\"M0002\"}\n{\"tick\":20}\n{\"t\":30,\"v\":1,\"key\":"      \
    "\"M0001\"}\n"
#define PAID_IN                                                                                                                  \
    "id,account,amount,time\n"                                                                                                   \
    "0a000000000000000000000000000001,A0001,120,2026-01-02T10:00:00Z\n"                                                          \
    "0a000000000000000000000000000002,A0002,90,2026-01-02T10:00:00Z\n"                                                           \
    "0a000000000000000000000000000003,A0002,30,2026-01-02T11:00:00Z\n"                                                           \
    "0a000000000000000000000000000004,A0003,60,2026-01-02T11:00:00Z\n"

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

/* Until something fails, as a client that does all of it again. */
static mbill_status work(const mbill_allocator *allocator)
{
    mbill_close_summary summary;
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_store_open(path, NULL, allocator, &store, &err);
    if (status == MBILL_OK) status = mbill_store_put_top_ups(store, PAID_IN, sizeof PAID_IN - 1, NULL, NULL, &err);
    if (status == MBILL_OK) status = close_month(store, "2026-01-01", "2026-02-01", 2, &summary, &err);
    if (status == MBILL_OK) status = mbill_store_alarm_tick(store, RECORDED_UTC_S + HOUR, &err);
    if (status == MBILL_OK) status = mbill_store_alarm_run(store, "all", LINES, sizeof LINES - 1, NULL, NULL, NULL, &err);
    ck_assert_msg(status == MBILL_OK || err.message[0] != '\0', "status %d without a message", (int)status);
    ck_assert_msg(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE, "%s", err.message);
    mbill_store_free(store);
    return status;
}

static void copy_file(const char *from, const char *to)
{
    mbill_error err;
    char beside[310];
    unlink(to);
    snprintf(beside, sizeof beside, "%s-wal", to);
    unlink(beside);
    mbill_store *store = open_store(from, 0);
    ck_ok(mbill_store_backup(store, to, &err));
    mbill_store_free(store);
}

static int64_t apart(fault_kind kind)
{
    const bool many = kind == FAULT_READ || kind == FAULT_WRITE || kind == FAULT_ALLOCATOR;
    return kind == FAULT_MEMORY ? 97 : many ? 7 : 1;
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    for (int64_t nth = 1; struck; nth += fault_step(apart(kind))) {
        copy_file(pristine, path);
        fault_arm(kind, nth, for_ever);
        (void)work(faulty_allocator());
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        ck_assert_int_eq(work(NULL), MBILL_OK);
        ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
    }
}

static int64_t count(const char *what)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM mbill_alarm_event WHERE %s", what);
    return ask_file(path, sql);
}

/* The bills of January come to 41.50, 42.00, 42.50, 43.00 and 43.50. */
static void check_events(void)
{
    ck_assert_int_eq(count("kind = 'balance' AND what = 1 AND account_no = 1"), 1); /* 78.50 */
    ck_assert_int_eq(count("kind = 'balance' AND what = 2 AND account_no = 2"), 1); /* 90, then 120 */
    ck_assert_int_eq(count("kind = 'balance' AND what = 1 AND account_no = 2"), 2); /* and 78 */
    ck_assert_int_eq(count("kind = 'balance' AND what = 1 AND account_no = 3"), 2); /* 60, 17.50 for a minute */
    ck_assert_int_eq(count("kind = 'balance' AND what = 1 AND account_no = 5"), 3); /* -43.50 */
    ck_assert_int_gt(count("kind = 'balance' AND what = 4 AND observed_utc_s > at_utc_s"), 0);
    ck_assert_int_eq(count("kind = 'flow' AND what = 1 AND account_no IN (1, 2)"), 2);
    ck_assert_int_eq(count("kind = 'flow' AND what = 2"), 1);
}

static void setup(void)
{
    growing accounts = make_accounts(N_ACCOUNTS), readings = make_month_readings(N_ACCOUNTS);
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store *store = open_store(pristine, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, &err));
    ck_ok(mbill_store_alarm_put(store, "all", ALARMS, strlen(ALARMS), NULL, &err));
    ck_ok(mbill_store_alarm_default(store, "all", &err));
    mbill_store_free(store);
    free(accounts.text);
    free(readings.text);
    copy_file(pristine, path);
    ck_assert_int_eq(work(NULL), MBILL_OK);
    check_events();
    expected = digest_file(path);
    ck_assert_int_eq(work(NULL), MBILL_OK); /* all of it again changes nothing */
    ck_assert(digest_file(path) == expected);
}

static void teardown(void)
{
    remove_folder(folder);
}

int main(void)
{
    return run_every_fault("watch_faults", setup, teardown, NULL);
}
