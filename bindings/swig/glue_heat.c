/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of heat and conversions does. */
#include "glue_heat.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

static void add_count(face_join *join, const char *key, int64_t value)
{
    face_add_key(join, key);
    face_add_int(join, value);
}

static void add_micro(face_join *join, const char *key, int64_t value_micro)
{
    face_add_key(join, key);
    face_add_micro(join, value_micro);
}

static void add_text(face_join *join, const char *key, const char *text)
{
    face_add_key(join, key);
    face_add_quoted(join, text);
}

mbill_status mbill_face_heat_water(int64_t temperature_micro_c, int64_t pressure_pa, mbill_face_text *out_text, mbill_error *err)
{
    mbill_heat_water water;
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = mbill_heat_water_properties(temperature_micro_c, pressure_pa, &water, err);
    if (status != MBILL_OK) return status;
    face_add(&join, "{");
    add_count(&join, "volume_pico", water.volume_pico);
    add_count(&join, "enthalpy_nano", water.enthalpy_nano);
    face_add(&join, "}");
    return face_take(&join, MBILL_OK, out_text, err);
}

mbill_status mbill_face_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa, int32_t side,
    int32_t flags, mbill_face_text *out_text, mbill_error *err)
{
    mbill_heat_k k;
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = mbill_heat_coefficient(flow_micro_c, return_micro_c, pressure_pa, (mbill_heat_side)side,
        (uint32_t)flags, &k, err);
    if (status != MBILL_OK) return status;
    face_add(&join, "{");
    add_count(&join, "kwh_pico", k.kwh_pico);
    add_count(&join, "mj_pico", k.mj_pico);
    face_add(&join, "}");
    return face_take(&join, MBILL_OK, out_text, err);
}

/* --- records --- */

typedef struct counted {
    int32_t unit;
    mbill_heat_registers registers;
    int64_t *energies_micro;
    size_t n;
} counted;

static mbill_status write_registers(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const counted *of = context;
    return mbill_heat_registers_write((mbill_heat_unit)of->unit, &of->registers, out_text, inout_len, err);
}

static mbill_status add_energy(const counted *of, face_join *join, mbill_error *err)
{
    int64_t flow_micro_c, return_micro_c;
    face_add(join, "{\"meterbill\":1,\"kind\":\"heat_energy\"");
    add_text(join, "unit", of->unit == MBILL_HEAT_UNIT_KWH ? "kWh" : "MJ");
    add_micro(join, "heat", of->registers.heat_micro);
    add_micro(join, "cold", of->registers.cold_micro);
    if (mbill_heat_mean_temperatures(&of->registers, &flow_micro_c, &return_micro_c, NULL) == MBILL_OK) {
        add_micro(join, "mean_flow", flow_micro_c);
        add_micro(join, "mean_return", return_micro_c);
    }
    face_add_key(join, "records");
    face_add(join, "[");
    for (size_t i = 0; i < of->n; i++) {
        if (i > 0) face_add(join, ",");
        face_add_micro(join, of->energies_micro[i]);
    }
    face_add(join, "]");
    face_add_key(join, "registers");
    mbill_status status = face_add_written(join, write_registers, of, err);
    face_add(join, "}");
    return status;
}

mbill_status mbill_face_heat_energy(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    mbill_heat_records *records = NULL;
    face_join join = {NULL, 0, 0, 0};
    counted of;
    memset(&of, 0, sizeof of);
    mbill_status status = mbill_heat_records_read(text, text_len, NULL, &records, err);
    if (status != MBILL_OK) return status;
    const mbill_heat_record *rows = mbill_heat_records_rows(records, &of.n);
    const mbill_heat_meter *meter = mbill_heat_records_meter(records);
    of.unit = meter->unit;
    of.registers = *mbill_heat_records_before(records);
    of.energies_micro = face_allocate(of.n, sizeof *of.energies_micro, err);
    status = of.energies_micro == NULL ? MBILL_E_NOMEM
                                       : mbill_heat_count(meter, rows, of.n, &of.registers, of.energies_micro, err);
    if (status == MBILL_OK) status = add_energy(&of, &join, err);
    free(of.energies_micro);
    mbill_heat_records_free(records);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_heat_energies(int32_t side, int32_t unit, int64_t pressure_pa, int32_t flags,
    const int64_t *volume_micro_m3, size_t n_volume_micro_m3, const int64_t *flow_micro_c, size_t n_flow_micro_c,
    const int64_t *return_micro_c, size_t n_return_micro_c, int64_t *out_energy_micro, size_t n_out_energy_micro,
    mbill_error *err)
{
    mbill_heat_meter meter;
    size_t n = n_volume_micro_m3;
    if (n_flow_micro_c != n || n_return_micro_c != n || n_out_energy_micro != n)
        return face_fail(err, MBILL_E_RANGE, -1, "columns of different lengths");
    memset(&meter, 0, sizeof meter);
    meter.struct_size = (uint32_t)sizeof meter;
    meter.side = side;
    meter.unit = unit;
    meter.pressure_pa = pressure_pa;
    meter.flags = (uint32_t)flags;
    mbill_heat_table *table = face_allocate(1, mbill_heat_table_size(), err);
    if (table == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_heat_table_fill(&meter, table, err);
    if (status == MBILL_OK)
        status = mbill_heat_energies(table, volume_micro_m3, flow_micro_c, return_micro_c, n, out_energy_micro, err);
    free(table);
    return status;
}

/* --- a settlement --- */

typedef struct settled {
    mbill_settled settled;
    mbill_settle_step *steps;
    size_t n;
} settled;

static mbill_status write_settled(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const settled *of = context;
    return mbill_settled_write(&of->settled, of->steps, of->n, out_text, inout_len, err);
}

/* Room for the steps of the arithmetic besides those of the episodes. */
enum { STEPS_BESIDES = 9 };

mbill_status mbill_face_heat_settle(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    mbill_settlement_document *document = NULL;
    settled of;
    memset(&of, 0, sizeof of);
    mbill_status status = mbill_settlement_read(text, text_len, NULL, &document, err);
    if (status != MBILL_OK) return status;
    const mbill_settlement *settlement = mbill_settlement_of(document);
    size_t cap = settlement->n_episodes + STEPS_BESIDES;
    of.settled.struct_size = (uint32_t)sizeof of.settled;
    of.steps = face_allocate(cap, sizeof *of.steps, err);
    status = of.steps == NULL ? MBILL_E_NOMEM : mbill_settle(settlement, of.steps, cap, &of.n, &of.settled, err);
    if (status == MBILL_OK) status = face_write(write_settled, &of, out_text, err);
    free(of.steps);
    mbill_settlement_document_free(document);
    return status;
}

/* --- conversion --- */

static mbill_convert_fact *numbers_of(const mbill_facts *facts, size_t *out_n, mbill_error *err)
{
    size_t n = 0;
    const mbill_fact *given = facts != NULL ? mbill_facts_values(facts, &n) : NULL;
    mbill_convert_fact *numbers = face_allocate(n, sizeof *numbers, err);
    *out_n = 0;
    for (size_t i = 0; numbers != NULL && i < n; i++) {
        if (given[i].text != NULL) continue;
        numbers[*out_n].name = given[i].name;
        numbers[(*out_n)++].value_micro = given[i].value_micro;
    }
    return numbers;
}

static mbill_status write_whole(const void *sum, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_sum_print(sum, 0, out_text, inout_len, err);
}

static void add_sum(face_join *join, const char *key, const mbill_sum *sum)
{
    face_add_key(join, key);
    face_add(join, "\"");
    if (face_add_written(join, write_whole, sum, NULL) != MBILL_OK) join->failed = 1;
    face_add(join, "\"");
}

static void add_conversion(face_join *join, int64_t value_micro, const char *from, const char *to, const mbill_conversion *made)
{
    face_add(join, "{\"meterbill\":1,\"kind\":\"conversion\"");
    add_micro(join, "value", value_micro);
    add_text(join, "from", from);
    add_text(join, "to", to);
    add_micro(join, "result", made->value_micro);
    add_sum(join, "numerator", &made->numerator);
    add_sum(join, "denominator", &made->denominator);
    face_add(join, "}");
}

mbill_status mbill_face_convert(int64_t value_micro, const char *from, size_t from_len, const char *to, size_t to_len,
    const char *facts, size_t facts_len, int64_t step_micro, int32_t how, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_facts *read = NULL;
    mbill_conversion made;
    size_t n = 0;
    memset(&made, 0, sizeof made);
    made.struct_size = (uint32_t)sizeof made;
    if (from == NULL || to == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "a unit is NULL");
    char *from_text = face_copy(from, from_len, err), *to_text = face_copy(to, to_len, err);
    mbill_status status = from_text == NULL || to_text == NULL ? MBILL_E_NOMEM : MBILL_OK;
    if (status == MBILL_OK && facts != NULL) status = mbill_facts_read(facts, facts_len, NULL, &read, err);
    mbill_convert_fact *numbers = status == MBILL_OK ? numbers_of(read, &n, err) : NULL;
    if (status == MBILL_OK && numbers == NULL) status = MBILL_E_NOMEM;
    if (status == MBILL_OK)
        status = mbill_convert(value_micro, from_text, to_text, numbers, n, step_micro, (mbill_round_how)how, &made, err);
    if (status == MBILL_OK) add_conversion(&join, value_micro, from_text, to_text, &made);
    free(numbers);
    mbill_facts_free(read);
    free(from_text);
    free(to_text);
    return face_take(&join, status, out_text, err);
}
