/* SPDX-License-Identifier: Apache-2.0 */
/* Our side of the comparisons with other programs (peers.py): bench_peers FOLDER ACCOUNTS makes the usage, writes it to FOLDER/quantities and
 * says that it is ready. Then for every line "N TARIFF" it prices the first N accounts with full lines, writes FOLDER/answers and says how many
 * nanoseconds it took to read the tariff, to prepare it for the span, to check the columns, and to price. Both files are int64 in the machine's
 * order; an answer is the total, then what each charge comes to. */
#define _POSIX_C_SOURCE 200809L
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOURS = 8760, CAP = 200, CHARGES = 8, DOCUMENT = 16384 };
#define HOUR_S INT64_C(3600)
/* 2018-01-01T00:00:00Z, a Monday: the year that SSC counts by */
#define START INT64_C(1514764800)

static const mbill_axis axis = {START, HOUR_S, HOURS};
static const char *const names[] = {"import"};
static size_t n_accounts;
static int64_t *quantities, *answers;
static mbill_column *columns;
static mbill_bulk_account *accounts;
static mbill_line *lines;
static void *work;
static char document[DOCUMENT], path[4096];

static void stop(const char *why)
{
    fprintf(stderr, "bench_peers: %s\n", why);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static void save(const char *folder, const char *name, const int64_t *values, size_t n)
{
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) stop("the folder's name is too long");
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(values, sizeof *values, n, file) != n || fclose(file) != 0) stop(path);
}

static size_t load(const char *from)
{
    FILE *file = fopen(from, "rb");
    if (file == NULL) stop(from);
    size_t n = fread(document, 1, sizeof document, file);
    fclose(file);
    if (n == sizeof document) stop("the tariff is too long");
    return n;
}

/* Accounts use from 0.2 to 1 kWh an hour in the mean, so that some climb the whole ladder and some do not leave its first tier. */
static void make_data(void)
{
    uint64_t state = 20240229;
    quantities = malloc(sizeof *quantities * n_accounts * HOURS);
    answers = malloc(sizeof *answers * n_accounts * (1 + CHARGES));
    columns = malloc(sizeof *columns * n_accounts);
    accounts = calloc(n_accounts, sizeof *accounts);
    lines = malloc(sizeof *lines * n_accounts * CAP);
    if (!quantities || !answers || !columns || !accounts || !lines) stop("no memory");
    for (size_t i = 0; i < n_accounts * HOURS; i++) {
        uint64_t limit_micro = 400000 + i / HOURS * 7919 % 1000 * 1600;
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        quantities[i] = (int64_t)((state >> 33) % limit_micro);
    }
}

static void price(const char *folder, const char *tariff_path, size_t n)
{
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_bulk *bulk = NULL;
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = START, .to_utc_s = START + HOURS * HOUR_S};
    mbill_error_init(&err);
    size_t length = load(tariff_path);
    int64_t begun = now_ns();
    if (mbill_tariff_read(document, length, NULL, &tariff, &err) != MBILL_OK) stop(err.message);
    int64_t read = now_ns();
    if (mbill_bulk_open(tariff, &request, &axis, names, 1, NULL, &bulk, &err) != MBILL_OK) stop(err.message);
    int64_t opened = now_ns();
    size_t stride = 1 + mbill_tariff_labels(tariff)->n_charges;
    if (stride > 1 + CHARGES || n > n_accounts) stop("too many charges or accounts");
    if (work == NULL) work = malloc(mbill_bulk_work_size(bulk));
    if (work == NULL) stop("no memory");
    for (size_t i = 0; i < n; i++)
        accounts[i] = (mbill_bulk_account){.columns = &columns[i],
            .lines = lines + i * CAP,
            .cap_lines = CAP,
            .charges_micro = answers + i * stride + 1};
    int64_t ready = now_ns();
    for (size_t i = 0; i < n; i++)
        if (mbill_column_check(&axis, quantities + i * HOURS, NULL, &columns[i], &err) != MBILL_OK) stop(err.message);
    int64_t checked = now_ns();
    if (mbill_bulk_price(bulk, accounts, n, work, &err) != MBILL_OK) stop(err.message);
    int64_t priced = now_ns();
    for (size_t i = 0; i < n; i++) answers[i * stride] = accounts[i].total_micro;
    save(folder, "answers", answers, n * stride);
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", read - begun, opened - read, checked - ready, priced - checked);
    fflush(stdout);
    mbill_bulk_free(bulk);
    mbill_tariff_free(tariff);
}

int main(int argc, char **argv)
{
    char line[4096], *rest;
    if (argc == 3) n_accounts = strtoul(argv[2], NULL, 10);
    if (n_accounts == 0) stop("usage: bench_peers FOLDER ACCOUNTS");
    make_data();
    save(argv[1], "quantities", quantities, n_accounts * HOURS);
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t n = strtoul(line, &rest, 10);
        line[strcspn(line, "\n")] = '\0';
        if (n == 0 || *rest != ' ') stop("expected a line \"N TARIFF\"");
        price(argv[1], rest + 1, n);
    }
    free(quantities);
    free(answers);
    free(columns);
    free(accounts);
    free(lines);
    free(work);
    return 0;
}
