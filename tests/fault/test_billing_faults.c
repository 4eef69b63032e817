/* SPDX-License-Identifier: Apache-2.0 */
/* Bills that are paid afterwards, with each write, sync, truncation, opening and allocation failing in turn, once and for ever: what a client does
 * again after a failure ends in the very same file, and at any time the bills agree with the ledger. */
#include "district.h"

#include "every.h"

#include "meterbill/billing.h"
#include "meterbill/charges.h"

#include <stdbool.h>

#define N_ACCOUNTS 3
#define DAY INT64_C(86400)
#define BILLING                                                                                                                  \
    "{\"meterbill\":1,\"kind\":\"billing_policy\",\"zone\":\"CST-8\",\"due\":{\"days\":10},\"pays\":\"fee_first\",\"late_fee\":" \
    "{"                                                                                                                          \
    "\"rate\":\"0.001\",\"grace_days\":0,\"from\":\"due\",\"compounds\":true,\"cap\":\"none\",\"round\":{\"step\":\"0.01\","     \
    "\"how\":"                                                                                                                   \
    "\"half_up\"}},\"reminders\":[{\"days\":3,\"channels\":[\"sms\"]}],\"review\":\"none\"}"
/* On the bill of January, once. */
#define SERVICE                                                                                                                  \
    "{\"meterbill\":1,\"kind\":\"charge\",\"id\":\"service\",\"zone\":\"CST-8\",\"once\":\"2026-01-15\",\"rates\":[{"            \
    "\"from\":\"2026-01-01\",\"amount\":\"3.30\"}],\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"to\":\"bill\","           \
    "\"accounts\":\"all\"}"
#define PAID                                                                                                                     \
    "id,account,amount,time,channel,receipt,operator,bill\n"                                                                     \
    "0a000000000000000000000000000001,A0001,60,2026-02-20T10:00,1,1,chen,\n"                                                     \
    "0a000000000000000000000000000002,A0002,20,2026-02-20T10:00,1,2,chen,2\n"                                                    \
    "0a000000000000000000000000000003,A0001,-5,2026-02-20T11:00,1,3,chen,\n"

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

static mbill_status step(mbill_store *store, int32_t kind, int64_t bill, int64_t days, mbill_error *err)
{
    const mbill_billing_request request = {.struct_size = sizeof request,
        .kind = kind,
        .bill = bill,
        .at_utc_s = RECORDED_UTC_S + days * DAY,
        .reason = kind == MBILL_CYCLE_WRITE_OFF ? 4 : 0};
    mbill_status status = mbill_store_billing_step(store, &request, NULL, err);
    return status == MBILL_E_ORDER && bill != 0 ? MBILL_OK : status; /* it was done before */
}

static mbill_status close_drawer(mbill_store *store, mbill_error *err)
{
    const mbill_cashier_day day = {.struct_size = sizeof day,
        .cashier = "chen",
        .channel = 1,
        .day = 20504,
        .counted_micro = 75000000,
        .closed_utc_s = RECORDED_UTC_S + 19 * DAY};
    mbill_cashier_day closed = {.struct_size = sizeof closed};
    mbill_status status = mbill_store_cashier_close(store, &day, NULL, &closed, err);
    return status == MBILL_E_EXISTS ? MBILL_OK : status;
}

/* Until something fails, as a client that does all of it again. */
static mbill_status work(const mbill_allocator *allocator)
{
    mbill_close_summary summary;
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_store_open(path, NULL, allocator, &store, &err);
    if (status == MBILL_OK) status = mbill_store_charge_run(store, NULL, RECORDED_UTC_S, 0, NULL, NULL, NULL, &err);
    if (status == MBILL_OK) status = close_month(store, "2026-01-01", "2026-02-01", 2, &summary, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_REVIEW, 0, 0, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_ISSUE, 0, 0, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_TICK, 0, 14, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_REMIND, 0, 14, &err);
    if (status == MBILL_OK) status = mbill_store_put_payments(store, PAID, sizeof PAID - 1, "CST-8", 0, NULL, &err);
    if (status == MBILL_OK) status = close_drawer(store, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_TICK, 0, 30, &err);
    if (status == MBILL_OK) status = step(store, MBILL_CYCLE_WRITE_OFF, 2, 31, &err);
    ck_assert_msg(status == MBILL_OK || err.message[0] != '\0', "status %d without a message", (int)status);
    ck_assert_msg(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE, "%s", err.message);
    mbill_store_free(store);
    return status;
}

static void check(void)
{
    mbill_billing_totals totals = {.struct_size = sizeof totals};
    mbill_error err;
    mbill_store *store = open_store(path, 0);
    ck_ok(mbill_store_billing_totals(store, &totals, &err));
    ck_assert_int_eq(totals.n_different, 0);
    mbill_store_free(store);
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

/* SQLite's allocations are in the thousands, what it reads and writes in the hundreds. */
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
        check();
        ck_assert_int_eq(work(NULL), MBILL_OK);
        ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
    }
}

static void put_charge(mbill_store *store)
{
    mbill_charge *charge;
    mbill_error err;
    ck_ok(mbill_charge_read(SERVICE, sizeof SERVICE - 1, NULL, &charge, &err));
    ck_ok(mbill_store_charge_put(store, charge, NULL, NULL, &err));
    mbill_charge_free(charge);
}

static void setup(void)
{
    growing plain = make_accounts(N_ACCOUNTS), accounts = {0}, readings = make_month_readings(N_ACCOUNTS);
    const char *at = plain.text, *next;
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    for (; (next = strstr(at, "\"meters\"")) != NULL; at = next + 8)
        say(&accounts, "%.*s\"payment\":\"postpaid\",\"meters\"", (int)(next - at), at);
    say(&accounts, "%s", at);
    mbill_store *store = open_store(pristine, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, &err));
    ck_ok(mbill_store_put_billing_policy(store, BILLING, strlen(BILLING), NULL, &err));
    put_charge(store);
    mbill_store_free(store);
    free(plain.text);
    free(accounts.text);
    free(readings.text);
    copy_file(pristine, path);
    ck_assert_int_eq(work(NULL), MBILL_OK);
    check();
    expected = digest_file(path);
    ck_assert_int_eq(work(NULL), MBILL_OK); /* all of it again changes nothing */
    ck_assert(digest_file(path) == expected);
    ck_assert_int_eq(ask_file(path, "SELECT state FROM mbill_due WHERE bill_no = 2"), MBILL_CYCLE_WRITTEN_OFF);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) * 1000 + count(DISTINCT bill_no) FROM mbill_due_item"),
        N_ACCOUNTS * 1000 + N_ACCOUNTS);
}

static void teardown(void)
{
    remove_folder(folder);
}

int main(void)
{
    return run_every_fault("billing_faults", setup, teardown, NULL);
}
