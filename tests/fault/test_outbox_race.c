/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that race for commands on one file: the same commands offered to each, other commands for the same purchase, and all that waits handed out by whoever comes first. Each
 * command is taken once, purchases count without a gap, each is carried out once; with the rollback journal, which processes share, and with the write-ahead journal, which
 * SQLite with the WAL-reset bug leaves to one process at a time. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, usleep */
#include "district.h"
#include "check_run.h"

#include "meterbill/outbox.h"
#include "signed.h"

#include <sys/mman.h>
#include <sys/wait.h>

enum { PROCESSES = 3, SAME = 16, OTHERS = 24, ALL = SAME + OTHERS, IDS = SAME + PROCESSES * 2 * ALL };

/* What the processes tell; it outlives them. */
typedef struct told {
    volatile int taken[IDS]; /* as new */
    volatile int handed_out[IDS];
    volatile int64_t busy[PROCESSES], repeats[PROCESSES], late[PROCESSES];
} told;

/* One process on the file. */
typedef struct racer {
    int me;
    uint32_t flags;
    bool alone; /* the file is let go after each step */
    mbill_store *store;
} racer;

static char path[300];
static const char *folder;
static told *shared;
static mbill_signer *signers[1 + PROCESSES]; /* one whose commands all have, one for each */
static mbill_keyset *keyset;

/* In a child: the parent prints what it says. */
static void stop(const char *what, const char *why)
{
    fprintf(stderr, "process: %s: %s\n", what, why);
    _exit(2);
}

static void setup(void)
{
    mbill_key keys[1 + PROCESSES];
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    mbill_store_free(make_district(path, 2));
    for (int i = 0; i <= PROCESSES; i++) {
        signers[i] = signer_of((uint8_t)(40 + i));
        keys[i] = key_of(signers[i], mbill_role_commands(MBILL_ROLE_MONEY));
    }
    keyset = keyset_of(keys, 1 + PROCESSES, INT64_C(4102444800));
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void teardown(void)
{
    munmap(shared, sizeof *shared);
    for (int i = 0; i <= PROCESSES; i++) mbill_signer_free(signers[i]);
    mbill_keyset_free(keyset);
    remove_folder(folder);
}

/* ---- the processes ---- */

static void let_go(racer *r)
{
    mbill_store_free(r->store);
    r->store = NULL;
}

/* A step that was kept out by another process is made again. */
static mbill_status end_step(racer *r, mbill_status status)
{
    if (status == MBILL_E_BUSY || r->alone) let_go(r);
    if (status == MBILL_E_BUSY) {
        shared->busy[r->me]++;
        usleep(300);
    }
    return status;
}

static mbill_status hold(racer *r, mbill_error *err)
{
    const mbill_store_options options = {sizeof options, r->flags, 0, 0};
    mbill_error_init(err);
    return r->store != NULL ? MBILL_OK : mbill_store_open(path, &options, NULL, &r->store, err);
}

static mbill_status offer_once(racer *r, mbill_bytes message, int32_t *out_verdict, mbill_error *err)
{
    mbill_store_taking options = MBILL_STORE_TAKING_INIT;
    mbill_command got;
    options.account = "A0001";
    mbill_status status = hold(r, err);
    if (status == MBILL_OK)
        status = mbill_store_command_take(r->store, keyset, REALM, NOW, &options, message, &got, out_verdict, err);
    return end_step(r, status);
}

/* Purchase `count` by that signer, under that id. */
static mbill_status offer(racer *r, int signer, int id, uint64_t seq, uint64_t count)
{
    mbill_command c = MBILL_COMMAND_INIT;
    uint8_t bytes[MBILL_COMMAND_BYTES_MAX];
    size_t n;
    int32_t verdict = 0;
    mbill_error err;
    mbill_status status;
    c.kind = MBILL_COMMAND_TOP_UP;
    strcpy(c.target, "e/000000000001");
    c.id.bytes[0] = 0xc0;
    c.id.bytes[14] = (uint8_t)(id >> 8);
    c.id.bytes[15] = (uint8_t)id;
    c.seq = seq;
    c.count = count;
    c.amount_micro = 1000000;
    c.iat_s = NOW;
    c.exp_s = NOW + 300;
    if (mbill_command_sign(signers[signer], REALM, &c, bytes, sizeof bytes, &n, NULL) != MBILL_OK) stop("sign", "failed");
    while ((status = offer_once(r, (mbill_bytes){bytes, n}, &verdict, &err)) == MBILL_E_BUSY) {}
    if (status == MBILL_OK && verdict == MBILL_ADMIT_NEW) __atomic_add_fetch(&shared->taken[id], 1, __ATOMIC_SEQ_CST);
    if (status == MBILL_OK && verdict == MBILL_ADMIT_REPEAT) shared->repeats[r->me]++;
    if (status == MBILL_E_COUNT) shared->late[r->me]++;
    if (status != MBILL_OK && status != MBILL_E_COUNT) stop("take", err.message);
    return status;
}

static void carry_out(void *ctx, const mbill_store_command *command)
{
    int id = command->id.bytes[14] << 8 | command->id.bytes[15];
    *(mbill_id *)ctx = command->id;
    if (id >= IDS) stop("due", "an id that nobody has used");
    __atomic_add_fetch(&shared->handed_out[id], 1, __ATOMIC_SEQ_CST);
}

/* One command that waits, if there is one, and what became of it. */
static bool serve(racer *r)
{
    mbill_store_handing one = MBILL_STORE_HANDING_INIT;
    mbill_error err;
    mbill_status status;
    mbill_id id;
    size_t n = 0;
    one.room = 1;
    do {
        status = hold(r, &err);
        if (status == MBILL_OK) status = mbill_store_command_due(r->store, keyset, REALM, NOW, &one, carry_out, &id, &n, &err);
    } while (end_step(r, status) == MBILL_E_BUSY);
    if (status != MBILL_OK) stop("due", err.message);
    if (n == 0) return false;
    do {
        status = hold(r, &err);
        if (status == MBILL_OK) status = mbill_store_command_settle(r->store, &id, NULL, MBILL_RECEIPT_CONFIRMED, NOW, &err);
    } while (end_step(r, status) == MBILL_E_BUSY);
    if (status != MBILL_OK) stop("settle", err.message);
    return true;
}

static void race(racer r)
{
    for (int i = 0; i < SAME; i++) {
        if (offer(&r, 0, i, (uint64_t)i + 1, (uint64_t)i + 1) != MBILL_OK) stop("a command that all have", "is not taken");
        (void)serve(&r);
    }
    int id = SAME + r.me * 2 * ALL;
    uint64_t seq = 1;
    for (uint64_t count = SAME + 1; count <= ALL;) {
        mbill_status status = offer(&r, 1 + r.me, id, seq, count);
        if (status == MBILL_OK) seq++; /* what was refused has used no number */
        id += status == MBILL_OK;
        count++; /* it is taken now, by whomever */
        (void)serve(&r);
    }
    while (serve(&r)) {}
    let_go(&r);
    _exit(0);
}

static void run_all(uint32_t flags, bool alone)
{
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        fflush(NULL);
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] == 0) race((racer){i, flags, alone, NULL});
    }
    for (int i = 0; i < PROCESSES; i++) {
        int exited = 0;
        ck_assert_int_eq(waitpid(children[i], &exited, 0), children[i]);
        ck_assert_msg(WIFEXITED(exited) && WEXITSTATUS(exited) == 0, "a process ended with %d", exited);
    }
}

static void check_all(const char *journal)
{
    int n_taken = 0;
    int64_t busy = 0, repeats = 0, late = 0;
    for (int i = 0; i < IDS; i++) {
        ck_assert_int_le(shared->taken[i], 1);
        ck_assert_int_eq(shared->handed_out[i], shared->taken[i]);
        if (i < SAME) ck_assert_int_eq(shared->taken[i], 1);
        n_taken += shared->taken[i];
    }
    for (int i = 0; i < PROCESSES; i++) {
        busy += shared->busy[i];
        repeats += shared->repeats[i];
        late += shared->late[i];
    }
    ck_assert_int_eq(n_taken, ALL);
    ck_assert_int_eq(repeats, (PROCESSES - 1) * SAME);
    ck_assert_int_eq(late, (PROCESSES - 1) * OTHERS);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_target WHERE state = 5"), ALL);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_command_receipt"), ALL);
    ck_assert_int_eq(ask_file(path, "SELECT count(DISTINCT op_id) FROM mbill_record WHERE kind = 'top_up'"), ALL);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record WHERE kind = 'top_up'"), ALL);
    racer last = {0, 0, true, NULL};
    shared->late[0] = 0;
    ck_assert_int_eq(offer(&last, 1, IDS - 1, 1000, ALL), MBILL_E_COUNT);
    ck_assert_int_eq(offer(&last, 1, IDS - 1, 1000, ALL + 2), MBILL_E_COUNT);
    ck_assert_int_eq(offer(&last, 1, IDS - 1, 1000, ALL + 1), MBILL_OK);
    printf("# commands, %s, %d processes: %d taken once, handed out once and settled once, 0 purchases left out; %lld repeats, "
           "%lld too late, busy %lld\n",
        journal, PROCESSES, n_taken, (long long)repeats, (long long)late, (long long)busy);
}

START_TEST(rollback_journal)
{
    run_all(MBILL_STORE_ROLLBACK, _i == 1);
    check_all("rollback journal");
}
END_TEST

START_TEST(write_ahead_journal)
{
    run_all(0, true);
    check_all("write-ahead journal");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outbox_race");
    TCase *races = tcase_create("races");
    tcase_add_checked_fixture(races, setup, teardown);
    tcase_set_timeout(races, 600);
    tcase_add_loop_test(races, rollback_journal, 0, 2);
    tcase_add_test(races, write_ahead_journal);
    suite_add_tcase(suite, races);
    return check_run(suite, CK_NOFORK);
}
