/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that a store takes: numbers, purchases and quotas through a close of the file, the money of a top-up once and with its command, what is superseded, cancelled and
 * expired, and a process that is killed at any moment: what it took is whole. */
#include "district.h"

#include "meterbill/outbox.h"
#include "signed.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char path[300];
static const char *folder;
static mbill_store *store;
static mbill_keyset *keyset;
static mbill_signer *relay, *money;

static void set_up(void)
{
    growing accounts = make_accounts(2);
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    store = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    free(accounts.text);
    relay = signer_of(31);
    money = signer_of(32);
    mbill_key keys[] = {key_of(relay, mbill_role_commands(MBILL_ROLE_RELAY)),
        key_of(money, mbill_role_commands(MBILL_ROLE_MONEY))};
    keys[1].quota_micro = 1000000000;
    keyset = keyset_of(keys, 2, INT64_C(4102444800));
}

static void tear_down(void)
{
    mbill_store_free(store);
    mbill_keyset_free(keyset);
    mbill_signer_free(relay);
    mbill_signer_free(money);
    remove_folder(folder);
}

static void open_again(void)
{
    mbill_store_free(store);
    store = open_store(path, 0);
}

static int64_t balance(void)
{
    mbill_place_sums sums = sums_of(store, "A0001");
    return sums.credits_micro - sums.debits_micro;
}

static mbill_command numbered(int32_t kind, uint64_t seq, uint8_t id)
{
    mbill_command c = MBILL_COMMAND_INIT;
    c.kind = kind;
    strcpy(c.target, "e/000000000001");
    c.id.bytes[0] = 0xc0;
    c.id.bytes[15] = id;
    c.seq = seq;
    c.iat_s = NOW;
    c.exp_s = NOW + 300;
    return c;
}

static mbill_command top_up(uint64_t seq, uint8_t id, uint64_t count, int64_t amount_micro)
{
    mbill_command c = numbered(MBILL_COMMAND_TOP_UP, seq, id);
    c.count = count;
    c.amount_micro = amount_micro;
    return c;
}

static mbill_status take_at(const mbill_command *c, int64_t now_s, int32_t *out_verdict, mbill_error *err)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    mbill_command got;
    bool is_money = c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND;
    mbill_error_init(err);
    ck_assert_int_eq(mbill_command_sign(is_money ? money : relay, REALM, c, bytes, sizeof bytes, &n, err), MBILL_OK);
    return mbill_store_command_take(store, keyset, REALM, now_s, NULL, (mbill_bytes){bytes, n},
        c->kind == MBILL_COMMAND_TOP_UP ? "A0001" : NULL, &got, out_verdict, err);
}

static mbill_status take(const mbill_command *c, mbill_error *err)
{
    int32_t verdict;
    return take_at(c, NOW, &verdict, err);
}

static void remember(void *ctx, const mbill_store_command *command)
{
    char *text = ctx;
    snprintf(text + strlen(text), 400 - strlen(text), "%s%s %d %s", text[0] != '\0' ? ", " : "",
        mbill_command_name(command->kind), command->id.bytes[15], mbill_receipt_state_name(command->state));
}

static void assert_list(const char *expected)
{
    char text[400] = "";
    ck_assert_int_eq(mbill_store_command_list(store, 0, remember, text, NULL), MBILL_OK);
    ck_assert_str_eq(text, expected);
}

static void assert_due(int64_t now_s, const char *expected)
{
    char text[400] = "";
    mbill_error err;
    ck_ok(mbill_store_command_due(store, now_s, 10, remember, text, NULL, &err));
    ck_assert_str_eq(text, expected);
}

START_TEST(taken_once)
{
    mbill_error err;
    int32_t verdict = 0;
    set_up();
    mbill_command c = numbered(MBILL_COMMAND_ALARM_ON, 5, 1);
    ck_ok(take_at(&c, NOW, &verdict, &err));
    ck_assert_int_eq(verdict, MBILL_ADMIT_NEW);
    open_again();
    ck_ok(take_at(&c, NOW, &verdict, &err));
    ck_assert_int_eq(verdict, MBILL_ADMIT_REPEAT);
    c.exp_s++;
    ck_refused(take(&c, &err), MBILL_E_ID_REUSED, "id");
    c = numbered(MBILL_COMMAND_ALARM_OFF, 5, 2);
    ck_refused(take(&c, &err), MBILL_E_REPLAY, "number 5");
    strcpy(c.target, "e/000000000002");
    ck_ok(take(&c, &err));
    c = numbered(MBILL_COMMAND_TRIP, 6, 3);
    ck_refused(take_at(&c, NOW + 1000, &verdict, &err), MBILL_E_EXPIRED, "ended");
    ck_ok(take(&c, &err));
    assert_list("alarm_on 1 verified, alarm_off 2 verified, trip 3 verified");
    tear_down();
}
END_TEST

START_TEST(money_with_its_command)
{
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    set_up();
    mbill_command c = top_up(1, 1, 1, 100000000);
    ck_ok(take(&c, &err));
    ck_assert_int_eq(balance(), 100000000);
    ck_ok(take(&c, &err)); /* the same again */
    open_again();
    ck_ok(take(&c, &err));
    ck_assert_int_eq(balance(), 100000000);
    c = top_up(2, 2, 3, 1000000);
    ck_refused(take(&c, &err), MBILL_E_COUNT, "purchase 3");
    c.count = 2;
    c.amount_micro = 900000001;
    ck_refused(take(&c, &err), MBILL_E_QUOTA, "micro-units");
    c.amount_micro = 900000000;
    ck_ok(take(&c, &err));
    /* what was refused left nothing: number 2 and purchase 2 were free */
    assert_list("top_up 1 verified, top_up 2 verified");
    ck_assert_int_eq(balance(), 1000000000);
    /* a payment that was booked when it was made stays one entry */
    c = top_up(3, 0x77, 3, 5000000);
    ck_ok(put_top_ups(store, TOP_UPS("c0000000000000000000000000000077,A0002,5,2026-01-01T08:01:40\n"), &counts, &err));
    ck_refused(take(&c, &err), MBILL_E_QUOTA, ""); /* today's is used up */
    tear_down();
}
END_TEST

START_TEST(effects_refused)
{
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    int32_t verdict;
    mbill_command got, c = top_up(1, 1, 1, 1000000);
    mbill_error err;
    set_up();
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_command_sign(money, REALM, &c, bytes, sizeof bytes, &n, &err), MBILL_OK);
    const mbill_bytes message = {bytes, n};
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, NULL, message, NULL, &got, &verdict, &err), MBILL_E_MISUSE,
        "account");
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, NULL, message, "nobody", &got, &verdict, &err),
        MBILL_E_NOT_FOUND, "nobody");
    assert_list("");
    ck_ok(take(&c, &err)); /* nothing was left of it */
    c.kind = MBILL_COMMAND_REFUND;
    c.seq = 2;
    c.id.bytes[15] = 2;
    ck_refused(take(&c, &err), MBILL_E_INVALID, "refund");
    c = numbered(MBILL_COMMAND_DIRECT_CLOSE, 1, 3);
    strcpy(c.target, "grp/a");
    c.group_count = 1;
    ck_refused(take(&c, &err), MBILL_E_GROUP, "grp/a");
    tear_down();
}
END_TEST

START_TEST(life)
{
    mbill_error err;
    mbill_id id;
    set_up();
    mbill_command one = numbered(MBILL_COMMAND_TRIP, 1, 1), two = numbered(MBILL_COMMAND_DIRECT_CLOSE, 2, 2),
                  alarm = numbered(MBILL_COMMAND_ALARM_ON, 3, 3), late = numbered(MBILL_COMMAND_TRIP, 4, 4),
                  cancel = numbered(MBILL_COMMAND_CANCEL, 5, 5);
    ck_ok(take(&one, &err));
    ck_ok(take(&two, &err)); /* supersedes the trip */
    ck_ok(take(&alarm, &err));
    assert_list("trip 1 superseded, direct_close 2 verified, alarm_on 3 verified");
    assert_due(NOW, "direct_close 2 sent, alarm_on 3 sent");
    assert_due(NOW, "");
    late.has = MBILL_COMMAND_HAS_NBF;
    late.nbf_s = NOW + 100;
    ck_ok(take(&late, &err)); /* what was sent is not called back */
    assert_list("trip 1 superseded, direct_close 2 sent, alarm_on 3 sent, trip 4 verified");
    assert_due(NOW + 99, "");
    cancel.first_seq = 4;
    cancel.last_seq = 4;
    ck_ok(take(&cancel, &err));
    assert_list("trip 1 superseded, direct_close 2 sent, alarm_on 3 sent, trip 4 superseded, cancel 5 verified");
    assert_due(NOW + 200, "");
    mbill_command six = numbered(MBILL_COMMAND_TRIP, 6, 6);
    ck_ok(take(&six, &err));
    assert_due(NOW + 300, "");
    assert_list("trip 1 superseded, direct_close 2 sent, alarm_on 3 sent, trip 4 superseded, cancel 5 verified, trip 6 expired");

    id = two.id;
    ck_refused(mbill_store_command_settle(store, &id, MBILL_RECEIPT_SENT, NOW, (mbill_bytes){NULL, 0}, &err), MBILL_E_INVALID,
        "state 3");
    ck_ok(mbill_store_command_settle(store, &id, MBILL_RECEIPT_UNKNOWN, NOW, (mbill_bytes){NULL, 0}, &err));
    ck_ok(mbill_store_command_settle(store, &id, MBILL_RECEIPT_ACCEPTED, NOW, (mbill_bytes){NULL, 0}, &err));
    ck_ok(mbill_store_command_settle(store, &id, MBILL_RECEIPT_ACCEPTED, NOW, (mbill_bytes){NULL, 0}, &err));
    ck_ok(
        mbill_store_command_settle(store, &id, MBILL_RECEIPT_CONFIRMED, NOW, (mbill_bytes){(const uint8_t *)"receipt", 7}, &err));
    ck_refused(mbill_store_command_settle(store, &id, MBILL_RECEIPT_UNKNOWN, NOW, (mbill_bytes){NULL, 0}, &err), MBILL_E_ORDER,
        "confirmed");
    id = one.id;
    ck_refused(mbill_store_command_settle(store, &id, MBILL_RECEIPT_CONFIRMED, NOW, (mbill_bytes){NULL, 0}, &err), MBILL_E_ORDER,
        "superseded");
    id.bytes[3] = 9;
    ck_refused(mbill_store_command_settle(store, &id, MBILL_RECEIPT_CONFIRMED, NOW, (mbill_bytes){NULL, 0}, &err),
        MBILL_E_NOT_FOUND, "no command");
    open_again();
    assert_list(
        "trip 1 superseded, direct_close 2 confirmed, alarm_on 3 sent, trip 4 superseded, cancel 5 verified, trip 6 expired");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_receipt"), 3);
    ck_assert_int_eq(ask_file(path, "SELECT length(message) FROM mbill_command_receipt WHERE state = 5"), 7);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

static void count_up(void *ctx, const mbill_store_command *command)
{
    (void)command;
    (*(int *)ctx)++;
}

/* A child takes top-ups until it is killed: command, number, purchase and money stand together, and the work goes on where they do. */
START_TEST(killed)
{
    mbill_error err;
    int n = 0;
    set_up();
    mbill_store_free(store);
    for (int round = 0; round < 12; round++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            store = open_store(path, 0);
            for (int i = n + 1; i < 250; i++) {
                mbill_command c = top_up((uint64_t)i, (uint8_t)i, (uint64_t)i, 1000000);
                if (take(&c, &err) != MBILL_OK) _exit(3);
            }
            _exit(0);
        }
        nanosleep(&(const struct timespec){0, 20000000 + 7001000 * round}, NULL);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        int how;
        ck_assert_int_eq(waitpid(child, &how, 0), child);
        ck_assert(!WIFEXITED(how) || WEXITSTATUS(how) == 0);
        store = open_store(path, 0);
        n = 0;
        ck_ok(mbill_store_command_list(store, 0, count_up, &n, &err));
        ck_assert_int_eq(balance(), (int64_t)n * 1000000);
        if (n > 0) {
            mbill_command again = top_up((uint64_t)n, 250, (uint64_t)n, 1000000),
                          skipped = top_up((uint64_t)n + 1, 251, (uint64_t)n + 2, 1000000);
            ck_refused(take(&again, &err), MBILL_E_REPLAY, "number");
            ck_refused(take(&skipped, &err), MBILL_E_COUNT, "purchase");
        }
        mbill_store_free(store);
    }
    printf("# killed 12 times with %d top-ups taken\n", n);
    ck_assert_int_gt(n, 0);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outbox");
    TCase *tests = tcase_create("outbox");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, taken_once);
    tcase_add_test(tests, money_with_its_command);
    tcase_add_test(tests, effects_refused);
    tcase_add_test(tests, life);
    tcase_add_test(tests, killed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
