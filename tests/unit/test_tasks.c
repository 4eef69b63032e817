/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks and custom charges that a store keeps: what is refused, what is done once, what stays through a close of the file, and late answers. */
#include "district.h"
#include "check_run.h"

#include "meterbill/charges.h"
#include "meterbill/tasks.h"

#define N_ACCOUNTS 4
#define ID(n) "a1d0000000000000000000000000000" n
#define HEAD(n, dual) "{\"meterbill\":1,\"kind\":\"task\",\"id\":\"" ID(n) "\",\"made_by\":\"ann\",\"dual_control\":" dual ","
#define AID(n, targets)                                                                                                          \
    HEAD(n, "false") "\"do\":{\"top_up\":{\"amount\":\"10\",\"channel\":9}},\"start\":\"now\",\"targets\":[" targets "]}"
#define NOW INT64_C(1772323200) /* 2026-03-01 */

static char path[300];
static const char *folder;
static mbill_store *store;

static void set_up(void)
{
    growing accounts = make_accounts(N_ACCOUNTS);
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    free(accounts.text);
}

static void tear_down(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

static void open_again(void)
{
    mbill_store_free(store);
    store = open_store(path, 0);
}

static mbill_status add(const char *json, mbill_error *err)
{
    mbill_task *task;
    mbill_error_init(err);
    ck_assert_msg(mbill_task_read(json, strlen(json), NULL, 0, NULL, NULL, NULL, &task, err) == MBILL_OK, "%s %s", err->path,
        err->message);
    mbill_status status = mbill_store_task_add(store, task, NOW, NULL, NULL, err);
    mbill_task_free(task);
    return status;
}

static void added(const char *json)
{
    mbill_error err;
    ck_assert_msg(add(json, &err) == MBILL_OK, "%s", err.message);
}

static mbill_id id_of(const char *text)
{
    mbill_id id;
    ck_assert_int_eq(mbill_id_parse(text, strlen(text), &id, NULL), MBILL_OK);
    return id;
}

/* One number out of the file, which is closed for it. */
static int64_t ask(const char *sql)
{
    mbill_store_free(store);
    int64_t number = ask_file(path, sql);
    store = open_store(path, 0);
    return number;
}

static mbill_task_run run(int64_t now, int64_t budget)
{
    mbill_task_run out = {.struct_size = sizeof out};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_store_task_run(store, NULL, now, budget, NULL, NULL, &out, &err) == MBILL_OK, "%s", err.message);
    return out;
}

/* The text of a task that is kept holds these words. */
static void shows(const char *id_text, const char *words)
{
    static char text[20000];
    mbill_id id = id_of(id_text);
    size_t len = sizeof text;
    ck_assert_int_eq(mbill_store_tasks(store, &id, text, &len, NULL), MBILL_OK);
    ck_assert_msg(strstr(text, words) != NULL, "no %s in %s", words, text);
}

/* ---- tasks inside the store ---- */

START_TEST(added_once)
{
    mbill_error err;
    added(AID("1", "\"A0001\",{\"target\":\"A0002\",\"amount\":\"5\"}"));
    assert_refusal(&err, add(AID("1", "\"A0001\",{\"target\":\"A0002\",\"amount\":\"5.00\"}"), &err), MBILL_E_EXISTS,
        "in the store");
    assert_refusal(&err, add(AID("1", "\"A0001\""), &err), MBILL_E_EXISTS_DIFFERENT, "another task of this id");
    assert_refusal_index(&err, add(AID("2", "\"A0001\",\"X\",\"A0002\",\"Y\""), &err), MBILL_E_NOT_FOUND, 1,
        "account \"X\" is not in the store, nor are 1 more targets");
    assert_refusal_index(&err,
        add(HEAD("2", "false") "\"do\":{\"read\":\"all\"},\"start\":\"now\",\"host\":{\"lease_s\":5},\"targets\":[\"A0001\"]}",
            &err),
        MBILL_E_NOT_FOUND, 0, "meter \"A0001\"");
    assert_refusal(&err,
        add(HEAD("2", "false") "\"do\":{\"set_tariff\":{\"tariff\":\"none\",\"from\":\"2026-04-01\"}},\"start\":\"now\","
                               "\"targets\":[\"A0001\"]}",
            &err),
        MBILL_E_NOT_FOUND, "tariff \"none\"");
}
END_TEST

START_TEST(money_moves_once)
{
    added(AID("1", "\"A0001\",\"A0002\",{\"target\":\"A0003\",\"amount\":\"7\"}"));
    mbill_task_run first = run(NOW, 2);
    ck_assert(first.n_done == 2 && first.n_refused == 0 && first.n_left == 1);
    open_again();
    mbill_task_run second = run(NOW + 1, 0), third = run(NOW + 2, 0);
    ck_assert(second.n_done == 1 && second.n_left == 0 && third.n_done == 0);
    ck_assert_int_eq(sums_of(store, "A0001").credits_micro, 10000000);
    ck_assert_int_eq(sums_of(store, "A0003").credits_micro, 7000000);
    shows(ID("1"), "\"life\":\"done\"");
    shows(ID("1"), "\"items\":{\"done\":3}");
}
END_TEST

START_TEST(refused_by_the_ledger)
{
    static const char policy[] = "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"L1\",\"policy\":{\"preset\":"
                                 "\"SMETS\",\"max_top_up\":\"9\"}}]}";
    ck_assert_int_eq(mbill_store_put_accounts(store, policy, sizeof policy - 1, NULL, NULL), MBILL_OK);
    added(AID("1", "\"L1\",\"A0001\""));
    mbill_task_run out = run(NOW, 0);
    ck_assert(out.n_done == 1 && out.n_refused == 1);
    shows(ID("1"), "\"state\":\"refused\",\"attempts\":1,\"outcome\":\"refused\",\"code\":83");
    shows(ID("1"), "EXCEEDS_TOPUP");
}
END_TEST

START_TEST(every_month)
{
    added(HEAD("1", "false") "\"do\":{\"top_up\":{\"amount\":\"1\",\"channel\":9}},\"start\":{\"every\":{\"months\":1},\"from\":"
                             "\"2026-01-31\","
                             "\"until\":\"2026-06-01\",\"time\":\"08:00\",\"zone\":\"CST-8\",\"missed\":\"each\"},\"targets\":["
                             "\"A0001\",\"A0002\"]}");
    ck_assert_int_eq(run(NOW, 0).n_done, 4); /* January and February */
    ck_assert_int_eq(run(NOW, 0).n_done, 0);
    open_again();
    ck_assert_int_eq(run(NOW + 400 * INT64_C(86400), 0).n_done, 6);
    ck_assert_int_eq(sums_of(store, "A0002").credits_micro, 5000000);
    shows(ID("1"), "\"finished_runs\":5");
    ck_assert_int_eq(ask("SELECT count(DISTINCT effective) FROM (SELECT value AS effective FROM mbill_record_field WHERE name = "
                         "'effective_utc_s') t"),
        5);
}
END_TEST

START_TEST(other_tariffs)
{
    static const char second[] = TARIFF_TEXT("1", "2026-01-01", "null", "0.10");
    static const char two[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"A0004\",\"title\":\"door "
        "4\",\"contracts\":[{\"tariff\":\"water\",\"from\":\"2026-01-01\",\"meters\":[]}]},"
        "{\"id\":\"B1\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":\"2026-04-01\",\"meters\":[]}]},{\"id\":\"B2\"}]}";
    growing readings = make_month_readings(N_ACCOUNTS);
    char tariff[sizeof second];
    char *name;
    memcpy(tariff, second, sizeof second);
    name = strstr(tariff, "\"ladder\"");
    memcpy(name, "\"nightl\"", 8);
    ck_assert_int_eq(mbill_store_put_tariff(store, tariff, strlen(tariff), NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_put_accounts(store, two, sizeof two - 1, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, NULL), MBILL_OK);
    free(readings.text);
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = NOW};
    ck_assert_int_eq(mbill_store_close_span(store, &options, NULL, NULL), MBILL_OK);
    added(HEAD("1", "false") "\"do\":{\"set_tariff\":{\"tariff\":\"nightl\",\"from\":\"2026-01-31\"}},\"start\":\"now\","
                             "\"targets\":[\"A0001\"]}");
    added(HEAD("2", "false") "\"do\":{\"set_tariff\":{\"tariff\":\"nightl\",\"from\":\"2026-04-01\"}},\"start\":\"now\","
                             "\"targets\":[\"A0001\",\"A0002\",\"A0004\",\"B1\",\"B2\"]}");
    added(HEAD("3", "false") "\"do\":{\"set_tariff\":{\"tariff\":\"nightl\",\"replaces\":\"ladder\",\"from\":\"2026-04-01\"}},"
                             "\"start\":\"now\",\"targets\":[\"A0001\",\"A0004\"]}");
    mbill_task_run out = run(NOW, 0);
    ck_assert(out.n_done == 4 && out.n_refused == 4);
    shows(ID("1"), "the contract is billed up to 2026-02-01T00:00:00+08:00 already");
    shows(ID("2"), "several contracts are in force on the day, expected \\\"replaces\\\" to say which");
    shows(ID("2"), "the contract begins on the same day, expected a later one");
    shows(ID("2"), "no contract is in force on the day");
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_contract WHERE tariff = 'nightl' AND from_day = 20544 AND to_day = "
                         "2147483647"),
        3);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_contract WHERE tariff = 'ladder' AND to_day = 20544"), 3);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_contract JOIN mbill_contract_register USING(contract_no) WHERE tariff = "
                         "'nightl'"),
        3);
}
END_TEST

START_TEST(alarm_amounts)
{
    added(HEAD("1",
        "false") "\"do\":{\"set_alarm_amounts\":[\"50\",\"20\",\"5\"]},\"start\":\"now\",\"targets\":[\"A0001\",\"A0002\"]}");
    ck_assert_int_eq(run(NOW, 0).n_done, 2);
    added(HEAD("2", "false") "\"do\":{\"set_alarm_amounts\":[\"30\"]},\"start\":\"now\",\"targets\":[\"A0002\"]}");
    ck_assert_int_eq(run(NOW, 0).n_done, 1);
    ck_assert_int_eq(ask("SELECT sum(amount_micro / 1000000 * account_no * level) FROM mbill_alarm_amount"), 165);
}
END_TEST

START_TEST(who_may_do_what)
{
    mbill_id id = id_of(ID("1")), none = id_of(ID("9"));
    mbill_error err;
    int32_t verdict;
    size_t n;
    mbill_error_init(&err);
    mbill_task_answer answer = {.item = none, .attempt = 1, .outcome = MBILL_OUTCOME_DONE};
    added(HEAD("1", "true") "\"do\":{\"top_up\":{\"amount\":\"1\",\"channel\":9}},\"start\":\"now\",\"targets\":[\"A0001\"]}");
    ck_assert_int_eq(run(NOW, 0).n_done, 0);
    assert_refusal(&err, mbill_store_task_step(store, &id, MBILL_TASK_APPROVE, "ann", NOW, &err), MBILL_E_INVALID,
        "made the task");
    assert_refusal(&err, mbill_store_task_step(store, &none, MBILL_TASK_APPROVE, "bob", NOW, &err), MBILL_E_NOT_FOUND, ID("9"));
    assert_refusal(&err, mbill_store_task_due(store, &id, NOW, 1, (void (*)(void *, const mbill_store_work *))1, NULL, &n, &err),
        MBILL_E_INVALID, "a top_up is not handed out");
    ck_assert_int_eq(mbill_store_task_step(store, &id, MBILL_TASK_APPROVE, "bob", NOW, &err), MBILL_OK);
    ck_assert_int_eq(mbill_store_task_step(store, &id, MBILL_TASK_PAUSE, "bob", NOW, &err), MBILL_OK);
    ck_assert_int_eq(run(NOW, 0).n_done, 0);
    open_again();
    ck_assert_int_eq(mbill_store_task_step(store, &id, MBILL_TASK_RESUME, "bob", NOW, &err), MBILL_OK);
    ck_assert_int_eq(run(NOW, 0).n_done, 1);
    assert_refusal(&err, mbill_store_task_step(store, &id, MBILL_TASK_CANCEL, "bob", NOW, &err), MBILL_E_INVALID,
        "the task is done");
    ck_assert_int_eq(mbill_store_task_result(store, &answer, NULL, NOW, &verdict, &err), MBILL_OK);
    ck_assert_int_eq(verdict, MBILL_VERDICT_NEVER_OUT);
}
END_TEST

/* ---- tasks of the host ---- */

typedef struct taken {
    mbill_store_work work[8];
    char targets[8][16];
    size_t n;
} taken;

static void take(void *ctx, const mbill_store_work *work)
{
    taken *to = ctx;
    snprintf(to->targets[to->n], sizeof to->targets[0], "%s", work->target);
    to->work[to->n++] = *work;
}

static taken due(int64_t now)
{
    taken out = {.n = 0};
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_store_task_due(store, NULL, now, 8, take, &out, &n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n, out.n);
    return out;
}

static int32_t answer(const mbill_store_work *work, int32_t outcome, int64_t now)
{
    mbill_task_answer said = {.item = work->work.item, .attempt = work->work.attempt, .outcome = outcome, .code = 5};
    int32_t verdict;
    ck_assert_int_eq(mbill_store_task_result(store, &said, "as the meter said", now, &verdict, NULL), MBILL_OK);
    return verdict;
}

START_TEST(work_of_the_host)
{
    added(HEAD("1", "false") "\"do\":{\"read\":[\"import\"]},\"start\":{\"every\":{\"days\":1},\"from\":\"2026-03-01\",\"time\":"
                             "\"00:00\",\"zone\":\"UTC0\",\"missed\":\"latest\"},"
                             "\"expires_after_s\":3600,\"host\":{\"lease_s\":60,\"parallel\":2,\"retry\":{\"attempts\":2,\"delay_"
                             "s\":10,\"on\":[\"no_answer\"]}},"
                             "\"targets\":[\"M0001\",\"M0002\",\"M0003\"]}");
    taken first = due(NOW);
    ck_assert_uint_eq(first.n, 2);
    ck_assert_str_eq(first.targets[1], "M0002");
    open_again();
    ck_assert_uint_eq(due(NOW + 1).n, 0); /* both are out, here or there */
    ck_assert_int_eq(answer(&first.work[0], MBILL_OUTCOME_DONE, NOW + 2), MBILL_VERDICT_TAKEN);
    ck_assert_int_eq(answer(&first.work[0], MBILL_OUTCOME_DONE, NOW + 2), MBILL_VERDICT_SAME);
    ck_assert_int_eq(answer(&first.work[0], MBILL_OUTCOME_FAILED, NOW + 2), MBILL_VERDICT_CONTRADICTS);
    ck_assert_uint_eq(due(NOW + 3).n, 1);
    taken again = due(NOW + 70); /* no answer; the third is out until 63, and fails for good */
    ck_assert_uint_eq(again.n, 1);
    ck_assert_int_eq(again.work[0].work.attempt, 2);
    ck_assert_int_eq(memcmp(&again.work[0].work.item, &first.work[1].work.item, 16), 0);
    ck_assert_uint_eq(due(NOW + 86400 + 5).n, 2); /* the next day's run */
    ck_assert_int_eq(answer(&first.work[1], MBILL_OUTCOME_DONE, NOW + 86400 + 6), MBILL_VERDICT_LATE_TAKEN);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_task_item WHERE run = 0 AND state = 3 AND reason = 'as the meter said'"), 2);
    taken later = due(NOW + 5 * INT64_C(86400) + 5); /* of three missed days the last */
    ck_assert_uint_eq(later.n, 2);
    shows(ID("1"), "\"missed_runs\":3");
}
END_TEST

START_TEST(cancelled_work)
{
    mbill_id id = id_of(ID("1"));
    added(HEAD("1", "false") "\"do\":{\"switch\":\"off\"},\"start\":\"now\",\"host\":{\"lease_s\":60,\"parallel\":1},\"targets\":"
                             "[\"M0001\",\"M0002\"]}");
    taken out = due(NOW);
    ck_assert_uint_eq(out.n, 1);
    ck_assert_int_eq(mbill_store_task_step(store, &id, MBILL_TASK_CANCEL, "bob", NOW + 1, NULL), MBILL_OK);
    shows(ID("1"), "\"items\":{\"expired\":1,\"unknown\":1}");
    ck_assert_int_eq(answer(&out.work[0], MBILL_OUTCOME_DONE, NOW + 2), MBILL_VERDICT_LATE_TAKEN);
    ck_assert_uint_eq(due(NOW + 3).n, 0);
}
END_TEST

START_TEST(states_that_no_task_has)
{
    static const char *const changes[][2] = {{"UPDATE mbill_task SET begun = 1", "a state that no task has"},
        {"UPDATE mbill_task SET begun = 0, body = '{}'", "cannot be read"}};
    mbill_id id = id_of(ID("1"));
    mbill_error err;
    mbill_error_init(&err);
    added(AID("1", "\"A0001\""));
    for (size_t i = 0; i < 2; i++) {
        mbill_store_free(store);
        ck_assert_int_eq(change_file(path, changes[i][0]), SQLITE_OK);
        store = open_store(path, 0);
        assert_refusal(&err, mbill_store_task_run(store, &id, NOW, 0, NULL, NULL, NULL, &err), MBILL_E_CORRUPT, changes[i][1]);
    }
}
END_TEST

/* ---- charges ---- */

#define FEE(rates, accounts)                                                                                                     \
    "{\"meterbill\":1,\"kind\":\"charge\",\"id\":\"fee\",\"zone\":\"CST-8\",\"every\":{\"months\":1},\"from\":\"2026-01-01\","   \
    "\"due\":{\"at\":\"start\",\"days\":9},\"prorate\":\"days\",\"rates\":[" rates                                               \
    "],\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"},"                                                                       \
    "\"to\":\"balance\",\"accounts\":" accounts "}"
#define BY_AREA "{\"from\":\"2026-01-01\",\"rate\":\"2\",\"fact\":\"area\"}"

static mbill_status put(const char *json, mbill_error *err)
{
    mbill_charge *charge;
    mbill_error_init(err);
    ck_assert_msg(mbill_charge_read(json, strlen(json), NULL, &charge, err) == MBILL_OK, "%s %s", err->path, err->message);
    mbill_status status = mbill_store_charge_put(store, charge, NULL, NULL, err);
    mbill_charge_free(charge);
    return status;
}

static mbill_charge_summary charge(int64_t now, uint32_t flags)
{
    mbill_charge_summary out = {.struct_size = sizeof out};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_store_charge_run(store, NULL, now, flags, NULL, NULL, &out, &err) == MBILL_OK, "%s", err.message);
    return out;
}

START_TEST(each_period_once)
{
    mbill_error err;
    ck_assert_int_eq(put(FEE(BY_AREA, "\"all\""), &err), MBILL_OK);
    mbill_charge_summary plan = charge(NOW, MBILL_CHARGE_PREVIEW), first = charge(NOW, 0), again = charge(NOW, 0);
    ck_assert(plan.n_charged == 8 && plan.total_micro == first.total_micro && first.n_charged == 8 && again.n_charged == 0);
    ck_assert_int_eq(first.total_micro, 2 * 2 * (51500000 + 52500000 + 53500000 + 54500000)); /* two months, 2 for each m2 */
    ck_assert_int_eq(sums_of(store, "A0001").debits_micro, 206000000);
    open_again();
    ck_assert_int_eq(charge(NOW + 40 * INT64_C(86400), 0).n_charged, 8); /* March and April */
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_charge_line l JOIN mbill_record r USING(op_id) WHERE r.amount_micro = "
                         "l.amount_micro"),
        16);
}
END_TEST

START_TEST(versions_of_a_charge)
{
    mbill_error err;
    ck_assert_int_eq(put(FEE(BY_AREA, "[\"A0001\"]"), &err), MBILL_OK);
    ck_assert_int_eq(charge(NOW, 0).n_charged, 2);
    assert_refusal(&err, put(FEE(BY_AREA, "[\"A0001\"]"), &err), MBILL_E_EXISTS, "");
    assert_refusal_index(&err, put(FEE(BY_AREA, "[\"A0001\",\"Z\"]"), &err), MBILL_E_NOT_FOUND, 1, "\"Z\"");
    ck_assert_int_eq(put(FEE(BY_AREA ",{\"from\":\"2026-03-01\",\"amount\":\"31\"}",
                             "[{\"account\":\"A0001\",\"suspended\":[\"2026-03-01/2026-03-11\"]},\"A0002\"]"),
                         &err),
        MBILL_OK);
    mbill_charge_summary out = charge(NOW + 20 * INT64_C(86400), 0);
    ck_assert(
        out.n_charged == 4 && out.total_micro == 21000000 + 31000000 + 2 * 105000000); /* A0002 has had it from the beginning */
    assert_refusal(&err, mbill_store_charge_end(store, "fee", 20454, &err), MBILL_E_INVALID, "not after the first day");
    assert_refusal(&err, mbill_store_charge_end(store, "none", 20600, &err), MBILL_E_NOT_FOUND, "\"none\"");
    ck_assert_int_eq(mbill_store_charge_end(store, "fee", 20559, &err), MBILL_OK); /* 16 April */
    out = charge(NOW + 200 * INT64_C(86400), 0);
    ck_assert(out.n_charged == 2 && out.total_micro == 2 * 15500000);
}
END_TEST

START_TEST(what_must_stay)
{
    static const char *const changes[][3] = {{"CST-8", "CST-9", "zone"},
        {"{\"months\":1}", "{\"weeks\":1}", "length of its periods"},
        {"\"from\":\"2026-01-01\",\"due\"", "\"from\":\"2026-01-02\",\"due\"", "first day"},
        {"\"days\":9", "\"days\":8", "due day"}, {"\"prorate\":\"days\"", "\"prorate\":\"whole\"", "prorate"},
        {"\"0.01\"", "\"0.1\"", "rounding"}, {"\"balance\"", "\"bill\"", "place where it goes"}};
    static const char good[] = FEE(BY_AREA, "\"all\"");
    mbill_error err;
    char json[800];
    ck_assert_int_eq(put(good, &err), MBILL_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *place = strstr(good, changes[i][0]);
        ck_assert_ptr_nonnull(place);
        snprintf(json, sizeof json, "%.*s%s%s", (int)(place - good), good, changes[i][1], place + strlen(changes[i][0]));
        assert_refusal(&err, put(json, &err), MBILL_E_EXISTS_DIFFERENT, changes[i][2]);
    }
}
END_TEST

static void note_line(void *ctx, const mbill_charge_line *line)
{
    growing *to = ctx;
    say(to, "%s %lld %s %d %s;", line->account, (long long)line->period.number, mbill_charge_state_name(line->state), line->code,
        line->reason != NULL ? line->reason : "");
}

START_TEST(accounts_that_wait_or_refuse)
{
    static const char more[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\"},{\"id\":\"B2\",\"facts\":{\"area\":\"1\"}}]}";
    static const char fact[] =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\",\"facts\":{\"area\":\"3\"}}]}";
    mbill_error err;
    growing lines = {0};
    int64_t number;
    mbill_journal *journal;
    mbill_result results[2];
    mbill_policy policy;
    ck_assert_int_eq(mbill_store_put_accounts(store, more, sizeof more - 1, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_account_number(store, "B2", &number, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_journal(store, &journal, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_DLT, &policy), 1);
    mbill_operation shut[2] = {{.id = {{1}},
                                   .kind = MBILL_OPERATION_OPEN,
                                   .account = number,
                                   .policy = &policy,
                                   .sequence = MBILL_NONE,
                                   .charge = MBILL_NONE,
                                   .period = MBILL_NONE},
        {.id = {{2}},
            .kind = MBILL_OPERATION_CLOSE,
            .account = number,
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE}};
    ck_assert_int_eq(mbill_journal_apply(journal, shut, 2, NOW, results, NULL), MBILL_OK);
    ck_assert_int_eq(put(FEE(BY_AREA, "[\"B1\",\"B2\"]"), &err), MBILL_OK);
    ck_assert_int_eq(mbill_store_charge_run(store, "fee", NOW, 0, note_line, &lines, NULL, &err), MBILL_OK);
    ck_assert_str_eq(lines.text,
        "B1 0 waiting 0 fact \"area\" is not known on 2026-01-01;B2 0 refused 51 CLOSED;B2 1 refused 51 CLOSED;");
    lines.len = 0;
    ck_assert_int_eq(mbill_store_put_accounts(store, fact, sizeof fact - 1, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_charge_run(store, NULL, NOW, 0, note_line, &lines, NULL, &err), MBILL_OK);
    ck_assert_str_eq(lines.text, "B1 0 charged 0 ;B1 1 charged 0 ;");
    free(lines.text);
    assert_refusal(&err, mbill_store_charge_run(store, NULL, NOW, 2, NULL, NULL, NULL, &err), MBILL_E_UNKNOWN_OPTION, "0x2");
    assert_refusal(&err, mbill_store_charge_run(store, "none", NOW, 0, NULL, NULL, NULL, &err), MBILL_E_NOT_FOUND, "\"none\"");
}
END_TEST

START_TEST(by_an_accrual)
{
    static const char home[] = "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"H1\",\"policy\":{\"preset\":"
                               "\"SMETS\",\"charges\":[{},{}]}}]}";
    static const char json[] =
        "{\"meterbill\":1,\"kind\":\"charge\",\"id\":\"rent\",\"zone\":\"UTC0\",\"every\":{\"weeks\":1},\"from\":\"2026-02-01\","
        "\"due\":{\"at\":\"end\",\"days\":0},\"prorate\":\"whole\",\"rates\":[{\"from\":\"2026-01-01\",\"amount\":\"3\"}],"
        "\"round\":{\"step\":\"0.01\",\"how\":\"down\"},"
        "\"to\":\"balance\",\"accrual\":1,\"accounts\":[\"H1\"]}";
    mbill_error err;
    ck_assert_int_eq(mbill_store_put_accounts(store, home, sizeof home - 1, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(put(json, &err), MBILL_OK);
    ck_assert_int_eq(charge(NOW, 0).n_charged, 4);
    ck_assert_int_eq(ask("SELECT count(*) FROM mbill_record WHERE kind = 'accrue' AND amount_micro = 3000000"), 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tasks");
    TCase *tasks = tcase_create("tasks"), *charges = tcase_create("charges");
    tcase_add_checked_fixture(tasks, set_up, tear_down);
    tcase_add_checked_fixture(charges, set_up, tear_down);
    tcase_set_timeout(tasks, 60);
    tcase_set_timeout(charges, 60);
    tcase_add_test(tasks, added_once);
    tcase_add_test(tasks, money_moves_once);
    tcase_add_test(tasks, refused_by_the_ledger);
    tcase_add_test(tasks, every_month);
    tcase_add_test(tasks, other_tariffs);
    tcase_add_test(tasks, alarm_amounts);
    tcase_add_test(tasks, who_may_do_what);
    tcase_add_test(tasks, work_of_the_host);
    tcase_add_test(tasks, cancelled_work);
    tcase_add_test(tasks, states_that_no_task_has);
    tcase_add_test(charges, each_period_once);
    tcase_add_test(charges, versions_of_a_charge);
    tcase_add_test(charges, what_must_stay);
    tcase_add_test(charges, accounts_that_wait_or_refuse);
    tcase_add_test(charges, by_an_accrual);
    suite_add_tcase(suite, tasks);
    suite_add_tcase(suite, charges);
    return check_run(suite, CK_FORK_GETENV);
}
