/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill heat water, heat coefficient: what water holds, and what a heat meter multiplies by. */
#include "command.h"

#include "heat_options.h"
#include "output.h"

#include "meterbill/heat.h"

int cli_heat_water(const cli_arguments *arguments)
{
    int64_t temperature_micro_c = 0, pressure_pa = MBILL_HEAT_PRESSURE_PA;
    mbill_heat_water water;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_need_micro(arguments, CLI_OPTION_TEMPERATURE, &temperature_micro_c);
    if (code == CLI_DONE) code = cli_option_pressure(arguments, &pressure_pa);
    if (code != CLI_DONE) return code;
    if (mbill_heat_water_properties(temperature_micro_c, pressure_pa, &water, &err) != MBILL_OK)
        return cli_refuse(NULL, CLI_DOCUMENT, &err);
    if (cli_json()) {
        cli_json_begin("heat_water");
        cli_json_member("temperature", cli_micro(temperature_micro_c).text);
        cli_json_member("pressure_mpa", cli_micro(pressure_pa).text);
        cli_json_member("volume_m3_per_kg", cli_pico(water.volume_pico).text);
        cli_json_member("enthalpy_kj_per_kg", cli_nano(water.enthalpy_nano).text);
        cli_json_end();
    } else {
        (void)printf("volume    %s m3/kg\nenthalpy  %s kJ/kg\n", cli_pico(water.volume_pico).text,
            cli_nano(water.enthalpy_nano).text);
    }
    return CLI_DONE;
}

static void print_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa, mbill_heat_side side,
    const mbill_heat_k *k)
{
    if (cli_json()) {
        cli_json_begin("heat_coefficient");
        cli_json_member("flow", cli_micro(flow_micro_c).text);
        cli_json_member("return", cli_micro(return_micro_c).text);
        cli_json_member("pressure_mpa", cli_micro(pressure_pa).text);
        cli_json_member("side", cli_side_name(side));
        cli_json_member("k_kwh", cli_pico(k->kwh_pico).text);
        cli_json_member("k_mj", cli_pico(k->mj_pico).text);
        cli_json_end();
    } else {
        (void)printf("%s kWh/(m3 K)\n%s MJ/(m3 K)\n", cli_pico(k->kwh_pico).text, cli_pico(k->mj_pico).text);
    }
}

int cli_heat_coefficient(const cli_arguments *arguments)
{
    int64_t flow_micro_c = 0, return_micro_c = 0, pressure_pa = MBILL_HEAT_PRESSURE_PA;
    uint32_t flags = arguments->options[CLI_OPTION_COLD] != NULL ? MBILL_HEAT_COLD : 0;
    mbill_heat_side side = MBILL_HEAT_SIDE_FLOW;
    mbill_heat_k k;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_need_micro(arguments, CLI_OPTION_FLOW, &flow_micro_c);
    if (code == CLI_DONE) code = cli_need_micro(arguments, CLI_OPTION_RETURN, &return_micro_c);
    if (code == CLI_DONE) code = cli_need_side(arguments, &side);
    if (code == CLI_DONE) code = cli_option_pressure(arguments, &pressure_pa);
    if (code != CLI_DONE) return code;
    if (mbill_heat_coefficient(flow_micro_c, return_micro_c, pressure_pa, side, flags, &k, &err) != MBILL_OK)
        return cli_refuse(NULL, CLI_DOCUMENT, &err);
    print_coefficient(flow_micro_c, return_micro_c, pressure_pa, side, &k);
    return CLI_DONE;
}
