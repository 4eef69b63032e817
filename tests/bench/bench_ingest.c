/* SPDX-License-Identifier: Apache-2.0 */
/* A city's readings into the store, hour by hour across all meters, 2 % of them late by 1 to 24 hours and 1 % sent twice, each hour one durable
 * batch; against rows of the same readings inserted bare, in the same order and of as many an hour. One JSON object a line.
 * bench_ingest FOLDER METERS HOURS [SECONDS]: with seconds, hours go on until they are over; a tenth of the hours with ten times the meters
 * shows how it grows. */
#define _POSIX_C_SOURCE 200809L
#include "city.h"
#include "meterbill.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BARE_HOURS = 3 };

static const char *folder;
static char path[400];

/* The city: where each meter stands, and what is still to arrive. */
static size_t n_meters;
static int64_t *counts;
static batch later[LATE_HOURS + 1]; /* by the hour of arrival, going round */

/* Everything that arrives in the hour, meters in no order. */
static batch *arrive(int64_t hour)
{
    batch *now = &later[hour % (LATE_HOURS + 1)];
    size_t stride = n_meters > 7919 ? 7919 : 1; /* a prime that does not divide the numbers used */
    size_t meter = chance((uint32_t)n_meters);
    for (size_t i = 0; i < n_meters; i++, meter = (meter + stride) % n_meters) {
        counts[meter] += STEP * chance(300);
        uint32_t fate = chance(100);
        batch *to = fate < 2 ? &later[(hour + 1 + chance(LATE_HOURS)) % (LATE_HOURS + 1)] : now;
        add(to, (int64_t)meter + 1, START + hour * HOUR, counts[meter]);
        if (fate == 2) add(&later[(hour + 1) % (LATE_HOURS + 1)], (int64_t)meter + 1, START + hour * HOUR, counts[meter]);
    }
    return now;
}

static void begin_city(size_t meters)
{
    n_meters = meters;
    counts = more(counts, meters * sizeof *counts);
    for (size_t i = 0; i < meters; i++) counts[i] = STEP * (int64_t)chance(5000000);
    for (size_t i = 0; i <= LATE_HOURS; i++) later[i].n = 0;
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

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
}

/* Meters alone: of accounts nothing is needed here. */
static mbill_store *make_store(const char *name)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
    mbill_store *store;
    mbill_error err;
    sqlite3 *db;
    char sql[300];
    mbill_error_init(&err);
    if (mbill_store_open(name, &options, NULL, &store, &err) != MBILL_OK) stop(err.message);
    mbill_store_free(store);
    if (sqlite3_open(name, &db) != SQLITE_OK) stop("the file cannot be opened");
    snprintf(sql, sizeof sql,
        "INSERT INTO mbill_meter WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < %zu) SELECT n, 'M' || "
        "n FROM i;"
        "INSERT INTO mbill_register SELECT meter_no, meter_no, 'import', 'kWh', 0, 1000000 FROM mbill_meter;",
        n_meters);
    run_sql(db, sql);
    sqlite3_close(db);
    options.flags = 0;
    if (mbill_store_open(name, &options, NULL, &store, &err) != MBILL_OK) stop(err.message);
    return store;
}

static int64_t size_of(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0 ? (int64_t)about.st_size : 0;
}

typedef struct measured {
    double ingest_s, longest_s;
    int64_t n_rows, n_added, n_same, n_hours, bytes;
} measured;

static void take_hour(mbill_store *store, int64_t hour, measured *out)
{
    mbill_ingest_counts did = {.struct_size = sizeof did};
    mbill_error err;
    batch *now = arrive(hour);
    mbill_reading_columns columns = {.struct_size = sizeof columns,
        .n = now->n,
        .registers = now->registers,
        .at_utc_s = now->times,
        .values_micro = now->values};
    mbill_error_init(&err);
    double before = now_s();
    if (mbill_store_ingest(store, &columns, &did, &err) != MBILL_OK) stop(err.message);
    double took_s = now_s() - before;
    out->ingest_s += took_s;
    if (took_s > out->longest_s) out->longest_s = took_s;
    out->n_rows += (int64_t)now->n;
    out->n_added += did.n_added;
    out->n_same += did.n_same;
    out->n_hours++;
    if (did.n_corrected != 0 || did.n_behind_bill != 0) stop("a reading was taken for a correction");
    now->n = 0;
}

/* Every reading that was sent is there, once. */
static void check(mbill_store *store, const measured *did)
{
    char text[600], wanted[64];
    size_t len = sizeof text;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_store_summary(store, text, &len, &err) != MBILL_OK) stop(err.message);
    snprintf(wanted, sizeof wanted, "\"readings\":%" PRId64 ",", did->n_added);
    if (strstr(text, wanted) == NULL || did->n_added + did->n_same != did->n_rows) stop("readings are missing");
}

static measured ingest(size_t meters, int64_t hours, double seconds)
{
    measured did = {0};
    double begin = now_s();
    begin_city(meters);
    mbill_store *store = make_store(file("ingest.db"));
    int64_t empty = size_of(path);
    for (int64_t hour = 0; seconds > 0 ? now_s() - begin < seconds : hour < hours; hour++) take_hour(store, hour, &did);
    check(store, &did);
    mbill_store_free(store);
    did.bytes = size_of(path) - empty;
    file("ingest.db");
    return did;
}

/* The same readings as rows by themselves. */
static double insert_bare(size_t meters)
{
    sqlite3 *db;
    sqlite3_stmt *put;
    double took_s = 0;
    int64_t n = 0;
    begin_city(meters);
    if (sqlite3_open(file("ingest-bare.db"), &db) != SQLITE_OK) stop("the file cannot be opened");
    run_sql(db,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=256; PRAGMA cache_size=-65536;"
        "CREATE TABLE reading(register_no INTEGER, at_utc_s INTEGER, value_micro INTEGER, flags INTEGER, PRIMARY "
        "KEY(register_no, "
        "at_utc_s)) STRICT, WITHOUT ROWID");
    if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO reading VALUES(?1, ?2, ?3, 0)", -1, &put, NULL) != SQLITE_OK)
        stop("no insert");
    for (int64_t hour = 0; hour < BARE_HOURS; hour++) {
        batch *now = arrive(hour);
        double before = now_s();
        run_sql(db, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < now->n; i++) {
            sqlite3_bind_int64(put, 1, now->registers[i]);
            sqlite3_bind_int64(put, 2, now->times[i]);
            sqlite3_bind_int64(put, 3, now->values[i]);
            if (sqlite3_step(put) != SQLITE_DONE) stop(sqlite3_errmsg(db));
            sqlite3_reset(put);
        }
        run_sql(db, "COMMIT");
        took_s += now_s() - before;
        n += (int64_t)now->n;
        now->n = 0;
    }
    sqlite3_finalize(put);
    sqlite3_close(db);
    file("ingest-bare.db");
    return (double)n / took_s;
}

int main(int argc, char **argv)
{
    if (argc < 4) stop("usage: bench_ingest FOLDER METERS HOURS [SECONDS]");
    folder = argv[1];
    size_t meters = strtoull(argv[2], NULL, 10);
    int64_t hours = strtoll(argv[3], NULL, 10);
    double seconds = argc > 4 ? strtod(argv[4], NULL) : 0;
    measured did = ingest(meters, hours, seconds);
    double rate = (double)did.n_rows / did.ingest_s, bare = insert_bare(meters);
    printf("{\"name\":\"city_ingest\",\"value\":%.0f,\"unit\":\"readings/"
           "s\",\"against\":%.0f,\"ratio\":%.2f,\"meters\":%zu,\"hours\":%" PRId64 ",\"readings\":%" PRId64
           ",\"longest_hour_s\":%.3f}\n",
        rate, bare, rate / bare, meters, did.n_hours, did.n_added, did.longest_s);
    printf("{\"name\":\"city_bytes\",\"value\":%.2f,\"unit\":\"bytes a reading\",\"against\":12,\"ratio\":%.2f}\n",
        (double)did.bytes / (double)did.n_added, (double)did.bytes / (double)did.n_added / 12);
    measured ten = ingest(10 * meters, hours < 20 ? 2 : hours / 10, 0);
    printf("{\"name\":\"city_ingest_10x\",\"value\":%.0f,\"unit\":\"readings/"
           "s\",\"against\":%.0f,\"ratio\":%.2f,\"longest_hour_s\":%.3f}\n",
        (double)ten.n_rows / ten.ingest_s, rate, (double)ten.n_rows / ten.ingest_s / rate, ten.longest_s);
    for (size_t i = 0; i <= LATE_HOURS; i++) {
        free(later[i].registers);
        free(later[i].times);
        free(later[i].values);
    }
    free(counts);
    return 0;
}
