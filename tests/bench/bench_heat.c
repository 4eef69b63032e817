/* SPDX-License-Identifier: Apache-2.0 */
/* The heat coefficient, and energies over columns of records, beside a bare loop that multiplies volume and difference. The fast way is compared with the direct
 * one before anything is timed. One JSON object a line; times are medians of rounds. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9 };

static size_t n_records = 1000000;
static int64_t *volumes, *flows, *returns, *energies;
static uint64_t state = 7;

static int64_t below(int64_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)limit);
}

static int64_t *column(void)
{
    int64_t *values = malloc(n_records * sizeof *values);
    if (values == NULL) stop("no memory");
    return values;
}

/* Hours of flats and of buildings: up to 3 m3 at 35 to 95 degrees, back at 15 to 45; one in 50 a fraction of a kelvin apart. */
static void make_columns(void)
{
    volumes = column();
    flows = column();
    returns = column();
    energies = column();
    for (size_t i = 0; i < n_records; i++) {
        volumes[i] = below(3000000);
        flows[i] = 35000000 + below(60000000);
        returns[i] = i % 50 == 0 ? flows[i] - below(500000) : 15000000 + below(30000000);
    }
}

static void check(const mbill_heat_meter *meter)
{
    for (size_t i = 0; i < n_records && i < 100000; i++) {
        mbill_heat_registers registers = {.struct_size = sizeof registers};
        mbill_heat_record record = {.volume_micro_m3 = volumes[i], .flow_micro_c = flows[i], .return_micro_c = returns[i]};
        int64_t direct, off;
        if (mbill_heat_count(meter, &record, 1, &registers, &direct, NULL) != MBILL_OK) stop("the direct way refuses a record");
        off = direct > energies[i] ? direct - energies[i] : energies[i] - direct;
        if (off > 1) stop("the two ways differ by more than a micro-unit");
    }
}

static void say(const char *name, double ns, double bare_ns, const char *against)
{
    printf("{\"name\": \"%s\", \"value\": %.2f, \"unit\": \"M/s\", \"against\": \"%s, %.2f ns; ours %.2f ns\", \"ratio\": "
           "%.2f}\n",
        name, 1e3 / ns, against, bare_ns, ns, ns / bare_ns);
}

static double time_bare(void)
{
    double times[ROUNDS];
    volatile int64_t kept;
    for (int round = 0; round < ROUNDS; round++) {
        double from = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        int64_t sum = 0;
        for (size_t i = 0; i < n_records; i++) sum += volumes[i] * ((flows[i] - returns[i]) / 1000);
        times[round] = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - from;
        kept = sum;
    }
    (void)kept;
    return median(times, ROUNDS) / (double)n_records;
}

static double time_coefficients(void)
{
    double times[ROUNDS];
    size_t n = n_records < 200000 ? n_records : 200000;
    for (int round = 0; round < ROUNDS; round++) {
        double from = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        for (size_t i = 0; i < n; i++) {
            mbill_heat_k k;
            if (mbill_heat_coefficient(flows[i], returns[i], MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_RETURN,
                    flows[i] < returns[i] ? MBILL_HEAT_COLD : 0, &k, NULL) != MBILL_OK)
                stop("a coefficient was refused");
            energies[i] = k.kwh_pico;
        }
        times[round] = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - from;
    }
    return median(times, ROUNDS) / (double)n;
}

static double time_energies(const mbill_heat_table *table)
{
    double times[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double from = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        if (mbill_heat_energies(table, volumes, flows, returns, n_records, energies, NULL) != MBILL_OK)
            stop("a record was refused");
        times[round] = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - from;
    }
    return median(times, ROUNDS) / (double)n_records;
}

int main(int argc, char **argv)
{
    mbill_heat_meter meter = {.struct_size = sizeof meter,
        .flags = MBILL_HEAT_METER_COLD,
        .side = MBILL_HEAT_SIDE_RETURN,
        .unit = MBILL_HEAT_UNIT_KWH};
    mbill_heat_table *table = malloc(mbill_heat_table_size());
    if (argc > 1) n_records = (size_t)strtoul(argv[1], NULL, 10);
    make_columns();
    if (table == NULL || mbill_heat_table_fill(&meter, table, NULL) != MBILL_OK) stop("no table");
    double energy_ns = time_energies(table);
    check(&meter);
    double bare_ns = time_bare(), coefficient_ns = time_coefficients();
    say("heat_coefficient", coefficient_ns, bare_ns, "bare product of volume and difference");
    say("heat_energy", energy_ns, bare_ns, "bare product of volume and difference");
    free(table);
    free(volumes);
    free(flows);
    free(returns);
    free(energies);
    return 0;
}
