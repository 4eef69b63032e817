/* SPDX-License-Identifier: Apache-2.0 */
/* Commands taken, handed out and settled while the machine fails, and by a process that is killed: nothing is half taken, money stands with its command, and what a client does
 * again afterwards, from the beginning, gives the first results and ends in the very same file. */
#define _DEFAULT_SOURCE /* usleep */
#include "answered.h"

#include "base/fail.h"
#include "every.h"
#include "meterbill/outbox.h"
#include "signed.h"

#include <signal.h>
#include <sys/wait.h>

enum { TAKES = 5, STEPS = 12, KILLS = 24 };

/* A signed message and what it needs to be taken. */
typedef struct offer {
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    mbill_id id;
    mbill_store_taking options;
} offer;

static const char *const TOWN[] = {"e/000000000001", "e/000000000002", "e/000000000003"};
static char path[300], pristine[300];
static const char *folder;
static offer offers[TAKES];
static mbill_keyset *keyset;
static uint64_t expected;
static int done; /* steps that were answered as done */

static void sign(int i, mbill_command c, mbill_signer *one, mbill_signer *two, const char *account)
{
    uint8_t first[MBILL_COMMAND_BYTES_MAX];
    offer *o = &offers[i];
    size_t n;
    mbill_error err;
    c.id.bytes[0] = 0xc0;
    c.id.bytes[15] = (uint8_t)(i + 1);
    c.seq = (uint64_t)(i + 1);
    c.iat_s = NOW;
    c.exp_s = NOW + 300;
    o->id = c.id;
    o->options = (mbill_store_taking)MBILL_STORE_TAKING_INIT;
    o->options.account = account;
    if (c.group_count > 0) {
        o->options.targets = TOWN;
        o->options.n_targets = 3;
        ck_ok(mbill_command_encode(&c, o->bytes, sizeof o->bytes, &n, &err));
        ck_ok(mbill_command_cosign(one, REALM, (mbill_bytes){o->bytes, n}, first, sizeof first, &n, &err));
        ck_ok(mbill_command_cosign(two, REALM, (mbill_bytes){first, n}, o->bytes, sizeof o->bytes, &o->n, &err));
    } else {
        ck_ok(mbill_command_sign(one, REALM, &c, o->bytes, sizeof o->bytes, &o->n, &err));
    }
}

static mbill_command command_to(int32_t kind, const char *target)
{
    mbill_command c = MBILL_COMMAND_INIT;
    c.kind = kind;
    strcpy(c.target, target);
    return c;
}

/* A top-up, power that is kept, a trip of a group with that meter in it, a refund, and a trip below a balance. */
static void make_offers(void)
{
    mbill_signer *relay = signer_of(31), *money = signer_of(32), *root = signer_of(33);
    mbill_key keys[] = {key_of(relay, mbill_role_commands(MBILL_ROLE_RELAY)),
        key_of(money, mbill_role_commands(MBILL_ROLE_MONEY)), key_of(root, mbill_role_commands(MBILL_ROLE_ROOT))};
    mbill_command c = command_to(MBILL_COMMAND_TOP_UP, TOWN[0]);
    keys[1].quota_micro = 14000000;
    keyset = keyset_of(keys, 3, INT64_C(4102444800));
    c.amount_micro = 10000000;
    c.count = 1;
    sign(0, c, money, NULL, "A0001");
    sign(1, command_to(MBILL_COMMAND_KEEP_ON, TOWN[1]), root, NULL, NULL);
    c = command_to(MBILL_COMMAND_TRIP, "grp/town");
    ck_assert_int_eq(mbill_targets_hash(TOWN, 3, c.group_hash, NULL), MBILL_OK);
    c.group_count = 3;
    sign(2, c, relay, root, NULL);
    c = command_to(MBILL_COMMAND_REFUND, TOWN[0]);
    c.amount_micro = 4000000;
    c.count = 2;
    sign(3, c, money, NULL, "A0001");
    c = command_to(MBILL_COMMAND_TRIP, "e/000000000004");
    c.has = MBILL_COMMAND_HAS_BELOW;
    c.below_micro = 100000000;
    sign(4, c, relay, NULL, "A0001");
    mbill_signer_free(relay);
    mbill_signer_free(money);
    mbill_signer_free(root);
}

/* ---- the work ---- */

static mbill_status answered(mbill_status status, const mbill_error *err)
{
    check_answer(status, err, false);
    done += status == MBILL_OK;
    return status;
}

static mbill_status take(mbill_store *store, int i)
{
    const offer *o = &offers[i];
    mbill_command got;
    int32_t verdict;
    mbill_error err;
    mbill_error_init(&err);
    return answered(mbill_store_command_take(store, keyset, REALM, NOW, &o->options, (mbill_bytes){o->bytes, o->n}, &got,
                        &verdict, &err),
        &err);
}

static void pass_by(void *ctx, const mbill_store_command *command)
{
    (void)ctx;
    ck_assert_ptr_nonnull(command->target);
}

static mbill_status hand_out(mbill_store *store, int64_t now_s)
{
    mbill_store_handing how = MBILL_STORE_HANDING_INIT;
    mbill_error err;
    mbill_error_init(&err);
    how.cuts_a_minute = 2;
    how.left_out = pass_by;
    return answered(mbill_store_command_due(store, keyset, REALM, now_s, &how, pass_by, NULL, NULL, &err), &err);
}

static mbill_status settle(mbill_store *store, int i, const char *target, int32_t state)
{
    mbill_error err;
    mbill_error_init(&err);
    return answered(mbill_store_command_settle(store, &offers[i].id, target, state, NOW + 100, &err), &err);
}

static mbill_status work_in(mbill_store *store)
{
    for (int i = 0; i < TAKES; i++) MBILL_TRY(take(store, i));
    MBILL_TRY(hand_out(store, NOW));
    MBILL_TRY(hand_out(store, NOW + 60));
    MBILL_TRY(settle(store, 0, NULL, MBILL_RECEIPT_CONFIRMED));
    MBILL_TRY(settle(store, 1, TOWN[1], MBILL_RECEIPT_ACCEPTED));
    MBILL_TRY(settle(store, 2, TOWN[0], MBILL_RECEIPT_CONFIRMED));
    MBILL_TRY(settle(store, 2, TOWN[2], MBILL_RECEIPT_UNKNOWN));
    return settle(store, 4, NULL, MBILL_RECEIPT_REFUSED);
}

static mbill_status work(const mbill_allocator *allocator)
{
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    done = 0;
    mbill_status status = mbill_store_open(path, NULL, allocator, &store, &err);
    check_answer(status, &err, false);
    if (status == MBILL_OK) status = work_in(store);
    mbill_store_free(store);
    return status;
}

/* ---- what must hold at any time ---- */

static void check(void)
{
    int64_t n = ask_file(path, "SELECT count(*) FROM mbill_command");
    ck_assert_int_ge(n, done < TAKES ? done : TAKES);
    ck_assert_int_le(n, TAKES);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command c WHERE (SELECT count(*) FROM mbill_command_target t WHERE "
                         "t.command_no"
                         " = c.command_no) <> CASE audience WHEN 'grp/town' THEN 3 ELSE 1 END"),
        0);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command c LEFT JOIN mbill_record r ON r.op_id = lower(hex(c.id)) WHERE "
                         "c.kind IN (8, 9) AND r.op_id IS NULL"),
        0);
    ck_assert_int_eq(ask_file(path,
                         "SELECT (SELECT count(*) FROM mbill_record WHERE kind IN ('top_up', 'refund')) - count(*) FROM "
                         "mbill_command WHERE kind IN (8, 9)"),
        0);
    ck_assert_int_eq(ask_file(path,
                         "SELECT (SELECT count(*) FROM mbill_command_keep) - count(*) FROM mbill_command WHERE kind = 6"),
        0);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command c WHERE NOT EXISTS(SELECT 1 FROM mbill_command_number n WHERE "
                         "n.target = audience AND n.kid = c.kid)"),
        0);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command_target t WHERE (state IN (4, 5, 9) OR (state = 6 AND reason = 0))"
                         " <> (SELECT count(*) FROM mbill_command_receipt r WHERE r.errand_no = t.errand_no)"),
        0);
}

static void setup(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store_free(make_district(pristine, 2));
    make_offers();
    copy_file(pristine, path);
    ck_assert_int_eq(work(NULL), MBILL_OK);
    ck_assert_int_eq(done, STEPS);
    check();
    expected = digest_file(path);
    ck_assert_int_eq(work(NULL), MBILL_OK); /* all of it again changes nothing */
    ck_assert(digest_file(path) == expected);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_command_life WHERE (target, state) IN (VALUES('e/000000000002', 'refused'),"
                         " ('e/000000000003', 'unknown'), ('e/000000000004', 'refused'))"),
        3);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_target WHERE reason <> 0"), 1);
}

static void teardown(void)
{
    mbill_keyset_free(keyset);
    remove_folder(folder);
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    int64_t nth = 1;
    for (; struck; nth += fault_step(kind == FAULT_MEMORY ? 211 : kind == FAULT_ALLOCATOR ? 5 : 1)) {
        copy_file(pristine, path);
        fault_arm(kind, nth, for_ever);
        (void)work(faulty_allocator());
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        check();
        ck_assert_int_eq(work(NULL), MBILL_OK);
        ck_assert_msg(digest_file(path) == expected, "kind %d, number %lld: another file", (int)kind, (long long)nth);
    }
    ck_assert_int_gt(nth, kind == FAULT_TRUNCATE ? 1 : 2);
    printf("# commands, kind %d, %s: %lld\n", (int)kind, for_ever ? "for ever" : "once", (long long)nth);
}

/* Until a whole work is not killed any more, later each time. */
START_TEST(killed)
{
    int n = 0, how = 1;
    for (; n < KILLS; n++) {
        copy_file(pristine, path);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) _exit(work(NULL) == MBILL_OK ? 0 : 3);
        usleep((useconds_t)(2000 + 2500 * n));
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &how, 0), child);
        ck_assert(!WIFEXITED(how) || WEXITSTATUS(how) == 0);
        done = 0;
        check();
        ck_assert_int_eq(work(NULL), MBILL_OK);
        ck_assert_msg(digest_file(path) == expected, "kill %d: another file", n);
    }
    printf("# commands, killed %d times\n", n);
}
END_TEST

int main(void)
{
    TCase *kills = tcase_create("kills");
    tcase_add_checked_fixture(kills, setup, teardown);
    tcase_set_timeout(kills, 300);
    tcase_add_test(kills, killed);
    return run_every_fault("outbox_faults", setup, teardown, kills);
}
