/* SPDX-License-Identifier: Apache-2.0 */
/* Bulk pricing against a bare loop that only sums the same column: one JSON object a line. Answers are compared with pricing each account
 * by itself before anything is timed; times are medians of rounds in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ACCOUNTS = 1000, HOURS = 8760, ROUNDS = 9, CAP = 400 };
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

static const mbill_axis axis = {START, HOUR_S, HOURS};
static const char *const names[] = {"import"};
static int64_t *quantities;
static mbill_interval *intervals;
static mbill_column *columns;
static mbill_bulk_account *accounts;
static mbill_line *lines;

static void stop(const char *why)
{
    fprintf(stderr, "bench_price: %s\n", why);
    exit(1);
}

static double now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int rises(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, ROUNDS, sizeof *times, rises);
    return times[ROUNDS / 2];
}

static void make_data(void)
{
    uint64_t state = 20240229;
    quantities = malloc(sizeof *quantities * ACCOUNTS * HOURS);
    intervals = malloc(sizeof *intervals * HOURS);
    columns = malloc(sizeof *columns * ACCOUNTS);
    accounts = calloc(ACCOUNTS, sizeof *accounts);
    lines = malloc(sizeof *lines * ACCOUNTS * CAP);
    if (!quantities || !intervals || !columns || !accounts || !lines) stop("no memory");
    for (size_t i = 0; i < (size_t)ACCOUNTS * HOURS; i++) {
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
    double start = now_ns();
    for (size_t i = 0; i < ACCOUNTS; i++) keep = keep + bare_sum(quantities + i * HOURS, HOURS);
    return (now_ns() - start) / ((double)ACCOUNTS * HOURS);
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
        double start = now_ns();
        for (size_t i = 0; i < 100; i++)
            if (mbill_column_of_intervals(&axis, intervals, HOURS, out, NULL, &column, NULL) != MBILL_OK) stop("usage");
        ours[round] = (now_ns() - start) / (100.0 * HOURS);
    }
    if (column.total_micro != bare_sum(quantities, HOURS)) stop("the column's total differs");
    free(out);
    say("price_usage", median(ours), median(bare));
}

static void check_answers(const mbill_tariff *tariff, mbill_price_request request)
{
    static mbill_line alone[CAP];
    for (size_t i = 0; i < ACCOUNTS; i += 97) {
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
    for (size_t i = 0; i < ACCOUNTS; i++)
        accounts[i] = (mbill_bulk_account){.columns = &columns[i], .lines = lines + i * CAP, .cap_lines = CAP};
    if (mbill_bulk_price(bulk, accounts, ACCOUNTS, work, &err) != MBILL_OK) stop(err.message);
    check_answers(tariff, request);
    for (size_t round = 0; round < ROUNDS; round++) {
        bare[round] = bare_round();
        double start = now_ns();
        if (mbill_bulk_price(bulk, accounts, ACCOUNTS, work, &err) != MBILL_OK) stop(err.message);
        ours[round] = (now_ns() - start) / ((double)ACCOUNTS * HOURS);
    }
    say(name, median(ours), median(bare));
    free(work);
    mbill_bulk_free(bulk);
    mbill_tariff_free(tariff);
}

int main(void)
{
    make_data();
    for (size_t i = 0; i < ACCOUNTS; i++)
        if (mbill_column_check(&axis, quantities + i * HOURS, NULL, &columns[i], NULL) != MBILL_OK) stop("column");
    bench_usage();
    bench_bulk("price_tou4", tou4);
    bench_bulk("price_tier2", tier2);
    return 0;
}
