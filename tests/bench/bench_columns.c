/* SPDX-License-Identifier: Apache-2.0 */
/* What columns of a file come to, and how long that takes: the C side of the rows about other languages, which price the same columns of the same
 * file. bench_columns TARIFF.json COLUMNS.bin FROM_UTC_S STEPS ACCOUNTS [ROUNDS]; prints nanoseconds a reading and the sum of the totals; then the
 * nanoseconds of one price of a quantity. */
#define _POSIX_C_SOURCE 200809L
#include <meterbill.h>

#include "bench.h"

#include <inttypes.h>
#include <string.h>

enum { STEP_S = 3600, AT_ONCE = 256, CALLS = 20000 };

static void *read_file(const char *path, size_t *out_len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) stop(path);
    long len = ftell(file);
    void *bytes = room(1, (size_t)len + 1);
    rewind(file);
    if (fread(bytes, 1, (size_t)len, file) != (size_t)len) stop(path);
    (void)fclose(file);
    *out_len = (size_t)len;
    return bytes;
}

typedef struct job {
    mbill_tariff *tariff;
    mbill_axis axis;
    mbill_price_request span;
    const int64_t *values;
    size_t n_accounts;
} job;

/* Everything that a call from another language does: opening, checking the columns, pricing. */
static int64_t price_all(const job *of)
{
    static const char *const registers[] = {"import"};
    static mbill_bulk_account accounts[AT_ONCE];
    static mbill_column columns[AT_ONCE];
    mbill_error err;
    mbill_bulk *bulk = NULL;
    int64_t sum = 0;
    mbill_error_init(&err);
    if (mbill_bulk_open(of->tariff, &of->span, &of->axis, registers, 1, NULL, &bulk, &err) != MBILL_OK) stop(err.message);
    void *work = room(1, mbill_bulk_work_size(bulk));
    for (size_t first = 0; first < of->n_accounts; first += AT_ONCE) {
        size_t n = of->n_accounts - first < AT_ONCE ? of->n_accounts - first : AT_ONCE;
        for (size_t i = 0; i < n; i++) {
            const int64_t *values = of->values + (first + i) * (size_t)of->axis.n;
            if (mbill_column_check(&of->axis, values, NULL, &columns[i], &err) != MBILL_OK) stop(err.message);
            memset(&accounts[i], 0, sizeof accounts[i]);
            accounts[i].columns = &columns[i];
        }
        if (mbill_bulk_price(bulk, accounts, n, work, &err) != MBILL_OK) stop(err.message);
        for (size_t i = 0; i < n; i++) sum += accounts[i].total_micro;
    }
    free(work);
    mbill_bulk_free(bulk);
    return sum;
}

/* Nanoseconds of one quantity, priced as a total of the span; 0 where the tariff needs times. */
static double price_one(const job *of)
{
    mbill_line lines[48];
    mbill_input input;
    mbill_price_request request = of->span;
    mbill_bill bill;
    size_t n_lines;
    mbill_error err;
    mbill_error_init(&err);
    memset(&input, 0, sizeof input);
    memset(&bill, 0, sizeof bill);
    input.name = "import";
    input.total_micro = INT64_C(152750000);
    bill.struct_size = sizeof bill;
    request.inputs = &input;
    request.n_inputs = 1;
    double start = cpu_s();
    for (int i = 0; i < CALLS; i++)
        if (mbill_tariff_price(of->tariff, &request, NULL, lines, 48, &n_lines, &bill, NULL, &err) != MBILL_OK) return 0;
    return (cpu_s() - start) * 1e9 / CALLS;
}

int main(int n_arguments, char **arguments)
{
    size_t json_len, values_len;
    double times[101];
    mbill_error err;
    job of;
    mbill_error_init(&err);
    memset(&of, 0, sizeof of);
    if (n_arguments < 6) stop("bench_columns TARIFF.json COLUMNS.bin FROM_UTC_S STEPS ACCOUNTS [ROUNDS]");
    size_t n_rounds = n_arguments > 6 ? (size_t)strtoul(arguments[6], NULL, 10) : 1;
    if (n_rounds < 1 || n_rounds > 101) stop("1 to 101 rounds");
    char *json = read_file(arguments[1], &json_len);
    int64_t *values = read_file(arguments[2], &values_len);
    if (mbill_tariff_read(json, json_len, NULL, &of.tariff, &err) != MBILL_OK) stop(err.message);
    of.values = values;
    of.axis.start_utc_s = strtoll(arguments[3], NULL, 10);
    of.axis.step_s = STEP_S;
    of.axis.n = strtoll(arguments[4], NULL, 10);
    of.n_accounts = (size_t)strtoul(arguments[5], NULL, 10);
    if (of.axis.n < 1 || values_len != of.n_accounts * (size_t)of.axis.n * sizeof *values) stop("the file holds other columns");
    of.span.struct_size = sizeof of.span;
    of.span.from_utc_s = of.axis.start_utc_s;
    of.span.to_utc_s = of.axis.start_utc_s + of.axis.n * STEP_S;
    int64_t sum = 0;
    for (size_t i = 0; i < n_rounds; i++) {
        double start = cpu_s();
        sum = price_all(&of);
        times[i] = (cpu_s() - start) * 1e9 / ((double)of.n_accounts * (double)of.axis.n);
    }
    printf("%.4f %" PRId64 "\n%.1f\n", median(times, n_rounds), sum, price_one(&of));
    mbill_tariff_free(of.tariff);
    free(values);
    free(json);
    return 0;
}
