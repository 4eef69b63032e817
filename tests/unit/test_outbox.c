/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that a store takes: numbers, purchases and quotas through a close of the file, the money of a top-up once and with its command, what is superseded, cancelled and
 * expired, power that is kept, what is looked at when a command is to run, groups, and a process that is killed at any moment: what it took is whole. */
#include "district.h"
#include "check_run.h"

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
static mbill_signer *relay, *money, *root;

/* Whom to trust until then. */
static mbill_keyset *keys_until(int64_t end_s)
{
    mbill_key keys[] = {key_of(relay, mbill_role_commands(MBILL_ROLE_RELAY)),
        key_of(money, mbill_role_commands(MBILL_ROLE_MONEY)), key_of(root, mbill_role_commands(MBILL_ROLE_ROOT))};
    keys[1].quota_micro = 1000000000;
    return keyset_of(keys, 3, end_s);
}

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
    root = signer_of(33);
    keyset = keys_until(INT64_C(4102444800));
}

static void tear_down(void)
{
    mbill_store_free(store);
    mbill_keyset_free(keyset);
    mbill_signer_free(relay);
    mbill_signer_free(money);
    mbill_signer_free(root);
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
    mbill_store_taking of_account = MBILL_STORE_TAKING_INIT;
    of_account.account = "A0001";
    bool is_money = c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND,
         is_power = c->kind == MBILL_COMMAND_KEEP_ON || c->kind == MBILL_COMMAND_KEEP_OFF;
    mbill_error_init(err);
    ck_assert_int_eq(mbill_command_sign(is_money ? money
                             : is_power          ? root
                                                 : relay,
                         REALM, c, bytes, sizeof bytes, &n, err),
        MBILL_OK);
    return mbill_store_command_take(store, keyset, REALM, now_s, is_money ? &of_account : NULL, (mbill_bytes){bytes, n}, &got,
        out_verdict, err);
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
    ck_ok(mbill_store_command_due(store, keyset, REALM, now_s, NULL, remember, text, NULL, &err));
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
    mbill_store_taking nobody = MBILL_STORE_TAKING_INIT;
    nobody.account = "nobody";
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, NULL, message, &got, &verdict, &err), MBILL_E_MISUSE,
        "account");
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, &nobody, message, &got, &verdict, &err), MBILL_E_NOT_FOUND,
        "nobody");
    assert_list("");
    ck_ok(take(&c, &err)); /* nothing was left of it */
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
    assert_list("trip 1 superseded, direct_close 2 sent, alarm_on 3 sent, trip 4 superseded, cancel 5 confirmed");
    assert_due(NOW + 200, "");
    mbill_command six = numbered(MBILL_COMMAND_TRIP, 6, 6);
    ck_ok(take(&six, &err));
    assert_due(NOW + 300, "");
    assert_list("trip 1 superseded, direct_close 2 sent, alarm_on 3 sent, trip 4 superseded, cancel 5 confirmed, trip 6 expired");

    id = two.id;
    ck_refused(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_SENT, NOW, &err), MBILL_E_INVALID, "state 3");
    ck_ok(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_UNKNOWN, NOW, &err));
    ck_ok(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_ACCEPTED, NOW, &err));
    ck_ok(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_ACCEPTED, NOW, &err));
    ck_ok(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_CONFIRMED, NOW, &err));
    ck_refused(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_UNKNOWN, NOW, &err), MBILL_E_ORDER, "confirmed");
    id = one.id;
    ck_refused(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_CONFIRMED, NOW, &err), MBILL_E_ORDER, "superseded");
    id.bytes[3] = 9;
    ck_refused(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_CONFIRMED, NOW, &err), MBILL_E_NOT_FOUND, "no command");
    open_again();
    assert_list(
        "trip 1 superseded, direct_close 2 confirmed, alarm_on 3 sent, trip 4 superseded, cancel 5 confirmed, trip 6 expired");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_receipt"), 3);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_receipt WHERE message IS NOT NULL"), 0);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

/* ---- power that is kept ---- */

static void name_power(void *ctx, const mbill_kept_power *power)
{
    char *text = ctx;
    snprintf(text + strlen(text), 300 - strlen(text), "%s%s since %lld", text[0] != '\0' ? ", " : "", power->target,
        (long long)(power->since_s - NOW));
}

static void assert_kept(int64_t now_s, const char *expected)
{
    char text[300] = "";
    mbill_error err;
    ck_ok(mbill_store_kept_power(store, now_s, name_power, text, &err));
    ck_assert_str_eq(text, expected);
}

START_TEST(kept_power)
{
    mbill_error err;
    int32_t verdict;
    set_up();
    mbill_command before = numbered(MBILL_COMMAND_TRIP, 1, 1), keep = numbered(MBILL_COMMAND_KEEP_ON, 1, 2),
                  trip = numbered(MBILL_COMMAND_TRIP, 2, 3), valve = numbered(MBILL_COMMAND_VALVE_CLOSE, 3, 4),
                  close = numbered(MBILL_COMMAND_DIRECT_CLOSE, 4, 5), off = numbered(MBILL_COMMAND_KEEP_OFF, 2, 6);
    ck_ok(take(&before, &err));
    ck_ok(take(&keep, &err));
    open_again();
    ck_refused(take(&trip, &err), MBILL_E_KEEP_POWER, "e/000000000001, whose power is kept");
    ck_refused(take(&valve, &err), MBILL_E_KEEP_POWER, "valve_close");
    assert_list("trip 1 verified, keep_on 2 verified");
    assert_due(NOW, "keep_on 2 sent"); /* the trip was taken before, and is not carried out */
    assert_list("trip 1 refused, keep_on 2 sent");
    ck_ok(take(&close, &err));
    assert_kept(NOW, "e/000000000001 since 0");
    assert_kept(NOW - 1, "");
    off.has = MBILL_COMMAND_HAS_NBF;
    off.nbf_s = NOW + 60;
    off.exp_s = NOW + 600;
    ck_ok(take(&off, &err));
    trip.seq = 5;
    valve.seq = 6;
    ck_refused(take(&trip, &err), MBILL_E_KEEP_POWER, "");
    ck_refused(take_at(&valve, NOW + 59, &verdict, &err), MBILL_E_KEEP_POWER, "");
    assert_kept(NOW + 59, "e/000000000001 since 0");
    assert_kept(NOW + 60, "");
    ck_ok(take_at(&trip, NOW + 60, &verdict, &err));
    /* an order to keep no longer that is cancelled has not been given */
    mbill_command cancel = numbered(MBILL_COMMAND_CANCEL, 3, 9);
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    cancel.first_seq = cancel.last_seq = 2;
    ck_ok(mbill_command_sign(root, REALM, &cancel, bytes, sizeof bytes, &n, &err));
    ck_ok(mbill_store_command_take(store, keyset, REALM, NOW, NULL, (mbill_bytes){bytes, n}, &cancel, &verdict, &err));
    assert_kept(NOW + 60, "e/000000000001 since 0");
    assert_due(NOW + 60, "");
    assert_list(
        "trip 1 refused, keep_on 2 sent, direct_close 5 superseded, keep_off 6 superseded, trip 3 refused, cancel 9 confirmed");
    tear_down();
}
END_TEST

/* ---- at the moment it runs ---- */

static char left[600];

static void remember_left(void *ctx, const mbill_store_command *command)
{
    (void)ctx;
    ck_assert_uint_eq(command->message.n, 0);
    snprintf(left + strlen(left), sizeof left - strlen(left), "%s%s %d %s %s", left[0] != '\0' ? ", " : "", command->target,
        command->id.bytes[15], mbill_receipt_state_name(command->state), mbill_status_name(command->reason));
}

static void assert_handed_out(const mbill_keyset *keys, int64_t now_s, mbill_store_handing *how, const char *expected,
    const char *expected_left)
{
    char text[400] = "";
    mbill_error err;
    left[0] = '\0';
    how->left_out = remember_left;
    ck_ok(mbill_store_command_due(store, keys, REALM, now_s, how, remember, text, NULL, &err));
    ck_assert_str_eq(text, expected);
    ck_assert_str_eq(left, expected_left);
}

static mbill_command trip_below(int64_t below_micro, const char *target, uint64_t seq, uint8_t id)
{
    mbill_command c = numbered(MBILL_COMMAND_TRIP, seq, id);
    strcpy(c.target, target);
    c.has = MBILL_COMMAND_HAS_BELOW;
    c.below_micro = below_micro;
    return c;
}

/* The account is that of the meter's contract; it pays between the taking and the moment at which the command would run. */
START_TEST(balance_at_the_moment)
{
    mbill_error err;
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store_handing how = MBILL_STORE_HANDING_INIT;
    const char *account =
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"B1\",\"contracts\":[{\"tariff\":\"ladder\",\"from\":"
        "\"2025-01-01\","
        "\"meters\":[{\"id\":\"000000000007\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]}]}]}";
    set_up();
    ck_ok(mbill_store_put_accounts(store, account, strlen(account), NULL, &err));
    mbill_command one = trip_below(5000000, "e/000000000007", 1, 1), two = trip_below(5000000, "e/000000000007", 2, 2),
                  stranger = trip_below(5000000, "e/000000000099", 1, 3);
    ck_ok(take(&one, &err));
    assert_handed_out(keyset, NOW, &how, "trip 1 sent", "");
    ck_ok(take(&two, &err));
    ck_ok(put_top_ups(store, TOP_UPS("c0000000000000000000000000000077,B1,5,2026-01-01T08:01:40\n"), &counts, &err));
    ck_ok(take(&stranger, &err));
    assert_handed_out(keyset, NOW + 1, &how, "",
        "e/000000000007 2 refused MBILL_E_PRECONDITION, e/000000000099 3 refused MBILL_E_PRECONDITION");
    one = trip_below(5000000, "e/000000000007", 3, 4);
    ck_refused(take(&one, &err), MBILL_E_PRECONDITION, "the balance is 5000000 micro-units, expected one below 5000000");
    one.below_micro++;
    one.id.bytes[15] = 5;
    ck_ok(take(&one, &err)); /* what was refused has used nothing */
    assert_handed_out(keyset, NOW, &how, "trip 5 sent", "");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command_life WHERE state = 'refused' AND why = 'the balance is not known'"),
        1);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

START_TEST(status_at_the_moment)
{
    mbill_error err;
    mbill_store_handing how = MBILL_STORE_HANDING_INIT;
    mbill_meter_word words[] = {{"e/000000000009", 0xffff, 0}, {"e/000000000001", 0x0010, 0}};
    set_up();
    mbill_command c = numbered(MBILL_COMMAND_DIRECT_CLOSE, 1, 1);
    c.has = MBILL_COMMAND_HAS_STATUS;
    c.status_mask = c.status_value = 0x0010;
    ck_ok(take(&c, &err));
    assert_handed_out(keyset, NOW, &how, "",
        "e/000000000001 1 verified MBILL_E_PRECONDITION"); /* nobody has asked the meter yet */
    how.words = words;
    how.n_words = 1;
    assert_handed_out(keyset, NOW, &how, "", "e/000000000001 1 verified MBILL_E_PRECONDITION");
    how.n_words = 2;
    assert_handed_out(keyset, NOW, &how, "direct_close 1 sent", "");
    c.seq = 2;
    c.id.bytes[15] = 2;
    ck_ok(take(&c, &err));
    words[1].status_word = 0x0040;
    assert_handed_out(keyset, NOW, &how, "", "e/000000000001 2 refused MBILL_E_PRECONDITION");
    c = numbered(MBILL_COMMAND_TRIP, 3, 3);
    ck_ok(take(&c, &err));
    words[1].status_word = 0x1000; /* the meter itself keeps power */
    assert_handed_out(keyset, NOW, &how, "", "e/000000000001 3 refused MBILL_E_KEEP_POWER");
    words[1].status_word = 0x10000;
    ck_refused(mbill_store_command_due(store, keyset, REALM, NOW, &how, remember, NULL, NULL, &err), MBILL_E_INVALID, "10000");
    tear_down();
}
END_TEST

/* After the keyset's end, and without its key, a command that was taken before waits until its own end. */
START_TEST(trust_at_the_moment)
{
    mbill_error err;
    mbill_store_handing how = MBILL_STORE_HANDING_INIT;
    mbill_key one;
    set_up();
    mbill_keyset *ended = keys_until(NOW - 120); /* clocks may differ by so much */
    one = key_of(money, mbill_role_commands(MBILL_ROLE_MONEY));
    mbill_keyset *revoked = keyset_of(&one, 1, INT64_C(4102444800));
    mbill_command keep = numbered(MBILL_COMMAND_KEEP_ON, 1, 1), alarm = numbered(MBILL_COMMAND_ALARM_ON, 1, 2),
                  close = numbered(MBILL_COMMAND_DIRECT_CLOSE, 2, 3), trip = numbered(MBILL_COMMAND_TRIP, 1, 4),
                  off = numbered(MBILL_COMMAND_KEEP_OFF, 2, 5);
    strcpy(trip.target, "e/000000000002");
    ck_ok(take(&trip, &err));
    ck_ok(take(&alarm, &err));
    ck_ok(take(&close, &err));
    ck_ok(take(&keep, &err));
    ck_ok(take(&off, &err));
    assert_handed_out(revoked, NOW, &how, "",
        "e/000000000001 1 verified MBILL_E_KID_UNKNOWN, e/000000000001 5 verified MBILL_E_KID_UNKNOWN, "
        "e/000000000002 4 verified MBILL_E_KID_UNKNOWN, e/000000000001 2 verified MBILL_E_KID_UNKNOWN, "
        "e/000000000001 3 verified MBILL_E_KID_UNKNOWN");
    assert_handed_out(ended, NOW, &how, "keep_on 1 sent, direct_close 3 sent",
        "e/000000000001 5 verified MBILL_E_KEYSET_EXPIRED, e/000000000002 4 verified MBILL_E_KEYSET_EXPIRED, "
        "e/000000000001 2 verified MBILL_E_KEYSET_EXPIRED");
    assert_handed_out(keyset, NOW, &how, "keep_off 5 sent, trip 4 sent, alarm_on 2 sent", "");
    mbill_keyset_free(ended);
    mbill_keyset_free(revoked);
    tear_down();
}
END_TEST

/* ---- groups ---- */

static const char *const TOWN[] = {"e/000000000001", "e/000000000002", "e/000000000003", "e/000000000004"};

static mbill_command to_town(int32_t kind, uint64_t seq, uint8_t id)
{
    mbill_command c = numbered(kind, seq, id);
    strcpy(c.target, "grp/town");
    ck_assert_int_eq(mbill_targets_hash(TOWN, 4, c.group_hash, NULL), MBILL_OK);
    c.group_count = 4;
    return c;
}

/* Signed by relay, and by root too. */
static mbill_status take_group(const mbill_command *c, bool by_two, const char *const *targets, size_t n, char *told,
    mbill_error *err)
{
    uint8_t one[MBILL_COMMAND_BYTES_MAX], two[MBILL_COMMAND_BYTES_MAX];
    mbill_store_taking options = MBILL_STORE_TAKING_INIT;
    mbill_bytes message = {two, 0};
    mbill_command got;
    int32_t verdict;
    size_t len;
    options.targets = targets;
    options.n_targets = n;
    options.each = told != NULL ? remember : NULL;
    options.ctx = told;
    mbill_error_init(err);
    ck_assert_int_eq(mbill_command_encode(c, two, sizeof two, &len, err), MBILL_OK);
    ck_assert_int_eq(mbill_command_cosign(relay, REALM, (mbill_bytes){two, len}, one, sizeof one, &len, err), MBILL_OK);
    if (by_two) {
        ck_assert_int_eq(mbill_command_cosign(root, REALM, (mbill_bytes){one, len}, two, sizeof two, &len, err), MBILL_OK);
        message.n = len;
    } else {
        message = (mbill_bytes){one, len};
    }
    return mbill_store_command_take(store, keyset, REALM, NOW, &options, message, &got, &verdict, err);
}

START_TEST(group)
{
    mbill_error err;
    mbill_id id;
    char told[400] = "";
    mbill_store_handing how = MBILL_STORE_HANDING_INIT;
    set_up();
    mbill_command keep = numbered(MBILL_COMMAND_KEEP_ON, 1, 1), trip = to_town(MBILL_COMMAND_TRIP, 7, 2), late;
    strcpy(keep.target, "e/000000000002");
    ck_ok(take(&keep, &err));
    ck_refused(take_group(&trip, false, TOWN, 4, NULL, &err), MBILL_E_THRESHOLD, "expected two");
    ck_refused(take_group(&trip, true, TOWN, 3, NULL, &err), MBILL_E_GROUP, "3 targets");
    ck_refused(take_group(&trip, true, NULL, 0, NULL, &err), MBILL_E_GROUP, "the list of its 4 meters");
    ck_ok(take_group(&trip, true, TOWN, 4, told, &err));
    ck_assert_str_eq(told, "trip 2 verified, trip 2 refused, trip 2 verified, trip 2 verified");
    told[0] = '\0';
    open_again();
    ck_ok(take_group(&trip, true, TOWN, 4, told, &err)); /* again: the first result */
    ck_assert_str_eq(told, "trip 2 verified, trip 2 refused, trip 2 verified, trip 2 verified");
    trip.exp_s++;
    ck_refused(take_group(&trip, true, TOWN, 4, NULL, &err), MBILL_E_ID_REUSED, "");
    how.cuts_a_minute = 2;
    assert_handed_out(keyset, NOW, &how, "keep_on 1 sent, trip 2 sent, trip 2 sent", "e/000000000004 2 verified MBILL_E_PACE");
    open_again(); /* the pace outlives the process */
    assert_handed_out(keyset, NOW + 59, &how, "", "e/000000000004 2 verified MBILL_E_PACE");
    assert_handed_out(keyset, NOW + 60, &how, "trip 2 sent", "");

    id = trip.id;
    ck_refused(mbill_store_command_settle(store, &id, NULL, MBILL_RECEIPT_CONFIRMED, NOW, &err), MBILL_E_GROUP, "4 meters");
    ck_refused(mbill_store_command_settle(store, &id, "e/000000000005", MBILL_RECEIPT_CONFIRMED, NOW, &err), MBILL_E_NOT_FOUND,
        "e/000000000005");
    ck_refused(mbill_store_command_settle(store, &id, TOWN[1], MBILL_RECEIPT_CONFIRMED, NOW, &err), MBILL_E_ORDER, "refused");
    ck_ok(mbill_store_command_settle(store, &id, TOWN[0], MBILL_RECEIPT_CONFIRMED, NOW, &err));
    ck_ok(mbill_store_command_settle(store, &id, TOWN[3], MBILL_RECEIPT_UNKNOWN, NOW, &err));
    assert_list("keep_on 1 sent, trip 2 confirmed, trip 2 refused, trip 2 sent, trip 2 unknown");

    /* a meter that has had a later number of the key is left out; one that waits for another command is overtaken */
    late = numbered(MBILL_COMMAND_PERMIT_CLOSE, 9, 3);
    strcpy(late.target, TOWN[2]);
    mbill_command close = to_town(MBILL_COMMAND_DIRECT_CLOSE, 8, 4), next = to_town(MBILL_COMMAND_DIRECT_CLOSE, 10, 5);
    ck_ok(take(&late, &err));
    told[0] = '\0';
    ck_ok(take_group(&close, false, TOWN, 4, told, &err));
    ck_assert_str_eq(told, "direct_close 4 verified, direct_close 4 verified, direct_close 4 refused, direct_close 4 verified");
    ck_ok(take_group(&next, false, TOWN, 4, NULL, &err));
    assert_handed_out(keyset, NOW + 60, &how,
        "direct_close 5 sent, direct_close 5 sent, direct_close 5 sent, direct_close 5 sent", "");
    next.seq = 9;
    next.id.bytes[15] = 6;
    ck_refused(take_group(&next, false, TOWN, 4, NULL, &err), MBILL_E_REPLAY, "number 9");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_target WHERE reason = 435 AND why LIKE 'number 8 %'"), 1);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_power WHERE power = 'keep_on' AND counts = 1"), 1);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

START_TEST(group_misused)
{
    mbill_error err;
    mbill_command got, c = numbered(MBILL_COMMAND_ALARM_ON, 1, 1);
    mbill_store_taking options = MBILL_STORE_TAKING_INIT;
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    int32_t verdict;
    size_t n;
    set_up();
    ck_refused(take_group(&c, false, TOWN, 4, NULL, &err), MBILL_E_MISUSE, "4 targets of a group");
    c = to_town(MBILL_COMMAND_TOP_UP, 1, 2);
    c.amount_micro = 1000000;
    c.count = 1;
    options.targets = TOWN;
    options.n_targets = 4;
    options.account = "A0001";
    ck_ok(mbill_command_sign(money, REALM, &c, bytes, sizeof bytes, &n, &err));
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, &options, (mbill_bytes){bytes, n}, &got, &verdict, &err),
        MBILL_E_GROUP, "top_up for grp/town");
    options.reserved = 1;
    ck_refused(mbill_store_command_take(store, keyset, REALM, NOW, &options, (mbill_bytes){bytes, n}, &got, &verdict, &err),
        MBILL_E_UNKNOWN_OPTION, "reserved");
    assert_list("");
    tear_down();
}
END_TEST

/* Each of several signers may sign so much a day, whichever name comes first. */
START_TEST(quota_of_each)
{
    mbill_error err;
    for (int of_root = 0; of_root < 2; of_root++) {
        set_up();
        mbill_keyset_free(keyset);
        mbill_key keys[] = {key_of(relay, mbill_role_commands(MBILL_ROLE_RELAY)),
            key_of(root, mbill_role_commands(MBILL_ROLE_ROOT))};
        keys[of_root].quota_commands = 7;
        keyset = keyset_of(keys, 2, INT64_C(4102444800));
        mbill_command trip = to_town(MBILL_COMMAND_TRIP, 1, 1), again = to_town(MBILL_COMMAND_TRIP, 2, 2);
        ck_ok(take_group(&trip, true, TOWN, 4, NULL, &err));
        ck_ok(take_group(&trip, true, TOWN, 4, NULL, &err)); /* the same again is not counted */
        ck_refused(take_group(&again, true, TOWN, 4, NULL, &err), MBILL_E_QUOTA, "4 commands today and may sign 7");
        mbill_command one = numbered(of_root ? MBILL_COMMAND_KEEP_OFF : MBILL_COMMAND_ALARM_ON, 3, 3);
        for (uint8_t i = 0; i < 3; i++, one.seq++, one.id.bytes[15]++) ck_ok(take(&one, &err)); /* nothing was counted of that */
        ck_refused(take(&one, &err), MBILL_E_QUOTA, "7 commands today");
        tear_down();
    }
}
END_TEST

/* ---- receipts settle what they are of ---- */

/* A receipt by root of what relay and root, or relay alone, have signed. */
static mbill_status prove(const mbill_command *c, bool by_two, mbill_receipt receipt, const char *target, mbill_error *why)
{
    mbill_error err;
    uint8_t one[MBILL_COMMAND_BYTES_MAX], two[MBILL_COMMAND_BYTES_MAX], bytes[MBILL_RECEIPT_BYTES_MAX], key[32];
    size_t n;
    mbill_error_init(why);
    if (by_two) {
        ck_ok(mbill_command_encode(c, two, sizeof two, &n, &err));
        ck_ok(mbill_command_cosign(relay, REALM, (mbill_bytes){two, n}, one, sizeof one, &n, &err));
        ck_ok(mbill_command_cosign(root, REALM, (mbill_bytes){one, n}, two, sizeof two, &n, &err));
    } else {
        ck_ok(mbill_command_sign(relay, REALM, c, two, sizeof two, &n, &err));
    }
    receipt.time_s = NOW;
    receipt.id = c->id;
    receipt.seq += c->seq;
    uint8_t spoilt = receipt.command_hash[0];
    mbill_command_hash((mbill_bytes){two, n}, receipt.command_hash);
    receipt.command_hash[0] ^= spoilt;
    ck_ok(mbill_receipt_sign(root, REALM, &receipt, bytes, sizeof bytes, &n, &err));
    ck_ok(mbill_signer_public(root, key, &err));
    return mbill_store_command_prove(store, key, REALM, target, NOW, (mbill_bytes){bytes, n}, NULL, why);
}

/* Of a reply that a meter of the town gave to control 1CH, FE in front. */
static mbill_receipt replied(int32_t state, uint8_t meter)
{
    const uint8_t reply[] = {0xFE, 0xFE, 0x68, meter, 0, 0, 0, 0, 0, 0x68, 0x9C, 0x00, (uint8_t)(0x68 + meter + 0x68 + 0x9C),
        0x16};
    mbill_receipt receipt = MBILL_RECEIPT_INIT;
    receipt.state = state;
    receipt.has = MBILL_RECEIPT_HAS_REPLY;
    receipt.n_reply = sizeof reply;
    memcpy(receipt.reply, reply, sizeof reply);
    return receipt;
}

START_TEST(proofs_of_one)
{
    mbill_error err;
    char text[400] = "";
    set_up();
    mbill_command trip = numbered(MBILL_COMMAND_TRIP, 1, 1);
    mbill_receipt right = replied(MBILL_RECEIPT_CONFIRMED, 1), wrong = right;
    ck_ok(take(&trip, &err));
    ck_refused(prove(&trip, false, right, NULL, &err), MBILL_E_ORDER, "verified");
    ck_ok(mbill_store_command_due(store, keyset, REALM, NOW, NULL, remember, text, NULL, &err));
    wrong.command_hash[0] = 1;
    ck_refused(prove(&trip, false, wrong, NULL, &err), MBILL_E_CLAIMS, "other bytes");
    wrong = right;
    wrong.seq = 1;
    ck_refused(prove(&trip, false, wrong, NULL, &err), MBILL_E_CLAIMS, "number 2");
    wrong = right;
    wrong.state = MBILL_RECEIPT_SENT;
    ck_refused(prove(&trip, false, wrong, NULL, &err), MBILL_E_INVALID, "state 3");
    ck_refused(prove(&trip, false, right, "e/000000000002", &err), MBILL_E_NOT_FOUND, "e/000000000002");
    trip.id.bytes[15] = 2;
    ck_refused(prove(&trip, false, right, NULL, &err), MBILL_E_NOT_FOUND, "no command");
    trip.id.bytes[15] = 1;
    assert_list("trip 1 sent");
    ck_ok(prove(&trip, false, right, NULL, &err));
    ck_ok(prove(&trip, false, right, NULL, &err));
    assert_list("trip 1 confirmed");
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_receipt WHERE message IS NOT NULL"), 1);
    store = open_store(path, 0);
    uint8_t key[32], junk[3] = {0xD2, 0x84, 0x4D};
    ck_ok(mbill_signer_public(root, key, &err));
    ck_refused(mbill_store_command_prove(store, key, REALM, NULL, NOW, (mbill_bytes){junk, 3}, NULL, &err), MBILL_E_TRUNCATED,
        "");
    ck_refused(mbill_store_command_prove(NULL, key, REALM, NULL, NOW, (mbill_bytes){junk, 3}, NULL, &err), MBILL_E_MISUSE,
        "store");
    tear_down();
}
END_TEST

/* All receipts of a group's command name the same command: a meter is settled by what came from that meter. */
START_TEST(proofs_of_a_group)
{
    mbill_error err;
    char text[400] = "";
    set_up();
    mbill_command trip = to_town(MBILL_COMMAND_TRIP, 1, 1);
    mbill_receipt silent = MBILL_RECEIPT_INIT, word = MBILL_RECEIPT_INIT, echo = replied(MBILL_RECEIPT_CONFIRMED, 1);
    silent.state = MBILL_RECEIPT_UNKNOWN;
    word.state = MBILL_RECEIPT_CONFIRMED;
    word.has = MBILL_RECEIPT_HAS_STATUS;
    word.status_word = 0x0050;
    echo.reply[10] = 0x1C; /* what was sent to the meter is not what came from it */
    ck_ok(take_group(&trip, true, TOWN, 4, NULL, &err));
    ck_ok(mbill_store_command_due(store, keyset, REALM, NOW, NULL, remember, text, NULL, &err));
    ck_refused(prove(&trip, true, replied(MBILL_RECEIPT_CONFIRMED, 1), NULL, &err), MBILL_E_GROUP, "4 meters");
    ck_refused(prove(&trip, true, replied(MBILL_RECEIPT_CONFIRMED, 2), TOWN[0], &err), MBILL_E_ADDRESS,
        "not from e/000000000001");
    ck_refused(prove(&trip, true, replied(MBILL_RECEIPT_UNKNOWN, 2), TOWN[0], &err), MBILL_E_ADDRESS, "not from");
    ck_refused(prove(&trip, true, word, TOWN[0], &err), MBILL_E_ADDRESS, "has no reply");
    ck_refused(prove(&trip, true, echo, TOWN[0], &err), MBILL_E_ADDRESS, "not from");
    assert_list("trip 1 sent, trip 1 sent, trip 1 sent, trip 1 sent");
    ck_ok(prove(&trip, true, replied(MBILL_RECEIPT_CONFIRMED, 1), TOWN[0], &err));
    ck_ok(prove(&trip, true, replied(MBILL_RECEIPT_REFUSED, 2), TOWN[1], &err));
    ck_ok(prove(&trip, true, silent, TOWN[2], &err));
    ck_ok(prove(&trip, true, replied(MBILL_RECEIPT_ACCEPTED, 3), TOWN[2], &err));
    assert_list("trip 1 confirmed, trip 1 refused, trip 1 accepted, trip 1 sent");
    tear_down();
}
END_TEST

/* ---- refunds ---- */

START_TEST(refund_with_its_command)
{
    mbill_error err;
    set_up();
    mbill_command paid = top_up(1, 1, 1, 10000000), back = top_up(2, 2, 2, 4000000);
    back.kind = MBILL_COMMAND_REFUND;
    ck_ok(take(&paid, &err));
    ck_ok(take(&back, &err));
    ck_ok(take(&back, &err)); /* the same again */
    ck_assert_int_eq(balance(), 6000000);
    back.seq = 3;
    back.id.bytes[15] = 3;
    ck_refused(take(&back, &err), MBILL_E_COUNT, "purchase 2");
    back.count = 3;
    back.amount_micro = 6000001;
    ck_refused(take(&back, &err), MBILL_E_INVALID, "EXCEEDS_REFUNDABLE");
    assert_list("top_up 1 verified, refund 2 verified");
    open_again();
    ck_assert_int_eq(balance(), 6000000);
    back.amount_micro = 6000000; /* what was refused left nothing: number, purchase and id were free */
    ck_ok(take(&back, &err));
    ck_assert_int_eq(balance(), 0);
    mbill_store_free(store);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'refund'"), 2);
    store = open_store(path, 0);
    tear_down();
}
END_TEST

/* ---- the chain of receipts ---- */

typedef struct receipts {
    uint8_t bytes[4][MBILL_RECEIPT_BYTES_MAX];
    size_t len[4], n;
} receipts;

static void remember_receipt(void *ctx, const mbill_store_receipt *receipt)
{
    receipts *all = ctx;
    memcpy(all->bytes[all->n], receipt->message.p, receipt->message.n);
    all->len[all->n++] = receipt->message.n;
    ck_assert_int_eq(receipt->state, MBILL_RECEIPT_CONFIRMED);
    ck_assert_str_eq(receipt->target, "e/000000000001");
}

static receipts receipts_of(void)
{
    receipts all = {.n = 0};
    ck_assert_int_eq(mbill_store_receipts(store, remember_receipt, &all, NULL), MBILL_OK);
    return all;
}

/* What the store remembers last is what the next receipt follows. */
static void carry_out(int32_t kind, uint64_t seq, uint8_t id, receipts *out_head_end)
{
    mbill_error err;
    mbill_command c = numbered(kind, seq, id);
    mbill_receipt receipt = MBILL_RECEIPT_INIT;
    receipts known = receipts_of();
    uint8_t *bytes = out_head_end->bytes[out_head_end->n];
    size_t *len = &out_head_end->len[out_head_end->n++];
    char text[400] = "";
    ck_ok(take(&c, &err));
    ck_ok(mbill_store_command_due(store, keyset, REALM, NOW, NULL, remember, text, NULL, &err));
    receipt.state = MBILL_RECEIPT_CONFIRMED;
    receipt.time_s = NOW;
    receipt.id = c.id;
    receipt.seq = seq;
    receipt.has = MBILL_RECEIPT_HAS_STATUS | MBILL_RECEIPT_HAS_PREVIOUS;
    receipt.status_word = 0x0050;
    uint8_t command[MBILL_COMMAND_BYTES_MAX], key[32];
    size_t n;
    ck_ok(mbill_command_sign(relay, REALM, &c, command, sizeof command, &n, &err));
    mbill_command_hash((mbill_bytes){command, n}, receipt.command_hash);
    if (known.n > 0) mbill_command_hash((mbill_bytes){known.bytes[known.n - 1], known.len[known.n - 1]}, receipt.previous_hash);
    ck_ok(mbill_receipt_sign(root, REALM, &receipt, bytes, MBILL_RECEIPT_BYTES_MAX, len, &err));
    ck_ok(mbill_signer_public(root, key, &err));
    ck_ok(mbill_store_command_prove(store, key, REALM, NULL, NOW, (mbill_bytes){bytes, *len}, NULL, &err));
}

static mbill_status follows(const receipts *head_end, size_t i, mbill_error *err)
{
    uint8_t key[32];
    mbill_receipt receipt;
    mbill_bytes before = {NULL, 0};
    mbill_error_init(err);
    ck_assert_int_eq(mbill_signer_public(root, key, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_receipt_open(key, REALM, (mbill_bytes){head_end->bytes[i], head_end->len[i]}, &receipt, err),
        MBILL_OK);
    if (i > 0) before = (mbill_bytes){head_end->bytes[i - 1], head_end->len[i - 1]};
    return mbill_receipt_follows(&receipt, before, err);
}

/* A store that is put back to an old backup takes again what it has taken: whoever holds its receipts sees it in the chain. */
START_TEST(old_backup)
{
    mbill_error err;
    char backup[300];
    receipts head_end = {.n = 0};
    set_up();
    snprintf(backup, sizeof backup, "%s/copy.db", folder);
    carry_out(MBILL_COMMAND_TRIP, 1, 1, &head_end);
    ck_ok(mbill_store_backup(store, backup, &err));
    carry_out(MBILL_COMMAND_DIRECT_CLOSE, 2, 2, &head_end);
    for (size_t i = 0; i < 2; i++) ck_ok(follows(&head_end, i, &err));
    ck_assert_uint_eq(receipts_of().n, 2);
    mbill_store_free(store);
    store = open_store(backup, 0);
    carry_out(MBILL_COMMAND_DIRECT_CLOSE, 2, 2, &head_end); /* recorded, and played back */
    ck_refused(follows(&head_end, 2, &err), MBILL_E_CHAIN, "");
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
    tcase_add_test(tests, kept_power);
    tcase_add_test(tests, balance_at_the_moment);
    tcase_add_test(tests, status_at_the_moment);
    tcase_add_test(tests, trust_at_the_moment);
    tcase_add_test(tests, group);
    tcase_add_test(tests, group_misused);
    tcase_add_test(tests, quota_of_each);
    tcase_add_test(tests, proofs_of_one);
    tcase_add_test(tests, proofs_of_a_group);
    tcase_add_test(tests, refund_with_its_command);
    on_files(tests, old_backup, "a store there is copied by pg_dump");
    tcase_add_test(tests, killed);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
