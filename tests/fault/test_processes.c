/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes on one file: writers that take turns and readers beside them. Every answered batch is there once, in the order of its writer, and
 * a reader sees whole batches and never fewer than before. With the rollback journal that is so under every SQLite; with the write-ahead
 * journal where SQLite is free of the WAL-reset bug, and where it is not every other opener is answered MBILL_E_BUSY. The counts are printed. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, usleep */
#include "district.h"
#include "check_run.h"

#include "meterbill/journal.h"
#include "store/sqlite.h"

#include <sys/mman.h>
#include <sys/wait.h>

#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200) /* 2026-01-05T00:00:00Z */

enum { WRITERS = 3, READERS = 2, BATCHES = 40, OPS = 3, PATIENCE_MS = 20000 };

/* What the processes tell; it outlives them. */
typedef struct told {
    volatile int64_t answered[WRITERS], busy[WRITERS];
    volatile int64_t looks[READERS], busy_reader[READERS], last_seen[READERS];
    volatile int writing;
} told;

static char path[300];
static const char *folder;
static told *shared;

/* In a child: the parent prints what it says. */
static void stop(const char *what, const char *why)
{
    fprintf(stderr, "process: %s: %s\n", what, why);
    _exit(2);
}

static mbill_status open_both(uint32_t flags, int32_t patience_ms, mbill_store **store, mbill_journal **journal, mbill_error *err)
{
    mbill_store_options options = {sizeof options, flags, patience_ms, 0};
    *store = NULL;
    *journal = NULL;
    mbill_error_init(err);
    mbill_status status = mbill_store_open(path, &options, NULL, store, err);
    if (status == MBILL_OK) status = mbill_journal_open(*store, journal, err);
    return status;
}

static void close_both(mbill_store *store, mbill_journal *journal)
{
    mbill_journal_free(journal);
    mbill_store_free(store);
}

static mbill_operation op_of(uint8_t writer, uint16_t batch, uint8_t n, int32_t kind, int64_t amount_micro)
{
    return (mbill_operation){.id = {{6, writer, (uint8_t)(batch >> 8), (uint8_t)batch, n}},
        .kind = kind,
        .account = 1,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

static void setup(void)
{
    mbill_operation open = op_of(0xff, 0, 0, MBILL_OPERATION_OPEN, 0);
    mbill_policy policy;
    mbill_result result;
    mbill_store *store;
    mbill_journal *journal;
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_SMETS, &policy), 1);
    open.policy = &policy;
    ck_assert_int_eq(open_both(MBILL_STORE_CREATE, 0, &store, &journal, &err), MBILL_OK);
    ck_ok(mbill_journal_apply(journal, &open, 1, NOW, &result, &err));
    close_both(store, journal);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void teardown(void)
{
    munmap(shared, sizeof *shared);
    remove_folder(folder);
}

/* ---- the processes ---- */

/* A payment, use and a payment: a whole batch leaves 1.00 more. 1: it was there already. */
static int send(mbill_journal *journal, uint8_t writer, uint16_t batch, mbill_status *out_status)
{
    mbill_operation ops[OPS] = {op_of(writer, batch, 0, MBILL_OPERATION_TOP_UP, 3 * UNIT),
        op_of(writer, batch, 1, MBILL_OPERATION_USAGE, 4 * UNIT), op_of(writer, batch, 2, MBILL_OPERATION_TOP_UP, 2 * UNIT)};
    mbill_result results[OPS];
    mbill_error err;
    mbill_error_init(&err);
    *out_status = mbill_journal_apply(journal, ops, OPS, NOW, results, &err);
    if (*out_status != MBILL_OK && *out_status != MBILL_E_BUSY) stop("apply", err.message);
    for (int i = 1; *out_status == MBILL_OK && i < OPS; i++)
        if (results[i].code != results[0].code) stop("half a batch", mbill_result_name(results[i].code));
    return *out_status == MBILL_OK && results[0].code == MBILL_RESULT_EXISTS;
}

/* Sends each batch until it is answered; every fifth a second time. */
static void write_batches(uint32_t flags, int32_t patience_ms, uint8_t me)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_error err;
    mbill_status status;
    while ((status = open_both(flags, patience_ms, &store, &journal, &err)) != MBILL_OK) {
        if (status != MBILL_E_BUSY) stop("open", err.message);
        close_both(store, journal);
        shared->busy[me]++;
        usleep(500);
    }
    for (uint16_t batch = 0; batch < BATCHES;) {
        int there = send(journal, me, batch, &status);
        if (status == MBILL_E_BUSY) {
            shared->busy[me]++;
            usleep(500);
            continue;
        }
        if (there) stop("a batch", "is there before it was answered");
        shared->answered[me] = ++batch;
        if (batch % 5 == 0 && !send(journal, me, batch - 1, &status) && status == MBILL_OK)
            stop("an answered batch", "is not there");
    }
    close_both(store, journal);
    _exit(0);
}

/* Looks until the writers have ended: whole batches, the balance that follows from them, and never fewer. */
static void read_batches(uint32_t flags, int32_t patience_ms, int me)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_error err;
    mbill_status status;
    const mbill_book *book;
    while ((status = open_both(flags | MBILL_STORE_READ_ONLY, patience_ms, &store, &journal, &err)) != MBILL_OK) {
        if (status != MBILL_E_BUSY) stop("open to read", err.message);
        close_both(store, journal);
        shared->busy_reader[me]++;
        usleep(500);
    }
    for (bool last = false; !last;) {
        mbill_view view = {.struct_size = sizeof view};
        int64_t known = 0;
        last = !shared->writing;
        for (int i = 0; i < WRITERS; i++) known += shared->answered[i];
        status = mbill_journal_book(journal, &book, &err);
        if (status == MBILL_E_BUSY) {
            shared->busy_reader[me]++;
            last = false;
            usleep(500);
            continue;
        }
        if (status != MBILL_OK || mbill_book_view(book, 1, &view, &err) != MBILL_OK) stop("read", err.message);
        int64_t n = mbill_book_n_records(book) - 1;
        if (n % OPS != 0 || view.credit_micro - view.accum_micro != n / OPS * UNIT) stop("a reader", "sees half a batch");
        if (n / OPS < known || n / OPS < shared->last_seen[me]) stop("a reader", "does not see what was answered");
        shared->last_seen[me] = n / OPS;
        shared->looks[me]++;
        usleep(200);
    }
    close_both(store, journal);
    _exit(0);
}

static void wait_for(pid_t child)
{
    int exited = 0;
    ck_assert_int_eq(waitpid(child, &exited, 0), child);
    ck_assert_msg(WIFEXITED(exited) && WEXITSTATUS(exited) == 0, "a process ended with %d", exited);
}

static pid_t start(void)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    return child;
}

static void run_all(uint32_t flags, int32_t patience_ms)
{
    pid_t writers[WRITERS], readers[READERS];
    shared->writing = 1;
    for (uint8_t i = 0; i < WRITERS; i++)
        if ((writers[i] = start()) == 0) write_batches(flags, patience_ms, i);
    for (int i = 0; i < READERS; i++)
        if ((readers[i] = start()) == 0) read_batches(flags, PATIENCE_MS, i);
    for (int i = 0; i < WRITERS; i++) wait_for(writers[i]);
    shared->writing = 0;
    for (int i = 0; i < READERS; i++) wait_for(readers[i]);
}

/* Every answered batch once and no other, in a chain that is whole. */
static void check_all(uint32_t flags)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    mbill_status status;
    const mbill_book *book;
    mbill_view view = {.struct_size = sizeof view};
    ck_assert_int_eq(open_both(flags, 0, &store, &journal, &err), MBILL_OK);
    ck_ok(mbill_journal_verify(store, NULL, &head, &err));
    ck_assert_int_eq(head.n_records, 1 + OPS * WRITERS * BATCHES);
    for (uint8_t i = 0; i < WRITERS; i++)
        for (uint16_t batch = 0; batch < BATCHES; batch++) ck_assert_int_eq(send(journal, i, batch, &status), 1);
    ck_ok(mbill_journal_book(journal, &book, &err));
    ck_ok(mbill_book_view(book, 1, &view, &err));
    ck_assert_int_eq(view.credit_micro, WRITERS * BATCHES * UNIT);
    close_both(store, journal);
}

static void tell(const char *journal, const char *how)
{
    int64_t busy = 0, busy_reader = 0, looks = 0;
    for (int i = 0; i < WRITERS; i++) busy += shared->busy[i];
    for (int i = 0; i < READERS; i++) looks += shared->looks[i];
    for (int i = 0; i < READERS; i++) busy_reader += shared->busy_reader[i];
    printf("# processes, %s journal, writers %s: %d batches answered, 0 lost, 0 doubled, 0 halves; busy %lld; readers looked "
           "%lld times, busy %lld\n",
        journal, how, WRITERS * BATCHES, (long long)busy, (long long)looks, (long long)busy_reader);
    ck_assert_int_ge(looks, READERS);
}

/* ---- tests ---- */

/* Who changes the journal must be alone, and is not waited for: once, before the others come. */
static void change_journal(void)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_error err;
    ck_assert_int_eq(open_both(MBILL_STORE_ROLLBACK, 0, &store, &journal, &err), MBILL_OK);
    close_both(store, journal);
}

START_TEST(rollback_journal_writers_wait)
{
    change_journal();
    run_all(MBILL_STORE_ROLLBACK, PATIENCE_MS);
    check_all(MBILL_STORE_ROLLBACK);
    tell("rollback", "wait");
    for (int i = 0; i < WRITERS; i++) ck_assert_int_eq(shared->busy[i], 0);
}
END_TEST

START_TEST(rollback_journal_writers_are_refused)
{
    run_all(MBILL_STORE_ROLLBACK, 0);
    check_all(MBILL_STORE_ROLLBACK);
    tell("rollback", "are refused and try again");
}
END_TEST

/* One has the file; another that writes or only reads, with or without patience, shared or not. */
static void assert_busy(void)
{
    static const uint32_t FLAGS[] = {0, MBILL_STORE_READ_ONLY, MBILL_STORE_ROLLBACK,
        MBILL_STORE_ROLLBACK | MBILL_STORE_READ_ONLY};
    mbill_store *store, *mine;
    mbill_journal *journal, *none;
    mbill_error err;
    mbill_status status;
    int n = 0;
    ck_assert_int_eq(open_both(0, 0, &mine, &journal, &err), MBILL_OK);
    for (size_t i = 0; i < sizeof FLAGS / sizeof FLAGS[0]; i++)
        for (int32_t patience_ms = 0; patience_ms <= 50; patience_ms += 50) {
            pid_t child = start();
            if (child == 0) {
                status = open_both(FLAGS[i], patience_ms, &store, &none, &err);
                if (status == MBILL_E_BUSY && store == NULL) _exit(0);
                stop("an opener beside another", mbill_status_name((int32_t)status));
            }
            wait_for(child);
            n++;
        }
    mbill_store_options shared_options = {sizeof shared_options, MBILL_STORE_SHARED, 0, 0};
    ck_refused(mbill_store_open(path, &shared_options, NULL, &store, &err), MBILL_E_UNSAFE_SQLITE, "rollback");
    ck_assert_int_eq(send(journal, 0, 0, &status), 0); /* who has it goes on */
    ck_assert_int_eq(status, MBILL_OK);
    close_both(mine, journal);
    printf("# processes, write-ahead journal, SQLite %s with the WAL-reset bug: %d other openers, all busy\n",
        sqlite3_libversion(), n);
}

START_TEST(write_ahead_journal)
{
    if (mbill__sqlite_has_wal_reset_bug(sqlite3_libversion_number())) {
        assert_busy();
        return;
    }
    uint32_t flags = _i >= 2 ? MBILL_STORE_SHARED : 0;
    run_all(flags, _i % 2 == 0 ? PATIENCE_MS : 0);
    check_all(flags);
    tell("write-ahead", _i % 2 == 0 ? "wait" : "are refused and try again");
    if (_i % 2 == 0)
        for (int i = 0; i < WRITERS; i++) ck_assert_int_eq(shared->busy[i], 0);
    printf("# SQLite %s\n", sqlite3_libversion());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("processes");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 900);
    tcase_add_test(all, rollback_journal_writers_wait);
    tcase_add_test(all, rollback_journal_writers_are_refused);
    tcase_add_loop_test(all, write_ahead_journal, 0, 4);
    suite_add_tcase(suite, all);
    return check_run(suite, CK_NOFORK);
}
