/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a question about water or its heat coefficient is refused for another reason. */
#include "heat/coefficient.h"

#include "base/fail.h"
#include "document/say.h"
#include "meterbill/heat.h"

#include <inttypes.h>

mbill_status mbill__water_fail(mbill__water_state state, int64_t temperature_micro_c, int64_t pressure_pa, int64_t index,
    mbill_error *err)
{
    mbill__said temperature = mbill__say_micro(temperature_micro_c);
    if (state == MBILL__WATER_STEAM)
        return mbill__fail_at(err, MBILL_E_RANGE, index,
            "water of %s degrees Celsius boils at a pressure of %" PRId64 " Pa; expected a higher pressure", temperature.text,
            pressure_pa);
    return mbill__fail_at(err, MBILL_E_INTERNAL, index, "no equation for water of %s degrees Celsius", temperature.text);
}

mbill_status mbill__water_check_temperature(const char *name, int64_t micro_c, int64_t index, mbill_error *err)
{
    if (micro_c >= 0 && micro_c <= MBILL__WATER_HOTTEST_MICRO_C) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_RANGE, index, "the %s is %s degrees Celsius; expected 0 to 350", name,
        mbill__say_micro(micro_c).text);
}

mbill_status mbill__water_check_pressure(int64_t pressure_pa, mbill_error *err)
{
    if (pressure_pa > 0 && pressure_pa <= MBILL__WATER_PRESSURE_MAX_PA) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the pressure is %" PRId64 " Pa; expected more than 0 and at most 100000000",
        pressure_pa);
}

mbill_status mbill_heat_water_properties(int64_t temperature_micro_c, int64_t pressure_pa, mbill_heat_water *out_water,
    mbill_error *err)
{
    mbill_heat_water water = {0, 0};
    MBILL__NEED(out_water);
    MBILL_TRY(mbill__water_check_temperature("temperature", temperature_micro_c, -1, err));
    MBILL_TRY(mbill__water_check_pressure(pressure_pa, err));
    mbill__water_state state = mbill__water_properties(temperature_micro_c, pressure_pa, &water.volume_pico,
        &water.enthalpy_nano);
    if (state != MBILL__WATER_LIQUID) return mbill__water_fail(state, temperature_micro_c, pressure_pa, -1, err);
    *out_water = water;
    return MBILL_OK;
}

static mbill_status check_order(int64_t flow_micro_c, int64_t return_micro_c, uint32_t flags, mbill_error *err)
{
    bool cold = (flags & MBILL_HEAT_COLD) != 0;
    if ((flags & ~MBILL_HEAT_COLD) != 0) return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "unknown flags %#" PRIx32, flags);
    if (cold ? flow_micro_c <= return_micro_c : flow_micro_c >= return_micro_c) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE,
        "the temperatures are crossed: flow %s, return %s degrees Celsius; expected the flow %s",
        mbill__say_micro(flow_micro_c).text, mbill__say_micro(return_micro_c).text,
        cold ? "not above the return" : "not below the return");
}

mbill_status mbill_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa, mbill_heat_side side,
    uint32_t flags, mbill_heat_k *out_k, mbill_error *err)
{
    mbill_heat_k k = {0, 0};
    bool at_flow = side == MBILL_HEAT_SIDE_FLOW;
    MBILL__NEED(out_k);
    if (!at_flow && side != MBILL_HEAT_SIDE_RETURN)
        return mbill__fail(err, MBILL_E_INVALID, "side %d is none of the two pipes", (int)side);
    MBILL_TRY(mbill__water_check_temperature("flow temperature", flow_micro_c, -1, err));
    MBILL_TRY(mbill__water_check_temperature("return temperature", return_micro_c, -1, err));
    MBILL_TRY(mbill__water_check_pressure(pressure_pa, err));
    MBILL_TRY(check_order(flow_micro_c, return_micro_c, flags, err));
    mbill__water_state state = mbill__water_coefficient(flow_micro_c, return_micro_c, at_flow, pressure_pa, &k.kwh_pico,
        &k.mj_pico);
    int64_t warmer = flow_micro_c > return_micro_c ? flow_micro_c : return_micro_c;
    if (state != MBILL__WATER_LIQUID) return mbill__water_fail(state, warmer, pressure_pa, -1, err);
    *out_k = k;
    return MBILL_OK;
}
