/* SPDX-License-Identifier: Apache-2.0 */
/* The kept ledger against what the disk and SQLite allow in the same run: batches against a bare insert of one 64-byte row a leg, a single
 * top-up against a bare append with fdatasync, and opening (chain verified, book made again). One JSON object a line. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 8190, ROW = 64, PAGE = 4096, SAMPLES_MAX = 1 << 20 };
#define NOW INT64_C(1767571200)
#define UNIT INT64_C(1000000)

static const char *folder = ".";
static double seconds = 30;
static size_t n_accounts = 100000, n_singles = 2000;
static uint64_t next_id;
static char path[400];
static mbill_operation ops[BATCH];
static mbill_result results[BATCH];
static double samples[SAMPLES_MAX];

static double at_share(double *all, size_t n, double share)
{
    qsort(all, n, sizeof *all, rises);
    return all[(size_t)((double)(n - 1) * share)];
}

static const char *file(const char *name)
{
    static const char *const TAILS[] = {"-wal", "-shm", "-journal", ""};
    for (size_t i = 0; i < sizeof TAILS / sizeof TAILS[0]; i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, name, TAILS[i]);
        unlink(path);
    }
    return path;
}

static mbill_id new_id(void)
{
    mbill_id id = {{1}};
    next_id++;
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)(next_id >> 8 * i);
    return id;
}

static mbill_operation op_of(int32_t kind, int64_t account, int64_t amount_micro)
{
    return (mbill_operation){.id = new_id(),
        .kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

/* ---- the file ---- */

static mbill_store *store;
static mbill_journal *journal;

static void open_file(const char *name, uint32_t flags)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_store_open(name, &options, NULL, &store, &err) != MBILL_OK || mbill_journal_open(store, &journal, &err) != MBILL_OK)
        stop(err.message);
}

static void close_file(void)
{
    mbill_journal_free(journal);
    mbill_store_free(store);
}

static void apply(size_t n)
{
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_journal_apply(journal, ops, n, NOW, results, &err) != MBILL_OK) stop(err.message);
    for (size_t i = 0; i < n; i++)
        if (results[i].code != MBILL_RESULT_OK) stop(mbill_result_name(results[i].code));
}

/* Plain accounts that may not spend more than they have, with money. */
static void make_accounts(void)
{
    for (size_t first = 1; first <= n_accounts;) {
        size_t n = 0;
        for (; n + 1 < BATCH && first <= n_accounts; first++) {
            ops[n] = op_of(MBILL_OPERATION_OPEN, (int64_t)first, 0);
            ops[n++].limit = MBILL_LIMIT_DEBITS_UP_TO_CREDITS;
            ops[n] = op_of(MBILL_OPERATION_TRANSFER, mbill_system_account(MBILL_SYSTEM_CASH, 1), INT64_C(1000000) * UNIT);
            ops[n++].other = (int64_t)first;
        }
        apply(n);
    }
}

static void make_transfers(void)
{
    for (size_t i = 0; i < BATCH; i++) {
        uint32_t from = chance(n_accounts), to = chance(n_accounts - 1);
        ops[i] = op_of(MBILL_OPERATION_TRANSFER, 1 + (int64_t)from, UNIT);
        ops[i].other = 1 + (int64_t)(to >= from ? to + 1 : to);
    }
}

/* ---- bare inserts ---- */

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
}

static double bare_cpu_s; /* a row */

/* Rows a second; the settings are those of the store, but for checkpoints of 8 MiB: they suit many small rows. */
static double bare_rate(double for_s)
{
    sqlite3 *db;
    sqlite3_stmt *put;
    uint8_t row[ROW] = {0};
    size_t n = 0;
    if (sqlite3_open(file("bare.db"), &db) != SQLITE_OK) stop("bare.db");
    run(db,
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
        "PRAGMA wal_autocheckpoint=2048; CREATE TABLE t(id INTEGER PRIMARY KEY, row BLOB)");
    if (sqlite3_prepare_v2(db, "INSERT INTO t VALUES(?1, ?2)", -1, &put, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    double start = now_s(), cpu = cpu_s();
    while (now_s() - start < for_s) {
        run(db, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < BATCH; i++) {
            row[0] = (uint8_t)i;
            sqlite3_bind_int64(put, 1, (sqlite3_int64)++n);
            sqlite3_bind_blob(put, 2, row, ROW, SQLITE_STATIC);
            if (sqlite3_step(put) != SQLITE_DONE) stop(sqlite3_errmsg(db));
            sqlite3_reset(put);
        }
        run(db, "COMMIT");
    }
    double rate = (double)n / (now_s() - start);
    bare_cpu_s = (cpu_s() - cpu) / (double)n;
    sqlite3_finalize(put);
    sqlite3_close(db);
    file("bare.db");
    return rate;
}

/* ---- rows ---- */

/* What the disk alone takes for a batch's bytes, in the same run: the seconds of appends with fdatasync, in order of size. */
static size_t append_batches(size_t bytes_each, double *out_s)
{
    enum { APPENDS = 200 };
    uint8_t *bytes = calloc(1, bytes_each);
    int bare = open(file("bare.log"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (bare < 0 || bytes == NULL) stop("bare.log");
    size_t n = 0;
    for (double busy = 0; n < APPENDS && busy < seconds / 4; busy += out_s[n++]) {
        double start = now_s();
        if (write(bare, bytes, bytes_each) != (ssize_t)bytes_each || fdatasync(bare) != 0) stop("append");
        out_s[n] = now_s() - start;
    }
    free(bytes);
    close(bare);
    file("bare.log");
    return n;
}

static void say_times(const char *name, double *times_s, size_t n)
{
    printf("\"%s_p50_ms\":%.2f,\"%s_p99_ms\":%.2f,\"%s_max_ms\":%.1f", name, 1e3 * at_share(times_s, n, 0.5), name,
        1e3 * at_share(times_s, n, 0.99), name, 1e3 * at_share(times_s, n, 1));
}

/* Returns the file, with all that was booked, for the next row. */
static int64_t bench_durable(void)
{
    size_t n = 0;
    double bare = bare_rate(seconds / 4);
    open_file(file("ledger.db"), MBILL_STORE_CREATE);
    make_accounts();
    double busy = 0, cpu = 0;
    while (busy < seconds && n < SAMPLES_MAX) {
        make_transfers();
        double start = now_s(), before = cpu_s();
        apply(BATCH);
        samples[n] = now_s() - start;
        cpu += cpu_s() - before;
        busy += samples[n++];
    }
    const mbill_book *book;
    const uint8_t *bytes;
    size_t len, n_appends;
    static double appends[SAMPLES_MAX];
    if (mbill_journal_book(journal, &book, NULL) != MBILL_OK) stop("book");
    int64_t n_records = mbill_book_n_records(book);
    if (mbill_book_journal(book, n_records - BATCH, BATCH, &bytes, &len, NULL) != MBILL_OK) stop("journal");
    n_appends = append_batches(len, appends);
    close_file();
    bare = (bare + bare_rate(seconds / 4)) / 2;
    double rate = (double)(n * BATCH) / busy;
    printf("{\"name\":\"ledger_durable\",\"value\":%.0f,\"unit\":\"postings/s\",\"against\":\"bare insert of a 64-byte row, "
           "%.0f/s\",\"ratio\":%.2f,\"cpu_ratio\":%.2f,\"seconds\":%.1f,",
        rate, bare, rate / bare, bare_cpu_s / (cpu / (double)(n * BATCH)), busy);
    say_times("batch", samples, n);
    printf(",\"append_bytes\":%zu,", len);
    say_times("append", appends, n_appends);
    puts("}");
    return n_records;
}

static void bench_verify(int64_t n_records)
{
    snprintf(path, sizeof path, "%s/ledger.db", folder);
    double start = now_s(), cpu = cpu_s();
    open_file(path, 0);
    double took = now_s() - start;
    cpu = cpu_s() - cpu;
    close_file();
    printf("{\"name\":\"ledger_verify\",\"value\":%.2f,\"unit\":\"s for 10 M postings\",\"against\":\"%" PRId64
           " records in %.2f s\",\"cpu\":%.2f}\n",
        took * 1e7 / (double)n_records, n_records, took, cpu * 1e7 / (double)n_records);
}

static double append_once(int bare)
{
    static const uint8_t page[PAGE];
    double start = now_s();
    if (write(bare, page, PAGE) != PAGE || fdatasync(bare) != 0) stop("append");
    return now_s() - start;
}

static void open_prepaid(void)
{
    mbill_policy policy;
    if (mbill_policy_preset(MBILL_PRESET_SMETS, &policy) != 1) stop("preset");
    for (size_t i = 0; i < 100; i++) {
        ops[i] = op_of(MBILL_OPERATION_OPEN, (int64_t)i + 1, 0);
        ops[i].policy = &policy;
    }
    apply(100);
}

static void bench_single(void)
{
    static double appends[SAMPLES_MAX];
    int bare = open(file("bare.log"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (bare < 0) stop("bare.log");
    open_file(file("single.db"), MBILL_STORE_CREATE);
    open_prepaid();
    for (size_t i = 0; i < n_singles; i++) {
        appends[i] = append_once(bare);
        ops[0] = op_of(MBILL_OPERATION_TOP_UP, 1 + (int64_t)(i % 100), 10 * UNIT);
        double start = now_s();
        apply(1);
        samples[i] = now_s() - start;
    }
    close_file();
    close(bare);
    double ours = at_share(samples, n_singles, 0.5), theirs = at_share(appends, n_singles, 0.5);
    printf("{\"name\":\"ledger_single\",\"value\":%.1f,\"unit\":\"us a top-up (p50)\",\"against\":\"append of 4 KiB and "
           "fdatasync, "
           "%.1f us\",\"ratio\":%.2f,\"p99_us\":%.1f}\n",
        1e6 * ours, 1e6 * theirs, ours / theirs, 1e6 * at_share(samples, n_singles, 0.99));
    file("bare.log");
    file("single.db");
}

/* bench_journal [FOLDER [SECONDS ACCOUNTS SINGLES]] */
int main(int argc, char **argv)
{
    if (argc >= 2) folder = argv[1];
    if (argc == 5) {
        seconds = strtod(argv[2], NULL);
        n_accounts = strtoul(argv[3], NULL, 10);
        n_singles = strtoul(argv[4], NULL, 10);
    }
    if ((argc != 1 && argc != 2 && argc != 5) || n_accounts < 2 || n_singles == 0 || n_singles > SAMPLES_MAX)
        stop("usage: bench_journal [FOLDER [SECONDS ACCOUNTS SINGLES]]");
    bench_verify(bench_durable());
    file("ledger.db");
    bench_single();
    return 0;
}
