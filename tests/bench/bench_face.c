/* SPDX-License-Identifier: Apache-2.0 */
/* What bulk pricing and a total cost in C, from the same numbers as the bindings' benches have them: `bulk NS SUM` for a reading of plain columns, and `call NS TOTAL`. Other
 * languages' programs print the same two lines, and tests/bench/face.py puts them side by side. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <inttypes.h>
#include <string.h>

enum { HOURS = 744, CAP = 64, CALLS = 200000 };
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00+01:00 */
#define START (INT64_C(1767225600) - HOUR_S)
#define END (START + HOURS * HOUR_S)

static mbill_tariff *compile(const char *path)
{
    static char text[65536];
    mbill_tariff *tariff = NULL;
    mbill_error err;
    mbill_error_init(&err);
    FILE *file = fopen(path, "rb");
    if (file == NULL) stop(path);
    size_t n = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    if (mbill_tariff_read(text, n, NULL, &tariff, &err) != MBILL_OK) stop(err.message);
    return tariff;
}

/* ---- columns ---- */

static double bulk_round(const mbill_bulk *bulk, const mbill_axis *axis, const int64_t *values, size_t n, mbill_bulk_account *accounts,
    mbill_column *columns, void *work, int64_t *out_totals)
{
    double start = cpu_s();
    for (size_t i = 0; i < n; i++) {
        if (mbill_column_check(axis, values + i * HOURS, NULL, &columns[i], NULL) != MBILL_OK) stop("a column");
        accounts[i] = (mbill_bulk_account){.columns = &columns[i]};
    }
    if (mbill_bulk_price(bulk, accounts, n, work, NULL) != MBILL_OK) stop("bulk pricing");
    for (size_t i = 0; i < n; i++) out_totals[i] = accounts[i].total_micro;
    return (cpu_s() - start) * 1e9 / ((double)n * HOURS);
}

static void bench_bulk(const mbill_tariff *tariff, size_t n, size_t rounds)
{
    static const char *const names[] = {"import"};
    const mbill_axis axis = {START, HOUR_S, HOURS};
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = START, .to_utc_s = END};
    mbill_bulk *bulk = NULL;
    int64_t *values = room(n * HOURS, sizeof *values), *totals = room(n, sizeof *totals), sum = 0;
    double *times = room(rounds, sizeof *times);
    for (size_t i = 0; i < n * HOURS; i++) values[i] = chance(700000);
    if (mbill_bulk_open(tariff, &request, &axis, names, 1, NULL, &bulk, NULL) != MBILL_OK) stop("opening the bulk");
    mbill_bulk_account *accounts = room(n, sizeof *accounts);
    mbill_column *columns = room(n, sizeof *columns);
    void *work = room(1, mbill_bulk_work_size(bulk));
    for (size_t i = 0; i < rounds; i++) times[i] = bulk_round(bulk, &axis, values, n, accounts, columns, work, totals);
    for (size_t i = 0; i < n; i++) sum += totals[i];
    printf("bulk %.4f %" PRId64 "\n", median(times, rounds), sum);
    mbill_bulk_free(bulk);
    free(work);
    free(columns);
    free(accounts);
    free(times);
    free(totals);
    free(values);
}

/* ---- a total ---- */

static int64_t total_of(const mbill_tariff *tariff, int64_t quantity_micro)
{
    mbill_line lines[CAP];
    size_t n_lines = 0;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_input input = {.name = mbill_tariff_register(tariff, 0), .total_micro = quantity_micro};
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = START, .to_utc_s = END, .inputs = &input, .n_inputs = 1};
    if (mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, &bill, NULL, NULL) != MBILL_OK) stop("a total");
    return bill.total_micro;
}

static void bench_call(const mbill_tariff *tariff, size_t rounds)
{
    double *times = room(rounds, sizeof *times);
    int64_t sum = 0;
    for (size_t round = 0; round < rounds; round++) {
        double start = cpu_s();
        for (int64_t i = 0; i < CALLS; i++) sum += total_of(tariff, 100000000 + i);
        times[round] = (cpu_s() - start) * 1e9 / CALLS;
    }
    printf("call %.2f %" PRId64 "\n", median(times, rounds), sum / (int64_t)rounds);
    free(times);
}

int main(int argc, char **argv)
{
    if (argc != 5) stop("usage: bench_face BULK-TARIFF CALL-TARIFF ACCOUNTS ROUNDS");
    mbill_tariff *many = compile(argv[1]), *one = compile(argv[2]);
    size_t n = strtoul(argv[3], NULL, 10), rounds = strtoul(argv[4], NULL, 10);
    if (n == 0 || rounds == 0) stop("ACCOUNTS and ROUNDS are 1 or more");
    bench_bulk(many, n, rounds);
    bench_call(one, rounds);
    mbill_tariff_free(many);
    mbill_tariff_free(one);
    return 0;
}
