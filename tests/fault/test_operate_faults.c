/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks and custom charges with each write, sync, read and allocation failing in turn, once and for ever, as a power cut or a full disk would have it:
 * no effect is there twice, effect and state go together, what was answered as done is there, and the work repeated without faults ends in the very
 * same file. */
#include "answered.h"

#include "every.h"
#include "meterbill/charges.h"
#include "meterbill/tasks.h"
#include "operate/task.h"

#include <stdbool.h>

#define N_ACCOUNTS 6
#define NOW INT64_C(1772323200) /* 2026-03-01 */
#define ID(n) "a1d0000000000000000000000000000" n
#define HEAD(n)                                                                                                                  \
    "{\"meterbill\":1,\"kind\":\"task\",\"id\":\"" ID(n) "\",\"made_by\":\"ann\",\"dual_control\":false,\"start\":\"now\","
#define ALL "\"A0001\",\"A0002\",\"A0003\",\"A0004\",\"A0005\",\"A0006\""

static const char AID[] = HEAD("1") "\"do\":{\"top_up\":{\"amount\":\"10\",\"channel\":9}},\"targets\":[" ALL "]}";
static const char TARIFF[] = HEAD(
    "2") "\"do\":{\"set_tariff\":{\"tariff\":\"ladder2\",\"from\":\"2026-04-01\"}},\"targets\":[" ALL "]}";
static const char SWITCH[] = HEAD("3") "\"do\":{\"switch\":\"off\"},\"host\":{\"lease_s\":60},\"targets\":[\"M0001\",\"M0002\"]}";
static const char FEE[] =
    "{\"meterbill\":1,\"kind\":\"charge\",\"id\":\"fee\",\"zone\":\"CST-8\",\"every\":{\"months\":1},\"from\":\"2026-01-01\","
    "\"due\":{\"at\":\"start\",\"days\":0},\"prorate\":\"days\",\"rates\":[{\"from\":\"2026-01-01\",\"rate\":\"2\",\"fact\":"
    "\"area\"}],"
    "\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"to\":\"balance\",\"accounts\":\"all\"}";

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

/* What each step answered. */
typedef struct answers {
    mbill_status open, tasks, run, due, result, charge, charges;
} answers;

static mbill_status judge(mbill_status status, const mbill_error *err)
{
    check_answer(status, err, status == MBILL_E_EXISTS || status == MBILL_E_NOT_FOUND);
    return status == MBILL_E_EXISTS ? MBILL_OK : status;
}

static mbill_status worse(mbill_status a, mbill_status b)
{
    return a != MBILL_OK ? a : b;
}

static mbill_status add_task(mbill_store *store, const char *json)
{
    mbill_task *task;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_task_read(json, strlen(json), NULL, 0, NULL, NULL, NULL, &task, &err), MBILL_OK);
    mbill_status status = judge(mbill_store_task_add(store, task, NOW, NULL, NULL, &err), &err);
    mbill_task_free(task);
    return status;
}

static void ignore(void *ctx, const mbill_store_work *work)
{
    (void)work;
    ++*(int *)ctx;
}

/* The meters answer whoever asked them, also one who did not live to hear it. */
static mbill_status answer(mbill_store *store, const char *meter)
{
    mbill_id task;
    mbill_error err;
    int32_t verdict;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_id_parse(ID("3"), 32, &task, NULL), MBILL_OK);
    mbill_task_answer said = {.item = mbill__task_item_id(&task, 0, meter), .attempt = 1, .outcome = MBILL_OUTCOME_DONE};
    return judge(mbill_store_task_result(store, &said, "ack", NOW, &verdict, &err), &err);
}

static mbill_status put_charge(mbill_store *store)
{
    mbill_charge *charge;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_charge_read(FEE, sizeof FEE - 1, NULL, &charge, &err), MBILL_OK);
    mbill_status status = judge(mbill_store_charge_put(store, charge, NULL, NULL, &err), &err);
    mbill_charge_free(charge);
    return status;
}

static answers work(void)
{
    mbill_store *store = NULL;
    mbill_error err;
    answers out;
    int handed = 0;
    memset(&out, 0xff, sizeof out);
    mbill_error_init(&err);
    out.open = judge(mbill_store_open(path, NULL, faulty_allocator(), &store, &err), &err);
    if (out.open != MBILL_OK) return out;
    out.tasks = worse(worse(add_task(store, AID), add_task(store, TARIFF)), add_task(store, SWITCH));
    out.run = judge(mbill_store_task_run(store, NULL, NOW, 0, NULL, NULL, NULL, &err), &err);
    out.due = judge(mbill_store_task_due(store, NULL, NOW, 5, ignore, &handed, NULL, &err), &err);
    out.result = worse(answer(store, "M0001"), answer(store, "M0002"));
    out.charge = put_charge(store);
    out.charges = judge(mbill_store_charge_run(store, NULL, NOW, 0, NULL, NULL, NULL, &err), &err);
    mbill_store_free(store);
    return out;
}

static void check_count(const char *what, int64_t done, mbill_status status)
{
    int64_t n = ask_file(path, what);
    ck_assert_msg(n >= 0 && n <= done && (status != MBILL_OK || n == done), "%s: %lld of %lld", what, (long long)n,
        (long long)done);
}

/* Effects and states are there together, whatever was answered. */
static void check_file(const answers *got)
{
    bool tasks = got->tasks == MBILL_OK;
    check_count("SELECT count(*) FROM mbill_record WHERE kind = 'top_up'", N_ACCOUNTS, tasks ? got->run : MBILL_E_IO);
    check_count("SELECT count(*) FROM mbill_contract WHERE tariff = 'ladder2'", N_ACCOUNTS, tasks ? got->run : MBILL_E_IO);
    check_count("SELECT count(*) FROM mbill_record WHERE kind = 'usage'", 3 * N_ACCOUNTS,
        got->charge == MBILL_OK ? got->charges : MBILL_E_IO);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'top_up'"),
        ask_file(path,
            "SELECT count(*) FROM mbill_task_item WHERE task_no = (SELECT task_no FROM mbill_task WHERE kind = 2) AND state = "
            "3"));
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_contract WHERE tariff = 'ladder2'"),
        ask_file(path,
            "SELECT count(*) FROM mbill_task_item WHERE task_no = (SELECT task_no FROM mbill_task WHERE kind = 1) AND state = "
            "3"));
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'usage'"),
        ask_file(path, "SELECT count(*) FROM mbill_charge_item"));
    ck_assert_int_eq(ask_file(path, "SELECT total(amount_micro) FROM mbill_record WHERE kind = 'usage'"),
        ask_file(path, "SELECT total(amount_micro) FROM mbill_charge_item"));
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    int64_t nth = 1;
    for (; struck; nth += fault_step(kind == FAULT_MEMORY || kind == FAULT_ALLOCATOR || kind == FAULT_READ ? 163 : 1)) {
        copy_file(pristine, path);
        fault_arm(kind, nth, for_ever);
        answers got = work();
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        check_file(&got);
        bool in_order = got.tasks == MBILL_OK && (got.run == MBILL_OK || got.charges != MBILL_OK) &&
            (got.due == MBILL_OK || got.charges != MBILL_OK);
        (void)work();
        got = work();
        ck_assert(got.open == MBILL_OK && got.tasks == MBILL_OK && got.run == MBILL_OK && got.due == MBILL_OK &&
            got.result == MBILL_OK && got.charge == MBILL_OK && got.charges == MBILL_OK);
        if (in_order)
            ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
        check_file(&got);
    }
    ck_assert_int_gt(nth, kind == FAULT_TRUNCATE ? 1 : 2);
}

static void setup(void)
{
    char second[sizeof TARIFF_2026 + 1];
    mbill_error err;
    char *name;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store *store = make_district(pristine, N_ACCOUNTS);
    name = strstr(TARIFF_2026, "ladder\"");
    snprintf(second, sizeof second, "%.*sladder2%s", (int)(name - TARIFF_2026), TARIFF_2026, name + 6);
    ck_ok(mbill_store_put_tariff(store, second, strlen(second), NULL, &err));
    mbill_store_free(store);
    copy_file(pristine, path);
    answers got = work();
    ck_assert(
        got.tasks == MBILL_OK && got.run == MBILL_OK && got.due == MBILL_OK && got.result == MBILL_OK && got.charges == MBILL_OK);
    check_file(&got);
    got = work(); /* which ends the task that has been answered */
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_task WHERE life = 5"), 3);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_task_item WHERE state = 3"), 2 * N_ACCOUNTS + 2);
    expected = digest_file(path);
}

static void teardown(void)
{
    remove_folder(folder);
}

int main(void)
{
    return run_every_fault("operate_faults", setup, teardown, NULL);
}
