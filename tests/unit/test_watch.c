/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms that a store keeps: whatever transactions the ledger's records come in, what is kept is what a board says that is given every balance as a line. */
#include "district.h"
#include "check_run.h"

#include "meterbill/tasks.h"
#include "meterbill/watch.h"
#include "random.h"

#include <inttypes.h>

enum { N_ACCOUNTS = 4, N_MOVES = 600, MOVES_A_CALL = 8 };
#define UNIT INT64_C(1000000)
#define NOW INT64_C(1772323200) /* 2026-03-01 */

#define DOCUMENT(alarm) "{\"meterbill\":1,\"kind\":\"alarms\",\"channels\":[\"app\",\"sms\"],\"alarms\":{\"money\":" alarm "}}"
#define LEVELS(first, rest)                                                                                                      \
    DOCUMENT("{\"watches\":\"balance\",\"decimals\":2,\"levels\":[{\"when\":\"at_or_below\",\"limit\":\"" first                  \
             "\",\"deadband\":\"5.00\"}" rest "]}")
#define DELAYED                                                                                                                  \
    LEVELS("30.00",                                                                                                              \
        ",{\"when\":\"at_or_below\",\"limit\":\"10.00\",\"on_s\":50,\"off_s\":30,\"notice\":{\"channels\":[\"app\"],"            \
        "\"repeat_s\":40,\"max_count\":3,\"escalate\":[{\"after_s\":70,\"channels\":[\"sms\"]}]}},"                              \
        "{\"when\":\"below\",\"limit\":\"0\",\"deadband\":\"1.00\",\"hold_at_equal\":true,\"off_s\":20,"                         \
        "\"trip\":\"maskable\",\"notice\":{\"channels\":[\"sms\"]}}")
#define PREPAID                                                                                                                  \
    DOCUMENT("{\"watches\":\"balance\",\"decimals\":2,\"prepaid\":{\"alarm_1\":\"20.00\",\"alarm_2\":\"5.00\","                  \
             "\"overdraft\":\"10.00\",\"reclose\":\"15.00\"},\"notice\":{\"channels\":[\"app\"],\"repeat_s\":60}}")
#define STALE                                                                                                                    \
    DOCUMENT("{\"watches\":\"balance\",\"when\":\"at_or_above\",\"limit\":\"20\",\"deadband\":\"4\",\"on_s\":30,"                \
             "\"max_hold_s\":90,\"stale\":\"trip\"}")

static char path[300];
static const char *folder;
static mbill_store *store;
static mbill_journal *ledger;
static uint64_t n_ids;

static void ck_fine(mbill_status status, const mbill_error *err)
{
    ck_assert_msg(status == MBILL_OK, "%d %s: %s", (int)status, err->path, err->message);
}

static mbill_operation op_of(int64_t account, int32_t kind, int64_t amount_micro)
{
    mbill_operation op = {.kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    n_ids++;
    for (size_t i = 0; i < 8; i++) op.id.bytes[i] = (uint8_t)(n_ids >> 8 * i);
    op.id.bytes[15] = 1;
    return op;
}

static void apply(const mbill_operation *ops, size_t n, int64_t now_utc_s)
{
    mbill_result results[MOVES_A_CALL];
    mbill_error err;
    mbill_error_init(&err);
    ck_fine(mbill_journal_apply(ledger, ops, n, now_utc_s, results, &err), &err);
    for (size_t i = 0; i < n; i++) ck_assert_int_eq(results[i].code, MBILL_RESULT_OK);
}

static void set_up(void)
{
    growing accounts = make_accounts(N_ACCOUNTS);
    mbill_policy policy;
    mbill_error err;
    mbill_error_init(&err);
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_fine(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err), &err);
    free(accounts.text);
    ck_fine(mbill_store_journal(store, &ledger, &err), &err);
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_DLT, &policy), 1);
    n_ids = 0;
    for (int i = 1; i <= N_ACCOUNTS; i++) {
        mbill_operation open = op_of(i, MBILL_OPERATION_OPEN, 0);
        open.policy = &policy;
        apply(&open, 1, NOW);
    }
}

static void tear_down(void)
{
    mbill_store_free(store);
    remove_folder(folder);
}

static void put(const char *name, const char *json)
{
    mbill_error err;
    mbill_error_init(&err);
    ck_fine(mbill_store_alarm_put(store, name, json, strlen(json), NULL, &err), &err);
}

static void put_for_all(const char *json)
{
    mbill_error err;
    put("all", json);
    ck_fine(mbill_store_alarm_default(store, "all", &err), &err);
}

static void move(int64_t account, int64_t micro, int64_t now_utc_s)
{
    mbill_operation op = op_of(account, micro > 0 ? MBILL_OPERATION_TOP_UP : MBILL_OPERATION_USAGE, micro > 0 ? micro : -micro);
    apply(&op, 1, now_utc_s);
}

/* ---- events in one form ---- */

static bool member(const char *text, size_t len, const char *name, char *out, size_t room)
{
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(text, key);
    out[0] = '\0';
    if (at == NULL || at >= text + len) return false;
    at += strlen(key);
    at += *at == '"';
    size_t n = strcspn(at, "\",}");
    snprintf(out, room, "%.*s", (int)n, at);
    return true;
}

/* "RAISE 2 1000 1040 1 ": event, level, effective, observed, episode, count or step. */
static void say_event(growing of[N_ACCOUNTS], const char *text, size_t len, const char *account_key)
{
    static const char *const names[] = {"level", "effective", "observed", "episode", "count", "step"};
    static const char *const prepaid[] = {"L1", "L2", "ZERO", "OVERDRAFT", "LOCK"};
    char word[64], account[64];
    ck_assert(member(text, len, "event", word, sizeof word));
    ck_assert(member(text, len, account_key, account, sizeof account));
    growing *out = &of[atoi(account + 1) - 1];
    for (char *at = word; *at != '\0'; at++) *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    say(out, "%s", word);
    bool is_supply = strcmp(word, "TRIP") == 0 || strcmp(word, "RELEASE") == 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool there = member(text, len, names[i], word, sizeof word);
        if (is_supply && strcmp(names[i], "effective") != 0 && strcmp(names[i], "observed") != 0) continue;
        for (size_t k = 0; there && i == 0 && k < sizeof prepaid / sizeof prepaid[0]; k++)
            if (strcmp(word, prepaid[k]) == 0) snprintf(word, sizeof word, "%zu", k + 1);
        if (there || i == 0) say(out, " %s", there ? word : "1");
    }
    say(out, "\n");
}

static mbill_status take_event(void *ctx, const char *text, size_t len, mbill_error *err)
{
    (void)err;
    say_event(ctx, text, len, "account");
    return MBILL_OK;
}

static void kept_events(growing out[N_ACCOUNTS])
{
    mbill_error err;
    mbill_error_init(&err);
    ck_fine(mbill_store_alarm_events(store, NULL, take_event, out, &err), &err);
}

/* The file is asked between two lives of the store: what alarms know is all in it. */
static int64_t ask(const char *sql)
{
    mbill_error err;
    mbill_store_free(store);
    int64_t answer = ask_file(path, sql);
    store = open_store(path, 0);
    ck_fine(mbill_store_journal(store, &ledger, &err), &err);
    return answer;
}

static int64_t count(const char *what)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM mbill_alarm_event WHERE %s", what);
    return ask(sql);
}

/* ---- the same moves in three ways ---- */

typedef struct moving {
    int64_t account, micro, now_utc_s;
    bool is_tick, ends; /* of the transaction */
} moving;

static moving moves[N_MOVES];

static void make_moves(void)
{
    int64_t now_utc_s = NOW + 1;
    for (size_t i = 0; i < N_MOVES; i++) {
        bool after_tick = i > 0 && moves[i - 1].is_tick;
        if (i == 0 || moves[i - 1].ends) now_utc_s += (int64_t)(random_word() % 25) + after_tick;
        moves[i] = (moving){.account = (int64_t)(random_word() % N_ACCOUNTS) + 1,
            .micro = ((int64_t)(random_word() % 3000) - 1500) * 10000,
            .now_utc_s = now_utc_s,
            .ends = random_word() % 4 == 0};
        if (moves[i].micro == 0) moves[i].micro = UNIT;
        if ((i == 0 || moves[i - 1].ends) && random_word() % 6 == 0) moves[i].is_tick = moves[i].ends = true;
    }
    moves[N_MOVES - 1].ends = true;
}

/* together: as many operations in a transaction as end with one. */
static void move_store(bool together)
{
    mbill_operation ops[MOVES_A_CALL];
    mbill_error err;
    size_t n = 0;
    mbill_error_init(&err);
    for (size_t i = 0; i < N_MOVES; i++) {
        const moving *m = &moves[i];
        if (m->is_tick) {
            ck_fine(mbill_store_alarm_tick(store, m->now_utc_s, &err), &err);
            continue;
        }
        ops[n++] = op_of(m->account, m->micro > 0 ? MBILL_OPERATION_TOP_UP : MBILL_OPERATION_USAGE,
            m->micro > 0 ? m->micro : -m->micro);
        if (together && !m->ends && n < MOVES_A_CALL) continue;
        apply(ops, n, m->now_utc_s);
        n = 0;
    }
}

static void move_board(const char *json, growing out[N_ACCOUNTS])
{
    mbill_alarms *alarms;
    mbill_board *board;
    mbill_error err;
    int64_t balances_micro[N_ACCOUNTS] = {0};
    mbill_error_init(&err);
    ck_fine(mbill_alarms_read(json, strlen(json), NULL, &alarms, NULL, 0, NULL, &err), &err);
    ck_fine(mbill_board_open(alarms, NULL, &board, &err), &err);
    for (size_t i = 0; i < N_MOVES; i++) {
        const moving *m = &moves[i];
        char line[200];
        const char *text;
        size_t n;
        if (!m->is_tick) balances_micro[m->account - 1] += m->micro;
        int64_t cents = balances_micro[m->account - 1] / 10000;
        if (m->is_tick) snprintf(line, sizeof line, "{\"tick\":%" PRId64 "}", m->now_utc_s);
        else
            snprintf(line, sizeof line, "{\"t\":%" PRId64 ",\"key\":\"A%04d\",\"v\":\"%s%" PRId64 ".%02" PRId64 "\"}",
                m->now_utc_s, (int)m->account, cents < 0 ? "-" : "", cents / 100 < 0 ? -(cents / 100) : cents / 100,
                (cents < 0 ? -cents : cents) % 100);
        ck_fine(mbill_board_line(board, line, strlen(line), &text, &n, &err), &err);
        for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1)
            say_event(out, text, (size_t)(end - text), "key");
    }
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}

static void same_in_three_ways(const char *json)
{
    growing by_board[N_ACCOUNTS] = {{0}}, one_by_one[N_ACCOUNTS] = {{0}}, together[N_ACCOUNTS] = {{0}};
    make_moves();
    move_board(json, by_board);
    put_for_all(json);
    move_store(false);
    kept_events(one_by_one);
    tear_down();
    set_up();
    put_for_all(json);
    move_store(true);
    kept_events(together);
    for (size_t i = 0; i < N_ACCOUNTS; i++) {
        ck_assert_uint_gt(by_board[i].len, 0);
        ck_assert_str_eq(one_by_one[i].text, by_board[i].text);
        ck_assert_str_eq(together[i].text, by_board[i].text);
        free(by_board[i].text);
        free(one_by_one[i].text);
        free(together[i].text);
    }
}

START_TEST(whatever_the_transactions_are)
{
    static const char *const documents[] = {LEVELS("0.00", ""), DELAYED, PREPAID};
    random_begin("test_watch");
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        if (i > 0) {
            tear_down();
            set_up();
        }
        same_in_three_ways(documents[i]);
    }
}
END_TEST

/* A limit of whole units that a balance is above by a millionth is not reached. */
START_TEST(to_the_last_millionth)
{
    put_for_all(LEVELS("30.00", ""));
    move(1, 30 * UNIT + 1, NOW + 1);
    ck_assert_int_eq(count("1 = 1"), 0);
    move(1, -1, NOW + 2);
    ck_assert_int_eq(count("what = 1 AND value_micro = 30000000"), 1);
    move(1, 5 * UNIT, NOW + 3);
    ck_assert_int_eq(count("what = 2"), 0);
    move(1, 1, NOW + 4);
    ck_assert_int_eq(count("what = 2 AND value_micro = 35000001"), 1);
}
END_TEST

START_TEST(silence)
{
    mbill_error err;
    put_for_all(STALE);
    move(1, 10 * UNIT, NOW + 1);
    move(1, UNIT, NOW + 50);
    ck_fine(mbill_store_alarm_tick(store, NOW + 139, &err), &err);
    ck_assert_int_eq(count("1 = 1"), 0);
    ck_fine(mbill_store_alarm_tick(store, NOW + 170, &err), &err);
    ck_assert_int_eq(count("what = 1 AND at_utc_s = 1772323200 + 170"), 1); /* silent from 140 on, and for 30 s */
    move(1, UNIT, NOW + 171);
    ck_assert_int_eq(count("what = 2 AND at_utc_s = 1772323200 + 171"), 1);
}
END_TEST

/* ---- who has which ---- */

START_TEST(who_is_watched)
{
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    put("low", LEVELS("10.00", ""));
    put("high", LEVELS("50.00", ""));
    move(1, 5 * UNIT, NOW + 1);
    ck_assert_int_eq(count("1 = 1"), 0);
    ck_fine(mbill_store_alarm_default(store, "low", &err), &err);
    ck_fine(mbill_store_alarm_choose_account(store, "high", "A0002", &err), &err);
    ck_fine(mbill_store_alarm_choose_account(store, "none", "A0003", &err), &err);
    for (int64_t i = 1; i <= N_ACCOUNTS; i++) move(i, 20 * UNIT, NOW + 2);
    ck_assert_int_eq(count("what = 1 AND account_no = 2"), 1);
    ck_assert_int_eq(count("1 = 1"), 1);
    for (int64_t i = 1; i <= N_ACCOUNTS; i++) move(i, -24 * UNIT, NOW + 3);
    ck_assert_int_eq(count("what = 1"), 3);
    ck_assert_int_eq(count("account_no = 3"), 0);
    ck_fine(mbill_store_alarm_choose(store, "default", NULL, 0, &n, &err), &err);
    ck_assert_uint_eq(n, N_ACCOUNTS);
    move(3, -UNIT, NOW + 4);
    ck_assert_int_eq(count("account_no = 3"), 1);
    ck_fine(mbill_store_alarm_default(store, NULL, &err), &err);
    move(4, 100 * UNIT, NOW + 5);
    ck_assert_int_eq(count("what = 2"), 0);
    ck_assert_int_eq(mbill_store_alarm_default(store, "other", &err), MBILL_E_NOT_FOUND);
    ck_assert_int_eq(mbill_store_alarm_choose_account(store, "other", "A0001", &err), MBILL_E_NOT_FOUND);
    ck_assert_int_eq(mbill_store_alarm_choose_account(store, "low", "A0009", &err), MBILL_E_NOT_FOUND);
}
END_TEST

START_TEST(another_version_goes_on)
{
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_error err;
    const char *json = LEVELS("10.00", "");
    mbill_error_init(&err);
    put_for_all(json);
    ck_fine(mbill_store_alarm_put(store, "all", json, strlen(json), &counts, &err), &err);
    ck_assert_int_eq(counts.n_same, 1);
    move(1, 8 * UNIT, NOW + 1);
    ck_assert_int_eq(count("what = 1 AND episode = 1"), 1);
    put("all", LEVELS("2.00", ""));
    move(1, UNIT, NOW + 2); /* 9.00 is above 2.00 + 5.00 */
    ck_assert_int_eq(count("what = 2 AND episode = 1"), 1);
    move(1, -8 * UNIT, NOW + 3);
    ck_assert_int_eq(count("what = 1 AND episode = 2"), 1);
    ck_assert_int_eq(ask("SELECT max(version) FROM mbill_alarm_config"), 2);
}
END_TEST

/* A task's amounts take the place of the limits, at once. */
START_TEST(amounts_of_a_task)
{
    static const char TASK[] =
        "{\"meterbill\":1,\"kind\":\"task\",\"id\":\"a1d00000000000000000000000000001\",\"made_by\":\"ann\","
        "\"dual_control\":false,\"do\":{\"set_alarm_amounts\":[\"50\",\"40\"]},\"start\":\"now\","
        "\"targets\":[\"A0001\",\"A0004\"]}";
    mbill_task_run done = {.struct_size = sizeof done};
    mbill_task *task;
    mbill_error err;
    mbill_error_init(&err);
    put_for_all(LEVELS("30.00", ",{\"when\":\"at_or_below\",\"limit\":\"0.00\"}"));
    for (int64_t i = 1; i < N_ACCOUNTS; i++) move(i, 45 * UNIT, NOW + 1);
    ck_assert_int_eq(count("1 = 1"), 0);
    ck_fine(mbill_task_read(TASK, strlen(TASK), NULL, 0, NULL, NULL, NULL, &task, &err), &err);
    ck_fine(mbill_store_task_add(store, task, NOW + 2, NULL, NULL, &err), &err);
    mbill_task_free(task);
    ck_fine(mbill_store_task_run(store, NULL, NOW + 2, 0, NULL, NULL, &done, &err), &err);
    ck_assert_int_eq(done.n_done, 2);
    ck_assert_int_eq(count("account_no = 4"), 2); /* it has 0 */
    ck_assert_int_eq(count("1 = 1"), 3);
    ck_assert_int_eq(count("what = 1 AND account_no = 1 AND level = 1 AND at_utc_s = 1772323202"), 1);
    for (int64_t i = 1; i <= N_ACCOUNTS; i++) move(i, i < N_ACCOUNTS ? -8 * UNIT : 37 * UNIT, NOW + 3); /* 37.00 each */
    ck_assert_int_eq(count("account_no IN (2, 3)"), 0);
    ck_assert_int_eq(count("what = 1 AND account_no = 1"), 2);
    ck_assert_int_eq(count("what = 1 AND account_no = 4"), 2);
    move(1, 3 * UNIT, NOW + 4); /* 40.00 */
    ck_assert_int_eq(count("what = 2"), 0);
    move(1, UNIT, NOW + 5);
    ck_assert_int_eq(count("what = 2 AND account_no = 1 AND level = 2"), 1);
}
END_TEST

/* ---- what is refused, and what is not ---- */

static void refused(const char *name, const char *json, mbill_status expected, const char *at, const char *part)
{
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_store_alarm_put(store, name, json, strlen(json), NULL, &err), expected, at, part);
}

START_TEST(refusals)
{
    mbill_error err;
    mbill_error_init(&err);
    refused("", LEVELS("1", ""), MBILL_E_INVALID, "", "0 bytes");
    refused("none", LEVELS("1", ""), MBILL_E_INVALID, "", "no name of a configuration");
    refused("a", DOCUMENT("{\"watches\":\"money\",\"when\":\"below\",\"limit\":\"1\"}"), MBILL_E_INVALID, "/alarms/money/watches",
        "balance");
    refused("a", DOCUMENT("{\"watches\":\"balance\",\"given\":true}"), MBILL_E_INVALID, "/alarms/money/watches",
        "by limit, levels or prepaid");
    refused("a", DOCUMENT("{\"watches\":\"balance\",\"when\":\"below\",\"limit\":\"1\",\"of\":{\"m\":1,\"n\":2}}"),
        MBILL_E_INVALID, "/alarms/money/watches", "without \"of\"");
    refused("a", DOCUMENT("{\"watches\":\"balance\",\"decimals\":7,\"when\":\"below\",\"limit\":\"1\"}"), MBILL_E_INVALID,
        "/alarms/money/watches", "at most 6 decimals");
    refused("a", DOCUMENT("{\"watches\":\"balance\",\"when\":\"below\",\"limit\":\"4000000000001\"}"), MBILL_E_RANGE,
        "/alarms/money/watches", "4000000000000");
    refused("a",
        DOCUMENT("{\"watches\":\"balance\",\"when\":\"below\",\"limit\":\"1\",\"notice\":{\"repeat_s\":1,\"max_count\":0}}"),
        MBILL_E_LIMIT, "/alarms/money/watches", "max_count");
    refused("a",
        "{\"meterbill\":1,\"kind\":\"alarms\",\"group\":{},\"alarms\":{\"money\":{\"watches\":\"balance\",\"when\":\"below\","
        "\"limit\":\"1\"}}}",
        MBILL_E_INVALID, "/group", "stand alone");
    put_for_all(LEVELS("4000000000000", ""));
    move(1, 5 * UNIT, NOW + 100);
    ck_assert_int_eq(count("1 = 1"), 1);
    ck_fine(mbill_store_alarm_tick(store, NOW + 200, &err), &err);
    assert_refusal(&err, mbill_store_alarm_tick(store, NOW + 199, &err), MBILL_E_LATE, "behind that");
    assert_refusal(&err, mbill_store_alarm_tick(store, INT64_MAX, &err), MBILL_E_RANGE, "years");
}
END_TEST

/* Behind a tick and at it, money is taken all the same: a sample of the second after. */
START_TEST(money_is_never_refused)
{
    mbill_error err;
    put_for_all(LEVELS("10.00", ""));
    move(1, 20 * UNIT, NOW + 100);
    ck_fine(mbill_store_alarm_tick(store, NOW + 5000, &err), &err);
    move(1, -15 * UNIT, NOW + 200);
    ck_assert_int_eq(count("what = 1 AND at_utc_s = 1772323200 + 5001"), 1);
    move(1, 20 * UNIT, NOW + 5000);
    ck_assert_int_eq(count("what = 2 AND at_utc_s = 1772323200 + 5001"), 1);
}
END_TEST

/* Money that the ledger has of nobody in the store is nobody's alarm. */
START_TEST(accounts_of_the_ledger_alone)
{
    mbill_policy policy;
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_DLT, &policy), 1);
    put_for_all(LEVELS("10.00", ""));
    mbill_operation open = op_of(77, MBILL_OPERATION_OPEN, 0);
    open.policy = &policy;
    apply(&open, 1, NOW + 1);
    move(77, UNIT, NOW + 2);
    move(1, UNIT, NOW + 3);
    ck_assert_int_eq(count("1 = 1"), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watch");
    TCase *watch = tcase_create("watch");
    tcase_add_checked_fixture(watch, set_up, tear_down);
    tcase_set_timeout(watch, 120);
    tcase_add_test(watch, whatever_the_transactions_are);
    tcase_add_test(watch, to_the_last_millionth);
    tcase_add_test(watch, silence);
    tcase_add_test(watch, who_is_watched);
    tcase_add_test(watch, another_version_goes_on);
    tcase_add_test(watch, amounts_of_a_task);
    tcase_add_test(watch, refusals);
    tcase_add_test(watch, money_is_never_refused);
    tcase_add_test(watch, accounts_of_the_ledger_alone);
    suite_add_tcase(suite, watch);
    return check_run(suite, CK_FORK_GETENV);
}
