/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a heat meter counts otherwise. Laws: every volume stands in one of four registers; a record's energy is rounded once, so that
 * records may come in any parts; no energy is counted while a sensor fails. */
#include "heat/energy.h"

#include "base/fail.h"
#include "document/say.h"
#include "heat/coefficient.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

#define FAULTS (MBILL_HEAT_FAULT_FLOW | MBILL_HEAT_FAULT_RETURN | MBILL_HEAT_FAULT_VOLUME)
#define METER_FLAGS (MBILL_HEAT_METER_COLD | MBILL_HEAT_METER_CHANGEOVER)
#define HOUR_S 3600
#define PICO_IN_MICRO INT64_C(1000000)
/* 10^-6 m3 x 10^-6 K x 10^-12 of a coefficient make 10^-24; a micro-unit is 10^18 of that. */
#define MICRO_IN_PRODUCT INT64_C(1000000000000000000)

/* ---- the meter ---- */

static mbill_status check_settings(const mbill_heat_meter *meter, mbill_error *err)
{
    if (meter->side != MBILL_HEAT_SIDE_FLOW && meter->side != MBILL_HEAT_SIDE_RETURN)
        return mbill__fail(err, MBILL_E_INVALID, "side %" PRId32 " is none of the two pipes", meter->side);
    if (meter->unit != MBILL_HEAT_UNIT_KWH && meter->unit != MBILL_HEAT_UNIT_MJ)
        return mbill__fail(err, MBILL_E_INVALID, "unit %" PRId32 " is neither kWh nor MJ", meter->unit);
    if ((meter->flags & ~METER_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "unknown flags %#" PRIx32 " of a meter", meter->flags);
    MBILL_TRY(mbill__water_check_temperature("changeover temperature", meter->changeover_micro_c, -1, err));
    if ((meter->flags & MBILL_HEAT_METER_CHANGEOVER) == 0 && meter->changeover_micro_c != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a changeover temperature without the flag that sets it; expected 0");
    if (meter->low_below_micro_k < 0 || meter->high_above_micro_m3 < 0)
        return mbill__fail(err, MBILL_E_RANGE, "a low difference of %s K at a flow of %s m3/h; expected 0 or more",
            mbill__say_micro(meter->low_below_micro_k).text, mbill__say_micro(meter->high_above_micro_m3).text);
    return mbill__water_check_pressure(meter->pressure_pa, err);
}

mbill_status mbill__heat_meter_read(const mbill_heat_meter *given, mbill_heat_meter *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->pressure_pa == 0) out->pressure_pa = MBILL_HEAT_PRESSURE_PA;
    return check_settings(out, err);
}

mbill_status mbill__heat_registers_read(const mbill_heat_registers *given, mbill_heat_registers *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->flow_rest_pico >= 0 && out->flow_rest_pico < PICO_IN_MICRO && out->return_rest_pico >= 0 &&
        out->return_rest_pico < PICO_IN_MICRO && (out->faults & ~FAULTS) == 0)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "registers that no meter can have: an unknown fault, or a rest of 10^-6 or more");
}

/* ---- one record ---- */

static mbill_status check_record(const mbill_heat_record *record, int64_t until_utc_s, int64_t index, mbill_error *err)
{
    bool timed = record->start_utc_s != 0 || record->end_utc_s != 0;
    int64_t took_s;
    if ((record->faults & ~FAULTS) != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, index, "unknown faults %#" PRIx32, record->faults);
    if (record->reserved != 0) return mbill__fail_at(err, MBILL_E_INVALID, index, "a reserved word is not 0");
    if (record->volume_micro_m3 < 0)
        return mbill__fail_at(err, MBILL_E_RANGE, index, "the volume is %s m3; expected 0 or more",
            mbill__say_micro(record->volume_micro_m3).text);
    if (timed && (!mbill__subtract(record->end_utc_s, record->start_utc_s, &took_s) || took_s <= 0))
        return mbill__fail_at(err, MBILL_E_ORDER, index, "the record ends at %s, not after its start at %s",
            mbill__say_time(record->end_utc_s, NULL).text, mbill__say_time(record->start_utc_s, NULL).text);
    if (timed && until_utc_s != 0 && record->start_utc_s < until_utc_s)
        return mbill__fail_at(err, MBILL_E_ORDER, index, "the record starts at %s, before the one before it ends at %s",
            mbill__say_time(record->start_utc_s, NULL).text, mbill__say_time(until_utc_s, NULL).text);
    if ((record->faults & MBILL_HEAT_FAULT_FLOW) == 0)
        MBILL_TRY(mbill__water_check_temperature("flow temperature", record->flow_micro_c, index, err));
    if ((record->faults & MBILL_HEAT_FAULT_RETURN) == 0)
        MBILL_TRY(mbill__water_check_temperature("return temperature", record->return_micro_c, index, err));
    return MBILL_OK;
}

int mbill__heat_direction(const mbill_heat_meter *meter, const mbill__heat_flow *flow)
{
    bool changeover = (meter->flags & MBILL_HEAT_METER_CHANGEOVER) != 0;
    if (flow->flow_micro_c > flow->return_micro_c) return !changeover || flow->flow_micro_c > meter->changeover_micro_c ? 1 : 0;
    if (flow->flow_micro_c == flow->return_micro_c || (meter->flags & MBILL_HEAT_METER_COLD) == 0) return 0;
    return !changeover || flow->flow_micro_c < meter->changeover_micro_c ? -1 : 0;
}

mbill_status mbill__heat_energy(const mbill_heat_meter *meter, const mbill__heat_flow *flow, int64_t index, int64_t *out_micro,
    mbill_error *err)
{
    int64_t kwh_pico = 0, mj_pico = 0, difference_micro_k = flow->flow_micro_c - flow->return_micro_c;
    mbill__water_state state = mbill__water_coefficient(flow->flow_micro_c, flow->return_micro_c,
        meter->side == MBILL_HEAT_SIDE_FLOW, meter->pressure_pa, &kwh_pico, &mj_pico);
    int64_t warmer = difference_micro_k > 0 ? flow->flow_micro_c : flow->return_micro_c;
    if (state != MBILL__WATER_LIQUID) return mbill__water_fail(state, warmer, meter->pressure_pa, index, err);
    mbill__wide product = mbill__wide_product(flow->volume_micro_m3, difference_micro_k);
    if (mbill__wide_multiply(product, meter->unit == MBILL_HEAT_UNIT_KWH ? kwh_pico : mj_pico, &product) &&
        mbill__round_quotient(product, mbill__wide_of(MICRO_IN_PRODUCT), MBILL_ROUND_HALF_UP, out_micro))
        return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_OVERFLOW, index, "the energy of %s m3 leaves the range of 64 bits",
        mbill__say_micro(flow->volume_micro_m3).text);
}

/* ---- registers ---- */

/* Add volume x temperature, of which the rest stays exact. */
static bool add_weighted(int64_t volume_micro_m3, int64_t micro_c, int64_t *sum_micro, int32_t *rest_pico)
{
    mbill__wide whole, rest;
    int64_t more = 0, left = 0;
    if (!mbill__wide_divide(mbill__wide_product(volume_micro_m3, micro_c), mbill__wide_of(PICO_IN_MICRO), &whole, &rest) ||
        !mbill__wide_fits(whole, &more) || !mbill__wide_fits(rest, &left) || !mbill__add(*sum_micro, more, sum_micro))
        return false;
    left += *rest_pico;
    *rest_pico = (int32_t)(left % PICO_IN_MICRO);
    return left < PICO_IN_MICRO || mbill__add(*sum_micro, 1, sum_micro);
}

static bool is_high_flow_low_difference(const mbill_heat_meter *meter, const mbill_heat_record *record)
{
    int64_t difference = record->flow_micro_c - record->return_micro_c, took_s = record->end_utc_s - record->start_utc_s;
    if ((difference < 0 ? -difference : difference) >= meter->low_below_micro_k) return false;
    if (meter->high_above_micro_m3 == 0) return true;
    return took_s > 0 &&
        mbill__wide_compare(mbill__wide_product(record->volume_micro_m3, HOUR_S),
            mbill__wide_product(meter->high_above_micro_m3, took_s)) > 0;
}

/* Where the volume of a record without a fault goes, and its temperatures. */
static bool add_volume(const mbill_heat_meter *meter, const mbill_heat_record *record, int direction, mbill_heat_registers *to)
{
    int64_t *volume = direction > 0 ? &to->heat_volume_micro_m3
                                    : (direction < 0 ? &to->cold_volume_micro_m3 : &to->idle_volume_micro_m3);
    int64_t took_s = record->end_utc_s - record->start_utc_s;
    if (!mbill__add(*volume, record->volume_micro_m3, volume) || !mbill__add(to->counted_s, took_s, &to->counted_s)) return false;
    if (!add_weighted(record->volume_micro_m3, record->flow_micro_c, &to->flow_micro_m3_c, &to->flow_rest_pico) ||
        !add_weighted(record->volume_micro_m3, record->return_micro_c, &to->return_micro_m3_c, &to->return_rest_pico))
        return false;
    if (direction == 0 || !is_high_flow_low_difference(meter, record)) return true;
    return mbill__add(to->low_difference_micro_m3, record->volume_micro_m3, &to->low_difference_micro_m3) &&
        mbill__add(to->low_difference_s, took_s, &to->low_difference_s);
}

static bool add_fault(const mbill_heat_record *record, mbill_heat_registers *to)
{
    to->faults |= record->faults;
    return mbill__add(to->fault_volume_micro_m3, record->volume_micro_m3, &to->fault_volume_micro_m3) &&
        mbill__add(to->fault_s, record->end_utc_s - record->start_utc_s, &to->fault_s);
}

static mbill_status count_one(const mbill_heat_meter *meter, const mbill_heat_record *record, int64_t index,
    mbill_heat_registers *to, int64_t *out_micro, mbill_error *err)
{
    const mbill__heat_flow flow = {record->volume_micro_m3, record->flow_micro_c, record->return_micro_c};
    int direction = record->faults == 0 ? mbill__heat_direction(meter, &flow) : 0;
    *out_micro = 0;
    MBILL_TRY(check_record(record, to->until_utc_s, index, err));
    if (direction != 0 && record->volume_micro_m3 != 0) MBILL_TRY(mbill__heat_energy(meter, &flow, index, out_micro, err));
    int64_t *energy = direction >= 0 ? &to->heat_micro : &to->cold_micro;
    bool fits = record->faults == 0 ? add_volume(meter, record, direction, to) : add_fault(record, to);
    if (!fits || !mbill__add(*energy, direction >= 0 ? *out_micro : -*out_micro, energy) ||
        !mbill__add(to->n_records, 1, &to->n_records))
        return mbill__fail_at(err, MBILL_E_OVERFLOW, index, "a register leaves the range of 64 bits");
    if (record->end_utc_s != 0) to->until_utc_s = record->end_utc_s;
    return MBILL_OK;
}

mbill_status mbill_heat_count(const mbill_heat_meter *meter, const mbill_heat_record *records, size_t n_records,
    mbill_heat_registers *registers, int64_t *out_energy_micro, mbill_error *err)
{
    mbill_heat_meter set;
    mbill_heat_registers after;
    MBILL__NEED(meter);
    MBILL__NEED(registers);
    if (n_records > 0) MBILL__NEED(records);
    MBILL_TRY(mbill__heat_meter_read(meter, &set, err));
    MBILL_TRY(mbill__heat_registers_read(registers, &after, err));
    for (size_t i = 0; i < n_records; i++) {
        mbill_heat_record record = records[i];
        int64_t energy_micro;
        MBILL_TRY(count_one(&set, &record, (int64_t)i, &after, &energy_micro, err));
        if (out_energy_micro != NULL) out_energy_micro[i] = energy_micro;
    }
    memcpy(registers, &after, sizeof after);
    return MBILL_OK;
}

/* (sum + rest) / volume, where sum is of 10^-6 and rest of 10^-12. */
static bool mean_of(int64_t sum_micro, int32_t rest_pico, int64_t volume_micro_m3, int64_t *out_micro_c)
{
    mbill__wide pico;
    return mbill__wide_add(mbill__wide_product(sum_micro, PICO_IN_MICRO), mbill__wide_of(rest_pico), &pico) &&
        mbill__round_quotient(pico, mbill__wide_of(volume_micro_m3), MBILL_ROUND_HALF_UP, out_micro_c);
}

mbill_status mbill_heat_mean_temperatures(const mbill_heat_registers *registers, int64_t *out_flow_micro_c,
    int64_t *out_return_micro_c, mbill_error *err)
{
    mbill_heat_registers from;
    int64_t volume = 0, flow_micro_c, return_micro_c;
    MBILL__NEED(registers);
    MBILL__NEED(out_flow_micro_c);
    MBILL__NEED(out_return_micro_c);
    MBILL_TRY(mbill__heat_registers_read(registers, &from, err));
    if (!mbill__add(from.heat_volume_micro_m3, from.cold_volume_micro_m3, &volume) ||
        !mbill__add(volume, from.idle_volume_micro_m3, &volume))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the volumes together leave the range of 64 bits");
    if (volume <= 0) return mbill__fail(err, MBILL_E_NOT_FOUND, "no volume passed, so there is no mean temperature");
    if (!mean_of(from.flow_micro_m3_c, from.flow_rest_pico, volume, &flow_micro_c) ||
        !mean_of(from.return_micro_m3_c, from.return_rest_pico, volume, &return_micro_c))
        return mbill__fail(err, MBILL_E_OVERFLOW, "a mean temperature leaves the range of 64 bits");
    *out_flow_micro_c = flow_micro_c;
    *out_return_micro_c = return_micro_c;
    return MBILL_OK;
}
