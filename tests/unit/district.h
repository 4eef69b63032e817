/* SPDX-License-Identifier: Apache-2.0 */
/* A small district for the tests of the store: documents and files made in memory, sums that a person can check, a temporary
 * folder, and a digest of all that a file holds. */
#ifndef DISTRICT_H
#define DISTRICT_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* mkdtemp; this header is included first */
#endif

#include "elsewhere.h"
#include "meterbill/calendar.h"
#include "meterbill/contract.h"
#include "meterbill/journal.h"
#include "meterbill/reading.h"
#include "meterbill/store.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORDED_UTC_S INT64_C(1770000000)
#define UNUSED_OK __attribute__((unused))

/* 0.50 up to 100 kWh a year, 0.60 above; 1.00 a month for each account. */
#define TARIFF_TEXT(version, from, to, low)                                                                                      \
    "{\"meterbill\":1,\"id\":\"ladder\",\"version\":\"" version "\",\"currency\":\"CNY\",\"zone\":\"CST-8\","                    \
    "\"valid\":{\"from\":\"" from "\",\"to\":" to "},"                                                                           \
    "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"                                                        \
    "\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"},"                     \
    "\"charges\":[{\"id\":\"basic\",\"quantity\":\"one\",\"rate\":\"1.00\"},"                                                    \
    "{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"bounds\":[\"100\"]},"       \
    "\"rate\":[\"" low "\",\"0.60\"]}]}"
#define TARIFF_2026 TARIFF_TEXT("2026", "2026-01-01", "null", "0.50")

/* A text that grows. */
typedef struct growing {
    char *text;
    size_t len, cap;
} growing;

__attribute__((format(printf, 2, 3))) UNUSED_OK static void say(growing *out, const char *format, ...)
{
    va_list args;
    if (out->cap - out->len < 1024) {
        out->cap = out->cap * 2 + 4096;
        out->text = realloc(out->text, out->cap);
        if (out->text == NULL) abort();
    }
    va_start(args, format);
    out->len += (size_t)vsnprintf(out->text + out->len, out->cap - out->len, format, args);
    va_end(args);
}

UNUSED_OK static void say_account(growing *out, int n, const char *tariff, const char *from)
{
    say(out,
        "{\"id\":\"A%04d\",\"title\":\"door "
        "%d\",\"facts\":{\"area\":\"%d.5\"},\"contracts\":[{\"tariff\":\"%s\",\"from\":\"%s\",",
        n, n, 50 + n, tariff, from);
    say(out,
        "\"meters\":[{\"id\":\"M%04d\",\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\",\"modulus\":\"100000\"}]}]}]}",
        n);
}

UNUSED_OK static growing make_accounts(int n)
{
    growing out = {0};
    say(&out, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[");
    for (int i = 1; i <= n; i++) {
        if (i > 1) say(&out, ",");
        say_account(&out, i, "ladder", "2026-01-01");
    }
    say(&out, "]}");
    return out;
}

/* Readings on the first days of January, February and March: account n uses 80 + n kWh, then 50 + n kWh. */
UNUSED_OK static growing make_month_readings(int n)
{
    growing out = {0};
    say(&out, "meter,time,value\n");
    for (int i = 1; i <= n; i++) {
        say(&out, "M%04d,2026-01-01,%d\n", i, 1000 + i);
        say(&out, "M%04d,2026-02-01,%d\n", i, 1000 + i + 80 + i);
        say(&out, "M%04d,2026-03-01,%d\n", i, 1000 + i + 80 + i + 50 + i);
    }
    return out;
}

/* 100ths of a yuan that account n owes for January and for February. */
UNUSED_OK static int64_t january_cents(int n)
{
    int64_t used = 80 + n, low = used < 100 ? used : 100;
    return 100 + low * 50 + (used - low) * 60;
}

UNUSED_OK static int64_t february_cents(int n)
{
    int64_t before = 80 + n, used = 50 + n, left = before < 100 ? 100 - before : 0, low = used < left ? used : left;
    return 100 + low * 50 + (used - low) * 60;
}

/* Both sides of the account's credit in the ledger; zeros before its first money. */
UNUSED_OK static mbill_place_sums sums_of(mbill_store *store, const char *account)
{
    mbill_place_sums sums = {0, 0, 0, 0};
    mbill_journal *journal;
    const mbill_book *book;
    int64_t number;
    ck_assert_int_eq(mbill_store_account_number(store, account, &number, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_store_journal(store, &journal, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_journal_book(journal, &book, NULL), MBILL_OK);
    if (mbill_book_sums(book, number, MBILL_PLACE_CREDIT, &sums, NULL) != MBILL_OK) sums = (mbill_place_sums){0, 0, 0, 0};
    return sums;
}

UNUSED_OK static mbill_status put_top_ups(mbill_store *store, const char *csv, mbill_import_counts *out, mbill_error *err)
{
    return mbill_store_put_top_ups(store, csv, strlen(csv), "CST-8", out, err);
}

#define TOP_UPS(rows) "id,account,amount,time\n" rows

/* Folders and files */

UNUSED_OK static const char *temporary_folder(void)
{
    static char folder[256];
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/mbill-test-XXXXXX", base != NULL ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    return folder;
}

/* So that another one can be made in its place. */
UNUSED_OK static void remove_store(const char *path)
{
    if (elsewhere() != NULL) remove_there(path);
    else unlink(path);
}

UNUSED_OK static void remove_folder(const char *folder)
{
    static const char *const NAMES[] = {"s.db", "s.db-wal", "s.db-shm", "s.db-journal", "other.db", "copy.db", "copy.db-wal"};
    char path[300];
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* Digest of schema, versions and every row, by a plain SQLite connection; the store must be closed. */
UNUSED_OK static void digest_query(sqlite3 *db, const char *sql, uint64_t *hash)
{
    sqlite3_stmt *query;
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    int result;
    while ((result = sqlite3_step(query)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            const unsigned char *bytes = sqlite3_column_blob(query, i);
            int n = sqlite3_column_bytes(query, i);
            for (int at = 0; at < n; at++) *hash = (*hash ^ bytes[at]) * UINT64_C(0x100000001b3);
            *hash = (*hash ^ (uint64_t)(256 + sqlite3_column_type(query, i))) * UINT64_C(0x100000001b3);
        }
    ck_assert_msg(result == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(query);
}

UNUSED_OK static uint64_t digest_file(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *tables;
    if (location_of(path) != NULL) return digest_there(path);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    digest_query(db, "PRAGMA integrity_check", &hash);
    digest_query(db, "PRAGMA foreign_key_check", &hash);
    digest_query(db, "PRAGMA user_version", &hash);
    digest_query(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY name", &hash);
    ck_assert_int_eq(sqlite3_prepare_v2(db,
                         "SELECT 'SELECT * FROM ' || name FROM sqlite_schema WHERE type = 'table' ORDER BY name", -1, &tables,
                         NULL),
        SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) digest_query(db, (const char *)sqlite3_column_text(tables, 0), &hash);
    sqlite3_finalize(tables);
    sqlite3_close(db);
    return hash;
}

/* One whole number out of the file, by a plain SQLite connection. */
UNUSED_OK static int64_t ask_file(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *query;
    if (location_of(path) != NULL) return ask_there(path, sql);
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    ck_assert_msg(sqlite3_step(query) == SQLITE_ROW, "%s", sqlite3_errmsg(db));
    int64_t value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(db);
    return value;
}

/* Change the file behind the store's back. */
UNUSED_OK static int change_file(const char *path, const char *sql)
{
    sqlite3 *db;
    if (location_of(path) != NULL) return change_there(path, sql);
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return result;
}

/* Stores */

#define ck_ok(call)                                                                                                              \
    do {                                                                                                                         \
        mbill_error_init(&err);                                                                                                  \
        mbill_status got_ = (call);                                                                                              \
        ck_assert_msg(got_ == MBILL_OK, "%s: %s (%s)", #call, err.message, err.path);                                            \
    } while (0)

/* A refusal has its status and a sentence that holds a word. */
#define ck_refused(call, expected, word)                                                                                         \
    do {                                                                                                                         \
        mbill_error_init(&err);                                                                                                  \
        mbill_status got_ = (call);                                                                                              \
        assert_refusal(&err, got_, (expected), (word));                                                                          \
    } while (0)

UNUSED_OK static mbill_store *open_store(const char *path, uint32_t flags)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_store *store = NULL;
    mbill_error err;
    ck_ok(mbill_store_open(path, &options, NULL, &store, &err));
    ck_assert_ptr_nonnull(store);
    return store;
}

/* A new file with the tariff, n accounts, and the readings of January and February. */
UNUSED_OK static mbill_store *make_district(const char *path, int n)
{
    mbill_store *store = open_store(path, MBILL_STORE_CREATE);
    growing accounts = make_accounts(n), readings = make_month_readings(n);
    mbill_error err;
    ck_ok(mbill_store_put_tariff(store, TARIFF_2026, strlen(TARIFF_2026), NULL, &err));
    ck_ok(mbill_store_put_accounts(store, accounts.text, accounts.len, NULL, &err));
    ck_ok(mbill_store_put_readings(store, readings.text, readings.len, "CST-8", NULL, &err));
    free(accounts.text);
    free(readings.text);
    return store;
}

UNUSED_OK static mbill_status close_month(mbill_store *store, const char *from, const char *to, int64_t batch,
    mbill_close_summary *out, mbill_error *err)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .from = from,
        .to = to,
        .recorded_utc_s = RECORDED_UTC_S,
        .batch = batch};
    memset(out, 0, sizeof *out);
    out->struct_size = sizeof *out;
    return mbill_store_close_span(store, &options, out, err);
}

#endif
