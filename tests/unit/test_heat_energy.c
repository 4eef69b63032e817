/* SPDX-License-Identifier: Apache-2.0 */
/* A heat meter's registers: energies by hand, heat and cold, faults, low differences, parts of a stream, documents, and every refusal. */
#include "check_run.h"
#include "meterbill/heat.h"
#include "refusal.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)
#define HOUR INT64_C(3600)

static mbill_error err;
static mbill_heat_meter meter;
static mbill_heat_registers registers;

static void reset(void)
{
    mbill_error_init(&err);
    meter = (mbill_heat_meter){.struct_size = sizeof meter, .side = MBILL_HEAT_SIDE_RETURN, .unit = MBILL_HEAT_UNIT_KWH};
    registers = (mbill_heat_registers){.struct_size = sizeof registers};
}

static mbill_heat_record hour(int64_t n, int64_t volume_micro_m3, int64_t flow_c, int64_t return_c)
{
    return (mbill_heat_record){.start_utc_s = n * HOUR,
        .end_utc_s = (n + 1) * HOUR,
        .volume_micro_m3 = volume_micro_m3,
        .flow_micro_c = flow_c * MICRO,
        .return_micro_c = return_c * MICRO};
}

static void count(const mbill_heat_record *records, size_t n, int64_t *energies)
{
    mbill_status status = mbill_heat_count(&meter, records, n, &registers, energies, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
}

START_TEST(energies_by_hand)
{
    /* 0.1 m3, 20 K: coefficients 1.136014708239 and 1.147927654988 kWh, 4.132539557958 MJ */
    mbill_heat_record one = hour(1, 100000, 70, 50);
    int64_t energy;
    count(&one, 1, &energy);
    ck_assert_int_eq(energy, 2295855);
    ck_assert_int_eq(registers.heat_micro, 2295855);
    ck_assert_int_eq(registers.heat_volume_micro_m3, 100000);
    ck_assert_int_eq(registers.counted_s, HOUR);
    reset();
    meter.side = MBILL_HEAT_SIDE_FLOW;
    count(&one, 1, &energy);
    ck_assert_int_eq(energy, 2272029);
    reset();
    meter.unit = MBILL_HEAT_UNIT_MJ;
    count(&one, 1, &energy);
    ck_assert_int_eq(energy, 8265079);
    one.volume_micro_m3 = 0;
    one.start_utc_s = one.end_utc_s = 0;
    count(&one, 1, &energy);
    ck_assert_int_eq(energy, 0);
    ck_assert_int_eq(registers.n_records, 2);
}
END_TEST

START_TEST(heat_or_cold_never_both)
{
    const mbill_heat_record records[] = {hour(1, MICRO, 60, 40), hour(2, MICRO, 6, 12), hour(3, MICRO, 20, 20),
        hour(4, MICRO, 24, 10), hour(5, MICRO, 26, 30)};
    int64_t energies[5];
    count(records, 5, energies);
    ck_assert(energies[0] > 0 && energies[1] == 0 && energies[2] == 0 && energies[3] > 0 && energies[4] == 0);
    ck_assert_int_eq(registers.heat_volume_micro_m3, 2 * MICRO);
    ck_assert_int_eq(registers.idle_volume_micro_m3, 3 * MICRO);
    reset();
    meter.flags = MBILL_HEAT_METER_COLD;
    count(records, 5, energies);
    ck_assert(energies[1] < 0 && energies[4] < 0);
    ck_assert_int_eq(registers.cold_micro, -energies[1] - energies[4]);
    ck_assert_int_eq(registers.heat_micro, energies[0] + energies[3]);
    reset();
    meter.flags = MBILL_HEAT_METER_COLD | MBILL_HEAT_METER_CHANGEOVER;
    meter.changeover_micro_c = 25 * MICRO;
    count(records, 5, energies);
    ck_assert(energies[0] > 0 && energies[1] < 0 && energies[3] == 0 && energies[4] == 0);
    ck_assert_int_eq(registers.idle_volume_micro_m3, 3 * MICRO);
}
END_TEST

START_TEST(faults_stop_the_count_and_are_told)
{
    mbill_heat_record records[] = {hour(1, MICRO, 60, 40), hour(2, MICRO, -300, 40), hour(3, MICRO, 60, 999),
        hour(4, 2 * MICRO, 60, 40)};
    int64_t energies[4];
    records[1].faults = MBILL_HEAT_FAULT_FLOW;
    records[2].faults = MBILL_HEAT_FAULT_RETURN;
    records[3].faults = MBILL_HEAT_FAULT_VOLUME;
    count(records, 4, energies);
    ck_assert_int_eq(energies[1] | energies[2] | energies[3], 0);
    ck_assert_int_eq(registers.heat_micro, energies[0]);
    ck_assert_int_eq(registers.fault_volume_micro_m3, 4 * MICRO);
    ck_assert_int_eq(registers.fault_s, 3 * HOUR);
    ck_assert_int_eq(registers.faults, 7);
    ck_assert_int_eq(registers.flow_micro_m3_c, 60 * MICRO);
}
END_TEST

START_TEST(low_difference_at_high_flow)
{
    const mbill_heat_record records[] = {hour(1, 1000001, 60, 56), hour(2, 1000000, 60, 56), hour(3, 2000000, 60, 55),
        hour(4, 2000000, 60, 60), {.volume_micro_m3 = 9 * MICRO, .flow_micro_c = 60 * MICRO, .return_micro_c = 59 * MICRO}};
    meter.low_below_micro_k = 5 * MICRO;
    meter.high_above_micro_m3 = MICRO;
    count(records, 5, NULL);
    ck_assert_int_eq(registers.low_difference_micro_m3, 1000001);
    ck_assert_int_eq(registers.low_difference_s, HOUR);
    ck_assert_int_eq(registers.heat_volume_micro_m3, 13000001);
    reset();
    meter.low_below_micro_k = 5 * MICRO;
    count(records, 5, NULL);
    ck_assert_int_eq(registers.low_difference_micro_m3, 11000001);
}
END_TEST

START_TEST(weighted_temperatures)
{
    int64_t flow, back;
    mbill_heat_record records[] = {hour(1, 250 * MICRO, 95, 45), hour(2, 1, 0, 0)};
    assert_refusal(&err, mbill_heat_mean_temperatures(&registers, &flow, &back, &err), MBILL_E_NOT_FOUND, "no volume");
    count(records, 1, NULL);
    ck_assert_int_eq(registers.flow_micro_m3_c, 23750 * MICRO);
    ck_assert_int_eq(registers.return_micro_m3_c, 11250 * MICRO);
    ck_assert_int_eq(mbill_heat_mean_temperatures(&registers, &flow, &back, &err), MBILL_OK);
    ck_assert_int_eq(flow, 95 * MICRO);
    ck_assert_int_eq(back, 45 * MICRO);
    /* a millionth of a litre at 0.999999 degrees, twice: 10^-6 x 0.999999 is less than a micro-unit, and is not lost */
    records[1].flow_micro_c = 999999;
    count(records + 1, 1, NULL);
    ck_assert_int_eq(registers.flow_micro_m3_c, 23750 * MICRO);
    ck_assert_int_eq(registers.flow_rest_pico, 999999);
    records[1].start_utc_s += HOUR;
    records[1].end_utc_s += HOUR;
    count(records + 1, 1, NULL);
    ck_assert_int_eq(registers.flow_micro_m3_c, 23750 * MICRO + 1);
    ck_assert_int_eq(registers.flow_rest_pico, 999998);
}
END_TEST

/* A stream in parts, kept as a document between them, comes to the same registers. */
START_TEST(parts_of_a_stream)
{
    enum { N = 60 };
    mbill_heat_record records[N];
    mbill_heat_registers whole;
    char text[1024], json[2048];
    for (int i = 0; i < N; i++) records[i] = hour(i + 1, 123457 * (i % 7), 40 + i % 31, 30 + i % 13);
    records[7].faults = MBILL_HEAT_FAULT_RETURN;
    meter.low_below_micro_k = 12 * MICRO;
    count(records, N, NULL);
    whole = registers;
    registers = (mbill_heat_registers){.struct_size = sizeof registers};
    for (int from = 0; from < N; from += 7) {
        mbill_heat_records *document;
        size_t len = sizeof text;
        count(records + from, from + 7 > N ? N - (size_t)from : 7, NULL);
        ck_assert_int_eq(mbill_heat_registers_write(MBILL_HEAT_UNIT_KWH, &registers, text, &len, &err), MBILL_OK);
        int n = snprintf(json, sizeof json,
            "{\"meterbill\":1,\"kind\":\"heat_records\",\"meter\":{\"side\":\"return\",\"unit\":\"kWh\"},"
            "\"before\":%s,\"records\":[]}",
            text);
        mbill_status status = mbill_heat_records_read(json, (size_t)n, NULL, &document, &err);
        ck_assert_msg(status == MBILL_OK, "%s: %s", err.path, err.message);
        registers = *mbill_heat_records_before(document);
        mbill_heat_records_free(document);
    }
    ck_assert_mem_eq(&registers, &whole, sizeof whole);
}
END_TEST

/* The table beside the direct way, at every hundredth of a degree somewhere: one micro-unit, and the same refusals. */
START_TEST(columns)
{
    enum { N = 4000 };
    static int64_t volumes[N], flows[N], returns[N], fast[N];
    static const int64_t pressures_pa[] = {0, 100000, 600000, 16000000};
    mbill_heat_table *table = malloc(mbill_heat_table_size());
    ck_assert_ptr_nonnull(table);
    for (int64_t way = 0; way < 32; way++) {
        meter.side = way % 2 == 0 ? MBILL_HEAT_SIDE_FLOW : MBILL_HEAT_SIDE_RETURN;
        meter.unit = way / 2 % 2 == 0 ? MBILL_HEAT_UNIT_KWH : MBILL_HEAT_UNIT_MJ;
        meter.pressure_pa = pressures_pa[way / 4 % 4];
        meter.flags = way < 16 ? MBILL_HEAT_METER_COLD : 0;
        int64_t hottest = meter.pressure_pa == 100000 ? 99000000 : (meter.pressure_pa == 600000 ? 158000000 : 199900000);
        for (int64_t i = 0; i < N; i++) {
            flows[i] = (way * 1234577 + i * 7654321) % hottest;
            returns[i] = i % 3 != 0 ? (i * 3456789 + way) % hottest : (flows[i] > 50000 ? flows[i] - i * 11 % 50000 : i * 13);
            volumes[i] = i % 5 == 0 ? i : i * 997 * (i % 4 + 1);
        }
        ck_assert_int_eq(mbill_heat_table_fill(&meter, table, &err), MBILL_OK);
        mbill_status status = mbill_heat_energies(table, volumes, flows, returns, N, fast, &err);
        ck_assert_msg(status == MBILL_OK, "row %lld: %s", (long long)err.index, err.message);
        for (int i = 0; i < N; i++) {
            mbill_heat_record record = {.volume_micro_m3 = volumes[i], .flow_micro_c = flows[i], .return_micro_c = returns[i]};
            int64_t direct;
            count(&record, 1, &direct);
            ck_assert_msg(fast[i] - direct <= 1 && direct - fast[i] <= 1, "%lld and %lld", (long long)fast[i], (long long)direct);
        }
        registers = (mbill_heat_registers){.struct_size = sizeof registers};
    }
    free(table);
}
END_TEST

START_TEST(columns_refused)
{
    mbill_heat_table *table = malloc(mbill_heat_table_size());
    int64_t volume = MICRO, flow = 60 * MICRO, back = 40 * MICRO, energy;
    ck_assert_ptr_nonnull(table);
    ck_assert_int_eq(mbill_heat_table_fill(&meter, table, &err), MBILL_OK);
    ck_assert_int_eq(mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_OK);
    flow = 60 * MICRO + INT64_MAX / 2;
    assert_refusal_index(&err, mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_E_RANGE, 0,
        "the flow temperature");
    flow = 205 * MICRO;
    assert_refusal_index(&err, mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_E_RANGE, 0, "boils");
    flow = 60 * MICRO;
    back = -1;
    assert_refusal_index(&err, mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_E_RANGE, 0,
        "the return temperature");
    back = 40 * MICRO;
    volume = -1;
    assert_refusal_index(&err, mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_E_RANGE, 0,
        "the volume is");
    volume = INT64_MAX;
    assert_refusal_index(&err, mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_E_OVERFLOW, 0,
        "the energy of");
    volume = INT64_C(9000000000000000); /* 9 * 10^9 m3: exact, by the direct way */
    ck_assert_int_eq(mbill_heat_energies(table, &volume, &flow, &back, 1, &energy, &err), MBILL_OK);
    ck_assert_int_eq(energy / 1000000, INT64_C(207335518131));
    ck_assert_int_eq(mbill_heat_energies(table, NULL, NULL, NULL, 0, NULL, &err), MBILL_OK);
    assert_refusal(&err, mbill_heat_energies(NULL, NULL, NULL, NULL, 0, NULL, &err), MBILL_E_MISUSE, "table");
    assert_refusal(&err, mbill_heat_energies(table, &volume, NULL, &back, 1, &energy, &err), MBILL_E_MISUSE, "flows_micro_c");
    assert_refusal(&err, mbill_heat_table_fill(NULL, table, &err), MBILL_E_MISUSE, "meter");
    assert_refusal(&err, mbill_heat_table_fill(&meter, NULL, &err), MBILL_E_MISUSE, "table");
    meter.side = 0;
    assert_refusal(&err, mbill_heat_table_fill(&meter, table, &err), MBILL_E_INVALID, "side 0");
    free(table);
}
END_TEST

static mbill_status count_one(mbill_heat_record record)
{
    mbill_heat_registers kept = registers;
    mbill_error_init(&err);
    mbill_status status = mbill_heat_count(&meter, &record, 1, &registers, NULL, &err);
    ck_assert_mem_eq(&kept, &registers, sizeof kept);
    return status;
}

START_TEST(records_refused)
{
    mbill_heat_record good = hour(5, MICRO, 60, 40), bad = good;
    count(&good, 1, NULL);
    assert_refusal_index(&err, count_one(good), MBILL_E_ORDER, 0, "starts at 1970-01-01T05:00:00Z, before");
    bad = hour(6, -1, 60, 40);
    assert_refusal_index(&err, count_one(bad), MBILL_E_RANGE, 0, "the volume is -0.000001 m3");
    assert_refusal_index(&err, count_one(hour(6, 1, -1, 40)), MBILL_E_RANGE, 0, "the flow temperature is -1 degrees");
    assert_refusal_index(&err, count_one(hour(6, 1, 60, 351)), MBILL_E_RANGE, 0, "the return temperature is 351");
    assert_refusal_index(&err, count_one(hour(6, 1, 220, 100)), MBILL_E_RANGE, 0, "220 degrees Celsius boils");
    bad = hour(6, 1, 60, 40);
    bad.end_utc_s = bad.start_utc_s;
    assert_refusal_index(&err, count_one(bad), MBILL_E_ORDER, 0, "not after its start");
    bad.end_utc_s = bad.start_utc_s + 1;
    bad.faults = 8;
    assert_refusal_index(&err, count_one(bad), MBILL_E_UNKNOWN_OPTION, 0, "0x8");
    bad.faults = 0;
    bad.reserved = 1;
    assert_refusal_index(&err, count_one(bad), MBILL_E_INVALID, 0, "reserved");
    bad = hour(6, INT64_MAX, 200, 0);
    assert_refusal_index(&err, count_one(bad), MBILL_E_OVERFLOW, 0, "the energy of");
    bad = hour(6, INT64_MAX, 40, 40);
    assert_refusal_index(&err, count_one(bad), MBILL_E_OVERFLOW, 0, "a register leaves");
    good = hour(7, MICRO, 60, 40);
    const mbill_heat_record two[] = {good, bad};
    mbill_heat_registers kept = registers;
    ck_assert_int_eq(mbill_heat_count(&meter, two, 2, &registers, NULL, &err), MBILL_E_ORDER);
    ck_assert_int_eq(err.index, 1);
    ck_assert_mem_eq(&kept, &registers, sizeof kept);
}
END_TEST

static mbill_status try_meter(mbill_heat_meter tried)
{
    mbill_error_init(&err);
    return mbill_heat_count(&tried, NULL, 0, &registers, NULL, &err);
}

START_TEST(meters_refused)
{
    mbill_heat_meter bad = meter;
    bad.side = 3;
    assert_refusal(&err, try_meter(bad), MBILL_E_INVALID, "side 3");
    bad = meter;
    bad.unit = 0;
    assert_refusal(&err, try_meter(bad), MBILL_E_INVALID, "unit 0");
    bad = meter;
    bad.flags = 4;
    assert_refusal(&err, try_meter(bad), MBILL_E_UNKNOWN_OPTION, "0x4");
    bad = meter;
    bad.changeover_micro_c = 1;
    assert_refusal(&err, try_meter(bad), MBILL_E_INVALID, "without the flag");
    bad.changeover_micro_c = -1;
    assert_refusal(&err, try_meter(bad), MBILL_E_RANGE, "the changeover temperature");
    bad = meter;
    bad.low_below_micro_k = -1;
    assert_refusal(&err, try_meter(bad), MBILL_E_RANGE, "a low difference of -0.000001 K");
    bad = meter;
    bad.pressure_pa = -1;
    assert_refusal(&err, try_meter(bad), MBILL_E_RANGE, "-1 Pa");
    bad = meter;
    bad.struct_size = 0;
    assert_refusal(&err, try_meter(bad), MBILL_E_MISUSE, "struct_size");
    registers.struct_size = 0;
    assert_refusal(&err, try_meter(meter), MBILL_E_MISUSE, "struct_size");
    reset();
    registers.flow_rest_pico = 1000000;
    assert_refusal(&err, try_meter(meter), MBILL_E_INVALID, "a rest of 10^-6 or more");
    assert_refusal(&err, mbill_heat_count(NULL, NULL, 0, &registers, NULL, &err), MBILL_E_MISUSE, "meter");
    assert_refusal(&err, mbill_heat_count(&meter, NULL, 0, NULL, NULL, &err), MBILL_E_MISUSE, "registers");
    assert_refusal(&err, mbill_heat_count(&meter, NULL, 1, &registers, NULL, &err), MBILL_E_MISUSE, "records");
}
END_TEST

#define DOCUMENT(meter, rest) "{\"meterbill\":1,\"kind\":\"heat_records\",\"meter\":" meter "," rest "}"
#define METER                                                                                                                    \
    "{\"side\":\"flow\",\"unit\":\"MJ\",\"pressure\":\"0.6\",\"cold\":true,\"changeover\":\"25\",\"low_difference\":{\"below\":" \
    "\"5\",\"flow_above\":\"1.5\"}}"
#define RECORD(more) "\"records\":[{\"volume\":\"1\",\"flow\":\"60\",\"return\":\"40\"" more "}]"

static mbill_status read(const char *json, mbill_heat_records **out)
{
    mbill_error_init(&err);
    return mbill_heat_records_read(json, strlen(json), NULL, out, &err);
}

START_TEST(documents)
{
    mbill_heat_records *records;
    size_t n;
    ck_assert_int_eq(read(DOCUMENT(METER,
                              RECORD(",\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-01-01T01:00:00+00:00\",\"faults\":["
                                     "\"volume\"]")),
                         &records),
        MBILL_OK);
    const mbill_heat_meter *m = mbill_heat_records_meter(records);
    ck_assert_int_eq(m->side, MBILL_HEAT_SIDE_FLOW);
    ck_assert_int_eq(m->unit, MBILL_HEAT_UNIT_MJ);
    ck_assert_int_eq(m->pressure_pa, 600000);
    ck_assert_int_eq(m->flags, MBILL_HEAT_METER_COLD | MBILL_HEAT_METER_CHANGEOVER);
    ck_assert_int_eq(m->changeover_micro_c, 25 * MICRO);
    ck_assert_int_eq(m->low_below_micro_k, 5 * MICRO);
    ck_assert_int_eq(m->high_above_micro_m3, 1500000);
    const mbill_heat_record *rows = mbill_heat_records_rows(records, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(rows[0].end_utc_s - rows[0].start_utc_s, HOUR);
    ck_assert_int_eq(rows[0].faults, MBILL_HEAT_FAULT_VOLUME);
    mbill_heat_records_free(records);
    mbill_heat_records_free(NULL);
    ck_assert_ptr_null(mbill_heat_records_meter(NULL));
    ck_assert_ptr_null(mbill_heat_records_before(NULL));
    ck_assert_ptr_null(mbill_heat_records_rows(NULL, &n));
}
END_TEST

START_TEST(documents_refused)
{
#define SMALL "{\"side\":\"flow\",\"unit\":\"kWh\"}"
#define BEFORE(unit, heat, rest)                                                                                                 \
    "\"records\":[],\"before\":{\"meterbill\":1,\"kind\":\"heat_registers\",\"unit\":\"" unit "\",\"heat\":\"" heat              \
    "\",\"records\":\"1\",\"cold\":\"0\",\"heat_volume\":\"0\",\"cold_volume\":\"0\",\"idle_volume\":\"0\",\"fault_volume\":"    \
    "\"0\",\"low_difference_volume\":\"0\",\"low_difference_s\":\"0\",\"counted_s\":\"0\",\"fault_s\":\"0\",\"volume_x_flow\":"  \
    "\"0\",\"volume_x_return\":\"0\",\"flow_rest_pico\":" rest ",\"return_rest_pico\":0}"
    static const struct {
        const char *json;
        mbill_status status;
        const char *path, *part;
    } rows[] = {
        {"[]", MBILL_E_TYPE, "", "object"},
        {DOCUMENT("{\"unit\":\"kWh\"}", RECORD("")), MBILL_E_MISSING_KEY, "/meter/side", "side"},
        {DOCUMENT("{\"side\":\"flow\"}", RECORD("")), MBILL_E_MISSING_KEY, "/meter/unit", "unit"},
        {DOCUMENT("{\"side\":\"inlet\",\"unit\":\"kWh\"}", RECORD("")), MBILL_E_INVALID, "/meter/side", "inlet"},
        {DOCUMENT("{\"side\":\"flow\",\"unit\":\"GJ\"}", RECORD("")), MBILL_E_INVALID, "/meter/unit", "GJ"},
        {DOCUMENT("{\"side\":\"flow\",\"unit\":\"MJ\",\"pressure\":\"0\"}", RECORD("")), MBILL_E_RANGE, "/meter", "pressure"},
        {DOCUMENT("{\"side\":\"flow\",\"unit\":\"MJ\",\"low_difference\":{\"below\":\"5\"}}", RECORD("")), MBILL_E_MISSING_KEY,
            "/meter/low_difference/flow_above", "flow_above"},
        {DOCUMENT("{\"side\":\"flow\",\"unit\":\"MJ\",\"wide\":1}", RECORD("")), MBILL_E_UNKNOWN_KEY, "/meter/wide", "wide"},
        {DOCUMENT(SMALL, "\"records\":{}"), MBILL_E_TYPE, "/records", "list"},
        {DOCUMENT(SMALL, RECORD(",\"start\":\"2026-01-01T00:00:00Z\"")), MBILL_E_MISSING_KEY, "/records/0/end", "end"},
        {DOCUMENT(SMALL, RECORD(",\"end\":\"2026-01-01T00:00:00Z\"")), MBILL_E_MISSING_KEY, "/records/0/start", "start"},
        {DOCUMENT(SMALL, RECORD(",\"start\":\"2026-01-01T00:00\",\"end\":\"2026-01-01T01:00Z\"")), MBILL_E_AMBIGUOUS,
            "/records/0/start", ""},
        {DOCUMENT(SMALL, RECORD(",\"faults\":[\"flow\",\"flow\"]")), MBILL_E_DUPLICATE_KEY, "/records/0/faults/1", "twice"},
        {DOCUMENT(SMALL, "\"records\":[{\"volume\":\"1\",\"flow\":\"60\"}]"), MBILL_E_MISSING_KEY, "/records/0/return", "return"},
        {DOCUMENT(SMALL, "\"records\":[{\"volume\":\"1\",\"flow\":\"60\",\"faults\":[\"flow\"]}]"), MBILL_E_MISSING_KEY,
            "/records/0/return", "return"},
        {DOCUMENT(SMALL, "\"records\":[{\"volume\":\"0.1234567\",\"flow\":\"60\",\"return\":\"6\"}]"), MBILL_E_DIGITS,
            "/records/0/volume", "0.1234567"},
        {DOCUMENT(SMALL, BEFORE("MJ", "1", "0")), MBILL_E_INVALID, "/before/unit", "the meter counts kWh"},
        {DOCUMENT(SMALL, BEFORE("kWh", "-1", "0")), MBILL_E_RANGE, "/before/heat", "below 0"},
        {DOCUMENT(SMALL, BEFORE("kWh", "1", "1000000")), MBILL_E_RANGE, "/before/flow_rest_pico", "999999"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mbill_heat_records *records = (mbill_heat_records *)&err;
        mbill_status status = read(rows[i].json, &records);
        assert_refusal_path(&err, status, rows[i].status, rows[i].path, rows[i].part);
        ck_assert_ptr_null(records);
    }
    mbill_heat_records *records;
    size_t len = 0;
    char text[16];
    assert_refusal(&err, mbill_heat_records_read(NULL, 0, NULL, &records, &err), MBILL_E_MISUSE, "json");
    assert_refusal(&err, mbill_heat_registers_write((mbill_heat_unit)3, &registers, NULL, &len, &err), MBILL_E_INVALID, "unit 3");
    assert_refusal(&err, mbill_heat_registers_write(MBILL_HEAT_UNIT_MJ, NULL, NULL, &len, &err), MBILL_E_MISUSE, "registers");
    len = sizeof text;
    ck_assert_int_eq(mbill_heat_registers_write(MBILL_HEAT_UNIT_MJ, &registers, text, &len, &err), MBILL_E_ROOM);
    ck_assert_uint_gt(len, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("heat_energy");
    TCase *tests = tcase_create("heat_energy");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_add_test(tests, energies_by_hand);
    tcase_add_test(tests, heat_or_cold_never_both);
    tcase_add_test(tests, faults_stop_the_count_and_are_told);
    tcase_add_test(tests, low_difference_at_high_flow);
    tcase_add_test(tests, weighted_temperatures);
    tcase_add_test(tests, parts_of_a_stream);
    tcase_add_test(tests, columns);
    tcase_add_test(tests, columns_refused);
    tcase_add_test(tests, records_refused);
    tcase_add_test(tests, meters_refused);
    tcase_add_test(tests, documents);
    tcase_add_test(tests, documents_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}
