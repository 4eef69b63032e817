/* SPDX-License-Identifier: Apache-2.0 */
/* Bulk pricing against a bare loop that only sums the same column: one JSON object a line. Answers are compared with pricing each account
 * by itself before anything is timed; times are medians of rounds in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOURS = 8760, ROUNDS = 9, CAP = 400, CITY_HOURS = 744 };
/* Accounts of the rows by year, and of the city: the arguments, small in a test. */
static size_t n_accounts = 1000, n_city = 500000;
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00+01:00 */
#define START (INT64_C(1767225600) - HOUR_S)

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\",\"valid\":{"   \
    "\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},"                   \
    "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":{\"step\":\"0.01\",\"how\":\"half_up\"}},"                     \
    "\"calendar\":{\"seasons\":[{\"name\":\"winter\",\"from\":\"10-01\",\"to\":\"04-01\"},{\"name\":\"summer\",\"otherwise\":"   \
    "true}],\"days\":[{\"name\":\"weekend\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],"

static const char tou4[] = HEAD
    "\"periods\":[{\"name\":\"p1\",\"when\":[{\"day\":\"workday\",\"season\":\"summer\",\"at\":[\"12:00-18:00\"]}]},"
    "{\"name\":\"p2\",\"when\":[{\"day\":\"workday\",\"at\":[\"08:00-22:00\"]}]},"
    "{\"name\":\"p3\",\"when\":[{\"day\":\"weekend\",\"at\":[\"08:00-22:00\"]}]},{\"name\":\"p4\",\"otherwise\":true}]},"
    "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":{\"p1\":\"0.41\",\"p2\":\"0.31\",\"p3\":\"0.22\",\"p4\":"
    "\"0.11\"}}]}";
static const char tier2[] = HEAD
    "\"periods\":[{\"name\":\"p1\",\"when\":[{\"day\":\"workday\",\"season\":\"summer\",\"at\":[\"12:00-18:00\"]}]},"
    "{\"name\":\"p2\",\"when\":[{\"day\":\"workday\",\"season\":\"summer\",\"at\":[\"08:00-22:00\"]}]},"
    "{\"name\":\"p3\",\"when\":[{\"season\":\"summer\"}]},{\"name\":\"p4\",\"when\":[{\"day\":\"workday\",\"at\":[\"12:00-18:"
    "00\"]}]},"
    "{\"name\":\"p5\",\"when\":[{\"day\":\"workday\",\"at\":[\"08:00-22:00\"]}]},{\"name\":\"p6\",\"otherwise\":true}]},"
    "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":[{\"p1\":\"0.41\",\"p2\":\"0.31\",\"p3\":\"0.22\",\"p4\":"
    "\"0.38\",\"p5\":\"0.28\",\"p6\":\"0.11\"},{\"p1\":\"0.51\",\"p2\":\"0.41\",\"p3\":\"0.32\",\"p4\":\"0.48\",\"p5\":\"0.38\","
    "\"p6\":\"0.21\"}],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\",\"split\":\"chronological\","
    "\"bounds\":[\"300\"]}}]}";

#define PEAK(name, low, high)                                                                                                    \
    "{\"id\":\"" name "\",\"quantity\":{\"peak_of\":\"energy\",\"interval\":\"60min\",\"over\":\"month\",\"window\":\"" name     \
    "\"},\"rate\":[\"" low "\",\"" high "\"],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"1\"]}}"
static const char demand2[] = HEAD "\"periods\":[{\"name\":\"p1\",\"when\":[{\"day\":\"workday\",\"at\":[\"08:00-22:00\"]}]},{"
                                   "\"name\":\"p2\",\"otherwise\":true}]},"
                                   "\"charges\":[" PEAK("p1", "8.50", "11.25") "," PEAK("p2", "2.10", "3.40") "]}";

static const mbill_axis axis = {START, HOUR_S, HOURS};
static const char *const names[] = {"import"};
static int64_t *quantities;
static mbill_interval *intervals;
static mbill_column *columns;
static mbill_bulk_account *accounts;
static mbill_line *lines;

static void make_data(void)
{
    uint64_t state = 20240229;
    size_t n_quantities = n_accounts * HOURS;
    if (n_quantities < n_city * CITY_HOURS) n_quantities = n_city * CITY_HOURS;
    quantities = malloc(sizeof *quantities * n_quantities);
    intervals = malloc(sizeof *intervals * HOURS);
    columns = malloc(sizeof *columns * n_accounts);
    accounts = calloc(n_accounts, sizeof *accounts);
    lines = malloc(sizeof *lines * n_accounts * CAP);
    if (!quantities || !intervals || !columns || !accounts || !lines) stop("no memory");
    for (size_t i = 0; i < n_quantities; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        quantities[i] = (int64_t)((state >> 33) % 1200000);
    }
}

static void spell(size_t account)
{
    for (size_t i = 0; i < HOURS; i++) {
        int64_t start = START + (int64_t)i * HOUR_S;
        intervals[i] = (mbill_interval){start, start + HOUR_S, quantities[account * HOURS + i], 0, 0};
    }
}

/* ---- the rows ---- */

/* Not inlined, so that no round is folded into another. */
static __attribute__((noinline)) int64_t bare_sum(const int64_t *of, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += of[i];
    return sum;
}

static double bare_round(void)
{
    volatile int64_t keep = 0;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (size_t i = 0; i < n_accounts; i++) keep = keep + bare_sum(quantities + i * HOURS, HOURS);
    return (clock_ns(CLOCK_MONOTONIC) - start) / ((double)n_accounts * HOURS);
}

static void say(const char *name, double value, double bare)
{
    printf("{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"ns/reading\", \"against\": \"bare sum of the same column, %.3f ns\", "
           "\"ratio\": %.2f}\n",
        name, value, bare, value / bare);
}

static void bench_usage(void)
{
    double ours[ROUNDS], bare[ROUNDS];
    int64_t *out = malloc(sizeof *out * HOURS);
    mbill_column column;
    spell(0);
    for (size_t round = 0; round < ROUNDS; round++) {
        bare[round] = bare_round();
        double start = clock_ns(CLOCK_MONOTONIC);
        for (size_t i = 0; i < 100; i++)
            if (mbill_column_of_intervals(&axis, intervals, HOURS, out, NULL, &column, NULL) != MBILL_OK) stop("usage");
        ours[round] = (clock_ns(CLOCK_MONOTONIC) - start) / (100.0 * HOURS);
    }
    if (column.total_micro != bare_sum(quantities, HOURS)) stop("the column's total differs");
    free(out);
    say("price_usage", median(ours, ROUNDS), median(bare, ROUNDS));
}

static void check_answers(const mbill_tariff *tariff, mbill_price_request request)
{
    static mbill_line alone[CAP];
    for (size_t i = 0; i < n_accounts; i += 97) {
        size_t n;
        mbill_bill bill = {.struct_size = sizeof bill};
        spell(i);
        mbill_input input = {.name = names[0], .intervals = intervals, .n_intervals = HOURS};
        request.inputs = &input;
        request.n_inputs = 1;
        if (mbill_tariff_price(tariff, &request, NULL, alone, CAP, &n, &bill, NULL, NULL) != MBILL_OK) stop("pricing alone");
        if (bill.total_micro != accounts[i].total_micro || n != accounts[i].n_lines ||
            memcmp(alone, lines + i * CAP, n * sizeof *alone) != 0)
            stop("bulk pricing and pricing alone differ");
    }
}

static void bench_bulk(const char *name, const char *document)
{
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_bulk *bulk = NULL;
    double ours[ROUNDS], bare[ROUNDS];
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = START, .to_utc_s = START + HOURS * HOUR_S};
    mbill_error_init(&err);
    if (mbill_tariff_read(document, strlen(document), NULL, &tariff, &err) != MBILL_OK ||
        mbill_bulk_open(tariff, &request, &axis, names, 1, NULL, &bulk, &err) != MBILL_OK)
        stop(err.message);
    void *work = malloc(mbill_bulk_work_size(bulk));
    for (size_t i = 0; i < n_accounts; i++)
        accounts[i] = (mbill_bulk_account){.columns = &columns[i], .lines = lines + i * CAP, .cap_lines = CAP};
    if (mbill_bulk_price(bulk, accounts, n_accounts, work, &err) != MBILL_OK) stop(err.message);
    check_answers(tariff, request);
    for (size_t round = 0; round < ROUNDS; round++) {
        bare[round] = bare_round();
        double start = clock_ns(CLOCK_MONOTONIC);
        if (mbill_bulk_price(bulk, accounts, n_accounts, work, &err) != MBILL_OK) stop(err.message);
        ours[round] = (clock_ns(CLOCK_MONOTONIC) - start) / ((double)n_accounts * HOURS);
    }
    say(name, median(ours, ROUNDS), median(bare, ROUNDS));
    free(work);
    mbill_bulk_free(bulk);
    mbill_tariff_free(tariff);
}

/* ---- a city ---- */

static void say_city(double ours, double bare, double copy)
{
    double readings = (double)n_city * CITY_HOURS, gigabytes = readings * 8e-9;
    printf("{\"name\": \"price_city\", \"value\": %.3f, \"unit\": \"s\", \"against\": \"bare sum of the same bytes, %.3f s; %zu "
           "accounts "
           "of %d readings, each its own, %.2f GB/s; bare sum %.2f GB/s, memcpy into one buffer %.2f GB/s\", \"ratio\": %.2f}\n",
        ours * 1e-9, bare * 1e-9, n_city, (int)CITY_HOURS, gigabytes / (ours * 1e-9), gigabytes / (bare * 1e-9),
        gigabytes / (copy * 1e-9), ours / bare);
}

static const int64_t *city_column(size_t account)
{
    return quantities + account * CITY_HOURS;
}

static double city_bare_round(void)
{
    volatile int64_t keep = 0;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (size_t i = 0; i < n_city; i++) keep = keep + bare_sum(city_column(i), CITY_HOURS);
    return clock_ns(CLOCK_MONOTONIC) - start;
}

static double city_copy_round(void)
{
    static int64_t copy[CITY_HOURS];
    volatile int64_t keep = 0;
    double start = clock_ns(CLOCK_MONOTONIC);
    for (size_t i = 0; i < n_city; i++) {
        memcpy(copy, city_column(i), sizeof copy);
        keep = keep + copy[i % CITY_HOURS];
    }
    return clock_ns(CLOCK_MONOTONIC) - start;
}

static void bench_city(void)
{
    enum { BATCH = 1000 };
    static mbill_bulk_account batch[BATCH];
    static mbill_line city_lines[BATCH * 8];
    double ours[ROUNDS], bare[ROUNDS], copy[ROUNDS];
    mbill_axis month = {START, HOUR_S, CITY_HOURS};
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = START, .to_utc_s = START + CITY_HOURS * HOUR_S};
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_bulk *bulk = NULL;
    mbill_error_init(&err);
    if (mbill_tariff_read(tou4, strlen(tou4), NULL, &tariff, &err) != MBILL_OK ||
        mbill_bulk_open(tariff, &request, &month, names, 1, NULL, &bulk, &err) != MBILL_OK)
        stop(err.message);
    void *work = malloc(mbill_bulk_work_size(bulk));
    mbill_column *of = malloc(sizeof *of * n_city);
    if (work == NULL || of == NULL) stop("no memory");
    for (size_t i = 0; i < n_city; i++)
        if (mbill_column_check(&month, city_column(i), NULL, &of[i], NULL) != MBILL_OK) stop("column");
    for (size_t round = 0; round < ROUNDS; round++) {
        bare[round] = city_bare_round();
        double start = clock_ns(CLOCK_MONOTONIC);
        for (size_t first = 0; first < n_city; first += BATCH) {
            size_t n = n_city - first < BATCH ? n_city - first : BATCH;
            for (size_t i = 0; i < n; i++)
                batch[i] = (mbill_bulk_account){.columns = &of[first + i], .lines = city_lines + i * 8, .cap_lines = 8};
            if (mbill_bulk_price(bulk, batch, n, work, &err) != MBILL_OK) stop(err.message);
        }
        ours[round] = clock_ns(CLOCK_MONOTONIC) - start;
        copy[round] = city_copy_round();
    }
    say_city(median(ours, ROUNDS), median(bare, ROUNDS), median(copy, ROUNDS));
    free(of);
    free(work);
    mbill_bulk_free(bulk);
    mbill_tariff_free(tariff);
}

/* bench_price [ACCOUNTS CITY [ROW]]: all rows, or one of those by year that lines are made for */
int main(int argc, char **argv)
{
    const char *row = argc == 4 ? argv[3] : NULL;
    if (argc >= 3) {
        n_accounts = strtoul(argv[1], NULL, 10);
        n_city = strtoul(argv[2], NULL, 10);
    }
    if (argc == 2 || argc > 4 || n_accounts == 0 || n_city == 0) stop("usage: bench_price [ACCOUNTS CITY [ROW]]");
    make_data();
    for (size_t i = 0; i < n_accounts; i++)
        if (mbill_column_check(&axis, quantities + i * HOURS, NULL, &columns[i], NULL) != MBILL_OK) stop("column");
    if (row == NULL) bench_usage();
    if (row == NULL || strcmp(row, "price_tou4") == 0) bench_bulk("price_tou4", tou4);
    if (row == NULL || strcmp(row, "price_tier2") == 0) bench_bulk("price_tier2", tier2);
    if (row == NULL || strcmp(row, "price_demand2") == 0) bench_bulk("price_demand2", demand2);
    if (row == NULL) bench_city();
    return 0;
}
