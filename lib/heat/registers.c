/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a heat meter gets another register. One table names those that are numbers, for reading and for writing. */
#include "heat/registers.h"

#include "document/say.h"
#include "document/write.h"
#include "heat/energy.h"
#include "meterbill/decimal.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define REST_MAX 999999 /* as mbill_heat_registers says */

const char *const mbill__heat_units[MBILL__HEAT_N_UNITS] = {"kWh", "MJ"};
static const char *const fault_words[MBILL__HEAT_N_FAULTS] = {"flow", "return", "volume"}; /* bit by bit */

typedef struct register_form {
    const char *key;
    size_t place; /* in mbill_heat_registers */
    int32_t scale;
} register_form;

#define FORM(key, member, scale)                                                                                                 \
    {                                                                                                                            \
        key, offsetof(mbill_heat_registers, member), scale                                                                       \
    }

static const register_form forms[] = {
    FORM("records", n_records, 0),
    FORM("heat", heat_micro, MBILL_SCALE_MICRO),
    FORM("cold", cold_micro, MBILL_SCALE_MICRO),
    FORM("heat_volume", heat_volume_micro_m3, MBILL_SCALE_MICRO),
    FORM("cold_volume", cold_volume_micro_m3, MBILL_SCALE_MICRO),
    FORM("idle_volume", idle_volume_micro_m3, MBILL_SCALE_MICRO),
    FORM("fault_volume", fault_volume_micro_m3, MBILL_SCALE_MICRO),
    FORM("low_difference_volume", low_difference_micro_m3, MBILL_SCALE_MICRO),
    FORM("low_difference_s", low_difference_s, 0),
    FORM("counted_s", counted_s, 0),
    FORM("fault_s", fault_s, 0),
    FORM("volume_x_flow", flow_micro_m3_c, MBILL_SCALE_MICRO),
    FORM("volume_x_return", return_micro_m3_c, MBILL_SCALE_MICRO),
};

/* ---- in ---- */

mbill_status mbill__heat_faults_read(const mbill__node *object, uint32_t *out_faults, mbill_error *err)
{
    mbill__node list, node;
    uint32_t faults = 0;
    *out_faults = 0;
    if (!mbill__node_get(object, "faults", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        int32_t index;
        MBILL_TRY(mbill__node_word(&node, fault_words, MBILL__HEAT_N_FAULTS, &index, err));
        if ((faults & (UINT32_C(1) << index)) != 0)
            return mbill__node_fail(&node, err, MBILL_E_DUPLICATE_KEY, "the fault \"%s\" stands twice", fault_words[index]);
        faults |= UINT32_C(1) << index;
    }
    *out_faults = faults;
    return MBILL_OK;
}

static mbill_status read_numbers(const mbill__node *object, mbill_heat_registers *out, mbill_error *err)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        mbill__node node;
        int64_t value;
        MBILL_TRY(mbill__node_need(object, forms[i].key, &node, err));
        MBILL_TRY(mbill__node_decimal(&node, forms[i].scale, &value, err));
        if (value < 0) return mbill__node_fail(&node, err, MBILL_E_RANGE, "a register below 0; expected 0 or more");
        memcpy((char *)out + forms[i].place, &value, sizeof value);
    }
    MBILL_TRY(mbill__node_need_int(object, "flow_rest_pico", 0, REST_MAX, &out->flow_rest_pico, err));
    return mbill__node_need_int(object, "return_rest_pico", 0, REST_MAX, &out->return_rest_pico, err);
}

static mbill_status read_unit(const mbill__node *object, int32_t unit, mbill_error *err)
{
    mbill__node node;
    int32_t index;
    MBILL_TRY(mbill__node_need(object, "unit", &node, err));
    MBILL_TRY(mbill__node_word(&node, mbill__heat_units, MBILL__HEAT_N_UNITS, &index, err));
    if (index + 1 == unit) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "the registers are in %s, but the meter counts %s; expected the same",
        mbill__heat_units[index], mbill__heat_units[unit - 1]);
}

mbill_status mbill__heat_before_read(const mbill__node *node, int32_t unit, mbill_heat_registers *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "unit", "faults", "records", "until", "heat", "cold", "heat_volume",
        "cold_volume", "idle_volume", "fault_volume", "low_difference_volume", "low_difference_s", "counted_s", "fault_s",
        "volume_x_flow", "volume_x_return", "flow_rest_pico", "return_rest_pico"};
    mbill__node until;
    *out = (mbill_heat_registers){.struct_size = (uint32_t)sizeof *out};
    MBILL_TRY(mbill__json_header(node, "heat_registers", false, err));
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_unit(node, unit, err));
    MBILL_TRY(mbill__heat_faults_read(node, &out->faults, err));
    if (mbill__node_get(node, "until", &until)) MBILL_TRY(mbill__node_instant(&until, &out->until_utc_s, err));
    return read_numbers(node, out, err);
}

/* ---- out ---- */

static void write_faults(mbill__writer *writer, uint32_t faults)
{
    if (faults == 0) return;
    mbill__write_list(writer, "faults");
    for (uint32_t i = 0; i < MBILL__HEAT_N_FAULTS; i++)
        if ((faults & (UINT32_C(1) << i)) != 0) mbill__write_text(writer, NULL, fault_words[i]);
    mbill__write_list_end(writer);
}

static void write_registers(mbill__writer *writer, mbill_heat_unit unit, const mbill_heat_registers *registers)
{
    mbill__write_object(writer, NULL);
    mbill__write_whole(writer, "meterbill", 1);
    mbill__write_text(writer, "kind", "heat_registers");
    mbill__write_text(writer, "unit", mbill__heat_units[unit - 1]);
    write_faults(writer, registers->faults);
    if (registers->until_utc_s != 0) mbill__write_text(writer, "until", mbill__say_time(registers->until_utc_s, NULL).text);
    for (size_t i = 0; i < COUNT(forms); i++) {
        int64_t value;
        memcpy(&value, (const char *)registers + forms[i].place, sizeof value);
        mbill__write_decimal(writer, forms[i].key, value, forms[i].scale);
    }
    mbill__write_whole(writer, "flow_rest_pico", registers->flow_rest_pico);
    mbill__write_whole(writer, "return_rest_pico", registers->return_rest_pico);
    mbill__write_object_end(writer);
}

mbill_status mbill_heat_registers_write(mbill_heat_unit unit, const mbill_heat_registers *registers, char *out_text,
    size_t *inout_len, mbill_error *err)
{
    mbill_heat_registers known;
    mbill_allocator allocator;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(registers);
    MBILL__NEED(inout_len);
    if (unit != MBILL_HEAT_UNIT_KWH && unit != MBILL_HEAT_UNIT_MJ)
        return mbill__fail(err, MBILL_E_INVALID, "unit %d is neither kWh nor MJ", (int)unit);
    MBILL_TRY(mbill__heat_registers_read(registers, &known, err));
    MBILL_TRY(mbill__allocator_read(&allocator, NULL, err));
    mbill__buffer_start(&buffer, &allocator);
    mbill__write_start(&writer, &buffer, false);
    write_registers(&writer, unit, &known);
    mbill_status status = mbill__buffer_check(&buffer, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}
