/* SPDX-License-Identifier: Apache-2.0 */
/* Heat behind a line protocol, for the models of test_heat.py. One request a line, numbers in the library's own units; the answer is the numbers
 * that the call gives, or the name of the status and the message.
 *
 *     water TEMPERATURE PRESSURE               mbill_heat_water_properties → volume, enthalpy
 *     k FLOW RETURN PRESSURE SIDE FLAGS        mbill_heat_coefficient      → kWh, MJ
 *     count SIDE UNIT FLAGS CHANGEOVER LOW HIGH [START END VOLUME FLOW RETURN FAULTS] …
 *                                              mbill_heat_count, → energies, then the registers in the order of the struct from n_records on
 *     settle DAYS AREA BASIC METERED PAID CARRIED EMPTY SURPLUS EMPTY_PERCENT SHORTAGE SERVICE_OF CAP STANDARD STEP HOW N_BANDS [UP_TO PERCENT] …
 *            [TEMPERATURE DAYS] …              mbill_settle → due, balance, refund, next, charge, forgone, then kind and amount of each step
 *     convert FROM TO VALUE STEP HOW [NAME FACT] …
 *                                              mbill_convert → value
 */
#include "meterbill/convert.h"
#include "meterbill/heat.h"
#include "meterbill/settle.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 1 << 16, NUMBERS_MAX = 4096 };

static char line[LINE_BYTES];
static int64_t numbers[NUMBERS_MAX];
static int n_numbers;
static mbill_error err;

/* Returns the verb; the numbers behind it stand in numbers, the rest of which is 0. */
static const char *read_request(void)
{
    char *at = strchr(line, ' ');
    memset(numbers, 0, sizeof numbers);
    for (n_numbers = 0; at != NULL && n_numbers < NUMBERS_MAX;) {
        *at++ = '\0';
        numbers[n_numbers++] = strtoll(at, &at, 10);
        if (*at != ' ') break;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void answer(mbill_status status, const int64_t *values, int n_values)
{
    if (status == MBILL_OK)
        for (int i = 0; i < n_values; i++) printf("%s%" PRId64, i == 0 ? "" : " ", values[i]);
    else printf("%s %s", mbill_status_name((int32_t)status), err.message);
    puts("");
}

static void tell_water(void)
{
    mbill_heat_water water = {0, 0};
    mbill_status status = mbill_heat_water_properties(numbers[0], numbers[1], &water, &err);
    answer(status, (int64_t[]){water.volume_pico, water.enthalpy_nano}, 2);
}

static void tell_coefficient(void)
{
    mbill_heat_k k = {0, 0};
    mbill_status status = mbill_heat_coefficient(numbers[0], numbers[1], numbers[2], (mbill_heat_side)numbers[3],
        (uint32_t)numbers[4], &k, &err);
    answer(status, (int64_t[]){k.kwh_pico, k.mj_pico}, 2);
}

/* The first record by itself and the rest in a second call, as a stream may come. */
static void tell_count(void)
{
    enum { HEAD = 6, MEMBERS = 6, RECORDS = 600, REGISTERS = 16 };
    static mbill_heat_record records[RECORDS];
    static int64_t told[RECORDS + REGISTERS];
    mbill_heat_meter meter = {.struct_size = sizeof meter,
        .side = (int32_t)numbers[0],
        .unit = (int32_t)numbers[1],
        .flags = (uint32_t)numbers[2],
        .changeover_micro_c = numbers[3],
        .low_below_micro_k = numbers[4],
        .high_above_micro_m3 = numbers[5]};
    mbill_heat_registers r = {.struct_size = sizeof r};
    int n = (n_numbers - HEAD) / MEMBERS, first = n > 0 ? 1 : 0;
    for (int i = 0; i < n && i < RECORDS; i++) {
        const int64_t *at = numbers + HEAD + i * MEMBERS;
        records[i] = (mbill_heat_record){at[0], at[1], at[2], at[3], at[4], (uint32_t)at[5], 0};
    }
    mbill_status status = mbill_heat_count(&meter, records, (size_t)first, &r, told, &err);
    if (status == MBILL_OK) status = mbill_heat_count(&meter, records + first, (size_t)(n - first), &r, told + first, &err);
    const int64_t after[REGISTERS] = {r.n_records, r.until_utc_s, r.heat_micro, r.cold_micro, r.heat_volume_micro_m3,
        r.cold_volume_micro_m3, r.idle_volume_micro_m3, r.fault_volume_micro_m3, r.low_difference_micro_m3, r.low_difference_s,
        r.counted_s, r.fault_s, r.flow_micro_m3_c, r.return_micro_m3_c, r.flow_rest_pico, r.return_rest_pico};
    memcpy(told + n, after, sizeof after);
    answer(status, told, n + REGISTERS);
}

static void tell_settlement(void)
{
    enum { HEAD = 16, PARTS = 40 };
    mbill_settle_band bands[PARTS];
    mbill_settle_episode episodes[PARTS];
    mbill_settle_step steps[PARTS + 9];
    mbill_settled out = {.struct_size = sizeof out};
    int64_t told[6 + 2 * (PARTS + 9)];
    const int64_t *n = numbers, *at = numbers + HEAD;
    size_t n_bands = (size_t)n[15], n_steps = 0, n_episodes = (size_t)(n_numbers - HEAD) / 2 - n_bands;
    for (size_t i = 0; i < n_bands && i < PARTS; i++, at += 2) bands[i] = (mbill_settle_band){at[0], at[1]};
    for (size_t i = 0; i < n_episodes && i < PARTS; i++, at += 2) episodes[i] = (mbill_settle_episode){at[0], (int32_t)at[1], 0};
    mbill_settlement season = {.struct_size = sizeof season,
        .season_days = (int32_t)n[0],
        .area_fee_micro = n[1],
        .basic_fee_micro = n[2],
        .metered_fee_micro = n[3],
        .paid_micro = n[4],
        .carried_micro = n[5],
        .empty_days = (int32_t)n[6],
        .surplus = (int32_t)n[7],
        .empty_percent_micro = n[8],
        .shortage = (int32_t)n[9],
        .service_of = (int32_t)n[10],
        .cap_percent_micro = n[11],
        .standard_micro_c = n[12],
        .step_micro = n[13],
        .how = (int32_t)n[14],
        .bands = bands,
        .n_bands = n_bands,
        .episodes = episodes,
        .n_episodes = n_episodes};
    mbill_status status = mbill_settle(&season, steps, PARTS + 9, &n_steps, &out, &err);
    const int64_t sums[] = {out.due_micro, out.balance_micro, out.refund_micro, out.next_micro, out.charge_micro,
        out.forgone_micro};
    memcpy(told, sums, sizeof sums);
    for (size_t i = 0; i < n_steps; i++) {
        bool rest = steps[i].kind >= MBILL_SETTLE_STEP_SURPLUS;
        told[6 + 2 * i] = rest ? 100 + steps[i].index : steps[i].kind;
        told[7 + 2 * i] = steps[i].amount_micro;
    }
    answer(status, told, 6 + 2 * (int)n_steps);
}

static int64_t next_number(void)
{
    const char *word = strtok(NULL, " ");
    return word == NULL ? 0 : strtoll(word, NULL, 10);
}

static void tell_conversion(void)
{
    mbill_convert_fact facts[20];
    mbill_conversion out = {.struct_size = sizeof out};
    size_t n_facts = 0;
    line[strcspn(line, "\n")] = '\0';
    (void)strtok(line, " ");
    const char *from = strtok(NULL, " "), *to = strtok(NULL, " "), *name;
    int64_t value_micro = next_number(), step_micro = next_number(), how = next_number();
    while (n_facts < 20 && (name = strtok(NULL, " ")) != NULL) facts[n_facts++] = (mbill_convert_fact){name, next_number()};
    mbill_status status = mbill_convert(value_micro, from, to, facts, n_facts, step_micro, (mbill_round_how)how, &out, &err);
    answer(status, &out.value_micro, 1);
}

int main(void)
{
    static const struct {
        const char *verb;
        void (*tell)(void);
    } verbs[] = {{"water", tell_water}, {"k", tell_coefficient}, {"count", tell_count}, {"settle", tell_settlement}};
    while (fgets(line, sizeof line, stdin) != NULL) {
        mbill_error_init(&err);
        if (strncmp(line, "convert ", 8) == 0) {
            tell_conversion();
            fflush(stdout);
            continue;
        }
        const char *verb = read_request();
        size_t i = 0;
        while (i < sizeof verbs / sizeof verbs[0] && strcmp(verbs[i].verb, verb) != 0) i++;
        if (i == sizeof verbs / sizeof verbs[0]) return 2;
        verbs[i].tell();
        fflush(stdout);
    }
    return 0;
}
