/* SPDX-License-Identifier: Apache-2.0 */
/* The kept ledger's side of postgres.py: batches of transfers between plain accounts, drawn from a fixed start, written down for the other
 * program and booked in a file, or in PostgreSQL where the libraries have it; then every account's balance. Prints the seconds that booking
 * took. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 8190 };
#define NOW INT64_C(1767571200)
#define UNIT INT64_C(1000000)
#define FUNDS (1000000 * UNIT)

static const char *folder;
static size_t n_accounts;
static uint64_t next_id;
static mbill_operation ops[BATCH];
static mbill_result results[BATCH];

static FILE *open_in(const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) stop(path);
    return file;
}

static void close_whole(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) stop("a file could not be written");
}

static mbill_operation op_of(int32_t kind, int64_t account, int64_t amount_micro)
{
    mbill_operation op = {.kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    op.id.bytes[0] = 1;
    next_id++;
    for (size_t i = 0; i < 8; i++) op.id.bytes[15 - i] = (uint8_t)(next_id >> 8 * i);
    return op;
}

static void apply(mbill_journal *journal, size_t n)
{
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_journal_apply(journal, ops, n, NOW, results, &err) != MBILL_OK) stop(err.message);
    for (size_t i = 0; i < n; i++)
        if (results[i].code != MBILL_RESULT_OK) stop(mbill_result_name(results[i].code));
}

/* Accounts that may not spend more than they have, with money. */
static void make_accounts(mbill_journal *journal)
{
    for (size_t first = 1; first <= n_accounts;) {
        size_t n = 0;
        for (; n + 1 < BATCH && first <= n_accounts; first++) {
            ops[n] = op_of(MBILL_OPERATION_OPEN, (int64_t)first, 0);
            ops[n++].limit = MBILL_LIMIT_DEBITS_UP_TO_CREDITS;
            ops[n] = op_of(MBILL_OPERATION_TRANSFER, mbill_system_account(MBILL_SYSTEM_CASH, 1), FUNDS);
            ops[n++].other = (int64_t)first;
        }
        apply(journal, n);
    }
}

static void draw_batch(FILE *postings)
{
    for (size_t i = 0; i < BATCH; i++) {
        uint32_t from = chance(n_accounts), to = chance(n_accounts - 1);
        ops[i] = op_of(MBILL_OPERATION_TRANSFER, 1 + (int64_t)from, 1 + (int64_t)chance(100 * UNIT));
        ops[i].other = 1 + (int64_t)(to >= from ? to + 1 : to);
        for (size_t b = 0; b < sizeof ops[i].id.bytes; b++) fprintf(postings, "%02x", ops[i].id.bytes[b]);
        fprintf(postings, "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", ops[i].account, ops[i].other, ops[i].amount_micro);
    }
}

static void tell_balances(mbill_journal *journal)
{
    const mbill_book *book;
    mbill_place_sums sums;
    FILE *balances = open_in("balances");
    if (mbill_journal_book(journal, &book, NULL) != MBILL_OK) stop("no book");
    for (int64_t a = 1; a <= (int64_t)n_accounts; a++) {
        if (mbill_book_sums(book, a, MBILL_PLACE_PLAIN, &sums, NULL) != MBILL_OK) stop("no account");
        fprintf(balances, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", a, sums.debits_micro, sums.credits_micro);
    }
    close_whole(balances);
}

static mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};

static mbill_status make_file(mbill_store **store, mbill_error *err)
{
    char path[400];
    snprintf(path, sizeof path, "%s/postings.db-wal", folder);
    (void)remove(path);
    path[strlen(path) - strlen("-wal")] = '\0';
    (void)remove(path);
    return mbill_store_open(path, &options, NULL, store, err);
}

static mbill_status make_elsewhere(const char *location, mbill_store **store, mbill_error *err)
{
#ifdef BENCH_POSTGRES
    return mbill_store_open_with(mbill_postgres(), location, &options, NULL, store, err);
#else
    (void)location, (void)store, (void)err;
    stop("these libraries were built without PostgreSQL");
    return MBILL_E_MISUSE;
#endif
}

/* bench_postings FOLDER BATCHES ACCOUNTS [LOCATION]: FOLDER is empty but for what an earlier run has left; there is nothing at LOCATION. */
int main(int argc, char **argv)
{
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    mbill_error err;
    double took = 0;
    mbill_error_init(&err);
    if (argc != 4 && argc != 5) stop("usage: bench_postings FOLDER BATCHES ACCOUNTS [LOCATION]");
    folder = argv[1];
    n_accounts = strtoul(argv[3], NULL, 10);
    if (n_accounts < 2) stop("at least 2 accounts");
    mbill_status status = argc == 4 ? make_file(&store, &err) : make_elsewhere(argv[4], &store, &err);
    if (status != MBILL_OK || mbill_journal_open(store, &journal, &err) != MBILL_OK) stop(err.message);
    make_accounts(journal);
    FILE *postings = open_in("postings");
    for (long batch = strtol(argv[2], NULL, 10); batch > 0; batch--) {
        draw_batch(postings);
        double start = now_s();
        apply(journal, BATCH);
        took += now_s() - start;
    }
    close_whole(postings);
    tell_balances(journal);
    mbill_journal_free(journal);
    mbill_store_free(store);
    printf("%.6f\n", took);
    return 0;
}
