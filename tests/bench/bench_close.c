/* SPDX-License-Identifier: Apache-2.0 */
/* A city closed for a month: accounts with an hourly meter each (2 % of the readings late) and credit in the ledger, priced, posted and billed; against reading the same stored
 * bytes and inserting the same rows of bills and postings bare, in as many transactions. Then the same close in steps while 32 clients top up on the
 * one connection. One JSON object a line. bench_close FOLDER ACCOUNTS HOURS [BUDGET]: half the accounts before show how it grows. */
#define _DEFAULT_SOURCE
#include "city_store.h"
#include "meterbill.h"

#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 32, TOP_UPS_A_SECOND = 500, BATCH = 1000 };

static const char *folder;
static char city_path[400], copy_path[400], bare_path[400];
static size_t n_accounts;
static int64_t n_hours, budget = 16;
static volatile uint64_t seen; /* so that what is read bare is used */

/* What a child process has measured. */
typedef struct measured {
    double open_s, took_s, read_s, insert_s, longest_s, p50_s, p99_s, max_s;
    double cpu_s; /* of the processor, in what was timed */
    int64_t n_bills, n_readings, tile_bytes, row_bytes, n_top_ups, n_steps, peak_kib;
} measured;
static measured *out;

static void remove_file(const char *path)
{
    static const char *const TAILS[] = {"", "-wal", "-shm", "-journal"};
    char name[420];
    for (size_t i = 0; i < sizeof TAILS / sizeof TAILS[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, TAILS[i]);
        unlink(name);
    }
}

static mbill_store *open_store(const char *path, uint32_t flags)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_store *store;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_store_open(path, &options, NULL, &store, &err) != MBILL_OK) stop(err.message);
    return store;
}

/* The city */

/* BENCH_ALARMS: every account's balance is watched by three levels, which the close leaves far below ("quiet"), or takes each account through ("low"). */
static void put_alarms(mbill_store *store)
{
    static const char LEVEL[] = "{\"when\":\"at_or_below\",\"limit\":%d,\"notice\":{\"channels\":[\"app\"]}}";
    const char *which = getenv("BENCH_ALARMS");
    char levels[3][128], json[600];
    mbill_error err;
    mbill_error_init(&err);
    if (which == NULL) return;
    for (int i = 0; i < 3; i++)
        snprintf(levels[i], sizeof levels[i], LEVEL, strcmp(which, "low") == 0 ? 40 - 20 * i : -1000000 - i);
    int n = snprintf(json, sizeof json,
        "{\"meterbill\":1,\"kind\":\"alarms\",\"channels\":[\"app\"],\"alarms\":{\"balance\":{\"watches\":\"balance\",\"levels\":"
        "[%s,%s,%s]}}}",
        levels[0], levels[1], levels[2]);
    if (mbill_store_alarm_put(store, "all", json, (size_t)n, NULL, &err) != MBILL_OK) stop(err.message);
    if (mbill_store_alarm_default(store, "all", &err) != MBILL_OK) stop(err.message);
}

static void build(void)
{
    mbill_error err;
    double begin = now_s();
    mbill_error_init(&err);
    mbill_store *store = open_store(city_path, MBILL_STORE_CREATE);
    if (mbill_store_put_tariff(store, CITY_TARIFF, sizeof CITY_TARIFF - 1, NULL, &err) != MBILL_OK) stop(err.message);
    city_accounts(store, n_accounts);
    city_money(store, n_accounts);
    put_alarms(store);
    city_readings(store, n_accounts, n_hours, NULL);
    mbill_store_free(store);
    out->took_s = now_s() - begin;
}

/* The close */

static mbill_close_options options_of(void)
{
    return (mbill_close_options){.struct_size = sizeof(mbill_close_options),
        .from_utc_s = START,
        .to_utc_s = START + n_hours * HOUR,
        .recorded_utc_s = START + n_hours * HOUR,
        .batch = BATCH};
}

static void check(const mbill_close_summary *summary)
{
    if (summary->n_billed != (int64_t)n_accounts) stop("not every contract was billed");
    if (summary->n_readings != (int64_t)n_accounts * (n_hours + 1)) stop("readings are missing");
    out->n_bills = summary->n_billed;
    out->n_readings = summary->n_readings;
}

static void close_city(void)
{
    mbill_close_options options = options_of();
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_journal *journal;
    mbill_error err;
    mbill_error_init(&err);
    double begin = now_s();
    mbill_store *store = open_store(city_path, 0);
    if (mbill_store_journal(store, &journal, &err) != MBILL_OK) stop(err.message);
    out->open_s = now_s() - begin;
    double cpu_before_s = cpu_s();
    begin = now_s();
    if (mbill_store_close_span(store, &options, &summary, &err) != MBILL_OK) stop(err.message);
    out->took_s = now_s() - begin;
    out->cpu_s = cpu_s() - cpu_before_s;
    check(&summary);
    mbill_store_free(store);
}

/* The same bare */

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
}

static sqlite3 *open_bare(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK) stop("the file cannot be opened");
    run_sql(db,
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=256; PRAGMA "
        "cache_size=-65536");
    return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    return query;
}

static void read_bare(sqlite3 *db)
{
    sqlite3_stmt *query = prepare(db, "SELECT data FROM mbill_reading_tile ORDER BY group_no, kind, last_utc_s");
    double begin = now_s(), cpu_before_s = cpu_s();
    while (sqlite3_step(query) == SQLITE_ROW) {
        const uint8_t *bytes = sqlite3_column_blob(query, 0);
        size_t n = (size_t)sqlite3_column_bytes(query, 0);
        uint64_t part = 0, word;
        for (size_t i = 0; i + sizeof word <= n; i += sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            part += word;
        }
        seen += part;
        out->tile_bytes += (int64_t)n;
    }
    out->read_s = now_s() - begin;
    out->cpu_s += cpu_s() - cpu_before_s;
    sqlite3_finalize(query);
}

/* The rows of one transaction are fetched outside of the time. */
static void copy_rows(sqlite3 *from, sqlite3 *to, const char *select, const char *insert, int64_t batch_rows)
{
    enum { COLUMNS_MAX = 11 };
    sqlite3_stmt *get = prepare(from, select), *put = prepare(to, insert);
    sqlite3_value **values = more(NULL, (size_t)batch_rows * COLUMNS_MAX * sizeof *values);
    int n_columns = sqlite3_column_count(get);
    for (bool row = true; row;) {
        int64_t n = 0;
        while (n < batch_rows && (row = sqlite3_step(get) == SQLITE_ROW)) {
            for (int i = 0; i < n_columns; i++) {
                values[n * COLUMNS_MAX + i] = sqlite3_value_dup(sqlite3_column_value(get, i));
                out->row_bytes += sqlite3_column_bytes(get, i);
            }
            n++;
        }
        double begin = now_s(), cpu_before_s = cpu_s();
        run_sql(to, "BEGIN IMMEDIATE");
        for (int64_t k = 0; k < n; k++) {
            for (int i = 0; i < n_columns; i++) sqlite3_bind_value(put, i + 1, values[k * COLUMNS_MAX + i]);
            if (sqlite3_step(put) != SQLITE_DONE) stop(sqlite3_errmsg(to));
            sqlite3_reset(put);
        }
        run_sql(to, "COMMIT");
        out->insert_s += now_s() - begin;
        out->cpu_s += cpu_s() - cpu_before_s;
        for (int64_t k = 0; k < n; k++)
            for (int i = 0; i < n_columns; i++) sqlite3_value_free(values[k * COLUMNS_MAX + i]);
    }
    sqlite3_finalize(get);
    sqlite3_finalize(put);
    free(values);
}

static void do_bare(void)
{
    char sql[300];
    sqlite3 *from = open_bare(city_path), *to = open_bare(bare_path);
    run_sql(to,
        "CREATE TABLE bill(bill_no INTEGER PRIMARY KEY, contract_no INTEGER NOT NULL, account_no INTEGER NOT NULL, tariff_no "
        "INTEGER NOT NULL, record INTEGER NOT NULL UNIQUE, from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL, from_date "
        "TEXT "
        "NOT NULL, flags INTEGER NOT NULL, total_micro INTEGER NOT NULL, body TEXT NOT NULL, position TEXT NOT NULL, "
        "UNIQUE(contract_no, from_utc_s)) STRICT; CREATE INDEX of_account ON bill(account_no, from_utc_s); CREATE INDEX by_end "
        "ON "
        "bill(to_utc_s); CREATE TABLE segment(first_record INTEGER PRIMARY KEY, n_records INTEGER NOT NULL, hash BLOB NOT NULL, "
        "data BLOB NOT NULL) STRICT");
    read_bare(from);
    copy_rows(from, to,
        "SELECT contract_no, account_no, tariff_no, record, from_utc_s, to_utc_s, from_date, flags, total_micro, body, position "
        "FROM "
        "mbill_bill ORDER BY bill_no",
        "INSERT INTO bill(contract_no, account_no, tariff_no, record, from_utc_s, to_utc_s, from_date, flags, total_micro, body, "
        "position) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        BATCH);
    snprintf(sql, sizeof sql,
        "SELECT first_record, n_records, hash, data FROM mbill_segment WHERE first_record >= %zu ORDER BY first_record",
        2 * n_accounts);
    copy_rows(from, to, sql, "INSERT INTO segment VALUES(?1, ?2, ?3, ?4)", 64);
    sqlite3_close(from);
    sqlite3_close(to);
}

/* Top-ups meanwhile: each client sends on time, or as soon as it has its answer, and counts from when it should have sent. */

typedef struct client {
    pthread_t thread;
    pthread_cond_t answered;
    mbill_operation op;
    bool waits;
    size_t number;
    double *latencies;
    size_t n, cap;
} client;
static client clients[CLIENTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool over;
static double began_s;

static void wait_until(double at_s)
{
    double left_s = at_s - now_s();
    if (left_s <= 0) return;
    struct timespec pause = {(time_t)left_s, (long)((left_s - (double)(time_t)left_s) * 1e9)};
    nanosleep(&pause, NULL);
}

static void *top_up(void *ctx)
{
    client *me = ctx;
    for (uint64_t i = 0;; i++) {
        double due_s = began_s + ((double)i + (double)me->number / CLIENTS) * CLIENTS / TOP_UPS_A_SECOND;
        wait_until(due_s);
        pthread_mutex_lock(&lock);
        me->op = (mbill_operation){.kind = MBILL_OPERATION_TOP_UP,
            .account = 1 + (int64_t)((i * CLIENTS + me->number) * UINT64_C(2654435761) % n_accounts),
            .amount_micro = 10 * CITY_UNIT,
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE};
        me->op.id.bytes[0] = 9;
        me->op.id.bytes[1] = (uint8_t)me->number;
        memcpy(me->op.id.bytes + 8, &i, sizeof i);
        me->waits = true;
        while (me->waits && !over) pthread_cond_wait(&me->answered, &lock);
        bool last = me->waits;
        pthread_mutex_unlock(&lock);
        if (last) return NULL;
        if (me->n == me->cap) {
            me->cap = me->cap * 2 + 1024;
            me->latencies = more(me->latencies, me->cap * sizeof *me->latencies);
        }
        me->latencies[me->n++] = now_s() - due_s;
    }
}

/* All that wait, taken along by one step. */
typedef struct taken {
    mbill_operation ops[CLIENTS];
    mbill_result results[CLIENTS];
    client *who[CLIENTS];
    size_t n;
} taken;

static void take_waiting(taken *all)
{
    all->n = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < CLIENTS; i++)
        if (clients[i].waits) {
            all->who[all->n] = &clients[i];
            all->ops[all->n++] = clients[i].op;
        }
    pthread_mutex_unlock(&lock);
}

static void answer(const taken *all)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < all->n; i++) {
        if (all->results[i].code != MBILL_RESULT_OK) stop(mbill_result_name(all->results[i].code));
        all->who[i]->waits = false;
        pthread_cond_signal(&all->who[i]->answered);
    }
    pthread_mutex_unlock(&lock);
    out->n_top_ups += (int64_t)all->n;
}

static void end_clients(void)
{
    double *all = NULL;
    size_t n = 0;
    pthread_mutex_lock(&lock);
    over = true;
    for (size_t i = 0; i < CLIENTS; i++) pthread_cond_signal(&clients[i].answered);
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        all = more(all, (n + clients[i].n + 1) * sizeof *all);
        if (clients[i].n > 0) memcpy(all + n, clients[i].latencies, clients[i].n * sizeof *all);
        n += clients[i].n;
        free(clients[i].latencies);
    }
    if (n > 0) {
        qsort(all, n, sizeof *all, rises);
        out->p50_s = all[n / 2];
        out->p99_s = all[n * 99 / 100];
        out->max_s = all[n - 1];
    }
    free(all);
}

static void close_and_serve(void)
{
    mbill_close_options options = options_of();
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_journal *journal; /* opened before the time begins */
    mbill_close *close;
    mbill_error err;
    bool left = true;
    mbill_error_init(&err);
    mbill_store *store = open_store(copy_path, 0);
    if (mbill_store_journal(store, &journal, &err) != MBILL_OK) stop(err.message);
    if (mbill_close_begin(store, &options, &close, &err) != MBILL_OK) stop(err.message);
    began_s = now_s();
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].number = i;
        pthread_cond_init(&clients[i].answered, NULL);
        if (pthread_create(&clients[i].thread, NULL, top_up, &clients[i]) != 0) stop("no thread");
    }
    while (left) {
        static taken all;
        double before = now_s();
        take_waiting(&all);
        if (mbill_close_step_apply(close, budget, all.ops, all.n, options.recorded_utc_s, all.results, &left, &err) != MBILL_OK)
            stop(err.message);
        double took_s = now_s() - before;
        if (took_s > out->longest_s) out->longest_s = took_s;
        out->n_steps++;
        answer(&all);
    }
    out->took_s = now_s() - began_s;
    end_clients();
    if (mbill_close_sums(close, &summary, NULL, NULL, &err) != MBILL_OK) stop(err.message);
    check(&summary);
    mbill_close_free(close);
    mbill_store_free(store);
}

/* Each part in a process of its own, so that its memory is its own. */
static measured run(void (*part)(void))
{
    struct rusage used;
    int ended;
    memset(out, 0, sizeof *out);
    pid_t child = fork();
    if (child < 0) stop("no process");
    if (child == 0) {
        part();
        _exit(0);
    }
    if (wait4(child, &ended, 0, &used) != child || ended != 0) stop("a part failed");
    out->peak_kib = used.ru_maxrss;
    return *out;
}

static void copy_city(void)
{
    char *bytes = more(NULL, 1 << 20);
    size_t n;
    FILE *in = fopen(city_path, "rb"), *to = fopen(copy_path, "wb");
    if (in == NULL || to == NULL) stop("the file cannot be copied");
    while ((n = fread(bytes, 1, 1 << 20, in)) > 0)
        if (fwrite(bytes, 1, n, to) != n) stop("the file cannot be copied");
    fclose(in);
    if (fflush(to) != 0 || fsync(fileno(to)) != 0) stop("the file cannot be copied"); /* the disk has nothing else to do then */
    if (fclose(to) != 0) stop("the file cannot be copied");
    free(bytes);
}

static double measure(size_t accounts)
{
    n_accounts = accounts;
    remove_file(city_path); /* that of the half, when it was kept */
    remove_file(copy_path);
    measured built = run(build);
    copy_city();
    measured closed = run(close_city), bare = run(do_bare), served = run(close_and_serve);
    double bare_s = bare.read_s + bare.insert_s;
    printf("{\"name\":\"city_close\",\"value\":%.2f,\"unit\":\"s\",\"against\":%.2f,\"ratio\":%.2f,\"accounts\":%zu,\"hours\":"
           "%" PRId64 ",\"readings\":%" PRId64 ",\"bare_read_s\":%.2f,\"bare_insert_s\":%.2f,\"tile_bytes\":%" PRId64
           ",\"row_bytes\":%" PRId64 ",\"cpu_s\":%.2f,\"bare_cpu_s\":%.2f,\"ledger_open_s\":%.2f,\"build_s\":%.1f}\n",
        closed.took_s, bare_s, closed.took_s / bare_s, accounts, n_hours, closed.n_readings, bare.read_s, bare.insert_s,
        bare.tile_bytes, bare.row_bytes, closed.cpu_s, bare.cpu_s, closed.open_s, built.took_s);
    printf("{\"name\":\"city_close_memory\",\"value\":%.1f,\"unit\":\"MiB\",\"against\":2048,\"ratio\":%.3f}\n",
        (double)closed.peak_kib / 1024, (double)closed.peak_kib / 1024 / 2048);
    printf("{\"name\":\"city_topup\",\"value\":%.2f,\"unit\":\"ms, "
           "p99\",\"against\":50,\"ratio\":%.2f,\"p50_ms\":%.2f,\"max_ms\":%.2f,"
           "\"top_ups\":%" PRId64 ",\"a_second\":%.0f,\"close_s\":%.2f,\"steps\":%" PRId64 ",\"longest_step_ms\":%.2f}\n",
        served.p99_s * 1e3, served.p99_s * 1e3 / 50, served.p50_s * 1e3, served.max_s * 1e3, served.n_top_ups,
        (double)served.n_top_ups / served.took_s, served.took_s, served.n_steps, served.longest_s * 1e3);
    fflush(stdout);
    if (getenv("BENCH_KEEP") == NULL) {
        remove_file(city_path);
        remove_file(copy_path);
    }
    remove_file(bare_path);
    return closed.took_s;
}

int main(int argc, char **argv)
{
    if (argc < 4) stop("usage: bench_close FOLDER ACCOUNTS HOURS [BUDGET]");
    folder = argv[1];
    size_t accounts = strtoull(argv[2], NULL, 10);
    n_hours = strtoll(argv[3], NULL, 10);
    if (argc > 4) budget = strtoll(argv[4], NULL, 10);
    snprintf(city_path, sizeof city_path, "%s/close.db", folder);
    snprintf(copy_path, sizeof copy_path, "%s/close-copy.db", folder);
    snprintf(bare_path, sizeof bare_path, "%s/close-bare.db", folder);
    remove_file(city_path);
    remove_file(copy_path);
    remove_file(bare_path);
    out = mmap(NULL, sizeof *out, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (out == MAP_FAILED) stop("no memory");
    double half_s = accounts > 1 ? measure(accounts / 2) : 0, whole_s = measure(accounts);
    printf("{\"name\":\"city_close_10x\",\"value\":%.1f,\"unit\":\"s, estimated from two "
           "sizes\",\"against\":%.2f,\"ratio\":%.2f}\n",
        whole_s + 2 * (whole_s - half_s) * 9, whole_s, (whole_s + 2 * (whole_s - half_s) * 9) / whole_s);
    return 0;
}
